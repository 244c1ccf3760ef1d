"""Prototypes: what the training photographs of a geocell look like, to tell a belief's likeliest cells apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.candidates import Coordinates
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import MOST, MOST_BYTES, Matrix, Standard
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature

TOP = 5
"""Cells of a belief among which refinement moves probability (PIGEON)."""
FARTHEST_KM = 1000.0
"""A prototype further than this from its cell's coordinate does not give the coordinate (PIGEON)."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The `top` likeliest cells of n beliefs, likeliest first, and the prototype of each that looks most like the
    photograph: all of shape (n, top). `prototype` is -1 and `distance` infinite where a cell has none."""

    cell: NDArray[np.int64]
    prototype: NDArray[np.int64]
    distance: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Refined:
    """n refined beliefs, shape (n, cells), and the coordinates in their likeliest cells, shapes (n, top)."""

    probability: NDArray[np.float64]
    cell: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]

    def coordinates(self, row: int) -> Coordinates:
        """Where in its likeliest cells one of the photographs was probably taken."""
        return {
            int(cell): (float(latitude), float(longitude))
            for cell, latitude, longitude in zip(self.cell[row], self.latitude[row], self.longitude[row], strict=True)
        }


@dataclass(frozen=True, eq=False)
class Prototypes:
    """m prototypes over a pack's geocells, after PIGEON.

    Each is the mean of the features of a cluster of training photographs within one cell. A cluster has at least
    three photographs, so that a pack carries the features of nobody's single one.

    Features are compared in the space of `standard`. `vectors` (m, d) are prototypes in it, of length 1 as inputs
    are; `cell` (m,) is the index of the cell that each belongs to, `latitude` and `longitude` (m,) where its
    photographs were taken, in degrees. `temperature` > 0 divides the distances, which are 0..2.
    """

    vectors: Matrix
    cell: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    standard: Standard
    temperature: float
    top: int = TOP
    farthest_km: float = FARTHEST_KM

    def nearest(self, probability: NDArray[np.float64], features: Features) -> Nearest:
        """For the likeliest cells of beliefs (n, cells) the prototypes that are nearest to the features."""
        top = np.argsort(-probability, axis=1, kind="stable")[:, : self.top]
        x = self.standard.inputs(features)
        # All vectors are of length 1, so that |a - b|² = 2 - 2 a·b.
        away = np.sqrt(np.maximum(2.0 - 2.0 * (x @ self.vectors.T), 0.0))
        prototype, distance = np.full(top.shape, -1, np.int64), np.full(top.shape, np.inf)
        for rank in range(top.shape[1]):
            own = np.where(self.cell[None, :] == top[:, rank, None], away, np.inf)
            best = own.argmin(axis=1)
            distance[:, rank] = own[np.arange(len(own)), best]
            prototype[:, rank] = np.where(np.isfinite(distance[:, rank]), best, -1)
        return Nearest(top, prototype, distance)

    def refine(self, cells: GeocellSet, probability: NDArray[np.float64], features: Features) -> Refined:
        """The beliefs (n, cells) of n photographs, refined by their features; see `reweighted`.

        The nearest prototype of a likely cell also gives the coordinate there, unless the cell has none or it
        lies more than `farthest_km` from the cell's own, which then stays.
        """
        nearest = self.nearest(probability, features)
        latitude, longitude = cells.latitude[nearest.cell], cells.longitude[nearest.cell]
        to = self.latitude[nearest.prototype], self.longitude[nearest.prototype]
        moves = (nearest.prototype >= 0) & (distance_km(*to, latitude, longitude) <= self.farthest_km)
        return Refined(
            reweighted(probability, nearest, self.temperature),
            nearest.cell,
            np.where(moves, to[0], latitude),
            np.where(moves, to[1], longitude),
        )


def reweighted(probability: NDArray[np.float64], nearest: Nearest, temperature: float) -> NDArray[np.float64]:
    """Beliefs (n, cells) in which the cells that look like the photograph have gained on their rivals.

    Among a belief's likeliest cells those with prototypes share out their probability anew, in proportion to
    probability times softmax(-distance / temperature); their sum stays. A cell without prototypes says nothing
    for or against itself: its factor is 1, and so is that of every other cell.
    """
    before = np.take_along_axis(probability, nearest.cell, axis=1)
    has = (nearest.prototype >= 0) & (before > 0)
    # By logarithms: products of small numbers would vanish, and then zero be divided by zero.
    z = np.full(before.shape, -np.inf)
    z[has] = np.log(before[has]) - nearest.distance[has] / temperature
    some = has.any(axis=1)
    share = np.exp(z[some] - z[some].max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    after = before.copy()
    after[some] = np.where(has[some], share * (before * has)[some].sum(axis=1, keepdims=True), before[some])
    refined = probability.copy()
    np.put_along_axis(refined, nearest.cell, after, axis=1)
    return refined


def read_prototypes(path: Path, features: tuple[Feature, ...], width: int, cells: int) -> Prototypes:
    """The prototypes of a pack over `cells` geocells, whose `features` side by side are `width` wide.

    Raises:
        PigeonError: the file is damaged, or does not fit the features or the cells.
    """
    arrays = shapes.read_arrays(path, most_bytes=MOST_BYTES)
    try:
        vectors, latitude, longitude, mean, scale, temperature, farthest_km = (
            _finite(name, arrays[name])
            for name in ("vectors", "latitude", "longitude", "mean", "scale", "temperature", "farthest_km")
        )
        cell, top = arrays["cell"].astype(np.int64), int(arrays["top"].item())
        m = len(cell)
        if vectors.shape != (m, width) or mean.shape != (width,) or scale.shape != (width,):
            raise ValueError(f"vectors {vectors.shape}, mean {mean.shape} and scale {scale.shape} of {width} features")
        if not m or cell.shape != (m,) or latitude.shape != (m,) or longitude.shape != (m,):
            raise ValueError(f"{m} cells, coordinates {latitude.shape} and {longitude.shape}")
        if cell.min() < 0 or cell.max() >= cells:
            raise ValueError(f"a prototype names a cell outside 0..{cells - 1}")
        if np.any(np.abs(latitude) > 90) or np.any(np.abs(longitude) > 180):
            raise ValueError("a coordinate is not on the globe")
        if scale.min() <= 0 or temperature.item() <= 0 or top < 1 or farthest_km.item() < 0:
            raise ValueError("scale, temperature, top or farthest_km is out of range")
    except (KeyError, ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
        raise PigeonError(f"{path}: the prototypes do not fit their pack ({error}). Install the pack again.") from error
    return Prototypes(
        vectors.astype(np.float32),
        cell,
        latitude,
        longitude,
        Standard(features, mean.astype(np.float32), scale.astype(np.float32)),
        temperature.item(),
        top,
        farthest_km.item(),
    )


def _finite(name: str, array: NDArray[np.generic]) -> NDArray[np.float64]:
    values = array.astype(np.float64)
    if not np.all(np.abs(values) <= MOST):
        raise ValueError(f"{name} has a value that is not finite, or out of all bounds")
    return values
