"""A case as a folder: made, opened, refused with a clear message, and never damaged by that."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pigeon_desktop.cases import case as case_module
from pigeon_desktop.cases import database
from pigeon_desktop.cases.audit import entries
from pigeon_desktop.cases.case import CASE, Case
from pigeon_desktop.cases.contents import counts, rows, verdicts
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.errors import Cancelled, PigeonError
from tests.commands import open_to_all

from .conftest import Run, pictures


@pytest.fixture
def ran(case: Case, run: Run, tmp_path: Path) -> Case:
    """A case with three photographs that were answered on."""
    case.add(pictures(tmp_path / "photos", 3))
    run(case)
    return case


def test_a_case_needs_a_purpose_and_a_folder_of_its_own(tmp_path: Path):
    with pytest.raises(PigeonError, match="needs a purpose"):
        Case.create(tmp_path / "case", "  ")
    with Case.create(tmp_path / "deep" / "case", " Why \n") as case:
        assert case.purpose == "Why"
    with pytest.raises(PigeonError, match="holds a case already"):
        Case.create(tmp_path / "deep" / "case", "Again")
    with Case.open(tmp_path / "deep" / "case") as case:
        assert (case.purpose, case.keeps_copies) == ("Why", False)
        assert [entry.kind for entry in entries(case.database)] == ["created"]


def test_a_case_whose_making_was_killed_is_made_again(tmp_path: Path):
    database.connect(tmp_path / CASE, case_module.kind(), create=True).close()
    with pytest.raises(PigeonError, match="not made to its end"):
        Case.open(tmp_path)
    Case.create(tmp_path, "Made again").close()
    Case.open(tmp_path).close()


def test_a_folder_without_a_case_stays_without_one(tmp_path: Path):
    with pytest.raises(PigeonError, match="is no case"):
        Case.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_programs_on_one_case(ran: Case):
    with pytest.raises(PigeonError, match="open in another program"):
        Case.open(ran.folder)
    with Case.open(ran.folder, read_only=True) as reader:
        assert counts(rows(reader))["photographs"] == 3
        with pytest.raises(PigeonError, match="open for looking only"):
            reader.decide(1, Verdict("rejected"))
    other = (
        f"from pigeon_desktop.cases.case import Case; from pathlib import Path; Case.open(Path({str(ran.folder)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    assert "open in another program" in done.stderr
    ran.decide(1, Verdict("rejected"))


def test_a_case_of_a_newer_version_is_left_alone(ran: Case):
    ran.database.execute("PRAGMA user_version = 99")
    ran.close()
    before = (ran.folder / CASE).read_bytes()
    with pytest.raises(PigeonError, match=r"newer version of the program \(format 99"):
        Case.open(ran.folder)
    assert (ran.folder / CASE).read_bytes() == before


def test_a_foreign_database_is_left_alone(tmp_path: Path):
    foreign = sqlite3.connect(tmp_path / CASE)
    foreign.execute("CREATE TABLE photos (id)")
    foreign.close()
    before = (tmp_path / CASE).read_bytes()
    for act in (Case.open, lambda folder: Case.create(folder, "Mine")):
        with pytest.raises(PigeonError, match="is not a case"):
            act(tmp_path)
    assert (tmp_path / CASE).read_bytes() == before
    (tmp_path / CASE).write_text("no database at all, but long enough to be read as one" * 100)
    with pytest.raises(PigeonError, match="is not a case"):
        Case.open(tmp_path)


def test_a_damaged_case_is_refused(ran: Case):
    ran.close()
    path = ran.folder / CASE
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096):
        path.write_bytes(whole[: page * 4096] + b"\x5a" * 4096 + whole[(page + 1) * 4096 :])
        try:
            # A page may hold text alone: then nothing is out of joint, but the chain tells.
            with Case.open(ran.folder, read_only=True) as case:
                assert verify(case).faults
        except PigeonError as error:
            assert "damaged" in str(error)  # noqa: PT017 - one of the two
    path.write_bytes(whole)
    Case.open(ran.folder).close()


def test_a_case_that_cannot_be_written_can_be_read(ran: Case, monkeypatch: pytest.MonkeyPatch):
    ran.close()
    assert not (ran.folder / f"{CASE}-wal").exists()
    # Root may write anywhere: SQLite is told what it would find out.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with Case.open(ran.folder, read_only=True) as case:
        assert counts(rows(case))["photographs"] == 3
        assert verify(case).faults == ()
    assert not (ran.folder / f"{CASE}-wal").exists()
    assert not (ran.folder / f"{CASE}-shm").exists()


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs to become another user")
def test_a_read_only_folder_of_somebody_else(ran: Case):
    ran.close()
    for path in (ran.folder, *ran.folder.iterdir()):
        path.chmod(path.stat().st_mode & ~0o222 | 0o444)
    open_to_all(ran.folder.parent)
    closed = ran.folder.parent / "closed"
    closed.mkdir(0o700)
    script = f"""
import os
from pathlib import Path
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import counts, rows
from pigeon_desktop.errors import PigeonError
os.setuid(65534)
folder = Path({str(ran.folder)!r})
try:
    Case.open(folder)
except PigeonError as error:
    print(error)
print(counts(rows(Case.open(folder, read_only=True)))["photographs"])
try:
    Case.open(Path({str(closed / "case")!r}))
except PigeonError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "cannot be written" in done.stdout, done.stderr
    assert done.stdout.splitlines()[1] == "3"
    assert f"{closed / 'case'}: cannot be looked into" in done.stdout


def test_migrations_go_in_order_and_all_or_nothing(tmp_path: Path):
    path = tmp_path / "a.sqlite"
    first = database.Kind(1234, ("CREATE TABLE a (x); INSERT INTO a VALUES (1);",), "a test", "Go on.", "Go on.")
    database.connect(path, first, create=True).close()
    broken = replace(first, migrations=(*first.migrations, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);"))
    with pytest.raises(PigeonError, match="nowhere"):
        database.connect(path, broken)
    second = replace(first, migrations=(*first.migrations, "ALTER TABLE a ADD y; CREATE TABLE b (x);"))
    with pytest.raises(PigeonError, match="older version"):
        database.connect(path, second, read_only=True)
    opened = database.connect(path, second)
    assert opened.execute("SELECT x, y FROM a").fetchall() == [(1, None)]
    assert opened.execute("SELECT count(*) FROM b").fetchone() == (0,)
    assert opened.execute("PRAGMA user_version").fetchone() == (2,)
    opened.close()
    with pytest.raises(PigeonError, match="newer version"):
        database.connect(path, first)


def test_adding_twice_adds_once(case: Case, tmp_path: Path):
    folder = pictures(tmp_path / "photos", 3)[0].parent
    (folder / "notes.txt").touch()
    assert (case.add([folder]).new, case.add([folder, folder / "0000.jpg"]).new) == (3, 0)
    again = case.add([folder / ".." / "photos"])
    assert (again.new, again.known, again.other) == (0, 3, 1)
    assert case.add([tmp_path / "nowhere"]).problems[0].startswith(str(tmp_path / "nowhere"))


def test_adding_can_be_cancelled_and_keeps_what_it_has(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(case_module, "CHUNK", 2)
    pictures(tmp_path / "photos" / "a", 2)
    pictures(tmp_path / "photos" / "b", 4)
    seen: list[int] = []
    with pytest.raises(Cancelled):
        case.add([tmp_path / "photos"], cancelled=lambda: bool(seen), progress=seen.append)
    assert counts(rows(case))["unread"] == 2
    assert verify(case).faults == ()


def test_verdicts_and_their_undoing(ran: Case):
    first, second, _ = rows(ran)
    ran.decide(first.photo, Verdict("rejected", note="no such sign"))
    ran.decide(second.photo, Verdict("confirmed", 1.5, -2.5, 1, "There", by="Ana"))
    ran.decide(first.photo, Verdict("confirmed", 3.0, 4.0, None, "Here"))
    assert [row.decision for row in rows(ran)] == ["confirmed", "confirmed", "undecided"]
    held = sorted(verdicts(ran).values(), key=lambda verdict: verdict.place, reverse=True)
    assert [(v.latitude, v.longitude, v.rank, v.place, v.by) for v in held] == [
        (1.5, -2.5, 1, "There", "Ana"),
        (3.0, 4.0, None, "Here", ""),
    ]
    assert all(v.time.endswith("Z") for v in held)
    assert ran.undo() == first.photo
    assert {verdict.note for verdict in verdicts(ran).values()} == {"no such sign", ""}
    assert (ran.undo(), ran.undo(), ran.undo()) == (second.photo, first.photo, None)
    assert verdicts(ran) == {}
    assert verify(ran).faults == ()
    with pytest.raises(PigeonError, match="has no photograph"):
        ran.decide(99, Verdict("rejected"))


def test_a_case_that_was_copied_is_the_same_case(ran: Case, run: Run, tmp_path: Path):
    ran.decide(1, Verdict("rejected"))
    mark = ran.mark()
    ran.close()
    shutil.copytree(ran.folder, tmp_path / "elsewhere" / "copy")
    with Case.open(tmp_path / "elsewhere" / "copy") as copy:
        assert copy.mark() == mark
        assert run(copy).states.total() == 0
        assert verify(copy, files=True) == replace(verify(copy), changed=())


def test_files_that_come_and_go_with_other_connections_are_no_bait(tmp_path: Path):
    """The last connection that closes takes its WAL away; another one may be looking at it just then."""
    path = tmp_path / "a.sqlite"
    kind = database.Kind(1234, ("CREATE TABLE a (x);",), "a test", "Go on.", "Go on.")
    database.connect(path, kind, create=True).close()
    script = "import os, sys\nwhile True:\n    open(sys.argv[1], 'x').close()\n    os.unlink(sys.argv[1])"
    with subprocess.Popen([sys.executable, "-c", script, f"{path}-shm"]) as other:
        try:
            for _ in range(5_000):
                database._refuse_bait(path, kind)
        finally:
            other.kill()


def test_rows_leave_the_search_for_cycles_as_it_was(ran: Case):
    assert gc.isenabled()
    rows(ran)
    assert gc.isenabled()
    gc.disable()
    try:
        rows(ran)
        assert not gc.isenabled()
    finally:
        gc.enable()
    ran.database.execute("DROP TABLE answers")
    with pytest.raises(PigeonError):
        rows(ran)
    assert gc.isenabled()
