"""The run: which thread locates, how far it is, and what it has said."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pigeon_desktop.ui.session import Meter, Session
from pigeon_desktop.ui.workers import Ended, Job, Located, LocateThread, Ready, Refused

if TYPE_CHECKING:
    from pigeon_desktop.engine.within import Filter


class Locating(QObject):
    """Locates the photos of a session with one pack at a time."""

    ready = Signal(Ready)
    refused = Signal(Refused)
    located = Signal(list)
    """Numbers of the photos of which something was said."""
    progressed = Signal()
    """The run has moved on, begun, paused or ended."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.meter = Meter()
        self.within: Filter | None = None
        self.state: Ready | Refused | None = None
        """None while the model loads."""
        self.paused = False
        self._thread: LocateThread | None = None
        self._leaving: list[LocateThread] = []

    def start(self, pack: str) -> None:
        """Load a pack; whatever was not located yet waits for it."""
        self._leave()
        self.state = None
        self.paused = False
        self.meter = Meter()
        self._thread = LocateThread(pack, self)
        self._thread.post.delivered.connect(self._read)
        self._thread.finished.connect(self._forget)
        self._thread.start()
        self.run(self.session.unlocated())

    def run(self, numbers: list[int]) -> None:
        """Locate these photos, after those that wait already."""
        if not numbers:
            self.progressed.emit()
            return
        self.session.wait(numbers)
        if self._thread is not None and not isinstance(self.state, Refused):
            self.meter.start(len(numbers), monotonic())
            self._thread.submit(Job(numbers, [self.session.paths[n] for n in numbers], self.within))
        self.progressed.emit()

    def pause(self, paused: bool) -> None:
        """Rest, or go on."""
        if self._thread is not None and self.meter.running:
            self.paused = paused
            self._thread.pause(paused)
            self.meter.restart(monotonic())
            self.progressed.emit()

    def cancel(self) -> None:
        """Stop the run; what was said so far stays."""
        if self._thread is not None:
            self._thread.cancel()
        self.paused = False
        self.meter = Meter()
        self.session.stop()
        self.progressed.emit()

    def close(self) -> None:
        """Stop everything and wait for the threads; at the end of the program."""
        self._leave()
        for thread in list(self._leaving):
            thread.wait()

    def _leave(self) -> None:
        if self._thread is not None:
            self._thread.post.delivered.disconnect(self._read)
            self._thread.close()
            self._leaving.append(self._thread)
            self._thread = None

    def _forget(self) -> None:
        for thread in [t for t in self._leaving if t.isFinished()]:
            self._leaving.remove(thread)
            thread.deleteLater()

    def _read(self, letters: list[Ready | Refused | Located | Ended]) -> None:
        numbers = []
        for letter in letters:
            if isinstance(letter, Located):
                self.session.put(letter.number, letter.prediction)
                numbers.append(letter.number)
            elif isinstance(letter, Ready):
                self.state = letter
                self.meter.restart(monotonic())
                self.ready.emit(letter)
            elif isinstance(letter, Refused):
                self.state = letter
                self.meter = Meter()
                self.refused.emit(letter)
        if numbers:
            if self.meter.running:  # after a cancel the last ones may still come in
                self.meter.advance(len(numbers), monotonic())
            self.located.emit(numbers)
        self.progressed.emit()
