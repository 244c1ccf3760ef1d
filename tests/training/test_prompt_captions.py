"""What the text tower is taught: true of the right photographs, and nothing of a country that is held out."""

import re

import numpy as np
import pytest

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.training.texts.prompt_captions import ALIASES, KINDS, Lesson, country_statement, lesson
from tests.training.prompts import world

CODES = ("SE", "NO", "BE", "LU", "ES", "AR", "GB", "JP", "ZA", "GE", "RU", "IS")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def taught(atlas: Atlas) -> Lesson:
    return lesson(world(atlas, CODES), atlas)


def column(taught: Lesson, kind: str, name: str) -> int:
    (found,) = [i for i in taught.kind(kind) if taught.statements[i].name == name]
    return int(found)


def codes_where(taught: Lesson, kind: str, name: str, of: str = "holds") -> set[str]:
    codes = world(load_atlas(), CODES).country_code
    return set(codes[getattr(taught, of)[:, column(taught, kind, name)]].tolist())


def test_statements_hold_where_they_are_true(taught: Lesson) -> None:
    assert {statement.kind for statement in taught.statements} == set(KINDS)
    assert codes_where(taught, "country", "Sweden") == {"SE"}
    assert codes_where(taught, "world region", "Northern Europe") == {"SE", "NO", "GB", "IS"}
    assert codes_where(taught, "continent", "South America") == {"AR"}
    assert codes_where(taught, "driving side", "left") == {"GB", "JP", "ZA"}
    assert codes_where(taught, "hemisphere", "southern") == {"AR", "ZA"}
    assert codes_where(taught, "climate zone", "temperate") >= {"BE", "AR", "JP"}
    assert not codes_where(taught, "continent", "Asia", "known") & {"RU"}, "Russia lies on two continents"
    assert (taught.holds <= taught.known).all()
    assert [s.kind for s in taught.statements] == sorted((s.kind for s in taught.statements), key=KINDS.index)


def test_regions_and_towns_are_those_of_the_coordinate(atlas: Atlas) -> None:
    photographs = world(atlas, ["PT"], places=1, pictures=2)
    photographs.latitude[:], photographs.longitude[:] = 38.72, -9.14
    found = lesson(photographs, atlas)
    assert found.holds[:, column(found, "town", "Lisbon, Portugal")].all()
    (region,) = found.kind("region")
    assert "A Street View photo in the region of" in found.statements[region].texts[0]
    photographs.country_code[:] = "ES"  # contradicts the coordinate: the country stands, and nothing finer
    found = lesson(photographs, atlas)
    assert not len(found.kind("town"))
    assert not len(found.kind("region"))
    assert found.statements[found.kind("country")[0]].name == "Spain"


def test_a_country_alone_is_enough(atlas: Atlas) -> None:
    photographs = world(atlas, ["SE", "JP"], places=1)
    photographs.latitude[:3] = photographs.longitude[:3] = np.nan
    found = lesson(photographs, atlas)
    assert found.holds[:3, column(found, "country", "Sweden")].all()
    for kind in ("region", "town", "hemisphere", "climate zone"):
        assert not found.known[:3, found.kind(kind)].any()


def test_names_that_people_use(atlas: Atlas) -> None:
    assert set(ALIASES) <= {country.code for country in atlas.countries}
    britain = country_statement("GB", atlas)
    assert {"UK", "A photo in UK.", "United Kingdom", "A Street View photo in Great Britain."} <= set(britain.texts)
    assert britain.texts[0] == "A Street View photo in United Kingdom."
    assert "Schweden" in country_statement("SE", atlas).texts


def test_nothing_names_a_country_that_is_held_out(taught: Lesson, atlas: Atlas) -> None:
    assert taught.without([]) is taught
    left = taught.without({"LU", "ES", "GE", "GB"})
    kept = {statement.name for statement in left.statements}
    assert {"Sweden", "Belgium", "Northern Europe", "left"} <= kept
    texts = [text for statement in left.statements for text in statement.texts]
    for name in ("Luxembourg", "Spain", "España", "Georgia", "UK", "United Kingdom", "Britain"):
        assert not [text for text in texts if re.search(rf"\b{name}\b", text, re.IGNORECASE)], name
    gone = [s for s in taught.statements if s.country_code in {"LU", "ES", "GE", "GB"}]
    assert len(gone) > 8
    assert not {text for s in gone for text in s.texts} & set(texts)
    assert left.holds.shape == left.known.shape == (len(taught.holds), len(left.statements))


def test_a_wording_for_another_place_goes_where_it_names_the_country(atlas: Atlas) -> None:
    """Luxembourg is a province of Belgium as well."""
    photographs = world(atlas, ["BE", "LU"], places=1)
    belgian = photographs.country_code == "BE"
    photographs.latitude[belgian], photographs.longitude[belgian] = 49.9, 5.4
    both = lesson(photographs, atlas)
    assert any(s.country_code == "BE" and "Luxembourg" in s.name for s in both.statements)
    left = both.without({"LU"})
    assert not [text for s in left.statements for text in s.texts if "luxembourg" in text.casefold()]
    assert any(s.country_code == "BE" for s in left.statements)


def test_rows_keep_what_still_holds_for_some(taught: Lesson, atlas: Atlas) -> None:
    codes = world(atlas, CODES).country_code
    rows = np.flatnonzero(np.isin(codes, ["SE", "JP"]))
    some = taught.rows(rows)
    assert {s.name for s in some.statements if s.kind == "country"} == {"Sweden", "Japan"}
    assert some.holds.any(axis=0).all()
    assert np.array_equal(some.holds[:, column(some, "country", "Japan")], codes[rows] == "JP")
