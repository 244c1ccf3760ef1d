"""What was computed once in a case: features by photograph and encoder, beliefs by photograph, encoder and head.

It lies in a file of its own, beside the case's: large, and made again if it is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.cases.database import Kind, clear_errors, connect, transaction
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.errors import PigeonError

SCHEMA = """
CREATE TABLE features (
    photo TEXT NOT NULL,
    encoder TEXT NOT NULL,
    embedding BLOB NOT NULL,
    mean_token BLOB NOT NULL,
    UNIQUE (photo, encoder)
) STRICT;
CREATE TABLE beliefs (
    photo TEXT NOT NULL,
    model TEXT NOT NULL,
    belief BLOB NOT NULL,
    UNIQUE (photo, model)
) STRICT;
"""
KIND = Kind(
    application_id=0x50476356,  # "PGcV"
    migrations=(SCHEMA,),
    name="a case's file of features",
    foreign="Move it away: the case keeps its own there.",
    damaged="Delete it: it is made again, from the photographs.",
)
ASKED_AT_ONCE = 500
PACKED = "<f4"
MOST = 1e6
"""No feature of an encoder comes near to it, and its square is still a number."""


@dataclass(frozen=True)
class Model:
    """By what vectors are known: SHA-256s of the encoder's file and of what makes beliefs of its features."""

    encoder: str
    head: str

    @property
    def belief(self) -> str:
        return f"{self.encoder}:{self.head}"


class Vectors:
    """The file, for one thread. Photographs are known by the SHA-256 of their files, in hex.

    Raises:
        PigeonError: also from the methods: it is damaged, or cannot be read or written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._database = connect(path, KIND, create=True, read_only=read_only)
        if not read_only:
            # A power cut may cost the last rows, which are computed again; a kill costs none.
            self._database.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        self._database.close()

    def copy(self, path: Path) -> None:
        """A copy of the file, as it is now."""
        with clear_errors(path, KIND):
            self._database.execute("VACUUM INTO ?", (str(path),))

    def encoded(self, encoder: str) -> set[str]:
        """The photographs whose features are there."""
        with clear_errors(self.path, KIND):
            return {
                photo for (photo,) in self._database.execute("SELECT photo FROM features WHERE encoder = ?", (encoder,))
            }

    def put(self, features: Mapping[str, Features], beliefs: Mapping[str, NDArray[np.floating]], model: Model) -> None:
        """Keep features of one photograph each, and beliefs, shape (cells,); on disk when this returns."""
        with clear_errors(self.path, KIND), transaction(self._database):
            self._database.executemany(
                "INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?)",
                [
                    (photo, model.encoder, _bytes(f.embedding[0]), _bytes(f.mean_token[0]))
                    for photo, f in features.items()
                ],
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO beliefs VALUES (?, ?, ?)",
                [(photo, model.belief, _bytes(belief)) for photo, belief in beliefs.items()],
            )

    def features(self, photos: Sequence[str], model: Model) -> dict[str, Features]:
        """Features of those of the photographs that have some."""
        question = "SELECT photo, embedding, mean_token FROM features WHERE encoder = ?"
        return {
            photo: Features(self._vector(embedding)[None], self._vector(mean_token)[None])
            for photo, embedding, mean_token in self._rows(question, photos, model.encoder)
        }

    def beliefs(self, photos: Sequence[str], model: str, cells: int) -> dict[str, NDArray[np.float32]]:
        """Beliefs over so many cells about those of the photographs that have one, by `Model.belief`."""
        rows = self._rows("SELECT photo, belief FROM beliefs WHERE model = ?", photos, model)
        found = {photo: self._vector(belief) for photo, belief in rows}
        if any(belief.shape != (cells,) for belief in found.values()):
            raise PigeonError(f"{self.path}: is damaged, a belief is not over {cells} cells. {KIND.damaged}")
        if any(belief.min() < 0 or abs(float(belief.sum(dtype=np.float64)) - 1) > 5e-5 for belief in found.values()):
            raise PigeonError(f"{self.path}: is damaged, a belief does not sum to 1. {KIND.damaged}")
        return found

    def _rows(self, question: str, photos: Iterable[str], key: str) -> Iterator[Any]:
        left = iter(photos)
        while asked := list(islice(left, ASKED_AT_ONCE)):
            marks = ",".join("?" * len(asked))
            with clear_errors(self.path, KIND):
                yield from self._database.execute(f"{question} AND photo IN ({marks})", (key, *asked)).fetchall()

    def _vector(self, blob: object) -> NDArray[np.float32]:
        # SQLite holds a table to its types only when it writes.
        whole = isinstance(blob, bytes) and blob and len(blob) % 4 == 0
        vector = np.frombuffer(blob, PACKED) if isinstance(blob, bytes) and whole else np.array([np.nan])
        if not np.all(np.abs(vector) <= MOST):
            raise PigeonError(f"{self.path}: is damaged, a vector is none. {KIND.damaged}")
        return vector.astype(np.float32)


def _bytes(vector: NDArray[np.floating]) -> bytes:
    return vector.astype(PACKED).tobytes()
