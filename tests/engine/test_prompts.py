"""Captions: what is typed, what the sets hold, and where they lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prompts import LONGEST, TOP_SETS, TOWNS, Prompt, prompt_set, typed, typed_prompt
from pigeon_desktop.engine.within import parse_within
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack

ATLAS = load_atlas()


@pytest.fixture(scope="module")
def cells(pack_folder: Pack) -> GeocellSet:
    return GeocellSet.read(pack_folder.path_of(pack_folder.manifest.geocells))


def by_name(key: str) -> dict[str, Prompt]:
    return {prompt.name: prompt for prompt in prompt_set(key, ATLAS).prompts}


@pytest.mark.parametrize(
    ("text", "caption", "within", "opens"),
    [
        ("Europe", "A Street View photo in Europe.", "Europe", "world-regions:Europe"),
        (" western  africa ", "A Street View photo in Western Africa.", "Western Africa", "countries:Western Africa"),
        ("South America", "A Street View photo in South America.", "South America", "countries:South America"),
        ("Antarctica", "A Street View photo in Antarctica.", "Antarctica", "countries:Antarctica"),
        ("the caribbean", "A Street View photo in Caribbean.", "Caribbean", "countries:Caribbean"),
        ("UK", "A Street View photo in United Kingdom.", "GB", "regions:GB"),
        ("Schweden", "A Street View photo in Sweden.", "SE", "regions:SE"),
        ("Georgia", "A Street View photo in Georgia.", "GE", "regions:GE"),
        ("Skåne", "A Street View photo in the region of Skåne in Sweden.", "SE-M", "cities:SE-M"),
        (
            "Lund",
            "A Street View photo close to the town of Lund in the region of Skåne in Sweden.",
            "55.706,13.193,25",
            "",
        ),
        ("Kleinkleckersdorf", "A Street View photo in Kleinkleckersdorf.", "", ""),
        ("Nowhere am Main", "A Street View photo in Nowhere am Main.", "", ""),
        ("a photo of a dog", "a photo of a dog", "", ""),
        ("Rice fields after rain.", "Rice fields after rain.", "", ""),
    ],
)
def test_what_is_typed(text: str, caption: str, within: str, opens: str) -> None:
    prompt = typed_prompt(text, ATLAS)
    assert (prompt.caption, prompt.within, prompt.opens) == (caption, within, opens)


def test_the_same_place_twice_is_asked_once() -> None:
    assert [prompt.name for prompt in typed(["UK", "Sweden", "United Kingdom", "sweden"], ATLAS)] == [
        "United Kingdom",
        "Sweden",
    ]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["Sweden", " "], "Caption 2 is empty"),
        (["…", "Sweden"], "Caption 1 is empty"),
        (["Sweden", "x" * 10_000], r"Caption 2 \(x+…\) has 10,000 characters"),
        (["caf\udce9", "Sweden"], "Caption 1 is no text"),
        (["Sweden"], "One caption alone"),
        (["Sweden", "SWEDEN"], "One caption alone"),
        ([f"thing {i}" for i in range(1001)], "1,001 captions are more"),
    ],
)
def test_what_cannot_be_asked(texts: list[str], message: str) -> None:
    with pytest.raises(PigeonError, match=message):
        typed(texts, ATLAS)


@given(st.text(max_size=LONGEST + 50))
def test_any_text_is_a_caption_or_refused_in_words(text: str) -> None:
    words = " ".join(text.split())
    if len(words) <= LONGEST and any(c.isalnum() for c in words):
        assert typed_prompt(text, ATLAS).caption
    else:
        with pytest.raises(PigeonError, match="Caption 1"):
            typed_prompt(text, ATLAS)


def test_every_set_opens_into_sets_down_to_towns(cells: GeocellSet) -> None:
    """Whatever a caption leads to is there, and "search within" understands every place."""
    world = set(cells.country_code.tolist())
    keys, asked = list(TOP_SETS), set[str]()
    towns = 0
    while keys:
        key = keys.pop()
        found = prompt_set(key, ATLAS, world)
        asked.add(key)
        captions = [prompt.caption for prompt in found.prompts]
        if key.startswith("cities:"):
            assert len(captions) <= TOWNS
            assert len(set(captions)) == len(captions) > 1, key
            towns += len(captions)
            continue
        assert len(set(captions)) == len(captions) > 1, key
        for prompt in found.prompts:
            if prompt.within and not key.startswith("regions:"):
                assert parse_within(prompt.within, cells, ATLAS).mask.any(), prompt
            # Of the 4,596 units only those of some countries: all are made the same way.
            if prompt.opens and prompt.opens not in asked and not (key.startswith("regions:") and key[-2:] != "SE"):
                keys.append(prompt.opens)
    assert {"world-regions:Europe", "countries:Caribbean", "regions:US", "cities:SE-M", "cities:MC"} <= asked
    assert towns > 40


def test_what_the_sets_hold() -> None:
    assert {"Europe", "Africa", "Asia", "Oceania", "North America", "South America"} <= set(by_name("continents"))
    assert set(by_name("world-regions:Europe")) == {
        "Northern Europe",
        "Western Europe",
        "Southern Europe",
        "Eastern Europe",
    }
    assert {"Sweden", "United Kingdom", "Iceland"} <= set(by_name("countries:Northern Europe"))
    assert "Germany" not in by_name("countries:Northern Europe")
    assert {"Cuba", "Jamaica"} <= set(by_name("countries:Caribbean"))
    assert by_name("countries")["Germany"].opens == "regions:DE"
    assert next(iter(by_name("cities:SE-M"))) == "Malmö"
    assert "region of" in by_name("cities:FR")["Lyon"].caption
    assert len(by_name("driving-side")) == 2
    assert set(prompt_set("countries", ATLAS, {"SE", "NO"}).prompts) == {
        by_name("countries")["Sweden"],
        by_name("countries")["Norway"],
    }


@pytest.mark.parametrize("key", ["", "planets", "countries:Atlantis", "regions:QQ", "cities:QQ", "continents:Europe"])
def test_there_is_no_such_set(key: str) -> None:
    with pytest.raises(PigeonError, match="no such set of captions"):
        prompt_set(key, ATLAS)
