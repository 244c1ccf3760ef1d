"""How photos come into the window: files, folders, and pictures from the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.workers import Task

CHUNK = 400
"""Photos handed to the window at a time."""


@dataclass(frozen=True)
class Found:
    """What a search has passed over, and what could not be looked at."""

    count: int
    hidden: int
    other: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """The work of a Task: finds the photos in files and folders, handing over lists of paths. Returns Found."""

    paths: Sequence[Path]

    def __call__(self, task: Task) -> Found:
        """Raises Cancelled."""
        from pigeon_desktop.photos.discovery import Tally, walk

        tally, chunk, count = Tally(), [], 0
        for path in walk(self.paths, tally, task.cancelled):
            chunk.append(path)
            count += 1
            if len(chunk) == CHUNK:
                task.part(chunk)
                chunk = []
        if chunk:
            task.part(chunk)
        return Found(count, tally.skipped_hidden, tally.skipped_other, tuple(tally.problems))


@dataclass(frozen=True)
class Paste:
    """The work of a Task: keeps a picture from the clipboard in the program's data folder. Returns its path."""

    image: QImage

    def __call__(self, task: Task) -> Path:
        """Raises PigeonError when it cannot be written."""
        from pigeon_desktop.packs.store import data_folder

        folder = data_folder() / "pasted"
        path = folder / f"pasted-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.png"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PigeonError(f"{folder}: cannot be made ({error.strerror}). Check its permissions.") from error
        if not self.image.save(str(path)):
            path.unlink(missing_ok=True)
            raise PigeonError(f"{path}: the pasted picture cannot be written. Is the disk full?")
        return path


def local_paths(mime: QMimeData) -> list[Path]:
    """The files and folders on this machine that were dropped or copied."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def pasted_image(mime: QMimeData) -> QImage | None:
    """The picture on the clipboard, if there is one."""
    if not mime.hasImage():
        return None
    image = mime.imageData()
    return image if isinstance(image, QImage) and not image.isNull() else None
