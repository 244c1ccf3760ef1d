"""Captions and how well they fit a photograph: lines for a terminal, and a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pigeon_desktop.engine.text import Asked
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.table import bar
from pigeon_desktop.reports.text import fitted, percent, printable

ONLY_AMONG = "how the captions compare with each other, not whether any of them is true"


def lines(asked: Asked, columns: int) -> Iterator[str]:
    """The photograph, its captions with bars, likeliest first, each line at most `columns` wide but for the path."""
    yield printable(str(asked.path))
    for answer in asked.answers:
        prompt = answer.prompt
        text = prompt.name if prompt.name == prompt.caption else f"{prompt.name}  “{prompt.caption}”"
        share = f"{bar(answer.probability)} {percent(answer.probability):>5}"
        yield f"  {share}  {fitted(printable(text), columns - len(share) - 4).rstrip()}"
        for note in answer.notes:
            yield f"      note: {printable(note)}"
    for warning in asked.warnings:
        yield f"      note: {printable(warning)}"


def marks(asked: Asked, measured: str) -> Iterator[str]:
    """Who spoke, and how much it is worth; `measured` is what is known of that, empty for nothing."""
    pack = asked.pack
    yield f"pack {pack.name} {pack.version} ({pack.sha256}) · {asked.device}"
    if measured:
        yield measured
    yield f"Probabilities: {ONLY_AMONG}. {LEAD.capitalize()}."


def record(asked: Asked, context: ReportContext, measured: str) -> dict[str, Any]:
    """Built-in types, for JSON, with the marks that every report carries."""
    return {
        "path": str(asked.path),
        "sha256": asked.sha256,
        "warnings": list(asked.warnings),
        "captions": [
            {
                "name": answer.prompt.name,
                "caption": answer.prompt.caption,
                "probability": round(answer.probability, 6),
                "within": answer.prompt.within,
                "notes": list(answer.notes),
            }
            for answer in asked.answers
        ],
        "probabilities": ONLY_AMONG,
        "measured": measured,
        "seconds": round(asked.seconds, 4),
        **context.record(),
    }
