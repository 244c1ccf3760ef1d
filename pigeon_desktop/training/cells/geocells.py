"""Dividing the land into geocells that hold enough photographs each and keep to administrative borders."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import AdminRegion, Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, distance_matrix_km, unit_vectors
from pigeon_desktop.errors import Cancelled, PigeonError

NARROW_WATER_KM = 60.0
"""Cells that face each other over less water than this are neighbours: the straits of Sicily or Øresund."""
REMOTE_KM = 1000.0
"""A part of a country farther than this from the rest stays a cell of its own: Réunion is no part of Brittany."""
FEW = 10
"""So many points and more show a cell's spread; with fewer its outline does."""
LEAST_SPREAD_KM = 2.0
"""No cell is a point: Monaco is this wide."""
CENTRE_KM = 100.0
"""Scale of the density whose peak among a cell's points becomes the cell's coordinate."""
CHUNK = 10_000
"""So many points are looked up between two questions whether to go on: some hundredths of a second."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Points:
    """Where photographs were taken, shape (n,), degrees."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]

    @classmethod
    def read(cls, path: Path) -> Points:
        """Read a CSV with the columns latitude and longitude (or lat and lon, in any case).

        Raises:
            PigeonError: naming the line that is wrong.
        """
        try:
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file)
                header = [name.strip().lower() for name in next(rows, [])]
                columns = [
                    next((header.index(n) for n in names if n in header), -1)
                    for names in (("latitude", "lat"), ("longitude", "lon"))
                ]
                if -1 in columns:
                    raise PigeonError(f"{path}: has no columns latitude and longitude. Name them in its first line.")
                pairs = []
                for number, row in enumerate(rows, start=2):
                    try:
                        lat, lon = (float(row[c]) for c in columns)
                    except (ValueError, IndexError) as error:
                        raise PigeonError(f"{path}, line {number}: no coordinate ({error}). Correct it.") from error
                    if not (abs(lat) <= 90 and abs(lon) <= 180):
                        raise PigeonError(f"{path}, line {number}: {lat}, {lon} is not on the globe. Correct it.")
                    pairs.append((lat, lon))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise PigeonError(f"{path}: cannot be read as a table ({error}). Give a CSV file in UTF-8.") from error
        if not pairs:
            raise PigeonError(f"{path}: holds no points. Give at least one.")
        return cls(*np.array(pairs, np.float64).T)


@dataclass(eq=False)
class Draft:
    """A cell while it is being made: its admin-1 units and its points, both as indices.

    `polygon` is set where the cell is not the whole of its units.
    """

    regions: list[int]
    points: list[int]
    polygon: shapely.Geometry | None = None

    def outline(self, regions: Sequence[AdminRegion]) -> shapely.Geometry:
        """The polygon, or the union of the units."""
        return shapely.union_all([regions[r].polygon for r in self.regions]) if self.polygon is None else self.polygon


def check(cancelled: Callable[[], bool]) -> None:
    """Raises Cancelled where `cancelled` says so."""
    if cancelled():
        raise Cancelled


def look_up(
    find: Callable[[Floats, Floats], NDArray[Any]], latitude: Floats, longitude: Floats, cancelled: Callable[[], bool]
) -> NDArray[np.int64]:
    """What `find` says of n points, shape (n,), asked of CHUNK of them at a time.

    Raises:
        Cancelled: by `cancelled`.
    """
    found = np.empty(len(latitude), np.int64)
    for start in range(0, len(found), CHUNK):
        check(cancelled)
        some = slice(start, start + CHUNK)
        found[some] = find(latitude[some], longitude[some])
    return found


def merge_regions(
    atlas: Atlas,
    points: Points,
    min_size: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> GeocellSet:
    """Admin-1 units merged within their country until each cell holds `min_size` points.

    The cell with the fewest points joins its neighbour with the fewest, over water the nearest one. Only a
    country with fewer points in all stays below, and what lies REMOTE_KM from the rest of its country. Points
    off the land belong to the nearest unit within 50 km, others are left out.

    Raises:
        Cancelled: by `cancelled`.
    """
    return finish(merged_drafts(atlas, points, min_size, progress, cancelled), atlas, points, cancelled)


def merged_drafts(
    atlas: Atlas, points: Points, min_size: int, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> list[Draft]:
    """The cells of `merge_regions` before they are finished."""
    owner = look_up(atlas.regions_at, points.latitude, points.longitude, cancelled)
    by_region: list[list[int]] = [[] for _ in atlas.regions]
    for point in np.flatnonzero(owner >= 0):
        by_region[int(owner[point])].append(int(point))
    by_country: dict[str, list[int]] = {}
    for i, region in enumerate(atlas.regions):
        by_country.setdefault(region.country_code, []).append(i)
    drafts: list[Draft] = []
    for done, code in enumerate(sorted(by_country)):
        progress(done, len(by_country))
        drafts += merge([Draft([i], by_region[i]) for i in by_country[code]], atlas.regions, min_size, cancelled)
    return drafts


def merge(
    drafts: list[Draft], regions: Sequence[AdminRegion], min_size: int, cancelled: Callable[[], bool]
) -> list[Draft]:
    """The drafts of one country, merged until each holds `min_size` points or is all there is."""
    check(cancelled)
    polygons = np.array([draft.outline(regions) for draft in drafts], object)
    tree = shapely.STRtree(polygons)
    touching = {k: set[int]() for k in range(len(drafts))}
    for a, b in tree.query(polygons, predicate="intersects").T:
        # A shared border, not a shared corner.
        if a < b and shapely.length(shapely.intersection(polygons[a], polygons[b])) > 0:
            touching[int(a)].add(int(b))
            touching[int(b)].add(int(a))
    alive, done = dict(enumerate(drafts)), list[Draft]()
    shape = dict(enumerate(polygons))
    while len(alive) > 1:
        check(cancelled)
        k = min(alive, key=lambda i: (len(alive[i].points), i))
        if len(alive[k].points) >= min_size:
            break
        into = min(touching[k], key=lambda j: (len(alive[j].points), j), default=None)
        if into is None:
            gap, into = np.inf, k
            for j in alive:
                check(cancelled)
                if j != k:
                    gap, into = min((gap, into), (_gap_km(shape[k], shape[j]), j))
            if gap > REMOTE_KM:
                done.append(alive.pop(k))
                continue
        alive[into].regions += [r for r in alive[k].regions if r not in alive[into].regions]
        alive[into].points += alive[k].points
        shape[into] = shapely.union(shape[into], shape[k])
        if alive[into].polygon is not None:
            alive[into].polygon = shape[into]
        touching[into] = (touching[into] | touching[k]) - {k, into}
        for j in touching.pop(k):
            touching[j] = (touching[j] - {k}) | ({into} - {j})
        del alive[k], shape[k]
    return [*alive.values(), *done]


def _gap_km(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """About the shortest distance between two polygons, by their vertices; correct across the antimeridian."""
    va, vb = (unit_vectors(c[:, 1], c[:, 0]) for c in (shapely.get_coordinates(a), shapely.get_coordinates(b)))
    nearest = max(float((chunk @ vb.T).max()) for chunk in np.array_split(va, len(va) // 2000 + 1))
    return EARTH_RADIUS_KM * float(np.arccos(np.clip(nearest, -1.0, 1.0)))


def in_order(drafts: list[Draft], regions: Sequence[AdminRegion]) -> list[Draft]:
    """Sorted by country, then by the first code of their units."""
    return sorted(drafts, key=lambda d: (regions[d.regions[0]].country_code, min(regions[r].code for r in d.regions)))


def finish(drafts: list[Draft], atlas: Atlas, points: Points, cancelled: Callable[[], bool]) -> GeocellSet:
    """The finished set: ids counted through each country, coordinates, priors and neighbours."""
    regions = atlas.regions
    drafts = in_order(drafts, regions)
    codes = [regions[d.regions[0]].country_code for d in drafts]
    ordinal: dict[str, int] = {}
    ids = []
    for code in codes:
        ordinal[code] = ordinal.get(code, 0) + 1
        ids.append(f"{code}-{ordinal[code]:03d}")
    polygons = np.empty(len(drafts), object)
    names, centres = list[str](), []
    for k, draft in enumerate(drafts):
        check(cancelled)
        polygons[k] = draft.outline(regions)
        names.append(_name(draft, regions, atlas))
        centres.append(_centre(draft, polygons[k], points))
    check(cancelled)
    sizes = np.array([len(d.points) for d in drafts], np.float64)
    # One imagined photograph in each cell: nowhere on land is impossible.
    prior = (sizes + 1.0) / (sizes + 1.0).sum()
    return GeocellSet(
        ids=np.array(ids),
        names=np.array(names),
        country_code=np.array(codes),
        region_code=np.array([regions[d.regions[0]].code if len(d.regions) == 1 else "" for d in drafts]),
        latitude=np.array([c[0] for c in centres]),
        longitude=np.array([c[1] for c in centres]),
        prior=prior,
        spread_km=np.array([c[2] for c in centres]),
        polygons=polygons,
        neighbours=neighbours(polygons, cancelled),
    )


def _name(draft: Draft, regions: Sequence[AdminRegion], atlas: Atlas) -> str:
    """The names of the units with the most land, "and n more" after two."""
    largest = sorted(draft.regions, key=lambda r: -shapely.area(regions[r].polygon))
    if len(largest) > 2 and len(largest) == sum(r.country_code == regions[largest[0]].country_code for r in regions):
        return atlas.country(regions[largest[0]].country_code).name
    names = ", ".join(regions[r].name for r in largest[:2])
    return names if len(largest) <= 2 else f"{names} and {len(largest) - 2} more"


def _centre(draft: Draft, polygon: shapely.Geometry, points: Points) -> tuple[float, float, float]:
    """Latitude, longitude and spread in km of a cell: the densest of its points, or a point inside it."""
    largest = max(shapely.get_parts(polygon), key=shapely.area)
    inside = shapely.point_on_surface(largest)
    if not draft.points:
        return float(inside.y), float(inside.x), _width_km(largest, inside)
    # 2,000 points tell where a cell's photographs are as well as 20,000 do.
    chosen = np.array(draft.points)[:: max(1, len(draft.points) // 2000)]
    lat, lon = points.latitude[chosen], points.longitude[chosen]
    distance = distance_matrix_km(lat, lon, lat, lon)
    best = int(np.exp(-distance / CENTRE_KM).sum(axis=1).argmax())
    spread = float(np.sqrt(np.mean(np.square(distance[best]))))
    if len(chosen) < FEW:
        spread = max(spread, _width_km(largest, inside))
    return float(lat[best]), float(lon[best]), max(spread, LEAST_SPREAD_KM)


def _width_km(polygon: shapely.Polygon, inside: shapely.Point) -> float:
    """Half the mean distance from a point inside a polygon to its outline: about the spread of a disc as wide."""
    lonlat = shapely.get_coordinates(polygon)
    away = distance_matrix_km([inside.y], [inside.x], lonlat[:, 1], lonlat[:, 0])[0]
    return max(float(away.mean()) / 2, LEAST_SPREAD_KM)


def neighbours(polygons: NDArray[np.object_], cancelled: Callable[[], bool] = lambda: False) -> NDArray[np.int32]:
    """Pairs (i < j) of polygons that touch or lie within NARROW_WATER_KM of each other, shape (m, 2)."""
    tree = shapely.STRtree(polygons)
    pairs = set[tuple[int, int]]()
    for some in np.array_split(np.arange(len(polygons)), len(polygons) // 200 + 1):
        check(cancelled)
        first, second = tree.query(polygons[some], predicate="intersects")
        pairs.update((int(a), int(b)) for a, b in zip(some[first], second, strict=True) if a < b)
    check(cancelled)
    lonlat, cell = shapely.get_coordinates(shapely.segmentize(polygons, 0.25), return_index=True)
    near = _near_vertices(lonlat, cell, cancelled)
    return np.array(sorted(pairs | near), np.int32).reshape(-1, 2)


def _near_vertices(
    lonlat: NDArray[np.float64], cell: NDArray[np.int64], cancelled: Callable[[], bool]
) -> set[tuple[int, int]]:
    """Pairs of cells with vertices within NARROW_WATER_KM, by a tree over the unit sphere."""
    from sklearn.neighbors import KDTree

    # One vertex of a cell in each quarter of a degree is enough at this distance.
    column, line = np.floor(lonlat.T * 4).astype(np.int64)
    keep = np.unique((cell * 2000 + column) * 1000 + line, return_index=True)[1]
    vectors, owner = unit_vectors(lonlat[keep, 1], lonlat[keep, 0]), cell[keep]
    tree = KDTree(vectors)
    pairs: set[tuple[int, int]] = set()
    for some in np.array_split(np.arange(len(keep)), len(keep) // 5000 + 1):
        check(cancelled)
        found = tree.query_radius(vectors[some], NARROW_WATER_KM / EARTH_RADIUS_KM)
        for i, near in zip(some, found, strict=True):
            pairs.update((int(owner[i]), int(j)) for j in np.unique(owner[near]) if owner[i] < j)
    return pairs
