"""Making a pack: cross-validated figures first, then the head on everything, then the files and their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import torch

from pigeon_desktop import __version__
from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.engine.encoder import Encoder, Features, test_pattern
from pigeon_desktop.engine.head import read_head
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import (
    CARD_NAME,
    MANIFEST_NAME,
    EncoderSpec,
    Feature,
    GeocellsSpec,
    HeadSpec,
    Manifest,
    PackFile,
    SelfCheck,
    manifest_toml,
)
from pigeon_desktop.packs.store import file_sha256
from pigeon_desktop.training.card import LICENCE_WEIGHTS, Measured, PackIdentity, card, diagrams
from pigeon_desktop.training.heads.head import FEATURES, HeadOptions, Progress, train_head, write_head
from pigeon_desktop.training.heads.targets import Classes
from pigeon_desktop.training.measuring.validation import CrossValidation
from pigeon_desktop.training.photographs import TrainingPhotographs

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
"""Per channel, as published with CLIP."""


def clip_encoder_spec(model: Path, source: str) -> EncoderSpec:
    """The specification of a CLIP image tower: its embedding is the output with two axes, its tokens that with three.

    Raises:
        PigeonError: the graph has no such outputs, or no fixed square input.
    """
    session = Session(model, "cpu")
    by_axes = {axes: name for name, axes in session.outputs.items()}
    size = session.input_shape[-1]
    if not {2, 3} <= set(by_axes) or not isinstance(size, int) or session.input_shape[-2] != size:
        raise PigeonError(
            f"{model}: a CLIP image tower has a fixed square input, an output (n, e) and one (n, tokens, w); "
            f"this one has input {session.input_shape} and outputs {session.outputs}. Export it again."
        )
    return EncoderSpec(
        **stamped(model),
        source=source,
        input_size=size,
        mean=CLIP_MEAN,
        std=CLIP_STD,
        resize="clip",
        outputs={"embedding": by_axes[2], "mean_token": by_axes[3]},
    )


def write_pack(
    folder: Path,
    identity: PackIdentity,
    encoder_spec: EncoderSpec,
    encoder_file: Path,
    photographs: TrainingPhotographs,
    classes: Classes,
    options: HeadOptions,
    validation: CrossValidation,
    atlas: Atlas,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Manifest:
    """Train the head on every photograph and write the pack's files, pack.toml last.

    `encoder_file` is run on the test pattern for the self-check; it is not copied. Where heads were stopped early,
    this one learns, of all photographs, for as long as half of them did.
    """
    cells = validation.held_out.cells
    if options.patience:
        options = replace(options, patience=0, stop_after=int(np.median(validation.epochs)))
    everything = np.arange(len(photographs))
    trained = train_head(photographs, everything, cells, classes, options, progress, cancelled)
    folder.mkdir(parents=True, exist_ok=True)
    write_head(trained.head, folder / "head.xz")
    cells.write(folder / "geocells.xz")
    validation.calibration.write(folder / "calibration.json")
    measured = Measured.of(validation, atlas)
    for name, drawing in diagrams(validation.outcomes).items():
        (folder / name).write_text(drawing, encoding="utf-8")
    (folder / CARD_NAME).write_text(card(identity, options, len(classes), validation, measured), encoding="utf-8")
    head_spec = HeadSpec(
        **stamped(folder / "head.xz"), kind=options.kind, features=FEATURES, temperature=validation.temperature
    )
    encoder = Encoder(Session(encoder_file, "cpu"), encoder_spec)
    features = encoder.encode(encoder.transform(test_pattern(encoder_spec.input_size))[None])
    written = read_head(folder / "head.xz", head_spec, len(cells))
    top = np.argsort(-written.probabilities(features)[0])[:5]
    manifest = Manifest(
        name=identity.name,
        version=identity.version,
        summary=identity.summary,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        licence_code="MIT",
        licence_weights=LICENCE_WEIGHTS,
        encoder=encoder_spec,
        head=head_spec,
        geocells=GeocellsSpec(**stamped(folder / "geocells.xz"), count=len(cells)),
        self_check=SelfCheck(rounded(features), tuple(str(i) for i in cells.ids[top])),
        calibration=PackFile(**stamped(folder / "calibration.json")),
        evaluation=evaluation_table(measured, "cross-validation over places of the training photographs"),
        training=_training(photographs, options, len(classes), folder),
    )
    # Last of all: a folder without pack.toml is no pack, so a killed run leaves no half of one.
    (folder / MANIFEST_NAME).write_text(manifest_toml(manifest), encoding="utf-8")
    return manifest


class Stamp(TypedDict):
    """The fields of every PackFile."""

    file: str
    sha256: str


def stamped(path: Path) -> Stamp:
    """What the manifest says of a file that is written."""
    return {"file": path.name, "sha256": file_sha256(path)[0]}


def rounded(features: Features) -> dict[Feature, tuple[float, ...]]:
    """The first photograph's features as the self-check of a manifest states them."""
    return {name: tuple(round(float(x), 5) for x in getattr(features, name)[0]) for name in FEATURES}


def evaluation_table(measured: Measured, on: str) -> dict[str, Any]:
    """The short table of pack.toml; `on` says in words what was measured, and how."""

    def short(of: dict[str, Any]) -> dict[str, Any]:
        keys = ("country_top1", "country_top5", "median_km", "geoscore", "ece")
        return {"n": of["n"], **{key: of[key] for key in keys if of[key] is not None}}

    return {
        "on": on,
        "abstained": measured.all["abstained"],
        "all": short(measured.all),
        "located": short(measured.all["located"]),
        "every_place_once": short(measured.by_place),
        **{name: short(of) for name, of in measured.by_domain.items()},
    }


def _training(photographs: TrainingPhotographs, options: HeadOptions, classes: int, folder: Path) -> dict[str, Any]:
    """The run record: what is needed to make the head again."""
    content = hashlib.sha256()
    for array in (photographs.features.embedding, photographs.features.mean_token, photographs.latitude):
        content.update(np.ascontiguousarray(array).tobytes())
    return {
        "photographs": len(photographs),
        "places": len(np.unique(photographs.place)),
        "countries": len(np.unique(photographs.country_code)),
        "features_sha256": content.hexdigest(),
        "geocells_sha256": stamped(folder / "geocells.xz")["sha256"],
        "classes": classes,
        "tool": f"pigeon-desktop {__version__}",
        "libraries": f"numpy {np.__version__}, torch {torch.__version__}",
        "use": LICENCE_WEIGHTS,
        "options": asdict(options),
    }
