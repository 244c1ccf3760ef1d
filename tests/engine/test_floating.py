"""int8 graphs written out in floating point: the same features, whoever else is in a batch."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from pigeon_desktop.engine.encoder import Encoder, Features
from pigeon_desktop.engine.floating import MEAN, floating, is_int8
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.loading import load_photo


def in_floats(path: Path, tokens: str) -> Session:
    return Session(path, "cpu", 1, floating(path, tokens))


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one.ravel() @ other.ravel() / np.linalg.norm(one) / np.linalg.norm(other))


def test_the_default_encoder_says_the_same(default_pack: Pack, photographs: list[Path]) -> None:
    spec = default_pack.manifest.encoder
    path = default_pack.path_of(spec)
    assert is_int8(path)
    session = in_floats(path, spec.outputs["mean_token"])
    integers, floats = Encoder(Session(path, "cpu", 1), spec), Encoder(session, spec, batch=2)
    assert floats.features_of == (spec.outputs["embedding"], MEAN), "tokens are averaged where they are"
    assert floats.sha256 == integers.sha256
    given = np.stack([integers.transform(load_photo(path, spec.input_size).pixels) for path in photographs[:2]])
    together = floats.encode(given)
    for row, alone in enumerate(given):
        one: Features = integers.encode(alone[None])
        assert cosine(one.embedding, together.embedding[row]) > 0.99999
        assert cosine(one.mean_token, together.mean_token[row]) > 0.99999
    # Which integers do not: they round by what else is there.
    assert cosine(integers.encode(given).embedding[0], integers.encode(given[:1]).embedding) < 0.9999


def test_others_than_the_default_are_written_out_too(captions_pack: Pack) -> None:
    spec = captions_pack.manifest.encoder
    path = captions_pack.path_of(spec)
    session = in_floats(path, spec.outputs["mean_token"])
    integers, floats = (Encoder(one, replace(spec, gpu=None)) for one in (Session(path, "cpu", 1), session))
    given = np.random.default_rng(5).normal(size=(1, 3, spec.input_size, spec.input_size)).astype(np.float32)
    one, other = integers.encode(given), floats.encode(given)
    assert cosine(one.embedding, other.embedding) > 0.9999
    assert cosine(one.mean_token, other.mean_token) > 0.9999


def graph_of(path: Path, *nodes: onnx.NodeProto, axes: int = 2) -> Path:
    """A graph of these operators with x, shape (n, 4, ...), in and y out, and int8 weights w, shape (4, 2)."""
    weights = helper.make_tensor("w", TensorProto.INT8, [4, 2], [1, -2, 3, -4, 5, -6, 7, -128])
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *[3] * (axes - 2), 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [weights, helper.make_tensor("step", TensorProto.FLOAT, [2], [0.5, 0.25])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8), str(path))
    return path


def quantised(x: str = "x") -> list[onnx.NodeProto]:
    return [
        helper.make_node("DynamicQuantizeLinear", [x], ["q", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["q", "w", "zero"], ["sums"]),
        helper.make_node("Cast", ["sums"], ["number"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["scale", "step"], ["steps"]),
        helper.make_node("Mul", ["number", "steps"], ["y"]),
    ]


@pytest.mark.parametrize("axes", [2, 3])
def test_rounding_is_that_of_onnx(tmp_path: Path, axes: int) -> None:
    path = graph_of(tmp_path / "g.onnx", *quantised(), axes=axes)
    integers, floats = Session(path, "cpu", 1), in_floats(path, "y")
    chance = np.random.default_rng(3)
    shape = (1, *[3] * (axes - 2), 4)
    for given in (
        *(chance.normal(size=shape).astype(np.float32) * scale for scale in (1e-6, 1, 1e4)),
        np.zeros(shape, np.float32),
        np.abs(chance.normal(size=shape)).astype(np.float32) + 5,
        -np.abs(chance.normal(size=shape)).astype(np.float32) - 5,
        np.arange(np.prod(shape), dtype=np.float32).reshape(shape) * 2.5,
    ):
        np.testing.assert_allclose(floats.run(["y"], given)[0], integers.run(["y"], given)[0], rtol=1e-5, atol=0)
    # A photograph is as if it came alone.
    many = chance.normal(size=(5, *shape[1:])).astype(np.float32) * np.array([1, 9, 3, 0.1, 50], np.float32).reshape(
        (5,) + (1,) * (axes - 1)
    )
    alone = np.concatenate([floats.run(["y"], many[row : row + 1])[0] for row in range(5)])
    np.testing.assert_array_equal(floats.run(["y"], many)[0], alone)


def test_tokens_are_averaged_where_they_are(tmp_path: Path) -> None:
    path = graph_of(tmp_path / "g.onnx", *quantised(), axes=3)
    given = np.random.default_rng(4).normal(size=(2, 3, 4)).astype(np.float32)
    session = in_floats(path, "y")
    tokens, mean = session.run(["y", MEAN], given)
    np.testing.assert_allclose(mean, tokens.mean(axis=1), rtol=1e-6)


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ([*quantised()[:2], helper.make_node("CastLike", ["sums", "step"], ["y"])], "beside one Cast"),
        (
            [
                *quantised(),
                helper.make_node("MatMulInteger", ["q", "w"], ["again"]),
                helper.make_node("Cast", ["again"], ["z"], to=TensorProto.FLOAT),
            ],
            "does not count q from its zero",
        ),
        (
            [
                helper.make_node("Cast", ["x"], ["q"], to=TensorProto.UINT8),
                helper.make_node("MatMulInteger", ["q", "w"], ["sums"]),
                helper.make_node("Cast", ["sums"], ["y"], to=TensorProto.FLOAT),
            ],
            "q comes from no DynamicQuantizeLinear",
        ),
    ],
)
def test_what_is_not_known_is_refused(tmp_path: Path, nodes: list[onnx.NodeProto], why: str) -> None:
    path = graph_of(tmp_path / "other.onnx", *nodes)
    with pytest.raises(
        PigeonError, match=r"other\.onnx: is not quantised in the way that is known.*Get a pack"
    ) as told:
        floating(path, "y")
    assert why in str(told.value)


def test_an_output_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = graph_of(tmp_path / "other.onnx", *quantised())
    with pytest.raises(PigeonError, match=r"other\.onnx: .*'tokens'"):
        floating(path, "tokens")


def test_without_the_package_it_is_named(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    spec = default_pack.manifest.encoder
    with pytest.raises(PigeonError, match=r"onnx is not installed\. Install pigeon-desktop\[gpu\] again"):
        floating(default_pack.path_of(spec), spec.outputs["mean_token"])


def test_what_multiplies_no_integers_is_known(captions_pack: Pack) -> None:
    assert captions_pack.manifest.encoder.gpu
    assert not is_int8(captions_pack.path_of(captions_pack.manifest.encoder.gpu))
