"""What the verbs of `pigeon` share: exit codes, the error of wrong usage, the options of the engine."""

from __future__ import annotations

import argparse

from pigeon_desktop.errors import PigeonError

DONE, NOTHING, USAGE, SOME_FAILED, INTERRUPTED, READER_GONE = 0, 1, 2, 3, 130, 141
DEVICES = ("auto", "cpu", "cuda", "coreml")


class UsageError(PigeonError):
    """The arguments were understood, but cannot be meant."""


def count(text: str) -> int:
    """A number of candidates."""
    if not (text.isdecimal() and 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100")
    return int(text)


def add_engine(verb: argparse.ArgumentParser) -> None:
    """`--pack` and `--device`."""
    verb.add_argument("--pack", default="default", metavar="NAME", help="a pack's name or folder (default)")
    verb.add_argument("--device", choices=DEVICES, default="auto", help="(auto)")
