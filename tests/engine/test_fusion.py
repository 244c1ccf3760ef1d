"""What fusing promises: one alone stays itself, order and copies make no difference, nobody rules out all others."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.fusion import (
    CORRELATION,
    DOUBT,
    IMPLAUSIBLE,
    ONE_PLACE_KM,
    ONE_TRIP_KM,
    Agreement,
    Fusion,
    fuse,
    nearness,
)
from pigeon_desktop.packs.store import Pack
from tests.cells import grid_cells

CELLS = grid_cells()
N = len(CELLS)
FLAT = np.full(N, 1 / N)

Floats = NDArray[np.float64]


def peak(at: int, height: float = 0.8) -> Floats:
    """A belief of `height` in one cell, and flat elsewhere."""
    p = np.full(N, (1 - height) / (N - 1))
    p[at] = height
    return p


def beliefs(most: int = 5) -> st.SearchStrategy[Floats]:
    """One to `most` beliefs, many of their cells impossible."""
    weights = st.one_of(st.just(0.0), st.floats(1e-12, 1.0))
    return (
        hnp.arrays(np.float64, st.tuples(st.integers(1, most), st.just(N)), elements=weights)
        .filter(lambda w: bool(np.all(w.sum(axis=1) > 0)))
        .map(lambda w: np.asarray(w / w.sum(axis=1, keepdims=True), np.float64))
    )


KMS = st.sampled_from([0.0, 25.0, 300.0])


def check(fusion: Fusion, n: int) -> None:
    assert np.all(np.isfinite(fusion.belief.probability))
    assert len(fusion.agreements) == n
    assert all(math.isfinite(one.lift) for one in fusion.agreements)
    assert math.isfinite(fusion.support)
    assert 1 <= fusion.effective_votes <= fusion.votes <= n


def same(a: Fusion, b: Fusion) -> None:
    np.testing.assert_allclose(a.belief.probability, b.belief.probability, rtol=1e-9, atol=1e-15)
    assert (a.votes, a.effective_votes) == (b.votes, b.effective_votes)
    assert a.support == pytest.approx(b.support, abs=1e-9)


@given(beliefs(), KMS, st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_any_beliefs_can_be_fused(p: Floats, within_km: float, correlation: float) -> None:
    check(fuse(CELLS, p, within_km, correlation=correlation), len(p))


@given(beliefs(1))
@settings(max_examples=40, deadline=None)
def test_one_alone_stays_itself(p: Floats) -> None:
    fusion = fuse(CELLS, p, 0.0)
    np.testing.assert_allclose(fusion.belief.probability, p[0], rtol=1e-9, atol=1e-300)
    assert (fusion.votes, fusion.support, fusion.agreements) == (1, 0.0, (Agreement(0.0),))


@given(beliefs(), KMS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_makes_no_difference(p: Floats, within_km: float, random: object) -> None:
    order = list(range(len(p)))
    random.shuffle(order)  # type: ignore[attr-defined]
    plain, shuffled = fuse(CELLS, p, within_km), fuse(CELLS, p[order], within_km)
    same(plain, shuffled)
    lifts = [plain.agreements[i].lift for i in order]
    assert lifts == pytest.approx([one.lift for one in shuffled.agreements], abs=1e-9)


@given(beliefs(4), KMS, st.data())
@settings(max_examples=40, deadline=None)
def test_copies_share_one_vote(p: Floats, within_km: float, data: st.DataObject) -> None:
    votes = np.arange(len(p)) + 7
    copied = data.draw(st.integers(0, len(p) - 1))
    times = data.draw(st.integers(1, 4))
    more = np.concatenate([p, np.repeat(p[[copied]], times, axis=0)])
    fusion = fuse(CELLS, more, within_km, np.append(votes, np.full(times, votes[copied])))
    plain = fuse(CELLS, p, within_km, votes)
    same(plain, fusion)
    lifts = [one.lift for one in fusion.agreements]
    assert lifts[: len(p)] == pytest.approx([one.lift for one in plain.agreements], abs=1e-9)
    assert lifts[len(p) :] == pytest.approx([lifts[copied]] * times, abs=1e-9)


def test_copies_with_votes_of_their_own_count() -> None:
    p = np.stack([peak(11, 0.3), peak(11, 0.3), peak(57, 0.3)])
    shared, own = (fuse(CELLS, p, 0.0, np.array(votes)) for votes in ([0, 0, 1], [0, 1, 2]))
    assert (shared.votes, own.votes) == (2, 3)
    assert shared.belief.probability[11] == pytest.approx(shared.belief.probability[57])
    assert own.belief.probability[11] > 2 * own.belief.probability[57]


def test_flat_beliefs_say_nothing() -> None:
    p = np.stack([peak(11), peak(11), FLAT])
    fusion = fuse(CELLS, p, 0.0)
    assert fusion.agreements[2].lift == pytest.approx(0.0, abs=1e-9)
    assert [one.stance for one in fusion.agreements] == ["agrees", "agrees", "says nothing"]
    assert fuse(CELLS, np.stack([FLAT] * 4), 25.0).support == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("within_km", [0.0, ONE_PLACE_KM, ONE_TRIP_KM])
def test_the_formula(within_km: float) -> None:
    """Written out for three photographs, cell by cell."""
    prior = np.linspace(1, 3, N) / np.linspace(1, 3, N).sum()
    cells = replace(CELLS, prior=prior)
    p = np.random.default_rng(0).dirichlet(np.full(N, 0.2), 3)
    m = np.sqrt(prior) / np.sqrt(prior).sum()
    k = nearness(cells, within_km)
    f = [[DOUBT + (1 - DOUBT) * (k[x] @ q) / (k[x] @ m) for x in range(N)] for q in p]
    power = 1 / (1 + 2 * CORRELATION)
    wanted = np.array([m[x] * (f[0][x] * f[1][x] * f[2][x]) ** power for x in range(N)])
    fusion = fuse(cells, p, within_km)
    np.testing.assert_allclose(fusion.belief.probability, wanted / wanted.sum(), rtol=1e-6)
    assert fusion.support == pytest.approx(math.log10(wanted.sum()))
    assert fusion.effective_votes == pytest.approx(3 * power)
    others = np.array([m[x] * (f[0][x] * f[1][x]) ** (1 / (1 + CORRELATION)) for x in range(N)])
    lift = sum(others[x] * f[2][x] for x in range(N)) / others.sum()
    assert fusion.agreements[2].lift == pytest.approx(math.log10(lift))


def test_votes_are_worth_less_the_more_they_correlate() -> None:
    p = np.stack([peak(11, 0.3)] * 10)
    heights = [fuse(CELLS, p, 0.0, correlation=r).belief.probability[11] for r in (0.0, 0.3, CORRELATION, 1.0)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 0.9999
    assert fuse(CELLS, p, correlation=0.0).effective_votes == 10
    assert fuse(CELLS, p, correlation=1.0).effective_votes == 1
    assert fuse(CELLS, p).effective_votes < 1 / CORRELATION


def test_an_intruder_is_found_and_rules_nothing_out() -> None:
    p = np.stack([peak(11, 0.5)] * 4 + [np.where(np.arange(N) == 57, 1.0, 0.0)])
    fusion = fuse(CELLS, p, ONE_PLACE_KM)
    assert [one.stance for one in fusion.agreements] == ["agrees"] * 4 + ["disagrees"]
    assert fusion.belief.probability.argmax() == 11
    assert fusion.belief.probability[11] > 0.5


def test_two_places_do_not_look_like_one() -> None:
    one = fuse(CELLS, np.stack([peak(11)] * 6), ONE_PLACE_KM)
    two = fuse(CELLS, np.stack([peak(11, 0.99)] * 3 + [peak(57, 0.99)] * 3), ONE_PLACE_KM)
    assert one.support > 0 > IMPLAUSIBLE > two.support
    assert (one.implausible, two.implausible) == (False, True)


def test_what_two_rule_out_together_is_not_impossible() -> None:
    """Beliefs without a common cell, as a filter to two countries makes them."""
    p = np.zeros((2, N))
    p[0, 11] = p[1, 57] = 1.0
    fusion = fuse(CELLS, p, 0.0)
    check(fusion, 2)
    assert fusion.belief.probability[[11, 57]] == pytest.approx([0.42, 0.42], abs=0.05)
    assert fusion.implausible
    check(fuse(CELLS, p, 0.0, np.array([3, 3])), 2)


def test_neighbours_agree_on_a_trip_but_not_in_one_place() -> None:
    p = np.stack([peak(44, 0.99), peak(45, 0.99)])  # some 230 km apart
    place, trip = fuse(CELLS, p, ONE_PLACE_KM), fuse(CELLS, p, ONE_TRIP_KM)
    assert place.agreements[0].stance != "agrees"
    assert trip.agreements[0].stance == "agrees"
    assert trip.support > place.support


def test_nearness() -> None:
    assert np.array_equal(nearness(CELLS, 0.0), np.eye(N))
    near = [nearness(CELLS, km) for km in (1.0, 25.0, 300.0, 20000.0)]
    for narrow, wide in pairwise(near):
        assert np.all(narrow <= wide)
        assert np.array_equal(wide, wide.T)
    assert near[0][0, 1] < 0.001
    apart = float(CELLS.distances_km[0, 1])
    assert near[2][0, 1] == pytest.approx(300**2 / (300**2 + 12800) * math.exp(-(apart**2) / (300**2 + 12800)))
    assert near[3].min() > 0.8


def test_a_cell_without_a_known_photograph_can_be_the_place() -> None:
    prior = np.full(N, 1 / (N - 1))
    prior[11] = 0.0
    cells = replace(CELLS, prior=prior)
    fusion = fuse(cells, np.stack([peak(11)] * 3), ONE_PLACE_KM)
    check(fusion, 3)
    assert fusion.belief.probability.argmax() == 11


def test_flat_beliefs_never_disagree_over_the_cells_of_the_default_pack(pack_folder: Pack) -> None:
    cells = GeocellSet.read(pack_folder.path_of(pack_folder.manifest.geocells))
    flat = np.full(len(cells), 1 / len(cells))
    for at in (int(cells.prior.argmax()), int(cells.prior.argmin())):
        sure = np.where(np.arange(len(cells)) == at, 1.0, 0.0)
        fusion = fuse(cells, np.stack([sure, sure, sure, flat]), ONE_PLACE_KM)
        assert fusion.agreements[3].stance != "disagrees"


@pytest.mark.parametrize(
    ("p", "votes", "within_km", "correlation"),
    [
        (np.empty((0, N)), None, 25.0, 0.5),
        (np.stack([FLAT])[:, 1:], None, 25.0, 0.5),
        (FLAT, None, 25.0, 0.5),
        (np.stack([2 * FLAT]), None, 25.0, 0.5),
        (np.stack([np.where(np.arange(N) == 0, np.nan, FLAT)]), None, 25.0, 0.5),
        (np.stack([np.where(np.arange(N) < 2, [-1.0, 1 + 2 / N, *FLAT[2:]], FLAT)]), None, 25.0, 0.5),
        (np.stack([FLAT]), np.array([0, 1]), 25.0, 0.5),
        (np.stack([FLAT]), None, -1.0, 0.5),
        (np.stack([FLAT]), None, math.inf, 0.5),
        (np.stack([FLAT]), None, 25.0, 1.5),
    ],
)
def test_what_cannot_be_fused_is_refused(
    p: Floats, votes: NDArray[np.int64] | None, within_km: float, correlation: float
) -> None:
    with pytest.raises(ValueError, match=r"belie|cannot fuse"):
        fuse(CELLS, p, within_km, votes, correlation)


def test_two_thousand_photographs(pack_folder: Pack) -> None:
    cells = GeocellSet.read(pack_folder.path_of(pack_folder.manifest.geocells))
    p = np.random.default_rng(0).dirichlet(np.full(len(cells), 0.05), 2000)
    check(fuse(cells, p, ONE_TRIP_KM), 2000)
