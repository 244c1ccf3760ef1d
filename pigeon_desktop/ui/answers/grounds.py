"""What the selected candidate rests on, as text that can be read, selected and copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from pigeon_desktop.ui.look.text_size import line_height
from pigeon_desktop.ui.look.theme import PANEL, SMALL, Theme


@dataclass(frozen=True)
class Paragraph:
    """Plain text, and how it looks: the head of what follows, text, or a note on it."""

    text: str
    kind: Literal["head", "text", "note"] = "text"


class GroundsView(QTextEdit):
    """A text that is not written in. Tab goes on, arrows scroll, Shift and arrows select."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.paragraphs: tuple[Paragraph, ...] = ()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # files that are dropped on it are for the window
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("What the candidate rests on"))
        self.setProperty("role", "grounds")
        self.document().setDocumentMargin(0)
        self.setViewportMargins(PANEL, SMALL, PANEL - SMALL, SMALL)
        by_mouse, by_keys = (
            Qt.TextInteractionFlag.TextSelectableByMouse,
            Qt.TextInteractionFlag.TextSelectableByKeyboard,
        )
        self.setTextInteractionFlags(by_mouse | by_keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt. What shows not one line has no use for a scroll bar."""
        super().resizeEvent(event)
        readable = self.height() > 2 * line_height(self.font())
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if readable else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def show_grounds(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show these in place of others, from the top."""
        if tuple(paragraphs) != self.paragraphs:
            self.paragraphs = tuple(paragraphs)
            self._write()

    def set_theme(self, theme: Theme) -> None:
        """Recolour the text."""
        self.theme = theme
        self._write()

    def _write(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        for i, paragraph in enumerate(self.paragraphs):
            look, room = QTextCharFormat(), QTextBlockFormat()
            look.setForeground(QColor(self.theme.muted if paragraph.kind == "note" else self.theme.text))
            if paragraph.kind == "head":
                look.setFontWeight(QFont.Weight.DemiBold)
                room.setTopMargin(2 * SMALL if i else 0)
            room.setBottomMargin(SMALL / 2)
            if i:
                cursor.insertBlock(room, look)
            else:
                cursor.setBlockFormat(room)
            cursor.insertText(paragraph.text, look)
        self.moveCursor(QTextCursor.MoveOperation.Start)
