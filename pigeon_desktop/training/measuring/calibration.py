"""Fitting what a belief is worth: temperature, radius and the point where nothing should be said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.belief import SCORE_KM, Belief
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.candidates import RADIUS_SHARE, regions, weighted_quantile
from pigeon_desktop.engine.head import softmax
from pigeon_desktop.training.photographs import TrainingPhotographs

LOCATED_RIGHT = 2 / 3
"""Abstain on the least certain photographs until the country is right for this share of the rest."""
RADIUS_SAMPLE = 1500
"""Photographs from which the radius is fitted."""
SIZES = 4
"""Groups of regions, from small to large, in each of which the radius shall hold."""
FLOORS_KM = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0, 120.0)
TEMPERATURES = np.geomspace(0.5, 4.0, 43)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What heads said of n photographs whose places they had not seen.

    `log_probability` is over the cells, shape (n, cells), before any temperature; `cell` (n,) is the index of
    the cell that owns the photograph, -1 where its coordinate is unknown.
    """

    photographs: TrainingPhotographs
    cells: GeocellSet
    log_probability: NDArray[np.float32]
    cell: NDArray[np.int64]

    def probabilities(self, rows: NDArray[np.int64], temperature: float) -> NDArray[np.float64]:
        """Beliefs of some of the photographs as a matrix, shape (rows, cells)."""
        return softmax(self.log_probability[rows], temperature)


def country_masses(
    cells: GeocellSet, probabilities: NDArray[np.float64]
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """The likeliest country's code under each belief, and its probability; both (n,)."""
    codes, position = cells.countries
    mass = probabilities @ np.eye(len(codes))[position]
    return np.asarray(codes[mass.argmax(axis=1)]), mass.max(axis=1)


def certainty(cells: GeocellSet, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """`Belief.certainty` of many beliefs at once, shape (n,)."""
    score = (probabilities.astype(np.float32) @ cells.score_kernel(SCORE_KM).T).max(axis=1)
    return np.asarray(np.sqrt(country_masses(cells, probabilities)[1] * score), np.float64)


def true_cells(held_out: HeldOut, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where each photograph may have been taken, shape (rows, cells): its cell where known, else its country."""
    countries = held_out.photographs.country_code[rows]
    true: NDArray[np.bool_] = held_out.cells.country_code[None, :] == countries[:, None]
    cell = held_out.cell[rows]
    true[cell >= 0] = np.arange(len(held_out.cells)) == cell[cell >= 0][:, None]
    return true


def fit_temperature(held_out: HeldOut, rows: NDArray[np.int64]) -> float:
    """The temperature at which the truth is likeliest: its cell where known, else its country."""
    true = true_cells(held_out, rows)
    known = true.any(axis=1)
    weights = held_out.photographs.place_weights()[rows][known]

    def loss(temperature: float) -> float:
        mass = (held_out.probabilities(rows[known], temperature) * true[known]).sum(axis=1)
        return float(-(weights * np.log(np.maximum(mass, 1e-12))).mean())

    return float(TEMPERATURES[int(np.argmin([loss(t) for t in TEMPERATURES]))])


def fit(held_out: HeldOut, rows: NDArray[np.int64], temperature: float) -> Calibration:
    """Radius and abstention from the photographs `rows`, at a temperature."""
    photographs, cells = held_out.photographs, held_out.cells
    p = held_out.probabilities(rows, temperature)
    weights = photographs.place_weights()[rows]
    right = country_masses(cells, p)[0] == photographs.country_code[rows]
    found: list[tuple[float, float, float]] = []
    # Evenly spaced rows, for finding regions is slow and a quantile of some hundreds is firm enough.
    known = np.flatnonzero(held_out.cell[rows] >= 0)
    for k in known[:: max(1, len(known) // RADIUS_SAMPLE)]:
        row = int(rows[k])
        true = next((r for r in regions(Belief(cells, p[k])) if held_out.cell[row] in r.cells), None)
        if true is not None:
            km = distance_km(photographs.latitude[row], photographs.longitude[row], true.latitude, true.longitude)
            found.append((float(km), true.radius_km, float(weights[k])))
    factor, floor_km = fit_radius(*np.array(found, np.float64).reshape(-1, 3).T)
    return Calibration(factor, floor_km, least_certainty(certainty(cells, p), right, weights))


def fit_radius(
    km: NDArray[np.float64], radius_km: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Factor and floor in km that make of regions' own radii such as hold 80 % of the true distances `km`; all (n,).

    A factor alone would be right on the whole, and too small for the smallest regions, whose radius comes from where
    training photographs were taken. Of several floors that one is taken with which the regions of every size come
    nearest to 80 %.
    """
    if not len(km):
        return 1.0, 0.0
    own = np.maximum(radius_km, 1.0)
    order = np.argsort(own, kind="stable")
    groups = np.array_split(order, min(SIZES, len(order)))

    def fitted(floor_km: float) -> tuple[float, float]:
        """The factor that goes with a floor, and how far the groups are from the share wanted."""
        beyond = np.sqrt(np.maximum(km**2 - floor_km**2, 0.0))
        factor = max(weighted_quantile(beyond / own, weights, RADIUS_SHARE), 0.1)
        inside = km <= np.hypot(factor * own, floor_km)
        shares = np.array([np.average(inside[group], weights=weights[group]) for group in groups])
        return factor, float(np.square(shares - RADIUS_SHARE).sum())

    floor_km = min(FLOORS_KM, key=lambda floor_km: fitted(floor_km)[1])
    return fitted(floor_km)[0], floor_km


def least_certainty(
    scores: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.floating], share: float = LOCATED_RIGHT
) -> float:
    """The lowest certainty from which upwards at least `share` of the photographs have the right country."""
    order = np.argsort(-scores, kind="stable")
    mean = np.cumsum(weights[order] * right[order]) / np.cumsum(weights[order])
    good = np.flatnonzero(mean >= share)
    return float(scores[order][good[-1]]) if len(good) else 1.0


def coverage_curve(
    scores: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.floating]
) -> list[tuple[float, float, float]]:
    """(least score, share answered, share of those with the right country), by tenths of the share answered."""
    order = np.argsort(-scores, kind="stable")
    answered = np.cumsum(weights[order]) / weights.sum()
    mean = np.cumsum(weights[order] * right[order]) / np.cumsum(weights[order])
    rows = [min(int(np.searchsorted(answered, tenth / 10)), len(scores) - 1) for tenth in range(1, 11)]
    return [(float(scores[order][i]), float(answered[i]), float(mean[i])) for i in rows]
