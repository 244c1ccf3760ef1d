"""The card that lists all keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from pigeon_desktop.ui.look.scrolled import Scrolled
from pigeon_desktop.ui.look.text_size import larger

ONE_COLUMN_FROM = 1.4
"""Size of the text, as a multiple of the usual one."""


class KeysCard(QDialog):
    """Words and keys by menu, in two columns, or one where the text is large; Escape closes it."""

    def __init__(self, keys: Iterable[tuple[str, str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inside = QWidget(self)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout(inside)
        grid.setContentsMargins(28, 22, 28, 24)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(2, 24)
        by_menu: dict[str, list[tuple[str, str]]] = {}
        for menu, words, key in keys:
            by_menu.setdefault(menu, []).append((words, key))
        columns = 2 if larger() < ONE_COLUMN_FROM else 1
        half = sum(map(len, by_menu.values())) // columns
        row = column = placed = 0
        for menu, entries in by_menu.items():
            if columns > 1 and column == 0 and placed + len(entries) // 2 > half:
                row, column = 0, 3
            grid.addWidget(self._label(menu, "head"), row, column, 1, 2)
            for words, key in entries:
                row += 1
                said = self._label(words, "")
                said.setWordWrap(columns == 1)
                grid.addWidget(said, row, column)
                shown = self._label(key, "key")
                shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
                grid.addWidget(shown, row, column + 1)
            placed += len(entries)
            row += 1
        around.addWidget(Scrolled(inside, self, name=self.tr("Keys")))
        self.resize(self.sizeHint())

    def _label(self, words: str, role: str) -> QLabel:
        label = QLabel(words, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label
