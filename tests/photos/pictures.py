"""Pictures made for tests, and what loading makes of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.photos.loading import PhotoError, load_photo


def outcome(path: Path) -> tuple[object, ...]:
    """What loading gives, in a form that can be compared."""
    try:
        photo = load_photo(path)
    except PhotoError as error:
        return ("refused", str(error))
    return (photo, hashlib.sha256(photo.pixels.tobytes()).hexdigest())


def refusal(path: Path) -> str:
    with pytest.raises(PigeonError) as error:
        load_photo(path)
    assert isinstance(error.value, PhotoError)
    return str(error.value)


def quadrants(width: int = 96, height: int = 64) -> Image.Image:
    """Red, green above blue, white."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste((0, 255, 0), (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def corners(image: Image.Image) -> list[tuple[bool, ...]]:
    right, bottom = image.width * 3 // 4, image.height * 3 // 4
    places = [(image.width // 4, image.height // 4), (right, image.height // 4)]
    places += [(image.width // 4, bottom), (right, bottom)]
    return [tuple(bool(np.array(image.getpixel(place))[i] > 128) for i in range(3)) for place in places]


UPRIGHT = [(True, False, False), (False, True, False), (False, False, True), (True, True, True)]
