"""Real pictures that the tests of this folder read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="session")
def hard() -> Path:
    """The folder of odd, damaged and hostile files."""
    folder = SHARED / "hard"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    return folder


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of small real photographs."""
    folder = SHARED / "photos"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    return folder


@pytest.fixture(scope="session")
def scene(photos) -> Image.Image:
    """A real photograph of 320 x 240 pixels."""
    return Image.open(sorted(photos.glob("*.jpg"))[0]).convert("RGB").resize((320, 240))
