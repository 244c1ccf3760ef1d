"""Files of tensors: what they hold is read, and whatever else they are is refused."""

import json
import struct
from contextlib import suppress

import numpy as np
import pytest

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.tensors import MOST_HEADER_BYTES, read_tensors

from .tensors import tensor_file


def raw(header: object, body: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


def one(**changed: object) -> dict[str, object]:
    return {"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changed}}


def test_what_safetensors_writes_is_read():
    safetensors = pytest.importorskip("safetensors.numpy")
    noise = np.random.default_rng(0)
    arrays = {"a": noise.normal(size=(3, 4)).astype(np.float32), "b": np.arange(5), "c": np.array(2, np.float32)}
    for data in (safetensors.save(arrays, {"format": "pt"}), tensor_file(arrays)):
        found = read_tensors(data, "x")
        assert set(found) == set(arrays)
        for name, values in arrays.items():
            assert found[name].dtype == values.dtype
            assert np.array_equal(found[name], values)
    assert set(read_tensors(safetensors.save({"h": np.zeros(3, np.float16), "b": np.arange(5)}), "x")) == {"b"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 8,
        raw({}, length=2**63),
        raw({}, length=100),
        raw(b" " * (MOST_HEADER_BYTES + 1)),
        raw([]),
        raw(b"\xff\xfe"),
        raw(b"[" * 100_000),
        raw(b'{"w": 1, "w": 2}'),
        raw({"w": 1}),
        raw({"w": {}}),
        raw(one(), b"\x00" * 7),
        raw(one(), b"\x00" * 9),
        raw(one(shape=[3]), b"\x00" * 8),
        raw(one(shape=[2**40, 2**40]), b"\x00" * 8),
        raw(one(shape=[-2]), b"\x00" * 8),
        raw(one(shape=[True, 2]), b"\x00" * 8),
        raw(one(shape=[1] * 100), b"\x00" * 8),
        raw(one(shape=2), b"\x00" * 8),
        raw(one(data_offsets=[8, 0]), b"\x00" * 8),
        raw(one(data_offsets=[-8, 0]), b"\x00" * 8),
        raw(one(data_offsets=[0, 2**62]), b"\x00" * 8),
        raw(one(data_offsets=[0, 4, 8]), b"\x00" * 8),
        raw(one(data_offsets=[0.0, 8.0]), b"\x00" * 8),
        raw({**one(), "v": one()["w"]}, b"\x00" * 8),
    ],
)
def test_whatever_else_they_are_is_refused(data):
    with pytest.raises(PigeonError, match=r"^x: is no whole file of tensors"):
        read_tensors(data, "x")


def test_any_change_of_the_header_is_read_or_refused():
    data = tensor_file({"a": np.zeros((2, 3), np.float32), "b": np.ones(4, np.float32)})
    noise = np.random.default_rng(1)
    for _ in range(2000):
        changed = bytearray(data)
        for at in noise.integers(0, len(data) - 40, noise.integers(1, 4)):
            changed[at] = noise.integers(256)
        with suppress(PigeonError):
            read_tensors(bytes(changed), "x")
