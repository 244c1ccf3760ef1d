"""The verdict on the photo that is shown: how it stands, in words, and a button for each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from pigeon_desktop.ui.theme import PANEL, SMALL


@dataclass(frozen=True)
class Choice:
    """One button: its words, what it does in full (with its key), whether it can be pressed, and whether it holds."""

    text: str
    tip: str
    enabled: bool
    holds: bool


class VerdictBar(QWidget):
    """Words, and three buttons beside each other; where that is too narrow, the first or each stands above the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(self)
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.confirm, self.reject, self.undecided = self.buttons = tuple(QPushButton(self) for _ in range(3))
        for button in self.buttons:
            button.setCheckable(True)
            button.setProperty("tight", True)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(PANEL, SMALL, PANEL, SMALL)
        self.grid.setSpacing(SMALL)
        self._columns = 0
        self._place()

    def show_verdict(self, words: str, confirm: Choice, reject: Choice, undecided: Choice) -> None:
        """Show how it stands, and what can be decided."""
        self.words.setText(words)
        for button, choice in zip(self.buttons, (confirm, reject, undecided), strict=True):
            button.setText(choice.text)
            button.setToolTip(choice.tip)
            button.setAccessibleName(choice.tip)
            button.setEnabled(choice.enabled)
            button.setChecked(choice.holds)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        """See Qt: as narrow as the widest button."""
        wide = max(button.sizeHint().width() for button in self.buttons)
        return QSize(wide + 2 * PANEL, super().minimumSizeHint().height())

    def _fit(self, *buttons: QPushButton) -> bool:
        wide = sum(button.sizeHint().width() for button in buttons) + SMALL * (len(buttons) - 1)
        return wide + 2 * PANEL <= self.width()

    def _place(self) -> None:
        columns = 3 if self._fit(*self.buttons) else 2 if self._fit(self.reject, self.undecided) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for part in (self.words, *self.buttons):
            self.grid.removeWidget(part)
        self.grid.addWidget(self.words, 0, 0, 1, columns)
        places = {3: ((1, 0), (1, 1), (1, 2)), 2: ((1, 0), (2, 0), (2, 1)), 1: ((1, 0), (2, 0), (3, 0))}[columns]
        for button, (row, column) in zip(self.buttons, places, strict=True):
            self.grid.addWidget(button, row, column, 1, 2 if columns == 2 and row == 1 else 1)
