"""The case that the window has open: making, opening and leaving one, and what is asked of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.case.locating import Locating
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.case.session import Session
from pigeon_desktop.ui.photos.adding import Add
from pigeon_desktop.ui.workers import Outcome, Task, Tasks

if TYPE_CHECKING:  # these pull in numpy: the window shows before that
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.contents import Row
    from pigeon_desktop.cases.verdict import Verdict
    from pigeon_desktop.engine.prediction import Prediction

UNSAVED = "unsaved"
"""The folder, in the data folder, of cases that stand in until one is made; they go with their windows."""


@dataclass(frozen=True, eq=False)
class Opened:
    """An open case and its rows. `unsaved`: it stands in, and goes with the window. `passed`: why others that stood in
    could not be opened, by their folders."""

    case: Case
    rows: list[Row]
    unsaved: bool
    passed: dict[str, str]


@dataclass(frozen=True)
class NotOpened:
    """A case that cannot be opened, and why. `held`: by another program; `fixed`: it cannot be written where it lies.
    Either can be looked at all the same."""

    folder: Path | None
    words: str
    held: bool = False
    fixed: bool = False


class Open:
    """The work of a Task: opens the case in a folder; without one, what a window that was killed has left, or a new one
    that stands in. With a purpose the case is made, as a copy of `source` if there is one; with `looking` it is opened
    to be looked at. Returns Opened or NotOpened; whoever ends before that is delivered closes `case`."""

    def __init__(self, folder: Path | None, purpose: str | None, source: Case | None, *, looking: bool = False) -> None:
        self.folder, self.purpose, self.source, self.looking = folder, purpose, source, looking
        self.case: Case | None = None
        self._passed: dict[str, str] = {}

    def __call__(self, task: Task) -> Opened | NotOpened:
        """See above."""
        from pigeon_desktop.cases.case import CASE
        from pigeon_desktop.cases.contents import rows
        from pigeon_desktop.packs.writing import HeldError

        try:
            case = self.case = self._open()
            try:
                return Opened(case, rows(case), self.folder is None, self._passed)
            except BaseException:
                case.close()
                raise
        except HeldError as error:
            return NotOpened(self.folder, str(error), held=True)
        except PigeonError as error:
            path = None if self.folder is None or self.purpose is not None else self.folder / CASE
            fixed = path is not None and path.exists() and not _can_be_written(path)
            return NotOpened(self.folder, str(error), fixed=fixed)

    def _open(self) -> Case:
        from pigeon_desktop.cases.case import Case

        if self.folder is None:
            return _unsaved(self._passed)
        if self.purpose is not None and self.source is not None:
            with self.source.beside() as source:
                return source.saved_as(self.folder, self.purpose)
        if self.purpose is not None:
            return Case.create(self.folder, self.purpose)
        return Case.open(self.folder, read_only=self.looking)


def _can_be_written(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def unsaved_folder() -> Path:
    """Where cases are that stand in."""
    from pigeon_desktop.packs.store import data_folder

    return data_folder() / UNSAVED


def _unsaved(passed: dict[str, str]) -> Case:
    """What a killed window has left behind, or a new case; each window has its own. Those that are damaged are left
    where they are, and `passed` says why."""
    from pigeon_desktop.cases.case import CASE, Case
    from pigeon_desktop.packs.writing import HeldError

    parent = unsaved_folder()
    for number in range(1, 100):
        folder = parent / str(number)
        try:
            if (folder / CASE).exists():
                return Case.open(folder)
            return Case.create(folder, "None was given: photographs were opened without a case.")
        except HeldError:
            continue  # of another window
        except PigeonError as error:
            passed[str(folder)] = str(error)
    raise PigeonError(f"{parent}: no case can be made there. Free some space, and see whether it can be written.")


def _close(case: Case, *, stood_in: bool, became: Case | None = None) -> None:
    """Close a case, and delete it where `Casework.close` says so."""
    from pigeon_desktop.cases.contents import verdicts

    decided = verdicts(case)
    goes = stood_in and (not decided or (became is not None and verdicts(became) == decided))
    case.close()
    if goes:
        shutil.rmtree(case.folder, ignore_errors=True)


class Casework(QObject):
    """Holds the open case for the window's thread."""

    opened = Signal()
    added = Signal(list)
    """Numbers of photos that are new."""
    add_ended = Signal(Outcome)
    decided = Signal()
    """A verdict was set or taken back."""
    refused = Signal(NotOpened)
    """A case cannot be opened; the one before stays."""

    def __init__(self, session: Session, locating: Locating, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self.session, self.locating, self.tasks = session, locating, tasks
        self.case: Case | None = None
        self.unsaved = False
        self.passed: dict[str, str] = {}
        """Why cases that stood in could not be opened again, by their folders."""
        self._pending: list[Path] = []
        self._opening: Open | None = None
        self._left = False
        self._adding: list[Task] = []
        session.recall = self.recall

    @property
    def looking(self) -> bool:
        """Whether the case is open to be looked at only."""
        return self.case is not None and not self.case.writable

    def open(self, folder: Path | None = None, purpose: str | None = None, *, looking: bool = False) -> None:
        """Open a case, to be looked at only where that is said, or make one with a purpose; the one before is closed
        once that has worked."""
        if self.case is not None and folder is not None and folder.absolute() == self.case.folder and not self.looking:
            return  # it is open
        # What stood in becomes the new case, with all that was decided in it.
        self._opening = Open(folder, purpose, self.case if self.unsaved else None, looking=looking)
        self.tasks.start(self._opening, ended=self._opened)

    def _opened(self, outcome: Outcome) -> None:
        if self._left:  # what was opened is closed already
            return
        self._opening = None
        if outcome.error is not None:  # nobody foresaw it
            self.refused.emit(NotOpened(None, str(outcome.error)))
            return
        if isinstance(outcome.value, NotOpened):
            self.refused.emit(outcome.value)
            if self.case is None and outcome.value.folder is not None:
                self.open()  # photographs can be located without
            return
        if outcome.value is None:
            return
        self.close(became=outcome.value.case)
        self.case, self.unsaved, self.passed = outcome.value.case, outcome.value.unsaved, outcome.value.passed
        self.locating.case = self.case
        self.session.clear()
        self.session.take(outcome.value.rows)
        self.opened.emit()
        pending, self._pending = self._pending, []
        self.add(pending)
        self.locating.run()

    def close(self, became: Case | None = None) -> None:
        """Close the case. One that stood in is deleted, unless something was decided in it that is not in what it
        `became`: then it is there again next time."""
        # One that has told its outcome is over, and may be deleted.
        for task in [task for task in self._adding if not task.told]:
            task.cancel()
            task.wait()
        self._adding = []
        self.locating.leave_case()
        if self.case is not None:
            _close(self.case, stood_in=self.unsaved, became=became)
        self.case = None

    def leave(self) -> None:
        """Close it, and one that is just being opened, once the tasks are over; at the end of the window."""
        self.close()
        self._left = True
        if self._opening is not None and self._opening.case is not None:
            _close(self._opening.case, stood_in=self._opening.folder is None)

    def add(self, paths: Sequence[Path]) -> None:
        """Take in files and folders, in a thread; they are located as they come."""
        if self.case is None:
            self._pending += paths
        elif paths and self.looking:
            words = self.tr("The case is open for looking only. Open it where it can be written, or take another one.")
            self.add_ended.emit(Outcome(error=PigeonError(words)))
        elif paths:
            self._adding = [task for task in self._adding if not task.told]
            work = Add(self.case, tuple(paths))
            self._adding.append(self.tasks.start(work, ended=self._added, parted=self._came))

    def _added(self, outcome: Outcome) -> None:
        self.add_ended.emit(outcome)

    def _came(self, part: tuple[Case, list[Row]]) -> None:
        case, rows = part
        if case is not self.case:
            return
        # A run may have read some of them since, and told of them first: what it said is newer.
        new, _ = self.session.take(row for row in rows if not self.session.knows(row))
        self.added.emit(new)
        self.locating.run()

    def recall(self, row: Row) -> Prediction | None:
        """What was said of a photo, with its belief where the loaded pack is the one that said it."""
        if self.case is None or row.state == "waiting":
            return None
        from pigeon_desktop.cases.contents import predictions
        from pigeon_desktop.cases.recall import with_beliefs
        from pigeon_desktop.earth.atlas import load_atlas

        told = list(predictions(self.case, [row]))
        model = self.locating.state
        if isinstance(model, Ready):
            return next(with_beliefs(self.case, told, model.pack, model.cells, load_atlas()), None)
        return told[0][0] if told else None

    def decide(self, number: int, verdict: Verdict) -> None:
        """Set a photo's verdict. Raises PigeonError where that cannot be written."""
        from pigeon_desktop.cases.contents import run_of

        photo = self.session.rows[number].photo
        if self.case is None or photo is None:
            return
        self.case.decide(photo, verdict, run_of(self.case, photo))
        self._look_at([photo])

    def undo(self) -> int | None:
        """Take back the last verdict; the number of its photo, None if there was none. Raises PigeonError."""
        photo = self.case.undo() if self.case is not None else None
        return None if photo is None else self._look_at([photo])[0]

    def _look_at(self, photos: list[int]) -> list[int]:
        from pigeon_desktop.cases.contents import rows_of

        assert self.case is not None
        _, changed = self.session.take(rows_of(self.case, photos=photos))
        self.locating.located.emit([], changed)
        self.decided.emit()
        return changed

    def verdict(self, number: int) -> Verdict | None:
        """The verdict on a photo, if there is one."""
        from pigeon_desktop.cases.contents import verdict_on

        photo = self.session.rows[number].photo
        return None if self.case is None or photo is None else verdict_on(self.case, photo)
