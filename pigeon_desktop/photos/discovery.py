"""Which photographs are meant by the files and folders that someone named."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Literal

from pigeon_desktop.errors import Cancelled
from pigeon_desktop.photos.formats import SUFFIXES


@dataclass(frozen=True)
class Discovery:
    """What was found: `photos` in order and each once, what was passed over, and what could not be looked at.

    A hidden folder counts as one. `problems` are sentences that name the path and say what to do.
    """

    photos: tuple[Path, ...]
    skipped_hidden: int
    skipped_other: int
    problems: tuple[str, ...]


@dataclass
class Tally:
    """Counts that grow while `walk` goes on; the fields are those of Discovery."""

    skipped_hidden: int = 0
    skipped_other: int = 0
    problems: list[str] = field(default_factory=list)


def discover(paths: Iterable[Path], cancelled: Callable[[], bool] = lambda: False) -> Discovery:
    """Every photograph among `paths`, which are files (kept whatever they are called) and folders.

    Folders are searched to the bottom in the order of their names. What cannot be read becomes a problem
    and the rest goes on. Raises Cancelled once `cancelled` says so.
    """
    tally = Tally()
    photos = tuple(walk(paths, tally, cancelled))
    return Discovery(photos, tally.skipped_hidden, tally.skipped_other, tuple(tally.problems))


def walk(paths: Iterable[Path], tally: Tally, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Path]:
    """As `discover`, one photograph at a time, for folders so large that waiting for the whole is no good."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as error:
            tally.problems.append(_problem(path, error))
            continue
        for photo in _photos_under(path, tally, cancelled) if is_folder else [path]:
            if photo not in seen:
                seen.add(photo)
                yield photo


def _photos_under(folder: Path, tally: Tally, cancelled: Callable[[], bool]) -> Iterator[Path]:
    """Files and folders in the order of their names, to the bottom."""
    listings = [_listing(folder, tally)]
    while listings:
        if cancelled():
            raise Cancelled
        entry = next(listings[-1], None)
        if entry is None:
            listings.pop()
        elif entry[1]:
            listings.append(_listing(entry[0], tally))
        else:
            yield entry[0]


def _listing(folder: Path, tally: Tally) -> Iterator[tuple[Path, bool]]:
    """The folders (True) and photographs (False) in `folder`; all else is counted."""
    found: list[tuple[str, bool]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                kind = _kind(entry)
                if kind == "hidden":
                    tally.skipped_hidden += 1
                elif kind == "other":
                    tally.skipped_other += 1
                else:
                    found.append((entry.name, kind == "folder"))
    except OSError as error:
        tally.problems.append(_problem(folder, error))
    return ((folder / name, is_folder) for name, is_folder in sorted(found))


def _kind(entry: os.DirEntry[str]) -> Literal["hidden", "folder", "photo", "other"]:
    if entry.name.startswith(".") or _marked_hidden(entry):
        return "hidden"
    # A link to a folder is not followed: it may lead in a circle, or out of the folder that was meant.
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    if PurePath(entry.name).suffix.lower() not in SUFFIXES:
        return "other"
    # A link is kept wherever it leads: reading it will say what is wrong with it, if anything is.
    return "photo" if entry.is_symlink() or entry.is_file(follow_symlinks=False) else "other"


def _marked_hidden(entry: os.DirEntry[str]) -> bool:
    """Windows hides by an attribute; there it comes with the listing and costs nothing."""
    if sys.platform != "win32":
        return False
    return bool(entry.stat(follow_symlinks=False).st_file_attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _problem(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"{path}: is not there. Check the name, or add it again from where it lies now."
    if isinstance(error, PermissionError):
        return f"{path}: may not be read by you, so what is in it was left out. Ask for permission, or copy it."
    return f"{path}: could not be read ({getattr(error, 'strerror', None) or error}). Check the disk."
