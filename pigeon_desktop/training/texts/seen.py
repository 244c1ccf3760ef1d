"""Which captions lie outside what a text tower was taught: the references, the threshold, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.engine.head import Matrix
from pigeon_desktop.training.texts.prompt_captions import Lesson

REFERENCES = 1200
"""Captions that stand for all: more tell hardly better, and the pack carries them."""
KEPT = 0.95
"""Share of the names of places, none of them taught, that the threshold lets pass."""
NAMES = 400
"""Towns, and as many regions, that it is chosen on; and again that it is measured on."""

_OUTSIDE = """
a photo of a dog|A photo of a cat on a sofa.|this picture was taken by Peter|quantum field theory|
a red car|my grandmother's birthday|the stock market crash|the photo was taken in the morning|
rainy weather|a close-up of a flower|Beethoven's ninth symphony|He ate breakfast.|an indoor scene|
a portrait of a woman|a wedding|night|a black and white photograph|a blurry image|password|
lorem ipsum dolor sit amet|I love you|the murderer|2021|in winter|a football match|a plate of food|
a nice photo|A Street View photo of a bus.|A photo in a kitchen.|A photo taken in January.|photo|
this image was edited|a deep fake|a screenshot of an app|the suspect's house|an angry man|
a smiling child|two people shaking hands|a rifle|a military truck|a passport|a number plate|
a bottle of wine|somebody's office|a hotel room|a swimming pool|a birthday cake|a horse|a bird in a tree|
a spaceship|a drawing of a castle|a map|a graph of sales|an X-ray of a hand|a mobile phone|
a laptop on a desk|shoes|the number seven|yesterday evening|a Tuesday|taken with a wide lens|
high resolution|a happy memory|democracy|inflation|the theory of evolution|a chess game|a violin|
a guitar solo|how to boil an egg|What time is it?|Who is this?|Is this photo real?|Delete all files.|
a vaccine|a hospital bed|a newborn baby|a funeral|a fire|smoke|an explosion|a car accident|我爱你|这是一张照片|
一只狗|今天天气很好|صورة كلب|أنا أحبك|الطقس جميل اليوم|это фотография|собака на диване|ein Foto von einem Hund|
ein rotes Auto|meine Oma|una foto de un perro|un coche rojo|une voiture rouge|犬の写真|私の猫|개 사진|
कुत्ते की तस्वीर
"""
OUTSIDE = tuple(text.strip() for text in _OUTSIDE.replace("\n", "").split("|"))
"""Captions that speak of no place at all, in several languages. Some of them had a say in which wordings are
references, none in the threshold."""


def references(lesson: Lesson, sentence: Callable[[str], NDArray[np.float32]], count: int = REFERENCES) -> Matrix:
    """At most `count` sentence embeddings (r, s) that stand for what the tower was taught.

    Of the wordings those without a sentence around the name: against whole sentences everything that begins with
    "A photo" would look taught. Greedy cover: each is the one farthest from those before it, so that no taught wording
    is left without one near it.
    """
    texts = [text for one in lesson.statements for text in one.texts if not text.endswith(".")]
    vectors = np.stack([sentence(text) for text in dict.fromkeys(texts)])
    if len(vectors) <= count:
        return vectors
    chosen, nearest = [0], vectors @ vectors[0]
    while len(chosen) < count:
        chosen.append(int(nearest.argmin()))
        np.maximum(nearest, vectors @ vectors[chosen[-1]], out=nearest)
    return vectors[chosen]


def names_not_taught(atlas: Atlas, lesson: Lesson, count: int = NAMES, seed: int = 0) -> dict[str, list[str]]:
    """Names of `count` towns and as many regions of the atlas that no wording taught is, in three wordings."""
    known = {text.casefold() for one in lesson.statements for text in one.texts}
    random = np.random.default_rng(seed)
    names = {country.code: country.name for country in atlas.countries}
    cities, regions = atlas.cities, atlas.regions
    towns = [(str(cities.name[i]), str(cities.country_code[i])) for i in random.permutation(len(cities)).tolist()]
    units = [(regions[i].name, regions[i].country_code) for i in random.permutation(len(regions)).tolist()]
    pairs: list[tuple[str, str]] = []
    for kind in (towns, units):
        new = [(name, names[code]) for name, code in kind if code in names and name.casefold() not in known]
        pairs += list(dict.fromkeys(new))[:count]
    return {
        "the bare name": [name for name, _ in pairs],
        "name, country": [f"{name}, {country}" for name, country in pairs],
        "in a sentence": [f"A photo in {name}, {country}." for name, country in pairs],
    }


@dataclass(frozen=True)
class SeenFigures:
    """The threshold, and which shares of captions lie above it: of names of places by their wording, and of captions
    that speak of no place."""

    least_seen: float
    places: dict[str, float]
    outside: float


def threshold(
    atlas: Atlas, lesson: Lesson, seen: Callable[[Sequence[str]], NDArray[np.float32]], kept: float = KEPT
) -> SeenFigures:
    """Chosen on names of places, measured on others and on `OUTSIDE`, which had no say in it. `seen` is the tower's."""
    both = names_not_taught(atlas, lesson, 2 * NAMES)
    halves = [{wording: texts[half::2] for wording, texts in both.items()} for half in range(2)]
    chosen = np.concatenate([seen(texts) for texts in halves[0].values()])
    least = round(float(np.quantile(chosen, 1 - kept)), 3)
    return SeenFigures(
        least,
        {wording: float(np.mean(seen(texts) >= least)) for wording, texts in halves[1].items()},
        float(np.mean(seen(OUTSIDE) >= least)),
    )
