"""The text tower as packs run it, against the same checkpoint in transformers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.prompts import Prompt, prompt_set, typed
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.text import Asker, TextTower, probabilities
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.manifest import MANIFEST_NAME, manifest_toml
from pigeon_desktop.packs.store import Pack, PackNotInstalled, open_pack
from pigeon_desktop.photos.loading import load_photo

CAPTIONS = ["Sweden", "A Street View photo in Sweden.", "Ὀλυμπία 日本", "the town of Lund, close to the street", "x"]


@pytest.fixture(scope="module")
def locator(captions_pack: Pack) -> Locator:
    return Locator(captions_pack, device="cpu")


@pytest.fixture
def asker(locator: Locator) -> Asker:
    return Asker(locator.pack, locator.mark, locator.encoder)


def said(text: str) -> Prompt:
    """A caption of no name but itself."""
    return Prompt(text, text)


def checkpoint(pack: Pack) -> Path:
    return pack.folder.with_name("checkpoint")


def test_captions_in_any_company_have_the_vectors_of_the_checkpoint(captions_pack: Pack) -> None:
    """None is filled up or cut on account of the others."""
    model = transformers.CLIPModel.from_pretrained(checkpoint(captions_pack)).eval()
    tokenizer = transformers.CLIPTokenizerFast.from_pretrained(checkpoint(captions_pack))
    together = TextTower(captions_pack).words([said(text) for text in CAPTIONS])
    for caption, words in zip(CAPTIONS, together, strict=True):
        ids = tokenizer(caption)["input_ids"]
        with torch.inference_mode():
            state = model.text_model(input_ids=torch.tensor([ids])).pooler_output
            expected = model.text_projection(state)[0].numpy()
        assert words.vector @ expected / np.linalg.norm(expected) > 0.995, caption  # int8
        alone = TextTower(captions_pack).words([said(caption)])[0].vector
        assert np.allclose(alone, words.vector, atol=1e-5), caption


def test_long_captions_are_cut_and_say_so(captions_pack: Pack) -> None:
    tower = TextTower(captions_pack)
    long = "street " * 200
    ids, cut = tower.token_ids(long)
    whole, _ = tower.token_ids("street")
    assert cut
    assert len(ids) == tower.spec.context_length == 77
    assert (ids[0], ids[-1]) == (whole[0], whole[-1])
    short, long_words = tower.words([said("street"), said(long)])
    assert short.notes == ()
    assert long_words.notes == ("only its first 77 tokens are read",)


@pytest.mark.parametrize("text", ["Ὀλυμπία", "Париж", "東京", "القاهرة", "Tokyo 東京"])
def test_other_letters_are_noted(captions_pack: Pack, text: str) -> None:
    assert any("not in Latin letters" in note for note in TextTower(captions_pack).words([said(text)])[0].notes)


@pytest.mark.parametrize("text", ["Skåne", "Đà Nẵng", "Kraków, 12 km", "’s-Hertogenbosch"])
def test_latin_letters_are_not_noted(captions_pack: Pack, text: str) -> None:
    assert TextTower(captions_pack).words([said(text)])[0].notes == ()


def test_the_answer_is_clips_own(captions_pack: Pack, asker: Asker, photographs: list[Path]) -> None:
    """Probabilities as transformers' own forward pass has them, from the same file on."""
    prompts = typed(["Sweden", "Norway", "A photo of a rice field.", "Japan"], load_atlas())
    model = transformers.CLIPModel.from_pretrained(checkpoint(captions_pack)).eval()
    processor = transformers.CLIPTokenizerFast.from_pretrained(checkpoint(captions_pack))
    spec = captions_pack.manifest.encoder
    for path in photographs[:3]:
        asked = asker.ask(path, prompts)
        pixels = asker._encoder.transform(load_photo(path, spec.input_size).pixels)
        texts = processor([prompt.caption for prompt in prompts], padding=True, return_tensors="pt")
        with torch.inference_mode():
            logits = model(pixel_values=torch.from_numpy(pixels[None]), **texts).logits_per_image[0]
        expected = dict(zip((p.caption for p in prompts), logits.softmax(-1).tolist(), strict=True))
        assert [a.probability for a in asked.answers] == sorted((a.probability for a in asked.answers), reverse=True)
        assert sum(a.probability for a in asked.answers) == pytest.approx(1)
        for answer in asked.answers:
            assert answer.probability == pytest.approx(expected[answer.prompt.caption], abs=0.06)  # int8, both towers


def test_softmax_of_scaled_cosines() -> None:
    image, captions = np.array([1, 0], np.float32), np.array([[1, 0], [0.6, 0.8], [-1, 0]], np.float32)
    expected = np.exp([10.0, 6.0, -10.0]) / np.exp([10.0, 6.0, -10.0]).sum()
    assert np.allclose(probabilities(image, captions, 10.0), expected)
    assert np.allclose(probabilities(image, captions, 1e4), [1, 0, 0])  # no overflow


def test_a_photograph_that_changed_is_looked_at_again(asker: Asker, photographs: list[Path], tmp_path: Path) -> None:
    prompts = prompt_set("continents", load_atlas()).prompts
    photo = tmp_path / "photo.jpg"
    shutil.copyfile(photographs[0], photo)
    first = asker.ask(photo, prompts)
    assert asker.ask(photo, prompts).answers == first.answers
    shutil.copyfile(photographs[1], photo)
    assert asker.ask(photo, prompts).sha256 != first.sha256


def test_one_caption_alone_is_refused(asker: Asker, photographs: list[Path]) -> None:
    with pytest.raises(PigeonError, match="One caption alone"):
        asker.ask(photographs[0], [Prompt("Sweden", "Sweden")])


def test_cancelled(asker: Asker, photographs: list[Path]) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        asker.ask(photographs[0], prompt_set("countries", load_atlas()).prompts, token)


def test_an_unreadable_photograph_is_named(asker: Asker, tmp_path: Path) -> None:
    path = tmp_path / "no.jpg"
    for make in (lambda: None, lambda: path.write_text("none")):
        make()
        with pytest.raises(PigeonError, match=r"no\.jpg"):
            asker.ask(path, prompt_set("continents", load_atlas()).prompts)


def test_a_pack_without_a_text_tower(pack_without_text: Pack) -> None:
    with pytest.raises(PigeonError, match="tiny has no text tower"):
        TextTower(pack_without_text)


@pytest.mark.parametrize("which", ["text", "tokenizer"])
def test_damaged_files_are_refused_with_both_hashes(captions_pack: Pack, tmp_path: Path, which: str) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(captions_pack.folder, folder)
    text = captions_pack.manifest.text
    assert text is not None
    spec = text if which == "text" else text.tokenizer
    file = folder / spec.file
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(PigeonError, match=f"{spec.file}.*SHA-256 is .*{spec.sha256}"):
        TextTower(open_pack(folder))
    file.unlink()
    with pytest.raises(PackNotInstalled, match="its text tower, which answers prompts, is not on this machine"):
        TextTower(open_pack(folder))


def test_what_lies_below_the_least_seen_is_noted(captions_pack: Pack, tmp_path: Path) -> None:
    """A graph that says how familiar a caption is: here the tower with the share of its first token's id put in."""
    import onnx

    folder = tmp_path / "tiny"
    shutil.copytree(captions_pack.folder, folder)
    text = captions_pack.manifest.text
    assert text is not None
    graph = onnx.load(str(folder / text.file))
    # Familiar are short captions: 1 / number of tokens.
    size, last = onnx.helper.make_node, onnx.TensorProto.FLOAT
    graph.graph.node.extend(
        [
            size("Shape", ["input_ids"], ["ids_shape"]),
            size("Gather", ["ids_shape", "one"], ["length"]),
            size("Cast", ["length"], ["length_float"], to=last),
            size("Reciprocal", ["length_float"], ["share"]),
            size("Gather", ["ids_shape", "nought"], ["rows"]),
            size("Expand", ["share", "rows"], ["seen"]),
        ]
    )
    for name, value in (("one", 1), ("nought", 0)):
        graph.graph.initializer.append(onnx.numpy_helper.from_array(np.array([value], np.int64), name))
    graph.graph.output.append(onnx.helper.make_tensor_value_info("seen", last, ["n"]))
    onnx.save(graph, str(folder / text.file))
    from pigeon_desktop.packs.store import file_sha256

    changed = replace(text, sha256=file_sha256(folder / text.file)[0], least_seen=0.1)
    manifest = replace(captions_pack.manifest, text=changed)
    (folder / MANIFEST_NAME).write_text(manifest_toml(manifest), encoding="utf-8")
    short, long = TextTower(open_pack(folder)).words([said("street"), said("street " * 20)])
    assert short.notes == ()
    assert long.notes == ("outside what the text tower has seen",)
