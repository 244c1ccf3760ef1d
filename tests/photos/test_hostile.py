"""Every odd, damaged and hostile file ends as a photograph or in its reason, soon and in little memory.

All of them are read by one process, as the program reads them, one after the other; what each took is measured there.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import SHARED

from .hostile import shows_the_scene
from .hostile_files import HOSTILE

SECONDS = 10.0
MOST_MEMORY = 1500 * 10**6

HARD = sorted(path.name for path in (SHARED / "hard").iterdir()) if (SHARED / "hard").is_dir() else []

READER = """
import json, resource, sys, time
from pathlib import Path
from pigeon_desktop.photos import apart
from pigeon_desktop.photos.loading import PhotoError, load_photo

def processes():
    return [Path("/proc/self"), *(Path(f"/proc/{d._process.pid}") for d in apart._decoders._free)]

def forget():
    for process in processes():
        if process.exists():
            (process / "clear_refs").write_text("5")

def peak():
    # Of this process and its decoders, bytes; elsewhere than on Linux of all that was until now.
    if sys.platform != "linux":
        used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(used)
    return sum(int((p / "status").read_text().split("VmHWM:")[1].split()[0]) * 1024 for p in processes() if p.exists())

for line in sys.stdin:
    path, kept = json.loads(line)
    if sys.platform == "linux":
        forget()
    start = time.perf_counter()
    try:
        photo = load_photo(Path(path))
        said = {"size": [photo.width, photo.height], "pixels": photo.pixels.size, "mode": photo.pixels.mode}
        said |= {"warnings": photo.warnings, "sha256": photo.sha256}
        if kept:
            photo.pixels.resize((8, 8) if min(photo.pixels.size) >= 8 else photo.pixels.size).save(kept)
    except PhotoError as error:
        said = {"refused": str(error)}
    print(json.dumps({**said, "seconds": time.perf_counter() - start, "memory": peak()}), flush=True)
"""


class Reader:
    """The process that reads. One that ends fails the test of the file at which it did."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def read(self, path: Path, kept: Path | None = None) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([str(path), kept and str(kept)]), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"the process that read {path.name} ended with {self.process.wait()}"
        return dict(json.loads(line))


@pytest.fixture(scope="module")
def reader():
    reader = Reader()
    yield reader
    reader.process.communicate()
    assert reader.process.returncode == 0


@pytest.fixture(scope="module")
def shown() -> dict[str, bool]:
    """Hard files that were read, and whether they are shown."""
    return {}


def check(found: dict[str, Any], path: Path) -> None:
    assert float(found["seconds"]) < SECONDS
    assert int(found["memory"]) < MOST_MEMORY
    if "refused" in found:
        reason = str(found["refused"])
        assert reason.startswith(f"{path}: ")
        assert len(reason) > len(f"{path}: ") + 20
        assert " at 0x" not in reason
    else:
        (width, height), reduced = found["size"], found["pixels"]
        assert found["mode"] == "RGB"
        assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert min(reduced) >= min(448, width, height)
        assert abs(reduced[0] / reduced[1] / (width / height) - 1) < 0.02
        assert all(note.split(":")[0] in ("damaged", "small", "orientation", "colours") for note in found["warnings"])


@pytest.mark.parametrize("name", HARD)
def test_a_hard_file(reader, hard, shown, name):
    found = reader.read(hard / name)
    check(found, hard / name)
    shown[name] = "refused" not in found


def test_most_hard_files_are_shown(shown):
    if len(shown) < len(HARD) or not HARD:
        pytest.skip("not all of them were read")
    assert sum(shown.values()) >= 235
    assert len(HARD) - sum(shown.values()) >= 50


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(reader, tmp_path, name):
    hostile = HOSTILE[name]
    path, kept = tmp_path / f"a{hostile.suffix}", tmp_path / "kept.png"
    path.write_bytes(hostile.make())
    found = reader.read(path, kept)
    check(found, path)
    if hostile.shown is not None:
        assert ("refused" not in found) == hostile.shown, found
    if "refused" in found:
        return
    doubts = [note for note in found["warnings"] if note.split(":")[0] in ("damaged", "colours")]
    if hostile.shown:
        assert doubts == []
    if "-cut-at-" in name:
        assert doubts
    if not doubts and not hostile.another:
        with Image.open(kept) as picture:
            assert shows_the_scene(picture) if min(picture.size) > 1 else is_red(picture)


def is_red(picture: Image.Image) -> bool:
    """Of strips, which have no room for the scene."""
    return bool((np.abs(np.asarray(picture).astype(int) - [255, 0, 0]) < 12).all())


def test_there_are_as_many_hostile_files_as_hard_ones():
    assert len(HOSTILE) >= len(HARD)
