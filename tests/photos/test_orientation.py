"""Pictures come upright whichever way their format stores the turn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.photos.orientation import orientation

from .hostile import exif, exif_bomb, jpeg_with, segment
from .pictures import UPRIGHT, corners, quadrants

STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", STORED_AS)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif", ".heic"])
def test_every_format_comes_upright_in_every_orientation(tmp_path, suffix, orientation):
    turn = STORED_AS[orientation]
    stored = quadrants() if turn is None else quadrants().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned{suffix}"
    if suffix == ".heic":
        import pillow_heif

        # As phones do: stored as it came, the turn in the container and in the tag.
        pillow_heif.from_pillow(stored).save(path, quality=90, exif=exif.tobytes())
    else:
        stored.save(path, exif=exif)
    photo = load_photo(path)
    assert (photo.width, photo.height) == (96, 64)
    assert photo.pixels.size == (96, 64)
    assert corners(photo.pixels) == UPRIGHT


@pytest.mark.parametrize("turned", STORED_AS)
def test_a_heic_file_is_turned_by_its_container_alone(tmp_path, turned):
    """Where its EXIF says nothing: by `irot` and `imir`."""
    import pillow_heif

    turn = STORED_AS[turned]
    stored = quadrants() if turn is None else quadrants().transpose(turn)
    block = exif(orientation=turned, sub=0, following=0)
    path = tmp_path / "turned.heic"
    pillow_heif.from_pillow(stored).save(path, quality=90, exif=b"Exif\0\0" + block)
    data = path.read_bytes()
    assert data.count(block) == 1
    path.write_bytes(data.replace(block, exif(orientation=1, sub=0, following=0)))
    photo = load_photo(path)
    assert (photo.width, photo.height) == (96, 64)
    assert corners(photo.pixels) == UPRIGHT


@pytest.mark.parametrize("turned", [3, 6, 8])
@pytest.mark.parametrize("written", ['tiff:Orientation="%d"', "<tiff:Orientation>%d</tiff:Orientation>"])
def test_xmp_tells_where_exif_does_not(tmp_path, written, turned):
    stored = quadrants().transpose(STORED_AS[turned])
    stored.save(tmp_path / "a.jpg", quality=95)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta " + (written % turned).encode() + b"/>"
    (tmp_path / "a.jpg").write_bytes(jpeg_with(segment(0xE1, xmp), of=(tmp_path / "a.jpg").read_bytes()))
    stored.save(tmp_path / "a.webp", xmp=xmp, quality=95)
    for name in ("a.jpg", "a.webp"):
        assert corners(load_photo(tmp_path / name).pixels) == UPRIGHT


def test_exif_is_read_no_further_than_to_the_one_number():
    for order in "<>":
        assert orientation(b"Exif\0\0" + exif(order=order, orientation=6), b"") == 6  # its pointers lead in circles
    assert orientation(exif_bomb(5000, 2**24), b"") == 0
    assert orientation(b"", b'tiff:Orientation="8"') == 8
    assert orientation(exif(orientation=3), b'tiff:Orientation="8"') == 3
    long = exif(orientation=5).replace(b"\x12\x01\x03\0", b"\x12\x01\x04\0")  # a number of four bytes
    assert orientation(long, b"") == 5
    text = exif(orientation=5).replace(b"\x12\x01\x03\0", b"\x12\x01\x02\0")
    assert orientation(text, b"") == 0


@pytest.mark.parametrize("block", [b"XX*\0\x08\0\0\0", b"II*\0", b"II*\0\xff\xff\xff\xff", exif()[:18], b"Exif"])
def test_a_damaged_exif_block_is_said_to_be_so(tmp_path, block):
    with pytest.raises(ValueError, match="its block"):
        orientation(block, b"")
    quadrants().save(tmp_path / "a.jpg", exif=b"Exif\0\0" + block)
    (note,) = load_photo(tmp_path / "a.jpg").warnings
    assert note.startswith("orientation: unknown, it may lie on its side (damaged EXIF: its block")


def thumb(path: Path) -> np.ndarray:
    return np.asarray(load_photo(path).pixels.resize((48, 48)).convert("L"), dtype=np.float32)


@pytest.mark.parametrize(
    "names",
    [
        [f"exif-orientation-examples__Landscape_{n}.jpg" for n in (0, 2, 6)],
        [f"exif-orientation-examples__Portrait_{n}.jpg" for n in (3, 4, 6)],
        [f"exif-samples__jpg_orientation_landscape_{n}.jpg" for n in (2, 4, 8)],
        ["Pillow__Tests_images_avif_rot3mir0.avif", "Pillow__Tests_images_avif_rot3mir1.avif"],
        ["Pillow__Tests_images_hopper_orientation_6.webp", "Pillow__Tests_images_hopper_orientation_8.jpg"],
        ["Pillow__Tests_images_g4_orientation_1.tif", "Pillow__Tests_images_g4_orientation_8.tif"],
    ],
)
def test_known_files_come_upright(hard, names):
    """The same scene in several orientations looks the same; turned or mirrored it would not."""
    first = thumb(hard / names[0])
    wrong = [np.rot90(first), np.rot90(first, 2), np.rot90(first, 3), first[:, ::-1], first[::-1]]
    for name in names[1:]:
        other = thumb(hard / name)
        right = np.abs(other - first).mean()
        assert right < 12
        assert right < 0.6 * min(np.abs(other - turned).mean() for turned in wrong)


def test_sides_of_a_turned_photograph_are_those_of_the_upright_one(hard):
    photo = load_photo(hard / "exif-orientation-examples__Portrait_6.jpg")
    assert (photo.width, photo.height) == (1200, 1800)
    photo = load_photo(hard / "Pillow__Tests_images_avif_rot3mir0.avif")
    assert photo.width > photo.height
