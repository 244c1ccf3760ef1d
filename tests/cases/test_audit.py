"""The audit chain: whoever alters, removes or moves an entry is told of, and which it was."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.cases.audit import BEGINNING, Entry, append, canonical, entries, faults
from pigeon_desktop.cases.case import Case

LENGTH = 9


def chain(length: int = LENGTH) -> list[Entry]:
    made: list[Entry] = []
    for number in range(1, length + 1):
        before = made[-1].hash if made else BEGINNING
        entry = Entry(number, f"2026-01-0{number}", "a tool", "note", canonical({"n": number}), before, "")
        made.append(replace(entry, hash=entry.right_hash))
    return made


def found(altered: list[Entry], whole: list[Entry]) -> list[str]:
    return faults(altered, len(whole), whole[-1].hash)


def test_a_chain_as_it_was_written_has_no_fault():
    assert found(chain(), chain()) == []


@given(
    at=st.integers(0, LENGTH - 1),
    name=st.sampled_from(["time", "tool", "kind", "body", "before", "hash"]),
    value=st.text(min_size=1, max_size=8),
)
def test_whatever_is_altered_in_an_entry_is_found_and_the_entry_named(at, name, value):
    whole = chain()
    altered = [*whole[:at], replace(whole[at], **{name: value}), *whole[at + 1 :]]
    assert any(f"entry {at + 1} (" in fault and "altered" in fault for fault in found(altered, whole))


@given(at=st.integers(0, LENGTH - 1), count=st.integers(1, 3))
def test_entries_that_are_removed_are_named(at, count):
    whole = chain()
    removed = whole[at : at + count]
    words = found(whole[:at] + whole[at + count :], whole)
    first, last = removed[0].number, removed[-1].number
    named = f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
    assert named in words


@given(st.permutations(range(LENGTH)))
def test_entries_that_change_places_are_named(order):
    whole = chain()
    moved = [replace(whole[was], number=now) for now, was in enumerate(order, start=1)]
    words = found(moved, whole)
    for now, was in enumerate(order, start=1):
        told = [word for word in words if word.startswith(f"entry {now} (") and f"was entry {was + 1}:" in word]
        assert bool(told) == (now != was + 1)


def test_an_entry_forged_with_a_right_hash_breaks_the_chain_behind_it():
    whole = chain()
    forged = replace(whole[3], body=canonical({"n": "forged"}))
    forged = replace(forged, hash=forged.right_hash)
    assert found([*whole[:3], forged, *whole[4:]], whole) == [
        "entry 5 (note, 2026-01-05) does not follow entry 4 as it stands: one of them was exchanged."
    ]


def test_a_chain_forged_to_its_end_differs_from_the_noted_end():
    whole = chain()
    forged = chain()[:-1]
    last = replace(whole[-1], body=canonical({"n": "forged"}))
    words = found([*forged, replace(last, hash=last.right_hash)], whole)
    assert len(words) == 1
    assert "not what the case has noted as its end" in words[0]


def test_an_entry_is_written_only_with_what_it_tells_of(case: Case):
    with pytest.raises(ValueError, match="together"):
        append(case.database, "note", {})


def test_the_chain_cannot_be_changed_through_sqlite_as_it_is(case: Case):
    for question in ("UPDATE chain SET body = ''", "DELETE FROM chain"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            case.database.execute(question)
    assert [entry.kind for entry in entries(case.database)] == ["created"]


def test_names_that_are_no_text_are_kept(case: Case):
    with case.writing() as database:
        append(database, "note", {"name": "a\udcff\nb"})
    last = list(entries(case.database))[-1]
    assert last.content() == {"name": "a\udcff\nb"}
    assert last.right_hash == last.hash
