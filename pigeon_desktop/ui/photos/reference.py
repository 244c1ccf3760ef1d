"""A second picture beside the selected photo, to compare: zoomed and moved together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from pigeon_desktop.ui.look import theme as themes
from pigeon_desktop.ui.photos.adding import local_paths, pasted_image
from pigeon_desktop.ui.photos.pictures import Picture, make_picture
from pigeon_desktop.ui.workers import Outcome, Task

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow

CLOSEST = 16.0
"""Times that a picture may be larger than when the whole of it is in sight."""


@dataclass(frozen=True)
class Look:
    """What of a picture is in sight: its point (x, y) in 0..1 stands in the middle, `zoom` times as large as whole."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0

    def moved(self, dx: float, dy: float) -> Look:
        """The same, shifted by these shares of the picture; its middle stays on the picture."""
        return replace(self, x=min(max(self.x + dx, 0.0), 1.0), y=min(max(self.y + dy, 0.0), 1.0))

    def zoomed(self, factor: float, at_x: float, at_y: float) -> Look:
        """Nearer or further, with the point (at_x, at_y) of the picture staying where it is."""
        zoom = min(max(self.zoom * factor, 1.0), CLOSEST)
        if zoom == 1.0:
            return Look()
        share = self.zoom / zoom
        return replace(self, zoom=zoom).moved((at_x - self.x) * (1 - share), (at_y - self.y) * (1 - share))


class ZoomView(QWidget):
    """A picture that the wheel zooms and the mouse moves; `looked` carries what it came to."""

    looked = Signal(object)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumSize(160, 160)
        self.picture = QPixmap()
        self.words = ""
        self.look = Look()
        self._held = QPointF()

    def show_picture(self, picture: QPixmap, words: str = "") -> None:
        """Show a picture, or words where there is none."""
        self.picture, self.words = picture, words
        self.setAccessibleDescription(words)
        self.update()

    def follow(self, look: Look) -> None:
        """Show the same part as the other view."""
        self.look = look
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the whole picture lies, in pixels of the widget; much of it may be out of sight."""
        if self.picture.isNull():
            return QRectF()
        fit = min(self.width() / self.picture.width(), self.height() / self.picture.height())
        width, height = (side * fit * self.look.zoom for side in (self.picture.width(), self.picture.height()))
        middle = QRectF(self.rect()).center()
        return QRectF(middle.x() - self.look.x * width, middle.y() - self.look.y * height, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(themes.PHOTO_GROUND))
        if self.picture.isNull():
            painter.setPen(QColor(themes.PHOTO_TEXT))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.area, self.picture, QRectF(self.picture.rect()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        area = self.area
        if not area.isEmpty():
            at = event.position() - area.topLeft()
            factor = 1.25 ** (event.angleDelta().y() / 120)
            self.looked.emit(self.look.zoomed(factor, at.x() / area.width(), at.y() / area.height()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self._held = event.position()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        area = self.area
        if event.buttons() & Qt.MouseButton.LeftButton and not area.isEmpty() and self.look.zoom > 1:
            by = event.position() - self._held
            self.looked.emit(self.look.moved(-by.x() / area.width(), -by.y() / area.height()))
        self._held = event.position()
        event.accept()


@dataclass(frozen=True)
class Open:
    """The work of a Task: decodes a picture as safely as any photo. Returns Picture."""

    path: Path

    def __call__(self, task: Task) -> Picture:
        """Never raises for a bad one."""
        return make_picture(self.path, True)


class Reference(QWidget):
    """Over the whole window: the selected photo, and beside it a picture that is chosen, dropped or pasted.

    It is only looked at: it is neither located nor kept in the case.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_ = window
        self.setAccessibleName(self.tr("Compare with another picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.photo = ZoomView(self.tr("Selected photo"), self)
        self.other = ZoomView(self.tr("Reference picture"), self)
        self.title = QLabel(self)
        self.title.setProperty("role", "head")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.addWidget(self.title, 1)
        self.choose = self._button(self.tr("Choose picture…"), self.ask)
        self.leave = self._button(self.tr("Close"), self.hide)
        head.addWidget(self.choose)
        head.addWidget(self.leave)
        both = QSplitter(Qt.Orientation.Horizontal, self)
        for view in (self.photo, self.other):
            both.addWidget(view)
            view.looked.connect(self.photo.follow)
            view.looked.connect(self.other.follow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(both, 1)
        hint = self.tr("Choose a picture, drop one here, or paste it (Ctrl+V). It is only looked at, not kept.")
        self.other.show_picture(QPixmap(), hint)
        self.hide()

    def toggle(self) -> None:
        """Open it on the selected photo, or close it."""
        if self.isVisible():
            self.hide()
            self.window_.list.view.setFocus()
        elif self.window_.session.selected is not None:
            self.setGeometry(self.window_.rect())
            for view in (self.photo, self.other):
                view.follow(Look())
            self.show_photo()
            self.show()
            self.raise_()
            self.choose.setFocus()

    def show_photo(self) -> None:
        """The selected photo is another one, or its picture came."""
        session = self.window_.session
        if session.selected is not None:
            self.title.setText(session.rows[session.selected].name)
            self.photo.show_picture(self.window_.large.picture, self.tr("Opening…"))

    def ask(self) -> None:
        """Choose a file."""
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Reference picture"))
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Show a file beside the photo."""
        self.other.show_picture(QPixmap(), self.tr("Opening…"))
        self.window_.tasks.start(Open(path), ended=self._opened)

    def paste(self) -> None:
        """Show what is on the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        paths, image = local_paths(mime), pasted_image(mime)
        if paths:
            self.open(paths[0])
        elif image is not None:
            self.other.show_picture(QPixmap.fromImage(image), self.tr("Pasted picture"))
        else:
            self.other.show_picture(QPixmap(), self.tr("The clipboard holds neither a picture nor files."))

    def _opened(self, outcome: Outcome) -> None:
        picture: Picture | None = outcome.value
        if picture is None:
            return
        if picture.image is None:
            self.other.show_picture(QPixmap(), picture.problem)
        else:
            self.other.show_picture(QPixmap.fromImage(picture.image), picture.path.name)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setProperty("small", True)
        button.clicked.connect(act)
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Escape:
            self.toggle()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See Qt."""
        if local_paths(event.mimeData()) or pasted_image(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        paths = local_paths(event.mimeData())
        if paths:
            # Copied, whatever was proposed: a move would have the other program delete its file.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.open(paths[0])
