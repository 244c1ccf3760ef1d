"""A long run in one process: memory, files and threads stay as they are, and the end is as fast as the start.

20,000 photographs with a tiny encoder, which shows what everything else keeps, and some thousand with the default
pack's. PIGEON_LONG_TINY and PIGEON_LONG_DEFAULT give other numbers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.packs.store import Pack

TINY, DEFAULT = (int(os.environ.get(f"PIGEON_LONG_{name}", n)) for name, n in (("TINY", 20_000), ("DEFAULT", 2_000)))
WARM = 0.1
"""The first part of a run, in which caches fill."""

RUN = """
import json, sys, time
from pathlib import Path
import psutil
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.runner import Runner
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.packs.store import open_pack
case = Case.create(Path(sys.argv[2]), "A long run")
case.add([Path(sys.argv[1])])
me, runner = psutil.Process(), Runner(case, Locator(open_pack(sys.argv[3]), device="cpu"), Settings())
seen = []
for step in runner.run(CancelToken()):
    if not seen or step.done >= seen[-1][0] + int(sys.argv[4]) or step.done == step.total:
        seen.append((step.done, time.perf_counter(), me.memory_info().rss / 1e6, me.num_fds(), me.num_threads()))
json.dump({"seen": seen, "states": runner.states}, sys.stdout)
"""


def many_photographs(photographs: list[Path], count: int, folder: Path) -> Path:
    """As many files, each with a hash of its own: what stands behind the end of a JPEG is no part of the picture."""
    whole = [path.read_bytes() for path in photographs]
    for i in range(count):
        place = folder / f"{i // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"IMG_{i:06}.jpg").write_bytes(whole[i % len(whole)] + i.to_bytes(4, "big"))
    return folder


def long_run(pack: str, count: int, photographs: list[Path], folder: Path) -> None:
    photos = many_photographs(photographs, count, folder / "photos")
    command = [sys.executable, "-c", RUN, photos, folder / "case", pack, str(max(1, count // 40))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert sum(told["states"].values()) == count
    assert not told["states"].get("failed")
    number, seconds, megabytes, files, threads = np.array(told["seen"]).T
    warm = number >= WARM * count
    slope = np.polyfit(number[warm], megabytes[warm], 1)[0] * 1000
    rates = np.diff(number[warm]) / np.diff(seconds[warm])
    quarter = max(1, len(rates) // 4)
    first, last = np.median(rates[:quarter]), np.median(rates[-quarter:])
    print(
        f"\n{count:,} photographs, {count / (seconds[-1] - seconds[0]):.1f} a second: "
        f"memory {megabytes[warm][0]:.0f} to {megabytes[-1]:.0f} MB ({slope:+.2f} MB a thousand), "
        f"{files[warm].min():.0f} to {files[warm].max():.0f} files, "
        f"{threads[warm].min():.0f} to {threads[warm].max():.0f} threads, "
        f"{first:.1f} a second at the start, {last:.1f} at the end ({last / first:.2f})"
    )
    assert slope < 1
    assert files[warm].max() - files[warm].min() <= 4
    assert threads[warm].max() - threads[warm].min() <= 2
    assert last > 0.95 * first


@pytest.mark.timeout(3600)
def test_with_a_tiny_encoder(captions_pack: Pack, photographs: list[Path], tmp_path: Path) -> None:
    long_run(str(captions_pack.folder), TINY, photographs, tmp_path)


@pytest.mark.timeout(3600)
def test_with_the_default_pack(default_pack: Pack, photographs: list[Path], tmp_path: Path) -> None:
    long_run("default", DEFAULT, photographs, tmp_path)
