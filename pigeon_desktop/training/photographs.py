"""The training table: features of photographs whose place is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.territories import country_on_map
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.errors import PigeonError

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TrainingPhotographs:
    """n photographs: their features, those of their mirror images, and what is known of where they were taken.

    `latitude`, `longitude`: shape (n,), NaN where only the country is known. `place`: photographs of one place
    or album share it; data are split on it, never on the photograph. `trust`: 1, or less where the label may
    be wrong. `domain`: where the photographs come from, for figures by kind.
    """

    features: Features
    mirrored: Features
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    country_code: NDArray[np.str_]
    place: NDArray[np.str_]
    domain: NDArray[np.str_]
    trust: Floats

    def __len__(self) -> int:
        return len(self.place)

    @property
    def has_coordinate(self) -> NDArray[np.bool_]:
        return np.isfinite(self.latitude) & np.isfinite(self.longitude)

    @classmethod
    def read(cls, path: Path) -> TrainingPhotographs:
        """Read a features file (.npz): `embedding`, `mean_token`, their `_flipped` twins, `latitude`,
        `longitude`, `country_code`, `place`, and optionally `domain` and `quality` (B counts half).

        Raises:
            PigeonError: not such a file.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                get: dict[str, NDArray[Any]] = {name: arrays[name] for name in arrays.files}
            n = len(get["place"])
            photographs = cls(
                features=Features(get["embedding"].astype(np.float32), get["mean_token"].astype(np.float32)),
                mirrored=Features(
                    get["embedding_flipped"].astype(np.float32), get["mean_token_flipped"].astype(np.float32)
                ),
                latitude=get["latitude"].astype(np.float64),
                longitude=get["longitude"].astype(np.float64),
                country_code=np.array([country_on_map(str(code)) for code in get["country_code"]]),
                place=get["place"].astype(np.str_),
                domain=get["domain"].astype(np.str_) if "domain" in get else np.full(n, "photo"),
                trust=np.where(get["quality"] == "B", 0.5, 1.0).astype(np.float32)
                if "quality" in get
                else np.ones(n, np.float32),
            )
        except (OSError, ValueError, KeyError) as error:
            raise PigeonError(f"{path}: not a features file ({error}). Make one by `pigeon train features`.") from error
        if n == 0 or any(len(a) != n for a in (photographs.features.embedding, photographs.latitude)):
            raise PigeonError(f"{path}: its arrays differ in length. Make it again by `pigeon train features`.")
        return photographs

    def weights(self) -> Floats:
        """How much each photograph counts, mean 1: neither a country with many places nor a place with many
        pictures may drown the others (1/√places of the country, 1/√pictures of the place, times trust)."""
        _, at, pictures = np.unique(self.place, return_inverse=True, return_counts=True)
        pairs = np.unique(np.stack([self.country_code, self.place]), axis=1)
        countries, places = np.unique(pairs[0], return_counts=True)
        places_here = places[np.searchsorted(countries, self.country_code)]
        weights = self.trust / np.sqrt(places_here * pictures[at])
        return np.asarray(weights / weights.mean(), np.float32)

    def place_weights(self) -> Floats:
        """How much each photograph counts in figures, mean 1: every place the same, times trust."""
        _, at, pictures = np.unique(self.place, return_inverse=True, return_counts=True)
        weights = self.trust / pictures[at]
        return np.asarray(weights / weights.mean(), np.float32)

    def folds(self, count: int, seed: int = 0) -> NDArray[np.int64]:
        """A fold 0..count-1 for each photograph, shape (n,); a place is never in two."""
        places, at = np.unique(self.place, return_inverse=True)
        order = np.random.default_rng(seed).permutation(len(places))
        return np.asarray((order % count)[at], np.int64)
