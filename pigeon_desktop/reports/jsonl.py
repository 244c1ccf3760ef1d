"""One JSON object a line and photograph, written as soon as it is known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import verdicts
from pigeon_desktop.reports.context import ReportContext


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the predictions' records; in a case each says what was decided, and which run spoke."""
    run = context.record()
    for prediction in predictions:
        record = prediction.record()
        if context.case is not None:
            verdict = context.verdict_on(prediction)
            record |= {"verdict": None if verdict is None else verdicts.record(verdict), "run": run}
        out.write(line(record) + "\n")
        out.flush()


def line(record: Mapping[str, Any]) -> str:
    """A record on one line; a name that is not UTF-8 keeps its bytes as lone surrogates, escaped."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(record, allow_nan=False)
    return text
