"""The map's menu, measuring, the card, and the map as a file."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.map.cut import Cut
from pigeon_desktop.ui.map.layers import line_path, to_map, world_path
from pigeon_desktop.ui.map.measure import great_circle, length
from pigeon_desktop.ui.map.picture import RATIO, STRIP
from pigeon_desktop.ui.map.pins import Mark, Pin
from pigeon_desktop.ui.map.view import MapView
from tests.ui.maps import click, hover, look_at, open_menu

LISBON, MADRID = (38.72, -9.14), (40.42, -3.7)
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")  # menus off any screen

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_coordinates_are_copied(qtbot: QtBot, view: MapView) -> None:
    look_at(qtbot, view, *MADRID, 50_000)
    menu = open_menu(view, *MADRID)
    assert menu.isVisible()
    copied = []
    for entry in (menu.decimal, menu.seconds, menu.link):
        entry.trigger()
        copied.append(QGuiApplication.clipboard().text())
    latitude, longitude = map(float, copied[0].split(", "))
    assert (latitude, longitude) == pytest.approx(MADRID, abs=0.002)
    assert copied[1].startswith("40°25′")
    assert copied[1].endswith("″W")
    assert copied[2] == f"geo:{latitude:.5f},{longitude:.5f}"
    assert menu.decimal.text() == f"Copy coordinates ({copied[0]})"
    menu.close()


def test_off_the_globe_there_is_nothing_to_copy(qtbot: QtBot, view: MapView) -> None:
    view.look(view.world())
    corner = QPoint(3, 3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, corner, view.mapToGlobal(corner))
    QApplication.sendEvent(view.viewport(), event)
    menu = view.menu
    assert menu is not None
    here = (menu.decimal, menu.seconds, menu.link, menu.measure, menu.confirm, menu.candidates)
    assert [entry.isEnabled() for entry in here] == [False] * 6
    assert menu.world.isEnabled()
    menu.close()


def test_the_keyboards_menu_is_about_the_selected_candidate(qtbot: QtBot, view: MapView, portugal: Prediction) -> None:
    view.show_prediction(portugal)
    look_at(qtbot, view, 39.0, -8.0, 6000)
    places: list[tuple[float, float]] = []
    view.place_confirmed.connect(lambda latitude, longitude: places.append((latitude, longitude)))
    for rank in (1, None):
        view.select_candidate(rank)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), view.mapToGlobal(QPoint(5, 5)))
        QApplication.sendEvent(view, event)
        assert view.menu is not None
        view.menu.confirm.trigger()
        view.menu.close()
    assert places[0] == pytest.approx(LISBON, abs=1e-6)
    assert places[1] == pytest.approx((39.0, -8.0), abs=0.02), "else the middle of the map"


def test_what_the_menu_asks_of_others(qtbot: QtBot, view: MapView, portugal: Prediction) -> None:
    view.show_prediction(portugal)
    look_at(qtbot, view, *MADRID, 3000)
    asked: list[bool] = []
    view.picture_asked.connect(lambda: asked.append(True))
    menu = open_menu(view, *MADRID)
    menu.picture.trigger()
    assert asked == [True]
    menu.candidates.trigger()
    menu.close()
    qtbot.waitUntil(lambda: view.settled, timeout=3000)
    room = QRectF(view.rect())
    assert all(room.contains(view.to_pixel(c.latitude, c.longitude)) for c in portugal.candidates)
    view.confirmable = False
    menu = open_menu(view, 0.0, 0.0)
    assert not menu.confirm.isEnabled()
    menu.world.trigger()
    menu.close()
    qtbot.waitUntil(lambda: view.view.scale == pytest.approx(view.world().scale), timeout=3000)


def test_a_distance_is_measured_until_escape_or_a_click(qtbot: QtBot, view: MapView, portugal: Prediction) -> None:
    view.show_prediction(portugal)
    look_at(qtbot, view, 40.0, -5.0, 3000)
    chosen: list[int] = []
    view.candidate_chosen.connect(chosen.append)
    view.activateWindow()
    for end in ("escape", "click"):
        menu = open_menu(view, *MADRID)
        before = view.grab().toImage()
        menu.measure.trigger()
        menu.close()
        hover(view, *LISBON)
        assert view.measure.km == pytest.approx(float(distance_km(*MADRID, *LISBON)), abs=1.5)
        assert view.measure.words == f"{view.measure.km:,.0f} km"
        assert view.grab().toImage() != before
        if end == "escape":
            qtbot.keyClick(view, Qt.Key.Key_Escape)
        else:
            click(qtbot, view, *LISBON)
        assert view.measure.start is None
        assert view.measure.words == ""
    assert chosen == [], "the click that ends it chooses nothing"


@given(PLACES, PLACES)
@example((10.0, 20.0), (-10.0, -160.0))
@example((90.0, 0.0), (-90.0, 0.0))
@example((48.0, 2.0), (48.0, 2.0))
def test_a_great_circle_is_the_shortest_way(start: tuple[float, float], end: tuple[float, float]) -> None:
    latitude, longitude = great_circle(start, end, 65)
    steps = distance_km(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])
    assert float(steps.sum()) == pytest.approx(float(distance_km(*start, *end)), abs=0.1)
    assert float(distance_km(latitude[-1], longitude[-1], *end)) < 0.1
    assert np.ptp(steps) < 0.1


def test_a_line_over_the_antimeridian_is_lifted() -> None:
    latitude, longitude = great_circle((10.0, 170.0), (10.0, -170.0))
    assert np.abs(longitude).min() > 169
    assert len(line_path(latitude, longitude).toSubpathPolygons()) == 2


@pytest.mark.parametrize(("km", "text"), [(0.0, "0.0 km"), (8.24, "8.2 km"), (1587.4, "1,587 km")])
def test_distances_read_well(km: float, text: str) -> None:
    assert length(km) == text


def test_the_card_names_candidate_and_cell(qtbot: QtBot, view: MapView, portugal: Prediction) -> None:
    view.show_prediction(portugal)
    look_at(qtbot, view, *LISBON, 6000)
    hover(view, *LISBON)
    first, cell = view.hover_tag.lines
    assert str(first) == "1 Lisbon, Portugal · 50 % within 100 km"
    assert first.strong
    assert cell.probability == pytest.approx(0.5)
    assert str(cell).endswith(", Portugal · 50 %")
    hover(view, 38.8, -11.5)  # the sea
    assert not view.hover_tag.isVisible()


def test_a_png_is_what_is_seen_twice_as_sharp(
    qtbot: QtBot, view: MapView, portugal: Prediction, tmp_path: Path
) -> None:
    view.show_prediction(portugal)
    look_at(qtbot, view, *LISBON, 6000)
    view.show_pins([Pin(1, *MADRID, "IMG.jpg")])
    path = tmp_path / "map.PNG"
    view.save_picture(path)
    image, seen = QImage(str(path)), view.grab().toImage()
    assert (image.width(), image.height()) == (RATIO * view.width(), RATIO * (view.height() + STRIP))
    small = image.scaled(image.size() / RATIO)
    alike = [small.pixelColor(x, y) == seen.pixelColor(x, y) for x in range(100, 1100, 10) for y in range(100, 600, 10)]
    assert np.mean(alike) > 0.8
    strip = {image.pixelColor(x, image.height() - STRIP).name() for x in range(28, 400)}
    assert len(strip) > 5, "words below the map"


def test_an_svg_is_of_vectors_and_says_what_it_needs_to(
    qtbot: QtBot, view: MapView, portugal: Prediction, tmp_path: Path
) -> None:
    view.show_prediction(portugal)
    look_at(qtbot, view, 62.0, 10.0, 3000)  # a coast of many points
    view.show_pins([Pin(1, 62.0, 10.0, "IMG.jpg")])
    view.show_marks([Mark(i, 63.0, 10.0, "IMG.jpg") for i in range(3)])
    path = tmp_path / "map.svg"
    view.save_picture(path)
    root = ElementTree.parse(path).getroot()
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert "image" not in tags
    assert "path" in tags
    words = {"".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")}
    assert {"Pigeon Desktop · a lead, not proof", view.furniture.source.text()} <= words
    assert {view.furniture.legend.meaning, "50 %", view.furniture.scale_bar.text, "×3"} <= words
    assert path.stat().st_size < 3e6
    # Qt's own reader says on the log what it cannot read: that would fail the test.
    assert QSvgRenderer(str(path)).isValid()


def test_a_picture_is_written_whole_or_not_at_all(view: MapView, tmp_path: Path) -> None:
    with pytest.raises(PigeonError, match=r"neither a \.png nor a \.svg"):
        view.save_picture(tmp_path / "map.jpg")
    with pytest.raises(PigeonError, match="cannot be written"):
        view.save_picture(tmp_path / "nowhere" / "map.png")
    there = tmp_path / "map.svg"
    there.mkdir()
    with pytest.raises(PigeonError, match="cannot be written"):
        view.save_picture(there)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.svg"]
    assert view.pictures.isVisible()


def test_a_path_is_cut_to_what_is_in_sight() -> None:
    x, y = (float(at) for at in to_map(0.0, 0.0))
    whole = world_path()
    cut = Cut(QRectF(x - 0.1, y - 0.1, 0.2, 0.2), 1000.0)
    assert cut(whole).boundingRect() == QRectF(-20, -20, 240, 240), "a margin, so that pens along it are not seen"
    everything = Cut(QRectF(-3, -1.5, 6, 3), 100.0)(whole)
    assert everything.boundingRect().width() == pytest.approx(whole.boundingRect().width() * 100, abs=0.5)
    assert Cut(QRectF(5, 5, 1, 1), 100.0)(whole).isEmpty()
