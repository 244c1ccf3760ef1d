"""Heads trained on real features, small enough for a test."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km, unit_vectors
from pigeon_desktop.engine.head import LinearHead, LocationHead
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.training.heads.head import HeadOptions, train_head, watched
from pigeon_desktop.training.heads.targets import Classes, Targets
from pigeon_desktop.training.photographs import TrainingPhotographs

OPTIONS = HeadOptions(epochs=4, batch=128, learning_rate=3e-3, hidden=64, members=1)


@pytest.fixture(scope="module")
def photographs(shared: Path) -> TrainingPhotographs:
    return TrainingPhotographs.read(shared / "train" / "features.npz")[0]


@pytest.fixture(scope="module")
def cells(pack_folder: Pack) -> GeocellSet:
    return GeocellSet.read(pack_folder.folder / pack_folder.manifest.geocells.file)


@pytest.fixture(scope="module")
def classes(cells: GeocellSet) -> Classes:
    """Each cell's coordinate, with random directions for embeddings near each other where the places are."""
    waves = np.random.default_rng(0).normal(size=(3, 128)) * 6
    angle = unit_vectors(cells.latitude, cells.longitude) @ waves
    embedding = np.concatenate([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32) / np.sqrt(128)
    return replace(Classes.of_cells(cells), embedding=embedding.astype(np.float32))


def some(photographs: TrainingPhotographs, fold: int) -> np.ndarray:
    rows = np.flatnonzero(photographs.folds(5) == fold)
    return rows[:: max(1, len(rows) // 1500)]


def countries_right(p: np.ndarray, cells: GeocellSet, photographs: TrainingPhotographs, rows: np.ndarray) -> float:
    codes, position = cells.countries
    by_country = p @ np.eye(len(codes))[position]
    return float((codes[by_country.argmax(axis=1)] == photographs.country_code[rows]).mean())


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


@pytest.mark.parametrize("kind", ["location", "linear"])
def test_it_learns_countries_on_places_it_has_not_seen(
    photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes, kind: str
) -> None:
    train, held_out = some(photographs, 0), some(photographs, 1)
    options = OPTIONS
    if kind == "linear":
        classes, options = Classes.of_cells(cells), replace(OPTIONS, kind="linear", hidden=0, weight_decay=1.0)
    head = train_head(photographs, train, cells, classes, options).head
    assert isinstance(head, LinearHead if kind == "linear" else LocationHead)
    p = head.probabilities(photographs.features.rows(held_out))
    assert p.shape == (len(held_out), len(cells))
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-6)
    right = countries_right(p, cells, photographs, held_out)
    assert right > (photographs.country_code[held_out] == "US").mean() + 0.05
    nonsense = photographs.features.rows(np.random.default_rng(0).permutation(len(photographs)))
    p = head.probabilities(nonsense.rows(held_out))
    assert countries_right(p, cells, photographs, held_out) < right - 0.1


def test_labels_are_shared_out_by_distance(
    photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes
) -> None:
    targets = Targets.of(photographs, cells, classes, 75.0)
    row = int(np.flatnonzero(photographs.has_coordinate)[100])
    near = targets.near[row].numpy()
    km = distance_km(photographs.latitude[row], photographs.longitude[row], cells.latitude[near], cells.longitude[near])
    expected = np.exp(-(km - km.min()) / 75.0)
    np.testing.assert_allclose(targets.label[row].numpy(), expected / expected.sum(), atol=1e-5)


def test_the_loss_by_hand(photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes) -> None:
    targets = Targets.of(photographs, cells, classes, 75.0)
    vague = int(np.flatnonzero(~photographs.has_coordinate)[0])
    exact = int(np.flatnonzero(photographs.has_coordinate)[0])
    logits = torch.tensor(np.random.default_rng(0).normal(size=(2, len(cells))), dtype=torch.float32)
    p = torch.softmax(logits, dim=1).numpy()
    country = [
        -np.log(p[k, cells.country_code == photographs.country_code[r]].sum()) for k, r in enumerate((vague, exact))
    ]
    by_class = -(targets.label[exact].numpy() * np.log(p[1, targets.near[exact].numpy()])).sum()
    loss = targets.loss(logits, torch.tensor([vague, exact]), 0.5).numpy()
    np.testing.assert_allclose(loss, [1.5 * country[0], by_class + 0.5 * country[1]], rtol=1e-4)


def test_members_are_folded_into_the_mean_of_their_logits(
    photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes
) -> None:
    rows = some(photographs, 0)[:400]
    short = replace(OPTIONS, epochs=1)
    both = train_head(photographs, rows, cells, classes, replace(short, members=2)).head
    one, two = (train_head(photographs, rows, cells, classes, replace(short, seed=seed)).head for seed in (0, 1000))
    outputs = [head.trunk.outputs(photographs.features.rows(rows[:20])) for head in (both, one, two)]
    np.testing.assert_allclose(outputs[0], (outputs[1] + outputs[2]) / 2, atol=1e-3)
    assert both.trunk.hidden_weight.shape[1] == 128


def test_the_same_seed_gives_the_same_head(
    photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes
) -> None:
    rows = some(photographs, 0)[:400]
    short = replace(OPTIONS, epochs=1)
    a, b = (train_head(photographs, rows, cells, classes, short).head for _ in range(2))
    assert np.array_equal(a.trunk.weight, b.trunk.weight)
    other = train_head(photographs, rows, cells, classes, replace(short, seed=1)).head
    assert not np.array_equal(a.trunk.weight, other.trunk.weight)


def test_places_are_learnt_from_or_watched(photographs: TrainingPhotographs) -> None:
    rows = some(photographs, 0)
    learnt, seen = watched(photographs, rows, replace(OPTIONS, patience=3))
    assert sorted([*learnt, *seen]) == sorted(rows)
    assert 0.02 * len(rows) < len(seen) < 0.25 * len(rows)
    assert not set(photographs.place[learnt]) & set(photographs.place[seen])
    assert len(watched(photographs, rows, OPTIONS)[1]) == 0


def test_early_stopping_keeps_the_best_epoch(
    photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes
) -> None:
    rows = some(photographs, 0)[::2]
    # Steps this large make it worse again after a while.
    hasty = replace(OPTIONS, hidden=16, epochs=20, learning_rate=3e-2, weight_decay=0.0, dropout=0.0, input_dropout=0.0)
    stopped = train_head(photographs, rows, cells, classes, replace(hasty, patience=2))
    assert 1 <= stopped.epochs[0] < 18
    watched = photographs.folds(10, seed=1)[rows] == 0
    p = stopped.head.probabilities(photographs.features.rows(rows[watched]))
    run_on = train_head(photographs, rows[~watched], cells, classes, hasty).head
    q = run_on.probabilities(photographs.features.rows(rows[watched]))

    def surprise(p: np.ndarray) -> float:
        true = cells.country_code == photographs.country_code[rows[watched]][:, None]
        return float(-np.log(np.maximum((p * true).sum(axis=1), 1e-20)).mean())

    assert surprise(p) < surprise(q)


def test_training_leaves_the_global_generator_as_it_was(
    photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes
) -> None:
    before = torch.random.get_rng_state()
    train_head(photographs, some(photographs, 0)[:200], cells, classes, replace(OPTIONS, epochs=1))
    assert torch.equal(before, torch.random.get_rng_state())


def test_cancel(photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes) -> None:
    with pytest.raises(Cancelled):
        train_head(photographs, some(photographs, 0), cells, classes, OPTIONS, cancelled=lambda: True)


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"dropout": 1.0}, {"tau_km": 0.0}, {"members": 0}, {"hidden": -1}])
def test_options_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)).replace("_", " ")):
        HeadOptions(**wrong)  # type: ignore[arg-type]
