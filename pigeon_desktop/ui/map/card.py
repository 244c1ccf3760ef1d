"""The card beside the cursor: what is there, each probability as a number and a bar."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from pigeon_desktop.ui.look.numbers import percent
from pigeon_desktop.ui.look.rows import RIGHT, bold, draw_bar, draw_text
from pigeon_desktop.ui.look.text_size import SMALL, larger, letters, line_height
from pigeon_desktop.ui.look.theme import Theme

WIDEST, BAR, PAD, GAP = 420.0, 3.0, 10.0, 18.0
"""Pixels: the widest line at the usual text size, the height of the bar below one, the margin, the room before a
number."""


@dataclass(frozen=True)
class CardLine:
    """Some words, then a probability in 0..1 and what follows it; `strong` is what the cursor is on."""

    words: str
    probability: float | None = None
    after: str = ""
    strong: bool = False

    @property
    def number(self) -> str:
        """The probability as it is written, with what follows it."""
        return "" if self.probability is None else f"{percent(self.probability)} {self.after}".rstrip()

    def __str__(self) -> str:
        return f"{self.words} · {self.number}" if self.number else self.words


class Card(QWidget):
    """A few lines near the cursor. It is painted, not laid out: it follows every move of the mouse."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.lines: tuple[CardLine, ...] = ()
        self._ground = parent
        self.measure()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def measure(self) -> None:
        """Take the size of the text."""
        self._plain = letters(SMALL)
        self._strong = bold(self._plain)
        self._line = line_height(self._strong) + 2
        self._widest = WIDEST * larger()
        self.lines = ()
        self.hide()

    def text(self) -> str:
        """What it says, line by line."""
        return "\n".join(map(str, self.lines))

    def show_near(self, lines: tuple[CardLine, ...], at: QPoint) -> None:
        """Show these lines beside a point, inside the parent; none hide it."""
        if not lines:
            self.hide()
            return
        if lines != self.lines:
            self.lines = lines
            self.resize(self._wanted())
            self.setAccessibleName(self.text())
            self.update()
        room = self._ground.rect()
        x = at.x() + 16 if at.x() + 16 + self.width() < room.right() else at.x() - 12 - self.width()
        y = at.y() + 18 if at.y() + 18 + self.height() < room.bottom() else at.y() - 12 - self.height()
        self.move(max(x, 2), max(y, 2))
        self.show()

    def _wanted(self) -> QSize:
        widest, height = 0.0, 2 * PAD - 4
        for entry in self.lines:
            words = QFontMetricsF(self._strong if entry.strong else self._plain).horizontalAdvance(entry.words)
            number = QFontMetricsF(self._strong).horizontalAdvance(entry.number)
            widest = max(widest, words + (number + GAP if entry.number else 0))
            height += self._line + (BAR + 4 if entry.number else 0)
        return QSize(round(min(widest, self._widest) + 2 * PAD + 2), round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        y, width = PAD - 2, self.width() - 2 * PAD
        for entry in self.lines:
            number = QFontMetricsF(self._strong).horizontalAdvance(entry.number) + GAP if entry.number else 0.0
            font = self._strong if entry.strong else self._plain
            draw_text(painter, QRectF(PAD, y, width - number, self._line), entry.words, theme.text, font)
            if entry.probability is not None:
                draw_text(painter, QRectF(PAD, y, width, self._line), entry.number, theme.text, self._strong, RIGHT)
                draw_bar(
                    painter, QRectF(PAD, y + self._line + 1, width, BAR), entry.probability, theme.accent, theme.line
                )
                y += BAR + 4
            y += self._line
        painter.end()
