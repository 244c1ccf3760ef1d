"""Below the candidates: the verdict, what the selected one rests on, and handing it on to other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.audit import entries
from pigeon_desktop.cases.contents import verdicts
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.earth.notation import decimal, geo_link, sexagesimal
from pigeon_desktop.engine.head import Standard
from pigeon_desktop.engine.prediction import Candidate
from pigeon_desktop.engine.prototypes import Prototypes
from pigeon_desktop.ui.answers.verdict_bar import Choice, VerdictBar
from pigeon_desktop.ui.case.running import Ready, Refused
from pigeon_desktop.ui.look.theme import PANEL, SMALL
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")  # menus off any screen
LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(three_photos: MainWindow) -> MainWindow:
    """The first of them is selected."""
    three_photos.list.select(0)
    return three_photos


def candidates(window: MainWindow) -> tuple[Candidate, ...]:
    prediction = window.session.prediction()
    assert prediction is not None
    return prediction.candidates


def held(window: MainWindow) -> list[Verdict]:
    """The verdicts of the case, without their times."""
    assert window.casework.case is not None
    return [replace(verdict, time="") for verdict in verdicts(window.casework.case).values()]


def pressed(window: MainWindow) -> list[str]:
    return [button.text() for button in window.candidates.verdict.buttons if button.isChecked()]


def offered(window: MainWindow) -> list[bool]:
    return [button.isEnabled() for button in window.candidates.verdict.buttons]


def grounds(window: MainWindow) -> list[str]:
    window.then.finish()
    return window.candidates.grounds.toPlainText().splitlines()


# -- what is shown a moment later


def test_keys_that_come_before_the_map_has_caught_up_mean_the_photo_that_is_selected(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.then.finish()
    window.list.select(1)
    assert window.map is not None
    window.zoom_to_candidate()
    assert window.map._prediction is window.session.prediction()
    window.list.select(2)
    window.choose_candidate(2)
    assert window.map._prediction is window.session.prediction()
    assert window.map._candidate == 2
    second = grounds(window)
    window.choose_candidate(1)
    assert grounds(window) != second
    window.list.select(0)
    window.list.select(1)
    qtbot.waitUntil(lambda: not window.then._timer.isActive())
    assert window.map._prediction is window.session.prediction()
    assert window.map._candidate == 1


# -- the verdict


def test_a_button_does_what_its_key_does(qtbot: QtBot, window: MainWindow) -> None:
    bar, first = window.candidates.verdict, candidates(window)[0]
    confirmed = Verdict("confirmed", first.latitude, first.longitude, 1, str(first.place))
    for button, key, action, verdict, words, down in (
        (bar.confirm, Qt.Key.Key_1, "confirm 1", confirmed, "Verdict: candidate 1 confirmed", "Confirm 1"),
        (bar.reject, Qt.Key.Key_0, "reject", Verdict("rejected"), "Verdict: none of these", "None of these"),
        (bar.undecided, Qt.Key.Key_U, "undecided", Verdict("undecided"), "Verdict: undecided", "Undecided"),
    ):
        for by_key in (False, True):
            if by_key:
                qtbot.keyClick(window.list.view, key)
            else:
                qtbot.mouseClick(button, LEFT)
            assert (held(window), bar.words.text(), pressed(window)) == ([verdict], words, [down])
            assert QAccessible.queryAccessibleInterface(button).state().checked
            qtbot.keyClick(window.list.view, Qt.Key.Key_Z, CTRL)
            assert (held(window), bar.words.text(), pressed(window)) == ([], "Verdict: undecided", ["Undecided"])
        assert button.toolTip() == button.accessibleName()
        assert button.toolTip() == f"{window.menus.named[action].text()} (key {chr(key)})"
    for _ in range(2):  # one that holds stays down
        qtbot.mouseClick(bar.reject, LEFT)
        assert pressed(window) == ["None of these"]
    assert window.casework.case is not None
    window.casework.case.database.execute("PRAGMA query_only = ON")  # what cannot be written was not decided
    qtbot.mouseClick(bar.undecided, LEFT)
    assert window.notice.title.text() == "Not decided"
    assert pressed(window) == ["None of these"]
    window.casework.case.database.execute("PRAGMA query_only = OFF")


def test_the_candidate_that_is_confirmed_is_marked_by_words(qtbot: QtBot, window: MainWindow) -> None:
    view, model = window.candidates.view, window.candidates.model
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert window.candidates.verdict.confirm.text() == "Confirm 2"
    before = view.grab().toImage()
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert window.candidates.verdict.confirm.hasFocus()
    qtbot.keyClick(window.candidates.verdict.confirm, Qt.Key.Key_Space)
    assert held(window)[0].rank == 2
    assert [row.mark for row in model.rows if row.mark] == ["✓ Confirmed"]
    said = model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert "✓ Confirmed" in str(said).splitlines()
    assert view.grab().toImage() != before
    assert window.session.candidate == 2, "it stays selected"
    # Another one can be confirmed instead.
    window.choose_candidate(1)
    assert (pressed(window), window.candidates.verdict.words.text()) == ([], "Verdict: candidate 2 confirmed")
    qtbot.mouseClick(window.candidates.verdict.confirm, LEFT)
    assert [row.rank for row in model.rows if row.mark] == [1]
    qtbot.mouseClick(window.candidates.verdict.reject, LEFT)
    assert not any(row.mark for row in model.rows)


def test_of_several_photos_it_is_on_the_one_that_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    selection = window.list.view.selectionModel()
    selection.select(window.list.model.index(2), QItemSelectionModel.SelectionFlag.Select)
    name = window.session.rows[0].name
    assert window.candidates.verdict.words.text() == f"Verdict: undecided · of 2 selected photos on {name} alone"
    qtbot.mouseClick(window.candidates.verdict.reject, LEFT)
    assert [row.decision for row in window.session.rows] == ["rejected", "undecided", "undecided"]
    assert window.list.chosen_numbers() == [0, 2]


def test_another_place_is_no_candidate(window: MainWindow) -> None:
    window.deciding.confirm_place(48.8584, 2.2945)
    assert window.candidates.verdict.words.text() == "Verdict: confirmed, Paris, France"
    assert pressed(window) == []
    assert not any(row.mark for row in window.candidates.model.rows)
    # Nor is one that an earlier answer had by that number.
    window.casework.decide(0, Verdict("confirmed", 48.8584, 2.2945, 1, "Paris, France"))
    assert window.candidates.verdict.words.text() == "Verdict: confirmed, Paris, France"
    assert pressed(window) == []


def test_only_what_makes_sense_can_be_pressed(qtbot: QtBot, window: MainWindow) -> None:
    assert offered(window) == [True, True, True]
    window.choose_candidate(0)  # elsewhere
    assert offered(window) == [False, True, True]
    selection = window.list.view.selectionModel()
    selection.select(window.list.model.index(1), QItemSelectionModel.SelectionFlag.Select)
    qtbot.keyClick(window.list.view, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.deciding.fused is not None, timeout=20_000)
    assert offered(window) == [False, False, False]
    assert "single photos" in window.candidates.verdict.words.text()
    assert pressed(window) == []


def test_what_was_not_read_cannot_be_decided_on(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))  # without the encoder
    Image.new("RGB", (64, 48), "red").save(tmp_path / "a.jpg")
    window = open_window()
    assert not window.candidates.verdict.isVisible(), "no photo"
    assert grounds(window) == []
    drop(window, [tmp_path / "a.jpg"])
    qtbot.waitUntil(lambda: window.session.selected == 0)
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Refused), timeout=20_000)
    assert window.candidates.verdict.isVisible()
    assert offered(window) == [False, False, False]
    assert "not read" in window.candidates.verdict.words.text()


def test_candidates_without_a_number_key_have_the_button(qtbot: QtBot, window: MainWindow) -> None:
    window.preferences.change({"candidates": 7})
    qtbot.waitUntil(lambda: not window.locating.running and len(candidates(window)) > 5, timeout=60_000)
    window.choose_candidate(6)
    qtbot.mouseClick(window.candidates.verdict.confirm, LEFT)
    assert held(window)[0].rank == 6
    assert "key" not in window.candidates.verdict.confirm.toolTip()
    assert pressed(window) == ["Confirm 6"]


def test_the_buttons_go_below_each_other_where_it_is_narrow(qtbot: QtBot, qapp: QApplication) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    bar = VerdictBar(panel)
    choices = [Choice(words, "", True, False) for words in ("1 bestätigen", "Keiner davon", "Nicht entschieden")]
    bar.show_verdict("Entscheidung: offen", *choices)
    panel.resize(800, 300)
    panel.show()
    two = sum(button.sizeHint().width() for button in (bar.confirm, bar.reject)) + SMALL + 2 * PANEL
    assert bar.minimumSizeHint().width() < two
    for width, rows in ((two - 1, 3), (two, 2), (two + 200, 1), (bar.minimumSizeHint().width(), 3)):
        bar.resize(width, 200)
        QApplication.processEvents()
        assert bar.width() == width
        assert len({button.y() for button in bar.buttons}) == rows
        assert all(button.width() >= button.sizeHint().width() for button in bar.buttons)


# -- what it rests on


def test_why_it_is_one_region_is_text_that_can_be_copied(qtbot: QtBot, window: MainWindow) -> None:
    text = window.candidates.grounds
    assert text.accessibleName()
    for rank in (1, 2, 3):
        window.choose_candidate(rank)
        candidate = candidates(window)[rank - 1]
        lines = grounds(window)
        assert lines[0] == "Why this is one region"
        assert (f"{len(candidate.cells)} geocells" in lines[1]) or len(candidate.cells) == 1
        assert f"({candidate.cells[0]})" in "\n".join(lines)
        assert "Photographs are known near" in lines
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(text, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == text.toPlainText()
    qtbot.keyClick(text, Qt.Key.Key_0)  # the keys of the window work here too
    assert held(window) == [Verdict("rejected")]
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert not text.hasFocus()
    interface = QAccessible.queryAccessibleInterface(text)
    assert interface.textInterface().characterCount() == len(text.toPlainText())
    window.choose_candidate(0)
    assert grounds(window)[0] == "Elsewhere"


def prototypes(*at: tuple[float, float]) -> Prototypes:
    latitude, longitude = np.array(at).T
    n = len(at)
    standard = Standard(("embedding",), np.zeros(1, np.float32), np.ones(1, np.float32))
    return Prototypes(np.ones((n, 1), np.float32), np.zeros(n, np.int64), latitude, longitude, standard, 1.0)


def test_where_it_was_learnt_is_told_with_how_little_that_is(window: MainWindow) -> None:
    first, state = candidates(window)[0], window.locating.state
    assert isinstance(state, Ready)
    here = (first.latitude, first.longitude)
    away = (first.latitude - np.sign(first.latitude) * 80.0, first.longitude)
    for learnt, wanted in (
        ((here, away), "No others within 500 km: this candidate rests on little."),
        ((away,), "None within 500 km: this candidate rests on little."),
        ((here, here, here), ""),
    ):
        state.locator.prototypes = prototypes(*learnt)
        window.show_photo()
        lines = grounds(window)
        at = lines.index("Learnt from photographs near")
        assert "no evidence" in lines[-1]
        assert [line for line in lines[at + 1 : -1] if "little" in line] == ([wanted] if wanted else [])
        if here in learnt:
            assert lines[at + 1].endswith(" <1 km")


# -- handing it on


def test_a_coordinate_is_copied_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    window.choose_candidate(2)
    at = (candidates(window)[1].latitude, candidates(window)[1].longitude)
    for key, modifier, written in (
        (Qt.Key.Key_L, CTRL, geo_link),
        (Qt.Key.Key_D, CTRL, decimal),
        (Qt.Key.Key_D, CTRL | SHIFT, sexagesimal),
    ):
        qtbot.keyClick(window.candidates.view, key, modifier)
        assert QGuiApplication.clipboard().text() == written(*at)
        assert window.strip.words.text() == f"Copied: {written(*at)}"
    window.choose_candidate(0)
    QGuiApplication.clipboard().setText("before")
    qtbot.keyClick(window.candidates.view, Qt.Key.Key_L, CTRL)
    assert QGuiApplication.clipboard().text() == "before"
    assert window.strip.words.text() == "Select a candidate first."


def menu_at(window: MainWindow, row: int, reason: QContextMenuEvent.Reason) -> QMenu:
    view = window.candidates.view
    at = view.visualRect(window.candidates.model.index(row)).center()
    position = at if reason == QContextMenuEvent.Reason.Mouse else QPoint(2, 2)
    event = QContextMenuEvent(reason, position, view.viewport().mapToGlobal(position))
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = [menu for menu in window.candidates.findChildren(QMenu) if menu.isVisible()]
    return menu


def test_the_menu_of_a_candidate(qtbot: QtBot, window: MainWindow) -> None:
    menu = menu_at(window, 1, QContextMenuEvent.Reason.Mouse)
    assert window.session.candidate == 2, "the one that the menu is about"
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        "Confirm candidate 2",
        "None of these",
        "Undecided",
        "Zoom to the candidate",
        "Copy geo: link",
        "Copy as decimal degrees",
        "Copy as degrees, minutes, seconds",
        "Save as KML…",
    ]
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert held(window)[0].rank == 2
    qtbot.waitUntil(lambda: not window.candidates.findChildren(QMenu))
    menu = menu_at(window, 0, QContextMenuEvent.Reason.Keyboard)
    assert menu.actions()[0].text() == "Confirm candidate 2", "the selected one, wherever the mouse is"
    menu.close()
    rows = window.candidates.model.rowCount()
    window.candidates.view.scrollToBottom()
    menu = menu_at(window, rows - 1, QContextMenuEvent.Reason.Mouse)
    assert [action.text() for action in menu.actions() if action.text()] == ["None of these", "Undecided"]
    menu.close()
    assert window.menus.named["link"].shortcut().toString() == "Ctrl+L", "the window's own action, not a copy"


def test_a_candidate_is_saved_as_kml_and_never_over_a_photo(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = window.session.rows[0].path
    before = photo.read_bytes()
    link = tmp_path / "link.kml"
    link.symlink_to(photo)
    suggested: list[str] = []
    names = iter([photo, link, tmp_path / "there.kml"])

    def choose(parent: MainWindow, title: str, name: str, kinds: str) -> tuple[str, str]:
        suggested.append(name)
        return str(next(names)), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    window.choose_candidate(3)
    for _ in range(2):
        window.notice.settle()
        qtbot.keyClick(window.candidates.view, Qt.Key.Key_K, CTRL)
        qtbot.waitUntil(lambda: "is a photograph" in window.notice.words.text() and window.notice.isVisible())
    assert photo.read_bytes() == before
    assert link.is_symlink()
    qtbot.keyClick(window.candidates.view, Qt.Key.Key_K, CTRL)
    path = tmp_path / "there.kml"
    qtbot.waitUntil(lambda: str(path) in window.strip.words.text(), timeout=20_000)
    assert suggested == [f"{photo.stem}, candidate 3.kml"] * 3
    space = {"k": "http://www.opengis.net/kml/2.2"}
    root = ElementTree.parse(path).getroot()
    styles = [mark.findtext("k:styleUrl", "", space) for mark in root.iterfind(".//k:Placemark", space)]
    assert styles == ["#point3", "#radius3", "#area3"]
    third = candidates(window)[2]
    coordinates = root.findtext(".//k:Point/k:coordinates", "", space).split(",")
    assert [float(x) for x in coordinates] == pytest.approx([third.longitude, third.latitude], abs=1e-5)
    assert "candidate 3 alone" in path.read_text("utf-8")
    case = window.casework.case
    assert case is not None
    (body,) = [entry.content() for entry in entries(case.database) if entry.kind == "exported"]
    assert body["file"] == str(path)


def test_what_photos_say_together_is_handed_on_alike(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    selection = window.list.view.selectionModel()
    selection.select(window.list.model.index(1), QItemSelectionModel.SelectionFlag.Select)
    qtbot.keyClick(window.list.view, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.deciding.fused is not None, timeout=20_000)
    first = window.deciding.shown.candidates[0]  # type: ignore[union-attr]
    window.choose_candidate(1)
    qtbot.keyClick(window.candidates.view, Qt.Key.Key_L, CTRL)
    assert QGuiApplication.clipboard().text() == geo_link(first.latitude, first.longitude)
    assert grounds(window)[0] == "Why this is one region"
    path = tmp_path / "together.kml"
    window.handing.save_kml(path)
    qtbot.waitUntil(lambda: str(path) in window.strip.words.text(), timeout=20_000)
    text = path.read_text("utf-8")
    assert text.count("<Placemark>") == 3
    assert "2 photographs" in text
