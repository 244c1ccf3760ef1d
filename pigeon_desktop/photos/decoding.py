"""The bytes of a picture file to upright RGB: what is safe to know of a file, and what its decoder makes of it.

All of it may run in this process or in a decoder of its own: `plain` says which.
"""

from __future__ import annotations

import contextlib
import re
import struct
import threading
import warnings
import zlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from PIL import Image, ImageFile, ImageOps

from pigeon_desktop.photos.formats import cut_short, open_picture, png_chunks, repaired
from pigeon_desktop.photos.jpeg import Jpeg, taken_apart
from pigeon_desktop.photos.orientation import TRANSPOSE, orientation, orientation_of
from pigeon_desktop.photos.pixels import reduced_rgb

MOST_MEMORY = 1_200_000_000
"""Bytes that one photograph may take while it is decoded, its file included: with the libraries themselves less than
1.5 GB."""
MOST_PIXELS = 178_956_970
"""Pillow's own limit, above which a picture is taken for a decompression bomb."""
MOST_JPEG_PIXELS = 2**29
"""JPEG is scaled down while it is decoded, so that it may be larger; this one takes some five seconds."""

PLAIN_WORK = 2**27
"""JPEG of so many pixels, all scans counted, is decoded in a second or two."""
PLAIN_PNG_BYTES, PLAIN_PNG_PIXELS, PLAIN_PNG_CHUNKS, PLAIN_PNG_REST = 2**24, 2**25, 5000, 100
"""PNG of so many bytes, pixels, chunks, and chunks that are none of the picture's, likewise: a few bytes of a profile
are a megabyte unpacked."""

SMALL_SIDE = 64
"""Below this many pixels a picture shows too little to be placed; it is answered with a warning."""

TOO_LARGE = "takes more memory to decode than there is. Close other programs, or make a smaller copy."

_COPIES = {"PNG": 1.0, "GIF": 2.0, "BMP": 1.5, "WebP": 4.5, "AVIF": 4.0, "HEIF": 4.0}
"""How often a picture is held while its decoder works, at most: the peak over what Pillow's picture alone takes."""
_SHOWN = 14
"""Bytes of a pixel of what is shown: as a picture and as bytes, here and where it was decoded. It matters for strips,
which are not reduced."""
_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16L": 2, "I;16B": 2}
"""Bytes of a pixel in memory; 4 of all other modes."""

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


class UndecodableError(Exception):
    """Why the picture cannot be had, and what to do, in words to follow "FILE: "."""


@dataclass(frozen=True)
class Decoded:
    """`pixels` is RGB and upright, reduced; `width` and `height` are those of the upright picture at full size."""

    width: int
    height: int
    pixels: Image.Image = field(repr=False, compare=False)
    warnings: tuple[str, ...]


def plain(data: bytes, format_name: str) -> bool:
    """Whether the file is decoded in this process.

    JPEG and PNG are nearly all photographs, and in another process decoding takes two and a half times as long (5.6 ms
    rather than 2.2 of a small one). Their decoders (libjpeg-turbo; zlib and Pillow's own) are small, old, and the most
    attacked and mended of all. They stay here as long as the file's own structure shows that it takes a second or two
    at most, for what is in a thread cannot be stopped. libtiff, libwebp, libavif with dav1d and libheif with libde265
    are large, have ended whole programs, and take time and memory that no header tells; GIF and BMP are rare, and read
    in Python, where some kinds take long.
    """
    if format_name == "JPEG":
        jpeg = taken_apart(data)
        return jpeg is not None and jpeg.work <= PLAIN_WORK
    if format_name == "PNG":
        return len(data) <= PLAIN_PNG_BYTES and _is_plain_png(data)
    return False


def _is_plain_png(data: bytes) -> bool:
    if int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big") > PLAIN_PNG_PIXELS:
        return False
    kinds = Counter(data[at + 4 : at + 8] for at, _ in islice(png_chunks(data), PLAIN_PNG_CHUNKS))
    rest = kinds.total() - kinds[b"IDAT"]
    few = kinds.total() < PLAIN_PNG_CHUNKS and rest <= PLAIN_PNG_REST
    return few and data[12:16] == b"IHDR" and kinds[b"IHDR"] == 1


def decode(data: bytes, format_name: str, target: int) -> Decoded:
    """The picture in a file, its shortest side at least `target` pixels, or what it has.

    Raises:
        UndecodableError: it is damaged beyond showing anything, or so large that it would exhaust the memory.
    """
    _quiet_decoders()
    try:
        return _decode(data, format_name, target)
    except MemoryError as error:
        raise UndecodableError(TOO_LARGE) from error
    except _DECODER_ERRORS as error:
        raise UndecodableError(
            f"cannot be decoded as {format_name}: {_reason(error)}. It is damaged or of a rare kind: "
            "copy it again from where it came from, or convert it to a plain JPEG."
        ) from error


def _decode(data: bytes, format_name: str, target: int) -> Decoded:
    jpeg = taken_apart(data) if format_name == "JPEG" else None
    image, width, height, damage = _picture(jpeg.bare(data) if jpeg else data, format_name, target, jpeg)
    if format_name != "JPEG":  # the size in the header may have been that before a rotation
        width, height = image.size
    notes = [f"damaged: part of the picture may be missing or wrong ({damage})"] if damage else []
    if jpeg and jpeg.inks == 4 and not jpeg.adobe:
        notes.append("colours: may be wrong, for the file does not say how its four inks are stored")
    bits, photometric = _tiff_numbers(image)
    pixels = reduced_rgb(image, max(1, min(image.size) // target), bits, photometric == 0)
    try:
        turn = _turn(image, format_name, jpeg)
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
    return Decoded(width, height, pixels, tuple(notes))


def _picture(data: bytes, format_name: str, target: int, jpeg: Jpeg | None) -> tuple[Image.Image, int, int, str]:
    """The loaded picture, its full width and height as in the header, and what is wrong with it ("": nothing).

    Pillow's own switch for truncated files is one for the whole process, and hides the damage: it stays off.
    """
    try:
        image = open_picture(data, format_name)
        width, height = image.size
        _check_size(image, format_name, target, len(data), jpeg)
        missing = _missing(image, data, format_name)
        _load(image, format_name, target)
        return image, width, height, missing
    except MemoryError:
        raise
    except _DECODER_ERRORS as error:
        damage = error
    try:
        image = open_picture(repaired(data, format_name), format_name)
        width, height = image.size
        _check_size(image, format_name, target, len(data), jpeg)
        with contextlib.suppress(*_DECODER_ERRORS):
            _load(image, format_name, target)
        image.tile = []  # nothing left to decode: what is there is the picture
        image.load()
        if format_name == "TIFF":
            ImageOps.exif_transpose(image, in_place=True)
        return image.crop((0, 0, *image.im.size)), width, height, _reason(damage)
    except _DECODER_ERRORS:
        raise damage from None


def _missing(image: ImageFile.ImageFile, data: bytes, format_name: str) -> str:
    """What is not in the file, of which its decoder says nothing: "" or the reason."""
    if format_name in ("AVIF", "HEIF") and cut_short(data):
        return "the file ends too soon"
    if format_name == "TIFF":
        boxes = {tile[1] for tile in image.tile if tile[1]}  # of planes stored apart several have the same
        shown = sum((right - left) * (bottom - top) for left, top, right, bottom in boxes)
        if shown < image.width * image.height:
            return "its list of strips or tiles is too short"
    return ""


def _check_size(image: ImageFile.ImageFile, format_name: str, target: int, length: int, jpeg: Jpeg | None) -> None:
    """Refuse what would take gigabytes to decode. Pillow's own check knows nothing of scaled decoding."""
    width, height = image.size
    # A JPEG of several scans is held whole by its decoder, scaled or not.
    most = MOST_JPEG_PIXELS if jpeg and jpeg.at_once else MOST_PIXELS
    if width * height > most or 2 * length + _memory(image, format_name, target, jpeg) > MOST_MEMORY:
        raise UndecodableError(
            f"says that it is {width} × {height} pixels, {width * height / 1e6:,.0f} megapixels: too large a "
            f"{format_name} to decode. Make a smaller copy, or save it as a plain JPEG."
        )


def _memory(image: ImageFile.ImageFile, format_name: str, target: int, jpeg: Jpeg | None) -> int:
    """Bytes that decoding the picture takes at most, besides its file."""
    width, height = image.size
    factor = max(1, min(width, height) // target)
    if format_name == "JPEG":
        # Decoded at an eighth, a quarter or a half, unless it is needed larger. What nobody took apart may be anything.
        scale = next(scale for scale in (8, 4, 2, 1) if scale <= factor)
        held = jpeg.held if jpeg else 6 * width * height
        return held + (4 + _SHOWN) * (width * height) // scale**2
    size = _BYTES.get(image.mode, 4)
    copies = _COPIES.get(format_name, 0) * size
    if format_name == "TIFF":
        tags: dict[int, Any] = getattr(image, "tag_v2", {})
        turned = tags.get(274, 1) != 1
        # libtiff unpacks a strip, which may be the whole picture as it is stored: 16 bits a colour are 6 bytes a pixel.
        packed = any(tile[0] == "libtiff" for tile in image.tile)
        strip = min(1.0, tags.get(278, height) / max(1, height)) * sum(tags.get(258) or (8,)) / 8
        copies = size * (2 if turned else 1) + (strip if packed else 0)
    return int(width * height * (copies + _SHOWN / factor**2))


def _tiff_numbers(image: Image.Image) -> tuple[int, int | None]:
    """The bits of the first band, and whether 0 stands for white (0), as a TIFF file tells; Pillow heeds neither where
    it keeps 16 bits and more."""
    tags: dict[int, Any] = getattr(image, "tag_v2", {})
    bits = tags.get(258) or (16,)
    return bits[0] if 8 < bits[0] < 16 else 16, tags.get(262)


def _load(image: ImageFile.ImageFile, format_name: str, target: int) -> None:
    # JPEG only: HEIF's draft would take the embedded thumbnail, which may show another picture.
    if format_name == "JPEG":
        image.draft(None, (target, target))
    image.load()


def _turn(image: Image.Image, format_name: str, jpeg: Jpeg | None) -> Image.Transpose | None:
    """How to turn the decoded picture upright. Raises ValueError for damaged EXIF."""
    # TIFF and HEIF come upright from their decoders.
    if format_name in ("TIFF", "HEIF"):
        return None
    return TRANSPOSE.get(orientation(jpeg.exif, jpeg.xmp) if jpeg else orientation_of(image))


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
