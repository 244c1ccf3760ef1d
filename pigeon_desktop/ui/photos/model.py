"""The photos as rows: filtered, searched and sorted, and each of them in words."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from pigeon_desktop.ui import places
from pigeon_desktop.ui.answers import said
from pigeon_desktop.ui.case.session import Order, Session, Shown
from pigeon_desktop.ui.look.numbers import percent

Index = QModelIndex | QPersistentModelIndex
NUMBER = Qt.ItemDataRole.UserRole
SORT_MS = 1500
"""How long a sorted list waits for more answers before it is sorted again."""


class PhotoModel(QAbstractListModel):
    """The session's photos that the filter and the search let through, sorted, as rows."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.shown: Shown = "all"
        self.order: Order = "added"
        self.sought = ""
        self.numbers: list[int] = []
        self._rows: dict[int, int] | None = None
        self._late = QTimer(self, singleShot=True, interval=SORT_MS)
        self._late.timeout.connect(self.refresh)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.numbers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if not index.isValid():
            return None
        number = self.numbers[index.row()]
        if role == NUMBER:
            return number
        if role == Qt.ItemDataRole.DisplayRole:
            return self.session.rows[number].name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.describe(number, full=True)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.read_out(number)
        return None

    def describe(self, number: int, *, full: bool = False) -> str:
        """What was said of a photo, and decided, in one line; `full` with its places and reason."""
        row, state = self.session.rows[number], self.session.state(number)
        words = {
            "located": f"{places.short(row.place)} {percent(row.probability)}",
            "abstained": self.tr("can't tell"),
            "failed": self.tr("failed"),
            "stopped": self.tr("not located"),
            "waiting": self.tr("waiting"),
        }
        decided = {"confirmed": self.tr("confirmed"), "rejected": self.tr("none of these")}.get(row.decision, "")
        text = " · ".join(filter(None, (words[state], decided)))
        if not full:
            return text
        gone = self.tr("Not there any more. Add the folder where it is now.") if row.gone else ""
        return "\n".join(filter(None, (*map(str, (row.path, *row.others)), gone, text, said.said(row.reason))))

    def read_out(self, number: int) -> str:
        """Name, status, first candidate with its probability, and verdict of a photo, in one line."""
        row, state = self.session.rows[number], self.session.state(number)
        status = {
            "located": self.tr("located"),
            "abstained": self.tr("can't tell"),
            "failed": self.tr("failed"),
            "stopped": self.tr("not located"),
            "waiting": self.tr("waiting"),
        }[state]
        first = f"{places.short(row.place)} {percent(row.probability)}" if row.place and state != "failed" else ""
        decided = {"confirmed": self.tr("confirmed"), "rejected": self.tr("none of these")}
        verdict = decided.get(row.decision, self.tr("undecided"))
        return f"{row.name}: {', '.join(filter(None, (status, first, verdict)))}"

    def show(self, shown: Shown, order: Order, sought: str) -> None:
        """Take another filter, order and search."""
        self.shown, self.order, self.sought = shown, order, sought
        self.refresh()

    def refresh(self) -> None:
        """Filter and sort anew."""
        self._late.stop()
        self.beginResetModel()
        self.numbers = self.session.numbers(self.shown, self.order, self.sought)
        self._rows = None if self.order == "added" else {number: row for row, number in enumerate(self.numbers)}
        self.endResetModel()

    @property
    def _as_they_came(self) -> bool:
        return self.order == "added" and not self.sought

    def added(self, numbers: list[int]) -> None:
        """The session has new photos at its end."""
        if not self._as_they_came:
            self._later()
            return
        numbers = [number for number in numbers if self.session.lets_through(number, self.shown)]
        if numbers:
            self.beginInsertRows(QModelIndex(), len(self.numbers), len(self.numbers) + len(numbers) - 1)
            self.numbers += numbers
            self.endInsertRows()

    def changed(self, numbers: list[int]) -> None:
        """The session says something else of these photos."""
        if len(numbers) > 500:
            self.refresh()
            return
        for number in numbers:
            row = self.row(number)
            fits = self.session.lets_through(number, self.shown)
            if row is not None and (fits or not self._as_they_came):
                self.dataChanged.emit(self.index(row), self.index(row))
            elif row is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.numbers[row]
                self.endRemoveRows()
            elif fits and self._as_they_came:
                at = bisect_left(self.numbers, number)
                self.beginInsertRows(QModelIndex(), at, at)
                self.numbers.insert(at, number)
                self.endInsertRows()
        if not self._as_they_came:
            self._later()

    def _later(self) -> None:
        """Sort again soon, not at every photo that a run answers."""
        if not self._late.isActive():
            self._late.start()

    def row(self, number: int) -> int | None:
        """The row of a photo, None where the filter hides it."""
        if self._rows is not None:
            return self._rows.get(number)
        at = bisect_left(self.numbers, number)
        return at if at < len(self.numbers) and self.numbers[at] == number else None
