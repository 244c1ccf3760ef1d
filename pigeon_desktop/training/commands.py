"""What the terminal's verbs for making packs do, from files to files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Manifest
from pigeon_desktop.packs.store import file_sha256, read_pack
from pigeon_desktop.training.card import PackIdentity
from pigeon_desktop.training.cells.division import divide
from pigeon_desktop.training.cells.geocells import Points, merge_regions
from pigeon_desktop.training.cells.places import choose_places
from pigeon_desktop.training.heads.head import HeadOptions
from pigeon_desktop.training.heads.location_encoder import LocationEncoder
from pigeon_desktop.training.heads.prototypes import add_prototypes, make_prototypes
from pigeon_desktop.training.heads.refinement import Comparison, compare
from pigeon_desktop.training.heads.targets import Classes
from pigeon_desktop.training.measuring.validation import cross_validate, read_held_out, write_held_out
from pigeon_desktop.training.pack import clip_encoder_spec, write_pack
from pigeon_desktop.training.photographs import TrainingPhotographs

Stage = Callable[[str, int, int], None]
"""Called with what is being done, how much of it, and of how much."""


def build_cells(
    points: Path, min_size: int, max_size: int | None, out: Path, stage: Stage, cancelled: Callable[[], bool]
) -> GeocellSet:
    """`pigeon cells build`: geocells from a table of points, or from the gallery in GeoCLIP's wheel.

    With `max_size` merged cells that hold more points are divided; without it they stay as they are.
    """

    def progress(done: int, total: int) -> None:
        stage("Building cells", done, total)

    atlas, where = load_atlas(), read_points(points)
    if max_size is None:
        cells = merge_regions(atlas, where, min_size, progress, cancelled)
    else:
        cells = divide(atlas, where, min_size, max_size, progress=progress, cancelled=cancelled)
    cells.write(out)
    return cells


def read_points(path: Path) -> Points:
    """Points of a CSV file, or of the gallery in GeoCLIP's wheel."""
    if path.suffix == ".whl":
        return Points(*LocationEncoder.read(path).gallery.T)
    return Points.read(path)


def _sha256(encoder: Path) -> str:
    try:
        return file_sha256(encoder)[0]
    except OSError as error:
        raise PigeonError(f"{encoder}: cannot be read ({error.strerror}). Give the ONNX image tower.") from error


@dataclass(frozen=True)
class HeadFiles:
    """What `pigeon train head` reads."""

    features: Path
    cells: Path
    location_encoder: Path | None
    encoder: Path


def train_head(
    files: HeadFiles,
    identity: PackIdentity,
    options: HeadOptions,
    places: int,
    folds: int,
    out: Path,
    stage: Stage,
    say: Callable[[str], None],
    cancelled: Callable[[], bool],
    held_out: Path | None = None,
) -> Manifest:
    """`pigeon train head`: cross-validate, train on everything, write the pack's folder.

    What is left out of the training, and why, is told to `say`. `held_out` gets the beliefs about held-out places.
    """
    cells = GeocellSet.read(files.cells)
    photographs, problems = TrainingPhotographs.read(files.features, set(cells.country_code.tolist()), folds)
    for message in (*problems, *photographs.require_encoder(files.features, _sha256(files.encoder))):
        say(message)
    classes = Classes.of_cells(cells)
    if options.kind == "location":
        if files.location_encoder is None:
            raise PigeonError("A head of kind location needs the wheel of geoclip 1.3.0. Name it, or take kind linear.")
        location_encoder = LocationEncoder.read(files.location_encoder)
        stage("Choosing places", 0, 0)
        classes = choose_places(cells, Points(*location_encoder.gallery.T), location_encoder, places)
    validation = cross_validate(
        photographs,
        cells,
        classes,
        options,
        folds,
        lambda done, total: stage("Cross-validation", done, total),
        cancelled,
    )
    if held_out is not None:
        write_held_out(held_out, validation.held_out, photographs.folds(folds))
    return write_pack(
        out,
        identity,
        clip_encoder_spec(files.encoder, identity.encoder_source),
        files.encoder,
        photographs,
        classes,
        options,
        validation,
        load_atlas(),
        lambda done, total: stage("Training", done, total),
        cancelled,
    )


def train_prototypes(
    folder: Path,
    features: Path,
    held_out: Path,
    keep: bool,
    stage: Stage,
    say: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> tuple[Comparison, bool]:
    """`pigeon train prototypes`: what they are worth, and whether they were added to the pack in `folder`.

    They are if they help, or with `keep` in any case; else the pack stays as it is.
    """
    pack = read_pack(folder)
    names, cells = pack.manifest.head.features, GeocellSet.read(pack.path_of(pack.manifest.geocells))
    photographs, problems = TrainingPhotographs.read(features, set(cells.country_code.tolist()))
    for message in (*problems, *photographs.require_encoder(features, pack.manifest.encoder.sha256)):
        say(message)
    beliefs, fold = read_held_out(held_out, photographs, cells)
    comparison = compare(
        beliefs,
        fold,
        names,
        pack.manifest.head.temperature,
        lambda done, total: stage("Comparing", done, total),
        cancelled,
    )
    added = comparison.helps or keep
    if added:
        everything = np.arange(len(photographs))
        prototypes = make_prototypes(
            photographs, everything, cells, beliefs.cell, names, comparison.temperature, cancelled
        )
        add_prototypes(pack, prototypes, comparison.evaluation())
    return comparison, added
