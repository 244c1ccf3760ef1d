"""Shapes to SVG: paths of whole numbers, numbered marks that do not cover each other, scale bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Coordinates in drawing units, x right and y down, shape (n, 2)."""


LEAST_AREA = 3.0
"""Square units below which a ring is left out: specks that nobody sees, but every page would carry."""


def ring_path(points: Points, *, close: bool = True) -> str:
    """A path through `points`, in whole units; empty where too little is left of it to be seen."""
    whole = np.round(points).astype(np.int64)
    whole = whole[np.append(True, np.any(np.diff(whole, axis=0) != 0, axis=1))]
    if close and len(whole) > 1 and np.array_equal(whole[0], whole[-1]):
        whole = whole[:-1]
    if len(whole) < (3 if close else 2):
        return ""
    steps = " ".join(f"{x},{y}" for x, y in np.diff(whole, axis=0).tolist()).replace(",-", "-").replace(" -", "-")
    return f"M{whole[0, 0]},{whole[0, 1]}l{steps}{'z' if close else ''}"


def area_path(geometry: Any) -> str:
    """The path of a polygon in drawing units, holes included, specks left out."""
    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    seen = rings[shapely.area(shapely.polygons(rings)) >= LEAST_AREA]
    vertices, owner = shapely.get_coordinates(seen, return_index=True)
    return "".join(map(ring_path, np.split(vertices, np.flatnonzero(np.diff(owner)) + 1))) if len(seen) else ""


def line_path(points: Points, longest: float) -> str:
    """An open path through `points`, lifted where two neighbours lie further apart than `longest`."""
    jumps = np.flatnonzero(np.hypot(*np.diff(points, axis=0).T) > longest) + 1
    return "".join(ring_path(piece, close=False) for piece in np.split(points, jumps))


def spread(points: Points, apart: float, rounds: int = 60) -> Points:
    """Where to put round labels for `points` so that no two centres are nearer than `apart`."""
    labels = points.astype(np.float64, copy=True)
    for _ in range(rounds):
        gap = labels[:, None] - labels[None]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        near = (distance < apart) & ~np.eye(len(labels), dtype=bool)
        if not near.any():
            break
        for i, j in np.argwhere(np.triu(near)):
            # Two at the same spot part along a direction of their own, always the same.
            away = gap[i, j] if distance[i, j] > 1e-9 else np.array([np.cos(i), np.sin(i)])
            push = away / np.hypot(*away) * (apart - distance[i, j]) / 2 * 1.05
            labels[i] += push
            labels[j] -= push
    return labels


def marks(points: Points, ranks: Sequence[int], radius: float) -> str:
    """Numbered marks beside their points, joined to them by a line where they had to move."""
    places = spread(points, 2.2 * radius)
    moved = np.hypot(*(places - points).T) > radius / 2
    lines = [
        f'<path class="leader" d="M{a[0]:.0f},{a[1]:.0f}L{b[0]:.0f},{b[1]:.0f}"/>'
        f'<circle class="spot" cx="{a[0]:.0f}" cy="{a[1]:.0f}" r="{radius / 4:.0f}"/>'
        for a, b in zip(points[moved], places[moved], strict=True)
    ]
    # The first candidate is drawn last, on top.
    numbers = [
        f'<g class="mark m{rank}"><circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"/>'
        f'<text x="{x:.0f}" y="{y + 0.36 * radius:.0f}" font-size="{1.1 * radius:.0f}">{rank}</text></g>'
        for rank, (x, y) in sorted(zip(ranks, places.tolist(), strict=True), reverse=True)
    ]
    return "".join(lines + numbers)


def round_length(km: float) -> int:
    """The largest of 1, 2, 5, 10, ... km that is at most `km`, and at least 1: for scale bars."""
    power = int(10 ** math.floor(math.log10(max(km, 1))))
    return max(step * power for step in (1, 2, 5) if step * power <= max(km, 1))
