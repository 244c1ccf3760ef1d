"""A decoder that crashes, hangs or is killed costs one photograph, and none outlives the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pigeon_desktop.engine import locator as locating
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos import DECODER, apart, decoder
from pigeon_desktop.photos.apart import end_decoders
from pigeon_desktop.photos.loading import Photo, PhotoError, load_photo

from .hostile import plain, saved, shows_the_scene
from .pictures import quadrants

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")

SOON = 15.0
"""Seconds on a busy machine, for what takes a fraction of one."""


def waited(true: Callable[[], object], seconds: float = SOON) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def decoders(of: int | None = None) -> list[psutil.Process]:
    """The decoders of a process, by default this one."""
    found = []
    for child in psutil.Process(of).children():
        try:
            if "photos.decoder" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def busy(process: psutil.Process) -> bool:
    """At work on a photograph: besides the main thread and the one that listens there is the one that ends it."""
    try:
        return process.num_threads() >= 3
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    """No decoder is there before a test, and none is left behind."""
    apart.end_decoders()
    yield
    apart.end_decoders()
    assert waited(lambda: not decoders())


@pytest.fixture(scope="session")
def endless(tmp_path_factory) -> Path:
    """A JPEG of a megabyte whose last scan comes again and again: decoding it takes minutes."""
    data = saved(quadrants(3000, 3000), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    scan = data[at:-2]
    path = tmp_path_factory.mktemp("endless") / "endless.jpg"
    path.write_bytes(data[:at] + scan * (10**6 // len(scan)) + data[-2:])
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.webp"
    path.write_bytes(plain("webp"))
    return path


def in_background(path: Path) -> tuple[threading.Thread, list[Photo | PhotoError]]:
    found: list[Photo | PhotoError] = []

    def load() -> None:
        try:
            found.append(load_photo(path))
        except PhotoError as error:
            found.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    return thread, found


@pytest.mark.parametrize("crash", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_costs_one_photograph(endless, picture, crash):
    thread, found = in_background(endless)
    assert waited(lambda: any(map(busy, decoders())))
    os.kill(decoders()[0].pid, crash)
    thread.join(SOON)
    assert isinstance(found[0], PhotoError)
    assert str(found[0]).startswith(f"{endless}: made its decoder crash; ")
    assert "convert it to JPEG and try again" in str(found[0])
    assert shows_the_scene(load_photo(picture).pixels)


def test_a_hang_costs_one_photograph(endless, picture, monkeypatch):
    load_photo(picture)
    monkeypatch.setattr(apart, "SECONDS", 1.0)
    start = time.monotonic()
    with pytest.raises(PhotoError, match=r"endless\.jpg: took longer than 1 seconds to decode; .*try again"):
        load_photo(endless)
    assert time.monotonic() - start < 6
    assert decoders() == []
    monkeypatch.undo()
    assert shows_the_scene(load_photo(picture).pixels)


def test_a_decoder_that_is_stopped_costs_one_photograph(picture, monkeypatch):
    load_photo(picture)
    (stopped,) = decoders()
    stopped.suspend()
    monkeypatch.setattr(apart, "SECONDS", 0.5)
    with pytest.raises(PhotoError, match="took longer"):
        load_photo(picture)
    monkeypatch.undo()
    assert shows_the_scene(load_photo(picture).pixels)


def test_a_decoder_that_ended_while_it_had_nothing_to_do_costs_none(picture):
    load_photo(picture)
    (idle,) = decoders()
    idle.kill()
    assert waited(lambda: idle.status() == psutil.STATUS_ZOMBIE)
    assert shows_the_scene(load_photo(picture).pixels)
    assert [process.pid for process in decoders()] != [idle.pid]


def test_one_that_ends_before_it_looks_at_a_photograph_costs_none(picture, monkeypatch):
    end_decoders()
    real, left = apart.start_decoder, [1, 2]

    def start() -> subprocess.Popen[bytes]:
        if not left:
            return real()
        left.pop()
        code = "import sys; print('ready', flush=True); sys.stdin.buffer.readline()"
        return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(apart, "start_decoder", start)
    assert shows_the_scene(load_photo(picture).pixels)
    assert left == []


def test_a_crash_in_a_folder_is_one_failed_prediction(
    default_pack: Pack, photographs: list[Path], endless: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locator = Locator(default_pack, device="cpu", threads=2)
    killed = threading.Event()

    def load(path: Path, side: int) -> Photo:
        if path == picture:  # else it might be its decoder that is killed
            killed.wait(60)
        return load_photo(path, side)

    def kill() -> None:
        if waited(lambda: any(map(busy, decoders())), 60):
            os.kill(next(filter(busy, decoders())).pid, signal.SIGSEGV)
            killed.set()

    monkeypatch.setattr(locating, "load_photo", load)
    thread = threading.Thread(target=kill)
    thread.start()
    answers = list(locator.locate_all([endless, picture, photographs[0]]))
    thread.join()
    assert killed.is_set()
    assert [answer.status == "failed" for answer in answers] == [True, False, False]
    assert "made its decoder crash" in answers[0].reason


def test_what_a_decoder_says_is_not_believed(picture, monkeypatch, tmp_path):
    """One that a file has taken over may say anything."""
    says = tmp_path / "says"
    fake = (
        "import sys; from pathlib import Path; out = sys.stdout.buffer; out.write(b'ready\\n'); out.flush();"
        f"sys.stdin.buffer.readline(); out.write(b'begun\\n' + Path({str(says)!r}).read_bytes()); out.flush();"
        "sys.stdin.read()"
    )

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", fake], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(apart, "start_decoder", start)
    monkeypatch.setattr(apart, "SECONDS", 2.0)
    for answer in (
        b"nonsense\n",
        b"[]\n",
        b'{"size": [1e999, 1], "width": 1, "height": 1, "warnings": []}\n',
        b'{"size": [-2, -2], "width": 1, "height": 1, "warnings": []}\n',
        b'{"size": [100000, 100000], "width": 1, "height": 1, "warnings": []}\n',
        b"[" * 100_000 + b"\n",
        b"x" * (apart.MOST_LINE + 1),
    ):
        says.write_bytes(answer)
        with pytest.raises(PhotoError, match="made its decoder crash"):
            load_photo(picture)


def test_what_cannot_be_started_is_no_fault_of_the_photograph(picture, monkeypatch):
    monkeypatch.setattr(sys, "executable", sys.executable + "-gone")
    with pytest.raises(PigeonError, match="cannot be started to decode pictures") as error:
        load_photo(picture)
    assert not isinstance(error.value, PhotoError)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PigeonError, match=r"cannot be started \(exit status 1\)"):
        load_photo(picture)


def test_decoders_are_started_when_they_are_needed_and_kept(photographs, picture):
    for path in photographs[:5]:
        load_photo(path)
    assert decoders() == []
    for _ in range(5):
        load_photo(picture)
    assert len(decoders()) == 1


PARENT = """
import os, sys, threading, time
from pathlib import Path
from pigeon_desktop.photos.loading import load_photo
load_photo(Path(sys.argv[1]))
for path in sys.argv[2:]:
    threading.Thread(target=load_photo, args=(Path(path),), daemon=True).start()
print("there", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("at_work", [False, True])
def test_none_outlives_a_program_that_is_killed(endless, picture, at_work):
    command = [sys.executable, "-c", PARENT, str(picture), *([str(endless)] if at_work else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"there\n"
        left = decoders(parent.pid)
        assert len(left) == 1
        if at_work:
            assert waited(lambda: busy(left[0]))
        parent.kill()
    assert waited(lambda: not any(process.is_running() and process.status() != "zombie" for process in left), 5)


def test_one_that_nobody_waits_for_ends_by_itself(endless):
    """Its own limit, for when its program is gone and the decoder lets no thread of Python's run."""
    code = "from pigeon_desktop.photos import decoder; decoder.SECONDS = -1.5; decoder.serve()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        data = endless.read_bytes()
        process.stdin.write(b'{"format": "JPEG", "target": 448, "length": %d}\n' % len(data) + data)
        process.stdin.flush()
        assert process.wait(SOON) == 1


def test_ctrl_c_ends_all_without_a_word(endless, default_pack):
    command = [sys.executable, "-m", "pigeon_desktop", "locate", str(endless)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0) as run:
        assert waited(lambda: any(map(busy, decoders(run.pid))), 60)
        left = decoders(run.pid)
        os.killpg(run.pid, signal.SIGINT)
        start = time.monotonic()
        _, said = run.communicate()
        assert time.monotonic() - start < 5
    assert run.returncode == 130
    assert b"Traceback" not in said
    assert waited(lambda: not any(process.is_running() for process in left))


def test_a_frozen_program_becomes_a_decoder_when_it_is_told_to():
    """`pigeon` and the window alike: the argument is theirs alone."""
    for main in ("pigeon_desktop.cli", "pigeon_desktop.ui.app"):
        code = f"import sys; sys.argv[1:] = [{DECODER!r}]; from {main} import main; sys.exit(main())"
        data = plain("webp")
        asked = b'{"format": "WebP", "target": 448, "length": %d}\n' % len(data) + data
        process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(asked)
        process.stdin.flush()
        assert [process.stdout.readline() for _ in range(2)] == [apart.READY, apart.BEGUN]
        assert b'"width": 192, "height": 128' in process.stdout.readline()
        process.communicate()
        assert process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold no process to a limit of memory")
def test_a_decoder_has_limits_of_its_own(picture):
    load_photo(picture)
    (process,) = decoders()
    soft, hard = process.rlimit(psutil.RLIMIT_AS)
    assert soft == hard < 2.2 * 10**9
    assert process.rlimit(psutil.RLIMIT_CORE) in ((0, 0), (1, 1))
    assert process.net_connections() == []
    assert decoder.SECONDS == apart.SECONDS == 10
