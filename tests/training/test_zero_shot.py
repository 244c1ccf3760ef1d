"""Text towers learn, and are measured on what they were never told of: the draws leak nothing, the figures add up."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.texts import zero_shot
from pigeon_desktop.training.texts.prompt_captions import Lesson, lesson
from pigeon_desktop.training.texts.text_tower import Projection, TowerOptions, train_projection
from pigeon_desktop.training.texts.zero_shot import (
    Draw,
    by_kind,
    draw,
    fit_scale,
    harmonic,
    held_out_prompts,
    share,
    taught,
)
from tests.training.prompts import spoken, world

OPTIONS = TowerOptions(hidden=64, epochs=40, batch=64, learning_rate=0.02, dropout=0.0, weight_decay=0.01)
CODES = (
    *("SE", "NO", "FI", "DK", "GB", "IE", "PT", "ES", "FR", "IT", "GR", "TR", "EG", "MA", "KE", "ZA", "IN", "CN", "JP"),
    *("TH", "AU", "NZ", "US", "CA", "MX", "BR", "AR", "CL", "PE", "CO"),
)
Sentence = dict[str, NDArray[np.float32]]
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def photographs(atlas: Atlas) -> TrainingPhotographs:
    return world(atlas, CODES)


@pytest.fixture(scope="module")
def everything(photographs: TrainingPhotographs, atlas: Atlas) -> Lesson:
    return lesson(photographs, atlas)


@pytest.fixture(scope="module")
def sentence(everything: Lesson, atlas: Atlas) -> Sentence:
    return spoken(everything, atlas)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws of five countries."""
    monkeypatch.setattr(zero_shot, "draw", lambda photographs, seed: draw(photographs, seed, 5))


def test_a_held_out_country_is_really_absent(
    photographs: TrainingPhotographs, everything: Lesson, atlas: Atlas
) -> None:
    one = draw(photographs, 3, 5)
    codes = photographs.country_code
    assert len(one.codes) == 5
    assert set(codes[one.unseen]) == one.codes
    assert not set(codes[one.train]) & one.codes
    assert not set(codes[one.seen]) & one.codes
    assert not set(one.train.tolist()) & set(one.seen.tolist())
    assert not set(photographs.place[one.train]) & set(photographs.place[one.seen])
    assert set(codes[one.seen]) <= set(codes[one.train])
    left = taught(everything, one)
    assert len(left.holds) == len(one.train)
    assert not [s for s in left.statements if s.country_code in one.codes]
    names = {
        n.casefold() for code in one.codes for n in (*atlas.country(code).names.values(), atlas.country(code).name)
    }
    spoken_of = " ".join(text.casefold() for s in left.statements for text in s.texts)
    assert not [name for name in names if f" {name} " in f" {spoken_of} ".replace(".", " ").replace(",", " ")]
    again = draw(photographs, 3, 5)
    assert again.codes == one.codes
    assert np.array_equal(again.train, one.train)
    assert draw(photographs, 4, 5).codes != one.codes


def test_nor_is_it_named_as_part_of_another(atlas: Atlas) -> None:
    """Luxembourg is a province of Belgium too: that wording goes with the country."""
    both = world(atlas, ["BE", "LU"])
    of_belgium = both.country_code == "BE"
    both.latitude[of_belgium], both.longitude[of_belgium] = 49.9, 5.4
    one = Draw(frozenset({"LU"}), np.flatnonzero(of_belgium), np.array([], int), np.flatnonzero(~of_belgium))
    everything = lesson(both, atlas)
    assert any("Luxembourg" in text for s in everything.rows(one.train).statements for text in s.texts)
    assert not any("Luxembourg" in text for s in taught(everything, one).statements for text in s.texts)


def test_no_tower_is_asked_about_places_that_it_was_shown(
    photographs: TrainingPhotographs,
    everything: Lesson,
    sentence: Sentence,
    atlas: Atlas,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither by the folds of the places nor by the draws of countries."""
    place_of = {
        row.tobytes(): place for row, place in zip(photographs.features.embedding, photographs.place, strict=True)
    }
    shown: list[set[str]] = []
    asked: list[set[str]] = []
    logits = zero_shot.country_logits

    def train(images: tuple[Any, Any], *rest: Any) -> Projection:
        shown.append({place_of[row.tobytes()] for row in images[0]})
        return train_projection(images, *rest)

    def answer(projection: Projection, some: TrainingPhotographs, rows: Any, *rest: Any) -> Any:
        asked.append(set(some.place[rows].tolist()))
        assert not asked[-1] & shown[-1]
        return logits(projection, some, rows, *rest)

    monkeypatch.setattr(zero_shot, "train_projection", train)
    monkeypatch.setattr(zero_shot, "country_logits", answer)
    monkeypatch.setattr(zero_shot, "draw", lambda photographs, seed: draw(photographs, seed, 5))
    short = replace(OPTIONS, epochs=1)
    told = held_out_prompts(photographs, everything, sentence, atlas, short)
    assert set.union(*asked) == set(photographs.place.tolist()), "all are asked about"
    zero_shot.zero_shot(photographs, everything, sentence, atlas, short, range(2), told.countries)
    assert len(shown) == zero_shot.FOLDS + 2


def test_only_countries_with_enough_photographs_are_drawn(atlas: Atlas) -> None:
    some = world(atlas, CODES[:8])
    rare = replace_country(some, "SE", 5)
    for seed in range(20):
        assert "SE" not in draw(rare, seed, 3, least=10).codes


def test_where_countries_are_few_half_of_them_are_drawn(atlas: Atlas) -> None:
    assert len(draw(world(atlas, CODES[:8]), 0).codes) == 4
    with pytest.raises(PigeonError, match="hold 1 countries with 10 of them at least"):
        draw(world(atlas, CODES[:1]), 0)


def replace_country(photographs: TrainingPhotographs, code: str, keep: int) -> TrainingPhotographs:
    codes = photographs.country_code.copy()
    rows = np.flatnonzero(codes == code)
    codes[rows[keep:]] = "NO"
    return replace(photographs, country_code=codes)


@pytest.mark.long
def test_it_learns_and_finds_even_what_it_was_not_told_of(
    few: None, photographs: TrainingPhotographs, everything: Lesson, sentence: Sentence, atlas: Atlas
) -> None:
    told = held_out_prompts(photographs, everything, sentence, atlas, OPTIONS)
    figures = zero_shot.zero_shot(photographs, everything, sentence, atlas, OPTIONS, range(2), told.countries)
    chance = 1 / len(atlas.countries)
    for one in figures:
        assert one.countries == len(atlas.countries)
        # Close by lie many that nothing was shown of: Åland, Guernsey, Saint Martin.
        assert one.seen.five > 0.6
        assert one.seen.first > 20 * chance
        assert one.unseen.five > 20 * chance, "sentences that know where they are carry over"
        assert one.unseen.first <= one.unseen.five <= 1
        assert one.harmonic == pytest.approx(harmonic(one.seen.first, one.unseen.first))
        assert one.held_out == 5
        assert one.commonest <= 1 / 20
        assert 0 < one.by_prior < 0.1
    kinds = by_kind(told, everything, fit_scale(told, photographs.place_weights()), photographs.place_weights())
    by_name = {of.kind: of for of in kinds}
    assert by_name["country"].choices == len(atlas.countries)
    assert by_name["country"].first > 3 * by_name["country"].commonest
    assert by_name["hemisphere"].first > by_name["hemisphere"].commonest
    assert all(0 <= of.ece <= 1 for of in kinds)


def test_training_can_be_repeated_and_cancelled(
    photographs: TrainingPhotographs, everything: Lesson, sentence: Sentence
) -> None:
    images = (photographs.features.embedding, photographs.mirrored.embedding)
    short = replace(OPTIONS, epochs=2)
    calls: list[tuple[int, int]] = []
    one, other = (
        train_projection(images, photographs.weights(), everything, sentence, short, lambda *c: calls.append(c))
        for _ in range(2)
    )
    assert calls == [(1, 2), (2, 2)] * 2
    texts = np.stack(list(sentence.values())[:50])
    assert np.array_equal(one.embed(texts), other.embed(texts))
    assert np.allclose(np.linalg.norm(one.embed(texts), axis=1), 1, atol=1e-5)
    with pytest.raises(Cancelled):
        train_projection(images, photographs.weights(), everything, sentence, short, cancelled=lambda: True)


def test_what_is_true_is_not_held_against(
    photographs: TrainingPhotographs, everything: Lesson, sentence: Sentence
) -> None:
    """A photograph's country, its continent and its side of the road all come out above what is false of it."""
    images = (photographs.features.embedding, photographs.mirrored.embedding)
    projection = train_projection(images, photographs.weights(), everything, sentence, OPTIONS)
    texts = np.stack([sentence[s.texts[0]] for s in everything.statements])
    logits = projection.logits(texts, photographs.features)
    for kind in ("country", "continent", "world region", "driving side", "hemisphere"):
        columns = everything.kind(kind)
        known = everything.holds[:, columns].any(axis=1)
        best = logits[:, columns].argmax(axis=1)
        assert everything.holds[:, columns][np.flatnonzero(known), best[known]].mean() > 0.8, kind


def test_shares_count_every_country_the_same() -> None:
    logits = np.array([[3, 2, 1], [3, 2, 1], [3, 2, 1], [3, 2, 1]], np.float32)
    of = share(logits, np.array([0, 0, 0, 2]))
    assert of.first == pytest.approx(0.5)
    assert of.first_of_photographs == pytest.approx(0.75)
    assert of.five == 1.0
    assert harmonic(0.5, 0.0) == 0.0 == harmonic(0.0, 0.0)


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"dropout": 1.0}, {"epochs": 0}, {"mixed": -1.0}, {"batch": 0}])
def test_options_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TowerOptions(**wrong)  # type: ignore[arg-type]
