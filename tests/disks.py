"""Disks that are small or cannot be written, where the system lets us make some; elsewhere what comes nearest."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pigeon_desktop.cases import database


@contextmanager
def full_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of `size` bytes at a folder that is made. Where none can be mounted, SQLite is kept from making any of its
    files longer than that, which it tells in the same words."""
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        try:
            yield folder
        finally:
            _unmount(folder)
        return
    before = database.connect

    def connect(*args: object, **kinds: object) -> sqlite3.Connection:
        made = before(*args, **kinds)  # type: ignore[arg-type]
        made.execute(f"PRAGMA max_page_count = {size // 2 // 4096}")
        return made

    with _patched(connect):
        yield folder


def enlarge(folder: Path, size: int) -> bool:
    """Make room on a full disk; False where it is none."""
    return _mount("-o", f"remount,size={size}", str(folder))


@contextmanager
def read_only_disk(folder: Path, content: Path) -> Iterator[Path]:
    """A disk at a folder that is made, with a copy of another folder, that cannot be written. Where none can be mounted
    the permissions are taken away.

    Raises:
        PermissionError: neither can be had.
    """
    folder.mkdir()
    mounted = _mount("-t", "tmpfs", "tmpfs", str(folder))
    copy = folder / content.name
    shutil.copytree(content, copy)
    if mounted:
        if not _mount("-o", "remount,ro", str(folder)):
            raise PermissionError("no disk can be made read-only here")
    else:
        for path in (*copy.rglob("*"), copy):
            path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield folder
    finally:
        if mounted:
            _unmount(folder)
        else:
            copy.chmod(0o755)


def _mount(*arguments: str) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def _patched(connect: Callable[..., sqlite3.Connection]) -> Iterator[None]:
    from pigeon_desktop.cases import case, vectors

    before = database.connect
    case.connect = vectors.connect = connect
    try:
        yield
    finally:
        case.connect = vectors.connect = before
