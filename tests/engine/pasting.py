"""A part of a photograph pasted into one from another country: where what spoke for the first must lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pigeon_desktop.engine.explain import Spoke, log_odds, occlusion, patches
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.photos.loading import Photo, load_photo

SIDE = 224
NOTICED = 1.0
"""The pasted part raises the log-odds of its country by at least this: the model has noticed it."""


@dataclass(frozen=True)
class Pair:
    """The middle of `part`, a street, is pasted into a quarter (0..3) of `whole`; `code` is the country of `part`."""

    part: Path
    whole: Path
    code: str
    quarter: int


def pairs(table: list[dict[str, str]], count: int) -> list[Pair]:
    """Streets of Singapore, Germany and Sweden in turn, each pasted into a photograph of another country."""
    random = np.random.default_rng(11)
    made = []
    for number in range(count):
        code = ("SG", "DE", "SE")[number % 3]
        part = random.choice([r["path"] for r in table if r["kind"] == "street" and r["country_code"] == code])
        whole = random.choice([r["path"] for r in table if r["country_code"] != code])
        made.append(Pair(Path(part), Path(whole), code, int(random.integers(4))))
    return made


def square(path: Path) -> Image.Image:
    """What the encoder sees of a photograph."""
    pixels = load_photo(path).pixels
    side = min(pixels.size)
    left, top = (pixels.width - side) // 2, (pixels.height - side) // 2
    return pixels.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def pasted(pair: Pair) -> tuple[Photo, NDArray[np.bool_]]:
    """The picture, and which of its 14 x 14 cells are in the pasted quarter."""
    picture, half = square(pair.whole), SIDE // 2
    row, column = divmod(pair.quarter, 2)
    picture.paste(square(pair.part).resize((half, half), Image.Resampling.BICUBIC), (column * half, row * half))
    inside = np.zeros((14, 14), bool)
    inside[row * 7 : row * 7 + 7, column * 7 : column * 7 + 7] = True
    return Photo(pair.whole, "0" * 64, SIDE, SIDE, picture, ()), inside


def rise(locator: Locator, pair: Pair) -> float:
    """How much the pasted part raises the log-odds of its country."""
    cells = locator.cells.country_code == pair.code
    odds = []
    for picture in (square(pair.whole), pasted(pair)[0].pixels):
        features = locator.encoder.encode(locator.encoder.transform(picture)[None])
        odds.append(float(log_odds(locator.believe(features)[0], cells, ~cells)[0]))
    return odds[1] - odds[0]


def lead(spoke: Spoke, inside: NDArray[np.bool_]) -> float:
    """How much higher the heat is inside than outside, on average, in its standard deviations."""
    return float((spoke.values[inside].mean() - spoke.values[~inside].mean()) / spoke.values.std())


def leads(locator: Locator, pair: Pair) -> tuple[float, float]:
    """`lead` by patches and by covering."""
    (picture, inside), cells = pasted(pair), locator.cells.country_code == pair.code
    return lead(patches(locator, picture, cells), inside), lead(occlusion(locator, picture, cells), inside)
