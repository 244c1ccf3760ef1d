"""What training needs of a CLIP checkpoint besides reading it: texts as tokens, vectors, and writing it whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn.functional import normalize

from pigeon_desktop.training.checkpoints.checkpoint import (
    Checkpoint,
    load_clip,
    preprocessor,
    read_checkpoint,
    read_tokenizer,
)

PREPROCESSOR = "preprocessor_config.json"
COPIED = (
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "processor_config.json",
    PREPROCESSOR,
)
"""Files beside the weights that are carried over as they are, where they are there."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A checkpoint with its model (in 32 bits, on the CPU) and its tokenizer."""

    checkpoint: Checkpoint
    model: Any
    tokenizer: Tokenizer

    def tokens(self, texts: Sequence[str]) -> torch.Tensor:
        """Token ids, shape (n, l), each text cut to what the model can read."""
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        longest = max(map(len, ids), default=0)
        # The tower reads a text at its first end and looks only back, so more ends behind it change nothing.
        return torch.tensor([some + [self.checkpoint.end_token] * (longest - len(some)) for some in ids])


def open_clip(checkpoint: str) -> Clip:
    """The checkpoint in a folder, or of this name in the hub's cache on this machine: nothing is fetched.

    Raises:
        PigeonError: there is none, it is damaged or not whole, or it is not CLIP.
    """
    found = read_checkpoint(checkpoint)
    return Clip(found, load_clip(found), read_tokenizer(found))


def write_clip(clip: Clip, folder: Path) -> None:
    """Write model, tokenizer and preprocessor into a folder that is there, with the licence of the weights that were
    learnt on from, where it is known; raises OSError."""
    clip.model.save_pretrained(folder)
    checkpoint, side = clip.checkpoint, clip.checkpoint.image_size
    for name in COPIED:
        if (checkpoint.folder / name).is_file():
            shutil.copyfile(checkpoint.folder / name, folder / name)
    if not preprocessor(folder)[1]:
        says = {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": side},
            "crop_size": {"height": side, "width": side},
            "image_mean": checkpoint.mean,
            "image_std": checkpoint.std,
        }
        (folder / PREPROCESSOR).write_text(json.dumps(says, indent=2), "utf-8")
    if checkpoint.licence:
        (folder / "README.md").write_text(f'---\nlicense: "{checkpoint.licence}"\n---\n', "utf-8")


def embed_images(model: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Pixels of shape (n, 3, s, s) as unit vectors in at least 32 bits, shape (n, d)."""
    # Not get_image_features, which gives a tensor or an object by the version of transformers.
    return _unit(model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output))


def embed_texts(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    """Token ids of shape (n, l) as unit vectors in at least 32 bits, shape (n, d)."""
    return _unit(model.text_projection(model.text_model(input_ids=tokens).pooler_output))


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return normalize(vectors.to(torch.promote_types(vectors.dtype, torch.float32)), dim=-1)
