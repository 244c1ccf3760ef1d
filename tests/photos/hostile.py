"""Picture files as nobody should make them: each shows the same scene rightly, says that it is damaged, or is refused.

The scene is `quadrants`, so that whatever is shown of it without a word can be looked at.
"""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pillow_heif
from PIL import Image, ImageChops

from .pictures import UPRIGHT, quadrants

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Hostile:
    """`shown`: True if it must show the scene, False if it must be refused, None if either will do. In a picture of
    `another` scene what is shown is not looked at."""

    suffix: str
    make: Make
    shown: bool | None = None
    another: bool = False


def saved(image: Image.Image, format_name: str, **options: object) -> bytes:
    stream = io.BytesIO()
    if format_name == "HEIF":
        pillow_heif.from_pillow(image).save(stream, quality=90, **options)
    else:
        image.save(stream, format_name, **options)
    return stream.getvalue()


@functools.cache
def scene(width: int = 192, height: int = 128) -> Image.Image:
    """The quadrants with some noise in them, so that a file of it is long enough to be cut in many places."""
    noise = np.random.default_rng(7).integers(0, 60, (height, width, 3))
    pixels = np.asarray(quadrants(width, height)).astype(int)
    return Image.fromarray(np.where(pixels > 128, pixels - noise, pixels + noise).astype(np.uint8))


SAVED: dict[str, tuple[str, str, dict[str, object]]] = {
    "jpeg": (".jpg", "JPEG", {"quality": 90}),
    "progressive": (".jpg", "JPEG", {"quality": 90, "progressive": True}),
    "png": (".png", "PNG", {}),
    "gif": (".gif", "GIF", {}),
    "bmp": (".bmp", "BMP", {}),
    "tiff": (".tif", "TIFF", {}),
    "tiff-lzw": (".tif", "TIFF", {"compression": "tiff_lzw"}),
    "tiff-jpeg": (".tif", "TIFF", {"compression": "jpeg"}),
    "webp": (".webp", "WEBP", {"quality": 90}),
    "webp-lossless": (".webp", "WEBP", {"lossless": True}),
    "avif": (".avif", "AVIF", {"speed": 9}),
    "heic": (".heic", "HEIF", {}),
}


@functools.cache
def plain(kind: str) -> bytes:
    _, format_name, options = SAVED[kind]
    return saved(scene(), format_name, **options)


# PNG -----------------------------------------------------------------------------------------------------------------


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *before: bytes) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(before) + data + png_chunk(b"IEND", b"")


def png_with(*chunks: bytes) -> bytes:
    data = plain("png")
    return data[:33] + b"".join(chunks) + data[33:]


# JPEG ----------------------------------------------------------------------------------------------------------------


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg_with(*segments: bytes, of: bytes | None = None) -> bytes:
    data = of or plain("jpeg")
    return data[:2] + b"".join(segments) + data[2:]


def jpeg_sized(width: int, height: int, data: bytes) -> bytes:
    """The file with another size in its frame."""
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def jpeg_inks(ycck: bool, adobe: bool) -> bytes:
    """Of four inks, stored inverted as all programs do."""
    inks = quadrants(192, 128).convert("CMYK")
    if ycck:
        # libjpeg turns the first three back and inverts them if the marker says so; Pillow inverts all that it writes.
        c, m, y, k = inks.split()
        turned = ImageChops.invert(Image.merge("RGB", (c, m, y)).convert("YCbCr")).split()
        inks = Image.merge("CMYK", (*turned, k))
    data = saved(inks, "JPEG", quality=95)
    at = data.index(b"\xff\xee")
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    marker = data[at : end - 1] + bytes((2 if ycck else 0,)) if adobe else b""
    return data[:at] + marker + data[end:]


def scans_apart() -> bytes:
    """A baseline frame whose first scan has one component of three: all coefficients are held until the last."""
    data = plain("jpeg")
    at = data.index(b"\xff\xda")
    return data[:at] + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + data[at + 14 :]


# TIFF ----------------------------------------------------------------------------------------------------------------

TIFF_TYPES = {"B": 1, "s": 2, "H": 3, "I": 4}


def tiff(tags: dict[int, tuple[str, list[int] | bytes]], data: bytes, order: str = "<", following: int = 0) -> bytes:
    """A file with one directory; the strip's place and length are filled in. `following` is the next directory's."""
    tags = {273: ("I", [8]), 279: ("I", [len(data)]), **tags}
    at = 8 + len(data) + len(data) % 2
    extra, rows = b"", b""
    base = at + 2 + 12 * len(tags) + 4
    for tag in sorted(tags):
        kind, values = tags[tag]
        body = values if isinstance(values, bytes) else struct.pack(f"{order}{len(values)}{kind}", *values)
        rows += struct.pack(f"{order}HHI", tag, TIFF_TYPES[kind], len(values))
        if len(body) <= 4:
            rows += body.ljust(4, b"\0")
        else:
            rows += struct.pack(f"{order}I", base + len(extra))
            extra += body + b"\0" * (len(body) % 2)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at)
    directory = struct.pack(f"{order}H", len(tags)) + rows + struct.pack(f"{order}I", following)
    return start + data + b"\0" * (len(data) % 2) + directory + extra


def tiff_of(values: np.ndarray, photometric: int, order: str = "<", **tags: tuple[str, list[int]]) -> bytes:
    """An uncompressed TIFF of an array of shape (height, width) or (height, width, bands)."""
    height, width, bands = (*values.shape, 1)[:3]
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    fields: dict[int, tuple[str, list[int] | bytes]] = {
        256: ("I", [width]),
        257: ("I", [height]),
        258: ("H", [8 * values.dtype.itemsize] * bands),
        259: ("H", [1]),
        262: ("H", [photometric]),
        277: ("H", [bands]),
        278: ("I", [height]),
        339: ("H", [kind] * bands),
    }
    fields |= {int(name[1:]): value for name, value in tags.items()}
    return tiff(fields, values.astype(values.dtype.newbyteorder(order)).tobytes(), order)


def tiff_grey(data: bytes, bits: int, width: int, height: int) -> bytes:
    """Of as many bits a pixel, packed."""
    fields: dict[int, tuple[str, list[int] | bytes]] = {256: ("I", [width]), 257: ("I", [height]), 258: ("H", [bits])}
    return tiff({**fields, 262: ("H", [1]), 277: ("H", [1]), 278: ("I", [height])}, data)


def tiff_sized(width: int, height: int, compression: int = 1) -> bytes:
    fields: dict[int, tuple[str, list[int] | bytes]] = {
        256: ("I", [width]),
        257: ("I", [height]),
        258: ("H", [8, 8, 8]),
        259: ("H", [compression]),
        262: ("H", [2]),
        277: ("H", [3]),
        278: ("I", [height]),
    }
    return tiff(fields, zlib.compress(bytes(1000)))


def exif(*, order: str = "<", orientation: int = 1, sub: int = 8, following: int = 8) -> bytes:
    """An EXIF block whose directory names itself as the sub-directory and the next."""
    rows = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(f"{order}HHII", 0x8769, 4, 1, sub)
    start = b"II*\0" if order == "<" else b"MM\0*"
    return start + struct.pack(f"{order}IH", 8, 2) + rows + struct.pack(f"{order}I", following)


def exif_bomb(entries: int, length: int) -> bytes:
    """Every entry points at the same bytes, nearly all of the block."""
    rows = b"".join(struct.pack("<HHII", 0x9000 + i, 7, length, 0) for i in range(entries))
    return (b"II*\0" + struct.pack("<IH", 8, entries) + rows + bytes(4)).ljust(length, b"\0")


def boxes_sized(data: bytes, width: int, height: int) -> bytes:
    """A HEIF or AVIF file with another size in every box that tells one."""
    at = -1
    while (at := data.find(b"ispe", at + 1)) >= 0:
        data = data[: at + 8] + struct.pack(">II", width, height) + data[at + 16 :]
    return data


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def webp_with(*chunks: bytes, width: int = 192, height: int = 128) -> bytes:
    """The extended form, with more chunks behind the picture."""
    canvas = bytes((0x0C, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + webp_chunk(b"VP8X", canvas) + plain("webp")[12:] + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def heic_grid() -> bytes:
    """Of sixteen tiles, as phones make them."""
    return saved(quadrants(256, 256), "HEIF", tile_size=64)


def several_heic(first: Image.Image, second: Image.Image) -> bytes:
    both = pillow_heif.from_pillow(first)
    both.add_from_pillow(second)
    stream = io.BytesIO()
    both.save(stream, quality=90, primary_index=0)
    return stream.getvalue()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return stream.getvalue()


def truncated() -> Iterator[tuple[str, Hostile]]:
    for kind, (suffix, _, _) in SAVED.items():
        for percent in range(5, 100, 5):
            yield f"{kind}-cut-at-{percent}", Hostile(suffix, lambda k=kind, p=percent: cut(plain(k), p))


def cut(data: bytes, percent: int) -> bytes:
    return data[: len(data) * percent // 100]


GREYS = [76, 150, 29, 255]
"""Of `quadrants`, row by row."""


def shows_the_scene(image: Image.Image) -> bool:
    """Whether a picture shows `quadrants`, in colours or in grey."""
    means = np.asarray(image.resize((2, 2), Image.Resampling.BOX), np.float64).reshape(4, 3)
    colours = [(r > 128, g > 128, b > 128) for r, g, b in means.tolist()]
    return colours == UPRIGHT or bool(np.abs(means - np.array(GREYS)[:, None]).max() < 8)
