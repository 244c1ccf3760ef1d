"""The training table: features of photographs whose place is known."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.territories import country_on_map
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.errors import PigeonError

Floats = NDArray[np.float32]

TOLD = 10
"""Rows with the same fault that are told one by one; more of them are counted."""


@dataclass(frozen=True, eq=False)
class TrainingPhotographs:
    """n photographs: their features, those of their mirror images, and what is known of where they were taken.

    `latitude`, `longitude`: shape (n,), NaN where only the country is known. `place`: photographs of one place
    or album share it; data are split on it, never on the photograph. `trust`: 1, or less where the label may
    be wrong. `domain`: where the photographs come from, for figures by kind. `encoder_sha256`: of the encoder that
    made the features, empty where the file does not say.
    """

    features: Features
    mirrored: Features
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    country_code: NDArray[np.str_]
    place: NDArray[np.str_]
    domain: NDArray[np.str_]
    trust: Floats
    encoder_sha256: str = ""

    def __len__(self) -> int:
        return len(self.place)

    @property
    def has_coordinate(self) -> NDArray[np.bool_]:
        return np.isfinite(self.latitude) & np.isfinite(self.longitude)

    @classmethod
    def read(
        cls, path: Path, countries: Collection[str] | None = None, folds: int = 2
    ) -> tuple[TrainingPhotographs, tuple[str, ...]]:
        """Read a features file (.npz): `embedding`, `mean_token`, their `_flipped` twins, `latitude`,
        `longitude`, `country_code`, `place`, and optionally `photo`, `domain`, `quality` (B counts half) and
        `encoder_sha256`.

        Rows that cannot be trained on are left out, and told in the texts beside the photographs; so are those
        of which the country is not among `countries`, those with geocells, if they are given.

        Raises:
            PigeonError: not such a file, no row of it can be used, or it has fewer places than `folds`.
        """
        arrays = _arrays(path)
        n = len(arrays["place"])
        codes = np.array([country_on_map(str(code)) for code in arrays["country_code"]], np.str_).reshape(n)
        kept, problems = _usable(path, arrays, codes, countries)
        if not len(kept):
            raise PigeonError(f"{path}: none of its {n:,} rows can be used. {problems[0]}")
        quality = arrays.get("quality", np.full(n, "A"))
        photographs = cls(
            features=_features(arrays, "", kept),
            mirrored=_features(arrays, "_flipped", kept),
            latitude=arrays["latitude"][kept].astype(np.float64),
            longitude=arrays["longitude"][kept].astype(np.float64),
            country_code=codes[kept],
            place=arrays["place"][kept],
            domain=arrays.get("domain", np.full(n, "photo"))[kept],
            trust=np.where(quality[kept] == "B", 0.5, 1.0).astype(np.float32),
            encoder_sha256=str(arrays.get("encoder_sha256", "")),
        )
        places = len(np.unique(photographs.place))
        if places < folds:
            raise PigeonError(
                f"{path}: its photographs are of {places} place{'s' * (places != 1)}, and {folds} folds need as many "
                "places at least. Add photographs of other places, or take fewer folds."
            )
        return photographs, problems

    def require_encoder(self, path: Path, sha256: str) -> tuple[str, ...]:
        """Refuse features that another encoder made; a note where the file `path`, which they are from, does not say.

        Raises:
            PigeonError: with both hashes.
        """
        if not self.encoder_sha256:
            return (f"{path}: does not say which encoder made it; it is taken for the one given.",)
        if self.encoder_sha256 != sha256:
            raise PigeonError(
                f"{path}: was made with the encoder of SHA-256 {self.encoder_sha256}, but the one given has {sha256}. "
                "Give the right one, or make the features again by `pigeon train features`."
            )
        return ()

    def weights(self) -> Floats:
        """How much each photograph counts, mean 1: neither a country with many places nor a place with many
        pictures may drown the others (1/√places of the country, 1/√pictures of the place, times trust)."""
        _, at, pictures = np.unique(self.place, return_inverse=True, return_counts=True)
        pairs = np.unique(np.stack([self.country_code, self.place]), axis=1)
        countries, places = np.unique(pairs[0], return_counts=True)
        places_here = places[np.searchsorted(countries, self.country_code)]
        weights = self.trust / np.sqrt(places_here * pictures[at])
        return np.asarray(weights / weights.mean(), np.float32)

    def place_weights(self) -> Floats:
        """How much each photograph counts in figures, mean 1: every place the same, times trust."""
        _, at, pictures = np.unique(self.place, return_inverse=True, return_counts=True)
        weights = self.trust / pictures[at]
        return np.asarray(weights / weights.mean(), np.float32)

    def folds(self, count: int, seed: int = 0) -> NDArray[np.int64]:
        """A fold 0..count-1 for each photograph, shape (n,); a place is never in two."""
        places, at = np.unique(self.place, return_inverse=True)
        order = np.random.default_rng(seed).permutation(len(places))
        return np.asarray((order % count)[at], np.int64)


_REQUIRED: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("embedding", "embedding_flipped", "mean_token", "mean_token_flipped"), (2, "f")),
    **dict.fromkeys(("latitude", "longitude"), (1, "f")),
    **dict.fromkeys(("country_code", "place"), (1, "U")),
}
_OPTIONAL: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("photo", "domain", "quality"), (1, "U")),
    "encoder_sha256": (0, "U"),
}
"""Arrays of a features file: their number of axes, and the kind of their type (f: floating point, U: text)."""


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a features file, of the right shapes and types."""
    again = "Make one by `pigeon train features`."
    try:
        with path.open("rb") as stream:  # numpy leaves a file open that it cannot read
            file = np.load(stream, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ValueError("one array alone")
            names = [name for name in (*_REQUIRED, *_OPTIONAL) if name in _REQUIRED or name in file.files]
            arrays: dict[str, NDArray[Any]] = {name: np.asarray(file[name]) for name in names}
    except (OSError, ValueError, KeyError, EOFError, MemoryError, RuntimeError, BadZipFile, zlib.error) as error:
        raise PigeonError(f"{path}: not a features file ({error}). {again}") from error
    for name, array in arrays.items():
        axes, kind = _REQUIRED.get(name) or _OPTIONAL[name]
        if array.ndim != axes or array.dtype.kind != kind:
            wanted = f"{axes} {'axis' if axes == 1 else 'axes'} of {'numbers' if kind == 'f' else 'text'}"
            raise PigeonError(f"{path}: {name} must have {wanted}, it has {array.ndim} of {array.dtype}. {again}")
    n = len(arrays["place"])
    for name, array in arrays.items():
        if array.ndim and len(array) != n:
            raise PigeonError(f"{path}: its arrays differ in length, {name} has {len(array)} rows of {n}. {again}")
        if array.shape != arrays.get(f"{name}_flipped", array).shape:
            raise PigeonError(f"{path}: {name} and {name}_flipped differ in shape. {again}")
    if not n:
        raise PigeonError(f"{path}: holds no photographs. {again}")
    return arrays


def _features(arrays: Mapping[str, NDArray[Any]], suffix: str, rows: NDArray[np.int64]) -> Features:
    embedding, mean_token = (arrays[f"{name}{suffix}"][rows].astype(np.float32) for name in ("embedding", "mean_token"))
    return Features(embedding, mean_token)


def _usable(
    path: Path, arrays: Mapping[str, NDArray[Any]], codes: NDArray[np.str_], countries: Collection[str] | None
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The rows that can be trained on, and what is wrong with the others."""
    latitude, longitude = arrays["latitude"], arrays["longitude"]
    finite = np.all([np.isfinite(a).all(axis=1) for name, a in arrays.items() if a.ndim == 2], axis=0)
    unknown = np.isnan(latitude), np.isnan(longitude)
    faults = (
        (~finite, "its features are not all finite numbers. Encode the photograph again."),
        ((np.abs(latitude) > 90) | (np.abs(longitude) > 180), "its coordinate is not on the globe. Correct it."),
        (unknown[0] != unknown[1], "has only one half of a coordinate. Add the other, or make both NaN."),
        (
            np.char.strip(arrays["place"]) == "",
            "names no place. Give the one that it shares with photographs of its scene or album.",
        ),
        (unknown[0] & (codes == ""), "has neither a coordinate nor a country. Add one of them."),
        (
            ~np.isin(codes, list(countries)) if countries is not None else np.zeros(len(codes), bool),
            "its country has no geocell. Correct its code, or take geocells that have the country.",
        ),
    )
    bad = np.zeros(len(codes), bool)
    problems: list[str] = []
    for found, fault in faults:
        rows = np.flatnonzero(found & ~bad)
        bad |= found
        problems += _told(path, rows.tolist(), fault, arrays, codes)
    if bad.any():
        problems.append(f"{path}: {bad.sum():,} of {len(bad):,} photographs are left out.")
    return np.flatnonzero(~bad), tuple(problems)


def _told(
    path: Path, rows: list[int], fault: str, arrays: Mapping[str, NDArray[Any]], codes: NDArray[np.str_]
) -> Iterator[str]:
    """The first rows with a fault, and how many more there are. Rows are counted from 0, as in the arrays."""
    for row in rows[:TOLD]:
        photo = f"{arrays['photo'][row]}, " if "photo" in arrays else ""
        where = f"{arrays['latitude'][row]}, {arrays['longitude'][row]}, country {codes[row] or 'unknown'}"
        yield f"{path}: row {row} ({photo}{where}): {fault}"
    if len(rows) > TOLD:
        yield f"{path}: and {len(rows) - TOLD:,} more rows like the last. {fault[:1].upper()}{fault[1:]}"
