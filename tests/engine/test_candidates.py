import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.candidates import DISTINCT_KM, regions, weighted_quantile
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
