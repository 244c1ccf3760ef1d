"""Prototypes made of training photographs, measured on held-out ones, and put into a pack."""

import errno
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.cli import DONE, NOTHING, USAGE
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import softmax
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.prototypes import Prototypes
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import Pack, file_sha256, read_pack
from pigeon_desktop.training import commands
from pigeon_desktop.training.card import PackIdentity
from pigeon_desktop.training.heads import refinement
from pigeon_desktop.training.heads.head import HeadOptions
from pigeon_desktop.training.heads.prototypes import add_prototypes, clusters, make_prototypes
from pigeon_desktop.training.heads.refinement import TEMPERATURES, Comparison, compare
from pigeon_desktop.training.measuring.calibration import HeldOut
from pigeon_desktop.training.measuring.validation import read_held_out, write_held_out
from pigeon_desktop.training.photographs import TrainingPhotographs
from tests.cells import grid_cells
from tests.commands import Capture, code_of
from tests.training.test_pack import location_encoder

CELLS = grid_cells()
NAMES = ("embedding", "mean_token")


def planted(telling: bool, places: int = 240) -> tuple[HeldOut, np.ndarray]:
    """Four photographs at each place, in one of six cells, of which the heads cannot tell cell i from cell i + 3.

    The features show the cell if they are `telling`, else nothing.
    """
    random = np.random.default_rng(0)
    n = 4 * places
    place = np.repeat(np.arange(places), 4)
    which = place % 6
    cell = np.array([2, 14, 26, 67, 55, 43])[which]
    spot = random.uniform(-1, 1, (places, 2))[place] + random.normal(0, 0.001, (n, 2))
    views = [
        Features(
            *(random.normal(0, 1, (n, d)).astype("f4") + 3 * telling * np.eye(6, d, dtype="f4")[which] for d in (8, 7))
        )
        for _ in range(2)
    ]
    photographs = TrainingPhotographs(
        *views,
        latitude=CELLS.latitude[cell] + spot[:, 0],
        longitude=CELLS.longitude[cell] + spot[:, 1],
        country_code=CELLS.country_code[cell],
        place=np.array([f"place {i}" for i in place]),
        domain=np.array(["street", "stock"])[place % 2],
        trust=np.ones(n, np.float32),
    )
    log_p = np.full((n, len(CELLS)), -12.0, np.float32)
    log_p[np.arange(n), cell] = random.normal(0, 0.3, n)
    log_p[np.arange(n), np.array([67, 55, 43, 2, 14, 26])[which]] = random.normal(0, 0.3, n)
    return HeldOut(photographs, CELLS, np.log(softmax(log_p, 1.0)).astype("f4"), cell), photographs.folds(3)


@pytest.fixture(scope="module")
def real(shared: Path) -> TrainingPhotographs:
    return TrainingPhotographs.read(shared / "train" / "features.npz")[0]


@pytest.fixture(scope="module")
def cells(pack_folder: Pack) -> GeocellSet:
    return GeocellSet.read(pack_folder.path_of(pack_folder.manifest.geocells))


def test_clusters_lie_in_one_cell_and_none_is_a_single_photograph(real: TrainingPhotographs, cells: GeocellSet) -> None:
    cell = np.full(len(real), -1, np.int64)
    known = real.has_coordinate
    cell[known] = cells.cells_at(real.latitude[known], real.longitude[known])
    rows = np.arange(len(real))[::2]
    found = clusters(real, rows, cell)
    assert len(found) > 300
    members = np.concatenate([one.rows for one in found])
    assert len(set(members.tolist())) == len(members), "a photograph is in one cluster at most"
    assert set(members.tolist()) <= set(rows.tolist())
    assert all(len(one.rows) >= 3 and set(cell[one.rows]) == {one.cell} for one in found)
    assert min(len(one.rows) for one in clusters(real, rows, cell, min_samples=5)) >= 5
    made = make_prototypes(real, rows, cells, cell, NAMES, 0.3)
    assert np.array_equal(cells.cells_at(made.latitude, made.longitude), made.cell)
    np.testing.assert_allclose(np.linalg.norm(made.vectors, axis=1), 1.0, rtol=1e-5)


def test_every_place_counts_the_same_and_both_views_do() -> None:
    """One cluster of two places: five photographs of the one, two of the other."""
    at = CELLS.latitude[[7] * 7], CELLS.longitude[[7] * 7]
    spread = np.array([0, 1e-4, 2e-4, 3e-4, 4e-4, 5e-4, 6e-4])
    x = np.random.default_rng(1).normal(size=(2, 7, 4)).astype("f4")
    empty = np.zeros((7, 0), np.float32)
    place = np.array(["a", "a", "a", "a", "a", "b", "b"])
    photographs = TrainingPhotographs(
        Features(empty, x[0]),
        Features(empty, x[1]),
        at[0] + spread,
        at[1],
        CELLS.country_code[[7] * 7],
        place,
        np.full(7, "photo"),
        np.ones(7, np.float32),
    )
    made = make_prototypes(photographs, np.arange(7), CELLS, np.full(7, 7), ("mean_token",), 0.3)
    z = (x - x[0].mean(axis=0)) / (x[0].std(axis=0) + 1e-6)
    z = (z / np.linalg.norm(z, axis=2, keepdims=True)).mean(axis=0)
    expected = (z[:5].mean(axis=0) + z[5:].mean(axis=0)) / 2
    np.testing.assert_allclose(made.vectors, [expected / np.linalg.norm(expected)], rtol=1e-4)
    assert made.latitude == pytest.approx([at[0][0] + (2e-4 + 5.5e-4) / 2], abs=1e-6)


def test_scattered_photographs_make_no_prototypes() -> None:
    held_out, _ = planted(True)
    with pytest.raises(PigeonError, match="Add photographs"):
        make_prototypes(held_out.photographs, np.arange(0, 40, 4), CELLS, held_out.cell, NAMES, 0.3)


def test_prototypes_that_tell_cells_apart_help() -> None:
    held_out, fold = planted(telling=True)
    comparison = compare(held_out, fold, NAMES, 1.0)
    assert comparison.helps
    row = comparison.rows["all"]
    assert row.n == len(fold) == sum(comparison.rows[name].n for name in ("street", "stock"))
    assert row.without["country_top1"] == pytest.approx(0.5, abs=0.1)
    assert row.refined["country_top1"] > 0.95
    assert row.refined["median_km"] < row.without["median_km"]
    for difference, low, high in row.difference.values():
        assert low <= difference <= high
    change = row.refined["geoscore"] - row.without["geoscore"]
    assert row.difference["geoscore"][0] == pytest.approx(change, abs=1e-3)
    assert "country 1st, %" in comparison.text()


def test_prototypes_that_say_nothing_do_not_help() -> None:
    held_out, fold = planted(telling=False)
    comparison = compare(held_out, fold, NAMES, 1.0)
    assert not comparison.helps
    assert comparison.temperature > 0.5, "it finds out that they are not worth listening to"


def test_a_worse_country_is_no_help_however_high_the_score() -> None:
    held_out, fold = planted(telling=True)
    comparison = compare(held_out, fold, NAMES, 1.0)
    row = comparison.rows["all"]
    worse = replace(row, difference={**row.difference, "country_top1": (-0.001, -0.01, 0.01)})
    assert not Comparison({"all": worse}, 0.3).helps
    unsure = replace(row, difference={**row.difference, "geoscore": (20.0, -1.0, 41.0)})
    assert not Comparison({"all": unsure}, 0.3).helps


def test_no_fold_helps_to_refine_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by its photographs nor by the choice of the temperature."""
    held_out, fold = planted(telling=True)
    made: list[set[int]] = []
    used: list[float] = []

    def recording(photographs: TrainingPhotographs, rows: np.ndarray, *rest: object) -> Prototypes:
        made.append(set(fold[rows].tolist()))
        return make_prototypes(photographs, rows, *rest)  # type: ignore[arg-type]

    def losses(held_out: HeldOut, rows: np.ndarray, *rest: object) -> np.ndarray:
        loss = np.zeros(len(TEMPERATURES))
        own = int(fold[rows[0]])
        loss[own] = -10.0 - own  # each fold's own favourite is the temperature of its number
        return loss

    refine = Prototypes.refine
    monkeypatch.setattr(refinement, "make_prototypes", recording)
    monkeypatch.setattr(refinement, "_losses", losses)
    monkeypatch.setattr(Prototypes, "refine", lambda self, *rest: used.append(self.temperature) or refine(self, *rest))
    compare(held_out, fold, NAMES, 1.0)
    assert made == [{1, 2}, {0, 2}, {0, 1}]
    assert used == [TEMPERATURES[2], TEMPERATURES[2], TEMPERATURES[1]]


def test_held_out_beliefs_are_read_back_for_their_photographs_and_cells_alone(tmp_path: Path) -> None:
    held_out, fold = planted(telling=True, places=30)
    path = tmp_path / "held-out.npz"
    write_held_out(path, held_out, fold)
    again, folds = read_held_out(path, held_out.photographs, CELLS)
    np.testing.assert_allclose(again.log_probability, held_out.log_probability, atol=0.01)
    assert np.array_equal(again.cell, held_out.cell)
    assert np.array_equal(folds, fold)
    other = replace(held_out.photographs, place=np.roll(held_out.photographs.place, 1))
    with pytest.raises(PigeonError, match=r"held-out\.npz: is about other photographs"):
        read_held_out(path, other, CELLS)
    with pytest.raises(PigeonError, match=r"held-out\.npz: is about other geocells"):
        read_held_out(path, held_out.photographs, replace(CELLS, latitude=CELLS.latitude + 0.1))
    with np.load(path) as file:
        arrays = dict(file)
    for name, wrong in {
        "cell": arrays["cell"] + 80,
        "fold": np.zeros_like(fold),
        "log_probability": np.full_like(arrays["log_probability"], np.nan),
    }.items():
        np.savez(path, **{**arrays, name: wrong})
        with pytest.raises(PigeonError, match=r"held-out\.npz: its arrays do not belong together"):
            read_held_out(path, held_out.photographs, CELLS)
    for content in (b"", b"nothing", b"PK\x03\x04nothing"):
        path.write_bytes(content)
        with pytest.raises(PigeonError, match=r"held-out\.npz: not a file of held-out beliefs"):
            read_held_out(path, held_out.photographs, CELLS)


@pytest.mark.long
def test_prototypes_for_a_real_pack(
    shared: Path,
    default_pack: Pack,
    cells: GeocellSet,
    photographs: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    """A head and its held-out beliefs from every fiftieth place; then its prototypes, measured, refused and kept."""
    features, held_out, folder = tmp_path / "features.npz", tmp_path / "held-out.npz", tmp_path / "mine"
    with np.load(shared / "train" / "features.npz") as file:
        some = np.isin(file["place"], np.unique(file["place"])[::50])
        np.savez(features, **{name: file[name][some] if file[name].ndim else file[name] for name in file.files})
    cells_file = default_pack.path_of(default_pack.manifest.geocells)
    encoder = default_pack.path_of(default_pack.manifest.encoder)
    monkeypatch.setattr(commands.LocationEncoder, "read", lambda path: location_encoder(cells))  # type: ignore[arg-type]
    commands.train_head(
        commands.HeadFiles(features, cells_file, tmp_path / "wheel", encoder),
        PackIdentity("mine", "1.0", "A test.", "the encoder of the default pack"),
        HeadOptions(epochs=2, batch=64, learning_rate=3e-3, hidden=16, members=1),
        places=400,
        folds=2,
        out=folder,
        stage=lambda stage, done, total: None,
        say=lambda message: None,
        cancelled=lambda: False,
        held_out=held_out,
    )
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    plain = list(Locator(read_pack(folder), device="cpu").locate_all(photographs[10:25]))
    files = ("--pack", folder, "--features", features, "--held-out", held_out)

    monkeypatch.setattr(Comparison, "helps", False)
    assert code_of("train", "prototypes", *files) == DONE
    said = capsys.readouterr()
    assert "GeoScore" in said.out
    assert "do not help" in said.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(Cancelled):
        commands.train_prototypes(folder, features, held_out, True, lambda *_: None, lambda _: None, lambda: True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    for _ in range(2):  # the second time in the place of the first
        assert code_of("train", "prototypes", *files, "--keep") == DONE
        assert "in the pack now" in capsys.readouterr().err
    pack = read_pack(folder)
    pack.verify()
    table = pack.manifest.evaluation["prototypes"]
    assert table["without"]["all"]["n"] == table["with"]["all"]["n"] == pack.manifest.training["photographs"]
    assert pack.manifest.evaluation["all"] == read_pack_evaluation(before["pack.toml"])["all"]
    locator = Locator(pack, device="cpu")
    refined = 0
    for before_it, answer in zip(plain, locator.locate_all(photographs[10:25]), strict=True):
        assert before_it.probability is not None
        assert answer.probability is not None
        changed = np.flatnonzero(np.abs(answer.probability - before_it.probability) > 1e-6)
        assert len(changed) in (0, 2, 3, 4, 5)
        refined += len(changed) > 0
        for candidate in answer.candidates:
            own = {str(cells.country_code[cells.index[one]]) for one in candidate.cells}
            assert candidate.place.country_code in own
    assert refined > 0

    write_held_out(held_out, *planted(telling=True, places=12))
    assert code_of("train", "prototypes", *files) == NOTHING
    assert "held-out.npz: is about other photographs" in capsys.readouterr().err


def read_pack_evaluation(manifest: bytes) -> dict[str, object]:
    evaluation: dict[str, object] = tomllib.loads(manifest.decode())["evaluation"]
    return evaluation


def test_a_pack_is_whole_even_if_its_new_prototypes_cannot_be_written(
    pack_folder: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "default"
    shutil.copytree(pack_folder.folder, folder)
    held_out, _ = planted(telling=True, places=30)
    made = make_prototypes(held_out.photographs, np.arange(120), CELLS, held_out.cell, NAMES, 0.3)
    add_prototypes(read_pack(folder), made, {"with": {}})
    written = read_pack(folder).manifest
    assert written.prototypes is not None
    assert file_sha256(folder / written.prototypes.file)[0] == written.prototypes.sha256
    assert replace(written, prototypes=None, evaluation=pack_folder.manifest.evaluation) == pack_folder.manifest

    def half(prototypes: Prototypes, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pigeon_desktop.training.heads.prototypes.write_prototypes", half)
    with pytest.raises(PigeonError, match=r"prototypes\.xz: cannot be written \(No space"):
        add_prototypes(read_pack(folder), made, {"with": {}})
    left = read_pack(folder).manifest
    assert left.prototypes is None, "what was half written belongs to no pack"
    assert replace(left, evaluation={}) == replace(written, prototypes=None, evaluation={})


def test_held_out_beliefs_never_take_the_place_of_what_is_read(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "features.npz"
    file.write_bytes(b"features")
    files = [f"--{name}={file}" for name in ("features", "cells", "location-encoder", "encoder")]
    for held_out in (file, tmp_path / "nowhere" / "held-out.npz"):
        out = tmp_path / "pack"
        assert code_of("train", "head", *files, "--out", out, "--held-out", held_out) == USAGE
        assert "Name a" in capsys.readouterr().err
    assert file.read_bytes() == b"features"
