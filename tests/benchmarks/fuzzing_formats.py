"""Changed files, as many as fit into a time, read by the program in a process of its own; see the test beside it.

Run as `python -m tests.benchmarks.fuzzing_formats SECONDS SEED FOLDER`: prints a JSON object with the number of inputs
a format and the findings, whose files stay in FOLDER.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import lzma
import shutil
import sqlite3
import sys
import time
import traceback
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.head import packed, read_head
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.graph import check_graph
from pigeon_desktop.packs.manifest import parse_manifest
from pigeon_desktop.packs.store import open_pack
from tests.benchmarks.peers import peak_mib
from tests.cases.asked import QUICK, ask_all
from tests.cases.made import made_case
from tests.cells import grid_cells
from tests.packs import graphs

MOST_SECONDS = 10.0
MOST_BYTES = 3 << 29
"""1.5 GiB, resident."""
WORDS = [
    b"\0",
    b"\xff" * 4,
    b"nan",
    b"-1",
    b"1e999",
    b"[",
    b"]",
    b"{",
    b'"',
    b"\n",
    b"PK\x01\x02",
    b"..",
    b"9" * 30,
    b"inf",
]
VALUES: list[object] = [
    None,
    0,
    -1,
    2**63 - 1,
    9e999,
    -0.0,
    1e308,
    "",
    "\0",
    "x" * 5000,
    b"",
    b"\0" * 99,
    "[" * 3000,
    "{}",
    "NaN",
]
VALUES += ["../../etc/passwd", b"/etc/passwd", b"../\0", "\ud7ff\uffff", "=1+1", b"\xff\xfe", "[[1]]", '{"run": []}']


def mutated(data: bytes, noise: np.random.Generator) -> bytes:
    """Bytes with some changed, cut out, doubled or put in."""
    out = bytearray(data)
    for _ in range(int(noise.integers(1, 3))):
        at = int(noise.integers(0, max(len(out), 1)))
        length = int(noise.integers(1, 40))
        match noise.integers(0, 6):
            case 0:
                out[at : at + 1] = bytes([int(noise.integers(0, 256))])
            case 1:
                out[at : at + 1] = bytes([(out[at] if at < len(out) else 0) ^ 1 << int(noise.integers(0, 8))])
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length] * int(noise.integers(1, 4))
            case 4:
                out[at : at + length] = noise.bytes(length)
            case _:
                out[at:at] = WORDS[int(noise.integers(0, len(WORDS)))]
    return bytes(out)


class Fuzzing:
    """Changes the same small files again and again; `findings` are tracebacks by the names of the files kept."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.noise = folder, np.random.default_rng(seed)
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.findings: dict[str, str] = {}
        self.slowest = 0.0
        pack = open_pack("default")
        self.spec, self.toml = pack.manifest.head, (pack.folder / "pack.toml").read_bytes()
        grid_cells(3, 4).write(folder / "cells.xz")
        self.cells = (folder / "cells.xz").read_bytes()
        self.head = self._small_head()
        self.onnx = graphs.model(graphs.branching(graphs.graph())).SerializeToString()
        self.case = made_case(folder / "case")

    def _small_head(self) -> bytes:
        arrays: dict[str, np.ndarray] = {}
        for name, shape in {"weight": (6, 5), "hidden_weight": (6, 2), "hidden_out": (2, 5), "places": (4, 3)}.items():
            arrays |= packed(name, self.noise.normal(size=shape).astype(np.float32))
        for name, size in {"mean": 6, "scale": 6, "bias": 5, "hidden_bias": 2}.items():
            arrays[name] = np.abs(self.noise.normal(size=size)).astype(np.float32) + 0.1
        arrays |= {"cell": np.array([0, 1, 2, 2], np.int32), "country": np.array([0, 0, 1, 1], np.int32)}
        shapes.write_arrays(self.folder / "head.xz", arrays)
        read_head(self.folder / "head.xz", self.spec, 3)
        return (self.folder / "head.xz").read_bytes()

    def manifest(self) -> None:
        parse_manifest(Path("pack.toml"), self._kept("pack.toml", mutated(self.toml, self.noise)))

    def graph(self) -> None:
        self._kept("encoder.onnx", mutated(self.onnx, self.noise))
        check_graph(self.folder / "encoder.onnx")

    def geocells(self) -> None:
        self._arrays("cells.xz", self.cells)
        GeocellSet.read(self.folder / "cells.xz").touching(grid_cells(1, 1).polygons[0])

    def a_head(self) -> None:
        self._arrays("head.xz", self.head)
        read_head(self.folder / "head.xz", self.spec, 3)

    def case_bytes(self) -> None:
        folder = self._copied_case()
        name = ("case.sqlite", "features.sqlite")[int(self.noise.integers(0, 2))]
        (folder / name).write_bytes(mutated((folder / name).read_bytes(), self.noise))
        self._asked(folder)

    def case_values(self) -> None:
        """A value of any kind in any column, as SQLite lets it in with its checks off."""
        folder = self._copied_case()
        name = ("case.sqlite", "case.sqlite", "features.sqlite")[int(self.noise.integers(0, 3))]
        with closing(sqlite3.connect(folder / name)) as database:
            database.execute("PRAGMA ignore_check_constraints = ON")
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for _ in range(int(self.noise.integers(1, 4))):
                table = tables[int(self.noise.integers(0, len(tables)))]
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                column = columns[int(self.noise.integers(0, len(columns)))]
                value = VALUES[int(self.noise.integers(0, len(VALUES)))]
                if column == "record":
                    value = self._record(database)
                self._tried(database, f"UPDATE {table} SET {column} = ?", (value,))
            database.commit()
        self._asked(folder)

    def _record(self, database: sqlite3.Connection) -> bytes:
        (record,) = database.execute("SELECT record FROM answers WHERE photo = 1").fetchone()
        return zlib.compress(mutated(zlib.decompress(record), self.noise))

    def _tried(self, database: sqlite3.Connection, statement: str, values: tuple[object, ...] = ()) -> None:
        with contextlib.suppress(sqlite3.Error):  # SQLite itself does not let it in
            database.execute(statement, values)

    def _copied_case(self) -> Path:
        copy = self.folder / "changed"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.case, copy)
        return copy

    def _asked(self, folder: Path) -> None:
        often = self.counts.total() % 40 == 0
        if errors := ask_all(folder, (*QUICK, "html") if often else QUICK, read_only=bool(self.noise.integers(0, 2))):
            raise errors[0]

    def _arrays(self, name: str, data: bytes) -> None:
        """Changed as it lies on the disk, or array by array."""
        if self.noise.integers(0, 8):
            arrays = shapes.read_arrays(self._path(name, data))
            chosen = str(self.noise.choice(list(arrays)))
            members = {key: self._member(values, changed=key == chosen) for key, values in arrays.items()}
            raw = io.BytesIO()
            with zipfile.ZipFile(raw, "w") as archive:
                for key, member in members.items():
                    archive.writestr(f"{key}.npy", member)
            data = lzma.compress(raw.getvalue(), preset=0)
        else:
            data = mutated(data, self.noise)
        self._kept(name, data)

    def _member(self, values: np.ndarray, *, changed: bool) -> bytes:
        """An array as numpy writes it; changed: its bytes, its values, its shape or its type."""
        way = int(self.noise.integers(0, 5)) if changed else -1
        if way == 0:
            odd = np.array([np.nan, np.inf, 1e30, -1, 0, 2**31, 1e-45])[int(self.noise.integers(0, 7))]
            values = values.copy()
            with np.errstate(all="ignore"):
                values[self.noise.random(values.shape) < self.noise.random()] = odd.astype(values.dtype)
        elif way == 1:
            forms = (values[:0], values[:1], values[:-1], values.ravel(), values[None], values.ravel()[0], values.T)
            values = np.asarray(forms[int(self.noise.integers(0, 7))])
        elif way == 2:
            kinds = ("<f8", "<f2", "|i1", "|u1", "|b1", "<U3", "<i8", "<u8")
            with np.errstate(all="ignore"), contextlib.suppress(ValueError):
                values = values.astype(kinds[int(self.noise.integers(0, 8))])
        out = io.BytesIO()
        np.lib.format.write_array(out, values.copy("C"), allow_pickle=False)
        return mutated(out.getvalue(), self.noise) if way >= 3 else out.getvalue()

    def _path(self, name: str, data: bytes) -> Path:
        (self.folder / f"whole-{name}").write_bytes(data)
        return self.folder / f"whole-{name}"

    def _kept(self, name: str, data: bytes) -> bytes:
        (self.folder / name).write_bytes(data)
        return data

    def once(self, act: Callable[[], None]) -> None:
        name, start = act.__name__, time.process_time()
        # By the processor's time, for the machine may be busy; what waits for ever is ended.
        faulthandler.dump_traceback_later(6 * MOST_SECONDS, exit=True)
        try:
            act()
        except PigeonError as error:
            self.refused[name] += 1
            if not str(error).strip():
                self._found(name, "an empty message")
        except Exception:  # noqa: BLE001 - what it is looked for
            self._found(name, traceback.format_exc())
        faulthandler.cancel_dump_traceback_later()
        self.counts[name] += 1
        took = time.process_time() - start
        self.slowest = max(self.slowest, took)
        if took > MOST_SECONDS:
            self._found(name, f"took {took:.1f} s")

    def _found(self, name: str, what: str) -> None:
        last = what.strip().splitlines()[-1]
        if any(last in known for known in self.findings.values()):
            return
        place = self.folder / f"finding-{len(self.findings)}"
        files = {"manifest": "pack.toml", "graph": "encoder.onnx", "geocells": "cells.xz", "a_head": "head.xz"}
        source = self.folder / files.get(name, "changed")
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place)
        self.findings[f"{place.name} ({name})"] = what


def main(seconds: float, seed: int, folder: Path) -> None:
    fuzzing, end = Fuzzing(folder, seed), time.perf_counter() + seconds
    cheap = (fuzzing.manifest, fuzzing.graph, fuzzing.geocells, fuzzing.a_head)
    # A case costs as much as ten of the others.
    while time.perf_counter() < end:
        for act in (*cheap * 3, fuzzing.case_bytes, fuzzing.case_values):
            fuzzing.once(act)
    found = {
        "counts": fuzzing.counts,
        "refused": fuzzing.refused,
        "slowest": round(fuzzing.slowest, 2),
        "bytes": round(peak_mib() * 2**20),
        "findings": fuzzing.findings,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
