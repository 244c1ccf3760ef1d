"""Whoever changes a case behind the program's back is told of."""

from pathlib import Path

import pytest

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import hashes, rows
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.errors import PigeonError

from .conftest import Run, pictures


@pytest.fixture
def ran(case: Case, run: Run, tmp_path: Path) -> Case:
    """Three photographs, answered twice and decided on."""
    case.add(pictures(tmp_path / "photos", 3))
    run(case)
    run(case, within="SE,NO,DE")
    case.decide(1, Verdict("rejected", note="first"))
    case.decide(1, Verdict("confirmed", 1.0, 2.0, 1, "Here"))
    case.decide(2, Verdict("rejected"))
    case.undo()
    assert verify(case, files=True).faults == ()
    return case


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE about SET purpose = 'another'", "purpose"),
        ("UPDATE answers SET record = x'00' WHERE photo = 2", "answer on photograph {2} was altered"),
        ("DELETE FROM answers WHERE photo = 2", "answer on photograph {2} was removed"),
        ("UPDATE verdicts SET note = 'other' WHERE id = 1", "Verdict 1, on photograph {1}, is not what"),
        ("UPDATE verdicts SET undone = 0 WHERE id = 3", "Verdict 3, on photograph {2}: the chain does not agree"),
        ("UPDATE photos SET verdict = NULL WHERE id = 1", "Photograph {1}: the verdict that holds"),
        ("UPDATE runs SET device = 'better'", "Run 1 is not what"),
        ("UPDATE files SET photo = photo % 3 + 1", "0001.jpg: the chain does not say that photograph "),
        ("UPDATE photos SET sha256 = 'ff' WHERE id = 3", "Photograph {3} was removed"),
        ("UPDATE photos SET verdict = 77 WHERE id = 1", "refers to nothing"),
        ("DROP TRIGGER chain_stays; UPDATE chain SET body = '{}' WHERE number = 4", "entry 4 (answers, "),
        ("DROP TRIGGER chain_remains; DELETE FROM chain WHERE number = 4", "Entry 4 is missing."),
        ("DROP TRIGGER chain_remains; DELETE FROM chain WHERE number > 10", "are missing."),
    ],
)
def test_what_was_changed_is_named(ran: Case, change: str, told: str):
    named = hashes(ran)
    ran.database.execute("PRAGMA foreign_keys = OFF")
    ran.database.executescript(change)
    for number, sha256 in named.items():
        told = told.replace(f"{{{number}}}", sha256)
    assert any(told in fault for fault in verify(ran).faults), verify(ran).faults


def test_a_case_saved_as_another_has_its_own_purpose_and_a_chain_that_goes_on(ran: Case, tmp_path: Path):
    head = ran.mark().head
    with ran.saved_as(tmp_path / "another", "For somebody else") as another:
        assert another.purpose == "For somebody else"
        assert verify(another, heads=[head]).faults == ()
        assert rows(another) == rows(ran)
        another.database.execute("UPDATE about SET purpose = 'forged'")
        assert any("purpose" in fault for fault in verify(another).faults)
    with pytest.raises(PigeonError, match="holds a case already"):
        ran.saved_as(tmp_path / "another", "Again")
    with pytest.raises(PigeonError, match="needs a purpose"):
        ran.saved_as(tmp_path / "third", " ")
    assert verify(ran).faults == ()


def test_a_head_from_a_report_must_still_be_there(ran: Case):
    head = ran.mark().head
    ran.decide(3, Verdict("rejected"))
    assert verify(ran, heads=[head]).faults == ()
    (fault,) = verify(ran, heads=["ab" * 32]).faults
    assert "ab" * 32 in fault


def test_what_lies_on_the_disk_is_compared_when_that_is_wished(ran: Case):
    path = rows(ran)[0].path
    path.write_bytes(b"other")
    assert verify(ran).changed == ()
    found = verify(ran, files=True)
    assert found.faults == ()
    assert found.changed[0].startswith(f"{path}: is not the picture that was read there")
    path.unlink()
    assert "is not there" in verify(ran, files=True).changed[0]
