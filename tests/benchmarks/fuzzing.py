"""Damaging bytes by chance: what all fuzzers of files share.

A target is a command that reads names of files, a line each, and answers each with a line. What it is given is on disk
before, so that an input at which it ends is there to be looked at.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Where sizes and counts go wrong."""


def damaged(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """`data` with one to six things wrong with it; `other` is a file of its kind, from which parts may come."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if not changed:
            break
        # Half of the time near the beginning, where the numbers are.
        at = chance.randrange(len(changed) if chance.random() < 0.5 else min(len(changed), 256))
        kind = chance.randrange(8)
        if kind == 0:
            changed[at] = chance.randrange(256)
        elif kind == 1:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            width = chance.choice((1, 2, 4, 8))
            number = chance.choice(NUMBERS) % (1 << 8 * width)
            changed[at : at + width] = number.to_bytes(width, chance.choice(("big", "little")))
        elif kind == 3:
            del changed[at : at + chance.choice((1, 2, 4, 16, 256, 4096))]
        elif kind == 4:
            length = chance.choice((1, 4, 16, 256))
            changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 50))
        elif kind == 5:
            start = chance.randrange(len(other))
            changed[at : at + 64] = other[start : start + chance.choice((16, 64, 1024))]
        elif kind == 6:
            changed[at : at + 32] = chance.randbytes(chance.choice((8, 32, 128)))
        else:
            del changed[at:]
    return bytes(changed)


@dataclass
class Outcome:
    """How it went: `answers` by their first word, `ends` are inputs at which the target ended, `slow` those that took
    longer than they may."""

    inputs: int = 0
    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    ends: list[Path] = field(default_factory=list)
    slow: list[Path] = field(default_factory=list)


def fuzz(
    command: Sequence[str],
    make: Callable[[random.Random], tuple[bytes, str]],
    folder: Path,
    seconds: float,
    *,
    seed: int,
    most_seconds: float,
    keep: Sequence[str] = (),
) -> Outcome:
    """Give the target what `make` makes, bytes and the ending of a file, until the time is over.

    Inputs at which it ended, that took it longer than `most_seconds`, or that it answered with a word of `keep`, stay
    in `folder`.
    """
    found, chance = Outcome(), random.Random(seed)
    start = time.monotonic()
    target = _started(command)
    while (now := time.monotonic()) < start + seconds:
        data, suffix = make(chance)
        path = folder / f"{found.inputs}{suffix}"
        path.write_bytes(data)
        assert target.stdin is not None
        assert target.stdout is not None
        target.stdin.write(f"{path}\n")
        target.stdin.flush()
        answer = target.stdout.readline().split()
        found.inputs += 1
        kept = time.monotonic() - now > most_seconds
        if kept:
            found.slow.append(path)
        if answer:
            found.answers[answer[0]] += 1
        else:
            target.communicate()
            found.ends.append(path)
            target = _started(command)
        if answer and not kept and answer[0] not in keep:
            path.unlink()
    target.communicate()
    found.seconds = time.monotonic() - start
    return found


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
