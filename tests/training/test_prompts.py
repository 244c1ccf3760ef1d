"""`pigeon train captions` from end to end, on a small world: what it puts into a pack, and what it leaves alone."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.frame import Frame
from pigeon_desktop.packs.store import Pack, read_pack
from pigeon_desktop.packs.tensors import read_tensors
from pigeon_desktop.training.texts import prompts, seen, sentences, zero_shot
from pigeon_desktop.training.texts.prompt_captions import lesson
from pigeon_desktop.training.texts.prompts import Order, train_captions
from pigeon_desktop.training.texts.seen import OUTSIDE, names_not_taught, references, threshold
from pigeon_desktop.training.texts.sentences import Sentences
from pigeon_desktop.training.texts.text_tower import TowerOptions
from tests.training.prompts import SMALL, small_sentences, spoken, world

CODES = ("SE", "NO", "GB", "PT", "EG", "KE", "IN", "JP", "AU", "US", "BR", "AR")
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """A small sentence encoder, and draws and lists as small."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(sentences, name, value)
        drawn = zero_shot.draw
        patch.setattr(zero_shot, "draw", lambda photographs, seed: drawn(photographs, seed, 3))
        patch.setattr(seen, "NAMES", 20)
        patch.setattr(seen, "REFERENCES", 50)
        patch.setattr(prompts, "COMPARED", 40)
        yield


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory, pack_folder: Pack) -> Order:
    folder = tmp_path_factory.mktemp("captions")
    atlas = load_atlas()
    some = world(atlas, CODES)
    np.savez(
        folder / "features.npz",
        embedding=some.features.embedding,
        embedding_flipped=some.mirrored.embedding,
        mean_token=some.features.mean_token,
        mean_token_flipped=some.mirrored.mean_token,
        latitude=some.latitude,
        longitude=some.longitude,
        country_code=some.country_code,
        place=some.place,
    )
    texts = [text for one in lesson(some, atlas).statements for text in one.texts]
    source = small_sentences(folder / "sentences", texts)
    shutil.copytree(pack_folder.folder, folder / "pack")
    options = TowerOptions(hidden=16, epochs=3, batch=64)
    return Order(folder / "pack", folder / "features.npz", source, options, 2, "9.9")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIGEON_DATA", str(folder))
        yield folder


@pytest.fixture(scope="module")
def made(order: Order, data: Path) -> Pack:
    card = order.pack / "card.md"
    card.write_text(card.read_text("utf-8") + "\n## By hand\n\nA sentence of somebody's.\n", encoding="utf-8")
    train_captions(order, lambda *_: None, lambda _: None, lambda: False)
    return read_pack(order.pack)


def test_the_pack_answers_prompts_and_is_otherwise_as_it_was(made: Pack, pack_folder: Pack) -> None:
    before, after = pack_folder.manifest, made.manifest
    made_files = {spec.file: spec.sha256 for spec in after.files() if spec not in after.text_files()}
    for spec in (before.head, before.geocells, before.encoder, before.calibration):
        assert spec is not None
        assert made_files[spec.file] == spec.sha256
    assert (after.version, after.name, after.self_check) == ("9.9", before.name, before.self_check)
    assert {k: v for k, v in after.evaluation.items() if k != "prompts"} == {
        k: v for k, v in before.evaluation.items() if k != "prompts"
    }
    assert made.text_installed
    text = after.text
    assert text is not None
    assert text.context_length == 20
    assert text.scale > 0
    assert text.least_seen is not None
    assert text.frame is not None
    graph = made.path_of(text).read_bytes()
    assert hashlib.sha256(graph).hexdigest() == text.sha256
    assert Session(made.path_of(text), "cpu").outputs == {"embedding": 2, "seen": 1}


def test_the_frame_makes_the_tower_again(made: Pack, order: Order) -> None:
    text = made.manifest.text
    assert text is not None
    assert text.frame is not None
    frame, weights = Frame.read(made.path_of(text.frame)), Sentences.read(order.sentences).weights
    assert frame.weights_sha256 == hashlib.sha256(weights).hexdigest()
    assert frame.filled(read_tensors(weights, "x")) == made.path_of(text).read_bytes()


def test_the_card_has_the_tables_and_keeps_the_rest(made: Pack, order: Order, data: Path) -> None:
    card = (made.folder / "card.md").read_text("utf-8")
    assert card.startswith("# default 9.9\n")
    assert "A sentence of somebody's." in card
    assert card.count("## Prompts") == 1
    for row in (r"\| country \| 252 \|", r"\| driving side \| 2 \|", r"\| 1 \|", r"\| 2 \|", r"\| mean ± spread \|"):
        assert re.search(row, card), row
    train_captions(order, lambda *_: None, lambda _: None, lambda: False)  # again: in the place of the first
    again = (made.folder / "card.md").read_text("utf-8")
    assert again == card


def test_a_run_that_is_stopped_changes_nothing(made: Pack, order: Order) -> None:
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    calls: list[str] = []

    def stage(what: str, done: int, total: int) -> None:
        calls.append(what)

    with pytest.raises(Cancelled):
        train_captions(order, stage, lambda _: None, lambda: "Zero-shot" in calls)
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before
    assert calls


def test_features_of_another_encoder_are_refused(order: Order, tmp_path: Path) -> None:
    with np.load(order.features) as arrays:
        np.savez(tmp_path / "other.npz", **arrays, encoder_sha256=np.array("0" * 64))
    other = Order(order.pack, tmp_path / "other.npz", order.sentences, order.options, 2, None)
    with pytest.raises(PigeonError, match="was made with the encoder of SHA-256 0000"):
        train_captions(other, lambda *_: None, lambda _: None, lambda: False)


def test_references_stand_for_all_that_was_taught() -> None:
    atlas = load_atlas()
    taught = lesson(world(atlas, CODES), atlas)
    sentence = spoken(taught, atlas)
    some = references(taught, sentence.__getitem__, 30)
    every = references(taught, sentence.__getitem__, 10_000)
    assert len(some) == 30
    assert len(every) > 60

    def cover(chosen: np.ndarray) -> float:
        return float((every @ chosen.T).max(axis=1).min())

    assert cover(every) == pytest.approx(1.0, abs=1e-5)
    assert cover(some) > cover(every[:30])


def test_the_threshold_keeps_names_and_is_measured_on_others() -> None:
    atlas = load_atlas()
    taught = lesson(world(atlas, CODES), atlas)
    known = {text.casefold() for statement in taught.statements for text in statement.texts}
    names = names_not_taught(atlas, taught, 50)
    assert not {name.casefold() for name in names["the bare name"]} & known
    assert {len(texts) for texts in names.values()} == {100}
    everything = {text for texts in names_not_taught(atlas, taught, 40).values() for text in texts}

    def values(texts: object) -> np.ndarray:
        assert isinstance(texts, list | tuple)
        noise = np.random.default_rng(len(texts))
        return np.array([0.5 + noise.normal(0, 0.1) if text in everything else 0.0 for text in texts], np.float32)

    figures = threshold(atlas, taught, values)
    assert 0.2 < figures.least_seen < 0.45
    assert all(rate > 0.85 for rate in figures.places.values())
    assert figures.outside == 0.0
    assert len(OUTSIDE) == len(set(OUTSIDE)) > 90
    assert all(OUTSIDE)
