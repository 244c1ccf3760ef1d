"""The window: how photos come in, what the states say, what is linked with what. No model runs here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.contents import Row
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.ui.case.running import Refused
from pigeon_desktop.ui.look.theme import DARK, LIGHT
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.windows import Pulse, drop, wait_for_map

Put = Callable[..., Prediction]


def a_row(i: int) -> Row:
    """A photo somewhere, every second one located."""
    located = i % 2 == 1
    return Row(
        files=(10_000 + i,),
        photo=10_000 + i,
        place_on_disk=f"/nowhere/photo-{i:06d}.jpg",
        others=(),
        gone=False,
        state="located" if located else "abstained",
        probability=(i * 7919 % 1000) / 1000 if located else 0.0,
        place=f"Town {i % 10}, Land" if located else "",
        country="LA" if located else "",
        decision="undecided",
        reason="",
    )


@pytest.fixture(autouse=True)
def no_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder without the encoder: the default pack is there but cannot run."""
    folder = tmp_path / "data"
    monkeypatch.setenv("PIGEON_DATA", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos in a folder and one below, with things that are none."""
    top = tmp_path / "trip"
    (top / "below").mkdir(parents=True)
    for name, colour in (("a.jpg", "red"), ("b.png", "green"), ("below/c.webp", "blue")):
        Image.new("RGB", (320, 240), colour).save(top / name)
    (top / "notes.txt").write_text("no picture")
    (top / ".hidden.jpg").write_bytes((top / "a.jpg").read_bytes())
    return top


@pytest.fixture
def filled(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> MainWindow:
    """A window with those photos."""
    window = open_window()
    window.add([folder])
    qtbot.waitUntil(lambda: len(window.session) == 3)
    return window


def test_a_dropped_folder_is_searched_to_the_bottom(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    window = open_window()
    assert window.left.currentWidget() is window.empty
    enter, fall = drop(window, [folder])
    assert enter.isAccepted()
    assert fall.isAccepted()
    assert fall.dropAction() == Qt.DropAction.CopyAction  # a move would delete the originals
    qtbot.waitUntil(lambda: len(window.session) == 3)
    assert [row.path.name for row in window.session.rows] == ["a.jpg", "b.png", "c.webp"]
    assert window.left.currentWidget() is window.list
    qtbot.waitUntil(lambda: "2 hidden or other" in window.strip._said)
    drop(window, [folder / "a.jpg", folder])  # known already
    qtbot.wait(300)
    assert len(window.session) == 3


def test_what_is_no_file_is_not_taken(open_window: OpenWindow) -> None:
    window = open_window()
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/picture.jpg")])
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
    assert not window.target.isVisible()


def test_every_part_of_the_window_lets_drops_through(open_window: OpenWindow) -> None:
    window = open_window()
    takers = [w for w in window.findChildren(QWidget) if w.acceptDrops() and w.isVisible()]
    assert takers == []


def test_a_window_that_is_closed_while_its_case_opens(qtbot: QtBot, open_window: OpenWindow) -> None:
    for _ in range(5):
        window = open_window()
        window.close()
        qtbot.wait(80)  # what the thread has left in the post is delivered to a window that was left
        assert window.casework.case is None


def test_a_missing_file_is_named(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    window = open_window()
    drop(window, [folder / "gone.jpg", folder / "a.jpg"])
    qtbot.waitUntil(lambda: "gone.jpg" in window.notice.words.text())
    assert len(window.session) == 1


def test_pasted_pictures_are_kept_in_the_data_folder(qtbot: QtBot, open_window: OpenWindow, no_encoder: Path) -> None:
    window = open_window()
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.session) == 1)
    path = window.session.rows[0].path
    assert path.parent == no_encoder / "pasted"
    with Image.open(path) as kept:
        assert kept.convert("RGB").getpixel((5, 5)) == (0x33, 0x66, 0x99)


def test_copied_files_are_pasted_as_they_are(qtbot: QtBot, open_window: OpenWindow, folder: Path) -> None:
    window = open_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder / "b.png"))])
    QGuiApplication.clipboard().setMimeData(mime)
    window.bar.paste.click()
    qtbot.waitUntil(lambda: [row.path for row in window.session.rows] == [folder / "b.png"])
    QGuiApplication.clipboard().setText("words")
    window.bar.paste.click()
    assert "neither a picture nor files" in window.strip.words.text()


def test_without_the_encoder_the_window_says_what_to_do(qtbot: QtBot, filled: MainWindow, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: isinstance(filled.locating.state, Refused), timeout=20_000)
    assert filled.locating.state.missing  # type: ignore[union-attr]
    assert filled.notice.isVisible()
    assert [b.text() for b in filled.notice.buttons] == ["Install", "From file…"]
    assert filled.strip.device.text() == "no model"
    assert "See above the map" in filled.candidates.state.text()
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"nothing")
    filled.installing._start_install(wrong)
    qtbot.waitUntil(lambda: filled.notice.title.text() == "Not installed", timeout=20_000)
    assert "wrong.onnx" in filled.notice.words.text()
    assert [b.text() for b in filled.notice.buttons] == ["Try again", "From file…", "From the network"]


def test_the_list_says_where_each_photo_stands(filled: MainWindow, located: Put) -> None:
    a, b, c = (row.path for row in filled.session.rows)
    located(filled, a)
    located(filled, b, status="abstained", reason="The picture fits many parts of the world.")
    located(filled, c, status="failed", reason=f"{c}: is empty.", candidates=(), probability=None)
    model = filled.list.model
    said = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert said == [
        "a.jpg: located, Lisbon, Portugal 50 %, undecided",
        "b.png: can't tell, Lisbon, Portugal 50 %, undecided",
        "c.webp: failed, undecided",
    ]
    filled.list.select(1)
    assert filled.candidates.title.text() == "Can't tell"
    assert "fits many parts of the world" in filled.candidates.state.text()
    filled.list.select(2)
    assert (filled.candidates.title.text(), filled.candidates.state.text()) == ("Failed", "Is empty.")
    for row, expected in ((1, [0]), (2, [1]), (3, [2]), (0, [0, 1, 2])):
        filled.list.filter.setCurrentIndex(row)
        assert model.numbers == expected
    assert filled.list.filter.itemText(1) == "Located · 1"


def test_a_filter_follows_what_is_said(filled: MainWindow, located: Put) -> None:
    filled.list.filter.setCurrentIndex(1)
    assert filled.list.model.rowCount() == 0
    located(filled, filled.session.rows[2].path)
    located(filled, filled.session.rows[0].path)
    assert filled.list.model.numbers == [0, 2]
    located(filled, filled.session.rows[0].path, status="abstained", reason="flat")
    assert filled.list.model.numbers == [2]


def test_candidates_and_map_are_linked_both_ways(qtbot: QtBot, filled: MainWindow, located: Put) -> None:
    wait_for_map(qtbot, filled)
    located(filled, filled.session.rows[0].path)
    view, rows = filled.map, filled.candidates
    assert view is not None
    assert [r.rank for r in rows.model.rows] == [1, 2, 3, 0]
    assert rows.model.rows[-1].title == "Elsewhere"
    assert rows.model.rows[-1].probability == pytest.approx(0.2)
    assert rows.model.rows[1].detail.startswith("within 200 km")
    rows.view.setCurrentIndex(rows.model.index(1))
    assert {mark.rank for mark in view.marks.markers if mark.selected} == {2}
    view.candidate_chosen.emit(3)
    assert rows.view.currentIndex().row() == 2
    assert {mark.rank for mark in view.marks.markers if mark.selected} == {3}
    rows.view.setCurrentIndex(rows.model.index(3))  # elsewhere
    assert not any(mark.selected for mark in view.marks.markers)
    rows.view.setCurrentIndex(rows.model.index(0))
    qtbot.keyClick(rows.view, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: view.view.scale > 1000 and view.settled, timeout=5000)
    lisbon = view.to_pixel(38.72, -9.14)
    assert abs(lisbon.x() - view.width() / 2) < 2


def test_keys_go_through_the_photos(qtbot: QtBot, filled: MainWindow) -> None:
    filled.list.view.setFocus()
    filled.list.select(0)
    for key, expected in ((Qt.Key.Key_J, 1), (Qt.Key.Key_J, 2), (Qt.Key.Key_J, 2), (Qt.Key.Key_K, 1)):
        qtbot.keyClick(filled.list.view, key)
        assert filled.session.selected == expected
    qtbot.keyClick(filled.list.view, Qt.Key.Key_Up)
    assert filled.session.selected == 0
    qtbot.waitUntil(lambda: not filled.photo.picture.isNull(), timeout=10_000)
    qtbot.keyClick(filled.list.view, Qt.Key.Key_Space)
    assert filled.large.isVisible()
    assert filled.large.size() == filled.size()
    qtbot.keyClick(filled.large, Qt.Key.Key_J)
    assert filled.session.selected == 1
    qtbot.keyClick(filled.large, Qt.Key.Key_Space)
    assert not filled.large.isVisible()


def test_letters_can_be_typed_into_the_field(qtbot: QtBot, filled: MainWindow) -> None:
    filled.bar.within.setFocus()
    qtbot.keyClicks(filled.bar.within, "jkf")
    assert filled.bar.within.text() == "jkf"


def test_search_within_waits_for_the_map(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.bar.within.setText("PT")
    qtbot.keyClick(window.bar.within, Qt.Key.Key_Return)
    assert window.map is not None
    assert window.map.loaded is None
    assert "as soon as the map is there" in window.strip.words.text()
    qtbot.waitUntil(lambda: window.locating.within is not None, timeout=30_000)
    assert window.locating.within is not None
    assert window.locating.within.text == "PT"


def test_search_within_is_checked_and_applied(qtbot: QtBot, filled: MainWindow, cells: GeocellSet) -> None:
    wait_for_map(qtbot, filled)
    field = filled.bar.within
    field.setText("PT,ES")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: filled.locating.within is not None)
    iberian = np.isin(cells.country_code, ["PT", "ES"])
    assert filled.locating.within.mask.tolist() == iberian.tolist()  # type: ignore[union-attr]
    field.setText("nowhere at all")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: field.property("wrong") is True)
    assert "is no country or region" in filled.notice.words.text()
    field.clear()
    assert filled.locating.within is None
    assert field.property("wrong") is False


def test_what_is_drawn_on_the_map_is_searched_within(qtbot: QtBot, filled: MainWindow, cells: GeocellSet) -> None:
    wait_for_map(qtbot, filled)
    assert filled.map is not None
    filled.map.drawing.drawn.emit("36.00,-10.00,44.00,4.00")
    qtbot.waitUntil(lambda: filled.locating.within is not None)
    assert filled.bar.within.text() == "36.00,-10.00,44.00,4.00"
    assert {"PT", "ES"} <= set(cells.country_code[filled.locating.within.mask])  # type: ignore[union-attr]
    filled.bar.within.clear()
    assert filled.locating.within is None


def test_what_the_filter_removed_is_said(filled: MainWindow, located: Put) -> None:
    located(filled, filled.session.rows[0].path, removed_by_filter=0.31)
    assert "removed 31 %" in filled.candidates.state.text()


def test_light_and_dark(qtbot: QtBot, filled: MainWindow, settings: QSettings) -> None:
    wait_for_map(qtbot, filled)
    filled.set_mode("light")
    light = filled.grab().toImage().pixelColor(2, 2)
    filled.toggle_theme()
    assert filled.theme is DARK
    assert filled.map is not None
    assert filled.map.theme is DARK
    dark = filled.grab().toImage().pixelColor(2, 2)
    assert light.name() == LIGHT.panel
    assert dark.name() == DARK.panel
    assert settings.value("theme") == "dark"


def test_everything_that_can_be_used_has_a_name(open_window: OpenWindow) -> None:
    window = open_window(map_done=True)
    window.notice.settle()
    for button in window.findChildren(QToolButton):
        if (
            button.isVisible()
            and not button.objectName().startswith("qt_")
            and button.parent() is not window.bar.within
        ):
            assert button.accessibleName(), button
    for button in window.findChildren(QPushButton):
        assert button.text()
    for part in (
        window.list.view,
        window.candidates.view,
        window.map,
        window.photo,
        window.bar.within,
        window.list.filter,
    ):
        assert part is not None
        assert part.accessibleName()


@pytest.mark.alone
def test_a_hundred_thousand_photos_scroll_freely(qtbot: QtBot, filled: MainWindow) -> None:
    rows = [a_row(i) for i in range(100_000)]
    best = 1000.0
    for start in range(0, len(rows), 1000):  # as they are handed over when they are added
        new, _ = filled.session.take(rows[start : start + 1000])
        filled.cases.added(new)
    for _ in range(3):
        pulse = Pulse()
        bar = filled.list.view.verticalScrollBar()
        for step in range(30):
            bar.setValue(bar.maximum() * step // 30)
            qtbot.wait(5)
        qtbot.wait(20)
        best = min(best, pulse.stop())
    assert filled.list.model.rowCount() == 100_003
    assert best < 50


@pytest.mark.parametrize(
    ("widget", "choice"), [("filter", 1), ("filter", 4), ("order", 1), ("order", 2), ("order", 3), ("search", "Town 7")]
)
@pytest.mark.alone
def test_a_hundred_thousand_photos_are_filtered_and_sorted_soon(
    filled: MainWindow, widget: str, choice: int | str
) -> None:
    filled.session.take([a_row(i) for i in range(100_000)])
    filled.list.reset()
    best = 1000.0
    for _ in range(5):  # another program may have taken the processor
        start = perf_counter()
        if isinstance(choice, int):
            getattr(filled.list, widget).setCurrentIndex(choice)
        else:
            filled.list.search.setText(choice)
        best = min(best, perf_counter() - start)
        shown = filled.list.model.rowCount()
        filled.list.filter.setCurrentIndex(0)
        filled.list.order.setCurrentIndex(0)
        filled.list.search.clear()
    assert shown == (100_003 if widget == "order" or choice == 4 else 10_000 if widget == "search" else 50_000)
    assert best < 0.2


def test_sorting_and_finding(filled: MainWindow) -> None:
    filled.session.take([a_row(i) for i in range(20)])
    filled.list.reset()
    session, model = filled.session, filled.list.model
    filled.list.order.setCurrentIndex(1)
    shares = [session.rows[n].probability for n in model.numbers]
    assert shares == sorted(shares, reverse=True)
    filled.list.order.setCurrentIndex(2)
    places = [session.rows[n].place for n in model.numbers]
    assert places == [*sorted(filter(None, places)), *[""] * places.count("")]
    filled.list.search.setText("PHOTO-000007")
    assert [session.rows[n].path.name for n in model.numbers] == ["photo-000007.jpg"]
    filled.list.search.setText("town 3")
    assert {session.rows[n].place for n in model.numbers} == {"Town 3, Land"}


def test_the_originals_stay_untouched(qtbot: QtBot, filled: MainWindow, folder: Path) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    before = [(p, p.read_bytes(), p.stat().st_mtime_ns) for p in files]
    filled.list.select(0)
    qtbot.waitUntil(lambda: not filled.photo.picture.isNull(), timeout=10_000)
    filled.offers.export("csv", folder / "a.jpg")  # never over a photograph
    qtbot.wait(200)
    assert sorted(p for p in folder.rglob("*") if p.is_file()) == files
    assert [(p, p.read_bytes(), p.stat().st_mtime_ns) for p in files] == before
