"""The belief: a probability for every geocell. Everything the analyst sees is a view of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet

SCORE_KM = 500.0
"""Scale of the score exp(-d/500 km) by which a coordinate is chosen: between region (200) and country (750)."""


@dataclass(frozen=True, eq=False)
class Belief:
    """Probabilities over a GeocellSet, shape (cells,), none negative, summing to 1."""

    cells: GeocellSet
    probability: NDArray[np.float64]
    _smoothed: dict[float, NDArray[np.float32]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        p = self.probability
        if p.shape != (len(self.cells),) or not np.all(np.isfinite(p)) or np.any(p < 0) or abs(p.sum() - 1) > 1e-4:
            raise ValueError(f"not a belief over {len(self.cells)} cells: shape {p.shape}, sum {p.sum()}")

    @classmethod
    def from_logits(cls, cells: GeocellSet, logits: NDArray[np.floating]) -> Belief:
        """Softmax of log-probabilities up to a constant; -inf means impossible."""
        z = np.asarray(logits, np.float64)
        p = np.exp(z - z.max())
        return cls(cells, p / p.sum())

    @cached_property
    def countries(self) -> list[tuple[str, float]]:
        """(ISO code, probability) of every country that has any, likeliest first."""
        codes, position = self.cells.countries
        mass = np.bincount(position, self.probability, len(codes))
        order = np.argsort(-mass, kind="stable")[: np.count_nonzero(mass > 0)]
        return list(zip(codes[order].tolist(), mass[order].tolist(), strict=True))

    def within(self, mask: NDArray[np.bool_]) -> tuple[Belief, float]:
        """The belief given that the photograph is from a cell of `mask`, and the probability that this removed.

        Raises:
            ValueError: nothing is left.
        """
        kept = np.where(mask, self.probability, 0.0)
        mass = float(kept.sum())
        if mass <= 0.0:
            raise ValueError("the filter leaves no probability anywhere")
        return Belief(self.cells, kept / mass), max(0.0, 1.0 - mass)

    def smoothed(self, scale_km: float) -> NDArray[np.float32]:
        """For each cell's coordinate the expected exp(-d/scale) to where the photograph was taken, in 0..1."""
        if scale_km not in self._smoothed:
            self._smoothed[scale_km] = self.cells.score_kernel(scale_km) @ self.probability.astype(np.float32)
        return self._smoothed[scale_km]

    @cached_property
    def expected_score(self) -> NDArray[np.float32]:
        """`smoothed` at SCORE_KM: how well each cell's coordinate would do as the answer, shape (cells,)."""
        return self.smoothed(SCORE_KM)

    @cached_property
    def certainty(self) -> float:
        """How sure the belief is of a place, 0..1: the geometric mean of the likeliest country's probability and
        the best expected score of any coordinate. Either alone misses a kind of doubt: the first that between
        the ends of a large country, the second that between small neighbours."""
        return float(np.sqrt(self.countries[0][1] * self.expected_score.max()))


def smooth_together(beliefs: Sequence[Belief], scales_km: Iterable[float]) -> None:
    """Find what `smoothed` says at these scales for all of the beliefs, which are over the same cells, at once: the
    table of all distances is then read once instead of for each."""
    if not beliefs:
        return
    columns = np.stack([belief.probability for belief in beliefs], axis=1).astype(np.float32)
    for scale in scales_km:
        smoothed = np.ascontiguousarray((beliefs[0].cells.score_kernel(scale) @ columns).T)
        for belief, row in zip(beliefs, smoothed, strict=True):
            belief._smoothed[scale] = row
