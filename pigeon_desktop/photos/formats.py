"""Which kinds of picture files are read, told by their first bytes, and the decoder of each.

The decoders are called directly rather than through Pillow's `Image.open`: only these formats can ever be
tried, whatever else is registered in the process, and nothing global is looked at, so that a pool of threads
can decode at once.
"""

from __future__ import annotations

import ctypes
import functools
import io
import zlib
from collections.abc import Callable, Iterator

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    _imaging,
)

_RASTER = (".png", ".apng", ".webp", ".tif", ".tiff", ".bmp", ".gif")
SUFFIXES = frozenset((".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", *_RASTER, ".heic", ".heif", ".hif", ".avif"))
"""Lower-case endings of the files that a folder is searched for. A file named outright may have any."""

NAMES = "JPEG, PNG, WebP, TIFF, BMP, GIF, HEIC and AVIF"

_MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),  # MPO too: its first picture is a JPEG like any other
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}


def format_of(data: bytes) -> str | None:
    """The format of the picture file that begins with `data`, or None where it is none of ours."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        # A box of brands: the major one, a version, then those it is compatible with.
        box = data[8 : min(max(int.from_bytes(data[:4], "big"), 16), 256)]
        brands = {box[i : i + 4] for i in range(0, len(box), 4) if i != 4}
        return "AVIF" if brands & _AVIF_BRANDS else "HEIF" if brands & _HEIF_BRANDS else None
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def _heif(stream: io.BytesIO) -> ImageFile.ImageFile:
    # Imported when the first such file comes: it brings a library of several MB.
    from pillow_heif import HeifImageFile

    image: ImageFile.ImageFile = HeifImageFile(stream)
    return image


def _tiff(stream: io.BytesIO) -> ImageFile.ImageFile:
    _quiet_libtiff()
    return TiffImagePlugin.TiffImageFile(stream)


@functools.cache
def _quiet_libtiff() -> None:
    """Keep libtiff from writing to standard error by itself: what is wrong with a file comes as an exception."""
    decoder = ctypes.CDLL(_imaging.__file__)
    # Not there where libtiff is linked in without its names, as on Windows.
    if hasattr(decoder, "TIFFSetErrorHandler"):
        decoder.TIFFSetErrorHandler(None)


_OPENERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "AVIF": AvifImagePlugin.AvifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "HEIF": _heif,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "TIFF": _tiff,
    "WebP": WebPImagePlugin.WebPImageFile,
}


def open_picture(data: bytes, format_name: str) -> ImageFile.ImageFile:
    """Read the header of a file of that format; the pixels come with `load`. Raises whatever its decoder does."""
    return _OPENERS[format_name](io.BytesIO(data))


def repaired(data: bytes, format_name: str) -> bytes:
    """The file with what commonly breaks decoding mended; the bytes of the picture itself stay as they are.

    JPEG gets an end mark, at which the decoder fills up what is missing. PNG keeps only the chunks that make
    up the picture, since a damaged comment is enough to have the whole file refused.
    """
    if format_name == "JPEG":
        return data + b"\xff\xd9"
    if format_name == "PNG":
        return _bare_png(data)
    return data


def cut_short(data: bytes) -> bool:
    """Whether a HEIF or AVIF file lacks its end. libheif shows the tiles that it has, and no word of others."""
    at = 0
    while at + 16 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if at + size > len(data) and kind in (b"mdat", b"meta", b"moov"):
            return True
        if size < 8:
            break
        at += size
    return False


def png_chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each chunk of a PNG file begins and ends; the last may end outside."""
    at = 8
    while at + 8 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield at, end
        at = end


def _bare_png(data: bytes) -> bytes:
    kept = [data[:8]]
    for at, end in png_chunks(data):
        kind, chunk = data[at + 4 : at + 8], data[at:end]
        whole = zlib.crc32(chunk[4:-4]).to_bytes(4, "big") == chunk[-4:]
        if kind in (b"IHDR", b"PLTE", b"IDAT") or (kind in (b"tRNS", b"eXIf") and whole):
            kept.append(chunk)
    return b"".join((*kept, b"\0\0\0\0IEND", zlib.crc32(b"IEND").to_bytes(4, "big")))
