"""What the PDF is put together from: paths, views, lines, scripts."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigeon_desktop.reports import fonts, pdf_map, worldmap
from pigeon_desktop.reports.pdf_scripts import in_order, joined
from pigeon_desktop.reports.pdf_sheet import Sheet
from pigeon_desktop.reports.pdf_view import ASPECT, MOST_ZOOM, View, spots_of
from pigeon_desktop.reports.svg import ring_path
from tests.reports.predictions import CELLS, located

FIRST = located().candidates[0]


@given(st.lists(st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)), min_size=3, max_size=12, unique=True))
def test_operators_go_through_the_same_points_as_the_path(points: list[tuple[int, int]]) -> None:
    drawn = pdf_map.operators(ring_path(np.array(points, float)))
    numbers = [
        tuple(map(int, step.split()[:2])) for step in drawn.replace(" m ", " l ").split(" l") if step.strip(" h")
    ]
    assert numbers == points
    assert drawn.endswith(" h")
    assert drawn.count(" m ") == 1


def test_a_belief_that_does_not_fit_the_cells_is_not_drawn() -> None:
    heat = pdf_map.Heat(CELLS)
    assert heat.of(None) is None
    assert heat.of(np.ones(3)) is None
    assert heat.of(np.zeros(len(CELLS))) is None
    assert heat.of(located().probability) is not None
    assert pdf_map.Heat(None).of(located().probability) is None


@given(
    st.lists(
        st.tuples(st.floats(-89, 89), st.floats(-180, 180), st.floats(5, 2500)),
        min_size=1,
        max_size=5,
    ),
    st.none() | st.tuples(st.floats(-89, 89), st.floats(-180, 180)),
)
def test_everything_is_in_view(places: list[tuple[float, float, float]], at: tuple[float, float] | None) -> None:
    candidates = [
        replace(FIRST, rank=i, latitude=lat, longitude=lon, radius_km=km) for i, (lat, lon, km) in enumerate(places, 1)
    ]
    view = View.on(candidates, at)
    assert 1 <= view.zoom <= MOST_ZOOM
    left, top, width, height = view.box(10.0, 20.0, 84.0)
    spots = spots_of(candidates) if at is None else np.vstack([spots_of(candidates), worldmap.drawn(*at)])
    for x, y in view.placed(spots, 10.0, 20.0, 84.0):
        assert 10 - 1e-6 <= x <= 94 + 1e-6
        assert 20 - 1e-6 <= y <= 20 + 84 * ASPECT + 1e-6
    # The world covers the whole view.
    assert left <= 10 + 1e-6
    assert top <= 20 + 1e-6
    assert left + width >= 94 - 1e-6
    assert top + height >= 20 + 84 * ASPECT - 1e-6


def test_the_whole_world_is_the_view_of_none() -> None:
    assert View.on([]) == View()
    assert View().box(0.0, 0.0, worldmap.WIDTH) == pytest.approx((0, 0, worldmap.WIDTH, worldmap.HEIGHT))


@pytest.fixture(scope="module", autouse=True)
def no_other_fonts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "files", lambda: ())
        yield


@pytest.fixture(scope="module")
def sheet() -> Iterator[Sheet]:
    with closing(Sheet("foot")) as empty:
        yield empty


@settings(max_examples=50)
@given(st.text(st.sampled_from("abW \n北"), max_size=120), st.integers(5, 60))
def test_lines_are_no_wider_than_the_column_and_lose_nothing(sheet: Sheet, text: str, width: int) -> None:
    wrapped = sheet.lines(text, width, 9)
    assert all(sheet.text_width(line, 9) <= width for line in wrapped)
    assert "".join(wrapped).replace(" ", "") == sheet.readable("".join(text.splitlines())).replace(" ", "")


def test_long_texts_end_with_an_ellipsis(sheet: Sheet) -> None:
    wrapped = sheet.lines("word " * 100, 30, 9, most=3)
    assert len(wrapped) == 3
    assert wrapped[-1].endswith("…")
    assert sheet.text_width(wrapped[-1], 9) <= 30
    assert sheet.lines("word", 30, 9, most=1) == ["word"]


def test_many_pages_are_numbered() -> None:
    with closing(Sheet("foot " * 100)) as many:
        for _ in range(1001):
            many.add_page()
        document = pypdfium2.PdfDocument(many.whole())
    page = document[1000]
    text = page.get_textpage()
    assert "1001 of 1001" in text.get_text_range()
    assert text.get_text_range().endswith("…")
    for part in (text, page, document):
        part.close()


def test_widths_are_those_of_the_library(sheet: Sheet) -> None:
    known = sheet.text_width("Lisbon, Ünïcode", 9, bold=True)
    sheet.set_font("dejavu", "B", 9)
    assert known == pytest.approx(sheet.get_string_width("Lisbon, Ünïcode"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain (1)", "plain (1)"),
        ("1  אבג.jpg", "1  גבא.jpg"),
        ("אב (3).jpg", "(3) בא.jpg"),
        ("/a/אב: gone", "/a/בא: gone"),
    ],
)
def test_right_to_left_runs_stand_in_their_order(text: str, shown: str) -> None:
    assert in_order(text) == shown


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("بيت", "\ufe91\ufef4\ufe96"),  # initial, medial, final
        ("دار", "\ufea9\ufe8d\ufead"),  # none of these joins what follows
        ("لا", "\ufefb"),  # lam and alef are one
        ("بلا", "\ufe91\ufefc"),
        ("لاب", "\ufefb\ufe8f"),
        ("بَيت", "\ufe91َ\ufef4\ufe96"),  # a vowel sign parts nothing
        ("گل", "\ufb94\ufede"),
        ("abc", "abc"),
    ],
)
def test_arabic_letters_join(text: str, shape: str) -> None:
    assert joined(text, lambda _: True) == shape
    assert joined(text, lambda _: False) == text


def test_the_fonts_that_travel_along_have_what_is_needed() -> None:
    for path in (fonts.REGULAR, fonts.BOLD):
        assert set(map(ord, "…“”°·−éЖΩאب\ufe91\ufefc")) <= fonts.characters(path)
