"""Prompts: captions that a photograph is held against, typed or out of sets that lead from continents to towns."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pigeon_desktop.earth.atlas import AdminRegion, Atlas, Country
from pigeon_desktop.earth.world_regions import WORLD_REGIONS
from pigeon_desktop.errors import PigeonError

LONGEST = 1000
"""Characters of a caption: several times what any text tower reads."""
MOST = 1000
"""Captions asked at once."""
TOWNS = 40
"""Towns in a set: the largest."""
TOWN_KM = 25
"""What "search within" takes for a town."""


def country_caption(country: str) -> str:
    """StreetCLIP's template, short of what is not known; for continents and parts of them too."""
    return f"A Street View photo in {country}."


def region_caption(region: str, country: str) -> str:
    return f"A Street View photo in the region of {region} in {country}."


def town_caption(town: str, region: str, country: str) -> str:
    """StreetCLIP's template as published (Haas et al. 2023); without the region where that is unknown."""
    within = f" in the region of {region}" if region else ""
    return f"A Street View photo close to the town of {town}{within} in {country}."


@dataclass(frozen=True)
class Prompt:
    """A caption by its short `name`. A place has `within`, as "search within" takes it, and where there are places
    inside it `opens`, the key of their set."""

    name: str
    caption: str
    within: str = ""
    opens: str = ""


@dataclass(frozen=True)
class PromptSet:
    """Captions that exclude each other, to be asked together."""

    title: str
    prompts: tuple[Prompt, ...]


ZONES = ("tropical zone", "temperate zone", "polar zone")
"""Of climate, by latitude: what every photograph with a coordinate can be measured on."""
SURROUNDINGS = {
    "city centre": "A Street View photo in the centre of a city.",
    "suburb": "A Street View photo in a suburb.",
    "village": "A Street View photo in a village.",
    "countryside": "A Street View photo in the countryside.",
    "wilderness": "A Street View photo in the wilderness, far from any road.",
}
TOP_SETS = ("continents", "world-regions", "countries", "climate", "driving-side", "surroundings")
"""Keys of the sets that need no place; below "countries" come "regions:FR" and "cities:FR-IDF"."""


def driving_caption(side: str) -> str:
    return f"In this location, people drive on the {side} side of the road."


def prompt_set(key: str, atlas: Atlas, codes: Collection[str] | None = None) -> PromptSet:
    """The set of this key: one of `TOP_SETS`, or within a place "world-regions:Europe", "countries:Northern Europe",
    "regions:SE", "cities:SE-M" or "cities:SG". Countries that are not among `codes` are left out.

    Raises:
        PigeonError: there is no such set, or nothing is in it.
    """
    kind, _, of = key.partition(":")
    known = [country for country in atlas.countries if codes is None or country.code in codes]
    if key == "climate":
        return PromptSet("Climate", tuple(Prompt(name, name) for name in ZONES))
    if key == "driving-side":
        sides = tuple(Prompt(f"on the {side}", driving_caption(side)) for side in ("left", "right"))
        return PromptSet("Side of the road", sides)
    if key == "surroundings":
        return PromptSet("Surroundings", tuple(Prompt(*item) for item in SURROUNDINGS.items()))
    title, prompts = _places(kind, of, atlas, known)
    if not prompts:
        raise PigeonError(
            f"{key}: there is no such set of captions. Take one of {', '.join(TOP_SETS)}, "
            'or "countries:Northern Europe", "regions:SE", "cities:SE-M".'
        )
    # Units and towns that share a name would share a caption.
    once = {prompt.caption: prompt for prompt in reversed(prompts)}
    return PromptSet(title, tuple(reversed(once.values())))


def measured(key: str, evaluation: Mapping[str, Any]) -> str:
    """What a pack's manifest says that a whole set of captions is worth, in words; empty where it does not say."""
    try:
        of = evaluation["prompts"]["held_out_places"][_KINDS[key]]
        right, commonest = float(of["top1"]), float(of["commonest"])
    except (KeyError, TypeError, ValueError):
        return ""
    return (
        f"Measured at places not seen before: the first was right for {100 * right:.0f} % of photographs "
        f"(always naming the commonest: {100 * commonest:.0f} %)."
    )


_KINDS = {
    "continents": "continent",
    "world-regions": "world_region",
    "countries": "country",
    "climate": "climate_zone",
    "driving-side": "driving_side",
}
"""Key of a set -> the kind of prompt that was measured."""


def _places(kind: str, of: str, atlas: Atlas, known: Sequence[Country]) -> tuple[str, list[Prompt]]:
    """Title and captions of a set of places; none where there is no such set."""
    if kind == "continents" and not of:
        names = Counter(country.continent for country in known)
        return "Continents", [_continent(name, known) for name in sorted(names)]
    if kind == "world-regions":
        regions = [name for name in WORLD_REGIONS if of in ("", _continent_of(name, known))]
        shown = [name for name in regions if _inside(name, known)]
        return of or "Parts of the world", [_area(name, _if_several("countries", name, known)) for name in shown]
    if kind == "countries":
        inside = _inside(of, known)
        return of or "Countries", [_country(country, atlas) for country in inside]
    named = {country.code: country for country in known}
    if kind == "regions" and of in named:
        units = [region for region in atlas.regions if region.country_code == of]
        return named[of].name, [_region(region, named[of], atlas) for region in units]
    if kind == "cities":
        region = next((region for region in atlas.regions if region.code == of), None)
        name = region.name if region else named[of].name if of in named else ""
        return name, list(_towns(of, atlas))
    return "", []


def _area(name: str, opens: str) -> Prompt:
    return Prompt(name, country_caption(name), name, opens)


def _inside(area: str, known: Sequence[Country]) -> list[Country]:
    """Countries of a continent or a part of one; all where none is named."""
    codes = WORLD_REGIONS.get(area, frozenset())
    return [country for country in known if not area or area == country.continent or country.code in codes]


def _continent(name: str, known: Sequence[Country]) -> Prompt:
    parts = [part for part in WORLD_REGIONS if _continent_of(part, known) == name]
    return _area(name, f"world-regions:{name}" if len(parts) > 1 else _if_several("countries", name, known))


def _if_several(kind: str, area: str, known: Sequence[Country]) -> str:
    return f"{kind}:{area}" if len(_inside(area, known)) > 1 else ""


def _continent_of(world_region: str, known: Sequence[Country]) -> str:
    """The continent of most of its countries: the atlas counts some border cases otherwise than M49."""
    of = Counter(country.continent for country in known if country.code in WORLD_REGIONS[world_region])
    return of.most_common(1)[0][0] if of else ""


def _country(country: Country, atlas: Atlas) -> Prompt:
    inside = _names_inside(atlas)
    keys = (f"regions:{country.code}", f"cities:{country.code}")
    opens = next((key for key in keys if inside[key] > 1), "")
    return Prompt(country.name, country_caption(country.name), country.code, opens)


def _region(region: AdminRegion, country: Country, atlas: Atlas) -> Prompt:
    key = f"cities:{region.code}"
    opens = key if _names_inside(atlas)[key] > 1 else ""
    return Prompt(region.name, region_caption(region.name, country.name), region.code, opens)


@functools.cache
def _names_inside(atlas: Atlas) -> Counter[str]:
    """How many captions the sets within countries and admin-1 units have, by their keys."""
    units = {(f"regions:{region.country_code}", region.name) for region in atlas.regions}
    cities = atlas.cities
    towns = {
        (f"cities:{code}", name)
        for codes in (cities.region_code, cities.country_code)
        for code, name in zip(codes.tolist(), cities.name.tolist(), strict=True)
    }
    return Counter(key for key, _ in units | towns)


def _towns(code: str, atlas: Atlas) -> Iterator[Prompt]:
    cities = atlas.cities
    inside = (cities.region_code == code) | (cities.country_code == code)
    for i in inside.nonzero()[0][:TOWNS].tolist():  # the largest first
        yield _town(i, atlas)


def _town(i: int, atlas: Atlas) -> Prompt:
    cities = atlas.cities
    name, region, code = (str(of[i]) for of in (cities.name, cities.region_code, cities.country_code))
    within = atlas.region(region).name if region else ""
    caption = town_caption(name, within, atlas.country(code).name) if code else country_caption(name)
    return Prompt(name, caption, f"{cities.latitude[i]:.3f},{cities.longitude[i]:.3f},{TOWN_KM}")


ALIASES: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "Emirates"),
    "BA": ("Bosnia",),
    "CD": ("DR Congo", "Congo-Kinshasa"),
    "CG": ("Congo-Brazzaville",),
    "CI": ("Ivory Coast",),
    "CN": ("Mainland China",),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "DO": ("Dominican Republic",),
    "FK": ("Malvinas",),
    "FM": ("Federated States of Micronesia",),
    "GB": ("UK", "Great Britain", "Britain"),
    "IE": ("Republic of Ireland",),
    "KP": ("DPRK",),
    "KR": ("Korea", "Republic of Korea"),
    "MM": ("Burma",),
    "MO": ("Macau",),
    "NL": ("Holland", "the Netherlands"),
    "PS": ("Palestinian territories",),
    "RU": ("Russian Federation",),
    "SH": ("St Helena",),
    "ST": ("São Tomé",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Türkiye",),
    "TZ": ("United Republic of Tanzania",),
    "US": ("USA", "United States of America", "America", "U.S."),
    "VA": ("Vatican City", "Holy See"),
    "VN": ("Viet Nam",),
}
"""What people call countries beside the atlas's names in English, German and Spanish."""
SHORT: dict[str, tuple[str, ...]] = {"CD": ("DRC",), "GB": ("England",), "US": ("US",)}
"""And what they type, which in a sentence means something else, or less."""


def typed(texts: Sequence[str], atlas: Atlas) -> tuple[Prompt, ...]:
    """Captions as somebody typed them. The name of a place in the atlas becomes its caption, as the sets have it; what
    else looks like a name goes into "A Street View photo in …", all the rest is asked as it stands. One caption that
    comes twice is asked once.

    Raises:
        PigeonError: one is empty or too long, or there are fewer than two or too many.
    """
    prompts: dict[str, Prompt] = {}
    for number, text in enumerate(texts, start=1):
        prompt = typed_prompt(text, atlas, number)
        prompts.setdefault(prompt.caption, prompt)
    require_choice(len(prompts))
    return tuple(prompts.values())


def require_choice(count: int) -> None:
    """Refuse fewer captions than two, which would be certain, and more than `MOST`. Raises PigeonError."""
    if count < 2:
        raise PigeonError(
            "One caption alone would be 100 % likely, whatever is in the picture. Give others to compare it with."
        )
    if count > MOST:
        raise PigeonError(f"{count:,} captions are more than can be asked at once ({MOST:,}). Give fewer.")


def typed_prompt(text: str, atlas: Atlas, number: int = 1) -> Prompt:
    """One caption as somebody typed it; see `typed`. `number` names it in errors."""
    words = " ".join(text.split())
    if any(0xD800 <= ord(c) <= 0xDFFF for c in words):
        raise PigeonError(f"Caption {number} is no text: it holds bytes that are not UTF-8. Type it again.")
    if not any(c.isalnum() for c in words):
        raise PigeonError(f"Caption {number} is empty. Write what may be seen, or the name of a place.")
    if len(words) > LONGEST:
        raise PigeonError(
            f"Caption {number} ({words[:30]}…) has {len(words):,} characters; a text tower reads a sentence or two. "
            f"Shorten it to {LONGEST:,} at most."
        )
    place = _named(words, atlas)
    if place is not None:
        return place
    return Prompt(words, country_caption(words) if _looks_like_a_name(words) else words)


def _looks_like_a_name(words: str) -> bool:
    """Whether no word but the short ones ("Frankfurt am Main") begins with a small letter, and no sentence ends."""
    return words[-1] not in ".!?。" and not any(len(word) > 3 and word[0].islower() for word in words.split())


def _named(name: str, atlas: Atlas) -> Prompt | None:
    """The place that bears this name: a continent or part of one, else a country, else the only admin-1 unit, else the
    largest town."""
    wanted = name.casefold().removesuffix(".")
    countries = atlas.countries
    for area in (*sorted({country.continent for country in countries}), *WORLD_REGIONS):
        if wanted.removeprefix("the ") == area.casefold():
            is_part = area in WORLD_REGIONS
            return _area(area, _if_several("countries", area, countries)) if is_part else _continent(area, countries)
    for country in countries:
        known = (country.name, *country.names.values(), *ALIASES.get(country.code, ()), *SHORT.get(country.code, ()))
        if wanted in map(str.casefold, known):
            return _country(country, atlas)
    regions, town = _regions_by_name(atlas).get(wanted, []), _town_by_name(atlas).get(wanted)
    if len(regions) == 1:
        return _region(regions[0], atlas.country(regions[0].country_code), atlas)
    return None if town is None else _town(town, atlas)


@functools.cache
def _regions_by_name(atlas: Atlas) -> dict[str, list[AdminRegion]]:
    named: dict[str, list[AdminRegion]] = {}
    for region in atlas.regions:
        named.setdefault(region.name.casefold(), []).append(region)
    return named


@functools.cache
def _town_by_name(atlas: Atlas) -> dict[str, int]:
    """The position of the largest town of each name."""
    names = [name.casefold() for name in atlas.cities.name.tolist()]
    return {name: i for i, name in reversed(list(enumerate(names)))}
