"""The world map of `worldmap` as operators of a PDF's content, in the same drawing units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import Candidate
from pigeon_desktop.reports import worldmap
from pigeon_desktop.reports.svg import area_path
from pigeon_desktop.reports.worldmap import FAINTEST, HEIGHT, WIDTH, opacity

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255."""

INK, SEA, GRID, LAND, PAPER = (31, 38, 43), (237, 242, 244), (221, 230, 234), (217, 216, 207), (255, 255, 255)
HEAT, SURE = (194, 65, 12), (29, 122, 70)
TINTS = 24
"""Steps of the heat. Each is one opaque colour, so that no page needs transparency."""
CELL_TOLERANCE = 20.0
"""Cells are simplified to this many units: a third of a millimetre on the most enlarged map, 84 mm wide."""
HAIR = 10.0
"""Width of a hairline in units."""

_PIECE = re.compile(r"M(-?\d+),(-?\d+)l([^zM]*)(z?)")
_FRAME = f"{1 / WIDTH:.10f} 0 0 {-1 / HEIGHT:.10f} 0.5 0.5 cm"
"""From drawing units, y down, to the unit square on which a form is drawn."""


def operators(path: str) -> str:
    """A path of `svg.ring_path`, which steps from point to point, in a PDF's absolute coordinates."""
    drawn = []
    for x, y, steps, closed in _PIECE.findall(path):
        moves = np.array([x, y, *re.findall(r"-?\d+", steps)], np.int64).reshape(-1, 2).cumsum(axis=0)
        (x0, y0), *rest = moves.tolist()
        drawn.append(f"{x0} {y0} m {' '.join(f'{a} {b} l' for a, b in rest)}{' h' if closed else ''}")
    return "\n".join(drawn)


def form(*content: str) -> bytes:
    """What is drawn in units, as the content of a form in the unit square."""
    return "\n".join([_FRAME, *content]).encode("ascii")


@cache
def base() -> bytes:
    """Sea, graticule and land."""
    return form(
        f"{_rgb(SEA)} rg {operators(worldmap.edge())} f",
        f"{_rgb(GRID)} RG {HAIR:.0f} w {operators(worldmap.grid())} S",
        f"{_rgb(LAND)} rg {operators(worldmap.land())} f*",
    )


@cache
def borders() -> bytes:
    """Borders and coasts; they go above the heat."""
    return form(f"{_rgb(PAPER)} RG {HAIR:.0f} w 1 j {operators(worldmap.land())} S")


class Heat:
    """Draws beliefs over the cells of one pack."""

    def __init__(self, cells: GeocellSet | None) -> None:
        shapes: Iterable[Any] = [] if cells is None else worldmap.flat(cells.polygons, CELL_TOLERANCE)
        self._paths = [operators(area_path(shape)) for shape in shapes]

    def of(self, probability: NDArray[Any] | None) -> bytes | None:
        """One belief, shape (cells,); None where there is nothing to draw."""
        if probability is None or len(probability) != len(self._paths) or not np.any(probability > 0):
            return None
        strength = probability / probability.max()
        steps: dict[int, list[str]] = {}
        for i in np.flatnonzero(strength >= FAINTEST).tolist():
            steps.setdefault(round(TINTS * opacity(float(strength[i]))), []).append(self._paths[i])
        return form(*(f"{_rgb(_tint(step / TINTS))} rg {' '.join(paths)} f*" for step, paths in steps.items()))


def radii(candidates: Sequence[Candidate], zoom: float) -> bytes:
    """The candidates' radii: the first one's line is whole, the others' are dashed; as thin however enlarged."""
    dashes = f"[{180 / zoom:.0f} {120 / zoom:.0f}]"
    lines = [
        f"{'[]' if c.rank == 1 else dashes} 0 d {(56 if c.rank == 1 else 40) / zoom:.0f} w "
        f"{operators(worldmap.radius(c))} S"
        for c in candidates
    ]
    return form(f"{_rgb(INK)} RG", *lines)


def dots(points: Iterable[tuple[float, float]], colour: Colour, size: float) -> bytes:
    """Discs of radius `size` at coordinates (latitude, longitude) in degrees."""
    # Quarters of a circle as Bézier curves: 0.5523 is the usual distance of the control points.
    k = 0.5523 * size
    discs = []
    for latitude, longitude in points:
        x, y = worldmap.drawn(latitude, longitude).tolist()
        corners = [(x + size, y), (x, y + size), (x - size, y), (x, y - size), (x + size, y)]
        bends = [(0, k, k, 0), (-k, 0, 0, k), (0, -k, -k, 0), (k, 0, 0, -k)]
        disc = f"{corners[0][0]:.0f} {y:.0f} m"
        for (x0, y0), (x1, y1), (ax, ay, bx, by) in zip(corners, corners[1:], bends, strict=False):
            disc += f" {x0 + ax:.0f} {y0 + ay:.0f} {x1 + bx:.0f} {y1 + by:.0f} {x1:.0f} {y1:.0f} c"
        discs.append(f"{disc} b")
    return form(f"{_rgb(colour)} rg {_rgb(PAPER)} RG {size / 5:.0f} w", *discs)


def _rgb(colour: Colour) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


def _tint(opaque: float) -> Colour:
    """The heat at this opacity above the land."""
    red, green, blue = (round(opaque * h + (1 - opaque) * g) for h, g in zip(HEAT, LAND, strict=True))
    return red, green, blue
