"""SQLite files as the case keeps them: known by their marks, brought up to date, and clear about what is wrong."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pigeon_desktop.errors import PigeonError

WAIT_S = 10.0
"""How long to wait for another connection that writes."""
MOST_ROW_BYTES = 64 << 20
"""No row is longer, read or written: the longest entries of the chain list some ten thousand files."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its `application_id`, its migrations in order, how a person calls it, and what to do where one is
    `foreign`, another program's, or `damaged`. Its `user_version` is the number of migrations that it went through."""

    application_id: int
    migrations: tuple[str, ...]
    name: str
    foreign: str
    damaged: str


def connect(path: Path, kind: Kind, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """Open a file of a kind, bring it up to date, and check it. Transactions are begun and ended by hand.

    Raises:
        PigeonError: it is not there, is none of its kind, comes from a newer version of the program, is damaged, or
            cannot be read or written.
    """
    with clear_errors(path, kind):
        _refuse_bait(path, kind)
        # For one thread at a time, which need not be the one that opened it.
        database = sqlite3.connect(
            _uri(path, create, read_only), uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False
        )
        try:
            _open(database, path, kind, create, read_only)
        except BaseException:
            database.close()
            raise
    return database


def _refuse_bait(path: Path, kind: Kind) -> None:
    """Refuse what makes SQLite read or write elsewhere, before it looks at the file. Raises PigeonError."""
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))):
        try:
            mode = file.lstat().st_mode  # one look: the last connection to close takes its WAL away at any moment
        except (FileNotFoundError, NotADirectoryError):
            continue
        if not stat.S_ISREG(mode):
            raise PigeonError(f"{file}: is a link, or no file at all. Put the file itself there; nothing was changed.")
        # A journal can name another file, which SQLite deletes when it has rolled back. Ours keep a WAL instead.
        if file.name.endswith("-journal"):
            raise PigeonError(
                f"{file}: does not belong to {kind.name}, which leaves no journal behind. Move it away; "
                "nothing was changed."
            )


def _uri(path: Path, create: bool, read_only: bool) -> str:
    mode = "ro" if read_only else "rwc" if create else "rw"
    # Where it cannot write SQLite cannot make the two files that it reads with; without a WAL they would be idle.
    settled = read_only and not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    return f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if settled else ''}"


def _open(database: sqlite3.Connection, path: Path, kind: Kind, create: bool, read_only: bool) -> None:
    def number(name: str) -> int:
        return int(database.execute(f"PRAGMA {name}").fetchone()[0])

    # Views and triggers of somebody else's may call nothing; a cell that reaches out of its page is damage.
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_ROW_BYTES)
    # Looked at first: another program's file must stay as it is.
    database.execute("BEGIN")  # for one sight of it all, beside a connection that brings it up to date
    mark, version = number("application_id"), number("user_version")
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if mark != kind.application_id and (mark or version or tables or not create):
        raise PigeonError(f"{path}: is not {kind.name}. {kind.foreign}")
    if version > len(kind.migrations):
        raise PigeonError(
            f"{path}: was written by a newer version of the program (format {version}, this one knows "
            f"{len(kind.migrations)}). Install the newer version; nothing was changed."
        )
    if (strange := _strange(database, kind, version)) is not None:
        raise PigeonError(f"{path}: holds {strange}, which {kind.name} does not have, or not so. {kind.foreign}")
    database.execute("COMMIT")
    database.execute("PRAGMA foreign_keys = ON")
    if read_only:
        if version < len(kind.migrations):
            raise PigeonError(
                f"{path}: is of an older version and has to be brought up to date, but cannot be written. "
                "Copy the case to where you can write."
            )
        return
    database.execute("PRAGMA journal_mode = WAL")
    if version < len(kind.migrations):
        with transaction(database):
            # Asked again: another connection may have done it while this one waited.
            for step in range(number("user_version"), len(kind.migrations)):
                for statement in _statements(kind.migrations[step]):
                    database.execute(statement)
            database.execute(f"PRAGMA application_id = {kind.application_id}")
            database.execute(f"PRAGMA user_version = {len(kind.migrations)}")


def _strange(database: sqlite3.Connection, kind: Kind, version: int) -> str | None:
    """A table, index, view or trigger that the first `version` migrations do not make just so, or the one that they do
    and that is not there: by type and name."""
    wrong = _schema(database) ^ _made_by(kind.migrations[:version])
    return min((f"the {type_} {name[:80]!r}" for type_, name, _, _ in wrong), default=None)


def _schema(database: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    """All that is in a schema: type, name, table, and the SQL without comments and breaks."""
    rows = database.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return frozenset((*map(str, names), _plain(str(sql))) for *names, sql in rows)


@cache
def _made_by(migrations: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        for script in migrations:
            fresh.executescript(script)
        return _schema(fresh)


def _plain(sql: str) -> str:
    """SQL as it means the same without comments and breaks; what is quoted stays."""
    return re.sub(r"('(?:[^']|'')*')|(?:--[^\n]*|\s)+", lambda found: found[1] or " ", sql)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would end the transaction."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; it waits for its turn to write."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk has ended it already
            database.execute("ROLLBACK")
        raise


def check_whole(database: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Read every page and see whether they fit together.

    Raises:
        PigeonError: they do not.
    """
    with clear_errors(path, kind):
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise PigeonError(f"{path}: is damaged ({found}). {kind.damaged}")


@contextmanager
def clear_errors(path: Path, kind: Kind) -> Iterator[None]:
    """Turn what SQLite and the disk answer into a PigeonError that names the file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        raise PigeonError(f"{path}: {_what(code, error, path, kind)}") from error
    except UnicodeDecodeError as error:  # a damaged name, in SQLite's own message
        raise PigeonError(f"{path}: is damaged (a name in it is no text). {kind.damaged}") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        todo = "Free some space and go on" if full else "Check the disk and your permissions"
        raise PigeonError(f"{error.filename or path}: {error.strerror or error}. {todo}; nothing was lost.") from error


def _what(code: int, error: sqlite3.Error, path: Path, kind: Kind) -> str:
    match code & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return f"is not {kind.name}. {kind.foreign}"
        case sqlite3.SQLITE_CORRUPT:
            return f"is damaged ({error}). {kind.damaged}"
        case sqlite3.SQLITE_TOOBIG:
            return f"holds a row of more than {MOST_ROW_BYTES >> 20} MiB. {kind.damaged}"
        case sqlite3.SQLITE_FULL:
            return "the disk is full. Free some space and go on; what was written before is safe."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program is writing to it. Wait for its end and go on; what was written before is safe."
        case sqlite3.SQLITE_CANTOPEN if not path.exists():
            return f"is not there, so this is not {kind.name}. {kind.foreign}"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return "cannot be written. Check the permissions of its folder, or copy it to where you can write."
    return f"cannot be used ({error}). Check the disk and go on; what was written before is safe."
