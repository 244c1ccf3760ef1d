"""Several photographs as one: where they were taken, if all of them were taken in one place.

That they were is somebody's assumption, never found out here; what speaks against it is said.

The model. The place has a middle x, and each photograph was taken in some cell y near it, with probability
k(x, y) m(y) / (k m)(x). Here m is what is believed before any photograph (`_prior`), and k(x, y) in 0..1 how likely
places in the two cells are within R km of each other (`nearness`); k m and k b are products of a matrix and a vector. A
photograph's belief b(y) is m(y) times what its picture says. So its picture speaks for the middle x by the factor

    f(x) = (k b)(x) / (k m)(x),

the probability that it was taken within R km of x, as a multiple of what that would be by chance: 1 everywhere of a
belief that says nothing. The fused belief is m(x) times the product of all f(x), made to sum to 1, with three cautions:

- Near-duplicates are one picture: the mean of their beliefs has one vote.
- Votes are not independent. They share the street, the season and the camera, and above all the errors of the one
  model that cast them. v votes of which any two correlate by r are worth v / (1 + (v - 1) r) independent ones (Kish's
  effective sample size, 1965), so the product is taken to the power 1 / (1 + (v - 1) r): no number of photographs is
  worth more than 1 / r.
- Any photograph may be an intruder, or misread: with probability DOUBT it says nothing of the place, so that f becomes
  DOUBT + (1 - DOUBT) f, and none alone rules out what all the others say.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.belief import Belief

ONE_PLACE_KM = 25.0
"""Within R km for "one place": a town and what is around it. On places of one spot 0, 25 and 100 km differ by nothing
that could be told from chance; within 300 km the country is right 2.6 % less often."""
ONE_TRIP_KM = 300.0
"""Within R km for "one trip": what is driven in half a day."""
CORRELATION = 0.55
"""Of votes. That at which the true cells of 1,363 places are likeliest under beliefs of heads that had not seen them:
by steps of 0.05 it is 0.55 on one half of the places and 0.6 on the other, and from 0.45 to 0.6 by the number of
photographs (2 to 100) and whether they are street views, people's or stock photographs. A set's first candidate and
country are then right a little more often than they claim to be; the 80 % radius holds 81 %, but 75 % of those of three
or four. Sets whose photographs were taken at different spots within 25 km are likeliest at 0.4, within 250 km at 0.3:
more doubt than these need.

It is the default pack's. Votes of linear heads on the same features correlate by 0.75 to 0.8."""
DOUBT = 0.02
"""That a photograph says nothing of the place. Anything from 0.005 to 0.1 is as good within 0.03 of the true cells'
mean log-probability, among sets of one place and among sets with one photograph from another country."""
PRIOR_POWER = 0.5
"""The prior is this power of the cells' share of the world's photographs, `GeocellSet.prior`: heads are trained on
countries weighted by the root of how many places they have. Of the powers 0, 0.5 and 1 the first gives the true cells
the most probability within 0 and 25 km, the last within 300 km; this one is never the worst."""
AGREES = 0.5
DISAGREES = -AGREES
"""Lifts from which on a photograph agrees, or disagrees: by a factor of 3.2, from where evidence is "substantial"
(Jeffreys 1961). Of the photographs of one place 96 % agree and 0.1 % disagree; of photographs of another country among
three to seven others 68 % disagree, 24 % say nothing and 9 % agree."""
IMPLAUSIBLE = -0.6
"""Support up to which a set does not look like one place: 0.1 % of the sets of one spot, 6 % of those of photographs
from different spots within 25 km, 5 % of trips within 250 km, and 77 % of those half of which are from another country;
not those with one intruder, which the agreements tell."""

Floats = NDArray[np.float64]
Stance = Literal["agrees", "says nothing", "disagrees"]


@dataclass(frozen=True)
class Agreement:
    """How one photograph goes with the others.

    `lift` is the decimal logarithm of how many times likelier its belief is if it was taken where the others say than
    if it was taken anywhere: 0 of a belief that says nothing, or where there are no others.
    """

    lift: float

    @property
    def stance(self) -> Stance:
        """The lift in words."""
        return "agrees" if self.lift >= AGREES else "disagrees" if self.lift <= DISAGREES else "says nothing"


@dataclass(frozen=True, eq=False)
class Fusion:
    """What n photographs say together, if all were taken within `within_km` of one place.

    `belief` is about the middle of that place. `votes` are counted without near-duplicates, `effective_votes` is
    what they are worth together, 1..votes. `agreements` are of the photographs, in their order. `support` is the
    decimal logarithm of how many times likelier such beliefs are under the assumption than of photographs from
    anywhere, tempered like the belief: 0 where nothing is said, or of one vote alone.
    """

    belief: Belief
    within_km: float
    votes: int
    effective_votes: float
    agreements: tuple[Agreement, ...]
    support: float

    @property
    def implausible(self) -> bool:
        """Whether the photographs do not look like one place."""
        return self.support <= IMPLAUSIBLE


def fuse(
    cells: GeocellSet,
    beliefs: Floats,
    within_km: float = ONE_PLACE_KM,
    votes: NDArray[np.integer] | None = None,
    correlation: float = CORRELATION,
) -> Fusion:
    """Fuse the beliefs of n photographs, shape (n, cells), each summing to 1.

    `votes` (n,) names the set of near-duplicates that each photograph belongs to, by any whole numbers; None where all
    are different. `correlation` in 0..1: 0 counts every vote fully, 1 all votes together as one.

    Raises:
        ValueError: no photograph, arrays that do not fit, or a number out of range.
    """
    beliefs = np.asarray(beliefs, np.float64)
    n = len(beliefs)
    votes = np.arange(n) if votes is None else np.asarray(votes)
    if not n or beliefs.shape != (n, len(cells)) or votes.shape != (n,):
        raise ValueError(f"no beliefs over {len(cells)} cells: shapes {beliefs.shape}, votes {votes.shape}")
    if not np.all(np.isfinite(beliefs)) or np.any(beliefs < 0) or np.any(np.abs(beliefs.sum(axis=1) - 1) > 1e-4):
        raise ValueError("not beliefs: their probabilities must sum to 1")
    if not (0 <= within_km < math.inf and 0 <= correlation <= 1):
        raise ValueError(f"cannot fuse within {within_km} km at a correlation of {correlation}")
    _, vote = np.unique(votes, return_inverse=True)
    count = int(vote.max()) + 1
    doubt = DOUBT if count > 1 else 0.0  # one alone is of its place, whatever that is
    log_prior = np.log(_prior(cells))
    own = _factors(cells, beliefs, within_km, doubt)
    shares = np.eye(count)[vote] / np.bincount(vote)[vote][:, None]
    log_factors = _log(shares.T @ own)
    total = log_factors.sum(axis=0)
    exponent = _exponent(count, correlation)
    log_fused = log_prior + exponent * total
    return Fusion(
        Belief.from_logits(cells, log_fused),
        float(within_km),
        count,
        count * exponent,
        _agreements(own, log_factors, vote, log_prior, correlation),
        float(np.logaddexp.reduce(log_fused) / math.log(10)) if count > 1 else 0.0,
    )


def nearness(cells: GeocellSet, within_km: float) -> Floats:
    """How likely places in two cells are within `within_km` of each other, 0..1, shape (cells, cells).

    "Within R" is soft: places r km apart count exp(-(r/R)²), so that nearly all who are much nearer do, and none much
    farther. Places of a cell are scattered normally around its coordinate, `spread_km` root mean square; with s² the
    sum of both squares and d between the coordinates, the mean of that is R²/(R² + s²) · exp(-d²/(R² + s²)). A cell is
    near itself, for cells tile the land where normal distributions would overlap: R = 0 leaves every cell alone.
    """
    spread = cells.spread_km**2
    wide = within_km**2 + spread[:, None] + spread[None, :]
    wide = np.maximum(wide, 1e-9)
    near: Floats = within_km**2 / wide * np.exp(-(cells.distances_km.astype(np.float64) ** 2) / wide)
    np.fill_diagonal(near, 1.0)
    return near


@functools.lru_cache(maxsize=3)
def _nearness(cells: GeocellSet, within_km: float) -> Floats:
    return nearness(cells, within_km)


def _prior(cells: GeocellSet) -> Floats:
    """What is believed before any photograph, shape (cells,), nowhere 0."""
    positive = cells.prior[cells.prior > 0]
    prior = np.maximum(cells.prior, positive.min() if len(positive) else 1.0) ** PRIOR_POWER
    return np.asarray(prior / prior.sum(), np.float64)


def _factors(cells: GeocellSet, beliefs: Floats, within_km: float, doubt: float) -> Floats:
    """How many times likelier each picture is if the place's middle lies in a cell, shape (n, cells)."""
    prior = _prior(cells)
    if within_km == 0:
        return doubt + (1 - doubt) * beliefs / prior
    near = _nearness(cells, float(within_km))
    return np.asarray(doubt + (1 - doubt) * (beliefs @ near.T) / (near @ prior), np.float64)


def _exponent(votes: int, correlation: float) -> float:
    return 1.0 / (1.0 + (votes - 1) * correlation)


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):  # what is impossible stays so
        return np.log(values)


def _agreements(
    own: Floats, log_factors: Floats, vote: NDArray[np.int64], log_prior: Floats, correlation: float
) -> tuple[Agreement, ...]:
    """Each photograph's factors `own` (n, cells) held against what the other votes say together."""
    count = len(log_factors)
    if count == 1:
        return tuple(Agreement(0.0) for _ in own)
    others = log_prior + _exponent(count - 1, correlation) * (log_factors.sum(axis=0) - log_factors)
    others = np.exp(others - others.max(axis=1, keepdims=True))
    others /= others.sum(axis=1, keepdims=True)
    return tuple(Agreement(float(lift)) for lift in np.log10(np.sum(others[vote] * own, axis=1)))
