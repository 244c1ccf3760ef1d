"""The nearest of many points or lines on the sphere, for many places at once.

Degrees mislead away from the equator, at the antimeridian and at the poles, so the search runs in two
stereographic charts, one round each pole. They are conformal, and a circle on the sphere is a circle there.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, Floats, distance_km

_FARTHEST = np.radians(179.9)
"""Colatitude at which a chart ends: the opposite pole lies at infinity."""
_WIDEST_EDGE = 0.25
"""Degrees: longer edges are cut, for an edge is straight in longitude and latitude but not in a chart."""
_EDGES = 16
"""Edges a piece of a line: short pieces are quick to measure, few pieces quick to search."""
_SLACK = 1.0 + 1e-9


def search_tree(geometries: Any, node_capacity: int = 10) -> shapely.STRtree:
    """A search tree that threads may share.

    GEOS builds a tree at its first query, and two threads asking an unbuilt tree damage the heap; so it is asked
    once before anybody else can.
    """
    tree = shapely.STRtree(geometries, node_capacity=node_capacity)
    tree.query(shapely.Point(0.0, 0.0))
    return tree


class SphereIndex:
    """An index over points, or over the outlines of polygons, given as x = longitude, y = latitude."""

    def __init__(self, geometries: NDArray[np.object_]) -> None:
        points = shapely.get_type_id(geometries) == shapely.GeometryType.POINT
        if points.all():
            self._xy, self._piece = shapely.get_coordinates(geometries), np.arange(len(geometries))
            self._owner = self._piece
        else:
            self._xy, self._piece, self._owner = _pieces(geometries)
        self._are_points = bool(points.all())

    @cached_property
    def _north(self) -> shapely.STRtree:
        return self._chart(1.0)

    @cached_property
    def _south(self) -> shapely.STRtree:
        return self._chart(-1.0)

    def _chart(self, pole: float) -> shapely.STRtree:
        flat = _project(self._xy[:, 1], self._xy[:, 0], pole)
        pieces = shapely.points(flat) if self._are_points else shapely.linestrings(flat, indices=self._piece)
        return search_tree(pieces, node_capacity=4)  # half the time of the default 10

    def nearest(
        self, latitude: NDArray[Any], longitude: NDArray[Any], within_km: float = np.inf
    ) -> tuple[NDArray[np.int64], Floats]:
        """Position of the nearest geometry to each of n places, and its distance in km.

        Exact for points; for outlines exact to 1 % (a foot is found in the chart, then measured on the sphere).

        Returns:
            (n,) int64, -1 where nothing lies within `within_km`; (n,) km, infinite there.
        """
        index, km = np.full(len(latitude), -1, np.int64), np.full(len(latitude), np.inf)
        if len(self._owner):
            for pole, here in ((1.0, latitude >= 0), (-1.0, latitude < 0)):
                if here.any():
                    index[here], km[here] = self._nearest(latitude[here], longitude[here], within_km, pole)
        return index, km

    def _nearest(
        self, latitude: NDArray[Any], longitude: NDArray[Any], within_km: float, pole: float
    ) -> tuple[NDArray[np.int64], Floats]:
        tree = self._north if pole > 0 else self._south
        flat = _project(latitude, longitude, pole)
        # Most places off the land lie far off any: a look at the boxes passes them over.
        around = _circles(latitude, longitude, np.full(len(latitude), within_km), pole)
        some = slice(None) if np.isinf(within_km) else np.unique(tree.query(around)[0])
        place = np.arange(len(latitude))[some]
        piece = tree.nearest(shapely.points(flat[some]))
        km = self._measure(tree, piece, flat[place], latitude[place], longitude[place], pole)

        # That was the nearest on the chart. The nearest on the sphere is no farther: it lies in this circle.
        circles = _circles(latitude[place], longitude[place], km * _SLACK, pole)
        nth, piece = tree.query(circles)
        place = place[nth]
        km = self._measure(tree, piece, flat[place], latitude[place], longitude[place], pole)

        least = np.full(len(latitude), np.inf)
        np.minimum.at(least, place, km)
        nearest = km == least[place]
        place, piece, km = place[nearest], piece[nearest], km[nearest]
        order = np.lexsort((self._owner[piece], place))
        place, first = np.unique(place[order], return_index=True)
        piece, km = piece[order][first], km[order][first]
        index, distance = np.full(len(latitude), -1, np.int64), np.full(len(latitude), np.inf)
        near = km <= within_km
        index[place[near]], distance[place[near]] = self._owner[piece[near]], km[near]
        return index, distance

    def _measure(
        self,
        tree: shapely.STRtree,
        piece: NDArray[np.int64],
        flat: Floats,
        latitude: NDArray[Any],
        longitude: NDArray[Any],
        pole: float,
    ) -> Floats:
        """Distance on the sphere from each place to the piece beside it."""
        if self._are_points:
            return distance_km(latitude, longitude, self._xy[piece, 1], self._xy[piece, 0])
        lines = shapely.shortest_line(tree.geometries[piece], shapely.points(flat))
        return distance_km(latitude, longitude, *_unproject(shapely.get_coordinates(lines)[::2], pole))


def _pieces(geometries: NDArray[np.object_]) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Outlines cut into pieces: vertices (v, 2), the piece of each, and the geometry of each piece."""
    parts, part_owner = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    west, south, east, north = shapely.bounds(rings).T
    wide = np.maximum(east - west, north - south) > _WIDEST_EDGE
    rings[wide] = shapely.segmentize(rings[wide], _WIDEST_EDGE)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings)))
    step = np.arange(len(xy)) - starts[ring]
    # The vertex where one piece ends begins the next one too, unless its ring is over.
    last = np.append(ring[1:] != ring[:-1], True)
    repeat = 1 + ((step % _EDGES == 0) & (step > 0) & ~last)
    begins = (step == 0) | (repeat == 2)
    where = np.repeat(np.arange(len(xy)), repeat)
    is_second = np.append(where[1:] == where[:-1], False)  # the first copy of a repeated vertex ends a piece
    begin = begins[where] & ~is_second
    piece = np.cumsum(begin) - 1
    return xy[where], piece, part_owner[ring_part[ring[where[begin]]]]


def _project(latitude: Any, longitude: Any, pole: float) -> Floats:
    """Stereographic (n, 2) coordinates round the north (1) or south (-1) pole of a unit sphere."""
    colatitude = np.minimum(np.radians(90.0 - pole * latitude), _FARTHEST)
    radius, angle = 2.0 * np.tan(colatitude / 2.0), np.radians(longitude)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _unproject(flat: Floats, pole: float) -> tuple[Floats, Floats]:
    radius = np.hypot(flat[:, 0], flat[:, 1])
    return pole * (90.0 - np.degrees(2.0 * np.arctan(radius / 2.0))), np.degrees(np.arctan2(flat[:, 1], flat[:, 0]))


def _circles(latitude: NDArray[Any], longitude: NDArray[Any], km: Floats, pole: float) -> NDArray[np.object_]:
    """Boxes round the circles of so many km, in the chart; the whole chart where one reaches the other pole."""
    colatitude, reach = np.radians(90.0 - pole * latitude), km / EARTH_RADIUS_KM + 1e-9
    all_of_it = colatitude + reach >= _FARTHEST
    outer = 2.0 * np.tan(np.where(all_of_it, 0.0, colatitude + reach) / 2.0)
    inner = 2.0 * np.tan(np.where(all_of_it, 0.0, colatitude - reach) / 2.0)
    middle, radius = (outer + inner) / 2.0, np.where(all_of_it, 1e9, (outer - inner) / 2.0)
    x, y = middle * np.cos(np.radians(longitude)), middle * np.sin(np.radians(longitude))
    boxes: NDArray[np.object_] = shapely.box(x - radius, y - radius, x + radius, y + radius)
    return boxes
