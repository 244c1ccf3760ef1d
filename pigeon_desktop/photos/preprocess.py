"""The CLIP transform: what the encoder was trained to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PIXELS_VERSION = 1
"""Raise it when pictures are decoded or transformed otherwise: features that were kept are then made again."""
LONGEST = 8
"""Longer shapes are cut to this many times their shortest side first: a strip of 65000 x 1 pixels would become
one of 14,560,000 x 224. What the model looks at is the middle square, far inside."""


def clip_transform(image: Image.Image, size: int, mean: Sequence[float], std: Sequence[float]) -> NDArray[np.float32]:
    """An RGB picture as the encoder's input, shape (3, size, size).

    The shortest side becomes `size` (bicubic), the middle square is cut out, values in 0..1 are shifted by
    `mean` and divided by `std`, both per channel.
    """
    image = _middle(image, LONGEST * min(image.size))
    scale = size / min(image.size)
    # The whole is resized and then cut, although the cut could be resized alone: Pillow would then filter rows
    # and columns in another order, and values at sharp edges move by up to 9 levels from those trained on.
    whole = image.resize(
        (max(size, round(image.width * scale)), max(size, round(image.height * scale))), Image.Resampling.BICUBIC
    )
    left, top = (whole.width - size) // 2, (whole.height - size) // 2
    square = whole.crop((left, top, left + size, top + size))
    # A plane for each channel first: arithmetic along axes of three is slow.
    values = np.asarray(square).transpose(2, 0, 1).astype(np.float32, order="C")
    values /= np.float32(255)
    values -= np.asarray(mean, np.float32)[:, None, None]
    values /= np.asarray(std, np.float32)[:, None, None]
    return values


def middle_square(width: int, height: int, size: int) -> tuple[float, float, float, float]:
    """What `clip_transform` leaves of a picture of `width` × `height`: left, top, right and bottom of the square, as
    fractions 0..1 of the picture's sides."""
    most = LONGEST * min(width, height)
    shown = min(width, most), min(height, most)
    spans = []
    for side, kept in zip((width, height), shown, strict=True):
        whole = max(size, round(kept * size / min(shown)))
        start = (side - kept) // 2 + (whole - size) // 2 * kept / whole
        spans.append((start / side, (start + size * kept / whole) / side))
    (left, right), (top, bottom) = spans
    return left, top, right, bottom


def _middle(image: Image.Image, most: int) -> Image.Image:
    """The middle of the picture, no side of it longer than `most`."""
    width, height = min(image.width, most), min(image.height, most)
    if (width, height) == image.size:
        return image
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
