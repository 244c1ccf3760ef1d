"""Heads: what turns an encoder's features into a probability for every geocell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature, HeadSpec

Matrix = NDArray[np.float32]

MOST = 1e9
"""No number in a head comes near to it, and sums of products with features are still numbers."""

MOST_BYTES = 128 << 20
"""Heads are kept as bytes: four times as much in the memory, and the default pack's are 7 MB."""


class Head(Protocol):
    """Fills beliefs: features of n photographs in, probabilities of shape (n, cells) out, rows summing to 1."""

    def probabilities(self, features: Features) -> NDArray[np.float64]: ...


def softmax(logits: NDArray[Any], temperature: float) -> NDArray[np.float64]:
    """Softmax along the last axis of logits divided by the temperature."""
    z = np.asarray(logits, np.float64) / temperature
    z -= z.max(axis=-1, keepdims=True)
    p = np.exp(z)
    return np.asarray(p / p.sum(axis=-1, keepdims=True), np.float64)


def unit(rows: Matrix) -> Matrix:
    """Rows at length 1; a row of zeros stays."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)


@dataclass(frozen=True, eq=False)
class Standard:
    """How heads take features: the embedding by its direction, each value standardised by `mean` and `scale`, shape
    (f,), then each of the features `names` at the same length, so that neither drowns the other."""

    names: tuple[Feature, ...]
    mean: Matrix
    scale: Matrix

    @classmethod
    def of(cls, features: Features, names: tuple[Feature, ...]) -> Standard:
        """The standard of these photographs."""
        values = _directed(features).of(names)
        return cls(names, values.mean(axis=0), values.std(axis=0) + np.float32(1e-6))

    def inputs(self, features: Features) -> Matrix:
        """Inputs of n photographs, shape (n, f), rows of length 1."""
        values = (_directed(features).of(self.names) - self.mean) / self.scale
        ends = list(accumulate(getattr(features, name).shape[1] for name in self.names))
        blocks = np.split(values, ends[:-1], axis=1)
        return np.asarray(np.concatenate([unit(block) for block in blocks], axis=1) / np.sqrt(len(blocks)), np.float32)

    def shares(self, features: Features, states: Matrix) -> Matrix:
        """The part that each of m last hidden states, shape (m, w), has in the inputs of the one photograph whose mean
        they are, shape (m, f): zero but for the mean token, where the parts sum to the inputs' values."""
        ends = list(accumulate(getattr(features, name).shape[1] for name in self.names))
        start, end = ([0, *ends][self.names.index("mean_token")], ends[self.names.index("mean_token")])
        parts = (states - self.mean[start:end]) / self.scale[start:end]
        length = max(float(np.linalg.norm(parts.mean(axis=0, dtype=np.float64))), 1e-12) * np.sqrt(len(self.names))
        whole = np.zeros((len(states), ends[-1]), np.float32)
        whole[:, start:end] = parts / (len(states) * length)
        return whole


def _directed(features: Features) -> Features:
    return Features(unit(features.embedding), features.mean_token)


@dataclass(frozen=True, eq=False)
class Trunk:
    """From inputs to a head's o outputs: a linear map, and beside it a layer of h rectified units, which may be none.

    `weight` (f, o), `bias` (o,), `hidden_weight` (f, h), `hidden_bias` (h,), `hidden_out` (h, o).
    """

    standard: Standard
    weight: Matrix
    bias: Matrix
    hidden_weight: Matrix
    hidden_bias: Matrix
    hidden_out: Matrix

    def outputs(self, features: Features) -> Matrix:
        """Shape (n, o)."""
        return self.read(self.standard.inputs(features))

    def read(self, x: Matrix) -> Matrix:
        """Outputs (n, o) of inputs (n, f)."""
        hidden = np.maximum(x @ self.hidden_weight + self.hidden_bias, 0.0)
        return np.asarray(x @ self.weight + hidden @ self.hidden_out + self.bias, np.float32)


@dataclass(frozen=True, eq=False)
class LinearHead:
    """PIGEON's head: the trunk's outputs are the logits of the cells."""

    trunk: Trunk
    temperature: float

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        return self.spread(self.trunk.outputs(features))

    def spread(self, outputs: Matrix) -> NDArray[np.float64]:
        """Probabilities (n, cells) of the trunk's outputs (n, o)."""
        return softmax(outputs, self.temperature)


@dataclass(frozen=True, eq=False)
class LocationHead:
    """Outputs in the space of a location encoder, whose embeddings of m places are the classes.

    A place's logit is the product of its embedding in `places`, shape (m, d), with the first d outputs, plus the
    output of its country: those after the first d, by `country`, (m,). A cell's probability is the sum over its
    places (`cell`, (m,)), so a cell that no training picture shows is scored like any other.
    """

    trunk: Trunk
    places: Matrix
    country: NDArray[np.int32]
    cell: NDArray[np.int32]
    cells: int
    temperature: float

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        return self.spread(self.trunk.outputs(features))

    def spread(self, outputs: Matrix) -> NDArray[np.float64]:
        """Probabilities (n, cells) of the trunk's outputs (n, o)."""
        d = self.places.shape[1]
        p = softmax(outputs[:, :d] @ self.places.T + outputs[:, d:][:, self.country], self.temperature)
        return np.stack([np.bincount(self.cell, row, self.cells) for row in p])


@dataclass(frozen=True, eq=False)
class CaptionsHead:
    """Zero-shot by captions, as StreetCLIP is used: first which country, then where in it.

    `countries` (c, e) and `captions` (m, e) are text embeddings of length 1; a text's logit is `scale` times its
    cosine with the image embedding. P(country) is the softmax over the countries' captions. In a country, P(cell |
    country) is the softmax over its cells, each by its best caption: with a sum a cell would gain by having many.
    `cell` (m,), ascending, names the cell of each caption and leaves none out; `country` (cells,) that of each cell.
    """

    countries: Matrix
    captions: Matrix
    cell: NDArray[np.int32]
    country: NDArray[np.int32]
    scale: float
    temperature: float

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        image = unit(features.embedding) * np.float32(self.scale)
        by_country = softmax(image @ self.countries.T, self.temperature)
        starts = np.searchsorted(self.cell, np.arange(len(self.country)))
        best = np.maximum.reduceat(image @ self.captions.T, starts, axis=1)
        order = np.argsort(self.country, kind="stable")
        of, first = self.country[order], np.searchsorted(self.country[order], np.arange(len(self.countries)))
        z = best[:, order].astype(np.float64) / self.temperature
        p = np.exp(z - np.maximum.reduceat(z, first, axis=1)[:, of])
        p *= (by_country / np.add.reduceat(p, first, axis=1))[:, of]
        return np.asarray(p[:, np.argsort(order)], np.float64)


def read_head(path: Path, spec: HeadSpec, cells: int) -> Head:
    """The head of a pack over `cells` geocells.

    Raises:
        PigeonError: the file is damaged, of an unknown kind, or does not fit the cells.
    """
    arrays = shapes.read_arrays(path, most_bytes=MOST_BYTES)
    reader: Callable[[Mapping[str, NDArray[Any]], HeadSpec, int], Head] | None = _READERS.get(spec.kind)
    if reader is None:
        raise PigeonError(f"{path}: heads of kind {spec.kind!r} need a newer version of this program.")
    try:
        return reader(arrays, spec, cells)
    except (KeyError, ValueError, TypeError, IndexError, MemoryError) as error:
        raise PigeonError(f"{path}: the head does not fit its pack ({error}). Install the pack again.") from error


def _linear(arrays: Mapping[str, NDArray[Any]], spec: HeadSpec, cells: int) -> Head:
    trunk = _trunk(arrays, spec)
    if len(trunk.bias) != cells:
        raise ValueError(f"{len(trunk.bias)} outputs for {cells} cells")
    return LinearHead(trunk, spec.temperature)


def _location(arrays: Mapping[str, NDArray[Any]], spec: HeadSpec, cells: int) -> Head:
    trunk, places = _trunk(arrays, spec), unpacked(arrays, "places")
    cell, country = arrays["cell"].astype(np.int32), arrays["country"].astype(np.int32)
    countries = len(trunk.bias) - places.shape[1]
    if not 0 < len(places) == len(cell) == len(country) or countries < 1:
        raise ValueError(f"places {places.shape}, {len(cell)} cells, {len(country)} countries, {countries} outputs")
    if cell.min() < 0 or cell.max() >= cells or country.min() < 0 or country.max() >= countries:
        raise ValueError(f"a place names a cell outside 0..{cells - 1} or a country outside 0..{countries - 1}")
    return LocationHead(trunk, places, country, cell, cells, spec.temperature)


def _captions(arrays: Mapping[str, NDArray[Any]], spec: HeadSpec, cells: int) -> Head:
    countries, captions = unit(unpacked(arrays, "countries")), unit(unpacked(arrays, "captions"))
    cell, country = arrays["cell"].astype(np.int32), arrays["country"].astype(np.int32)
    scale = float(_finite(arrays["scale"]).item())
    if spec.features != ("embedding",):
        raise ValueError(f"captions speak of the embedding alone, not of {' + '.join(spec.features)}")
    if countries.shape[1] != captions.shape[1] or cell.shape != captions.shape[:1] or scale <= 0:
        raise ValueError(f"countries {countries.shape}, captions {captions.shape}, {len(cell)} cells, scale {scale}")
    if country.shape != (cells,) or not np.array_equal(np.unique(country), np.arange(len(countries))):
        raise ValueError(f"{cells} cells of {len(countries)} countries do not fit {country.shape} countries of cells")
    if not np.array_equal(np.unique(cell), np.arange(cells)) or np.any(np.diff(cell) < 0):
        raise ValueError(f"the captions do not name each of {cells} cells in turn")
    return CaptionsHead(countries, captions, cell, country, scale, spec.temperature)


_READERS = {"linear": _linear, "location": _location, "captions": _captions}


def _trunk(arrays: Mapping[str, NDArray[Any]], spec: HeadSpec) -> Trunk:
    mean, scale = _finite(arrays["mean"]), _finite(arrays["scale"])
    trunk = Trunk(
        Standard(spec.features, mean, scale),
        *(unpacked(arrays, "weight"), _finite(arrays["bias"])),
        *(unpacked(arrays, "hidden_weight"), _finite(arrays["hidden_bias"]), unpacked(arrays, "hidden_out")),
    )
    f, o, h = *trunk.weight.shape, len(trunk.hidden_bias)
    shaped = (mean.shape, scale.shape, trunk.bias.shape, trunk.hidden_weight.shape, trunk.hidden_out.shape)
    if shaped != ((f,), (f,), (o,), (f, h), (h, o)) or not np.all(scale > 0):
        raise ValueError(f"weight {trunk.weight.shape} and the shapes {shaped} disagree")
    return trunk


def packed(name: str, values: Matrix) -> dict[str, NDArray[Any]]:
    """A matrix as signed bytes with one scale a row: a quarter of the size, and no figure changes."""
    scale = np.abs(values).max(axis=1, initial=1e-12) / 127.0
    return {name: np.round(values / scale[:, None]).astype(np.int8), f"{name}_scale": scale.astype(np.float32)}


def unpacked(arrays: Mapping[str, NDArray[Any]], name: str) -> Matrix:
    """The matrix that `packed` made. Raises KeyError and ValueError."""
    small, scale = arrays[name], _finite(arrays[f"{name}_scale"])
    if small.dtype != np.int8 or small.ndim != 2 or scale.shape != small.shape[:1]:
        raise ValueError(f"{name} {small.dtype} {small.shape} and its scales {scale.shape} disagree")
    values = small.astype(np.float32)
    values *= scale[:, None]
    return _finite(values)


def _finite(array: NDArray[Any]) -> Matrix:
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{array.dtype} where there should be numbers")
    with np.errstate(over="ignore"):
        values = array.astype(np.float32)
    # What is only just finite overflows in the first product.
    if not np.all(np.abs(values) <= MOST):
        raise ValueError("a value is not finite, or out of all bounds")
    return values
