"""What the analyst decided of a photograph, and the marks of the case in which that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pigeon_desktop.engine.prediction import Candidate

Decision = Literal["confirmed", "rejected", "undecided"]
"""`confirmed`: it was taken at the verdict's coordinate. `rejected`: at none of the candidates. `undecided`: not known,
which is also how every photograph begins."""


@dataclass(frozen=True)
class Verdict:
    """One decision of an analyst; plain data.

    A confirmed one has a coordinate in degrees: that of the candidate of `rank`, or the analyst's own, without a rank.
    `place` names it, as it was shown then. `by` is the analyst as they named themselves, `time` in UTC, ISO 8601.
    """

    decision: Decision
    latitude: float | None = None
    longitude: float | None = None
    rank: int | None = None
    place: str = ""
    note: str = ""
    by: str = ""
    time: str = ""


def confirmed(candidate: Candidate) -> Verdict:
    """That a photograph was taken at one of its candidates."""
    return Verdict("confirmed", candidate.latitude, candidate.longitude, candidate.rank, str(candidate.place))


@dataclass(frozen=True)
class CaseMark:
    """Which case a report is of: what it is for, and its audit chain at that moment, as its length and last hash."""

    purpose: str
    entries: int
    head: str
