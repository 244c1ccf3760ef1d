"""The wheel in an environment of its own, far from the sources. Needs a package index, or PIP_FIND_LINKS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from pigeon_desktop import __version__
from pigeon_desktop.packs.install import install_samples
from pigeon_desktop.packs.store import data_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("wheel of its own")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    venv.create(folder / "environment", with_pip=True)
    pip = folder / "environment" / "bin" / "python"
    subprocess.run(
        [pip, "-m", "pip", "install", "-q", f"{wheel}[cpu]"], check=True, cwd=folder, env=clean(), timeout=900
    )
    return folder


def clean() -> dict[str, str]:
    """The environment without what leads Python to the sources."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}


def pigeon(place: Path, *args: str | Path, data: Path) -> str:
    command = [place / "environment" / "bin" / "pigeon", *args]
    environment = {**clean(), "PIGEON_DATA": str(data)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=place, env=environment, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform == "win32", reason="environments have other folders there")
def test_the_installed_wheel_locates_the_samples_from_any_folder(place: Path, tmp_path: Path) -> None:
    assert "locate" in pigeon(place, "--help", data=tmp_path)
    assert f"Pigeon Desktop {__version__}" in pigeon(place, "--version", data=tmp_path)
    said = pigeon(place, "packs", "install", "default", data=tmp_path)
    assert "is installed" in said
    assert "prompts are not installed" not in said
    samples = tmp_path / "samples"
    assert len(install_samples(samples)) == 2
    table = pigeon(place, "locate", samples, data=tmp_path)
    assert re.search("China", table), table
    folders = pigeon(place, "doctor", data=tmp_path)
    (resources,) = re.findall(r"resources +(.+)", folders)
    assert Path(resources).is_relative_to(place / "environment")
    assert data_folder() != tmp_path
