"""Making prototypes: clusters of training photographs within geocells, and their mean features."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, coordinates, unit_vectors
from pigeon_desktop.engine.head import Standard, unit
from pigeon_desktop.engine.prototypes import Prototypes
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import MANIFEST_NAME, Feature, Manifest, PackFile, manifest_toml
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.packs.writing import whole_file
from pigeon_desktop.training.cells.clusters import optics
from pigeon_desktop.training.photographs import TrainingPhotographs

Rows = NDArray[np.int64]

MIN_SAMPLES = 3
"""Photographs to a cluster at least. Fewer would put somebody's single photograph into the pack."""
FILE_NAME = "prototypes.xz"
XI = 0.05
"""Steepness that bounds a cluster, as PIGEON takes it for the smallest cells."""


@dataclass(frozen=True, eq=False)
class Cluster:
    """Photographs `rows` within the geocell of index `cell`."""

    cell: int
    rows: Rows


def clusters(
    photographs: TrainingPhotographs,
    rows: Rows,
    cell: NDArray[np.int64],
    min_samples: int = MIN_SAMPLES,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Cluster]:
    """The clusters of the photographs `rows`, by cell; `cell` (n,) is that of every photograph, -1 where unknown.

    OPTICS by coordinate within each cell; those in none of its clusters form one by `place`. None has fewer than
    `min_samples` photographs.

    Raises:
        Cancelled: by `cancelled`.
    """
    return [
        Cluster(int(one), members)
        for one in np.unique(cell[rows][cell[rows] >= 0])
        for members in _within(photographs, rows[cell[rows] == one], min_samples, cancelled)
        if len(members) >= min_samples
    ]


def _within(
    photographs: TrainingPhotographs, rows: Rows, min_samples: int, cancelled: Callable[[], bool]
) -> Iterator[Rows]:
    at = EARTH_RADIUS_KM * unit_vectors(photographs.latitude[rows], photographs.longitude[rows])
    label = optics(at, min_samples, XI, cancelled)
    for one in range(label.max(initial=-1) + 1):
        yield rows[label == one]
    rest = rows[label < 0]
    for place in np.unique(photographs.place[rest]):
        yield rest[photographs.place[rest] == place]


def make_prototypes(
    photographs: TrainingPhotographs,
    rows: Rows,
    cells: GeocellSet,
    cell: NDArray[np.int64],
    names: tuple[Feature, ...],
    temperature: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> Prototypes:
    """Prototypes from the photographs `rows` alone, for a head that takes the features `names`; `cell` as above.

    A cluster's features are the mean over its photographs and their mirror images, every place counting the same.
    Its coordinate is their mean where that lies in the cell, as it need not in one that is bent: else the cell's.

    Raises:
        PigeonError: no cell has a cluster.
        Cancelled: by `cancelled`.
    """
    found = clusters(photographs, rows, cell, cancelled=cancelled)
    if not found:
        raise PigeonError(
            f"No geocell has {MIN_SAMPLES} photographs in one spot or of one place, so there are no prototypes. "
            "Add photographs, or take larger cells."
        )
    standard = Standard.of(photographs.features.rows(rows), names)
    space = (standard.inputs(photographs.features) + standard.inputs(photographs.mirrored)) / 2
    shares = [_shares(photographs, one.rows) for one in found]
    vectors = np.stack([share @ space[one.rows] for one, share in zip(found, shares, strict=True)])
    on_globe = unit_vectors(photographs.latitude, photographs.longitude)
    latitude, longitude = coordinates(
        np.stack([share @ on_globe[one.rows] for one, share in zip(found, shares, strict=True)])
    )
    owner = np.array([one.cell for one in found])
    inside = cells.cells_at(latitude, longitude) == owner
    return Prototypes(
        vectors=unit(vectors.astype(np.float32)),
        cell=owner,
        latitude=np.where(inside, latitude, cells.latitude[owner]),
        longitude=np.where(inside, longitude, cells.longitude[owner]),
        standard=standard,
        temperature=temperature,
    )


def _shares(photographs: TrainingPhotographs, rows: Rows) -> NDArray[np.float32]:
    """How much each photograph of a cluster counts, summing to 1: every place the same, times trust."""
    _, at, pictures = np.unique(photographs.place[rows], return_inverse=True, return_counts=True)
    weights = photographs.trust[rows] / pictures[at]
    return np.asarray(weights / weights.sum(), np.float32)


def write_prototypes(prototypes: Prototypes, path: Path) -> None:
    """Write the file that a pack carries, its vectors as float16."""
    shapes.write_arrays(
        path,
        {
            "vectors": prototypes.vectors.astype(np.float16),
            "cell": prototypes.cell.astype(np.int32),
            "latitude": prototypes.latitude.astype(np.float32),
            "longitude": prototypes.longitude.astype(np.float32),
            "mean": prototypes.standard.mean.astype(np.float32),
            "scale": prototypes.standard.scale.astype(np.float32),
            "temperature": np.array([prototypes.temperature]),
            "top": np.array([prototypes.top], np.int32),
            "farthest_km": np.array([prototypes.farthest_km]),
        },
    )


def add_prototypes(pack: Pack, prototypes: Prototypes, evaluation: Mapping[str, Any]) -> None:
    """Write the prototypes into the pack's folder and name them in its pack.toml, with what they were worth.

    Whenever this is killed, the folder holds a whole pack.

    Raises:
        PigeonError: a file cannot be written.
    """
    manifest, file = pack.manifest, pack.folder / FILE_NAME
    if manifest.prototypes is not None:  # others, of which the file is about to change
        _write_manifest(pack.folder, replace(manifest, prototypes=None))
    try:
        write_prototypes(prototypes, file)
    except OSError as error:
        raise PigeonError(f"{file}: cannot be written ({error.strerror or error}). Take a pack of your own.") from error
    spec = PackFile(FILE_NAME, hashlib.sha256(file.read_bytes()).hexdigest())
    evaluations = {**manifest.evaluation, "prototypes": evaluation}
    _write_manifest(pack.folder, replace(manifest, prototypes=spec, evaluation=evaluations))


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    with whole_file(folder / MANIFEST_NAME) as file:
        file.write(manifest_toml(manifest).encode("utf-8"))
