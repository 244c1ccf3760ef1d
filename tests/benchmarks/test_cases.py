"""How large a case may be: 100,000 photographs opened, listed, filtered and sorted; 10,000 answered anew.

The answers are the default pack's, on the features of real photographs; the files are made up.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.cases import audit
from pigeon_desktop.cases.answers import digest, packed
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import rows
from pigeon_desktop.cases.runner import Runner
from pigeon_desktop.cases.vectors import Model
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.locator import Believed, Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.within import parse_within
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.preprocess import PIXELS_VERSION
from pigeon_desktop.ui.case.session import Session

LARGE, ANEW = 100_000, 10_000
A_BATCH = 64


@pytest.fixture(scope="module")
def locator(default_pack: Pack) -> Locator:
    return Locator(default_pack)


@pytest.fixture(scope="module")
def features(shared: Path) -> Features:
    path = shared / "train" / "features.npz"
    if not path.is_file():
        pytest.skip(f"no features at {path}")
    with np.load(path) as arrays:
        return Features(arrays["embedding"].astype(np.float32), arrays["mean_token"].astype(np.float32))


def filled(folder: Path, count: int, locator: Locator, features: Features, *, answered: bool) -> Case:
    """A case over photographs that were read: with their answers, or with their features alone."""
    case = Case.create(folder, "To see how large one may be")
    model = Model(f"{locator.encoder_sha256}:{PIXELS_VERSION}", locator.head_key)
    shas = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(count)]
    paths = [f"/nowhere/folder {i // 500}/IMG_{i:06}.jpg" for i in range(count)]
    with case.writing() as database:
        database.execute("INSERT INTO roots (path) VALUES (?)", (b"/nowhere",))
        database.executemany(
            "INSERT INTO photos (id, sha256, width, height) VALUES (?, ?, 4000, 3000)", enumerate(shas, start=1)
        )
        database.executemany(
            "INSERT INTO files (path, root, size, mtime_ns, photo) VALUES (?, 1, 3000000, 1, ?)",
            [(os.fsencode(path), i) for i, path in enumerate(paths, start=1)],
        )
        audit.append(database, "answers", {"answers": [], "read": list(zip(paths, shas, strict=True))})
    if not answered:
        vectors = case.vectors()
        for at in range(0, count, 1000):
            some = range(at, min(at + 1000, count))
            one = {shas[i]: features.rows(np.array([i % len(features.embedding)])) for i in some}
            vectors.put(one, {}, model)
        vectors.close()
        return case
    runner = Runner(case, locator, Settings())
    runner._model = model  # as a run has it when it begins
    run = runner._begun()
    said = list(answers(locator, features, 2000))
    records = [(p, packed(p)) for p in said]
    for at in range(0, count, A_BATCH):
        with case.writing() as database:
            told = []
            for i in range(at, min(at + A_BATCH, count)):
                prediction, record = records[i % len(records)]
                first = prediction.candidates[0]
                database.execute(
                    "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        i + 1,
                        run,
                        prediction.status,
                        first.probability,
                        first.place.country_code,
                        str(first.place),
                        first.latitude,
                        first.longitude,
                        record,
                    ),
                )
                told.append([shas[i], digest(record)])
            audit.append(database, "answers", {"run": run, "answers": told})
    return case


def answers(locator: Locator, features: Features, count: int) -> Iterator:
    every = np.linspace(0, len(features.embedding) - 1, count).astype(np.int64)
    for some in np.array_split(every, max(1, count // A_BATCH)):
        beliefs, _ = locator.believe(features.rows(some))
        yield from locator.say([Believed(Path("x"), "", (), belief) for belief in beliefs], Settings())


def times(work, repeat: int = 5) -> float:
    """The median seconds of some."""
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


@pytest.mark.timeout(900)
def test_a_hundred_thousand_photographs(tmp_path: Path, locator: Locator, features: Features) -> None:
    case = filled(tmp_path / "case", LARGE, locator, features, answered=True)
    case.close()
    size = sum(path.stat().st_size for path in case.folder.iterdir()) / 1e6

    def opened() -> list:
        with Case.open(case.folder) as again:
            return rows(again)

    open_s = times(opened)
    session = Session()
    take_s = times(lambda: (session.clear(), session.take(opened())), 3)
    choices = {
        "located": lambda: session.numbers("located"),
        "surest first": lambda: session.numbers("all", "probability"),
        "by place": lambda: session.numbers("all", "place"),
        "by name": lambda: session.numbers("all", "name"),
        "found": lambda: session.numbers("all", "added", "germany"),
    }
    shown = {name: times(choice) for name, choice in choices.items()}
    with Case.open(case.folder, read_only=True) as again:
        start = time.perf_counter()
        assert verify(again).faults == ()
        verify_s = time.perf_counter() - start
    script = f"""
from pathlib import Path
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import rows
from pigeon_desktop.ui.case.session import Session
session = Session()
with Case.open(Path({str(case.folder)!r})) as case:
    session.take(rows(case))
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    peak = float(done.stdout)
    print(f"\n{LARGE:,} photographs: {size:,.0f} MB on disk; opened and listed in {open_s:.2f} s, into the window's")
    print(f"session in {take_s:.2f} s; verified in {verify_s:.1f} s; peak memory {peak:,.0f} MB")
    print(" · ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in shown.items()))
    assert open_s < 2
    assert peak < 600
    assert max(shown.values()) < 0.2


@pytest.mark.timeout(900)
def test_ten_thousand_answered_anew(tmp_path: Path, locator: Locator, features: Features) -> None:
    with filled(tmp_path / "case", ANEW, locator, features, answered=False) as case:
        took = {}
        for name, settings in {
            "another head": Settings(),
            "another filter": Settings(within=parse_within("Europe", locator.cells, locator.atlas)),
            "another number": Settings(top=3),
        }.items():
            start = time.perf_counter()
            runner = Runner(case, locator, settings)
            list(runner.run(CancelToken()))
            took[name] = time.perf_counter() - start
            assert runner.states.total() == ANEW
    print(f"\n{ANEW:,} photographs answered anew: " + ", ".join(f"{name} {s:.1f} s" for name, s in took.items()))
    assert max(took.values()) < 60
