"""The selected photo: in its corner, and large over the whole window; over it what spoke for a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from pigeon_desktop.ui.look.flow import Flow
from pigeon_desktop.ui.look.focus import draw_ring
from pigeon_desktop.ui.look.rows import draw_text
from pigeon_desktop.ui.look.text_size import TINY, grown, letters, line_height
from pigeon_desktop.ui.look.theme import PANEL, PHOTO_TEXT, SMALL, Theme
from pigeon_desktop.ui.photos.heat import MOST, OUTSIDE, HeatPainting
from pigeon_desktop.ui.workers import Step

if TYPE_CHECKING:
    from pigeon_desktop.ui.photos.spoke import Heat

MOST_OPAQUE = round(MOST * 255)
SWATCH, SWATCH_GAP, ENTRY_GAP = 24, 6, 16
"""Pixels in the legend: a swatch, from there to its words, and from there to the next."""

Entry = tuple[Literal["heat", "outside"] | None, str]
"""A swatch of the legend, and what it means."""


class PhotoView(QWidget):
    """A picture as large as its room allows, or words in its place. `clicked` when it is clicked, or by Enter.

    Below it, once `offer` was called, is a button to see what spoke for a candidate.
    """

    clicked = Signal()
    asked = Signal(str)
    """What spoke for the candidate is wanted: by "patches", or by "occlusion" (slow)."""
    unasked = Signal()
    """It is not wanted any more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, margin: int = 12) -> None:
        super().__init__(parent)
        self.theme = theme
        self._margin = margin
        self._picture = QPixmap()
        self._scaled = QPixmap()
        self._words = ""
        self._name = ""
        self._painting: HeatPainting | None = None
        self.ground = ""
        self.setMinimumHeight(120)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Selected photo"))
        self.toggle, self.closer = QToolButton(self), QToolButton(self)
        self.toggle.setCheckable(True)
        for button in (self.toggle, self.closer):
            button.setProperty("outlined", True)
        self.toggle.setToolTip(self.tr("Show what spoke for the candidate, patch by patch: a rough view."))
        self.toggle.clicked.connect(self._toggled)
        self.closer.setToolTip(self.tr("Cover part after part of the photo and see how much is lost: takes seconds."))
        self.closer.clicked.connect(self._closer_clicked)
        self._below = Flow()
        self._below.addWidget(self.toggle)
        self._below.addWidget(self.closer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL, 0, PANEL, SMALL)
        layout.addStretch(1)
        layout.addLayout(self._below)
        self._looking = False
        self.offer(None)

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(340, 260)

    @property
    def picture(self) -> QPixmap:
        """The picture on show."""
        return self._picture

    @property
    def heat(self) -> Heat | None:
        """The heat on show."""
        return self._painting.heat if self._painting is not None else None

    def show_picture(self, picture: QPixmap, name: str) -> None:
        """Show a picture; `name` is for those who cannot see it."""
        self._picture, self._scaled, self._words, self._name = picture, QPixmap(), "", name
        self._describe()

    def show_words(self, words: str) -> None:
        """Show words in place of a picture."""
        self._picture, self._scaled, self._words, self._name = QPixmap(), QPixmap(), words, words
        self._painting = None
        self._describe()

    def offer(self, rank: int | None) -> None:
        """Offer to show what spoke for the candidate of this rank; None: there is none. A heat goes with its
        candidate, but the button stays pressed, on the next photos too: whoever offers asks again if `wanted`."""
        self._offered = rank is not None
        words = "" if rank is None else self.tr("What spoke for {rank}?").format(rank=rank)
        self.toggle.setText(words)
        self.toggle.setVisible(rank is not None)
        self._look(False)
        if self._painting is not None:
            self.show_heat(None)
        self._lay_out()

    @property
    def wanted(self) -> bool:
        """Whether what spoke for the candidate on offer is wanted."""
        return self._offered and self.toggle.isChecked()

    def show_heat(self, heat: Heat | None) -> None:
        """Paint what spoke for a candidate over the picture, or nothing."""
        self._painting = HeatPainting(heat) if heat is not None else None
        self._look(False)
        self._describe()

    def show_step(self, step: Step) -> None:
        """Say how far looking closer is."""
        self._look(True)
        self.closer.setText(self.tr("Stop ({done} of {total})").format(done=step.done, total=step.total))
        self._lay_out()

    def put_away(self) -> None:
        """Take the heat away, and let go of the button: there is no answer."""
        self.toggle.setChecked(False)
        self.show_heat(None)

    def set_theme(self, theme: Theme) -> None:
        """Recolour it."""
        self.theme = theme
        self.update()

    def _toggled(self, checked: bool) -> None:
        if checked:
            self.asked.emit("patches")
        else:
            self.show_heat(None)
            self.unasked.emit()
        self._look(False)

    def _closer_clicked(self) -> None:
        stop = self._looking
        self._look(not stop)
        self.asked.emit("patches" if stop else "occlusion")

    def _look(self, looking: bool) -> None:
        """Looking closer is under way, or not any more."""
        self._looking = looking
        self.closer.setText(self.tr("Stop") if looking else self.tr("Look closer"))
        done = self._painting is not None and self._painting.heat.spoke.way == "occlusion"
        self.closer.setVisible(self.wanted and (looking or not done))
        self._lay_out()

    def _describe(self) -> None:
        heat = self._painting.words() if self._painting is not None and not self._picture.isNull() else ""
        self.setAccessibleDescription(f"{self._name}. {heat}" if heat else self._name)
        self.update()

    def _lay_out(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setMinimumHeight(100 + self._foot())
        self.update()

    def _foot(self) -> int:
        """What is taken from the picture's room."""
        buttons = self._below.heightForWidth(self.width() - 2 * PANEL) if self.toggle.isVisibleTo(self) else 0
        return buttons + (SMALL if buttons else 0) + (self._legend_height() if self._painting is not None else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(self.ground or self.theme.panel))
        foot = self._foot()
        room = QRectF(self.rect()).adjusted(self._margin, self._margin, -self._margin, -self._margin - foot)
        if self._picture.isNull():
            painter.setPen(QColor(PHOTO_TEXT if self.ground else self.theme.muted))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
            self._paint_ring(painter)
            return
        ratio = self.devicePixelRatioF()
        wanted = (room.size() * ratio).toSize()
        if self._scaled.isNull() or self._wanted != wanted:
            self._wanted = wanted
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._scaled = self._picture.scaled(wanted, keep, smooth)
            self._scaled.setDevicePixelRatio(ratio)
        size = self._scaled.deviceIndependentSize()
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter.drawPixmap(place.topLeft(), self._scaled)
        if self._painting is not None:
            self._painting.paint(painter, place, self.theme)
            legend = QRectF(room.left(), room.bottom() + 4, room.width(), self._legend_height())
            self._paint_legend(painter, legend)
        self._paint_ring(painter)

    def _paint_ring(self, painter: QPainter) -> None:
        if self.hasFocus() and not self.ground:  # a large photo is all there is: no ring need say so
            draw_ring(painter, QRectF(self.rect()), self.theme.accent)

    def _legend_height(self) -> int:
        return len(self._legend_rows()) * line_height(letters(TINY)) + 6

    def _legend_rows(self) -> list[list[Entry]]:
        """What the legend says: in one row, or where that is too narrow in one each."""
        if self._painting is None:
            return []
        rank, way = self._painting.heat.rank, self._painting.heat.spoke.way
        if self._painting.weak:
            words = self.tr("nothing in particular spoke for {rank}")
        elif way == "patches":
            words = self.tr("spoke for {rank}, roughly")
        else:
            words = self.tr("spoke for {rank}")
        entries: list[Entry] = [(None if self._painting.weak else "heat", words.format(rank=rank))]
        if self._painting.cut:
            entries.append(("outside", self.tr("cut off: not looked at")))
        together = sum(map(_legend_width, entries)) + ENTRY_GAP * (len(entries) - 1)
        return [entries] if together <= self.width() - 2 * self._margin else [[entry] for entry in entries]

    def _paint_legend(self, painter: QPainter, room: QRectF) -> None:
        colour, clear = self.theme.ramp(1.0), self.theme.ramp(1.0)
        clear.setAlpha(0)
        colour.setAlpha(MOST_OPAQUE)
        ramp = QLinearGradient(room.left(), 0, room.left() + grown(SWATCH), 0)
        ramp.setColorAt(0, clear)
        ramp.setColorAt(1, colour)
        text, font = PHOTO_TEXT if self.ground else self.theme.text, letters(TINY)
        high = line_height(font)
        for at, entries in enumerate(self._legend_rows()):
            rest = QRectF(room.left(), room.top() + at * high, room.width(), high)
            for swatch, said in entries:
                end = rest.left() + _legend_width((swatch, said))
                if swatch is not None:
                    box = QRectF(rest.left(), rest.top() + high * 0.2, grown(SWATCH), high * 0.65)
                    painter.fillRect(box, ramp if swatch == "heat" else OUTSIDE)
                    painter.setPen(QColor(text))
                    painter.drawRect(box)
                    rest.setLeft(box.right() + SWATCH_GAP)
                draw_text(painter, rest, said, text, font)
                rest.setLeft(end + ENTRY_GAP)

    _wanted = QSize()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
            event.accept()


def _legend_width(entry: Entry) -> float:
    swatch, words = entry
    before = grown(SWATCH) + SWATCH_GAP if swatch else 0
    return before + QFontMetricsF(letters(TINY)).horizontalAdvance(words) + 1
