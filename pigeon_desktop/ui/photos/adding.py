"""How photos come into the window: files, folders, and pictures from the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.workers import Task

if TYPE_CHECKING:  # this pulls in numpy: the window shows before that
    from pigeon_desktop.cases.case import Added, Case


@dataclass(frozen=True, eq=False)
class Add:
    """The work of a Task: takes files and folders into the open case, handing over that and the rows that are new.
    Returns what it came to, `Added`."""

    case: Case
    paths: Sequence[Path]

    def __call__(self, task: Task) -> Added:
        """Raises Cancelled, or PigeonError when the case cannot be written."""
        from pigeon_desktop.cases.contents import last_file, rows_since

        with self.case.beside() as case:
            last = last_file(case)

            def hand_over(found: int) -> None:
                nonlocal last
                rows = rows_since(case, last)
                if rows:
                    last = max(row.files[-1] for row in rows)
                    task.part((self.case, rows))

            return case.add(self.paths, task.cancelled, hand_over)


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
