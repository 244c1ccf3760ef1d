"""Pictures come upright whichever way their format stores the turn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.photos.loading import load_photo

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
