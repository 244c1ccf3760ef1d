"""Cases that somebody made to do harm: opened, asked, exported, and refused with a message."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import struct
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pigeon_desktop.cases import audit, files
from pigeon_desktop.cases.case import CASE, COPIES, LOCK, VECTORS, Case
from pigeon_desktop.cases.contents import hashes, rows
from pigeon_desktop.cases.files import Looks
from pigeon_desktop.cases.runner import Runner
from pigeon_desktop.cases.vectors import Model
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import PigeonError

from .asked import ask_all
from .conftest import pictures
from .made import made_case, of_first

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = made_case(tmp_path_factory.mktemp("sound") / "case")
    assert ask_all(made, read_only=False) == []
    return made


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A case that is sound, and closed."""
    return Path(shutil.copytree(sound, tmp_path / "case"))


def changed(folder: Path, script: str, name: str = CASE, values: tuple[object, ...] = ()) -> None:
    """Change one of its files as anybody can, with SQLite's checks off."""
    with closing(sqlite3.connect(folder / name)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("PRAGMA writable_schema = ON")
        if values:
            database.execute(script, values)
        else:
            database.executescript(script)
        database.commit()


def refused(folder: Path, says: str, **how: bool) -> None:
    with pytest.raises(PigeonError, match=says):
        Case.open(folder, **how)


# What SQLite would do by itself


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON verdicts BEGIN DELETE FROM answers; END", "the trigger 't'"),
        ("CREATE VIEW v AS SELECT 1", "the view 'v'"),
        ("CREATE VIRTUAL TABLE f USING fts5(a)", "the table 'f"),
        ("CREATE TABLE more (a)", "the table 'more'"),
        ("CREATE INDEX i ON answers (abs(probability))", "the index 'i'"),
        ("DROP TRIGGER chain_stays", "the trigger 'chain_stays'"),
        ("DROP INDEX files_by_path", "the index 'files_by_path'"),
        ("DROP TABLE answers; CREATE VIEW answers AS SELECT * FROM photos", "'answers"),
        ("ALTER TABLE photos ADD COLUMN g INT GENERATED ALWAYS AS (width + 1)", "the table 'photos'"),
        ("UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')') WHERE name = 'runs'", "the table 'runs'"),
        ("UPDATE sqlite_master SET sql = replace(sql, '''''', '''--''') WHERE name = 'runs'", "the table 'runs'"),
        ("PRAGMA application_id = 1", "is not a case"),
        ("PRAGMA user_version = 0", "the .*, which a case does not have"),
        ("PRAGMA user_version = 99", "newer version"),
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_a_schema_that_is_not_ours_is_refused(folder: Path, script: str, says: str, read_only: bool):
    changed(folder, script)
    before = (folder / CASE).read_bytes()
    refused(folder, rf"case\.sqlite: .*{says}", read_only=read_only)
    assert (folder / CASE).read_bytes() == before


def test_comments_and_breaks_in_a_schema_do_not_matter(folder: Path):
    changed(folder, "UPDATE sqlite_master SET sql = replace(sql, 'id INTEGER', 'id -- the number\n  INTEGER')")
    assert ask_all(folder, read_only=False) == []


def test_a_file_of_features_with_more_than_ours_is_refused(folder: Path):
    changed(folder, "CREATE VIEW v AS SELECT 1", VECTORS)
    assert any("features.sqlite: holds the view 'v'" in str(error) for error in ask_all(folder))


def journal(database: Path, names: Path) -> None:
    """A journal as a write that was broken off leaves it, and that names another file as the one above it."""
    size = 4096
    head = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", 0, 7, database.stat().st_size // size, 512, size)
    name = os.fsencode(names)
    above = struct.pack(">I", 0x40000000 // size + 1) + name + struct.pack(">II", len(name), sum(name)) + head[:8]
    database.with_name(f"{database.name}-journal").write_bytes(head.ljust(512, b"\0") + above)


@pytest.mark.parametrize("name", [CASE, VECTORS])
def test_a_journal_that_has_another_file_deleted_is_refused(folder: Path, tmp_path: Path, name: str):
    notes = tmp_path / "notes.txt"
    notes.write_text("somebody's own")
    journal(folder / name, notes)
    assert any(f"{name}-journal: does not belong to a case" in str(error) for error in ask_all(folder))
    if name == CASE:
        with pytest.raises(PigeonError, match="does not belong to a case"):
            Case.create(folder, "Mine")
    assert notes.read_text() == "somebody's own"
    # So SQLite would have done.
    with closing(sqlite3.connect(folder / name)) as database:
        database.execute("SELECT count(*) FROM sqlite_master")
    assert not notes.exists()


@links
@pytest.mark.parametrize("name", [CASE, VECTORS, LOCK, COPIES, f"{CASE}-wal", f"{VECTORS}-journal"])
def test_links_in_a_case_are_refused_and_nothing_is_made_behind_them(folder: Path, tmp_path: Path, name: str):
    target = tmp_path / "elsewhere"
    if (folder / name).exists():
        (folder / name).rename(tmp_path / f"was {name}")
    (folder / name).symlink_to(target)
    errors = ask_all(folder, read_only=False)
    assert any(f"{name}: is a link" in str(error) for error in errors), errors
    assert not target.exists()


@links
@pytest.mark.parametrize("deep", [0, 1])
def test_copies_that_are_links_are_refused(folder: Path, tmp_path: Path, deep: int):
    copy = next((folder / COPIES).glob("*/*"))
    place = (copy, copy.parent)[deep]
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    refused(folder, rf"{place.name}: is a link", read_only=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_not_waited_for(folder: Path):
    (folder / VECTORS).unlink()
    os.mkfifo(folder / VECTORS)
    assert any("no file at all" in str(error) for error in ask_all(folder))


# Values


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("UPDATE photos SET copy = '../../etc/passwd' WHERE id = 1", "row 1 of photos has an impossible copy"),
        ("UPDATE photos SET copy = '/etc/passwd'", "impossible copy"),
        ("UPDATE photos SET copy = replace(copy, 'photographs', '..')", "impossible copy"),
        ("UPDATE photos SET copy = copy || '/../..'", "impossible copy"),
        ("UPDATE photos SET copy = copy || char(0)", "impossible copy"),
        ("UPDATE photos SET copy = replace(copy, '.jpg', ':x')", "impossible copy"),
        ("UPDATE photos SET sha256 = '../' || sha256 WHERE id = 1", "impossible SHA-256"),
        ("UPDATE photos SET sha256 = sha256 || char(0) || '/../x' WHERE id = 1", "impossible SHA-256"),
        ("UPDATE photos SET sha256 = upper(sha256), copy = ''", "impossible SHA-256"),
        ("UPDATE files SET path = x'2f612f00'", "row 1 of files has an impossible path"),
        ("UPDATE roots SET path = x''", "row 1 of roots has an impossible path"),
        ("UPDATE answers SET probability = 9e999", "impossible probability"),
        ("UPDATE answers SET probability = -1", "impossible probability"),
        ("UPDATE answers SET latitude = 91", "impossible coordinate"),
        ("UPDATE answers SET longitude = -9e999", "impossible coordinate"),
        ("UPDATE answers SET longitude = NULL", "impossible coordinate"),
        ("UPDATE verdicts SET latitude = 9e999", "row 1 of verdicts has an impossible coordinate"),
        ("UPDATE verdicts SET rank = -5", "impossible rank"),
        ("UPDATE verdicts SET note = printf('%.*c', 2000000, 'x')", "impossible text"),
        ("UPDATE verdicts SET decision = 'perhaps'", "is damaged"),
        ("UPDATE runs SET self_check = 9e999", "impossible self-check"),
        ("UPDATE about SET entries = -1", "impossible number of entries"),
        ("UPDATE about SET entries = 9223372036854775807", "impossible number of entries"),
        ("UPDATE answers SET run = 77", "refers to nothing"),
        ("UPDATE about SET purpose = NULL", "damaged|NOT NULL"),
    ],
)
def test_impossible_values_are_refused(folder: Path, script: str, says: str):
    try:
        changed(folder, script)
    except sqlite3.IntegrityError:
        return  # SQLite lets nobody write it
    refused(folder, says, read_only=True)


def test_values_of_other_types_under_a_strict_schema_are_refused(folder: Path):
    """A table that was filled before it was called STRICT."""
    changed(folder, "UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')') WHERE name IN ('answers', 'runs')")
    changed(folder, "UPDATE answers SET probability = 'a text', record = 'a text'; UPDATE runs SET top = x'00'")
    changed(folder, "UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE name IN ('answers', 'runs')")
    refused(folder, r"case\.sqlite: is damaged", read_only=True)


def test_a_row_that_fills_the_memory_is_refused(folder: Path):
    changed(folder, f"UPDATE answers SET record = zeroblob({65 << 20}) WHERE photo = 1")
    errors = ask_all(folder)
    assert errors
    assert all("case.sqlite: holds a row of more than 64 MiB" in str(error) for error in errors)


def test_text_that_is_none_is_refused(folder: Path):
    changed(folder, "UPDATE verdicts SET note = CAST(x'ff41' AS TEXT)")
    assert any("case.sqlite: " in str(error) for error in ask_all(folder))


def test_an_absurd_record_is_refused_wherever_it_is_asked_for(folder: Path):
    changed(folder, "UPDATE answers SET record = ? WHERE photo = 1", values=(of_first(latitude=1e9),))
    errors = ask_all(folder)
    assert errors
    assert all("what the case holds of it is damaged" in str(error) for error in errors)


def test_a_record_of_cells_that_the_pack_lacks_is_exported_without_areas(folder: Path):
    changed(folder, "UPDATE answers SET record = ?", values=(of_first(cells=["../nowhere"]),))
    assert ask_all(folder, ("kml", "geojson", "html")) == []


# What was computed


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("UPDATE beliefs SET belief = zeroblob(length(belief))", "does not sum to 1"),
        ("UPDATE beliefs SET belief = CAST(belief || belief AS BLOB)", "is not over 80 cells"),
        ("UPDATE beliefs SET belief = x''", "a vector is none"),
        ("UPDATE features SET embedding = CAST(x'0000807f' || substr(embedding, 5) AS BLOB)", "a vector is none"),
        ("UPDATE features SET embedding = CAST(x'ffff7f7f' || substr(embedding, 5) AS BLOB)", "a vector is none"),
    ],
)
def test_vectors_that_are_none_are_refused(folder: Path, script: str, says: str):
    changed(folder, script, VECTORS)
    assert [error for error in ask_all(folder) if says in str(error) and "Delete it: it is made again" in str(error)]


def test_a_negative_belief_is_refused(folder: Path):
    belief = np.full(80, 2 / 80, "<f4")
    belief[:20] = -1 / 40
    belief[20:] *= 1.5 / (2 * 60 / 80)
    assert belief.sum() == pytest.approx(1)
    changed(folder, "UPDATE beliefs SET belief = ?", VECTORS, (belief.tobytes(),))
    assert any("does not sum to 1" in str(error) for error in ask_all(folder))


def test_text_where_there_should_be_vectors_is_refused(folder: Path):
    changed(folder, "UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')')", VECTORS)
    changed(folder, "UPDATE beliefs SET belief = 'text'; UPDATE features SET embedding = 'text'", VECTORS)
    changed(folder, "UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE sql IS NOT NULL", VECTORS)
    assert any("a vector is none" in str(error) for error in ask_all(folder))


def test_features_of_another_encoder_are_refused(case: Case, run: Any, tiny: Locator, tmp_path: Path):
    """A features.sqlite from elsewhere, under the right names."""
    case.add(pictures(tmp_path / "photos", 1))
    runner = run(case)
    (sha256,) = hashes(case).values()
    model: Model = runner._model
    with closing(case.vectors()) as vectors:
        vectors.put({sha256: Features(np.ones((1, 3), np.float32), np.ones((1, 5), np.float32))}, {}, model)
    changed(case.folder, "DELETE FROM beliefs", VECTORS)
    with pytest.raises(PigeonError, match=r"features\.sqlite: is damaged, its features do not fit the encoder"):
        list(Runner(case, tiny, Settings(3)).run(CancelToken()))


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "5", "[5]"])
def test_warnings_that_are_none_are_refused(case: Case, run: Any, tiny: Locator, tmp_path: Path, text: str):
    case.add(pictures(tmp_path / "photos", 1))
    run(case)
    case.database.execute("UPDATE photos SET warnings = ?", (text,))
    with pytest.raises(PigeonError, match="warnings that are none"):
        list(Runner(case, tiny, Settings(3)).run(CancelToken()))


# The chain


def chained(folder: Path, kind: str, body: str) -> None:
    """An entry with a right hash, and whatever in it."""
    with closing(sqlite3.connect(folder / CASE)) as database:
        number, before = database.execute("SELECT entries, head FROM about").fetchone()
        entry = audit.Entry(number + 1, audit.now(), audit.TOOL, kind, body, before, "")
        values = (entry.number, entry.time, entry.tool, kind, body, before, entry.right_hash)
        database.execute("INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        database.execute("UPDATE about SET entries = ?, head = ?", (number + 1, entry.right_hash))
        database.commit()


@pytest.mark.parametrize("kind", ["created", "run began", "run ended", "answers", "verdict", "undone", "unheard"])
@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        "[]",
        "{",
        '{"run": [], "verdict": {}, "answers": 5, "purpose": []}',
        '{"run": 1, "outcome": NaN, "verdict": 7, "answers": [["a", 1]], "read": [[[], 1]]}',
        '{"run": 99, "verdict": 99, "answers": {"a": "b"}, "read": "text"}',
    ],
)
def test_a_chain_of_nonsense_is_told_of(folder: Path, kind: str, body: str):
    chained(folder, kind, body)
    with Case.open(folder, read_only=True) as case:
        found = verify(case)
    assert all(isinstance(fault, str) for fault in found.faults)
    assert found.faults or kind in ("unheard", "run ended", "answers")


def test_a_case_that_lies_about_the_length_of_its_chain_is_not_believed(folder: Path):
    changed(folder, "DROP TRIGGER chain_stays; UPDATE chain SET body = '{}' WHERE number = 2")
    changed(folder, "UPDATE about SET entries = 1000000000000")
    stays = "SELECT RAISE(ABORT, 'the audit chain is append-only');"
    changed(folder, f"CREATE TRIGGER chain_stays BEFORE UPDATE ON chain BEGIN {stays} END")
    start = time.perf_counter()
    with Case.open(folder, read_only=True) as case:
        faults = verify(case).faults
    assert time.perf_counter() - start < 10
    assert any("was altered" in fault for fault in faults)
    assert any("are missing" in fault for fault in faults)


# Copies, and lists that grow


def test_copies_are_named_by_hash_alone(folder: Path, tmp_path: Path, tiny: Locator):
    """Whatever a file is called, its copy has a name that a case is later opened with."""
    (path,) = pictures(tmp_path, 1)
    data = path.read_bytes()
    looks = Looks(tiny.encoder, (), set(), folder, CancelToken())
    sha256 = hashlib.sha256(data).hexdigest()
    for name in ("a.jpg", "a.J PG", "a.:x", "a", "a.\\..\\b", "a.<b>"):
        copy = looks._copied(Path(name), data, sha256)
        with closing(sqlite3.connect(folder / CASE)) as database:
            database.execute("UPDATE photos SET sha256 = ?, copy = ? WHERE id = 2", (sha256, copy))
            database.commit()
        Case.open(folder, read_only=True).close()
        assert (folder / copy).read_bytes() == data


def test_what_is_gone_is_noted_in_entries_of_a_bounded_length(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "NOTED_AT_ONCE", 1)
    with Case.open(folder) as case:
        there = [files.File(row.files[0], row.path, row.path.parent, row.photo, "") for row in rows(case)]
        files._note(case, there, [])
        files._note(case, [], there)
        bodies = [entry.content() for entry in audit.entries(case.database) if entry.kind == "files"]
    assert [(len(body["gone"]), len(body["back"])) for body in bodies] == [(1, 0), (1, 0), (0, 1), (0, 1)]
