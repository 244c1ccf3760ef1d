"""How honest the doubt is: probabilities against what came true, and what answering fewer would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.reports.diagrams import CoveragePoint, ReliabilityBin, Share
from pigeon_desktop.training.measuring.evaluate import BINS, Outcome

Z95 = 1.959964
"""Of the normal distribution 95 % lie within this many standard deviations."""
STEPS = 100
"""Points of a coverage curve, at most."""


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share in 0..1 of `n` independent trials, n > 0 and not always whole (Wilson 1927).

    Unlike a resampling, it stays open where all of a few were right.
    """
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def share_of(right: Sequence[bool] | NDArray[np.bool_], places: Sequence[str]) -> Share:
    """How many are right, with an interval that counts pictures of one place as the one piece of evidence they are.

    Wilson's, at the effective number of independent photographs (sum k)²/sum k² over places of k photographs
    (Kish 1965, with full correlation within a place): the number of places where they hold equally many.
    """
    n = len(right)
    if not n:
        return Share(0, float("nan"), 0.0, 1.0)
    share = float(np.mean(right))
    sizes = np.unique(np.asarray(places), return_counts=True)[1].astype(np.float64)
    return Share(n, share, *wilson(share, float(n**2 / np.sum(sizes**2))))


def right_country(outcomes: Sequence[Outcome]) -> Share:
    """The share with the right country first, of those whose country is known."""
    known = [o for o in outcomes if o.country_rank >= 0]
    return share_of([o.country_rank == 1 for o in known], [o.evidence for o in known])


def within_radius(outcomes: Sequence[Outcome]) -> Share:
    """The share within the first candidate's radius, of those taken in its region: 80 % by calibration."""
    inside = [o for o in outcomes if o.in_region]
    return share_of([o.km <= o.radius_km for o in inside], [o.evidence for o in inside])


def reliability_bins(outcomes: Sequence[Outcome]) -> tuple[ReliabilityBin, ...]:
    """The photographs whose country is known by the probability of the likeliest, in bins as of the ECE."""
    bins: list[list[Outcome]] = [[] for _ in range(BINS)]
    for one in outcomes:
        if one.country_rank >= 0:
            bins[min(int(one.country_probability * BINS), BINS - 1)].append(one)
    return tuple(
        ReliabilityBin(
            i / BINS,
            (i + 1) / BINS,
            float(np.mean([o.country_probability for o in members])) if members else float("nan"),
            right_country(members),
        )
        for i, members in enumerate(bins)
    )


def coverage_points(outcomes: Sequence[Outcome]) -> tuple[CoveragePoint, ...]:
    """The photographs by falling certainty, as if only the first of them were answered; at most STEPS points.

    Photographs of one certainty are answered together, or not at all.
    """
    ordered = sorted(outcomes, key=lambda o: -o.certainty)
    if not ordered:
        return ()
    falling = -np.array([o.certainty for o in ordered])
    ends = np.unique(np.ceil(np.linspace(0, len(ordered), STEPS + 1)[1:]).astype(int))
    # On to the last photograph of the same certainty.
    counts = np.unique(np.searchsorted(falling, falling[ends - 1], side="right"))
    return tuple(_coverage_point(ordered[: int(count)], len(ordered)) for count in counts)


def coverage_limit(outcomes: Sequence[Outcome]) -> CoveragePoint | None:
    """The point at which the pack says "can't tell" of the rest; None where it answers nothing."""
    located = [o for o in outcomes if o.status == "located"]
    return _coverage_point(located, len(outcomes)) if located else None


def _coverage_point(answered: Sequence[Outcome], of: int) -> CoveragePoint:
    km = [o.km for o in answered if np.isfinite(o.km)]
    return CoveragePoint(
        min(o.certainty for o in answered),
        len(answered) / of,
        right_country(answered),
        float(np.median(km)) if km else float("nan"),
    )
