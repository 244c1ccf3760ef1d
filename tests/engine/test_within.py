import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.within import box, circle, parse_within
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from tests.cells import grid_cells


@pytest.fixture(scope="module")
def cells(pack_folder: Pack) -> GeocellSet:
    return GeocellSet.read(pack_folder.folder / pack_folder.manifest.geocells.file)


def test_codes(cells: GeocellSet) -> None:
    atlas = load_atlas()
    mask = parse_within("pt, ES", cells, atlas).mask
    assert set(cells.country_code[mask]) == {"PT", "ES"}
    assert mask.sum() == np.isin(cells.country_code, ["PT", "ES"]).sum()
    california = parse_within("US-CA", cells, atlas).mask
    assert set(cells.country_code[california]) == {"US"}
    assert cells.cells_at(np.array([34.05]), np.array([-118.24]))[0] in np.flatnonzero(california)
    assert cells.cells_at(np.array([40.7]), np.array([-74.0]))[0] not in np.flatnonzero(california)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("northern europe", {"SE", "GB"}, {"DE", "CA"}),
        ("Europe, Japan", {"SE", "DE", "JP"}, {"CN", "US"}),
        ("Caribbean", {"CU", "JM"}, {"MX", "VE"}),
        ("Deutschland", {"DE"}, {"AT"}),
    ],
)
def test_names(cells: GeocellSet, text: str, inside: set[str], outside: set[str]) -> None:
    within = set(cells.country_code[parse_within(text, cells, load_atlas()).mask])
    assert inside <= within
    assert not outside & within


def test_box_and_circle(cells: GeocellSet) -> None:
    atlas = load_atlas()
    lisbon, tokyo = cells.cells_at(np.array([38.72, 35.68]), np.array([-9.14, 139.76]))
    mask = parse_within("36,-10,44,4", cells, atlas).mask
    assert mask[lisbon]
    assert not mask[tokyo]
    near = parse_within("38.72,-9.14,50", cells, atlas).mask
    assert near[lisbon]
    assert near.sum() < 8
    fiji = parse_within("-20,176,-15,-178", cells, atlas).mask
    assert "FJ" in set(cells.country_code[fiji])
    assert lisbon not in np.flatnonzero(fiji)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing given"),
        ("QQ", "is no country or region"),
        ("1,2", "neither a box nor a circle"),
        ("95,0,10", "neither a box nor a circle"),
        ("10,0,5,20", "neither a box nor a circle"),
        ("nan,0,5", "neither a box nor a circle"),
        ("-40,-130,50", "no land"),
    ],
)
def test_what_is_no_filter_says_what_one_is(cells: GeocellSet, text: str, message: str) -> None:
    with pytest.raises(PigeonError, match=message) as error:
        parse_within(text, cells, load_atlas())
    assert "Give countries or parts of the world" in str(error.value)


GRID = grid_cells()


@given(st.floats(25, 60), st.floats(-20, 25), st.floats(1, 2000))
def test_a_circle_takes_cells_by_their_nearest_point(latitude: float, longitude: float, radius: float) -> None:
    mask = circle(GRID, latitude, longitude, radius)
    to_centre = distance_km(latitude, longitude, GRID.latitude, GRID.longitude)
    # A square of 2.5 degrees reaches at most 197 km from its centre.
    assert np.all(mask[to_centre <= radius])
    assert not np.any(mask[to_centre > radius + 200])


@given(st.floats(25, 55), st.floats(-20, 20), st.floats(0.5, 10))
def test_a_box_takes_what_it_touches(south: float, west: float, size: float) -> None:
    mask = box(GRID, south, west, south + size, west + size)
    inside = (
        (GRID.latitude + 1.25 >= south)
        & (GRID.latitude - 1.25 <= south + size)
        & (GRID.longitude + 1.25 >= west)
        & (GRID.longitude - 1.25 <= west + size)
    )
    assert mask.tolist() == inside.tolist()
