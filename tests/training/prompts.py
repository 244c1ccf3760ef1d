"""A small world for text towers: photographs and sentences that both know where on the globe they speak of, and a
sentence encoder with random weights, of the real one's shape but small."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.sphere import unit_vectors
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.texts import sentences
from pigeon_desktop.training.texts.prompt_captions import Lesson, country_statement
from tests.packs.tensors import tensor_file

IMAGE, TEXT = 24, 32
"""Width of the image embeddings and of the sentences'."""


def world(atlas: Atlas, countries: Iterable[str], places: int = 4, pictures: int = 3) -> TrainingPhotographs:
    """Photographs around the labels of countries: what is in one grows with the other, near as they lie."""
    noise = np.random.default_rng(0)
    codes, latitude, longitude, place = [], [], [], []
    for code in countries:
        for number in range(places):
            lat, lon = np.array(atlas.country(code).label) + noise.normal(0, 0.3, 2)
            for _ in range(pictures):
                codes.append(code)
                latitude.append(lat + noise.normal(0, 0.01))
                longitude.append(lon)
                place.append(f"{code}-{number}")
    where = np.array([latitude, longitude])
    axes = np.random.default_rng(1).normal(size=(3, IMAGE))
    embedding = np.sin(unit_vectors(where[0], where[1]) @ axes * 3) + noise.normal(0, 0.05, (len(codes), IMAGE))
    features = Features(embedding.astype(np.float32), np.ones((len(codes), 4), np.float32))
    return TrainingPhotographs(
        features,
        replace(features, embedding=features.embedding + np.float32(0.01)),
        where[0],
        where[1],
        np.array(codes),
        np.array(place),
        np.full(len(codes), "photo"),
        np.ones(len(codes), np.float32),
    )


def spoken(lesson: Lesson, atlas: Atlas) -> dict[str, NDArray[np.float32]]:
    """A sentence embedding for every wording: where its country lies, and something of its own."""
    axes = np.random.default_rng(2).normal(size=(3, TEXT))
    found = {}
    everything = [*lesson.statements, *(country_statement(country.code, atlas) for country in atlas.countries)]
    for statement in everything:
        at = np.zeros(TEXT)
        if statement.country_code:
            latitude, longitude = atlas.country(statement.country_code).label
            at = np.sin(unit_vectors(np.array([latitude]), np.array([longitude])) @ axes * 3)[0]
        for text in statement.texts:
            own = np.random.default_rng(zlib.crc32(text.encode())).normal(0, 0.1, TEXT)
            vector = at + own
            found[text] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return found


SMALL = {"LAYERS": 2, "HEADS": 2, "WIDTH": TEXT, "HIDDEN": 48, "POSITIONS": 40, "WORDS": 300}


def small_sentences(folder: Path, texts: Iterable[str]) -> Path:
    """A folder with the weights and the tokenizer of a small encoder; `sentences` must have the constants `SMALL`."""
    folder.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder = sentences.SentenceEncoder()
        encoder.word_embeddings.weight.data *= 3  # so that the words are heard through two random layers
    arrays = {sentences.published_name(name): value.numpy() for name, value in encoder.state_dict().items()}
    (folder / sentences.WEIGHTS_NAME).write_bytes(tensor_file(arrays))
    words = sorted({word for text in texts for word in text.lower().replace(".", " .").replace(",", " ,").split()})
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words[:290]])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.enable_truncation(20)
    tokenizer.enable_padding(length=20)
    tokenizer.save(str(folder / sentences.TOKENIZER_NAME))
    return folder
