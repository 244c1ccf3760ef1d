"""`pigeon` as tests call it."""

import sys
from pathlib import Path

import pytest

from pigeon_desktop.cli import main

PIGEON = [sys.executable, "-m", "pigeon_desktop"]

Capture = pytest.CaptureFixture[str]


def code_of(*args: str | Path) -> int:
    """The exit code, whether returned or, as argparse does, raised."""
    try:
        return main([str(arg) for arg in args])
    except SystemExit as end:
        return int(end.code or 0)


def many(photographs: list[Path], tmp_path: Path) -> list[str]:
    """Links to photographs, enough to be interrupted among them."""
    (tmp_path / "many").mkdir()
    for i in range(300):
        (tmp_path / "many" / f"{i:03}.jpg").symlink_to(photographs[i % len(photographs)])
    return [str(path) for path in sorted((tmp_path / "many").iterdir())]
