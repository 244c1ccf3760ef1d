"""Real pictures that the tests of this folder read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def hard(hard_folder: Path) -> Path:
    """The folder of odd, damaged and hostile files."""
    return hard_folder


@pytest.fixture(scope="session")
def photos(photos_folder: Path) -> Path:
    """The folder of small real photographs."""
    return photos_folder


@pytest.fixture(scope="session")
def scene(photos) -> Image.Image:
    """A real photograph of 320 x 240 pixels."""
    return Image.open(sorted(photos.glob("*.jpg"))[0]).convert("RGB").resize((320, 240))
