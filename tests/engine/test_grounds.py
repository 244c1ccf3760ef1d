"""Why a candidate is one region, and where near it photographs are known to lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.grounds import FEW, MOST_SPOTS, NEAR_KM, learnt_near, makeup, photographed, short
from pigeon_desktop.engine.head import Standard
from pigeon_desktop.engine.prototypes import Prototypes
from pigeon_desktop.packs.store import open_pack
from tests.cells import grid_cells

GRID = grid_cells()
PACK = open_pack("default")
CELLS = GeocellSet.read(PACK.path_of(PACK.manifest.geocells))
ATLAS = load_atlas()
PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def prototypes(*at: tuple[float, float]) -> Prototypes:
    """Prototypes at these coordinates."""
    latitude, longitude = np.array(at).T
    n = len(at)
    standard = Standard(("mean_token",), np.zeros(1, np.float32), np.ones(1, np.float32))
    return Prototypes(np.ones((n, 1), np.float32), np.zeros(n, np.int64), latitude, longitude, standard, 1.0)


def joined(cells: GeocellSet, members: set[int]) -> int:
    """In how many parts they fall: whatever is linked takes the smaller number, until nothing changes."""
    part = {i: i for i in members}
    links = [(a, b) for a, b in cells.neighbours.tolist() if a in members and b in members]
    while any(part[a] != part[b] for a, b in links):
        for a, b in links:
            part[a] = part[b] = min(part[a], part[b])
    return len(set(part.values()))


@given(st.sets(st.integers(0, len(GRID) - 1), min_size=1, max_size=40))
def test_groups_are_what_hangs_together(members: set[int]) -> None:
    belief = np.linspace(0.0, 1.0, len(GRID))
    made = makeup(belief, GRID, [str(GRID.ids[i]) for i in sorted(members)])
    assert made.groups == joined(GRID, members)
    assert made.cells == tuple(sorted(members))
    assert made.probability == pytest.approx([belief[i] for i in sorted(members)])


@given(PLACES)
def test_the_nearest_photographs_come_first_and_each_place_once(at: tuple[float, float]) -> None:
    learnt = learnt_near(*at, CELLS, ATLAS)
    some = photographed(CELLS)
    km = np.sort(distance_km(*at, CELLS.latitude[some], CELLS.longitude[some]))
    assert learnt.count == (km <= NEAR_KM).sum()
    assert learnt.little == (learnt.count < FEW)
    assert not learnt.by_prototypes
    assert len(learnt.spots) <= min(MOST_SPOTS, learnt.count)
    assert bool(learnt.spots) == bool(learnt.count)
    away = [spot.km for spot in learnt.spots]
    assert away == sorted(away)
    assert away[:1] == pytest.approx(km[: len(away[:1])])
    assert len({short(spot.place) for spot in learnt.spots}) == len(learnt.spots)
    for spot in learnt.spots:
        assert spot.km == pytest.approx(float(distance_km(*at, spot.latitude, spot.longitude)))


def test_near_lisbon_and_near_nothing() -> None:
    lisbon = learnt_near(38.72, -9.14, CELLS, ATLAS)
    assert short(lisbon.spots[0].place) == "Lisbon, Portugal"
    assert lisbon.spots[0].km < 5
    assert len(lisbon.spots) == MOST_SPOTS
    assert not lisbon.little
    pacific = learnt_near(-48.9, -123.4, CELLS, ATLAS)
    assert (pacific.spots, pacific.count, pacific.little) == ((), 0, True)


def test_prototypes_are_what_was_learnt_from_where_there_are_some() -> None:
    madrid, setubal, lisbon, lisbon_too = (40.42, -3.7), (38.53, -8.9), (38.72, -9.15), (38.73, -9.14)
    learnt = learnt_near(38.72, -9.14, CELLS, ATLAS, prototypes(madrid, setubal, lisbon, lisbon_too))
    assert learnt.by_prototypes
    assert [short(spot.place).split(",")[0] for spot in learnt.spots] == ["Lisbon", "Setúbal"], "Madrid is too far"
    assert (learnt.count, learnt.little) == (3, False)
    assert learnt_near(38.72, -9.14, CELLS, ATLAS, prototypes(setubal, lisbon)).little


def test_over_the_antimeridian_it_is_not_far() -> None:
    learnt = learnt_near(-16.5, -179.9, CELLS, ATLAS, prototypes((-16.5, 179.9)))
    assert learnt.spots[0].km == pytest.approx(21.3, abs=0.1)


def test_cells_without_a_photograph_are_told_by_their_prior() -> None:
    """Kerguelen has none; the pack's smallest step is one photograph."""
    some = photographed(CELLS)
    without = set(CELLS.ids[~some].tolist())
    assert {"TF-001", "FM-001"} <= without
    assert "PT-008" not in without
    assert 0 < len(without) < 60
    assert CELLS.prior[~some].max() < CELLS.prior[some].min()


@given(st.lists(st.integers(0, 50), min_size=3, max_size=30))
def test_cells_without_a_photograph_in_any_set(sizes: list[int]) -> None:
    sizes = [*sizes, 0, 1]  # two that differ by one photograph
    total = sum(sizes) + len(sizes)
    prior = ((np.array(sizes) + 1) / total).astype(np.float32)
    some = photographed(replace(GRID, prior=prior))
    assert some.tolist() == [size > 0 for size in sizes]


def test_where_all_have_as_many_none_is_without() -> None:
    assert photographed(GRID).all()
