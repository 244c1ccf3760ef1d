"""How often a photograph finds its country among the captions of all: the figure of a contrastive run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray

KS = (1, 5)


@dataclass(frozen=True)
class Retrieval:
    """Shares of `n` photographs whose country is the first, or among the first five, of `countries`.

    `chance`: what guessing blindly reaches; `commonest`: what naming the commonest countries of the photographs
    learnt from reaches, which a model must beat to have seen anything.
    """

    n: int
    countries: int
    top1: float
    top5: float
    chance1: float
    chance5: float
    commonest1: float
    commonest5: float

    def text(self) -> str:
        return (
            f"country {self.top1:.1%} first, {self.top5:.1%} among five, of {self.n:,} photographs and "
            f"{self.countries} countries (blindly {self.chance1:.1%} and {self.chance5:.1%}, by the commonest "
            f"{self.commonest1:.1%} and {self.commonest5:.1%})"
        )

    def record(self) -> Mapping[str, float]:
        return asdict(self)


def hits(images: torch.Tensor, captions: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """How many of n photographs have their caption first and among the first five, shape (2,).

    Args:
        images: unit vectors (n, d); captions: unit vectors (m, d); truth: the right caption of each (n,).
    """
    likeness = images @ captions.T
    # Captions that are as like as the right one count against it: a model that says nothing finds nothing.
    better = (likeness >= likeness.gather(1, truth[:, None])).sum(dim=1) - 1
    return torch.stack([(better < k).sum() for k in KS])


def figures(found: NDArray[np.int64], truth: NDArray[np.int64], learnt: NDArray[np.int64], countries: int) -> Retrieval:
    """The figure from hits (2,), the countries of the photographs measured on and of those learnt from."""
    order = np.argsort(-np.bincount(learnt, minlength=countries), kind="stable")
    n = max(1, len(truth))
    commonest = [float(np.isin(truth, order[:k]).mean()) if len(truth) else 0.0 for k in KS]
    top, chance = [int(x) / n for x in found], [min(1.0, k / countries) for k in KS]
    return Retrieval(len(truth), countries, *top, *chance, *commonest)
