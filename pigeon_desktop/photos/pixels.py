"""Pixels of every kind to upright-or-not plain RGB, reduced on the way so that big pictures stay cheap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

BAND_PIXELS = 4 * 2**20
"""Pictures are converted in bands of about this many pixels: a huge one is never held twice."""

Range = tuple[float, float]
"""Of wide numbers, the one that becomes black, and how much more becomes white."""


def reduced_rgb(image: Image.Image, factor: int, bits: int = 16, negative: bool = False) -> Image.Image:
    """A loaded picture as RGB, each `factor` x `factor` pixels averaged into one.

    Transparent pixels are laid over white, 16 bits a channel become 8. Of grey in more than 8 bits, `bits` is how many
    are used where Pillow keeps 16, and in a `negative` the largest number is black. Raises ValueError for pixels of a
    kind that cannot be shown.
    """
    width, height = image.size
    rows = max(1, BAND_PIXELS // (width * factor)) * factor
    black, white = _range(image, rows) if image.mode in ("I", "F") else (0.0, 2.0**bits - 1)
    shown = (black + white, -white) if negative else (black, white)
    if rows >= height:
        return _reduced(_flat(image, shown), factor)
    reduced = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        band = _flat(image.crop((0, top, width, min(top + rows, height))), shown)
        reduced.paste(_reduced(band, factor), (0, top // factor))
    return reduced


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Grey or RGB pixels, averaged, as RGB."""
    small = image.reduce(factor) if factor > 1 else image
    return small if small.mode == "RGB" else small.convert("RGB")


def _flat(image: Image.Image, shown: Range) -> Image.Image:
    """Opaque grey or RGB of 8 bits; `shown` is the range of wide numbers."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _eight_bits(image, shown)
    if image.mode in ("La", "RGBa"):  # colours already multiplied by their opacity
        image = image.convert(image.mode.upper())
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        over_white = Image.new("RGB", image.size, "white")
        over_white.paste(colours, mask=colours.getchannel("A"))
        return over_white
    if image.mode == "LAB":
        return _lab_to_rgb(image)
    if image.mode in ("L", "RGB"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.applyTransform(image, ImageCms.buildTransform(lab, srgb, "LAB", "RGB"))
    if converted is None:  # only when converting in place
        raise ValueError("the Lab colours could not be converted")
    return converted


def _range(image: Image.Image, rows: int) -> Range:
    """The range of grey of 32 bits or floating point.

    It has no agreed white: 0..1 (floating point only), 0..255 and 0..65535 are taken as the ranges they look
    like, anything else is stretched.
    """
    low, high = np.inf, -np.inf
    for top in range(0, image.height, rows):
        values = np.asarray(image.crop((0, top, image.width, min(top + rows, image.height))), np.float32)
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    if low > high:
        low, high = 0.0, 0.0
    ranges = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    white = next((top for top in ranges if high <= top), None) if low >= 0 else None
    return (0.0, white) if white is not None else (low, max(high - low, 1e-12))


def _eight_bits(image: Image.Image, shown: Range) -> Image.Image:
    """Grey of 16 or 32 bits or floating point as grey of 8 bits. 16 bits are divided by 257: 65535 becomes 255."""
    values = np.asarray(image)
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return Image.fromarray(_grey(np.arange(2**16), shown)[values])
    return Image.fromarray(_grey(values, shown))


def _grey(values: NDArray[Any], shown: Range) -> NDArray[np.uint8]:
    black, span = shown
    # In 64 bits: the difference of two numbers of 32 may be none of 32.
    parts = (values.astype(np.float64) - black) / span
    return np.rint(np.clip(np.nan_to_num(parts, nan=0.0, posinf=1.0, neginf=0.0), 0, 1) * 255).astype(np.uint8)
