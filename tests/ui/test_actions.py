"""Menus, keys and settings: each from one table."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QInputDialog, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import verdicts
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.keys_card import KeysCard
from pigeon_desktop.ui.settings.options import options
from pigeon_desktop.ui.settings.preferences import SettingsDialog
from pigeon_desktop.ui.window import MainWindow


@pytest.fixture
def window(three_photos: MainWindow) -> MainWindow:
    return three_photos


def test_every_key_is_in_a_menu_and_no_two_are_the_same(window: MainWindow) -> None:
    shown = {
        (menu.title(), action.text(), action.shortcut().toString())
        for menu in (action.menu() for action in window.menuBar().actions())
        for action in menu.actions()
        if not action.shortcut().isEmpty()
    }
    listed = {
        (entry.menu, entry.text, QKeySequence(entry.keys).toString()) for entry in window.menus.entries if entry.keys
    }
    assert shown == listed
    keys = [key for _, _, key in listed]
    assert len(keys) == len(set(keys)) > 20


def test_the_question_mark_lists_the_keys(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.list.view, Qt.Key.Key_Question)
    qtbot.waitUntil(lambda: bool(window.findChildren(KeysCard)))
    card = window.findChild(KeysCard)
    assert card is not None
    words = {label.text() for label in card.findChildren(QLabel)}
    for menu, text, key in window.menus.listed():
        assert {menu, text, key} <= words
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(KeysCard))


def test_space_is_for_lists_and_not_taken_from_buttons(qtbot: QtBot, window: MainWindow) -> None:
    window.list.view.setFocus()
    qtbot.keyClick(window.list.view, Qt.Key.Key_Space)
    assert window.large.isVisible()
    qtbot.keyClick(window.large, Qt.Key.Key_Escape)
    assert not window.large.isVisible()
    before = window.theme
    window.bar.theme.setFocus()
    qtbot.keyClick(window.bar.theme, Qt.Key.Key_Space)
    assert window.theme is not before
    assert not window.large.isVisible()


def test_keys_are_letters_in_a_field(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.list.search.hasFocus()
    qtbot.keyClicks(window.list.search, "1u0w")
    assert window.list.search.text() == "1u0w"
    assert all(row.decision == "undecided" for row in window.session.rows)


def test_a_note_and_a_coordinate_of_ones_own(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.preferences.change({"analyst": "Ana"})
    window.list.select(0)
    typed = iter([("nowhere", True), ("48.8584, 2.2945", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *args: next(typed))
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *args: ("the tower is in the picture", True))
    qtbot.keyClick(window.list.view, Qt.Key.Key_C)
    assert "is no coordinate" in window.strip.words.text()
    qtbot.keyClick(window.list.view, Qt.Key.Key_C)
    qtbot.keyClick(window.list.view, Qt.Key.Key_N)
    (held,) = verdicts(window.casework.case).values()  # type: ignore[arg-type]
    assert (held.latitude, held.longitude, held.rank) == (48.8584, 2.2945, None)
    assert held.place.startswith("Paris")
    assert (held.note, held.by) == ("the tower is in the picture", "Ana")
    assert "the tower is in the picture" in window.candidates.state.text()
    qtbot.keyClick(window.list.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    (held,) = verdicts(window.casework.case).values()  # type: ignore[arg-type]
    assert (held.decision, held.note) == ("confirmed", "")


def test_settings_are_kept_and_take_effect(qtbot: QtBot, window: MainWindow, settings: QSettings) -> None:
    window.preferences.ask()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    assert set(dialog.fields) == {option.key for option in options(str)}
    fields = dialog.fields
    assert isinstance(fields["candidates"], QSpinBox)
    assert isinstance(fields["theme"], QComboBox)
    assert isinstance(fields["analyst"], QLineEdit)
    fields["candidates"].setValue(2)
    fields["theme"].setCurrentIndex(fields["theme"].findData("dark"))
    fields["analyst"].setText(" Ana ")
    dialog.accept()
    qtbot.waitUntil(lambda: window.theme.dark)
    qtbot.waitUntil(lambda: not window.locating.running)
    qtbot.waitUntil(lambda: len(window.session.prediction().candidates) == 2)  # type: ignore[union-attr]
    assert settings.value("analyst") == "Ana"
    state = window.locating.state
    window.preferences.change({"threads": 1})
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready) and window.locating.state is not state)
    assert window.locating._thread.threads == 1  # type: ignore[union-attr]


def test_settings_that_cannot_be_are_the_defaults(settings: QSettings) -> None:
    for key, value in (
        ("device", "abacus"),
        ("threads", "many"),
        ("candidates", 99),
        ("theme", "loud"),
        ("text_size", "170"),
        ("language", "la"),
    ):
        settings.setValue(key, value)
    assert [option.read(settings) for option in options(str)] == ["auto", 0, 5, "system", "100", "system", ""]


def test_recent_cases_and_the_check_of_the_chain(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, settings: QSettings
) -> None:
    for name in ("one", "two"):
        Case.create(tmp_path / name, f"Case {name}").close()
        window.casework.open(tmp_path / name)
        qtbot.waitUntil(lambda name=name: window.windowTitle().startswith(name))  # type: ignore[misc]
    both = [str(tmp_path / "two"), str(tmp_path / "one")]
    assert [action.text() for action in window.menus.recent.actions()] == [*both, "", "Forget these"]
    window.menus.recent.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.windowTitle().startswith("one"))
    window.cases.check()
    qtbot.waitUntil(lambda: "sound" in window.notice.title.text())
    case = window.casework.case
    assert case is not None
    assert case.mark().head in window.notice.words.text()
    case.database.execute("UPDATE about SET purpose = 'another'")
    window.cases.check()
    qtbot.waitUntil(lambda: "altered" in window.notice.title.text())
    assert "purpose" in window.notice.words.text()
    window.menus.recent.actions()[-1].trigger()
    assert not window.menus.recent.isEnabled()
    assert settings.value("recent") is None
