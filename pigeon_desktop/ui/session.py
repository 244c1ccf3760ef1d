"""What the window is about: which photos, what was said of them, what is selected. Knows nothing of Qt."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the record's module pulls in the atlas: the window shows before that
    from pigeon_desktop.engine.prediction import Prediction

State = Literal["waiting", "stopped", "located", "abstained", "failed"]
"""`waiting`: its turn will come. `stopped`: the run was cancelled before its turn."""

Shown = Literal["all", "located", "abstained", "failed"]
"""Which photos the list shows."""


class Session:
    """The photos in the order they came, each at most once, with what was said of them.

    A photo is known by its number, which never changes.
    """

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.predictions: list[Prediction | None] = []
        self.selected: int | None = None
        self.candidate: int | None = None
        """Rank of the selected candidate of the selected photo; 0 stands for "elsewhere"."""
        self._stopped: set[int] = set()
        self._number: dict[Path, int] = {}
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.paths)

    def add(self, paths: Iterable[Path]) -> list[int]:
        """Take in the paths that are not there yet; returns their numbers."""
        new = []
        for path in paths:
            if path not in self._number:
                self._number[path] = len(self.paths)
                new.append(len(self.paths))
                self.paths.append(path)
                self.predictions.append(None)
        return new

    def number(self, path: Path) -> int | None:
        """The number of a photo, None if it is not in the session."""
        return self._number.get(path)

    def put(self, number: int, prediction: Prediction) -> None:
        """Keep what was said of a photo, in place of what was said before."""
        before = self.predictions[number]
        if before is not None:
            self._counts[before.status] -= 1
        self._counts[prediction.status] += 1
        self._stopped.discard(number)
        self.predictions[number] = prediction

    def wait(self, numbers: Iterable[int]) -> None:
        """Photos that will be located (again): what was said of them before is gone."""
        for number in numbers:
            before = self.predictions[number]
            if before is not None:
                self._counts[before.status] -= 1
                self.predictions[number] = None
            self._stopped.discard(number)

    def stop(self) -> None:
        """The run was cancelled: nothing waits any more."""
        self._stopped.update(i for i, p in enumerate(self.predictions) if p is None)

    def unlocated(self) -> list[int]:
        """Numbers of the photos of which nothing was said yet."""
        return [i for i, p in enumerate(self.predictions) if p is None]

    def state(self, number: int) -> State:
        """Where a photo stands."""
        prediction = self.predictions[number]
        if prediction is not None:
            return prediction.status
        return "stopped" if number in self._stopped else "waiting"

    def count(self, shown: Shown) -> int:
        """How many photos a filter lets through."""
        return len(self.paths) if shown == "all" else self._counts[shown]

    def numbers(self, shown: Shown) -> list[int]:
        """The photos that a filter lets through, in order."""
        if shown == "all":
            return list(range(len(self.paths)))
        return [i for i, p in enumerate(self.predictions) if p is not None and p.status == shown]

    def answered(self) -> list[Prediction]:
        """Every prediction so far, in the order of the photos."""
        return [p for p in self.predictions if p is not None]

    def select(self, number: int | None) -> None:
        """Select a photo, and with it its first candidate."""
        self.selected = number
        self.candidate = None
        if prediction := self.prediction():
            self.candidate = prediction.candidates[0].rank if prediction.candidates else None

    def prediction(self) -> Prediction | None:
        """What was said of the selected photo."""
        return None if self.selected is None else self.predictions[self.selected]


class Meter:
    """How fast photos come and how long the rest will take; seconds are those of one monotonic clock."""

    WINDOW_S = 8.0
    """The rate is that of the last seconds: it follows a change, and does not flicker."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0
        self._ticks: deque[tuple[float, int]] = deque()

    def start(self, count: int, now: float) -> None:
        """More photos to do. What was finished before the run does not count as part of it."""
        if self.done >= self.total:
            self.total = self.done = 0
            self._ticks.clear()
        if not self._ticks:
            self._ticks.append((now, 0))
        self.total += count

    def advance(self, count: int, now: float) -> None:
        """`count` more are done."""
        self.done += count
        self._ticks.append((now, self.done))
        while len(self._ticks) > 2 and now - self._ticks[0][0] > self.WINDOW_S:
            self._ticks.popleft()

    def restart(self, now: float) -> None:
        """After a pause, or when the model has loaded: the time until now does not count."""
        self._ticks.clear()
        self._ticks.append((now, self.done))

    @property
    def rate(self) -> float:
        """Photos a second, 0 while unknown."""
        if len(self._ticks) < 2:
            return 0.0
        (t0, n0), (t1, n1) = self._ticks[0], self._ticks[-1]
        return (n1 - n0) / (t1 - t0) if t1 > t0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the rest will take, None while unknown."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None

    @property
    def running(self) -> bool:
        """Whether anything is left to do."""
        return self.done < self.total


def neighbour(shown: Sequence[int], number: int | None, step: int) -> int | None:
    """The photo `step` places on from `number` in the list that is shown; stays within the list."""
    if not shown:
        return None
    if number is None or number not in shown:
        return shown[0 if step > 0 else -1]
    return shown[min(max(shown.index(number) + step, 0), len(shown) - 1)]
