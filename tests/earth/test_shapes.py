"""Polygons as arrays, and the file that holds arrays."""

import io
import lzma
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pigeon_desktop.earth import shapes
from pigeon_desktop.errors import PigeonError

jitter = st.lists(st.floats(-0.3, 0.3), min_size=98, max_size=98)


def tiling(offsets: list[float], west: float = -180.0, south: float = -40.0) -> list[shapely.Polygon]:
    """36 four-sided cells on a 7 by 7 lattice, whose corners are moved but shared."""
    lattice = np.stack(np.meshgrid(np.arange(7.0), np.arange(7.0)), axis=-1) + np.reshape(offsets, (7, 7, 2))
    lattice = np.clip(lattice + np.array([west, south]), [-180, -90], [180, 90])
    corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    return [shapely.Polygon([lattice[j + dj, i + di] for dj, di in corners]) for j in range(6) for i in range(6)]


@given(jitter)
def test_tiles_stay_valid_and_without_gaps(offsets) -> None:
    cells = tiling(offsets)
    decoded = shapes.decode(shapes.encode(cells))
    assert shapely.is_valid(decoded).all()
    assert shapely.coverage_is_valid(decoded)
    whole = shapely.coverage_union_all(decoded)
    assert shapely.get_num_interior_rings(whole) == 0
    assert shapely.area(decoded).sum() == pytest.approx(whole.area)
    # Rounded, not moved: no vertex by more than half a step either way.
    before, after = shapely.get_coordinates(cells), shapely.get_coordinates(decoded)
    assert np.abs(before - after).max() <= 0.5 / shapes.PER_DEGREE + 1e-9
    # What is on the grid comes back exactly.
    np.testing.assert_array_equal(after, shapely.get_coordinates(shapes.decode(shapes.encode(decoded))))


def test_parts_and_holes_come_back() -> None:
    island = shapely.box(5, 5, 6, 6)
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    given_shapes = [ring, shapely.MultiPolygon([ring, island]), shapely.Polygon(), island]
    decoded = shapes.decode(shapes.encode(given_shapes))
    assert [shape.geom_type for shape in decoded] == ["Polygon", "MultiPolygon", "MultiPolygon", "Polygon"]
    assert [shapely.equals(a, b) for a, b in zip(given_shapes, decoded, strict=True)] == [True] * 4
    assert decoded[2].is_empty
    assert len(shapes.decode(shapes.encode([]))) == 0


def test_corners_of_the_globe_are_kept() -> None:
    world = shapely.box(-180, -90, 180, 90)
    assert shapes.decode(shapes.encode([world]))[0].equals(world)


def test_what_rounding_breaks_is_mended() -> None:
    # Two squares joined by a neck a tenth of a grid step wide, and a sliver thinner than the grid.
    thin = 0.1 / shapes.PER_DEGREE
    neck = shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(1, 0.5, 2, 0.5 + thin), shapely.box(2, 0, 3, 1)])
    assert neck.geom_type == "Polygon"
    mended, sliver = shapes.decode(shapes.encode([neck, shapely.box(0, 0, 1, thin)]))
    assert mended.is_valid
    assert mended.area == pytest.approx(2.0, rel=1e-3)
    assert sliver.is_empty


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deltas", np.zeros((4, 3), np.int32)),
        ("deltas", np.zeros((4, 2), np.float32)),
        ("deltas", np.array([[0, 0], [0, 9], [9, 0]], np.int32)),
        ("deltas", np.full((4, 2), 2_000_000, np.int32)),
        ("ring_sizes", np.array([2], np.int32)),
        ("ring_sizes", np.array([4, 4], np.int32)),
        ("ring_sizes", np.array([[4]], np.int32)),
        ("ring_counts", np.array([0, 1], np.int32)),
        ("ring_counts", np.array([1.0])),
        ("part_counts", np.array([-1, 2], np.int32)),
        ("part_counts", np.array([2**62, -(2**62) + 1])),
        ("per_degree", np.array([0], np.int32)),
        ("per_degree", np.array([1, 2], np.int32)),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(name, value) -> None:
    arrays = shapes.encode([shapely.box(0, 0, 1, 1)])
    with pytest.raises(ValueError, match=r".+"):
        shapes.decode(arrays | {name: value})


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)))
def test_texts_come_back(texts) -> None:
    assert shapes.unpack_strings(shapes.pack_strings(texts)) == texts


def test_texts_that_cannot_be_packed_are_refused() -> None:
    with pytest.raises(ValueError, match="zero character"):
        shapes.pack_strings(["a\0b"])
    for packed in (
        np.array([97], np.uint8),
        np.array([255, 0], np.uint8),
        np.array([97, 0]),
        np.zeros((1, 1), np.uint8),
    ):
        with pytest.raises(ValueError, match=r".+"):
            shapes.unpack_strings(packed)


ARRAYS = {
    "whole": np.arange(6, dtype=np.int32).reshape(2, 3),
    "real": np.array([0.5, np.nan]),
    "flags": np.array([True, False]),
    "bytes": np.array([1, 255], np.uint8),
    "text": np.array(["Évora", "", "京都"]),
    "none": np.array([], dtype=np.str_),
    "flat": np.zeros((0, 2), np.int16),
    "scalar": np.float32(3.0),
    "columns": np.asfortranarray(np.arange(6).reshape(2, 3)),
}


def test_arrays_come_back_and_bytes_repeat(tmp_path: Path) -> None:
    path, again = tmp_path / "a.npz.xz", tmp_path / "b.npz.xz"
    shapes.write_arrays(path, ARRAYS)
    shapes.write_arrays(again, ARRAYS)
    assert path.read_bytes() == again.read_bytes()
    read = shapes.read_arrays(path)
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(read[name], np.atleast_1d(array))
        assert read[name].dtype == np.asarray(array).dtype


def test_python_objects_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cells"):
        shapes.write_arrays(tmp_path / "a", {"cells": np.array([shapely.Point(0, 0)])})
    assert not (tmp_path / "a").exists()


def npy(array: np.ndarray, *, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


def container(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return lzma.compress(raw.getvalue())


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text + "\n").to_bytes(2, "little") + text.encode() + b"\n"


def overlapping() -> bytes:
    """Two sound members, the second of which lies within the bytes of the first: a bomb when repeated."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b.npy", npy(np.zeros(1000)))
        (second,) = archive.filelist
        body = np.frombuffer(inner.getvalue(), np.uint8)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("a.npy", npy(body))
        second.header_offset = outer.getvalue().index(body.tobytes())
        archive.filelist.append(second)
        archive.NameToInfo["b.npy"] = second
    return lzma.compress(outer.getvalue())


GOOD = npy(np.arange(3))
HOSTILE = {
    "empty": b"",
    "not xz": b"PK\x03\x04 what is this",
    "xz of nothing": lzma.compress(b""),
    "xz of text": lzma.compress(b"hello" * 100),
    "objects": container([("a.npy", npy(np.array([{"a": 1}, None]), allow_pickle=True))]),
    "records": container([("a.npy", npy(np.zeros(2, [("x", "i4")])))]),
    "bytes instead of an array": container([("a.npy", b"hello")]),
    "another kind of member": container([("a.pickle", b"hello")]),
    "twice": container([("a.npy", GOOD), ("b.npy", GOOD)]),
    "deflated": container([("a.npy", npy(np.zeros(10**6)))], zipfile.ZIP_DEFLATED),
    "endless": container([("a.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }"))]),
    "empty but endless": container(
        [("a.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 999999999999), }"))]
    ),
    "texts of no length": container(
        [("a.npy", header("{'descr': '<U0', 'fortran_order': False, 'shape': (999999999999,), }"))]
    ),
    "a deep header": container([("a.npy", header("(" * 9000))]),
    "no characters": container([("a.npy", npy(np.array([0xD800, 0x110000], np.uint32)).replace(b"<u4", b"<U1"))]),
    "trailing bytes": lzma.compress(b"") + b"more",
    "overlapping": overlapping(),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_files_are_refused_by_name(kind, tmp_path: Path) -> None:
    path = tmp_path / "cells.npz.xz"
    data = HOSTILE[kind]
    if kind == "twice":
        data = lzma.compress(lzma.decompress(data).replace(b"b.npy", b"a.npy"))
    path.write_bytes(data)
    with pytest.raises(PigeonError, match=r"cells\.npz\.xz: .+"):
        shapes.read_arrays(path)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.npz.xz", tmp_path):
        with pytest.raises(PigeonError, match=path.name):
            shapes.read_arrays(path)


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz.xz"
    path.write_bytes(lzma.compress(bytes(64 << 20), preset=1))
    assert path.stat().st_size < 100_000
    with pytest.raises(PigeonError, match="more than 8 MiB"):
        shapes.read_arrays(path, most_bytes=8 << 20)
    # A dictionary of nearly 4 GiB would be allocated before the first byte is unpacked.
    path.write_bytes(_asking_for_memory(lzma.compress(b"x")))
    with pytest.raises(PigeonError, match=r"bomb\.npz\.xz: damaged \(Memory usage limit"):
        shapes.read_arrays(path)


def _asking_for_memory(packed: bytes) -> bytes:
    """The .xz with a block header that asks for the largest dictionary, its checksum made good."""
    start = 12
    size = (packed[start] + 1) * 4
    block = bytearray(packed[start : start + size - 4])
    block[4] = 40
    return packed[:start] + bytes(block) + zlib.crc32(block).to_bytes(4, "little") + packed[start + size :]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("arrays") / "a.npz.xz"
    shapes.write_arrays(path, {k: ARRAYS[k] for k in ("whole", "text", "real")})
    return path.read_bytes()


loose = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@loose
@given(st.data())
def test_a_file_cut_anywhere_is_refused(written, tmp_path, data) -> None:
    path = tmp_path / "cut.npz.xz"
    path.write_bytes(written[: data.draw(st.integers(0, len(written) - 1))])
    with pytest.raises(PigeonError, match=r"cut\.npz\.xz"):
        shapes.read_arrays(path)


@loose
@given(st.data())
def test_changed_bytes_inside_never_do_worse_than_a_refusal(written, tmp_path, data) -> None:
    # Past the checksum of .xz: what a hostile author, not a bad disk, would send.
    raw = bytearray(lzma.decompress(written))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "changed.npz.xz"
    path.write_bytes(lzma.compress(bytes(raw), preset=0))
    try:
        arrays = shapes.read_arrays(path)
    except PigeonError:
        return
    assert all(array.nbytes <= len(raw) for array in arrays.values())
    # Texts must print.
    assert repr([array.tolist() for array in arrays.values()]).encode()
