"""The bytes of a photograph, read once and without leaving a trace on it."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pigeon_desktop.errors import PigeonError

MOST_BYTES = 512 * 2**20
"""Larger files are refused: no photograph is that long, and a disk image would fill the memory."""

_READ_ONLY = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""O_NONBLOCK: opening a named pipe must not wait for a writer that never comes."""

_NO_ACCESS_TIME = getattr(os, "O_NOATIME", 0)


class PhotoError(PigeonError):
    """This file cannot be shown as a photograph: the message names it, what is wrong and what to do."""


def read_photo_bytes(path: Path) -> tuple[bytes, str]:
    """The whole file and the SHA-256 of its bytes in hex.

    The file is opened read-only, so its bytes, name and modification time cannot change. On Linux its access
    time is left alone too where the system allows that, which is to the file's owner and to root; elsewhere
    the system may note the access as for any reader.

    Raises:
        PhotoError: it is gone, may not be read, is no file, is empty, or is longer than MOST_BYTES.
    """
    try:
        with _opened(path) as descriptor:
            status = os.fstat(descriptor)
            if stat.S_ISDIR(status.st_mode):
                raise PhotoError(f"{path}: is a folder, not a photograph. Add it as a folder.")
            if not stat.S_ISREG(status.st_mode):
                raise PhotoError(f"{path}: is a device or a pipe, not a file. Leave it out.")
            if status.st_size > MOST_BYTES:
                raise PhotoError(
                    f"{path}: is {status.st_size / 2**20:,.0f} MiB long; photographs are read up to "
                    f"{MOST_BYTES // 2**20} MiB. Make a smaller copy of it."
                )
            data = _read(descriptor, status.st_size)
    except OSError as error:
        raise PhotoError(f"{path}: {_what(error, path)}") from error
    except ValueError as error:  # a NUL in the name
        raise PhotoError(f"{str(path)!r}: is not a file name ({error}). Check the list of files.") from error
    if not data:
        raise PhotoError(f"{path}: is empty (0 bytes). Copy it again from where it came from.")
    return data, hashlib.sha256(data).hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, _READ_ONLY | _NO_ACCESS_TIME)
    except PermissionError:
        # Either nobody lets us in, or it is somebody else's file, whose access time only they may leave alone.
        descriptor = os.open(path, _READ_ONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int) -> bytes:
    """At most MOST_BYTES; one byte more than `size` is asked for, so that a file that grows is seen to the end."""
    chunks: list[bytes] = []
    left = MOST_BYTES
    while left and (chunk := os.read(descriptor, min(left, size + 1))):
        chunks.append(chunk)
        left -= len(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _what(error: OSError, path: Path) -> str:
    """What went wrong and what to do, in words."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "is not there any more, or never was. Add it again from where it lies now."
    if os.path.isdir(path):  # noqa: PTH112 - of a folder that may not be entered, Path.is_dir raises
        return "is a folder, not a photograph. Add it as a folder."
    if isinstance(error, PermissionError):
        return "may not be read by you. Ask for permission, or copy it to a folder of yours."
    if error.errno == errno.ELOOP:
        return "is a link that leads to itself. Add the file that it was meant to lead to."
    return f"cannot be read ({error.strerror or error}). Check the disk, and copy the file if you can."
