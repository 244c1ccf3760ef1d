"""`pigeon train features` as it is run: the real encoder, real photographs, a real SQLite file, a real kill."""

import csv
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.cli import DONE, INTERRUPTED, NOTHING, SOME_FAILED, USAGE, main
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.training.feature_cache import EncodedPhoto
from pigeon_desktop.training.photographs import TrainingPhotographs

COUNT = 10
Capture = pytest.CaptureFixture[str]
VECTORS = [field.name for field in fields(EncodedPhoto)]


def code_of(*args: str | Path) -> int:
    return main([str(arg) for arg in args])


def write_table(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["path", "latitude", "longitude", "country_code", "place"], extrasaction="ignore")
        out.writeheader()
        out.writerows(rows)
    return path


@pytest.fixture(scope="module")
def rows(photo_table: list[dict[str, str]]) -> list[dict[str, str]]:
    """Photographs from every part of the table, one of them without a coordinate."""
    some = [dict(row) for row in photo_table[:: len(photo_table) // COUNT][:COUNT]]
    some[3] |= {"latitude": "", "longitude": ""}
    return some


@pytest.fixture(scope="module")
def made(default_pack: Pack, rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing has disturbed: table, f.npz and cache."""
    folder = tmp_path_factory.mktemp("features")
    table = write_table(folder / "t.csv", rows)
    assert code_of("train", "features", table, "--out", folder / "f.npz", "--cache", folder / "cache.sqlite") == DONE
    return folder


def cached(path: Path) -> int:
    """Rows in a cache, 0 while there is none."""
    if not path.is_file():
        return 0
    with closing(sqlite3.connect(path, timeout=10)) as database:
        there = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return int(database.execute("SELECT count(*) FROM features").fetchone()[0]) if there else 0


def test_rows_are_what_the_encoder_says(made: Path, rows: list[dict[str, str]], default_pack: Pack) -> None:
    encoder = Locator(default_pack, device="cpu").encoder
    with np.load(made / "f.npz", allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    assert {name: array.dtype for name, array in arrays.items() if name in VECTORS} == dict.fromkeys(
        VECTORS, np.dtype(np.float16)
    )
    for row in (0, 3, COUNT - 1):
        photo = load_photo(Path(rows[row]["path"]))
        assert arrays["photo"][row] == photo.sha256[:16]
        mirror = photo.pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        for suffix, pixels in (("", photo.pixels), ("_flipped", mirror)):
            features = encoder.encode(encoder.transform(pixels)[None])
            for name in ("embedding", "mean_token"):
                np.testing.assert_array_equal(
                    arrays[f"{name}{suffix}"][row], getattr(features, name)[0].astype(np.float16)
                )
        assert not np.array_equal(arrays["embedding"][row], arrays["embedding_flipped"][row])
        assert arrays["country_code"][row] == rows[row]["country_code"]
        assert arrays["place"][row] == rows[row]["place"]
    assert np.flatnonzero(np.isnan(arrays["latitude"])).tolist() == [3]
    assert (arrays["label"] == "country").nonzero()[0].tolist() == [3]
    assert arrays["latitude"].dtype == arrays["longitude"].dtype == np.float32
    assert str(arrays["encoder_sha256"]) == default_pack.manifest.encoder.sha256


def test_what_is_written_can_be_trained_on(made: Path, default_pack: Pack) -> None:
    cells = GeocellSet.read(default_pack.path_of(default_pack.manifest.geocells))
    photographs, problems = TrainingPhotographs.read(made / "f.npz", set(cells.country_code.tolist()))
    assert len(photographs) == COUNT
    assert problems == ()
    assert photographs.require_encoder(made / "f.npz", default_pack.manifest.encoder.sha256) == ()


def test_a_full_cache_needs_no_encoder(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "empty"))  # where no encoder is installed
    again = tmp_path / "again.npz"
    assert code_of("train", "features", made / "t.csv", "--out", again, "--cache", tmp_path / "other.sqlite") == NOTHING
    assert "pigeon packs install default" in capsys.readouterr().err
    assert not again.exists()
    start = time.perf_counter()
    assert code_of("train", "features", made / "t.csv", "--out", again, "--cache", made / "cache.sqlite") == DONE
    assert time.perf_counter() - start < 2, "0.1 s on an idle machine"
    assert "0 of them encoded now" in capsys.readouterr().err
    assert again.read_bytes() == (made / "f.npz").read_bytes()


def test_the_cache_lies_in_the_data_folder(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path))
    (tmp_path / "cache").mkdir()
    shutil.copy(made / "cache.sqlite", tmp_path / "cache" / "features.sqlite")
    assert code_of("train", "features", made / "t.csv", "--out", tmp_path / "f.npz") == DONE


@pytest.fixture
def running(made: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of the work: a fifth of the photographs are in tmp_path's cache."""
    with subprocess.Popen(command(made, tmp_path), stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 120
            while cached(tmp_path / "cache.sqlite") < COUNT // 5:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield process
        finally:
            process.kill()


def command(made: Path, folder: Path) -> list[str]:
    verb = [sys.executable, "-m", "pigeon_desktop", "train", "features", str(made / "t.csv")]
    return [*verb, "--out", str(folder / "f.npz"), "--cache", str(folder / "cache.sqlite")]


@pytest.mark.long
def test_a_killed_run_goes_on_where_it_was(made: Path, tmp_path: Path, running: subprocess.Popen[str]) -> None:
    before = cached(tmp_path / "cache.sqlite")
    running.kill()
    running.wait(30)
    assert not (tmp_path / "f.npz").exists()
    kept = cached(tmp_path / "cache.sqlite")
    assert before <= kept < COUNT, "nothing that was in is lost; and it was in the middle"
    done = subprocess.run(command(made, tmp_path), capture_output=True, text=True, check=True)
    assert f"{COUNT - kept} of them encoded now" in done.stderr
    assert (tmp_path / "f.npz").read_bytes() == (made / "f.npz").read_bytes()


def test_an_interrupt_ends_it_within_a_second_and_keeps_the_cache(
    made: Path, tmp_path: Path, running: subprocess.Popen[str]
) -> None:
    before = cached(tmp_path / "cache.sqlite")
    running.send_signal(signal.SIGINT)
    sent = time.monotonic()
    _, said = running.communicate(timeout=30)
    assert time.monotonic() - sent < 3, "0.2 s on an idle machine, and the interpreter has to end"
    assert running.returncode == INTERRUPTED
    assert "Traceback" not in said
    assert "goes on from there" in said
    assert cached(tmp_path / "cache.sqlite") >= before
    assert [path.name for path in tmp_path.iterdir() if "npz" in path.name] == []


def test_what_cannot_be_read_is_left_out_and_what_is_there_twice_counts_once(
    made: Path, rows: list[dict[str, str]], tmp_path: Path, capsys: Capture
) -> None:
    a, b = dict(rows[0]), dict(rows[1])
    twin = shutil.copy(a["path"], tmp_path / "twin.jpg")
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "half.jpg").write_bytes(Path(a["path"]).read_bytes()[:300])
    bad = [{**a, "path": name} for name in ("text.jpg", "half.jpg", "gone.jpg")]
    swapped = {**a, "path": "swapped.jpg", "latitude": a["longitude"], "longitude": a["latitude"]}
    table = write_table(tmp_path / "t.csv", [a, *bad, {**a, "path": str(twin)}, swapped, b])
    out = tmp_path / "f.npz"
    assert code_of("train", "features", table, "--out", out, "--cache", made / "cache.sqlite") == SOME_FAILED
    said = capsys.readouterr().err
    for row in bad:
        assert f"pigeon: {tmp_path / row['path']}: " in said
    (line,) = (line for line in said.splitlines() if "byte by byte" in line)
    assert line.startswith(f"pigeon: {twin}: ")
    assert a["path"] in line
    assert "line 7: " in said
    assert "features of 2 photographs, 0 of them encoded now, 3 could not be read" in said
    with np.load(out) as file, np.load(made / "f.npz") as whole:
        np.testing.assert_array_equal(file["embedding"], whole["embedding"][:2])


def test_where_nothing_can_be_read_nothing_is_written(tmp_path: Path, default_pack: Pack, capsys: Capture) -> None:
    table = write_table(tmp_path / "t.csv", [{"path": "gone.jpg", "country_code": "PT"}])
    args = ("train", "features", table, "--cache", tmp_path / "c.sqlite", "--out")
    assert code_of(*args, tmp_path / "f.npz") == NOTHING
    assert "none of the photographs can be read" in capsys.readouterr().err
    assert not (tmp_path / "f.npz").exists()
    assert code_of(*args, tmp_path / "missing" / "f.npz") == NOTHING
    assert "its folder is not there" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["t.csv", "a.jpg", "c.sqlite"])
def test_the_output_is_never_what_is_read(tmp_path: Path, name: str, capsys: Capture) -> None:
    table = write_table(tmp_path / "t.csv", [{"path": "a.jpg", "country_code": "PT"}])
    args = ("train", "features", table, "--cache", tmp_path / "c.sqlite", "--out", tmp_path / "x" / ".." / name)
    assert code_of(*args) == USAGE


def test_a_file_that_is_no_cache_stays_as_it_is(made: Path, tmp_path: Path, capsys: Capture) -> None:
    foreign = tmp_path / "notes.txt"
    foreign.write_text("not a cache at all, and longer than the header of a database " * 10)
    before = foreign.read_bytes()
    args = ("train", "features", made / "t.csv", "--out", tmp_path / "f.npz")
    assert code_of(*args, "--cache", foreign) == NOTHING
    assert f"{foreign}: is not a cache of features" in capsys.readouterr().err
    assert foreign.read_bytes() == before
