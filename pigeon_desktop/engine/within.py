"""Search within: which geocells a filter leaves."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.world_regions import WORLD_REGIONS
from pigeon_desktop.errors import PigeonError

HELP = (
    "countries or parts of the world by name or code (PT,ES or US-CA or Northern Europe), "
    "a box SOUTH,WEST,NORTH,EAST, or a circle LATITUDE,LONGITUDE,KM, in degrees"
)


@dataclass(frozen=True, eq=False)
class Filter:
    """A part of the world: `text` as it was asked for, `mask` over the geocells that touch it."""

    text: str
    mask: NDArray[np.bool_]


def parse_within(text: str, cells: GeocellSet, atlas: Atlas) -> Filter:
    """The filter that `text` asks for: areas, a box or a circle (`HELP`).

    Raises:
        PigeonError: it is none of these, names an unknown area, or leaves no cell.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise PigeonError(f"Search within: nothing given. Give {HELP}.")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        mask = _areas(parts, cells, atlas)
    else:
        if len(numbers) == 3 and _coordinate(numbers[0], numbers[1]) and 0 < numbers[2] < np.inf:
            mask = circle(cells, numbers[0], numbers[1], numbers[2])
        elif len(numbers) == 4 and _box(*numbers):
            mask = box(cells, *numbers)
        else:
            raise PigeonError(f"Search within {text!r}: neither a box nor a circle. Give {HELP}.")
    if not mask.any():
        raise PigeonError(f"Search within {text!r}: no land of the pack's geocells there. Give {HELP}.")
    return Filter(text, mask)


def _coordinate(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _box(south: float, west: float, north: float, east: float) -> bool:
    return _coordinate(south, west) and _coordinate(north, east) and south < north and west != east


def _areas(names: list[str], cells: GeocellSet, atlas: Atlas) -> NDArray[np.bool_]:
    countries = countries_by_name(atlas)
    mask = np.zeros(len(cells), bool)
    for name in names:
        if codes := countries.get(name.casefold()):
            mask |= np.isin(cells.country_code, list(codes))
            continue
        try:
            region = atlas.region(name)
        except PigeonError as error:
            raise PigeonError(f"Search within: {name!r} is no country or region. Give {HELP}.") from error
        inside = cells.touching(region.polygon) & (cells.country_code == region.country_code)
        # Cells that only share a border with the region overlap it in next to no area of either.
        near = cells.polygons[inside]
        least = 1e-3 * np.minimum(shapely.area(near), shapely.area(region.polygon))
        mask[np.flatnonzero(inside)[shapely.area(shapely.intersection(near, region.polygon)) > least]] = True
    return mask


@functools.cache
def countries_by_name(atlas: Atlas) -> dict[str, frozenset[str]]:
    """Codes of countries by whatever names some of them, in lower case: codes, the names of countries in the languages
    of the atlas, parts of the world, continents."""
    named: dict[str, frozenset[str]] = {}
    for country in atlas.countries:
        for name in (country.code, country.name, *country.names.values()):
            named.setdefault(name.casefold(), frozenset([country.code]))
    for name, codes in WORLD_REGIONS.items():
        named[name.casefold()] = codes
    for continent in {country.continent for country in atlas.countries}:
        of = frozenset(country.code for country in atlas.countries if country.continent == continent)
        named[continent.casefold()] = of
    return named


def box(cells: GeocellSet, south: float, west: float, north: float, east: float) -> NDArray[np.bool_]:
    """Cells that touch the box; west > east crosses the antimeridian."""
    spans = [(west, east)] if west < east else [(west, 180.0), (-180.0, east)]
    touched = [cells.touching(shapely.box(a, south, b, north)) for a, b in spans]
    return np.asarray(np.any(touched, axis=0), np.bool_)


def circle(cells: GeocellSet, latitude: float, longitude: float, radius_km: float) -> NDArray[np.bool_]:
    """Cells with any land within `radius_km` of the coordinate."""
    return cells.distance_to_km(latitude, longitude) <= radius_km
