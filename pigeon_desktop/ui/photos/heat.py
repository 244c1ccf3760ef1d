"""The heat on a photograph: where what spoke for a candidate is, painted so that the picture stays to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from pigeon_desktop.ui.look.theme import Theme

if TYPE_CHECKING:  # numpy: the window shows before that
    import numpy as np
    from numpy.typing import NDArray

    from pigeon_desktop.ui.photos.spoke import Heat

MOST = 0.6
"""The heat's opacity where most spoke."""
LEAST = {"patches": 0.005, "occlusion": 0.3}
"""What counts as full heat at the least, in log-odds: by covering, less is the rounding of
an int8 encoder, and must not look like a reason."""
OUTSIDE = QColor(11, 14, 17, 140)
"""Over what the model did not see."""


class HeatPainting:
    """A heat made ready to be painted. Only what spoke for the candidate is: what spoke against it is left as it is.
    A line runs around where more than half of the most is, for it must be seen on a picture of the same colour too."""

    def __init__(self, heat: Heat) -> None:
        import numpy as np

        spoke = heat.spoke
        self.heat = heat
        left, top, right, bottom = spoke.square
        self.square = QRectF(left, top, right - left, bottom - top)
        strength = np.clip(spoke.values / max(float(spoke.values.max()), LEAST[spoke.way]), 0.0, 1.0)
        self.strength: NDArray[np.float32] = strength
        self.weak = float(spoke.values.max()) < LEAST[spoke.way]
        """Nothing in particular spoke for it."""
        self._line = QPainterPath() if self.weak else _contour(strength)

    @property
    def cut(self) -> bool:
        """Whether something of the picture was cut off."""
        return self.square.width() < 0.99 or self.square.height() < 0.99

    def paint(self, painter: QPainter, picture: QRectF, theme: Theme) -> None:
        """Paint it over a picture that fills this rectangle."""
        seen = QRectF(
            picture.left() + self.square.left() * picture.width(),
            picture.top() + self.square.top() * picture.height(),
            self.square.width() * picture.width(),
            self.square.height() * picture.height(),
        )
        painter.save()
        if self.cut:
            outside = QPainterPath()
            outside.addRect(picture)
            outside.addRect(seen)  # odd-even: a hole
            painter.fillPath(outside, OUTSIDE)
            painter.setPen(QPen(QColor(255, 255, 255, 210), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(seen.adjusted(0.5, 0.5, -0.5, -0.5))
        if not self.weak:
            painter.drawImage(seen, _image(self.strength, theme.ramp(1.0)))
            rows, columns = self.strength.shape
            scale = QTransform().translate(seen.left(), seen.top()).scale(seen.width() / columns, seen.height() / rows)
            painter.setClipRect(seen)
            line = scale.map(self._line)
            for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255), 1.4)):
                painter.strokePath(line, QPen(colour, width))
        painter.restore()

    def words(self) -> str:
        """What it shows, for those who cannot see it."""
        if self.weak:
            words = _tr("Nothing in particular spoke for {rank}.").format(rank=self.heat.rank)
        else:
            words = _tr("What spoke for {rank} is mostly {where}.").format(rank=self.heat.rank, where=self._where())
        return f"{words} {_tr('The edges were cut off and not looked at.')}" if self.cut else words

    def _where(self) -> str:
        import numpy as np

        row, column = np.unravel_index(self.strength.argmax(), self.strength.shape)
        rows, columns = self.strength.shape
        x = self.square.left() + (column + 0.5) / columns * self.square.width()
        y = self.square.top() + (row + 0.5) / rows * self.square.height()
        names = (
            (_tr("at the top left"), _tr("at the top"), _tr("at the top right")),
            (_tr("on the left"), _tr("in the middle"), _tr("on the right")),
            (_tr("at the bottom left"), _tr("at the bottom"), _tr("at the bottom right")),
        )
        return names[int(y * 3)][int(x * 3)]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Heat", text)


def _image(strength: NDArray[np.float32], colour: QColor) -> QImage:
    """One pixel a place, of one colour, the opacity the strength; Qt interpolates between them."""
    import numpy as np

    alpha = (np.clip(strength, 0.0, 1.0) * 255 * MOST).round()
    shades = np.array([colour.blue(), colour.green(), colour.red(), 255.0]) / 255
    data = np.ascontiguousarray((alpha[:, :, None] * shades).round().astype(np.uint8))
    rows, columns = strength.shape
    return QImage(data.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _contour(strength: NDArray[np.float32]) -> QPainterPath:
    """Where the strength is a half, in places across and down."""
    import numpy as np
    from pyqtgraph.functions import isocurve

    path = QPainterPath()
    # A frame around it, one place wide, so that lines close at the edge.
    framed = np.pad(strength.astype(float), 1)
    for points in isocurve(framed.T, 0.5, connected=True):
        path.addPolygon(QPolygonF([QPointF(x - 1, y - 1) for x, y in points]))
    return path
