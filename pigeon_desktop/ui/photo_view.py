"""The selected photo: in its corner, and large over the whole window."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from pigeon_desktop.ui.theme import Theme


class PhotoView(QWidget):
    """A picture as large as its room allows, or words in its place. `clicked` when it is clicked."""

    clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, margin: int = 12) -> None:
        super().__init__(parent)
        self.theme = theme
        self._margin = margin
        self._picture = QPixmap()
        self._scaled = QPixmap()
        self._words = ""
        self.ground = ""
        self.setMinimumHeight(120)
        self.setAccessibleName(self.tr("Selected photo"))

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(340, 260)

    @property
    def picture(self) -> QPixmap:
        """The picture on show."""
        return self._picture

    def show_picture(self, picture: QPixmap, name: str) -> None:
        """Show a picture; `name` is for those who cannot see it."""
        self._picture, self._scaled, self._words = picture, QPixmap(), ""
        self.setAccessibleDescription(name)
        self.update()

    def show_words(self, words: str) -> None:
        """Show words in place of a picture."""
        self._picture, self._scaled, self._words = QPixmap(), QPixmap(), words
        self.setAccessibleDescription(words)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Recolour it."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(self.ground or self.theme.panel))
        room = QRectF(self.rect()).adjusted(self._margin, self._margin, -self._margin, -self._margin)
        if self._picture.isNull():
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
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

    _wanted = QSize()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
            event.accept()
