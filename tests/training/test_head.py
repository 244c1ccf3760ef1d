"""Heads trained on real features, small enough for a test."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.training.head import HeadOptions, Places, train_location_head
from pigeon_desktop.training.photographs import TrainingPhotographs

OPTIONS = HeadOptions(epochs=4, batch=128, learning_rate=3e-3)


@pytest.fixture(scope="module")
def photographs(shared: Path) -> TrainingPhotographs:
    return TrainingPhotographs.read(shared / "train" / "features.npz")[0]


@pytest.fixture(scope="module")
def cells(pack_folder: Pack) -> GeocellSet:
    return GeocellSet.read(pack_folder.folder / pack_folder.manifest.geocells.file)


@pytest.fixture(scope="module")
def places(cells: GeocellSet) -> Places:
    """Each cell's coordinate, with random directions for embeddings near each other where the places are."""
    from pigeon_desktop.earth.sphere import unit_vectors

    waves = np.random.default_rng(0).normal(size=(3, 128)) * 6
    angle = unit_vectors(cells.latitude, cells.longitude) @ waves
    embedding = np.concatenate([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32) / np.sqrt(128)
    return Places(cells.latitude, cells.longitude, np.arange(len(cells)), embedding)


def some(photographs: TrainingPhotographs, fold: int) -> np.ndarray:
    rows = np.flatnonzero(photographs.folds(5) == fold)
    return rows[:: max(1, len(rows) // 1500)]


def test_folds_never_split_a_place(photographs: TrainingPhotographs) -> None:
    fold = photographs.folds(5)
    for k in range(5):
        assert not set(photographs.place[fold == k]) & set(photographs.place[fold != k])
    assert np.bincount(fold).min() > 1000


def test_weights_even_out_countries_and_albums(photographs: TrainingPhotographs) -> None:
    weights = photographs.weights()
    assert weights.mean() == pytest.approx(1.0, abs=1e-4)
    american = photographs.country_code == "US"
    assert weights[american].mean() < weights[~american].mean()


def test_it_learns_countries_on_places_it_has_not_seen(
    photographs: TrainingPhotographs, cells: GeocellSet, places: Places
) -> None:
    train, held_out = some(photographs, 0), some(photographs, 1)
    head = train_location_head(photographs, train, cells, places, OPTIONS)
    p = head.probabilities(photographs.features.rows(held_out))
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-6)
    codes = np.unique(cells.country_code)
    by_country = np.stack([p[:, cells.country_code == code].sum(axis=1) for code in codes], axis=1)
    right = (codes[by_country.argmax(axis=1)] == photographs.country_code[held_out]).mean()
    always_us = (photographs.country_code[held_out] == "US").mean()
    assert right > always_us + 0.05
    nonsense = replace(photographs, features=photographs.features.rows(np.random.default_rng(0).permutation(9293)))
    p = head.probabilities(nonsense.features.rows(held_out))
    by_country = np.stack([p[:, cells.country_code == code].sum(axis=1) for code in codes], axis=1)
    assert (codes[by_country.argmax(axis=1)] == photographs.country_code[held_out]).mean() < right - 0.1


def test_the_same_seed_gives_the_same_head(photographs: TrainingPhotographs, cells: GeocellSet, places: Places) -> None:
    rows = some(photographs, 0)[:400]
    short = replace(OPTIONS, epochs=1)
    a, b = (train_location_head(photographs, rows, cells, places, short) for _ in range(2))
    assert np.array_equal(a.weight, b.weight)
    other = train_location_head(photographs, rows, cells, places, replace(short, seed=1))
    assert not np.array_equal(a.weight, other.weight)


def test_training_leaves_the_global_generator_as_it_was(
    photographs: TrainingPhotographs, cells: GeocellSet, places: Places
) -> None:
    before = torch.random.get_rng_state()
    train_location_head(photographs, some(photographs, 0)[:200], cells, places, replace(OPTIONS, epochs=1))
    assert torch.equal(before, torch.random.get_rng_state())


def test_cancel(photographs: TrainingPhotographs, cells: GeocellSet, places: Places) -> None:
    with pytest.raises(Cancelled):
        train_location_head(photographs, some(photographs, 0), cells, places, OPTIONS, cancelled=lambda: True)
