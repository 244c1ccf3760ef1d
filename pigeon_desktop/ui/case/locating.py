"""The run: which thread locates, how far it is, and that it goes on when photos come in."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pigeon_desktop.ui.case.running import Advanced, Ended, Job, Ready, Refused, Resting, Retry, RunThread
from pigeon_desktop.ui.case.session import Meter, Session

if TYPE_CHECKING:
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.engine.within import Filter
    from pigeon_desktop.packs.store import Pack


class Locating(QObject):
    """Runs over the open case with one pack at a time."""

    ready = Signal(Ready)
    refused = Signal(Refused)
    located = Signal(list, list)
    """Numbers of photos that are new, and of those of which something new was said."""
    ended = Signal(Ended)
    progressed = Signal()
    """The run has moved on, begun, paused or ended."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.case: Case | None = None
        self.meter = Meter()
        self.within: Filter | None = None
        self.top = 5
        self.device = "auto"
        self.threads: int | None = None
        self.state: Ready | Refused | None = None
        """None while the model loads."""
        self.paused = False
        """The run is to rest; what it has in hand it finishes first."""
        self.rests = False
        """It does."""
        self._thread: RunThread | None = None
        self._leaving: list[RunThread] = []
        self._job: Job | None = None
        self._again = False
        self._retry: Retry = False
        """What the run after this one tries again."""

    @property
    def pack(self) -> Pack | None:
        """The pack that is loaded."""
        return self.state.pack if isinstance(self.state, Ready) else None

    @property
    def running(self) -> bool:
        """Whether a run goes on."""
        return self._job is not None

    def start(self, pack: str) -> None:
        """Load a pack; whatever it has not answered yet is answered then."""
        self._leave()
        self.state = None
        self._thread = RunThread(pack, self.device, self.threads, self)
        self._thread.post.delivered.connect(self._read)
        self._thread.finished.connect(self._forget)
        self._thread.start()
        self.run()

    def run(self, *, retry: Retry = False) -> None:
        """Answer what is not answered under the present settings; if a run goes on, once more after it."""
        if self._thread is None or self.case is None or isinstance(self.state, Refused):
            return
        if not self.case.writable:
            self.session.stopped = True
            return
        if self._job is not None:
            self._again, self._retry = True, _both(self._retry, retry)
            return
        self.session.stopped = False
        self.meter = Meter()
        self._job = Job(self.case, self.within, self.top, retry=retry)
        self._thread.submit(self._job)
        self.progressed.emit()

    def run_anew(self) -> None:
        """The settings are others: what runs under the old ones is stopped."""
        if self._job is not None:
            self._job.stop()
            self._resume()
        self.run()

    def pause(self, paused: bool) -> None:
        """Rest, or go on."""
        if self._thread is not None and self.running:
            self.paused, self.rests = paused, False
            self._thread.pause(paused)
            self.meter.restart(monotonic())
            self.progressed.emit()

    def cancel(self) -> None:
        """Stop the run; what was said so far stays."""
        self._again, self._retry = False, False
        if self._job is not None:
            self._job.stop()
            self._resume()
        self.session.stopped = True
        self.progressed.emit()

    def leave_case(self) -> None:
        """Stop, and wait until nobody has the case open; the model stays loaded."""
        job = self._job
        self.cancel()
        if job is not None:
            job.leave()
        self.case, self._job = None, None

    def close(self) -> None:
        """Stop everything and wait for the threads; at the end of the program."""
        self.leave_case()
        self._leave()
        for thread in list(self._leaving):
            thread.wait()

    def _resume(self) -> None:
        self.paused = self.rests = False
        if self._thread is not None:
            self._thread.pause(False)

    def _leave(self) -> None:
        if self._thread is not None:
            if self._job is not None:
                self._job.leave()  # whoever closes the case next must find nobody in it
            self._thread.post.delivered.disconnect(self._read)
            self._thread.close()
            self._leaving.append(self._thread)
            self._thread = None
        self._job, self._again, self._retry, self.paused, self.rests = None, False, False, False, False

    def _forget(self) -> None:
        for thread in [t for t in self._leaving if t.isFinished()]:
            self._leaving.remove(thread)
            thread.deleteLater()

    def _read(self, letters: list[Ready | Refused | Advanced | Resting | Ended]) -> None:
        new: list[int] = []
        changed: list[int] = []
        for letter in letters:
            if isinstance(letter, Advanced):
                if letter.job.case is not self.case:
                    continue
                came, moved = self.session.take(letter.rows)
                new += came
                changed += moved
                self.rests = False
                if self._job is not None:
                    self.meter.follow(letter.done, letter.total, monotonic())
            elif isinstance(letter, Resting):
                self.rests = self.paused and letter.job is self._job
            elif isinstance(letter, Ready):
                self.state = letter
                self.session.look_again()
                self.ready.emit(letter)
            elif isinstance(letter, Refused):
                self.state = letter
                self._job, self._again = None, False
                self._resume()
                self.refused.emit(letter)
            elif letter.job is self._job:
                self._tell(new, changed)  # whoever hears of the end knows all that was found
                new, changed = [], []
                self._end(letter)
        self._tell(new, changed)
        self.progressed.emit()

    def _tell(self, new: list[int], changed: list[int]) -> None:
        if new or changed:
            self.located.emit(new, list(dict.fromkeys(changed)))

    def _end(self, ended: Ended) -> None:
        self._job = None
        self._resume()  # it may have been paused when nothing was left to rest before
        again, self._again = self._again, False
        retry, self._retry = self._retry, False
        if again and not ended.problem:
            self.run(retry=retry)
        else:
            self.session.stopped = bool(self.session.waiting)
        self.ended.emit(ended)


def _both(one: Retry, other: Retry) -> Retry:
    if True in (one, other):
        return True
    return frozenset(one or ()) | frozenset(other or ())  # type: ignore[arg-type]
