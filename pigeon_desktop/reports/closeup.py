"""The surroundings of one candidate as inline SVG, around it in the azimuthal equidistant projection.

Distances from the middle are true, so that the radius is a circle wherever on the globe it lies.
"""

from __future__ import annotations

from html import escape

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, circle, distance_km
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports.svg import Points, area_path, marks, ring_path, round_length
from pigeon_desktop.reports.text import utf8
from pigeon_desktop.reports.worldmap import FAINTEST, opacity

WIDTH, HEIGHT = 960, 640
"""The drawing's size in units."""
MARK = 20
"""Radius of a numbered mark, in units."""
CITIES = 7
LEAST_KM, MOST_KM = 250.0, 4000.0
"""Bounds of what is seen above and below the middle."""
KM_A_DEGREE = np.pi * EARTH_RADIUS_KM / 180


class CloseUp:
    """The window on the globe around one coordinate, `reach_km` to its upper and lower edge."""

    def __init__(self, latitude: float, longitude: float, reach_km: float) -> None:
        self.latitude, self.longitude = latitude, longitude
        self.km_a_unit = float(np.clip(reach_km, LEAST_KM, MOST_KM)) * 2 / HEIGHT

    def drawn(self, latitude: ArrayLike, longitude: ArrayLike) -> Points:
        """Coordinates in degrees to drawing units, the middle at (0, 0)."""
        lat, away = np.radians(latitude), np.radians(np.asarray(longitude, np.float64) - self.longitude)
        lat0 = np.radians(self.latitude)
        east = np.cos(lat) * np.sin(away)
        north = np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(away)
        up = np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(away)
        sine = np.hypot(east, north)
        km = EARTH_RADIUS_KM * np.arctan2(sine, up)
        stretch = np.divide(km, sine, out=np.full_like(km, EARTH_RADIUS_KM), where=sine > 1e-12) / self.km_a_unit
        return np.stack([east * stretch, -north * stretch], axis=-1)

    def boxes(self) -> list[tuple[float, float, float, float]]:
        """West, south, east, north in degrees of all that may be seen, cut at the antimeridian."""
        reach = np.hypot(WIDTH, HEIGHT) / 2 * self.km_a_unit / KM_A_DEGREE
        south, north = max(-90.0, self.latitude - reach), min(90.0, self.latitude + reach)
        widest = max(abs(south), abs(north))
        if widest >= 85:
            return [(-180.0, south, 180.0, north)]
        aside = min(179.9, reach / np.cos(np.radians(widest)))
        west, east = self.longitude - aside, self.longitude + aside
        pieces = [(max(west, -180.0), min(east, 180.0))]
        pieces += [(west + 360, 180.0)] if west < -180 else []
        pieces += [(-180.0, east - 360)] if east > 180 else []
        return [(a, south, b, north) for a, b in pieces]

    def areas(self, shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
        """What is seen of polygons in degrees, in drawing units, and which of them each piece is of."""
        pieces, owners = [], []
        for box in self.boxes():
            near = np.flatnonzero(shapely.intersects(shapely.box(*box), shapely.box(*shapely.bounds(shapes).T)))
            pieces.append(shapely.clip_by_rect(shapes[near], *box))
            owners.append(near)
        cut, owner = np.concatenate(pieces), np.concatenate(owners)
        seen = ~shapely.is_empty(cut)
        # Edges run straight between vertices: long ones bend in this projection, and need more of them.
        bent = shapely.segmentize(cut[seen], 2.0)
        flat = shapely.transform(bent, lambda c: self.drawn(c[:, 1], c[:, 0]))
        return np.asarray(shapely.simplify(flat, 1.0), object), owner[seen]

    def inside(self, points: Points, margin: float = 0.0) -> NDArray[np.bool_]:
        return (np.abs(points[:, 0]) < WIDTH / 2 - margin) & (np.abs(points[:, 1]) < HEIGHT / 2 - margin)


def reach(prediction: Prediction) -> float:
    """How far to look around the first candidate: two and a half times its radius."""
    return 2.5 * prediction.candidates[0].radius_km


def close_up(number: int, prediction: Prediction, atlas: Atlas, cells: GeocellSet | None, label: str) -> str:
    """The map around the first candidate of the `number`th prediction of a page.

    `label` must be safe to stand in an attribute.
    """
    first = prediction.candidates[0]
    view = CloseUp(first.latitude, first.longitude, reach(prediction))
    countries = np.array([country.polygon for country in atlas.countries], object)
    land = "".join(area_path(shape) for shape in view.areas(countries)[0])
    circles = "".join(_circle(view, c) for c in prediction.candidates)
    spots = view.drawn([c.latitude for c in prediction.candidates], [c.longitude for c in prediction.candidates])
    seen = view.inside(spots)
    ranks = [c.rank for c, here in zip(prediction.candidates, seen, strict=True) if here]
    return (
        f'<svg class="close" viewBox="{-WIDTH // 2} {-HEIGHT // 2} {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{label}"><rect class="sea" x="{-WIDTH // 2}" y="{-HEIGHT // 2}" width="{WIDTH}" '
        f'height="{HEIGHT}"/><defs><path id="land{number}" d="{land}"/></defs>'
        f'<use href="#land{number}" class="land"/>{_heat(view, prediction, cells)}'
        f'<use href="#land{number}" class="border"/>{circles}{_cities(view, atlas, spots[seen])}'
        f"{marks(spots[seen], ranks, MARK)}"
        f"{_scale_bar(view)}</svg>"
    )


def _heat(view: CloseUp, prediction: Prediction, cells: GeocellSet | None) -> str:
    belief = prediction.probability
    if cells is None or belief is None or len(belief) != len(cells) or not np.any(belief > 0):
        return ""
    strength = belief / belief.max()
    strong = np.flatnonzero(strength >= FAINTEST)
    shapes, owner = view.areas(cells.polygons[strong])
    paths = [
        f'<path d="{path}" opacity="{opacity(float(strength[strong[i]])):.2f}"/>'
        for path, i in zip(map(area_path, shapes), owner, strict=True)
        if path
    ]
    return f'<g class="heat">{"".join(paths)}</g>'


def _circle(view: CloseUp, candidate: Candidate) -> str:
    """A candidate's radius: a circle for the one in the middle, true to the globe for its neighbours."""
    away = float(distance_km(view.latitude, view.longitude, candidate.latitude, candidate.longitude))
    if away - candidate.radius_km > np.hypot(WIDTH, HEIGHT) / 2 * view.km_a_unit:
        return ""
    ring = view.drawn(*circle(candidate.latitude, candidate.longitude, candidate.radius_km))
    return f'<path class="radius r{candidate.rank}" d="{ring_path(ring)}"/>'


def _cities(view: CloseUp, atlas: Atlas, spots: Points) -> str:
    """The largest cities in sight, as many as can be read, clear of the candidates at `spots`."""
    cities = atlas.cities
    near = np.flatnonzero(
        np.logical_or.reduce(
            [
                (cities.longitude >= west)
                & (cities.longitude <= east)
                & (cities.latitude >= south)
                & (cities.latitude <= north)
                for west, south, east, north in view.boxes()
            ]
        )
    )
    near = near[np.argsort(-np.asarray(cities.population)[near], kind="stable")][:400]
    points = view.drawn(np.asarray(cities.latitude)[near], np.asarray(cities.longitude)[near])
    named: list[tuple[float, float]] = []
    out = []
    for index, (x, y) in zip(near, points.tolist(), strict=True):
        crowded = any(abs(x - a) < 170 and abs(y - b) < 30 for a, b in named)
        covered = np.any((np.abs(spots[:, 0] - x - 50) < 75 + MARK) & (np.abs(spots[:, 1] - y) < 15 + MARK))
        if crowded or covered or not view.inside(np.array([[x + 70, y]]), 75)[0]:
            continue
        named.append((x, y))
        out.append(
            f'<circle class="town" cx="{x:.0f}" cy="{y:.0f}" r="3.5"/>'
            f'<text class="town" x="{x + 9:.0f}" y="{y + 6:.0f}">{escape(utf8(str(cities.name[index])))}</text>'
        )
        if len(named) == CITIES:
            break
    return "".join(out)


def _scale_bar(view: CloseUp) -> str:
    km = round_length(WIDTH / 4 * view.km_a_unit)
    units = km / view.km_a_unit
    x, y = -WIDTH / 2 + 24, HEIGHT / 2 - 24
    return (
        f'<path class="scale" d="M{x:.0f},{y - 8:.0f}v8h{units:.0f}v-8"/>'
        f'<text class="scale" x="{x:.0f}" y="{y - 16:.0f}">{km:,} km</text>'
    )
