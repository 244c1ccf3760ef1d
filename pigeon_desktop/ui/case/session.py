"""What the window is about: the photos of the open case as rows, and which is selected. Knows nothing of Qt."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from pigeon_desktop.ui import places

if TYPE_CHECKING:  # these pull in numpy: the window shows before that
    from pigeon_desktop.cases.contents import Row
    from pigeon_desktop.engine.prediction import Prediction

State = Literal["waiting", "stopped", "located", "abstained", "failed"]
"""`waiting`: its turn will come. `stopped`: the run was cancelled before its turn."""

Shown = Literal["all", "located", "abstained", "failed", "undecided", "confirmed", "rejected"]
"""Which photos the list shows."""

Order = Literal["added", "probability", "place", "name"]
"""How the list is sorted: as they came, the surest first, by the first candidate's place, by the file's name."""

SHOWN: tuple[Shown, ...] = get_args(Shown)
ORDERS: tuple[Order, ...] = get_args(Order)


class Session:
    """The photos in the order they came. A photo is known by its number, which never changes.

    Files that turn out to be the same picture become one photo: the numbers of the later ones are then `same`.
    `recall` gives what was said of a row's photo, in full; only that of the selected one is kept.
    """

    def __init__(self) -> None:
        self.recall: Callable[[Row], Prediction | None] = lambda row: None
        self.clear()

    def clear(self) -> None:
        """Another case."""
        self.rows: list[Row] = []
        self.same: set[int] = set()
        self.confirmed: set[int] = set()
        """Numbers of the photos whose place is confirmed."""
        self.selected: int | None = None
        self.candidate: int | None = None
        """Rank of the selected candidate of the selected photo; 0 stands for "elsewhere"."""
        self.stopped = False
        """The run was cancelled: what waits is not being located."""
        self._answer: Prediction | None = None
        self._number: dict[int, int] = {}
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.rows) - len(self.same)

    def take(self, rows: Iterable[Row]) -> tuple[list[int], list[int]]:
        """Take in rows as they are now; returns the numbers that are new, and those that changed."""
        new, changed = [], []
        for row in rows:
            numbers = sorted({self._number[file] for file in row.files if file in self._number})
            for twin in numbers[1:]:
                self._forget(twin)
                self.same.add(twin)
                changed.append(twin)
            if numbers:
                number = numbers[0]
                self._forget(number)
                self.rows[number] = row
                changed.append(number)
            else:
                number = len(self.rows)
                self.rows.append(row)
                new.append(number)
            self._number.update(dict.fromkeys(row.files, number))
            self._counts.update((row.state, row.decision))
            if row.decision == "confirmed":
                self.confirmed.add(number)
            if number == self.selected:
                self.look_again()
        return new, changed

    def knows(self, row: Row) -> bool:
        """Whether a row of these files was taken in before."""
        return any(file in self._number for file in row.files)

    def _forget(self, number: int) -> None:
        if number not in self.same:
            self._counts.subtract((self.rows[number].state, self.rows[number].decision))
            self.confirmed.discard(number)

    def number_at(self, path: Path) -> int | None:
        """The number of the photo that lies there, None if there is none."""
        for number, row in enumerate(self.rows):
            if number not in self.same and (row.place_on_disk == str(path) or path in row.others):
                return number
        return None

    def state(self, number: int) -> State:
        """Where a photo stands."""
        state = self.rows[number].state
        return "stopped" if state == "waiting" and self.stopped else state

    def count(self, shown: Shown) -> int:
        """How many photos a filter lets through."""
        return len(self) if shown == "all" else self._counts[shown]

    @property
    def waiting(self) -> int:
        """How many photos nothing was said of yet."""
        return self._counts["waiting"]

    @property
    def answered(self) -> int:
        """How many photos something was said of."""
        return len(self) - self.waiting

    def lets_through(self, number: int, shown: Shown) -> bool:
        """Whether a filter shows a photo."""
        row = self.rows[number]
        return number not in self.same and (shown == "all" or shown in (row.state, row.decision))

    def numbers(self, shown: Shown, order: Order = "added", sought: str = "") -> list[int]:
        """The photos that a filter lets through, whose name or place contains what is sought, sorted."""
        rows, sought = self.rows, sought.casefold()
        found = [i for i in range(len(rows)) if self.lets_through(i, shown)]
        if sought:
            place = places.rewriter()
            found = [i for i in found if sought in rows[i].name.casefold() or sought in place(rows[i].place).casefold()]
        if order == "probability":
            found.sort(key=lambda i: -rows[i].probability)
        elif order == "place":
            found.sort(key=lambda i: (not rows[i].place, rows[i].country, rows[i].place))
        elif order == "name":
            found.sort(key=lambda i: rows[i].name.casefold())
        return found

    def select(self, number: int | None) -> None:
        """Select a photo, and with it its first candidate."""
        self.selected, self.candidate = number, None
        self.look_again()

    def look_again(self) -> None:
        """What was said of the selected photo may be another thing by now; its candidate stays selected if it can."""
        self._answer = None if self.selected is None else self.recall(self.rows[self.selected])
        ranks = [candidate.rank for candidate in self._answer.candidates] if self._answer is not None else []
        if self.candidate not in ranks:
            self.candidate = ranks[0] if ranks else None

    def prediction(self) -> Prediction | None:
        """What was said of the selected photo."""
        return self._answer


class Meter:
    """How fast photos come and how long the rest will take; seconds are those of one monotonic clock."""

    WINDOW_S = 8.0
    """The rate is that of the last seconds: it follows a change, and does not flicker."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0
        self._ticks: deque[tuple[float, int]] = deque()

    def follow(self, done: int, total: int, now: float) -> None:
        """So much is done of so much."""
        self.done, self.total = done, total
        self._ticks.append((now, done))
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


def neighbour(shown: Sequence[int], number: int | None, step: int) -> int | None:
    """The photo `step` places on from `number` in the list that is shown; stays within the list."""
    if not shown:
        return None
    if number is None or number not in shown:
        return shown[0 if step > 0 else -1]
    return shown[min(max(shown.index(number) + step, 0), len(shown) - 1)]
