"""What a head is asked for: labels shared out by distance, countries for photographs of which no more is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_matrix_km
from pigeon_desktop.engine.head import softmax
from pigeon_desktop.training.photographs import TrainingPhotographs

NEAREST = 256
"""Classes among which a photograph's smoothed label is shared out: further ones have no weight to speak of."""


@dataclass(frozen=True, eq=False)
class Classes:
    """The m classes of a head: their coordinates, the index of the cell that owns each, the index of its country among
    the cells' `countries`, and, for a head of kind `location`, their embeddings (m, d); None for `linear`."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    cell: NDArray[np.int64]
    country: NDArray[np.int64]
    embedding: NDArray[np.float32] | None

    def __len__(self) -> int:
        return len(self.cell)

    @classmethod
    def of_cells(cls, cells: GeocellSet) -> Classes:
        """The geocells themselves, as PIGEON classifies them."""
        return cls(cells.latitude, cells.longitude, np.arange(len(cells)), cells.countries[1], None)


@dataclass(frozen=True, eq=False)
class Targets:
    """What the loss needs to know of n photographs and m classes, as tensors.

    `known` (n,): the coordinate is known; `near` (n, NEAREST): each one's nearest classes, `label` their share of its
    label; `country` (n,): index of its country, which `countries` (m, c) tells of the classes.
    """

    known: torch.Tensor
    near: torch.Tensor
    label: torch.Tensor
    country: torch.Tensor
    countries: torch.Tensor

    @classmethod
    def of(cls, photographs: TrainingPhotographs, cells: GeocellSet, classes: Classes, tau_km: float) -> Targets:
        """Labels exp(-(d - d_nearest)/tau), made to sum to 1 (PIGEON, equation 2).

        Every photograph's country must have a cell.
        """
        codes = cells.countries[0]
        count = min(NEAREST, len(classes))
        near, label = np.zeros((len(photographs), count), np.int64), np.zeros((len(photographs), count), np.float32)
        for rows in np.array_split(np.flatnonzero(photographs.has_coordinate), len(photographs) // 1000 + 1):
            distance = distance_matrix_km(
                photographs.latitude[rows], photographs.longitude[rows], classes.latitude, classes.longitude
            )
            near[rows] = np.argpartition(distance, count - 1, axis=1)[:, :count]
            label[rows] = softmax(-np.take_along_axis(distance, near[rows], axis=1), tau_km)
        return cls(
            known=torch.tensor(photographs.has_coordinate),
            near=torch.tensor(near),
            label=torch.tensor(label),
            country=torch.tensor(np.searchsorted(codes, photographs.country_code)),
            countries=torch.tensor(np.eye(len(codes), dtype=np.float32)[classes.country]),
        )

    def loss(self, logits: torch.Tensor, rows: torch.Tensor, country_share: float) -> torch.Tensor:
        """Cross-entropy of the photographs `rows` with logits (b, m), shape (b,).

        Over the classes where the coordinate is known, plus `country_share` times that over countries, which is all
        there is where it is not: a country's probability is the sum over its classes.
        """
        log_p = torch.log_softmax(logits, dim=1)
        by_class = -(self.label[rows] * log_p.gather(1, self.near[rows])).sum(dim=1)
        mass = (log_p.exp() @ self.countries).gather(1, self.country[rows][:, None])[:, 0]
        by_country = -torch.log(mass.clamp(min=1e-20))
        return torch.where(self.known[rows], by_class, by_country) + country_share * by_country
