"""What fusing photographs of one place is worth, on beliefs about places that the heads had not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import coordinates, distance_km, unit_vectors
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.candidates import regions
from pigeon_desktop.engine.fusion import CORRELATION, Fusion, fuse
from pigeon_desktop.training.measuring.calibration import HeldOut
from pigeon_desktop.training.measuring.evaluate import BINS, GEOSCORE_KM, RESAMPLES

CORRELATIONS = tuple(np.round(np.arange(0.0, 1.01, 0.05), 2).tolist())
"""Among which that of votes is chosen."""

Floats = NDArray[np.float64]
Way = Callable[[GeocellSet, Floats], Floats]
"""From the beliefs of n photographs (n, cells) to one or more (m, cells) about their place, which count equally."""


@dataclass(frozen=True, eq=False)
class PhotoSet:
    """Photographs of one place: their `rows`, the middle of their coordinates and the cell that owns it, and the
    country and domain of most of them."""

    rows: NDArray[np.int64]
    latitude: float
    longitude: float
    cell: int
    country: str
    domain: str


def sets_of_places(held_out: HeldOut, rows: NDArray[np.int64]) -> list[PhotoSet]:
    """Those of the photographs `rows` whose coordinate is known, by place, where there are two at least."""
    photographs = held_out.photographs
    rows = rows[photographs.has_coordinate[rows]]
    _, at = np.unique(photographs.place[rows], return_inverse=True)
    members = np.split(rows[np.argsort(at, kind="stable")], np.cumsum(np.bincount(at))[:-1])
    return [_set(held_out, of) for of in members if len(of) > 1]


def _set(held_out: HeldOut, rows: NDArray[np.int64]) -> PhotoSet:
    photographs = held_out.photographs
    middle = unit_vectors(photographs.latitude[rows], photographs.longitude[rows]).mean(axis=0)
    latitude, longitude = (float(x) for x in coordinates(middle))
    cell = int(held_out.cells.cells_at(np.array([latitude]), np.array([longitude]))[0])
    country, domain = _most(photographs.country_code[rows]), _most(photographs.domain[rows])
    return PhotoSet(rows, latitude, longitude, cell, country, domain)


def _most(values: NDArray[np.str_]) -> str:
    names, times = np.unique(values, return_counts=True)
    return str(names[times.argmax()])


def fit_correlation(held_out: HeldOut, sets: Sequence[PhotoSet], temperature: float, within_km: float) -> float:
    """That of CORRELATIONS at which the cells of the places are likeliest, every place the same."""
    loss = np.zeros(len(CORRELATIONS))
    for one in sets:
        p = held_out.probabilities(one.rows, temperature)
        for i, correlation in enumerate(CORRELATIONS):
            fused = fuse(held_out.cells, p, within_km, correlation=correlation).belief.probability
            loss[i] -= np.log(max(fused[one.cell], 1e-12))
    return float(CORRELATIONS[int(np.argmin(loss))])


def ways(within_km: float, correlation: float) -> dict[str, Way]:
    """What may be said of a place by several photographs of it."""

    def surest(cells: GeocellSet, p: Floats) -> Floats:
        return p[[int(np.argmax([Belief(cells, one).certainty for one in p]))]]

    def product(cells: GeocellSet, p: Floats) -> Floats:
        log_p = np.log(np.maximum(p, 1e-12)).sum(axis=0)
        return Belief.from_logits(cells, log_p).probability[None]

    def fused(cells: GeocellSet, p: Floats) -> Floats:
        return fuse(cells, p, within_km, correlation=correlation).belief.probability[None]

    return {
        "single photographs": lambda cells, p: p,
        "the surest photograph": surest,
        "plain product": product,
        "mean of beliefs": lambda cells, p: p.mean(axis=0)[None],
        "fused": fused,
    }


@dataclass(frozen=True, eq=False)
class Answers:
    """What is said of m places, in n answers: `at` (n,) is the position of the place, the rest are of the answers.

    `km` from the first candidate to the middle of the place; `right` whether its country is the likeliest;
    `country_probability` of that; `in_region` whether the place is in the first candidate's region; `probability` of
    that; `in_radius` whether it is within its radius; `abstained`; `surprise`: -log of the probability of its cell.
    """

    at: NDArray[np.int64]
    km: Floats
    right: NDArray[np.bool_]
    country_probability: Floats
    in_region: NDArray[np.bool_]
    probability: Floats
    in_radius: NDArray[np.bool_]
    abstained: NDArray[np.bool_]
    surprise: Floats

    def of(self, places: NDArray[np.bool_]) -> Answers:
        """The answers about some of the places, which are counted anew; `places` has shape (m,)."""
        kept = places[self.at]
        renumbered = np.cumsum(places) - 1
        fields = {name: values[kept] for name, values in vars(self).items()}
        return Answers(**{**fields, "at": renumbered[fields["at"]]})

    @staticmethod
    def joined(parts: Sequence[Answers]) -> Answers:
        """The answers about several lots of places, one after the other."""
        sizes = [int(part.at.max(initial=-1)) + 1 for part in parts]
        starts = np.cumsum([0, *sizes[:-1]])
        fields = {name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
        at = np.concatenate([part.at + start for part, start in zip(parts, starts, strict=True)])
        return Answers(**{**fields, "at": at})


def answers(
    held_out: HeldOut, sets: Sequence[PhotoSet], temperature: float, calibration: Calibration, way: Way
) -> Answers:
    """Hold what a way says of every set against the truth."""
    cells, found = held_out.cells, list[tuple[float, ...]]()
    for place, one in enumerate(sets):
        for p in way(cells, held_out.probabilities(one.rows, temperature)):
            belief = Belief(cells, p)
            first = regions(belief)[0]
            km = float(distance_km(first.latitude, first.longitude, one.latitude, one.longitude))
            country, of_country = belief.countries[0]
            found.append(
                (
                    place,
                    km,
                    country == one.country,
                    of_country,
                    one.cell in first.cells,
                    first.probability,
                    km <= calibration.radius_km(first.radius_km),
                    bool(calibration.abstains(belief)),
                    -float(np.log(max(p[one.cell], 1e-12))),
                )
            )
    at, km, right, of_country, in_region, of_first, in_radius, abstained, surprise = np.array(found).T
    return Answers(
        at.astype(np.int64),
        km,
        right.astype(bool),
        of_country,
        in_region.astype(bool),
        of_first,
        in_radius.astype(bool),
        abstained.astype(bool),
        surprise,
    )


def figures(said: Answers, places: NDArray[np.float64] | None = None) -> dict[str, float]:
    """Figures over m places, each counted once, or as often as `places` (m,) says."""
    times = np.bincount(said.at).astype(np.float64)
    weight = (np.ones(len(times)) if places is None else places)[said.at] / times[said.at]

    def share(values: NDArray[np.bool_] | Floats, among: NDArray[np.bool_] | None = None) -> float:
        of = weight if among is None else weight * among
        return float((of * values).sum() / of.sum()) if of.sum() else float("nan")

    located = ~said.abstained
    order = np.argsort(said.km, kind="stable")
    below = np.cumsum(weight[order])
    return {
        "country_top1": share(said.right),
        "median_km": float(said.km[order][np.searchsorted(below, below[-1] / 2)]),
        **{f"within_{limit}_km": share(said.km <= limit) for limit in (25, 200, 750)},
        "geoscore": share(5000 * np.exp(-said.km / GEOSCORE_KM)),
        "ece_candidate": _gap(said.probability, said.in_region, weight),
        "ece_country": _gap(said.country_probability, said.right, weight),
        "over_candidate": share(said.probability) - share(said.in_region),
        "radius": share(said.in_radius, said.in_region),
        "abstained": share(said.abstained),
        "located_right": share(said.right, located),
        "surprise": share(said.surprise),
    }


def _gap(probability: Floats, right: NDArray[np.bool_], weight: Floats) -> float:
    """Expected calibration error in BINS bins of equal width, weighted."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gap = np.abs(np.bincount(bins, (probability - right) * weight, BINS))
    return float(gap.sum() / weight.sum())


def with_intervals(said: Answers, seed: int = 0) -> dict[str, tuple[float, float, float]]:
    """Each figure with its 95 % interval, by bootstrap over places."""
    m, generator = int(said.at.max()) + 1, np.random.default_rng(seed)
    drawn = [figures(said, generator.multinomial(m, np.full(m, 1 / m)).astype(np.float64)) for _ in range(RESAMPLES)]
    intervals = {key: np.nanpercentile([one[key] for one in drawn], [2.5, 97.5]) for key in drawn[0]}
    return {key: (value, float(intervals[key][0]), float(intervals[key][1])) for key, value in figures(said).items()}


@dataclass(frozen=True, eq=False)
class Mixed:
    """A set that is not of one place, and how it was fused; `strangers` (n,) marks those from elsewhere."""

    set: PhotoSet
    strangers: NDArray[np.bool_]
    fusion: Fusion


def with_an_intruder(
    held_out: HeldOut,
    sets: Sequence[PhotoSet],
    temperature: float,
    within_km: float,
    correlation: float = CORRELATION,
    sizes: tuple[int, int] = (4, 8),
    seed: int = 0,
) -> Iterator[Mixed]:
    """Each set large enough, cut to one below `sizes` at random, with one photograph of another country among them."""
    photographs, generator = held_out.photographs, np.random.default_rng(seed)
    anywhere = np.concatenate([one.rows for one in sets])
    for one in sets:
        most = min(sizes[1], len(one.rows) + 1)
        if most < sizes[0]:
            continue
        own = generator.permutation(one.rows)[: generator.integers(sizes[0], most + 1) - 1]
        abroad = anywhere[photographs.country_code[anywhere] != one.country]
        # By place, so that those with a hundred photographs are no likelier.
        place = generator.choice(np.unique(photographs.place[abroad]))
        stranger = generator.choice(abroad[photographs.place[abroad] == place])
        rows = generator.permutation(np.append(own, stranger))
        p = held_out.probabilities(rows, temperature)
        yield Mixed(one, rows == stranger, fuse(held_out.cells, p, within_km, correlation=correlation))


def of_two_places(
    held_out: HeldOut,
    sets: Sequence[PhotoSet],
    temperature: float,
    within_km: float,
    correlation: float = CORRELATION,
    seed: int = 0,
) -> Iterator[Mixed]:
    """Halves of two sets of different countries, drawn at random, one for each set: equally many, four at most."""
    generator = np.random.default_rng(seed)
    for one in sets:
        other = sets[int(generator.integers(len(sets)))]
        if other.country == one.country:
            continue
        half = min(len(one.rows), len(other.rows), 4)
        rows = np.concatenate([generator.permutation(s.rows)[:half] for s in (one, other)])
        p = held_out.probabilities(rows, temperature)
        fusion = fuse(held_out.cells, p, within_km, correlation=correlation)
        yield Mixed(one, np.arange(2 * half) >= half, fusion)


def by_size(sets: Sequence[PhotoSet]) -> Mapping[str, NDArray[np.bool_]]:
    """Which sets are of 2, 3-4, 5-9, and 10 or more photographs."""
    n = np.array([len(one.rows) for one in sets])
    limits = {"2": (2, 2), "3-4": (3, 4), "5-9": (5, 9), "10+": (10, 10**9)}
    return {name: (n >= low) & (n <= high) for name, (low, high) in limits.items()}


def trips(
    held_out: HeldOut,
    rows: NDArray[np.int64],
    temperature: float,
    within_km: float,
    correlation: float = CORRELATION,
    apart_km: float = 250.0,
    most: int = 400,
    seed: int = 0,
) -> Iterator[Mixed]:
    """At most `most` sets of three to six photographs, each of another place, all within `apart_km` of the first's."""
    photographs, generator = held_out.photographs, np.random.default_rng(seed)
    rows = generator.permutation(rows[photographs.has_coordinate[rows]])
    rows = rows[np.sort(np.unique(photographs.place[rows], return_index=True)[1])]
    latitude, longitude = photographs.latitude[rows], photographs.longitude[rows]
    for first in range(min(len(rows), 4 * most)):
        near = np.flatnonzero(distance_km(latitude[first], longitude[first], latitude, longitude) <= apart_km)
        if len(near) < 3 or most == 0:
            continue
        most -= 1
        some = rows[generator.permutation(near)[: generator.integers(3, 7)]]
        p = held_out.probabilities(some, temperature)
        fusion = fuse(held_out.cells, p, within_km, correlation=correlation)
        yield Mixed(_set(held_out, some), np.zeros(len(some), bool), fusion)
