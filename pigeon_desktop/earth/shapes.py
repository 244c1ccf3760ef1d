"""Polygons as compact integer arrays, and the one file that holds arrays.

A file of arrays is an uncompressed .npz inside .xz: nothing in it is executed (object arrays are refused),
what it may unpack to is bounded before anything is allocated, and equal arrays give equal bytes.
"""

from __future__ import annotations

import io
import lzma
import math
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.errors import PigeonError

Arrays = Mapping[str, NDArray[Any]]

PER_DEGREE = 10_000
"""Grid lines per degree: vertices lie on multiples of 1e-4 degrees, at most 11 m apart."""
MOST_BYTES = 256 << 20
_DICTIONARY_LIMIT = 128 << 20  # memory xz may ask for; its strongest preset needs 65 MiB
_KINDS = "biufU"
_MOST_ARRAYS = 1000
# The header as numpy writes it for plain arrays; its own reader evaluates the header as Python text. No digit can be
# matched in two ways, or a long row of them would take longer than anybody lives.
_NPY = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<|](?:b1|[iu][1248]|f[248]|U[1-9]\d{0,5}))', 'fortran_order': False, "
    rb"'shape': \((|\d{1,12},|\d{1,12}(?:, \d{1,12}){1,7})\), \} *\n",
    re.DOTALL,
)


def encode(polygons: Sequence[Any] | NDArray[np.object_], per_degree: int = PER_DEGREE) -> dict[str, NDArray[Any]]:
    """Polygons and multipolygons (x = longitude, y = latitude, degrees) as integer arrays.

    Every vertex is rounded to the same grid, so a border that two polygons share vertex by vertex is still
    shared afterwards. A polygon that rounding makes invalid is re-noded on the grid. Empty ones are kept.

    Returns:
        `deltas` (v, 2) int32, each vertex less the one before it, in grid steps; `ring_sizes`, `ring_counts`
        and `part_counts`, the vertices of each ring (the closing one left out), rings of each polygon (the
        outer one first) and polygons of each geometry; `per_degree` (1,).
    """
    geometries = np.asarray(polygons, dtype=object)
    rounded = shapely.transform(geometries, lambda c: np.round(c * per_degree) / per_degree)
    broken = ~shapely.is_valid(rounded) | shapely.is_empty(rounded)
    rounded[broken] = shapely.set_precision(geometries[broken], 1.0 / per_degree)
    # Rounding closes narrow necks to lines: what has no area is not part of a region.
    parts, part_owner = shapely.get_parts(rounded, return_index=True)
    is_area = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    parts, part_owner = parts[is_area], part_owner[is_area]
    rings, ring_owner = shapely.get_rings(parts, return_index=True)
    vertices, vertex_owner = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(vertex_owner[1:] != vertex_owner[:-1], True) if len(vertices) else np.zeros(0, bool)
    grid = np.round(vertices[~closing] * per_degree).astype(np.int64)
    return {
        "deltas": np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64)).astype(np.int32),
        "ring_sizes": np.bincount(vertex_owner[~closing], minlength=len(rings)).astype(np.int32),
        "ring_counts": np.bincount(ring_owner, minlength=len(parts)).astype(np.int32),
        "part_counts": np.bincount(part_owner, minlength=len(geometries)).astype(np.int32),
        "per_degree": np.array([per_degree], np.int32),
    }


def decode(arrays: Arrays) -> NDArray[np.object_]:
    """The geometries that `encode` was given, on its grid: Polygon where of one part, else MultiPolygon.

    Raises:
        KeyError: an array is missing.
        ValueError: the arrays contradict each other or leave the globe.
    """
    deltas = arrays["deltas"]
    ring_sizes, ring_counts, part_counts = (
        _counts(name, arrays[name], least)
        for name, least in (("ring_sizes", 3), ("ring_counts", 1), ("part_counts", 0))
    )
    per_degree = _counts("per_degree", arrays["per_degree"], 1)
    if deltas.ndim != 2 or deltas.shape[1] != 2 or deltas.dtype.kind != "i" or len(per_degree) != 1:
        raise ValueError("deltas must be whole numbers of shape (v, 2), with one scale")
    if (ring_sizes.sum(), ring_counts.sum(), part_counts.sum()) != (
        len(deltas),
        len(ring_sizes),
        len(ring_counts),
    ):
        raise ValueError("the counts of vertices, rings and parts do not add up")
    grid = np.cumsum(deltas, axis=0, dtype=np.int64)
    if len(grid) and np.any(np.abs(grid).max(axis=0) > np.array([180, 90]) * per_degree[0]):
        raise ValueError("a vertex lies outside the globe")
    vertices = grid / float(per_degree[0])
    starts = _offsets(ring_sizes)
    closed = np.insert(vertices, starts[1:], vertices[starts[:-1]], axis=0) if len(vertices) else vertices
    shapes: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        closed,
        (starts + np.arange(len(starts)), _offsets(ring_counts), _offsets(part_counts)),
    )
    single = part_counts == 1
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes


def _counts(name: str, values: NDArray[Any], least: int) -> NDArray[np.int64]:
    if values.ndim != 1 or values.dtype.kind not in "iu" or np.any(values < least):
        raise ValueError(f"{name} must be a list of whole numbers, none below {least}")
    return values.astype(np.int64)


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])


def pack_strings(strings: Iterable[str]) -> NDArray[np.uint8]:
    """Texts as UTF-8 bytes, each ended by a zero byte.

    Raises:
        ValueError: a text holds a zero character.
    """
    texts = list(strings)
    if any("\0" in text for text in texts):
        raise ValueError("a text holds a zero character")
    return np.frombuffer("".join(text + "\0" for text in texts).encode(), np.uint8)


def unpack_strings(packed: NDArray[Any]) -> list[str]:
    """The texts that `pack_strings` was given.

    Raises:
        ValueError: not packed texts.
    """
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise ValueError("packed texts must be a list of bytes")
    *texts, rest = packed.tobytes().decode().split("\0")
    if rest:
        raise ValueError("the last text has no end")
    return texts


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write named arrays to one file; equal arrays in equal order give equal bytes.

    Raises:
        ValueError: an array's type is neither a number, a truth value nor text.
    """
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            values = np.ascontiguousarray(array)
            if values.dtype.kind not in _KINDS:
                raise ValueError(f"{name}: arrays of type {values.dtype} are not written")
            member = io.BytesIO()
            np.lib.format.write_array(member, values, allow_pickle=False)
            # ZipInfo alone takes a fixed date; the date of writing would make every file differ.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    path.write_bytes(lzma.compress(raw.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def read_arrays(path: Path, *, most_bytes: int = MOST_BYTES) -> dict[str, NDArray[Any]]:
    """Read a file that `write_arrays` wrote.

    Raises:
        PigeonError: the file is missing, damaged, unpacks to more than `most_bytes`, or holds Python objects.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(most_bytes + 1)
        unpacking = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DICTIONARY_LIMIT)
        raw = unpacking.decompress(packed, most_bytes + 1)
        if max(len(packed), len(raw)) > most_bytes:
            raise PigeonError(f"{path}: unpacks to more than {most_bytes >> 20} MiB. Install it again.")
        if not unpacking.eof or unpacking.unused_data:
            raise ValueError("cut short" if not unpacking.eof else "followed by other bytes")
        return _members(raw)
    except OSError as error:
        raise PigeonError(f"{path}: cannot be read ({error.strerror or error}). Install it again.") from error
    except (
        lzma.LZMAError,
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        MemoryError,
        struct.error,
        OverflowError,
    ) as error:
        raise PigeonError(f"{path}: damaged ({error}). Install it again.") from error


def _members(raw: bytes) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    # zipfile makes objects of all entries at once, however many.
    if raw.count(b"PK\x01\x02") > _MOST_ARRAYS:
        raise ValueError(f"holds more than {_MOST_ARRAYS} arrays")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        # Entries may point at the same bytes again and again.
        if sum(info.file_size for info in archive.infolist()) > len(raw):
            raise ValueError("holds more than its size")
        for info in archive.infolist():
            if info.compress_type != zipfile.ZIP_STORED or not info.filename.endswith(".npy"):
                raise ValueError(f"{info.filename} is not a plain array")
            name = info.filename.removesuffix(".npy")
            if name in arrays:
                raise ValueError(f"{name} is there twice")
            arrays[name] = _array(name, archive.read(info))
    return arrays


def _array(name: str, data: bytes) -> NDArray[Any]:
    """One .npy, its stated size checked against its bytes before anything is allocated."""
    header = _NPY.match(data)
    if header is None:
        raise ValueError(f"{name} holds something other than numbers or text")
    dtype = np.dtype(header[1].decode())
    shape = tuple(int(size) for size in header[2].replace(b",", b" ").split())
    body = data[header.end() :]
    if math.prod(shape) * dtype.itemsize != len(body) or max(shape, default=0) > MOST_BYTES:
        raise ValueError(f"{name} is not as long as it says")
    if dtype.kind == "U" and not _is_text(np.frombuffer(body, np.uint32)):
        raise ValueError(f"{name} holds what is no text")
    return np.frombuffer(body, dtype).reshape(shape)


def _is_text(codes: NDArray[np.uint32]) -> bool:
    """Whether every code is a character: below the end of Unicode and no half of a surrogate pair."""
    return not np.any((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000)))
