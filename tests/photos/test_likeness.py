"""Near-duplicates are found, different pictures are not taken for them."""

from __future__ import annotations

import io
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from pigeon_desktop.photos.likeness import ALIKE, ALONE, distance, likeness, near_duplicates
from pigeon_desktop.photos.loading import load_photo


def saved_again(image: Image.Image, quality: int = 40) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue()))


def scaled(image: Image.Image, by: float) -> Image.Image:
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.BICUBIC)


def noisy(image: Image.Image) -> Image.Image:
    values = np.asarray(image, np.float64) + np.random.default_rng(0).normal(0, 8, (*image.size[::-1], 3))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved again": saved_again,
    "smaller": lambda image: scaled(image, 0.4),
    "larger": lambda image: scaled(image, 1.7),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.05),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.9),
    "fainter": lambda image: ImageEnhance.Contrast(image).enhance(0.3),
    "noisy": noisy,
    "grey": lambda image: image.convert("L"),
    "smaller, brighter, saved again": lambda image: saved_again(
        scaled(ImageEnhance.Brightness(image).enhance(1.05), 0.5)
    ),
}


@pytest.fixture(scope="module")
def pictures(photographs: list[Path]) -> list[Image.Image]:
    return [load_photo(path).pixels for path in photographs]


@pytest.fixture(scope="module")
def likenesses(pictures: list[Image.Image]) -> list[int]:
    return [likeness(picture) for picture in pictures]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_copy_is_a_near_duplicate(
    change: Callable[[Image.Image], Image.Image], pictures: list[Image.Image], likenesses: list[int]
) -> None:
    changed = [likeness(change(picture)) for picture in pictures]
    sets = near_duplicates([*likenesses, *changed])
    assert sets.tolist() == [*range(len(pictures)), *range(len(pictures))]


def test_different_photographs_are_none(likenesses: list[int]) -> None:
    apart = [distance(a, b) for i, a in enumerate(likenesses) for b in likenesses[:i]]
    assert len(apart) == 141 * 140 / 2
    assert min(apart) > ALIKE + 2
    assert 28 < np.median(apart) < 34
    assert len(set(near_duplicates(likenesses).tolist())) == len(likenesses)


def test_a_mirror_image_is_another_picture(pictures: list[Image.Image], likenesses: list[int]) -> None:
    mirrored = [likeness(ImageOps.mirror(picture)) for picture in pictures]
    assert min(distance(a, b) for a, b in zip(likenesses, mirrored, strict=True)) > ALIKE


def sky(seed: int) -> Image.Image:
    """A patch of sky: nearly one colour, a little lighter to one side, and noise."""
    generator = np.random.default_rng(seed)
    down, across = np.linspace(0, 1, 200)[:, None], np.linspace(0, 1, 300)[None, :]
    grey = generator.uniform(120, 240) + generator.uniform(-4, 4, 2) @ [down.mean(), across.mean()]
    grey = grey + generator.uniform(-4, 4) * down + generator.uniform(-4, 4) * across
    return Image.fromarray(np.clip(grey + generator.normal(0, 3, (200, 300)), 0, 255).astype(np.uint8))


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P"])
def test_blank_pictures_are_alone(mode: str) -> None:
    blank = [likeness(Image.new(mode, (300, 200), colour)) for colour in (0, 1)]
    assert blank == [ALONE, ALONE]
    assert near_duplicates(blank).tolist() == [0, 1]


def test_flat_pictures_are_alone() -> None:
    skies = [likeness(sky(seed)) for seed in range(40)]
    assert near_duplicates(skies).tolist() == list(range(40))


def test_flatness_is_measured_in_grey_levels() -> None:
    """Root mean square: an amplitude, divided by the root of 2."""
    across = np.cos(np.pi * (2 * np.arange(320) + 1) / 320)
    for amplitude, flat in ((3.6, True), (5.0, False)):
        grey = np.random.default_rng(0).uniform(0, 1, (240, 320)) + 100 + amplitude * across
        assert (likeness(Image.fromarray(grey.astype(np.uint8))) == ALONE) == flat


def test_lighter_and_darker_skies_are_no_near_duplicates() -> None:
    """Above the limit of flatness, but with nothing in them than one slope and noise."""
    shade = np.linspace(0, 60, 200)[:, None]
    slopes = [
        np.clip(80 + 3 * seed + shade + np.random.default_rng(seed).normal(0, 4, (200, 300)), 0, 255)
        for seed in range(30)
    ]
    bits = [likeness(Image.fromarray(slope.astype(np.uint8))) for slope in slopes]
    assert ALONE not in bits
    assert len(set(near_duplicates(bits).tolist())) > 27


def test_a_database_gives_it_back(likenesses: list[int]) -> None:
    base = sqlite3.connect(":memory:")
    base.execute("create table photo (likeness integer)")
    base.executemany("insert into photo values (?)", [(one,) for one in [*likenesses, ALONE, 2**63 - 1]])
    assert [row[0] for row in base.execute("select likeness from photo order by rowid")] == [
        *likenesses,
        ALONE,
        2**63 - 1,
    ]


def test_sets_reach_through_what_is_between() -> None:
    steps = [2**40 - 1 << 1 ^ (2 ** (k * ALIKE) - 1) for k in range(4)]
    assert [distance(steps[0], step) for step in steps] == [0, ALIKE, 2 * ALIKE, 3 * ALIKE]
    assert near_duplicates(steps).tolist() == [0, 0, 0, 0]
    assert near_duplicates(steps[::-2]).tolist() == [0, 1], "two steps apart, with nothing between"
    assert near_duplicates([steps[0], steps[1] ^ 2**50]).tolist() == [0, 1], "one bit too many"


@given(st.lists(st.integers(0, 2**63 - 1), max_size=12), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(bits: list[int], random: object) -> None:
    bits = [*bits, *(b ^ 0b111 for b in bits[:3])]
    order = list(range(len(bits)))
    random.shuffle(order)  # type: ignore[attr-defined]
    sets, shuffled = near_duplicates(bits), near_duplicates([bits[i] for i in order])
    together = {(i, j) for i in range(len(bits)) for j in range(len(bits)) if sets[i] == sets[j]}
    assert together == {(order[i], order[j]) for i, j in np.argwhere(shuffled[:, None] == shuffled).tolist()}


def test_two_thousand_photographs_take_no_time() -> None:
    bits = np.random.default_rng(0).integers(1, 2**63 - 1, 2000)
    start = time.perf_counter()
    assert len(set(near_duplicates(bits).tolist())) == 2000
    assert time.perf_counter() - start < 2
