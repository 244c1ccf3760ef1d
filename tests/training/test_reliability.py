"""Honesty in numbers: intervals, bins and curves against sums done by hand."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import Place
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction
from pigeon_desktop.training.measuring.evaluate import Outcome, Truth, expected_calibration_error, held_against
from pigeon_desktop.training.measuring.reliability import (
    STEPS,
    coverage_limit,
    coverage_points,
    reliability_bins,
    right_country,
    share_of,
    wilson,
    within_radius,
)
from tests.cells import grid_cells

CELLS = grid_cells()


def one(certainty: float, rank: int, km: float = 10.0, probability: float = 0.5, place: str = "") -> Outcome:
    truth = Truth(Path(f"{certainty}-{km}-{probability}.jpg"), 1.0, 1.0, "PT", place)
    status = "located" if certainty >= 0.5 else "abstained"
    return Outcome(truth, status, km, rank, probability, certainty)  # type: ignore[arg-type]


def test_wilson_by_hand() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


@given(st.floats(0, 1), st.floats(1, 1e6))
def test_wilson_holds_the_share(share: float, n: float) -> None:
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_pictures_of_one_place_are_one_piece_of_evidence() -> None:
    right = [True, False] * 10
    alone, pairs = share_of(right, [str(i) for i in range(20)]), share_of(right, [str(i // 2) for i in range(20)])
    assert (alone.n, alone.share) == (pairs.n, pairs.share) == (20, 0.5)
    assert (alone.low, alone.high) == pytest.approx(wilson(0.5, 20))
    assert (pairs.low, pairs.high) == pytest.approx(wilson(0.5, 10))
    # 19 pictures of one place and one of another: 400/362 of an independent photograph.
    lopsided = share_of(right, ["a"] * 19 + ["b"])
    assert (lopsided.low, lopsided.high) == pytest.approx(wilson(0.5, 400 / 362))


def test_no_photographs_say_nothing() -> None:
    nothing = share_of([], [])
    assert nothing.n == 0
    assert math.isnan(nothing.share)
    assert coverage_points([]) == ()
    assert coverage_limit([]) is None
    assert sum(b.right.n for b in reliability_bins([])) == 0


def test_bins_by_hand() -> None:
    bins = reliability_bins(
        [one(0.5, 1, probability=0.62), one(0.5, 2, probability=0.68), one(0.5, 1, probability=1.0), one(0.5, -1)]
    )
    assert len(bins) == 10
    assert (bins[6].low, bins[6].high, bins[6].right.n, bins[6].right.share) == (0.6, 0.7, 2, 0.5)
    assert bins[6].probability == pytest.approx(0.65)
    assert bins[9].right.n == 1
    assert bins[5].right.n == 0  # its country is unknown


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_bins_are_those_of_the_calibration_error(pairs: list[tuple[float, bool]]) -> None:
    bins = reliability_bins([one(0.5, int(right), probability=p) for p, right in pairs])
    gap = sum(b.right.n * abs(b.probability - b.right.share) for b in bins if b.right.n) / len(pairs)
    p, right = np.array([p for p, _ in pairs]), np.array([right for _, right in pairs])
    assert gap == pytest.approx(expected_calibration_error(p, right))


def test_coverage_by_hand() -> None:
    outcomes = [one(0.3, 2, 400.0), one(0.9, 1, 10.0), one(0.7, 0, 30.0), one(0.6, 1, math.nan)]
    points = coverage_points(outcomes)
    assert [p.certainty for p in points] == [0.9, 0.7, 0.6, 0.3]
    assert [p.answered for p in points] == [0.25, 0.5, 0.75, 1.0]
    assert [p.right.share for p in points] == pytest.approx([1.0, 0.5, 2 / 3, 0.5])
    assert [p.median_km for p in points] == [10.0, 20.0, 20.0, 30.0]
    assert coverage_limit(outcomes) == points[2]


def test_equal_certainties_are_answered_together() -> None:
    points = coverage_points([one(0.5, int(i < 3), i) for i in range(6)] + [one(0.9, 1)])
    assert [p.answered for p in points] == pytest.approx([1 / 7, 1.0])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=400))
def test_a_curve_is_short_and_goes_to_the_end(certainties: list[float]) -> None:
    points = coverage_points([one(c, 1) for c in certainties])
    assert len(points) <= STEPS
    assert points[-1].answered == 1.0
    assert points[-1].certainty == min(certainties)
    answered = [p.answered for p in points]
    assert answered == sorted(set(answered))


def prediction(cell: int, radius_km: float) -> Prediction:
    """A photograph that belongs, as it says, to cells `cell` and the one after."""
    p = np.full(len(CELLS), 0.2 / len(CELLS), np.float32)
    p[[cell, cell + 1]] += 0.4
    ids = tuple(str(i) for i in CELLS.ids[[cell, cell + 1]])
    lat, lon = float(CELLS.latitude[cell]), float(CELLS.longitude[cell])
    place = Place("AA", "A Land", "", "", "Town", 1.0, "AA")
    first = Candidate(1, 0.8, lat, lon, radius_km, place, ids)
    mark = PackMark("p", "1", "00")
    path = Path("a.jpg")
    countries = (("AA", 0.82), ("AB", 0.02))
    return Prediction(path, "", "located", "", (), (first,), countries, 0.0, mark, "CPU", 0.0, p)


def test_a_prediction_is_held_against_the_truth() -> None:
    said = prediction(5, 400.0)
    beside = Truth(Path("a.jpg"), float(CELLS.latitude[6]), float(CELLS.longitude[6]), "AA", "")
    outcome = held_against(beside, said, CELLS)
    assert said.probability is not None
    assert outcome.certainty == Belief(CELLS, said.probability.astype(np.float64)).certainty
    assert 0.5 < outcome.certainty < 1
    assert (outcome.in_region, outcome.radius_km, outcome.country) == (True, 400.0, "AA")
    assert outcome.said == "Town, A Land"
    assert outcome.km == pytest.approx(2.5 * 111.19 * math.cos(math.radians(31.25)), rel=1e-3)
    elsewhere = Truth(Path("a.jpg"), float(CELLS.latitude[40]), float(CELLS.longitude[40]), "AE", "")
    assert not held_against(elsewhere, said, CELLS).in_region
    unknown = held_against(Truth(Path("a.jpg"), math.nan, math.nan, "AA", ""), said, CELLS)
    assert not unknown.in_region
    assert math.isnan(unknown.km)


def test_a_failed_photograph_has_its_reason_and_nothing_else() -> None:
    path = Path("a.jpg")
    failed = Prediction(path, "", "failed", "a.jpg: empty.", (), (), (), 0.0, PackMark("p", "1", "00"), "CPU", 0.0)
    outcome = held_against(Truth(path, 1.0, 2.0, "AA", ""), failed, CELLS)
    assert outcome.reason == "a.jpg: empty."
    assert math.isnan(outcome.certainty)
    assert not outcome.in_region


def test_the_radius_is_judged_in_the_region_alone() -> None:
    truths = [
        Truth(Path("a.jpg"), float(CELLS.latitude[c]), float(CELLS.longitude[c]), "AA", str(c)) for c in (5, 6, 9)
    ]
    narrow = [held_against(truth, prediction(5, 100.0), CELLS) for truth in truths]
    # Of cells 5 and 6 the first is at the coordinate, the second 238 km off; cell 9 is not in the region.
    assert (within_radius(narrow).n, within_radius(narrow).share) == (2, 0.5)
    assert right_country(narrow).share == 1.0
