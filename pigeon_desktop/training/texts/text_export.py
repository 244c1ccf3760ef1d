"""The text tower as an ONNX graph with int8 weights, and the frame of it that a pack carries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from pigeon_desktop.engine.head import Matrix
from pigeon_desktop.packs.frame import NO_SCALE, Frame, Hole, quantised
from pigeon_desktop.packs.tensors import read_tensors
from pigeon_desktop.training.checkpoints.export import export_tower
from pigeon_desktop.training.texts.sentences import SentenceEncoder, Sentences
from pigeon_desktop.training.texts.text_tower import Projection

OUTPUTS = ("embedding", "seen")
LEAST_HOLE = 512
"""Bytes; tensors with fewer are simply part of the frame."""


class TextGraph(nn.Module):
    """Token ids (n, t), int64, rows of one true length without padding, to `OUTPUTS`: embedding (n, e), of length 1, to
    be held against image embeddings by their cosine; seen (n,), the cosine of the sentence to the nearest of the
    `references` (r, s), which stand for the captions that the tower was taught."""

    def __init__(self, encoder: SentenceEncoder, projection: Projection, references: Matrix) -> None:
        super().__init__()
        self.encoder = encoder
        self.linear, self.hidden, self.out = (
            _linear(projection.weight, projection.bias),
            _linear(projection.hidden_weight, projection.hidden_bias),
            _linear(projection.hidden_out),
        )
        self.nearest = _linear(references.T)

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        sentence = self.encoder(input_ids)
        text = self.linear(sentence) + self.out(functional.relu(self.hidden(sentence)))
        return functional.normalize(text, dim=-1), self.nearest(sentence).amax(dim=-1)


def _linear(weight: Matrix, bias: Matrix | None = None) -> nn.Linear:
    """The map x -> x @ weight + bias."""
    linear = nn.Linear(weight.shape[0], weight.shape[1], bias=bias is not None)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight.T, np.float32)))
        if bias is not None:
            linear.bias.copy_(torch.from_numpy(bias))
    return linear


@dataclass(frozen=True, eq=False)
class Exported:
    """The finished graph, and its frame."""

    graph: bytes
    frame: Frame

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.graph).hexdigest()


def export_tower_and_frame(sentences: Sentences, projection: Projection, references: Matrix) -> Exported:
    """The int8 graph, and the frame that gives it back from the published weights."""
    tensors = read_tensors(sentences.weights, "the weights")
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        example = torch.tensor([[101, 102, 102]])
        tower = TextGraph(sentences.encoder, projection, references)
        export_tower(tower, example, plain, "input_ids", OUTPUTS, {0: "n", 1: "tokens"})
        model = onnx.load(str(plain))
    sources = dict(_sources(model, tensors))
    _shrink(model)
    graph = model.SerializeToString(deterministic=True)
    weights_sha256 = hashlib.sha256(sentences.weights).hexdigest()
    return Exported(graph, Frame.cut(graph, _holes(graph, model, sources), tensors, weights_sha256))


Source = tuple[str, bool]
"""A published tensor's name, and whether it is transposed."""


def _sources(model: Any, tensors: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, Source]]:
    """Which published tensor each of a graph's initialisers is; the exporter loses names where it transposes."""
    by_hash: dict[bytes, Source] = {}
    for name, values in tensors.items():
        for turned in (True, False) if values.ndim == 2 else (False,):
            by_hash[_mark(values.T if turned else values)] = (name, turned)
    for initialiser in model.graph.initializer:
        if source := by_hash.get(_mark(numpy_helper.to_array(initialiser))):
            yield initialiser.name, source


def _mark(values: NDArray[Any]) -> bytes:
    return hashlib.sha256(f"{values.dtype} {values.shape}".encode() + values.tobytes()).digest()


def _shrink(model: Any) -> None:
    """Put int8 with a scale a column for the word embeddings and the weights of all linear maps, nearly all there is.

    Only what is stored is rounded: the values are made float32 again, those of linear maps when the graph is loaded,
    those of words when they are looked up. Texts are short, so that int8 arithmetic would gain milliseconds; and it
    rounds all texts of a batch by the largest value among them, so that what is said of one would depend on the others.
    """
    graph = model.graph
    initialisers = {initialiser.name: initialiser for initialiser in graph.initializer}
    for node in list(graph.node):
        weight = {"MatMul": 1, "Gemm": 1, "Gather": 0}.get(node.op_type)
        initialiser = initialisers.get(node.input[weight]) if weight is not None else None
        if weight is None or initialiser is None:
            continue
        name, values = initialiser.name, numpy_helper.to_array(initialiser)
        if values.ndim != 2 or values.dtype != np.float32 or values.nbytes < LEAST_HOLE:
            continue
        scale = _column_scale(values)
        initialiser.CopyFrom(numpy_helper.from_array(quantised(values, scale), name))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}_scale"))
        if node.op_type == "Gather":  # looked up first: the whole table is never made float32
            small, whole, at = f"{name}_int8", node.output[0], list(graph.node).index(node) + 1
            node.output[0] = small
        else:
            small, whole, at = name, f"{name}_whole", list(graph.node).index(node)
            node.input[weight] = whole
        between = f"{name}_unscaled"
        graph.node.insert(at, onnx.helper.make_node("Cast", [small], [between], to=onnx.TensorProto.FLOAT))
        graph.node.insert(at + 1, onnx.helper.make_node("Mul", [between, f"{name}_scale"], [whole]))


def _column_scale(values: Matrix) -> Matrix:
    """What 1 stands for in each column, of shape (columns,)."""
    return np.asarray(np.maximum(np.abs(values).max(axis=0) / 127, np.finfo(np.float32).tiny), np.float32)


def _holes(graph: bytes, model: Any, sources: Mapping[str, Source]) -> list[Hole]:
    """Where published tensors lie in a serialised graph, as they are or as int8."""
    arrays = {initialiser.name: numpy_helper.to_array(initialiser) for initialiser in model.graph.initializer}
    holes, end = list[Hole](), 0
    # In the order of the file, so that equal bytes are found each in their own place.
    for initialiser in model.graph.initializer:
        values = arrays[initialiser.name]
        source, content = sources.get(initialiser.name), values.tobytes()
        if source is None or len(content) < LEAST_HOLE:
            continue
        start = graph.index(content, end)
        end = start + len(content)
        tensor, turned = source
        if values.dtype == np.int8:
            holes.append(
                Hole(tensor, start, "int8", turned, graph.index(arrays[f"{initialiser.name}_scale"].tobytes()))
            )
        else:
            holes.append(Hole(tensor, start, "copy", turned, NO_SCALE))
    return holes
