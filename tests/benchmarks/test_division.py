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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.training.cells.division import divide
from pigeon_desktop.training.cells.geocells import Points, merge_regions
from tests.benchmarks.grids import equal_area_grid, h3_grid, nearest, occupied, s2_adaptive, s2_leaves
from tests.training.test_division import check

MIN_SIZE, MAX_SIZE = 30, 120
LONGEST_SILENCE = 0.5
"""Seconds of work between two questions whether to go on."""
WIDTHS = (6, 7, 7, 9, 8, 7, 8, 8)
GALLERY = "geoclip/model/gps_gallery/coordinates_100K.csv"


@pytest.fixture(scope="module")
def gallery() -> Points:
    wheel = os.environ.get("GEOCLIP_WHEEL")
    if not wheel:
        pytest.skip("GEOCLIP_WHEEL does not name the wheel of geoclip 1.3.0")
    text = zipfile.ZipFile(Path(wheel)).read(GALLERY).decode()
    latitude, longitude = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1).T
    return Points(latitude.copy(), longitude.copy())


@dataclass(frozen=True)
class Row:
    """A line of the table: how evenly some cells share out the points, of which every cell has `sizes`."""

    name: str
    sizes: NDArray[np.int64]
    abroad: int
    """Cells that hold points of more than one country."""

    @property
    def gini(self) -> float:
        n, ordered = len(self.sizes), np.sort(self.sizes)
        return float(2 * (ordered * np.arange(1, n + 1)).sum() / (n * ordered.sum()) - (n + 1) / n)

    @property
    def below(self) -> float:
        return float((self.sizes < MIN_SIZE).mean())

    def __str__(self) -> str:
        sizes = self.sizes
        n, share = len(sizes), sizes[sizes > 0] / sizes.sum()
        evenness = -(share * np.log(share)).sum() / math.log(n)
        return (
            f"{self.name:<38}{n:>6}{sizes.std() / sizes.mean():>7.2f}{self.gini:>7.2f}{evenness:>9.3f}"
            f"{np.median(sizes):>8.0f}{sizes.max():>7}{self.below:>8.0%}{self.abroad:>8}"
        )


NAMES = ("cells", "cv", "Gini", "entropy", "median", "most", f"< {MIN_SIZE}", "abroad")
HEADING = f"{'':<38}" + "".join(f"{name:>{width}}" for name, width in zip(NAMES, WIDTHS, strict=True))


def row(name: str, cell: NDArray[np.int64], country: NDArray[np.int64], cells: int = 0) -> Row:
    """The row of a grid from the cell and the country of every point; `cells` counts the empty ones as well."""
    held = cell >= 0
    pairs = np.unique(np.column_stack([cell, country])[held], axis=0)
    abroad = int((np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum())
    return Row(name, np.bincount(cell[held], minlength=cells) if cells else occupied(cell), abroad)


def test_dividing_by_the_gallery(gallery: Points, capsys: pytest.CaptureFixture[str]) -> None:
    import sklearn.cluster  # noqa: F401  # loading it takes 0.8 s, once, which no question can interrupt

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
    never()  # what was done since it last asked
    seconds, work = time.perf_counter() - start, time.process_time() - start_of_work
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

    region = atlas.regions_at(gallery.latitude, gallery.longitude)
    land = Points(gallery.latitude[region >= 0], gallery.longitude[region >= 0])
    region = region[region >= 0].astype(np.int64)
    country = np.unique([r.country_code for r in atlas.regions], return_inverse=True)[1][region]
    owner = cells.cells_at(land.latitude, land.longitude)
    merged = merge_regions(atlas, gallery, MIN_SIZE)
    semantic = row("semantic geocells", owner, country, len(cells))
    _, of_code, times = np.unique(cells.country_code, return_inverse=True, return_counts=True)
    units = row("plain admin-1 units, occupied", region, country)
    fewest = row("merged admin-1 units", merged.cells_at(land.latitude, land.longitude), country, len(merged))
    resolution, hexagons = nearest(len(cells), {n: h3_grid(land, n) for n in range(5)})
    hexagonal = row(f"H3 of resolution {resolution}, occupied", hexagons, country)
    leaves = s2_leaves(land)
    most, squares = nearest(len(cells), {n: s2_adaptive(leaves, n) for n in range(30, 400, 4)})
    adaptive = row(f"S2 split above {most}, occupied", squares, country)
    most, squares = nearest(len(cells), {n: s2_adaptive(leaves, n, MIN_SIZE) for n in range(30, 400, 4)})
    dropped = row(f"S2 split above {most}, small dropped", squares, country)
    _, squares = nearest(len(cells), {n: equal_area_grid(land, n) for n in range(20, 200)})
    rows = [
        semantic,
        Row("  of countries with two cells or more", semantic.sizes[times[of_code] > 1], 0),
        fewest,
        units,
        row("plain admin-1 units", region, country, len(atlas.regions)),
        hexagonal,
        row("equal-area grid, occupied", squares, country),
        adaptive,
        dropped,
    ]
    with capsys.disabled():
        print(
            f"\n{len(cells)} cells of {MIN_SIZE} to {MAX_SIZE} points from {len(owner):,} on land: {seconds:.0f} s "
            f"({work:.0f} s of work), peak memory {memory:,.0f} MiB, longest without asking {max(gaps):.2f} s"
        )
        print(HEADING, *rows, sep="\n")
        print(f"What S2 drops: {1 - dropped.sizes.sum() / len(owner):.0%} of the points.")
    assert np.array_equal(check(atlas, gallery, cells, MIN_SIZE), semantic.sizes)
    area = shapely.area([unit.polygon for unit in atlas.regions]).sum()
    assert shapely.area(cells.polygons).sum() == pytest.approx(area, rel=1e-4)
    assert semantic.sizes.max() <= MAX_SIZE
    assert adaptive.sizes.sum() == len(owner), "S2 has a cell for every point"
    assert dropped.sizes.min() >= MIN_SIZE
    assert max(gaps) < LONGEST_SILENCE
    assert seconds < 180
    assert memory < 1000
    assert semantic.abroad == 0
    assert semantic.gini < 0.75 * min(units.gini, fewest.gini)
    assert semantic.gini < 0.5 * hexagonal.gini
    assert semantic.gini < 0.75 * adaptive.gini
