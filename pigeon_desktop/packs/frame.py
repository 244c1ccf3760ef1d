"""Frames: a file with holes that published weights fill, so that a small pack yields a large graph.

A text tower's graph is mostly somebody else's weights, as int8. The frame holds the rest of the file, and for each
hole which tensor fills it and how. The arithmetic is float32 division and rounding to even, which IEEE 754 fixes: on
every machine the same bytes come out, and their hash is checked like any other file's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.errors import PigeonError

MOST_BYTES = 2**28
"""A filled frame is far smaller; so what a frame says of itself cannot fill the memory."""
NO_SCALE = -1

Tensors = Mapping[str, NDArray[Any]]
Fill = Literal["copy", "int8"]


@dataclass(frozen=True)
class Hole:
    """Bytes from `start` on that a tensor fills, transposed where that is said.

    "copy" puts its float32 values there. "int8" divides each by the scale of its column (its last axis, after
    transposing), rounds to even and keeps to -128..127; the scales are the float32 values that the file holds from
    `scale_at` on, outside of holes. Numbers are little-endian.
    """

    tensor: str
    start: int
    fill: Fill
    transposed: bool = False
    scale_at: int = NO_SCALE


@dataclass(frozen=True, eq=False)
class Frame:
    """The bytes `rest` of a file outside of its holes, and the holes, by their start. `weights_sha256` is the file's
    that holds the tensors."""

    rest: bytes
    holes: tuple[Hole, ...]
    weights_sha256: str

    @classmethod
    def cut(cls, whole: bytes, holes: Sequence[Hole], tensors: Tensors, weights_sha256: str) -> Frame:
        """The frame of the file `whole`.

        Raises:
            ValueError: filling the holes would not give `whole`.
        """
        ordered = tuple(sorted(holes, key=lambda hole: hole.start))
        rest, end = bytearray(), 0
        for hole in ordered:
            rest += whole[end : hole.start]
            end = hole.start + len(filling(hole, tensors, whole))
        frame = cls(bytes(rest + whole[end:]), ordered, weights_sha256)
        if frame.filled(tensors) != whole:
            raise ValueError("the frame does not give back the file that it was cut from")
        return frame

    def filled(self, tensors: Tensors) -> bytes:
        """The whole file.

        Raises:
            ValueError: frame and tensors do not belong together.
        """
        whole, used = bytearray(), 0
        sizes = [_size(hole, tensors) for hole in self.holes]
        if len(self.rest) + sum(sizes) > MOST_BYTES:
            raise ValueError(f"it would be more than {MOST_BYTES >> 20} MiB")
        for hole, size in zip(self.holes, sizes, strict=True):
            until = used + hole.start - len(whole)
            if not used <= until <= len(self.rest):
                raise ValueError(f"the hole of {hole.tensor} overlaps another, or lies outside the file")
            whole += self.rest[used:until] + bytes(size)
            used = until
        whole += self.rest[used:]
        for hole, size in zip(self.holes, sizes, strict=True):
            # The scales lie outside of holes, and so are here already.
            whole[hole.start : hole.start + size] = filling(hole, tensors, whole)
        return bytes(whole)

    def write(self, path: Path) -> None:
        shapes.write_arrays(
            path,
            {
                "rest": np.frombuffer(self.rest, np.uint8),
                "tensor": shapes.pack_strings(hole.tensor for hole in self.holes),
                "start": np.array([hole.start for hole in self.holes], np.int64),
                "int8": np.array([hole.fill == "int8" for hole in self.holes], np.bool_),
                "transposed": np.array([hole.transposed for hole in self.holes], np.bool_),
                "scale_at": np.array([hole.scale_at for hole in self.holes], np.int64),
                "weights_sha256": shapes.pack_strings([self.weights_sha256]),
            },
        )

    @classmethod
    def read(cls, path: Path) -> Frame:
        """Raises PigeonError: it is no frame, or damaged."""
        arrays = shapes.read_arrays(path, most_bytes=MOST_BYTES)
        try:
            (sha256,), names = shapes.unpack_strings(arrays["weights_sha256"]), shapes.unpack_strings(arrays["tensor"])
            starts, scales = (arrays[name].astype(np.int64).tolist() for name in ("start", "scale_at"))
            int8, transposed = (arrays[name].astype(np.bool_).tolist() for name in ("int8", "transposed"))
            rows = zip(names, starts, int8, transposed, scales, strict=True)
            holes = tuple(Hole(name, at, "int8" if q else "copy", turned, s) for name, at, q, turned, s in rows)
            return cls(arrays["rest"].astype(np.uint8).tobytes(), holes, sha256)
        except (KeyError, ValueError, TypeError) as error:
            raise PigeonError(f"{path}: is no frame of a file ({error}). Install the pack again.") from error


def _tensor(hole: Hole, tensors: Tensors) -> NDArray[np.float32]:
    values = tensors.get(hole.tensor)
    if values is None or values.dtype != np.dtype("<f4"):
        raise ValueError(f"there is no tensor {hole.tensor} of float32")
    return values.T if hole.transposed else values


def _size(hole: Hole, tensors: Tensors) -> int:
    return _tensor(hole, tensors).size * (1 if hole.fill == "int8" else 4)


def filling(hole: Hole, tensors: Tensors, whole: bytes | bytearray) -> bytes:
    """The bytes that belong into a hole of the file `whole`, of which only the scales are looked at.

    Raises:
        ValueError: there is no such tensor, or its scales are not in the file, or are no scales.
    """
    values = _tensor(hole, tensors)
    if hole.fill == "copy":
        return values.astype("<f4").tobytes()
    columns = values.shape[-1] if values.ndim else 1
    if hole.scale_at < 0 or hole.scale_at + 4 * columns > len(whole):
        raise ValueError(f"the scales of {hole.tensor} lie outside the file")
    scale = np.frombuffer(bytes(whole[hole.scale_at : hole.scale_at + 4 * columns]), "<f4")
    if not np.all(np.isfinite(scale) & (scale > 0)):
        raise ValueError(f"the scales of {hole.tensor} are no numbers above 0")
    return quantised(values, scale).tobytes()


def quantised(values: NDArray[np.float32], scale: NDArray[np.float32]) -> NDArray[np.int8]:
    """Values over the scales of their columns, rounded to even, as int8."""
    return np.asarray(np.clip(np.rint(values / scale), -128, 127), np.int8)
