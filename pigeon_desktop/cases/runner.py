"""The run: whatever in a case is not answered yet, or was answered otherwise, is answered now.

It may be killed at any moment. What is written is whole, and the next run does only what is missing.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.cases import audit
from pigeon_desktop.cases.answers import digest, packed
from pigeon_desktop.cases.case import Case, kind
from pigeon_desktop.cases.files import File, FolderGoneError, Look, Looks, Survey, survey
from pigeon_desktop.cases.vectors import KIND, Model
from pigeon_desktop.engine.candidates import Coordinates
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.locator import Believed, Locator, Settings
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.errors import Cancelled, DeviceError, PigeonError
from pigeon_desktop.photos.preprocess import PIXELS_VERSION

if TYPE_CHECKING:
    from pigeon_desktop.cases.cluster import Cluster

FLUSH_S = 0.4
"""What was found is written at least so often, seconds: a kill costs no more."""
MOST_AT_ONCE = 64
BATCH = 64
"""Photographs answered anew in one transaction."""


@dataclass(frozen=True)
class Step:
    """How far a run is, in photographs, and of which files and photographs something new is written."""

    done: int
    total: int
    files: tuple[int, ...] = ()
    photos: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Subject:
    """A photograph to be answered on: its row, the SHA-256 of its file, and what is to be said besides."""

    id: int
    sha256: str
    path: Path
    warnings: tuple[str, ...]


class Runner:
    """Runs over a case with one pack on one device, under `settings`. For the thread that opened the case.

    After a run `states` counts what was answered in it, `away` are folders that are not there, in which `waiting`
    photographs wait. With `retry` what could not be decoded is tried again: all of it, or photographs by their numbers.
    With a `cluster` its workers look at files; all else is done here.
    """

    def __init__(
        self,
        case: Case,
        locator: Locator,
        settings: Settings,
        *,
        retry: bool | Collection[int] = False,
        cluster: Cluster | None = None,
    ) -> None:
        self.case, self.locator, self.settings, self.retry = case, locator, settings, retry
        self._encodes: Cluster | Locator = cluster or locator
        self.states: Counter[str] = Counter()
        self.away: tuple[Path, ...] = ()
        self.waiting = 0
        self._within = settings.within.text if settings.within else ""
        self._run: int | None = None
        self._done = self._total = 0

    @property
    def device(self) -> str:
        """What encodes."""
        return self._encodes.device

    def run(self, cancel: CancelToken) -> Iterator[Step]:
        """Answer what is to be answered; everything that a step tells of is on disk.

        Raises:
            Cancelled: by `cancel`; what was found until then is kept.
            PigeonError: the run cannot go on: a folder is gone, a device failed, the disk is full, somebody else
                writes. What was written stays, and the next run goes on from there.
        """
        self._vectors = self.case.vectors()
        outcome = "stopped"
        try:
            if not isinstance(self._encodes, Locator):
                self._encodes.ready(cancel)
            # Pictures that are decoded or transformed otherwise have other features.
            self._model = Model(f"{self._encodes.encoder_sha256}:{PIXELS_VERSION}", self.locator.head_key)
            encoded = self._vectors.encoded(self._model.encoder)
            known = self._known(encoded)
            todo = survey(self.case, known, lambda: cancel.cancelled)
            self.away, self.waiting = todo.away, todo.waiting
            stale = self._stale(known)
            self._done, self._total = 0, len(stale) + len(todo.to_read)
            yield Step(0, self._total)
            yield from self._answer_anew(stale, cancel)
            copies = self.case.folder if self.case.keeps_copies else None
            looks = Looks(self.locator.encoder, known, encoded, copies, cancel)
            read: set[int] = set()
            # More may be added while it runs.
            while todo.to_read:
                read.update(file.id for file in todo.to_read)
                yield from self._write_looks(self._found(looks, todo.to_read, cancel))
                todo = self._added_meanwhile(todo, read, cancel)
                self._total += len(todo.to_read)
            # Files whose photograph was known, but not yet answered on.
            left = self._stale(self._known(self._vectors.encoded(self._model.encoder))) if read else []
            self._total = self._done + len(left)
            yield from self._answer_anew(left, cancel)
            outcome = "finished"
        except Cancelled:
            outcome = "cancelled"
            raise
        except PigeonError as error:
            outcome = f"stopped: {error}"
            raise
        finally:
            self._vectors.close()
            # Where even this cannot be written the reason is on its way already.
            with contextlib.suppress(PigeonError):
                self._end(outcome)

    def _found(self, looks: Looks, files: Sequence[File], cancel: CancelToken) -> Iterator[Look]:
        """Looks at files as they come, by threads or by the cluster's workers; what none of those can see waits."""
        if isinstance(self._encodes, Locator):
            yield from in_threads(looks, files, self.locator.workers, cancel, in_order=False)
        else:
            yield from self._encodes.looked(looks, files, cancel)
            self.waiting += self._encodes.waiting

    def _added_meanwhile(self, before: Survey, read: set[int], cancel: CancelToken) -> Survey:
        """What is left to read after all that was known when the run, or its last round, began."""
        with self.case.errors():
            (last,) = self.case.database.execute("SELECT max(id) FROM files WHERE photo IS NULL").fetchone()
        if last is None or last <= max(read):
            return replace(before, to_read=())
        known = self._known(self._vectors.encoded(self._model.encoder))
        found = survey(self.case, known, lambda: cancel.cancelled)
        return replace(found, to_read=tuple(file for file in found.to_read if file.id not in read))

    def _write_looks(self, found: Iterator[Look]) -> Iterator[Step]:
        """Write looks as they come, some at a time; what came before an error is written before it goes on."""
        pending: list[Look] = []
        due = 0.0
        try:
            for look in found:
                pending.append(look)
                if time.monotonic() >= due or len(pending) >= MOST_AT_ONCE:
                    some, pending = pending, []
                    yield self._write(some)
                    due = time.monotonic() + FLUSH_S
        except (Cancelled, DeviceError, FolderGoneError):
            if pending:
                yield self._write(pending)
            raise
        if pending:
            yield self._write(pending)

    def _write(self, looks: Sequence[Look]) -> Step:
        """Features and beliefs into their file, then everything else into the case, in one transaction."""
        new = {look.sha256: look for look in looks if look.features is not None}
        beliefs, coordinates = self._believed([look.features for look in new.values() if look.features is not None])
        self._vectors.put(
            {sha256: look.features for sha256, look in new.items() if look.features is not None},
            dict(zip(new, beliefs, strict=True)),
            self._model,
        )
        answers = self.locator.say(
            [
                Believed(look.file.path, look.sha256, look.warnings, belief, where, look.seconds)
                for look, belief, where in zip(new.values(), beliefs, coordinates, strict=True)
            ],
            self.settings,
        )
        run = self._begun()
        with self.case.writing() as database:
            photos = {look.sha256: _photo(database, look) for look in looks if look.sha256}
            for look in looks:
                _file(database, look, photos.get(look.sha256))
            said = [(photos[answer.sha256], answer) for answer in answers]
            body = {
                "run": run,
                "read": [[str(look.file.path), look.sha256] for look in looks if look.sha256],
                "failed": [[str(p.file.path), p.problem or p.damage] for p in looks if p.problem or p.damage],
                "answers": _keep(database, run, said),
            }
            audit.append(database, "answers", body)
        self.states.update(answer.status for answer in answers)
        self.states["failed"] += sum(bool(look.problem or look.damage) for look in looks)
        self._done += len(looks)
        return Step(self._done, self._total, tuple(look.file.id for look in looks), tuple(photos.values()))

    def _answer_anew(self, stale: Sequence[_Subject], cancel: CancelToken) -> Iterator[Step]:
        """Answer on photographs whose features are known."""
        for at in range(0, len(stale), BATCH):
            some = stale[at : at + BATCH]
            beliefs, coordinates = self._recalled([subject.sha256 for subject in some])
            cancel.check()
            answers = self.locator.say(
                [
                    Believed(subject.path, subject.sha256, subject.warnings, belief, where)
                    for subject, belief, where in zip(some, beliefs, coordinates, strict=True)
                ],
                self.settings,
            )
            said = [(subject.id, answer) for subject, answer in zip(some, answers, strict=True)]
            run = self._begun()
            with self.case.writing() as database:
                audit.append(database, "answers", {"run": run, "answers": _keep(database, run, said)})
            self.states.update(answer.status for _, answer in said)
            self._done += len(some)
            yield Step(self._done, self._total, (), tuple(photo for photo, _ in said))

    def _recalled(self, photos: Sequence[str]) -> tuple[Sequence[NDArray[np.floating]], Sequence[Coordinates]]:
        """Beliefs about photographs whose features are in the file: from there, or made of them."""
        cells = len(self.locator.cells)
        # Coordinates of prototypes are no part of a belief: they are found again, from the features.
        refines = self.locator.prototypes is not None
        known = {} if refines else dict(self._vectors.beliefs(photos, self._model.belief, cells))
        where: dict[str, Coordinates] = {}
        missing = [photo for photo in photos if photo not in known]
        if missing:
            features = self._vectors.features(missing, self._model)
            try:
                beliefs, coordinates = self._believed([features[photo] for photo in missing])
            except ValueError as error:
                raise PigeonError(
                    f"{self._vectors.path}: is damaged, its features do not fit the encoder ({error}). {KIND.damaged}"
                ) from error
            made = dict(zip(missing, beliefs, strict=True))
            self._vectors.put({}, made, self._model)
            known.update(made)
            where.update(zip(missing, coordinates, strict=True))
        return [known[photo] for photo in photos], [where.get(photo, {}) for photo in photos]

    def _believed(self, features: Sequence[Features]) -> tuple[Sequence[NDArray[np.float32]], Sequence[Coordinates]]:
        """Beliefs about photographs, as they are kept, and the coordinates that prototypes give them."""
        if not features:
            return [], []
        together = Features(
            np.concatenate([one.embedding for one in features]), np.concatenate([one.mean_token for one in features])
        )
        beliefs, coordinates = self.locator.believe(together)
        return list(beliefs.astype(np.float32)), coordinates

    def _stale(self, known: set[str]) -> list[_Subject]:
        """Photographs that can be answered on without reading them, and are not answered under these settings."""
        question = (
            "SELECT p.id, p.sha256, p.warnings, (SELECT path FROM files WHERE photo = p.id ORDER BY gone, id LIMIT 1) "
            "FROM photos p LEFT JOIN answers a ON a.photo = p.id LEFT JOIN runs r ON r.id = a.run "
            "WHERE p.problem = '' AND (a.photo IS NULL OR r.pack_sha256 <> ? OR r.within <> ? OR r.top <> ?) "
            "ORDER BY p.id"
        )
        asked = (self.locator.mark.sha256, self._within, self.settings.top)
        with self.case.errors():
            rows = self.case.database.execute(question, asked).fetchall()
        return [
            _Subject(photo, sha256, Path(os.fsdecode(path)), self._warnings(warnings))
            for photo, sha256, warnings, path in rows
            if sha256 in known
        ]

    def _warnings(self, text: str) -> tuple[str, ...]:
        """What was said of a picture when it was decoded."""
        try:
            warnings = json.loads(text)
        except (ValueError, RecursionError):
            warnings = None
        if not isinstance(warnings, list) or not all(isinstance(one, str) for one in warnings):
            raise PigeonError(f"{self.case.folder}: is damaged, it holds warnings that are none. {kind().damaged}")
        return tuple(warnings)

    def _known(self, encoded: set[str]) -> set[str]:
        """Photographs that need not be decoded: they were, and are encoded, or cannot be. A run that was killed may
        have kept features of others, of which the case does not know the rest."""
        with self.case.errors():
            rows = self.case.database.execute("SELECT id, sha256, width, problem FROM photos").fetchall()
        return {
            sha256
            for photo, sha256, width, problem in rows
            if (width and sha256 in encoded) or (problem and not self._retries(photo))
        }

    def _retries(self, photo: int) -> bool:
        return self.retry if isinstance(self.retry, bool) else photo in self.retry

    def _begun(self) -> int:
        """The number of this run, which goes on record with the first thing that it writes."""
        if self._run is None:
            locator, pack = self.locator, self.locator.mark
            record = {
                "tool": audit.TOOL,
                "pack_name": pack.name,
                "pack_version": pack.version,
                "pack_sha256": pack.sha256,
                "licence": locator.pack.manifest.licence_weights,
                "device": self.device,
                "self_check": self._encodes.self_check,
                "within": self._within,
                "top": self.settings.top,
                "model": self._model.belief,
            }
            with self.case.writing() as database:
                begun = audit.now()
                columns, marks = ", ".join(["begun", *record]), ", ".join("?" * (len(record) + 1))
                cursor = database.execute(f"INSERT INTO runs ({columns}) VALUES ({marks})", (begun, *record.values()))
                audit.append(database, "run began", {"run": cursor.lastrowid, **record}, begun)
            self._run = cursor.lastrowid
        assert self._run is not None
        return self._run

    def _end(self, outcome: str) -> None:
        if self._run is None:
            return
        with self.case.writing() as database:
            ended = audit.now()
            database.execute("UPDATE runs SET ended = ?, outcome = ? WHERE id = ?", (ended, outcome, self._run))
            audit.append(database, "run ended", {"run": self._run, "outcome": outcome, **self.states}, ended)


def _photo(database: Any, look: Look) -> int:
    """The photograph's row, made or completed."""
    database.execute("INSERT OR IGNORE INTO photos (sha256) VALUES (?)", (look.sha256,))
    if look.width or look.damage:
        database.execute(
            "UPDATE photos SET width = ?, height = ?, warnings = ?, likeness = ?, problem = ? WHERE sha256 = ?",
            (look.width, look.height, audit.canonical(look.warnings), look.likeness, look.damage, look.sha256),
        )
    if look.copy:
        database.execute("UPDATE photos SET copy = ? WHERE sha256 = ?", (look.copy, look.sha256))
    return int(database.execute("SELECT id FROM photos WHERE sha256 = ?", (look.sha256,)).fetchone()[0])


def _file(database: Any, look: Look, photo: int | None) -> None:
    """The file's row: what it holds, or why it cannot be read. One that held another picture stays, as gone."""
    file = look.file
    if photo is not None and file.photo is not None and photo != file.photo:
        database.execute("UPDATE files SET gone = 1 WHERE id = ?", (file.id,))
        database.execute(
            "INSERT INTO files (path, root, size, mtime_ns, photo) SELECT path, root, ?, ?, ? FROM files WHERE id = ?",
            (look.size, look.mtime_ns, photo, file.id),
        )
    elif photo is not None:
        database.execute(
            "UPDATE files SET size = ?, mtime_ns = ?, photo = ?, problem = '', gone = 0 WHERE id = ?",
            (look.size, look.mtime_ns, photo, file.id),
        )
    elif file.photo is None:
        database.execute("UPDATE files SET problem = ? WHERE id = ?", (look.problem, file.id))
    else:  # something that cannot be read is now where the photograph was
        database.execute("UPDATE files SET gone = 1 WHERE id = ?", (file.id,))


def _keep(database: Any, run: int, answers: Sequence[tuple[int, Prediction]]) -> list[list[str]]:
    """Write answers; returns the photographs' SHA-256s with the digests of the records, for the chain."""
    digests = []
    for photo, answer in answers:
        record = packed(answer)
        first = answer.candidates[0] if answer.candidates else None
        shown: tuple[object, ...] = (0.0, "", "", None, None)
        if first is not None:
            place = first.place
            shown = (first.probability, place.country_code, str(place), first.latitude, first.longitude)
        database.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (photo, run, answer.status, *shown, record),
        )
        digests.append([answer.sha256, digest(record)])
    return digests
