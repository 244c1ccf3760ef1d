"""One JSON object a line and photograph, written as soon as it is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports.context import ReportContext


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the predictions' records; a name that is not UTF-8 keeps its bytes as lone surrogates, escaped."""
    for prediction in predictions:
        text = json.dumps(prediction.record(), ensure_ascii=False, allow_nan=False)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            text = json.dumps(prediction.record(), allow_nan=False)
        out.write(text + "\n")
        out.flush()
