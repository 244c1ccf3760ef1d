"""What a candidate rests on: why its geocells are one region, and where near it photographs are known to lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas, Place
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.prototypes import Prototypes

NEAR_KM = 500.0
"""What lies further away from a candidate tells little of what the model knows there."""
FEW = 3
"""With fewer than so many places of photographs near it a candidate rests on little."""
MOST_SPOTS = 5
"""Places that are named."""
LOOKED_UP = 40
"""The nearest coordinates that are looked up in the atlas: many lie in one town, which is named once."""


@dataclass(frozen=True)
class Makeup:
    """Of which geocells a region is made: their indices and probabilities, in the order in which they were given, and
    how many `groups` of cells there are that touch (or face each other over narrow water); one where all hang together.
    """

    cells: tuple[int, ...]
    probability: tuple[float, ...]
    groups: int


@dataclass(frozen=True)
class Spot:
    """Where photographs lie, in degrees, and how far that is from a candidate's coordinate."""

    latitude: float
    longitude: float
    km: float
    place: Place


@dataclass(frozen=True)
class Learnt:
    """The nearest places of photographs, the nearest first, each named once. There are `count` coordinates within
    NEAR_KM. `by_prototypes`: they are those of photographs the model was trained on; otherwise of those that the
    geocells were made of, which the model need not have seen."""

    spots: tuple[Spot, ...]
    count: int
    by_prototypes: bool

    @property
    def little(self) -> bool:
        """Whether a candidate there rests on little."""
        return self.count < FEW


def makeup(belief: NDArray[np.floating], cells: GeocellSet, ids: Sequence[str]) -> Makeup:
    """How the region of these cells is made up under a belief, shape (cells,)."""
    members = [cells.index[cell] for cell in ids]
    return Makeup(tuple(members), tuple(float(belief[i]) for i in members), _groups(cells, members))


def _groups(cells: GeocellSet, members: Sequence[int]) -> int:
    """In how many parts these cells fall if one can only step between neighbours."""
    left, groups = set(members), 0
    while left:
        front = [left.pop()]
        groups += 1
        while front:
            there = left.intersection(cells.neighbour_lists[front.pop()].tolist())
            left -= there
            front += there
    return groups


def learnt_near(
    latitude: float, longitude: float, cells: GeocellSet, atlas: Atlas, prototypes: Prototypes | None = None
) -> Learnt:
    """Where within NEAR_KM of a coordinate, in degrees, photographs lie: by prototypes, or else by geocells."""
    if prototypes is not None:
        there = prototypes.latitude, prototypes.longitude
    else:
        some = photographed(cells)
        there = cells.latitude[some], cells.longitude[some]
    km = distance_km(latitude, longitude, *there)
    order = np.argsort(km, kind="stable")
    nearest = order[: int((km <= NEAR_KM).sum())]
    looked_up = nearest[:LOOKED_UP]
    spots: dict[str, Spot] = {}
    places = atlas.places(there[0][looked_up], there[1][looked_up]) if len(looked_up) else []
    for i, place in zip(looked_up.tolist(), places, strict=True):
        spots.setdefault(short(place), Spot(float(there[0][i]), float(there[1][i]), float(km[i]), place))
    return Learnt(tuple(spots.values())[:MOST_SPOTS], len(nearest), prototypes is not None)


def short(place: Place) -> str:
    """A place without its distance to a town: "Setúbal, Portugal"."""
    return str(place).partition(" · ")[0]


def photographed(cells: GeocellSet) -> NDArray[np.bool_]:
    """Which cells hold photographs that their maker knew of, shape (n,); the others lie where their outline does.

    The prior is (photographs + 1) / total, a multiple of 1 / total. Cells with none are those whose prior is a single
    step, the least by which any two differ; where the least prior is more than that, there are no such cells.
    """
    prior = cells.prior.astype(np.float64)
    steps = np.diff(np.unique(prior))
    # Kept as 32-bit floats, equal priors may differ in their last digit after they were summed.
    steps = steps[steps > 1e-3 * prior.min()]
    none: NDArray[np.bool_] = prior < 1.5 * steps.min() if len(steps) else np.zeros(len(prior), bool)
    return ~none
