"""From a belief to ranked regions: the few places an analyst should look at, and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.belief import Belief

Coordinates = Mapping[int, tuple[float, float]]
"""Where in some cells, by their index, the photograph was probably taken: latitude and longitude in degrees."""

DISTINCT_KM = 200.0
"""Coordinates of two candidates are at least this far apart: nearer ones are one answer to an analyst."""
REACH_KM = 400.0
"""A region reaches this far from its peak, so that it stays something that can be searched."""
WIDEST_KM = 800.0
"""Regions are not joined to one with a radius above this; the fainter one is then left to "elsewhere"."""
NESTED = 1.25
"""Margin by which one region's circle must reach out of another's: calibration scales the radii afterwards."""
CENTRAL = 0.25
"""A region's coordinate is that of a cell with at least this share of its likeliest cell's probability, so that
the place which names it is one that the belief points to."""
MODE_KM = 150.0
"""Scale over which the belief is smoothed before its modes are told apart."""
FAINT = 0.02
"""Cells below this share of their region's likeliest cell are left to "elsewhere"."""
RADIUS_SHARE = 0.8
"""The share of the region's belief that its radius holds."""


@dataclass(frozen=True, eq=False)
class Region:
    """Neighbouring geocells of one mode of a belief, `cells` by falling probability.

    `centre` is the index of the cell whose coordinate stands for the region: `latitude`, `longitude`, its own or a
    refined one. `radius_km` holds 80 % of the region's own belief around it, before calibration.
    """

    cells: NDArray[np.int64]
    probability: float
    centre: int
    radius_km: float
    latitude: float
    longitude: float


def regions(belief: Belief, most: int = 5, refined: Coordinates | None = None) -> list[Region]:
    """The `most` likeliest distinct regions of a belief, likeliest first.

    Each grows from a peak of the smoothed belief through neighbouring cells, downhill only, so that one
    region is one mode. Their cells are disjoint, their coordinates at least DISTINCT_KM apart, and no
    region's circle lies inside another's: what is not distinct becomes one region. Where that leaves fewer
    than three, as under a filter to a small country, they are sought again with a shorter reach.

    A region whose centre has a `refined` coordinate moves there, the likelier first, if all stay distinct.
    """
    found: list[Region] = []
    for reach_km in (REACH_KM, REACH_KM / 2, REACH_KM / 4, 0.0):
        again = _regions(belief, most, reach_km)
        if len(again) > len(found):
            found = again
        if len(found) >= min(most, 3):
            break
    return _placed(belief, found, refined or {})


def _regions(belief: Belief, most: int, reach_km: float) -> list[Region]:
    kernel, apart = belief.cells.score_kernel(MODE_KM), belief.cells.distances_km
    left = belief.probability.copy()
    smooth = belief.smoothed(MODE_KM)
    height = smooth.copy()
    score = belief.expected_score
    found: list[Region] = []
    while len(found) < 2 * most and left.any():  # more: they do not grow in the order of their probability
        peak = int(np.argmax(np.where(left > 0, height, -np.inf)))
        region = _region(belief, score, _grow(belief, peak, smooth, left, reach_km))
        # The table is symmetric: its rows lie together in memory, its columns do not.
        height -= left[region.cells].astype(np.float32) @ kernel[region.cells]
        left[region.cells] = 0.0
        while near := next((r for r in found if not _distinct(region, r, apart[region.centre, r.centre])), None):
            joined = _region(belief, score, np.concatenate([near.cells, region.cells]))
            likelier = max(near, region, key=lambda r: r.probability)
            region = joined if joined.radius_km <= WIDEST_KM else likelier
            found.remove(near)
        found.append(region)
    found.sort(key=lambda r: (-r.probability, r.centre))
    return found[:most]


def _grow(
    belief: Belief, peak: int, smooth: NDArray[np.floating], left: NDArray[np.float64], reach_km: float
) -> NDArray[np.int64]:
    """Indices of the cells reached from `peak` through neighbours without ever climbing."""
    # As lists: single items of arrays are slow to come by.
    may = ((belief.cells.distances_km[peak] <= reach_km) & (left > FAINT * left[peak])).tolist()
    members, front = {peak}, [peak]
    while front:
        cell = front.pop()
        top = float(smooth[cell]) * 1.0001
        for i in belief.cells.neighbour_lists[cell].tolist():
            if may[i] and i not in members and smooth[i] <= top:
                members.add(i)
                front.append(i)
    return np.array(sorted(members), np.int64)


def _region(belief: Belief, score: NDArray[np.float32], members: NDArray[np.int64]) -> Region:
    cells = belief.cells
    members = members[np.lexsort((members, -belief.probability[members]))]
    p = belief.probability[members]
    # The coordinate is the one expected to score best under the whole belief, among the region's likelier cells.
    central = members[p >= CENTRAL * p[0]]
    centre = int(central[int(np.argmax(score[central]))])
    radius = _radius(belief, members, cells.distances_km[centre, members])
    return Region(
        members, float(p.sum()), centre, radius, float(cells.latitude[centre]), float(cells.longitude[centre])
    )


def _radius(belief: Belief, members: NDArray[np.int64], distance: NDArray[np.floating[Any]]) -> float:
    """What holds RADIUS_SHARE of the members' belief around a point at some distance from their coordinates."""
    reach = np.hypot(distance, belief.cells.spread_km[members])
    return weighted_quantile(reach, belief.probability[members], RADIUS_SHARE)


def _placed(belief: Belief, found: list[Region], refined: Coordinates) -> list[Region]:
    """The regions at the refined coordinates of their centres, as far as they stay distinct from all others."""
    placed = list(found)
    for i, region in enumerate(found):
        if region.centre not in refined:
            continue
        to = refined[region.centre]
        away = distance_km(*to, belief.cells.latitude[region.cells], belief.cells.longitude[region.cells])
        moved = replace(region, radius_km=_radius(belief, region.cells, away), latitude=to[0], longitude=to[1])
        others = placed[:i] + placed[i + 1 :]
        if all(_distinct(moved, r, distance_km(*to, r.latitude, r.longitude)) for r in others):
            placed[i] = moved
    return placed


def shares(belief: NDArray[np.floating], cells: GeocellSet, ids: Sequence[str]) -> list[tuple[str, float]]:
    """How the belief (cells,) in a region of these cells is shared out among countries: codes, and shares that sum to
    1, the largest first."""
    inside = np.array([cells.index[cell] for cell in ids], np.int64)
    probability = belief[inside].astype(np.float64)
    if not probability.sum():
        return []
    codes, position = np.unique(cells.country_code[inside], return_inverse=True)
    share = np.bincount(position, probability) / probability.sum()
    return [(str(codes[i]), float(share[i])) for i in np.argsort(-share, kind="stable")]


def weighted_quantile(values: NDArray[np.floating], weights: NDArray[np.floating], share: float) -> float:
    """The smallest value below or at which at least `share` of the weight lies."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][min(int(np.searchsorted(total, share * total[-1])), len(values) - 1)])


def _distinct(a: Region, b: Region, apart: np.floating[Any] | NDArray[np.floating[Any]]) -> bool:
    """Neither too near, at `apart` km, nor one circle inside the other."""
    km = float(apart)
    return km >= DISTINCT_KM and km > NESTED * abs(a.radius_km - b.radius_km)
