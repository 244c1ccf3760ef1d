"""Losses over a batch of n photographs and their n captions; caption i was written for photograph i."""

from __future__ import annotations

from typing import Literal

import torch
from torch.nn.functional import cross_entropy

LossName = Literal["infonce", "margin"]


def infonce(
    images: torch.Tensor, texts: torch.Tensor, scale: torch.Tensor, same: torch.Tensor, margin: float = 0.0
) -> torch.Tensor:
    """CLIP's symmetric InfoNCE (Radford et al. 2021): mean over rows and columns of −log softmax of the right pair.

    Args:
        images, texts: unit vectors, shape (n, d).
        scale: the factor on cosines, CLIP's exp(logit_scale), of no axes.
        same: shape (n, n); pairs of it off the diagonal are no negatives: the caption is true of the photograph.
        margin: not used; the arguments are those of `pairwise_margin`.
    """
    logits = (scale * images @ texts.T).masked_fill(_others(same), float("-inf"))
    right = torch.arange(len(logits), device=logits.device)
    return (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2


def pairwise_margin(
    images: torch.Tensor, texts: torch.Tensor, scale: torch.Tensor, same: torch.Tensor, margin: float = 1.0
) -> torch.Tensor:
    """The pairwise loss Σ_(i,j) [i = j] d(v_i, x_j) + [i ≠ j] max(0, α − d(v_i, x_j)), divided by n.

    d is the cosine distance 1 − v·x, 0 to 2, and α the `margin`: at 1 it ends where vectors are at right angles.
    Arguments as for `infonce`; pairs of `same` off the diagonal are left out of the sum, and `scale` has no part.
    """
    distance = 1.0 - images @ texts.T
    negatives = (margin - distance).clamp(min=0.0).masked_fill(same | _diagonal(same), 0.0)
    return (distance.diagonal().sum() + negatives.sum()) / len(distance)


def _diagonal(same: torch.Tensor) -> torch.Tensor:
    return torch.eye(len(same), dtype=torch.bool, device=same.device)


def _others(same: torch.Tensor) -> torch.Tensor:
    """The pairs off the diagonal that are no negatives."""
    return same & ~_diagonal(same)


LOSSES = {"infonce": infonce, "margin": pairwise_margin}
