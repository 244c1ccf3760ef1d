"""Predictions made by hand, the hostile kind among them: they are plain data."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pigeon_desktop.cases.verdict import CaseMark, Verdict
from pigeon_desktop.earth.atlas import Place
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction
from pigeon_desktop.reports.context import ReportContext
from tests.cells import grid_cells

MARK = PackMark("default", "1.0", "ab" * 32)
CELLS = grid_cells()
HOSTILE = "<script>alert(\"1\")</script>\x1b[31m&\u202e=cmd|' /C calc'!A0.jpg"


def context(cells: GeocellSet | None = CELLS, *, areas: bool = False) -> ReportContext:
    when = datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)
    return ReportContext(MARK, "CPU (of a kind)", 0.99987, "5 candidates", when, "research use", "9.9", cells, areas)


def in_case(verdicts: Mapping[str, Verdict], cells: GeocellSet | None = CELLS) -> ReportContext:
    """The context of a report on a case in which this was decided, by SHA-256."""
    case = CaseMark("Who took these?\nFile 7/26 <b>", 12, "9f" * 32)
    return replace(context(cells), case=case, verdicts=verdicts)


def confirmed(note: str = "The tower is <unique>.\nSeen from the south.") -> Verdict:
    return Verdict("confirmed", 31.26012, 3.74, 1, "Lisbon, Portugal", note, "=Ana & Co", "2026-02-01T08:00:00Z")


def candidate(rank: int, latitude: float, longitude: float, probability: float, cells: tuple[str, ...]) -> Candidate:
    place = Place("PT", "Portugal", "PT-11", "Lisboa", "Lisbon", 2.5, "PT")
    return Candidate(rank, probability, latitude, longitude, 120.0 * rank, place, cells)


def located(path: Path = Path("a photo.jpg")) -> Prediction:
    belief = np.full(len(CELLS), 0.2 / len(CELLS), np.float32)
    belief[[5, 6]] += 0.25
    belief[44] += 0.3
    ids = [str(i) for i in CELLS.ids]
    return Prediction(
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "cd" * 32,
        status="located",
        reason="",
        warnings=(),
        candidates=(
            candidate(1, 31.25, 3.75, 0.5, (ids[5], ids[6])),
            candidate(2, 41.25, 1.25, 0.3, (ids[44],)),
            candidate(3, -16.5, 179.9, 0.05, (ids[0],)),
        ),
        countries=(("AA", 0.52), ("PT", 0.31)),
        removed_by_filter=0.25,
        pack=MARK,
        device="CPU (of a kind)",
        seconds=0.0412,
        probability=belief,
    )


def abstained(path: Path = Path("sky.jpg")) -> Prediction:
    return replace(located(path), status="abstained", reason="The belief is too flat.", warnings=("small: 9 pixels",))


def failed(path: Path = Path("broken.jpg")) -> Prediction:
    reason = f"{path}: holds no picture. Get the file again."
    return Prediction(path, "", "failed", reason, (), (), (), 0.0, MARK, "CPU (of a kind)", 0.0)


def hostile() -> Prediction:
    """A photograph whose names try every format."""
    place = Place("XX", "=1+1", "", HOSTILE, '"><img src=x onerror=alert(1)>', 2.5, "XX")
    bad = located(Path("folder") / HOSTILE)
    return replace(
        bad,
        warnings=(HOSTILE,),
        candidates=(replace(bad.candidates[0], place=place),),
        countries=(("</p><b>", 0.5),),
    )


def undecodable() -> Prediction:
    """A photograph with a name that is no UTF-8, as Linux allows."""
    return located(Path(b"caf\xe9.jpg".decode("utf-8", "surrogateescape")))
