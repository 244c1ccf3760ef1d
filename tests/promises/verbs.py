"""Every verb of `pigeon`: how it is run under watch, or which tests run it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pigeon_desktop.cli import parser
from pigeon_desktop.cli_cases import FORMATS
from pigeon_desktop.verbs import DONE, SOME_FAILED


@dataclass(frozen=True)
class Run:
    """One run: the verb, what is given to it ({…} are places of a Scene), and the exit code it must have."""

    verb: str
    given: tuple[str, ...] = ()
    code: int = DONE

    def __str__(self) -> str:
        return " ".join([self.verb, *(word for word in self.given if word in FORMATS)])

    def args(self, scene: Scene) -> list[str]:
        """As the shell would hand them over."""
        return [*self.verb.split(), *(word.format_map(vars(scene)) for word in self.given)]


@dataclass(frozen=True)
class Scene:
    """Where everything is: `evidence` is never to be touched, all else is the program's."""

    evidence: Path
    photo: Path
    second: Path
    table: Path
    encoder: Path
    case: Path
    out: Path


REACHING = {
    "packs install": "without --from",
    "packs build streetclip": "where --checkpoint is a name on the hub",
    "case run": "with --cluster",
}
"""The only verbs that may reach out, and when."""

ELSEWHERE = {
    "cells build": "tests/test_cli_measuring.py",
    "packs build streetclip": "tests/training/test_streetclip.py",
    "train captions": "tests/training/test_prompts.py",
    "train contrastive": "tests/training/test_contrastive.py",
    "train features": "tests/training/test_features.py",
    "train head": "tests/training/test_prototypes.py",
    "train prototypes": "tests/training/test_prototypes.py",
}
"""Verbs that take long or need what must be made for them first: tests run them, under the watch of all tests."""

RUNS = (
    Run("packs install", ("default", "--from", "{encoder}")),
    Run("packs list"),
    Run("packs verify"),
    Run("packs show", ("default",)),
    Run("locate", ("{evidence}", "--show", "--format", "geojson", "--output", "{out}/located.geojson"), SOME_FAILED),
    Run("ask", ("{photo}", "Portugal", "Sweden")),
    Run("evaluate", ("{table}", "--report", "{out}/measured.html")),
    Run("case new", ("{case}", "--purpose", "A test", "--copy")),
    Run("case add", ("{case}", "{evidence}")),
    Run("case run", ("{case}",), SOME_FAILED),
    Run("case status", ("{case}", "--list")),
    Run("case decide", ("{case}", "{photo}", "--confirm", "1", "--note", "seen")),
    Run("case fuse", ("{case}", "{photo}", "{second}")),
    *(Run("case export", ("{case}", "--format", form, "--output", "{out}/case." + form)) for form in FORMATS),
    Run("case undo", ("{case}",)),
    Run("case log", ("{case}",)),
    Run("case verify", ("{case}", "--files")),
    Run("doctor"),
)


def verbs_of(top: argparse.ArgumentParser | None = None) -> Iterator[str]:
    """The verbs that the parser knows: "locate", "case add" and so on."""
    inner = [action for action in (top or parser())._actions if isinstance(action, argparse._SubParsersAction)]
    for name, below in (item for action in inner for item in action.choices.items()):
        deeper = [f"{name} {verb}" for verb in verbs_of(below)]
        yield from deeper or [name]
