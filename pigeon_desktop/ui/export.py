"""Writing reports from the window."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.workers import Task

if TYPE_CHECKING:
    from pigeon_desktop.engine.prediction import Prediction
    from pigeon_desktop.reports.context import ReportContext

FORMATS = {"html": "HTML", "csv": "CSV", "geojson": "GeoJSON", "jsonl": "JSON Lines"}
"""Modules of `pigeon_desktop.reports`, which are also the files' suffixes, and their names."""


@dataclass(frozen=True)
class Export:
    """The work of a Task: one report to one file, whole or not at all. Returns the path."""

    format: str
    path: Path
    predictions: Sequence[Prediction]
    context: ReportContext
    settings: str

    def __call__(self, task: Task) -> Path:
        """Raises PigeonError when the file cannot be written."""
        report = importlib.import_module(f"pigeon_desktop.reports.{self.format}")
        context = replace(self.context, created=datetime.now(UTC), settings=self.settings)
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as out:
                report.write(self.predictions, out, context)
            part.replace(self.path)
        except OSError as error:
            part.unlink(missing_ok=True)
            reason = error.strerror or error
            raise PigeonError(f"{self.path}: cannot be written ({reason}). Choose another folder.") from error
        return self.path
