"""The image encoder: a square of pixels in, the features that heads read out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pigeon_desktop.engine.batches import Batches
from pigeon_desktop.engine.devices import physical_cores
from pigeon_desktop.engine.floating import MEAN
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import EncoderSpec, Feature
from pigeon_desktop.photos.preprocess import clip_transform


@dataclass(frozen=True, eq=False)
class Features:
    """What an encoder says of n photographs.

    `embedding`: the projected image embedding, shape (n, e), not normalised. `mean_token`: the mean of the
    last hidden states, which PIGEON classifies, shape (n, w).
    """

    embedding: NDArray[np.float32]
    mean_token: NDArray[np.float32]

    def of(self, names: tuple[Feature, ...]) -> NDArray[np.float32]:
        """The named features side by side, shape (n, sum of widths)."""
        return np.concatenate([getattr(self, name) for name in names], axis=1)

    def rows(self, rows: NDArray[np.int64]) -> Features:
        """The features of some of the photographs."""
        return Features(self.embedding[rows], self.mean_token[rows])

    def cosines(self, expected: Mapping[Feature, tuple[float, ...]]) -> dict[Feature, float]:
        """Cosines between the first photograph's features and the expected ones; 0 where shapes differ."""
        cosines: dict[Feature, float] = {}
        for name, values in expected.items():
            a, b = getattr(self, name)[0].astype(np.float64), np.asarray(values, np.float64)
            same = a.shape == b.shape and bool(np.all(np.isfinite(a)))
            cosines[name] = float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12)) if same else 0.0
        return cosines


@dataclass(frozen=True, eq=False)
class Tokens:
    """What an encoder says of one photograph, not averaged yet: `embedding` (e,), and `states`, the last hidden states,
    shape (1 + n * n, w): first that of the whole picture (CLS), then those of n rows of n patches."""

    embedding: NDArray[np.float32]
    states: NDArray[np.float32]


class Encoder:
    """An image tower on a device, with the transform that its photographs need. What threads ask for at one time is
    encoded in batches of up to `batch`, if that is more than 1."""

    def __init__(self, session: Session, spec: EncoderSpec, batch: int = 1) -> None:
        self.session = session
        self.spec = spec
        self.batch = batch
        self._batches = Batches(session, self.features_of, batch, spec.input_size) if batch > 1 else None

    @property
    def workers(self) -> int:
        """How many threads keep its device busy: one photograph a thread gives more than all threads on one, and hides
        decoding and candidates. Where there are batches one is brought together while another is encoded."""
        return max(physical_cores(), 2 * self.batch) if self.batch > 1 else physical_cores()

    @property
    def features_of(self) -> tuple[str, str]:
        """The graph's outputs that `encode` reads."""
        return self.spec.outputs["embedding"], MEAN if MEAN in self.session.outputs else self.spec.outputs["mean_token"]

    @property
    def sha256(self) -> str:
        """SHA-256, in hex, of the graph that runs: on a GPU it may be the one in half precision."""
        gpu = self.spec.gpu
        return gpu.sha256 if gpu and self.session.model.name == gpu.file else self.spec.sha256

    def transform(self, image: Image.Image) -> NDArray[np.float32]:
        """An upright RGB picture as the graph's input, shape (3, size, size)."""
        return clip_transform(image, self.spec.input_size, self.spec.mean, self.spec.std)

    def encode(self, pixels: NDArray[np.float32], cancel: CancelToken | None = None) -> Features:
        """Features of transformed pictures, shape (n, 3, size, size).

        Raises:
            Cancelled, PigeonError: as `Session.run`.
        """
        run = self._batches.run if self._batches else partial(self.session.run, self.features_of)
        embedding, tokens = self._sound(run(pixels, cancel), len(pixels))
        # Graphs differ in whether they average the tokens themselves.
        return Features(embedding, tokens.mean(axis=1, dtype=np.float32) if tokens.ndim == 3 else tokens)

    def tokens(self, pixels: NDArray[np.float32], cancel: CancelToken | None = None) -> Tokens:
        """What the mean token is the mean of, of one transformed picture, shape (1, 3, size, size).

        Raises:
            Cancelled, PigeonError: as `Session.run`; the graph averages the tokens itself, or they are no square
                of patches.
        """
        name = self.spec.outputs["tokens" if "tokens" in self.spec.outputs else "mean_token"]
        found = self.session.run((self.spec.outputs["embedding"], name), pixels, cancel)
        embedding, tokens = self._sound(found, len(pixels))
        if tokens.ndim != 3 or tokens.shape[1] != 1 + math.isqrt(tokens.shape[1] - 1) ** 2:
            raise PigeonError(f"{self.spec.file}: the encoder averages the patches itself. Look closer instead.")
        return Tokens(embedding[0], tokens[0])

    def _sound(self, found: list[NDArray[np.float32]], count: int) -> list[NDArray[np.float32]]:
        """What was found, if it is features of so many pictures. Raises PigeonError."""
        embedding, tokens = found
        fits = embedding.ndim == 2 and tokens.ndim in (2, 3) and len(embedding) == len(tokens) == count
        if not fits or not all(values.dtype.kind == "f" and np.isfinite(values).all() for values in found):
            raise PigeonError(f"{self.spec.file}: the encoder gives what are no features. Install the pack again.")
        return found


def test_pattern(size: int) -> Image.Image:
    """The built-in picture of the self-check: waves, edges and a gradient, the same on every machine."""
    y, x = np.mgrid[0:size, 0:size].astype(np.int64)
    red = (x * 255) // max(size - 1, 1)
    green = np.where((x // 16 + y // 16) % 2 == 0, 40, 215)
    blue = ((x * x + y * y) // 64) % 256
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8), "RGB")
