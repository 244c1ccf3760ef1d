import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.candidates import DISTINCT_KM, regions, shares, weighted_quantile
from tests.cells import grid_cells

CELLS = grid_cells()


@given(arrays(np.float64, len(CELLS), elements=st.floats(-12, 12)))
def test_regions_are_distinct_disjoint_and_never_exceed_the_belief(logits: np.ndarray) -> None:
    belief = Belief.from_logits(CELLS, logits)
    found = regions(belief)
    # The grid spans 2,000 km, and every cell of a softmax has some probability.
    assert 3 <= len(found) <= 5
    for a, b in itertools.combinations(found, 2):
        apart = CELLS.distances_km[a.centre, b.centre]
        assert apart >= DISTINCT_KM
        assert apart > abs(a.radius_km - b.radius_km), "one circle lies in the other"
        assert not set(a.cells) & set(b.cells)
    assert [r.probability for r in found] == sorted((r.probability for r in found), reverse=True)
    assert sum(r.probability for r in found) <= 1 + 1e-9
    for region in found:
        assert region.centre in region.cells
        assert region.probability == pytest.approx(belief.probability[region.cells].sum())


def test_neighbours_of_one_mode_are_one_region() -> None:
    logits = -0.01 * CELLS.distances_km[44].astype(np.float64)
    first = regions(Belief.from_logits(CELLS, logits))[0]
    assert first.centre == 44
    assert {43, 44, 45, 34, 54} <= set(first.cells.tolist())


def test_two_modes_stay_two_regions_though_a_bridge_of_cells_joins_them() -> None:
    logits = np.maximum(-0.02 * CELLS.distances_km[41], -0.02 * CELLS.distances_km[48]).astype(np.float64)
    first, second = regions(Belief.from_logits(CELLS, logits))[:2]
    assert {first.centre, second.centre} == {41, 48}
    assert not set(first.cells) & set(second.cells)


def test_a_certain_belief_has_one_region() -> None:
    p = np.zeros(len(CELLS))
    p[17] = 1.0
    found = regions(Belief(CELLS, p))
    assert len(found) == 1
    assert found[0].probability == 1.0
    assert found[0].radius_km == pytest.approx(80.0)


def test_a_filter_to_few_cells_still_gives_three_rivals_where_three_can_be() -> None:
    mask = np.isin(np.arange(len(CELLS)), [33, 34, 35, 43, 44, 45, 53, 54, 55])
    belief, _ = Belief.from_logits(CELLS, np.where(np.arange(len(CELLS)) == 44, 2.0, 0.0)).within(mask)
    found = regions(belief)
    assert len(found) >= 3
    assert all(mask[r.cells].all() for r in found)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0.001, 1)), min_size=1), st.floats(0.01, 0.99))
def test_weighted_quantile_holds_the_share(pairs: list[tuple[float, float]], share: float) -> None:
    values, weights = np.array(pairs).T
    at = weighted_quantile(values, weights, share)
    assert weights[values <= at].sum() >= share * weights.sum() - 1e-9
    assert weights[values < at].sum() <= share * weights.sum() + 1e-9


def test_peaks_too_near_to_be_two_answers_are_one_region() -> None:
    """Two cells 183 km apart, made strangers to each other so that no region grows from one to the other."""
    strangers = replace(CELLS, neighbours=np.empty((0, 2), np.int32))
    assert 100 < strangers.distances_km[73, 74] < DISTINCT_KM
    p = np.zeros(len(strangers))
    p[[73, 74, 0]] = 0.5, 0.3, 0.2
    first, second = regions(Belief(strangers, p))
    assert set(first.cells.tolist()) == {73, 74}
    assert first.probability == pytest.approx(0.8)
    assert second.cells.tolist() == [0]


@given(
    arrays(np.float64, len(CELLS), elements=st.floats(-12, 12)),
    arrays(np.float64, (len(CELLS), 2), elements=st.floats(-6, 6)),
)
def test_regions_stay_distinct_at_refined_coordinates(logits: np.ndarray, moves: np.ndarray) -> None:
    belief = Belief.from_logits(CELLS, logits)
    refined = {i: (float(CELLS.latitude[i] + dy), float(CELLS.longitude[i] + dx)) for i, (dy, dx) in enumerate(moves)}
    plain, found = regions(belief), regions(belief, refined=refined)
    for a, b in zip(plain, found, strict=True):
        assert (a.centre, a.probability, a.cells.tolist()) == (b.centre, b.probability, b.cells.tolist())
        assert (a.latitude, a.longitude) == (CELLS.latitude[a.centre], CELLS.longitude[a.centre])
        at = (b.latitude, b.longitude)
        assert at in (refined[b.centre], (a.latitude, a.longitude))
        away = np.hypot(distance_km(*at, CELLS.latitude[b.cells], CELLS.longitude[b.cells]), CELLS.spread_km[b.cells])
        p = belief.probability[b.cells]
        assert p[away <= b.radius_km + 0.1].sum() >= 0.8 * p.sum() - 1e-9, "the radius is around where the region is"
    for a, b in itertools.combinations(found, 2):
        apart = distance_km(a.latitude, a.longitude, b.latitude, b.longitude)
        assert apart >= DISTINCT_KM - 0.1
        assert apart > abs(a.radius_km - b.radius_km)


def test_a_region_takes_a_refined_coordinate_unless_that_is_a_rivals() -> None:
    p = np.zeros(len(CELLS))
    p[[11, 18, 61]] = 0.5, 0.3, 0.2
    there = (float(CELLS.latitude[11]) + 1, float(CELLS.longitude[11]))
    first, second, third = regions(Belief(CELLS, p), refined={11: there, 18: there})
    assert (first.centre, first.latitude, first.longitude) == (11, *there)
    assert (second.latitude, second.longitude) == (CELLS.latitude[18], CELLS.longitude[18])
    assert (third.latitude, third.longitude) == (CELLS.latitude[61], CELLS.longitude[61])


def test_a_region_is_shared_out_among_its_countries() -> None:
    belief = np.zeros(len(CELLS), np.float32)
    border = int(np.flatnonzero(CELLS.country_code[1:] != CELLS.country_code[:-1])[0])
    members = [border - 1, border, border + 1]
    belief[members] = 0.3, 0.1, 0.2
    found = shares(belief, CELLS, CELLS.ids[members].tolist())
    left, right = CELLS.country_code[[border, border + 1]].tolist()
    assert dict(found) == {left: pytest.approx(2 / 3), right: pytest.approx(1 / 3)}
    assert found[0][0] == left
    assert shares(belief, CELLS, CELLS.ids[[border + 9]].tolist()) == []
