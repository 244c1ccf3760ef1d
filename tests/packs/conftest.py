"""A small whole pack on disk, and a data folder of its own for every test."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.packs.manifest import manifest_toml

from .manifests import small_manifest

FILES = {"encoder.onnx": 3_000_000, "head.npz": 40_000, "geocells.npz.xz": 10_000}


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    """The user's data folder, not there yet."""
    folder = tmp_path / "data"
    monkeypatch.setenv("PIGEON_DATA", str(folder))
    return folder


@pytest.fixture
def pack(tmp_path) -> Path:
    """The folder of a whole pack called "small", outside the data folder."""
    return make_pack(tmp_path / "brought" / "small")


def make_pack(folder: Path, name: str = "small", seed: int = 0) -> Path:
    """A pack with noise for files."""
    folder.mkdir(parents=True)
    noise = np.random.default_rng(seed)
    hashes = []
    for file, size in FILES.items():
        (folder / file).write_bytes(noise.bytes(size))
        hashes.append(hashlib.sha256((folder / file).read_bytes()).hexdigest())
    text = manifest_toml(small_manifest(name, *hashes))
    (folder / "pack.toml").write_text(text, encoding="utf-8", newline="\n")
    (folder / "card.md").write_text("# A pack for tests\n", encoding="utf-8")
    return folder
