"""Words that are shortened to their room and whole in the tool tip, where nothing can make the room larger."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)


def _tip(widget: QWidget, event: QHelpEvent, whole: str) -> None:
    """Show what was shortened, and what the widget's own tool tip says."""
    QToolTip.showText(event.globalPos(), "\n".join(filter(None, (whole, widget.toolTip()))), widget)


class ElidedLabel(QLabel):
    """One line of plain text, which may be narrower than its words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 4 * self.fontMetrics().averageCharWidth()), hint.height())

    @property
    def elided(self) -> bool:
        """Whether not all of it can be read."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def event(self, event: QEvent) -> bool:
        """See Qt."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.elided:
            _tip(self, event, self.text())
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter, room = QPainter(self), self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        role = self.foregroundRole()
        self.style().drawItemText(painter, room, self.alignment(), self.palette(), self.isEnabled(), words, role)


class ElidedCombo(QComboBox):
    """A choice whose field may be narrower than what is chosen; its list is as wide as its longest entry."""

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 14 * self.fontMetrics().averageCharWidth()), hint.height())

    @property
    def elided(self) -> bool:
        """Whether not all of what is chosen can be read."""
        return self.fontMetrics().horizontalAdvance(self.currentText()) > self._room(self._option()).width()

    def showPopup(self) -> None:
        """See Qt."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * self.fontMetrics().averageCharWidth())
        super().showPopup()

    def event(self, event: QEvent) -> bool:
        """See Qt."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.elided:
            _tip(self, event, self.currentText())
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter, option = QStylePainter(self), self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room, metrics = self._room(option), QFontMetrics(self.font())
        option.currentText = metrics.elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option

    def _room(self, option: QStyleOptionComboBox) -> QRect:
        """Where what is chosen is written."""
        part = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
