"""On a GPU: from files to answers against the encoder alone in its best batch, and against what somebody would take
instead, whose torch has to know the GPU too. Skipped, with the reason, where there is none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pigeon_desktop.engine.devices import physical_cores, starts
from pigeon_desktop.packs.store import Pack
from tests.benchmarks import peer_models
from tests.benchmarks.peer_models import BASE, LARGE, Architecture
from tests.benchmarks.peers import Order, measure
from tests.benchmarks.test_peers import PACKAGES, made

OURS, OTHERS, ALONE = 2000, 64, 512
"""Photographs: a GPU is quick, and its peers encode all captions with each."""
BATCHES = [1, 2, 4, 8, 16, 32, 64]
WANTED, WANTED_OF_BARE = 3.0, 0.7
ROUNDS = 3


def copies(photographs: list[Path], folder: Path, count: int) -> list[str]:
    """So many files, no two of the same bytes: a case looks once at what is the same."""
    found = []
    for number in range(count):
        path = Path(shutil.copy(photographs[number % len(photographs)], folder / f"{number}.jpg"))
        with path.open("ab") as file:
            file.write(number.to_bytes(4, "big"))
        found.append(str(path))
    return found


def rates(order: Order, torch: bool) -> tuple[dict[str, float], str]:
    """Photographs a second, the median of ROUNDS, by the way; and the best batches, in words."""
    ways = {"ours": order, "trays": replace(order, way="trays", photographs=order.photographs[:ALONE], batches=BATCHES)}
    if torch:
        checkpoint = str(peer_models.checkpoint(LARGE if "L-14" in order.model else BASE))
        few = order.photographs[:OTHERS]
        ways["pipeline"] = replace(
            order,
            way="pipeline",
            model=checkpoint,
            photographs=few,
            countries=peer_models.countries(),
            batches=[n for n in BATCHES if n <= OTHERS],
        )
        if (PACKAGES / "geoclip").is_dir():
            ways["geoclip"] = replace(order, way="geoclip", model=checkpoint, photographs=few[:8])
    found = {
        way: sorted((measure(one, PACKAGES) for _ in range(ROUNDS)), key=lambda t: t.rate) for way, one in ways.items()
    }
    middle = {way: some[ROUNDS // 2] for way, some in found.items()}
    batches = ", ".join(f"{way} in {one.best}" for way, one in middle.items())
    return {way: one.rate for way, one in middle.items()}, batches


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("architecture", [BASE, LARGE], ids=lambda one: one.name)
def test_a_gpu_is_kept_busy(
    architecture: Architecture, default_pack: Pack, photographs: list[Path], tmp_path: Path
) -> None:
    if not starts("cuda"):
        pytest.skip("no GPU that ONNX Runtime takes")
    import torch

    made(architecture)
    pack = default_pack.folder if architecture is BASE else peer_models.pack_of(LARGE)
    files = copies(photographs, tmp_path, OURS)
    order = Order("ours", str(pack), files, least=OURS, threads=physical_cores(), device="cuda")
    found, batches = rates(order, torch.cuda.is_available())
    share = found["ours"] / found["trays"]
    print(f"\n{architecture.name}: " + ", ".join(f"{way} {rate:.1f}/s" for way, rate in found.items()))
    print(f"best batches: {batches}; of the encoder alone: {share:.2f}, wanted {WANTED_OF_BARE}")
    if others := [rate for way, rate in found.items() if way in ("pipeline", "geoclip")]:
        print(f"times the better of the others: {found['ours'] / max(others):.1f}, wanted {WANTED:g}")
        assert found["ours"] > WANTED * max(others)
    else:
        print("This torch has no CUDA, so nothing else was measured.")
    assert share > WANTED_OF_BARE
