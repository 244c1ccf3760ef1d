"""What the text tower is taught: statements on where a photograph was taken, each in several wordings.

The kinds are those that people ask about: countries and their regions and towns, continents and their parts, zones of
climate by latitude, the side of the road, the hemisphere. Photographs show which statements hold for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas, Place
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.earth.world_regions import WORLD_REGION
from pigeon_desktop.engine.prompts import ALIASES, country_caption, driving_caption, region_caption, town_caption
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.pretraining.captions import TOWN_KM, TROPIC
from pigeon_desktop.training.pretraining.driving import side_of_the_road

KINDS = ("country", "region", "town", "continent", "world region", "climate zone", "driving side", "hemisphere")
"""In the order in which `Lesson` holds their statements."""

POLAR_CIRCLE = 90.0 - TROPIC
"""Latitude of the polar circles, in degrees."""

_ZONES = {
    "tropical": ("tropical zone", "the tropics", "tropical climate", "This location is in the tropics."),
    "temperate": ("temperate zone", "temperate climate", "This location is in the temperate zone."),
    "polar": ("polar zone", "beyond the polar circle", "polar climate", "This location is in the polar zone."),
}


@dataclass(frozen=True)
class Statement:
    """Something that may be true of a place, of one of `KINDS`, in all its wordings.

    `name` is told in figures; `country_code` is that of the country that the wordings name, empty where they name
    none; `names` are the bare names among the texts.
    """

    kind: str
    name: str
    country_code: str
    names: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Lesson:
    """m statements in the order of `KINDS`, and of n photographs which of them hold.

    `holds` (n, m): true of the photograph. `known` (n, m): whether that is known; where it is not, the statement is
    neither right nor wrong.
    """

    statements: tuple[Statement, ...]
    holds: NDArray[np.bool_]
    known: NDArray[np.bool_]

    def kind(self, kind: str) -> NDArray[np.int64]:
        """Positions of the statements of one kind."""
        return np.array([i for i, statement in enumerate(self.statements) if statement.kind == kind], np.int64)

    def rows(self, rows: NDArray[np.int64]) -> Lesson:
        """The same of some photographs, without the statements that hold for none of them."""
        shown = np.flatnonzero(self.holds[rows].any(axis=0))
        return Lesson(
            tuple(self.statements[i] for i in shown), self.holds[np.ix_(rows, shown)], self.known[np.ix_(rows, shown)]
        )

    def without(self, codes: Collection[str]) -> Lesson:
        """Without what names a country of `codes`, one of its regions or towns.

        Wordings for other places go too where they hold the country's name (Luxembourg, a province of Belgium) or
        are the bare name of one of its places (Córdoba is in Spain and in Argentina).
        """
        gone = [statement for statement in self.statements if statement.country_code in codes]
        banned = {name.casefold() for statement in gone for name in statement.names}
        countries = [name for statement in gone if statement.kind == "country" for name in statement.names]
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, countries)) + r")\b", re.IGNORECASE)
        kept, left = [], []
        for i, statement in enumerate(self.statements):
            texts = tuple(
                text for text in statement.texts if text.casefold() not in banned and not pattern.search(text)
            )
            if statement.country_code not in codes and texts:
                kept.append(i)
                left.append(replace(statement, texts=texts))
        return Lesson(tuple(left), self.holds[:, kept], self.known[:, kept]) if countries else self


def country_statement(code: str, atlas: Atlas) -> Statement:
    """Every wording of "in this country"; the first is StreetCLIP's."""
    country = atlas.country(code)
    english = (country.name, *ALIASES.get(code, ()))
    others = [name for name in country.names.values() if name not in english]
    sentences = [sentence for name in english for sentence in (country_caption(name), *_sentences(name))]
    names = (*english, *others)
    return Statement("country", country.name, code, names, tuple(dict.fromkeys([*sentences, *names])))


def _sentences(name: str) -> tuple[str, ...]:
    return (f"A photo in {name}.", f"A photo taken in {name}.", f"This photo was taken in {name}.")


def _area(kind: str, name: str, *more: str) -> Statement:
    """A statement on a part of the world that is no country."""
    names = (name, *more)
    texts = [text for one in names for text in (country_caption(one), *_sentences(one), f"This location is in {one}.")]
    return Statement(kind, name, "", names, tuple(dict.fromkeys([*texts, *names])))


def _driving(side: str) -> Statement:
    return Statement(
        "driving side",
        side,
        "",
        (),
        (
            driving_caption(side),
            f"People drive on the {side} side of the road.",
            f"A photo in a country where people drive on the {side}.",
            f"driving on the {side}",
            f"{side}-hand traffic",
        ),
    )


def _hemisphere(name: str) -> Statement:
    texts = (
        f"This location is in the {name} hemisphere.",
        f"A photo in the {name} hemisphere.",
        f"{name} hemisphere",
    )
    return Statement("hemisphere", name, "", (), texts)


def lesson(photographs: TrainingPhotographs, atlas: Atlas) -> Lesson:
    """What the atlas says of where these photographs were taken.

    Where a coordinate and the country named with it contradict each other, the country stands, and nothing finer.
    """
    n = len(photographs)
    code = [str(one) for one in photographs.country_code]
    at = np.flatnonzero(photographs.has_coordinate)
    found = atlas.places(photographs.latitude[at], photographs.longitude[at]) if len(at) else []
    place: list[Place | None] = [None] * n
    for i, one in zip(at.tolist(), found, strict=True):
        agree = bool(one.country_code) and code[i] in (one.country_code, atlas.country(one.country_code).iso)
        place[i] = one if agree else None
    columns = [
        *_by_value([country_statement(c, atlas) for c in sorted(set(code) - {""})], code),
        *_regions(place, atlas),
        *_towns(photographs, place, atlas),
        *_wide(photographs, code, atlas),
    ]
    return Lesson(
        tuple(statement for statement, _, _ in columns),
        np.stack([holds for _, holds, _ in columns], axis=1),
        np.stack([known for _, _, known in columns], axis=1),
    )


Column = tuple[Statement, NDArray[np.bool_], NDArray[np.bool_]]
"""A statement, of which photographs it holds, and of which that is known."""


def _by_value(statements: Iterable[Statement], values: list[str], codes: bool = True) -> list[Column]:
    """Statements that hold where the value is their country code (or else their name); an empty one is not known."""
    array = np.array(values)
    known = array != ""
    return [(one, array == (one.country_code if codes else one.name), known) for one in statements]


def _regions(place: list[Place | None], atlas: Atlas) -> list[Column]:
    codes = np.array([one.region_code if one and one.region != one.country else "" for one in place])
    columns = []
    for code in sorted(set(codes.tolist()) - {""}):
        region = atlas.region(code)
        country = atlas.country(region.country_code)
        texts = (
            region_caption(region.name, country.name),
            f"A photo in {region.name}, {country.name}.",
            f"{region.name}, {country.name}",
            region.name,
        )
        statement = Statement("region", f"{region.name}, {country.name}", country.code, (region.name,), texts)
        columns.append((statement, codes == code, codes != ""))
    return columns


def _towns(photographs: TrainingPhotographs, place: list[Place | None], atlas: Atlas) -> list[Column]:
    """Towns that are the nearest of some photograph; they hold for all within `TOWN_KM`."""
    at = np.array([i for i, one in enumerate(place) if one is not None], np.int64)
    if not len(at):
        return []
    latitude, longitude = photographs.latitude[at], photographs.longitude[at]
    cities, km = atlas.nearest_cities(latitude, longitude)
    inside = np.array([one.country_code for one in place if one is not None])
    good = (km <= TOWN_KM) & (atlas.cities.country_code[cities] == inside)
    regions = {region.code: region.name for region in atlas.regions}
    known = np.zeros(len(place), bool)
    known[at] = True
    columns = []
    for city in np.unique(cities[good]).tolist():
        name, country = str(atlas.cities.name[city]), atlas.country(str(atlas.cities.country_code[city]))
        region = regions.get(str(atlas.cities.region_code[city]), "")
        away = distance_km(latitude, longitude, atlas.cities.latitude[city], atlas.cities.longitude[city])
        holds = np.zeros(len(place), bool)
        holds[at] = away <= TOWN_KM
        texts = (
            town_caption(name, region, country.name),
            town_caption(name, "", country.name),
            f"A photo in {name}, {country.name}.",
            f"{name}, {country.name}",
            name,
        )
        columns.append((Statement("town", f"{name}, {country.name}", country.code, (name,), texts), holds, known))
    return columns


def _wide(photographs: TrainingPhotographs, code: list[str], atlas: Atlas) -> list[Column]:
    """Statements that span countries."""
    # Russia lies on two continents, and the atlas files it under one.
    continents = ["" if c in ("", "RU") else atlas.country(c).continent for c in code]
    regions = [WORLD_REGION.get(c, "") for c in code]
    sides: list[str] = [(c and side_of_the_road(c)) or "" for c in code]
    latitude = photographs.latitude
    away = np.abs(latitude)
    zones = np.select([away <= TROPIC, away < POLAR_CIRCLE, away >= POLAR_CIRCLE], list(_ZONES), "").tolist()
    halves = np.select([latitude > 0, latitude < 0], ["northern", "southern"], "").tolist()
    more = {"South-eastern Asia": ("Southeast Asia",), "Northern America": (), "Middle Africa": ("Central Africa",)}
    return list(
        chain(
            _by_value([_area("continent", c) for c in sorted(set(continents) - {""})], continents, False),
            _by_value(
                [_area("world region", r, *more.get(r, ())) for r in sorted(set(regions) - {""})], regions, False
            ),
            _by_value([Statement("climate zone", z, "", (), _ZONES[z]) for z in _ZONES if z in zones], zones, False),
            _by_value([_driving(side) for side in sorted(set(sides) - {""})], sides, False),
            _by_value([_hemisphere(half) for half in sorted(set(halves) - {""})], halves, False),
        )
    )
