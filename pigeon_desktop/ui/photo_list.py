"""The list of photos: a hundred thousand rows scroll freely, for only those in sight are drawn and decoded."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pigeon_desktop.ui import places, said
from pigeon_desktop.ui.map.furniture import percent
from pigeon_desktop.ui.pictures import Picture, PictureThread
from pigeon_desktop.ui.rows import (
    RIGHT,
    draw_bar,
    draw_ground,
    draw_probability,
    draw_text,
    draw_thumbnail,
    rounded,
    smaller,
)
from pigeon_desktop.ui.session import ORDERS, SHOWN, Order, Session, Shown
from pigeon_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
NUMBER = Qt.ItemDataRole.UserRole
MARKS = {"confirmed": "✓", "rejected": "✗"}
"""Beside the name of a photo on which something is decided."""
SORT_MS = 1500
"""How long a sorted list waits for more answers before it is sorted again."""
ROW_HEIGHT = 74
MOST_THUMBNAILS = 800
"""Thumbnails kept, 50 KB each."""


class PhotoModel(QAbstractListModel):
    """The session's photos that the filter and the search let through, sorted, as rows."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.shown: Shown = "all"
        self.order: Order = "added"
        self.sought = ""
        self.numbers: list[int] = []
        self._rows: dict[int, int] | None = None
        self._late = QTimer(self, singleShot=True, interval=SORT_MS)
        self._late.timeout.connect(self.refresh)

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
            return self.session.rows[number].name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.describe(number, full=True)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.session.rows[number].name}: {self.describe(number)}"
        return None

    def describe(self, number: int, *, full: bool = False) -> str:
        """What was said of a photo, and decided, in one line; `full` with its places and reason."""
        row, state = self.session.rows[number], self.session.state(number)
        words = {
            "located": f"{places.short(row.place)} {percent(row.probability)}",
            "abstained": self.tr("can't tell"),
            "failed": self.tr("failed"),
            "stopped": self.tr("not located"),
            "waiting": self.tr("waiting"),
        }
        decided = {"confirmed": self.tr("confirmed"), "rejected": self.tr("none of these")}.get(row.decision, "")
        text = " · ".join(filter(None, (words[state], decided)))
        if not full:
            return text
        gone = self.tr("Not there any more. Add the folder where it is now.") if row.gone else ""
        return "\n".join(filter(None, (*map(str, (row.path, *row.others)), gone, text, said.said(row.reason))))

    def show(self, shown: Shown, order: Order, sought: str) -> None:
        """Take another filter, order and search."""
        self.shown, self.order, self.sought = shown, order, sought
        self.refresh()

    def refresh(self) -> None:
        """Filter and sort anew."""
        self._late.stop()
        self.beginResetModel()
        self.numbers = self.session.numbers(self.shown, self.order, self.sought)
        self._rows = None if self.order == "added" else {number: row for row, number in enumerate(self.numbers)}
        self.endResetModel()

    @property
    def _as_they_came(self) -> bool:
        return self.order == "added" and not self.sought

    def added(self, numbers: list[int]) -> None:
        """The session has new photos at its end."""
        if not self._as_they_came:
            self._later()
            return
        numbers = [number for number in numbers if self.session.lets_through(number, self.shown)]
        if numbers:
            self.beginInsertRows(QModelIndex(), len(self.numbers), len(self.numbers) + len(numbers) - 1)
            self.numbers += numbers
            self.endInsertRows()

    def changed(self, numbers: list[int]) -> None:
        """The session says something else of these photos."""
        if len(numbers) > 500:
            self.refresh()
            return
        for number in numbers:
            row = self.row(number)
            fits = self.session.lets_through(number, self.shown)
            if row is not None and (fits or not self._as_they_came):
                self.dataChanged.emit(self.index(row), self.index(row))
            elif row is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.numbers[row]
                self.endRemoveRows()
            elif fits and self._as_they_came:
                at = bisect_left(self.numbers, number)
                self.beginInsertRows(QModelIndex(), at, at)
                self.numbers.insert(at, number)
                self.endInsertRows()
        if not self._as_they_came:
            self._later()

    def _later(self) -> None:
        """Sort again soon, not at every photo that a run answers."""
        if not self._late.isActive():
            self._late.start()

    def row(self, number: int) -> int | None:
        """The row of a photo, None where the filter hides it."""
        if self._rows is not None:
            return self._rows.get(number)
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
        row, state = session.rows[number], session.state(number)
        room = draw_ground(painter, option, theme)
        side = room.height()
        picture = self.thumbnails.get(row.path)
        draw_thumbnail(painter, QRectF(room.left(), room.top(), side, side), picture, theme)
        room.setLeft(room.left() + side + 12)
        small = smaller(option.font)
        name = QRectF(room.left(), room.top(), room.width(), 19)
        if mark := MARKS.get(row.decision):
            draw_text(painter, name, mark, theme.accent if row.decision == "confirmed" else theme.muted, small, RIGHT)
            name.setRight(name.right() - 18)
        draw_text(painter, name, row.name, theme.muted if row.gone else theme.text, option.font)
        line = QRectF(room.left(), room.top() + 20, room.width(), 18)
        if state == "located":
            draw_text(painter, line.adjusted(0, 0, -50, 0), places.short(row.place), theme.muted, small)
            draw_probability(painter, line, row.probability, theme, small)
            bar = QRectF(room.left(), room.bottom() - 8, room.width(), 4)
            draw_bar(painter, bar, row.probability, theme.accent, theme.line)
        else:
            colour = {"failed": theme.danger, "abstained": theme.warning}.get(state, theme.muted)
            draw_text(painter, line, self.model.describe(number), colour, small)
            if row.reason:
                line.translate(0, 17)
                draw_text(painter, line, said.said(row.reason).removeprefix(f"{row.path}: "), theme.muted, small)
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
        self.filter.addItems([""] * len(SHOWN))
        self.filter.currentIndexChanged.connect(self._choice_changed)
        self.order = QComboBox(self)
        self.order.setAccessibleName(self.tr("How the photos are sorted"))
        self.order.addItems([self.tr("As added"), self.tr("Surest first"), self.tr("By place"), self.tr("By name")])
        self.order.currentIndexChanged.connect(self._choice_changed)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find a name or place"))
        self.search.setAccessibleName(self.tr("Find a name or place"))
        self.search.setClearButtonEnabled(True)
        self.search.setAcceptDrops(False)
        self.search.textChanged.connect(self._choice_changed)
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
        self.view.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.view.setTabKeyNavigation(False)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.row = PhotoRow(self.model, self.thumbnails, theme, self)
        self.view.setItemDelegate(self.row)
        self.thumbnails.arrived.connect(self.view.viewport().update)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self._kept: list[int] = []
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(6)
        bar = QVBoxLayout()
        bar.setContentsMargins(12, 0, 12, 0)
        choices = QHBoxLayout()
        choices.addWidget(self.filter, 3)
        choices.addWidget(self.order, 2)
        bar.addLayout(choices)
        bar.addWidget(self.search)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        self.count()

    def added(self, numbers: list[int]) -> None:
        """The session has new photos."""
        self.model.added(numbers)
        self.count()

    def changed(self, numbers: list[int]) -> None:
        """The session says something else of these photos."""
        self.model.changed(numbers)
        self.count()

    def reset(self) -> None:
        """The session is about another case."""
        self.model.refresh()
        self.count()

    def count(self) -> None:
        """Write the numbers into the filter."""
        names = {
            "all": self.tr("All"),
            "located": self.tr("Located"),
            "abstained": self.tr("Can't tell"),
            "failed": self.tr("Failed"),
            "undecided": self.tr("Undecided"),
            "confirmed": self.tr("Confirmed"),
            "rejected": self.tr("None of these"),
        }
        for row, shown in enumerate(SHOWN):
            self.filter.setItemText(row, f"{names[shown]} · {self.model.session.count(shown):,}")

    def seek(self) -> None:
        """Go to the field that finds."""
        self.search.setFocus()
        self.search.selectAll()

    def current(self) -> int | None:
        """The number of the selected photo."""
        index = self.view.currentIndex()
        return self.model.numbers[index.row()] if index.isValid() else None

    def select(self, number: int) -> None:
        """Select a photo, if the filter shows it."""
        row = self.model.row(number)
        if row is not None:
            self._choose(row)

    def _choose(self, row: int) -> None:
        """This row alone, whatever was selected before."""
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(self.model.index(row), alone)

    def step(self, by: int) -> None:
        """Select the next or the previous photo."""
        row = self.view.currentIndex().row() + by if self.view.currentIndex().isValid() else 0
        if self.model.numbers:
            self._choose(min(max(row, 0), len(self.model.numbers) - 1))

    def set_theme(self, theme: Theme) -> None:
        """Recolour the rows."""
        self.row.theme = theme
        self.view.viewport().update()

    def chosen_numbers(self) -> list[int]:
        """The numbers of all selected photos, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.model.numbers[row] for row in rows]

    def _choice_changed(self) -> None:
        self.model.show(
            SHOWN[self.filter.currentIndex()], ORDERS[self.order.currentIndex()], self.search.text().strip()
        )

    def _remember(self) -> None:
        self._kept = self.chosen_numbers()

    def _restore(self) -> None:
        """After the rows were made anew: what was selected is selected again, as far as it is shown."""
        session, selection = self.model.session, QItemSelection()
        for row in filter(lambda row: row is not None, map(self.model.row, self._kept)):
            assert row is not None
            selection.select(self.model.index(row), self.model.index(row))
        if session.selected is not None and session.selected < len(session.rows):
            self.select(session.selected)
        self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid() and self.model.numbers[current.row()] != self.model.session.selected:
            self.chosen.emit(self.model.numbers[current.row()])
