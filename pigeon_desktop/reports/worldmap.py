"""The world in Equal Earth as inline SVG: drawn once in a report, looked at by every photograph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.projection import X_MAX, Y_MAX, outline, project
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, circle
from pigeon_desktop.engine.prediction import Candidate
from pigeon_desktop.reports.svg import Points, area_path, line_path, marks
from pigeon_desktop.reports.text import printable

SCALE = 4000
"""Drawing units a map unit (an Earth radius): 1.6 km each."""
TOLERANCE = 12
"""Outlines are simplified to this many units: half a pixel on a map 900 pixels wide."""
KM_A_UNIT = EARTH_RADIUS_KM / SCALE
MARK = 260
"""Radius of a numbered mark, in drawing units."""
FAINTEST = 0.02
"""Cells below this share of the likeliest cell's probability are left white."""
MARGIN = 60

WIDTH, HEIGHT = 2 * (X_MAX * SCALE + MARGIN), 2 * (Y_MAX * SCALE + MARGIN)
VIEW = f"{-WIDTH / 2:.0f} {-HEIGHT / 2:.0f} {WIDTH:.0f} {HEIGHT:.0f}"
"""The viewBox of every world map."""


def drawn(latitude: ArrayLike, longitude: ArrayLike) -> Points:
    """Coordinates in degrees to drawing units."""
    x, y = project(latitude, longitude)
    return np.stack([x * SCALE, -y * SCALE], axis=-1)


def flat(geometries: NDArray[np.object_], tolerance: float = TOLERANCE) -> NDArray[np.object_]:
    """Polygons in degrees to drawing units, simplified together so that common borders stay common."""
    drawings = shapely.transform(geometries, lambda c: drawn(c[:, 1], c[:, 0]))
    # The square root of the area that a simplified corner may have cut off.
    return np.asarray(shapely.coverage_simplify(drawings, tolerance), object)


@cache
def edge() -> str:
    """The path of the globe's edge."""
    return area_path(shapely.Polygon(drawn_outline()))


@cache
def grid() -> str:
    """The path of the graticule, every 30 degrees."""
    latitude, longitude = np.linspace(-90, 90, 61), np.linspace(-180, 180, 61)
    lines = [line_path(drawn(np.full(61, at), longitude), np.inf) for at in range(-60, 61, 30)]
    lines += [line_path(drawn(latitude, np.full(61, at)), np.inf) for at in range(-150, 151, 30)]
    return "".join(lines)


@cache
def land() -> str:
    """The path of all countries, each with its border."""
    return "".join(map(area_path, flat(np.array([country.polygon for country in load_atlas().countries], object))))


def base() -> str:
    """Definitions for `<use>`: the globe's edge with its graticule, and the land with its borders."""
    return (
        f'<path id="sea" class="sea" d="{edge()}"/><path id="grid" class="grid" d="{grid()}"/>'
        f'<path id="land" class="land" d="{land()}"/>'
    )


def drawn_outline() -> Points:
    x, y = outline()
    return np.stack([x * SCALE, -y * SCALE], axis=-1)


class WorldMap:
    """World maps of one report: a geocell's path is written out where it is needed first, then referred to."""

    def __init__(self, cells: GeocellSet | None) -> None:
        self._paths = [] if cells is None else [area_path(shape) for shape in flat(cells.polygons)]
        self._written: set[int] = set()

    def of(self, probability: NDArray[Any] | None, candidates: Sequence[Candidate], label: str) -> str:
        """The map of one photograph: heat of the belief, shape (cells,), and the candidates with their radius.

        `label` must be safe to stand in an attribute.
        """
        circles = "".join(f'<path class="radius r{c.rank}" d="{radius(c)}"/>' for c in candidates)
        spots = drawn([c.latitude for c in candidates], [c.longitude for c in candidates])
        numbers = marks(spots, [c.rank for c in candidates], MARK) if candidates else ""
        return frame(self._heat(probability) + circles + numbers, label)

    def _heat(self, probability: NDArray[Any] | None) -> str:
        if probability is None or len(probability) != len(self._paths) or not np.any(probability > 0):
            return ""
        strength = probability / probability.max()
        seen = np.flatnonzero(strength >= FAINTEST).tolist()
        new = [i for i in seen if i not in self._written]
        self._written.update(new)
        paths = "".join(f'<path id="c{i}" d="{self._paths[i]}"/>' for i in new)
        uses = "".join(f'<use href="#c{i}" opacity="{opacity(float(strength[i])):.2f}"/>' for i in seen)
        return f'<defs>{paths}</defs><g class="heat">{uses}</g>'


def opacity(strength: float) -> float:
    """How strongly a cell is coloured, from its share of the likeliest cell's probability."""
    return 0.12 + 0.8 * float(np.sqrt(strength))


def frame(content: str, label: str) -> str:
    """A world map with `content` on it."""
    return (
        f'<svg class="world" viewBox="{VIEW}" role="img" aria-label="{label}">'
        f'<use href="#sea"/><use href="#grid"/><use href="#land"/>{content}</svg>'
    )


def radius(candidate: Candidate) -> str:
    """The path of a candidate's radius."""
    points = drawn(*circle(candidate.latitude, candidate.longitude, candidate.radius_km))
    # Neighbours on the circle lie close; where they do not, the circle leaves the map and comes back opposite.
    step = 2 * np.pi * candidate.radius_km / EARTH_RADIUS_KM * SCALE / 72
    return line_path(points, 8 * step + 200)


def overview(firsts: Sequence[tuple[int, Candidate]]) -> str:
    """A dot a photograph at its first candidate, linked to the photograph's place in the report."""
    spots = drawn([c.latitude for _, c in firsts], [c.longitude for _, c in firsts])
    dots = "".join(
        f'<a href="#p{number}"><circle class="dot" cx="{x:.0f}" cy="{y:.0f}" r="110">'
        f"<title>{number}: {escape(printable(str(c.place)))}</title></circle></a>"
        for (number, c), (x, y) in zip(firsts, spots.tolist(), strict=True)
    )
    return frame(dots, "World map of the first candidates")
