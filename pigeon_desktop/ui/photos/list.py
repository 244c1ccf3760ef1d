"""The list of photos: a hundred thousand rows scroll freely, for only those in sight are drawn and decoded."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from pigeon_desktop.ui.bars import name_parts
from pigeon_desktop.ui.case.session import ORDERS, SHOWN, Session
from pigeon_desktop.ui.look.elided import ElidedCombo
from pigeon_desktop.ui.look.flow import Flow
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.look.theme import Theme
from pigeon_desktop.ui.photos.model import PhotoModel
from pigeon_desktop.ui.photos.pictures import PictureThread
from pigeon_desktop.ui.photos.row import PhotoRow, Thumbnails, row_height


class PhotoList(QWidget):
    """The list with its filter. `chosen` carries the number of the photo that was selected."""

    chosen = Signal(int)

    def __init__(self, session: Session, thread: PictureThread, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = PhotoModel(session, self)
        self.thumbnails = Thumbnails(thread, self)
        self.filter = ElidedCombo(self)
        self.filter.setAccessibleName(self.tr("Which photos are shown"))
        self.filter.addItems([""] * len(SHOWN))
        self.filter.currentIndexChanged.connect(self._choice_changed)
        self.order = ElidedCombo(self)
        self.order.setAccessibleName(self.tr("How the photos are sorted"))
        self.order.addItems([self.tr("As added"), self.tr("Surest first"), self.tr("By place"), self.tr("By name")])
        self.order.currentIndexChanged.connect(self._choice_changed)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find a name or place"))
        self.search.setAccessibleName(self.tr("Find a name or place"))
        self.search.setClearButtonEnabled(True)
        name_parts(self.search, self.tr("Clear"))
        self.search.setToolTip(self.search.placeholderText())
        self.search.setAcceptDrops(False)
        self.search.textChanged.connect(self._choice_changed)
        self.view = QTableView(self)
        self.view.setAccessibleName(self.tr("Photos"))
        self.view.setModel(self.model)
        # A table of one column: a QListView asks the model for every row anew whenever the rows change.
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.horizontalHeader().hide()
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
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
        choices = Flow(fill=True)
        choices.addWidget(self.filter)
        choices.addWidget(self.order)
        bar.addLayout(choices)
        bar.addWidget(self.search)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        self.set_theme(theme)
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
            self.filter.setItemText(row, f"{names[shown]} · {amount(self.model.session.count(shown))}")

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
        """Recolour the rows, and make them as high as their text."""
        self.row.theme = theme
        self.view.verticalHeader().setDefaultSectionSize(row_height(self.view.font()))
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
