"""Threads of the window. Each puts what it has to say into a `Post`, which the window's thread empties."""

from __future__ import annotations

import operator
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from pigeon_desktop.errors import Cancelled, PigeonError

ATLAS = threading.Lock()
"""Whoever needs the atlas first loads it; the other waits instead of loading it a second time."""


class Post(QObject):
    """A letterbox from worker threads to the window's thread: at most 20 deliveries a second, whatever comes in.

    It lives in the window's thread, and so does whatever `delivered` is connected to: a signal of a worker
    connected to a plain function would run it in the worker.
    """

    delivered = Signal(list)
    _knock = Signal()

    PAUSE_MS = 50
    MOST = 250
    """Letters in one delivery: more would hold the window's thread for too long."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._letters: deque[Any] = deque()
        self._knocked = False
        self._timer = QTimer(self, singleShot=True, interval=self.PAUSE_MS)
        self._timer.timeout.connect(self._deliver)
        self._knock.connect(self._open)

    def put(self, letter: object) -> None:
        """Leave a letter; from any thread."""
        self._letters.append(letter)
        if not self._knocked:
            self._knocked = True
            self._knock.emit()

    def _open(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        self._knocked = False
        letters = [self._letters.popleft() for _ in range(min(len(self._letters), self.MOST))]
        if self._letters:
            self._timer.start()
        if letters:
            self.delivered.emit(letters)


@dataclass(frozen=True)
class Step:
    """How far a task is: what it does, how much is done, and of how much (0 = unknown)."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Part:
    """A piece of a task's outcome, ahead of the rest."""

    value: Any


@dataclass(frozen=True)
class Outcome:
    """What a task came to: its value, or the error to show. Both None: it was cancelled."""

    value: Any = None
    error: PigeonError | None = None


class Task(QThread):
    """One function in a thread of its own. It gets the task, to report `step` and `part` and to ask `cancelled`.

    `stepped`, `parted` and `ended` are emitted in the window's thread.
    """

    stepped = Signal(Step)
    parted = Signal(object)
    ended = Signal(Outcome)

    def __init__(self, work: Callable[[Task], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self.told = False
        """Its outcome was delivered."""
        self._cancelled = threading.Event()
        self._on_cancel: Callable[[], None] = lambda: None
        self._post = Post(self)
        self._post.delivered.connect(self._read)

    def cancel(self) -> None:
        """Ask it to stop; it ends soon."""
        self._cancelled.set()
        self._on_cancel()

    def on_cancel(self, action: Callable[[], None]) -> None:
        """What else stops it: called by `cancel`, from another thread; at once if it was cancelled already."""
        self._on_cancel = action
        if self.cancelled():
            action()

    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._cancelled.is_set()

    def step(self, stage: str, done: int, total: int) -> None:
        """Report progress, from the task's thread."""
        self._post.put(Step(stage, done, total))

    def part(self, value: object) -> None:
        """Hand over a piece of the outcome, from the task's thread."""
        if self.cancelled():
            raise Cancelled
        self._post.put(Part(value))

    def run(self) -> None:
        """The thread itself."""
        # What stands here if the work fails in a way that nobody foresaw; the traceback goes to standard error.
        outcome = Outcome(error=PigeonError("Something went wrong inside the program. Try again, or report it."))
        try:
            outcome = Outcome(self._work(self))
        except Cancelled:
            outcome = Outcome()
        except PigeonError as error:
            outcome = Outcome(error=error)
        finally:
            self._post.put(outcome)

    def _read(self, letters: list[Step | Part | Outcome]) -> None:
        steps = [letter for letter in letters if isinstance(letter, Step)]
        if steps:
            self.stepped.emit(steps[-1])
        for letter in letters:
            if isinstance(letter, Part):
                self.parted.emit(letter.value)
            elif isinstance(letter, Outcome):
                self.told = True
                self.ended.emit(letter)


class Tasks(QObject):
    """The tasks under way; each is kept until its last letter is read."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks: list[Task] = []

    def start(
        self,
        work: Callable[[Task], Any],
        *,
        ended: Callable[[Outcome], None],
        parted: Callable[[Any], None] | None = None,
    ) -> Task:
        """Do a piece of work in a thread. `ended` and `parted` are methods of QObjects of the window's thread."""
        task = Task(work, self)
        task.ended.connect(self._sweep)
        task.ended.connect(ended)
        if parted is not None:
            task.parted.connect(parted)
        self._tasks.append(task)
        task.start()
        return task

    def close(self) -> None:
        """Cancel them all and wait for them."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            task.wait()

    def _sweep(self) -> None:
        # The one that ends just now may still be on its way out of its thread: it goes the next time. One that has
        # left it may still have letters in its post.
        for task in [task for task in self._tasks if task.told and task.isFinished()]:
            self._tasks.remove(task)
            task.deleteLater()


class Later(QObject):
    """Does work piece by piece, each when the event loop comes round; in the window's thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces: Iterator[object] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._next)

    @property
    def busy(self) -> bool:
        """Whether something is left to be done."""
        return self._timer.isActive()

    def ask(self, *pieces: Callable[[], object]) -> None:
        """Do these, in place of what is left of those before."""
        self.go_through(map(operator.call, pieces))

    def go_through(self, steps: Iterator[object]) -> None:
        """Take these steps, in place of what is left to be done."""
        self._pieces = steps
        self._timer.start()

    def drop(self) -> None:
        """Do nothing more."""
        self._pieces = iter(())
        self._timer.stop()

    def finish(self) -> None:
        """Do at once what is left."""
        for _ in self._pieces:
            pass
        self.drop()

    def _next(self) -> None:
        pieces = self._pieces
        if next(pieces, self) is self and pieces is self._pieces:  # the last one may have asked for others
            self.drop()
