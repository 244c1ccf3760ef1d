"""Figures: how near the first candidate comes, how often the country is right, how honest the probabilities are.

Every figure over photographs has a 95 % interval by bootstrap, resampled by place where places are known:
pictures of one place are not independent evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.prediction import Candidate, Prediction, Status
from pigeon_desktop.training.tables import Truth

WITHIN_KM = (1, 25, 200, 750, 2500)
"""Street, city, region, country, continent: the scales of the published benchmarks."""
GEOSCORE_KM = 1492.7
"""GeoScore = 5000·exp(-d/1492.7 km), after the game GeoGuessr (PIGEON, section 4)."""
RESAMPLES = 1000
BINS = 10


@dataclass(frozen=True)
class Outcome:
    """What was said of one photograph, against the truth.

    `km` from the first candidate to the truth, NaN where the coordinate is unknown; `country_rank` of the true
    country from 1, 0 where it is not in the list, -1 where it is unknown; `country_probability` that the
    likeliest country was given. `certainty` is the belief's, 0..1; `in_region` whether the truth is known to lie
    in the first candidate's region, whose radius is `radius_km`. `country` is the likeliest country's code, `said`
    the first candidate in words, `reason` why nothing was said.
    """

    truth: Truth
    status: Status
    km: float
    country_rank: int
    country_probability: float
    certainty: float = math.nan
    in_region: bool = False
    radius_km: float = math.nan
    country: str = ""
    said: str = ""
    reason: str = ""

    @property
    def evidence(self) -> str:
        """What makes photographs one piece of evidence: their place, where it is known."""
        return self.truth.place or str(self.truth.path)


def outcome(
    truth: Truth,
    status: Status,
    candidates: Sequence[Candidate],
    countries: Sequence[tuple[str, float]],
    *,
    certainty: float = math.nan,
    cell: str = "",
    reason: str = "",
) -> Outcome:
    """Hold what was said against the truth; `cell` is the id of the cell that owns the truth, where known."""
    codes = [code for code, _ in countries]
    rank = -1 if not truth.country_code else codes.index(truth.country_code) + 1 if truth.country_code in codes else 0
    one = Outcome(truth, status, math.nan, rank, countries[0][1] if countries else 0.0, certainty, reason=reason)
    if not candidates:
        return one
    first = candidates[0]
    return replace(
        one,
        km=float(distance_km(first.latitude, first.longitude, truth.latitude, truth.longitude)),
        in_region=cell in first.cells,
        radius_km=first.radius_km,
        country=codes[0] if codes else "",
        said=str(first.place),
    )


def held_against(truth: Truth, prediction: Prediction, cells: GeocellSet) -> Outcome:
    """Hold a prediction over `cells` against the truth."""
    certainty, cell = math.nan, ""
    if prediction.probability is not None:
        certainty = Belief(cells, prediction.probability.astype(np.float64)).certainty
        if math.isfinite(truth.latitude) and math.isfinite(truth.longitude):
            cell = str(cells.ids[cells.cells_at(np.array([truth.latitude]), np.array([truth.longitude]))[0]])
    return outcome(
        truth,
        prediction.status,
        prediction.candidates,
        prediction.countries,
        certainty=certainty,
        cell=cell,
        reason=prediction.reason,
    )


def figures(outcomes: Sequence[Outcome], atlas: Atlas, seconds: float | None = None) -> dict[str, Any]:
    """The table of `pigeon evaluate --json`; `seconds` is what the whole run took."""
    answered = [o for o in outcomes if o.status != "failed"]
    located = [o for o in answered if o.status == "located"]
    names = {country.code: country for country in atlas.countries}
    continents = {
        o.truth.country_code: names[o.truth.country_code].continent for o in outcomes if o.truth.country_code in names
    }
    return {
        "n": len(outcomes),
        "failed": len(outcomes) - len(answered),
        "abstained": len(answered) - len(located),
        **_with_intervals(answered),
        "located": {"n": len(located), **_with_intervals(located)},
        "by_continent": _grouped(answered, [continents.get(o.truth.country_code, "") for o in answered]),
        "by_country": _grouped(answered, [o.truth.country_code for o in answered]),
        "photos_per_second": round(len(outcomes) / seconds, 2) if seconds else None,
    }


def figures_by_place(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Figures of those answered with every place counted once, however many photographs were taken there."""
    answered = [o for o in outcomes if o.status != "failed"]
    _, at, pictures = np.unique([o.evidence for o in answered], return_inverse=True, return_counts=True)
    return {"n": len(pictures), **_with_intervals(answered, 1.0 / pictures[at])}


def _grouped(outcomes: Sequence[Outcome], keys: Sequence[str]) -> dict[str, Any]:
    """Figures by key, without intervals: most groups are small, so each says its n."""
    groups: dict[str, list[Outcome]] = {}
    for key, one in zip(keys, outcomes, strict=True):
        if key:
            groups.setdefault(key, []).append(one)
    return {
        key: {
            "n": len(group),
            "abstained": sum(o.status == "abstained" for o in group),
            **_figures(_columns(group)),
        }
        for key, group in sorted(groups.items())
    }


@dataclass(frozen=True, eq=False)
class _Columns:
    km: NDArray[np.float64]
    rank: NDArray[np.int64]
    confidence: NDArray[np.float64]
    weight: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> _Columns:
        return _Columns(self.km[rows], self.rank[rows], self.confidence[rows], self.weight[rows])


def _columns(outcomes: Iterable[Outcome], weight: NDArray[np.float64] | None = None) -> _Columns:
    rows = [(o.km, o.country_rank, o.country_probability) for o in outcomes]
    km, rank, confidence = np.array(rows, np.float64).reshape(-1, 3).T
    return _Columns(km, rank.astype(np.int64), confidence, np.ones(len(km)) if weight is None else weight)


def _figures(columns: _Columns) -> dict[str, Any]:
    located, named = columns.take(np.isfinite(columns.km)), columns.take(columns.rank >= 0)
    km, rank = located.km, named.rank

    def mean(values: NDArray[Any], weight: NDArray[np.float64], digits: int) -> float | None:
        return round(float(np.average(values, weights=weight)), digits) if len(values) else None

    return {
        "median_km": round(median(km, located.weight), 1) if len(km) else None,
        "mean_km": mean(km, located.weight, 1),
        "within_km": {str(limit): mean(km <= limit, located.weight, 4) for limit in WITHIN_KM},
        "geoscore": mean(5000 * np.exp(-km / GEOSCORE_KM), located.weight, 1),
        "country_top1": mean(rank == 1, named.weight, 4),
        "country_top5": mean((rank >= 1) & (rank <= 5), named.weight, 4),
        "ece": round(expected_calibration_error(named.confidence, rank == 1, named.weight), 4) if len(rank) else None,
    }


def median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The weighted median: between the two middle values where half of the weight lies on either side of a gap."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    half = below[-1] / 2 * (1 + 1e-12 * np.array([-1, 1]))
    low, high = np.minimum(np.searchsorted(below, half), len(values) - 1)
    return float(values[order][[low, high]].mean())


def expected_calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], weight: NDArray[np.float64] | None = None
) -> float:
    """Mean gap between the probability of the likeliest country and how often it is right, in ten bins of equal
    width, weighted by their counts (Guo et al. 2017)."""
    weight = np.ones(len(confidence)) if weight is None else weight
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gap = np.abs(np.bincount(bins, confidence * weight, BINS) - np.bincount(bins, right * weight, BINS))
    return float(gap.sum() / weight.sum())


def _with_intervals(outcomes: Sequence[Outcome], weight: NDArray[np.float64] | None = None) -> dict[str, Any]:
    """Figures, and under "intervals" the 95 % interval of each."""
    columns = _columns(outcomes, weight)
    whole = _figures(columns)
    if not outcomes:
        return {**whole, "intervals": {}}
    _, at = np.unique([o.evidence for o in outcomes], return_inverse=True)
    members = [np.flatnonzero(at == p) for p in range(at.max() + 1)]
    generator = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([members[p] for p in generator.integers(0, len(members), len(members))])
        drawn.append(_flat(_figures(columns.take(rows))))
    intervals = {}
    for key in _flat(whole):
        values = np.array([d[key] for d in drawn if d[key] is not None], np.float64)
        if len(values):
            low, high = np.percentile(values, [2.5, 97.5])
            intervals[key] = [round(float(low), 4), round(float(high), 4)]
    return {**whole, "intervals": intervals}


def _flat(values: dict[str, Any]) -> dict[str, float | None]:
    flat: dict[str, float | None] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": inner for name, inner in value.items()}
        else:
            flat[key] = value
    return flat


def text(values: dict[str, Any]) -> str:
    """The figures as lines for a terminal."""

    def line(name: str, of: dict[str, Any]) -> str:
        def percent(value: float | None) -> str:
            return "–" if value is None else f"{value:.0%}"

        def number(value: float | None) -> str:
            return "–" if value is None else f"{value:,.0f}"

        within = " / ".join(percent(of["within_km"][str(limit)]) for limit in WITHIN_KM)
        return (
            f"{name:<14}{of['n']:>6}  {percent(of['country_top1']):>5} {percent(of['country_top5']):>5}  "
            f"{number(of['median_km']):>7} {number(of['geoscore']):>7}  {within}  {percent(of['ece']):>5}"
        )

    head = f"{'':<14}{'n':>6}  {'country':>11}  {'median':>7} {'Geo-':>7}  within 1/25/200/750/2500 km"
    lines = [head, f"{'':<14}{'':>6}  {'1st':>5} {'5th':>5}  {'km':>7} {'Score':>7}  {'':<28}{'ECE':>5}"]
    lines += [line("all", values), line("located", values["located"])]
    lines += [line(name, of) for name, of in values["by_continent"].items()]
    lines.append(f"can't tell: {values['abstained']}, failed: {values['failed']}")
    if values["photos_per_second"] is not None:
        lines.append(f"{values['photos_per_second']} photos/s")
    return "\n".join(lines)
