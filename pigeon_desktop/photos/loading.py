"""A file to a Photo: safe, upright, RGB, and no larger than needed."""

from __future__ import annotations

import contextlib
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import ExifTags, Image, ImageFile, ImageOps

from pigeon_desktop.photos.formats import NAMES, SUFFIXES, format_of, open_picture, repaired
from pigeon_desktop.photos.pixels import reduced_rgb
from pigeon_desktop.photos.reading import PhotoError, read_photo_bytes

__all__ = ["SUFFIXES", "Photo", "PhotoError", "decode_photo", "load_photo"]

MOST_PIXELS = 178_956_970
"""Pillow's own limit (512 MiB of RGB), above which a picture is taken for a decompression bomb."""

MOST_JPEG_PIXELS = 2**30
"""JPEG is scaled down while it is decoded, so that it may be larger: this one would take some ten seconds."""

HEADROOM = 2
"""Pictures are reduced to no less than this many times the side asked for, so that the last step down to the
model's input is the same filter as ever on enough pixels. Measured on 78 photographs of up to 16 megapixels: the
embedding keeps a cosine of 0.9977 and more to that of the full picture (median 0.9999) with the encoder in 32
bits. An int8 encoder moves more, down to 0.96, but so it does when one pixel changes by one level."""

SMALL_SIDE = 64
"""Below this many pixels a picture shows too little to be placed; it is answered with a warning."""

# Decoders of damaged files raise nearly anything. What is missing here is what no decoder may swallow:
# KeyboardInterrupt, SystemExit and our own errors.
_DECODER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    Image.DecompressionBombError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

_TRANSPOSE: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Photo:
    """A photograph as it is meant to be looked at.

    `sha256` is that of the file's bytes. `width` and `height` are those of the upright picture at full size.
    `pixels` is RGB and upright, reduced. Each of `warnings` begins with a word: "damaged: ", "small: ",
    "orientation: ".
    """

    path: Path
    sha256: str
    width: int
    height: int
    pixels: Image.Image = field(repr=False, compare=False)
    warnings: tuple[str, ...]


def load_photo(path: Path, short_side: int = 224) -> Photo:
    """Read and decode one picture file; of its metadata only the orientation is looked at.

    The shortest side of `pixels` is at least `short_side` (twice that in pictures which have it), or that of
    the picture where it is smaller. May be called from many threads at once.

    Raises:
        PhotoError: the file cannot be read, is no picture of a known format, is damaged beyond showing
            anything, or is so large that it would exhaust the memory.
    """
    return decode_photo(Path(path), *read_photo_bytes(Path(path)), short_side)


def decode_photo(path: Path, data: bytes, sha256: str, short_side: int = 224) -> Photo:
    """`load_photo` for the bytes of a file, and their SHA-256, that were read from `path`."""
    format_name = format_of(data)
    if format_name is None:
        raise PhotoError(f"{path}: is not a picture in a format that is read here. Convert it to one of {NAMES}.")
    _quiet_decoders()
    try:
        return _decode(path, data, sha256, format_name, short_side * HEADROOM)
    except MemoryError as error:
        raise PhotoError(
            f"{path}: takes more memory to decode than there is. Close other programs, or make a smaller copy."
        ) from error
    except _DECODER_ERRORS as error:
        raise PhotoError(
            f"{path}: cannot be decoded as {format_name}: {_reason(error)}. It is damaged or of a rare kind: "
            "copy it again from where it came from, or convert it to a plain JPEG."
        ) from error


def _decode(path: Path, data: bytes, sha256: str, format_name: str, target: int) -> Photo:
    image, width, height, damage = _picture(path, data, format_name, target)
    if format_name != "JPEG":  # the size in the header may have been that before a rotation
        width, height = image.size
    notes = [f"damaged: part of the picture may be missing or wrong ({damage})"] if damage else []
    pixels = reduced_rgb(image, max(1, min(image.size) // target))
    try:
        turn = _orientation(image, format_name)
    except _DECODER_ERRORS as error:
        turn = None
        notes.append(f"orientation: unknown, it may lie on its side (damaged EXIF: {_reason(error)})")
    if turn is not None:
        pixels = pixels.transpose(turn)
        if turn not in (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM):
            width, height = height, width
    if pixels is image:
        pixels = image.copy()
    pixels.info = {}  # what else the file said, the place included, goes no further
    if damage and all(low == high for low, high in (band.getextrema() for band in pixels.split())):
        raise ValueError(damage)
    if min(width, height) < SMALL_SIDE:
        notes.append(f"small: {width} × {height} pixels show too little for more than a guess")
    return Photo(path, sha256, width, height, pixels, tuple(notes))


def _picture(path: Path, data: bytes, format_name: str, target: int) -> tuple[Image.Image, int, int, str]:
    """The loaded picture, its full width and height as in the header, and what is wrong with it ("": nothing).

    Pillow's own switch for truncated files is one for the whole process, and hides the damage: it stays off.
    """
    try:
        image = open_picture(data, format_name)
        width, height = image.size
        _check_size(path, image, format_name)
        _load(image, format_name, target)
        return image, width, height, ""
    except MemoryError:
        raise
    except _DECODER_ERRORS as error:
        damage = error
    try:
        image = open_picture(repaired(data, format_name), format_name)
        width, height = image.size
        _check_size(path, image, format_name)
        with contextlib.suppress(*_DECODER_ERRORS):
            _load(image, format_name, target)
        image.tile = []  # nothing left to decode: what is there is the picture
        image.load()
        if format_name == "TIFF":
            ImageOps.exif_transpose(image, in_place=True)
        return image.crop((0, 0, *image.im.size)), width, height, _reason(damage)
    except _DECODER_ERRORS:
        raise damage from None


def _check_size(path: Path, image: ImageFile.ImageFile, format_name: str) -> None:
    """Refuse what would take gigabytes to decode. Pillow's own check knows nothing of scaled decoding."""
    # A progressive JPEG is held whole by its decoder, scaled or not.
    scaled = format_name == "JPEG" and not image.info.get("progressive")
    most = MOST_JPEG_PIXELS if scaled else MOST_PIXELS
    width, height = image.size
    if width * height > most:
        raise PhotoError(
            f"{path}: says that it is {width} × {height} pixels; {format_name} is read up to "
            f"{most / 1e6:,.0f} megapixels. Make a smaller copy, or save it as a plain JPEG."
        )


def _load(image: ImageFile.ImageFile, format_name: str, target: int) -> None:
    # JPEG only: HEIF's draft would take the embedded thumbnail, which may show another picture.
    if format_name == "JPEG":
        image.draft(None, (target, target))
    image.load()


def _orientation(image: Image.Image, format_name: str) -> Image.Transpose | None:
    """How to turn the decoded picture upright. Raises what the EXIF parser does."""
    # TIFF and HEIF come upright from their decoders.
    if format_name in ("TIFF", "HEIF"):
        return None
    value: object = image.getexif().get(ExifTags.Base.Orientation)
    return _TRANSPOSE.get(value) if isinstance(value, int) else None


def _reason(error: BaseException) -> str:
    """The decoder's own words, without addresses of objects."""
    text = re.sub(r"\s*<[^>]* at 0x[0-9a-fA-F]+>", "", str(error)).strip().split("\n")[0]
    return text if re.search("[A-Za-z]{2}", text) else f"{type(error).__name__} {text}".strip()


_DECODER_WARNINGS = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_filter_lock = threading.Lock()


def _quiet_decoders() -> None:
    """Drop Pillow's warnings in this process.

    With `Image.open` out of the way they are about metadata (odd EXIF entries, APNG counts), which are of no
    use here; damage to the picture is raised as an error. `catch_warnings` is not for threads, and under
    `-W error` a warning would end the decoding of a good picture: hence a filter that stays, put back in front
    if another has come before it.
    """
    with _filter_lock:
        if not warnings.filters or warnings.filters[0] != _DECODER_WARNINGS:
            warnings.filterwarnings("ignore", module=r"PIL\.")
