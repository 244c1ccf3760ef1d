"""The CLIP transform agrees with resizing the whole picture and cutting out the middle."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.photos.preprocess import clip_transform, middle_square

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def plain(image: Image.Image, size: int) -> np.ndarray:
    """The transform by its definition, in levels of 0..255, shape (size, size, 3)."""
    scale = size / min(image.size)
    whole = image.resize([round(side * scale) for side in image.size], Image.Resampling.BICUBIC)
    left, top = (whole.width - size) // 2, (whole.height - size) // 2
    return np.asarray(whole.crop((left, top, left + size, top + size)), dtype=np.float32)


def levels(values: np.ndarray) -> np.ndarray:
    """The transform undone but for the cut, as `plain` gives it."""
    return (values.transpose(1, 2, 0) * np.float32(STD) + np.float32(MEAN)) * 255


def test_real_photographs_agree_exactly(photos):
    for path in sorted(photos.glob("*.jpg"))[::5]:
        image = Image.open(path).convert("RGB")
        for size in (224, 336):
            difference = np.abs(levels(clip_transform(image, size, MEAN, STD)) - plain(image, size))
            assert difference.max() < 0.01


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 64), st.integers(0, 2**32 - 1))
def test_any_shape_agrees(width, height, size, seed):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    values = clip_transform(image, size, MEAN, STD)
    assert values.shape == (3, size, size)
    assert values.dtype == np.float32
    assert values.flags.c_contiguous
    if max(width, height) <= 8 * min(width, height):
        assert np.abs(levels(values) - plain(image, size)).max() < 0.01


def test_mean_and_deviation_are_those_of_each_channel():
    values = clip_transform(Image.new("RGB", (300, 200), (255, 0, 51)), 16, MEAN, STD)
    for channel, level in enumerate((1.0, 0.0, 0.2)):
        assert np.allclose(values[channel], (level - MEAN[channel]) / STD[channel], atol=1e-5)


def test_a_line_of_65000_pixels_costs_nothing():
    start = time.perf_counter()
    for size in ((65000, 1), (1, 65000)):
        assert clip_transform(Image.new("RGB", size), 224, MEAN, STD).shape == (3, 224, 224)
    assert time.perf_counter() - start < 0.5


def test_big_pictures_look_the_same_reduced(hard):
    """Draft and averaging on the way in move the encoder's input by half a level on average."""
    for name in ("OpenSfM__data_berlin_images_01.jpg", "OpenSfM__data_berlin_images_03.jpg"):
        photo = load_photo(hard / name)
        assert (photo.width, photo.height) == (3264, 2448)
        assert 448 <= min(photo.pixels.size) <= 900
        difference = levels(clip_transform(photo.pixels, 224, MEAN, STD)) - plain(Image.open(hard / name), 224)
        assert np.abs(difference).mean() < 0.7


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2000), st.integers(1, 2000), st.integers(8, 64))
def test_the_middle_square_is_what_the_transform_leaves(width, height, size):
    """A picture whose levels say where in it a pixel lies, transformed: its middle is that of the square."""
    left, top, right, bottom = middle_square(width, height, size)
    across, down = (np.arange(side, dtype=np.float64) + 0.5 for side in (width, height))
    ramp = np.zeros((height, width, 3), np.uint8)
    ramp[..., 0], ramp[..., 1] = (255 * across / width)[None, :], (255 * down / height)[:, None]
    seen = levels(clip_transform(Image.fromarray(ramp), size, MEAN, STD))
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert abs(seen[..., 0].mean() / 255 - (left + right) / 2) < 0.01
    assert abs(seen[..., 1].mean() / 255 - (top + bottom) / 2) < 0.01
