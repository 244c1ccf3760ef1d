"""The run: it answers what is to be answered, once, and goes on from wherever it was stopped."""

import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.cases import case as case_module
from pigeon_desktop.cases import database as database_module
from pigeon_desktop.cases import runner as runner_module
from pigeon_desktop.cases import vectors as vectors_module
from pigeon_desktop.cases.audit import entries
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import counts, predictions, rows, runs
from pigeon_desktop.cases.recall import with_beliefs
from pigeon_desktop.cases.runner import Runner, Step
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.within import parse_within
from pigeon_desktop.errors import Cancelled, PigeonError

from .conftest import Run, pictures


def answered(case: Case) -> dict[str, dict]:
    """What was said, by the photograph's hash; how long it took is left out."""
    return {p.sha256: {**p.record(), "seconds": 0, "path": ""} for p, _ in predictions(case, rows(case))}


def test_a_case_says_what_locating_says(default_pack, photographs, tmp_path):
    locator = Locator(default_pack)
    paths = photographs[:6]
    with Case.create(tmp_path / "case", "The same as locating") as case:
        case.add(paths)
        runner = Runner(case, locator, Settings())
        list(runner.run(CancelToken()))
        found = with_beliefs(case, predictions(case, rows(case)), default_pack, locator.cells, locator.atlas)
        kept = {prediction.path: prediction for prediction in found}
    for said in locator.locate_all(paths):
        case_said = kept[said.path]
        assert case_said.status == said.status
        assert [c.place for c in case_said.candidates] == [c.place for c in said.candidates]
        # The case keeps beliefs with seven digits.
        assert np.allclose([c.probability for c in case_said.candidates], [c.probability for c in said.candidates])
        assert np.allclose(case_said.probability, said.probability, atol=1e-6)
        assert case_said.sha256 == said.sha256
        assert case_said.pack == said.pack


def test_a_second_run_does_nothing(case: Case, run: Run, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 12))
    assert run(case).states.total() == 12
    before = case.mark()
    assert run(case).states.total() == 0
    assert case.mark() == before
    assert len(runs(case)) == 1


def test_another_filter_or_number_needs_no_photograph(case, run, tmp_path, tiny, monkeypatch):
    folder = tmp_path / "photos"
    case.add(pictures(folder, 12))
    run(case)
    monkeypatch.setattr(tiny.encoder, "encode", lambda *args: pytest.fail("was encoded again"))
    shutil.move(folder, tmp_path / "away")
    whole = answered(case)
    run(case, within="SE,DE,FR")
    within = answered(case)
    assert all({c["code"] for c in one["countries"]} <= {"SE", "DE", "FR"} for one in within.values())
    assert all(one["removed_by_filter"] > 0.5 and "removed" in one["warnings"][-1] for one in within.values())
    assert run(case, within="SE,DE,FR").states.total() == 0
    part = parse_within("SE,DE,FR", tiny.cells, tiny.atlas)
    for told in with_beliefs(case, predictions(case, rows(case)), tiny.pack, tiny.cells, tiny.atlas):
        assert told.probability is not None
        assert told.probability.sum() == pytest.approx(1, abs=1e-5)
        assert not told.probability[~part.mask].any()
    run(case)
    assert same(answered(case), whole)
    run(case, top=2)
    assert max(len(one["candidates"]) for one in answered(case).values()) == 2
    run(case)
    assert same(answered(case), whole)
    assert not same(answered(case), within)
    assert [r.settings for r in runs(case)] == [
        "5 candidates, the whole world",
        "5 candidates, within SE,DE,FR",
        "5 candidates, the whole world",
        "2 candidates, the whole world",
        "5 candidates, the whole world",
    ]
    assert verify(case).faults == ()


def test_the_same_picture_twice_is_one_photograph(case, run, tiny, tmp_path, monkeypatch):
    first, second = pictures(tmp_path / "photos", 2)
    shutil.copy(first, tmp_path / "photos" / "z copy.jpg")
    case.add([tmp_path / "photos"])
    encode, encoded = tiny.encoder.encode, []
    monkeypatch.setattr(tiny.encoder, "encode", lambda *args: encoded.append(args) or encode(*args))
    run(case)
    assert len(encoded) == 2
    found = rows(case)
    assert [(row.path, row.others) for row in found] == [(first, (tmp_path / "photos" / "z copy.jpg",)), (second, ())]
    assert counts(found)["photographs"] == 2
    assert counts(found)["files"] == 3


def test_a_folder_that_was_moved_is_found_again_by_hash(case, run, tmp_path, tiny, monkeypatch):
    case.add(pictures(tmp_path / "photos", 5))
    run(case)
    (tmp_path / "photos").rename(tmp_path / "moved")
    pictures(tmp_path / "photos", 1, first=50)  # its old place is there, and holds something else
    run(case)
    assert counts(rows(case))["gone"] == 5
    monkeypatch.setattr(tiny.encoder, "encode", lambda *args: pytest.fail("was encoded again"))
    assert case.add([tmp_path / "moved"]).new == 5
    run(case)
    found = rows(case)
    assert counts(found)["gone"] == 0
    assert [row.path.parent.name for row in found if row.photo is not None] == ["moved"] * 5


def test_a_photograph_that_was_replaced_is_another_one(case: Case, run: Run, tmp_path: Path):
    path, other = pictures(tmp_path / "photos", 2)
    for one in (path, other):  # of one length: only the time tells
        one.write_bytes(one.read_bytes().ljust(20_000, b"\0"))
    case.add([path])
    run(case)
    (before,) = rows(case)
    shutil.copy(other, path)
    os.utime(path, ns=(1, 1))
    run(case)
    gone, now = rows(case)
    assert (gone.photo, gone.gone, now.path, now.gone) == (before.photo, True, path, False)
    assert now.photo != before.photo
    assert verify(case, files=True).faults == ()
    assert verify(case, files=True).changed == ()


def test_a_file_that_is_only_touched_stays_the_same_photograph(case: Case, run: Run, tmp_path: Path):
    (path,) = pictures(tmp_path / "photos", 1)
    case.add([path])
    run(case)
    before = rows(case)
    os.utime(path, ns=(1, 1))
    run(case)
    assert rows(case) == before


def test_what_cannot_be_read_costs_itself_alone(case: Case, run: Run, tmp_path: Path):
    good = pictures(tmp_path / "photos", 2)
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff" + b"0" * 50)
    (tmp_path / "photos" / "empty.jpg").touch()
    (tmp_path / "photos" / "loop.jpg").symlink_to("loop.jpg")
    case.add([tmp_path / "photos"])
    runner = run(case)
    assert runner.states["failed"] == 3
    reasons = {row.path.name: row.reason for row in rows(case) if row.state == "failed"}
    assert "decoded" in reasons["broken.jpg"]
    assert "0 bytes" in reasons["empty.jpg"]
    assert "leads to itself" in reasons["loop.jpg"]
    assert {row.path for row in rows(case) if row.state != "failed"} == set(good)
    # What is damaged is not decoded again, unless that is wished; what could not be read may be readable now.
    assert run(case).states["failed"] == 2
    assert run(case, retry=True).states["failed"] == 3
    shutil.copy(good[0], tmp_path / "photos" / "empty.jpg")
    run(case)
    assert [row.others for row in rows(case) if row.path == good[0]] == [(tmp_path / "photos" / "empty.jpg",)]


def same(some: dict[str, dict], others: dict[str, dict]) -> bool:
    """Whether the same was said. Sums run in another order where other photographs are worked on beside one."""
    return some.keys() == others.keys() and all(
        one["status"] == others[sha256]["status"]
        and [c["cells"] for c in one["candidates"]] == [c["cells"] for c in others[sha256]["candidates"]]
        and np.allclose(
            [c["probability"] for c in one["candidates"]],
            [c["probability"] for c in others[sha256]["candidates"]],
            atol=2e-6,
        )
        for sha256, one in some.items()
    )


@pytest.mark.parametrize(
    "name", ["new\nline\r.jpg", "=1+1.jpg", "n" * 251 + ".jpg", "日本 \u202e.jpg", b"no \xff text.jpg"]
)
def test_names_of_every_kind(case: Case, run: Run, tmp_path: Path, name):
    (picture,) = pictures(tmp_path / "photos", 1)
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path / "photos"), os.fsencode(name))))  # noqa: PTH118
    picture.rename(path)
    case.add([tmp_path / "photos"])
    run(case)
    assert [(row.path, row.state != "failed") for row in rows(case)] == [(path, True)]
    assert verify(case, files=True).faults == ()


def test_a_cancelled_run_goes_on_where_it_stopped(case: Case, run: Run, tiny: Locator, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 40))
    token = CancelToken()
    runner = Runner(case, tiny, Settings())

    def until_something_is_done(step: Step) -> int:
        if step.done:
            token.cancel()
        return step.done

    seen: list[int] = []
    with pytest.raises(Cancelled):
        seen.extend(map(until_something_is_done, runner.run(token)))
    assert 0 < seen[-1] < 40
    kept = counts(rows(case))
    assert seen[-1] <= kept["located"] + kept["abstained"] < 40
    assert runs(case)[-1].outcome == "cancelled"
    assert run(case).states.total() == 40 - kept["located"] - kept["abstained"]
    told = [sha256 for entry in entries(case.database) for sha256, _ in entry.content().get("answers", [])]
    assert len(told) == len(set(told)) == 40


def test_what_is_added_while_it_runs_is_answered_too(case: Case, tiny: Locator, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 10))
    later = pictures(tmp_path / "later", 10, first=50)
    runner, totals = Runner(case, tiny, Settings()), []
    with case.beside() as beside:
        for step in runner.run(CancelToken()):
            totals.append(step.total)
            beside.add(later)
    assert (totals[0], totals[-1]) == (10, 20)
    assert counts(rows(case))["waiting"] == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE beliefs SET belief = x'0000'",
        "UPDATE beliefs SET belief = CAST(x'0000c07f' || substr(belief, 5) AS BLOB)",  # NaN
        "UPDATE beliefs SET belief = substr(belief, 5)",
    ],
)
def test_a_damaged_file_of_features_is_named(case: Case, run: Run, tmp_path: Path, change: str):
    case.add(pictures(tmp_path / "photos", 2))
    run(case)
    damaged = database_module.connect(case.vectors_path, vectors_module.KIND)
    damaged.execute(change)
    damaged.close()
    with pytest.raises(PigeonError, match=r"features.sqlite: is damaged.*Delete it: it is made again"):
        run(case, top=3)
    assert verify(case).faults == ()
    case.vectors_path.unlink()
    run(case, top=3)


def test_what_is_done_when_a_run_is_cancelled_is_written(case, run, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(runner_module, "FLUSH_S", 1000.0)
    case.add(pictures(tmp_path / "photos", 40))
    token, encode, encoded = CancelToken(), tiny.encoder.encode, []

    def cancelling(*args: object) -> object:
        encoded.append(args)
        if len(encoded) == 20:
            token.cancel()
        return encode(*args)

    monkeypatch.setattr(tiny.encoder, "encode", cancelling)
    with pytest.raises(Cancelled):
        list(Runner(case, tiny, Settings()).run(token))
    # The first is written at once, the rest would be after FLUSH_S; the last ones were in the threads still.
    assert 10 < 40 - counts(rows(case))["waiting"] <= 20


def test_a_disk_that_is_unplugged_stops_the_run_and_blames_no_photograph(case, run, tiny, tmp_path):
    pictures(tmp_path / "disk", 40)
    case.add([tmp_path / "disk"])
    runner = Runner(case, tiny, Settings())

    def unplug(step: Step) -> None:
        if step.done and not (tmp_path / "unplugged").exists():
            (tmp_path / "disk").rename(tmp_path / "unplugged")
            (tmp_path / "disk").mkdir()  # where it was mounted an empty folder is left

    with pytest.raises(PigeonError, match="disk: is not there any more"):
        list(map(unplug, runner.run(CancelToken())))
    assert runs(case)[-1].outcome.startswith("stopped: ")
    assert counts(rows(case))["failed"] == 0
    done = counts(rows(case))["located"] + counts(rows(case))["abstained"]
    again = Runner(case, tiny, Settings())
    assert len(list(again.run(CancelToken()))) == 1
    assert again.away == (tmp_path / "disk",)
    assert again.waiting == 40 - done
    assert counts(rows(case))["gone"] == 0
    (tmp_path / "disk").rmdir()
    (tmp_path / "unplugged").rename(tmp_path / "disk")
    assert run(case).states.total() == 40 - done


def test_a_full_disk_stops_the_run_and_loses_nothing(case: Case, run: Run, tiny: Locator, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 40))
    pages = case.database.execute("PRAGMA page_count").fetchone()[0]
    case.database.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(PigeonError, match="disk is full"):
        list(Runner(case, tiny, Settings()).run(CancelToken()))
    case.database.execute("PRAGMA max_page_count = 1000000")
    run(case)
    assert counts(rows(case))["waiting"] == 0
    assert verify(case).faults == ()


def test_a_database_that_another_program_writes_to(case, run, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "WAIT_S", 0.1)
    case.add(pictures(tmp_path / "photos", 3))
    with Case.open(case.folder, read_only=True):
        other = case_module.connect(case.folder / case_module.CASE, case_module.kind())
        other.execute("BEGIN IMMEDIATE")
        beside = case.beside()
        with pytest.raises(PigeonError, match="another program is writing"):
            list(Runner(beside, tiny, Settings()).run(CancelToken()))
        beside.close()
        other.execute("ROLLBACK")
        other.close()
    run(case)
    assert counts(rows(case))["waiting"] == 0


def test_features_that_are_lost_are_made_again(case: Case, run: Run, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 5))
    run(case)
    before = answered(case)
    (case.folder / case_module.VECTORS).unlink()
    run(case, top=3)
    run(case)
    assert same(answered(case), before)


@pytest.mark.parametrize("twin", [False, True])
def test_a_kill_between_the_two_files_costs_a_decoding_and_no_more(case, run, tiny, tmp_path, monkeypatch, twin):
    (path,) = pictures(tmp_path / "photos", 1)
    path.write_bytes(path.read_bytes()[:-200])  # damaged, which is said
    case.add([path])
    with monkeypatch.context() as patch:
        patch.setattr(case, "writing", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(case)
    assert counts(rows(case))["waiting"] == 1
    if twin:  # the same picture elsewhere, which was read and not decoded, was written just before
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        shutil.copy(path, tmp_path / "photos" / "twin.jpg")
        case.add([tmp_path / "photos" / "twin.jpg"])
        case.database.execute("INSERT INTO photos (sha256) VALUES (?)", (sha256,))
        status = (tmp_path / "photos" / "twin.jpg").stat()
        stamp = (status.st_size, status.st_mtime_ns)
        case.database.execute("UPDATE files SET photo = 1, size = ?, mtime_ns = ? WHERE id = 2", stamp)
        path.unlink()
    monkeypatch.setattr(tiny.encoder, "encode", lambda *args: pytest.fail("was encoded again"))
    run(case)
    told = next(told for told, _ in predictions(case, rows(case)) if told.status != "failed")
    assert told.warnings[0].startswith("damaged: ")
    assert case.database.execute("SELECT width, likeness IS NULL FROM photos").fetchone() == (100, 0)


def test_a_case_can_keep_copies(run: Run, tmp_path: Path):
    paths = pictures(tmp_path / "photos", 3)
    content = {path.read_bytes() for path in paths}
    with Case.create(tmp_path / "case", "With copies", keeps_copies=True) as case:
        case.add(paths)
        run(case)
        shutil.rmtree(tmp_path / "photos")
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "other.txt").touch()
        run(case)
        found = rows(case)
        assert all(row.gone and row.path.is_relative_to(case.folder) for row in found)
        assert {row.path.read_bytes() for row in found} == content
        assert verify(case, files=True).changed == ()
        found[0].path.write_bytes(b"other")
        assert str(found[0].path) in verify(case, files=True).changed[0]
        # What lies in the case is not taken for more photographs.
        assert case.add([tmp_path / "case"]).new == 0


def test_a_filter_that_leaves_nothing(case: Case, tiny: Locator, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 1))
    part = parse_within("SE", tiny.cells, tiny.atlas)
    part.mask[:] = False
    list(Runner(case, tiny, Settings(5, part)).run(CancelToken()))
    (told,) = [prediction for prediction, _ in predictions(case, rows(case))]
    assert told.status == "failed"
    assert "leaves no probability" in told.reason
