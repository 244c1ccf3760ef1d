"""What prototypes are worth: the same held-out beliefs without and with them, photograph by photograph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.belief import SCORE_KM
from pigeon_desktop.engine.prototypes import Nearest, Refined, reweighted
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.packs.manifest import Feature
from pigeon_desktop.training.heads.head import Progress
from pigeon_desktop.training.heads.prototypes import make_prototypes
from pigeon_desktop.training.measuring.calibration import HeldOut, true_cells
from pigeon_desktop.training.measuring.evaluate import GEOSCORE_KM, RESAMPLES

TEMPERATURES = np.geomspace(0.02, 5.0, 24)
"""Among which the prototypes' is chosen; distances are 0..2, so that the last one hardly tells them apart."""

Rows = NDArray[np.int64]
Values = dict[str, float]


@dataclass(frozen=True, eq=False)
class Answers:
    """What is said of n photographs: `km` from the answer to the truth, NaN where the coordinate is unknown, and the
    true country's rank from 1, 0 where it has no geocell, -1 where it is unknown.

    The answer is the coordinate of best expected score under the whole belief. In two of three cases that is the
    first candidate's, for which regions would have to be found, fifty times as slow as this one matrix product.
    """

    km: NDArray[np.float64]
    country_rank: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Row:
    """Figures of some photographs without and with prototypes, and of each the paired difference with its 95 %
    interval: (difference, low, high), by bootstrap over places, which are drawn the same both ways."""

    n: int
    without: Values
    refined: Values
    difference: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Comparison:
    """The rows of "all" photographs and of each domain. `temperature` is the best for prototypes made of all."""

    rows: Mapping[str, Row]
    temperature: float

    @property
    def helps(self) -> bool:
        """Whether over all photographs the GeoScore is surely higher, and the first country no worse."""
        difference = self.rows["all"].difference
        countries = difference.get("country_top1", (0.0, 0.0, 0.0))  # none where no country is known
        return difference["geoscore"][1] > 0 and countries[0] >= 0

    def evaluation(self) -> dict[str, dict[str, Any]]:
        """The table as pack.toml's [evaluation] holds it."""
        return {
            "without": {name: {"n": row.n, **row.without} for name, row in self.rows.items()},
            "with": {name: {"n": row.n, **row.refined} for name, row in self.rows.items()},
            "difference": {
                name: {key: list(values) for key, values in row.difference.items()} for name, row in self.rows.items()
            },
        }

    def text(self) -> str:
        """The table as lines for a terminal."""
        names = {"country_top1": "country 1st, %", "country_top5": "country in 5, %", "median_km": "median km"}
        lines = [f"{'':<14}{'n':>6}  {'':<16}{'without':>9}{'with':>9}  difference (95 % interval)"]
        for name, row in self.rows.items():
            for i, (key, before) in enumerate(row.without.items()):
                unit = 100 if key in ("country_top1", "country_top5") else 1
                values = (before, row.refined[key], *row.difference[key])
                without, refined, change, low, high = (unit * value for value in values)
                lines.append(
                    f"{'' if i else name:<14}{'' if i else format(row.n, ','):>6}  {names.get(key, 'GeoScore'):<16}"
                    f"{without:>9,.1f}{refined:>9,.1f}  {change:+.1f} ({low:+.1f} to {high:+.1f})"
                )
        return "\n".join(lines)


def compare(
    held_out: HeldOut,
    fold: Rows,
    names: tuple[Feature, ...],
    head_temperature: float,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    """Refine each fold's beliefs with prototypes that the other folds' photographs made.

    The prototypes' temperature is chosen on the other folds too: there where, each with prototypes without its own
    photographs, the truth is likeliest. The head's is the same without and with.

    Raises:
        PigeonError: photographs make no prototypes.
        Cancelled: by `cancelled`.
    """
    photographs, cells = held_out.photographs, held_out.cells
    folds = np.unique(fold)
    made = []
    loss = np.empty((len(folds), len(TEMPERATURES)))
    for k, one in enumerate(folds):
        progress(k, 2 * len(folds))
        rows = np.flatnonzero(fold == one)
        prototypes = make_prototypes(
            photographs, np.flatnonzero(fold != one), cells, held_out.cell, names, 1.0, cancelled
        )
        p = held_out.probabilities(rows, head_temperature)
        loss[k] = _losses(held_out, rows, p, prototypes.nearest(p, photographs.features.rows(rows)))
        made.append(prototypes)
    answers = [_unanswered(len(photographs)), _unanswered(len(photographs))]
    for k, one in enumerate(folds):
        if cancelled():
            raise Cancelled
        progress(len(folds) + k, 2 * len(folds))
        rows = np.flatnonzero(fold == one)
        temperature = TEMPERATURES[int(np.argmin(loss.sum(axis=0) - loss[k]))]
        p = held_out.probabilities(rows, head_temperature)
        refined = replace(made[k], temperature=temperature).refine(cells, p, photographs.features.rows(rows))
        _answer(held_out, rows, p, None, answers[0])
        _answer(held_out, rows, refined.probability, refined, answers[1])
    groups = {"all": np.arange(len(photographs))}
    groups |= {
        str(name): np.flatnonzero(photographs.domain == name) for name in np.unique(photographs.domain) if name != "all"
    }
    return Comparison(
        {name: _row(answers[0], answers[1], photographs.place, rows) for name, rows in groups.items()},
        float(TEMPERATURES[int(np.argmin(loss.sum(axis=0)))]),
    )


def _losses(held_out: HeldOut, rows: Rows, p: NDArray[np.float64], nearest: Nearest) -> NDArray[np.float64]:
    """At each of TEMPERATURES how unlikely the truth is, summed over the photographs, every place the same."""
    true, weights = true_cells(held_out, rows), held_out.photographs.place_weights()[rows]
    return np.array(
        [
            -np.sum(weights * np.log(np.maximum((reweighted(p, nearest, t) * true).sum(axis=1), 1e-12)))
            for t in TEMPERATURES
        ]
    )


def _unanswered(n: int) -> Answers:
    return Answers(np.full(n, np.nan), np.full(n, -1, np.int64))


def _answer(held_out: HeldOut, rows: Rows, p: NDArray[np.float64], refined: Refined | None, answers: Answers) -> None:
    """Put what the beliefs `p` say of the photographs `rows` into `answers`."""
    photographs, cells = held_out.photographs, held_out.cells
    best = (p.astype(np.float32) @ cells.score_kernel(SCORE_KM).T).argmax(axis=1)
    latitude, longitude = cells.latitude[best], cells.longitude[best]
    if refined is not None:
        at, rank = np.nonzero(refined.cell == best[:, None])
        latitude[at], longitude[at] = refined.latitude[at, rank], refined.longitude[at, rank]
    answers.km[rows] = distance_km(latitude, longitude, photographs.latitude[rows], photographs.longitude[rows])
    codes, position = cells.countries
    mass = p @ np.eye(len(codes))[position]
    country = photographs.country_code[rows]
    own = np.minimum(np.searchsorted(codes, country), len(codes) - 1)
    rank = 1 + (mass > mass[np.arange(len(rows)), own][:, None]).sum(axis=1)
    answers.country_rank[rows] = np.where(country == "", -1, np.where(codes[own] == country, rank, 0))


def _row(without: Answers, refined: Answers, place: NDArray[np.str_], rows: Rows) -> Row:
    before, after = _figures(without, rows), _figures(refined, rows)
    _, at = np.unique(place[rows], return_inverse=True)
    members = np.split(rows[np.argsort(at, kind="stable")], np.cumsum(np.bincount(at))[:-1])
    generator = np.random.default_rng(0)
    drawn: dict[str, list[float]] = {key: [] for key in before}
    for _ in range(RESAMPLES):
        some = np.concatenate([members[i] for i in generator.integers(0, len(members), len(members))])
        one, other = _figures(without, some), _figures(refined, some)
        for key, value in one.items():
            drawn[key].append(other[key] - value)
    difference = {key: (after[key] - before[key], *np.percentile(drawn[key], [2.5, 97.5])) for key in before}
    return Row(
        len(rows),
        _rounded(before),
        _rounded(after),
        {key: (round(float(a), 4), round(float(b), 4), round(float(c), 4)) for key, (a, b, c) in difference.items()},
    )


def _figures(answers: Answers, rows: Rows) -> Values:
    """Figures of some photographs; those of which nothing is known are left out."""
    km, rank = answers.km[rows], answers.country_rank[rows]
    km, rank = km[np.isfinite(km)], rank[rank >= 0]
    values = {}
    if len(rank):
        values["country_top1"] = float(np.mean(rank == 1))
        values["country_top5"] = float(np.mean((rank >= 1) & (rank <= 5)))
    if len(km):
        values["median_km"] = float(np.median(km))
        values["geoscore"] = float(np.mean(5000 * np.exp(-km / GEOSCORE_KM)))
    return values


def _rounded(values: Values) -> Values:
    return {key: round(value, 4) for key, value in values.items()}
