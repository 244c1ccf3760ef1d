"""Captions: what they say of real places, what they leave out, and which of them are true of which photograph."""

from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.prompts import country_caption
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.pretraining.captions import (
    PARTS,
    Caption,
    Facts,
    caption,
    known_facts,
    require_parts,
    true_of,
)
from pigeon_desktop.training.pretraining.driving import LEFT, side_of_the_road
from pigeon_desktop.training.tables import Truth, read_table

NAN = float("nan")
FULL = Facts("Portugal", "Lisboa", "Lisbon", (("driving", "Right."), ("month", "May."), ("continent", "Europe.")))


def truth(latitude: float, longitude: float, code: str, **more: object) -> Truth:
    return Truth(Path("a.jpg"), latitude, longitude, code, "x", **more)  # type: ignore[arg-type]


def facts_of(row: Truth) -> Facts:
    return known_facts([row], load_atlas())[0]


def text_of(facts: Facts, parts: tuple[str, ...] = PARTS, seed: int = 0) -> str:
    return caption(facts, parts, 0.0, np.random.default_rng(seed)).text


def test_the_published_template() -> None:
    facts = facts_of(truth(55.60, 13.00, "SE"))
    assert text_of(facts, ("town", "region")) == (
        "A Street View photo close to the town of Malmö in the region of Skåne in Sweden."
    )
    assert text_of(facts, ("region",)) == "A Street View photo in the region of Skåne in Sweden."
    assert text_of(facts, ()) == country_caption("Sweden") == "A Street View photo in Sweden."


def test_what_a_table_adds_is_said() -> None:
    facts = facts_of(truth(-33.92, 18.42, "ZA", heading=350.0, month=12, climate="warm-summer Mediterranean"))
    assert dict(facts.sentences) == {
        "climate": "This location has a warm-summer Mediterranean climate.",
        "compass": "This photo is facing north.",
        "month": "This photo was taken in December.",
        "driving": "In this location, people drive on the left side of the road.",
        "hemisphere": "This location is in the southern hemisphere.",
        "continent": "This location is in Africa.",
    }


def test_nothing_is_said_that_is_not_known() -> None:
    alone = facts_of(truth(NAN, NAN, "JP"))
    assert (alone.country, alone.region, alone.town) == ("Japan", "", "")
    assert {part for part, _ in alone.sentences} == {"driving", "continent"}
    assert facts_of(truth(45.0, -75.0, "CA")).region == "Ontario"
    assert facts_of(truth(75.0, -40.0, "GL")).town == "", "no town for hundreds of kilometres"
    assert facts_of(truth(43.735, 7.42, "MC")).region == "", "a region of the country's own name says nothing"
    assert "hemisphere" not in dict(facts_of(truth(1.35, 103.82, "SG")).sentences)
    assert "driving" not in dict(facts_of(truth(-80.0, 0.0, "AQ")).sentences)


def test_towns_across_the_border_are_not_named() -> None:
    facts = facts_of(truth(47.55, 7.70, "CH"))
    assert facts.country == "Switzerland"
    assert facts.town != "Rheinfelden" or facts.region == "Aargau"
    german = known_facts([truth(47.575, 7.66, "DE")], load_atlas())[0]
    assert (german.country, german.region) == ("Germany", "Baden-Württemberg")


def test_a_row_that_knows_better_than_the_border_is_believed() -> None:
    # In Strasbourg by the polygons, and German by its row: only the country is sure.
    facts = facts_of(truth(48.58, 7.74, "DE"))
    assert (facts.country, facts.region, facts.town) == ("Germany", "", "")
    northern = facts_of(truth(35.33, 33.32, "CY"))
    assert northern.country == "Northern Cyprus"
    assert facts_of(truth(NAN, NAN, "CY")).country == "Cyprus"


def test_the_order_and_the_choice_are_random_and_repeatable() -> None:
    first = "A Street View photo close to the town of Lisbon in the region of Lisboa in Portugal. "
    texts = {text_of(FULL, seed=seed) for seed in range(40)}
    assert {text.removeprefix(first) for text in texts} == {
        f"{a} {b} {c}" for a in ("Right.", "May.", "Europe.") for b in ("Right.", "May.", "Europe.")
        for c in ("Right.", "May.", "Europe.") if len({a, b, c}) == 3
    }  # fmt: skip
    assert text_of(FULL, seed=7) == text_of(FULL, seed=7)
    random = np.random.default_rng(0)
    some = [caption(FULL, PARTS, 0.5, random) for _ in range(2000)]
    assert np.mean([bool(one.town) for one in some]) == pytest.approx(0.5, abs=0.05)
    assert np.mean(["May." in one.text for one in some]) == pytest.approx(0.5, abs=0.05)
    assert all("Portugal" in one.text for one in some)
    assert all(("Lisbon" in one.text) == bool(one.town) for one in some)
    assert caption(FULL, PARTS, 1.0, random).text == country_caption("Portugal")


def test_captions_that_are_true_are_known() -> None:
    malmo, lund, uppsala = (Facts("Sweden", "Skåne", "Malmö"), Facts("Sweden", "Skåne", "Lund"), Facts("Sweden", "U"))
    captions = [
        Caption("", "Sweden", "Skåne", "Malmö"),
        Caption("", "Sweden", "Skåne", ""),
        Caption("", "Sweden", "", ""),
        Caption("", "Denmark", "", ""),
    ]
    assert true_of([malmo, lund, uppsala], captions).tolist() == [
        [True, True, True, False],
        [False, True, True, False],
        [False, False, True, False],
    ]


def test_sides_of_the_road() -> None:
    codes = {country.code for country in load_atlas().countries}
    sides = {
        code: side_of_the_road(code) for code in ("GB", "JP", "TH", "MZ", "VI", "WS", "PT", "US", "GI", "IO", "AQ")
    }
    assert [code for code, side in sides.items() if side == "left"] == ["GB", "JP", "TH", "MZ", "VI", "WS"]
    assert sides["AQ"] is None
    assert {"CC", "CX"} >= LEFT - codes, "typed wrongly, or drawn with another country"


def test_an_unknown_part_is_refused() -> None:
    require_parts(PARTS)
    with pytest.raises(PigeonError, match=r"weather: captions have no such part.*climate"):
        require_parts(["town", "weather"])


def test_a_table_may_say_more(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(
        "path,latitude,longitude,country_code,heading,month,climate\n"
        "a.jpg,38.7,-9.1,PT,-90,07,mild\nb.jpg,38.7,-9.1,PT,,,\nc.jpg,38.7,-9.1,PT,north,,\nd.jpg,38.7,-9.1,PT,,13,\n"
    )
    read = read_table(table, load_atlas())
    assert [(row.heading, row.month, row.climate) for row in read.rows] == [(270.0, 7, "mild"), (None, None, "")]
    assert "line 4: the heading north is no number" in read.problems[0]
    assert "line 5: the month 13 is no number from 1 to 12" in read.problems[1]
