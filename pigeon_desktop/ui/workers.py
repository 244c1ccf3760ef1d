"""Threads of the window. Each puts what it has to say into a `Post`, which the window's thread empties."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from pigeon_desktop.errors import Cancelled, PigeonError

if TYPE_CHECKING:  # these pull in the model's runtime: the window shows before that
    from pigeon_desktop.engine.locator import Locator
    from pigeon_desktop.engine.prediction import Prediction
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.engine.text import Asker
    from pigeon_desktop.engine.within import Filter
    from pigeon_desktop.reports.context import ReportContext

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


class Job:
    """Photos to locate under one "search within"."""

    def __init__(self, numbers: Sequence[int], paths: Sequence[Path], within: Filter | None) -> None:
        self.numbers, self.paths, self.within = numbers, paths, within
        self._lock = threading.Lock()
        self._token: CancelToken | None = None
        self.stopped = False
        self.over = False
        """Nothing more will be said of its photos."""

    def stop(self) -> None:
        """Cancel it, whether it waits or runs; from any thread."""
        with self._lock:
            self.stopped = True
            if self._token is not None:
                self._token.cancel()

    def start(self, token: CancelToken) -> None:
        """It runs now, under this token."""
        with self._lock:
            self._token = token
            if self.stopped:
                token.cancel()


@dataclass(frozen=True)
class Ready:
    """The model is loaded. `notes` say, for instance, why the GPU does not run; `context` is for reports, `asker` for
    captions."""

    device: str
    pack: str
    notes: tuple[str, ...]
    context: ReportContext
    asker: Asker


@dataclass(frozen=True)
class Refused:
    """The model cannot be loaded. `missing`: because it is not installed."""

    message: str
    missing: bool


@dataclass(frozen=True)
class Located:
    """One photo's prediction, whatever came of it."""

    number: int
    prediction: Prediction


@dataclass(frozen=True)
class Ended:
    """A job is over."""

    job: Job


class LocateThread(QThread):
    """The one inference thread: it loads the model, owns it and works off jobs in order.

    `post` delivers Ready or Refused once, then Located and Ended.
    """

    def __init__(self, pack: str, parent: QObject) -> None:
        super().__init__(parent)
        self.pack = pack
        self.post = Post(self)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._jobs: list[Job] = []
        self._go = threading.Event()
        self._go.set()

    def submit(self, job: Job) -> None:
        """Locate these photos after those submitted before."""
        self._jobs.append(job)
        self._queue.put(job)

    def pause(self, paused: bool) -> None:
        """Stop taking photos, or go on."""
        if paused:
            self._go.clear()
        else:
            self._go.set()

    def cancel(self) -> None:
        """Stop what runs and forget what waits; the model stays loaded."""
        for job in self._jobs:
            job.stop()
        self._jobs.clear()
        self._go.set()

    def close(self) -> None:
        """Stop everything; the thread ends as soon as what it cannot interrupt (loading) is over."""
        self.cancel()
        self._queue.put(None)

    def run(self) -> None:
        """The thread itself."""
        locator = self._load()
        while locator is not None and (job := self._queue.get()) is not None:
            for located in self._locate(locator, job):
                self.post.put(located)
            job.over = True
            self.post.put(Ended(job))

    def _load(self) -> Locator | None:
        try:
            from pigeon_desktop.packs.store import PackNotInstalled, open_pack

            pack = open_pack(self.pack)
            with ATLAS:
                from pigeon_desktop.earth.atlas import load_atlas

                load_atlas()
            from pigeon_desktop.engine.locator import Locator

            locator = Locator(pack)
            # Places on the open sea, north and south: the atlas builds its search trees now, which keeps Python
            # from the window for a tenth of a second, and not in the middle of a run.
            locator.atlas.places([50.0, -50.0], [-30.0, -30.0])
        except PigeonError as error:
            self.post.put(Refused(str(error), isinstance(error, PackNotInstalled)))
            return None
        from pigeon_desktop.engine.text import Asker
        from pigeon_desktop.reports.context import ReportContext

        manifest = locator.pack.manifest
        context = ReportContext.of(locator, "", areas=True)
        name, asker = f"{manifest.name} {manifest.version}", Asker(locator.pack, locator.mark, locator.encoder)
        self.post.put(Ready(locator.device, name, tuple(locator.notes), context, asker))
        return locator

    def _locate(self, locator: Locator, job: Job) -> Iterator[Located]:
        from pigeon_desktop.engine.locator import Settings
        from pigeon_desktop.engine.session import CancelToken

        token = CancelToken()
        job.start(token)
        try:
            predictions = locator.locate_all(job.paths, Settings(within=job.within), token)
            for number, prediction in zip(job.numbers, predictions, strict=True):
                yield Located(number, prediction)
                self._go.wait()
                token.check()
        except Cancelled:
            return
