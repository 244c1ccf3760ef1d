"""An int8 graph whose arithmetic is done in floating point, which a GPU runs as a whole.

The int8 graphs of packs round activations as they come: ONNX's DynamicQuantizeLinear, then MatMulInteger, as ONNX
Runtime's own tools write them. CUDA has kernels for neither, so every layer would go to the processor and back. Here
both are written out with operators that every device has. Steps are whole numbers of at most 255, so their products and
sums come out as they do in integers, but for the last of 24 bits of long sums: on a processor the features are the same
as the integers' own. A GPU adds in another order, as another processor does, and what is rounded afterwards moves.

It has to be this arithmetic: with activations that are not rounded, which seems better, the features move far enough
for a head that was trained on the rounded ones to lose: on 141 photographs the first candidate was within 750 km for 43
in 100 instead of 52. Added in another order, it stays 52.

Each photograph is rounded by its own range, and not by that of the batch: it is as if it came alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.graph import check_graph

INTEGER = frozenset({"DynamicQuantizeLinear", "MatMulInteger", "ConvInteger"})
MEAN = "mean of the tokens"
"""The output that is added where a graph does not average its tokens: a matrix for each photograph is much to copy."""
_ZERO, _MOST, _TINY = (f"floating {name}" for name in ("0", "255", "tiny"))
_AXES_ARE_GIVEN = 18
"""From this operator set on the axes of ReduceMin and the like are an input."""


def is_int8(path: Path) -> bool:
    """Whether a graph multiplies integers, which processors are quick at and GPUs cannot do.

    Raises:
        PigeonError: as `check_graph`.
    """
    return not INTEGER.isdisjoint(name for _, name in check_graph(path))


def floating(path: Path, tokens: str) -> bytes:
    """The graph in that file in floating point, with the output MEAN if its output `tokens` has three axes.

    Raises:
        PigeonError: the package `onnx` is not installed, or the graph is not quantised in the way that is known.
    """
    try:
        import onnx
    except ImportError as error:
        raise PigeonError("The package onnx is not installed. Install pigeon-desktop[gpu] again.") from error
    check_graph(path)  # refuses what would lie beside the file
    try:
        model = onnx.load(str(path), load_external_data=False)
        graph = _Graph(model)
        _write_out(graph)
        if len(graph.shapes[tokens]) == 3:
            model.graph.node.append(graph.reduced("ReduceMean", tokens, MEAN, [1], keepdims=0))
            model.graph.output.append(onnx.helper.make_tensor_value_info(MEAN, onnx.TensorProto.FLOAT, None))
        return bytes(model.SerializeToString())
    except Exception as error:  # a pack may be anybody's, and onnx raises classes of its own
        raise PigeonError(
            f"{path}: is not quantised in the way that is known ({error}). Get a pack with a graph for GPUs."
        ) from error


class _Graph:
    """A graph, with who makes and who takes each value, and the shape of each."""

    def __init__(self, model: Any) -> None:
        import onnx

        self.graph = model.graph
        self._helper, self._types = onnx.helper, onnx.TensorProto
        self._axes_are_given = any(
            one.domain in ("", "ai.onnx") and one.version >= _AXES_ARE_GIVEN for one in model.opset_import
        )
        self._maker = {name: node for node in self.graph.node for name in node.output}
        self._takers: dict[str, list[Any]] = {}
        for node in self.graph.node:
            for name in node.input:
                self._takers.setdefault(name, []).append(node)
        inferred = onnx.shape_inference.infer_shapes(model).graph
        self.shapes = {
            value.name: value.type.tensor_type.shape.dim
            for value in (*inferred.input, *inferred.output, *inferred.value_info)
        }

    def maker(self, name: str, kind: str) -> Any:
        """The node that makes a value. Raises LookupError: it is not of this kind."""
        if name not in self._maker or self._maker[name].op_type != kind:
            raise LookupError(f"{name} comes from no {kind}")
        return self._maker[name]

    def taker(self, name: str, kind: str) -> Any:
        """The only node that takes a value. Raises LookupError: it is not of this kind, or there are others."""
        takers = self._takers.get(name, [])
        if len(takers) != 1 or takers[0].op_type != kind:
            raise LookupError(f"{name} goes to something beside one {kind}")
        return takers[0]

    def node(self, kind: str, given: Sequence[str], made: str, **attributes: Any) -> Any:
        """A node, which is in no graph yet."""
        return self._helper.make_node(kind, given, [made], **attributes)

    def reduced(self, kind: str, given: str, made: str, axes: list[int], *, keepdims: int) -> Any:
        """A node of ReduceMin and the like."""
        if not self._axes_are_given:
            return self.node(kind, [given], made, axes=axes, keepdims=keepdims)
        self.add_constant(f"{made} axes", axes, self._types.INT64)
        return self.node(kind, [given, f"{made} axes"], made, keepdims=keepdims)

    def as_float(self, given: str, made: str) -> Any:
        """A node that makes numbers of integers."""
        return self.node("Cast", [given], made, to=self._types.FLOAT)

    def add_constant(self, name: str, values: float | list[int], kind: int | None = None) -> None:
        """A number, or a list of them, under this name."""
        shape = [len(values)] if isinstance(values, list) else []
        kept = values if isinstance(values, list) else [values]
        self.graph.initializer.append(self._helper.make_tensor(name, kind or self._types.FLOAT, shape, kept))


def _write_out(graph: _Graph) -> None:
    """Put operators on floating-point numbers in the place of those on integers. Raises LookupError: they stand in
    another order than it is known."""
    for name, value in ((_ZERO, 0.0), (_MOST, 255.0), (_TINY, 1e-37)):
        graph.add_constant(name, value)
    instead: dict[str, list[Any]] = {}
    weighed: set[str] = set()
    for product in (node for node in graph.graph.node if node.op_type == "MatMulInteger"):
        steps, weights, *zeros = product.input
        rounding = graph.maker(steps, "DynamicQuantizeLinear")
        if zeros[:1] != [rounding.output[2]]:
            raise LookupError(f"{product.name} does not count {steps} from its zero")
        if rounding.output[0] not in instead:
            instead[rounding.output[0]] = _rounding(graph, rounding)
        as_number = graph.taker(product.output[0], "Cast")
        whole = f"{weights} from zero"
        nodes = [graph.as_float(weights, f"{weights} steps" if zeros[1:] else whole)]
        if zeros[1:]:
            nodes.append(graph.as_float(zeros[1], f"{weights} zero"))
            nodes.append(graph.node("Sub", [f"{weights} steps", f"{weights} zero"], whole))
        instead[product.output[0]] = [] if whole in weighed else nodes  # two products may share their weights
        instead[product.output[0]].append(graph.node("MatMul", [steps, whole], as_number.output[0]))
        instead[as_number.output[0]] = []
        weighed.add(whole)
    nodes = [new for node in graph.graph.node for new in instead.get(node.output[0], [node])]
    if left := [node.name for node in nodes if node.op_type in INTEGER]:
        raise LookupError(f"{left[0]} is none of the products that are known")
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)


def _rounding(graph: _Graph, rounding: Any) -> list[Any]:
    """DynamicQuantizeLinear as ONNX defines it, but for the range, which is each photograph's own, and for the steps,
    which are counted from zero."""
    (given,), (steps, scale, zero) = rounding.input, rounding.output
    axes = list(range(1, len(graph.shapes.get(given, ()))))
    if not axes:
        raise LookupError(f"how many axes {given} has is not known")
    low, high, part, counted = (f"{given} {name}" for name in ("low", "high", "part", "counted"))
    return [
        graph.reduced("ReduceMin", given, f"{low} itself", axes, keepdims=1),
        graph.reduced("ReduceMax", given, f"{high} itself", axes, keepdims=1),
        graph.node("Min", [f"{low} itself", _ZERO], low),
        graph.node("Max", [f"{high} itself", _ZERO], high),
        graph.node("Sub", [high, low], f"{given} range"),
        graph.node("Div", [f"{given} range", _MOST], f"{scale} itself"),
        graph.node("Max", [f"{scale} itself", _TINY], scale),  # of nothing but zeros
        graph.node("Div", [low, scale], f"{low} part"),
        graph.node("Neg", [f"{low} part"], f"{low} steps"),
        graph.node("Round", [f"{low} steps"], zero),
        graph.node("Div", [given, scale], part),
        graph.node("Round", [part], f"{part} rounded"),
        graph.node("Add", [f"{part} rounded", zero], counted),
        graph.node("Clip", [counted, _ZERO, _MOST], f"{counted} within"),
        graph.node("Sub", [f"{counted} within", zero], steps),
    ]
