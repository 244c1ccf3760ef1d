"""Packs that somebody made to do harm: refused, each with a message that names the file."""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import stat
import struct
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.geocells import MOST_CELLS, GeocellSet
from pigeon_desktop.engine import head
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.head import packed, read_head
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.graph import check_graph
from pigeon_desktop.packs.install import install
from pigeon_desktop.packs.manifest import HeadSpec
from pigeon_desktop.packs.store import open_pack
from tests.cells import grid_cells
from tests.packs import graphs

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")

# Graphs


@pytest.mark.parametrize("location", ["inside.bin", "../outside.bin", "/etc/hostname", "link.bin", "sub/../x.bin", ""])
@pytest.mark.parametrize(
    "place",
    [
        lambda tensor: graphs.model(graphs.graph(tensor=tensor)),
        lambda tensor: graphs.model(graphs.branching(graphs.graph(tensor=tensor))),
        lambda tensor: graphs.model(graphs.with_sparse(tensor)),
        lambda tensor: graphs.model(graphs.graph("Constant", value=tensor)),
    ],
    ids=["weights", "branch", "sparse", "attribute"],
)
def test_weights_in_another_file_are_refused(tmp_path: Path, place: Callable[[Any], Any], location: str):
    np.arange(4, dtype=np.float32).tofile(tmp_path / "inside.bin")
    path = graphs.written(tmp_path, place(graphs.external(location)))
    with pytest.raises(PigeonError, match=r"encoder\.onnx: keeps weights in another file"):
        Session(path, "cpu")


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: graphs.model(graphs.graph("Evil", "evil"), "evil"), "'Evil' of 'evil'"),
        (lambda: graphs.model(graphs.branching(graphs.graph("Evil", "evil")), "evil"), "'Evil' of 'evil'"),
        (lambda: graphs.with_function("evil", "Evil"), "'Evil' of 'evil'"),
        (lambda: graphs.model(graphs.graph("EPContext", "com.microsoft"), "com.microsoft"), "reads other files"),
        (lambda: graphs.model(graphs.graph("Loop", body=graphs.graph())), "need not end"),
        (lambda: graphs.model(graphs.graph("Unheard")), "cannot load it"),
    ],
)
def test_operators_of_somebody_elses_are_refused(tmp_path: Path, made: Callable[[], Any], says: str):
    with pytest.raises(PigeonError, match=rf"encoder\.onnx: .*{says}"):
        Session(graphs.written(tmp_path, made()), "cpu")


def test_what_needs_nothing_else_is_run(tmp_path: Path):
    for made in (
        graphs.model(graphs.graph()),
        graphs.model(graphs.branching(graphs.graph())),
        graphs.with_function("", "Add"),
    ):
        session = Session(graphs.written(tmp_path, made), "cpu")
        assert session.run(list(session.outputs), np.ones(4, np.float32))[0].tolist() == [1, 2, 3, 4]


def test_a_graph_that_cannot_be_asked_is_refused(tmp_path: Path):
    made = helper.make_graph(
        [helper.make_node("Identity", ["w"], ["y"])],
        "g",
        [],
        [helper.make_tensor_value_info("y", 1, [4])],
        [numpy_helper.from_array(graphs.WEIGHTS, "w")],
    )
    with pytest.raises(PigeonError, match="must have one input"):
        Session(graphs.written(tmp_path, graphs.model(made)), "cpu")


def test_the_other_format_of_onnx_runtime_is_refused(tmp_path: Path):
    # Its file is no protobuf; one that is both would still be read as ONNX.
    path = tmp_path / "encoder.ort"
    path.write_bytes(b"\x18\0\0\0ORTM" + bytes(64))
    with pytest.raises(PigeonError, match="is no ONNX graph"):
        Session(path, "cpu")
    path.write_bytes(graphs.model(graphs.graph()).SerializeToString())
    assert Session(path, "cpu").provider == "CPUExecutionProvider"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is no ONNX graph"),
        (b"\x08\x09", "holds none"),
        (b"\x3a\xff\xff\xff\xff\x0f", "reaches out"),
        (b"\x3a" + b"\xff" * 11, "has no end"),
        (b"\x0b", "a field of type 3"),
    ],
)
def test_what_is_no_graph_is_refused(tmp_path: Path, data: bytes, says: str):
    (tmp_path / "encoder.onnx").write_bytes(data)
    with pytest.raises(PigeonError, match=rf"encoder\.onnx: .*{says}"):
        check_graph(tmp_path / "encoder.onnx")


def test_a_graph_nested_without_end_or_of_crumbs_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    inner = b""
    for _ in range(200):  # graph, node, attribute, graph ...
        for tag in (b"\x32", b"\x2a", b"\x0a"):
            inner = tag + _varint(len(inner)) + inner
    (tmp_path / "deep.onnx").write_bytes(b"\x3a" + _varint(len(inner)) + inner)
    with pytest.raises(PigeonError, match="nested too deeply"):
        check_graph(tmp_path / "deep.onnx")
    monkeypatch.setattr("pigeon_desktop.packs.graph.MOST_FIELDS", 1000)
    (tmp_path / "crumbs.onnx").write_bytes(b"\x08\x01" * 1001)
    with pytest.raises(PigeonError, match="more than 1,000 fields"):
        check_graph(tmp_path / "crumbs.onnx")


def _varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


@settings(max_examples=200)
@given(st.integers(0), st.integers(0, 255), st.booleans())
def test_any_change_of_a_graph_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, cut: bool
):
    data = bytearray(graphs.model(graphs.branching(graphs.graph())).SerializeToString())
    at %= len(data)
    path = tmp_path_factory.getbasetemp() / "changed.onnx"
    path.write_bytes(data[:at] if cut else data[:at] + bytes([byte]) + data[at + 1 :])
    try:
        check_graph(path)
    except PigeonError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017 - one of the two


# Files of arrays: heads and geocells


def arrays_file(path: Path, members: dict[str, bytes]) -> Path:
    """A file of arrays with whatever in it."""
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(lzma.compress(path.with_suffix(".zip").read_bytes(), preset=0))
    return path


def write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    """As the program writes them, packed less well and sooner."""
    members = {}
    for name, array in arrays.items():
        member = io.BytesIO()
        np.lib.format.write_array(member, np.ascontiguousarray(array) if np.ndim(array) else np.asarray(array))
        members[f"{name}.npy"] = member.getvalue()
    arrays_file(path, members)


def npy(descr: str, shape: str, body: bytes = b"") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"a.npy": npy("<f4", f"({'1' * 60}x)")}, "other than numbers"),  # must not take for ever
        ({"a.npy": npy("<f4", "(999999999999, 999999999999)")}, "not as long as it says"),
        ({"a.npy": npy("|O", "(1,)", b"cposix\nsystem\n(S'id'\ntR.")}, "other than numbers"),
        ({"a.npy": npy("<f4", "(__import__('os').getpid(),)")}, "other than numbers"),
        ({f"{i}.npy": b"" for i in range(1200)}, "more than 1000 arrays"),
        ({"../../a.py": npy("<f4", "()", b"1234")}, "not a plain array"),
    ],
    ids=["digits", "huge", "pickle", "code", "many", "path"],
)
def test_hostile_files_of_arrays_are_refused(tmp_path: Path, members: dict[str, bytes], says: str):
    path, start = arrays_file(tmp_path / "head.xz", members), time.perf_counter()
    with pytest.raises(PigeonError, match=rf"head\.xz: .*{says}"):
        shapes.read_arrays(path)
    assert time.perf_counter() - start < 5


def test_a_file_that_unpacks_to_more_than_a_head_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert head.MOST_BYTES < 2**28
    monkeypatch.setattr(head, "MOST_BYTES", 8 << 20)
    (tmp_path / "head.xz").write_bytes(lzma.compress(bytes(9 << 20), preset=0))
    with pytest.raises(PigeonError, match=r"head\.xz: unpacks to more than 8 MiB"):
        read_head(tmp_path / "head.xz", LINEAR, 3)


LINEAR = HeadSpec("head.xz", "", "linear", ("embedding",), 1.0)
NONE = np.zeros((0, 3), np.float32)


def head_arrays(cells: int = 3) -> dict[str, Any]:
    """A linear head of four features."""
    weight = packed("weight", np.ones((4, cells), np.float32))
    hidden = packed("hidden_weight", np.zeros((4, 1), np.float32)) | packed(
        "hidden_out", np.zeros((1, cells), np.float32)
    )
    vectors = {"mean": np.zeros(4), "scale": np.ones(4), "bias": np.zeros(cells), "hidden_bias": np.zeros(1)}
    return {**weight, **hidden, **{name: values.astype(np.float32) for name, values in vectors.items()}}


@pytest.mark.parametrize("cells", [2, 4, 0])
def test_a_head_over_other_cells_is_refused(tmp_path: Path, cells: int):
    write_arrays(tmp_path / "head.xz", head_arrays())
    read_head(tmp_path / "head.xz", LINEAR, 3)
    with pytest.raises(PigeonError, match=r"head\.xz: the head does not fit its pack \(3 outputs for"):
        read_head(tmp_path / "head.xz", LINEAR, cells)


@pytest.mark.parametrize("name", ["bias", "mean", "weight", "weight_scale", "hidden_bias"])
@pytest.mark.parametrize(
    "value",
    [
        np.float32(np.nan),
        np.full(3, np.inf, np.float32),
        np.full(3, 3e38, np.float32),
        np.array(["a"]),
        np.zeros((2, 2, 2)),
    ],
    ids=["scalar", "infinite", "enormous", "text", "shape"],
)
def test_a_head_of_what_are_no_numbers_is_refused(tmp_path: Path, name: str, value: Any):
    write_arrays(tmp_path / "head.xz", head_arrays() | {name: np.asarray(value)})
    with pytest.raises(PigeonError, match=r"head\.xz: the head does not fit its pack"):
        read_head(tmp_path / "head.xz", LINEAR, 3)


@pytest.fixture(scope="module")
def cells_arrays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a file of 80 geocells holds."""
    path = tmp_path_factory.mktemp("cells") / "cells.xz"
    grid_cells().write(path)
    return shapes.read_arrays(path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("latitude", lambda a: np.where(a > 40, np.nan, a)),
        ("longitude", lambda a: np.where(a > 0, np.inf, a)),
        ("longitude", lambda a: a + 200),
        ("prior", lambda a: -a),
        ("ids", lambda a: np.full(len(a), "same")),
        ("ids", lambda a: np.arange(len(a))),
        ("ids", lambda a: a[0]),
        ("names", lambda a: a[:3]),
        ("neighbours", lambda a: a + 1000),
        ("neighbours", lambda a: a[0]),
        ("polygons_deltas", lambda a: a * 1000),
        ("polygons_ring_sizes", lambda a: a * 0 + 2_000_000_000),
        ("polygons_per_degree", lambda a: a * 0),
        ("polygons_part_counts", lambda a: a[0]),
    ],
)
def test_impossible_geocells_are_refused(tmp_path: Path, cells_arrays, name: str, change: Callable[[Any], Any]):
    path = tmp_path / "cells.xz"
    write_arrays(path, cells_arrays)
    assert len(GeocellSet.read(path)) == 80
    write_arrays(path, cells_arrays | {name: np.asarray(change(cells_arrays[name]))})
    with pytest.raises(PigeonError, match=r"cells\.xz: .*Install the pack again"):
        GeocellSet.read(path)


def test_a_polygon_that_crosses_itself_is_refused(tmp_path: Path, cells_arrays):
    # The second and third corner of the first square change places.
    corners = np.cumsum(cells_arrays["polygons_deltas"], axis=0)
    corners[[1, 2]] = corners[[2, 1]]
    deltas = np.diff(corners, axis=0, prepend=np.zeros((1, 2), corners.dtype)).astype(np.int32)
    write_arrays(tmp_path / "cells.xz", cells_arrays | {"polygons_deltas": deltas})
    with pytest.raises(PigeonError, match="its geocells are inconsistent"):
        GeocellSet.read(tmp_path / "cells.xz")


def test_more_cells_than_the_memory_has_room_for_are_refused(
    tmp_path: Path, cells_arrays, monkeypatch: pytest.MonkeyPatch
):
    write_arrays(tmp_path / "cells.xz", cells_arrays)
    assert MOST_CELLS**2 * 4 < 2 << 30
    monkeypatch.setattr("pigeon_desktop.earth.geocells.MOST_CELLS", 79)
    with pytest.raises(PigeonError, match="holds 80 geocells, not 1 to 79"):
        GeocellSet.read(tmp_path / "cells.xz")


@pytest.mark.parametrize(
    "text",
    [
        *('{"radius_factor": NaN}', '{"radius_factor": 1e999}', '{"radius_factor": 1e9}', '{"radius_floor_km": 1e5}'),
        *('{"radius_factor": 1' + "0" * 400 + "}", "[" * 60_000, " " * 70_000 + "{}", '{"other": 1}', "[]", "\udc80"),
    ],
)
def test_an_impossible_calibration_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "calibration.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PigeonError, match=r"calibration\.json: "):
        Calibration.read(path)
    assert Calibration(1000.0, 0.0).radius_km(20_000.0) < 20_016


# Folders and archives


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_file_of_a_pack_that_never_ends_is_not_waited_for(pack: Path):
    (pack / "head.npz").unlink()
    os.mkfifo(pack / "head.npz")
    with pytest.raises(PigeonError, match=r"head\.npz: "):
        open_pack(pack).verify()


def test_an_archive_says_it_is_larger_than_any_pack(pack: Path, data: Path, tmp_path: Path):
    path = tmp_path / "small.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in pack.iterdir():
            archive.write(file, file.name)
    whole = bytearray(path.read_bytes())
    at = whole.index(b"head.npz", whole.index(b"PK\x01\x02")) - 46
    whole[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)  # its length, unpacked
    path.write_bytes(whole)
    with pytest.raises(PigeonError, match=r"head\.npz"):
        install("small", path)
    assert not (data / "packs" / "small").exists()
    assert not list(data.rglob("*.part"))


def test_an_archive_of_a_million_names_is_refused_unread(data: Path, tmp_path: Path):
    path = tmp_path / "many.zip"
    entry = b"PK\x01\x02" + bytes(42)
    count = 400_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(entry) * count, 0, 0)
    path.write_bytes(entry * count + end)
    start = time.perf_counter()
    with pytest.raises(PigeonError, match=r"many\.zip: .*too many"):
        install("small", path)
    assert time.perf_counter() - start < 2


@links
def test_a_whole_pack_behind_links_is_not_followed_out_of_an_archive(pack: Path, data: Path, tmp_path: Path):
    path = tmp_path / "small.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in pack.iterdir():
            entry = zipfile.ZipInfo(file.name)
            mode = stat.S_IFLNK if file.name == "pack.toml" else stat.S_IFREG
            entry.external_attr = (mode | 0o777) << 16
            archive.writestr(entry, file.read_bytes())
    with pytest.raises(PigeonError, match=r"there is no such pack"):
        install("small", path)
    assert not (data / "packs").exists()


def test_words_of_a_manifest_do_not_steer_a_terminal(pack: Path):
    text = (pack / "pack.toml").read_text("utf-8").replace("A pack for tests", "\\u001B]0;owned\\u0007")
    (pack / "pack.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PigeonError, match=r"pack\.toml: summary .*characters that are not shown"):
        open_pack(pack)


def test_the_hash_is_of_the_very_bytes(pack: Path):
    manifest = open_pack(pack).manifest
    sha256 = hashlib.sha256(b"").hexdigest()
    other = replace(manifest, head=replace(manifest.head, sha256=sha256))
    with pytest.raises(PigeonError, match=rf"head\.npz: is not the file .*it must be {sha256}"):
        replace(open_pack(pack), manifest=other).verify()
