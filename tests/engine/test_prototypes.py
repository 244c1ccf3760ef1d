"""Refinement: probability moves among a belief's likeliest cells, and nothing else does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import Standard
from pigeon_desktop.engine.prototypes import Prototypes, read_prototypes
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.heads.prototypes import write_prototypes
from tests.cells import grid_cells

CELLS = grid_cells()
NAMES = ("mean_token",)
EAST, NORTH, UP = np.eye(3, dtype=np.float32)


def prototypes(*rows: tuple[int, np.ndarray, float, float], temperature: float = 0.5) -> Prototypes:
    """Prototypes given as (cell, unit vector, latitude, longitude)."""
    cell, vectors, latitude, longitude = zip(*rows, strict=True)
    return Prototypes(
        vectors=np.array(vectors, np.float32),
        cell=np.array(cell, np.int64),
        latitude=np.array(latitude, np.float64),
        longitude=np.array(longitude, np.float64),
        standard=Standard(NAMES, np.zeros(3, np.float32), np.ones(3, np.float32)),
        temperature=temperature,
    )


def seen(*vectors: np.ndarray) -> Features:
    """Photographs whose features are these vectors."""
    return Features(np.ones((len(vectors), 2), np.float32), np.array(vectors, np.float32))


def belief(**probability: float) -> np.ndarray:
    """One belief over the grid: c7=0.6 gives cell 7 that probability."""
    p = np.zeros((1, len(CELLS)))
    for name, value in probability.items():
        p[0, int(name[1:])] = value
    return p


def own(cell: int) -> tuple[float, float]:
    return float(CELLS.latitude[cell]), float(CELLS.longitude[cell])


def test_the_nearest_prototype_counts_and_not_the_farthest() -> None:
    """Both cells have one prototype like the photograph's opposite; only cell 7 has one like the photograph."""
    near = (7, EAST, own(7)[0] + 0.5, own(7)[1])
    others = [(7, -EAST, own(7)[0] - 0.5, own(7)[1]), (8, -EAST, *own(8)), (8, NORTH, *own(8))]
    p = belief(c7=0.3, c8=0.4, c20=0.3)
    for rows in ([near, *others], [*others, near]):
        refined = prototypes(*rows).refine(CELLS, p, seen(EAST * 5))
        factor = np.exp(-np.array([0.0, np.sqrt(2)]) / 0.5)
        expected = 0.7 * np.array([0.3, 0.4]) * factor / (np.array([0.3, 0.4]) * factor).sum()
        np.testing.assert_allclose(refined.probability[0, [7, 8]], expected, rtol=1e-5)
        assert refined.coordinates(0)[7] == pytest.approx((own(7)[0] + 0.5, own(7)[1]))


def test_a_refused_long_move_keeps_the_cells_own_coordinate() -> None:
    far = (own(7)[0] + 9.5, own(7)[1])
    near = (own(8)[0] + 8.5, own(8)[1])
    assert distance_km(*far, *own(7)) > 1000 > distance_km(*near, *own(8))
    refined = prototypes((7, EAST, *far), (8, EAST, *near)).refine(CELLS, belief(c7=0.5, c8=0.5), seen(EAST))
    assert refined.coordinates(0)[7] == own(7)
    assert refined.coordinates(0)[8] == near


def test_a_cell_without_prototypes_keeps_its_coordinate_and_its_probability() -> None:
    p = belief(c7=0.4, c8=0.2, c9=0.3, c10=0.1)
    refined = prototypes((7, EAST, 31.0, 8.0), (8, NORTH, 31.0, 11.0)).refine(CELLS, p, seen(NORTH))
    coordinates = refined.coordinates(0)
    assert {cell: coordinates[cell] for cell in (9, 10)} == {9: own(9), 10: own(10)}
    assert refined.probability[0, [9, 10]].tolist() == p[0, [9, 10]].tolist()
    assert refined.probability[0, 8] > 0.2


def test_without_any_prototype_among_the_candidates_the_belief_comes_back() -> None:
    """One photograph whose candidates have none, between two whose candidates have some."""
    p = np.concatenate([belief(c7=0.6, c8=0.4), belief(c30=0.6, c31=0.4), belief(c7=0.5, c30=0.5)])
    refined = prototypes((7, EAST, *own(7)), (8, NORTH, *own(8))).refine(CELLS, p, seen(NORTH, NORTH, NORTH))
    assert np.array_equal(refined.probability[1], p[1])
    assert refined.coordinates(1)[30] == own(30)
    assert not np.array_equal(refined.probability[0], p[0])
    assert refined.probability[2] == pytest.approx(p[2]), "one alone has no rival to gain from"


def test_only_the_likeliest_five_change() -> None:
    p = belief(c1=0.2, c2=0.19, c3=0.18, c4=0.17, c5=0.16, c6=0.1)
    rows = [(cell, EAST if cell == 6 else NORTH, *own(cell)) for cell in range(1, 7)]
    refined = prototypes(*rows).refine(CELLS, p, seen(EAST))
    assert refined.probability[0, 6] == 0.1
    assert 6 not in refined.coordinates(0)


@st.composite
def any_prototypes(draw: st.DrawFn) -> Prototypes:
    n = draw(st.integers(1, 12))
    vector = arrays(np.float32, 3, elements=st.floats(-1, 1, width=32)).filter(lambda v: np.linalg.norm(v) > 0.1)
    rows = [
        (draw(st.integers(0, 19)), (v := draw(vector)) / np.linalg.norm(v), draw(st.floats(-90, 90)), 12.0)
        for _ in range(n)
    ]
    return prototypes(*rows, temperature=draw(st.floats(1e-4, 10)))


@given(
    any_prototypes(),
    arrays(np.float64, 20, elements=st.floats(0, 1) | st.just(0.0)).filter(lambda p: p.sum() > 1e-3),
    arrays(np.float32, 3, elements=st.floats(-9, 9, width=32)),
)
def test_refining_moves_probability_among_the_top_cells_alone(
    some: Prototypes, weights: np.ndarray, vector: np.ndarray
) -> None:
    p = np.zeros((1, len(CELLS)))
    p[0, :20] = weights / weights.sum()
    before = p.copy()
    refined = some.refine(CELLS, p, seen(vector))
    after = refined.probability[0]
    assert np.array_equal(p, before), "the belief given is not written into"
    assert np.all(np.isfinite(after))
    assert np.all(after >= 0)
    assert after.sum() == pytest.approx(1.0, abs=1e-9)
    top = np.argsort(-p[0], kind="stable")[:5]
    assert np.array_equal(np.delete(after, top), np.delete(p[0], top))
    assert after[top].sum() == pytest.approx(p[0, top].sum(), abs=1e-12)
    bare = top[~np.isin(top, some.cell)]
    assert np.array_equal(after[bare], p[0, bare])
    for cell, to in refined.coordinates(0).items():
        assert cell in top
        choices = [(some.latitude[i], some.longitude[i]) for i in np.flatnonzero(some.cell == cell)]
        assert to == own(cell) or to in choices
        assert distance_km(*to, *own(cell)) <= some.farthest_km


def test_features_are_standardised_as_the_prototypes_were() -> None:
    """Shifted and stretched features with the standardisation that undoes it give the same belief."""
    plain = prototypes((7, EAST, *own(7)), (8, NORTH, *own(8)))
    mean, scale = np.array([3, -2, 1], np.float32), np.array([2, 5, 0.5], np.float32)
    shifted = replace(plain, standard=Standard(NAMES, mean, scale))
    p, x = belief(c7=0.5, c8=0.5), np.array([0.8, 0.6, 0.1], np.float32)
    expected = plain.refine(CELLS, p, seen(x)).probability
    np.testing.assert_allclose(shifted.refine(CELLS, p, seen(x * scale + mean)).probability, expected, rtol=1e-5)


def test_writing_and_reading(tmp_path: Path) -> None:
    some = prototypes((7, EAST, 30.5, 7.5), (8, np.float32([0.6, 0.8, 0]), -12.25, 179.5), temperature=0.3)
    write_prototypes(some, tmp_path / "prototypes.xz")
    again = read_prototypes(tmp_path / "prototypes.xz", NAMES, 3, len(CELLS))
    np.testing.assert_allclose(again.vectors, some.vectors, atol=1e-3)
    for name in ("cell", "latitude", "longitude"):
        assert np.array_equal(getattr(again, name), getattr(some, name))
    for name in ("mean", "scale"):
        assert np.array_equal(getattr(again.standard, name), getattr(some.standard, name))
    assert (again.temperature, again.top, again.farthest_km, again.standard.names) == (0.3, 5, 1000.0, NAMES)


@pytest.mark.parametrize(
    ("array", "value"),
    [
        ("vectors", np.full((2, 3), np.nan, np.float16)),
        ("vectors", np.zeros((2, 4), np.float16)),
        ("vectors", np.zeros((1, 3), np.float16)),
        ("cell", np.array([0, 80], np.int32)),
        ("cell", np.array([-1, 0], np.int32)),
        ("latitude", np.array([91, 0], np.float32)),
        ("longitude", np.zeros(3, np.float32)),
        ("mean", np.zeros(2, np.float32)),
        ("scale", np.array([1, 1, 0], np.float32)),
        ("temperature", np.array([0.0])),
        ("temperature", np.array([1.0, 2.0])),
        ("top", np.array([0], np.int32)),
        ("farthest_km", np.array([np.inf])),
        ("mean", None),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, array: str, value: np.ndarray | None) -> None:
    path = tmp_path / "prototypes.xz"
    write_prototypes(prototypes((7, EAST, *own(7)), (8, NORTH, *own(8))), path)
    read_prototypes(path, NAMES, 3, len(CELLS))
    changed = {**shapes.read_arrays(path), array: value}
    shapes.write_arrays(path, {name: values for name, values in changed.items() if values is not None})
    with pytest.raises(PigeonError, match=r"prototypes\.xz: the prototypes do not fit their pack"):
        read_prototypes(path, NAMES, 3, len(CELLS))


def test_prototypes_of_no_cell_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "prototypes.xz"
    empty = {"cell": np.zeros(0, np.int32), **{k: np.zeros(0, np.float32) for k in ("latitude", "longitude")}}
    write_prototypes(prototypes((7, EAST, *own(7))), path)
    shapes.write_arrays(path, {**shapes.read_arrays(path), "vectors": np.zeros((0, 3), np.float16), **empty})
    with pytest.raises(PigeonError, match="do not fit"):
        read_prototypes(path, NAMES, 3, len(CELLS))
