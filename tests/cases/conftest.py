"""Cases on disk, a small model to run them with, and many different pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.runner import Runner, Step
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.within import parse_within
from pigeon_desktop.packs.store import Pack

Run = Callable[..., Runner]


def pictures(folder: Path, count: int, first: int = 0) -> list[Path]:
    """Different small photographs, as files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for i in range(first, first + count):
        noise = np.random.default_rng(i).integers(0, 256, (4, 5, 3), np.uint8)
        path = folder / f"{i:04}.jpg"
        Image.fromarray(noise).resize((100, 80)).save(path, quality=90)
        paths.append(path)
    return paths


@pytest.fixture(scope="session")
def tiny(captions_pack: Pack) -> Locator:
    """A model with random weights that answers in milliseconds."""
    return Locator(captions_pack, threads=2)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """An empty case."""
    with Case.create(tmp_path / "case", "To see whether it holds") as made:
        yield made


@pytest.fixture
def run(tiny: Locator) -> Run:
    """Runs a case to its end with the small model; gives the runner, with its steps."""

    def ran(case: Case, *, within: str = "", top: int = 5, retry: bool = False, locator: Locator = tiny) -> Runner:
        part = parse_within(within, locator.cells, locator.atlas) if within else None
        runner = Runner(case, locator, Settings(top, part), retry=retry)
        steps: list[Step] = list(runner.run(CancelToken()))
        assert steps[-1].done == steps[-1].total
        return runner

    return ran
