"""A whole case made by hand, without a model: what somebody hostile has in hands before changing it."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from pigeon_desktop.cases import audit
from pigeon_desktop.cases.answers import digest, packed
from pigeon_desktop.cases.case import COPIES, Case
from pigeon_desktop.cases.vectors import Model
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.prediction import Prediction
from tests.reports.predictions import CELLS, MARK, abstained, located

MODEL = Model("ab" * 32 + ":1", "cd" * 32)
CONFIRMED = Verdict("confirmed", 31.25, 3.75, 1, "Lisbon, Portugal", "A note", "Ana")


def made_case(folder: Path, more: tuple[Prediction, ...] = ()) -> Path:
    """A case of two photographs, or more, with answers, a verdict, copies, features and beliefs, in `folder`."""
    told = (located(), abstained(), *more)
    run = {"tool": audit.TOOL, "pack_name": MARK.name, "pack_version": MARK.version, "pack_sha256": MARK.sha256}
    run |= {"licence": "none", "device": "CPU (of a kind)", "self_check": 0.999, "within": "", "top": 5}
    run |= {"model": MODEL.belief}
    with Case.create(folder, "To see what is refused", keeps_copies=True) as case:
        with case.writing() as database:
            database.execute("INSERT INTO roots VALUES (1, ?)", (os.fsencode(folder.parent / "photos"),))
            columns = ", ".join(["id", "begun", *run])
            marks = ", ".join("?" * (len(run) + 2))
            database.execute(f"INSERT INTO runs ({columns}) VALUES ({marks})", (1, audit.now(), *run.values()))
            audit.append(database, "run began", {"run": 1, **run})
            read, answers = [], []
            for number, prediction in enumerate(told, start=1):
                content = b"picture %d" % number
                sha256 = hashlib.sha256(content).hexdigest()
                copy = Path(COPIES, sha256[:2], f"{sha256}.jpg")
                (folder / copy).parent.mkdir(parents=True, exist_ok=True)
                (folder / copy).write_bytes(content)
                path, record = os.fsencode(folder.parent / "photos" / prediction.path.name), packed(prediction)
                database.execute(
                    "INSERT INTO photos (id, sha256, width, height, likeness, copy) VALUES (?, ?, 100, 80, 7, ?)",
                    (number, sha256, copy.as_posix()),
                )
                database.execute(
                    "INSERT INTO files (path, root, size, mtime_ns, photo, gone) VALUES (?, 1, 9, 9, ?, 1)",
                    (path, number),
                )
                database.execute(
                    "INSERT INTO answers VALUES (?, 1, ?, 0.5, 'PT', 'Lisbon', 31.25, 3.75, ?)",
                    (number, prediction.status, record),
                )
                read.append([os.fsdecode(path), sha256])
                answers.append([sha256, digest(record)])
            audit.append(database, "answers", {"run": 1, "read": read, "failed": [], "answers": answers})
        case.decide(1, CONFIRMED, 1)
        noise = np.random.default_rng(1)
        beliefs = noise.dirichlet(np.ones(len(CELLS)), len(read))
        with closing(case.vectors()) as vectors:
            features = [
                Features(noise.normal(size=(1, 8)).astype(np.float32), noise.normal(size=(1, 12)).astype(np.float32))
                for _ in read
            ]
            hashes = [sha256 for _, sha256 in read]
            vectors.put(dict(zip(hashes, features, strict=True)), dict(zip(hashes, beliefs, strict=True)), MODEL)
    return folder


RECORD: dict[str, Any] = json.loads(zlib.decompress(packed(located())))
FIRST = RECORD["candidates"][0]


def record(**change: Any) -> bytes:
    """An answer as a case keeps it, with some of it changed."""
    return zlib.compress(json.dumps(RECORD | change).encode())


def of_first(**change: Any) -> bytes:
    """The same, of which the first candidate is changed."""
    return record(candidates=[FIRST | change])
