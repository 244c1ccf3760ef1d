"""Which way up a photograph is: the one thing that is read of a file's metadata.

Pillow's own reader takes in every entry with all that it points at. Entries may point at the same bytes over and
over, so that a few megabytes of EXIF become gigabytes; here one number is read, and no pointer but the first followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from PIL import Image

TAG = 0x0112
_WIDTH = {1: 1, 3: 2, 4: 4}
"""EXIF's number of a type of whole numbers -> bytes of one."""

TRANSPOSE: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation -> what turns such a picture upright; 1, and whatever else is written, needs nothing."""


def orientation_of(image: Image.Image) -> int:
    """The orientation that came with a decoded picture, as EXIF numbers them, or 0. Raises ValueError as below."""
    exif = image.info.get("exif")
    if exif is None and isinstance(text := image.info.get("Raw profile type exif"), str):  # as ImageMagick wrote it
        exif = bytes.fromhex("".join(text.split("\n")[3:]))
    xmp = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
    return orientation(exif or b"", xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp)


def orientation(exif: bytes, xmp: bytes) -> int:
    """The orientation in an EXIF block, or failing that in XMP; 0 where neither tells.

    Raises:
        ValueError: the EXIF block is damaged: it has no header, or its first directory lies outside.
    """
    found = _of_exif(exif.removeprefix(b"Exif\0\0")) if exif else 0
    if not found and (written := re.search(rb'tiff:Orientation(?:="|>)([0-9])', xmp)):
        found = int(written[1])
    return found


def _of_exif(block: bytes) -> int:
    order: dict[bytes, str] = {b"II": "little", b"MM": "big"}
    if not block:
        return 0
    if block[:2] not in order:
        raise ValueError(f"its block begins with {block[:4]!r}")

    def number(at: int, width: int) -> int:
        if at + width > len(block):
            raise ValueError("its block ends too soon")
        return int.from_bytes(block[at : at + width], "little" if block[:2] == b"II" else "big")

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * number(first, 2), 12):
        if number(entry, 2) == TAG:
            width = _WIDTH.get(number(entry + 2, 2), 0)
            return number(entry + 8, width) if width and number(entry + 4, 4) == 1 else 0
    return 0
