"""The first start: what the program is for, what not, and how often it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.responsible import READ, HowOften, Responsible, how_often
from pigeon_desktop.ui.settings import language
from pigeon_desktop.ui.workers import Outcome
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop


@pytest.fixture(autouse=True)
def nothing_installed(settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is on the first day."""
    settings.remove(READ)
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))


def test_it_is_shown_until_it_was_read_and_never_again(
    qtbot: QtBot, open_window: OpenWindow, pack_folder: Pack, settings: QSettings, photographs: list[Path]
) -> None:
    window = open_window()
    card = window.responsible
    qtbot.waitUntil(card.isVisible)
    measured = pack_folder.manifest.evaluation["all"]
    assert f"of {measured['n']:,} photographs" in card.words.text()
    assert f"right for {round(100 * measured['country_top1'])} %" in card.words.text()
    assert f"more than {round(measured['median_km']):,} km off" in card.words.text()
    assert "private person" in card.words.text()
    assert "its purpose" in card.words.text()
    # It stops nobody: there is no dialog, the keys go where they went, and photographs can be dropped.
    assert QApplication.activeModalWidget() is None
    assert not card.read.hasFocus()
    drop(window, [photographs[0]])
    qtbot.waitUntil(lambda: len(window.session) == 1)
    assert card.isVisible()
    assert Responsible(settings, window).wanted, "it was shown, not read: it is there the next time"
    qtbot.mouseClick(card.read, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    assert not Responsible(settings, window).wanted


def test_it_is_said_in_three_languages(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> None:
    figures = Outcome(how_often(None))  # type: ignore[arg-type]
    assert isinstance(figures.value, HowOften)
    said: Callable[[], str] = lambda: _text(qtbot, settings, figures)  # noqa: E731
    texts = {"en": said()}
    for code in ("de", "es"):
        language.install(qapp, code)
        texts[code] = said()
    language.install(qapp, "en")
    assert "Privatperson" in texts["de"]
    assert "particular" in texts["es"]
    for text in texts.values():
        assert f"{round(100 * figures.value.country)} %" in text
        assert text.count("\n") == 2


def test_a_pack_without_figures_claims_none(qtbot: QtBot, settings: QSettings) -> None:
    text = _text(qtbot, settings, Outcome())
    assert "%" not in text
    assert "private person" in text


def _text(qtbot: QtBot, settings: QSettings, figures: Outcome) -> str:
    parent = QWidget()
    qtbot.addWidget(parent)
    card = Responsible(settings, parent)
    assert card.wanted
    card.show_figures(figures)
    return card.words.text()
