"""What is marked besides candidates: confirmed places, the selection, what spoke for a candidate."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, default_pack: Pack, photos_folder: Path) -> MainWindow:
    """A window with the default pack and four photos that were answered on."""
    opened = open_window(map_done=True)
    qtbot.waitUntil(lambda: isinstance(opened.locating.state, Ready), timeout=60_000)
    drop(opened, sorted(photos_folder.glob("*.jpg"))[:4])
    qtbot.waitUntil(lambda: opened.session.answered == 4, timeout=60_000)
    qtbot.waitUntil(lambda: not opened.locating.running)
    return opened


def test_confirmed_photos_have_pins_that_lead_to_them(qtbot: QtBot, window: MainWindow) -> None:
    assert window.map is not None
    window.list.select(1)
    qtbot.keyClick(window.list.view, Qt.Key.Key_1)
    prediction = window.session.prediction()
    assert prediction is not None
    (pin,) = window.map.pins.points
    assert (pin.number, pin.latitude, pin.longitude) == (
        1,
        prediction.candidates[0].latitude,
        prediction.candidates[0].longitude,
    )
    assert window.session.rows[1].name in pin.title
    window.list.select(3)
    window.map.place_confirmed.emit(10.0, 20.0)
    assert {(p.number, p.latitude) for p in window.map.pins.points} == {(1, pin.latitude), (3, 10.0)}
    window.map.pin_chosen.emit(1)
    assert window.session.selected == 1
    for left in (1, 0):
        qtbot.keyClick(window.list.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert len(window.map.pins.points) == left


def test_the_selection_is_marked(qtbot: QtBot, window: MainWindow) -> None:
    assert window.map is not None
    window.list.select(0)
    assert not window.map.dots.points
    selection = window.list.view.selectionModel()
    for row in (0, 1, 2):
        selection.select(window.list.model.index(row), QItemSelectionModel.SelectionFlag.Select)
    assert [mark.number for mark in window.map.dots.points] == [0, 1, 2]
    first = window.session.prediction().candidates[0]  # type: ignore[union-attr]
    assert window.map.dots.points[0].latitude == pytest.approx(first.latitude)
    window.list.select(3)
    assert not window.map.dots.points


def test_what_spoke_for_a_candidate_follows_the_selection(qtbot: QtBot, window: MainWindow) -> None:
    window.list.select(0)
    qtbot.waitUntil(lambda: not window.photo.picture.isNull(), timeout=10_000)
    qtbot.mouseClick(window.photo.toggle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.photo.heat is not None, timeout=30_000)
    assert (window.photo.heat.rank, window.photo.heat.path) == (1, window.session.rows[0].path)  # type: ignore[union-attr]
    window.choose_candidate(2)
    qtbot.waitUntil(lambda: window.photo.heat is not None and window.photo.heat.rank == 2, timeout=30_000)
    window.list.select(1)
    qtbot.waitUntil(
        lambda: window.photo.heat is not None and window.photo.heat.path == window.session.rows[1].path, timeout=30_000
    )
    qtbot.mouseClick(window.photo.closer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "of" in window.photo.closer.text(), timeout=30_000)
    qtbot.mouseClick(window.photo.closer, Qt.MouseButton.LeftButton)  # stopped: the rough view is back
    qtbot.waitUntil(lambda: window.photo.heat is not None and window.photo.heat.spoke.way == "patches", timeout=30_000)
    qtbot.mouseClick(window.photo.toggle, Qt.MouseButton.LeftButton)
    assert window.photo.heat is None


def test_the_map_is_saved_and_never_over_a_photo(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = window.session.rows[0].path
    before = photo.read_bytes()
    names = iter([str(photo), str(tmp_path / "map.svg"), str(tmp_path / "map.png")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (next(names), ""))
    assert window.map is not None
    window.map.picture_asked.emit()
    assert "is one of the photographs" in window.notice.words.text()
    assert photo.read_bytes() == before
    for name in ("map.svg", "map.png"):
        window.map.picture_asked.emit()
        assert name in window.strip.words.text()
        assert (tmp_path / name).stat().st_size > 10_000
    assert "a lead, not proof" in (tmp_path / "map.svg").read_text("utf-8").lower()
