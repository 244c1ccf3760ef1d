"""The list of photos: a hundred thousand rows scroll freely, for only those in sight are drawn and decoded."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pigeon_desktop.ui.map_furniture import percent
from pigeon_desktop.ui.pictures import Picture, PictureThread
from pigeon_desktop.ui.rows import (
    draw_bar,
    draw_ground,
    draw_probability,
    draw_text,
    draw_thumbnail,
    rounded,
    short_place,
    smaller,
)
from pigeon_desktop.ui.session import Session, Shown
from pigeon_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
NUMBER = Qt.ItemDataRole.UserRole
SHOWN: tuple[Shown, ...] = ("all", "located", "abstained", "failed")
ROW_HEIGHT = 74
MOST_THUMBNAILS = 800
"""Thumbnails kept, 50 KB each."""


class PhotoModel(QAbstractListModel):
    """The session's photos that the filter lets through, as rows."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.shown: Shown = "all"
        self.numbers: list[int] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.numbers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if not index.isValid():
            return None
        number = self.numbers[index.row()]
        if role == NUMBER:
            return number
        if role == Qt.ItemDataRole.DisplayRole:
            return self.session.paths[number].name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.describe(number, full=True)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.session.paths[number].name}: {self.describe(number)}"
        return None

    def describe(self, number: int, *, full: bool = False) -> str:
        """What was said of a photo, in one line; `full` with its path and reason."""
        prediction = self.session.predictions[number]
        state = self.session.state(number)
        if state == "located" and prediction is not None and prediction.candidates:
            first = prediction.candidates[0]
            text = f"{short_place(first)} {percent(first.probability)}"
        elif state == "abstained":
            text = self.tr("can't tell")
        elif state == "failed":
            text = self.tr("failed")
        elif state == "stopped":
            text = self.tr("not located")
        else:
            text = self.tr("waiting")
        if not full:
            return text
        reason = prediction.reason if prediction is not None else ""
        return "\n".join(filter(None, (str(self.session.paths[number]), text, reason)))

    def show(self, shown: Shown) -> None:
        """Take another filter."""
        self.beginResetModel()
        self.shown = shown
        self.numbers = self.session.numbers(shown)
        self.endResetModel()

    def added(self, numbers: list[int]) -> None:
        """The session has new photos at its end."""
        if self.shown == "all" and numbers:
            self.beginInsertRows(QModelIndex(), len(self.numbers), len(self.numbers) + len(numbers) - 1)
            self.numbers += numbers
            self.endInsertRows()

    def changed(self, numbers: list[int]) -> None:
        """The session says something else of these photos."""
        if len(numbers) > 500:
            self.show(self.shown)
            return
        for number in numbers:
            row = self.row(number)
            fits = self.shown == "all" or self.session.state(number) == self.shown
            if row is not None and fits:
                self.dataChanged.emit(self.index(row), self.index(row))
            elif row is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.numbers[row]
                self.endRemoveRows()
            elif fits:
                at = bisect_left(self.numbers, number)
                self.beginInsertRows(QModelIndex(), at, at)
                self.numbers.insert(at, number)
                self.endInsertRows()

    def row(self, number: int) -> int | None:
        """The row of a photo, None where the filter hides it."""
        at = bisect_left(self.numbers, number)
        return at if at < len(self.numbers) and self.numbers[at] == number else None


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
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        painter.save()
        theme, session = self.theme, self.model.session
        number = self.model.numbers[index.row()]
        room = draw_ground(painter, option, theme)
        side = room.height()
        picture = self.thumbnails.get(session.paths[number])
        draw_thumbnail(painter, QRectF(room.left(), room.top(), side, side), picture, theme)
        room.setLeft(room.left() + side + 12)
        small = smaller(option.font)
        draw_text(
            painter,
            QRectF(room.left(), room.top(), room.width(), 19),
            session.paths[number].name,
            theme.text,
            option.font,
        )
        line = QRectF(room.left(), room.top() + 20, room.width(), 18)
        prediction, state = session.predictions[number], session.state(number)
        if state == "located" and prediction is not None and prediction.candidates:
            first = prediction.candidates[0]
            draw_text(painter, line.adjusted(0, 0, -50, 0), short_place(first), theme.muted, small)
            draw_probability(painter, line, first.probability, theme, small)
            bar = QRectF(room.left(), room.bottom() - 8, room.width(), 4)
            draw_bar(painter, bar, first.probability, theme.accent, theme.line)
        else:
            colour = {"failed": theme.danger, "abstained": theme.warning}.get(state, theme.muted)
            draw_text(painter, line, self.model.describe(number), colour, small)
            if prediction is not None and prediction.reason:
                line.translate(0, 17)
                reason = prediction.reason.removeprefix(f"{prediction.path}: ")
                draw_text(painter, line, reason, theme.muted, small)
        painter.restore()


class PhotoList(QWidget):
    """The list with its filter. `chosen` carries the number of the photo that was selected."""

    chosen = Signal(int)

    def __init__(self, session: Session, thread: PictureThread, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = PhotoModel(session, self)
        self.thumbnails = Thumbnails(thread, self)
        self.filter = QComboBox(self)
        self.filter.setAccessibleName(self.tr("Which photos are shown"))
        self.filter.addItems(["", "", "", ""])
        self.filter.currentIndexChanged.connect(self._filter_changed)
        self.view = QTableView(self)
        self.view.setAccessibleName(self.tr("Photos"))
        self.view.setModel(self.model)
        # A table of one column: a QListView asks the model for every row anew whenever the rows change.
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.horizontalHeader().hide()
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.view.verticalHeader().hide()
        self.view.setShowGrid(False)
        self.view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.view.setTabKeyNavigation(False)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.row = PhotoRow(self.model, self.thumbnails, theme, self)
        self.view.setItemDelegate(self.row)
        self.thumbnails.arrived.connect(self.view.viewport().update)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(6)
        bar = QVBoxLayout()
        bar.setContentsMargins(12, 0, 12, 0)
        bar.addWidget(self.filter)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        self.count()

    def added(self, numbers: list[int]) -> None:
        """The session has new photos."""
        self.model.added(numbers)
        self.count()

    def changed(self, numbers: list[int]) -> None:
        """The session says something else of these photos."""
        current = self.current()
        self.model.changed(numbers)
        self.count()
        if current is not None and self.current() != current:
            self.select(current)

    def count(self) -> None:
        """Write the numbers into the filter."""
        names = (self.tr("All"), self.tr("Located"), self.tr("Can't tell"), self.tr("Failed"))
        for row, (shown, name) in enumerate(zip(SHOWN, names, strict=True)):
            self.filter.setItemText(row, f"{name} · {self.model.session.count(shown):,}")

    def current(self) -> int | None:
        """The number of the selected photo."""
        index = self.view.currentIndex()
        return self.model.numbers[index.row()] if index.isValid() else None

    def select(self, number: int) -> None:
        """Select a photo, if the filter shows it."""
        row = self.model.row(number)
        if row is not None:
            self.view.setCurrentIndex(self.model.index(row))

    def step(self, by: int) -> None:
        """Select the next or the previous photo."""
        row = self.view.currentIndex().row() + by if self.view.currentIndex().isValid() else 0
        if self.model.numbers:
            self.view.setCurrentIndex(self.model.index(min(max(row, 0), len(self.model.numbers) - 1)))

    def set_theme(self, theme: Theme) -> None:
        """Recolour the rows."""
        self.row.theme = theme
        self.view.viewport().update()

    def _filter_changed(self, row: int) -> None:
        self.model.show(SHOWN[row])
        if self.model.session.selected is not None:
            self.select(self.model.session.selected)

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.model.numbers[current.row()])
