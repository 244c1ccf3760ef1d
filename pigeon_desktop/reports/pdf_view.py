"""One photograph's map on a sheet: the part of the world where its candidates lie, and where that part is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports import pdf_map, worldmap
from pigeon_desktop.reports.pdf_map import HEAT, INK, PAPER, SURE, Heat
from pigeon_desktop.reports.pdf_sheet import LINE, Piece, Sheet
from pigeon_desktop.reports.svg import Points, spread

ASPECT = worldmap.HEIGHT / worldmap.WIDTH
MOST_ZOOM = 5.0
"""Closer, neither the land is drawn finely enough nor is it clear which land it is."""
WORTH_ZOOM = 1.3
SURROUNDINGS = 2.2
"""How much wider the view is than what the candidates' radii take up."""
LEAST_KM = 300.0
"""What is seen around a confirmed coordinate at least."""
MARK = 1.35
INSET = 21.0
"""Width of the small world that shows which part is seen."""
Coordinate = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True)
class View:
    """A part of the world map around `x`, `y` in drawing units, enlarged `zoom` times."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    @classmethod
    def on(cls, candidates: Sequence[Candidate], confirmed: Coordinate | None = None) -> View:
        """The part in which all these lie, or the whole world where that is most of it."""
        if not candidates and confirmed is None:
            return cls()
        spots, radii = spots_of(candidates), [c.radius_km for c in candidates]
        if confirmed is not None:
            spots, radii = np.vstack([spots, worldmap.drawn(*confirmed)]), [*radii, LEAST_KM]
        reach = np.array(radii)[:, None] / worldmap.KM_A_UNIT
        low, high = (spots - reach).min(axis=0), (spots + reach).max(axis=0)
        wide, tall = (high - low) * SURROUNDINGS
        zoom = min(MOST_ZOOM, worldmap.WIDTH / wide, worldmap.HEIGHT / tall)
        if zoom < WORTH_ZOOM:
            return cls()
        # Nothing beyond the edges of the world is shown.
        most = np.array([worldmap.WIDTH, worldmap.HEIGHT]) / 2 * (1 - 1 / zoom)
        x, y = np.clip((low + high) / 2, -most, most).tolist()
        return cls(x, y, zoom)

    def box(self, x: float, y: float, width: float) -> tuple[float, float, float, float]:
        """Where the whole world is drawn, so that the view fills `width` from x, y: left, top, width, height."""
        scale = self.zoom * width / worldmap.WIDTH
        whole = width * self.zoom
        middle = x + width / 2 - self.x * scale, y + width * ASPECT / 2 - self.y * scale
        return middle[0] - whole / 2, middle[1] - whole * ASPECT / 2, whole, whole * ASPECT

    def placed(self, spots: Points, x: float, y: float, width: float) -> Points:
        """Drawing units to millimetres on the sheet."""
        left, top, whole, tall = self.box(x, y, width)
        return spots * (whole / worldmap.WIDTH) + [left + whole / 2, top + tall / 2]


def spots_of(candidates: Sequence[Candidate]) -> Points:
    """Where candidates lie in drawing units, shape (candidates, 2)."""
    return worldmap.drawn([c.latitude for c in candidates], [c.longitude for c in candidates])


def map_of(
    sheet: Sheet, number: int, prediction: Prediction, heat: Heat, confirmed: Coordinate | None, width: float
) -> Piece:
    """The belief's heat, the candidates and their radius, and in green where the photograph was confirmed to be."""
    candidates = prediction.candidates
    view, belief = View.on(candidates, confirmed), heat.of(prediction.probability)

    def draw(x: float, y: float) -> None:
        box = view.box(x, y, width)
        with sheet.rect_clip(x, y, width, width * ASPECT):
            sheet.form("base", pdf_map.base(), *box)
            if belief is not None:
                sheet.form(f"heat {number}", belief, *box)
            sheet.form("borders", pdf_map.borders(), *box)
            if candidates:
                sheet.form(f"radii {number}", pdf_map.radii(candidates, view.zoom), *box)
        at = np.empty((0, 2))
        if confirmed is not None:
            at = view.placed(worldmap.drawn(*confirmed)[None], x, y, width)
            _dot(sheet, *at[0].tolist())
        marks = np.vstack([_numbers(sheet, candidates, view.placed(spots_of(candidates), x, y, width)), at])
        if view.zoom > 1:
            _inset(sheet, view, marks, x, y, width)

    return Piece(width * ASPECT, draw)


def _numbers(sheet: Sheet, candidates: Sequence[Candidate], spots: Points) -> Points:
    """Numbered marks beside their places, the first one on top; where the marks are."""
    marks = spread(spots, 2.2 * MARK)
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.15)
    for spot, at in zip(spots.tolist(), marks.tolist(), strict=True):
        if np.hypot(spot[0] - at[0], spot[1] - at[1]) > MARK / 2:
            sheet.line(*spot, *at)
    for candidate, (x, y) in sorted(zip(candidates, marks.tolist(), strict=True), key=lambda pair: -pair[0].rank):
        mark(sheet, candidate.rank, x, y)
    return marks


def _dot(sheet: Sheet, x: float, y: float) -> None:
    """A green disc, or a ring where a candidate's mark is drawn on it."""
    sheet.set_fill_color(*SURE)
    sheet.set_draw_color(*PAPER)
    sheet.set_line_width(0.3)
    sheet.circle(x, y, MARK + 0.6, "DF")


def mark(sheet: Sheet, rank: int, x: float, y: float, size: float = MARK) -> None:
    """A candidate's number in a disc around x, y."""
    sheet.set_fill_color(*INK)
    sheet.set_draw_color(*PAPER)
    sheet.set_line_width(0.2)
    sheet.circle(x, y, size, "DF")
    points = size * (3.6 if rank < 10 else 2.8)
    sheet.line_of(x - size, y - points * 0.24, str(rank), points, bold=True, colour=PAPER, align="C", width=2 * size)


def _inset(sheet: Sheet, view: View, marks: Points, x: float, y: float, width: float) -> None:
    """The world in a corner where no mark is, with a frame around what is seen."""
    high, around = INSET * ASPECT, 0.8
    corners = [
        (left, top)
        for top in (y + width * ASPECT - high - 2 * around, y)
        for left in (x, x + width - INSET - 2 * around)
    ]
    room = np.array([INSET + 2 * around + MARK, high + 2 * around + MARK])
    free = [at for at in corners if not np.any(np.all((marks > np.array(at) - MARK) & (marks < at + room), axis=1))]
    left, top = (free or corners)[0]
    sheet.set_fill_color(*PAPER)
    sheet.set_draw_color(*LINE)
    sheet.set_line_width(0.2)
    sheet.rect(left, top, INSET + 2 * around, high + 2 * around, "DF")
    sheet.form("base", pdf_map.base(), left + around, top + around, INSET, high)
    middle = View().placed(np.array([[view.x, view.y]]), left + around, top + around, INSET)[0]
    seen = INSET / view.zoom
    sheet.set_draw_color(*HEAT)
    sheet.set_line_width(0.35)
    sheet.rect(middle[0] - seen / 2, middle[1] - seen * ASPECT / 2, seen, seen * ASPECT)
