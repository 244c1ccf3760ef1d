"""`pigeon-desktop --check`: the window opens, waits for its model and closes; what an installation is tried with."""

from __future__ import annotations

import sys
import time
import traceback
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer

from pigeon_desktop.ui.case.running import Ready, Refused
from pigeon_desktop.ui.window import MainWindow

PATIENCE_S = 300
"""How long the model may take, on a slow machine."""


class Check(QObject):
    """Watches a window that is about to be shown. `failed` is what went wrong: the model was refused, or some part of
    the window raised an error."""

    def __init__(self, window: MainWindow, since: float) -> None:
        """`since`: when the program began, by `time.perf_counter`."""
        super().__init__(window)
        self.failed = ""
        self._window, self._since, self._seen = window, since, False
        window.installEventFilter(self)
        window.locating.ready.connect(self._ready)
        window.locating.refused.connect(self._refused)
        sys.excepthook = self._raised
        QTimer.singleShot(PATIENCE_S * 1000, self, self._late)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt: the first time that the window is painted."""
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            self._say("window")
        return False

    def _ready(self, ready: Ready) -> None:
        self._say(f"model on {ready.device}")
        QTimer.singleShot(0, self._window, self._window.close)

    def _refused(self, refused: Refused) -> None:
        self._fail(refused.message)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._fail("".join(traceback.format_exception(kind, error, trace)))

    def _late(self) -> None:
        self._fail(f"The model was not ready after {PATIENCE_S} s.")

    def _fail(self, why: str) -> None:
        self.failed = self.failed or why
        QTimer.singleShot(0, self._window, self._window.close)

    def _say(self, what: str) -> None:
        print(f"{time.perf_counter() - self._since:.2f} s  {what}", flush=True)
