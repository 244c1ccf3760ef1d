from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.earth import shapes
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import LocationHead, inputs, read_head
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import HeadSpec
from pigeon_desktop.training.head import write_location_head

NAMES = ("embedding", "mean_token")
RANDOM = np.random.default_rng(0)
FEATURES = Features(RANDOM.normal(size=(6, 4)).astype("f4"), RANDOM.normal(size=(6, 5)).astype("f4"))


def spec(kind: str = "location", temperature: float = 1.5) -> HeadSpec:
    return HeadSpec("head.xz", "0" * 64, kind=kind, features=NAMES, temperature=temperature)  # type: ignore[arg-type]


def location_head() -> LocationHead:
    return LocationHead(
        weight=RANDOM.normal(size=(9, 7)).astype("f4"),
        bias=RANDOM.normal(size=7).astype("f4"),
        places=RANDOM.normal(size=(11, 7)).astype("f4"),
        cell=np.array([0, 0, 1, 2, 2, 2, 3, 3, 0, 1, 2], np.int32),
        cells=5,
        features=NAMES,
        temperature=1.5,
    )


def test_a_cell_has_the_sum_of_its_places() -> None:
    head = location_head()
    logits = (inputs(FEATURES, NAMES) @ head.weight + head.bias) @ head.places.T / 1.5
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    got = head.probabilities(FEATURES)
    assert got.shape == (6, 5)
    np.testing.assert_allclose(got.sum(axis=1), 1.0)
    np.testing.assert_allclose(got[:, 2], p[:, [3, 4, 5, 10]].sum(axis=1), rtol=1e-4)
    assert np.all(got[:, 4] == 0), "a cell without a place has no probability"


def test_the_embedding_counts_by_direction_only() -> None:
    longer = Features(FEATURES.embedding * 7, FEATURES.mean_token)
    np.testing.assert_allclose(
        location_head().probabilities(FEATURES).sum(), location_head().probabilities(longer).sum()
    )
    np.testing.assert_allclose(inputs(FEATURES, NAMES), inputs(longer, NAMES), rtol=1e-5)


def test_writing_and_reading_changes_no_figure(tmp_path: Path) -> None:
    head = location_head()
    write_location_head(head, tmp_path / "head.xz")
    again = read_head(tmp_path / "head.xz", spec(), cells=5)
    np.testing.assert_allclose(again.probabilities(FEATURES), head.probabilities(FEATURES), atol=0.02)


def test_a_linear_head(tmp_path: Path) -> None:
    weight, bias = RANDOM.normal(size=(9, 5)).astype("f4"), RANDOM.normal(size=5).astype("f4")
    shapes.write_arrays(tmp_path / "head.xz", {"weight": weight, "bias": bias})
    got = read_head(tmp_path / "head.xz", spec("linear"), cells=5).probabilities(FEATURES)
    best = np.argmax(inputs(FEATURES, NAMES) @ weight + bias, axis=1)
    assert np.argmax(got, axis=1).tolist() == best.tolist()


@pytest.mark.parametrize("cells", [3, 2])
def test_a_head_that_does_not_fit_the_cells_is_refused(tmp_path: Path, cells: int) -> None:
    write_location_head(location_head(), tmp_path / "head.xz")
    with pytest.raises(PigeonError, match="does not fit") as error:
        read_head(tmp_path / "head.xz", spec(), cells)
    assert "head.xz" in str(error.value)


def test_values_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    weight = np.full((9, 5), np.inf, np.float32)
    shapes.write_arrays(tmp_path / "head.xz", {"weight": weight, "bias": np.zeros(5, np.float32)})
    with pytest.raises(PigeonError, match="not finite"):
        read_head(tmp_path / "head.xz", spec("linear"), cells=5)


def test_a_missing_array_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    shapes.write_arrays(tmp_path / "head.xz", {"weight": np.zeros((9, 5), np.float32)})
    with pytest.raises(PigeonError, match="bias"):
        read_head(tmp_path / "head.xz", spec("linear"), cells=5)
    with pytest.raises(PigeonError, match="newer version"):
        read_head(tmp_path / "head.xz", spec("captions"), cells=5)
