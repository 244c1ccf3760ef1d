"""A built pack against the checkpoint it was built from, as `transformers` runs it in single precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.encoder import Encoder, Features
from pigeon_desktop.engine.head import CaptionsHead, read_head
from pigeon_desktop.engine.session import Session
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.training.checkpoints.caption_head import captions_of, encode_texts
from pigeon_desktop.training.checkpoints.checkpoint import load_clip, read_checkpoint
from pigeon_desktop.training.checkpoints.export import TextTower


@dataclass(frozen=True, eq=False)
class Parity:
    """Cosines between the pack's features of n photographs and those of `transformers`, shape (n,), and the share of
    the photographs of which both name the same country first, the pack by all of its own files.

    `lead`: by how much, as a cosine, `transformers` at most prefers its country to the pack's.
    """

    embedding: NDArray[np.float64]
    mean_token: NDArray[np.float64]
    same_country: float
    lead: float
    countries: int

    def text(self) -> str:
        said = [
            f"{name} cosine {values.min():.4f} at least, {np.median(values):.4f} in the middle"
            for name, values in (("embedding", self.embedding), ("mean token", self.mean_token))
        ]
        low = np.mean(self.embedding < 0.995)
        same = (
            f"{self.same_country:.1%} have the same country first ({self.countries} countries are), and the others "
            f"one whose cosine is at most {self.lead:.4f} less"
        )
        return f"{'; '.join(said)}; embedding below 0.995 for {low:.1%}; {same}"


def cosines(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """Cosines between the rows of two arrays."""
    a, b = (x.astype("f8").reshape(-1, x.shape[-1]) for x in (a, b))
    values: NDArray[np.float64] = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return values


def pixels_of(pack: Pack, photographs: Sequence[Path]) -> NDArray[np.float32]:
    """The encoder's inputs, shape (n, 3, s, s)."""
    encoder = Encoder(Session(pack.path_of(pack.manifest.encoder), "cpu"), pack.manifest.encoder)
    side = pack.manifest.encoder.input_size
    return np.stack([encoder.transform(load_photo(path, side).pixels) for path in photographs])


def features_of(graph: Path, pack: Pack, pixels: NDArray[np.float32], threads: int | None = None) -> Features:
    """What an image tower of the pack's kind says, one picture after the other."""
    encoder = Encoder(Session(graph, "cpu", threads), pack.manifest.encoder)
    made = [encoder.encode(one[None]) for one in pixels]
    return Features(*(np.concatenate([getattr(one, name) for one in made]) for name in ("embedding", "mean_token")))


def features_in_torch(clip: Any, pixels: NDArray[np.float32]) -> Features:
    made: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
    with torch.inference_mode():
        for one in pixels:
            seen = clip.vision_model(pixel_values=torch.tensor(one[None]))
            embedding = clip.visual_projection(seen.pooler_output)
            made.append((embedding.numpy(), seen.last_hidden_state.mean(dim=1).numpy()))
    return Features(*(np.concatenate(some) for some in zip(*made, strict=True)))


def parity(pack: Pack, checkpoint: Path, pixels: NDArray[np.float32], wanted: Features) -> Parity:
    """The pack's features and countries of photographs whose features in `transformers` are `wanted`."""
    got = features_of(pack.path_of(pack.manifest.encoder), pack, pixels)
    cells = GeocellSet.read(pack.path_of(pack.manifest.geocells))
    head = read_head(pack.path_of(pack.manifest.head), pack.manifest.head, len(cells))
    assert isinstance(head, CaptionsHead)
    by_cell = head.probabilities(got)
    ours = np.stack([np.bincount(head.country, row, len(head.countries)) for row in by_cell]).argmax(axis=1)
    found = read_checkpoint(str(checkpoint))
    assert pack.manifest.text is not None
    tokenizer = Tokenizer.from_file(str(pack.path_of(pack.manifest.text.tokenizer)))
    texts = captions_of(cells, load_atlas()).countries
    said = encode_texts(TextTower(load_clip(found)), tokenizer, texts, found.end_token)
    likeness = wanted.embedding @ said.T / np.linalg.norm(wanted.embedding, axis=1, keepdims=True)
    theirs, rows = likeness.argmax(axis=1), np.arange(len(likeness))
    return Parity(
        cosines(got.embedding, wanted.embedding),
        cosines(got.mean_token, wanted.mean_token),
        float(np.mean(ours == theirs)),
        float(np.max(likeness[rows, theirs] - likeness[rows, ours])),
        len(np.unique(theirs)),
    )
