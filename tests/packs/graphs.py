"""Hostile ONNX graphs, as the format's own package writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto, helper, numpy_helper

WEIGHTS = np.arange(4, dtype=np.float32)
FLOATS = helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])


def external(location: str) -> TensorProto:
    """Weights that lie in another file."""
    tensor = numpy_helper.from_array(WEIGHTS, "w")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, "offset": "0", "length": "16"}.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return tensor


def graph(
    operator: str = "Add", domain: str = "", tensor: TensorProto | None = None, **attributes: object
) -> GraphProto:
    """y = x and w, by an operator."""
    node = helper.make_node(operator, ["x", "w"], ["y"], domain=domain, **attributes)
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])
    return helper.make_graph([node], "g", [FLOATS], [out], [tensor or numpy_helper.from_array(WEIGHTS, "w")])


def model(inside: GraphProto, *domains: str) -> ModelProto:
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(domain, 1) for domain in domains if domain)]
    return helper.make_model(inside, opset_imports=opsets, ir_version=9)


def written(folder: Path, made: ModelProto) -> Path:
    path = folder / "encoder.onnx"
    path.write_bytes(made.SerializeToString())
    return path


def branching(then: GraphProto) -> GraphProto:
    """A graph with another one in a branch."""
    del then.input[:]  # a branch takes what is around it
    condition = numpy_helper.from_array(np.array(True), "c")
    node = helper.make_node("If", ["c"], ["z"], then_branch=then, else_branch=then)
    out = helper.make_tensor_value_info("z", TensorProto.FLOAT, [4])
    return helper.make_graph([node], "outer", [FLOATS], [out], [condition])


def with_sparse(tensor: TensorProto) -> GraphProto:
    """A graph with sparse weights, whose values are the tensor."""
    made = graph()
    indices = numpy_helper.from_array(np.arange(4, dtype=np.int64), "i")
    made.sparse_initializer.append(helper.make_sparse_tensor(tensor, indices, [8]))
    return made


def with_function(domain: str, operator: str) -> ModelProto:
    """A graph that uses a function of its own, which uses an operator."""
    made = model(graph("Mine", "own"), "own", domain)
    node = helper.make_node(operator, ["a", "b"], ["c"], domain=domain)
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    made.functions.append(helper.make_function("own", "Mine", ["a", "b"], ["c"], [node], opsets))
    return made
