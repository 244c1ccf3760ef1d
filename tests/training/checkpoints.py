"""Tiny CLIP checkpoints with random weights, in the files that the hub has."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers.utils import logging

from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.training.streetclip import Order, build_streetclip

SIDE, PATCH, JOINT = 64, 16, 32
CARD = "---\nlicense: mit\nlanguage:\n- en\n---\n# A checkpoint for tests\n"
KNOWN = ("A Street View photo close to the town of Lund in the region of Skåne in Sweden.",)
START, END = "<|startoftext|>", "<|endoftext|>"


def write_tokenizer(folder: Path, texts: Sequence[str] = KNOWN) -> dict[str, int]:
    """A tokenizer of CLIP's kind in all the files that CLIP's has, which knows the words of `texts`; its vocabulary."""
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Lowercase()
    words = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(
        vocab_size=1000,
        # A letter may end a word whatever the texts hold.
        special_tokens=[*sorted(letters), *(f"{letter}</w>" for letter in sorted(letters))],
        initial_alphabet=letters,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.model.save(str(folder))
    vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))
    vocabulary |= {START: len(vocabulary), END: len(vocabulary) + 1}  # the highest ids, as in CLIP
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    transformers.CLIPTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    return vocabulary


def write_checkpoint(
    folder: Path,
    texts: Sequence[str] = KNOWN,
    *,
    width: int = 64,
    layers: int = 2,
    old_end_token: bool = False,
    vision: dict[str, Any] | None = None,
    text: dict[str, Any] | None = None,
    joint: int = JOINT,
) -> Path:
    """A whole checkpoint for pictures of SIDE pixels in patches of PATCH; `vision` and `text` say otherwise.

    `old_end_token`: its configuration says 2, as those of before transformers 4.31 do.
    """
    folder.mkdir(parents=True)
    logging.disable_progress_bar()
    vocabulary = write_tokenizer(folder, texts)
    common = {"num_hidden_layers": layers, "num_attention_heads": 4, "projection_dim": joint}
    sizes = {"hidden_size": width, "intermediate_size": 2 * width, "image_size": SIDE, "patch_size": PATCH}
    end = vocabulary[END]
    config = transformers.CLIPConfig(
        vision_config={**common, **sizes, **(vision or {})},
        text_config={
            **common,
            "hidden_size": 3 * width // 4,
            "intermediate_size": 2 * width,
            "vocab_size": len(vocabulary),
            "max_position_embeddings": 77,
            "bos_token_id": vocabulary[START],
            "eos_token_id": 2 if old_end_token else end,
            "pad_token_id": end,
            **(text or {}),
        },
        projection_dim=joint,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        transformers.CLIPModel(config).save_pretrained(folder)
    side = config.vision_config.image_size
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
