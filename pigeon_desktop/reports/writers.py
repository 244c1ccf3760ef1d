"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO, TextIO

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import csv, geojson, gpx, html, jsonl, kml, table
from pigeon_desktop.reports.context import ReportContext

Writer = Callable[[Iterable[Prediction], TextIO, ReportContext], None]
"""Writes predictions as they come, and what the context says; the text file must not translate line ends."""

WRITERS: Mapping[str, Writer] = {
    "table": table.write,
    "jsonl": jsonl.write,
    "csv": csv.write,
    "geojson": geojson.write,
    "html": html.write,
    "kml": kml.write,
    "gpx": gpx.write,
}
"""By the name of the format."""


def _pdf(predictions: Iterable[Prediction], out: BinaryIO, context: ReportContext) -> None:
    # Its library takes a third of a second to load, and nothing else needs it.
    from pigeon_desktop.reports import pdf

    pdf.write(predictions, out, context)


BinaryWriter = Callable[[Iterable[Prediction], BinaryIO, ReportContext], None]
"""Writes a document when it has seen all predictions."""

BINARY_WRITERS: Mapping[str, BinaryWriter] = {"pdf": _pdf}
"""By the name of the format; these want a binary file."""


def printer(out: TextIO) -> Callable[[Prediction], None]:
    """Prints one prediction after the other, as the table has them."""

    def show(prediction: Prediction) -> None:
        out.write("\n".join(table.lines(prediction, table.columns_of(out))) + "\n\n")
        out.flush()

    return show
