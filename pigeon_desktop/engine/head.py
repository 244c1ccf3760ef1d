"""Heads: what turns an encoder's features into a probability for every geocell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature, HeadSpec

Matrix = NDArray[np.float32]


class Head(Protocol):
    """Fills beliefs: features of n photographs in, probabilities of shape (n, cells) out, rows summing to 1."""

    def probabilities(self, features: Features) -> NDArray[np.float64]: ...


def inputs(features: Features, names: tuple[Feature, ...]) -> Matrix:
    """The features as heads take them, side by side: the embedding at unit length, the mean token as it is."""
    length = np.linalg.norm(features.embedding, axis=1, keepdims=True)
    return Features(features.embedding / np.maximum(length, 1e-12), features.mean_token).of(names)


def softmax(logits: NDArray[Any], temperature: float) -> NDArray[np.float64]:
    """Softmax along the last axis of logits divided by the temperature."""
    z = np.asarray(logits, np.float64) / temperature
    z -= z.max(axis=-1, keepdims=True)
    p = np.exp(z)
    return np.asarray(p / p.sum(axis=-1, keepdims=True), np.float64)


@dataclass(frozen=True, eq=False)
class LinearHead:
    """PIGEON's head: one linear layer from the features to the cells. `weight` is (features, cells)."""

    weight: Matrix
    bias: Matrix
    features: tuple[Feature, ...]
    temperature: float

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        return softmax(inputs(features, self.features) @ self.weight + self.bias, self.temperature)


@dataclass(frozen=True, eq=False)
class LocationHead:
    """A linear map into the space of a location encoder, whose embeddings of places are the classes.

    A cell's probability is the sum over its places, so a cell that no training picture shows is scored like
    any other. `weight` is (features, d), `places` (m, d), `cell` (m,) the index of each place's cell.
    """

    weight: Matrix
    bias: Matrix
    places: Matrix
    cell: NDArray[np.int32]
    cells: int
    features: tuple[Feature, ...]
    temperature: float

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        p = softmax((inputs(features, self.features) @ self.weight + self.bias) @ self.places.T, self.temperature)
        return np.stack([np.bincount(self.cell, row, self.cells) for row in p])


def read_head(path: Path, spec: HeadSpec, cells: int) -> Head:
    """The head of a pack over `cells` geocells.

    Raises:
        PigeonError: the file is damaged, of an unknown kind, or does not fit the cells.
    """
    arrays = shapes.read_arrays(path)
    reader: Callable[[Mapping[str, NDArray[Any]], HeadSpec, int], Head] | None = _READERS.get(spec.kind)
    if reader is None:
        raise PigeonError(f"{path}: heads of kind {spec.kind!r} need a newer version of this program.")
    try:
        return reader(arrays, spec, cells)
    except (KeyError, ValueError) as error:
        raise PigeonError(f"{path}: the head does not fit its pack ({error}). Install the pack again.") from error


def _linear(arrays: Mapping[str, NDArray[Any]], spec: HeadSpec, cells: int) -> Head:
    weight, bias = _finite(arrays["weight"]), _finite(arrays["bias"])
    if weight.ndim != 2 or weight.shape[1] != cells or bias.shape != (cells,):
        raise ValueError(f"weight {weight.shape} and bias {bias.shape} for {cells} cells")
    return LinearHead(weight, bias, spec.features, spec.temperature)


def _location(arrays: Mapping[str, NDArray[Any]], spec: HeadSpec, cells: int) -> Head:
    weight, bias = _finite(arrays["weight"]), _finite(arrays["bias"])
    # Stored as signed bytes with one scale a place: a quarter of the size, and no figure changes.
    places = _finite(arrays["places"]) * _finite(arrays["places_scale"])[:, None]
    cell = arrays["cell"].astype(np.int32)
    if weight.ndim != 2 or bias.shape != weight.shape[1:] or places.shape != (len(cell), weight.shape[1]):
        raise ValueError(f"weight {weight.shape}, bias {bias.shape} and places {places.shape} disagree")
    if len(cell) == 0 or cell.min() < 0 or cell.max() >= cells:
        raise ValueError(f"a place names a cell outside 0..{cells - 1}")
    return LocationHead(weight, bias, places, cell, cells, spec.features, spec.temperature)


_READERS = {"linear": _linear, "location": _location}


def _finite(array: NDArray[Any]) -> Matrix:
    values = array.astype(np.float32)
    if not np.all(np.isfinite(values)):
        raise ValueError("a value is not finite")
    return values
