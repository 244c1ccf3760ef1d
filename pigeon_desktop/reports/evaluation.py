"""The report of a measurement: one page that says how good a pack was on a table of photographs, and how honest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.reports import diagrams
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.diagrams import FEW, CoveragePoint, ReliabilityBin, Share, tenth_points
from pigeon_desktop.reports.html import marks, opening, said
from pigeon_desktop.reports.text import percent

MOST_WRONG = 20
MOST_FAILED = 100
NONE = "–"
STAR = "<sup>*</sup>"
"""Beside a number of photographs that is too small for its figures to say much."""


@dataclass(frozen=True)
class WrongAnswer:
    """A located photograph whose likeliest country, a code given `probability`, is not the `truth`.

    `said` is the first candidate in words, `km` from it to the truth, NaN where that has no coordinate.
    """

    photograph: str
    country: str
    probability: float
    said: str
    truth: str
    km: float


@dataclass(frozen=True)
class Basis:
    """How many photographs figures rest on: `n`, and those of them whose country and coordinate are known."""

    n: int
    country: int
    coordinate: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What the page shows. `values` are the figures as `pigeon evaluate --json` prints them.

    `places` is how many were resampled `resamples` times, `named_places` whether the table names them. `groups`
    are the shares with the right country by continent and by code of the country, `failures` (photograph, reason).
    """

    context: ReportContext
    table: str
    table_sha256: str
    values: Mapping[str, Any]
    answered: Basis
    located: Basis
    places: int
    named_places: bool
    resamples: int
    bins: Sequence[ReliabilityBin]
    coverage: Sequence[CoveragePoint]
    limit: CoveragePoint | None
    least_certainty: float
    radius: Share
    groups: Mapping[str, Share]
    wrong: Sequence[WrongAnswer]
    located_wrong: Share
    failures: Sequence[tuple[str, str]]


def write(evaluation: Evaluation, out: TextIO) -> None:
    """Write the page."""
    atlas, pack = load_atlas(), evaluation.context.pack
    name = f"{said(pack.name)} {said(pack.version)}"
    about = {"Table": evaluation.table, "Table SHA-256": evaluation.table_sha256}
    out.write(
        opening(f"How good is pack {name}? {LEAD.capitalize()}", ["report.css", "evaluation.css"])
        + f'<body><header class="top"><h1>How good is pack {name} on {said(evaluation.table)}?</h1>'
        f'<p class="lead">Each of its answers is {LEAD}. These figures hold for photographs like those of the table; '
        "on others it may be better or worse.</p>"
        f"{marks(evaluation.context, about)}</header>\n<main>\n"
    )
    out.write(_headline(evaluation))
    out.write(f'<div class="pair">{_reliability(evaluation)}{_coverage(evaluation)}</div>\n')
    out.write(_wrong(evaluation, atlas))
    out.write(_groups(evaluation, atlas))
    out.write(_failures(evaluation) if evaluation.failures else "")
    tool = said(evaluation.context.tool)
    out.write(f"</main>\n<footer><p>{tool} · pack {name} · {LEAD}</p></footer></body></html>\n")


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "numbers") -> str:
    """A table of harmless cells; the first of a row is its heading, and rows with a STAR are greyed."""
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join(
        f'<tr{" class=few" if any(cell.endswith(STAR) for cell in cells) else ""}><th scope="row">{cells[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells[1:])
        + "</tr>"
        for cells in rows
    )
    return (
        f'<div class="wide"><table class="{kind}"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _percent(value: float | None, digits: int = 0) -> str:
    return NONE if value is None or math.isnan(value) else f"{100 * value:.{digits}f} %"


def _number(value: float | None, digits: int = 0) -> str:
    return NONE if value is None or math.isnan(value) else f"{value:,.{digits}f}"


def _count(n: int) -> str:
    return f"{n:,}{STAR}" if n < FEW else f"{n:,}"


def _photographs(n: int) -> str:
    return f"{n:,} photograph{'' if n == 1 else 's'}"


def _interval(share: Share) -> str:
    return f"{100 * share.low:.0f}–{100 * share.high:.0f} %" if share.n else NONE


def _headline(evaluation: Evaluation) -> str:
    values = evaluation.values
    n, failed, abstained = values["n"], values["failed"], values["abstained"]
    within = {f"within_km.{km}": f"within {int(km):,} km" for km in values["within_km"]}
    rows = [
        ("right country first", "country_top1", 100.0, 0),
        ("right country among the first five", "country_top5", 100.0, 0),
        *((label, key, 100.0, 0) for key, label in within.items()),
        ("median distance, km", "median_km", 1.0, 0),
        ("mean distance, km", "mean_km", 1.0, 0),
        ("GeoScore, of 5,000", "geoscore", 1.0, 0),
        ("calibration error (ECE)", "ece", 100.0, 1),
    ]
    bases = (evaluation.answered, evaluation.located)

    def count(n: int) -> str:
        return f'<b>{n:,}</b> <span class="interval">{STAR if n < FEW else ""}</span>'

    body = [["photographs", *(count(basis.n) for basis in bases)]]
    for label, basis in (("country known", "country"), ("coordinate known", "coordinate")):
        if any(getattr(b, basis) < b.n for b in bases):
            body.append([label, *(count(getattr(b, basis)) for b in bases)])
    body += [
        [label, *(_figure(of, key, unit, digits) for of in (values, values["located"]))]
        for label, key, unit, digits in rows
    ]
    counts = f"{_photographs(n)}: {n - failed - abstained:,} located · {abstained:,} can't tell · {failed:,} failed"
    speed = values["photos_per_second"]
    pictures = (
        f"photographs of one place are drawn together ({evaluation.places:,} places in all)"
        if evaluation.named_places
        else "the table names no places, so each photograph is drawn alone"
    )
    return (
        f'<section class="card"><h2>Figures</h2><p class="counts">{counts}'
        f"{f' · {speed:,} photographs a second' if speed else ''}</p>"
        + _table(
            "Figures with their 95 % intervals", ["", "all answered", "located only"], body, kind="numbers headline"
        )
        + f'<p class="note-line">In brackets the 95 % interval by bootstrap: {evaluation.resamples:,} resamples, in '
        f"which {pictures}. “All answered” includes the photographs of which the pack says “can't tell”, by "
        "their first candidate. Distances are from the first candidate to the truth; GeoScore is "
        "5,000 · exp(−km / 1,492.7). ECE is the mean gap between the probability of the likeliest country and how "
        "often it is right, in ten bins; in a small sample chance alone makes some.</p>"
        + (_star() if any(basis.n < FEW for basis in bases) else "")
        + "</section>\n"
    )


def _figure(of: Mapping[str, Any], key: str, unit: float, digits: int) -> str:
    outer, _, inner = key.partition(".")
    value = of[outer][inner] if inner else of[outer]
    if value is None:
        return NONE
    unit_text = " %" if unit == 100 else ""
    interval = of["intervals"].get(key)
    brackets = (
        f' <span class="interval">({interval[0] * unit:,.{digits}f}–{interval[1] * unit:,.{digits}f})</span>'
        if interval
        else ""
    )
    return f"<b>{value * unit:,.{digits}f}{unit_text}</b>{brackets}"


def _reliability(evaluation: Evaluation) -> str:
    values, radius = evaluation.values, evaluation.radius
    low, high = values["intervals"].get("ece", (None, None))
    error = f"{_percent(values['ece'], 1)}{'' if low is None else f' ({100 * low:.1f}–{100 * high:.1f})'}"
    rows = [
        [
            f"{100 * b.low:.0f}–{100 * b.high:.0f} %",
            _count(b.right.n),
            _percent(b.probability),
            _percent(b.right.share),
            _interval(b.right),
        ]
        for b in evaluation.bins
        if b.right.n
    ]
    inside = (
        f"Of {_photographs(radius.n)} taken in the first candidate's region <b>{_percent(radius.share)}</b> "
        f"(95 % interval {_interval(radius)}) {'lies' if radius.n == 1 else 'lie'} within its radius; 80 % should."
        if radius.n
        else "No photograph is known to be taken in its first candidate's region, so nothing is known of the radius."
    )
    return (
        f'<section class="card"><h2>Is it as sure as it should be?</h2><figure>{diagrams.reliability(evaluation.bins)}'
        f"<figcaption>All answered photographs whose country is known, in tenths of the probability. ECE {error}. "
        f"Whiskers: 95 % interval after Wilson, for as many independent photographs as their places amount to (Kish), "
        "so rather too wide than too narrow. "
        f"A hollow mark stands for fewer than {FEW} photographs.</figcaption></figure>"
        "<details><summary>The numbers of the diagram</summary>"
        + _table(
            "By the probability of the likeliest country",
            ["probability", "photographs", "mean", "right", "95 % interval"],
            rows,
        )
        + f"{_star() if any(0 < b.right.n < FEW for b in evaluation.bins) else ''}</details>"
        f"<h3>The radius</h3><p>{inside}</p></section>"
    )


def _coverage(evaluation: Evaluation) -> str:
    limit = evaluation.limit
    points = dict.fromkeys(tenth_points(evaluation.coverage), "")
    if limit is not None:
        points[limit] = ", limit"
    rows = [
        [
            f"{_percent(p.answered)}{mark}",
            f"{p.certainty:.3f}",
            _percent(p.right.share),
            _interval(p.right),
            _number(p.median_km),
        ]
        for p, mark in sorted(points.items(), key=lambda item: item[0].answered)
    ]
    said_limit = (
        f"The pack says “can't tell” below a certainty of {evaluation.least_certainty:.3f} (dotted line)."
        if limit is not None
        else f"The pack says “can't tell” of all: none reaches its certainty of {evaluation.least_certainty:.3f}."
    )
    return (
        '<section class="card"><h2>What if it answered fewer?</h2>'
        f"<figure>{diagrams.coverage(evaluation.coverage, limit)}"
        "<figcaption>The photographs in the order of their certainty, as if only so many were answered. "
        f"{said_limit} The band is the 95 % interval of each point alone, made like the whiskers. "
        "Where certainty is worth its name, the upper curve falls to the right.</figcaption></figure>"
        "<details><summary>The numbers of the diagram</summary>"
        + _table(
            "By the share answered",
            ["answered", "certainty at least", "right country", "95 % interval", "median km"],
            rows,
        )
        + "</details></section>"
    )


def _star() -> str:
    return f'<p class="note-line"><sup>*</sup> Fewer than {FEW} photographs: their figures say little.</p>'


def _groups(evaluation: Evaluation, atlas: Atlas) -> str:
    columns = [
        "",
        "photographs",
        "can't tell",
        "right country",
        "95 % interval",
        "in first five",
        "median km",
        "GeoScore",
        "ECE",
    ]

    def rows(groups: Mapping[str, Any], name: Mapping[str, str]) -> list[list[str]]:
        ordered = sorted(groups.items(), key=lambda item: (-item[1]["n"], name[item[0]]))
        return [
            [
                said(name[key]),
                _count(of["n"]),
                f"{of['abstained']:,}",
                _percent(of["country_top1"]),
                _interval(evaluation.groups[key]),
                _percent(of["country_top5"]),
                _number(of["median_km"]),
                _number(of["geoscore"]),
                _percent(of["ece"]),
            ]
            for key, of in ordered
        ]

    continents, countries = evaluation.values["by_continent"], evaluation.values["by_country"]
    if not countries:
        return ""
    names = {code: atlas.country_name(code) for code in countries}
    return (
        '<section class="card"><h2>Where it is good, and where not</h2>'
        + _table("By continent of the truth", columns, rows(continents, {name: name for name in continents}))
        + _table("By country of the truth", columns, rows(countries, names))
        + (_star() if any(of["n"] < FEW for of in (*continents.values(), *countries.values())) else "")
        + '<p class="note-line">All answered photographs whose country the table names, the largest groups first. '
        "Intervals as of the whiskers above.</p></section>\n"
    )


def _wrong(evaluation: Evaluation, atlas: Atlas) -> str:
    total = evaluation.located_wrong
    if not total.n:
        return ""
    wrong = round(total.n * total.share)
    rows = [
        [
            said(one.photograph),
            said(atlas.country_name(one.country)),
            percent(one.probability),
            said(one.said),
            said(atlas.country_name(one.truth)),
            _number(one.km),
        ]
        for one in evaluation.wrong[:MOST_WRONG]
    ]
    text = (
        f"Of {_photographs(total.n)} located and with a known country {wrong:,} have a wrong one first "
        f"({percent(total.share)}, 95 % interval {_interval(total)})"
    )
    return (
        f'<section class="card"><h2>Sure and wrong</h2><p>{text}'
        + (f"; the surest {len(rows)}:</p>" if len(rows) < wrong else ":</p>" if rows else ".</p>")
        + (
            _table(
                "The surest wrong answers",
                ["photograph", "country said", "probability", "first candidate", "true country", "km off"],
                rows,
                kind="words",
            )
            if rows
            else ""
        )
        + "</section>\n"
    )


def _failures(evaluation: Evaluation) -> str:
    rows = [[said(name), said(reason)] for name, reason in evaluation.failures[:MOST_FAILED]]
    more = len(evaluation.failures) - len(rows)
    return (
        '<section class="card"><h2>Failed</h2>'
        + _table(
            "Photographs that could not be read, in no figure above", ["photograph", "why"], rows, kind="words reasons"
        )
        + (f"<p>And {more:,} more.</p>" if more else "")
        + "</section>\n"
    )
