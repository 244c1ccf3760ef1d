"""Cross-validation: what a head and its calibration are worth on places they have not seen."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Place
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.candidates import regions
from pigeon_desktop.engine.prediction import Candidate, Status
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.writing import whole_file
from pigeon_desktop.training.heads.head import HeadOptions, Progress, train_head
from pigeon_desktop.training.heads.targets import Classes
from pigeon_desktop.training.measuring.calibration import (
    HeldOut,
    certainty,
    country_masses,
    coverage_curve,
    fit,
    fit_temperature,
)
from pigeon_desktop.training.measuring.evaluate import Outcome, outcome
from pigeon_desktop.training.measuring.reliability import within_radius
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.tables import Truth


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """What was said of places that the head and its calibration had not seen.

    `calibration` and `temperature` are fitted on all of it, for the head that is trained on everything; `epochs` is
    after how many the best of each fold's members was had.
    """

    held_out: HeldOut
    temperature: float
    calibration: Calibration
    outcomes: list[Outcome]
    curve: list[tuple[float, float, float]]
    radius_coverage: float
    epochs: tuple[int, ...]


def cross_validate(
    photographs: TrainingPhotographs,
    cells: GeocellSet,
    classes: Classes,
    options: HeadOptions,
    folds: int,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> CrossValidation:
    """Train `folds` heads, each on the other folds' places, and hold each against its own.

    Raises:
        Cancelled: by `cancelled`.
    """
    fold = photographs.folds(folds)
    held_out, epochs = held_out_beliefs(photographs, cells, classes, options, fold, progress, cancelled)
    return judged(held_out, fold, epochs, cancelled)


def held_out_beliefs(
    photographs: TrainingPhotographs,
    cells: GeocellSet,
    classes: Classes,
    options: HeadOptions,
    fold: NDArray[np.int64],
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[HeldOut, tuple[int, ...]]:
    """What heads say of each fold that learnt from the others alone, and after how many epochs their members were best.

    `fold` (n,) counts from 0.

    Raises:
        Cancelled: by `cancelled`.
    """
    folds = int(fold.max()) + 1
    log_p, epochs = np.empty((len(photographs), len(cells)), np.float32), list[int]()
    for k in range(folds):
        trained = train_head(
            photographs,
            np.flatnonzero(fold != k),
            cells,
            classes,
            replace(options, seed=options.seed + k),
            lambda done, total, k=k: progress(k * total + done, folds * total),  # type: ignore[misc]
            cancelled,
        )
        rows = np.flatnonzero(fold == k)
        log_p[rows] = np.log(np.maximum(trained.head.probabilities(photographs.features.rows(rows)), 1e-12))
        epochs += trained.epochs
    return HeldOut(photographs, cells, log_p, owning_cells(photographs, cells)), tuple(epochs)


def owning_cells(photographs: TrainingPhotographs, cells: GeocellSet) -> NDArray[np.int64]:
    """The cell that each photograph was taken in, shape (n,); -1 where its coordinate is unknown."""
    cell = np.full(len(photographs), -1, np.int64)
    known = photographs.has_coordinate
    cell[known] = cells.cells_at(photographs.latitude[known], photographs.longitude[known])
    return cell


def judged(
    held_out: HeldOut,
    fold: NDArray[np.int64],
    epochs: tuple[int, ...] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> CrossValidation:
    """Hold beliefs against the truth. The temperature and calibration with which a fold is judged are fitted on the
    other folds; those of the whole on all photographs. `fold` (n,) never parts a place.

    Raises:
        Cancelled: by `cancelled`.
    """
    photographs, cells, cell = held_out.photographs, held_out.cells, held_out.cell
    outcomes: dict[int, Outcome] = {}
    score, right = np.empty(len(photographs)), np.empty(len(photographs), bool)
    for k in np.unique(fold).tolist():
        others, rows = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        temperature = fit_temperature(held_out, others)
        calibration = fit(held_out, others, temperature)
        p = held_out.probabilities(rows, temperature)
        score[rows] = certainty(cells, p)
        right[rows] = country_masses(cells, p)[0] == photographs.country_code[rows]
        for done, row in enumerate(rows):
            if cancelled():
                raise Cancelled
            belief = Belief(cells, p[done])
            outcomes[int(row)] = _outcome(photographs, int(row), int(cell[row]), belief, calibration)
    everything = np.arange(len(photographs))
    temperature = fit_temperature(held_out, everything)
    ordered = [outcomes[i] for i in range(len(photographs))]
    return CrossValidation(
        held_out,
        temperature,
        fit(held_out, everything, temperature),
        ordered,
        coverage_curve(score, right, photographs.place_weights()),
        within_radius(ordered).share,
        epochs,
    )


def _outcome(
    photographs: TrainingPhotographs, row: int, cell: int, belief: Belief, calibration: Calibration
) -> Outcome:
    """What is said of one photograph against the truth, which lies in `cell`, -1 where that is unknown."""
    cells, first = belief.cells, regions(belief)[0]
    candidate = Candidate(
        1,
        first.probability,
        float(cells.latitude[first.centre]),
        float(cells.longitude[first.centre]),
        calibration.radius_km(first.radius_km),
        Place("", "", "", "", "", 0.0),
        tuple(str(i) for i in cells.ids[first.cells]),
    )
    truth = Truth(
        Path(str(row)),
        float(photographs.latitude[row]),
        float(photographs.longitude[row]),
        str(photographs.country_code[row]),
        str(photographs.place[row]),
    )
    status: Status = "abstained" if calibration.abstains(belief) else "located"
    return outcome(
        truth,
        status,
        [candidate],
        belief.countries,
        certainty=belief.certainty,
        cell=str(cells.ids[cell]) if cell >= 0 else "",
    )


def write_held_out(path: Path, held_out: HeldOut, fold: NDArray[np.int64]) -> None:
    """Write what heads said of photographs that they had not seen, and the fold (n,) of each, to an .npz file.

    The photographs and the cells are not in it, only their hashes.

    Raises:
        PigeonError: the file cannot be written.
    """
    with whole_file(path) as file:
        np.savez(
            file,
            log_probability=held_out.log_probability.astype(np.float16),
            cell=held_out.cell.astype(np.int32),
            fold=fold.astype(np.int32),
            photographs_sha256=np.array(_photographs_sha256(held_out.photographs)),
            cells_sha256=np.array(_cells_sha256(held_out.cells)),
        )


def read_held_out(path: Path, photographs: TrainingPhotographs, cells: GeocellSet) -> tuple[HeldOut, NDArray[np.int64]]:
    """What `write_held_out` wrote of these photographs and cells: the beliefs, and the fold of each photograph.

    Raises:
        PigeonError: not such a file, or it is about other photographs or cells.
    """
    again = "Make it again by `pigeon train head --held-out FILE`."
    try:
        with path.open("rb") as stream:  # numpy leaves a file open that it cannot read
            file = np.load(stream, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ValueError("one array alone")
            log_p, cell, fold, of_photographs, of_cells = (
                np.asarray(file[name])
                for name in ("log_probability", "cell", "fold", "photographs_sha256", "cells_sha256")
            )
    except (OSError, ValueError, KeyError, EOFError, MemoryError, RuntimeError, BadZipFile, zlib.error) as error:
        raise PigeonError(f"{path}: not a file of held-out beliefs ({error}). {again}") from error
    for what, mark, wanted in (
        ("photographs", of_photographs, _photographs_sha256(photographs)),
        ("geocells", of_cells, _cells_sha256(cells)),
    ):
        if str(mark) != wanted:
            raise PigeonError(f"{path}: is about other {what} than those given, their hash is {mark}. {again}")
    n = len(photographs)
    if not (
        (log_p.shape, cell.shape, fold.shape) == ((n, len(cells)), (n,), (n,))
        and (log_p.dtype.kind, cell.dtype.kind, fold.dtype.kind) == ("f", "i", "i")
        and bool(np.all(np.isfinite(log_p)))
        and bool(np.all((cell >= -1) & (cell < len(cells))))
        and len(np.unique(fold)) > 1
    ):
        raise PigeonError(f"{path}: its arrays do not belong together. {again}")
    return HeldOut(photographs, cells, log_p.astype(np.float32), cell.astype(np.int64)), fold.astype(np.int64)


def _photographs_sha256(photographs: TrainingPhotographs) -> str:
    features = (photographs.features, photographs.mirrored)
    return _sha256(
        *(array for of in features for array in (of.embedding, of.mean_token)),
        *(photographs.latitude, photographs.longitude, photographs.country_code, photographs.place),
    )


def _cells_sha256(cells: GeocellSet) -> str:
    return _sha256(cells.ids, cells.country_code, cells.latitude.astype(np.float32), cells.longitude.astype(np.float32))


def _sha256(*arrays: NDArray[Any]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.kind} {array.shape}".encode())
        # Texts are as wide in memory as the longest beside them, which tells nothing.
        digest.update("\0".join(array).encode() if array.dtype.kind == "U" else np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
