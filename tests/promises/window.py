"""Uses the window under watch, as somebody would: `python -m tests.promises.window EVIDENCE OUT REPORT.json`.

Start, load, drop a folder, look, ask by captions, decide, export in every format, new case, check it, close.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pigeon_desktop.ui import app as program
from pigeon_desktop.ui.case.export import FORMATS
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.window import MainWindow
from tests.promises.watching import differences, listen, open_sockets, traces
from tests.ui.windows import drop

STEP_S = 120.0
"""Seconds that a step may take, on a machine that has other things to do."""

Wait = Callable[[], object]


def use(window: MainWindow, evidence: Path, out: Path) -> Iterator[Wait]:
    """What is done in the window; between two steps it is waited until what was yielded holds."""
    yield lambda: isinstance(window.locating.state, Ready)
    yield lambda: window.map is not None and window.map.settled and window.casework.case is not None
    drop(window, [evidence])
    yield lambda: len(window.session) and not window.locating.running and window.session.answered == len(window.session)
    number = next(i for i in range(len(window.session)) if window.session.state(i) in ("located", "abstained"))
    window.list.select(number)
    yield lambda: window.candidates.model.rows
    window.answers.setCurrentWidget(window.prompts)
    yield lambda: window.prompts.model.rows or "text tower" in window.prompts.state.text()
    window.answers.setCurrentWidget(window.candidates)
    QTest.keyClick(window.list.view, Qt.Key.Key_1)
    yield lambda: window.casework.verdict(number)
    for suffix in FORMATS:
        path = out / f"window.{suffix}"
        window.offers.export(suffix, path)
        yield path.exists
    window.cases.new(out / "window case", "A test")
    yield lambda: window.casework.case is not None and window.casework.case.folder == out / "window case"
    yield lambda: not window.locating.running
    window.cases.check()
    yield lambda: "sound" in window.strip.words.text() or window.notice.isVisible()


class Driver(QObject):
    """Goes through the steps in the window's own event loop, and closes the window."""

    def __init__(self, evidence: Path, out: Path) -> None:
        super().__init__()
        self.evidence, self.out = evidence, out
        self.done = 0
        self.problem = "it did not come to its end, see standard error"
        self.sockets: set[str] = set()
        self._steps: Iterator[Wait] | None = None
        self._wait: Wait = lambda: True
        self._since = time.monotonic()
        self._timer = QTimer(self, interval=50)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        self.sockets |= set(open_sockets())
        window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)), None)
        if window is None:
            return
        if self._steps is None:
            self._steps = use(window, self.evidence, self.out)
        over = True
        try:
            if self._wait():
                self._since = time.monotonic()
                self._wait = next(self._steps)
                self.done += 1
            elif time.monotonic() - self._since > STEP_S:
                raise TimeoutError(f"step {self.done} took too long: {window.strip.words.text()}")
            over = False
        except StopIteration:
            self.problem = ""
        finally:
            if over:
                self._end(window)

    def _end(self, window: MainWindow) -> None:
        self._timer.stop()
        window.close()


def main(evidence: Path, out: Path, report: Path) -> None:
    """One session of the program's own `main`, watched."""
    heard: list[str] = []
    listen(lambda words, places: heard.append(f"{words} at {places[-4:]}"))
    before = traces(evidence)
    program.make_application()
    driver = Driver(evidence, out)
    code = program.main([])
    said = {"heard": heard, "changed": differences(before, traces(evidence)), "sockets": sorted(driver.sockets)}
    report.write_text(json.dumps({**said, "code": code, "steps": driver.done, "problem": driver.problem}), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
