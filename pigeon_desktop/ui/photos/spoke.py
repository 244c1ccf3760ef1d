"""Asking what in a photograph spoke for a candidate: one question at a time, in a thread, the last answers kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.case.locating import Locating
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.workers import Outcome, Step, Task, Tasks

if TYPE_CHECKING:  # these pull in the model's runtime: the window shows before that
    from pigeon_desktop.engine.explain import Spoke, Way
    from pigeon_desktop.engine.locator import Locator
    from pigeon_desktop.engine.within import Filter

KEPT = 32
"""Answers that are kept: going back to a candidate, or from looking closer, shows them at once."""


@dataclass(frozen=True, eq=False)
class Heat:
    """What spoke for the candidate of this rank of the photo in `path`."""

    path: Path
    rank: int
    spoke: Spoke


class Spoken(QObject):
    """The questions of the window. A newer one takes the place of the one under way."""

    told = Signal(object)
    """Heat, or None: there is none to show, or not yet."""
    stepped = Signal(Step)
    """How far looking closer is, in pictures."""
    refused = Signal(str)
    """Why there is no answer."""

    def __init__(self, locating: Locating, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self.locating, self.tasks = locating, tasks
        self._asked: _Ask | None = None
        self._under_way: _Ask | None = None
        self._task: Task | None = None
        self._known: dict[_Ask, Heat] = {}
        locating.ready.connect(self._renew)

    def ask(self, path: Path, rank: int, cells: Sequence[str], way: Way) -> None:
        """Ask of a photo and one of its candidates, whose cells are given by their ids. Under a "search within" the
        candidate is held against what that leaves."""
        model = self.locating.state
        if not isinstance(model, Ready):
            self.take_back()
            missing = self.tr("The model is not there. See above the map what to do.")
            self.refused.emit(self.tr("The model is loading…") if model is None else missing)
            return
        self._asked = _Ask(model.locator, path, rank, tuple(cells), way, self.locating.within)
        if heat := self._known.get(self._asked):
            self._cancel()
            self.told.emit(heat)
        elif self._task is None:
            self._start()
        elif self._asked != self._under_way:
            self._cancel()

    def take_back(self) -> None:
        """Nothing is asked any more: another photo is selected, or the heat is put away."""
        self._asked = None
        self._cancel()
        self.told.emit(None)

    def _start(self) -> None:
        assert self._asked is not None
        self._under_way = self._asked
        self._task = self.tasks.start(self._asked, ended=self._ended)
        self._task.stepped.connect(self._stepped)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _stepped(self, step: Step) -> None:
        if self._asked is not None and self._asked == self._under_way:
            self.stepped.emit(step)

    def _ended(self, outcome: Outcome) -> None:
        done, self._task, self._under_way = self._under_way, None, None
        if done is not None and outcome.value is not None and done.locator is self._locator():
            self._known.pop(done, None)
            self._known[done] = outcome.value
            if len(self._known) > KEPT:
                self._known.pop(next(iter(self._known)))
        if self._asked is None:
            return  # it was taken back
        if heat := self._known.get(self._asked):
            self.told.emit(heat)
        elif outcome.error is not None and self._asked == done:
            self._asked = None
            self.told.emit(None)
            self.refused.emit(str(outcome.error))
        else:
            self._start()

    def _locator(self) -> Locator | None:
        model = self.locating.state
        return model.locator if isinstance(model, Ready) else None

    def _renew(self) -> None:
        """Another model has loaded: what the one before said goes with it."""
        self._known.clear()
        self.take_back()


@dataclass(frozen=True)
class _Ask:
    """A question as a task."""

    locator: Locator
    path: Path
    rank: int
    cells: tuple[str, ...]
    way: Way
    within: Filter | None

    def __call__(self, task: Task) -> Heat:
        import numpy as np

        from pigeon_desktop.engine import explain
        from pigeon_desktop.engine.session import CancelToken
        from pigeon_desktop.photos.loading import load_photo

        token = CancelToken()
        task.on_cancel(token.cancel)
        locator = self.locator
        cells = np.flatnonzero(np.isin(locator.cells.ids, self.cells))
        if len(cells) != len(self.cells):
            raise PigeonError("Another pack said where this may be. Let the photo be located again first.")
        photo = load_photo(self.path, locator.encoder.spec.input_size)
        token.check()
        among = self.within.mask if self.within is not None else None
        if self.way == "patches":
            spoke = explain.patches(locator, photo, cells, token, among)
        else:

            def step(done: int, total: int) -> None:
                task.step("", done, total)

            spoke = explain.occlusion(locator, photo, cells, token, step, among)
        return Heat(self.path, self.rank, spoke)
