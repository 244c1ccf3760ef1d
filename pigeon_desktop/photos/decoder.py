"""A decoder: the process at the other end of `apart`, which decodes one photograph after the other."""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import IO, NoReturn

from PIL import AvifImagePlugin

from pigeon_desktop.photos.apart import BEGUN, READY, SECONDS
from pigeon_desktop.photos.decoding import MOST_MEMORY, TOO_LARGE, UndecodableError, decode

THREADS = 4
"""Of one decoder: a large picture is shown sooner; many at once have a decoder each."""


def serve() -> NoReturn:
    """Answer requests until the pipe ends. This process is nothing else any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints would be taken for an answer.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    _die_quietly()
    _limit_memory()
    AvifImagePlugin.DEFAULT_MAX_THREADS = THREADS
    answers.write(READY)
    answers.flush()
    waiting: queue.SimpleQueue[tuple[str, int, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    with open(nowhere, "wb") as silent:  # noqa: PTH123 - a descriptor, not a path
        while True:
            request = waiting.get()
            # For when nobody is left to end it: it needs neither a thread of Python's nor its lock.
            faulthandler.dump_traceback_later(SECONDS + 2, exit=True, file=silent)
            answers.write(BEGUN)
            answers.flush()
            _answer(answers, *request)
            faulthandler.cancel_dump_traceback_later()


def _listen(requests: IO[bytes], waiting: queue.SimpleQueue[tuple[str, int, bytes]]) -> None:
    """Take requests while one is worked on, to notice at once that the pipe has ended."""
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["length"])
        waiting.put((request["format"], request["target"], data))
        del data
    os._exit(0)


def _answer(answers: IO[bytes], format_name: str, target: int, data: bytes) -> None:
    pixels = b""
    try:
        found = decode(data, format_name, target)
        pixels = found.pixels.tobytes()
    except UndecodableError as error:
        answer: dict[str, object] = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": TOO_LARGE}
    else:
        answer = {"width": found.width, "height": found.height, "size": found.pixels.size, "warnings": found.warnings}
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.write(pixels)
    answers.flush()


def _limit_memory() -> None:
    """Where the system can hold a process to it. Elsewhere only what files say of their size limits them."""
    if sys.platform == "linux":
        import resource

        now = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = now + MOST_MEMORY + 2**28  # threads' stacks, and libraries that are still to be loaded
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _die_quietly() -> None:
    """A crash leaves no picture of somebody's on disk, and opens no dialogue."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x0003)  # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX
    else:
        import resource

        # One byte rather than none: Linux gives a program that collects dumps all of it at 0, and nothing at 1.
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        most = 0 if hard == 0 else 1
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))
