"""Semantic geocells: PIGEON's division, from merged admin-1 units down to cells of about equal numbers of photographs.

A cell with too many points is split where they cluster, so that a border runs through empty land rather than
through a town. The new cell is the union of the Voronoi regions of a cluster's points, clipped to the old cell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.shapes import PER_DEGREE
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, unit_vectors
from pigeon_desktop.training.cells.clusters import optics
from pigeon_desktop.training.cells.geocells import Draft, Points, check, finish, in_order, look_up, merged_drafts
from pigeon_desktop.training.cells.tiling import GRID, recounted, redrawn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SETTINGS = ((8, 0.05), (10, 0.025), (15, 0.015))
"""Points to a core and steepness (min_samples, xi) of OPTICS, in turn: PIGEON's for 30 to 60 points a cell."""
_FAR = 1e4
"""Degrees: longer than any cell."""
_WORLD = shapely.box(-180, -90, 180, 90)
_BEYOND = shapely.box(180, -90, 540, 90)


def divide(
    atlas: Atlas,
    points: Points,
    min_size: int,
    max_size: int,
    settings: Sequence[tuple[int, float]] = SETTINGS,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> GeocellSet:
    """Cells of at least `min_size` and, where they can be split, at most `max_size` points.

    For each setting in turn every cell above `max_size` is clustered and the largest cluster becomes a cell of
    its own, if both it and the rest keep `min_size` points; then the next largest, and so on until the setting
    splits nothing more. Cells that stay above are halved. Points at one place (to GRID) are never parted, so
    such a cell may stay above. Below `min_size` are only whole countries with fewer points and what lies
    REMOTE_KM from the rest of its country.

    A point belongs to the cell that `GeocellSet.cells_at` names: on a border to the first one, off the land to
    the nearest, none beyond 50 km. `progress` is given per cent.

    Raises:
        ValueError: the sizes contradict each other.
        Cancelled: by `cancelled`, which is asked several times a second.
    """
    if not 1 <= min_size <= max_size:
        raise ValueError(
            f"cells of {min_size} to {max_size} points: give a least size from 1 up and a largest above it"
        )
    drafts = merged_drafts(atlas, points, min_size, lambda done, total: progress(10 * done // total, 100), cancelled)
    large = sum(len(draft.points) for draft in drafts if len(draft.points) > max_size)
    done, split = 0, list[Draft]()
    for draft in drafts:
        check(cancelled)
        if len(draft.points) <= max_size:
            split.append(draft)
            continue
        splitter = _Splitter(draft.outline(atlas.regions), points, draft.points, min_size, max_size, cancelled)
        pieces = splitter.split(settings)
        split += [_draft(piece, draft, atlas) for piece in pieces] if len(pieces) > 1 else [draft]
        done += len(draft.points)
        progress(10 + 75 * done // large, 100)
    settled = redrawn(in_order(split, atlas.regions), atlas, cancelled)
    progress(90, 100)
    settled = recounted(settled, atlas, points, min_size, cancelled)
    progress(95, 100)
    cells = _named(finish(settled, atlas, points, cancelled), atlas, cancelled)
    progress(100, 100)
    return cells


@dataclass(frozen=True, eq=False)
class _Piece:
    """Part of a cell being split: its polygon in the splitter's degrees, its points among the splitter's."""

    polygon: shapely.Geometry
    points: Ints


class _Splitter:
    """Splits one cell.

    Longitudes are unwrapped, so that a cell across the antimeridian is of one piece. Distances to find clusters
    are straight lines through the globe in km, those to share out land are in degrees, longitudes narrowed by
    the cosine of the cell's middle latitude.
    """

    def __init__(
        self,
        polygon: shapely.Geometry,
        points: Points,
        chosen: Sequence[int],
        min_size: int,
        max_size: int,
        cancelled: Callable[[], bool],
    ) -> None:
        self.chosen = np.array(chosen)
        self.min_size, self.max_size, self.cancelled = min_size, max_size, cancelled
        lat, lon = points.latitude[self.chosen], points.longitude[self.chosen]
        self.vectors = EARTH_RADIUS_KM * unit_vectors(lat, lon)
        self.polygon = _unwrapped(polygon)
        west, south, east, north = self.polygon.bounds
        lon = lon + 360.0 * np.round(((west + east) / 2 - lon) / 360.0)
        self.narrow = np.array([max(float(np.cos(np.radians((south + north) / 2))), 0.01), 1.0])
        # Where a point lies on the grid: what shares a place there has one Voronoi region.
        self.xy = np.round(np.column_stack([lon, lat]) * PER_DEGREE) / PER_DEGREE * self.narrow
        self.exact = np.column_stack([lon, lat]) * self.narrow

    def split(self, settings: Sequence[tuple[int, float]]) -> list[_Piece]:
        """The pieces, with polygons wrapped again and points as they were chosen."""
        pieces = [_Piece(self.polygon, np.arange(len(self.chosen)))]
        for min_samples, xi in settings:
            pieces = self._until_small(pieces, partial(self._by_clusters, min_samples=min_samples, xi=xi))
        pieces = self._until_small(pieces, self._halved)
        return [_Piece(_wrapped(piece.polygon), self.chosen[piece.points]) for piece in pieces]

    def _until_small(self, pieces: list[_Piece], step: Callable[[_Piece], list[_Piece]]) -> list[_Piece]:
        """Each piece above the largest size divided by `step`, and what comes of it, until nothing more does."""
        done, pending = list[_Piece](), pieces[::-1]
        while pending:
            piece = pending.pop()
            parts = step(piece) if len(piece.points) > self.max_size else [piece]
            if len(parts) == 1:
                done += parts
            else:
                pending += parts[::-1]
        return done

    def _by_clusters(self, piece: _Piece, min_samples: int, xi: float) -> list[_Piece]:
        """Clusters cut out of a piece, the largest first, and the rest."""
        labels = optics(self.vectors[piece.points], min_samples, xi, self.cancelled)
        sizes = np.bincount(labels[labels >= 0])
        label_at = np.full(len(self.chosen), -1)
        label_at[piece.points] = labels
        out, rest = list[_Piece](), piece
        for label in np.argsort(-sizes, kind="stable"):
            if len(rest.points) <= self.max_size:
                break
            within = label_at[rest.points] == label
            if self._large_enough(within):
                check(self.cancelled)
                parts = self._parted(rest, self._voronoi(rest, within))
                if parts is not None:
                    out.append(parts[0])
                    rest = parts[1]
        return [*out, rest]

    def _large_enough(self, within: Flags) -> bool:
        return self.min_size <= int(within.sum()) <= len(within) - self.min_size

    def _voronoi(self, piece: _Piece, within: Flags) -> shapely.Geometry:
        """The union of the Voronoi regions of the points `within`, in degrees; a shared place goes to the most."""
        places, place_of = np.unique(self.xy[piece.points], axis=0, return_inverse=True)
        share = np.bincount(place_of, within) / np.bincount(place_of)
        if not 0 < (share > 0.5).sum() < len(places):
            return shapely.Polygon()
        frame = shapely.box(*shapely.bounds(shapely.transform(piece.polygon, lambda c: c * self.narrow)))
        regions = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places), extend_to=frame))
        site, region = shapely.STRtree(regions).query(shapely.points(places), predicate="within")
        mine = np.unique(region[share[site] > 0.5])
        return shapely.transform(shapely.union_all(regions[mine]), lambda c: c / self.narrow)

    def _halved(self, piece: _Piece) -> list[_Piece]:
        """A piece cut at the median along its points' longest axis: the Voronoi regions of two centres."""
        check(self.cancelled)
        xy = self.xy[piece.points]
        axes = np.linalg.eigh(np.cov(xy.T))[1].T[::-1]
        for axis in axes:
            along = np.round(xy @ axis, 9)
            steps, counts = np.unique(along, return_counts=True)
            below = np.cumsum(counts)[:-1]
            fair = np.flatnonzero((below >= self.min_size) & (len(xy) - below >= self.min_size))
            best = fair[np.argsort(np.abs(below[fair] - len(xy) / 2), kind="stable")]
            # The middle may fail where the land is in pieces: then a little to the side of it.
            tried = best[np.unique(np.arange(8) ** 2 * len(best) // 64)] if len(best) else best
            for k in tried:
                parts = self._parted(piece, self._half_plane(axis, (steps[k] + steps[k + 1]) / 2))
                if parts is not None:
                    return list(parts)
        return [piece]

    def _half_plane(self, axis: Floats, limit: float) -> shapely.Polygon:
        """All that lies below `limit` along `axis`, in degrees."""
        side = np.array([-axis[1], axis[0]]) * _FAR
        middle, far = axis * limit, axis * (limit - _FAR)
        return shapely.Polygon(np.array([middle - side, middle + side, far + side, far - side]) / self.narrow)

    def _parted(self, piece: _Piece, region: shapely.Geometry) -> tuple[_Piece, _Piece] | None:
        """The piece inside a region and the rest, or None where one of them would be too small."""
        inside = _areas(shapely.intersection(piece.polygon, region, grid_size=GRID))
        outside = _areas(shapely.difference(piece.polygon, inside, grid_size=GRID))
        for _ in range(2):
            if _thin(inside) or _thin(outside):
                return None
            inside, outside = self._strays_given(inside, outside, piece.points)
            outside, inside = self._strays_given(outside, inside, piece.points)
        within = self._part_of(np.array([inside, outside]), piece.points) == 0
        if _thin(inside) or _thin(outside) or not self._large_enough(within):
            return None
        return _Piece(inside, piece.points[within]), _Piece(outside, piece.points[~within])

    def _strays_given(
        self, land: shapely.Geometry, other: shapely.Geometry, points: Ints
    ) -> tuple[shapely.Geometry, shapely.Geometry]:
        """Parts with few points that border on the other side given to it; islands stay."""
        parts = shapely.get_parts(land)
        if len(parts) == 1:
            return land, other
        shapely.prepare(other)
        rivals = np.append(parts, other)
        sizes = np.bincount(self._part_of(rivals, points), minlength=len(rivals))[:-1]
        main = int(np.lexsort((shapely.area(parts), sizes))[-1])
        few = np.flatnonzero((sizes < self.min_size) & (np.arange(len(parts)) != main))
        few = few[shapely.intersects(parts[few], other)]
        few = few[shapely.length(shapely.intersection(parts[few], other, grid_size=GRID)) > 0]
        if not len(few):
            return land, other
        kept = shapely.union_all(np.delete(parts, few), grid_size=GRID)
        return _areas(kept), _areas(shapely.union_all([*parts[few], other], grid_size=GRID))

    def _part_of(self, parts: NDArray[np.object_], points: Ints) -> Ints:
        """Which of some polygons holds each point, off the land the nearest."""
        narrowed = shapely.transform(parts, lambda c: c * self.narrow)
        tree, places = shapely.STRtree(narrowed), self.exact[points]
        shapely.prepare(narrowed)
        owner = np.full(len(points), -1, np.int64)
        place, part = tree.query(shapely.points(places))
        within = shapely.intersects_xy(narrowed[part], places[place])
        owner[place[within]] = part[within]
        off = np.flatnonzero(owner < 0)
        owner[off] = tree.nearest(shapely.points(places[off]))
        return owner


def _areas(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of an overlay, without the points and lines where sides only touch."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _thin(polygon: shapely.Geometry) -> bool:
    """Whether a polygon is nothing, or so narrow that drawing it on the grid with others may close it."""
    if polygon.is_empty:
        return True
    largest = max(shapely.get_parts(polygon), key=shapely.area)
    return bool(largest.area < 2 * GRID * largest.length)


def _unwrapped(polygon: shapely.Geometry) -> shapely.Geometry:
    """A polygon whose parts lie on both sides of the antimeridian put together, beyond 180 degrees."""
    parts = shapely.get_parts(polygon)
    west, _, east, _ = shapely.bounds(parts).T
    beyond = np.where(east <= 0, 360.0, 0.0)
    if (east + beyond).max() - (west + beyond).min() >= east.max() - west.min():
        return polygon
    moved = [
        shapely.transform(part, lambda c, b=b: c + np.array([b, 0.0])) for part, b in zip(parts, beyond, strict=True)
    ]
    return shapely.union_all(moved)


def _wrapped(polygon: shapely.Geometry) -> shapely.Geometry:
    """What lies beyond 180 degrees put back."""
    if polygon.bounds[2] <= 180.0:
        return polygon
    here = _areas(shapely.intersection(polygon, _WORLD))
    there = _areas(shapely.intersection(polygon, _BEYOND))
    parts = [
        *shapely.get_parts(here),
        *shapely.get_parts(shapely.transform(there, lambda c: c - np.array([360.0, 0.0]))),
    ]
    return shapely.multipolygons(parts) if len(parts) > 1 else parts[0]


def _draft(piece: _Piece, whole: Draft, atlas: Atlas) -> Draft:
    """A piece of a split cell, with those of its units that it holds more than a sliver of."""
    shares = [shapely.intersection(atlas.regions[r].polygon, piece.polygon).area for r in whole.regions]
    regions = [r for r, share in zip(whole.regions, shares, strict=True) if share > 0.01 * sum(shares)]
    return Draft(regions, piece.points.tolist(), piece.polygon)


def _named(cells: GeocellSet, atlas: Atlas, cancelled: Callable[[], bool]) -> GeocellSet:
    """Cells that share a name told apart by the largest city in each."""
    names = cells.names.astype(object)
    keys = [f"{code} {name}" for code, name in zip(cells.country_code, cells.names, strict=True)]
    shared = {key for key, n in zip(*np.unique(keys, return_counts=True), strict=True) if n > 1}
    cities, countries = atlas.cities, sorted({key.split(" ")[0] for key in shared})
    there = np.flatnonzero(np.isin(cities.country_code, countries))
    there = there[np.argsort(-cities.population[there], kind="stable")]
    largest: dict[int, str] = {}
    owners = look_up(cells.cells_at, cities.latitude[there], cities.longitude[there], cancelled)
    for city, owner in zip(there, owners, strict=True):
        largest.setdefault(int(owner), str(cities.name[city]))
    for k, key in enumerate(keys):
        if key in shared and k in largest:
            names[k] = f"{names[k]} around {largest[k]}"
    return dataclasses.replace(cells, names=names.astype(np.str_))
