"""What is in a case, as it is asked for: rows of lists, counts, whole predictions, verdicts."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from pigeon_desktop.cases.answers import unpacked
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.verdict import Decision, Verdict
from pigeon_desktop.engine.prediction import PackMark, Prediction

State = Literal["waiting", "located", "abstained", "failed"]
"""`waiting`: nothing was said of it yet."""

ASKED_AT_ONCE = 500
Item = TypeVar("Item")


class Row(NamedTuple):
    """One photograph as a list shows it; or a file that is not read yet, or cannot be, and has no photograph.

    A tuple, for a hundred thousand are made when a case is opened, and a frozen dataclass takes three times as long.

    `latitude` and `longitude` in degrees are those of the first candidate.
    It lies at `path` and at `others`; or nowhere any more, and was last at `path`, or is copied there: `gone`. `files`
    are the rows of all files that hold it or held it.
    """

    files: tuple[int, ...]
    photo: int | None
    place_on_disk: str
    others: tuple[Path, ...]
    gone: bool
    state: State
    probability: float
    place: str
    country: str
    decision: Decision
    reason: str
    latitude: float | None = None
    longitude: float | None = None

    # A hundred thousand Paths would take a hundred megabytes.
    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self.place_on_disk)

    @property
    def name(self) -> str:
        """The name of its file."""
        return os.path.basename(self.place_on_disk)  # noqa: PTH119


@dataclass(frozen=True)
class Run:
    """One run, as it is on record. Times are UTC in ISO 8601; `ended` is empty while it goes on or if it was killed."""

    id: int
    begun: str
    ended: str
    outcome: str
    tool: str
    pack: PackMark
    licence: str
    device: str
    self_check: float
    within: str
    top: int
    model: str

    @property
    def settings(self) -> str:
        """What was asked for, in words."""
        return f"{self.top} candidates, " + (f"within {self.within}" if self.within else "the whole world")


_ROWS = """
SELECT
    f.id, f.photo, f.path, f.gone, f.problem,
    a.status, a.probability, a.place, a.country, v.decision, p.problem, p.copy, a.latitude, a.longitude
FROM files f
LEFT JOIN photos p ON p.id = f.photo
LEFT JOIN answers a ON a.photo = f.photo
LEFT JOIN verdicts v ON v.id = p.verdict
"""
_RUNS = """
SELECT id, begun, ended, outcome, tool, pack_name, pack_version, pack_sha256, licence, device, self_check, within, top,
    model
FROM runs ORDER BY id
"""


def rows(case: Case) -> list[Row]:
    """Every photograph once, and every file without one, in the order in which they came."""
    with case.errors(), _nothing_collected():
        return _merged(case, case.database.execute(f"{_ROWS} ORDER BY f.id"))


def last_file(case: Case) -> int:
    """The number of the file that came last; 0 where there is none."""
    with case.errors():
        return int(case.database.execute("SELECT coalesce(max(id), 0) FROM files").fetchone()[0])


def rows_since(case: Case, file: int) -> list[Row]:
    """The files that came after that one and are not read yet."""
    with case.errors():
        return _merged(
            case, case.database.execute(f"{_ROWS} WHERE f.id > ? AND f.photo IS NULL ORDER BY f.id", (file,))
        )


def rows_of(case: Case, files: Sequence[int] = (), photos: Sequence[int] = ()) -> list[Row]:
    """The rows of these photographs, and of what these files turned out to be."""
    found: list[Row] = []
    with case.errors():
        for column, wanted in (("id", files), ("photo", photos)):
            for asked in _chunks(wanted):
                marks = ",".join("?" * len(asked))
                question = f"{_ROWS} WHERE f.{column} IN ({marks}) ORDER BY f.id"
                if column == "id":
                    # With a file come the others of its photograph.
                    question = question.replace(
                        "ORDER", f"OR f.photo IN (SELECT photo FROM files WHERE id IN ({marks})) ORDER"
                    )
                    asked = [*asked, *asked]
                found += _merged(case, case.database.execute(question, asked))
    return found


def _merged(case: Case, answers: Iterable[Any]) -> list[Row]:
    """One row a photograph, at the first file of it that is still there."""
    # Photographs by their numbers, files without one by theirs, negative.
    found: dict[int, Row] = {}
    # Each place and state comes thousands of times, and is kept once.
    once: dict[str, str] = {}
    for file, photo, path, gone, problem, status, probability, place, country, decision, damage, copy, *at in answers:
        key = -file if photo is None else photo
        here = str(case.folder / copy) if gone and copy else os.fsdecode(path)
        before = found.get(key)
        if before is None:
            found[key] = Row(
                files=(file,),
                photo=photo,
                place_on_disk=here,
                others=(),
                gone=bool(gone),
                state=_once(once, "failed" if problem or damage else status or "waiting"),
                probability=probability or 0.0,
                place=_once(once, place or ""),
                country=_once(once, country or ""),
                decision=_once(once, decision or "undecided"),
                reason=problem or damage or "",
                latitude=at[0],
                longitude=at[1],
            )
        else:
            first = before.gone and not gone
            found[key] = before._replace(
                files=(*before.files, file),
                place_on_disk=here if first else before.place_on_disk,
                gone=before.gone and bool(gone),
                others=before.others if gone or first else (*before.others, Path(here)),
            )
    return list(found.values())


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Python does not search for reference cycles: there are none in rows, and it would go through all that are made
    again and again, for a fifth of the time that a large case takes to open."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def _once(known: dict[str, str], text: str) -> Any:
    return known.setdefault(text, text)


def counts(rows: Iterable[Row]) -> Counter[str]:
    """How many photographs are in each state and of each decision; also `photographs`, `files`, `gone` (photographs
    that lie nowhere any more) and `unread` (files)."""
    total: Counter[str] = Counter()
    for row in rows:
        total[row.state] += 1
        total["photographs"] += 1
        total["files"] += (not row.gone) + len(row.others)
        total["gone"] += row.gone
        total["unread"] += row.photo is None
        if row.decision != "undecided":
            total[row.decision] += 1
    return total


def runs(case: Case) -> list[Run]:
    """All runs, the oldest first."""
    with case.errors():
        return [
            Run(id_, begun, ended or "", outcome, tool, PackMark(name, version, sha256), *rest)
            for id_, begun, ended, outcome, tool, name, version, sha256, *rest in case.database.execute(_RUNS)
        ]


def predictions(case: Case, chosen: Iterable[Row]) -> Iterator[tuple[Prediction, Run | None]]:
    """What was said of these photographs, in their order, without the beliefs, and by which run; those that wait are
    left out."""
    ran = {run.id: run for run in runs(case)}
    last = list(ran.values())[-1] if ran else None
    for some in _chunks(list(chosen)):
        ids = [row.photo for row in some if row.photo is not None]
        marks = ",".join("?" * len(ids))
        question = (
            "SELECT p.id, p.sha256, a.run, a.record FROM photos p LEFT JOIN answers a ON a.photo = p.id "
            f"WHERE p.id IN ({marks})"
        )
        with case.errors():
            found = {photo: tuple(answer) for photo, *answer in case.database.execute(question, ids)}
        for row in some:
            sha256, run, record = found.get(row.photo, ("", None, None))
            if row.state == "failed" and row.reason:
                mark, device = (last.pack, last.device) if last else (PackMark("", "", ""), "")
                yield Prediction(row.path, sha256, "failed", row.reason, (), (), (), 0.0, mark, device, 0.0), last
            elif record is not None:
                yield unpacked(record, row.path, sha256, ran[run].pack, ran[run].device), ran[run]


def run_of(case: Case, photo: int) -> int | None:
    """The run that answered for a photograph last."""
    with case.errors():
        row = case.database.execute("SELECT run FROM answers WHERE photo = ?", (photo,)).fetchone()
    return None if row is None else int(row[0])


_VERDICTS = """
SELECT sha256, decision, latitude, longitude, rank, place, note, analyst, time
FROM photos JOIN verdicts ON verdicts.id = photos.verdict
"""


def verdicts(case: Case) -> Mapping[str, Verdict]:
    """The verdicts that hold, by the SHA-256 of their photographs."""
    with case.errors():
        return {sha256: Verdict(*values) for sha256, *values in case.database.execute(_VERDICTS)}


def confirmed_places(case: Case) -> list[tuple[int, float, float, str]]:
    """Photograph, latitude, longitude in degrees, and place of every confirmed verdict that holds."""
    question = (
        "SELECT photos.id, latitude, longitude, place FROM photos JOIN verdicts ON verdicts.id = photos.verdict "
        "WHERE decision = 'confirmed' AND latitude IS NOT NULL AND longitude IS NOT NULL"
    )
    with case.errors():
        return case.database.execute(question).fetchall()


def verdict_on(case: Case, photo: int) -> Verdict | None:
    """The verdict that holds on a photograph."""
    with case.errors():
        row = case.database.execute(f"{_VERDICTS} WHERE photos.id = ?", (photo,)).fetchone()
    return None if row is None else Verdict(*row[1:])


def hashes(case: Case) -> dict[int, str]:
    """The SHA-256 of every photograph."""
    with case.errors():
        return dict(case.database.execute("SELECT id, sha256 FROM photos").fetchall())


def likenesses(case: Case, photos: Sequence[int]) -> dict[int, int]:
    """The perceptual hashes of those of the photographs that have one."""
    found: dict[int, int] = {}
    for asked in _chunks(photos):
        marks = ",".join("?" * len(asked))
        question = f"SELECT id, likeness FROM photos WHERE id IN ({marks}) AND likeness IS NOT NULL"
        with case.errors():
            found.update(case.database.execute(question, asked).fetchall())
    return found


def _chunks(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Some at a time: SQLite takes only so many in one question."""
    left = iter(items)
    while chunk := list(islice(left, ASKED_AT_ONCE)):
        yield chunk
