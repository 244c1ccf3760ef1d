"""Whatever is changed in a pack's files or a case: it is read, or refused with a message, soon and in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.fuzzing_formats import MOST_BYTES, MOST_SECONDS

SECONDS = float(os.environ.get("PIGEON_FUZZ_SECONDS", "60"))
SEED = int(os.environ.get("PIGEON_FUZZ_SEED", "1"))


@pytest.mark.skipif(sys.platform == "win32", reason="what a process takes of the memory is asked as on POSIX")
def test_changed_files_are_read_or_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.fuzzing_formats", str(SECONDS), str(SEED), str(tmp_path)]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
        check=False,
        env=os.environ | {"PIGEON_DATA": str(tmp_path / "data")},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"\n{sum(found['counts'].values()):,} inputs: {found['counts']}; refused {found['refused']}")
    print(f"slowest {found['slowest']} s, {found['bytes'] >> 20} MiB")
    assert found["findings"] == {}
    assert found["slowest"] < MOST_SECONDS
    assert found["bytes"] < MOST_BYTES
    assert min(found["counts"].values()) > SECONDS / 10
