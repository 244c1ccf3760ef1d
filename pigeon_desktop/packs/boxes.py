"""What can be installed from: a folder, or an archive that is read without ever being unpacked as a whole."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from pigeon_desktop.errors import PigeonError

MOST_ENTRIES = 100_000
"""Archives with more names are refused before anything is made of them."""
_LEAST_ENTRY_BYTES = 46


class Box(Protocol):
    """Files by name; sub-folders are part of the name, with slashes."""

    path: Path

    def sizes(self) -> dict[str, int]:
        """Name and length in bytes of every regular file. Links are left out, so nothing can lead elsewhere."""

    def open(self, name: str) -> BinaryIO:
        """The bytes of one of them."""


class Folder:
    """The files directly in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def sizes(self) -> dict[str, int]:
        found = sorted(self.path.iterdir())
        return {p.name: p.stat().st_size for p in found if p.is_file() and not p.is_symlink()}

    def open(self, name: str) -> BinaryIO:
        return (self.path / name).open("rb")


class Archive:
    """The files in a zip, and so in a wheel. Names never become paths: callers choose where bytes go."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive

    def sizes(self) -> dict[str, int]:
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise PigeonError(f"{self.path}: holds {len(entries)} files, too many for a pack. Get it again.")
        sizes: dict[str, int] = {}
        for entry in entries:
            if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
                continue
            if entry.filename in sizes:
                raise PigeonError(f"{self.path}: holds {entry.filename!r} twice. Get it again.")
            sizes[entry.filename] = entry.file_size
        return sizes

    def open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._archive.open(name))


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """A zip to read from. Raises PigeonError where it turns out to be none, or damaged while it is read."""
    try:
        _refuse_crowd(path)
        with zipfile.ZipFile(path) as archive:
            yield Archive(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # RuntimeError: encrypted. NotImplementedError: a compression that zipfile does not know.
        raise PigeonError(f"{path}: is no archive that can be read ({error}). Get it again.") from error


def _refuse_crowd(path: Path) -> None:
    """Refuse a zip whose list of names is too long, before zipfile makes objects of them. Raises PigeonError."""
    with path.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - 2**16 - 100)
        file.seek(start)
        tail = file.read()
    # The list's length stands in one of two records near the end, the second of which is for large archives.
    for mark, at, form in ((b"PK\x05\x06", 12, "<L"), (b"PK\x06\x06", 40, "<Q")):
        found = tail.rfind(mark)
        if found >= 0 and len(tail) >= found + at + 8:
            (size,) = struct.unpack_from(form, tail, found + at)
            # Names are some dozen letters long.
            if size != 0xFFFFFFFF and size > MOST_ENTRIES * 3 * _LEAST_ENTRY_BYTES:
                raise PigeonError(f"{path}: holds too many files for a pack. Get it again.")
