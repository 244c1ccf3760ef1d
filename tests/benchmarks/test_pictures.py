"""The largest pictures that are read, and files made to be slow: what they take, and what decoding apart costs."""

from __future__ import annotations

import hashlib
import statistics
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.photos.apart import decode_apart
from pigeon_desktop.photos.decoding import decode
from tests.photos.hostile import jpeg_with, saved, segment
from tests.photos.pictures import quadrants
from tests.photos.test_hostile import MOST_MEMORY, SECONDS, Reader

LARGE: dict[str, tuple[str, str, int, dict[str, object]]] = {
    "PNG": ("PNG", "RGB", 12_800, {"compress_level": 1}),
    "PNG with transparency": ("PNG", "RGBA", 12_800, {"compress_level": 1}),
    "PNG in 16 bits": ("PNG", "I;16", 12_800, {"compress_level": 1}),
    "TIFF": ("TIFF", "RGB", 9_000, {}),
    "TIFF, LZW": ("TIFF", "RGB", 11_000, {"compression": "tiff_lzw"}),
    "TIFF on its side": ("TIFF", "RGB", 9_000, {"compression": "tiff_adobe_deflate", "tiffinfo": {274: 6}}),
    "WebP": ("WEBP", "RGB", 7_000, {"quality": 50, "method": 0}),
    "AVIF": ("AVIF", "RGB", 7_000, {"speed": 10, "quality": 30}),
    "GIF": ("GIF", "P", 9_000, {}),
    "JPEG": ("JPEG", "RGB", 20_000, {}),
    "progressive JPEG": ("JPEG", "RGB", 11_000, {"progressive": True}),
}


def large(mode: str, side: int) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.full((side, side), 40_000, np.uint16))
    image = Image.new(mode, (side, side))
    image.paste(Image.linear_gradient("L").resize((side // 2, side // 2)).convert(mode))
    return image


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_picture(tmp_path: Path, kind: str) -> None:
    format_name, mode, side, options = LARGE[kind]
    path = tmp_path / "large"
    large(mode, side).save(path, format_name, **options)
    reader = Reader()
    found = reader.read(path)
    reader.process.communicate()
    took = f"{found['seconds']:.1f} s, {found['memory'] / 1e6:,.0f} MB "
    print(f"\n{kind}, {side**2 / 1e6:.0f} megapixels: {took}", end="")
    assert found["memory"] < MOST_MEMORY
    assert found["seconds"] < SECONDS + 2  # the file is read and hashed besides
    assert "refused" not in found


@pytest.mark.parametrize("kind", ["scans", "segments"])
def test_a_file_that_never_ends(tmp_path: Path, kind: str) -> None:
    if kind == "scans":
        data = saved(quadrants(3000, 3000), "JPEG", progressive=True)
        at = data.rindex(b"\xff\xda")
        data = data[:at] + data[at:-2] * 2000 + data[-2:]
    else:
        data = jpeg_with(segment(0xFE, b"") * 10**7)
    (tmp_path / "endless.jpg").write_bytes(data)
    reader = Reader()
    found = reader.read(tmp_path / "endless.jpg")
    reader.process.communicate()
    print(f"\n{kind}: {found['seconds']:.1f} s, {found['memory'] / 1e6:,.0f} MB ", end="")
    assert found["seconds"] < SECONDS + 2
    assert found["memory"] < MOST_MEMORY


def test_what_decoding_apart_costs(photographs: list[Path]) -> None:
    files = [path.read_bytes() for path in photographs[:40]]
    times: dict[str, list[float]] = {"here": [], "apart": []}
    for _ in range(7):
        for name, work in (("here", decode), ("apart", decode_apart)):
            start = time.perf_counter()
            for data in files:
                work(data, "JPEG", 448)
            times[name].append((time.perf_counter() - start) / len(files) * 1000)
    here, apart = (statistics.median(found) for found in times.values())
    same = [hashlib.sha256(work(files[0], "JPEG", 448).pixels.tobytes()).digest() for work in (decode, decode_apart)]
    print(f"\nJPEG: {here:.2f} ms in this process, {apart:.2f} ms in a decoder ", end="")
    assert same[0] == same[1]
