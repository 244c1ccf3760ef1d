"""The settings dialog, made from the table of options, and what follows when one is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pigeon_desktop.ui.look import text_size
from pigeon_desktop.ui.look.elided import ElidedCombo
from pigeon_desktop.ui.look.scrolled import Scrolled
from pigeon_desktop.ui.look.text_size import grown
from pigeon_desktop.ui.settings.options import Option, Value, options

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow


class Preferences(QObject):
    """Reads the settings and sees to it that they hold."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.options = options(self.tr)
        self.values: dict[str, Value] = {}
        self._take()

    def _take(self) -> None:
        self.values = {option.key: option.read(self.window.settings) for option in self.options}
        locating = self.window.locating
        locating.device, locating.threads = str(self.values["device"]), int(self.values["threads"]) or None
        locating.top = int(self.values["candidates"])

    def ask(self) -> None:
        """Open the dialog."""
        self._take()
        dialog = SettingsDialog(self.options, self.values, self.window)
        dialog.accepted.connect(self._accepted)
        dialog.open()

    def _accepted(self) -> None:
        dialog = self.sender()
        if isinstance(dialog, SettingsDialog):
            self.change(dialog.values())

    def change(self, values: dict[str, Value]) -> None:
        """Keep other values, and do what follows from them."""
        window, before = self.window, self.values
        for key, value in values.items():
            window.settings.setValue(key, value)
        self._take()
        changed = {key for key, value in self.values.items() if value != before[key]}
        if "theme" in changed:
            window.set_mode(str(self.values["theme"]))  # type: ignore[arg-type]
        text_size.take(int(self.values["text_size"]))
        if changed & {"device", "threads"}:
            window.notice.settle()
            window.locating.start(window.pack)
        elif "candidates" in changed:
            window.locating.run_anew()


class SettingsDialog(QDialog):
    """A line an option."""

    def __init__(self, table: tuple[Option, ...], values: dict[str, Value], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields: dict[str, ElidedCombo | QSpinBox | QLineEdit] = {}
        inside = QWidget(self)
        inside.setMinimumWidth(min(grown(410), self.screen().availableSize().width() // 2))
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 6, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setVerticalSpacing(6)
        form.setHorizontalSpacing(18)
        for option in table:
            field = self.fields[option.key] = self._field(option, values[option.key])
            field.setAccessibleName(option.label)
            field.setAccessibleDescription(option.hint)
            form.addRow(option.label, field)
            if option.hint:
                hint = QLabel(option.hint, inside)
                hint.setProperty("role", "muted")
                hint.setWordWrap(True)
                hint.setContentsMargins(0, 0, 0, 10)
                form.addRow("", hint)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 20)
        layout.setSpacing(14)
        layout.addWidget(Scrolled(inside, self))
        layout.addWidget(buttons)
        self.resize(self.sizeHint())

    def _field(self, option: Option, value: Value) -> ElidedCombo | QSpinBox | QLineEdit:
        if option.choices:
            combo = ElidedCombo(self)
            for words, choice in option.choices.items():
                combo.addItem(words, choice)
            combo.setCurrentIndex(combo.findData(value))
            return combo
        if isinstance(option.default, int):
            number = QSpinBox(self)
            number.setRange(option.least, option.most)
            number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            number.setValue(int(value))
            number.lineEdit().setTextMargins(9, 0, 9, 0)  # a style sheet's own would take all the room
            return number
        return QLineEdit(str(value), self)

    def values(self) -> dict[str, Value]:
        """What stands in the fields."""
        found: dict[str, Value] = {}
        for key, field in self.fields.items():
            if isinstance(field, ElidedCombo):
                found[key] = field.currentData()
            else:
                found[key] = field.value() if isinstance(field, QSpinBox) else field.text().strip()
        return found
