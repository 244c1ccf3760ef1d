"""Names of places in another language, as far as the atlas has them: countries and regions. Cities stay."""

from __future__ import annotations

import functools
from dataclasses import replace

from pigeon_desktop.earth.atlas import IN_TOWN_KM, Atlas, Place


def localised(place: Place, atlas: Atlas, language: str) -> Place:
    """The same place with the names of its country and region in a language of the atlas: "en", "de" or "es"."""
    if place.at_sea:
        return place
    country = atlas.country(place.country_code).names.get(language) or place.country
    region, city = place.region, place.city
    if region == place.country:  # Singapore: one name, in every language
        region = country
    elif place.region_code:
        region = atlas.region(place.region_code).names.get(language) or region
    if city == place.country and place.city_km < IN_TOWN_KM:
        city = country
    return replace(place, country=country, region=region, city=city)


def read_place(text: str, atlas: Atlas) -> Place | None:
    """The place that `str` has written as this text, as far as it is in it; None for any other text.

    Where a city alone names it the region is empty, and so is the city's distance.
    """
    here, _, near = text.partition(" · ")
    number, _, city = near.partition(" km from ")
    try:
        km = float(number.replace(",", "")) if city else 0.0
    except ValueError:
        return None
    if here == "at sea":
        return Place("", "", "", "", city, km)
    countries, regions = _codes(atlas)
    first, _, country = here.rpartition(", ")
    code = countries.get(country)
    if code is None:
        return None
    if not city:
        return Place(code, country, "", "", first, 0.0, code)
    region = regions.get((code, first))
    if first and region is None:
        return None
    # A city as near as this names the place, unless it is across the border.
    return Place(code, country, region or "", first, city, km, "" if km >= IN_TOWN_KM else "?")


@functools.lru_cache(maxsize=1)
def _codes(atlas: Atlas) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The codes of countries by their names, and of regions by their country's code and their name."""
    countries = {country.name: country.code for country in atlas.countries}
    return countries, {(region.country_code, region.name): region.code for region in atlas.regions}
