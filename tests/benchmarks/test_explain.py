"""What spoke for a place, over many photographs with a part of another pasted in: the figures of `explain.py`."""

import time

import numpy as np
import pytest

from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.packs.store import Pack
from tests.engine.pasting import NOTICED, leads, pairs, rise

PAIRS = 45


@pytest.mark.timeout(1800)
def test_pasted_parts(default_pack: Pack, photo_table: list[dict[str, str]]) -> None:
    locator, start = Locator(default_pack, device="cpu"), time.perf_counter()
    chosen = pairs(photo_table, PAIRS)
    noticed = np.array([rise(locator, pair) for pair in chosen]) >= NOTICED
    found = np.array([leads(locator, pair) for pair in chosen])
    for way, values in zip(("patches", "occlusion"), found.T, strict=True):
        for words, of in (("all", values), ("noticed", values[noticed]), ("not noticed", values[~noticed])):
            print(f"\n{way}, {words}: higher inside {(of > 0).sum()} of {len(of)}, lead {np.median(of):.2f}", end="")
    print(f"\n{time.perf_counter() - start:.0f} s; leads when noticed {np.round(found[noticed], 2).tolist()}")
    assert (found[noticed, 1] > 0).mean() >= 0.85
    assert (found[noticed, 0] > 0).mean() >= 0.6
