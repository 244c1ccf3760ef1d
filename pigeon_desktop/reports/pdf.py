"""The report as a PDF: a first page on the whole, then the photographs, about two to a page.

The document is put together in memory, some 30 KB a photograph: for a hundred thousand take another format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

import numpy as np

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.earth.atlas import CREDIT, Atlas, load_atlas
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports import pdf_map, verdicts
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.html import COUNTRIES
from pigeon_desktop.reports.pdf_map import HEAT, INK, SURE, Heat
from pigeon_desktop.reports.pdf_sheet import BOTTOM, MARGIN, SOFT, WIDTH, Piece, Sheet, beside, space, stack
from pigeon_desktop.reports.pdf_view import ASPECT, map_of, mark
from pigeon_desktop.reports.text import STATES, coordinate, kilometres, percent
from pigeon_desktop.reports.thumbnail import thumbnail

THUMBNAIL = (520, 400)
LEFT, GAP = 84.0, 8.0
"""Width of the column with the picture and the map, and the space beside it."""
RIGHT = WIDTH - LEFT - GAP
PAGE = BOTTOM - MARGIN
"""The height of a page's content."""
PICTURE = 56.0
"""A picture's height at most."""
WARN, WARN_BACK = (138, 90, 0), (253, 244, 223)
EDGES = {"confirmed": SURE, "rejected": HEAT, "undecided": SOFT}


@dataclass
class Totals:
    """What the first page says of all photographs."""

    states: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    firsts: list[tuple[float, float]] = field(default_factory=list)
    confirmed: list[tuple[float, float]] = field(default_factory=list)

    def add(self, prediction: Prediction, verdict: Verdict | None) -> None:
        self.states[prediction.status] += 1
        if verdict is not None:
            self.decided[verdict.decision] += 1
        if at := verdicts.spot(verdict):
            self.confirmed.append(at)
        elif prediction.status == "located" and (verdict is None or verdict.decision != "rejected"):
            first = prediction.candidates[0]
            self.firsts.append((first.latitude, first.longitude))


def write(predictions: Iterable[Prediction], out: BinaryIO, context: ReportContext) -> None:
    """Write the document. Photographs are read again for their thumbnails, one at a time."""
    pack = context.pack
    foot = f"{LEAD.capitalize()} · {context.tool} · pack {pack.name} {pack.version} ({pack.sha256})"
    with closing(Sheet(foot)) as sheet:
        _describe(sheet, context)
        _fill(sheet, predictions, context)
        out.write(sheet.whole())


def _fill(sheet: Sheet, predictions: Iterable[Prediction], context: ReportContext) -> None:
    totals, photographs = Totals(), iter(predictions)
    first = next(photographs, None)
    sheet.add_page()
    if first is None:
        _cover(sheet, context, totals)
    else:
        # The first page needs them all, and is drawn last; the library keeps its place.
        sheet.insert_toc_placeholder(lambda *_: _cover(sheet, context, totals))
        sheet.next_y = MARGIN
        page = Page(sheet, context, Heat(context.cells), load_atlas())
        for number, prediction in enumerate(chain([first], photographs), start=1):
            page.add(number, prediction)
            if not prediction.of_several:
                totals.add(prediction, context.verdict_on(prediction))


def _describe(sheet: Sheet, context: ReportContext) -> None:
    sheet.set_title("Where may these photographs have been taken?")
    sheet.set_subject(LEAD.capitalize())
    sheet.set_creator(context.tool)
    sheet.set_producer(context.tool)
    sheet.set_creation_date(context.created)
    sheet.set_lang("en")


# The first page


def _cover(sheet: Sheet, context: ReportContext, totals: Totals) -> None:
    total = sum(totals.states.values())
    counts = " · ".join(f"{totals.states[key]:,} {word}" for key, word in STATES.items() if totals.states[key])
    noun = "photograph" if total == 1 else "photographs"
    pieces = [
        sheet.paragraph("Where may these photographs have been taken?", WIDTH, 17.5, bold=True, after=2),
        sheet.boxed(
            sheet.paragraph(
                f"{LEAD.capitalize()}. The model has seen what such places look like; it does not know this one. "
                "Check before you act on it.",
                WIDTH - 5,
                10,
                colour=WARN,
                after=0,
            ),
            WIDTH,
            WARN_BACK,
        ),
        space(3),
        sheet.paragraph(f"{total:,} {noun}{': ' if counts else ''}{counts}", WIDTH, 10.5, bold=True),
    ]
    if totals.decided:
        pieces.append(sheet.paragraph(f"Verdicts: {verdicts.counted(totals.decided)}", WIDTH, 10.5, bold=True))
    pieces += [space(2), _overview(sheet, totals), space(3), _marks(sheet, context), space(3)]
    pieces += [sheet.paragraph(text, WIDTH, 7.5, colour=SOFT, after=1.2) for text in _reading()]
    stack(pieces).draw(MARGIN, MARGIN)


def _reading() -> Iterator[str]:
    yield (
        "How to read this. The colour is the model's belief over its geocells: the stronger, the likelier, within "
        "each photograph. Numbers mark the candidates; the circle around one holds the place in 80 % of cases, if "
        "that region is the right one. “Can't tell” means that the belief is too flat to name a place."
    )
    yield f"{CREDIT} World maps: Equal Earth."


def _overview(sheet: Sheet, totals: Totals) -> Piece:
    """The world with a dot for each photograph that has a place."""
    size = float(np.interp(len(totals.firsts), [50, 2000], [110, 45]))
    caption = "Dots: the first candidate of each located photograph" + (
        "; green: where an analyst confirmed one." if totals.confirmed else "."
    )

    def draw(x: float, y: float) -> None:
        box = x, y, WIDTH, WIDTH * ASPECT
        sheet.form("base", pdf_map.base(), *box)
        sheet.form("borders", pdf_map.borders(), *box)
        sheet.form("firsts", pdf_map.dots(totals.firsts, HEAT, size), *box)
        sheet.form("confirmed", pdf_map.dots(totals.confirmed, SURE, size * 1.2), *box)

    return stack([Piece(WIDTH * ASPECT + 1.5, draw), sheet.paragraph(caption, WIDTH, 7.5, colour=SOFT)])


def _marks(sheet: Sheet, context: ReportContext) -> Piece:
    """Who spoke, on what and when: short ones in two columns, long ones across."""
    half = (WIDTH - GAP) / 2
    cells = []
    for name, value in context.marks().items():
        long = len(value) > 48
        wide = WIDTH if long else half
        texts = [sheet.paragraph(name, wide, 6.5, colour=SOFT, after=0), sheet.paragraph(value, wide, 8, most=4)]
        cells.append((long, stack([*texts, space(0.8)])))
    rows: list[Piece] = []
    left: Piece | None = None
    for long, cell in cells:
        if long or left is None:
            rows += [left] if long and left is not None else []
            rows += [cell] if long else []
            left = None if long else cell
        else:
            rows.append(beside(left, cell, half + GAP))
            left = None
    return stack([*rows, left] if left is not None else rows)


# The photographs


def _columns(pieces: list[Piece], first: float, later: float) -> list[Piece]:
    """Pieces below each other, in columns of these heights at most."""
    columns: list[list[Piece]] = [[]]
    for piece in pieces:
        if columns[-1] and sum(p.height for p in columns[-1]) + piece.height > (first if len(columns) == 1 else later):
            columns.append([])
        columns[-1].append(piece)
    return [stack(column) for column in columns]


@dataclass(frozen=True)
class Page:
    """Puts photographs on the document's pages."""

    sheet: Sheet
    context: ReportContext
    heat: Heat
    atlas: Atlas

    def add(self, number: int, prediction: Prediction) -> None:
        sheet, head = self.sheet, self._head(number, prediction)
        if prediction.status == "failed":
            blocks = [stack([head, *self._notes(prediction, WIDTH)])]
        else:
            at = verdicts.spot(self.context.verdict_on(prediction))
            picture = [] if prediction.of_several else [self._picture(prediction), space(2)]
            left = stack([*picture, map_of(sheet, number, prediction, self.heat, at, LEFT)])
            again = sheet.paragraph(
                f"{number}  {prediction.path.name}, continued", WIDTH, 8, colour=SOFT, most=1, after=3
            )
            columns = _columns(self._said(prediction), PAGE - head.height, PAGE - again.height)
            blocks = [stack([head, beside(left, columns[0], LEFT + GAP)])]
            blocks += [stack([again, beside(space(0), column, LEFT + GAP)]) for column in columns[1:]]
        if sheet.next_y + blocks[0].height > BOTTOM:
            sheet.add_page()
            sheet.next_y = MARGIN
        sheet.start_section(sheet.readable(prediction.path.name))
        for block in blocks:
            sheet.place(block, after=9)

    def _said(self, prediction: Prediction) -> list[Piece]:
        """The column beside the picture: what was decided, what is to be noted, the candidates."""
        verdict = self.context.verdict_on(prediction)
        decided = [] if verdict is None else [self._verdict(verdict), space(1.5)]
        return [*decided, *self._notes(prediction, RIGHT), *self._answer(prediction)]

    def _head(self, number: int, prediction: Prediction) -> Piece:
        sheet, state = self.sheet, STATES[prediction.status]
        wide = sheet.text_width(state, 7.5) + 6
        name = sheet.paragraph(f"{number}  {prediction.path.name}", WIDTH - wide - 4, 11, bold=True, most=3)
        colour = SOFT if prediction.status == "located" else WARN

        def chip(x: float, y: float) -> None:
            sheet.set_draw_color(*colour)
            sheet.set_line_width(0.2)
            sheet.rect(x, y + 0.4, wide, 4.6, "D", round_corners=True, corner_radius=2.3)
            sheet.line_of(x, y + 0.9, state, 7.5, colour=colour, align="C", width=wide)

        facts = [] if prediction.of_several else [str(prediction.path.parent)]
        facts += [f"SHA-256 {prediction.sha256}"] if prediction.sha256 else []
        below = [sheet.paragraph(fact, WIDTH, 7, colour=SOFT, most=3, after=0) for fact in facts]
        return stack([beside(name, Piece(5.4, chip), WIDTH - wide), *below, space(2)])

    def _notes(self, prediction: Prediction, width: float) -> list[Piece]:
        said = [text for text in (prediction.reason, *prediction.warnings) if text]
        texts = [self.sheet.paragraph(text, width - 5, 8, colour=WARN, most=20, after=0.4) for text in said]
        return [stack([self.sheet.boxed(text, width, WARN_BACK), space(1.2)]) for text in texts]

    def _verdict(self, verdict: Verdict) -> Piece:
        sheet, inner = self.sheet, RIGHT - 5
        texts = [sheet.paragraph(verdicts.headline(verdict), inner, 8.5, bold=True, most=6)]
        texts += [sheet.paragraph(verdict.note, inner, 8.5, most=40)] if verdict.note else []
        by = verdicts.signed(verdict)
        texts += [sheet.paragraph(by, inner, 7, colour=SOFT, most=2)] if by else []
        return sheet.boxed(stack(texts), RIGHT, None, EDGES[verdict.decision])

    def _picture(self, prediction: Prediction) -> Piece:
        """The photograph, encoded again from its pixels, or why it is not there."""
        small = thumbnail(prediction, THUMBNAIL)
        if isinstance(small, str):
            text = self.sheet.paragraph(small, LEFT - 5, 8, colour=WARN, most=8)
            return self.sheet.boxed(text, LEFT, WARN_BACK)
        scale = min(LEFT / small.width, PICTURE / small.height)
        width, height = small.width * scale, small.height * scale
        picture = Piece(height + 0.8, lambda x, y: self.sheet.jpeg(small.jpeg, x, y, width, height))
        return stack([picture, self.sheet.paragraph(small.full_size, LEFT, 6.5, colour=SOFT)])

    def _answer(self, prediction: Prediction) -> list[Piece]:
        rows = [self._candidate(c) for c in prediction.candidates]
        if prediction.candidates:
            rows.append(self._share("elsewhere", prediction.elsewhere, SOFT))
        countries = " · ".join(
            f"{self.atlas.country_name(code)} {percent(p)}" for code, p in prediction.countries[:COUNTRIES]
        )
        texts = [f"Countries: {countries}"] if countries else []
        if prediction.removed_by_filter >= 0.0005:
            texts.append(
                f"“Search within” removed {percent(prediction.removed_by_filter)} of the probability; what is left was "
                "scaled to 100 %."
            )
        return [*rows, *(self.sheet.paragraph(text, RIGHT, 7.5, colour=SOFT, most=4) for text in texts)]

    def _candidate(self, candidate: Candidate) -> Piece:
        where = f"{coordinate(candidate.latitude, candidate.longitude)} · within {kilometres(candidate.radius_km)}"
        row = self._share(str(candidate.place), candidate.probability, HEAT, where)

        def draw(x: float, y: float) -> None:
            mark(self.sheet, candidate.rank, x + 2.2, y + 2.2, 2.1)
            row.draw(x, y)

        return Piece(row.height, draw)

    def _share(self, name: str, probability: float, colour: pdf_map.Colour, where: str = "") -> Piece:
        """A name with its probability as a number and a bar."""
        sheet, indent, number = self.sheet, 6.5, 13.0
        inner = RIGHT - indent - number
        texts = [sheet.paragraph(name, inner, 8.5, bold=bool(where), most=2, colour=INK if where else SOFT, after=0.2)]
        texts += [sheet.paragraph(where, inner, 7, colour=SOFT, after=0.4)] if where else []
        said = stack(texts)

        def draw(x: float, y: float) -> None:
            said.draw(x + indent, y)
            share = percent(probability)
            sheet.line_of(x + RIGHT - number, y, share, 8.5, bold=True, align="R", width=number)
            sheet.bar(x + indent, y + said.height + 0.4, RIGHT - indent, probability, colour)

        return Piece(said.height + 4.2, draw)
