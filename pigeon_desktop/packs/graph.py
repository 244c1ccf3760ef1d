"""What an ONNX file asks for besides its own bytes: read from its fields, before ONNX Runtime makes anything of it.

A graph is data. It may not name files beside or beyond it, and its operators are those that ONNX Runtime brings: no
libraries of others, no loops, which need not end. The file is walked field by field (protobuf's wire format: a number
and a type before each value), past the weights, without a copy of it.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pigeon_desktop.errors import PigeonError

MOST_FIELDS = 2_000_000
"""A tower of 24 layers has some ten thousand; so many take seconds."""
MOST_DEPTH = 64
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Whose operators ONNX Runtime brings."""
ENDLESS = frozenset({"Loop", "Scan"})
LOADING = frozenset({"EPContext"})
"""Operators that read files of their own."""

# Numbers of the fields in onnx.proto that lead to what is looked for, message by message.
_INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
_MODEL_GRAPH = 7
_NODE_OPERATOR, _NODE_DOMAIN = 4, 7
_FUNCTION_NAME, _FUNCTION_DOMAIN = 1, 10
_TENSOR_EXTERNAL, _TENSOR_LOCATION = 13, 14
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass
class _Found:
    """Operators that are used, as (domain, name), functions that the file defines, and whether data lie elsewhere."""

    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    external: bool = False
    graphs: int = 0
    fields: int = 0


def check_graph(path: Path) -> frozenset[tuple[str, str]]:
    """The operators of an ONNX file, as (domain, name), ONNX's own with the domain "".

    It is refused if it asks for more than its own bytes and ONNX Runtime's operators.

    Raises:
        PigeonError: it does, with what it asks for; it is no ONNX file; or it cannot be read.
    """
    found = _Found()
    try:
        with path.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as data:
            _walk(data, 0, len(data), "model", found, 0)
    except OSError as error:
        raise PigeonError(f"{path}: cannot be read ({error.strerror or error}). Install the pack again.") from error
    except ValueError as error:  # also of an empty file, which cannot be mapped
        raise PigeonError(f"{path}: is no ONNX graph ({error}). Install the pack again.") from error
    if not found.graphs:
        raise PigeonError(f"{path}: is no ONNX graph (it holds none). Install the pack again.")
    if found.external:
        raise PigeonError(
            f"{path}: keeps weights in another file, which a pack may not: its hash would not cover them. "
            "Get a pack whose graph is one file."
        )
    for domain, name in sorted(found.operators - found.functions):
        if domain not in DOMAINS:
            raise PigeonError(
                f"{path}: uses the operator {name[:60]!r} of {domain[:60]!r}, which would need a library of somebody "
                "else's. Get a pack with operators of ONNX alone."
            )
        if name in ENDLESS | LOADING:
            raise PigeonError(
                f"{path}: uses the operator {name!r}, which need not end or reads other files. "
                "Get a pack whose graph does without."
            )
    return frozenset(("" if domain == "ai.onnx" else domain, name) for domain, name in found.operators)


def _walk(data: mmap.mmap, start: int, end: int, kind: str, found: _Found, depth: int) -> None:
    """Read the fields of a message of this kind that lies from `start` to `end`."""
    if depth > MOST_DEPTH:
        raise ValueError("it is nested too deeply")
    inside = _INSIDE.get(kind, {})
    name = domain = ""
    for number, wire, at, until in _fields(data, start, end, found):
        if number in inside and wire == _BYTES:
            found.graphs += kind == "model" and number == _MODEL_GRAPH
            _walk(data, at, until, inside[number], found, depth + 1)
        elif kind == "tensor" and number in (_TENSOR_EXTERNAL, _TENSOR_LOCATION):
            # A location of 0 says: here.
            found.external |= wire != _VARINT or number == _TENSOR_EXTERNAL or _varint(data, at, until)[0] != 0
        elif (kind, number) in (("node", _NODE_OPERATOR), ("function", _FUNCTION_NAME)):
            name = data[at : min(until, at + 1000)].decode("utf-8", "replace")
        elif (kind, number) in (("node", _NODE_DOMAIN), ("function", _FUNCTION_DOMAIN)):
            domain = data[at : min(until, at + 1000)].decode("utf-8", "replace")
    if kind == "node":
        found.operators.add((domain, name))
    elif kind == "function" and domain not in DOMAINS:
        found.functions.add((domain, name))


def _fields(data: mmap.mmap, at: int, end: int, found: _Found) -> Iterator[tuple[int, int, int, int]]:
    """Number and wire type of every field, and from where to where its value lies."""
    while at < end:
        found.fields += 1
        if found.fields > MOST_FIELDS:
            raise ValueError(f"it has more than {MOST_FIELDS:,} fields")
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            until = _varint(data, at, end)[1]
        elif wire == _BYTES:
            length, at = _varint(data, at, end)
            until = at + length
        elif wire in (_FIXED32, _FIXED64):
            until = at + (4 if wire == _FIXED32 else 8)
        else:
            raise ValueError(f"a field of type {wire}")
        if until > end or not number:
            raise ValueError("a field reaches out of its message")
        yield number, wire, at, until
        at = until


def _varint(data: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """A number, seven bits a byte, and where it ends."""
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("a number has no end")
