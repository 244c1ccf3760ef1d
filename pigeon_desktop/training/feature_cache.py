"""The cache of features: what was encoded once is not encoded again, and a killed run loses next to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.cases.database import Kind, clear_errors, connect
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature

HALF = "<f2"
SCHEMA = """
CREATE TABLE features (
    photo TEXT NOT NULL,
    encoder TEXT NOT NULL,
    embedding BLOB NOT NULL,
    embedding_flipped BLOB NOT NULL,
    mean_token BLOB NOT NULL,
    mean_token_flipped BLOB NOT NULL,
    PRIMARY KEY (photo, encoder)
) STRICT;
"""
KIND = Kind(
    application_id=0x50466561,  # "PFea"
    migrations=(SCHEMA,),
    name="a cache of features",
    foreign="Name another file with --cache.",
    damaged="Delete it: it is made again; or name another file with --cache.",
)
"""When pictures are decoded or transformed otherwise this needs a migration that forgets older features."""


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
        with clear_errors(path, KIND):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = connect(path, KIND, create=True)
            # A power cut may cost the last rows; a kill costs none.
            self._database.execute("PRAGMA synchronous = NORMAL")

    def read(self, photos: Iterable[str]) -> dict[str, EncodedPhoto]:
        """Features of those of the photographs, by the SHA-256 of their files, that are in the cache."""
        question = (
            "SELECT embedding, embedding_flipped, mean_token, mean_token_flipped FROM features "
            "WHERE photo = ? AND encoder = ?"
        )
        with clear_errors(self._path, KIND):
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
        with clear_errors(self._path, KIND):
            self._database.execute(
                "INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?, ?, ?)", (photo, self._encoder, *blobs)
            )

    def __enter__(self) -> FeatureCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
