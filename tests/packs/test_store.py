"""Packs are found by name, and what does not match its hash is refused with both hashes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import (
    PackNotInstalled,
    data_folder,
    encoder_path,
    find_packs,
    open_pack,
    read_pack,
)

from .conftest import FILES, make_pack


def test_a_whole_pack_is_read_and_verified(pack):
    found = read_pack(pack)
    assert found.sha256 == hashlib.sha256((pack / "pack.toml").read_bytes()).hexdigest()
    assert found.installed
    assert found.path_of(found.manifest.head) == pack / "head.npz"
    calls: list[tuple[str, int, int]] = []
    found.verify(lambda *call: calls.append(call))
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)
    assert calls[-1] == ("Checking geocells.npz.xz", sum(FILES.values()), sum(FILES.values()))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", ["changed", "longer", "shorter", "missing"])
def test_any_damage_is_refused_by_the_files_name(pack, file, damage):
    found = read_pack(pack)
    path = pack / file
    was = hashlib.sha256(path.read_bytes()).hexdigest()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    kinds = {"changed": bytes(data), "longer": bytes(data) + b"x", "shorter": bytes(data[:-1])}
    if damage == "missing":
        path.unlink()
        with pytest.raises(PigeonError, match="encoder is not on this machine" if "onnx" in file else file):
            found.verify()
        return
    path.write_bytes(kinds[damage])
    with pytest.raises(PigeonError, match=file) as error:
        found.verify()
    assert was in str(error.value)
    assert hashlib.sha256(kinds[damage]).hexdigest() in str(error.value)


def test_the_encoder_is_shared_through_the_data_folder(pack, data):
    found = read_pack(pack)
    shared = encoder_path(found.manifest.encoder.sha256)
    assert shared.parent.parent == data
    (pack / "encoder.onnx").rename(pack / "elsewhere")
    assert not found.installed
    with pytest.raises(PackNotInstalled, match=r"pigeon packs install small`.*made for tests.*--from FILE"):
        found.path_of(found.manifest.encoder)
    shared.parent.mkdir(parents=True)
    shutil.copy(pack / "elsewhere", shared)
    assert found.installed
    assert found.path_of(found.manifest.encoder) == shared
    found.verify()


def test_packs_are_found_by_name(data, tmp_path):
    make_pack(data / "packs" / "one", "one")
    make_pack(data / "packs" / "two", "two")
    (data / "packs" / ".three.part").mkdir()
    (data / "packs" / "empty").mkdir()
    (data / "packs" / "stray.txt").touch()
    own = [found.manifest.name for found in find_packs() if found.folder.is_relative_to(data)]
    assert own == ["one", "two"]
    assert open_pack("two").folder == data / "packs" / "two"
    assert open_pack(data / "packs" / "one").manifest.name == "one"
    assert open_pack(str(data / "packs" / "one")).manifest.name == "one"
    with pytest.raises(PigeonError, match=r"three: there is no such pack.*one, two"):
        open_pack("three")
    with pytest.raises(PigeonError, match="no such pack"):
        open_pack(tmp_path)


def test_a_broken_pack_does_not_hide_the_others(data):
    make_pack(data / "packs" / "good", "good")
    make_pack(data / "packs" / "renamed", "other")
    (make_pack(data / "packs" / "bad", "bad") / "pack.toml").write_text("format = 1", encoding="utf-8")
    problems: list[PigeonError] = []
    assert "good" in [found.manifest.name for found in find_packs(problems.append)]
    assert len(problems) == 2
    assert "bad" in str(problems[0])
    assert "Rename the folder" in str(problems[1])
    with pytest.raises(PigeonError, match=r"bad.*is missing"):
        find_packs()
    with pytest.raises(PigeonError, match=r"bad.*is missing"):
        open_pack("bad")


def test_the_data_folder_follows_the_environment(data, monkeypatch):
    assert data_folder() == data
    monkeypatch.delenv("PIGEON_DATA")
    assert data_folder().name == "pigeon-desktop"
    assert data_folder().is_absolute()
    assert isinstance(data_folder(), Path)
