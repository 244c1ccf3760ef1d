"""The status bar: how far the run is and how to stop it; what runs, and that nothing leaves the machine."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QToolButton,
    QWidget,
)

from pigeon_desktop.ui.answers.said import said
from pigeon_desktop.ui.case.locating import Locating
from pigeon_desktop.ui.case.running import Ready, Refused
from pigeon_desktop.ui.look import theme as themes
from pigeon_desktop.ui.look.elided import ElidedLabel
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.look.text_size import grown
from pigeon_desktop.ui.look.theme import Theme, icon

FRESH_S = 4.0
"""Seconds for which a message is shown although a run goes on."""


def duration(seconds: float) -> str:
    """A time as people read it: "50 s", "3 min", "2 h 05 min"."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


class Strip(QStatusBar):
    """The window's status bar. What is to be known of the device stands beside it for good, and never in place of how
    the run is."""

    resumed = Signal()
    """The photos are wanted that a cancelled run has left over."""
    noted = Signal()
    """More is wanted on the device."""
    reopened = Signal()
    """The case that is open for looking only is wanted for writing."""

    def __init__(self, locating: Locating, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._locating, self._theme = locating, theme
        self.words = ElidedLabel(self)
        self.words.setAccessibleName(self.tr("Progress"))
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(themes.PROGRESS_WIDTH)
        self.bar.setAccessibleName(self.tr("Progress of the run"))
        self.pause = self._button(self.tr("Pause"))
        self.cancel = self._button(self.tr("Cancel"))
        self.resume = self._button(self.tr("Locate the rest"))
        self.pause.clicked.connect(self._pause)
        self.cancel.clicked.connect(locating.cancel)
        self.resume.clicked.connect(self.resumed)
        self.looking = QToolButton(self)
        self.looking.setAccessibleName(self.tr("looking only"))
        self.looking.setText(f" {self.looking.accessibleName()}")  # Qt leaves hardly any room after the icon
        self.looking.setToolTip(
            self.tr("The case is open for looking only: nothing in it can be changed. Click to open it for writing.")
        )
        self.looking.clicked.connect(self.reopened)
        self.note = QToolButton(self)
        self.note.setAccessibleName(self.tr("On the device"))
        self.note.clicked.connect(self.noted)
        for button in (self.looking, self.note):
            button.setProperty("small", True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.note.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.device = ElidedLabel(self)
        self.device.setAccessibleName(self.tr("Device and pack"))
        self.device.setProperty("role", "muted")
        self.offline = QLabel(self.tr("offline"), self)
        self.offline.setToolTip(
            self.tr("Nothing leaves this machine: no connection is opened while photos are located.")
        )
        self._row = row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(themes.LARGE, themes.TIGHT, themes.LARGE, themes.TIGHT)
        layout.setSpacing(themes.MEDIUM)
        left: tuple[QWidget, ...] = (self.words, self.bar, self.pause, self.cancel, self.resume)
        right: tuple[QWidget, ...] = (self.looking, self.note, self.device, self.offline)
        for part in left:
            layout.addWidget(part)
        spring = QWidget(self)
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout.addWidget(spring, 1)
        for part in right:
            layout.addWidget(part)
        self.addWidget(row, 1)
        locating.progressed.connect(self.refresh)
        self._said, self._fresh_until = "", 0.0
        self.set_theme(theme)

    def say(self, words: str) -> None:
        """Say something: for a while before the words of a run, and then for as long as there is no run."""
        self._said, self._fresh_until = words, monotonic() + FRESH_S
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Recolour the icons."""
        self._theme = theme
        # As high with buttons as without: the window above it does not jump.
        self._row.setMinimumHeight(self.pause.sizeHint().height() + 2 * themes.TIGHT)
        side = grown(themes.SMALL_ICON)
        for button in (self.looking, self.note):
            button.setIconSize(QSize(side, side))
        self.looking.setIcon(icon("eye", theme.warning))
        self.refresh()

    def refresh(self) -> None:
        """Show how things are."""
        locating, meter = self._locating, self._locating.meter
        running, case = locating.running, locating.case
        self.bar.setVisible(running)
        self.pause.setVisible(running)
        self.cancel.setVisible(running)
        self.looking.setVisible(case is not None and not case.writable)
        left_over = 0 if running else locating.session.waiting
        ready = isinstance(locating.state, Ready) and (case is None or case.writable)
        self.resume.setVisible(bool(left_over) and ready)
        self.pause.setText(self.tr("Resume") if locating.paused else self.tr("Pause"))
        if running:
            self.bar.setRange(0, meter.total)
            self.bar.setValue(meter.done)
        self.words.setText(self._words(left_over))
        self.device.setText(self._device())
        self._show_notes()

    def _words(self, left_over: int) -> str:
        locating, meter = self._locating, self._locating.meter
        if self._said and monotonic() < self._fresh_until and not locating.paused:
            return self._said
        if locating.running:
            parts = []
            if meter.total:
                words = self.tr("{done} of {total}")
                parts.append(words.format(done=amount(meter.done), total=amount(meter.total)))
            if locating.paused:
                parts.append(self.tr("paused") if locating.rests or locating.state is None else self.tr("pausing…"))
            elif locating.state is None:
                parts.append(self.tr("loading the model…"))
            elif meter.rate > 0 and meter.seconds_left is not None:
                digits = 0 if meter.rate >= 10 else 1
                parts.append(self.tr("{rate} photos/s").format(rate=amount(meter.rate, digits)))
                parts.append(self.tr("{time} left").format(time=duration(meter.seconds_left)))
            return " · ".join(parts or [self.tr("looking at the photos…")])
        if left_over and isinstance(locating.state, Ready):
            return self.tr("{count} not located").format(count=amount(left_over))
        if self._said:
            return self._said
        count = len(locating.session)
        return self.tr("{count} photos").format(count=amount(count)) if count else self.tr("No photos yet")

    def _device(self) -> str:
        state = self._locating.state
        if isinstance(state, Ready):
            return f"{state.device} · {state.name}"
        if isinstance(state, Refused):
            return self.tr("no model") if state.missing else self.tr("the model did not load")
        return self.tr("loading the model…")

    def _show_notes(self) -> None:
        state = self._locating.state
        notes = "\n".join(map(said, state.notes)) if isinstance(state, Ready) else ""
        self.note.setVisible(bool(notes))
        self.note.setToolTip(notes)
        self.note.setAccessibleDescription(notes)
        self.device.setToolTip(notes)
        if isinstance(state, Ready):
            theme, wrong = self._theme, not state.as_wished
            self.note.setIcon(icon("warning", theme.warning) if wrong else icon("info", theme.muted))

    def _pause(self) -> None:
        self._locating.pause(not self._locating.paused)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("small", True)
        return button
