"""Every file loads or is refused by name; threads, warnings and damage do not matter."""

from __future__ import annotations

import random
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import ImageFile

from pigeon_desktop.photos.loading import Photo, load_photo

from .pictures import outcome


def test_threads_give_the_same_as_one_after_the_other(hard):
    paths = [path for path in sorted(hard.iterdir()) if path.stat().st_size < 300_000]
    one_by_one = [outcome(path) for path in paths]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, paths)) == one_by_one
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_nothing_is_printed_and_no_warning_escapes(hard):
    code = (
        "import sys; from pathlib import Path; from pigeon_desktop.photos.loading import load_photo, PhotoError\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    if path.stat().st_size < 200_000:\n"
        "        try: load_photo(path)\n"
        "        except PhotoError: pass\n"
        "assert 'pillow_heif' not in sys.modules  # it is in the decoders'"
    )
    command = [sys.executable, "-W", "error", "-c", code, str(hard)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_filter_that_comes_in_front_does_not_matter(hard):
    path = hard / "Pillow__Tests_images_apng_chunk_multi_actl.png"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("error")
        load_photo(path)
        warnings.simplefilter("always")
        load_photo(path)
    assert caught == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.jpg", {}),
        ("a.jpg", {"progressive": True}),
        ("a.png", {}),
        ("a.tif", {}),
        ("a.tif", {"compression": "tiff_lzw"}),
        ("a.bmp", {}),
        ("a.gif", {}),
        ("a.webp", {}),
        ("a.avif", {}),
    ],
)
def test_a_file_cut_short_is_flagged_or_refused(tmp_path, scene, name, options):
    path = tmp_path / name
    scene.save(path, **options)
    whole, data = np.asarray(load_photo(path).pixels).astype(int), path.read_bytes()
    kept = 0
    for tenth in range(10):
        path.write_bytes(data[: max(16, len(data) * tenth // 10)])
        found = outcome(path)
        if found[0] == "refused":
            assert str(path) in str(found[1])
            continue
        kept += 1
        photo = found[0]
        assert isinstance(photo, Photo)
        assert photo.warnings[0].startswith("damaged: part of the picture")
        assert photo.pixels.size == scene.size
        if tenth == 7 and not options:  # what came first is as it was; BMP begins at the bottom
            first = slice(160, 240) if name == "a.bmp" else slice(0, 80)
            assert np.abs(np.asarray(photo.pixels).astype(int)[first] - whole[first]).mean() < 3
    assert kept >= (0 if name in ("a.webp", "a.avif") or "compression" in options else 5)


def test_a_jpeg_that_lost_its_end_mark_is_whole_but_flagged(tmp_path, scene):
    scene.save(tmp_path / "a.jpg")
    whole = load_photo(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:-2])
    cut = load_photo(tmp_path / "b.jpg")
    assert cut.pixels == whole.pixels
    assert cut.warnings[0].startswith("damaged: ")


def test_a_png_with_a_damaged_comment_is_shown(tmp_path, scene):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "something about the picture")
    scene.save(tmp_path / "a.png", pnginfo=info)
    data = (tmp_path / "a.png").read_bytes().replace(b"something", b"somethinG")
    (tmp_path / "a.png").write_bytes(data)
    photo = load_photo(tmp_path / "a.png")
    assert (np.asarray(photo.pixels) == np.asarray(scene)).all()
    assert photo.warnings[0].startswith("damaged: ")


def test_random_damage_never_ends_in_anything_but_a_photo_or_its_error(hard, tmp_path):
    chance = random.Random(3)
    small = [path for path in sorted(hard.iterdir()) if path.stat().st_size < 40_000]
    for round_ in range(150):
        source = chance.choice(small)
        data = bytearray(source.read_bytes())
        for _ in range(chance.choice((1, 3, 20))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{round_}{source.suffix}"
        path.write_bytes(data[: chance.choice((len(data), max(1, chance.randrange(len(data) + 1))))])
        outcome(path)


def test_a_damaged_exif_block_is_told(tmp_path, scene):
    scene.save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 20)
    photo = load_photo(tmp_path / "a.jpg")
    assert photo.pixels.size == scene.size
