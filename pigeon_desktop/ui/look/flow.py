"""Rows of widgets that break where their room ends, as words do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Lays widgets side by side, at their preferred widths, in as many rows as it takes. `fill` has each row share
    out what it has left."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 6, fill: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._fill = fill
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem) -> None:
        """See Qt."""
        self._items.append(item)

    def count(self) -> int:
        """See Qt."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """See Qt."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """See Qt."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """See Qt."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """See Qt."""
        return True

    def heightForWidth(self, width: int) -> int:
        """See Qt."""
        margins = self.contentsMargins()
        rows = self._rows(width - margins.left() - margins.right())
        heights = [max(item.sizeHint().height() for item in row) for row in rows]
        return sum(heights) + self.spacing() * max(len(rows) - 1, 0) + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """See Qt: all in one row."""
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(len(hints) - 1, 0)
        return self._with_margins(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """See Qt: the widest below the others."""
        least = [item.minimumSize() for item in self._shown()]
        widest, highest = (max(map(side, least), default=0) for side in (QSize.width, QSize.height))
        return self._with_margins(widest, highest)

    def setGeometry(self, rect: QRect) -> None:
        """See Qt."""
        super().setGeometry(rect)
        room = self.contentsRect()
        y = room.top()
        for row in self._rows(room.width()):
            height = max(item.sizeHint().height() for item in row)
            widths = [min(item.sizeHint().width(), room.width()) for item in row]
            left = room.width() - sum(widths) - self.spacing() * (len(row) - 1)
            x = room.left()
            for at, (item, width) in enumerate(zip(row, widths, strict=True)):
                more = (left * (at + 1) // len(row) - left * at // len(row)) if self._fill else 0
                item.setGeometry(QRect(QPoint(x, y), QSize(width + more, height)))
                x += width + more + self.spacing()
            y += height + self.spacing()

    def _with_margins(self, width: int, height: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        taken = 0
        for item in self._shown():
            wide = item.sizeHint().width()
            if rows and taken + self.spacing() + wide <= width:
                rows[-1].append(item)
                taken += self.spacing() + wide
            else:
                rows.append([item])
                taken = wide
        return rows
