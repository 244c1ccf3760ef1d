"""The map's geometry, made ready in a thread: polygons in degrees to paths in map units.

Map units are those of `earth.projection` with y growing south, as on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from pigeon_desktop.earth.projection import X_MAX, outline, project, unproject
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui import places
from pigeon_desktop.ui.workers import ATLAS, Task

if TYPE_CHECKING:
    from pigeon_desktop.earth.atlas import Atlas
    from pigeon_desktop.earth.geocells import GeocellSet

COARSE_DEGREES = 0.05
"""Simplification of what the whole world is drawn with: a fifth of a pixel there, half a one at twice the size."""

LONGEST_EDGE_DEGREES = 2.0
"""Edges are cut to this length before they are projected: a long straight one is a curve on the map."""

STROKE = 64
"""Edges of a line that are drawn at a time: Qt takes 10 ms for a thousand in a pen wider than a pixel."""

LARGEST_CITIES = 12_000

PIECE = 10_000
"""Points of areas worked on at a time: shapely keeps Python from the window's thread for as long as one call takes."""


@dataclass(frozen=True)
class Paths:
    """n paths in map units, and the rectangles around them: left, top, right and bottom, shape (n, 4)."""

    paths: list[QPainterPath]
    bounds: NDArray[np.float64]

    @classmethod
    def of(cls, paths: list[QPainterPath]) -> Paths:
        """These, looked at; an empty one lies at 0, 0."""
        boxes = [path.controlPointRect() for path in paths]
        bounds = [(box.left(), box.top(), box.right(), box.bottom()) for box in boxes]
        return cls(paths, np.array(bounds, np.float64).reshape(-1, 4))

    def within(self, region: QRectF) -> list[int]:
        """Numbers of those whose rectangles meet `region`, ascending."""
        left, top, right, bottom = self.bounds.T
        meets = (left <= region.right()) & (right >= region.left())
        return np.flatnonzero(meets & (top <= region.bottom()) & (bottom >= region.top())).tolist()


@dataclass(frozen=True)
class Outlines:
    """Paths of n areas: `coarse` for the whole world, `fine` from close up."""

    coarse: Paths
    fine: Paths


@dataclass(frozen=True)
class Edges:
    """The edges of n areas that share borders vertex by vertex, so that inner borders can be told from outer.

    `ends` (k, 4) are the distinct edges, x and y of both ends; area i has the edges `ids[starts[i]:starts[i + 1]]`.
    """

    ends: NDArray[np.float64]
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]

    def around(self, areas: Sequence[int]) -> Paths:
        """The line around these areas together, in short pieces: an edge that two of them have lies inside."""
        ids = np.concatenate([self.ids[self.starts[i] : self.starts[i + 1]] for i in areas])
        distinct, count = np.unique(ids, return_counts=True)
        outer = shapely.linestrings(self.ends[distinct[count == 1]].reshape(-1, 2, 2))
        # Edge by edge, each with two round ends, it would take three times as long to draw.
        lines = map(shapely.get_coordinates, shapely.get_parts(shapely.line_merge(shapely.multilinestrings(outer))))
        pieces = (line[at : at + STROKE + 1] for line in lines for at in range(0, len(line) - 1, STROKE))
        return Paths.of([arrayToQPath(*piece.T) for piece in pieces])


@dataclass(frozen=True)
class Land:
    """The countries; close up, where only some of it is seen, in pieces that hang together."""

    outlines: Outlines


@dataclass(frozen=True)
class Cells:
    """A pack's geocells, named for people."""

    pack: str
    cells: GeocellSet
    names: list[str]
    outlines: Outlines
    edges: Edges


@dataclass(frozen=True)
class Borders:
    """Outlines of the admin-1 units."""

    paths: Paths


@dataclass(frozen=True)
class Towns:
    """Cities, largest first: map units, names, populations."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    names: list[str]
    population: NDArray[np.int64]


def to_map(latitude: ArrayLike, longitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Map x and y (growing south) of coordinates in degrees."""
    x, y = project(latitude, longitude)
    return np.asarray(x, np.float64), -np.asarray(y, np.float64)


def to_earth(x: float, y: float) -> tuple[float, float] | None:
    """Latitude and longitude of a map point, None off the map."""
    latitude, longitude = unproject(x, -y)
    return None if np.isnan(latitude) else (float(latitude), float(longitude))


def line_path(latitude: ArrayLike, longitude: ArrayLike) -> QPainterPath:
    """One line on the map, broken where it jumps from one edge of the map to the other."""
    x, y = to_map(latitude, longitude)
    joined = np.append(np.abs(np.diff(x)) < X_MAX, False).astype(np.int32)
    path: QPainterPath = arrayToQPath(x, y, connect=joined)
    return path


def world_path() -> QPainterPath:
    """The edge of the map."""
    x, y = outline()
    path: QPainterPath = arrayToQPath(x, -y)
    return path


def graticule_path() -> QPainterPath:
    """Meridians and parallels, every 30 degrees."""
    path = QPainterPath()
    for longitude in range(-150, 180, 30):
        path.addPath(line_path(np.linspace(-90, 90, 91), np.full(91, longitude)))
    for latitude in range(-60, 90, 30):
        path.addPath(line_path(np.full(3, latitude), np.array([-179.999, 0, 179.999])))
    return path


def outlines(polygons: Sequence[Any] | NDArray[np.object_]) -> Outlines:
    """Paths of shapely areas in degrees (x = longitude)."""
    return Outlines(simple(polygons), lines(polygons))


def simple(polygons: Sequence[Any] | NDArray[np.object_]) -> Paths:
    """Paths for the whole world: with fewer points, and without islands that are too small to be seen there."""
    return Paths.of([path for rings in _pieces(polygons) for path in _paths(rings.simple())])


def lines(polygons: Sequence[Any] | NDArray[np.object_]) -> Paths:
    """Paths with all points that there are."""
    return Paths.of([path for rings in _pieces(polygons) for path in _paths(rings)])


def _pieces(polygons: Sequence[Any] | NDArray[np.object_]) -> Iterator[_Rings]:
    areas = np.asarray(polygons, object)
    piece = np.cumsum(shapely.get_num_coordinates(areas)) // PIECE
    return (_Rings.of(some) for some in np.split(areas, np.flatnonzero(np.diff(piece)) + 1))


@dataclass(frozen=True)
class _Rings:
    """Rings of `count` areas, with the area that each belongs to, ascending."""

    rings: NDArray[np.object_]
    owner: NDArray[np.intp]
    count: int

    @classmethod
    def of(cls, polygons: Sequence[Any] | NDArray[np.object_]) -> _Rings:
        parts, part_owner = shapely.get_parts(np.asarray(polygons, object), return_index=True)
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        return cls(rings, part_owner[ring_part], len(polygons))

    def simple(self) -> _Rings:
        """Fewer points, and no island of less than half a pixel, unless it is all that there is of an area."""
        west, south, east, north = shapely.bounds(self.rings).T
        span = np.maximum(east - west, north - south)
        largest = np.zeros(self.count)
        np.maximum.at(largest, self.owner, span)
        kept = (span > 2 * COARSE_DEGREES) | (span == largest[self.owner])
        rings = shapely.simplify(self.rings[kept], COARSE_DEGREES, preserve_topology=False)
        # That takes a fifteenth of the time; but of the smallest it leaves a line, which has no area to be seen.
        thin = shapely.get_num_points(rings) < 4
        rings[thin] = shapely.simplify(self.rings[kept][thin], COARSE_DEGREES)
        return _Rings(rings, self.owner[kept], self.count)


def _paths(of: _Rings) -> list[QPainterPath]:
    """One path for each area, of its rings."""
    points, ring = shapely.get_coordinates(shapely.segmentize(of.rings, LONGEST_EDGE_DEGREES), return_index=True)
    x, y = to_map(points[:, 1], points[:, 0])
    joined = np.append(ring[1:] == ring[:-1], False).astype(np.int32)
    starts = np.searchsorted(of.owner[ring], np.arange(of.count + 1))
    return [
        arrayToQPath(x[a:b], y[a:b], connect=joined[a:b], finiteCheck=False) if b > a else QPainterPath()
        for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]


def edges(polygons: Sequence[Any] | NDArray[np.object_]) -> Edges:
    """The edges of shapely areas in degrees (x = longitude)."""
    parts, part_shape = shapely.get_parts(np.asarray(polygons, object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    whole = np.round(points * 1e4).astype(np.int64)  # degrees on the grid of the atlas
    key = (whole[:, 0] + 1_800_000) * 1_800_001 + whole[:, 1] + 900_000
    low, high = np.minimum(key[joined], key[joined + 1]), np.maximum(key[joined], key[joined + 1])
    order = np.lexsort((high, low))
    new = np.append(True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)) if len(order) else order > 0
    ids = np.empty(len(order), np.int64)
    ids[order] = np.cumsum(new) - 1
    first = joined[order[new]]
    x, y = to_map(points[:, 1], points[:, 0])
    ends = np.column_stack([x[first], y[first], x[first + 1], y[first + 1]])
    starts = np.searchsorted(part_shape[ring_part[ring[joined]]], np.arange(len(polygons) + 1))
    return Edges(ends, ids, starts)


class MapLoad:
    """The work of a Task: hands over Land, Cells (None where the pack has no readable ones), Borders, Towns."""

    def __init__(self, pack: str, *, cells_only: bool = False) -> None:
        self.pack, self.cells_only = pack, cells_only

    def __call__(self, task: Task) -> None:
        """Raises PigeonError when the atlas or the pack's cells cannot be read."""
        with ATLAS:
            from pigeon_desktop.earth.atlas import load_atlas

            atlas = load_atlas()
        if not self.cells_only:
            countries = [country.polygon for country in atlas.countries]
            # Close up each island by itself: few are in sight, and all of Canada at once would take 30 ms to fill.
            task.part(Land(Outlines(simple(countries), lines(shapely.get_parts(countries)))))
        problem = None
        try:
            self._hand_over_cells(task, atlas)
        except PigeonError as error:
            problem = error  # the rest of the map is of use without them
        if not self.cells_only:
            self._hand_over_details(task, atlas)
        if problem is not None:
            raise problem

    def _hand_over_details(self, task: Task, atlas: Atlas) -> None:
        cities = atlas.cities
        x, y = to_map(cities.latitude[:LARGEST_CITIES], cities.longitude[:LARGEST_CITIES])
        names = [str(name) for name in cities.name[:LARGEST_CITIES]]
        task.part(Towns(x, y, names, cities.population[:LARGEST_CITIES].astype(np.int64)))
        polygons = [region.polygon for region in atlas.regions]
        for start in range(0, len(polygons), 500):  # pieces, so that the window never waits for long
            task.part(Borders(lines(polygons[start : start + 500])))

    def _hand_over_cells(self, task: Task, atlas: Atlas) -> None:
        from pigeon_desktop.earth.geocells import GeocellSet
        from pigeon_desktop.packs.store import open_pack

        pack = open_pack(self.pack)
        cells = GeocellSet.read(pack.path_of(pack.manifest.geocells))
        countries = {country.code: country.name for country in atlas.countries}
        written = places.rewriter()
        names = [
            written(f"{name}, {countries.get(code, code)}" if name != countries.get(code) else name)
            for name, code in zip(cells.names.tolist(), cells.country_code.tolist(), strict=True)
        ]
        task.part(Cells(self.pack, cells, names, outlines(cells.polygons), edges(cells.polygons)))
