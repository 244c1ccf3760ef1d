import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.training.measuring.evaluate import (
    Outcome,
    expected_calibration_error,
    figures,
    figures_by_place,
    median,
    text,
)
from pigeon_desktop.training.tables import Truth


def one(km: float, rank: int, confidence: float, status: str = "located", place: str = "", code: str = "PT") -> Outcome:
    return Outcome(Truth(Path("a.jpg"), 1.0, 1.0, code, place), status, km, rank, confidence)  # type: ignore[arg-type]


def test_figures_by_hand() -> None:
    values = figures(
        [
            one(0.5, 1, 0.9, place="a"),
            one(100.0, 2, 0.6, "abstained", place="b"),
            one(3000.0, 0, 0.5, place="c", code="JP"),
            one(math.nan, -1, 0.0, "failed"),
        ],
        load_atlas(),
        seconds=2.0,
    )
    assert (values["n"], values["failed"], values["abstained"]) == (4, 1, 1)
    assert values["median_km"] == 100.0
    assert values["mean_km"] == pytest.approx(1033.5)
    assert values["within_km"] == {"1": 0.3333, "25": 0.3333, "200": 0.6667, "750": 0.6667, "2500": 0.6667}
    expected = 5000 / 3 * (math.exp(-0.5 / 1492.7) + math.exp(-100 / 1492.7) + math.exp(-3000 / 1492.7))
    assert values["geoscore"] == pytest.approx(expected, abs=0.1)
    assert values["country_top1"] == 0.3333
    assert values["country_top5"] == 0.6667
    assert values["located"]["n"] == 2
    assert values["located"]["country_top1"] == 0.5
    assert set(values["by_continent"]) == {"Europe", "Asia"}
    assert values["by_country"]["PT"]["n"] == 2
    assert values["photos_per_second"] == 2.0
    low, high = values["intervals"]["country_top1"]
    assert 0 <= low <= values["country_top1"] <= high <= 1
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert "can't tell: 1, failed: 1" in text(values)


def test_every_place_counts_once() -> None:
    crowd = [one(10.0, 1, 0.9, place="a") for _ in range(98)]
    values = figures_by_place([*crowd, one(500.0, 2, 0.5, place="b"), one(900.0, 0, 0.5, place="c")])
    assert values["n"] == 3
    assert values["country_top1"] == 0.3333
    assert values["country_top5"] == 0.6667
    assert values["median_km"] == 500.0
    assert values["mean_km"] == pytest.approx(470.0)
    assert values["ece"] == pytest.approx((abs(0.9 - 1) + 2 * abs(0.5 - 0)) / 3, abs=1e-4)
    low, high = values["intervals"]["country_top1"]
    assert low == 0.0
    assert high == 1.0


@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(1, 5)), min_size=1, max_size=30))
def test_a_weighted_median_is_that_of_repeated_values(pairs: list[tuple[float, int]]) -> None:
    values, weights = np.array([v for v, _ in pairs]), np.array([w for _, w in pairs])
    expected = np.median(np.repeat(values, weights))
    assert median(values, weights.astype(float)) == pytest.approx(expected)


def test_intervals_are_resampled_by_place() -> None:
    """A hundred pictures of one place are one piece of evidence, so the interval is as wide as that of few places."""
    crowd = [one(10.0, int(i < 200), 0.5, place=str(i % 4)) for i in range(400)]
    mixed = [one(10.0, int(i % 4 < 2), 0.5, place=str(i % 4)) for i in range(400)]
    atlas = load_atlas()
    narrow, wide = (figures(rows, atlas)["intervals"]["country_top1"] for rows in (crowd, mixed))
    assert wide[1] - wide[0] > 0.5 > narrow[1] - narrow[0]


def test_nothing_located_gives_no_figures_and_no_crash() -> None:
    values = figures([one(math.nan, -1, 0.0, "failed")], load_atlas())
    assert values["median_km"] is None
    assert "–" in text(values)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_calibration_error_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = np.array([p for p, _ in pairs]), np.array([r for _, r in pairs])
    assert 0 <= expected_calibration_error(confidence, right) <= 1


def test_calibration_error_by_hand() -> None:
    assert expected_calibration_error(np.full(10, 0.75), np.arange(10) < 5) == pytest.approx(0.25)
    assert expected_calibration_error(np.full(4, 0.5), np.arange(4) < 2) == 0.0
