"""ONNX Runtime tells nobody that it was used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LOADS = """
import time
from pigeon_desktop.engine.devices import int8_overflows
from pigeon_desktop.engine.session import Session
int8_overflows()  # runs a graph
time.sleep(1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows it goes through the system, and leaves no file")
def test_no_identity_is_made_and_nothing_is_queued(tmp_path: Path) -> None:
    """It keeps what it would send, and who it is, in the user's cache. What tests set to quieten it is taken away."""
    quiet = ("CI", "ORT_RUNNING_UNIT_TESTS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "GITHUB_ACTIONS", "TF_BUILD")
    environment = {name: value for name, value in os.environ.items() if name not in quiet}
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", LOADS], env=environment, cwd=tmp_path, check=True, timeout=120)
    left = [path for path in tmp_path.rglob("*") if path.is_file() and "onnxruntime" in str(path).lower()]
    assert left == []
