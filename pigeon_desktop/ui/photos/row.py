"""A row of the list of photos, and the thumbnails in it."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Signal
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pigeon_desktop.ui import places
from pigeon_desktop.ui.answers import said
from pigeon_desktop.ui.look.rows import (
    RIGHT,
    draw_bar,
    draw_ground,
    draw_probability,
    draw_text,
    draw_thumbnail,
    probability_width,
    rounded,
    smaller,
)
from pigeon_desktop.ui.look.text_size import line_height
from pigeon_desktop.ui.look.theme import Theme
from pigeon_desktop.ui.photos.model import Index, PhotoModel
from pigeon_desktop.ui.photos.pictures import Picture, PictureThread

MARKS = {"confirmed": "✓", "rejected": "✗"}
"""Beside the name of a photo on which something is decided."""
MOST_THUMBNAILS = 800
"""Thumbnails kept, 50 KB each."""
THUMBNAIL = 54
"""Pixels of its sides."""


def row_height(font: QFont) -> int:
    """Pixels of a row: a name, and two lines of small words, the second a bar with its number where there is one."""
    return max(THUMBNAIL, line_height(font) + 2 * line_height(smaller(font))) + 20


class Thumbnails(QObject):
    """The thumbnails that were made, the least recently seen forgotten first."""

    arrived = Signal()

    def __init__(self, thread: PictureThread, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = thread
        self._made: OrderedDict[Path, QPixmap | None] = OrderedDict()
        self._wished: set[Path] = set()

    def get(self, path: Path) -> QPixmap | None:
        """The thumbnail, or None until it arrives."""
        if path in self._made:
            self._made.move_to_end(path)
            return self._made[path]
        if path not in self._wished:
            self._wished.add(path)
            self._thread.thumbnail(path)
        return None

    def take(self, pictures: list[Picture]) -> None:
        """Keep thumbnails that the thread has made."""
        for picture in pictures:
            self._wished.discard(picture.path)
            if not picture.dropped:
                made = None if picture.image is None else rounded(QPixmap.fromImage(picture.image), 12)
                self._made[picture.path] = made
        while len(self._made) > MOST_THUMBNAILS:
            self._made.popitem(last=False)
        self.arrived.emit()


class PhotoRow(QStyledItemDelegate):
    """Draws a photo: thumbnail, name, first candidate with its probability."""

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.model, self.thumbnails, self.theme = model, thumbnails, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See Qt."""
        return QSize(200, row_height(option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        painter.save()
        theme, session = self.theme, self.model.session
        number = self.model.numbers[index.row()]
        row, state = session.rows[number], session.state(number)
        room = draw_ground(painter, option, theme)
        side = min(room.height(), THUMBNAIL)
        picture = self.thumbnails.get(row.path)
        draw_thumbnail(painter, QRectF(room.left(), room.top(), side, side), picture, theme)
        room.setLeft(room.left() + side + 12)
        small = smaller(option.font)
        name = QRectF(room.left(), room.top(), room.width(), line_height(option.font))
        if mark := MARKS.get(row.decision):
            draw_text(painter, name, mark, theme.accent if row.decision == "confirmed" else theme.muted, small, RIGHT)
            name.setRight(name.right() - line_height(small))
        draw_text(painter, name, row.name, theme.muted if row.gone else theme.text, option.font)
        below = QRectF(room.left(), name.bottom() + 1, room.width(), line_height(small))
        if state == "located":
            draw_text(painter, below, places.short(row.place), theme.muted, small)
            below.translate(0, below.height())
            draw_probability(painter, below, row.probability, theme, small)
            bar = QRectF(room.left(), below.center().y() - 1, room.width() - probability_width(1.0, small), 4)
            draw_bar(painter, bar, row.probability, theme.accent, theme.line)
        else:
            colour = {"failed": theme.danger, "abstained": theme.warning}.get(state, theme.muted)
            draw_text(painter, below, self.model.describe(number), colour, small)
            if row.reason:
                below.translate(0, below.height() - 1)
                draw_text(painter, below, said.said(row.reason).removeprefix(f"{row.path}: "), theme.muted, small)
        painter.restore()
