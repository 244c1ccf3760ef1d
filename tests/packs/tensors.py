"""Small files of tensors, and a frame that they fill."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.packs.frame import Frame, Hole, quantised


def tensor_file(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The bytes of a .safetensors file with these float32 and int64 arrays."""
    header, body = dict[str, Any](), b""
    for name, values in arrays.items():
        data = np.ascontiguousarray(values).tobytes()
        kind = {"f": "F32", "i": "I64"}[values.dtype.kind]
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def framed(seed: int = 0, size: int = 400) -> tuple[bytes, bytes, Frame]:
    """A file of tensors, a file that is mostly made of them, and its frame."""
    noise = np.random.default_rng(seed)
    tensors = {
        "words": noise.normal(size=(size, 16)).astype(np.float32),
        "linear": noise.normal(size=(16, 24)).astype(np.float32),
        "bias": noise.normal(size=24).astype(np.float32),
    }
    weights = tensor_file(tensors)
    whole, holes = bytearray(b"beginning"), []
    for name, turned in (("words", False), ("linear", True)):
        values = tensors[name].T if turned else tensors[name]
        scale = (np.abs(values).max(axis=0) / 127).astype(np.float32)
        holes.append(Hole(name, len(whole), "int8", turned, len(whole) + values.size + 4))
        whole += quantised(values, scale).tobytes() + b"then" + scale.tobytes()
    holes.append(Hole("bias", len(whole), "copy"))
    whole += tensors["bias"].tobytes() + b"end"
    sha256 = hashlib.sha256(weights).hexdigest()
    return weights, bytes(whole), Frame.cut(bytes(whole), holes, tensors, sha256)
