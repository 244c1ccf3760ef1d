from pathlib import Path

import numpy as np
import pytest
import shapely

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.training.cells.geocells import REMOTE_KM, Points, merge_regions


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def cities(atlas: Atlas) -> Points:
    """Cities stand in for photographs: real places, dense where people are."""
    return Points(atlas.cities.latitude[::4].astype(np.float64), atlas.cities.longitude[::4].astype(np.float64))


@pytest.fixture(scope="module")
def merged(atlas: Atlas, cities: Points) -> GeocellSet:
    return merge_regions(atlas, cities, min_size=20)


def test_every_cell_is_large_enough_or_a_whole_country(atlas: Atlas, cities: Points, merged: GeocellSet) -> None:
    # Points are counted by region, as they were when cells were made: one off the coast may lie nearer to another.
    region = atlas.regions_at(cities.latitude, cities.longitude)
    inside = np.array([shapely.point_on_surface(r.polygon) for r in atlas.regions], object)
    cell_of_region = merged.cells_at(shapely.get_y(inside), shapely.get_x(inside))
    sizes = np.bincount(cell_of_region[region[region >= 0]], minlength=len(merged))
    small = [
        str(merged.ids[i])
        for i in np.flatnonzero(sizes < 20)
        if nearest_of_country(merged, int(i)) < REMOTE_KM  # infinite for a whole country
    ]
    assert small == []
    assert 300 < len(merged) < 1500


def nearest_of_country(cells: GeocellSet, i: int) -> float:
    """About how far the rest of its country is from a cell: from its coordinate, so rather too far."""
    rest = (cells.country_code == cells.country_code[i]) & (np.arange(len(cells)) != i)
    return float(cells.distance_to_km(cells.latitude[i], cells.longitude[i])[rest].min(initial=np.inf))


def test_cells_tile_the_land_and_keep_to_borders(atlas: Atlas, merged: GeocellSet) -> None:
    assert shapely.is_valid(merged.polygons).all()
    assert not shapely.is_empty(merged.polygons).any()
    land = shapely.area([region.polygon for region in atlas.regions]).sum()
    assert shapely.area(merged.polygons).sum() == pytest.approx(land, rel=1e-6)
    for code in ("PT", "US", "LS", "FJ", "RU"):
        cells = shapely.union_all(merged.polygons[merged.country_code == code])
        country = atlas.country(code).polygon
        assert shapely.symmetric_difference(cells, country).area < 1e-4 * country.area
    assert sorted(set(merged.country_code)) == sorted({region.country_code for region in atlas.regions})


def test_coordinates_lie_in_their_cells(merged: GeocellSet) -> None:
    own = merged.cells_at(merged.latitude, merged.longitude)
    assert (own == np.arange(len(merged))).mean() > 0.97, "a city off a simplified coast may lie nearer to another"


def test_neighbours_touch_or_face_each_other(merged: GeocellSet) -> None:
    def cell(latitude: float, longitude: float) -> int:
        return int(merged.cells_at(np.array([latitude]), np.array([longitude]))[0])

    lists = merged.neighbour_lists
    assert cell(55.68, 12.57) in lists[cell(55.60, 13.00)], "Copenhagen and Malmö, over the sound"
    assert cell(38.72, -9.14) not in lists[cell(40.71, -74.0)], "Lisbon and New York"
    assert all(i not in lists[i] for i in range(len(merged)))


@pytest.mark.long
def test_the_same_points_give_the_same_cells(atlas: Atlas, cities: Points, merged: GeocellSet, tmp_path: Path) -> None:
    merged.write(tmp_path / "a.xz")
    merge_regions(atlas, cities, min_size=20).write(tmp_path / "b.xz")
    assert (tmp_path / "a.xz").read_bytes() == (tmp_path / "b.xz").read_bytes()
    again = GeocellSet.read(tmp_path / "a.xz")
    assert again.ids.tolist() == merged.ids.tolist()
    assert shapely.equals_exact(again.polygons, merged.polygons, tolerance=1e-3).all()


def test_cancel(atlas: Atlas, cities: Points) -> None:
    with pytest.raises(Cancelled):
        merge_regions(atlas, cities, 20, cancelled=lambda: True)


def test_the_default_packs_cells(pack_folder: Pack) -> None:
    cells = GeocellSet.read(pack_folder.folder / pack_folder.manifest.geocells.file)
    assert len(cells) == pack_folder.manifest.geocells.count
    assert shapely.is_valid(cells.polygons).all()
    assert cells.prior.sum() == pytest.approx(1.0, abs=1e-4)
    assert cells.cells_at(np.array([38.72]), np.array([-9.14]))[0] in np.flatnonzero(cells.country_code == "PT")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "no columns latitude and longitude"),
        ("LAT,LON\n1,2\nx,3\n", "line 3: no coordinate"),
        ("lat,lon\n120,3\n", "line 2: 120.0, 3.0 is not on the globe"),
        ("lat,lon\n", "holds no points"),
    ],
)
def test_bad_points_name_the_line(tmp_path: Path, content: str, message: str) -> None:
    table = tmp_path / "points.csv"
    table.write_text(content)
    with pytest.raises(PigeonError, match=message):
        Points.read(table)
