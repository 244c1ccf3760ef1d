"""What the map shows, in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from pigeon_desktop.engine.prediction import Candidate
from pigeon_desktop.ui.look.numbers import amount, percent
from pigeon_desktop.ui.look.rows import short_place


def description(candidates: Sequence[Candidate], selected: int | None, heat: str, pins: int, marks: int) -> str:
    """The candidates with their numbers, probabilities and radii, what the heat is of ("" without), and how many
    photographs are pinned and marked."""
    parts = []
    for candidate in candidates:
        words = _tr("{rank} {place}, {probability}, within {km} km").format(
            rank=candidate.rank,
            place=short_place(candidate),
            probability=percent(candidate.probability),
            km=amount(candidate.radius_km),
        )
        parts.append(_tr("{candidate} (selected)").format(candidate=words) if candidate.rank == selected else words)
    said = [_tr("Candidates: {list}.").format(list="; ".join(parts))] if parts else []
    if heat:
        said.append(_tr("Coloured by: {meaning}.").format(meaning=heat))
    points = _tr("{pins} photos confirmed, first candidates of {marks} selected ones")
    return " ".join([*said, points.format(pins=amount(pins), marks=amount(marks))])


def _tr(text: str) -> str:
    return QCoreApplication.translate("MapWords", text)
