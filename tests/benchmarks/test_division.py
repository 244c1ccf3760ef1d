"""Dividing the world by 100,000 real photographs: time, memory, and how even the cells are against other ways.

Set GEOCLIP_WHEEL to the wheel of geoclip 1.3.0, whose gallery says where 100,000 photographs were taken.
"""

import io
import math
import os
import resource
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.training.division import divide
from pigeon_desktop.training.geocells import Points, merge_regions

MIN_SIZE, MAX_SIZE = 30, 120
GALLERY = "geoclip/model/gps_gallery/coordinates_100K.csv"


@pytest.fixture(scope="module")
def gallery() -> Points:
    wheel = os.environ.get("GEOCLIP_WHEEL")
    if not wheel:
        pytest.skip("GEOCLIP_WHEEL does not name the wheel of geoclip 1.3.0")
    text = zipfile.ZipFile(Path(wheel)).read(GALLERY).decode()
    latitude, longitude = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1).T
    return Points(latitude.copy(), longitude.copy())


def equal_area_grid(points: Points, bands: int) -> NDArray[np.int64]:
    """Cell of each point on a grid of cells of about equal area: bands of latitude cut into as many as fit."""
    band = np.minimum(((points.latitude + 90) / 180 * bands).astype(int), bands - 1)
    edges = np.radians(np.linspace(-90, 90, bands + 1))
    across = np.maximum(np.round(2 * bands * np.cos((edges[1:] + edges[:-1]) / 2)), 1).astype(int)
    first = np.concatenate([[0], np.cumsum(across)])
    column = ((points.longitude + 180) / 360 * across[band]).astype(int) % across[band]
    return first[band] + column


def occupied(cell: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(cell, return_counts=True)[1]


def grid_of(points: Points, wanted: int) -> NDArray[np.int64]:
    """Sizes of the occupied cells of the equal-area grid with the number of them nearest to `wanted`."""
    grids = (occupied(equal_area_grid(points, bands)) for bands in range(20, 200))
    return min(grids, key=lambda sizes: abs(len(sizes) - wanted))


def row(name: str, sizes: NDArray[np.int64]) -> tuple[str, float]:
    """A line of the table, and the Gini coefficient."""
    n, total = len(sizes), sizes.sum()
    ordered, share = np.sort(sizes), sizes[sizes > 0] / total
    gini = float(2 * (ordered * np.arange(1, n + 1)).sum() / (n * total) - (n + 1) / n)
    evenness = float(-(share * np.log(share)).sum() / math.log(n))
    spread = sizes.std() / sizes.mean()
    few = (sizes < MIN_SIZE).mean()
    text = (
        f"{name:<38}{n:>6}{spread:>7.2f}{gini:>7.2f}{evenness:>9.3f}{np.median(sizes):>8.0f}{sizes.max():>7}{few:>8.0%}"
    )
    return text, gini


def test_dividing_by_the_gallery(gallery: Points, capsys: pytest.CaptureFixture[str]) -> None:
    atlas = load_atlas()
    gaps, last = list[float](), time.process_time()

    def never() -> bool:
        nonlocal last
        now = time.process_time()
        gaps.append(now - last)
        last = now
        return False

    start, start_of_work = time.perf_counter(), time.process_time()
    cells = divide(atlas, gallery, MIN_SIZE, MAX_SIZE, cancelled=never)
    seconds, work = time.perf_counter() - start, time.process_time() - start_of_work
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

    region = atlas.regions_at(gallery.latitude, gallery.longitude)
    land = Points(gallery.latitude[region >= 0], gallery.longitude[region >= 0])
    sizes = np.bincount(cells.cells_at(land.latitude, land.longitude), minlength=len(cells))
    merged = merge_regions(atlas, gallery, MIN_SIZE)
    alone = {c for c, n in zip(*np.unique(cells.country_code, return_counts=True), strict=True) if n == 1}
    in_large = np.array([code not in alone for code in cells.country_code])
    compared = {
        "semantic geocells": sizes,
        "  of countries with two cells or more": sizes[in_large],
        "merged admin-1 units": np.bincount(merged.cells_at(land.latitude, land.longitude), minlength=len(merged)),
        "plain admin-1 units": np.bincount(region[region >= 0], minlength=len(atlas.regions)),
        "plain admin-1 units, occupied": occupied(region[region >= 0].astype(np.int64)),
        "equal-area grid, as many occupied": grid_of(land, len(cells)),
    }
    rows = {name: row(name, n) for name, n in compared.items()}
    with capsys.disabled():
        print(
            f"\n{len(cells)} cells of {MIN_SIZE} to {MAX_SIZE} points from {sizes.sum():,} on land: {seconds:.0f} s ",
            end="",
        )
        print(f"({work:.0f} s of work), peak memory {memory:,.0f} MiB, longest without asking {max(gaps):.1f} s")
        print(
            f"{'':<38}{'cells':>6}{'cv':>7}{'Gini':>7}{'entropy':>9}{'median':>8}{'most':>7}{'< ' + str(MIN_SIZE):>8}"
        )
        print("\n".join(text for text, _ in rows.values()))
    assert shapely.coverage_is_valid(cells.polygons)
    assert sizes.max() <= MAX_SIZE
    assert seconds < 180
    assert memory < 1000
    gini = {name: value for name, (_, value) in rows.items()}
    assert gini["semantic geocells"] < 0.75 * min(gini["plain admin-1 units, occupied"], gini["merged admin-1 units"])
    assert gini["semantic geocells"] < 0.5 * gini["equal-area grid, as many occupied"]


@pytest.mark.parametrize("resolution", [2, 3])
def test_h3_cells_for_comparison(gallery: Points, resolution: int, capsys: pytest.CaptureFixture[str]) -> None:
    h3 = pytest.importorskip("h3", reason="h3 is not installed; the equal-area grid stands in for it")
    places = zip(gallery.latitude, gallery.longitude, strict=True)
    cell = np.array([h3.str_to_int(h3.latlng_to_cell(lat, lon, resolution)) for lat, lon in places])
    text, gini = row(f"H3 cells of resolution {resolution}, occupied", occupied(cell))
    with capsys.disabled():
        print("\n" + text)
    assert gini > 0.5
