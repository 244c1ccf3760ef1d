"""The verbs that measure and train, as they are run: real photographs, the real pack, real processes."""

import csv
import hashlib
import json
import re
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.cli import DONE, INTERRUPTED, NOTHING, SOME_FAILED, USAGE
from pigeon_desktop.cli_training import HEAD_OPTIONS
from pigeon_desktop.packs.store import Pack
from tests.commands import PIGEON, Capture, code_of, many


def test_evaluate_measures_on_a_table(default_pack: Pack, folder: Path, tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "photos.csv"
    table.write_text("path,latitude,longitude,country_code\nfolder/a.jpg,38.7,-9.1,PT\nfolder/deep/b.jpg,,,FR\n")
    assert code_of("evaluate", table, "--json") == DONE
    values = json.loads(capsys.readouterr().out)
    assert (values["n"], values["failed"]) == (2, 0)
    assert set(values["within_km"]) == {"1", "25", "200", "750", "2500"}
    table.write_text("path,latitude,longitude,country_code\nfolder/gone.jpg,38.7,-9.1,PT\n")
    assert code_of("evaluate", table) == SOME_FAILED
    capsys.readouterr()


def test_evaluate_leaves_out_rows_that_are_wrong(
    default_pack: Pack, folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    table = tmp_path / "photos.csv"
    table.write_text("path,latitude,longitude,country_code\nfolder/a.jpg,38.7,-9.1,PT\nb.jpg,-9.1,38.7,PT\n")
    assert code_of("evaluate", table, "--json") == SOME_FAILED
    said = capsys.readouterr()
    values = json.loads(said.out)
    assert (values["n"], values["failed"]) == (1, 0)
    assert re.search(r"photos\.csv, line 3: .* look swapped", said.err)


def test_evaluate_writes_a_report_beside_what_it_prints(
    default_pack: Pack, photo_table: list[dict[str, str]], tmp_path: Path, capsys: Capture
) -> None:
    table, report = tmp_path / "photos.csv", tmp_path / "measured.html"
    rows = [*photo_table[:3], {**photo_table[0], "path": "gone.jpg"}]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(photo_table[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert code_of("evaluate", table, "--json", "--report", report) == SOME_FAILED
    values = json.loads(capsys.readouterr().out)
    page = report.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    for words in (default_pack.sha256, hashlib.sha256(table.read_bytes()).hexdigest(), "a lead, not proof", "gone.jpg"):
        assert words in page
    assert f"4 photographs: {values['located']['n']} located" in page
    assert f"<b>{values['median_km']:,.0f}</b>" in page
    assert str(tmp_path) not in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["measured.html", "photos.csv"]


def test_an_interrupted_measurement_leaves_no_report(
    default_pack: Pack, photographs: list[Path], tmp_path: Path
) -> None:
    table, folder = tmp_path / "photos.csv", tmp_path / "reports"
    rows = [f"{path},,,PT" for path in many(photographs, tmp_path)]
    table.write_text("\n".join(["path,latitude,longitude,country_code", *rows]), "utf-8")
    folder.mkdir()
    command = [*PIGEON, "evaluate", str(table), "--report", str(folder / "measured.html")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        deadline = time.monotonic() + 60
        while not list(folder.iterdir()):
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        out, errors = run.communicate(timeout=30)
    assert run.returncode == INTERRUPTED
    assert out == ""
    assert "Traceback" not in errors
    assert list(folder.iterdir()) == []


def test_a_report_never_takes_the_place_of_what_is_measured(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "photos.csv"
    table.write_text("path,latitude,longitude,country_code\nfolder/a.jpg,38.7,-9.1,PT\n")
    before = (table.read_bytes(), (folder / "a.jpg").read_bytes())
    for report in (table, folder / "deep" / ".." / "a.jpg"):
        assert code_of("evaluate", table, "--report", report) == USAGE
        assert "Name another file for --report" in capsys.readouterr().err
    assert (table.read_bytes(), (folder / "a.jpg").read_bytes()) == before


def test_a_report_that_cannot_be_written_is_known_before_anything_is_measured(
    default_pack: Pack, folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    table = tmp_path / "photos.csv"
    table.write_text("path,latitude,longitude,country_code\nfolder/a.jpg,38.7,-9.1,PT\n")
    assert code_of("evaluate", table, "--report", tmp_path / "nowhere" / "report.html") == NOTHING
    said = capsys.readouterr()
    assert said.out == ""
    assert "cannot be written" in said.err


@pytest.mark.long
def test_cells_are_built_from_points(tmp_path: Path, capsys: Capture) -> None:
    points = tmp_path / "points.csv"
    points.write_text("latitude,longitude\n" + "\n".join(f"38.7,{-9.2 + i / 100}" for i in range(40)), "utf-8")
    assert code_of("cells", "build", "--points", points, "--min-size", "10", "--out", tmp_path / "cells.xz") == DONE
    assert "geocells" in capsys.readouterr().err
    assert (tmp_path / "cells.xz").stat().st_size > 100_000
    points.write_text("latitude,longitude\n95,3\n", "utf-8")
    assert code_of("cells", "build", "--points", points, "--out", tmp_path / "b.xz") == NOTHING
    assert "line 2" in capsys.readouterr().err
    assert not (tmp_path / "b.xz").exists()


def test_a_head_is_not_trained_from_what_is_no_features_file(
    pack_folder: Pack, tmp_path: Path, capsys: Capture
) -> None:
    nothing = tmp_path / "features.npz"
    nothing.write_bytes(b"nothing")
    cells = pack_folder.folder / pack_folder.manifest.geocells.file
    files = [f"--{name}={nothing}" for name in ("features", "location-encoder", "encoder")]
    assert code_of("train", "head", *files, "--cells", cells, "--out", tmp_path / "pack") == NOTHING
    assert "not a features file" in capsys.readouterr().err
    assert not (tmp_path / "pack").exists()
    assert code_of("train", "head", *files, "--cells", cells, "--out", tmp_path / "pack", "--folds", "1") == USAGE


def test_a_head_is_not_trained_on_features_of_another_encoder(
    shared: Path, pack_folder: Pack, tmp_path: Path, capsys: Capture
) -> None:
    with np.load(shared / "train" / "features.npz") as file:
        some = {name: file[name][:200] for name in file.files}
    some["latitude"][5] = 95.0
    features, encoder = tmp_path / "features.npz", tmp_path / "encoder.onnx"
    encoder.write_bytes(b"another")
    cells = pack_folder.folder / pack_folder.manifest.geocells.file
    files = ("--features", features, "--cells", cells, "--encoder", encoder, "--location-encoder", encoder)
    for known in (True, False):
        np.savez(features, **some, **({"encoder_sha256": np.array("a" * 64)} if known else {}))
        assert code_of("train", "head", *files, "--out", tmp_path / "pack") == NOTHING
        said = capsys.readouterr().err
        assert ("row 5 (" in said) != known
        assert ("1 of 200 photographs are left out" in said) != known
        assert (f"{'a' * 64}, but the one given has {sha256(b'another').hexdigest()}" in said) == known
        assert ("does not say which encoder made it" in said) != known
        assert ("Get geoclip 1.3.0" in said) != known, "without the hash it goes on to the next file"


def test_the_defaults_that_are_told_are_those_of_the_head() -> None:
    """The verb's help names them without loading torch, so they are written twice."""
    from pigeon_desktop.training.heads.head import HeadOptions

    plain = HeadOptions()
    for option, kind, told in HEAD_OPTIONS:
        named = re.findall(r"\(?([\d.]+)(?=[;)])", told)
        assert kind(named[0]) == getattr(plain, option.replace("-", "_")), option
