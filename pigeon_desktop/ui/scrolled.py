"""The inside of a dialog, scrolled where the screen is too small for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

MOST = 0.8
"""Share of the screen that the inside of a dialog takes at the most."""


class Scrolled(QScrollArea):
    """As large as what is inside, as far as the screen goes. `name` is for those who cannot see it; with one it can
    be reached and scrolled with the keyboard."""

    def __init__(self, inside: QWidget, parent: QWidget, *, name: str = "") -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name else Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """See Qt."""
        inside, screen = self.widget(), self.screen().availableSize() * MOST
        wanted = inside.sizeHint().expandedTo(inside.minimumSize())
        width = min(wanted.width() + self.verticalScrollBar().sizeHint().width(), screen.width())
        height = inside.heightForWidth(width) if inside.hasHeightForWidth() else wanted.height()
        return QSize(width, min(height, screen.height()))
