"""From files to answers, against what somebody would take instead: on the same machine, of the same architecture, with
as many threads, each in a process of its own, by turns. Prints the tables of the README.

The others are the zero-shot pipeline of `transformers` over captions of all countries and GeoCLIP's `predict`, both as
their documentation shows them, and a program of a dozen lines that encodes the captions once. Weights are random.

Wanted are four times the speed of the better of the documented ones, and nine tenths of that of our bare encoder. What
is asserted is what was reached on two cores without fast int8 (AVX2 alone), where the exact arithmetic that the encoder
then needs is hardly quicker than 32 bits; what was wanted is printed beside it.

PEERS names the folder into which GeoCLIP was installed, `build/peers/packages` by default; `make bench` does it.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import psutil
import pytest

from pigeon_desktop.engine.devices import int8_overflows, physical_cores
from pigeon_desktop.packs.store import Pack
from tests.benchmarks import peer_models
from tests.benchmarks.peer_models import BASE, LARGE, MADE, Architecture
from tests.benchmarks.peers import Order, Timed, measure

PACKAGES = Path(os.environ.get("PEERS", MADE / "packages"))
NAMES = {
    "ours": "Pigeon Desktop, folder to records",
    "bare": "its encoder alone, pixels ready",
    "pipeline": "`transformers` pipeline, captions of {countries} countries",
    "geoclip": "GeoCLIP `predict`",
    "written": "CLIP in torch, captions encoded once",
}
DOCUMENTED = ("pipeline", "geoclip")
ONCE = "geoclip"
"""Takes a minute for a photograph of any size, nearly all of it for its gallery: a single round."""
WANTED, WANTED_OF_BARE = 4.0, 0.9
NEEDED_GIB = 8
"""Memory to make the larger pack, and to run GeoCLIP on its encoder."""


@dataclass(frozen=True)
class Contest:
    """How much is measured, in photographs a round, and in which batches the others try it; and what is held: so many
    times the better of the documented programs, and this part of the bare encoder's speed on small photographs and on
    those of twelve megapixels."""

    architecture: Architecture
    rounds: int
    ours: int
    others: int
    batches: list[int]
    times: float
    of_bare: float
    of_bare_large: float


CONTESTS = [
    Contest(BASE, rounds=3, ours=96, others=16, batches=[1, 4, 8, 16, 32], times=2.0, of_bare=0.85, of_bare_large=0.75),
    Contest(LARGE, rounds=2, ours=6, others=4, batches=[1, 4, 8, 16], times=1.5, of_bare=0.8, of_bare_large=0.75),
]


def orders(contest: Contest, pack: str, checkpoint: Path, photographs: Sequence[Path]) -> dict[str, Order]:
    """One a way, by its name."""
    cores = physical_cores()
    files = [str(path) for path in photographs]
    ours = Order("ours", pack, files, least=contest.ours, threads=cores)
    other = Order("written", str(checkpoint), files, peer_models.countries(), contest.batches, contest.others, cores)
    found = {
        "ours": ours,
        "bare": replace(ours, way="bare", batches=[cores, 0]),
        "pipeline": replace(other, way="pipeline"),
        "geoclip": replace(other, way="geoclip", batches=[1], least=1),
        "written": other,
    }
    if not (PACKAGES / "geoclip").is_dir():
        print(f"\nGeoCLIP is left out, for it is not installed in {PACKAGES}: `make bench` does it.", end="")
        del found["geoclip"]
    return found


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("contest", CONTESTS, ids=lambda contest: contest.architecture.name)
def test_against_what_somebody_would_take_instead(
    contest: Contest, default_pack: Pack, photographs: list[Path]
) -> None:
    if contest.architecture is LARGE and psutil.virtual_memory().available < NEEDED_GIB * 2**30:
        pytest.skip(f"needs {NEEDED_GIB} GiB of memory")
    made(contest.architecture)
    pack = str(default_pack.folder) if contest.architecture is BASE else str(peer_models.pack_of(LARGE))
    checkpoint = peer_models.checkpoint(contest.architecture)
    most = max(contest.ours, *contest.batches)
    spread = photographs[:: len(photographs) // most][:most]
    few = orders(contest, pack, checkpoint, spread)
    # Which batch is the best is found once.
    best = {way: order if len(order.batches) == 1 else tuned(order) for way, order in few.items()}
    large = [str(path) for path in peer_models.twelve_megapixels(spread)]
    small_found: dict[str, list[Timed]] = {way: [] for way in best}
    large_found: dict[str, list[Timed]] = {way: [] for way in best}
    for turn in range(contest.rounds):
        for way, order in best.items():
            if way != ONCE or turn == 0:
                small_found[way].append(measure(order, PACKAGES))
        for way, order in best.items():
            if way != ONCE:
                large_found[way].append(measure(replace(order, photographs=large), PACKAGES))
    table(contest, best, small_found, large_found)
    small, big = ({way: median(some) for way, some in found.items() if some} for found in (small_found, large_found))
    shares = small["ours"] / small["bare"], big["ours"] / big["bare"]
    print(f"of the bare encoder's speed: {shares[0]:.2f} small, {shares[1]:.2f} large; wanted {WANTED_OF_BARE}")
    print(f"times the better documented program: {times(small):.1f} small, {times(big):.1f} large; wanted {WANTED:g}")
    assert times(small) > contest.times
    assert shares[0] > contest.of_bare
    assert shares[1] > contest.of_bare_large


def made(architecture: Architecture) -> None:
    """Checkpoint and pack, in a process that ends."""
    command = [sys.executable, "-m", "tests.benchmarks.peer_models", architecture.name]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])


def tuned(order: Order) -> Order:
    """The order with the best size of a batch."""
    found = measure(order if order.way == "bare" else replace(order, least=2), PACKAGES)
    print(f"\n{order.way}: " + ", ".join(f"{rate:.2f}/s in batches of {n}" for n, rate in found.rates.items()), end="")
    return replace(order, batches=[found.best])


def median(found: Sequence[Timed]) -> float:
    """Photographs a second."""
    return statistics.median(one.rate for one in found)


def times(rates: dict[str, float]) -> float:
    """How many times as fast as the better of the documented programs."""
    return rates["ours"] / max(rates[way] for way in DOCUMENTED if way in rates)


def table(
    contest: Contest, best: dict[str, Order], small: dict[str, list[Timed]], large: dict[str, list[Timed]]
) -> None:
    """The README's, in Markdown."""
    countries = len(best["pipeline"].countries)
    exact = "without fast int8" if int8_overflows() else "with fast int8"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("onnxruntime", "torch", "transformers"))
    print(
        f"\n\n{platform.machine()}, {physical_cores()} cores {exact}; {versions}; median of {contest.rounds} rounds\n"
    )
    print(f"| {contest.architecture.name} | photos/s | of 12 megapixels | first answer, s | memory, MB | ours is |")
    print("|---|--:|--:|--:|--:|--:|")
    ours = median(small["ours"])
    for way, found in small.items():
        batch = f", batches of {best[way].batches[0]}" if best[way].countries and way != "geoclip" else ""
        name = NAMES[way].format(countries=countries) + batch
        first = statistics.median(one.first_s for one in found)
        peak = max(one.peak_mib for one in [*found, *large[way]]) * 2**20 / 1e6
        started = "" if way == "bare" else f"{first:.1f}"
        as_fast = ours / median(found)
        ratio = "" if way == "ours" else f"{as_fast:.{2 if as_fast < 1 else 1 if as_fast < 10 else 0}f} ×"
        twelve = f"{median(large[way]):.3g}" if large[way] else ""
        print(f"| {name} | {median(found):.3g} | {twelve} | {started} | {peak:,.0f} | {ratio} |")
    core = {way: statistics.median(one.core_s[one.best] for one in found) for way, found in small.items()}
    print("\nseconds of a core for one: " + ", ".join(f"{way} {seconds:.2f}" for way, seconds in core.items()))
