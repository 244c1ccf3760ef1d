"""The report for people: one page that needs nothing but itself, and that says what it is worth."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import TextIO

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.earth.atlas import CREDIT, Atlas, load_atlas
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports import verdicts, worldmap
from pigeon_desktop.reports.closeup import close_up
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import STATES, coordinate, kilometres, lines, percent, printable
from pigeon_desktop.reports.thumbnail import thumbnail
from pigeon_desktop.reports.worldmap import WorldMap
from pigeon_desktop.resources import resource

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Content Security Policy: no script runs and nothing is fetched, whatever a file's name may hold."""
JPEG = "data:image/jpeg;base64,"
THUMBNAIL = (560, 420)
COUNTRIES = 6
LONG = ("Purpose of the case", "Audit chain", "Pack SHA-256", "Table SHA-256")
"""Marks that take a line of their own."""


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the page. Photographs are read again for their thumbnails, one at a time."""
    atlas, maps = load_atlas(), WorldMap(context.cells)
    out.write(_head(context))
    states: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    firsts: list[tuple[int, Candidate]] = []
    for number, prediction in enumerate(predictions, start=1):
        out.write(_article(number, prediction, context, atlas, maps))
        if prediction.of_several:
            continue
        states[prediction.status] += 1
        if verdict := context.verdict_on(prediction):
            decided[verdict.decision] += 1
        if prediction.status == "located":
            firsts.append((number, prediction.candidates[0]))
    # Written last, for it needs them all; the style sheet shows it first.
    out.write(_overview(states, decided, firsts) + _foot(context))


def said(text: str) -> str:
    """`text` from outside, harmless in content and in quoted attributes."""
    return escape(printable(text))


def opening(title: str, styles: Iterable[str]) -> str:
    """The page up to its body, with the style sheets of these names inside; `title` is harmless HTML."""
    css = "".join(resource(name).read_text("utf-8") for name in styles)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{css}</style></head>\n"
    )


def marks(context: ReportContext, more: Mapping[str, str]) -> str:
    """Who spoke, on what and when, as a list; `more` from outside goes before the pack's hash."""
    items = [
        f"<div{' class=long' if k in LONG else ''}><dt>{said(k)}</dt><dd>{said(v)}</dd></div>"
        for k, v in context.marks(more).items()
    ]
    return f'<dl class="marks">{"".join(items)}</dl>'


def _head(context: ReportContext) -> str:
    return (
        opening(f"Where were these photographs taken? {LEAD.capitalize()}", ["report.css"])
        + f'<body><svg class="definitions" aria-hidden="true"><defs>{worldmap.base()}</defs></svg>\n'
        '<header class="top"><h1>Where may these photographs have been taken?</h1>'
        f'<p class="lead">{LEAD.capitalize()}. The model has seen what such places look like; '
        "it does not know this one. Check before you act on it.</p>"
        f"{marks(context, {})}</header>\n<main>\n"
    )


def _article(number: int, prediction: Prediction, context: ReportContext, atlas: Atlas, maps: WorldMap) -> str:
    state = STATES[prediction.status]
    facts = [] if prediction.of_several else [said(str(prediction.path.parent))]
    facts += [f"SHA-256 <code>{said(prediction.sha256)}</code>"] if prediction.sha256 else []
    head = (
        f'<article id="p{number}" class="{prediction.status}"><header><h2>{said(prediction.path.name)}</h2>'
        f'<span class="state">{state}</span></header><p class="facts">{"<br>".join(facts)}</p>'
    )
    notes = [f'<p class="reason">{said(prediction.reason)}</p>'] if prediction.reason else []
    notes += [f'<p class="note">{said(warning)}</p>' for warning in prediction.warnings]
    body = "".join(notes) + _verdict(context.verdict_on(prediction))
    if prediction.status != "failed":
        body += '<div class="views">' + ("" if prediction.of_several else _picture(prediction))
        body += f"<figure>{maps.of(prediction.probability, prediction.candidates, _label(prediction))}</figure>"
        if prediction.candidates:
            body += _candidates(prediction, atlas)
            near = f"Around candidate 1: {prediction.candidates[0].place}"
            drawing = close_up(number, prediction, atlas, context.cells, said(near))
            body += f"<figure>{drawing}<figcaption>{said(near)}</figcaption></figure>"
        body += "</div>"
    return f"{head}{body}</article>\n"


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    note = "<br>".join(escape(line) for line in lines(verdict.note))
    by = said(verdicts.signed(verdict))
    return (
        f'<div class="verdict {verdict.decision}"><p><b>{said(verdicts.headline(verdict))}</b></p>'
        + (f"<p>{note}</p>" if note else "")
        + (f'<p class="signed">{by}</p>' if by else "")
        + "</div>"
    )


def _label(prediction: Prediction) -> str:
    places = ", ".join(f"{c.rank} {c.place} {percent(c.probability)}" for c in prediction.candidates)
    return said(f"World map of the candidates: {places or 'none'}")


def _picture(prediction: Prediction) -> str:
    """The photograph, encoded again from its pixels: nothing else of the file goes into the report."""
    small = thumbnail(prediction, THUMBNAIL)
    if isinstance(small, str):
        return f'<figure class="photo"><p class="note">{said(small)}</p></figure>'
    source = base64.b64encode(small.jpeg).decode("ascii")
    return (
        f'<figure class="photo"><img alt="{said(prediction.path.name)}" width="{small.width}" '
        f'height="{small.height}" src="{JPEG}{source}"><figcaption>{small.full_size}</figcaption></figure>'
    )


def _bar(probability: float) -> str:
    return (
        f'<span class="number">{escape(percent(probability))}</span>'
        f'<span class="bar" aria-hidden="true"><i style="width:{100 * probability:.1f}%"></i></span>'
    )


def _candidates(prediction: Prediction, atlas: Atlas) -> str:
    rows = [
        f'<li class="r{c.rank}"><b class="rank">{c.rank}</b><div class="place"><strong>{said(str(c.place))}</strong>'
        f"<small>{coordinate(c.latitude, c.longitude)} · within {kilometres(c.radius_km)}</small></div>"
        f"{_bar(c.probability)}</li>"
        for c in prediction.candidates
    ]
    rows.append(
        '<li class="elsewhere"><b class="rank"></b><div class="place"><strong>elsewhere</strong></div>'
        f"{_bar(prediction.elsewhere)}</li>"
    )
    countries = " · ".join(
        f"{said(atlas.country_name(code))}&nbsp;{escape(percent(p)).replace(' ', '&nbsp;')}"
        for code, p in prediction.countries[:COUNTRIES]
    )
    removed = (
        f'<p class="countries">“Search within” removed {escape(percent(prediction.removed_by_filter))} of the '
        "probability; what is left was scaled to 100 %.</p>"
        if prediction.removed_by_filter >= 0.0005
        else ""
    )
    return (
        f'<div class="answer"><ol class="candidates">{"".join(rows)}</ol>'
        f'<p class="countries"><b>Countries</b> {countries}</p>{removed}</div>'
    )


def _overview(states: Counter[str], decided: Counter[str], firsts: list[tuple[int, Candidate]]) -> str:
    total = sum(states.values())
    counts = " · ".join(f"{states[key]:,} {word}" for key, word in STATES.items() if states[key])
    noun = "photograph" if total == 1 else "photographs"
    said_so = f'<p class="counts">Verdicts: {verdicts.counted(decided)}</p>' if decided else ""
    head = f'<section class="overview"><p class="counts">{total:,} {noun}{": " if counts else ""}{counts}</p>{said_so}'
    return head + (
        f"<figure>{worldmap.overview(firsts)}<figcaption>The first candidate of each located photograph; "
        "a dot leads to it.</figcaption></figure></section>\n"
        if len(firsts) > 1
        else "</section>\n"
    )


def _foot(context: ReportContext) -> str:
    return (
        "</main>\n<footer><p><b>How to read this.</b> The colour is the model's belief over its geocells: the "
        "stronger, the likelier, within each photograph. Numbers mark the candidates; the circle around one holds "
        "the place in 80 % of cases, <em>if</em> that region is the right one. “Can't tell” means "
        "that the belief is too flat to name a place.</p>"
        f"<p>{CREDIT} "
        f"World maps: Equal Earth. Close-ups: distances from the middle are true.</p><p>{said(context.tool)} · "
        f"pack {said(context.pack.name)} {said(context.pack.version)} · {LEAD}</p></footer></body></html>\n"
    )
