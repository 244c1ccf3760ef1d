"""GeoCLIP's location encoder: a coordinate as a vector in CLIP's neighbourhood.

Vivanco Cepeda, Nayak and Shah, "GeoCLIP" (NeurIPS 2023): the Equal Earth projection, random Fourier features at
three scales, a small network for each, and their sum. The weights (MIT) lie in the wheel `geoclip` 1.3.0, beside
the gallery of 100,000 coordinates where its training photographs were taken.
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import linear, normalize, relu

from pigeon_desktop.earth.projection import project
from pigeon_desktop.errors import PigeonError

WHEEL_SHA256 = "08a93791166a279d52b95c466a952c75f17f654cc61bdf6ab20355325b564dec"
"""Of geoclip-1.3.0-py3-none-any.whl."""
SCALE = 66.50336 / 180.0
"""The encoder's unit of length on the map, in Earth radii."""
_WEIGHTS = "geoclip/model/weights/location_encoder_weights.pth"
_GALLERY = "geoclip/model/gps_gallery/coordinates_100K.csv"


@dataclass(frozen=True, eq=False)
class LocationEncoder:
    """The weights of the encoder and its `gallery`, shape (100000, 2): latitude, longitude."""

    weights: dict[str, torch.Tensor]
    gallery: NDArray[np.float64]

    @classmethod
    def read(cls, wheel: Path) -> LocationEncoder:
        """Read both out of the wheel; nothing in it is executed.

        Raises:
            PigeonError: it is not the wheel that is known.
        """
        try:
            data = wheel.read_bytes()
        except OSError as error:
            raise PigeonError(
                f"{wheel}: cannot be read ({error.strerror}). Get it by: pip download --no-deps geoclip==1.3.0"
            ) from error
        digest = hashlib.sha256(data).hexdigest()
        if digest != WHEEL_SHA256:
            raise PigeonError(f"{wheel}: SHA-256 is {digest}, not {WHEEL_SHA256}. Get geoclip 1.3.0.")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            weights = torch.load(io.BytesIO(archive.read(_WEIGHTS)), map_location="cpu", weights_only=True)
            gallery = np.loadtxt(io.BytesIO(archive.read(_GALLERY)), delimiter=",", skiprows=1)
        return cls(weights, gallery)

    def embed(self, latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float32]:
        """Unit vectors of n coordinates, shape (n, 512)."""
        where = torch.tensor(np.stack(project(latitude, longitude), axis=1) * SCALE, dtype=torch.float32)
        with torch.inference_mode():
            parts = [self._embed(chunk) for chunk in torch.split(where, 2000)]
        return np.asarray(torch.cat(parts).numpy(), np.float32)

    def _embed(self, where: torch.Tensor) -> torch.Tensor:
        total = torch.zeros(len(where), 512)
        for scale in ("LocEnc0", "LocEnc1", "LocEnc2"):
            angle = 2 * math.pi * where @ self.weights[f"{scale}.capsule.0.b"].T
            h = torch.cat([angle.cos(), angle.sin()], dim=1)
            for layer in ("capsule.1", "capsule.3", "capsule.5"):
                h = relu(linear(h, self.weights[f"{scale}.{layer}.weight"], self.weights[f"{scale}.{layer}.bias"]))
            total += linear(h, self.weights[f"{scale}.head.0.weight"], self.weights[f"{scale}.head.0.bias"])
        return normalize(total, dim=1)
