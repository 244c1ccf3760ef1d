"""When the map's base is drawn anew, and the pictures of it that are on show."""

from __future__ import annotations

from collections.abc import Generator

import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from pigeon_desktop.earth.projection import X_MAX, Y_MAX
from pigeon_desktop.ui.map.box import Pictures
from pigeon_desktop.ui.map.items import Base
from pigeon_desktop.ui.workers import Later

SETTLE_MS = 130
"""A gesture is over when nothing has moved for this long; then the base is drawn anew."""

BACKDROP_WIDTH = 1200
WORLD = QRectF(-X_MAX, -Y_MAX, 2 * X_MAX, 2 * Y_MAX)


class Canvas(QObject):
    """Draws the base slice by slice for the view that it was last told of. `drawn` says that it is on show."""

    drawn = Signal()

    def __init__(self, base: Base, box: pg.ViewBox, ground: QWidget) -> None:
        super().__init__(ground)
        self._base, self._ground = base, ground
        self.pictures = Pictures(box)
        self.pictures.setZValue(-50)
        self._region = QRectF()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.draw)
        self._stale = QTimer(self, singleShot=True, interval=0)
        self._stale.timeout.connect(self.draw)
        self._drawing = Later(self)
        self._backdrop = QTimer(self, singleShot=True, interval=400)
        self._backdrop.timeout.connect(self._draw_backdrop)
        self._behind = Later(self)
        base.changed.connect(self._base_changed)

    def look(self, region: QRectF, size: QRectF) -> None:
        """Follow the map: it shows `region` (map units) in `size` pixels."""
        self._region = region
        self.pictures.set_view(region, size)
        self.settle()
        if self._beyond_picture(region) and not self._drawing.busy:
            self.draw()

    def settle(self) -> None:
        """Draw once nothing has moved for a while."""
        self._settle.start()

    def spoil(self) -> None:
        """Draw as soon as there is time."""
        self._stale.start()

    @property
    def settled(self) -> bool:
        """Whether the picture on show is the present view's, and no other is on its way."""
        return not (self._settle.isActive() or self._stale.isActive() or self._drawing.busy)

    def draw(self) -> None:
        """Draw the base for the present view, slice by slice."""
        self._settle.stop()
        if self._ground.width() < 2 or self._ground.height() < 2:
            return
        self._stale.stop()
        self._drawing.go_through(self._draw(self._region))

    def _draw(self, region: QRectF) -> Generator[None, None, None]:
        picture = yield from self._base.draw(region, self._ground.size(), self._ground.devicePixelRatioF())
        self.pictures.picture, self.pictures.region = picture, region
        self.pictures.update()
        self.drawn.emit()
        if not self._region.contains(WORLD) and self.pictures.backdrop.isNull():
            self._backdrop.start()

    def _base_changed(self) -> None:
        self.pictures.backdrop = QPixmap()
        self._behind.drop()
        self.spoil()

    def _draw_backdrop(self) -> None:
        if self.settled:  # if not, the next time the map is drawn will do
            self._behind.go_through(self._draw_world())

    def _draw_world(self) -> Generator[None, None, None]:
        size = QSize(BACKDROP_WIDTH, round(BACKDROP_WIDTH * Y_MAX / X_MAX))
        self.pictures.backdrop = yield from self._base.draw(WORLD, size, 1.0)

    def _beyond_picture(self, region: QRectF) -> bool:
        """Whether the last picture is too coarse or too far away to go on with."""
        if self.pictures.picture.isNull():
            return False
        drawn = self.pictures.region
        covered = drawn.intersected(region)
        share = covered.width() * covered.height() / (region.width() * region.height())
        return drawn.width() / region.width() > 3.5 or (share < 0.35 and self.pictures.backdrop.isNull())
