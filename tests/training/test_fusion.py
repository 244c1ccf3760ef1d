"""Measuring fusion: sets, figures and strangers on beliefs made for the test."""

from __future__ import annotations

import numpy as np
import pytest

from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.training.measuring.calibration import HeldOut
from pigeon_desktop.training.measuring.fusion import Answers as Said
from pigeon_desktop.training.measuring.fusion import (
    answers,
    by_size,
    figures,
    fit_correlation,
    of_two_places,
    sets_of_places,
    trips,
    ways,
    with_an_intruder,
    with_intervals,
)
from pigeon_desktop.training.photographs import TrainingPhotographs
from tests.cells import grid_cells

CELLS = grid_cells()
PLACES, EACH = 30, 4
SIGNAL = 1.8
"""Standard deviations between what is seen of the true cell and of others: log-odds are so many times what is seen."""


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    """Four photographs of each of 30 places; one place's have no coordinate, and another has a single one. Errors are
    the same within a place: the second photograph and those after it add nothing."""
    generator = np.random.default_rng(0)
    cell = generator.permutation(len(CELLS))[:PLACES]
    logits = SIGNAL * generator.normal(0, 1, (PLACES, len(CELLS)))
    logits[np.arange(PLACES), cell] += SIGNAL**2
    of = np.repeat(np.arange(PLACES), EACH)
    latitude, longitude = CELLS.latitude[cell][of], CELLS.longitude[cell][of]
    latitude[of == 3] = longitude[of == 3] = np.nan
    latitude[np.flatnonzero(of == 5)[1:]] = np.nan
    n = len(of)
    features = Features(np.zeros((n, 2), np.float32), np.zeros((n, 2), np.float32))
    photographs = TrainingPhotographs(
        features,
        features,
        latitude,
        longitude,
        CELLS.country_code[cell][of],
        np.array([f"place {i}" for i in of]),
        np.where(of % 2 == 0, "photo", "stock"),
        np.ones(n, np.float32),
    )
    return HeldOut(photographs, CELLS, logits[of].astype(np.float32), cell[of])


def everything(held_out: HeldOut) -> np.ndarray:
    return np.arange(len(held_out.photographs))


def test_sets_are_of_two_photographs_with_a_coordinate(held_out: HeldOut) -> None:
    sets = sets_of_places(held_out, everything(held_out))
    assert len(sets) == PLACES - 2
    for one in sets:
        assert np.all(held_out.cell[one.rows] == one.cell)
        assert set(held_out.photographs.place[one.rows].tolist()) == {held_out.photographs.place[one.rows[0]]}
        assert one.country == CELLS.country_code[one.cell]
    assert {name: int(of.sum()) for name, of in by_size(sets).items()} == {"2": 0, "3-4": 28, "5-9": 0, "10+": 0}


def test_votes_that_say_the_same_correlate_fully(held_out: HeldOut) -> None:
    sets = sets_of_places(held_out, everything(held_out))
    assert fit_correlation(held_out, sets, 1.0, 0.0) > 0.6
    seen = np.random.default_rng(1).normal(0, 1, held_out.log_probability.shape)
    seen[everything(held_out), held_out.cell] += SIGNAL
    own = HeldOut(held_out.photographs, CELLS, (SIGNAL * seen).astype(np.float32), held_out.cell)
    assert fit_correlation(own, sets, 1.0, 0.0) < 0.2


def test_every_place_counts_once() -> None:
    yes = np.array([True, True, True, False])
    zero, probability = np.zeros(4), np.array([0.8, 0.8, 0.8, 0.35])
    said = Said(np.array([0, 0, 0, 1]), np.array([10.0, 10, 10, 900]), yes, probability, yes, zero, yes, ~yes, zero)
    values = figures(said)
    assert values["country_top1"] == pytest.approx(0.5)
    assert (values["within_25_km"], values["within_750_km"]) == pytest.approx((0.5, 0.5))
    assert values["ece_country"] == pytest.approx((0.2 + 0.35) / 2)
    assert values["radius"] == 1.0
    assert values["abstained"] == pytest.approx(0.5)
    assert values["located_right"] == 1.0
    assert figures(said, np.array([3.0, 1.0]))["country_top1"] == pytest.approx(0.75)
    other = said.of(np.array([False, True]))
    assert (other.at.tolist(), figures(other)["median_km"]) == ([0], 900)
    assert figures(Said.joined([said, said.of(np.array([True, False]))]))["country_top1"] == pytest.approx(2 / 3)
    value, low, high = with_intervals(said)["country_top1"]
    assert (value, low, high) == pytest.approx((0.5, 0.0, 1.0))


def test_answers_of_every_way(held_out: HeldOut) -> None:
    sets = sets_of_places(held_out, everything(held_out))
    for name, way in ways(25.0, 0.5).items():
        said = answers(held_out, sets, 1.0, Calibration(least_certainty=0.1), way)
        assert len(said.at) == len(sets) * (EACH if name == "single photographs" else 1)
        assert figures(said)["country_top1"] > 0.3, "one of eight by chance"
        wide = answers(held_out, sets, 1.0, Calibration(radius_floor_km=20_000.0), way)
        assert np.all(wide.in_radius)


def test_an_intruder_is_of_another_country(held_out: HeldOut) -> None:
    photographs = held_out.photographs
    mixed = list(with_an_intruder(held_out, sets_of_places(held_out, everything(held_out)), 1.0, 25.0))
    assert len(mixed) == PLACES - 2
    for one in mixed:
        assert one.strangers.sum() == 1
        assert 4 <= len(one.strangers) <= 5
        assert one.fusion.votes == len(one.strangers)
    assert np.mean([one.strangers[np.argmin([a.lift for a in one.fusion.agreements])] for one in mixed]) > 0.6
    two = list(of_two_places(held_out, sets_of_places(held_out, everything(held_out)), 1.0, 25.0))
    assert len(two) > PLACES / 2
    for one in two:
        assert one.strangers.tolist() == [False] * 4 + [True] * 4
    along = list(trips(held_out, everything(held_out), 1.0, 300.0, apart_km=400.0))
    assert along
    for one in along:
        assert len(set(photographs.place[one.set.rows].tolist())) == len(one.set.rows) >= 3
