"""Cross-validation: nothing that is judged was seen before, neither by the head nor by its calibration."""

from dataclasses import replace

import numpy as np
import pytest

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.training.heads.head import HeadOptions, train_head
from pigeon_desktop.training.heads.targets import Classes
from pigeon_desktop.training.measuring.calibration import HeldOut
from pigeon_desktop.training.measuring.validation import held_out_beliefs, judged
from pigeon_desktop.training.photographs import TrainingPhotographs

N = 240
OPTIONS = HeadOptions(
    kind="linear",
    hidden=64,
    members=1,
    epochs=30,
    batch=32,
    learning_rate=1e-2,
    weight_decay=0.0,
    dropout=0.0,
    input_dropout=0.0,
)


@pytest.fixture(scope="module")
def cells(pack_folder: Pack) -> GeocellSet:
    return GeocellSet.read(pack_folder.folder / pack_folder.manifest.geocells.file)


@pytest.fixture(scope="module")
def nonsense(cells: GeocellSet) -> TrainingPhotographs:
    """Photographs in as many geocells of eight countries, whose features say nothing about where they were taken."""
    random = np.random.default_rng(0)
    codes = ("US", "CA", "FR", "RU", "BR", "JP", "ZA", "AU")
    cell = random.choice(np.flatnonzero(np.isin(cells.country_code, codes)), N)
    features = Features(random.normal(size=(N, 32)).astype("f4"), random.normal(size=(N, 48)).astype("f4"))
    return TrainingPhotographs(
        features,
        features,
        cells.latitude[cell],
        cells.longitude[cell],
        cells.country_code[cell],
        np.array([f"p{i}" for i in range(N)]),
        np.full(N, "photo"),
        np.ones(N, np.float32),
    )


def right(cells: GeocellSet, photographs: TrainingPhotographs, p: np.ndarray) -> float:
    codes, position = cells.countries
    first = codes[(p @ np.eye(len(codes))[position]).argmax(axis=1)]
    return float((first == photographs.country_code).mean())


def test_a_head_is_held_against_places_that_it_has_not_seen(cells: GeocellSet, nonsense: TrainingPhotographs) -> None:
    """Of nonsense nothing can be known but by heart: a head that had seen its own fold would know nearly all."""
    classes = Classes.of_cells(cells)
    by_heart = train_head(nonsense, np.arange(N), cells, classes, OPTIONS).head.probabilities(nonsense.features)
    assert right(cells, nonsense, by_heart) > 0.9
    held_out, epochs = held_out_beliefs(nonsense, cells, classes, OPTIONS, nonsense.folds(3))
    assert right(cells, nonsense, np.exp(held_out.log_probability)) < 0.5
    assert epochs == (30, 30, 30)


def test_a_fold_is_judged_by_a_calibration_of_the_others(cells: GeocellSet, nonsense: TrainingPhotographs) -> None:
    """What is true of one fold alone changes nothing in what is said of it."""
    random = np.random.default_rng(1)
    true = np.eye(len(cells))[cells.cells_at(nonsense.latitude, nonsense.longitude)]
    log_p = np.log(random.dirichlet(np.full(len(cells), 0.02), N) + 0.2 * true + 1e-6).astype(np.float32)
    fold = nonsense.folds(3)
    moved = np.flatnonzero(fold == 0)
    elsewhere = replace(
        nonsense,
        **{
            name: np.where(fold == 0, np.roll(getattr(nonsense, name), 7), getattr(nonsense, name))
            for name in ("latitude", "longitude", "country_code")
        },
    )
    said = []
    for photographs in (nonsense, elsewhere):
        cell = cells.cells_at(photographs.latitude, photographs.longitude)
        outcomes = judged(HeldOut(photographs, cells, log_p, cell), fold).outcomes
        said.append([(o.status, round(o.certainty, 9), round(o.radius_km, 6)) for o in outcomes])
    assert [said[0][i] for i in moved] == [said[1][i] for i in moved]
    others = np.flatnonzero(fold != 0)
    assert [said[0][i] for i in others] != [said[1][i] for i in others], "of the others it does: their calibration"
