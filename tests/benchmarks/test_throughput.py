"""From folder to predictions against the bare encoder on as many threads: what all the rest costs."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.packs.store import Pack

ROUNDS = 5


def median_rate(work: Callable[[], int]) -> float:
    """Photographs a second, the median of ROUNDS."""
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        count = work()
        rates.append(count / (time.perf_counter() - start))
    return statistics.median(rates)


def test_locating_a_folder(default_pack: Pack, photographs: list[Path]) -> None:
    locator = Locator(default_pack, device="cpu")
    pixels = np.zeros((1, 3, 224, 224), np.float32)
    some = photographs[:60]

    def bare() -> int:
        with ThreadPoolExecutor(locator.workers) as pool:
            return len(list(pool.map(lambda _: locator.encoder.encode(pixels), some)))

    def whole() -> int:
        return sum(1 for _ in locator.locate_all(some))

    bare()
    encoder, program = median_rate(bare), median_rate(whole)
    print(f"\nencoder alone {encoder:.1f} photos/s, folder to predictions {program:.1f} photos/s, ", end="")
    print(f"ratio {program / encoder:.2f}")
    assert program > 0.8 * encoder
