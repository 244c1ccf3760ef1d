"""What is scrolled where there is too little room for it: the inside of a dialog, the words of a notice."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

MOST = 0.8
"""Share of the screen that the inside of a dialog takes at the most."""


class Scrolled(QScrollArea):
    """As large as what is inside, as far as the screen goes. `name` is for those who cannot see it; with one it can
    be reached and scrolled with the keyboard."""

    def __init__(self, inside: QWidget, parent: QWidget, *, name: str = "") -> None:
        super().__init__(parent)
        self._inside = inside
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name else Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """See Qt."""
        inside, screen = self._inside, self.screen().availableSize() * MOST
        wanted = inside.sizeHint().expandedTo(inside.minimumSize())
        width = min(wanted.width() + self.verticalScrollBar().sizeHint().width(), screen.width())
        height = inside.heightForWidth(width) if inside.hasHeightForWidth() else wanted.height()
        return QSize(width, min(height, screen.height()))


class ScrolledWords(QScrollArea):
    """Words in as many lines as they take, scrolled where that is more than a share of the window."""

    SHARE = 0.25

    def __init__(self, words: QLabel, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = words
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(words)
        self.setStyleSheet("background: transparent;")
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)

    def take(self, words: str) -> None:
        """Show other words, from the top."""
        self.words.setText(words)
        self._make_room()
        self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._make_room()

    def _make_room(self) -> None:
        """As long as they fit into as much as those before, Qt does not ask how high the words are."""
        if self.widget() is None:
            return
        before = self.words.minimumHeight()
        self.words.setMinimumHeight(0)  # or it would count as needed
        self.words.setMinimumHeight(max(0, self.words.heightForWidth(self.viewport().width())))
        if self.words.minimumHeight() != before:
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """See Qt."""
        return True

    def heightForWidth(self, width: int) -> int:
        """See Qt."""
        return min(self.words.heightForWidth(width), round(self.window().height() * self.SHARE))

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return QSize(100, 0)

    def _range_changed(self, least: int, most: int) -> None:
        """What can be scrolled can be reached with the keyboard, to scroll it."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if most > least else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.words.text())
