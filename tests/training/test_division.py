from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.shapes import PER_DEGREE
from pigeon_desktop.earth.sphere import distance_matrix_km
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.training.cells.clusters import optics
from pigeon_desktop.training.cells.division import SETTINGS, divide
from pigeon_desktop.training.cells.geocells import REMOTE_KM, Points, merge_regions

COUNTRIES = (("LS", "ZA"), ("FJ",), ("CH", "LI"), ("PT",), ("VA", "IT", "SM"))
"""An enclave, islands on both sides of the antimeridian, the land-locked, remote islands, the tiny."""


@cache
def atlas_of(codes: Sequence[str]) -> Atlas:
    whole = load_atlas()
    return dataclasses.replace(
        whole,
        countries=tuple(c for c in whole.countries if c.code in codes),
        regions=tuple(r for r in whole.regions if r.country_code in codes),
    )


def scattered(atlas: Atlas, seed: int, towns: int, each: int, spread: float, decimals: int) -> Points:
    """Points in towns and at random over the land of an atlas, rounded so that some fall on one place."""
    random = np.random.default_rng(seed)
    land = [random.choice(np.array([r.polygon for r in atlas.regions], object)) for _ in range(towns)]
    centres = np.array([shapely.point_on_surface(polygon).coords[0] for polygon in land])
    near = np.repeat(centres, each, axis=0) + random.normal(0, spread, (towns * each, 2))
    lonlat = np.concatenate([near, np.repeat(centres, 2, axis=0) + random.uniform(-2, 2, (towns * 2, 2))])
    lonlat = np.round(lonlat, decimals)
    lon = (lonlat[:, 0] + 180.0) % 360.0 - 180.0
    return Points(np.clip(lonlat[:, 1], -90, 90), lon)


def sizes_of(atlas: Atlas, points: Points, cells: GeocellSet) -> NDArray[np.int64]:
    on_land = atlas.regions_at(points.latitude, points.longitude) >= 0
    owner = cells.cells_at(points.latitude[on_land], points.longitude[on_land])
    return np.bincount(owner, minlength=len(cells))


def check(atlas: Atlas, points: Points, cells: GeocellSet, min_size: int) -> NDArray[np.int64]:
    """What holds of every division; gives the number of points in each cell."""
    assert shapely.is_valid(cells.polygons).all()
    assert not shapely.is_empty(cells.polygons).any()
    assert set(shapely.get_type_id(cells.polygons).tolist()) <= {3, 6}, "polygons and multipolygons"
    assert shapely.coverage_is_valid(cells.polygons), "no overlap, no gap narrower than a cell"
    vertices = shapely.get_coordinates(cells.polygons)
    assert (np.abs(vertices) <= (180, 90)).all()
    assert np.array_equal(np.round(vertices * PER_DEGREE) / PER_DEGREE, vertices), "off the grid"
    for code in sorted({region.country_code for region in atlas.regions}):
        country = shapely.union_all([r.polygon for r in atlas.regions if r.country_code == code])
        its = shapely.union_all(cells.polygons[cells.country_code == code])
        assert shapely.symmetric_difference(its, country).area <= its.length / PER_DEGREE, code
        beyond = shapely.difference(its, country)
        assert beyond.buffer(-1 / PER_DEGREE).is_empty, f"{code}: over its border by more than a grid step"
    place, cell = shapely.STRtree(cells.polygons).query(shapely.points(*as_pair(points)[::-1]), predicate="within")
    assert len(np.unique(place)) == len(place), "inside two cells"
    assert np.array_equal(cells.cells_at(*as_pair(points))[place], cell), "owned by another cell than it lies in"
    sizes = sizes_of(atlas, points, cells)
    counted = cells.prior * (sizes.sum() + len(cells)) - 1
    assert np.abs(counted - sizes).max() < 1e-6, "counted as cells_at counts"
    for k in np.flatnonzero(sizes < min_size):
        same = np.flatnonzero((cells.country_code == cells.country_code[k]) & (np.arange(len(cells)) != k))
        assert all(away_km(cells.polygons[k], cells.polygons[j]) > REMOTE_KM for j in same), cells.ids[k]
    return sizes


def away_km(a: shapely.Geometry, b: shapely.Geometry) -> float:
    (xa, ya), (xb, yb) = shapely.get_coordinates(a).T, shapely.get_coordinates(b).T
    return float(distance_matrix_km(ya, xa, yb, xb).min())


@given(
    codes=st.sampled_from(COUNTRIES),
    seed=st.integers(0, 2**16),
    towns=st.integers(1, 12),
    each=st.integers(1, 40),
    spread=st.sampled_from([0.0, 1e-4, 0.01, 0.3, 3.0]),
    decimals=st.sampled_from([1, 4, 6]),
    sizes=st.sampled_from([(1, 1), (5, 10), (5, 25), (20, 30)]),
)
@example(codes=("FJ",), seed=1, towns=8, each=30, spread=1.0, decimals=6, sizes=(10, 30))
@example(codes=("KI",), seed=747461577, towns=13, each=49, spread=1e-4, decimals=4, sizes=(2, 4))
@example(codes=("PT",), seed=768156108, towns=3, each=29, spread=0.01, decimals=4, sizes=(1, 1))
@settings(max_examples=15)
def test_any_points_give_a_tiling(
    codes: tuple[str, ...],
    seed: int,
    towns: int,
    each: int,
    spread: float,
    decimals: int,
    sizes: tuple[int, int],
) -> None:
    atlas = atlas_of(codes)
    points = scattered(atlas, seed, towns, each, spread, decimals)
    cells = divide(atlas, points, *sizes)
    check(atlas, points, cells, sizes[0])
    assert len(cells) >= len(merge_regions(atlas, points, sizes[0])) - 1, "a border point may change sides, no more"


@pytest.fixture(scope="module")
def cities() -> Points:
    """Cities stand in for photographs: real places, dense where people are."""
    cities = load_atlas().cities
    return Points(cities.latitude[::10].astype(np.float64), cities.longitude[::10].astype(np.float64))


@pytest.fixture(scope="module")
def some(cities: Points) -> GeocellSet:
    """Cells of large countries and small ones, with many islands and with none."""
    return divide(atlas_of(("US", "CL", "JP", "CH")), cities, 10, 30)


@pytest.mark.long
def test_the_whole_world(cities: Points, tmp_path: Path) -> None:
    atlas = load_atlas()
    world = divide(atlas, cities, 10, 30)
    assert stray_pieces(cities, world) == []
    sizes = check(atlas, cities, world, 10)
    land = shapely.area([region.polygon for region in atlas.regions]).sum()
    assert shapely.area(world.polygons).sum() == pytest.approx(land, rel=1e-4)
    assert sizes.max() <= 30
    region = atlas.regions_at(cities.latitude, cities.longitude)
    units = np.bincount(region[region >= 0], minlength=len(atlas.regions))
    assert sizes.std() / sizes.mean() < 0.5 * units.std() / units.mean(), "better balanced than plain admin-1 units"

    world.write(tmp_path / "cells.xz")
    again = GeocellSet.read(tmp_path / "cells.xz")
    assert shapely.coverage_is_valid(again.polygons)
    assert np.array_equal(again.cells_at(cities.latitude, cities.longitude), world.cells_at(*as_pair(cities)))


def as_pair(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return points.latitude, points.longitude


def test_no_cut_leaves_a_stray_piece(cities: Points, some: GeocellSet) -> None:
    assert stray_pieces(cities, some) == []


def stray_pieces(cities: Points, world: GeocellSet) -> list[tuple[int, int]]:
    """Parts of cells without a city that lie at another cell of the same region, which they could belong to."""
    parts, cell = shapely.get_parts(world.polygons, return_index=True)
    tree = shapely.STRtree(parts)
    inside = np.bincount(
        tree.query(shapely.points(*as_pair(cities)[::-1]), predicate="intersects")[1], minlength=len(parts)
    )
    main = np.zeros(len(parts), bool)
    main[[max(np.flatnonzero(cell == k), key=lambda i: (inside[i], parts[i].area)) for k in range(len(world))]] = True
    stray: list[tuple[int, int]] = []
    for i in np.flatnonzero(~main & (inside == 0)):
        for j in tree.query(parts[i], predicate="intersects"):
            region = world.region_code[cell[i]]
            if cell[j] != cell[i] and region and region == world.region_code[cell[j]]:
                stray += [(i, j)] if parts[i].intersection(parts[j]).length > 0 else []
    return stray


def test_names_of_split_regions_say_which_part(some: GeocellSet) -> None:
    names = some.names[some.region_code == "US-CA"]
    assert len(set(names)) == len(names) >= 2
    assert "California around Los Angeles" in names
    assert all(name.startswith("California around ") for name in names)


def test_a_town_becomes_a_cell_of_its_own() -> None:
    atlas = load_atlas()
    atlas = dataclasses.replace(atlas, regions=(atlas.region("ZA-NC"),))
    random = np.random.default_rng(0)
    west, east = (random.normal(place, 0.02, (40, 2)) for place in ([-29.7, 18.0], [-28.7, 24.7]))
    points = Points(*np.concatenate([west, east]).T)
    cells = divide(atlas, points, 30, 50)
    assert len(cells) == 2
    owner = cells.cells_at(points.latitude, points.longitude)
    assert len(set(owner[:40])) == len(set(owner[40:])) == 1
    # Between them the border runs half way: what is nearer to a town is its own.
    near_west, near_east = cells.cells_at(np.array([-29.2, -29.2]), np.array([20.8, 22.0]))
    assert near_west == owner[0]
    assert near_east == owner[-1]


def test_what_optics_cannot_part_is_halved() -> None:
    atlas = atlas_of(("PT",))
    grid = np.stack(np.meshgrid(np.linspace(38.7, 38.8, 20), np.linspace(-9.2, -9.1, 20)), -1).reshape(-1, 2)
    points = Points(*grid.T)
    cells = divide(atlas, points, 30, 100, settings=())
    sizes = check(atlas, points, cells, 30)
    assert sizes[sizes > 0].min() >= 30
    assert sizes.max() <= 100


def test_points_at_one_place_stay_together() -> None:
    atlas = atlas_of(("PT",))
    points = Points(np.full(300, 38.7223), np.full(300, -9.1393))
    cells = divide(atlas, points, 10, 50)
    assert check(atlas, points, cells, 10).max() == 300


def test_the_same_points_give_the_same_bytes(tmp_path: Path) -> None:
    """In every process, however it orders its sets."""
    points = scattered(atlas_of(("CH", "LI")), seed=5, towns=6, each=30, spread=0.1, decimals=6)
    table = ["lat,lon", *(f"{lat},{lon}" for lat, lon in zip(*as_pair(points), strict=True))]
    (tmp_path / "points.csv").write_text("\n".join(table))
    script = (
        "import sys; from pathlib import Path; from tests.training.test_division import *\n"
        "divide(atlas_of(('CH', 'LI')), Points.read(Path(sys.argv[1])), 10, 30).write(Path(sys.argv[2]))"
    )
    for seed in "12":
        command = [sys.executable, "-c", script, tmp_path / "points.csv", tmp_path / seed]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": seed})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert len(GeocellSet.read(tmp_path / "1")) > 5


def test_sizes_that_contradict_each_other() -> None:
    points = Points(np.array([38.7]), np.array([-9.1]))
    for least, most in ((0, 10), (20, 10)):
        with pytest.raises(ValueError, match="give a least size"):
            divide(atlas_of(("PT",)), points, least, most)


def test_progress_and_cancel_at_any_moment() -> None:
    atlas = atlas_of(("LS", "ZA"))
    points = scattered(atlas, seed=3, towns=10, each=40, spread=0.1, decimals=6)
    seen, asked = list[tuple[int, int]](), 0

    def never() -> bool:
        nonlocal asked
        asked += 1
        return False

    divide(atlas, points, 10, 30, progress=lambda done, total: seen.append((done, total)), cancelled=never)
    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)
    assert asked > 50
    for last in range(1, asked, asked // 10):
        left = iter([False] * last)
        with pytest.raises(Cancelled):
            divide(atlas, points, 10, 30, cancelled=lambda left=left: next(left, True))  # type: ignore[misc]


@pytest.mark.parametrize(("min_samples", "xi"), SETTINGS)
def test_clusters_are_those_of_scikit_learn(min_samples: int, xi: float) -> None:
    from sklearn.cluster import OPTICS

    random = np.random.default_rng(2)
    for _ in range(2):
        towns = random.normal(0, 300, (15, 3))
        vectors = np.concatenate([t + random.normal(0, random.uniform(1, 40), (30, 3)) for t in towns])
        expected = OPTICS(min_samples=min_samples, xi=xi).fit(vectors).labels_
        assert expected.max() > 1
        assert np.array_equal(optics(vectors, min_samples, xi), expected)


def test_clusters_of_a_few_points() -> None:
    assert optics(np.zeros((3, 3)), 5, 0.05).tolist() == [-1, -1, -1]
    assert len(optics(np.zeros((30, 3)), 5, 0.05)) == 30
