"""`pigeon` as tests call it."""

import sys
import tempfile
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


def open_to_all(folder: Path) -> None:
    """Let every user enter a folder below the temporary one, and those that it lies in."""
    temporary = Path(tempfile.gettempdir())
    for parent in (folder, *folder.parents):
        if temporary in parent.parents:
            parent.chmod(parent.stat().st_mode | 0o555)


def many(photographs: list[Path], tmp_path: Path) -> list[str]:
    """Links to photographs, enough to be interrupted among them."""
    (tmp_path / "many").mkdir()
    for i in range(300):
        (tmp_path / "many" / f"{i:03}.jpg").symlink_to(photographs[i % len(photographs)])
    return [str(path) for path in sorted((tmp_path / "many").iterdir())]
