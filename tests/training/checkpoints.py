"""Tiny CLIP checkpoints with random weights, in the files that the hub has."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers.utils import logging

from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.training.streetclip import Order, build_streetclip

SIDE, PATCH, JOINT = 64, 16, 32
CARD = "---\nlicense: mit\nlanguage:\n- en\n---\n# A checkpoint for tests\n"


def byte_letters() -> list[str]:
    """The letters that stand for the 256 bytes in the vocabularies of GPT-2 and CLIP."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in plain] + [chr(256 + i) for i in range(256 - len(plain))]


def chain(word: str) -> list[str]:
    """Merges that put a word together letter by letter: "t h", "th e</w>"."""
    letters = [*word[:-1], word[-1] + "</w>"]
    return [f"{''.join(letters[:i])} {letters[i]}" for i in range(1, len(letters))]


def write_tokenizer(folder: Path) -> int:
    """vocab.json, merges.txt and tokenizer.json of CLIP's kind, which know a few words; the number of tokens."""
    letters = byte_letters()
    known = ("the", "of", "in", "street", "view", "photo", "close", "to", "town", "region")
    merges = list(dict.fromkeys(pair for word in known for pair in chain(word)))
    words = [*letters, *(letter + "</w>" for letter in letters), *(pair.replace(" ", "") for pair in merges)]
    vocabulary = {word: i for i, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    transformers.CLIPTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    return len(vocabulary)


def small_clip(tokens: int, end_token: int, **vision: Any) -> transformers.CLIPModel:
    """Two layers a tower; all else as in CLIP, for pictures of SIDE pixels in patches of PATCH."""
    common = {"intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "projection_dim": JOINT}
    config = transformers.CLIPConfig(
        vision_config={**common, "hidden_size": 64, "image_size": SIDE, "patch_size": PATCH, **vision},
        text_config={
            **common,
            "hidden_size": 48,
            "vocab_size": tokens,
            "max_position_embeddings": 77,
            "bos_token_id": tokens - 2,
            "eos_token_id": end_token,
            "pad_token_id": tokens - 1,
        },
        projection_dim=JOINT,
    )
    torch.manual_seed(0)
    return transformers.CLIPModel(config).eval()


def write_checkpoint(folder: Path, *, old_end_token: bool = False, **vision: Any) -> Path:
    """A whole checkpoint. `old_end_token`: its configuration says 2, as those of before transformers 4.31 do."""
    folder.mkdir(parents=True)
    logging.disable_progress_bar()
    tokens = write_tokenizer(folder)
    small_clip(tokens, 2 if old_end_token else tokens - 1, **vision).save_pretrained(folder)
    side = vision.get("image_size", SIDE)
    preprocessor = {
        "crop_size": {"height": side, "width": side},
        "do_center_crop": True,
        "image_mean": [0.5, 0.4, 0.3],
        "image_std": [0.2, 0.25, 0.3],
        "resample": 3,
        "size": {"shortest_edge": side},
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor), encoding="utf-8")
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    return folder


def build_tiny(
    checkpoint: Path | str, out: Path, stage: Callable[[str], None] = lambda what: None, cells: Path | None = None
) -> None:
    """Build a pack, over the default pack's cells if none are given; `stage` is told what is begun."""
    order = Order(str(checkpoint), out, "tiny", cells=cells)
    build_streetclip(order, lambda what, done, total: stage(what), lambda text: None, CancelToken())
