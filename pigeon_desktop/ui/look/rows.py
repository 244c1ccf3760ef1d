"""How a row of a list is drawn: a probability is always a number and a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from pigeon_desktop.ui import places
from pigeon_desktop.ui.look.focus import draw_ring
from pigeon_desktop.ui.look.numbers import percent
from pigeon_desktop.ui.look.text_size import SMALL, resized
from pigeon_desktop.ui.look.theme import Theme

if TYPE_CHECKING:  # the record's module pulls in the atlas: the window shows before that
    from pigeon_desktop.engine.prediction import Candidate

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def short_place(candidate: Candidate) -> str:
    """The place without its distance to a town: "Setúbal, Portugal"."""
    return places.written(candidate.place).partition(" · ")[0]


def draw_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> QRectF:
    """The row's background; returns the room for its content."""
    room = QRectF(option.rect).adjusted(8, 2, -8, -2)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if selected or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.selection if selected else theme.hover))
        painter.drawRoundedRect(room, 8, 8)
    if selected:
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(room.left(), room.top() + 10, 3, room.height() - 20), 1.5, 1.5)
    if option.state & QStyle.StateFlag.State_HasFocus:
        draw_ring(painter, room, theme.accent, 8)
    return room.adjusted(10, 8, -10, -8)


def draw_bar(painter: QPainter, room: QRectF, probability: float, colour: str, ground: str) -> None:
    """A bar of the probability's length."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(room, 2, 2)
    if probability > 0:
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(
            QRectF(room.left(), room.top(), max(room.width() * probability, 3), room.height()), 2, 2
        )


def draw_text(
    painter: QPainter, room: QRectF, text: str, colour: str, font: QFont, align: Qt.AlignmentFlag = LEFT
) -> None:
    """One line of text, shortened to its room."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(room, align, QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width()))


def draw_probability(painter: QPainter, room: QRectF, probability: float, theme: Theme, font: QFont) -> None:
    """The number at the right end of a line."""
    draw_text(painter, room, percent(probability), theme.text, bold(font), RIGHT)


def probability_width(probability: float, font: QFont) -> float:
    """Pixels that the number takes, with a gap before it."""
    return QFontMetricsF(bold(font)).horizontalAdvance(percent(probability)) + 10


def draw_thumbnail(painter: QPainter, room: QRectF, picture: QPixmap | None, theme: Theme) -> None:
    """A thumbnail, or its empty place."""
    if picture is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(room, 6, 6)
    else:
        painter.drawPixmap(room.toRect(), picture)


def rounded(picture: QPixmap, radius: float) -> QPixmap:
    """A copy with round corners: done once, for clipping in every paint is slow."""
    out = QPixmap(picture.size())
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(picture)
    painter.drawRoundedRect(QRectF(out.rect()), radius, radius)
    painter.end()
    return out


def bold(font: QFont) -> QFont:
    """The same in semi-bold."""
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


def smaller(font: QFont) -> QFont:
    """The same, a tenth smaller."""
    return resized(font, SMALL)
