"""What stands in the corners of the map: legend, scale bar, position, zoom buttons."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QToolButton, QWidget

from pigeon_desktop.ui.look.numbers import amount, rewritten
from pigeon_desktop.ui.look.text_size import TINY, grown, letters, line_height
from pigeon_desktop.ui.look.theme import HIGH, LARGE, LOW, Theme, icon

TICKS = (LOW, 0.01, 0.1, HIGH)
"""Probabilities written under the legend."""
GAP = 12
"""Pixels between what stands side by side."""


def tick_label(probability: float) -> str:
    """What is written under the legend: "0.1 %", "1 %"."""
    return f"{rewritten(f'{probability * 100:g}')} %"


def coordinates(latitude: float, longitude: float, digits: int = 2) -> str:
    """A coordinate as people read it: "38.72° N, 9.14° W"."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.{digits}f}° {north}, {abs(longitude):.{digits}f}° {east}"


def round_length(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20 ... that is not above `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))


class Legend(QWidget):
    """The heat scale with its numbers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.name("")

    def name(self, meaning: str) -> None:
        """What the probabilities are of."""
        self.meaning = meaning
        scale = self.tr("Legend: {meaning}, from 0.1 % to 50 %, on a logarithmic scale")
        self.setAccessibleName(scale.format(meaning=meaning))
        self.measure()

    def measure(self) -> None:
        """Take the size of the text."""
        self._font = letters(TINY)
        words = QFontMetricsF(self._font).horizontalAdvance(self.meaning)
        self.setFixedSize(round(max(grown(236), words + 28)), 2 * line_height(self._font) + 32)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Draw it at the painter's origin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.setBrush(QColor(self.theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        font, high = self._font, line_height(self._font)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(QRectF(14, 6, self.width() - 27, high), Qt.AlignmentFlag.AlignLeft, self.meaning)
        bar = QRectF(14, 6 + high + 5, self.width() - 28, 9)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for step in range(9):
            gradient.setColorAt(step / 8, self.theme.ramp(step / 8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(self.theme.text))
        metrics = QFontMetricsF(font)
        for tick in TICKS:
            text = tick_label(tick)
            x = bar.left() + bar.width() * math.log(tick / LOW) / math.log(HIGH / LOW)
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, bar.left()), bar.right() - width)
            painter.drawText(QRectF(left, bar.bottom() + 4, width + 1, high), Qt.AlignmentFlag.AlignLeft, text)


class ScaleBar(QWidget):
    """A length on the ground, at the middle of the map."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._km, self._pixels = 1.0, 100.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.measure()

    def measure(self) -> None:
        """Take the size of the text."""
        self._font = letters(TINY)
        self.setFixedSize(max(150, grown(110)), line_height(self._font) + 12)
        self.update()

    @property
    def text(self) -> str:
        """The length it stands for."""
        return f"{amount(self._km)} km" if self._km >= 1 else f"{amount(self._km * 1000)} m"

    def set_scale(self, km_per_pixel: float) -> None:
        """Take the longest round length that fits."""
        self._km = round_length(110 * km_per_pixel)
        self._pixels = self._km / km_per_pixel
        self.setAccessibleName(self.tr("Scale bar: {length}").format(length=self.text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Draw it at the painter's origin."""
        painter.setFont(self._font)
        right, bottom = self.width() - 6.5, self.height() - 5.5
        left = right - self._pixels
        words = QFontMetricsF(self._font).horizontalAdvance(self.text) + 8
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground(self.theme))
        room = QRectF(self.rect())
        room.setLeft(min(left - 6, right - words))
        painter.drawRoundedRect(room, 4, 4)
        for colour, width in ((self.theme.ocean, 4), (self.theme.label, 1.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QPoint(round(left), round(bottom)), QPoint(round(right), round(bottom)))
            for x in (left, right):
                painter.drawLine(QPoint(round(x), round(bottom - 5)), QPoint(round(x), round(bottom)))
        box = QRectF(0, 0, right - 4, bottom - 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text)


class ZoomButtons(QFrame):
    """Nearer, further, the whole world."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        self._layout = layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self.nearer = self._button(self.tr("Zoom in"))
        self.further = self._button(self.tr("Zoom out"))
        self.world = self._button(self.tr("Show the whole world"))
        for button in (self.nearer, self.further, self.world):
            layout.addWidget(button)
        self.set_theme(theme)

    def stand(self, upright: bool) -> None:
        """Stand upon each other, or side by side."""
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(down if upright else across)
        self.adjustSize()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setStyleSheet("padding: 5px;")
        return button

    def set_theme(self, theme: Theme) -> None:
        """Recolour the icons."""
        for button, name in ((self.nearer, "plus"), (self.further, "minus"), (self.world, "globe")):
            button.setIconSize(QSize(grown(18), grown(18)))
            button.setIcon(icon(name, theme.text, grown(18)))
        self.adjustSize()


def ground(theme: Theme) -> QColor:
    """What stands behind words on the map, so that they can be read over heat too."""
    made = QColor(theme.window)
    made.setAlphaF(0.85)
    return made


class Tag(QLabel):
    """A few words on the map, in more lines than one where it is narrow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def set_theme(self, theme: Theme) -> None:
        """Recolour it, at the size of the text."""
        behind = ground(theme)
        self.setStyleSheet(
            f"font-size: {letters(TINY).pointSizeF():.1f}pt; color: {theme.label}; border-radius: 4px;"
            f"padding: 1px 5px; background: rgba({behind.red()}, {behind.green()}, {behind.blue()}, {behind.alpha()});"
        )

    def fit(self, widest: int) -> None:
        """Be as wide as the words, or as this."""
        self.setVisible(bool(self.text()))
        self.setWordWrap(False)
        self.adjustSize()
        if self.width() > widest:
            self.setWordWrap(True)
            self.resize(widest, self.heightForWidth(widest))


class Furniture(QObject):
    """All that stands in the corners of the map."""

    MARGIN = LARGE

    def __init__(self, theme: Theme, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self.legend = Legend(theme, ground)
        self.warm = False
        """Whether there is heat, so that a legend has something to say."""
        self.scale_bar = ScaleBar(theme, ground)
        self.buttons = ZoomButtons(theme, ground)
        self.position = Tag(ground)
        self.source = Tag(ground)
        self.source.setText(self.tr("Borders as held on the ground: Natural Earth · Cities: GeoNames, CC BY 4.0"))

    @property
    def fixed(self) -> tuple[QWidget, ...]:
        """What always stands there."""
        return self.legend, self.scale_bar, self.buttons, self.source

    def set_theme(self, theme: Theme) -> None:
        """Recolour it."""
        self.buttons.set_theme(theme)
        for tag in (self.position, self.source):
            tag.set_theme(theme)
        for part in (self.legend, self.scale_bar):
            part.theme = theme
            part.measure()
        self.place(None)

    def set_position(self, words: str) -> None:
        """Write the coordinates under the cursor."""
        self.position.setText(words)
        self._place_position()

    def place(self, km_per_pixel: float | None) -> None:
        """Put everything in its corner; the scale is that in the middle of the map, where there is one."""
        if km_per_pixel is not None:
            self.scale_bar.set_scale(km_per_pixel)
        right, bottom = self._ground.width() - self.MARGIN, self._ground.height() - self.MARGIN
        self.buttons.stand(self._ground.height() > 2 * self.legend.height() + grown(200))
        self.buttons.move(self.MARGIN, self.MARGIN)
        self.source.fit(right - self.MARGIN)
        self.source.move(right - self.source.width(), bottom + 4 - self.source.height())
        beside = self.MARGIN + self.legend.width() + GAP
        # Beside the legend what has room there, the rest above or below it.
        top = bottom if self.source.x() >= beside else self.source.y() - 4
        self.legend.move(self.MARGIN, top - self.legend.height())
        above = self.source.y() if right - self.scale_bar.width() >= beside else self.legend.y()
        y, least = above - self.scale_bar.height() - 4, self.buttons.geometry().bottom() + 4
        # On the lowest of maps: beside the buttons.
        self.scale_bar.move(right - self.scale_bar.width(), y if y > least else self.MARGIN)
        self.legend.setVisible(self.warm and self.legend.y() > least)
        self._place_position()

    def _place_position(self) -> None:
        self.position.fit(self._ground.width() - 2 * self.MARGIN)
        right = self._ground.width() - self.MARGIN
        self.position.move(right - self.position.width(), self.scale_bar.y() - self.position.height() - 4)
