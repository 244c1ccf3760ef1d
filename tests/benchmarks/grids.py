"""Grids that others divide the globe by, to compare geocells with: H3, S2 as PlaNet splits it, equal areas."""

from collections.abc import Mapping

import h3
import numpy as np
import s2sphere
from numpy.typing import NDArray

from pigeon_desktop.training.cells.geocells import Points

Ints = NDArray[np.int64]
"""The cell of each of n points, shape (n,), -1 for none."""

S2_LEVELS = range(31)
"""From a face of the cube, a sixth of the globe, to a leaf of less than 1 cm²."""


def occupied(cell: Ints) -> Ints:
    """Points in each cell that holds any."""
    return np.unique(cell[cell >= 0], return_counts=True)[1]


def nearest(wanted: int, grids: Mapping[int, Ints]) -> tuple[int, Ints]:
    """Of some grids, each named by its setting, the one whose number of occupied cells is nearest to `wanted`."""
    return min(grids.items(), key=lambda item: abs(len(occupied(item[1])) - wanted))


def h3_grid(points: Points, resolution: int) -> Ints:
    """Hexagons of one size, 122 at resolution 0 and seven times as many at each finer one."""
    places = zip(points.latitude, points.longitude, strict=True)
    return np.array([h3.str_to_int(h3.latlng_to_cell(lat, lon, resolution)) for lat, lon in places])


def s2_leaves(points: Points) -> NDArray[np.uint64]:
    """The leaf of S2 that holds each point: its path down from the face, most significant bit first."""
    places = zip(points.latitude, points.longitude, strict=True)
    leaves = [s2sphere.CellId.from_lat_lng(s2sphere.LatLng.from_degrees(lat, lon)).id() for lat, lon in places]
    return np.array(leaves, np.uint64)


def s2_adaptive(leaves: NDArray[np.uint64], max_size: int, min_size: int = 0) -> Ints:
    """PlaNet's cells: split into four while one holds more than `max_size` points, dropped below `min_size`."""
    owner, left = np.zeros(len(leaves), np.uint64), np.arange(len(leaves))
    for level in S2_LEVELS:
        # Three bits for the face and two a level; S2 sets a one after them, which tells the levels apart.
        path = leaves[left] >> np.uint64(61 - 2 * level)
        _, cell, sizes = np.unique(path, return_inverse=True, return_counts=True)
        whole = (sizes[cell] <= max_size) | (level == S2_LEVELS[-1])
        kept = whole & (sizes[cell] >= min_size)
        owner[left[kept]] = (path[kept] << np.uint64(1) | np.uint64(1)) << np.uint64(60 - 2 * level)
        left = left[~whole]
    return np.unique(owner, return_inverse=True)[1] - int((owner == 0).any())


def equal_area_grid(points: Points, bands: int) -> Ints:
    """Cells of about equal area: bands of latitude cut into as many as fit."""
    band = np.minimum(((points.latitude + 90) / 180 * bands).astype(int), bands - 1)
    edges = np.radians(np.linspace(-90, 90, bands + 1))
    across = np.maximum(np.round(2 * bands * np.cos((edges[1:] + edges[:-1]) / 2)), 1).astype(int)
    first = np.concatenate([[0], np.cumsum(across)])
    column = ((points.longitude + 180) / 360 * across[band]).astype(int) % across[band]
    return first[band] + column
