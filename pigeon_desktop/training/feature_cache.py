"""The cache of features: what was encoded once is not encoded again, and a killed run loses next to nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature

APPLICATION = 0x50466561
"""SQLite's application_id of such a file: "PFea"."""
VERSION = 1
"""Its user_version. Raise it when pictures are decoded or transformed otherwise: older features are then refused."""

HALF = "<f2"
WAIT_S = 30.0
"""How long to wait for another process that writes."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    photo TEXT NOT NULL,
    encoder TEXT NOT NULL,
    embedding BLOB NOT NULL,
    embedding_flipped BLOB NOT NULL,
    mean_token BLOB NOT NULL,
    mean_token_flipped BLOB NOT NULL,
    PRIMARY KEY (photo, encoder)
) STRICT
"""


@dataclass(frozen=True, eq=False)
class EncodedPhoto:
    """Features of one photograph and of its mirror image, as `Features` has them, float16, shape (e,) and (w,)."""

    embedding: NDArray[np.float16]
    embedding_flipped: NDArray[np.float16]
    mean_token: NDArray[np.float16]
    mean_token_flipped: NDArray[np.float16]


class FeatureCache:
    """Features by the SHA-256 of the photograph's file and that of the encoder, in an SQLite file.

    Every `put` is committed at once, so what was put outlasts a kill. `widths` are those of the encoder's features.
    For one thread; processes may share the file.

    Raises:
        PigeonError: also from the methods: the file is damaged, no such cache, or cannot be read or written.
    """

    def __init__(self, path: Path, encoder_sha256: str, widths: Mapping[Feature, int]) -> None:
        self._path, self._encoder = path, encoder_sha256
        self._lengths = tuple(2 * widths[name] for name in ("embedding", "embedding", "mean_token", "mean_token"))
        with self._clear_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._database.close()
                raise

    def _open(self) -> None:
        ask = self._database.execute
        # Looked at first: another program's file must stay as it is.
        marks = [ask(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        if marks == [0, 0] and not ask("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            ask("BEGIN IMMEDIATE")
            ask(SCHEMA)
            ask(f"PRAGMA application_id = {APPLICATION}")
            ask(f"PRAGMA user_version = {VERSION}")
            ask("COMMIT")
        elif marks[0] != APPLICATION:
            raise self._foreign()
        elif marks[1] != VERSION:
            raise PigeonError(
                f"{self._path}: was written by another version of the program (format {marks[1]}, this one has "
                f"{VERSION}). Delete it, it is made again; or name another file with --cache."
            )
        ask("PRAGMA journal_mode = WAL")
        # A power cut may cost the last rows; a kill costs none.
        ask("PRAGMA synchronous = NORMAL")

    def read(self, photos: Iterable[str]) -> dict[str, EncodedPhoto]:
        """Features of those of the photographs, by the SHA-256 of their files, that are in the cache."""
        question = (
            "SELECT embedding, embedding_flipped, mean_token, mean_token_flipped FROM features "
            "WHERE photo = ? AND encoder = ?"
        )
        with self._clear_errors():
            rows = {photo: self._database.execute(question, (photo, self._encoder)).fetchone() for photo in photos}
        return {photo: self._encoded(photo, row) for photo, row in rows.items() if row is not None}

    def _encoded(self, photo: str, row: tuple[bytes, ...]) -> EncodedPhoto:
        if tuple(map(len, row)) != self._lengths:
            raise PigeonError(
                f"{self._path}: is damaged, the features of photograph {photo[:16]} have the wrong length. "
                "Delete it: it is made again."
            )
        return EncodedPhoto(*(np.frombuffer(blob, HALF).astype(np.float16) for blob in row))

    def put(self, photo: str, encoded: EncodedPhoto) -> None:
        """Keep the features of the photograph whose file has this SHA-256; they are on disk when this returns."""
        blobs = [getattr(encoded, field.name).astype(HALF).tobytes() for field in fields(encoded)]
        if tuple(map(len, blobs)) != self._lengths:
            raise ValueError(f"features of {[len(b) // 2 for b in blobs]} numbers, not of the widths of the cache")
        with self._clear_errors():
            self._database.execute(
                "INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?, ?, ?)", (photo, self._encoder, *blobs)
            )

    def __enter__(self) -> FeatureCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def _foreign(self) -> PigeonError:
        return PigeonError(f"{self._path}: is no cache of features. Name another file with --cache.")

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code == sqlite3.SQLITE_NOTADB:
                raise self._foreign() from error
            if code & 0xFF == sqlite3.SQLITE_CORRUPT:
                raise PigeonError(f"{self._path}: is damaged ({error}). Delete it: it is made again.") from error
            raise PigeonError(
                f"{self._path}: cannot be used ({error}). Free some space, check its permissions, "
                "or name another file with --cache."
            ) from error
        except OSError as error:
            raise PigeonError(
                f"{self._path}: cannot be made ({error.strerror or error}). Name another file with --cache."
            ) from error
