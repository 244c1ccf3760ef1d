"""Captions held against the selected photo: which were asked, how they compare, and where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pigeon_desktop.ui.answers.said import prompt_name, said
from pigeon_desktop.ui.look.elided import ElidedCombo
from pigeon_desktop.ui.look.flow import Flow
from pigeon_desktop.ui.look.numbers import percent
from pigeon_desktop.ui.look.rows import (
    bold,
    draw_bar,
    draw_ground,
    draw_probability,
    draw_text,
    probability_width,
    smaller,
)
from pigeon_desktop.ui.look.text_size import line_height
from pigeon_desktop.ui.look.theme import PANEL, TIGHT, Theme

if TYPE_CHECKING:  # pulls in the model's runtime: the window shows before that
    from pigeon_desktop.engine.prompts import Prompt
    from pigeon_desktop.engine.text import Answer

Index = QModelIndex | QPersistentModelIndex


class AnswerModel(QAbstractListModel):
    """The captions of one question, likeliest first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Answer] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if not index.isValid():
            return None
        answer = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return prompt_name(answer.prompt)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = f"{prompt_name(answer.prompt)}, {percent(answer.probability)}\n“{answer.prompt.caption}”"
            return "\n".join([words, *map(said, answer.notes)])
        return None

    def show(self, answers: tuple[Answer, ...]) -> None:
        """Show these in place of others."""
        self.beginResetModel()
        self.rows = list(answers)
        self.endResetModel()


class AnswerRow(QStyledItemDelegate):
    """Draws a caption: its name, its probability as a number and a bar, and what is to be known of it."""

    def __init__(self, model: AnswerModel, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.model, self.theme = model, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See Qt."""
        noted = line_height(smaller(option.font)) if self.model.rows[index.row()].notes else 0
        return QSize(200, 18 + line_height(bold(option.font)) + noted + 7)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        painter.save()
        theme, answer = self.theme, self.model.rows[index.row()]
        room = draw_ground(painter, option, theme)
        top = QRectF(room.left(), room.top() - 2, room.width(), line_height(bold(option.font)))
        title = prompt_name(answer.prompt) + (" ›" if answer.prompt.opens else "")
        number_width = probability_width(answer.probability, option.font)
        draw_text(painter, top.adjusted(0, 0, -number_width, 0), title, theme.text, bold(option.font))
        draw_probability(painter, top, answer.probability, theme, option.font)
        if answer.notes:
            note = " · ".join(map(said, answer.notes))
            small = smaller(option.font)
            below = QRectF(room.left(), top.bottom(), room.width(), line_height(small))
            draw_text(painter, below, note, theme.warning, small)
        bar = QRectF(room.left(), room.bottom() - 2, room.width(), 4)
        draw_bar(painter, bar, answer.probability, theme.muted if answer.notes else theme.accent, theme.line)
        painter.restore()


class AnswerList(QListView):
    """The rows; Enter opens one, Delete takes it away, Backspace goes back."""

    opened = Signal(QModelIndex)
    removed = Signal(QModelIndex)
    back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Backspace:
            self.back.emit()
        else:
            super().keyPressEvent(event)


class PromptView(QWidget):
    """The panel. It only shows, and says what was asked for: `set_chosen` the key of a set ("" for own captions),
    `typed` a caption, `opened`, `removed`, `within_asked` and `selected` a Prompt."""

    set_chosen = Signal(str)
    typed = Signal(str)
    opened = Signal(object)
    removed = Signal(object)
    within_asked = Signal(object)
    selected = Signal(object)
    back_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sets = ElidedCombo(self)
        self.sets.setAccessibleName(self.tr("Which captions"))
        for key, name in (
            ("continents", self.tr("Continents")),
            ("world-regions", self.tr("Parts of the world")),
            ("countries", self.tr("Countries")),
            ("climate", self.tr("Climate")),
            ("driving-side", self.tr("Side of the road")),
            ("surroundings", self.tr("Surroundings")),
            ("", self.tr("Own captions")),
        ):
            self.sets.addItem(name, key)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(self.tr("Add a caption, then Enter:  Sweden"))
        self.line.setToolTip(self.tr("The name of a place, or what may be seen: “A photo of a rice field.”"))
        self.line.setAccessibleName(self.tr("Own caption"))
        self.line.setAcceptDrops(False)  # files that are dropped on it are for the window
        self.trail = self._label("head")
        self.state = self._label("muted")
        self.model = AnswerModel(self)
        self.view = AnswerList(self)
        self.view.setAccessibleName(self.tr("Captions, likeliest first"))
        self.view.setModel(self.model)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.row = AnswerRow(self.model, theme, self)
        self.view.setItemDelegate(self.row)
        self.back = self._button(self.tr("‹ Back"))
        self.inside = self._button(self.tr("Look inside"))
        self.within = self._button(self.tr("Search within"))
        self._lay_out()
        self._connect()
        self.show_trail(())
        self._offer()

    @property
    def current(self) -> Prompt | None:
        """The caption that is selected."""
        index = self.view.currentIndex()
        return self.model.rows[index.row()].prompt if index.isValid() else None

    def show_set(self, key: str) -> None:
        """Show which set is asked, or was at first."""
        self.sets.setCurrentIndex(self.sets.findData(key))

    def show_trail(self, titles: tuple[str, ...]) -> None:
        """Show the way from that set to the one that lies inside it."""
        self.trail.setText(" › ".join(titles))
        self.trail.setVisible(len(titles) > 1)
        self.back.setVisible(len(titles) > 1)

    def show_answers(self, answers: tuple[Answer, ...], state: str) -> None:
        """Show captions with their probabilities, or none, and what is to be said of them."""
        before = self.current
        self.model.show(answers)
        self.say(state)
        same = [i for i, answer in enumerate(answers) if before and answer.prompt == before]
        if answers:
            self.view.setCurrentIndex(self.model.index(same[0] if same else 0))
        self._offer()

    def say(self, words: str) -> None:
        """Show words above the captions."""
        self.state.setText(words)
        self.state.setVisible(bool(words))

    def set_theme(self, theme: Theme) -> None:
        """Recolour the rows."""
        self.row.theme = theme
        self.view.viewport().update()

    def _label(self, role: str) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("small", True)
        return button

    def _lay_out(self) -> None:
        top, below = QVBoxLayout(), Flow()
        top.setContentsMargins(PANEL, 0, PANEL, 0)
        below.setContentsMargins(PANEL, TIGHT, PANEL, TIGHT)
        top.setSpacing(6)
        top.addWidget(self.sets)
        top.addWidget(self.line)
        for button in (self.back, self.inside, self.within):
            below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 6)
        layout.setSpacing(5)
        layout.addLayout(top)
        words = QVBoxLayout()
        words.setContentsMargins(PANEL, 0, PANEL, 0)
        words.setSpacing(TIGHT)
        words.addWidget(self.trail)
        words.addWidget(self.state)
        layout.addLayout(words)
        layout.addWidget(self.view, 1)
        layout.addLayout(below)

    def _connect(self) -> None:
        self.sets.activated.connect(self._set_activated)
        self.line.returnPressed.connect(self._line_entered)
        self.back.clicked.connect(self.back_asked)
        self.view.back.connect(self.back_asked)
        self.inside.clicked.connect(self._open)
        self.within.clicked.connect(self._within)
        self.view.doubleClicked.connect(self._open)
        self.view.opened.connect(self._open)
        self.view.removed.connect(self._remove)
        self.view.selectionModel().currentChanged.connect(self._current_changed)

    def _offer(self) -> None:
        prompt = self.current
        self.inside.setEnabled(bool(prompt and prompt.opens))
        self.within.setEnabled(bool(prompt and prompt.within))

    def _set_activated(self, at: int) -> None:
        self.set_chosen.emit(self.sets.itemData(at))

    def _line_entered(self) -> None:
        text = self.line.text()
        self.line.clear()
        if text.strip():
            self.typed.emit(text)

    def _open(self) -> None:
        if self.current is not None and self.current.opens:
            self.opened.emit(self.current)

    def _within(self) -> None:
        if self.current is not None and self.current.within:
            self.within_asked.emit(self.current)

    def _remove(self) -> None:
        if self.current is not None:
            self.removed.emit(self.current)

    def _current_changed(self) -> None:
        self._offer()
        self.selected.emit(self.current)
