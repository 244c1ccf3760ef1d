"""Decoders in processes of their own: one that crashes, hangs or grows costs one photograph.

A decoder is started when the first photograph needs one, and kept. It is given the bytes of one file at a time
through a pipe, and gives back pixels; it opens no file and connects to nothing. It ends when its pipe does, however
this process ends.

A request is a line of JSON, {"format", "target", "length"}, and that many bytes; the answer a line BEGUN once they are
read, then a line of JSON, {"width", "height", "size", "warnings"}, and the pixels as RGB, or {"refused"} with the
reason.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from PIL import Image

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.photos import DECODER
from pigeon_desktop.photos.decoding import Decoded, UndecodableError

SECONDS = 10.0
"""How long a decoder may take for one photograph."""
START_SECONDS = 60.0
"""How long one may take to start, on the busiest machine."""
MOST_LINE = 2**20
TRIES = 10
"""Decoders that are given a photograph, should they have ended meanwhile: several may have, at one stroke."""
READY, BEGUN = b"ready\n", b"begun\n"

_ROOT = Path(__file__).parents[2]


def decode_apart(data: bytes, format_name: str, target: int) -> Decoded:
    """`decode` in another process.

    Raises:
        UndecodableError: as `decode`; or the decoder crashed, or took longer than SECONDS.
        PigeonError: no decoder can be started.
    """
    return _decoders.decode(data, format_name, target)


def end_decoders() -> None:
    """Have nothing decoded any more: for when this process is to end, and nobody waits for what it is at."""
    _decoders.end()


def start_decoder() -> subprocess.Popen[bytes]:
    """Start one decoder: the only process that this program starts while it works."""
    if getattr(sys, "frozen", False):
        # The program for the terminal, where there are two: it loads less.
        beside = Path(sys.executable).with_name("pigeon" + Path(sys.executable).suffix)
        command = [os.fspath(beside if beside.exists() else sys.executable), DECODER]
    else:
        # -P: what lies in the folder that somebody works in is no module of ours.
        code = f"import sys; sys.path.insert(0, {os.fspath(_ROOT)!r}); "
        command = [sys.executable, "-P", "-c", code + "from pigeon_desktop.photos.decoder import serve; serve()"]
    # One arena: each of many would count in full against the limit of memory, used or not.
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    # Ctrl+C is for the program: it reaches no decoder, which would only say so.
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        group = None
    else:
        flags, group = 0, 0
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **one},
        creationflags=flags,
        process_group=group,
    )


class _GoneError(Exception):
    """A decoder has ended before it looked at a photograph, which is not to blame."""


class _Decoder:
    """One child process. For one thread at a time."""

    def __init__(self) -> None:
        try:
            self._process = start_decoder()
        except OSError as error:
            raise PigeonError(f"{sys.executable}: cannot be started to decode pictures ({error}).") from error
        self._to = cast("IO[bytes]", self._process.stdin)
        self._from = cast("IO[bytes]", self._process.stdout)
        with _Killing(self._process, START_SECONDS):
            ready = self._from.readline(len(READY))
        if ready != READY:
            status = self.close()
            raise PigeonError(
                f"{sys.executable}: decoders of pictures cannot be started (exit status {status}). Free some memory; "
                "if that is no help, install the program again."
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def decode(self, data: bytes, format_name: str, target: int) -> Decoded:
        with _Killing(self._process, SECONDS) as watch:
            try:
                request = {"format": format_name, "target": target, "length": len(data)}
                self._to.write(json.dumps(request).encode("ascii") + b"\n")
                self._to.write(data)
                self._to.flush()
                begun = self._from.readline(len(BEGUN)) == BEGUN
                if not begun and not watch.expired:
                    raise _GoneError
                return self._answer()
            except (_GoneError, BrokenPipeError) as error:
                self._end()
                raise _GoneError from error
            except (OSError, EOFError, ValueError, LookupError, TypeError, ArithmeticError, RuntimeError) as error:
                self._end()
                what = f"took longer than {SECONDS:g} seconds to decode" if watch.expired else "made its decoder crash"
                raise UndecodableError(
                    f"{what}; it is damaged, or made to do so. If it is to be seen, convert it to JPEG and try again."
                ) from error

    def _end(self) -> None:
        self._process.kill()  # whatever is left of it, or whatever it has become
        self._process.wait()

    def kill(self) -> None:
        """End it at work: the photograph that it has cannot be decoded."""
        self._process.kill()

    def _answer(self) -> Decoded:
        """What the decoder says, which is believed in nothing: a file may have taken it over."""
        line = self._from.readline(MOST_LINE)
        if not line.endswith(b"\n"):
            raise EOFError
        answer = json.loads(line)
        if "refused" in answer:
            raise UndecodableError(str(answer["refused"]))
        width, height = (int(side) for side in answer["size"])
        if not (0 < width * height < 2**28 and width > 0):
            raise ValueError(answer["size"])
        pixels = self._from.read(width * height * 3)
        image = Image.frombytes("RGB", (width, height), pixels)
        warnings = tuple(str(note) for note in answer["warnings"])
        return Decoded(int(answer["width"]), int(answer["height"]), image, warnings)

    def close(self) -> int:
        """End it; its exit status."""
        with suppress(OSError):
            self._to.close()
        self._from.close()
        try:
            return self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class _Killing:
    """Kills a process that is still at work after so many seconds; `expired` tells that it was."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process, self._done, self.expired = process, False, False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def _kill(self) -> None:
        with self._lock:
            if not self._done:
                self.expired = True
                self._process.kill()

    def __enter__(self) -> _Killing:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._done = True
        self._timer.cancel()
        if self.expired:  # at the last moment, maybe with its answer given: it is not to be asked again
            self._process.wait()


class _Decoders:
    """As many decoders as are wanted at once, at most one a processor core."""

    def __init__(self) -> None:
        self._all: set[_Decoder] = set()
        self._free: list[_Decoder] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(os.cpu_count() or 1)

    def decode(self, data: bytes, format_name: str, target: int) -> Decoded:
        with self._places:
            for _ in range(TRIES):
                with suppress(_GoneError):
                    return self._decode(data, format_name, target)
        raise PigeonError(f"{sys.executable}: decoders of pictures end at once. Free some memory and try again.")

    def _decode(self, data: bytes, format_name: str, target: int) -> Decoded:
        decoder = self._taken()
        try:
            return decoder.decode(data, format_name, target)
        finally:
            if decoder.alive:
                with self._lock:
                    self._free.append(decoder)
            else:
                self._gone(decoder)

    def _taken(self) -> _Decoder:
        while True:
            with self._lock:
                decoder = self._free.pop() if self._free else None
            if decoder is None:
                break
            if decoder.alive:
                return decoder
            self._gone(decoder)  # ended by somebody while it had nothing to do
        decoder = _Decoder()
        with self._lock:
            self._all.add(decoder)
        return decoder

    def _gone(self, decoder: _Decoder) -> None:
        with self._lock:
            self._all.discard(decoder)
        decoder.close()

    def end(self) -> None:
        """End those that have nothing to do, and kill those that are at work."""
        with self._lock:
            free, self._free = self._free, []
            at_work = self._all - set(free)
            self._all -= set(free)
        for decoder in at_work:
            decoder.kill()
        for decoder in free:
            decoder.close()


_decoders = _Decoders()
atexit.register(_decoders.end)
