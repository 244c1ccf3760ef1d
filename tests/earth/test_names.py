"""Names of places in other languages, and places read from the texts that are stored."""

import numpy as np
import pytest

from pigeon_desktop.earth.atlas import Atlas, Place, load_atlas
from pigeon_desktop.earth.names import localised, read_place


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.mark.parametrize(
    ("at", "language", "said"),
    [
        ((48.14, 11.58), "de", "Munich, Deutschland"),  # cities stay
        ((49.80, 11.30), "de", "Bayern, Deutschland · {km} km from {city}"),
        ((49.80, 11.30), "es", "Baviera, Alemania · {km} km from {city}"),
        ((1.30, 103.85), "es", "Singapur"),
        ((-30.0, -30.0), "de", "at sea · {km} km from {city}"),
    ],
)
def test_countries_and_regions_are_named_in_a_language(atlas, at, language, said) -> None:
    place = atlas.place(*at)
    assert str(localised(place, atlas, language)) == said.format(km=f"{place.city_km:,.0f}", city=place.city)


def test_everything_else_of_a_place_stays(atlas) -> None:
    place = atlas.place(49.80, 11.30)
    german = localised(place, atlas, "de")
    assert (german.country_code, german.region_code, german.city_km) == ("DE", "DE-BY", place.city_km)
    assert localised(place, atlas, "en") == localised(place, atlas, "la") == place


def test_a_stored_text_is_read_back(atlas) -> None:
    """Whatever the atlas says of a point comes back as the same text, and in a language as the place itself does."""
    rng = np.random.default_rng(5)
    latitude, longitude = np.degrees(np.arcsin(rng.uniform(-1, 1, 4000))), rng.uniform(-180, 180, 4000)
    cities = rng.choice(len(atlas.cities), 2000, replace=False)
    latitude = np.concatenate([latitude, atlas.cities.latitude[cities] + 0.02])
    longitude = np.concatenate([longitude, atlas.cities.longitude[cities]])
    for place in atlas.places(latitude, longitude):
        read = read_place(str(place), atlas)
        assert read is not None, place
        assert str(read) == str(place)
        assert str(localised(read, atlas, "de")) == str(localised(place, atlas, "de")), place


@pytest.mark.parametrize(
    "text", ["", "the garden", "Lisbon, Lusitania", "Bavaria, Portugal · 9 km from Lisbon", "a · b"]
)
def test_other_texts_are_not_read(atlas, text) -> None:
    assert read_place(text, atlas) is None


def test_a_place_without_a_city(atlas) -> None:
    assert read_place("Portugal", atlas) == Place("PT", "Portugal", "", "", "", 0.0, "PT")
