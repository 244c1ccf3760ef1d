"""`pigeon packs build streetclip`: a CLIP checkpoint and the names of places become a pack that needs no training."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from pigeon_desktop import __version__
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.encoder import Encoder, Features, test_pattern
from pigeon_desktop.engine.head import CaptionsHead, read_head
from pigeon_desktop.engine.self_check import SELF_CHECK
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import (
    CARD_NAME,
    MANIFEST_NAME,
    EncoderSpec,
    GeocellsSpec,
    HeadSpec,
    Manifest,
    PackFile,
    SelfCheck,
    TextSpec,
    manifest_toml,
)
from pigeon_desktop.packs.store import open_pack, read_pack
from pigeon_desktop.packs.writing import PART, installation_lock, sync_folder
from pigeon_desktop.training.card import Measured, diagrams
from pigeon_desktop.training.checkpoints.caption_head import (
    Captions,
    captions_head,
    captions_of,
    encode_texts,
    measure,
    write_captions,
)
from pigeon_desktop.training.checkpoints.checkpoint import Checkpoint, load_clip, read_checkpoint, read_tokenizer
from pigeon_desktop.training.checkpoints.easing import ease, ease_image
from pigeon_desktop.training.checkpoints.export import (
    IMAGE_OUTPUTS,
    ImageTower,
    TextTower,
    export_image,
    export_text,
    quantise,
    require_one_file,
)
from pigeon_desktop.training.checkpoints.streetclip_card import captions_card
from pigeon_desktop.training.features import write_features
from pigeon_desktop.training.measuring.validation import CrossValidation
from pigeon_desktop.training.pack import evaluation_table, rounded, stamped
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.tables import Table, read_table

ENCODER, GPU, TEXT, TOKENIZER = "image.int8.onnx", "image.fp16.onnx", "text.int8.onnx", "tokenizer.json"
HEAD, CELLS, CALIBRATION = "head.xz", "geocells.xz", "calibration.json"
SINGLE = f".single{PART}"
"""A graph in single precision, from which the others are made; it does not stay."""
FOLDS = 5

Stage = Callable[[str, int, int], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What is to be built: `checkpoint` is a folder or a name on the hub. Without `cells` those of the default pack;
    with `photographs`, a table as for `pigeon evaluate`, the pack is calibrated and measured on them."""

    checkpoint: str
    out: Path
    name: str
    version: str = "1.0"
    cells: Path | None = None
    photographs: Path | None = None
    licence: str | None = None
    device: str = "auto"


def build_streetclip(order: Order, stage: Stage, say: Say, cancel: CancelToken) -> Manifest:
    """Build the pack; its folder `order.out` appears when it is whole, and not at all otherwise.

    Raises:
        Cancelled: by `cancel`.
        PigeonError: no such checkpoint, cells or table; `order.out` is there already or cannot be written.
    """
    if order.out.exists():
        raise PigeonError(f"{order.out}: is there already. Name another folder with --out, or delete it.")
    checkpoint = read_checkpoint(order.checkpoint, fetch=True)
    checkpoint = replace(checkpoint, licence=order.licence or checkpoint.licence)
    if not checkpoint.licence:
        raise PigeonError(f"{checkpoint.folder}: has no model card that names its licence. Say it with --licence TEXT.")
    cells, table = _cells(order.cells), read_table(order.photographs, load_atlas()) if order.photographs else None
    for problem in table.problems if table else ():
        say(problem)
    with _appearing(order.out, checkpoint) as folder:
        manifest = _write(order, checkpoint, cells, folder, stage, say, cancel)
        if table is not None:
            manifest = _measured(order, manifest, table, folder, stage, say, cancel)
    return manifest


def _cells(path: Path | None) -> GeocellSet:
    if path is None:
        default = open_pack("default")
        path = default.path_of(default.manifest.geocells)
    return GeocellSet.read(path)


@contextmanager
def _appearing(out: Path, checkpoint: Checkpoint) -> Iterator[Path]:
    """A hidden folder beside `out` that takes its name when the block has ended well.

    What a killed build left there is removed first; a build that is going on is not disturbed.
    """
    part, whole = out.absolute().with_name(f".{out.absolute().name}{PART}"), False
    lock = part / "install.lock"
    try:
        with installation_lock(part):
            try:
                for left in part.iterdir():
                    if left != lock:
                        shutil.rmtree(left) if left.is_dir() else left.unlink()
                _require_room(part, checkpoint)
                yield part
                whole = True
            finally:
                if not whole:
                    shutil.rmtree(part, ignore_errors=True)
        lock.unlink()
        sync_folder(part)
        part.rename(out)
        sync_folder(out.absolute().parent)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        reason = "the disk is full" if full else f"cannot be written ({error.strerror or error})"
        raise PigeonError(f"{out}: {reason}. Free some space, or name a folder elsewhere with --out.") from error


def _require_room(folder: Path, checkpoint: Checkpoint) -> None:
    """Both towers in int8 and half precision, and one at a time in single precision with the quantiser's copy."""
    needed = checkpoint.parameters * 11
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _write(
    order: Order, checkpoint: Checkpoint, cells: GeocellSet, folder: Path, stage: Stage, say: Say, cancel: CancelToken
) -> Manifest:
    """All files of the pack but what is measured. One tower after the other, for both would need twice the memory."""

    def begin(what: str) -> None:
        cancel.check()
        stage(what, 0, 0)

    begin("Loading the checkpoint")
    clip = load_clip(checkpoint)
    for tower in (ImageTower(clip), TextTower(clip)):
        require_one_file(checkpoint.source, tower)
    scale = float(clip.logit_scale.detach().exp())
    tokenizer = read_tokenizer(checkpoint)
    (folder / TOKENIZER).write_text(tokenizer.to_str(pretty=True), encoding="utf-8")
    begin("Writing captions")
    captions = captions_of(cells, load_atlas())
    encode = partial(
        encode_texts,
        TextTower(clip),
        tokenizer,
        end_token=checkpoint.end_token,
        progress=lambda done, total: stage(f"Encoding {total:,} captions", done, total),
        cancelled=lambda: cancel.cancelled,
    )
    head = captions_head(cells, captions, encode, scale)
    write_captions(head, folder / HEAD)
    cells.write(folder / CELLS)
    begin("Exporting the text tower")
    ease(clip.text_model, partial(encode_texts, TextTower(clip), tokenizer, captions.countries, checkpoint.end_token))
    export_text(clip, checkpoint.context_length, checkpoint.end_token, folder / SINGLE)
    del encode, clip.text_model, clip.text_projection, tower
    gc.collect()
    begin("Quantising the text tower")
    quantise(folder / SINGLE, folder / TEXT)
    begin("Exporting the image tower")
    ease_image(clip, checkpoint)
    export_image(clip, checkpoint.image_size, folder / SINGLE)
    begin("Exporting the image tower for GPUs")
    export_image(clip.half(), checkpoint.image_size, folder / GPU)
    del clip
    gc.collect()
    begin("Quantising the image tower")
    quantise(folder / SINGLE, folder / ENCODER)
    (folder / SINGLE).unlink()
    begin("Checking the encoder")
    spec, features = _encoder(checkpoint, folder, say)
    written = read_head(folder / HEAD, head_spec := _head_spec(folder, 1.0), len(cells))
    top = np.argsort(-written.probabilities(features)[0])[:5]
    manifest = Manifest(
        name=order.name,
        version=order.version,
        summary="Zero-shot by captions of places, as StreetCLIP is used: nothing was trained for these geocells.",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        licence_code="MIT",
        licence_weights=checkpoint.licence,
        encoder=spec,
        head=head_spec,
        geocells=GeocellsSpec(**stamped(folder / CELLS), count=len(cells)),
        self_check=SelfCheck(rounded(features), tuple(str(i) for i in cells.ids[top])),
        text=TextSpec(
            **stamped(folder / TEXT),
            tokenizer=PackFile(**stamped(folder / TOKENIZER)),
            context_length=checkpoint.context_length,
            scale=scale,
        ),
        training=_record(checkpoint, captions),
    )
    _finish(folder, manifest, None)
    return manifest


def _finish(folder: Path, manifest: Manifest, measured: tuple[CrossValidation, Measured] | None) -> None:
    """The card, and pack.toml last of all: a folder without it is no pack."""
    (folder / CARD_NAME).write_text(captions_card(manifest, measured), encoding="utf-8")
    (folder / MANIFEST_NAME).write_text(manifest_toml(manifest), encoding="utf-8")


def _head_spec(folder: Path, temperature: float) -> HeadSpec:
    return HeadSpec(**stamped(folder / HEAD), kind="captions", features=("embedding",), temperature=temperature)


def _record(checkpoint: Checkpoint, captions: Captions) -> dict[str, Any]:
    """What is needed to build the pack again."""
    return {
        "checkpoint": checkpoint.source,
        "checkpoint_sha256": checkpoint.sha256,
        "captions": len(captions.texts),
        "countries": len(captions.countries),
        "tool": f"pigeon-desktop {__version__}",
        "libraries": f"torch {torch.__version__}, transformers {transformers.__version__}",
        "use": checkpoint.licence,
    }


def _encoder(checkpoint: Checkpoint, folder: Path, say: Say) -> tuple[EncoderSpec, Features]:
    """What the manifest says of the encoder, and its features of the test pattern.

    The file for GPUs stays only if it passes the self-check against those of the int8 file.
    """
    spec = EncoderSpec(
        **stamped(folder / ENCODER),
        source=f"image tower of {checkpoint.source}, int8",
        input_size=checkpoint.image_size,
        mean=checkpoint.mean,
        std=checkpoint.std,
        resize="clip",
        outputs={name: name for name in IMAGE_OUTPUTS},
    )

    def look(path: Path) -> Features:
        encoder = Encoder(Session(path, "cpu"), spec)
        return encoder.encode(encoder.transform(test_pattern(spec.input_size))[None])

    features = look(folder / ENCODER)
    cosines = look(folder / GPU).cosines(rounded(features))
    if all(cosine >= SELF_CHECK[name] for name, cosine in cosines.items()):
        return replace(spec, gpu=PackFile(**stamped(folder / GPU))), features
    (folder / GPU).unlink()
    low = ", ".join(f"{name} {cosine:.3f}" for name, cosine in cosines.items())
    say(f"{checkpoint.source}: half precision is too far from int8 (cosine of {low}), so GPUs run the int8 file.")
    return spec, features


def _measured(
    order: Order, manifest: Manifest, table: Table, folder: Path, stage: Stage, say: Say, cancel: CancelToken
) -> Manifest:
    """The pack in `folder` with its temperature, calibration and figures."""
    pack, cells = read_pack(folder), GeocellSet.read(folder / CELLS)
    with tempfile.TemporaryDirectory(prefix=".features-", dir=folder) as scratch:
        features = Path(scratch) / "features.npz"
        write_features(table, pack, features, Path(scratch) / "cache.sqlite", order.device, say, stage, cancel)
        photographs, problems = TrainingPhotographs.read(features, set(cells.country_code.tolist()))
    for problem in problems:
        say(problem)
    cancel.check()
    stage("Measuring", 0, 0)
    head = read_head(folder / HEAD, manifest.head, len(cells))
    assert isinstance(head, CaptionsHead)
    folds = min(FOLDS, len(np.unique(photographs.place)))
    validation = measure(head, cells, photographs, folds, lambda: cancel.cancelled)
    validation.calibration.write(folder / CALIBRATION)
    measured = Measured.of(validation, load_atlas())
    for name, drawing in diagrams(validation.outcomes).items():
        (folder / name).write_text(drawing, encoding="utf-8")
    on = f"{len(photographs)} photographs; temperature and calibration of each fold from the places of the others"
    done = replace(
        manifest,
        head=replace(manifest.head, temperature=validation.temperature),
        calibration=PackFile(**stamped(folder / CALIBRATION)),
        evaluation=evaluation_table(measured, on),
    )
    _finish(folder, done, (validation, measured))
    return done
