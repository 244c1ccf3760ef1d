"""The card that lists all keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from pigeon_desktop.ui.scrolled import Scrolled


class KeysCard(QDialog):
    """Words and keys by menu, in two columns; Escape closes it."""

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
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(2, 24)
        by_menu: dict[str, list[tuple[str, str]]] = {}
        for menu, words, key in keys:
            by_menu.setdefault(menu, []).append((words, key))
        half = sum(map(len, by_menu.values())) // 2
        row = column = placed = 0
        for menu, entries in by_menu.items():
            if column == 0 and placed + len(entries) // 2 > half:
                row, column = 0, 3
            grid.addWidget(self._label(menu, "head"), row, column, 1, 2)
            for words, key in entries:
                row += 1
                grid.addWidget(self._label(words, ""), row, column)
                shown = self._label(key, "chip")
                shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
                grid.addWidget(shown, row, column + 1)
            placed += len(entries)
            row += 1
        around.addWidget(Scrolled(inside, self, name=self.tr("Keys")))

    def _label(self, words: str, role: str) -> QLabel:
        label = QLabel(words, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label
