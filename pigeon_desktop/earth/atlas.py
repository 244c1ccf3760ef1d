"""The world in the program: from a point to its country, admin-1 unit and nearest city.

Boundaries are Natural Earth's (public domain; drawn as they are held on the ground, not as they are claimed),
cities are GeoNames' (CC BY 4.0). resources/atlas/README.md says how the files are made.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.nearest import SphereIndex, search_tree
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.resources import resource

OFFSHORE_KM = 50.0
"""A point off the land belongs to the nearest region within this distance: piers, boats, simplified coasts."""
IN_TOWN_KM = 5.0
"""A place as near as this to a city's centre is named by the city alone."""
CREDIT = "Boundaries: Natural Earth (de facto). Cities: GeoNames, CC BY 4.0."


@dataclass(frozen=True, eq=False)
class Country:
    """A country or territory as Natural Earth divides them.

    `code` is ISO 3166-1 alpha-2, or of the user-assigned kind (X_) where ISO has none: XK Kosovo, XC Northern
    Cyprus, XS Somaliland and the like; `iso` is then the code under which most tables file it (CY, SO).
    `names` holds "en", "de", "es". `label` is a latitude and longitude deep inside its biggest polygon.
    """

    code: str
    iso: str
    name: str
    continent: str
    names: Mapping[str, str]
    label: tuple[float, float]
    polygon: Any


@dataclass(frozen=True, eq=False)
class AdminRegion:
    """An admin-1 unit. `code` is its ISO 3166-2 code, or one in that style (AQ-X01, PH-MNL.2); unique."""

    code: str
    name: str
    country_code: str
    names: Mapping[str, str]
    polygon: Any


@dataclass(frozen=True, eq=False)
class Cities:
    """Cities of 15,000 people and more, the largest first: arrays of one length.

    `country_code` and `region_code` are the atlas's own; empty for the few that lie on no polygon.
    """

    name: NDArray[np.str_]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    population: NDArray[np.int32]
    country_code: NDArray[np.str_]
    region_code: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Place:
    """What lies at a point. At sea the country and region are empty; the city is the nearest one anywhere.

    `city_country_code` tells a town across the border; where it is empty the city counts as in the country.
    """

    country_code: str
    country: str
    region_code: str
    region: str
    city: str
    city_km: float
    city_country_code: str = ""

    @property
    def at_sea(self) -> bool:
        """Whether the point lies on no land and more than 50 km off any."""
        return not self.country_code

    def __str__(self) -> str:
        """Short name: "Lisbon, Portugal", "Setúbal, Portugal · 12 km from Lisbon", "at sea · 80 km from Suva"."""
        same_country = self.country and self.city_country_code in ("", self.country_code)
        if self.city and same_country and self.city_km < IN_TOWN_KM:
            return _joined(self.city, self.country)
        here = _joined(self.region, self.country) if self.country else "at sea"
        return f"{here} · {self.city_km:,.0f} km from {self.city}" if self.city else here


def _joined(part: str, whole: str) -> str:
    return whole if part in ("", whole) else f"{part}, {whole}"


@dataclass(frozen=True, eq=False)
class Atlas:
    """Countries, their admin-1 units and cities. The borders of neighbours are equal vertex by vertex."""

    countries: tuple[Country, ...]
    regions: tuple[AdminRegion, ...]
    cities: Cities

    @cached_property
    def _country_by_code(self) -> dict[str, Country]:
        return {country.code: country for country in self.countries}

    @cached_property
    def _region_by_code(self) -> dict[str, AdminRegion]:
        return {region.code: region for region in self.regions}

    @cached_property
    def _region_tree(self) -> shapely.STRtree:
        polygons = np.array([region.polygon for region in self.regions])
        shapely.prepare(polygons)
        # A prepared polygon builds its index when first asked, which two threads must not do at once: ask now.
        west, south, east, north = shapely.bounds(polygons).T
        shapely.intersects_xy(polygons, (west + east) / 2, (south + north) / 2)
        return search_tree(polygons)

    @cached_property
    def _coasts(self) -> SphereIndex:
        return SphereIndex(self._region_tree.geometries)

    @cached_property
    def _city_index(self) -> SphereIndex:
        return SphereIndex(shapely.points(self.cities.longitude, self.cities.latitude))

    def country(self, code: str) -> Country:
        """The country with this code, in either case.

        Raises:
            PigeonError: there is none.
        """
        try:
            return self._country_by_code[code.upper()]
        except KeyError:
            raise PigeonError(f"{code}: no country has this code. Take a two-letter code such as PT.") from None

    def country_name(self, code: str) -> str:
        """A country's name by its code, or the code where there is none."""
        country = self._country_by_code.get(code.upper())
        return code if country is None else country.name

    def region(self, code: str) -> AdminRegion:
        """The admin-1 unit with this code, in either case.

        Raises:
            PigeonError: there is none.
        """
        try:
            return self._region_by_code[code.upper()]
        except KeyError:
            raise PigeonError(f"{code}: no region has this code. Take an ISO 3166-2 code such as PT-11.") from None

    def regions_at(self, latitude: ArrayLike, longitude: ArrayLike) -> NDArray[np.int32]:
        """Position in `regions` of each of n points' region, shape (n,): by polygon, else the nearest within 50 km.

        -1 means at sea. A point on a border belongs to the first of its regions. Longitudes may run beyond 180.

        Raises:
            ValueError: a coordinate is not a number, or a latitude lies beyond a pole.
        """
        lat, lon = _checked(latitude, longitude)
        owner = np.full(len(lat), -1, np.int32)
        tree = self._region_tree
        point, region = tree.query(shapely.points(lon, lat))
        inside = shapely.intersects_xy(tree.geometries[region], lon[point], lat[point])
        point, region = point[inside], region[inside]
        order = np.lexsort((-region, point))
        owner[point[order]] = region[order]
        off = owner < 0
        if off.any():
            owner[off] = self._coasts.nearest(lat[off], lon[off], OFFSHORE_KM)[0]
        return owner

    def nearest_cities(
        self, latitude: ArrayLike, longitude: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.floating[Any]]]:
        """Position in `cities` of the city nearest to each of n points, and its distance in km; both (n,).

        Raises:
            ValueError: a coordinate is not a number, or a latitude lies beyond a pole.
        """
        return self._city_index.nearest(*_checked(latitude, longitude))

    def place(self, latitude: float, longitude: float) -> Place:
        """What lies at a point; raises as `regions_at`."""
        return self.places([latitude], [longitude])[0]

    def places(self, latitude: ArrayLike, longitude: ArrayLike) -> list[Place]:
        """What lies at each of n points; raises as `regions_at`."""
        region_at = self.regions_at(latitude, longitude).tolist()
        city_at, km = self.nearest_cities(latitude, longitude)
        cities = zip(
            self.cities.name[city_at].tolist(), km.tolist(), self.cities.country_code[city_at].tolist(), strict=True
        )
        places = []
        for r, city in zip(region_at, cities, strict=True):
            if r < 0:
                places.append(Place("", "", "", "", *city))
            else:
                region = self.regions[r]
                country = self._country_by_code[region.country_code]
                places.append(Place(country.code, country.name, region.code, region.name, *city))
        return places


def _checked(latitude: ArrayLike, longitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both as (n,) arrays, longitudes wrapped to -180 .. 180."""
    lat, lon = np.broadcast_arrays(
        np.atleast_1d(np.asarray(latitude, np.float64)), np.atleast_1d(np.asarray(longitude, np.float64))
    )
    if not (np.isfinite(lon).all() and (np.abs(lat) <= 90.0).all()):  # NaN is not below 90
        raise ValueError("latitudes must lie between -90 and 90 degrees and longitudes must be numbers")
    return lat, np.where(np.abs(lon) <= 180.0, lon, (lon + 180.0) % 360.0 - 180.0)


@functools.cache
def load_atlas() -> Atlas:
    """The atlas that travels with the program.

    Raises:
        PigeonError: a file of it is missing or damaged.
    """
    return read_atlas(resource("atlas"))


def read_atlas(folder: Path) -> Atlas:
    """Read the files that make_atlas.py wrote; raises as `load_atlas`."""
    path = folder / "boundaries.npz.xz"
    arrays = shapes.read_arrays(path)
    try:
        countries, regions = _countries(arrays), _regions(arrays)
        path = folder / "cities.npz.xz"
        return Atlas(countries, regions, _cities(shapes.read_arrays(path), countries, regions))
    except (KeyError, ValueError, IndexError) as error:
        raise PigeonError(f"{path}: not a file of the atlas ({error!r}). Install the program again.") from error


def _names(arrays: shapes.Arrays, kind: str) -> list[dict[str, str]]:
    languages = ("en", "de", "es")
    columns = [shapes.unpack_strings(arrays[f"{kind}_{language}"]) for language in languages]
    return [dict(zip(languages, names, strict=True)) for names in zip(*columns, strict=True)]


def _polygons(arrays: shapes.Arrays, kind: str) -> NDArray[np.object_]:
    prefix = f"{kind}_shape_"
    return shapes.decode({k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)})


def _countries(arrays: shapes.Arrays) -> tuple[Country, ...]:
    code, iso, continent = (shapes.unpack_strings(arrays[f"country_{k}"]) for k in ("code", "iso", "continent"))
    labels = [(float(lat), float(lon)) for lat, lon in arrays["country_label"]]
    rows = zip(code, iso, continent, _names(arrays, "country"), labels, _polygons(arrays, "country"), strict=True)
    return tuple(Country(c, i, names["en"], where, names, at, shape) for c, i, where, names, at, shape in rows)


def _regions(arrays: shapes.Arrays) -> tuple[AdminRegion, ...]:
    countries = np.array(shapes.unpack_strings(arrays["country_code"]))
    rows = zip(
        shapes.unpack_strings(arrays["region_code"]),
        countries[arrays["region_country"]].tolist(),
        _names(arrays, "region"),
        _polygons(arrays, "region"),
        strict=True,
    )
    return tuple(AdminRegion(code, names["en"], country, names, shape) for code, country, names, shape in rows)


def _cities(arrays: shapes.Arrays, countries: tuple[Country, ...], regions: tuple[AdminRegion, ...]) -> Cities:
    # Position -1, "none", picks the empty text put last.
    country_codes = np.array([*(country.code for country in countries), ""])
    region_codes = np.array([*(region.code for region in regions), ""])
    cities = Cities(
        name=np.array(shapes.unpack_strings(arrays["name"])),
        latitude=arrays["latitude"] / 1e4,
        longitude=arrays["longitude"] / 1e4,
        population=arrays["population"],
        country_code=country_codes[arrays["country"]],
        region_code=region_codes[arrays["region"]],
    )
    columns = (cities.latitude, cities.longitude, cities.population, cities.country_code, cities.region_code)
    if any(column.shape != (len(cities),) for column in columns):
        raise ValueError("the columns of the cities differ in length")
    return cities
