"""What the program says of one photograph: plain data, the same for the window, the terminal and the reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Place

Status = Literal["located", "abstained", "failed"]


@dataclass(frozen=True)
class Candidate:
    """A region where the photograph may have been taken.

    `probability` in 0..1; `latitude`, `longitude` in degrees; `radius_km` holds the truth with 80 % calibrated
    probability, given that the region is the right one; `cells` are ids of the pack's geocells.
    """

    rank: int
    probability: float
    latitude: float
    longitude: float
    radius_km: float
    place: Place
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PackMark:
    """Which pack spoke: `sha256` is that of its pack.toml, which holds the hashes of all its files."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Prediction:
    """One photograph's record. `reason` says why it was abstained on or failed, and is empty when located.

    `countries` are (ISO code, probability), likeliest first, those above 0.1 %. `removed_by_filter` is the
    probability that "search within" took away. `probability` is the belief over the pack's geocells,
    shape (cells,), or None when the photograph failed.
    """

    path: Path
    sha256: str
    status: Status
    reason: str
    warnings: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    countries: tuple[tuple[str, float], ...]
    removed_by_filter: float
    pack: PackMark
    device: str
    seconds: float
    probability: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)

    @property
    def of_several(self) -> bool:
        """Whether it is about several photographs taken together: then there is no file, and no hash of one."""
        return not self.sha256 and self.status != "failed"

    @property
    def elsewhere(self) -> float:
        """The probability outside all candidates; with them it sums to 1."""
        return max(0.0, 1.0 - sum(c.probability for c in self.candidates)) if self.candidates else 0.0

    def record(self) -> dict[str, Any]:
        """The record as it stands in a jsonl line: built-in types only, coordinates to about a metre."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "status": self.status,
            "reason": self.reason,
            "warnings": list(self.warnings),
            "candidates": [
                {
                    "rank": c.rank,
                    "probability": round(c.probability, 6),
                    "latitude": round(c.latitude, 5),
                    "longitude": round(c.longitude, 5),
                    "radius_km": round(c.radius_km, 1),
                    "country_code": c.place.country_code,
                    "country": c.place.country,
                    "region": c.place.region,
                    "city": c.place.city,
                    "city_km": round(c.place.city_km, 1),
                    "cells": list(c.cells),
                }
                for c in self.candidates
            ],
            "countries": [{"code": code, "probability": round(p, 6)} for code, p in self.countries],
            "removed_by_filter": round(self.removed_by_filter, 6),
            "pack": {"name": self.pack.name, "version": self.pack.version, "sha256": self.pack.sha256},
            "device": self.device,
            "seconds": round(self.seconds, 4),
        }
