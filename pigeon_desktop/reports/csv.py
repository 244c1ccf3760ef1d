"""A table for spreadsheets: one row a candidate, and one for a photograph that has none."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import utf8
from pigeon_desktop.reports.verdicts import METRE

COLUMNS = (
    "path",
    "sha256",
    "status",
    "reason",
    "warnings",
    "rank",
    "probability",
    "latitude",
    "longitude",
    "radius_km",
    "country_code",
    "country",
    "region",
    "city",
    "city_km",
    "cells",
    "elsewhere",
    "removed_by_filter",
    "device",
    "seconds",
    "pack",
    "pack_version",
    "pack_sha256",
    "tool",
    "self_check",
    "settings",
    "created",
    "note",
    "licence",
    "verdict",
    "verdict_latitude",
    "verdict_longitude",
    "verdict_place",
    "verdict_note",
    "verdict_by",
    "verdict_time",
)


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the table as RFC 4180 has it; `out` must not translate line ends."""
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for prediction in predictions:
        table.writerows(_rows(prediction, context))
        out.flush()


def _rows(prediction: Prediction, context: ReportContext) -> Iterator[list[str | int | float]]:
    photo = (
        str(prediction.path),
        prediction.sha256,
        prediction.status,
        prediction.reason,
        " | ".join(prediction.warnings),
    )
    marks = (
        round(prediction.elsewhere, 6),
        round(prediction.removed_by_filter, 6),
        prediction.device,
        round(prediction.seconds, 4),
        prediction.pack.name,
        prediction.pack.version,
        prediction.pack.sha256,
        context.tool,
        round(context.self_check, 5),
        context.settings,
        context.created_text,
        LEAD,
        context.licence,
        *_decided(context.verdict_on(prediction)),
    )
    for place in [_place(c) for c in prediction.candidates] or [("",) * 11]:
        yield [harmless(value) if isinstance(value, str) else value for value in (*photo, *place, *marks)]


def _place(candidate: Candidate) -> tuple[str | int | float, ...]:
    return (
        candidate.rank,
        round(candidate.probability, 6),
        round(candidate.latitude, 5),
        round(candidate.longitude, 5),
        round(candidate.radius_km, 1),
        candidate.place.country_code,
        candidate.place.country,
        candidate.place.region,
        candidate.place.city,
        round(candidate.place.city_km, 1),
        " ".join(candidate.cells),
    )


def _decided(verdict: Verdict | None) -> tuple[str | float, ...]:
    if verdict is None:
        return ("",) * 7
    at: tuple[str | float, ...] = (
        "" if verdict.latitude is None else round(verdict.latitude, METRE),
        "" if verdict.longitude is None else round(verdict.longitude, METRE),
    )
    return (verdict.decision, *at, verdict.place, verdict.note, verdict.by, verdict.time)


def harmless(text: str) -> str:
    """`text` behind an apostrophe where a spreadsheet would run it as a formula: a file's name may be one."""
    text = utf8(text)
    return "'" + text if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n") else text
