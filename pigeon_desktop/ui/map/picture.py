"""The map as a file: a PNG twice as sharp as the screen, or an SVG of vectors; with what it needs to be understood."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.writing import whole_file
from pigeon_desktop.reports.context import LEAD
from pigeon_desktop.ui.map.cut import Cut

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView

RATIO = 2
"""Pixels of a PNG for one of the screen."""

STRIP = 30
"""Pixels of the strip below the map, with the credit and what the map is not."""


def save_picture(map_view: MapView, path: Path) -> None:
    """Write what the map shows. Raises PigeonError."""
    suffix = path.suffix.lower()
    if suffix not in (".png", ".svg"):
        raise PigeonError(f"{path}: is neither a .png nor a .svg. Give the picture a name that ends in one of them.")
    data = _png(map_view) if suffix == ".png" else _svg(map_view)
    with whole_file(path) as file:
        file.write(data)


def _size(map_view: MapView) -> QSize:
    return QSize(map_view.width(), map_view.height() + STRIP)


def _png(map_view: MapView) -> bytes:
    image = QImage(_size(map_view) * RATIO, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(RATIO)
    painter = QPainter(image)
    _paint(map_view, painter)
    painter.end()
    out = _buffer()
    QImageWriter(out, QByteArray(b"PNG")).write(image)
    return _bytes(out)


def _svg(map_view: MapView) -> bytes:
    out, made = _buffer(), QSvgGenerator()
    made.setOutputDevice(out)
    made.setResolution(96)  # a pixel of the screen is a unit of the drawing
    made.setSize(_size(map_view))
    made.setViewBox(QRectF(0, 0, _size(map_view).width(), _size(map_view).height()))
    made.setTitle(map_view.accessibleName())
    made.setDescription(f"Pigeon Desktop · {LEAD} · {map_view.furniture.source.text()}")
    painter = QPainter(made)
    _paint(map_view, painter)
    painter.end()
    # Where the desktop's font is not at hand, one of about the same widths.
    return re.sub(rb'(font-family="[^"]*)"', rb'\1,Arial,Helvetica,sans-serif"', _bytes(out))


def _buffer() -> QBuffer:
    made = QBuffer()  # with bytes of its own: Python would let go of any others
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    return made


def _bytes(buffer: QBuffer) -> bytes:
    buffer.close()
    return bytes(buffer.data().data())


def _paint(map_view: MapView, painter: QPainter) -> None:
    theme, furniture = map_view.theme, map_view.furniture
    room = QRectF(map_view.rect())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, room.width(), room.height() + STRIP), QColor(theme.window))
    painter.save()
    painter.setClipRect(room)
    region, scale = map_view.region(), map_view.view.scale
    for _ in map_view.base.paint(painter, region, scale, Cut(region, scale)):
        pass  # it pauses for the window's sake: here nobody waits
    map_view.pictures.hide()
    try:
        map_view.scene().render(painter, room, room)
    finally:
        map_view.pictures.show()
    painter.restore()
    for part in (furniture.legend, furniture.scale_bar):
        if part is furniture.legend and not furniture.warm:
            continue
        painter.save()
        painter.translate(QPoint(part.x(), part.y()))
        part.paint(painter)
        painter.restore()
    strip = QRectF(0, room.height(), room.width(), STRIP)
    painter.fillRect(strip, QColor(theme.panel))
    words = strip.adjusted(14, 0, -14, 0)
    font = QFont(map_view.font())
    for pixels, weight, colour, side, text in (
        (12, QFont.Weight.DemiBold, theme.text, Qt.AlignmentFlag.AlignLeft, f"Pigeon Desktop · {LEAD}"),
        (11, QFont.Weight.Normal, theme.muted, Qt.AlignmentFlag.AlignRight, furniture.source.text()),
    ):
        font.setPixelSize(pixels)
        font.setWeight(weight)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, text)
