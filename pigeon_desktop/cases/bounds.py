"""What may stand in a case, for it may come from anybody: links in its folder, and values in its rows.

SQLite keeps to the types of the columns; what is between them is looked at here, once, when a case is opened.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pigeon_desktop.cases.database import Kind
from pigeon_desktop.errors import PigeonError

MOST_TEXT = 1 << 20
"""Characters of a purpose, a note, a name: far more than anybody types."""

_SHA256 = f"length(CAST(sha256 AS BLOB)) = 64 AND sha256 GLOB '{'[0-9a-f]' * 64}'"
_ON_THE_GLOBE = (
    "(latitude IS NULL) = (longitude IS NULL) AND abs(ifnull(latitude, 0)) <= 90 AND abs(ifnull(longitude, 0)) <= 180"
)
_PATH = "length(path) BETWEEN 1 AND 65536 AND instr(path, x'00') = 0"
# As `files.Looks` names copies: the folder, two digits of the hash, the hash, the ending.
_COPY = (
    "copy = '' OR substr(copy, 1, 79) = 'photographs/' || substr(sha256, 1, 2) || '/' || sha256 "
    "AND length(copy) <= 89 AND substr(copy, 80) NOT GLOB '*[/\\:]*' AND instr(copy, char(0)) = 0"
)
RULES: dict[tuple[str, str], str] = {
    ("about", "purpose"): f"length(purpose) <= {MOST_TEXT}",
    ("about", "number of entries"): "entries BETWEEN 0 AND 1000000000000",
    ("roots", "path"): _PATH,
    ("files", "path"): _PATH,
    ("photos", "SHA-256"): _SHA256,
    ("photos", "copy"): _COPY,
    ("photos", "size"): "width BETWEEN 0 AND 2147483647 AND height BETWEEN 0 AND 2147483647",
    ("runs", "self-check"): "abs(self_check) <= 1.001",
    ("runs", "number of candidates"): "top BETWEEN 1 AND 1000000",
    # Constraints of the schema too: SQLite asks nobody who wrote with its checks off.
    ("answers", "status"): "status IN ('located', 'abstained', 'failed')",
    ("verdicts", "decision"): "decision IN ('confirmed', 'rejected', 'undecided')",
    ("answers", "probability"): "probability BETWEEN 0 AND 1.000001",
    ("answers", "coordinate"): _ON_THE_GLOBE,
    ("verdicts", "coordinate"): _ON_THE_GLOBE,
    ("verdicts", "rank"): "rank IS NULL OR rank BETWEEN 1 AND 1000000",
    ("verdicts", "text"): f"length(place) + length(note) + length(analyst) + length(time) <= {MOST_TEXT}",
}
"""Table and what it is about -> what must hold for every row, in SQL."""


def check_rows(database: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Look at every row of a case.

    Raises:
        PigeonError: one holds what no case of ours does.
    """
    for table in dict.fromkeys(table for table, _ in RULES):
        # One pass for all rules of a table. Where NULL makes one unknown it is broken too. Not as values but as
        # conditions, which SQLite leaves as soon as they are settled.
        rules = {what: f"({rule}) IS NOT TRUE" for (of, what), rule in RULES.items() if of == table}
        row = database.execute(f"SELECT rowid FROM {table} WHERE {' OR '.join(rules.values())} LIMIT 1").fetchone()
        if row is not None:
            broken = (f"SELECT 1 FROM {table} WHERE rowid = {row[0]} AND {rule}" for rule in rules.values())
            what = next(what for what, asked in zip(rules, broken, strict=True) if database.execute(asked).fetchone())
            raise PigeonError(f"{path}: is damaged, row {row[0]} of {table} has an impossible {what}. {kind.damaged}")
    row = database.execute("PRAGMA foreign_key_check").fetchone()
    if row is not None:
        raise PigeonError(f"{path}: is damaged, row {row[1]} of {row[0]} refers to nothing. {kind.damaged}")


def refuse_links(folder: Path, names: tuple[str, ...], copies: str) -> None:
    """Refuse a case's folder in which one of the `names`, the folder of `copies` or what is in it is a link: whoever
    made the case would have what lies elsewhere read as photographs, or copies of them written there.

    Raises:
        PigeonError: names the link.
        OSError: the folder cannot be listed.
    """
    for place in (*(folder / name for name in names), folder / copies, *_below(folder / copies)):
        if place.is_symlink():
            raise PigeonError(f"{place}: is a link, and a case holds none. Put the file itself there.")


def _below(folder: Path) -> Iterator[Path]:
    """The links in a folder and in the folders directly in it."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield Path(entry.path)
            elif entry.is_dir():
                with os.scandir(entry.path) as inner:
                    yield from (Path(one.path) for one in inner if one.is_symlink())
