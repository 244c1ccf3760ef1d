from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pigeon_desktop.earth import shapes
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import LinearHead, LocationHead, Standard, Trunk, read_head
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import HeadSpec
from pigeon_desktop.training.heads.head import write_head

NAMES = ("embedding", "mean_token")
RANDOM = np.random.default_rng(0)


def random(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=shape).astype("f4")


FEATURES = Features(random(6, 4), random(6, 5))


def spec(kind: str = "location", temperature: float = 1.5) -> HeadSpec:
    return HeadSpec("head.xz", "0" * 64, kind=kind, features=NAMES, temperature=temperature)  # type: ignore[arg-type]


def trunk(outputs: int, hidden: int = 8) -> Trunk:
    standard = Standard.of(FEATURES, NAMES)
    return Trunk(
        standard, random(9, outputs), random(outputs), random(9, hidden), random(hidden), random(hidden, outputs)
    )


def location_head() -> LocationHead:
    """Seven outputs for the embeddings and two for countries."""
    return LocationHead(
        trunk=trunk(9),
        places=random(11, 7),
        country=np.array([0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1], np.int32),
        cell=np.array([0, 0, 1, 2, 2, 2, 3, 3, 0, 1, 2], np.int32),
        cells=5,
        temperature=1.5,
    )


def test_a_cell_has_the_sum_of_its_places() -> None:
    head = location_head()
    outputs = head.trunk.outputs(FEATURES)
    logits = (outputs[:, :7] @ head.places.T + outputs[:, 7:][:, head.country]) / 1.5
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    got = head.probabilities(FEATURES)
    assert got.shape == (6, 5)
    np.testing.assert_allclose(got.sum(axis=1), 1.0)
    np.testing.assert_allclose(got[:, 2], p[:, [3, 4, 5, 10]].sum(axis=1), rtol=1e-4)
    assert np.all(got[:, 4] == 0), "a cell without a place has no probability"


def test_a_trunk_by_hand() -> None:
    standard = Standard(NAMES, np.zeros(3, "f4"), np.array([1, 1, 2], "f4"))
    features = Features(np.array([[3, 4]], "f4"), np.array([[-6]], "f4"))
    inputs = standard.inputs(features)
    np.testing.assert_allclose(inputs, np.array([[0.6, 0.8, -1.0]]) / np.sqrt(2), rtol=1e-6)
    identity, none = np.eye(3, dtype="f4"), np.zeros((3, 1), "f4")
    plain = Trunk(standard, none, np.array([1], "f4"), identity, np.zeros(3, "f4"), np.ones((3, 1), "f4"))
    np.testing.assert_allclose(plain.outputs(features), [[1 + 1.4 / np.sqrt(2)]], rtol=1e-6, err_msg="-1 is cut off")


def test_inputs_have_one_length_and_each_feature_the_same_part_of_it() -> None:
    inputs = Standard.of(FEATURES, NAMES).inputs(FEATURES)
    np.testing.assert_allclose(np.linalg.norm(inputs[:, :4], axis=1), np.sqrt(0.5), rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(inputs[:, 4:], axis=1), np.sqrt(0.5), rtol=1e-5)


def test_the_embedding_counts_by_direction_only() -> None:
    longer = Features(FEATURES.embedding * 7, FEATURES.mean_token)
    head = location_head()
    np.testing.assert_allclose(head.probabilities(FEATURES), head.probabilities(longer), rtol=1e-4)


def test_writing_and_reading_changes_no_figure(tmp_path: Path) -> None:
    head = location_head()
    write_head(head, tmp_path / "head.xz")
    again = read_head(tmp_path / "head.xz", spec(), cells=5)
    np.testing.assert_allclose(again.probabilities(FEATURES), head.probabilities(FEATURES), atol=0.03)


@pytest.mark.parametrize("hidden", [0, 8])
def test_a_linear_head(tmp_path: Path, hidden: int) -> None:
    head = LinearHead(trunk(5, hidden), 1.0)
    write_head(head, tmp_path / "head.xz")
    got = read_head(tmp_path / "head.xz", spec("linear"), cells=5).probabilities(FEATURES)
    assert np.argmax(got, axis=1).tolist() == np.argmax(head.trunk.outputs(FEATURES), axis=1).tolist()


@pytest.mark.parametrize("cells", [3, 2])
def test_a_head_that_does_not_fit_the_cells_is_refused(tmp_path: Path, cells: int) -> None:
    write_head(location_head(), tmp_path / "head.xz")
    with pytest.raises(PigeonError, match="does not fit") as error:
        read_head(tmp_path / "head.xz", spec(), cells)
    assert "head.xz" in str(error.value)
    write_head(LinearHead(trunk(5), 1.0), tmp_path / "head.xz")
    with pytest.raises(PigeonError, match="5 outputs for"):
        read_head(tmp_path / "head.xz", spec("linear"), cells)


def changed(path: Path, **arrays: Any) -> None:
    """Write the file of a head with other arrays in some places, or without those that are None."""
    write_head(location_head(), path)
    whole = {**shapes.read_arrays(path), **arrays}
    shapes.write_arrays(path, {name: array for name, array in whole.items() if array is not None})


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"bias": np.full(9, np.inf, "f4")}, "not finite"),
        ({"weight_scale": np.full(9, np.nan, "f4")}, "not finite"),
        ({"bias": None}, "bias"),
        ({"bias": np.zeros(8, "f4")}, "disagree"),
        ({"scale": np.zeros(9, "f4")}, "disagree"),
        ({"hidden_bias": np.zeros(7, "f4")}, "disagree"),
        ({"country": np.full(11, 2, "i4")}, r"outside 0\.\.1"),
        ({"country": np.full(10, 1, "i4")}, "10 countries"),
        ({"places_scale": np.zeros(3, "f4")}, "disagree"),
    ],
)
def test_a_damaged_head_is_refused_by_name(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    changed(tmp_path / "head.xz", **arrays)
    with pytest.raises(PigeonError, match=said) as error:
        read_head(tmp_path / "head.xz", spec(), cells=5)
    assert "head.xz" in str(error.value)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    changed(tmp_path / "head.xz")
    with pytest.raises(PigeonError, match="newer version"):
        read_head(tmp_path / "head.xz", spec("forest"), cells=5)
