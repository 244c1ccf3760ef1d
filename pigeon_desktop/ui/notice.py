"""Cards that say what is the matter and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pigeon_desktop.ui.look import theme as themes
from pigeon_desktop.ui.look.scrolled import ScrolledWords
from pigeon_desktop.ui.look.text_size import grown
from pigeon_desktop.ui.look.theme import Theme, icon


@dataclass(frozen=True)
class Matter:
    """What a card says."""

    title: str
    words: str
    buttons: tuple[tuple[str, Callable[[], object]], ...]
    progress: bool


class Notice(QWidget):
    """A card with words and buttons; one matter at a time is on show."""

    left = Signal()
    """By Escape."""
    turned = Signal(bool)
    """Whether there is a matter: then that is the thing to do next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        card = QFrame(self)
        card.setProperty("role", "card")
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.words = QLabel(self)
        self.words.setProperty("role", "muted")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self.title, self.words):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.buttons: list[QPushButton] = []
        self._standing: Matter | None = None
        self._passing: Matter | None = None
        self._unread: list[Matter] = []
        """Passing matters below the one on show: each is there until it was read."""
        self._row = QHBoxLayout()
        self._row.setSpacing(themes.SMALL)
        self._row.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(themes.LARGE, themes.LARGE, themes.LARGE, 0)
        around.addWidget(card)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(themes.WIDE, themes.LARGE, themes.WIDE, themes.LARGE)
        layout.setSpacing(themes.SMALL)
        self._scrolled = ScrolledWords(self.words, card)
        for part in (self.title, self._scrolled, self.progress):
            layout.addWidget(part)
        layout.addSpacing(themes.TIGHT)
        layout.addLayout(self._row)
        self.hide()

    def show_matter(
        self,
        title: str,
        words: str,
        *buttons: tuple[str, Callable[[], object]],
        standing: bool = False,
        progress: bool = False,
    ) -> None:
        """Say what is the matter; the first button is the one to take. What they call are methods of QObjects.

        A `standing` matter (the model is missing) stays until `settle`; others pass over it and are dismissed.
        """
        matter = Matter(title, words, buttons, progress)
        if standing:
            self._standing = matter
            if self._passing is None or progress:
                self._passing, self._unread = None, []
                self._show(matter)
        else:
            if self._passing is not None:
                self._unread.append(self._passing)
            self._unread = [one for one in self._unread if one.title != matter.title]
            self._passing = matter
            self._show(matter)

    def dismiss(self) -> None:
        """The passing matter has been read; the one before it, if there is one, is on show again."""
        self._passing = self._unread.pop() if self._unread else None
        if self._passing is not None:
            self._show(self._passing)
        elif self._standing is not None:
            self._show(self._standing)
        else:
            self._put_away()

    def withdraw(self, title: str) -> None:
        """A passing matter has settled itself, whether it was read or not."""
        self._unread = [one for one in self._unread if one.title != title]
        if self._passing is not None and self._passing.title == title:
            self.dismiss()

    def settle(self) -> None:
        """The standing matter is none any more."""
        self._standing = None
        if self._passing is None:
            self._put_away()

    def _show(self, matter: Matter) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()  # it goes a moment later
            button.deleteLater()
        self.buttons = []
        self.title.setText(matter.title)
        self._scrolled.take(matter.words)
        self._scrolled.setVisible(bool(matter.words))
        self.progress.setVisible(matter.progress)
        self.progress.setRange(0, 0)
        for at, (text, action) in enumerate(matter.buttons):
            button = QPushButton(text, self)
            button.setProperty("primary", at == 0 and not matter.progress)  # to stop is not the thing to do
            button.clicked.connect(action)
            self._row.insertWidget(at, button)
            self.buttons.append(button)
        self.setAccessibleName(matter.title)
        self.setAccessibleDescription(matter.words)
        self.show()
        self.turned.emit(True)

    def _put_away(self) -> None:
        self.hide()
        self.turned.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt. Escape takes away what has been read, and leaves what is to be done."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        if self._passing is not None and not self._passing.progress:
            self.dismiss()
        self.left.emit()

    def show_step(self, words: str, done: int, total: int) -> None:
        """Show progress; `total` 0 is unknown."""
        self._scrolled.take(words)
        self._scrolled.show()
        # Thousandths: files are longer than the bar can count.
        self.progress.setRange(0, 1000 if total else 0)
        self.progress.setValue(round(1000 * done / total) if total else 0)


class Empty(QWidget):
    """What the photo list shows before there are photos."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture = QLabel(self)
        title = QLabel(self.tr("Drop photographs or folders here"), self)
        title.setProperty("role", "title")
        words = QLabel(self.tr("They are only read, never changed, and nothing leaves this machine."), self)
        words.setProperty("role", "muted")
        self.photos = QPushButton(self.tr("Add photos…"), self)
        self.photos.setProperty("primary", True)
        self.folder = QPushButton(self.tr("Add folder…"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(themes.WIDE, themes.WIDE, themes.WIDE, themes.WIDE)
        layout.setSpacing(themes.SMALL)
        layout.addStretch(2)
        for label in (self._picture, title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(themes.SMALL)
        layout.addWidget(self.photos)
        layout.addWidget(self.folder)
        layout.addStretch(3)
        self.set_theme(theme)

    def give_way(self, other: bool) -> None:
        """Whether there is another thing to do before photos are added."""
        self.photos.setProperty("primary", not other)
        self.photos.style().polish(self.photos)

    def set_theme(self, theme: Theme) -> None:
        """Recolour the picture."""
        side = grown(themes.EMPTY_ICON)
        self._picture.setPixmap(icon("photo", theme.accent, side).pixmap(QSize(side, side)))
