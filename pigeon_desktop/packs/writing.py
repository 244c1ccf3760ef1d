"""Writing files so that no half one is ever taken for a whole one."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, BinaryIO

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import CHUNK, Progress

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Cancel = Callable[[], bool]
"""Asked between pieces of work: True to stop."""

PART = ".part"
"""Ending of what is not whole yet. Such names begin with a dot as well, and nothing looks at them."""

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


@contextmanager
def clear_disk_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk answers while something is put into `folder` into a PigeonError."""
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        if error.errno in _FULL:
            raise disk_full(folder) from error
        raise PigeonError(
            f"{place}: {error.strerror or error}, so the installation stopped. Check the permissions of {folder} "
            "and of what is installed from, or set PIGEON_DATA to another folder."
        ) from error


def disk_full(folder: Path) -> PigeonError:
    """The error that there is no room in `folder`."""
    return PigeonError(
        f"{folder}: the disk is full. Free some space and install again (nothing half-written is left in use), "
        "or set PIGEON_DATA to a folder on another disk."
    )


def require_space(folder: Path, size: int) -> None:
    """Refuse to begin what cannot fit: `size` bytes in `folder`, which exists. Raises PigeonError."""
    if shutil.disk_usage(folder).free < size:
        raise disk_full(folder)


@contextmanager
def installation_lock(folder: Path) -> Iterator[None]:
    """Let one process at a time install into `folder`.

    Raises:
        PigeonError: another one is at it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    busy = f"{folder}: another installation or build is going on there. Wait for its end and try again."
    lock = FileLock(folder / "install.lock", busy)
    try:
        yield
    finally:
        lock.release()


class HeldError(PigeonError):
    """Somebody else holds the lock."""


class FileLock:
    """Held by one owner at a time, from its making on; the system lets go when the process ends, however it does.

    Raises:
        HeldError: somebody else holds it, with `busy` as its message.
        PigeonError: the file cannot be written.
    """

    def __init__(self, path: Path, busy: str) -> None:
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise PigeonError(
                f"{path}: cannot be written ({error.strerror or error}). Check the permissions of its folder."
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise HeldError(busy) from error

    def release(self) -> None:
        self._file.close()


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_verified(
    stream: BinaryIO,
    origin: str,
    target: Path,
    sha256: str,
    size: int,
    progress: Progress,
    cancelled: Cancel,
) -> None:
    """Copy a stream of `size` bytes to `target`, which appears whole and with the right SHA-256 or not at all.

    `origin` says where the stream comes from, ending in a file name.

    Raises:
        Cancelled: `cancelled` said so; `target` is as it was.
        PigeonError: the stream is longer or shorter, or its hash is another one.
        OSError: the disk refused.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    require_space(target.parent, size)
    part = target.with_name(f".{target.name}{PART}")
    try:
        with part.open("wb") as file:
            for chunk in verified(
                stream, origin, sha256, size, f"Copying {PurePath(origin).name}", progress, cancelled
            ):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def verified(
    stream: BinaryIO, origin: str, sha256: str, size: int, stage: str, progress: Progress, cancelled: Cancel
) -> Iterator[bytes]:
    """The `size` bytes of a stream, chunk by chunk; whether they were the right ones is known at their end.

    Raises:
        Cancelled: `cancelled` said so.
        PigeonError: after the last chunk: the stream is longer or shorter, or its SHA-256 another one.
    """
    digest, done = hashlib.sha256(), 0
    # One byte more than expected is let in: enough to tell that the stream is too long.
    while chunk := stream.read(min(CHUNK, size + 1 - done)):
        if cancelled():
            raise Cancelled
        digest.update(chunk)
        done += len(chunk)
        yield chunk
        progress(stage, min(done, size), size)
    if done != size:
        raise PigeonError(f"{origin}: is not {size} bytes long as it should be. Get it again.")
    if digest.hexdigest() != sha256:
        raise PigeonError(
            f"{origin}: is not the file that is wanted: its SHA-256 is {digest.hexdigest()}, it must be "
            f"{sha256}. Get it again from where it came from."
        )


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that appears at `path` when the block has ended well; else what was there stays.

    Raises:
        PigeonError: it cannot be written.
    """
    target, part = path.resolve(), None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
        # mkstemp makes files for their owner only; this one shall be like any other new file.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(target)
    except OSError as error:
        raise PigeonError(
            f"{path}: cannot be written ({error.strerror or error}). Name a file elsewhere, or free some space."
        ) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` outlast a power cut."""
    if sys.platform != "win32":  # where folders cannot be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear_leftovers(folder: Path) -> None:
    """Remove what an installation that was killed left behind; call it under the lock. Raises OSError.

    A pack that was being replaced comes back if its successor had not taken its place yet.
    """
    for old in folder.glob("packs/.*.old"):
        name = old.with_name(old.name[1 : -len(".old")])
        if name.exists():
            shutil.rmtree(old)
        else:
            old.replace(name)
    for left in (*folder.glob(f"*/.*{PART}"), *folder.glob(f".*{PART}")):
        if left.is_dir():
            # A pip that outlived its installation may be writing there: then it goes the next time.
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink()
