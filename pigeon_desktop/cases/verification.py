"""Whether a case is still what its audit chain says: entries altered, removed or moved, and rows that nobody wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pigeon_desktop.cases.answers import digest
from pigeon_desktop.cases.audit import Entry, entries, faults
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.photos.reading import PhotoError, read_photo_bytes

MOST = 100
"""Faults of a kind that are told one by one."""


@dataclass(frozen=True)
class Verified:
    """What a check found: the chain's length and last hash, and what is wrong, in words.

    `changed` are photographs on the disk that are not any more what was read there; the case is sound all the same.
    """

    entries: int
    head: str
    faults: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass
class _Told:
    """What the chain tells, as far as it still holds: answers' digests and hashes of files as they were read last,
    verdicts by their number with whether they were undone, runs."""

    purpose: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    verdicts: dict[int, dict[str, Any]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    hashes: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)

    def hear(self, entry: Entry) -> None:
        content = entry.content()
        self.hashes.add(entry.hash)
        match entry.kind:
            case "created" | "purpose":
                self.purpose = str(content.get("purpose", ""))
            case "run began":
                self.runs[content["run"]] = content
            case "run ended":
                self.runs[content["run"]] |= {"outcome": content["outcome"]}
            case "answers":
                self.answers.update(content["answers"])
                self.read.update(content.get("read", []))
            case "verdict":
                self.verdicts[content["verdict"]] = content
            case "undone":
                self.undone.add(self.verdicts[content["verdict"]]["verdict"])


def verify(
    case: Case,
    *,
    heads: Iterable[str] = (),
    files: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Verified:
    """Check the whole of a case; with `files` read every photograph again and compare its hash.

    `heads` are last hashes of the chain that were written down elsewhere, on reports for instance. Each must still be
    that of an entry: then nothing up to there was changed since. Without one, whoever can write to the case can also
    make a chain anew from its beginning.

    Raises:
        Cancelled: `cancelled` said so.
        PigeonError: the case cannot be read.
    """
    told = _Told()
    mark = case.mark()
    with case.errors():
        wrong = [f"SQLite: {row[0]}" for row in case.database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [f"A row of {row[0]} refers to nothing." for row in case.database.execute("PRAGMA foreign_key_check")]
        wrong += faults(_heard(case, told), mark.entries, mark.head)
        wrong += told.strange
        for head in heads:
            if head not in told.hashes:
                wrong.append(f"No entry has the hash {head}: the chain is not the one that it was written down from.")
        # What an entry tells that was altered is no measure for the rest.
        for found in (_purpose, _runs, _answers, _verdicts, _read):
            wrong += _some(found(case, told))
    changed = tuple(_changed(case, cancelled, progress)) if files else ()
    return Verified(mark.entries, mark.head, tuple(wrong), changed)


def _heard(case: Case, told: _Told) -> Iterator[Entry]:
    for entry in entries(case.database):
        # An altered entry may lack anything; that it was altered is said already.
        if entry.right_hash == entry.hash:
            try:
                told.hear(entry)
            except (KeyError, TypeError, ValueError):
                told.strange.append(f"{entry} tells nothing that can be understood.")
        yield entry


def _some(found: Iterator[str]) -> list[str]:
    some = list(found)
    return some if len(some) <= MOST else [*some[:MOST], f"... and {len(some) - MOST:,} more of the kind."]


def _purpose(case: Case, told: _Told) -> Iterator[str]:
    if (told.purpose,) != case.database.execute("SELECT purpose FROM about").fetchone():
        yield f"The purpose is not the one that was given when the case was made: {told.purpose!r}."


def _runs(case: Case, told: _Told) -> Iterator[str]:
    columns = (
        "id",
        "tool",
        "pack_name",
        "pack_version",
        "pack_sha256",
        "licence",
        "device",
        "self_check",
        "within",
        "top",
        "model",
    )
    left = dict(told.runs)
    for row in case.database.execute(f"SELECT {', '.join(columns)} FROM runs"):
        now = dict(zip(("run", *columns[1:]), row, strict=True))
        then = {key: value for key, value in left.pop(row[0], {}).items() if key != "outcome"}
        if now != then:
            yield f"Run {row[0]} is not what the chain says of it."
    yield from (f"Run {str(id_)[:40]} was removed." for id_ in left)


def _answers(case: Case, told: _Told) -> Iterator[str]:
    left = dict(told.answers)
    question = "SELECT sha256, record FROM photos LEFT JOIN answers ON answers.photo = photos.id"
    for sha256, record in case.database.execute(question):
        then = left.pop(sha256, None)
        if record is None and then is not None:
            yield f"The answer on photograph {sha256} was removed."
        elif record is not None and then is None:
            yield f"The answer on photograph {sha256} was put in: no entry tells of it."
        elif record is not None and digest(record) != then:
            yield f"The answer on photograph {sha256} was altered."
    yield from (f"Photograph {sha256} was removed." for sha256 in left)


def _verdicts(case: Case, told: _Told) -> Iterator[str]:
    left = dict(told.verdicts)
    question = (
        "SELECT verdicts.id, sha256, run, undone, decision, latitude, longitude, rank, place, note, analyst, time "
        "FROM verdicts JOIN photos ON photos.id = photo"
    )
    last: dict[str, int] = {}
    for id_, sha256, run, undone, *values in case.database.execute(question):
        now = {"photo": sha256, "verdict": id_, "run": run, **asdict(Verdict(*values))}
        if left.pop(id_, None) != now:
            yield f"Verdict {id_}, on photograph {sha256}, is not what the chain says of it."
        if bool(undone) != (id_ in told.undone):
            yield f"Verdict {id_}, on photograph {sha256}: the chain does not agree on whether it was undone."
        if not undone:
            last[sha256] = id_
    yield from (f"Verdict {id_}, on photograph {content.get('photo')}, was removed." for id_, content in left.items())
    for sha256, holds in case.database.execute("SELECT sha256, verdict FROM photos"):
        if last.get(sha256) != holds:
            yield f"Photograph {sha256}: the verdict that holds is not the last one."


def _read(case: Case, told: _Told) -> Iterator[str]:
    question = (
        "SELECT path, sha256 FROM files JOIN photos ON photos.id = photo "
        "WHERE files.id IN (SELECT max(id) FROM files GROUP BY path)"
    )
    for path, sha256 in case.database.execute(question):
        name = os.fsdecode(path)
        if told.read.get(name) != sha256:
            yield f"{name}: the chain does not say that photograph {sha256} was read there."


def _changed(case: Case, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Iterator[str]:
    """Photographs that are not on the disk as they were read; copies too."""
    with case.errors():
        question = "SELECT path, sha256 FROM files JOIN photos ON photos.id = photo WHERE gone = 0"
        places = [(Path(os.fsdecode(path)), sha256) for path, sha256 in case.database.execute(question)]
        question = "SELECT copy, sha256 FROM photos WHERE copy <> ''"
        places += [(case.folder / copy, sha256) for copy, sha256 in case.database.execute(question)]
    for done, (path, sha256) in enumerate(places, start=1):
        if cancelled():
            raise Cancelled
        try:
            now = read_photo_bytes(path)[1]
        except PhotoError as error:
            yield str(error)
        else:
            if now != sha256:
                yield f"{path}: is not the picture that was read there. It was {sha256}, it is {now}."
        progress(done, len(places))


def record(verified: Verified) -> Mapping[str, Any]:
    """As plain data."""
    return {"sound": not verified.faults, **asdict(verified)}
