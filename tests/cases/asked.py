"""Everything that is ever asked of a case, for tests with cases that are not what they seem."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import (
    confirmed_places,
    counts,
    hashes,
    likenesses,
    predictions,
    rows,
    runs,
    verdicts,
)
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.reports.case import CaseReport
from tests.cases.made import MODEL
from tests.reports.predictions import CELLS

QUICK = ("table", "jsonl", "csv", "geojson", "kml", "gpx")


def ask_all(folder: Path, formats: tuple[str, ...] = QUICK, *, read_only: bool = True) -> list[PigeonError]:
    """The errors for people that the questions ended in; whatever else is raised goes through."""
    errors: list[PigeonError] = []
    try:
        case = Case.open(folder, read_only=read_only)
    except PigeonError as error:
        return [error]

    def contents() -> None:
        found = rows(case)
        counts(found)
        runs(case)
        hashes(case)
        likenesses(case, [1, 2])
        verdicts(case)
        confirmed_places(case)
        list(predictions(case, found))

    def vectors() -> None:
        photos = list(hashes(case).values())
        with closing(case.vectors()) as kept:
            kept.encoded(MODEL.encoder)
            kept.features(photos, MODEL)
            kept.beliefs(photos, MODEL.belief, len(CELLS))

    def written() -> None:
        case.decide(1, Verdict("rejected"))
        case.undo()

    questions = [contents, vectors, lambda: verify(case, files=True), *([] if read_only else [written])]
    questions += [lambda form=form: CaseReport(case, form).write(io.StringIO()) for form in formats]  # type: ignore[misc]
    with case:
        for question in questions:
            try:
                question()
            except PigeonError as error:
                errors.append(error)
    return errors
