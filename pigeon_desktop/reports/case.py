"""What is said of a case: how it stands, what its chain tells, and reports of its photographs in every format."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from pigeon_desktop.cases.audit import Entry
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import Row, Run, counts, predictions, rows, runs, verdicts
from pigeon_desktop.cases.fusing import Fused
from pigeon_desktop.cases.recall import pack_of, with_beliefs
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack, file_sha256
from pigeon_desktop.packs.writing import whole_file
from pigeon_desktop.reports.context import ReportContext
from pigeon_desktop.reports.fused import together
from pigeon_desktop.reports.text import percent, printable

WITH_MAPS = {"html", "pdf"}
"""Formats that draw the belief."""
WITH_AREAS = {"kml", "geojson"}
"""Formats that have the outlines of regions."""


def status(case: Case, found: list[Row]) -> dict[str, Any]:
    """How a case stands, as plain data."""
    total, mark, ran = counts(found), case.mark(), runs(case)
    last = ran[-1] if ran else None
    return {
        "folder": str(case.folder),
        "purpose": case.purpose,
        "created": case.created,
        "keeps_copies": case.keeps_copies,
        **{name: total[name] for name in ("photographs", "files", "unread", "gone")},
        "states": {name: total[name] for name in ("located", "abstained", "failed", "waiting")},
        "verdicts": {name: total[name] for name in ("confirmed", "rejected")},
        "last_run": None if last is None else _run(last),
        "chain": {"entries": mark.entries, "head": mark.head},
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "begun": run.begun,
        "ended": run.ended,
        "outcome": run.outcome,
        "tool": run.tool,
        "pack": {"name": run.pack.name, "version": run.pack.version, "sha256": run.pack.sha256},
        "device": run.device,
        "self_check": round(run.self_check, 5),
        "settings": run.settings,
    }


def status_lines(about: dict[str, Any]) -> Iterator[str]:
    """The same for a terminal."""
    states, decided, last = about["states"], about["verdicts"], about["last_run"]
    yield printable(about["folder"])
    yield f"  purpose      {printable(about['purpose'])}"
    yield f"  created      {about['created']}" + (", keeps copies" if about["keeps_copies"] else "")
    yield f"  photographs  {about['photographs']:,} at {about['files']:,} places on the disk"
    if about["gone"]:
        yield f"               {about['gone']:,} of them gone: add the folder where they are now, and run"
    yield (
        f"  answers      {states['located']:,} located, {states['abstained']:,} can't tell, {states['failed']:,} could "
        f"not be read, {states['waiting']:,} wait"
    )
    yield f"  verdicts     {decided['confirmed']:,} confirmed, {decided['rejected']:,} rejected"
    if last is not None:
        ended = f"{last['outcome']} {last['ended']}" if last["ended"] else "goes on, or was killed"
        yield f"  last run     {last['begun']}, {printable(ended)}"
        yield f"               {last['pack']['name']} {last['pack']['version']}, {last['settings']}, {last['device']}"
    yield f"  audit chain  {about['chain']['entries']:,} entries, last hash {about['chain']['head']}"


def row(one: Row) -> dict[str, Any]:
    """A photograph of a list, as plain data."""
    return {
        "path": str(one.path),
        "others": [str(other) for other in one.others],
        "gone": one.gone,
        "state": one.state,
        "probability": round(one.probability, 6),
        "place": one.place,
        "verdict": one.decision,
        "reason": one.reason,
    }


def row_line(one: Row) -> str:
    """The same for a terminal."""
    said = {"abstained": "can't tell", "failed": one.reason, "waiting": "waits"}.get(one.state, "")
    answer = said or f"{percent(one.probability)} {one.place}"
    verdict = f" · {one.decision}" if one.decision != "undecided" else ""
    return f"{printable(str(one.path))}  {printable(answer)}{verdict}{' · gone' if one.gone else ''}"


def entry(one: Entry) -> dict[str, Any]:
    """An entry of the chain, as plain data."""
    return {**vars(one), "body": one.content()}


def entry_line(one: Entry) -> str:
    """The same for a terminal: long lists by their length."""
    content = {
        name: f"({len(value):,})" if isinstance(value, list) and len(value) > 1 else value
        for name, value in one.content().items()
        if value not in (None, "", [])
    }
    return f"{one.number:>6}  {one.time}  {one.kind:<10} {printable(', '.join(f'{k} {v}' for k, v in content.items()))}"


class CaseReport:
    """One report of a case: of the `chosen` photographs, or all, that are `only` of a state or a verdict. With `fused`
    it is about those, taken together; with the rank of a `candidate` KML is about that one alone. Areas and maps are of
    the case's pack, `known` or installed. `notes` are for people.

    Raises:
        PigeonError: nothing was said of any photograph yet.
    """

    def __init__(
        self,
        case: Case,
        format_name: str,
        *,
        chosen: Sequence[Row] | None = None,
        only: str | None = None,
        areas: bool = False,
        fused: Fused | None = None,
        candidate: int | None = None,
        known: Pack | None = None,
    ) -> None:
        self.case, self.format, self._fused, self._candidate = case, format_name, fused, candidate
        if fused is not None:
            chosen = [member.row for member in fused.members]
        found = [one for one in (rows(case) if chosen is None else chosen) if one.state != "waiting"]
        self.rows = [one for one in found if only is None or only in (one.state, one.decision)]
        self.notes: tuple[str, ...] = ()
        ran = runs(case)
        if not ran:
            raise PigeonError(f"{case.folder}: nothing was said of any photograph yet. Run the case first.")
        self._pack, self._cells = None, None
        if format_name in WITH_MAPS | WITH_AREAS:
            self._pack = pack_of(ran[-1], known)
            if self._pack is None:
                self.notes += (
                    f"Pack {ran[-1].pack.name} {ran[-1].pack.version}, with which the case was run, is not on this "
                    "machine: the report has no areas, and maps without the belief.",
                )
            else:
                self._cells = GeocellSet.read(self._pack.path_of(self._pack.manifest.geocells))
        self._context = self._made(ran, only, areas or format_name == "kml")

    def _made(self, ran: list[Run], only: str | None, areas: bool) -> ReportContext:
        last = ran[-1]
        settings = last.settings + (f", only {only}" if only else "")
        settings += "" if self._candidate is None else f", candidate {self._candidate} alone"
        # What an earlier run said stays until a later one answers anew: then not all of it is of the last settings.
        if len({(run.pack, run.within, run.top) for run in ran}) > 1:
            with self.case.errors():
                used = {run for (run,) in self.case.database.execute("SELECT DISTINCT run FROM answers")}
            mixed = {run.settings for run in ran if run.id in used} - {last.settings}
            settings += f" (some photographs: {'; '.join(sorted(mixed))})" if mixed else ""
        return ReportContext(
            pack=last.pack,
            device=last.device,
            self_check=last.self_check,
            settings=settings,
            created=datetime.now(UTC),
            licence=last.licence,
            cells=self._cells,
            areas=areas,
            candidate=self._candidate,
            case=self.case.mark(),
            verdicts=verdicts(self.case),
        )

    def predictions(self) -> Iterator[Prediction]:
        """What the report is about, with beliefs where it draws them."""
        if self._fused is not None and self._candidate is not None:
            return iter([self._fused.prediction])
        told = predictions(self.case, self.rows)
        found: Iterator[Prediction]
        if self._pack is None or self._cells is None or self.format not in WITH_MAPS:
            found = (prediction for prediction, _ in told)
        else:
            found = with_beliefs(self.case, told, self._pack, self._cells, load_atlas())
        return found if self._fused is None else together(self._fused, found)

    def write(self, out: TextIO, progress: Callable[[int], None] = lambda done: None) -> None:
        """Write a report of text. Raises PigeonError."""
        from pigeon_desktop.reports.writers import WRITERS

        WRITERS[self.format](_counted(self.predictions(), progress), out, self._context)

    def write_file(self, path: Path, progress: Callable[[int], None] = lambda done: None) -> None:
        """Write the report to a file, which appears when it is whole; the chain keeps its hash.

        Raises:
            PigeonError: it cannot be written, or is one of the photographs.
        """
        target = path.resolve()
        if target.parent == self.case.folder.resolve() or (target.exists() and self._is_photograph(target)):
            raise PigeonError(f"{path}: is a photograph or lies in the case's folder. Name a file elsewhere.")
        with whole_file(path) as file:
            self._write(file, progress)
        if self.case.writable:
            sha256, _ = file_sha256(path)
            body = {"format": self.format, "file": str(target), "photographs": len(self.rows), "sha256": sha256}
            self.case.note("exported", body)

    def _is_photograph(self, target: Path) -> bool:
        """Whether a file is one of the case's photographs, by whatever name."""
        there = target.stat()
        for one in rows(self.case):
            for place in (one.path, *one.others):
                with contextlib.suppress(OSError):
                    if os.path.samestat(there, place.stat()):
                        return True
        return False

    def _write(self, file: BinaryIO, progress: Callable[[int], None]) -> None:
        from pigeon_desktop.reports.writers import BINARY_WRITERS

        if self.format in BINARY_WRITERS:
            BINARY_WRITERS[self.format](_counted(self.predictions(), progress), file, self._context)
            return
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        self.write(text, progress)
        text.detach()


def _counted(found: Iterator[Prediction], progress: Callable[[int], None]) -> Iterator[Prediction]:
    for done, prediction in enumerate(found, start=1):
        yield prediction
        progress(done)
