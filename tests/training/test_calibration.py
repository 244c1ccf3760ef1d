"""Fitting how far a belief can be trusted: numbers that are known beforehand are found again."""

from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.measuring.calibration import coverage_curve, fit_radius, least_certainty


def drawn(factor: float, floor_km: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distances that lie within hypot(factor * radius, floor) for 80 % of regions of any size."""
    random = np.random.default_rng(0)
    own = np.exp(random.uniform(np.log(5), np.log(1000), n))
    shown = np.hypot(factor * own, floor_km)
    # Rayleigh distances: 80 % lie within sqrt(2 ln 5) times the scale.
    return shown * random.rayleigh(1 / np.sqrt(2 * np.log(5)), n), own, random.uniform(0.5, 2.0, n)


@pytest.mark.parametrize(("factor", "floor_km"), [(1.0, 0.0), (0.7, 40.0), (1.5, 20.0)])
def test_the_radius_is_found_again(factor: float, floor_km: float) -> None:
    km, own, weights = drawn(factor, floor_km)
    fitted_factor, fitted_floor = fit_radius(km, own, weights)
    assert fitted_factor == pytest.approx(factor, rel=0.1)
    assert fitted_floor == pytest.approx(floor_km, abs=12)
    small = own < 20
    inside = km <= np.hypot(fitted_factor * own, fitted_floor)
    assert np.average(inside, weights=weights) == pytest.approx(0.8, abs=0.02)
    assert np.average(inside[small], weights=weights[small]) == pytest.approx(0.8, abs=0.05)


def test_a_radius_from_nothing_and_from_one() -> None:
    none = np.zeros(0)
    assert fit_radius(none, none, none) == (1.0, 0.0)
    factor, floor_km = fit_radius(np.array([50.0]), np.array([25.0]), np.array([1.0]))
    assert np.hypot(factor * 25.0, floor_km) == pytest.approx(50.0)


def test_abstaining_leaves_two_of_three_right() -> None:
    scores, right = np.linspace(1, 0, 9), np.array([1, 1, 1, 0, 1, 0, 0, 0, 0], bool)
    assert least_certainty(scores, right, np.ones(9), share=2 / 3) == scores[5]
    assert least_certainty(scores, np.zeros(9, bool), np.ones(9)) == 1.0
    curve = coverage_curve(scores, right, np.ones(9))
    assert curve[-1] == (0.0, 1.0, pytest.approx(4 / 9))


def test_writing_and_reading(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    Calibration(1.2, 25.0, 0.3).write(path)
    assert Calibration.read(path) == Calibration(1.2, 25.0, 0.3)
    assert Calibration(2.0, 30.0).radius_km(20.0) == 50.0
    for wrong in ('{"radius_floor_km": -1}', '{"radius_factor": 0}', '{"radius_factor": NaN}', '{"other": 1}', "[]"):
        path.write_text(wrong)
        with pytest.raises(PigeonError, match=r"calibration\.json"):
            Calibration.read(path)
