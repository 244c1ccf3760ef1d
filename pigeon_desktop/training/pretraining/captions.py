"""Synthetic captions: what is known of a photograph's place, in words that CLIP's text encoder can learn from.

The first sentence is StreetCLIP's template; those on climate, compass, month and traffic are of the kind that PIGEON's
paper adds to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas, Country, Place
from pigeon_desktop.engine.prompts import country_caption, driving_caption, region_caption, town_caption
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.pretraining.driving import side_of_the_road
from pigeon_desktop.training.tables import Truth

TOWN_KM = 50.0
"""A town farther away than this is not named: the photograph is not close to it."""
TROPIC = 23.4364
"""Latitude of the tropics, in degrees: within them no hemisphere is named, for little differs across the equator."""

PARTS = ("town", "region", "climate", "compass", "month", "driving", "hemisphere", "continent")
"""What a caption may say beside the country, each where it is known."""

WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_MONTHS = "January February March April May June July August September October November December"
MONTH_NAMES = tuple(_MONTHS.split())
"""English whatever the locale, as all captions are."""


@dataclass(frozen=True)
class Facts:
    """What captions may say of one photograph; a text is empty where nothing is known.

    `sentences` holds the optional ones by their part of `PARTS`.
    """

    country: str
    region: str = ""
    town: str = ""
    sentences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Caption:
    """A text, and what it states of the place: `region` and `town` are empty where it does not name them."""

    text: str
    country: str
    region: str
    town: str


def require_parts(parts: Collection[str]) -> None:
    """Refuse a part that no caption has. Raises PigeonError."""
    for part in parts:
        if part not in PARTS:
            raise PigeonError(f"{part}: captions have no such part. Take some of {', '.join(PARTS)}.")


def known_facts(rows: Sequence[Truth], atlas: Atlas) -> list[Facts]:
    """What is known of each photograph: by its coordinate where it has one, else its country alone.

    The polygon that holds the coordinate names country and region, the nearest town within `TOWN_KM` in the same
    country the town. Where a row names another country than the polygon's (a border is drawn too coarsely), its word
    stands and nothing finer is said.
    """
    at = [i for i, row in enumerate(rows) if row.has_coordinate]
    places = atlas.places([rows[i].latitude for i in at], [rows[i].longitude for i in at]) if at else []
    by_row = dict(zip(at, places, strict=True))
    return [_facts(row, by_row.get(i), atlas) for i, row in enumerate(rows)]


def _facts(row: Truth, place: Place | None, atlas: Atlas) -> Facts:
    if place and place.country_code and row.country_code in (place.country_code, atlas.country(place.country_code).iso):
        code, country, region = place.country_code, place.country, place.region
        near = place.city_km <= TOWN_KM and place.city_country_code in ("", code)
        town = place.city if near else ""
    else:
        known = _country(row.country_code, atlas)
        code, country, region, town = known.code, known.name, "", ""
    region = "" if region == country else region
    return Facts(country, region, town, tuple(_sentences(row, code, atlas)))


def _country(code: str, atlas: Atlas) -> Country:
    """The country with this code on the map, or filed under it in most tables."""
    its = [country for country in atlas.countries if code in (country.code, country.iso)]
    return next((country for country in its if country.code == code), its[0])


def _sentences(row: Truth, code: str, atlas: Atlas) -> Iterator[tuple[str, str]]:
    """The optional sentences on one photograph."""
    if row.climate:
        yield "climate", f"This location has a {row.climate} climate."
    if row.heading is not None:
        yield "compass", f"This photo is facing {WINDS[round(row.heading / 45.0) % 8]}."
    if row.month is not None:
        yield "month", f"This photo was taken in {MONTH_NAMES[row.month - 1]}."
    side = side_of_the_road(code)
    if side is not None:
        yield "driving", driving_caption(side)
    if row.has_coordinate and abs(row.latitude) > TROPIC:
        yield "hemisphere", f"This location is in the {'northern' if row.latitude > 0 else 'southern'} hemisphere."
    yield "continent", f"This location is in {atlas.country(code).continent}."


def caption(facts: Facts, parts: Collection[str], dropped: float, random: np.random.Generator) -> Caption:
    """A caption of the known `parts`, each left out with the probability `dropped`, so that coarse captions are learnt
    too; those after the first sentence come in random order."""
    said = {part for part in PARTS if random.random() >= dropped and part in parts}
    town = facts.town if "town" in said else ""
    region = facts.region if "region" in said else ""
    if town:
        where = town_caption(town, region, facts.country)
    else:
        where = region_caption(region, facts.country) if region else country_caption(facts.country)
    more = [sentence for part, sentence in facts.sentences if part in said]
    order = random.permutation(len(more))
    return Caption(" ".join([where, *(more[i] for i in order)]), facts.country, region, town)


def true_of(facts: Sequence[Facts], captions: Sequence[Caption]) -> NDArray[np.bool_]:
    """Whether what caption j says of the place holds for photograph i, shape (n, m).

    Such a caption is no negative for the photograph: equal captions are so, and "… in Sweden." is for all of Sweden.
    What else a caption says (month, compass) is not looked at.
    """
    holds = np.ones((len(facts), len(captions)), np.bool_)
    for part in ("country", "region", "town"):
        known = np.array([getattr(fact, part) for fact in facts])[:, None]
        stated = np.array([getattr(caption, part) for caption in captions])[None, :]
        holds &= (stated == "") | (stated == known)
    return holds
