"""What somebody should know before they begin: what the program is for, what not, and how often it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.workers import Outcome, Task

READ = "responsible use"
"""Under this the settings keep that it was read."""


@dataclass(frozen=True)
class HowOften:
    """How often the default pack is right: the share of `photographs` whose first country is, and the median distance
    of the first candidate in km."""

    photographs: int
    country: float
    median_km: float


def how_often(task: Task) -> HowOften | None:
    """The figures of the default pack's own manifest; None where it has none."""
    from pigeon_desktop.packs.store import open_pack

    measured = open_pack("default").manifest.evaluation.get("all")
    return HowOften(measured["n"], measured["country_top1"], measured["median_km"]) if measured else None


class Responsible(QWidget):
    """A card above everything that stays until it was read, and never comes again. It stops nobody from working."""

    def __init__(self, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        card = QFrame(self)
        card.setProperty("role", "card")
        title = QLabel(self.tr("A lead, not proof"), self)
        title.setProperty("role", "title")
        self.words = QLabel(self)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.read = QPushButton(self.tr("Understood"), self)
        self.read.clicked.connect(self._was_read)
        for label in (title, self.words):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        around = QVBoxLayout(self)
        around.setContentsMargins(14, 10, 14, 10)
        around.addWidget(card)
        layout = QGridLayout(card)
        layout.setContentsMargins(20, 10, 16, 12)
        layout.setVerticalSpacing(6)
        layout.addWidget(title, 0, 0)
        layout.addWidget(self.read, 0, 1)
        layout.addWidget(self.words, 1, 0, 1, 2)
        layout.setColumnStretch(0, 1)
        self.setAccessibleName(title.text())
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether it was not read yet."""
        return not self._settings.value(READ, False, bool)

    def show_figures(self, outcome: Outcome) -> None:
        """Show the card, with what `how_often` came to."""
        parts = [
            self.tr(
                "Pigeon Desktop helps to find out where photographs were taken that are to be verified. Do not use it "
                "to find where a private person lives or stays, or on pictures whose maker it could put in danger."
            )
        ]
        if isinstance(outcome.value, HowOften):
            words = self.tr(
                "It is often wrong: of {count} photographs at places that it had not seen, the first country was "
                "right for {percent} %, and every second first candidate was more than {km} km off."
            )
            figures = outcome.value
            parts.append(
                words.format(
                    count=amount(figures.photographs),
                    percent=amount(100 * figures.country),
                    km=amount(figures.median_km),
                )
            )
        parts.append(
            self.tr(
                "Confirm every answer with sources of another kind before anyone acts on it. A case begins with its "
                "purpose: write down what it is for, and who asked."
            )
        )
        self.words.setText("\n".join(parts))
        self.setAccessibleDescription(self.words.text())
        self.show()

    def _was_read(self) -> None:
        self._settings.setValue(READ, True)
        self.hide()
