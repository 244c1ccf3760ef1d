"""Reading safetensors, the plain file of named arrays that weights are published in, with numpy alone."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.errors import PigeonError

MOST_HEADER_BYTES = 2**20
"""The list of names of far larger models is shorter."""
MOST_AXES = 8
_TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}
"""The types that are read; other tensors are there, but not given."""


def read_tensors(data: bytes, origin: str) -> dict[str, NDArray[Any]]:
    """The float32 and int64 tensors in the bytes of a .safetensors file, read-only; `origin` names them in errors.

    The file is 8 bytes with the length of a JSON header, little-endian, the header, and the arrays one after
    another. Everything it says is held against its length before an array is made of it.

    Raises:
        PigeonError: it is no such file.
    """
    try:
        return _tensors(data)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PigeonError(f"{origin}: is no whole file of tensors ({error}). Get it again.") from error


def _tensors(data: bytes) -> dict[str, NDArray[Any]]:
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= min(MOST_HEADER_BYTES, len(data) - 8):
        raise ValueError(f"a header of {length} bytes in {len(data)}")
    header = json.loads(data[8 : 8 + length].decode("utf-8"), object_pairs_hook=_once)
    if not isinstance(header, dict):
        raise ValueError("its header is no table")
    body, end, tensors = memoryview(data)[8 + length :], 0, dict[str, NDArray[Any]]()
    header.pop("__metadata__", None)
    for name, entry in sorted(header.items(), key=lambda item: _whole(item[1]["data_offsets"], 2)):
        first, last = _whole(entry["data_offsets"], 2)
        shape = _whole(entry["shape"], None)
        # One after another and without gaps, as the format asks: no byte belongs to two tensors, or to none.
        if first != end or not first <= last <= len(body):
            raise ValueError(f"{name} lies at {first}..{last} of {len(body)} bytes, after {end}")
        end = last
        kind = _TYPES.get(entry["dtype"])
        if kind is None:
            continue
        if math.prod(shape) * kind.itemsize != last - first:
            raise ValueError(f"{name} of {shape} in {last - first} bytes")
        tensors[name] = np.frombuffer(body[first:last], kind).reshape(shape)
    if end != len(body):
        raise ValueError(f"{len(body) - end} bytes of no tensor")
    return tensors


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name is there twice")
    return table


def _whole(values: Any, count: int | None) -> tuple[int, ...]:
    """A list of whole numbers from 0, `count` of them."""
    good = isinstance(values, list) and all(type(value) is int and 0 <= value < 2**48 for value in values)
    if not good or len(values) > MOST_AXES or (count is not None and len(values) != count):
        raise ValueError(f"{str(values)[:60]} is no list of sizes")
    return tuple(values)
