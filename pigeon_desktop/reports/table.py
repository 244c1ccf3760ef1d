"""Lines for a terminal: each photograph with its ranked places."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from typing import TextIO

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import coordinate, fitted, kilometres, percent, printable

WIDTH = 100
"""Columns where the terminal does not say."""
LEAST_WIDTH, MOST_WIDTH = 70, 120
BAR = 12


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the predictions for people, as wide as the terminal, and below them who spoke."""
    columns = columns_of(out)
    for prediction in predictions:
        out.write("\n".join(lines(prediction, columns)) + "\n\n")
        out.flush()
    out.write(
        f"{context.tool} · pack "
        + printable(f"{context.pack.name} {context.pack.version} ({context.pack.sha256}) · {context.device}")
        + f" · self-check {context.self_check:.4f}\n"
        f"Radius: holds the place in 80 % of cases, if the region is right. {LEAD.capitalize()}.\n"
    )


def columns_of(out: TextIO) -> int:
    """How wide lines may be on `out`."""
    return max(LEAST_WIDTH, min(shutil.get_terminal_size().columns, MOST_WIDTH)) if out.isatty() else WIDTH


def lines(prediction: Prediction, columns: int) -> Iterator[str]:
    """The lines of one photograph, each at most `columns` wide but for its path and reason."""
    yield printable(str(prediction.path))
    if prediction.status == "failed":
        yield f"     could not be read: {printable(prediction.reason)}"
        return
    if prediction.status == "abstained":
        yield f"     can't tell: {printable(prediction.reason)}"
    for candidate in prediction.candidates:
        where = f"{coordinate(candidate.latitude, candidate.longitude):>20}  {kilometres(candidate.radius_km):>8}"
        name = fitted(printable(str(candidate.place)), columns - BAR - len(where) - 18)
        share = f"{bar(candidate.probability)} {percent(candidate.probability):>5}"
        yield f"  {candidate.rank:>2}  {share}  {name}  {where}"
    if prediction.elsewhere >= 0.0005:
        yield f"      {bar(prediction.elsewhere)} {percent(prediction.elsewhere):>5}  elsewhere"
    for warning in prediction.warnings:
        yield f"      note: {printable(warning)}"


def bar(probability: float) -> str:
    """A probability in 0..1 as a bar of `BAR` columns."""
    return fitted("#" * round(BAR * probability), BAR).replace(" ", ".")
