import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pigeon_desktop.engine.belief import Belief
from tests.cells import grid_cells

CELLS = grid_cells()
LOGITS = arrays(np.float64, len(CELLS), elements=st.floats(-50, 50))


@given(LOGITS)
def test_softmax_sums_to_one_and_countries_hold_all_of_it(logits: np.ndarray) -> None:
    belief = Belief.from_logits(CELLS, logits)
    assert belief.probability.sum() == pytest.approx(1.0)
    countries = belief.countries
    assert sum(p for _, p in countries) == pytest.approx(1.0)
    assert [p for _, p in countries] == sorted((p for _, p in countries), reverse=True)


@given(LOGITS, arrays(np.bool_, len(CELLS)))
def test_a_filter_keeps_the_ratios_and_tells_what_it_removed(logits: np.ndarray, mask: np.ndarray) -> None:
    belief = Belief.from_logits(CELLS, logits)
    if belief.probability[mask].sum() == 0:
        with pytest.raises(ValueError, match="no probability"):
            belief.within(mask)
        return
    inside, removed = belief.within(mask)
    assert removed == pytest.approx(belief.probability[~mask].sum(), abs=1e-9)
    assert np.all(inside.probability[~mask] == 0)
    np.testing.assert_allclose(inside.probability[mask] * (1 - removed), belief.probability[mask], atol=1e-9)


def test_a_vector_that_is_no_belief_is_refused() -> None:
    for wrong in (np.full(len(CELLS), 0.5), np.full(3, 1 / 3), np.full(len(CELLS), np.nan), -np.ones(len(CELLS))):
        with pytest.raises(ValueError, match="not a belief"):
            Belief(CELLS, wrong)


def test_the_best_coordinate_is_not_the_likeliest_cell() -> None:
    """Three cells that lie together beat a likelier one far away: the lesson that argmax costs most."""
    p = np.zeros(len(CELLS))
    p[0] = 0.34
    together = [55, 56, 65]
    p[together] = 0.22
    belief = Belief(CELLS, p)
    assert int(np.argmax(p)) == 0
    assert int(np.argmax(belief.expected_score)) in together
