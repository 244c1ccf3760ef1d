"""A cluster, where tests have no time for it: nodes that take no part, workers that all end, and its pace."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from pigeon_desktop import __version__
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.verbs import DONE, NOTHING
from tests.cases.conftest import pictures
from tests.cases.test_cluster import ROOT, cluster_of, done, ended, made, needs_ray, started
from tests.commands import PIGEON, code_of

SECONDS = 180.0


@pytest.fixture(scope="module")
def tiny(captions_pack: Pack) -> Locator:
    """A model with random weights."""
    return Locator(captions_pack, threads=2)


@needs_ray
def test_a_node_with_another_version_takes_no_part(tiny: Locator, tmp_path: Path) -> None:
    """That is said, and the other one does all of it."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "pigeon_desktop", other / "pigeon_desktop", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "resources").symlink_to(ROOT / "resources")
    written = other / "pigeon_desktop" / "__init__.py"
    written.write_text(written.read_text("utf-8").replace(__version__, "0.0.9"), encoding="utf-8")
    folder = made(tmp_path / "case", *pictures(tmp_path / "photos", 600))
    with cluster_of((tmp_path, ROOT), (tmp_path, other)) as nodes:
        code, counted, said = ended(started(folder, tiny.pack, nodes.address, tmp_path))
    assert (code, counted["failed"], counted["waiting"], done(folder)) == (DONE, 0, 0, 600), said
    assert f"takes no part. It has Pigeon Desktop 0.0.9, and the case is run by {__version__}." in said


@needs_ray
def test_where_every_worker_ends_the_run_does_too(tiny: Locator, tmp_path: Path) -> None:
    """And says so; the next run does what is left."""
    folder = made(tmp_path / "case", *pictures(tmp_path / "photos", 600))
    with cluster_of((tmp_path, ROOT)) as nodes:
        process, killed, end = started(folder, tiny.pack, nodes.address), set[int](), time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < end:
            for worker in nodes.workers():
                os.kill(worker.pid, signal.SIGKILL)
                killed.add(worker.pid)
            time.sleep(0.05)
        code, _, said = ended(process)
        print(f"{len(killed)} workers killed", said)
        assert code == NOTHING
        assert "Its workers end one after the other" in said
        assert "no worker is left" in said
        before = done(folder)
        code, counted, said = ended(started(folder, tiny.pack, nodes.address))
    assert (code, counted["located"] + counted["abstained"], done(folder)) == (DONE, 600 - before, 600), said


@needs_ray
def test_its_pace(default_pack: Pack, photographs: list[Path], tmp_path: Path) -> None:
    """The default pack, here and on a cluster of this machine, by when the runs began and ended."""
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.contents import runs

    for name, more in (("here", ()), ("cluster", ("--cluster", "local"))):
        folder = made(tmp_path / name, *photographs)
        if more:
            assert ended(started(folder, default_pack, "local"))[0] == DONE
        else:
            assert code_of(*PIGEON[3:], "case", "run", folder) == DONE
        with Case.open(folder, read_only=True) as case:
            (ran,) = runs(case)
        print(name, len(photographs), "photographs, from", ran.begun, "to", ran.ended)
