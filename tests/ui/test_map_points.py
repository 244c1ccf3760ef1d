"""Pins and marks on the map: where they stand, what they say, how many there may be."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from pigeon_desktop.earth.projection import X_MAX
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.ui.look.theme import DARK
from pigeon_desktop.ui.map.box import View
from pigeon_desktop.ui.map.pins import Mark, Pin
from pigeon_desktop.ui.map.points import FINEST, Sorted, times
from pigeon_desktop.ui.map.view import MapView
from tests.ui.maps import click, hover, look_at

MADRID, PORTO, BURGOS = (40.42, -3.7), (41.15, -8.61), (42.34, -3.7)


def around(view: MapView, place: tuple[float, float]) -> QImage:
    """What is seen 30 pixels around a place."""
    at = view.to_pixel(*place).toPoint()
    return view.grab().toImage().copy(at.x() - 30, at.y() - 30, 60, 60)


def test_pins_are_hovered_and_clicked(qtbot: QtBot, view: MapView) -> None:
    look_at(qtbot, view, 40.0, -5.0, 3000)
    empty = around(view, PORTO)
    chosen: list[int] = []
    view.pin_chosen.connect(chosen.append)
    view.show_pins([Pin(7, *MADRID, "IMG_7.jpg"), Pin(3, *PORTO, "IMG_3.jpg")])
    assert around(view, PORTO) != empty
    hover(view, *PORTO, up=14)
    assert view.hover_tag.isVisible()
    assert view.hover_tag.text().startswith("IMG_3.jpg\nconfirmed here\n")
    assert view.hover_tag.text().endswith(", Portugal"), "and the cell"
    click(qtbot, view, *PORTO, up=14)
    click(qtbot, view, *MADRID, up=14)
    assert chosen == [3, 7]
    click(qtbot, view, *PORTO, up=45)
    assert chosen == [3, 7], "beside them nothing is chosen"
    view.show_pins([])
    hover(view, *PORTO, up=14)
    assert "IMG_3" not in view.hover_tag.text()
    hover(view, 41.15, -13.0)  # the sea
    qtbot.waitUntil(lambda: view.settled)
    assert around(view, PORTO) == empty


def test_marks_are_hovered_and_clicked(qtbot: QtBot, view: MapView) -> None:
    look_at(qtbot, view, 40.0, -5.0, 3000)
    chosen: list[int] = []
    view.mark_chosen.connect(chosen.append)
    view.show_marks([Mark(5, *BURGOS, "DSC_5.jpg")])
    hover(view, *BURGOS)
    assert view.hover_tag.text().startswith("DSC_5.jpg\nfirst candidate of a selected photo\n")
    click(qtbot, view, *BURGOS)
    assert chosen == [5]
    assert view.accessibleDescription() == "0 photos confirmed, first candidates of 1 selected ones"


def test_a_pin_and_a_mark_differ_in_shape(qtbot: QtBot, view: MapView) -> None:
    look_at(qtbot, view, 40.0, -5.0, 3000)
    plain = around(view, BURGOS)

    def above(image: QImage) -> int:
        """Pixels changed more than 10 above the coordinate."""
        return sum(image.pixel(x, y) != plain.pixel(x, y) for x in range(60) for y in range(20))

    view.show_marks([Mark(1, *BURGOS, "")])
    assert above(around(view, BURGOS)) == 0, "a mark lies around its coordinate"
    view.show_marks([])
    view.show_pins([Pin(1, *BURGOS, "")])
    assert above(around(view, BURGOS)) > 100, "a pin stands upon it"
    light = around(view, BURGOS)
    view.set_theme(DARK)
    qtbot.waitUntil(lambda: view.settled)
    assert around(view, BURGOS).pixelColor(30, 10) != light.pixelColor(30, 10)


def test_a_candidates_number_stands_before_a_pin(qtbot: QtBot, view: MapView, portugal: Prediction) -> None:
    view.show_prediction(portugal)
    first = portugal.candidates[0]
    look_at(qtbot, view, first.latitude, first.longitude, 3000)
    pins: list[int] = []
    candidates: list[int] = []
    view.pin_chosen.connect(pins.append)
    view.candidate_chosen.connect(candidates.append)
    view.show_pins([Pin(9, first.latitude, first.longitude, "IMG_9.jpg")])
    click(qtbot, view, first.latitude, first.longitude)
    assert (pins, candidates) == ([], [1])
    click(qtbot, view, first.latitude, first.longitude, up=21)
    assert (pins, candidates) == ([9], [1])


def test_pins_close_together_are_one_with_their_count(qtbot: QtBot, view: MapView) -> None:
    pins = [Pin(i, MADRID[0] + i * 0.02, MADRID[1], f"IMG_{i}.jpg") for i in range(6)]
    look_at(qtbot, view, 40.0, -5.0, 1500)
    view.show_pins(pins)
    assert view.pins.drawn in (1, 2)  # a border of the cells may run between them
    hover(view, *MADRID, up=16)
    assert "photos confirmed here" in view.hover_tag.text()
    chosen: list[int] = []
    view.pin_chosen.connect(chosen.append)
    click(qtbot, view, *MADRID, up=16)
    qtbot.waitUntil(lambda: view.view.scale > 10_000 and view.settled, timeout=3000)
    assert chosen == [], "they are looked at from nearer first"


def test_pins_at_one_place_take_turns(qtbot: QtBot, view: MapView) -> None:
    look_at(qtbot, view, 40.0, -5.0, 3000)
    view.show_pins([Pin(i, *MADRID, f"IMG_{i}.jpg") for i in (4, 8, 6, 1, 2, 3)])
    hover(view, *MADRID, up=16)
    lines = view.hover_tag.text().split("\n")
    assert lines[:-1] == ["6 photos confirmed here", *(f"IMG_{i}.jpg" for i in (4, 8, 6, 1)), "and 2 more"]
    chosen: list[int] = []
    view.pin_chosen.connect(chosen.append)
    for _ in range(7):
        click(qtbot, view, *MADRID, up=16)
        view.box.scene().lastClick = None  # one click after the other, not double ones
    assert chosen == [4, 8, 6, 1, 2, 3, 4]


@pytest.mark.alone
def test_a_hundred_thousand_pins_and_marks_slow_no_frame(qtbot: QtBot, view: MapView, portugal: Prediction) -> None:
    view.resize(1400, 800)
    view.show_prediction(portugal)
    random = np.random.default_rng(1)
    latitude, longitude = random.uniform(30, 60, 100_000).tolist(), random.uniform(-15, 35, 100_000).tolist()
    places = list(zip(range(100_000), latitude, longitude, strict=True))
    bare_moving, bare_still = frames(qtbot, view)
    view.show_pins([Pin(n, a, b, "") for n, a, b in places])
    view.show_marks([Mark(n, a + 0.1, b, "") for n, a, b in places])
    moving, still = map(min, zip(*(frames(qtbot, view) for _ in range(3)), strict=True))
    assert 50 < view.pins.drawn < 1000
    # On a slow machine frames without them take long as well.
    assert moving < max(16, 2.5 * bare_moving), (moving, bare_moving)
    assert still < max(40, 2.5 * bare_still), (still, bare_still)


def frames(qtbot: QtBot, view: MapView) -> tuple[float, float]:
    """The medians, in ms, of frames in a gesture and of the same at rest."""
    look_at(qtbot, view, 45, 5, 1200)
    moving, still = [], []
    for _ in range(30):
        start = perf_counter()
        view.look(View(view.view.x + 3 / view.view.scale, view.view.y, view.view.scale * 1.02))
        view.viewport().repaint()
        moving.append((perf_counter() - start) * 1000)
        start = perf_counter()
        view.viewport().repaint()
        still.append((perf_counter() - start) * 1000)
    return float(np.median(moving)), float(np.median(still))


@given(st.lists(st.tuples(st.floats(-2.7, 2.7), st.floats(-1.3, 1.3)), min_size=1, max_size=40), st.integers(0, 21))
def test_every_point_is_in_one_run_with_its_neighbours(points: list[tuple[float, float]], level: int) -> None:
    x, y = np.array(points).T
    ordered = Sorted(x, y)
    starts, counts = ordered.runs(level)
    assert counts.sum() == len(points)
    assert sorted(ordered.order.tolist()) == list(range(len(points)))
    cells = {(int((a + X_MAX) / FINEST) >> level, int((b + X_MAX) / FINEST) >> level) for a, b in points}
    assert len(starts) == len(cells)


@pytest.mark.parametrize(("count", "text"), [(1, ""), (12, "×12"), (999, "×999"), (3440, "×3.4k"), (100_000, "×100k")])
def test_counts_are_short(count: int, text: str) -> None:
    assert times(count) == text
