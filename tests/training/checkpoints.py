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
from pigeon_desktop.training.checkpoints.streetclip import Order, build_streetclip

SIDE, PATCH, JOINT = 64, 16, 32
CARD = "---\nlicense: mit\nlanguage:\n- en\n---\n# A checkpoint for tests\n"
KNOWN = ("A Street View photo close to the town of Lund in the region of Skåne in Sweden.",)
START, END = "<|startoftext|>", "<|endoftext|>"


def byte_letters() -> list[str]:
    """The letters that stand for the 256 bytes in the vocabularies of GPT-2 and CLIP, in the order of theirs."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in plain] + [chr(256 + i) for i in range(256 - len(plain))]


def learnt_merges(texts: Sequence[str], count: int = 500) -> list[str]:
    """The merges of CLIP's kind of byte-pair encoding, "t h" and so on, that `texts` teach."""
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Lowercase()
    words = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    letters = byte_letters()
    trainer = BpeTrainer(
        vocab_size=2 * len(letters) + count,
        special_tokens=[*letters, *(letter + "</w>" for letter in letters)],
        initial_alphabet=letters,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def write_tokenizer(folder: Path, merges: Sequence[str]) -> dict[str, int]:
    """A tokenizer with these merges in the files that CLIP's is in; its vocabulary, in the order of CLIP's."""
    letters = byte_letters()
    words = [*letters, *(letter + "</w>" for letter in letters), *(merge.replace(" ", "") for merge in merges)]
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys([*words, START, END]))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    transformers.CLIPTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    return vocabulary


def write_checkpoint(
    folder: Path,
    texts: Sequence[str] = KNOWN,
    *,
    merges: Sequence[str] | None = None,
    width: int = 64,
    layers: int = 2,
    old_end_token: bool = False,
    vision: dict[str, Any] | None = None,
    text: dict[str, Any] | None = None,
    joint: int = JOINT,
    mean: Sequence[float] = (0.5, 0.4, 0.3),
    std: Sequence[float] = (0.2, 0.25, 0.3),
) -> Path:
    """A whole checkpoint for pictures of SIDE pixels in patches of PATCH; `vision` and `text` say otherwise.

    Its tokenizer has these `merges`, else those that `texts` teach.
    `old_end_token`: its configuration says 2, as those of before transformers 4.31 do.
    """
    folder.mkdir(parents=True)
    logging.disable_progress_bar()
    vocabulary = write_tokenizer(folder, learnt_merges(texts) if merges is None else merges)
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
        "image_mean": list(mean),
        "image_std": list(std),
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
