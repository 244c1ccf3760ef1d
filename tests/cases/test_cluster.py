"""A run on a cluster: the same answers as here, whoever is killed; what workers cannot see waits."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from pigeon_desktop import __version__
from pigeon_desktop.cases import cluster as cluster_module
from pigeon_desktop.cases.audit import entries
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.cluster import Cluster
from pigeon_desktop.cases.contents import counts, rows, runs
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.cases.worker import About, Hand, Terms, Worker
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.verbs import DONE, INTERRUPTED, NOTHING, SOME_FAILED
from tests.commands import PIGEON

from .conftest import Run, pictures
from .test_runner import answered, same

ROOT = Path(__file__).parents[2]
DASHBOARD = 8265
"""The port on which Ray offers its dashboard."""
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None or os.name == "nt", reason="Ray is not installed: it is the extra `cluster`"
)


@dataclass(frozen=True)
class Nodes:
    """A cluster of two nodes; one works in the folder `seeing`, the other in none of ours."""

    address: str
    seeing: Path
    process: psutil.Process

    def workers(self) -> list[psutil.Process]:
        """Processes of our workers."""
        found = []
        for child in self.process.children(recursive=True):
            try:
                if child.cmdline()[0].startswith("ray::Worker"):
                    found.append(child)
            except (psutil.Error, IndexError):
                continue
        return found


@contextmanager
def cluster_of(*nodes: tuple[Path, Path]) -> Iterator[Nodes]:
    """Nodes that work in a folder each, with the program from another one."""
    # Ray has sockets in it, whose paths may not be long.
    with tempfile.TemporaryDirectory(prefix="nodes", ignore_cleanup_errors=True) as temporary:
        command = [sys.executable, "-m", "tests.cases.nodes", temporary, *(f"{at}={program}" for at, program in nodes)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **pipes, text=True, env=plain(), cwd=ROOT) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, "the nodes did not start"
            yield Nodes(address, nodes[0][0], psutil.Process(process.pid))
            process.stdin.close()


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with cluster_of((tmp_path_factory.mktemp("seeing"), ROOT), (tmp_path_factory.mktemp("blind"), ROOT)) as two:
        yield two


def plain() -> dict[str, str]:
    """The environment, with this checkout on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0", "PYTHONWARNINGS": "ignore"}


def started(case: Path, pack: Pack, address: str, folder: Path | None = None, **more: str) -> subprocess.Popen[str]:
    """`pigeon case run` on a cluster, in a process of its own."""
    command = [*PIGEON, "case", "run", str(case), "--pack", str(pack.folder), "--cluster", address, "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **pipes, text=True, env={**plain(), **more}, cwd=folder)


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, int], str]:
    """Its exit code, what it counted, and what it said."""
    out, err = process.communicate(timeout=120)
    return process.returncode, json.loads(out) if out else {}, err


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def done(folder: Path) -> int:
    with Case.open(folder, read_only=True) as case:
        found = counts(rows(case))
    return found["located"] + found["abstained"]


def made(folder: Path, *paths: Path) -> Path:
    with Case.create(folder, "To see whether many do what one does", keeps_copies=False) as case:
        case.add(paths)
    return folder


@pytest.mark.long
@needs_ray
def test_two_nodes_say_what_one_machine_says(nodes: Nodes, run: Run, tiny: Locator, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    first = pictures(photos, 30)[0]
    shutil.copy(first, photos / "z copy.jpg")
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff" + b"0" * 50)
    (photos / "empty.jpg").touch()
    (photos / "loop.jpg").symlink_to("loop.jpg")
    with Case.create(tmp_path / "case", "Far", keeps_copies=True) as case:
        case.add([photos])
    code, counted, said = ended(started(tmp_path / "case", tiny.pack, nodes.address))
    assert code == SOME_FAILED, said
    with Case.create(tmp_path / "here", "Near", keeps_copies=True) as here, Case.open(tmp_path / "case") as there:
        here.add([photos])
        runner = run(here)
        assert {state: counted[state] for state in runner.states} == runner.states
        assert counted["waiting"] == 0
        assert same(answered(there), answered(here))
        assert [(row.path, row.others) for row in rows(there)] == [(row.path, row.others) for row in rows(here)]
        assert verify(there, files=True) == verify(there)
        assert runs(there)[0].device == f"cluster: {tiny.device}"
        copies = [sorted(path.name for path in (case.folder / "photos").rglob("*.*")) for case in (there, here)]
        assert copies[0] == copies[1]
        assert run(there).states == {"failed": 2}, "all that was decoded and encoded there is known here"


@pytest.mark.long
@needs_ray
def test_a_worker_that_is_killed_costs_nothing(nodes: Nodes, tiny: Locator, tmp_path: Path) -> None:
    count = 600
    folder = made(tmp_path / "case", *pictures(tmp_path / "photos", count))
    process = started(folder, tiny.pack, nodes.address)
    until(lambda: done(folder) > 0)
    assert len(nodes.workers()) == 2
    os.kill(nodes.workers()[0].pid, signal.SIGKILL)
    before = done(folder)
    code, counted, said = ended(process)
    assert before < count, "it was over before somebody was killed"
    assert (code, counted["failed"], counted["waiting"]) == (DONE, 0, 0), said
    assert "a worker ended; others look at what it had" in said
    with Case.open(folder) as case:
        once = [sha256 for entry in entries(case.database) for sha256, _ in entry.content().get("answers", [])]
        assert len(once) == len(set(once)) == count
        assert verify(case).faults == ()


@pytest.mark.long
@needs_ray
def test_interrupted_it_ends_soon_and_keeps_what_was_found(nodes: Nodes, tiny: Locator, tmp_path: Path) -> None:
    count = 600
    folder = made(tmp_path / "case", *pictures(tmp_path / "photos", count))
    process = started(folder, tiny.pack, nodes.address)
    until(lambda: done(folder) > 0)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    code, counted, said = ended(process)
    assert code == INTERRUPTED, said
    assert time.monotonic() - start < 10
    assert 0 < done(folder) == counted["located"] + counted["abstained"] < count
    until(lambda: not nodes.workers())


@pytest.mark.long
@needs_ray
@pytest.mark.skipif(sys.platform != "linux", reason="a path that is another one in every process is of Linux")
def test_what_no_worker_sees_waits(nodes: Nodes, tiny: Locator, tmp_path: Path) -> None:
    """A path through the folder that a process works in: the run sees it, and of the nodes one, or none."""
    path = Path("/proc/self/cwd/photos")
    pictures(tmp_path / "photos", 12)
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        folder = made(tmp_path / "case", path)
    finally:
        os.chdir(before)
    code, counted, said = ended(started(folder, tiny.pack, nodes.address, tmp_path))
    assert (code, counted["failed"], counted["waiting"], done(folder)) == (SOME_FAILED, 0, 12, 0), said
    assert f"{path}: no worker of the cluster can see 12 photographs in it, which wait" in said
    shutil.copytree(tmp_path / "photos", nodes.seeing / "photos")
    code, counted, said = ended(started(folder, tiny.pack, nodes.address, tmp_path))
    assert (code, counted["failed"], counted["waiting"], done(folder)) == (DONE, 0, 0, 12), said


@pytest.mark.long
@needs_ray
def test_a_cluster_of_one_s_own_lets_nobody_in_and_leaves_nothing(tiny: Locator, tmp_path: Path) -> None:
    """Nothing in it speaks with another machine, it has no dashboard, and its folder goes with it."""
    folder = made(tmp_path / "case", *pictures(tmp_path / "photos", 600))
    with tempfile.TemporaryDirectory(prefix="own") as temporary:
        process = started(folder, tiny.pack, "local", TMPDIR=temporary)
        until(lambda: done(folder) > 0)
        process.send_signal(signal.SIGSTOP)
        tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        found = [(member, one) for member in tree for one in member.net_connections("inet")]
        heads = [one.laddr.port for member, one in found if "gcs" in member.name() and one.status == "LISTEN"]
        script = "import ray, sys; ray._raylet.GcsClient(address=sys.argv[1])"
        address = f"{socket.gethostbyname(socket.gethostname())}:{heads[0]}"
        with subprocess.Popen(
            [sys.executable, "-c", script, address], stderr=subprocess.PIPE, text=True, env=plain()
        ) as stranger:
            assert stranger.stderr is not None
            heard = stranger.stderr.readline()
            stranger.kill()
        process.send_signal(signal.SIGCONT)
        code, counted, said = ended(process)
        left = list(Path(temporary).iterdir())
    assert (code, counted["failed"], done(folder)) == (DONE, 0, 600), said
    ours = {address.address for some in psutil.net_if_addrs().values() for address in some}
    assert {one.raddr.ip.removeprefix("::ffff:") for _, one in found if one.raddr} <= ours
    assert DASHBOARD not in {one.laddr.port for _, one in found}
    assert "InvalidAuthToken" in heard
    assert left == []


@needs_ray
def test_a_cluster_that_is_not_there(tiny: Locator, tmp_path: Path) -> None:
    folder = made(tmp_path / "case", *pictures(tmp_path / "photos", 1))
    code, _, said = ended(started(folder, tiny.pack, "127.0.0.1:9"))
    assert code == NOTHING
    assert "--cluster 127.0.0.1:9: cannot be joined" in said


def terms(pack: Pack, device: str = "cpu") -> Terms:
    return Terms(__version__, pack.manifest.name, pack.folder, pack.sha256, device)


def test_a_gpu_has_two_batches_at_once(tiny: Locator, tmp_path: Path) -> None:
    cluster = Cluster("local", tiny.pack, "auto", print)
    for batch, threads, busy in ((1, 3, 8), (16, 32, 66), (2, 4, 10)):
        hand = Hand("node", None, 3)
        cluster._began(hand, About("0" * 64, "one", batch, 1.0, ()))
        assert hand.threads == threads
        hand.busy = busy - 1
        assert hand.free
        hand.busy = busy
        assert not hand.free


def test_a_worker_refuses_another_pack_and_another_version(tiny: Locator) -> None:
    asked = terms(tiny.pack)
    assert Worker().begin(asked).encoder_sha256 == tiny.encoder_sha256
    with pytest.raises(PigeonError, match=r"is another pack: its SHA-256 is .*, it must be 0000"):
        Worker().begin(replace(asked, sha256="0" * 64, name="tiny"))
    with pytest.raises(PigeonError, match=f"It has Pigeon Desktop {__version__}, and the case is run by 9"):
        Worker().begin(replace(asked, version="9"))


def test_a_worker_refuses_a_pack_that_was_tampered_with(tiny: Locator, tmp_path: Path) -> None:
    shutil.copytree(tiny.pack.folder, tmp_path / "pack")
    head = tmp_path / "pack" / tiny.pack.manifest.head.file
    head.write_bytes(head.read_bytes()[:-1] + b"?")
    with pytest.raises(PigeonError, match="is not the file that pack"):
        Worker().begin(replace(terms(tiny.pack), folder=tmp_path / "pack"))


def test_without_a_cluster_ray_is_not_loaded(default_pack: Pack, tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pigeon_desktop.cli import main\nmain(sys.argv[1:])\n"
        "print({'ray', 'pigeon_desktop.cases.cluster'} & set(sys.modules))"
    )
    folder = made(tmp_path / "case")
    command = [sys.executable, "-c", script, "case", "run", str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=plain())
    assert ran.stdout.splitlines()[-1] == "set()", ran.stderr


def test_without_ray_it_says_what_to_install(tiny: Locator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    with pytest.raises(PigeonError, match=r"Run `pip install 'pigeon-desktop\[cluster\]'`"):
        Cluster(cluster_module.LOCAL, tiny.pack, "cpu", pytest.fail).__enter__()
