"""Training heads: from features to geocells, with haversine-smoothed labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import dropout

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_matrix_km
from pigeon_desktop.engine.head import LocationHead, inputs, softmax
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.packs.manifest import Feature
from pigeon_desktop.training.photographs import TrainingPhotographs

NEAREST = 256
"""Places among which a photograph's smoothed label is shared out: further ones have no weight to speak of."""
FEATURES: tuple[Feature, ...] = ("embedding", "mean_token")


@dataclass(frozen=True)
class HeadOptions:
    """How a head is trained.

    `tau_km`: scale of the label smoothing exp(-(d - d_nearest)/tau); PIGEON takes 75 km for street views.
    """

    tau_km: float = 75.0
    dropout: float = 0.5
    weight_decay: float = 20.0
    learning_rate: float = 1e-3
    epochs: int = 24
    batch: int = 256
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Places:
    """The classes of a location head: m coordinates, the cell that owns each, and their embeddings (m, d)."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    cell: NDArray[np.int64]
    embedding: NDArray[np.float32]


Progress = Callable[[int, int], None]


def train_location_head(
    photographs: TrainingPhotographs,
    rows: NDArray[np.int64],
    cells: GeocellSet,
    places: Places,
    options: HeadOptions,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> LocationHead:
    """A head of kind `location` from the photographs `rows`.

    The loss is the cross-entropy with labels smoothed by distance (PIGEON, equation 2), over places instead
    of cells; a photograph of which only the country is known counts through the sum over its country's places.

    Raises:
        Cancelled: by `cancelled`.
    """
    generator = torch.Generator().manual_seed(options.seed)
    plain, mirrored = inputs(photographs.features, FEATURES), inputs(photographs.mirrored, FEATURES)
    mean, scale = plain[rows].mean(axis=0), plain[rows].std(axis=0) + 1e-6
    views = [torch.tensor((x - mean) / scale, dtype=torch.float32) for x in (plain, mirrored)]
    targets = _Targets.of(photographs, cells, places, options.tau_km)
    classes = torch.tensor(places.embedding.T.copy(), dtype=torch.float32)
    weight = torch.normal(0.0, 0.01, (views[0].shape[1], len(classes)), generator=generator).requires_grad_()
    bias = torch.zeros(len(classes), requires_grad=True)
    log_scale = torch.tensor(np.log(10.0), dtype=torch.float32, requires_grad=True)
    optimiser = torch.optim.AdamW(
        [
            {"params": [weight], "weight_decay": options.weight_decay},
            {"params": [bias, log_scale], "weight_decay": 0.0},
        ],
        lr=options.learning_rate,
    )
    batches = max(1, len(rows) // options.batch)
    steps = options.epochs * batches
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, options.learning_rate, total_steps=steps, pct_start=0.1)
    importance = torch.tensor(photographs.weights())
    state = torch.random.get_rng_state()
    torch.manual_seed(options.seed)  # dropout has no generator of its own
    try:
        for epoch in range(options.epochs):
            order = torch.tensor(rows)[torch.randperm(len(rows), generator=generator)]
            for step, batch in enumerate(order.tensor_split(batches)):
                if cancelled():
                    raise Cancelled
                flip = torch.rand(len(batch), 1, generator=generator) < 0.5
                x = dropout(torch.where(flip, views[1][batch], views[0][batch]), options.dropout)
                logits = (x @ weight + bias) @ classes * log_scale.exp()
                loss = (targets.loss(logits, batch) * importance[batch]).mean()
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                schedule.step()
                progress(epoch * batches + step + 1, steps)
    finally:
        torch.random.set_rng_state(state)
    # Standardisation and scale are folded into the map, so that the head is one matrix when it runs.
    factor = float(log_scale.detach().exp())
    folded = weight.detach().numpy() / scale[:, None] * factor
    offset = bias.detach().numpy() * factor - mean @ folded
    return LocationHead(
        weight=folded.astype(np.float32),
        bias=offset.astype(np.float32),
        places=places.embedding,
        cell=places.cell.astype(np.int32),
        cells=len(cells),
        features=FEATURES,
        temperature=1.0,
    )


@dataclass(frozen=True, eq=False)
class _Targets:
    """What the loss needs to know of photographs and places, as tensors."""

    known: torch.Tensor  # (n,) bool: the coordinate is known
    near: torch.Tensor  # (n, NEAREST) the nearest places of each photograph
    label: torch.Tensor  # (n, NEAREST) their share of its label
    country: torch.Tensor  # (n,) index of the country
    place_country: torch.Tensor  # (m,)

    @classmethod
    def of(cls, photographs: TrainingPhotographs, cells: GeocellSet, places: Places, tau_km: float) -> _Targets:
        codes = np.unique(np.concatenate([photographs.country_code, cells.country_code]))
        count = min(NEAREST, len(places.cell))
        near, label = np.zeros((len(photographs), count), np.int64), np.zeros((len(photographs), count), np.float32)
        for rows in np.array_split(np.flatnonzero(photographs.has_coordinate), len(photographs) // 1000 + 1):
            distance = distance_matrix_km(
                photographs.latitude[rows], photographs.longitude[rows], places.latitude, places.longitude
            )
            near[rows] = np.argpartition(distance, count - 1, axis=1)[:, :count]
            label[rows] = softmax(-np.take_along_axis(distance, near[rows], axis=1), tau_km)
        return cls(
            known=torch.tensor(photographs.has_coordinate),
            near=torch.tensor(near),
            label=torch.tensor(label),
            country=torch.tensor(np.searchsorted(codes, photographs.country_code)),
            place_country=torch.tensor(np.searchsorted(codes, cells.country_code[places.cell])),
        )

    def loss(self, logits: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of each photograph of the batch, shape (b,)."""
        log_p = torch.log_softmax(logits, dim=1)
        by_place = -(self.label[batch] * log_p.gather(1, self.near[batch])).sum(dim=1)
        # Few photographs have no coordinate, and only they need the sum over their country.
        vague = torch.nonzero(~self.known[batch]).flatten()
        elsewhere = self.place_country[None, :] != self.country[batch[vague]][:, None]
        by_country = -torch.logsumexp(log_p[vague].masked_fill(elsewhere, -1e9), dim=1).clamp(min=-50.0)
        return by_place.index_put((vague,), by_country)


def write_location_head(head: LocationHead, path: Path) -> None:
    """Write the file that a pack carries: the map as float16, the places as signed bytes with a scale each."""
    scale = np.abs(head.places).max(axis=1) / 127.0
    shapes.write_arrays(
        path,
        {
            "weight": head.weight.astype(np.float16),
            "bias": head.bias.astype(np.float32),
            "places": np.round(head.places / scale[:, None]).astype(np.int8),
            "places_scale": scale.astype(np.float32),
            "cell": head.cell.astype(np.int32),
        },
    )
