"""Diagrams: marks lie where the numbers say, and everything is said in words as well."""

import math
import re
from xml.etree import ElementTree

import pytest

from pigeon_desktop.reports.diagrams import (
    SIZE,
    CoveragePoint,
    ReliabilityBin,
    Share,
    coverage,
    reliability,
    tenth_points,
)

SVG = "{http://www.w3.org/2000/svg}"
LEFT, WIDTH = 66.0, 468.0
BINS = (
    ReliabilityBin(0.0, 0.1, math.nan, Share(0, math.nan, 0.0, 1.0)),
    ReliabilityBin(0.2, 0.3, 0.25, Share(40, 0.5, 0.4, 0.6)),
    ReliabilityBin(0.9, 1.0, 0.95, Share(10, 1.0, 0.7, 1.0)),
)
CURVE = tuple(
    CoveragePoint(1 - k / 20, k / 20, Share(5 * k, 1 - k / 40, 0.4, 1.0), 10.0 * 1000 ** (k / 20)) for k in range(1, 21)
)


def elements(text: str, tag: str, kind: str | None = None) -> list[ElementTree.Element]:
    """The elements with this tag and, where it is named, this class."""
    found = ElementTree.fromstring(text).iter(SVG + tag)
    return [e for e in found if kind is None or kind in e.get("class", "").split()]


def texts(text: str) -> list[str]:
    return [e.text or "" for e in elements(text, "text")]


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)]


def test_reliability_lies_where_the_numbers_say() -> None:
    drawing = reliability(BINS)
    many, few = elements(drawing, "circle", "dot")
    assert (float(many.get("cx", "")), float(many.get("cy", ""))) == pytest.approx((LEFT + 0.25 * WIDTH, 34 + 394 / 2))
    assert (float(few.get("cx", "")), float(few.get("cy", ""))) == pytest.approx((LEFT + 0.95 * WIDTH, 34), abs=0.05)
    assert "few" in few.get("class", "")
    assert "few" not in many.get("class", "")
    (diagonal,) = elements(drawing, "path", "ideal")
    assert points(diagonal.get("d", "")) == [(LEFT, 34 + 394), (LEFT + WIDTH, 34)]
    whisker = elements(drawing, "path", "whisker")[0].get("d", "")
    low, high = (float(y) for y in re.match(r"M[\d.]+,([\d.]+)V([\d.]+)", whisker).groups())  # type: ignore[union-attr]
    assert (low, high) == pytest.approx((34 + 0.6 * 394, 34 + 0.4 * 394), abs=0.05)


def test_counts_are_bars_and_numbers() -> None:
    drawing = reliability(BINS)
    many, few = elements(drawing, "rect", "count")
    assert float(few.get("height", "")) / float(many.get("height", "")) == pytest.approx(10 / 40, abs=0.01)
    assert float(many.get("x", "")) + float(many.get("width", "")) / 2 == pytest.approx(LEFT + 0.25 * WIDTH, abs=0.1)
    assert {"40", "10"} <= set(texts(drawing))
    assert "0" not in texts(drawing)


def test_coverage_lies_where_the_numbers_say() -> None:
    limit = CURVE[9]
    drawing = coverage(CURVE, limit)
    upper, lower = (points(e.get("d", "")) for e in elements(drawing, "path", "curve"))
    assert upper[0] == pytest.approx((LEFT + 0.05 * WIDTH, 34 + 284 / 40), abs=0.05)
    assert upper[-1] == pytest.approx((LEFT + WIDTH, 34 + 284 / 2), abs=0.05)
    # Median 10 km to 10,000 km is a straight line on a logarithmic scale from 10 to 10,000.
    assert lower[-1] == pytest.approx((LEFT + WIDTH, 348), abs=0.05)
    assert lower[9] == pytest.approx((LEFT + WIDTH / 2, 348 + 144 / 2), abs=0.05)
    (dotted,) = elements(drawing, "path", "limit")
    assert dotted.get("d", "").startswith(f"M{LEFT + WIDTH / 2:.1f},")
    marks = [(float(e.get("cx", "")), float(e.get("cy", ""))) for e in elements(drawing, "circle", "dot")]
    assert marks == [pytest.approx(upper[9]), pytest.approx(lower[9])]
    assert {"the pack answers 50 %", "75 % of these right", "median 316 km", "10", "10,000"} <= set(texts(drawing))
    band = points(elements(drawing, "path", "band")[0].get("d", ""))
    assert len(band) == 2 * len(CURVE)
    assert {y for _, y in band} == {34.0, round(34 + 0.6 * 284, 1)}


@pytest.mark.parametrize("limit", [CURVE[0], CURVE[-1], None])
def test_no_text_runs_out_of_the_drawing(limit: CoveragePoint | None) -> None:
    for drawing in (reliability(BINS), coverage(CURVE, limit)):
        for text in elements(drawing, "text"):
            if text.get("transform"):
                continue
            # Units a letter takes in DejaVu Sans, wider than most.
            reach = (8.0 if text.get("class") == "said" else 6.6) * len(text.text or "")
            before = {"middle": reach / 2, "end": reach}.get(text.get("text-anchor", "start"), 0.0)
            start = float(text.get("x", "")) - before
            assert start >= 0, text.text
            assert start + reach <= SIZE, text.text


@pytest.mark.parametrize("drawing", [reliability(BINS, "a"), coverage(CURVE, CURVE[3], "a")])
def test_a_drawing_stands_alone_and_is_told_in_words(drawing: str) -> None:
    root = ElementTree.fromstring(drawing)
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    told = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    assert list(told) == (root.get("aria-labelledby") or "").split() == ["a-title", "a-description"]
    assert all(told.values())
    (style,) = root.iter(SVG + "style")
    assert "prefers-color-scheme: dark" in (style.text or "")
    # The namespace is a name; nothing else names another place.
    assert drawing.count("http") == drawing.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert "url(" not in drawing


def test_the_description_has_the_numbers() -> None:
    assert "20 % to 30 %: 50 % of 40 right" in elements(reliability(BINS), "desc")[0].text
    assert "50 % answered: 75 % right, median 316 km" in elements(coverage(CURVE, None), "desc")[0].text


def test_nothing_known_draws_empty_diagrams() -> None:
    unknown = CoveragePoint(0.5, 1.0, Share(0, math.nan, 0.0, 1.0), math.nan)
    for drawing in (reliability(()), reliability(BINS[:1]), coverage((), None), coverage((unknown,), unknown)):
        assert elements(drawing, "circle") == elements(drawing, "path", "curve") == []
        assert "nan" not in drawing


def test_one_distance_has_a_scale() -> None:
    for km in (0.2, 1.0, 10.0, 20_000.0):
        drawing = coverage((CoveragePoint(0.5, 1.0, Share(1, 1.0, 0.2, 1.0), km),), None)
        ((_, y),) = points(elements(drawing, "path", "curve")[1].get("d", ""))
        assert 348 <= y <= 348 + 144


def test_tenths_are_the_first_points_that_reach_them() -> None:
    assert [p.answered for p in tenth_points(CURVE)] == pytest.approx([k / 10 for k in range(1, 11)])
    assert tenth_points(CURVE[-1:]) == [CURVE[-1]]
