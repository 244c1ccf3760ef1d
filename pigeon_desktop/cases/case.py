"""A case: a folder that anyone can copy, with what is known of its photographs and how it came to be known."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType

from pigeon_desktop.cases import audit
from pigeon_desktop.cases.bounds import check_rows, refuse_links
from pigeon_desktop.cases.database import Kind, check_whole, clear_errors, connect, transaction
from pigeon_desktop.cases.vectors import Vectors
from pigeon_desktop.cases.verdict import CaseMark, Verdict
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.writing import FileLock
from pigeon_desktop.photos.discovery import Tally, walk

CASE, VECTORS, LOCK, COPIES = "case.sqlite", "features.sqlite", "case.lock", "photographs"
"""What lies in a case's folder."""
CHUNK = 1000
"""Files that are added in one transaction."""


@cache
def kind() -> Kind:
    """The kind of SQLite file that a case is; its migrations are the files in schema/."""
    scripts = sorted((Path(__file__).parent / "schema").glob("*.sql"))
    return Kind(
        application_id=0x50476361,  # "PGca"
        migrations=tuple(script.read_text("utf-8") for script in scripts),
        name="a case",
        foreign="Name the folder of a case; `pigeon case new FOLDER` makes one. Nothing was changed.",
        damaged="Nothing was changed. Take a copy from before; `pigeon case verify` says whether that is sound.",
    )


@dataclass(frozen=True)
class Added:
    """What `Case.add` came to: files that are new to the case, such that it knew, and what was passed over."""

    new: int
    known: int
    hidden: int
    other: int
    problems: tuple[str, ...]


class Case:
    """An open case, for one thread; `beside` opens it for another.

    Reading goes on beside one program that writes; two that write are kept apart.

    Raises:
        PigeonError: also from the methods: the case cannot be used, and why.
    """

    def __init__(self, folder: Path, database: sqlite3.Connection, lock: FileLock | None, *, writable: bool) -> None:
        self.folder, self.database, self.writable = folder, database, writable
        self._lock = lock
        row = database.execute("SELECT purpose, created, keeps_copies FROM about").fetchone()
        if row is None:
            raise PigeonError(f"{folder}: this case was not made to its end. Make it again with `pigeon case new`.")
        self.purpose, self.created, self.keeps_copies = str(row[0]), str(row[1]), bool(row[2])

    @classmethod
    def create(cls, folder: Path, purpose: str, *, keeps_copies: bool = False, analyst: str = "") -> Case:
        """Make a case in a folder, which is made too if it is not there, and open it.

        `purpose` says what the case is for; with `keeps_copies` it keeps a copy of every photograph.

        Raises:
            PigeonError: no purpose is given, there is a case already, or the folder cannot be written.
        """
        folder, purpose = folder.absolute(), purpose.strip()
        if not purpose:
            raise PigeonError(f"{folder}: a case needs a purpose. Say in a sentence what it is for, and who asked.")
        path = folder / CASE
        with clear_errors(path, kind()):
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_links(folder)
        lock = _lock(folder)
        try:
            database = connect(path, kind(), create=True)
            with clear_errors(path, kind()), transaction(database):
                if database.execute("SELECT count(*) FROM about").fetchone()[0]:
                    raise PigeonError(f"{folder}: holds a case already. Open it, or name another folder.")
                created = audit.now()
                database.execute(
                    "INSERT INTO about VALUES (1, ?, ?, ?, 0, ?)", (purpose, created, keeps_copies, audit.BEGINNING)
                )
                body = {"purpose": purpose, "keeps_copies": keeps_copies, "analyst": analyst}
                audit.append(database, "created", body, created)
            return cls(folder, database, lock, writable=True)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> Case:
        """Open the case in a folder, after a look at the whole of it.

        Raises:
            HeldError: another program has it open, and it is not opened read-only.
            PigeonError: there is none, it is damaged, or of a newer version; or, unless it is opened read-only, it
                cannot be written.
        """
        folder = folder.absolute()
        path = folder / CASE
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            raise PigeonError(f"{folder}: is no case, it holds no {CASE}. {kind().foreign}") from None
        except OSError as error:
            raise PigeonError(f"{folder}: cannot be looked into ({error.strerror}). Ask for permission.") from error
        with clear_errors(path, kind()):
            _refuse_links(folder)
        lock = None if read_only else _lock(folder)
        try:
            database = connect(path, kind(), read_only=read_only)
            check_whole(database, path, kind())
            with clear_errors(path, kind()):
                check_rows(database, path, kind())
                return cls(folder, database, lock, writable=not read_only)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    def saved_as(self, folder: Path, purpose: str) -> Case:
        """A copy of this case in another folder, for a purpose of its own, open; its chain goes on from this one's.

        Raises:
            PigeonError: no purpose is given, there is a case already, or the folder cannot be written.
        """
        folder, purpose = folder.absolute(), purpose.strip()
        path = folder / CASE
        if not purpose or path.exists():
            return Case.create(folder, purpose)  # which says what is wrong
        with clear_errors(path, kind()):
            folder.mkdir(parents=True, exist_ok=True)
            self.database.execute("VACUUM INTO ?", (str(path),))
        if self.vectors_path.exists():
            with closing(self.vectors()) as vectors:
                vectors.copy(folder / VECTORS)
        made = Case.open(folder)
        with made.writing() as database:
            database.execute("UPDATE about SET purpose = ?", (purpose,))
            audit.append(database, "purpose", {"purpose": purpose, "before": self.purpose})
        made.purpose = purpose
        return made

    def beside(self, *, read_only: bool = False) -> Case:
        """The same case for another thread, or for reading beside a long question; under the lock of this one."""
        read_only = read_only or not self.writable
        database = connect(self.folder / CASE, kind(), read_only=read_only)
        with self.errors():
            return Case(self.folder, database, None, writable=not read_only)

    @property
    def vectors_path(self) -> Path:
        """The file of what was computed."""
        return self.folder / VECTORS

    def vectors(self) -> Vectors:
        """What was computed in this case, for the thread that asks."""
        return Vectors(self.vectors_path, read_only=not self.writable)

    def close(self) -> None:
        """Close it; once the last connection is closed the folder may be copied."""
        self.database.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Whatever SQLite says inside becomes a PigeonError."""
        with clear_errors(self.folder / CASE, kind()):
            yield

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, with its entry in the chain, or nothing."""
        if not self.writable:
            raise PigeonError(f"{self.folder}: is open for looking only. Open it where it can be written to change it.")
        with self.errors(), transaction(self.database):
            yield self.database

    def mark(self) -> CaseMark:
        """The case as reports name it."""
        with self.errors():
            entries, head = self.database.execute("SELECT entries, head FROM about").fetchone()
        return CaseMark(self.purpose, entries, head)

    def add(
        self,
        paths: Iterable[Path],
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int], None] = lambda found: None,
    ) -> Added:
        """Take in files and folders; they are read by a run. What is added stays when the rest is cancelled.

        Raises:
            Cancelled: `cancelled` said so.
        """
        tally, new, known = Tally(), 0, 0
        found = self._found(dict.fromkeys(map(plain, paths)), tally, cancelled)
        while chunk := list(islice(found, CHUNK)):
            inserted = self._insert(chunk)
            new, known = new + inserted, known + len(chunk) - inserted
            progress(new + known)
        return Added(new, known, tally.skipped_hidden, tally.skipped_other, tuple(tally.problems))

    def _found(
        self, paths: Iterable[Path], tally: Tally, cancelled: Callable[[], bool]
    ) -> Iterator[tuple[bytes, bytes]]:
        """Files with their roots: the folders that were named, or in which the named files lie."""
        for path in paths:
            root = os.fsencode(path if path.is_dir() else path.parent)
            for file in walk([path], tally, cancelled):
                if not file.is_relative_to(self.folder):
                    yield os.fsencode(file), root

    def _insert(self, files: list[tuple[bytes, bytes]]) -> int:
        """Rows for those of the files that have none; returns their number."""
        with self.writing() as database:
            roots = [(root,) for root in {root for _, root in files}]
            database.executemany("INSERT OR IGNORE INTO roots (path) VALUES (?)", roots)
            before = database.total_changes
            database.executemany(
                "INSERT INTO files (path, root) SELECT ?1, id FROM roots WHERE path = ?2 "
                "AND NOT EXISTS (SELECT 1 FROM files WHERE path = ?1)",
                files,
            )
            inserted = database.total_changes - before
            if inserted:
                folders = sorted(os.fsdecode(root) for (root,) in roots)
                audit.append(database, "added", {"files": inserted, "folders": folders})
        return inserted

    def decide(self, photo: int, verdict: Verdict, run: int | None = None) -> Verdict:
        """Set a photograph's verdict; `run` is the one whose candidates were seen. Returns it with its time."""
        verdict = replace(verdict, time=verdict.time or audit.now())
        with self.writing() as database:
            row = database.execute("SELECT sha256, verdict FROM photos WHERE id = ?", (photo,)).fetchone()
            if row is None:
                raise PigeonError(f"{self.folder}: has no photograph {photo}. Choose one of the list.")
            cursor = database.execute(
                "INSERT INTO verdicts (photo, before, run, decision, latitude, longitude, rank, place, note, analyst, "
                "time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (photo, row[1], run, *_values(verdict)),
            )
            database.execute("UPDATE photos SET verdict = ? WHERE id = ?", (cursor.lastrowid, photo))
            body = {"photo": row[0], "verdict": cursor.lastrowid, "run": run, **asdict(verdict)}
            audit.append(database, "verdict", body, verdict.time)
        return verdict

    def undo(self) -> int | None:
        """Take back the last verdict that holds; returns its photograph, None if there is none left."""
        with self.writing() as database:
            row = database.execute(
                "SELECT verdicts.id, photo, before, sha256 FROM verdicts JOIN photos ON photos.id = photo "
                "WHERE undone = 0 ORDER BY verdicts.id DESC LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            verdict, photo, before, sha256 = row
            database.execute("UPDATE verdicts SET undone = 1 WHERE id = ?", (verdict,))
            database.execute("UPDATE photos SET verdict = ? WHERE id = ?", (before, photo))
            audit.append(database, "undone", {"photo": sha256, "verdict": verdict})
        return int(photo)

    def note(self, event: str, body: dict[str, object]) -> None:
        """An entry of its own in the chain, of something that changed nothing in the case, such as an export."""
        with self.writing() as database:
            audit.append(database, event, body)


def plain(path: Path) -> Path:
    """The path from the root, without ".." where that leads to the same place."""
    short = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links, which names are given to
    try:
        return short if short.samefile(path) else path.absolute()
    except OSError:
        return path.absolute()


def _values(verdict: Verdict) -> tuple[object, ...]:
    return (
        verdict.decision,
        verdict.latitude,
        verdict.longitude,
        verdict.rank,
        verdict.place,
        verdict.note,
        verdict.by,
        verdict.time,
    )


def _refuse_links(folder: Path) -> None:
    refuse_links(folder, (CASE, VECTORS, LOCK), COPIES)


def _lock(folder: Path) -> FileLock:
    return FileLock(
        folder / LOCK,
        f"{folder}: the case is open in another program. Close it there; to look at it meanwhile use "
        "`pigeon case status` or `pigeon case export`.",
    )
