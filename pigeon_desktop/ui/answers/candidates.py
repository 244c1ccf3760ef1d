"""The candidates of the selected photo, likeliest first, and below them what is left for elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pigeon_desktop.ui import places
from pigeon_desktop.ui.answers.grounds import GroundsView
from pigeon_desktop.ui.answers.verdict_bar import VerdictBar
from pigeon_desktop.ui.look.numbers import amount, percent
from pigeon_desktop.ui.look.rows import (
    bold,
    draw_bar,
    draw_ground,
    draw_probability,
    draw_text,
    probability_width,
    short_place,
    smaller,
)
from pigeon_desktop.ui.look.text_size import line_height
from pigeon_desktop.ui.look.theme import PANEL, TIGHT, Theme

if TYPE_CHECKING:  # the record's module pulls in the atlas: the window shows before that
    from pigeon_desktop.engine.prediction import Prediction

Index = QModelIndex | QPersistentModelIndex
ELSEWHERE = 0
"""Rank of the last row."""
ANY_HEIGHT = 16_777_215
"""Pixels: Qt's own "no limit"."""


@dataclass(frozen=True)
class Row:
    """A line of the list; rank 0 is "elsewhere". `mark` says of a confirmed candidate that it is."""

    rank: int
    title: str
    detail: str
    probability: float
    mark: str = ""


class CandidateModel(QAbstractListModel):
    """The rows of one prediction."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            number = f"{row.rank} " if row.rank and role == Qt.ItemDataRole.AccessibleTextRole else ""
            title = f"{number}{row.title}, {percent(row.probability)}"
            return "\n".join(filter(None, (title, row.mark, row.detail)))
        return None

    def show(self, prediction: Prediction | None, spans: Mapping[int, str], confirmed: int | None) -> None:
        """Show the candidates of a prediction, one of them perhaps `confirmed`; `spans` says by rank which countries a
        region spans."""
        self.beginResetModel()
        self.rows = []
        if prediction is not None and prediction.candidates:
            for candidate in prediction.candidates:
                near = places.written(candidate.place).partition(" · ")[2]
                within = self.tr("within {km} km").format(km=amount(candidate.radius_km))
                detail = f"{within} · {spans.get(candidate.rank) or near}".removesuffix(" · ")
                mark = self.tr("✓ Confirmed") if candidate.rank == confirmed else ""
                self.rows.append(Row(candidate.rank, short_place(candidate), detail, candidate.probability, mark))
            elsewhere = self.tr("in any other place")
            self.rows.append(Row(ELSEWHERE, self.tr("Elsewhere"), elsewhere, prediction.elsewhere))
        self.endResetModel()


class CandidateRow(QStyledItemDelegate):
    """Draws a candidate: number, place, radius, probability."""

    def __init__(self, model: CandidateModel, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.model, self.theme = model, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See Qt."""
        return QSize(200, 18 + line_height(bold(option.font)) + line_height(smaller(option.font)) + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        painter.save()
        theme, row = self.theme, self.model.rows[index.row()]
        room = draw_ground(painter, option, theme)
        small = smaller(option.font)
        side = line_height(small) + 9
        badge = QRectF(room.left(), room.top() + 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ink if row.rank else theme.line))
        painter.drawEllipse(badge)
        number = str(row.rank) if row.rank else "…"
        colour = theme.on_ink if row.rank else theme.text
        draw_text(painter, badge, number, colour, bold(small), Qt.AlignmentFlag.AlignCenter)
        room.setLeft(badge.right() + 12)
        top = QRectF(room.left(), room.top(), room.width(), line_height(bold(option.font)))
        number_width = probability_width(row.probability, option.font)
        draw_text(painter, top.adjusted(0, 0, -number_width, 0), row.title, theme.text, bold(option.font))
        draw_probability(painter, top, row.probability, theme, option.font)
        below = QRectF(room.left(), top.bottom() + 2, room.width(), line_height(small))
        if row.mark:
            draw_text(painter, below, row.mark, theme.accent, bold(small))
            below.setLeft(below.left() + QFontMetricsF(bold(small)).horizontalAdvance(f"{row.mark}  "))
        draw_text(painter, below, row.detail, theme.muted, small)
        bar = QRectF(room.left(), room.bottom() - 2, room.width(), 4)
        draw_bar(painter, bar, row.probability, theme.accent if row.rank else theme.muted, theme.line)
        painter.restore()


class CandidateList(QListView):
    """The rows. `menu_asked` carries where on the screen a menu about the selected one is to open."""

    menu_asked = Signal(QPoint)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """See Qt. The mouse's menu is about the row under it, the keyboard's about the selected one."""
        by_keys = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keys else self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
            at = self.visualRect(index).center() if by_keys else event.pos()
            self.menu_asked.emit(self.viewport().mapToGlobal(at))
        event.accept()


class CandidatesView(QWidget):
    """The list, the state of the photo above it, and below it the verdict and what the selected candidate rests on.

    `chosen` carries the rank that was selected, `opened` the one that was double-clicked, `menu_asked` where on the
    screen a menu about the selected one is to open.
    """

    chosen = Signal(int)
    opened = Signal(int)
    menu_asked = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLabel(self)
        self.title.setProperty("role", "head")
        self.state = QLabel(self)
        self.state.setProperty("role", "muted")
        for label in (self.title, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.model = CandidateModel(self)
        self.view = CandidateList(self)
        self.view.menu_asked.connect(self.menu_asked)
        self.view.setAccessibleName(self.tr("Candidates"))
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.row = CandidateRow(self.model, theme, self)
        self.view.setItemDelegate(self.row)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.view.doubleClicked.connect(self._double_clicked)
        self.verdict = VerdictBar(self)
        self.grounds = GroundsView(theme, self)
        self.grounds.setMinimumHeight(1)  # where there is little room it gives way, not the buttons
        below = QWidget(self)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.verdict)
        column.addWidget(self.grounds, 1)
        self.halves = QSplitter(Qt.Orientation.Vertical, self)
        self.halves.setHandleWidth(1)
        self.halves.setChildrenCollapsible(False)
        self.halves.addWidget(self.view)
        self.halves.addWidget(below)
        self.halves.setStretchFactor(0, 1)
        self.halves.setStretchFactor(1, 1)
        self.halves.setSizes([200, 190])  # three rows, and the first lines below them, in a window as it opens
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(4)
        words = QVBoxLayout()
        words.setContentsMargins(PANEL, 0, PANEL, 0)
        words.setSpacing(TIGHT)
        words.addWidget(self.title)
        words.addWidget(self.state)
        layout.addLayout(words)
        layout.addWidget(self.halves, 1)

    def show_prediction(
        self,
        prediction: Prediction | None,
        title: str,
        state: str,
        spans: Mapping[int, str] = MappingProxyType({}),
        confirmed: int | None = None,
    ) -> None:
        """Show a photo's candidates below these words, marking the `confirmed` one; `spans` says by rank which
        countries a region spans."""
        self.model.show(prediction, spans, confirmed)
        # Nothing to choose from takes no room, but keeps the focus: J leads on to candidates again.
        self.halves.setHandleWidth(1 if self.model.rows else 0)
        self.view.setMaximumHeight(ANY_HEIGHT if self.model.rows else 0)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.model.rows else Qt.FocusPolicy.NoFocus)
        self.title.setText(title)
        self.state.setText(state)
        self.state.setVisible(bool(state))

    def select(self, rank: int | None) -> None:
        """Highlight a candidate; 0 is "elsewhere"."""
        for at, row in enumerate(self.model.rows):
            if row.rank == rank:
                self.view.setCurrentIndex(self.model.index(at))
                return
        self.view.clearSelection()

    def set_theme(self, theme: Theme) -> None:
        """Recolour the rows."""
        self.row.theme = theme
        self.grounds.set_theme(theme)
        self.view.viewport().update()

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.model.rows[current.row()].rank)

    def _double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.rows[index.row()].rank)
