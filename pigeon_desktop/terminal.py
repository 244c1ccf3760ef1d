"""What the command line does at the terminal: whole files or none, progress, and Ctrl+C that loses nothing."""

from __future__ import annotations

import argparse
import io
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.verbs import UsageError

if TYPE_CHECKING:
    from pigeon_desktop.engine.locator import Locator
    from pigeon_desktop.engine.prediction import Prediction
    from pigeon_desktop.engine.within import Filter


def say(message: str) -> None:
    """A line for the person, to standard error; names of files cannot steer the terminal."""
    from pigeon_desktop.reports.text import printable

    clear_progress()
    print(f"pigeon: {printable(message)}", file=sys.stderr)


@contextmanager
def output(path: Path | None, *, data: bool) -> Iterator[TextIO]:
    """Standard output, or the file at `path`, which appears whole at the end or not at all.

    Files and `data` are UTF-8 with line ends as they are written; other text suits the terminal.

    Raises:
        PigeonError: the file cannot be written.
    """
    if path is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            if data:
                sys.stdout.reconfigure(encoding="utf-8", newline="")
            else:
                sys.stdout.reconfigure(errors="backslashreplace")
        yield sys.stdout
        return
    if path.exists() and not path.is_file():  # a pipe or a device: it is written to, not replaced
        try:
            with path.open("w", encoding="utf-8", newline="") as out:
                yield out
        except OSError as error:
            raise PigeonError(
                f"{path}: cannot be written ({error.strerror or error}). Name a file elsewhere."
            ) from error
        return
    from pigeon_desktop.packs.writing import whole_file

    with whole_file(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as out:
        yield out


@contextmanager
def interruptible(cancel: Callable[[], None]) -> Iterator[None]:
    """Turn the first Ctrl+C into `cancel`; the second ends the program at once."""

    def handler(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # In a thread: the handler may have interrupted the holder of a lock that `cancel` waits for.
        threading.Thread(target=end).start()

    def end() -> None:
        from pigeon_desktop.photos.apart import end_decoders

        cancel()
        end_decoders()  # in that order: nobody looks any more at what becomes of their photographs

    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def on_progress_line() -> bool:
    """Whether progress may be shown: only on a terminal, and not between the lines of one."""
    return sys.stderr.isatty()


def progress_line(text: str) -> None:
    """Put `text` in the place of the last progress line."""
    if on_progress_line():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def clear_progress() -> None:
    progress_line("")


def locator(args: argparse.Namespace, device: str | None = None) -> Locator:
    """The pack that the options name, on `device` or the one that they name; says what a person should know of it."""
    from pigeon_desktop.engine.locator import Locator
    from pigeon_desktop.packs.store import open_pack

    made = Locator(open_pack(args.pack), device=device or args.device)
    for note in made.notes:
        say(note)
    about = made.pack.manifest
    say(f"Pack {about.name} {about.version}, licence of its weights: {about.licence_weights}")
    return made


def within(args: argparse.Namespace, made: Locator) -> Filter | None:
    """The filter that --within asks for.

    Raises:
        UsageError: it asks for none that there is.
    """
    from pigeon_desktop.engine.within import parse_within

    if args.within is None:
        return None
    try:
        return parse_within(args.within, made.cells, made.atlas)
    except PigeonError as error:
        raise UsageError(str(error)) from error


def summary(states: Mapping[str, int]) -> str:
    """Counts of photographs by their status, in words."""
    words = {"located": "located", "abstained": "can't tell", "failed": "could not be read"}
    counts = [f"{states[key]:,} {word}" for key, word in words.items() if states.get(key)]
    return ", ".join(counts or ["nothing answered"])


class Pace:
    """Shows how far a run is, ten times a second at most."""

    def __init__(self) -> None:
        self._start, self._shown = time.monotonic(), 0.0

    def show(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._shown > 0.1 and done:
            self._shown, rate = now, done / max(now - self._start, 1e-3)
            progress_line(f"{done:,} of {total:,} · {rate:.1f} photos/s · {(total - done) / rate:.0f} s left")


class BytesProgress:
    """Progress of something counted in bytes, as `packs` reports it; at most 20 lines a second."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() < self._next and done != total:
            return
        self._next = time.monotonic() + 0.05
        share = f" {done / total:4.0%}" if total else f" {done / 1e6:.1f} MB" if done else ""
        progress_line(f"{stage}{share}")


class Followed:
    """Predictions on their way to a report: counted, failures said, progress shown, ended by a cancellation.

    After a cancellation the iteration ends as if there were no more, so that the report is closed properly;
    `interrupted` tells.
    """

    def __init__(
        self, predictions: Iterable[Prediction], total: int, *, quiet: bool, show: Callable[[Prediction], None] | None
    ) -> None:
        self._predictions, self._total, self._quiet, self._show = predictions, total, quiet, show
        self.states: Counter[str] = Counter()
        self.interrupted = False

    def __iter__(self) -> Iterator[Prediction]:
        pace = Pace()
        try:
            for done, prediction in enumerate(self._predictions, start=1):
                self.states[prediction.status] += 1
                if self._show:
                    self._show(prediction)
                elif prediction.status == "failed" and not self._quiet:
                    say(prediction.reason)
                if not self._quiet:
                    pace.show(done, self._total)
                yield prediction
        except Cancelled:
            self.interrupted = True
        finally:
            clear_progress()

    def summary(self) -> str:
        """The counts in words."""
        return summary(self.states)
