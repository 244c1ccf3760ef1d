"""The verdict on the photo that is shown: how it stands, in words, and a button for each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from pigeon_desktop.ui.look.flow import Flow
from pigeon_desktop.ui.look.theme import PANEL, SMALL


@dataclass(frozen=True)
class Choice:
    """One button: its words, what it does in full (with its key), whether it can be pressed, and whether it holds."""

    text: str
    tip: str
    enabled: bool
    holds: bool


class VerdictBar(QWidget):
    """Words, and below them three buttons side by side, or in as many rows as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(self)
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.confirm, self.reject, self.undecided = self.buttons = tuple(QPushButton(self) for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(PANEL, SMALL, PANEL, SMALL)
        column.setSpacing(SMALL)
        column.addWidget(self.words)
        row = Flow(gap=SMALL, fill=True)
        for button in self.buttons:
            button.setCheckable(True)
            button.setProperty("tight", True)
            row.addWidget(button)
        column.addLayout(row)

    def show_verdict(self, words: str, confirm: Choice, reject: Choice, undecided: Choice) -> None:
        """Show how it stands, and what can be decided."""
        self.words.setText(words)
        for button, choice in zip(self.buttons, (confirm, reject, undecided), strict=True):
            button.setText(choice.text)
            button.setToolTip(choice.tip)
            button.setAccessibleName(choice.tip)
            button.setEnabled(choice.enabled)
            button.setChecked(choice.holds)
        self._take_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._take_room()

    def _take_room(self) -> None:
        """A splitter does not ask how high something is at its width."""
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))
