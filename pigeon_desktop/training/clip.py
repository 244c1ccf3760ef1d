"""CLIP checkpoints in the folders of `transformers`: opened without a network, embedded with, and written whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read when huggingface_hub is imported: whatever it is asked, it opens no connection.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
from safetensors import SafetensorError
from torch.nn.functional import normalize
from transformers import CLIPModel, CLIPTokenizerFast
from transformers.utils import logging

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import file_sha256

WEIGHTS = "model.safetensors"
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
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""OpenAI's, for checkpoints that do not say."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A checkpoint: its folder, model (in 32 bits, on the CPU) and tokenizer, and what its pixels look like."""

    folder: Path
    model: Any
    tokenizer: Any
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def size(self) -> int:
        """Side of its square input, in pixels."""
        return int(self.model.config.vision_config.image_size)

    def tokens(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        """Token ids and mask, shape (n, l), each text cut to what the model can read."""
        longest = self.model.config.text_config.max_position_embeddings
        encoded = self.tokenizer(list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt")
        return {name: encoded[name] for name in ("input_ids", "attention_mask")}

    def sha256(self) -> str:
        """Of the weights it was opened with."""
        return file_sha256(self.folder / WEIGHTS)[0]


def open_clip(checkpoint: str) -> Clip:
    """The checkpoint in a folder, or of this name in the cache that `huggingface_hub` keeps on this machine.

    Raises:
        PigeonError: there is none, it is damaged or not whole, or it is not CLIP.
    """
    logging.disable_progress_bar()
    folder = Path(checkpoint)
    if not folder.is_dir():
        folder = _cached(checkpoint)
    config = _json(folder / "config.json")
    if config.get("model_type") != "clip":
        raise PigeonError(f"{folder}: is not a CLIP model but {config.get('model_type', 'unknown')}. Give one of CLIP.")
    if not (folder / WEIGHTS).is_file():
        raise PigeonError(f"{folder}: has no {WEIGHTS}. Save the checkpoint again with safetensors.")
    again = "Get the checkpoint again."
    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.json")):
        raise PigeonError(f"{folder}: has no tokenizer (tokenizer.json, or vocab.json and merges.txt). {again}")
    before = logging.get_verbosity()
    logging.set_verbosity_error()  # what is missing is raised below
    try:
        model, loading = CLIPModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
        tokenizer = CLIPTokenizerFast.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        raise PigeonError(f"{folder}: cannot be opened as CLIP ({str(error).splitlines()[0]}). {again}") from error
    finally:
        logging.set_verbosity(before)
    missing = sorted(loading["missing_keys"])
    if missing:
        raise PigeonError(f"{folder}: {WEIGHTS} lacks {len(missing)} tensors, {missing[0]} among them. {again}")
    if len(tokenizer) > model.config.text_config.vocab_size:
        raise PigeonError(f"{folder}: its tokenizer knows more words than its model. {again}")
    seen = _preprocessor(folder)
    mean, std = (tuple(map(float, seen.get(key, value))) for key, value in (("image_mean", MEAN), ("image_std", STD)))
    return Clip(folder, model.float(), tokenizer, mean, std)


def _cached(name: str) -> Path:
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError, ValueError) as error:
        raise PigeonError(
            f"{name}: is no folder, and no checkpoint of this name is on this machine. Give the folder that it is in."
        ) from error


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PigeonError(f"{path}: cannot be read ({error}). Give the folder of a CLIP checkpoint.") from error
    return content if isinstance(content, dict) else {}


def _preprocessor(folder: Path) -> Mapping[str, Any]:
    """What the checkpoint says of its pixels; newer ones say it in the file of the whole processor."""
    if (folder / PREPROCESSOR).is_file():
        return _json(folder / PREPROCESSOR)
    if (folder / "processor_config.json").is_file():
        inner = _json(folder / "processor_config.json").get("image_processor")
        return inner if isinstance(inner, dict) else {}
    return {}


def write_clip(clip: Clip, folder: Path) -> None:
    """Write model, tokenizer and preprocessor into a folder that is there; raises OSError."""
    clip.model.save_pretrained(folder)
    for name in COPIED:
        if (clip.folder / name).is_file():
            shutil.copyfile(clip.folder / name, folder / name)
    if not _preprocessor(clip.folder):
        size = {"height": clip.size, "width": clip.size}
        says = {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": clip.size},
            "crop_size": size,
            "image_mean": clip.mean,
            "image_std": clip.std,
        }
        (folder / PREPROCESSOR).write_text(json.dumps(says, indent=2), "utf-8")


def embed_images(model: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Pixels of shape (n, 3, s, s) as unit vectors in at least 32 bits, shape (n, d)."""
    # Not get_image_features, which gives a tensor or an object by the version of transformers.
    return _unit(model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output))


def embed_texts(model: Any, tokens: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Token ids and mask of shape (n, l) as unit vectors in at least 32 bits, shape (n, d)."""
    return _unit(model.text_projection(model.text_model(**tokens).pooler_output))


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return normalize(vectors.to(torch.promote_types(vectors.dtype, torch.float32)), dim=-1)
