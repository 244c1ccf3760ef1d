"""Pixels of every kind to upright-or-not plain RGB, reduced on the way so that big pictures stay cheap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

BAND_PIXELS = 16 * 2**20
"""Pictures are converted in bands of about this many pixels: a huge one is never held twice."""


def reduced_rgb(image: Image.Image, factor: int) -> Image.Image:
    """A loaded picture as RGB, each `factor` x `factor` pixels averaged into one.

    Transparent pixels are laid over white, 16 bits a channel become 8. Raises ValueError for pixels of a kind
    that cannot be shown.
    """
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = _eight_bits(image)
    width, height = image.size
    rows = max(1, BAND_PIXELS // (width * factor)) * factor
    if rows >= height:
        return _reduced(_flat(image), factor)
    reduced = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        band = _flat(image.crop((0, top, width, min(top + rows, height))))
        reduced.paste(_reduced(band, factor), (0, top // factor))
    return reduced


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Grey or RGB pixels, averaged, as RGB."""
    small = image.reduce(factor) if factor > 1 else image
    return small if small.mode == "RGB" else small.convert("RGB")


def _flat(image: Image.Image) -> Image.Image:
    """Opaque grey or RGB."""
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


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or floating point as grey of 8 bits.

    16 bits are divided by 257, which takes 65535 to 255. Wider numbers have no agreed white: 0..1 (floating
    point only), 0..255 and 0..65535 are taken as the ranges they look like, anything else is stretched.
    """
    values: NDArray[np.floating] = np.asarray(image).astype(np.float32)
    if image.mode.startswith("I;16"):
        return Image.fromarray(np.rint(values / 257).astype(np.uint8))
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    ranges = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    white = next((top for top in ranges if high <= top), None) if low >= 0 else None
    if white is None:
        values, white = values - low, max(high - low, 1e-12)
    shown = np.nan_to_num(values / white, nan=0.0, posinf=1.0, neginf=0.0)
    return Image.fromarray(np.rint(np.clip(shown, 0, 1) * 255).astype(np.uint8))
