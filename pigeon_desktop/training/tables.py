"""Tables of photographs whose places are known: read row by row, and held against the atlas."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, unit_vectors
from pigeon_desktop.earth.territories import country_on_map
from pigeon_desktop.errors import PigeonError

COLUMNS = ("path", "latitude", "longitude", "country_code")
FAR_KM = 100.0
"""A coordinate farther than this from the country that its row names contradicts it: borders are drawn more finely."""
PLACE_DECIMALS = 2
"""Coordinates that round to the same hundredth of a degree, some 1 km, are one place where the table names none."""
MONTHS = {"": None} | {text: month for month in range(1, 13) for text in (f"{month}", f"{month:02}")}
"""What may stand in the column month, and what it means."""
FINEST_EDGE = 0.1
"""Degrees: edges of outlines are cut to this, so that the nearest vertex stands for the nearest point."""


@dataclass(frozen=True)
class Truth:
    """A row of the table: `latitude` and `longitude` are NaN and `country_code` empty where unknown.

    `domain` says where the photograph comes from, in the table's own word; `quality` B: the label may be wrong.
    `heading`: where the camera looked, in degrees clockwise from north; `month`: 1 to 12; `climate`: in the table's
    words. None and empty where the table does not say.
    """

    path: Path
    latitude: float
    longitude: float
    country_code: str
    place: str
    domain: str = "photo"
    quality: str = "A"
    heading: float | None = None
    month: int | None = None
    climate: str = ""

    @property
    def has_coordinate(self) -> bool:
        return math.isfinite(self.latitude) and math.isfinite(self.longitude)


@dataclass(frozen=True)
class Table:
    """The rows that can be used, in their order, and a text for each that cannot: which line, what and what to do."""

    rows: tuple[Truth, ...]
    problems: tuple[str, ...]


def read_table(path: Path, atlas: Atlas) -> Table:
    """Read a CSV with the columns path, latitude, longitude, country_code and optionally place, domain, quality,
    heading, month, climate.

    Paths are relative to the table. Latitude and longitude may be empty, or the country, which then comes from the
    atlas. A row that is wrong is left out and told in `problems`.

    Photographs without a `place` share one where their coordinates round to the same hundredth of a degree, or,
    without a coordinate, where they lie in one folder and name one country; if the table names a place for one of
    them, it is that. So a split on `place` keeps a scene and an album on one side. Two neighbours on either side of
    a rounding edge are parted still: who knows the albums had better fill in the column.

    Raises:
        PigeonError: it is no such table, or no row of it can be used.
    """
    read: dict[int, Truth] = {}
    wrong: dict[int, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise PigeonError(f"{path}: has no column {missing[0]}. Name the columns in its first line.")
            for fields in reader:
                row = _row(path.parent, fields)
                if isinstance(row, Truth):
                    read[reader.line_num] = row
                else:
                    wrong[reader.line_num] = row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PigeonError(f"{path}: cannot be read as a table ({error}). Give a CSV file in UTF-8.") from error
    if not read and not wrong:
        raise PigeonError(f"{path}: holds no photographs. Add a line for each.")
    read, against = _on_the_map(read, atlas)
    wrong |= against
    read, twice = _once(read)
    wrong |= twice
    problems = tuple(f"{path}, line {line}: {wrong[line]}" for line in sorted(wrong))
    if not read:
        raise PigeonError(f"{path}: no row can be used. The first problem is in {problems[0]}")
    return Table(_with_places(tuple(read.values()), path.parent), problems)


def _row(folder: Path, fields: Mapping[str, str]) -> Truth | str:
    """A row by itself, or what is wrong with it."""
    name, code, place, domain, quality = (
        fields.get(key, "").strip() for key in ("path", "country_code", "place", "domain", "quality")
    )
    if not name or "\0" in name:
        return "no path. Add it or delete the line."
    given = [fields[key].strip() for key in ("latitude", "longitude")]
    try:
        lat, lon = (float(text) if text else math.nan for text in given)
    except ValueError as error:
        return f"no coordinate ({error}). Correct it or leave it empty."
    if "" in given and given != ["", ""]:
        absent = "latitude" if not given[0] else "longitude"
        return f"has no {absent}, only the other half of a coordinate. Add it, or leave both empty."
    if given == ["", ""] and not code:
        return "has neither a coordinate nor a country. Add one of them or delete the line."
    if any(text and math.isnan(value) for text, value in zip(given, (lat, lon), strict=True)):
        return f"no coordinate ({given[0]}, {given[1]}). Correct it or leave it empty."
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lon) <= 90:
        return f"{lat}, {lon} is not on the globe: latitude and longitude look swapped. Swap them."
    if abs(lat) > 90 or abs(lon) > 180:
        return f"{lat}, {lon} is not on the globe. Correct it."
    heading, month, climate = (fields.get(key, "").strip() for key in ("heading", "month", "climate"))
    if heading and not _is_number(heading):
        return f"the heading {heading} is no number of degrees. Correct it or leave it empty."
    if month not in MONTHS:
        return f"the month {month} is no number from 1 to 12. Correct it or leave it empty."
    return Truth(
        folder / name,
        lat,
        lon,
        country_on_map(code.upper()),
        place,
        domain or "photo",
        quality.upper() or "A",
        float(heading) % 360.0 if heading else None,
        MONTHS[month],
        climate,
    )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _on_the_map(read: Mapping[int, Truth], atlas: Atlas) -> tuple[dict[int, Truth], dict[int, str]]:
    """The rows that agree with the atlas, with their countries, and by line what is wrong with the others."""
    lines = [line for line, row in read.items() if row.has_coordinate]
    at = _countries_at(atlas, [read[line].latitude for line in lines], [read[line].longitude for line in lines])
    there = dict(zip(lines, at, strict=True))
    # Northern Cyprus is filed under CY in most tables, Somaliland under SO: either code is right there.
    iso = {country.code: country.iso for country in atlas.countries}
    known = {*iso, *iso.values()}
    right: dict[int, Truth] = {}
    wrong: dict[int, str] = {}
    doubtful: dict[str, list[int]] = {}
    for line, row in read.items():
        code, here = row.country_code, there.get(line, "")
        if code and code not in known:
            wrong[line] = f"the country code {code} is unknown. Take a two-letter code such as PT."
        elif not code and not here:
            wrong[line] = (
                f"{row.latitude}, {row.longitude} lies at sea and no country is named. Add its code or correct it."
            )
        elif not code:
            right[line] = replace(row, country_code=here)
        else:
            right[line] = row
            if line in there and code not in (here, iso.get(here)):
                doubtful.setdefault(code, []).append(line)
    for code, its in doubtful.items():
        wrong |= _far(code, {line: read[line] for line in its}, atlas)
    return {line: row for line, row in right.items() if line not in wrong}, wrong


def _countries_at(atlas: Atlas, latitude: Sequence[float], longitude: Sequence[float]) -> list[str]:
    """The code of each point's country on the map, empty at sea."""
    if not latitude:
        return []
    codes = np.array([*(region.country_code for region in atlas.regions), ""])
    return [str(code) for code in codes[atlas.regions_at(latitude, longitude)]]


def _far(code: str, rows: Mapping[int, Truth], atlas: Atlas) -> dict[int, str]:
    """By line, what is wrong with those rows that lie far from the country they all name, and not in it."""
    its = [country for country in atlas.countries if code in (country.code, country.iso)]
    lat, lon = (np.array([getattr(row, name) for row in rows.values()]) for name in ("latitude", "longitude"))
    km = _km_to_outlines([country.polygon for country in its], lat, lon)
    far = [(line, distance) for line, distance in zip(rows, km.tolist(), strict=True) if distance > FAR_KM]
    can_swap = [line for line, _ in far if abs(rows[line].longitude) <= 90]
    swapped = _countries_at(
        atlas, [rows[line].longitude for line in can_swap], [rows[line].latitude for line in can_swap]
    )
    codes = {country.code for country in its}
    look_swapped = {line for line, there in zip(can_swap, swapped, strict=True) if there in codes}
    name = next((country.name for country in its if country.code == code), its[0].name)
    return {
        line: f"{rows[line].latitude}, {rows[line].longitude} lies {distance:,.0f} km from {name} ({code})"
        + (
            ", and latitude and longitude look swapped. Swap them."
            if line in look_swapped
            else ", the country it names. Correct one of the two."
        )
        for line, distance in far
    }


def _km_to_outlines(
    polygons: Sequence[shapely.Geometry], latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Kilometres from each of n points outside the polygons to the nearest of them, shape (n,), to some 6 km."""
    vertices = shapely.get_coordinates(shapely.segmentize(np.array(polygons, object), FINEST_EDGE))
    outline = unit_vectors(vertices[:, 1], vertices[:, 0]).astype(np.float32)
    points = unit_vectors(latitude, longitude).astype(np.float32)
    cosine = np.concatenate([(some @ outline.T).max(axis=1) for some in np.array_split(points, len(points) // 256 + 1)])
    return np.asarray(EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1.0, 1.0)), np.float64)


def _once(read: Mapping[int, Truth]) -> tuple[dict[int, Truth], dict[int, str]]:
    """Each file's first row, and by line what is wrong with its others."""
    first: dict[str, int] = {}
    twice: dict[int, str] = {}
    for line, row in read.items():
        before = first.setdefault(os.path.normpath(row.path), line)
        if before != line:
            twice[line] = f"{row.path} is listed on line {before} already. Delete one of the two."
    return {line: row for line, row in read.items() if line not in twice}, twice


def _with_places(rows: Sequence[Truth], folder: Path) -> tuple[Truth, ...]:
    """The rows, those without a place with the one that they share."""
    scenes = [_scene(row, folder) for row in rows]
    named: dict[str, str] = {}
    for scene, row in zip(scenes, rows, strict=True):
        if row.place:
            named.setdefault(scene, row.place)
    return tuple(
        row if row.place else replace(row, place=named.get(scene, scene))
        for scene, row in zip(scenes, rows, strict=True)
    )


def _scene(row: Truth, folder: Path) -> str:
    """What a photograph shares with those that must not be parted from it."""
    if row.has_coordinate:
        east = (row.longitude + 180.0) % 360.0 - 180.0  # the antimeridian has one side here
        lat, lon = (round(x, PLACE_DECIMALS) + 0.0 for x in (row.latitude, east))  # + 0.0: no negative zero
        return f"{lat:.{PLACE_DECIMALS}f},{-180.0 if lon == 180.0 else lon:.{PLACE_DECIMALS}f}"
    within = row.path.relative_to(folder) if row.path.is_relative_to(folder) else row.path
    return f"{within.parent.as_posix()} {row.country_code}"
