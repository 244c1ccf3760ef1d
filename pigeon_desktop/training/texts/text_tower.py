"""Image-locked tuning: a projection from sentences to the image space, which itself stays as it is.

The sentence encoder is frozen as well, so both sides are computed once and the projection is all that learns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import Matrix, unit
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.training.texts.prompt_captions import KINDS, Lesson

Rows = NDArray[np.int64]
Progress = Callable[[int, int], None]

KIND_WEIGHT: Mapping[str, float] = {"country": 1.0, "region": 0.5, "town": 0.25}
"""How much the question "which of these?" counts, by the kind of the statements; 0.25 for the others."""
SHOWN = 400
"""Statements of a kind that a step is about at most, drawn anew each time: towns are many, and much alike."""
MIXED_RIVALS = 50.0
"""Among mixed kinds a true statement is held against as much as so many others weigh on the average."""


@dataclass(frozen=True)
class TowerOptions:
    """How a projection is trained.

    `hidden`: rectified units beside the linear map. `mixed`: weight of the loss among statements of all
    kinds. `learning_rate` falls as a cosine; `weight_decay` is AdamW's.
    """

    hidden: int = 512
    mixed: float = 1.5
    dropout: float = 0.3
    weight_decay: float = 0.5
    learning_rate: float = 0.002
    epochs: int = 15
    batch: int = 512
    seed: int = 0

    def __post_init__(self) -> None:
        least = {
            "hidden": 1,
            "mixed": 0,
            "dropout": 0,
            "weight_decay": 0,
            "learning_rate": 1e-9,
            "epochs": 1,
            "batch": 1,
        }
        for name, value in least.items():
            if not value <= getattr(self, name) < (1 if name == "dropout" else np.inf):
                raise ValueError(f"{name.replace('_', '-')} cannot be {getattr(self, name)}.")


@dataclass(frozen=True, eq=False)
class Projection:
    """Sentence embeddings (n, s) of length 1 to text embeddings (n, e) of length 1: a linear map with h rectified
    units beside it. `scale` times a text's cosine with an image embedding is its logit."""

    weight: Matrix
    bias: Matrix
    hidden_weight: Matrix
    hidden_bias: Matrix
    hidden_out: Matrix
    scale: float

    def embed(self, sentences: Matrix) -> Matrix:
        hidden = np.maximum(sentences @ self.hidden_weight + self.hidden_bias, 0.0)
        return unit(np.asarray(sentences @ self.weight + hidden @ self.hidden_out + self.bias, np.float32))

    def logits(self, sentences: Matrix, features: Features) -> Matrix:
        """Of n photographs and m texts, shape (n, m)."""
        return np.asarray(unit(features.embedding) @ self.embed(sentences).T * np.float32(self.scale), np.float32)


class _Learner(nn.Module):
    """From standardised sentences to directions in the image space."""

    def __init__(self, sentences: int, images: int, options: TowerOptions) -> None:
        super().__init__()
        self.linear = nn.Linear(sentences, images)
        self.hidden, self.out = nn.Linear(sentences, options.hidden), nn.Linear(options.hidden, images, bias=False)
        self.dropout = nn.Dropout(options.dropout)
        self.log_scale = nn.Parameter(torch.tensor(3.0))
        nn.init.normal_(self.linear.weight, std=sentences**-0.5)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.dropout(x)
        return functional.normalize(self.linear(x) + self.out(self.dropout(functional.relu(self.hidden(x)))), dim=-1)


def train_projection(
    images: tuple[Matrix, Matrix],
    weights: Matrix,
    lesson: Lesson,
    sentence: Mapping[str, NDArray[np.float32]],
    options: TowerOptions,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Projection:
    """A projection that brings statements near the photographs that they hold for.

    Args:
        images: Embeddings of n photographs and of their mirror images, shape (n, e) each.
        weights: How much each photograph counts, (n,).
        lesson: What holds for them.
        sentence: The sentence embedding (s,) of every wording in the lesson.

    Raises:
        Cancelled: by `cancelled`.
    """
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    vectors = torch.from_numpy(np.stack([sentence[text] for one in lesson.statements for text in one.texts]))
    counts = np.array([len(one.texts) for one in lesson.statements])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    mean, spread = vectors.mean(dim=0), float((vectors - vectors.mean(dim=0)).pow(2).sum(dim=1).mean().sqrt())
    # Every input at about unit variance, all by one factor: what sentences hardly differ in must not grow loud.
    factor = vectors.shape[1] ** 0.5 / spread
    inputs = (vectors - mean) * factor
    pictures = torch.from_numpy(np.stack([unit(image) for image in images]))
    learner = _Learner(vectors.shape[1], pictures.shape[-1], options)
    optimiser = torch.optim.AdamW(learner.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay)
    holds, known = torch.from_numpy(lesson.holds), torch.from_numpy(lesson.known)
    kinds = [(KIND_WEIGHT.get(kind, 0.25), columns) for kind in KINDS if len(columns := lesson.kind(kind)) > 1]
    weight_of = torch.from_numpy(weights)
    n = len(weights)
    steps = options.epochs * -(-n // options.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    learner.train()
    for epoch in range(options.epochs):
        if cancelled():
            raise Cancelled
        for rows in torch.split(torch.from_numpy(random.permutation(n)), options.batch):
            drawn = [random.permutation(columns)[:SHOWN] for _, columns in kinds]
            shown = np.concatenate(drawn)
            wording = torch.from_numpy(starts[shown] + random.integers(0, counts[shown]))
            seen = pictures[int(random.integers(2)), rows]
            logits = learner.log_scale.exp() * (seen @ learner(inputs[wording]).T)
            true, sure = (of[rows][:, torch.from_numpy(shown)] for of in (holds, known))
            ends = np.cumsum([len(columns) for columns in drawn]).tolist()
            spans = [slice(end - len(columns), end) for end, columns in zip(ends, drawn, strict=True)]
            parts = [
                weight * _which(logits[:, span], true[:, span], sure[:, span], weight_of[rows])
                for (weight, _), span in zip(kinds, spans, strict=True)
            ]
            if options.mixed:
                parts.append(options.mixed * _mixed(logits, true, sure, weight_of[rows]))
            optimiser.zero_grad()
            torch.stack(parts).sum().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress(epoch + 1, options.epochs)
    return _folded(learner.eval(), mean, factor)


def _which(logits: torch.Tensor, true: torch.Tensor, sure: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """How unlikely the true ones of one kind are, all together; photographs of which none is true are left out."""
    logits = logits.masked_fill(~sure & ~true, -1e4)
    asked = true.any(dim=1).float() * weights
    loss = logits.logsumexp(dim=1) - logits.masked_fill(~true, -1e4).logsumexp(dim=1)
    return (loss * asked).sum() / weights.sum()


def _mixed(logits: torch.Tensor, true: torch.Tensor, sure: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """How unlikely each true statement is beside false ones of all kinds: other true ones are not held against it."""
    false = sure & ~true
    rivals = logits.masked_fill(~false, -1e4).logsumexp(dim=1, keepdim=True)
    rivals = rivals - torch.log(false.sum(dim=1, keepdim=True).clamp(min=1) / MIXED_RIVALS)
    loss = (functional.softplus(rivals - logits) * true).sum(dim=1) / true.sum(dim=1).clamp(min=1)
    return (loss * weights).sum() / weights.sum()


def _folded(learner: _Learner, mean: torch.Tensor, factor: float) -> Projection:
    """The same map from sentences as they are."""

    def array(values: torch.Tensor) -> Matrix:
        return values.numpy().astype(np.float32)  # a copy, of its own memory

    with torch.inference_mode():
        weight, hidden_weight = factor * learner.linear.weight.T, factor * learner.hidden.weight.T
        return Projection(
            weight=array(weight),
            bias=array(learner.linear.bias - mean @ weight),
            hidden_weight=array(hidden_weight),
            hidden_bias=array(learner.hidden.bias - mean @ hidden_weight),
            hidden_out=array(learner.out.weight.T),
            scale=float(learner.log_scale.exp()),
        )
