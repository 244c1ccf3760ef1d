"""What all tests share: no display is needed, and the real pack is used where it is installed."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.packs.manifest import MANIFEST_NAME, manifest_toml
from pigeon_desktop.packs.store import Pack, open_pack
from tests.cells import some_countries
from tests.keeping import keep
from tests.promises.watching import differences, listen, traces

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if "PYTEST_XDIST_WORKER" in os.environ:  # each of them would take all cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")

SHARED = Path(__file__).resolve().parents[2] / "shared"


# A busy machine is no failure of the code.
settings.register_profile("pigeon", deadline=None)
settings.load_profile("pigeon")


PACKAGE = str(Path(__file__).parents[1] / "pigeon_desktop")
MAY_REACH_OUT = ("/packs/download.py:", "/training/checkpoints/checkpoint.py:", "/photos/apart.py:")
"""Modules of `packs install` and `packs build`, and the one that starts decoders."""


@pytest.fixture(scope="session")
def _reached() -> list[str]:
    """What code of the program has reached out or started a process, but for where that is what it is for."""
    heard: list[str] = []

    def found(words: str, places: list[str]) -> None:
        ours = [place.removeprefix(PACKAGE) for place in places if place.startswith(PACKAGE)]
        if ours and not ours[-1].replace(os.sep, "/").startswith(MAY_REACH_OUT):
            heard.append(f"{words} at {ours[-3:]}")

    listen(found)
    return heard


@pytest.fixture(autouse=True)
def reached(_reached: list[str]) -> Iterator[list[str]]:
    """Fails every test in which the program reaches out or starts a process, other than to install."""
    _reached.clear()
    yield _reached
    assert _reached == []


@pytest.fixture(scope="module", autouse=True)
def _evidence_untouched() -> Iterator[None]:
    """Fails where a module of tests has changed the photographs that it was given."""
    folders = [folder for folder in (SHARED / "photos", SHARED / "hard") if folder.is_dir()]
    before = [traces(folder, content=False) for folder in folders]
    yield
    assert [differences(was, traces(folder, content=False)) for was, folder in zip(before, folders, strict=True)] == [
        [] for _ in folders
    ]


@pytest.fixture(scope="session", autouse=True)
def _packs_kept() -> Iterator[None]:
    """A pack's encoder and head are loaded once by each process of the suite."""
    with pytest.MonkeyPatch.context() as patch:
        keep(patch)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data for tests, beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no data for tests at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def photos_folder() -> Path:
    """The folder of real photographs."""
    folder = SHARED / "photos"
    if not folder.is_dir():
        pytest.skip(f"no photographs at {folder}")
    return folder


@pytest.fixture(scope="session")
def hard_folder() -> Path:
    """The folder of damaged, odd and hostile picture files."""
    folder = SHARED / "hard"
    if not folder.is_dir():
        pytest.skip(f"no picture files at {folder}")
    return folder


@pytest.fixture(scope="session")
def photo_table(photos_folder: Path) -> list[dict[str, str]]:
    """The rows of photos.csv, with whole paths."""
    with (photos_folder / "photos.csv").open(encoding="utf-8", newline="") as file:
        return [{**row, "path": str(photos_folder / row["path"])} for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def photographs(photo_table: list[dict[str, str]]) -> list[Path]:
    """The real photographs."""
    return [Path(row["path"]) for row in photo_table]


@pytest.fixture(scope="session")
def pack_folder() -> Pack:
    """The default pack as it travels with the program; its encoder need not be installed."""
    return open_pack("default")


@pytest.fixture(scope="session")
def default_pack() -> Pack:
    """The default pack with its encoder."""
    pack = open_pack("default")
    if not pack.installed:
        pytest.skip("the default pack's encoder is not installed: run `pigeon packs install default`")
    return pack


@pytest.fixture
def folder(tmp_path: Path, photographs: list[Path]) -> Path:
    """Two photographs, one of them deep inside, and beside them what is none."""
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(photographs[0], folder / "a.jpg")
    shutil.copy(photographs[-1], folder / "deep" / "b.jpg")
    (folder / "notes.txt").write_text("none")
    (folder / ".hidden.jpg").write_text("none")
    return folder


@pytest.fixture(scope="session")
def captions_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack with a text tower: a tiny CLIP checkpoint with random weights, over the cells of some countries."""
    from tests.training.checkpoints import build_tiny, write_checkpoint

    folder, default = tmp_path_factory.mktemp("captions"), open_pack("default")
    codes = [
        "AU",
        "BR",
        "CN",
        "CU",
        "DE",
        "EG",
        "FR",
        "GB",
        "IN",
        "JM",
        "JP",
        "KE",
        "LT",
        "MX",
        "NG",
        "NO",
        "NZ",
        "RU",
        "SE",
        "SG",
        "US",
        "ZA",
    ]
    cells = some_countries(GeocellSet.read(default.path_of(default.manifest.geocells)), codes)
    cells.write(folder / "cells.xz")
    build_tiny(write_checkpoint(folder / "checkpoint"), folder / "tiny", cells=folder / "cells.xz")
    return open_pack(folder / "tiny")


@pytest.fixture(scope="session")
def pack_without_text(captions_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The same without its text tower."""
    folder = tmp_path_factory.mktemp("silent") / "tiny"
    shutil.copytree(captions_pack.folder, folder)
    (folder / MANIFEST_NAME).write_text(manifest_toml(replace(captions_pack.manifest, text=None)), encoding="utf-8")
    return open_pack(folder)
