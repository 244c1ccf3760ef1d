"""All files that `hostile` can make, by name."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import chain

import numpy as np
from PIL import Image

from . import hostile as make
from .hostile import (
    Hostile,
    jpeg_with,
    plain,
    png,
    png_with,
    saved,
    segment,
    tiff_of,
    tiff_sized,
    webp_chunk,
    webp_with,
)
from .pictures import quadrants

GREY = np.asarray(quadrants(192, 128).convert("L"))
RGB = np.asarray(quadrants(192, 128))


def disguised() -> Iterator[tuple[str, Hostile]]:
    """Formats under another's ending, and files that are two things at once."""
    for kind in make.SAVED:
        wrong = ".png" if kind == "jpeg" else ".jpg"
        yield f"{kind}-as-{wrong[1:]}", Hostile(wrong, lambda k=kind: plain(k), True)
        yield f"{kind}-and-zip", Hostile(make.SAVED[kind][0], lambda k=kind: plain(k) + make.zipped(), True)
    page = b"<script>alert(1)</script>"
    yield "jpeg-with-page", Hostile(".jpg", lambda: jpeg_with(segment(0xFE, page)), True)
    yield "png-with-page", Hostile(".png", lambda: png_with(make.png_chunk(b"tEXt", b"Title\0" + page)), True)
    yield "zip-before-jpeg", Hostile(".jpg", lambda: make.zipped() + plain("jpeg"), False)
    yield "pdf-before-jpeg", Hostile(".jpg", lambda: b"%PDF-1.4\n" + plain("jpeg"), False)
    yield "jpeg-2000", Hostile(".jpg", lambda: saved(quadrants(), "JPEG2000"), False)
    yield "jpeg-2000-as-heic", Hostile(".heic", lambda: b"\0\0\0\x18ftypheic" + saved(quadrants(), "JPEG2000"), False)
    yield "png-in-avif", Hostile(".avif", lambda: b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + plain("png"), False)
    yield "bm-text", Hostile(".bmp", lambda: b"BM is the beginning of this letter" * 9, False)
    yield "gif-text", Hostile(".gif", lambda: b"GIF89a/*" + b" " * 900 + b"*/=1;alert(1)", None)
    for magic in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0+", b"RIFF\0\0\0\0WEBP"):
        yield f"only-{magic[:4].hex()}", Hostile(".jpg", lambda m=magic: m, False)
        yield f"zeros-after-{magic[:4].hex()}", Hostile(".jpg", lambda m=magic: m + bytes(5000), False)
        noise = np.random.default_rng(1).bytes(5000)
        yield f"noise-after-{magic[:4].hex()}", Hostile(".jpg", lambda m=magic, n=noise: m + n, False)


def bombs() -> Iterator[tuple[str, Hostile]]:
    """Small files that say they are huge, or become so."""
    yield "bomb-png", Hostile(".png", lambda: png(60_000, 60_000, 8, 2, bytes(10**6)), False)
    yield "bomb-png-grey", Hostile(".png", lambda: png(2**31 - 1, 2**31 - 1, 1, 0, bytes(1000)), False)
    text = zlib.compress(bytes(2**26))
    profile = make.png_chunk(b"iCCP", b"x\0\0" + text)
    yield "bomb-png-text", Hostile(".png", lambda: png_with(make.png_chunk(b"zTXt", b"Comment\0\0" + text)))
    yield "bomb-png-profile", Hostile(".png", lambda: png_with(profile))
    yield "bomb-png-profiles", Hostile(".png", lambda: png_with(*[profile] * 90))
    yield "bomb-jpeg", Hostile(".jpg", lambda: make.jpeg_sized(65_500, 65_500, plain("jpeg")), False)
    yield "bomb-progressive", Hostile(".jpg", lambda: make.jpeg_sized(65_500, 65_500, plain("progressive")), False)
    yield "bomb-scans-apart", Hostile(".jpg", lambda: make.jpeg_sized(32_000, 16_000, make.scans_apart()), False)
    yield "bomb-gif", Hostile(".gif", lambda: b"GIF89a" + b"\xff" * 4 + plain("gif")[10:], False)
    yield "bomb-bmp", Hostile(".bmp", lambda: _bmp_sized(60_000, 60_000), False)
    yield "bomb-bmp-tall", Hostile(".bmp", lambda: _bmp_sized(1, 2**31 - 1), False)
    # Not reduced, and so held several times on its way: found by chance.
    yield "bomb-bmp-strip", Hostile(".bmp", lambda: _bmp_sized(126, 917_567), False)
    for compression in (1, 5, 8, 32773, 50000):
        sized = lambda c=compression: tiff_sized(60_000, 60_000, c)  # noqa: E731
        yield f"bomb-tiff-{compression}", Hostile(".tif", sized, False)
        deep = lambda c=compression: tiff_sized(2_000, 2_000, c)  # noqa: E731
        yield f"hollow-tiff-{compression}", Hostile(".tif", deep)
    yield "bomb-webp", Hostile(".webp", lambda: webp_with(width=2**24, height=250), False)
    yield "bomb-webp-canvas", Hostile(".webp", lambda: webp_with(width=16_384, height=16_384), False)
    for kind in ("avif", "heic"):
        for side in (2**31 - 1, 65_535, 12_000):
            sized = lambda k=kind, s=side: make.boxes_sized(plain(k), s, s)  # noqa: E731
            yield f"bomb-{kind}-{side}", Hostile(f".{kind}", sized)
    block = make.exif_bomb(5000, 65_000)
    yield "bomb-exif-jpeg", Hostile(".jpg", lambda: jpeg_with(segment(0xE1, b"Exif\0\0" + block)))
    whole = make.exif_bomb(5000, 2**24)
    long = [segment(0xE1, b"Exif\0\0" + whole[at : at + 65_000]) for at in range(0, 2**24, 65_000)]
    yield "bomb-exif-in-pieces", Hostile(".jpg", lambda: jpeg_with(*long))
    yield "bomb-exif-png", Hostile(".png", lambda: png_with(make.png_chunk(b"eXIf", make.exif_bomb(5000, 2**23))))
    yield "bomb-exif-webp", Hostile(".webp", lambda: webp_with(webp_chunk(b"EXIF", make.exif_bomb(5000, 2**23))))


def _bmp_sized(width: int, height: int) -> bytes:
    data = plain("bmp")
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def shapes() -> Iterator[tuple[str, Hostile]]:
    for kind, longest in {"jpeg": 65_000, "png": 65_000, "bmp": 65_000, "gif": 65_000, "tiff": 65_000}.items():
        suffix, format_name, _ = make.SAVED[kind]
        for size in ((longest, 1), (1, longest)):
            strip = lambda f=format_name, s=size: saved(Image.new("RGB", s, "red"), f)  # noqa: E731
            yield f"{kind}-{size[0]}-by-{size[1]}", Hostile(suffix, strip, True)
    yield "webp-16383-by-1", Hostile(".webp", lambda: saved(Image.new("RGB", (16_383, 1), "red"), "WEBP"), True)
    yield "avif-16384-by-1", Hostile(".avif", lambda: saved(Image.new("RGB", (16_384, 1), "red"), "AVIF", speed=10))
    yield "png-0-by-0", Hostile(".png", lambda: png(0, 0, 8, 2, b""), False)
    yield "bmp-0-by-9", Hostile(".bmp", lambda: _bmp_sized(0, 9), False)
    yield "tiff-0-by-9", Hostile(".tif", lambda: tiff_sized(0, 9), False)
    yield "jpeg-0-by-0", Hostile(".jpg", lambda: make.jpeg_sized(0, 0, plain("jpeg")), False)


def kinds() -> Iterator[tuple[str, Hostile]]:
    """Pixels of every kind, all rightly made."""
    picture = quadrants(192, 128)
    for colours in (4, 16, 256):
        for kind in ("PNG", "GIF", "BMP", "TIFF"):
            palette = lambda c=colours, k=kind: saved(picture.quantize(c), k)  # noqa: E731
            yield f"palette-{colours}-{kind.lower()}", Hostile(f".{kind.lower()}", palette, True)
    rows = b"".join(b"\0" + bytes(191) + b"\xff" for _ in range(128))
    yield "palette-missing", Hostile(".png", lambda: png(192, 128, 8, 3, rows), another=True)
    short = make.png_chunk(b"PLTE", b"\xff\0\0")
    yield "palette-short", Hostile(".png", lambda: png(192, 128, 8, 3, rows, short), another=True)
    for kind in ("PNG", "TIFF", "BMP", "GIF"):
        yield (
            f"one-bit-{kind.lower()}",
            Hostile(f".{kind.lower()}", lambda k=kind: saved(picture.convert("1"), k), True),
        )
    for photometric in (0, 1):
        grey = 255 - GREY if photometric == 0 else GREY
        for order in "<>":
            end = f"{photometric}-{'little' if order == '<' else 'big'}"
            eight = lambda g=grey, p=photometric, o=order: tiff_of(g, p, o)  # noqa: E731
            sixteen = lambda g=grey, p=photometric, o=order: tiff_of(g.astype(np.uint16) * 257, p, o)  # noqa: E731
            yield f"tiff-grey-8-{end}", Hostile(".tif", eight, True)
            # Pillow knows no such negatives of the other order of bytes.
            yield f"tiff-grey-16-{end}", Hostile(".tif", sixteen, end != "0-big")
    for kind, values in {"float-32": GREY.astype(np.float32), "int-32": GREY.astype(np.int32)}.items():
        for order in "<>":
            wide = lambda v=values, o=order: tiff_of(v, 1, o)  # noqa: E731
            yield f"tiff-{kind}-{'little' if order == '<' else 'big'}", Hostile(".tif", wide, True)
    twelve = ((GREY.astype(np.uint32) * 4095 + 127) // 255).ravel()
    packed = np.stack([twelve[::2] >> 4, (twelve[::2] & 15) << 4 | twelve[1::2] >> 8, twelve[1::2] & 255], 1)
    yield "tiff-grey-12", Hostile(".tif", lambda: make.tiff_grey(packed.astype(np.uint8).tobytes(), 12, 192, 128), True)
    yield "tiff-float-64", Hostile(".tif", lambda: tiff_of(GREY.astype(np.float64), 1))
    yield "tiff-float-16", Hostile(".tif", lambda: tiff_of(GREY.astype(np.float16), 1))
    yield "tiff-rgb-float", Hostile(".tif", lambda: tiff_of(RGB.astype(np.float32), 2))
    extreme = ((GREY / 255.0 - 0.5) * 6e38).astype(np.float32)
    yield "tiff-float-extreme", Hostile(".tif", lambda: tiff_of(extreme, 1), True, another=True)
    nothing = np.full((64, 64), np.nan, np.float32)
    yield "tiff-float-nan", Hostile(".tif", lambda: tiff_of(nothing, 1), another=True)
    for order in "<>":
        deep = lambda o=order: tiff_of(RGB.astype(np.uint16) * 257, 2, o)  # noqa: E731
        yield f"tiff-rgb-16-{'little' if order == '<' else 'big'}", Hostile(".tif", deep, True)
    yield "tiff-rgb-samples-lie", Hostile(".tif", lambda: tiff_of(RGB, 2, t277=("H", [1])))
    yield "tiff-bits-lie", Hostile(".tif", lambda: tiff_of(GREY, 1, t258=("H", [16])))
    yield "tiff-strip-outside", Hostile(".tif", lambda: tiff_of(RGB, 2, t273=("I", [2**31]), t279=("I", [2**31])))
    yield "tiff-many-strips", Hostile(".tif", lambda: tiff_of(RGB, 2, t278=("I", [1])))
    for ycck in (False, True):
        for adobe in (False, True):
            name = f"{'ycck' if ycck else 'cmyk'}-{'adobe' if adobe else 'unmarked'}"
            inks = lambda y=ycck, a=adobe: make.jpeg_inks(y, a)  # noqa: E731
            yield name, Hostile(".jpg", inks, True if adobe else None)
    yield "cmyk-tiff", Hostile(".tif", lambda: saved(picture.convert("CMYK"), "TIFF"), True)


def parts() -> Iterator[tuple[str, Hostile]]:
    """More pictures in a file than one: the first is shown."""
    first, second = quadrants(192, 128), Image.new("RGB", (192, 128), "black")
    for kind, suffix in (("TIFF", ".tif"), ("GIF", ".gif"), ("WEBP", ".webp"), ("PNG", ".png"), ("AVIF", ".avif")):
        several = lambda k=kind: saved(first, k, save_all=True, append_images=[second, second])  # noqa: E731
        yield f"several-{kind.lower()}", Hostile(suffix, several, True)
    yield "several-mpo", Hostile(".mpo", lambda: saved(first, "MPO", save_all=True, append_images=[second]), True)
    yield "several-heic", Hostile(".heic", lambda: make.several_heic(first, second), True)
    yield "heic-grid", Hostile(".heic", make.heic_grid, True)
    for percent in (30, 60, 90):
        yield f"heic-grid-cut-at-{percent}", Hostile(".heic", lambda p=percent: make.cut(make.heic_grid(), p))
    yield "heic-grid-larger", Hostile(".heic", lambda: _grid_lies(9, 9))
    yield "heic-grid-smaller", Hostile(".heic", lambda: _grid_lies(0, 0))
    yield "heic-grid-huge", Hostile(".heic", lambda: make.boxes_sized(make.heic_grid(), 60_000, 60_000))


def _grid_lies(rows: int, columns: int) -> bytes:
    data = make.heic_grid()
    at = data.index(b"\x00\x00\x03\x03\x01\x00\x01\x00")  # version, flags, rows and columns less one, the size
    return data[: at + 2] + bytes((rows, columns)) + data[at + 4 :]


def words() -> Iterator[tuple[str, Hostile]]:
    """Metadata that is broken, runs in circles, or is endless: the picture beside it is whole."""
    junk = np.random.default_rng(2).bytes(3000)
    for kind in ("jpeg", "png", "tiff", "webp", "avif", "heic"):
        suffix, format_name, options = make.SAVED[kind]
        profile = lambda f=format_name, o=options: saved(make.scene(), f, icc_profile=junk, **o)  # noqa: E731
        yield f"{kind}-broken-profile", Hostile(suffix, profile, True)
    for kind in ("jpeg", "png", "webp", "avif"):
        suffix, format_name, options = make.SAVED[kind]
        for order in "<>":
            block = make.exif(order=order)
            if kind == "jpeg":
                block = b"Exif\0\0" + block
            circle = lambda f=format_name, o=options, b=block: saved(make.scene(), f, exif=b, **o)  # noqa: E731
            yield f"{kind}-exif-circle-{'little' if order == '<' else 'big'}", Hostile(suffix, circle, True)
    data = RGB.tobytes()
    at = 8 + len(data)
    fields: dict[int, tuple[str, list[int] | bytes]] = {
        256: ("I", [192]),
        257: ("I", [128]),
        258: ("H", [8, 8, 8]),
        262: ("H", [2]),
        277: ("H", [3]),
        278: ("I", [128]),
    }
    yield "tiff-circle", Hostile(".tif", lambda: make.tiff(fields, data, following=at), True)
    yield (
        "tiff-sub-circle",
        Hostile(".tif", lambda: make.tiff({**fields, 34665: ("I", [at]), 330: ("I", [at])}, data), True),
    )
    yield "tiff-directory-outside", Hostile(".tif", lambda: b"II*\0\xff\xff\xff\x7f" + bytes(99), False)
    yield "tiff-long-comment", Hostile(".tif", lambda: make.tiff({**fields, 270: ("s", bytes(2**24))}, data), True)
    yield "tiff-many-tags", Hostile(".tif", lambda: _tiff_bomb(2_000), True)
    comment = segment(0xFE, bytes(65_000))
    yield "jpeg-comments-long", Hostile(".jpg", lambda: jpeg_with(*[comment] * 300), True)
    yield "jpeg-comments-many", Hostile(".jpg", lambda: jpeg_with(*[segment(0xFE, b"")] * 10**5), True)
    yield "jpeg-padding", Hostile(".jpg", lambda: jpeg_with(b"\xff" * 10**5), True)
    yield "jpeg-junk", Hostile(".jpg", lambda: jpeg_with(bytes(10**5)))
    yield "png-comment-long", Hostile(".png", lambda: png_with(make.png_chunk(b"tEXt", b"a\0" + b" " * 10**7)))
    yield "png-chunks-many", Hostile(".png", lambda: png_with(make.png_chunk(b"teXt", b"a\0b") * 20_000))
    yield "png-empty-chunks", Hostile(".png", lambda: png_with(make.png_chunk(b"IDAT", b"") * 20_000))
    bare = plain("gif")
    blocks = b"!\xfe" + b"\x01a" * 10**5 + b"\0"
    yield "gif-comment-in-bits", Hostile(".gif", lambda: bare[:781] + blocks + bare[781:], True)
    yield "webp-chunk-long", Hostile(".webp", lambda: webp_with(webp_chunk(b"JUNK", bytes(2**23))), True)
    yield "webp-exif-broken", Hostile(".webp", lambda: webp_with(webp_chunk(b"EXIF", b"\xff" * 99)))


def _tiff_bomb(entries: int) -> bytes:
    """Every entry but the picture's own points at a megabyte, the same one."""
    fields: dict[int, tuple[str, list[int] | bytes]] = {256: ("I", [192]), 257: ("I", [128]), 258: ("H", [8, 8, 8])}
    fields |= {262: ("H", [2]), 277: ("H", [3]), 278: ("I", [128])}
    data = bytearray(
        make.tiff({**fields, **{40_000 + i: ("I", [8]) for i in range(entries)}}, RGB.tobytes().ljust(2**20, b"\0"))
    )
    at = 8 + 2**20 + 2
    for entry in range(at, at + 12 * (entries + len(fields) + 2), 12):
        if int.from_bytes(data[entry : entry + 2], "little") >= 40_000:
            data[entry + 2 : entry + 8] = struct.pack("<HI", 7, 2**20)
    return bytes(data)


HOSTILE: dict[str, Hostile] = dict(
    chain(make.truncated(), disguised(), bombs(), shapes(), kinds(), parts(), words()),
)
