"""Pixels of every kind and number become RGB of a handy size."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.photos.decoding import MOST_PIXELS
from pigeon_desktop.photos.loading import Photo, PhotoError, load_photo

from .hostile import jpeg_inks, png, tiff_grey, tiff_of
from .pictures import UPRIGHT, corners, outcome, quadrants


def saved(image: Image.Image, path: Path, **options: object) -> np.ndarray:
    image.save(path, **options)
    return np.asarray(load_photo(path).pixels)


def test_sixteen_bits_become_eight(tmp_path):
    values = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    wanted = np.rint(values / 257).astype(np.uint8)
    for name in ("grey.png", "grey.tif"):
        pixels = saved(Image.fromarray(values), tmp_path / name)
        assert (pixels == wanted[..., None]).all()
    big_endian = saved(Image.fromarray(values.astype(">u2")), tmp_path / "big.tif")
    assert (big_endian == wanted[..., None]).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bits_a_colour_become_eight(tmp_path, order):
    values = np.random.default_rng(5).integers(0, 65536, (64, 64, 3), dtype=np.uint16)
    (tmp_path / "a.tif").write_bytes(tiff_of(values, 2, order))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    (tmp_path / "a.png").write_bytes(png(64, 64, 16, 2, rows))
    for name in ("a.tif", "a.png"):
        pixels = np.asarray(load_photo(tmp_path / name).pixels).astype(int)
        assert np.abs(pixels - values / 257).max() <= 1


def test_negatives_and_fewer_bits_are_shown_as_they_are_meant(tmp_path):
    """Pillow keeps both as they are stored: the one would be shown inverted, the other at a sixteenth of its light."""
    values = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    wanted = np.rint(values / 257)
    (tmp_path / "a.tif").write_bytes(tiff_of(65535 - values, 0))
    assert (np.asarray(load_photo(tmp_path / "a.tif").pixels) == wanted[..., None]).all()
    floating = (values / np.float32(65535)).astype(np.float32)
    (tmp_path / "f.tif").write_bytes(tiff_of(1 - floating, 0))
    assert np.abs(np.asarray(load_photo(tmp_path / "f.tif").pixels) - wanted[..., None]).max() <= 1
    twelve = np.arange(4096, dtype=np.uint16)
    pairs = np.stack([twelve[::2] >> 4, (twelve[::2] & 15) << 4 | twelve[1::2] >> 8, twelve[1::2] & 255], 1)
    (tmp_path / "b.tif").write_bytes(tiff_grey(pairs.astype(np.uint8).tobytes(), 12, 64, 64))
    pixels = np.asarray(load_photo(tmp_path / "b.tif").pixels)[..., 0]
    assert (pixels == np.rint(twelve.reshape(64, 64) / 4095 * 255)).all()


def test_the_colours_of_four_inks_that_nobody_explains_are_doubted(tmp_path):
    (tmp_path / "a.jpg").write_bytes(jpeg_inks(ycck=False, adobe=False))
    (tmp_path / "b.jpg").write_bytes(jpeg_inks(ycck=True, adobe=True))
    assert load_photo(tmp_path / "a.jpg").warnings[0].startswith("colours: may be wrong")
    photo = load_photo(tmp_path / "b.jpg")
    assert photo.warnings == ()
    assert corners(photo.pixels) == UPRIGHT


def test_strips_that_are_not_in_the_file_are_told(tmp_path):
    pixels = np.asarray(quadrants())
    (tmp_path / "a.tif").write_bytes(tiff_of(pixels, 2, t278=("I", [16])))
    assert "its list of strips or tiles is too short" in load_photo(tmp_path / "a.tif").warnings[0]


@pytest.mark.parametrize(("white", "black"), [(1.0, 0.0), (255.0, 0.0), (65535.0, 0.0), (9e9, -9e9)])
def test_floating_point_is_shown_in_the_range_it_looks_like(tmp_path, white, black):
    values = np.linspace(black, white, 64 * 64, dtype=np.float32).reshape(64, 64)
    pixels = saved(Image.fromarray(values), tmp_path / "float.tif")
    wanted = np.linspace(0, 255, 64 * 64).reshape(64, 64, 1)
    assert np.abs(pixels - wanted).max() <= 1
    values[0, :3] = np.nan, np.inf, -np.inf
    pixels = saved(Image.fromarray(values), tmp_path / "holes.tif")
    assert pixels[0, :3, 0].tolist() == [0, 255, 0]
    assert np.abs(pixels[1:] - wanted[1:]).max() <= 1


def test_wide_integers_are_shown_in_the_range_they_look_like(tmp_path):
    ramp = np.linspace(0, 1, 64 * 64).reshape(64, 64)
    for white in (255, 65535, 10**9):
        values = np.rint(ramp * white).astype(np.int32)
        pixels = saved(Image.fromarray(values), tmp_path / "wide.tif")
        assert np.abs(pixels - ramp[..., None] * 255).max() <= 1.5


def test_transparency_is_laid_over_white(tmp_path):
    colours = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    colours.paste((255, 0, 0, 128), (0, 0, 32, 64))
    for name in ("a.png", "a.webp", "a.tif"):
        pixels = saved(colours, tmp_path / name, lossless=True)
        assert pixels[0, 63].tolist() == [255, 255, 255]
        assert np.abs(pixels[0, 0].astype(int) - [255, 127, 127]).max() <= 1
    grey = saved(Image.new("LA", (64, 64), (0, 0)), tmp_path / "la.png")
    assert (grey == 255).all()
    palette = quadrants(64, 64).quantize(4)
    index = palette.getpixel((0, 0))
    for name in ("p.png", "p.gif"):
        pixels = saved(palette, tmp_path / name, transparency=index)
        assert pixels[0, 0].tolist() == [255, 255, 255]
        assert np.abs(pixels[0, 63].astype(int) - [0, 255, 0]).max() <= 8
    key = saved(quadrants(64, 64), tmp_path / "key.png", transparency=(255, 0, 0))
    assert key[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LAB"])
def test_other_modes_keep_their_colours(tmp_path, mode):
    image = quadrants(64, 64)
    if mode == "LAB":
        from PIL import ImageCms

        transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        image = ImageCms.applyTransform(image, transform)
    else:
        image = image.convert(mode)
    image.save(tmp_path / "mode.tif")
    found = load_photo(tmp_path / "mode.tif").pixels
    if mode in ("1", "L"):
        assert found.getpixel((48, 48)) == (255, 255, 255)
        assert sum(found.getpixel((16, 48))) < 200
    else:
        assert corners(found) == UPRIGHT


def test_inverted_cmyk_of_adobe_is_seen_through(hard, tmp_path):
    """The picture is a red word on black."""
    pixels = np.asarray(load_photo(hard / "Pillow__Tests_images_pil_sample_cmyk.jpg").pixels).astype(int)
    assert (pixels.max(axis=2) < 40).mean() > 0.5
    red = (pixels[..., 0] > 180) & (pixels[..., 1:].max(axis=2) < 90)
    assert 0.05 < red.mean() < 0.5
    quadrants(64, 64).convert("CMYK").save(tmp_path / "cmyk.jpg", quality=95)
    assert corners(load_photo(tmp_path / "cmyk.jpg").pixels) == UPRIGHT


def test_reduction_in_bands_equals_reduction_of_the_whole(monkeypatch):
    from pigeon_desktop.photos import pixels

    noise = np.random.default_rng(0).integers(0, 256, (130, 77, 4), dtype=np.uint8)
    for mode in ("RGBA", "RGB", "L"):
        image = Image.fromarray(noise).convert(mode)
        for factor in (1, 2, 3, 7):
            whole = pixels.reduced_rgb(image, factor)
            with monkeypatch.context() as patch:
                patch.setattr(pixels, "BAND_PIXELS", 1000)
                assert pixels.reduced_rgb(image, factor) == whole
    wide = np.random.default_rng(1).normal(0, 9, (130, 77)).astype(np.float32)
    for image in (Image.fromarray(wide), Image.fromarray(np.abs(wide * 1000).astype(np.uint16))):
        whole = pixels.reduced_rgb(image, 3)
        with monkeypatch.context() as patch:
            patch.setattr(pixels, "BAND_PIXELS", 1000)
            assert pixels.reduced_rgb(image, 3) == whole


def test_a_huge_jpeg_is_cheap(tmp_path):
    """192 megapixels: more than Pillow's limit, and 580 MB if it were decoded in full."""
    Image.new("L", (16000, 12000), 90).save(tmp_path / "huge.jpg")
    code = (
        "import sys; from pathlib import Path; from pigeon_desktop.photos.loading import load_photo\n"
        "def peak():\n"
        "    status = Path('/proc/self/status').read_text()\n"
        "    return int(status.split('VmHWM:')[1].split()[0]) // 1024\n"
        "before = peak(); photo = load_photo(Path(sys.argv[1]))\n"
        "print(photo.width, photo.height, *photo.pixels.size, peak() - before)"
    )
    if sys.platform != "linux":
        pytest.skip("the peak of memory is read as Linux has it")
    command = [sys.executable, "-c", code, str(tmp_path / "huge.jpg")]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert out[:4] == ["16000", "12000", "667", "500"]
    assert int(out[4]) < 60


def test_bombs_are_refused_at_their_header(tmp_path):
    image = io.BytesIO()
    Image.new("L", (8, 8)).save(image, "PNG")
    png = bytearray(image.getvalue())
    png[16:24] = (20_000).to_bytes(4, "big") * 2
    png[29:33] = zlib.crc32(png[12:29]).to_bytes(4, "big")
    (tmp_path / "bomb.png").write_bytes(png)
    image = io.BytesIO()
    Image.new("L", (8, 8)).save(image, "JPEG", progressive=True)
    jpeg = image.getvalue()
    at = jpeg.index(b"\xff\xc2")
    jpeg = jpeg[: at + 5] + (60_000).to_bytes(2, "big") * 2 + jpeg[at + 9 :]
    (tmp_path / "bomb.jpg").write_bytes(jpeg)
    (tmp_path / "baseline.jpg").write_bytes(jpeg.replace(b"\xff\xc2", b"\xff\xc0"))
    for name in ("bomb.png", "bomb.jpg", "baseline.jpg"):
        start = time.process_time()
        with pytest.raises(PhotoError, match=rf"{name}: says that it is \d+ × \d+ pixels.*megapixels"):
            load_photo(tmp_path / name)
        assert time.process_time() - start < 0.5
    assert MOST_PIXELS < 20_000**2


def test_a_picture_above_the_mere_warning_is_read(tmp_path):
    """Phones take 108 megapixels; Pillow warns from 89 on."""
    Image.new("1", (12000, 9000), 1).save(tmp_path / "108.png")
    photo = load_photo(tmp_path / "108.png")
    assert (photo.width, photo.height, photo.warnings) == (12000, 9000, ())


def test_no_metadata_comes_along(hard):
    for path in sorted(hard.glob("*gps*"))[:10] + sorted(hard.glob("exif-samples*heif")):
        found = outcome(path)[0]
        if isinstance(found, Photo):
            assert type(found.pixels) is Image.Image
            assert found.pixels.info == {}
            assert dict(found.pixels.getexif()) == {}


def test_extreme_shapes_keep_their_shortest_side(tmp_path):
    for size in ((65000, 1), (1, 65000), (30000, 500)):
        Image.new("RGB", size, "red").save(tmp_path / "strip.jpg")
        photo = load_photo(tmp_path / "strip.jpg")
        assert (photo.width, photo.height) == size
        assert min(photo.pixels.size) == min(size)


def test_the_short_side_asked_for_is_there(hard):
    path = hard / "OpenSfM__data_berlin_images_01.jpg"
    for side in (1, 100, 336, 1000, 5000):
        pixels = load_photo(path, side).pixels
        assert min(pixels.size) >= min(2 * side, 2448)


def test_small_pictures_are_warned_about(tmp_path):
    quadrants(200, 63).save(tmp_path / "small.png")
    assert load_photo(tmp_path / "small.png").warnings[0].startswith("small: 200 × 63 pixels")
    quadrants(64, 64).save(tmp_path / "enough.png")
    assert load_photo(tmp_path / "enough.png").warnings == ()
