"""Everything has the room that it takes, and no more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.look.theme import PANEL
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop


@pytest.fixture
def window(three_photos: MainWindow) -> MainWindow:
    three_photos.notice.dismiss()  # the licence
    three_photos.resize(1280, 800)
    return three_photos


def seen(part: QWidget) -> QRect:
    """What of a widget is within all that it lies in."""
    return part.visibleRegion().boundingRect()


def place(part: QWidget, window: MainWindow) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def test_a_card_is_as_high_as_its_words(qtbot: QtBot, window: MainWindow) -> None:
    notice = window.notice
    heights = []
    for words in ("one line", "words " * 400, "one line", "two\nlines"):
        notice.show_matter("Title", words, ("Close", notice.dismiss))
        QApplication.processEvents()
        heights.append(notice.height())
        scrolled = notice._scrolled
        assert (scrolled.verticalScrollBar().maximum() > 0) == (len(words) > 100), words
    line = notice.words.fontMetrics().lineSpacing()
    assert heights[0] == heights[2] < heights[3] <= heights[0] + line + 1
    assert heights[1] <= heights[0] + 0.25 * window.height()
    for width in (900, 1280):
        window.resize(width, 800)
        notice.show_matter("Title", "words " * 20, ("Close", notice.dismiss))
        QApplication.processEvents()
        assert notice._scrolled.height() == notice.words.heightForWidth(notice._scrolled.viewport().width())
        assert notice._scrolled.verticalScrollBar().maximum() == 0


def test_buttons_of_a_photo_that_failed_are_whole_and_follow_its_words(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, photos_folder: Path, tmp_path: Path
) -> None:
    window = open_window(str(captions_pack.folder))
    window.resize(1280, 660)  # as little height as it has with the card of the first start above it
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=60_000)
    window.notice.dismiss()
    broken = tmp_path / "a.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    drop(window, [broken, min(photos_folder.glob("*.jpg"))])
    qtbot.waitUntil(lambda: window.session.answered == 2 and not window.locating.running, timeout=60_000)
    said = window.candidates
    good, bad = sorted(range(2), key=lambda number: window.session.state(number) == "failed")
    window.list.select(good)
    QApplication.processEvents()
    before = said.view.height()
    assert before > said.view.sizeHintForRow(0)
    said.view.setFocus()
    window.list.select(bad)
    QApplication.processEvents()
    for button in said.verdict.buttons:
        assert seen(button) == button.rect(), button.text()
    gap = place(said.verdict, window).top() - place(window.remedies.bar, window).bottom()
    assert 0 <= gap < 3 * PANEL, "no empty list between them"
    assert window.focusWidget() is said.view, "the focus stays where it was"
    window.list.select(good)
    QApplication.processEvents()
    assert said.view.height() == before


def test_the_strip_is_as_high_with_buttons_as_without(window: MainWindow) -> None:
    before = window.strip.height()
    window.strip.note.hide()
    window.strip.pause.show()
    QApplication.processEvents()
    assert window.strip.height() == before
    window.strip.pause.hide()
    QApplication.processEvents()
    assert window.strip.height() == before


def test_the_field_for_the_region_takes_what_the_toolbar_has_left(window: MainWindow) -> None:
    field = window.bar.within
    words = field.fontMetrics().horizontalAdvance(field.placeholderText())
    QApplication.processEvents()
    assert words < field.width() - 20
    window.resize(880, 800)
    QApplication.processEvents()
    assert field.width() < words
    assert place(window.bar.theme, window).right() < window.width()


def test_a_legend_stands_only_where_there_is_heat(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.map is not None and window.map.loaded is not None, timeout=60_000)
    assert window.map is not None
    qtbot.waitUntil(lambda: window.map.settled, timeout=30_000)  # type: ignore[union-attr]
    assert window.map.furniture.legend.isVisible()
    window.map.show_prediction(None)
    qtbot.waitUntil(lambda: window.map.settled, timeout=30_000)  # type: ignore[union-attr]
    assert not window.map.furniture.legend.isVisible()


def test_what_spoke_is_not_offered_of_a_photo_that_is_gone(
    qtbot: QtBot, window: MainWindow, photos_folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.jpg"
    shutil.copy2(sorted(photos_folder.glob("*.jpg"))[3], copy)
    drop(window, [copy])
    qtbot.waitUntil(lambda: window.session.answered == 4 and not window.locating.running, timeout=60_000)
    number = window.session.number_at(copy)
    assert number is not None
    window.list.select(0)
    assert window.photo.toggle.isVisible()
    assert place(window.photo.toggle, window).left() == place(window.candidates.title, window).left()
    copy.unlink()
    window.list.select(number)
    qtbot.waitUntil(lambda: window.remedies.missing)
    assert not window.photo.toggle.isVisible()


def test_keys_say_why_nothing_is_decided_on_photos_taken_together(qtbot: QtBot, window: MainWindow) -> None:
    window.list.view.selectAll()
    qtbot.keyClick(window.list.view, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.deciding.fused is not None, timeout=20_000)
    for key in (Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_U, Qt.Key.Key_C, Qt.Key.Key_N):
        window.strip.say("")
        qtbot.keyClick(window.list.view, key)
        assert window.strip.words.text() == "3 photos are taken together: choose one of them to decide on it."
    assert all(row.decision == "undecided" for row in window.session.rows)
    assert not window.candidates.verdict.confirm.isEnabled()
    selection = window.list.view.selectionModel()
    selection.setCurrentIndex(window.list.model.index(1, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    qtbot.keyClick(window.list.view, Qt.Key.Key_1)
    assert window.session.rows[1].decision == "confirmed"
