"""A photograph on disk for reports to show."""

from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photograph that carries a comment, Exif and a place."""
    path = tmp_path / "holiday.jpg"
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    Image.effect_noise((900, 600), 60).convert("RGB").save(path, exif=exif, comment=b"SECRET comment")
    return path
