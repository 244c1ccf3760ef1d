"""A small picture of a photograph for a report: encoded again from its pixels, with nothing else of the file."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.photos.loading import load_photo

CHANGED = "The file has changed since it was located; it is not shown."
QUALITY = 80


@dataclass(frozen=True)
class Thumbnail:
    """`jpeg` is a picture of `width` x `height` pixels; the photograph itself has `full_width` x `full_height`."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    full_width: int
    full_height: int

    @property
    def full_size(self) -> str:
        return f"{self.full_width:,} x {self.full_height:,} pixels"


def thumbnail(prediction: Prediction, most: tuple[int, int]) -> Thumbnail | str:
    """The photograph within `most` pixels (width, height), read again; or why it can't be shown."""
    try:
        photo = load_photo(prediction.path)
    except PigeonError as error:
        return str(error)
    if photo.sha256 != prediction.sha256:
        return CHANGED
    small = photo.pixels.copy()
    small.thumbnail(most)
    # A fresh image: Pillow would write the comment of the one it came from.
    bare, data = Image.frombytes("RGB", small.size, small.tobytes()), io.BytesIO()
    bare.save(data, "JPEG", quality=QUALITY, optimize=True)
    return Thumbnail(data.getvalue(), bare.width, bare.height, photo.width, photo.height)
