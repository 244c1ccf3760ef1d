"""The HTML report: one page that is whole, harmless, and shows what was said where it was said."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.sphere import circle, distance_km
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import html, svg, worldmap
from pigeon_desktop.reports.closeup import HEIGHT, WIDTH, CloseUp
from pigeon_desktop.reports.context import LEAD
from tests.reports.pages import Page
from tests.reports.predictions import CELLS, abstained, context, failed, hostile, located, undecodable


def page(*predictions: Prediction) -> Page:
    out = io.StringIO()
    html.write(predictions, out, context())
    return Page(out.getvalue())


def test_the_page_says_it_all() -> None:
    text = page(located(), abstained(), failed()).text
    for words in (
        "Lisbon, Portugal",
        "31.25° N, 3.75° E · within 120 km",
        "50 %",
        "elsewhere",
        "Portugal\xa031\xa0%",
        "removed 25 % of the probability",
        "can't tell",
        "The belief is too flat.",
        "broken.jpg: holds no picture.",
        "3 photographs: 1 located · 1 can't tell · 1 could not be read",
        "default 1.0",
        "ab" * 32,
        "Pigeon Desktop 9.9",
        "CPU (of a kind)",
        "0.9999 of 1",
        "2026-01-31 12:00:05 UTC",
        "GeoNames",
        "Natural Earth",
    ):
        assert words in text
    assert text.count(LEAD.capitalize()) >= 2


def test_nothing_is_fetched_and_nothing_runs() -> None:
    whole = page(located(), hostile(), hostile())
    policy = whole.all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert "default-src 'none'" in (policy["content"] or "")
    names = {name for name, _ in whole.elements}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form", "foreignobject", "image"}
    for _, attributes in whole.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
        assert (attributes.get("src") or html.JPEG).startswith(html.JPEG)
    css = (Path(__file__).parents[2] / "resources" / "report.css").read_text("utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_ids_are_unique_and_every_reference_is_met() -> None:
    whole = page(located(), abstained(), located(), failed())
    ids = [attributes["id"] for _, attributes in whole.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    references = {str(a["href"])[1:] for _, a in whole.elements if "href" in a}
    assert references <= set(ids)
    # The heat of two photographs is one drawing, referred to twice.
    assert sum(a.get("href") == "#c5" for a in whole.all("use")) == 3


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_names_stay_text(name: str) -> None:
    whole = Page(f'<p title="{html.said(name)}">{html.said(name)}</p>')
    assert [tag for tag, _ in whole.elements] == ["p"]


def test_a_name_that_is_no_text_can_be_written() -> None:
    whole = page(undecodable(), hostile())
    assert "caf\\udce9.jpg" in whole.text
    assert "\x1b" not in whole.text
    whole.text.encode("utf-8")


def test_the_picture_is_encoded_again_without_what_the_file_said(photo: Path) -> None:
    whole = page(located(photo))
    (image,) = whole.all("img")
    data = base64.b64decode(str(image["src"]).split(",")[1])
    assert b"SECRET" not in data
    assert b"Exif" not in data
    with Image.open(io.BytesIO(data)) as small:
        assert small.size[0] <= html.THUMBNAIL[0]
        assert small.size[1] <= html.THUMBNAIL[1]
        assert small.size == (int(image["width"] or 0), int(image["height"] or 0))


def test_a_file_that_changed_or_went_is_not_shown(photo: Path) -> None:
    before = located(photo)
    photo.write_bytes(photo.read_bytes() + b"\0")
    changed = page(before)
    assert changed.all("img") == []
    assert "has changed" in changed.text
    photo.unlink()
    gone = page(before)
    assert gone.all("img") == []
    assert "holiday.jpg" in gone.text


def test_the_page_stays_small() -> None:
    out = io.StringIO()
    html.write([located()], out, context())
    assert len(out.getvalue().encode()) < 1_000_000
    more = io.StringIO()
    html.write([located()] * 11, more, context())
    assert len(more.getvalue()) - len(out.getvalue()) < 10 * 60_000


def test_marks_of_the_world_map_lie_where_the_candidates_do() -> None:
    prediction = located()
    drawing = Page(worldmap.WorldMap(CELLS).of(prediction.probability, prediction.candidates, "map"))
    marks = [a for tag, a in drawing.elements if tag == "circle" and a.get("r") == str(worldmap.MARK)]
    places = {(float(a["cx"] or 0), float(a["cy"] or 0)) for a in marks}
    for candidate in prediction.candidates:
        spot = worldmap.drawn(candidate.latitude, candidate.longitude)
        # At most pushed aside by a neighbour.
        assert min(np.hypot(*(spot - place)) for place in places) < 2.2 * worldmap.MARK
    strengths = [float(a["opacity"] or 0) for a in drawing.all("use") if "opacity" in a]
    assert max(strengths) == pytest.approx(0.92)


def test_a_radius_across_the_antimeridian_does_not_cross_the_map() -> None:
    fiji = located().candidates[2]
    path = worldmap.radius(fiji)
    assert path.count("M") == 2
    steps = [int(x) for x in re.findall(r"[l ](-?\d+)", path)]
    assert max(map(abs, steps)) < 200


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(100, 1500))
def test_the_close_up_keeps_distances_from_its_middle(latitude: float, longitude: float, radius: float) -> None:
    view = CloseUp(latitude, longitude, 2.5 * radius)
    ring = view.drawn(*circle(latitude, longitude, radius))
    assert np.hypot(*ring.T) * view.km_a_unit == pytest.approx(radius, rel=1e-6)
    # North is up, east is right.
    assert ring[0] == pytest.approx([0, -radius / view.km_a_unit], abs=1e-3)
    assert ring[18, 0] > 0


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(250, 4000))
def test_the_close_up_looks_at_all_that_it_shows(latitude: float, longitude: float, reach: float) -> None:
    view = CloseUp(latitude, longitude, reach)
    rng = np.random.default_rng(0)
    lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, 500))), rng.uniform(-180, 180, 500)
    corner = np.hypot(WIDTH, HEIGHT) / 2 * view.km_a_unit
    seen = view.inside(view.drawn(lat, lon)) & (distance_km(latitude, longitude, lat, lon) < corner)
    boxed = np.zeros(500, bool)
    for west, south, east, north in view.boxes():
        assert -180 <= west < east <= 180
        boxed |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    assert np.all(boxed[seen])


@pytest.mark.parametrize(("latitude", "longitude"), [(-17.7, 178.0), (66.0, -179.5), (-89.0, 0.0), (0.0, 0.0)])
def test_close_ups_at_the_edges_of_the_map_show_land_within_the_frame(latitude: float, longitude: float) -> None:
    view = CloseUp(latitude, longitude, 800)
    countries = np.array([country.polygon for country in load_atlas().countries], object)
    shapes, owner = view.areas(countries)
    assert len(shapes) == len(owner)
    bounds = np.array([shape.bounds for shape in shapes if not shape.is_empty]).reshape(-1, 4)
    assert np.all(np.abs(bounds) < 6 * WIDTH)
    if (latitude, longitude) != (0.0, 0.0):
        assert any(len(svg.area_path(shape)) > 20 for shape in shapes)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=5))
def test_labels_part(points: list[tuple[int, int]]) -> None:
    labels = svg.spread(np.array(points, float), 10.0)
    gaps = np.hypot(*(labels[:, None] - labels[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(labels))
    assert gaps.min() > 8.0


@given(st.floats(1, 40_000))
def test_scale_bars_are_round_and_fit(km: float) -> None:
    length = svg.round_length(km)
    assert length <= km < 2.5 * length + 1
    assert str(length).rstrip("0") in ("1", "2", "5")
