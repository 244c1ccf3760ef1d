"""`pigeon case` as scripts and people use it."""

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pigeon_desktop.cases.case import CASE, Case
from pigeon_desktop.packs.store import Pack
from tests.cases.conftest import pictures
from tests.commands import PIGEON, Capture, code_of

FORMATS = ("csv", "geojson", "gpx", "html", "jsonl", "kml", "pdf")


@pytest.fixture(scope="module")
def template(photographs: list[Path], captions_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case that was run over four real photographs, one of them twice, and a broken one, which lie beside it."""
    folder = tmp_path_factory.mktemp("template")
    photos, case = folder / "photos", folder / "case"
    photos.mkdir()
    for path in photographs[:4]:
        shutil.copy(path, photos)
    shutil.copy(photographs[0], photos / "zz again.jpg")
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    assert code_of("case", "new", case, "--purpose", "Asked by a test", "--by", "Ana") == 0
    assert code_of("case", "add", case, photos) == 0
    assert code_of("case", "run", case, "--pack", captions_pack.folder) == 3
    return folder


@pytest.fixture
def photos(template: Path) -> Path:
    """The photographs of the case."""
    return template / "photos"


@pytest.fixture
def ran(template: Path, tmp_path: Path, capsys: Capture) -> Path:
    """A copy of that case, which is as good as the case itself."""
    shutil.copytree(template / "case", tmp_path / "case")
    capsys.readouterr()
    return tmp_path / "case"


def status(case: Path, capsys: Capture) -> str:
    capsys.readouterr()
    assert code_of("case", "status", case, "--json") == 0
    return capsys.readouterr().out


def test_a_case_from_beginning_to_end(ran: Path, photos: Path, captions_pack: Pack, tmp_path: Path, capsys: Capture):
    about = json.loads(status(ran, capsys))
    assert (about["purpose"], about["photographs"], about["files"]) == ("Asked by a test", 5, 6)
    assert about["last_run"]["outcome"] == "finished"
    good = sorted(path for path in photos.iterdir() if path.name not in ("broken.jpg", "zz again.jpg"))
    first, second = good[:2]
    assert code_of("case", "decide", ran, first, "--confirm", 1, "--note", "a sign says so", "--by", "Ana") == 0
    assert code_of("case", "decide", ran, second, "--at", "-33.5,151.25") == 0
    assert code_of("case", "decide", ran, second, "--reject") == 0
    assert code_of("case", "undo", ran) == 0
    assert json.loads(status(ran, capsys))["verdicts"] == {"confirmed": 2, "rejected": 0}
    head = json.loads(status(ran, capsys))["chain"]["head"]
    for name in FORMATS:
        out = tmp_path / f"report.{name}"
        assert code_of("case", "export", ran, "--format", name, "--pack", captions_pack.folder, "--output", out) == 0
        assert out.stat().st_size > 1000
        if name != "pdf":
            assert b"lead, not proof" in out.read_bytes()
            assert b"Asked by a test" in out.read_bytes() or name == "csv"
    capsys.readouterr()
    assert code_of("case", "export", ran, "--format", "jsonl", "--only", "confirmed") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {record["path"] for record in records} == {str(first), str(second)}
    assert {record["verdict"]["decision"] for record in records} == {"confirmed"}
    assert all(record["run"]["case"]["purpose"] == "Asked by a test" for record in records)
    assert code_of("case", "log", ran, "--json") == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert [kind for kind in kinds if kind not in ("answers", "exported")] == [
        "created",
        "added",
        "run began",
        "run ended",
        "verdict",
        "verdict",
        "verdict",
        "undone",
    ]
    assert kinds.count("exported") == len(FORMATS)
    assert code_of("case", "verify", ran, "--files", "--head", head, "--json") == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True


def test_photographs_together(ran: Path, photos: Path, captions_pack: Pack, tmp_path: Path, capsys: Capture):
    page = tmp_path / "together.html"
    options = ("--pack", captions_pack.folder, "--within-km", 300, "--json", "--output", page)
    assert code_of("case", "fuse", ran, photos, *options) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["assumption"]["same_place_within_km"] == 300
    assert len(said["members"]) == 4
    assert said["left_out"] == [str(photos / "broken.jpg")]
    html = page.read_text("utf-8")
    assert "Assumed, not found out" in html
    assert "<h2>4 photographs</h2>" in html
    assert "4 photographs: " in html, "those that are taken together are counted, their sum is not"
    assert html.count("<img") == 4
    assert code_of("case", "fuse", ran, photos / "zz again.jpg", "--pack", captions_pack.folder) == 1
    assert "it takes two" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["decide", "CASE", "nowhere.jpg", "--reject"], "is no photograph of the case"),
        (["decide", "CASE", "PHOTO", "--confirm", "99"], "candidates. Give one of them"),
        (["decide", "CASE", "PHOTO", "--at", "99,0"], "is no coordinate"),
        (["decide", "CASE", "PHOTO"], "Say what is decided"),
        (["fuse", "CASE", "PHOTO", "--within-km", "-3"], "no distance"),
        (["export", "CASE", "--format", "pdf"], "name it with --output"),
    ],
)
def test_what_cannot_be_meant(ran: Path, photos: Path, capsys: Capture, arguments: list[str], words: str):
    photo = next(path for path in sorted(photos.iterdir()) if path.name != "broken.jpg")
    named = {"CASE": str(ran), "PHOTO": str(photo)}
    assert code_of("case", *(named.get(argument, argument) for argument in arguments)) == 2
    assert words in capsys.readouterr().err


def test_what_is_said_where_there_is_no_case(tmp_path: Path, capsys: Capture):
    for verb in ("run", "status", "log", "verify"):
        assert code_of("case", verb, tmp_path) == 1
        assert "is no case" in capsys.readouterr().err
    assert code_of("case", "new", tmp_path / "case") == 2
    assert "needs a purpose" in capsys.readouterr().err
    assert code_of("case", "new", tmp_path / "case", "--purpose", "Something") == 0
    assert code_of("case", "export", tmp_path / "case", "--format", "csv") == 1
    assert "Run the case first" in capsys.readouterr().err


def test_a_report_never_takes_the_place_of_a_photograph_or_the_case(ran: Path, photos: Path, capsys: Capture):
    photo = next(path for path in sorted(photos.iterdir()) if path.name != "broken.jpg")
    before = photo.read_bytes()
    link, hard = ran.parent / "link", ran.parent / "hard.csv"
    link.symlink_to(photos)
    hard.hardlink_to(photo)
    for target in (
        photo,
        ran / CASE,
        ran / "report.csv",
        link / photo.name,
        hard,
    ):
        assert code_of("case", "export", ran, "--format", "csv", "--only", "failed", "--output", target) == 1
        assert "Name a file elsewhere" in capsys.readouterr().err
    assert photo.read_bytes() == before
    assert code_of("case", "verify", ran) == 0


def test_an_altered_case_is_not_sound(ran: Path, capsys: Capture):
    with Case.open(ran) as case:
        case.database.execute("UPDATE runs SET device = 'another'")
    capsys.readouterr()
    assert code_of("case", "verify", ran, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["sound"] is False
    assert said["faults"] == ["Run 1 is not what the chain says of it."]


def test_reading_goes_on_while_another_program_has_the_case_open(ran: Path, tmp_path: Path, capsys: Capture):
    with Case.open(ran):
        for verb in ("status", "log", "verify"):
            assert code_of("case", verb, ran) == 0
        assert code_of("case", "export", ran, "--format", "csv", "--output", tmp_path / "report.csv") == 0
        capsys.readouterr()
        assert code_of("case", "undo", ran) == 1
        assert "open in another program" in capsys.readouterr().err


def test_ctrl_c_ends_a_run_that_goes_on_later(captions_pack: Pack, tmp_path: Path, capsys: Capture):
    case = tmp_path / "case"
    assert code_of("case", "new", case, "--purpose", "To be interrupted") == 0
    capsys.readouterr()
    assert code_of("case", "add", case, pictures(tmp_path / "photos", 900)[0].parent, "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 900
    command = [*PIGEON, "case", "run", str(case), "--pack", str(captions_pack.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while json.loads(status(case, capsys))["states"]["waiting"] == 900:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    left = json.loads(status(case, capsys))["states"]["waiting"]
    assert 0 < left < 900
    assert json.loads(status(case, capsys))["last_run"]["outcome"] == "cancelled"
    assert code_of("case", "run", case, "--pack", captions_pack.folder, "--json") == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["located"] + said["abstained"] == left
