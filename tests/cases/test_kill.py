"""kill -9 at any moment: nothing is lost, nothing is done twice, and the case is sound."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pigeon_desktop.cases.audit import entries
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import counts, predictions, rows
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.engine.locator import Locator

from .conftest import Run, pictures

KILLS = int(os.environ.get("PIGEON_KILLS", "20"))
PHOTOGRAPHS = 100
"""At least so many are left to do at each kill."""

WORKER = """
import os, sys, time
from pathlib import Path
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import rows
from pigeon_desktop.cases.runner import Runner
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.packs.store import open_pack

folder, pack = Path(sys.argv[1]), open_pack(Path(sys.argv[2]))
for line in sys.stdin:  # each line: one process that is killed
    child = os.fork()
    if child:
        print(child, flush=True)
        os.waitpid(child, 0)
        print("over", flush=True)
        continue
    case = Case.open(folder)
    runner = Runner(case, Locator(pack, threads=2), Settings())
    print("begun", flush=True)
    for step in runner.run(CancelToken()):
        if step.photos:
            case.decide(step.photos[0], Verdict("rejected"))
            print(step.photos[0], flush=True)
    time.sleep(60)
"""


class Worker:
    """A process that forks, for each line that it is given, a child that runs over the case until it is killed. `soon`:
    how many seconds after its model was loaded the first answers came, where that was waited for."""

    soon = 0.0

    def __init__(self, case: Path, pack: Path) -> None:
        command = [sys.executable, "-c", WORKER, str(case), str(pack)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout

    def killed_after(self, seconds: float | None = None) -> list[int]:
        """Let a child run for so long once its model is loaded, or until it has decided something; gives what it said
        it had decided."""
        print(file=self._in, flush=True)
        child = int(self._out.readline())
        assert self._out.readline() == "begun\n"
        decided, begun = [], time.monotonic()
        if seconds is None:
            decided.append(int(self._out.readline()))
            self.soon = time.monotonic() - begun
        else:
            time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        while (line := self._out.readline()) != "over\n":
            decided.append(int(line))
        return decided

    def close(self) -> None:
        self._in.close()
        self._process.wait(10)
        self._out.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, to be killed without delay")
def test_killed_at_random_moments(case: Case, run: Run, tiny: Locator, tmp_path: Path):
    photos = tmp_path / "photos"
    case.close()
    worker = Worker(case.folder, tiny.pack.folder)
    random_ = random.Random(5)
    made = answered = in_the_middle = 0
    soon = 0.0
    decided: set[int] = set()
    for kill in range(KILLS):
        with Case.open(case.folder) as opened:
            if made - answered < PHOTOGRAPHS:  # never all done before it is killed
                opened.add(pictures(photos, PHOTOGRAPHS, first=made))
                made += PHOTOGRAPHS
        decided.update(worker.killed_after(2 * soon * random_.random() if kill else None))
        with Case.open(case.folder) as opened:
            found = counts(rows(opened))
            now = found["located"] + found["abstained"]
            assert now >= answered
            in_the_middle += answered < now < made
            # How busy the machine is changes: what comes too early comes later the next time, and the reverse.
            soon = (soon * (1.3 if now == answered else 0.8 if now == made else 1.0)) if kill else worker.soon
            answered = now
            if kill % 5 == 0:
                assert verify(opened).faults == ()
            # What was said to be decided is decided; one more may have been written and not said.
            held = {row.photo for row in rows(opened) if row.decision == "rejected"}
            assert held >= decided
            assert len(held) <= len(decided) + KILLS
    worker.close()
    assert in_the_middle >= KILLS // 4
    with Case.open(case.folder) as opened:
        assert run(opened).states.total() == made - answered
        assert counts(rows(opened))["waiting"] == 0
        assert verify(opened, files=True) == verify(opened)
        incomplete = "SELECT count(*) FROM photos WHERE width = 0 OR likeness IS NULL"
        assert opened.database.execute(incomplete).fetchone() == (0,)
        said = [sha256 for entry in entries(opened.database) for sha256, _ in entry.content().get("answers", [])]
        assert len(said) == len(set(said)) == made, "something was answered twice, or not at all"
        in_pieces = {p.sha256: p.candidates for p, _ in predictions(opened, rows(opened))}
    with Case.create(tmp_path / "whole", "In one go") as whole:
        whole.add([photos])
        run(whole)
        in_one = {p.sha256: p.candidates for p, _ in predictions(whole, rows(whole))}
    assert in_pieces.keys() == in_one.keys()
    for sha256, candidates in in_one.items():
        assert [c.cells for c in in_pieces[sha256]] == [c.cells for c in candidates]
        assert [c.probability for c in in_pieces[sha256]] == pytest.approx(
            [c.probability for c in candidates], rel=1e-5
        )
