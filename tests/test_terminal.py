"""What the command line does at the terminal."""

import io
import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pigeon_desktop import terminal
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import Cancelled, PigeonError
from tests.reports.predictions import abstained, failed, located


def written_half(path: Path) -> None:
    with terminal.output(path, data=True) as out:
        out.write("half")
        out.flush()
        assert path.read_text() == "before"
        raise RuntimeError


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("before")
    with pytest.raises(RuntimeError):
        written_half(path)
    assert path.read_text() == "before"
    with terminal.output(path, data=True) as out:
        out.write("á\r\n")
    assert path.read_bytes() == "á\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_rights_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with terminal.output(tmp_path / "report", data=True):
        pass
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real", tmp_path / "link", tmp_path / "pipe"
    real.touch()
    link.symlink_to(real)
    with terminal.output(link, data=True) as out:
        out.write("through")
    assert link.is_symlink()
    assert real.read_text() == "through"

    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with terminal.output(pipe, data=True) as out:
        out.write("flows")
    reader.join(10)
    assert read == ["flows"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["missing/report", "."])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(PigeonError, match=r"cannot be written"), terminal.output(tmp_path / name, data=True):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_an_error_for_people() -> None:
    with (
        pytest.raises(PigeonError, match=r"/dev/full: cannot be written"),
        terminal.output(Path("/dev/full"), data=True) as out,
    ):
        out.write("x" * 100_000)
    assert Path("/dev/full").is_char_device()


def test_the_first_interrupt_cancels_and_the_second_ends() -> None:
    cancelled = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    with terminal.interruptible(cancelled.set):
        signal.raise_signal(signal.SIGINT)
        assert cancelled.wait(5)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def cancelled_after(*predictions: Prediction) -> Iterator[Prediction]:
    yield from predictions
    raise Cancelled


def test_a_cancelled_run_ends_as_if_there_were_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    run = terminal.Followed(cancelled_after(located(), abstained(), failed()), 9, quiet=False, show=None)
    assert len(list(run)) == 3
    assert run.interrupted
    assert run.summary() == "1 located, 1 can't tell, 1 could not be read"
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"pigeon: {failed().reason}\n"  # no progress: this is no terminal


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_and_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)

    def slowly() -> Iterator[Prediction]:
        for _ in range(3):
            time.sleep(0.11)
            yield located()

    assert len(list(terminal.Followed(slowly(), 3, quiet=False, show=None))) == 3
    text = screen.getvalue()
    assert "3 of 3" in text
    assert "photos/s" in text
    assert text.endswith("\r\x1b[K")

    progress = terminal.BytesProgress()
    progress("Checking head.xz", 5, 10)
    progress("Checking head.xz", 10, 10)
    assert "Checking head.xz 100%" in screen.getvalue()


def test_what_is_said_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("\x1b[2Jgone\nline.jpg: broken")
    assert capsys.readouterr().err == "pigeon: \\x1b[2Jgone\\nline.jpg: broken\n"
