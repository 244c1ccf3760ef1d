"""Zero-shot heads by captions: country first, then the cell within it, by hand and for any numbers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth import shapes
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import CaptionsHead, packed, read_head, unit
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import HeadSpec


def features(*embedding: float) -> Features:
    return Features(np.array([embedding], "f4"), np.zeros((1, 1), "f4"))


def small_head(temperature: float = 1.0) -> CaptionsHead:
    """Two countries, three cells: cells 0 and 2 are of country 1, cell 1 is of country 0. Cell 0 has two captions."""
    return CaptionsHead(
        countries=np.array([[1, 0], [0, 1]], "f4"),
        captions=np.array([[1, 0], [0, 1], [0.8, 0.6], [0.6, 0.8]], "f4"),
        cell=np.array([0, 0, 1, 2], np.int32),
        country=np.array([1, 0, 1], np.int32),
        scale=10.0,
        temperature=temperature,
    )


def test_the_hierarchy_by_hand() -> None:
    p = small_head().probabilities(features(6, 8))[0]  # of any length; its direction is (0.6, 0.8)
    second = np.exp(8) / (np.exp(6) + np.exp(8))
    # Country 1: cell 0 by the better of 6 and 8, cell 2 by 0.36 + 0.64 = 1 times 10. Country 0 has only cell 1.
    first_cell = np.exp(8) / (np.exp(8) + np.exp(10))
    np.testing.assert_allclose(p, [second * first_cell, 1 - second, second * (1 - first_cell)], rtol=1e-5)


def test_the_temperature_is_that_of_both_stages() -> None:
    p = small_head(temperature=2.0).probabilities(features(0.6, 0.8))[0]
    second, first_cell = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))
    np.testing.assert_allclose(p, [second * first_cell, 1 - second, second * (1 - first_cell)], rtol=1e-5)


def test_a_cell_gains_nothing_by_more_captions() -> None:
    head = small_head()
    twice = replace(head, captions=head.captions[[0, 1, 1, 1, 2, 3]], cell=np.array([0, 0, 0, 0, 1, 2], np.int32))
    picture = features(0.3, 0.7)
    np.testing.assert_allclose(twice.probabilities(picture), head.probabilities(picture))


@st.composite
def heads(draw: st.DrawFn) -> CaptionsHead:
    """Any head: every country has a cell, every cell a caption."""
    countries = draw(st.integers(1, 5))
    country = draw(st.permutations([*range(countries), *draw(st.lists(st.integers(0, countries - 1), max_size=6))]))
    each = draw(st.lists(st.integers(1, 3), min_size=len(country), max_size=len(country)))
    cell = np.repeat(np.arange(len(country)), each).astype(np.int32)
    noise = np.random.default_rng(draw(st.integers(0, 999)))
    texts = (unit(noise.normal(size=(n, 4)).astype("f4")) for n in (countries, len(cell)))
    scale, temperature = draw(st.floats(1, 100)), draw(st.floats(0.5, 4))
    return CaptionsHead(*texts, cell, np.array(country, np.int32), scale, temperature)


@given(heads(), st.integers(0, 999))
def test_cells_share_exactly_the_mass_of_their_country(head: CaptionsHead, seed: int) -> None:
    embedding = np.random.default_rng(seed).normal(size=(3, 4)).astype("f4")
    p = head.probabilities(Features(embedding, embedding))
    logits = head.scale * (unit(embedding).astype("f8") @ head.countries.T.astype("f8")) / head.temperature
    wanted = np.exp(logits - logits.max(axis=1, keepdims=True))
    wanted /= wanted.sum(axis=1, keepdims=True)
    mass = np.stack([np.bincount(head.country, row, len(head.countries)) for row in p])
    np.testing.assert_allclose(mass, wanted, rtol=1e-3, atol=1e-12)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    assert np.all(p > 0), "every cell has a probability"
    inside = head.scale * (unit(embedding) @ head.captions.T)
    for row, fit in zip(p, inside, strict=True):
        best = np.array([fit[head.cell == k].max() for k in range(len(head.country))])
        for k in range(len(head.countries)):
            own = np.flatnonzero(head.country == k)
            assert row[own[best[own].argmax()]] == pytest.approx(row[own].max(), rel=1e-3)


def arrays(**changed: Any) -> dict[str, Any]:
    head = small_head()
    whole = {
        **packed("countries", head.countries),
        **packed("captions", head.captions),
        "cell": head.cell,
        "country": head.country,
        "scale": np.array([head.scale], "f4"),
        **changed,
    }
    return {name: np.asarray(value) for name, value in whole.items() if value is not None}


def spec(**changed: Any) -> HeadSpec:
    return replace(HeadSpec("head.xz", "0" * 64, "captions", ("embedding",), 1.5), **changed)


def test_writing_and_reading_changes_no_figure(tmp_path: Path) -> None:
    shapes.write_arrays(tmp_path / "head.xz", arrays())
    again = read_head(tmp_path / "head.xz", spec(), cells=3)
    picture = features(0.5, 0.7)
    np.testing.assert_allclose(again.probabilities(picture), small_head(1.5).probabilities(picture), atol=0.01)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"scale": None}, "scale"),
        ({"scale": np.array([np.inf], "f4")}, "not finite"),
        ({"scale": np.array([0], "f4")}, "scale 0"),
        ({"country": np.array([1, 0], "i4")}, "3 cells of 2 countries"),
        ({"country": np.array([1, 1, 1], "i4")}, "3 cells of 2 countries"),
        ({"country": np.array([1, 0, 2], "i4")}, "3 cells of 2 countries"),
        ({"cell": np.array([0, 0, 1], "i4")}, "captions"),
        ({"cell": np.array([0, 0, 1, 1], "i4")}, "each of 3 cells"),
        ({"cell": np.array([0, 1, 0, 2], "i4")}, "each of 3 cells"),
        ({"cell": np.array([0, 1, 2, 3], "i4")}, "each of 3 cells"),
        (packed("countries", np.eye(3, dtype="f4")[:2]), "countries"),
    ],
)
def test_a_damaged_head_is_refused_by_name(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    shapes.write_arrays(tmp_path / "head.xz", arrays(**changed))
    with pytest.raises(PigeonError, match=said) as error:
        read_head(tmp_path / "head.xz", spec(), cells=3)
    assert "head.xz" in str(error.value)


def test_captions_speak_of_the_embedding_alone(tmp_path: Path) -> None:
    shapes.write_arrays(tmp_path / "head.xz", arrays())
    with pytest.raises(PigeonError, match="embedding alone"):
        read_head(tmp_path / "head.xz", spec(features=("embedding", "mean_token")), cells=3)
