"""The audit chain: what was done in a case, each entry hashed together with the one before it.

Whoever changes, removes or moves an entry has to forge all that come after it; and then the length and the last hash
differ from those that stand on every report.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pigeon_desktop import __version__

BEGINNING = "0" * 64
"""Stands for the hash before the first entry."""
MOST_SEARCHES = 20
"""For so many altered entries it is tried whether they stood elsewhere."""
MOST_PLACES = 100_000
"""So far it is looked for them: the case itself says how long its chain is, and may lie."""
TOOL = f"Pigeon Desktop {__version__}"


@dataclass(frozen=True)
class Entry:
    """One entry. `number` counts from 1, `time` is UTC in ISO 8601, `body` JSON, `before` the hash of the last one."""

    number: int
    time: str
    tool: str
    kind: str
    body: str
    before: str
    hash: str

    @property
    def right_hash(self) -> str:
        """The hash that it must have, in hex: SHA-256 of everything else in it."""
        return _hash(self.number, self.time, self.tool, self.kind, self.body, self.before)

    def content(self) -> dict[str, Any]:
        """The body as plain data; empty where it is none any more."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def __str__(self) -> str:
        return f"entry {self.number} ({self.kind}, {self.time})"


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def canonical(value: object) -> str:
    """Plain data as the one JSON text that they have here: ASCII, so that names that are no text are kept."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def append(database: sqlite3.Connection, kind: str, body: Mapping[str, Any], time: str | None = None) -> int:
    """Add an entry, within the transaction that does what it tells of; returns its number."""
    if not database.in_transaction:
        raise ValueError("an entry is written together with what it tells of")
    number, before = database.execute("SELECT entries, head FROM about").fetchone()
    number, time, text = number + 1, time or now(), canonical(body)
    digest = _hash(number, time, TOOL, kind, text, before)
    database.execute("INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?)", (number, time, TOOL, kind, text, before, digest))
    database.execute("UPDATE about SET entries = ?, head = ?", (number, digest))
    return int(number)


def entries(database: sqlite3.Connection) -> Iterator[Entry]:
    """The chain in its order."""
    return (Entry(*row) for row in database.execute("SELECT * FROM chain ORDER BY number"))


def faults(chain: Iterable[Entry], length: int, head: str) -> list[str]:
    """What is wrong with a chain that should be of this length and end in this hash; empty where nothing is."""
    found: list[str] = []
    last, shift, searches = Entry(0, "", "", "", "", "", BEGINNING), 0, 0
    for entry in chain:
        if entry.number != last.number + 1:
            found.append(_missing(last.number + 1, entry.number - 1))
        if entry.right_hash != entry.hash:
            # Its own number is part of the hash: one that was moved fits under another. The way the last one moved
            # is tried first, then all of them, which is slow.
            everywhere = range(1, min(length, MOST_PLACES) + 1) if searches < MOST_SEARCHES else ()
            places = [entry.number + shift, *everywhere]
            was = next((n for n in places if replace(entry, number=n).right_hash == entry.hash), None)
            if was is None:
                found.append(f"{entry} was altered.")
                searches += 1
            else:
                found.append(f"{entry} was entry {was}: the order was changed.")
                shift = was - entry.number
        elif entry.number == last.number + 1 and entry.before != last.hash:
            found.append(f"{entry} does not follow entry {last.number} as it stands: one of them was exchanged.")
        last = entry
    if last.number < length:
        found.append(_missing(last.number + 1, length))
    elif last.number > length or last.hash != head:
        found.append(f"The chain ends in {last}, which is not what the case has noted as its end.")
    return found


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."


def _hash(number: int, time: str, tool: str, kind: str, body: str, before: str) -> str:
    return hashlib.sha256(canonical([number, time, tool, kind, body, before]).encode("ascii")).hexdigest()
