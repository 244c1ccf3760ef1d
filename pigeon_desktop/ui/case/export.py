"""Writing reports from the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pigeon_desktop.ui.workers import Task

if TYPE_CHECKING:
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.contents import Row
    from pigeon_desktop.cases.fusing import Fused
    from pigeon_desktop.packs.store import Pack

FORMATS = {
    "html": "HTML",
    "pdf": "PDF",
    "csv": "CSV",
    "kml": "KML",
    "geojson": "GeoJSON",
    "gpx": "GPX",
    "jsonl": "JSON Lines",
}
"""Formats by the files' suffixes, and their names."""


@dataclass(frozen=True, eq=False)
class Export:
    """The work of a Task: one report of the open case to a file, whole or not at all: of the `chosen` rows, or all, or
    about those that are `fused`; with the rank of a `candidate` KML of that one alone. Returns the path and notes for
    people."""

    case: Case
    format: str
    path: Path
    chosen: Sequence[Row] | None = None
    fused: Fused | None = None
    known: Pack | None = None
    candidate: int | None = None

    def __call__(self, task: Task) -> tuple[Path, tuple[str, ...]]:
        """Raises PigeonError when the file cannot be written."""
        from pigeon_desktop.reports.case import CaseReport

        with self.case.beside() as case:
            areas = self.format in ("kml", "geojson")
            report = CaseReport(
                case,
                self.format,
                chosen=self.chosen,
                areas=areas,
                fused=self.fused,
                candidate=self.candidate,
                known=self.known,
            )
            report.write_file(self.path)
        return self.path, report.notes
