"""What a program must not do: for the tests to see that the watch sees it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
from pathlib import Path


def connects(args: list[str]) -> None:
    """A connection, refused or not."""
    with contextlib.suppress(OSError), socket.socket() as made:
        made.settimeout(0.1)
        made.connect(("127.0.0.1", 9))


def looks_up(args: list[str]) -> None:
    """A look-up of a name."""
    with contextlib.suppress(OSError):
        socket.getaddrinfo("pigeon.invalid", 80)


def starts_another(args: list[str]) -> None:
    """Another program."""
    subprocess.run(["true"], check=True)


def forks(args: list[str]) -> None:
    """Another process of the same program."""
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def connects_in_c(args: list[str]) -> None:
    """A socket that Python knows nothing of, left open."""
    assert ctypes.CDLL(None).socket(socket.AF_INET, socket.SOCK_DGRAM, 0) > 0


def writes(args: list[str]) -> None:
    """Other bytes of the same number."""
    (Path(args[0]) / "a.jpg").write_bytes(b"A picture")


def writes_and_covers_up(args: list[str]) -> None:
    """The same bytes again, and the times set back."""
    path = Path(args[0]) / "a.jpg"
    about = path.stat()
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def lays_beside(args: list[str]) -> None:
    """A file that is gone again."""
    path = Path(args[0]) / "a.xmp"
    path.touch()
    path.unlink()


HEARD_BY_PYTHON = (connects, looks_up, starts_another, forks)
TOUCHES = (writes, writes_and_covers_up, lays_beside)
DEEDS = (*HEARD_BY_PYTHON, *TOUCHES, connects_in_c)
"""The last leaves its socket open."""
