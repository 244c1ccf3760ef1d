"""Small CLIP checkpoints with random weights, and a tokenizer of CLIP's own kind that knows the captions' words."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import CLIPConfig, CLIPModel, CLIPTokenizerFast

ENDS = ["<|startoftext|>", "<|endoftext|>"]


def tiny_clip(folder: Path, captions: Sequence[str], size: int = 32, width: int = 32, layers: int = 2) -> Path:
    """A checkpoint in `folder`, which is made: images of `size` pixels in patches of 8."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Lowercase()
    words = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(
        vocab_size=1000,
        special_tokens=ENDS,
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(captions, trainer)
    tokenizer.model.save(str(folder))
    whole = CLIPTokenizerFast.from_pretrained(folder)
    whole.save_pretrained(folder)
    tower = {
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
    }
    start, end = whole.convert_tokens_to_ids(ENDS)
    config = CLIPConfig(
        text_config={
            **tower,
            "vocab_size": len(whole),
            "max_position_embeddings": 77,
            "bos_token_id": start,
            "eos_token_id": end,
            "pad_token_id": end,
        },
        vision_config={**tower, "image_size": size, "patch_size": 8},
        projection_dim=width,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        CLIPModel(config).save_pretrained(folder)
    return folder
