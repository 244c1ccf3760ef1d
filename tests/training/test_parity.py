"""Tiny checkpoints and the packs built from them say the same: towers in all precisions, features, countries."""

import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.packs.store import open_pack
from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.photos.preprocess import clip_transform
from pigeon_desktop.training.checkpoints import streetclip
from pigeon_desktop.training.checkpoints.checkpoint import load_clip, read_checkpoint
from pigeon_desktop.training.checkpoints.easing import ease, ease_image
from pigeon_desktop.training.checkpoints.export import TextTower, export_image, export_text, quantise
from pigeon_desktop.training.checkpoints.streetclip import Order, build_streetclip
from tests.cells import some_countries
from tests.training.checkpoints import write_checkpoint
from tests.training.parity import cosines, features_in_torch, parity

TEXTS = ["A Street View photo in France.", "A Street View photo in Portugal.", "the view of the photo"]
COUNTRIES = ["DE", "ES", "GB", "IT", "LI", "PT", "SE", "SG"]


def lowest(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(cosines(a, b).min())


@pytest.fixture(scope="module", params=[{}, {"old_end_token": True, "vision": {"image_size": 48, "patch_size": 12}}])
def graphs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Both towers of a checkpoint exported and quantised, of the usual kind and of an older one with other sizes."""
    folder = tmp_path_factory.mktemp("graphs")
    found = read_checkpoint(str(write_checkpoint(folder / "tiny", **request.param)))
    clip = load_clip(found)
    ease_image(clip, found)
    ease(
        clip.text_model,
        partial(TextTower(clip), torch.tensor([[1, 2, 3, found.end_token], [4, *[found.end_token] * 3]])),
    )
    export_image(clip, found.image_size, folder / "image.onnx")
    export_text(clip, found.context_length, found.end_token, folder / "text.onnx")
    for name in ("image", "text"):
        quantise(folder / f"{name}.onnx", folder / f"{name}.int8.onnx")
    export_image(clip.half(), found.image_size, folder / "image.fp16.onnx")
    assert not [path for path in folder.iterdir() if path.suffix == ".data"]
    return SimpleNamespace(folder=folder, clip=load_clip(found), found=found)


def run(path: Path, values: NDArray[Any]) -> list[NDArray[Any]]:
    session = Session(path, "cpu")
    return session.run(list(session.outputs), values)


def test_images_say_the_same_as_in_transformers(graphs: SimpleNamespace, photographs: list[Path]) -> None:
    side, mean, std = graphs.found.image_size, graphs.found.mean, graphs.found.std
    pixels = np.stack([clip_transform(load_photo(path, side).pixels, side, mean, std) for path in photographs[::24]])
    with torch.inference_mode():
        seen = graphs.clip.vision_model(pixel_values=torch.tensor(pixels))
        embedding = graphs.clip.get_image_features(pixel_values=torch.tensor(pixels))
        embedding = getattr(embedding, "pooler_output", embedding).numpy()  # transformers 5 wraps it
        tokens = seen.last_hidden_state.numpy()

    assert tokens.shape[1] == 17, "4 x 4 patches and the class token"
    wanted = (embedding, tokens.mean(axis=1), tokens)
    for name, least in (("image.onnx", 1 - 1e-6), ("image.int8.onnx", 0.995), ("image.fp16.onnx", 1 - 1e-4)):
        for got, want in zip(run(graphs.folder / name, pixels), wanted, strict=True):
            assert got.dtype == np.float32
            assert lowest(got, want) > least, name


def test_texts_say_the_same_as_in_transformers(graphs: SimpleNamespace) -> None:
    tokenizer = Tokenizer.from_file(str(graphs.found.folder / "tokenizer.json"))
    end = graphs.found.end_token
    tokenizer.enable_padding(pad_id=end)
    ids = np.array([encoding.ids for encoding in tokenizer.encode_batch(TEXTS)])
    assert ids.shape[1] < graphs.found.context_length
    filled = np.pad(ids, ((0, 0), (0, graphs.found.context_length - ids.shape[1])), constant_values=end)
    with torch.inference_mode():
        said = graphs.clip.get_text_features(input_ids=torch.tensor(filled))
        wanted = getattr(said, "pooler_output", said).numpy()
        # What transformers makes of each alone, without anything behind its end.
        alone = [graphs.clip.get_text_features(input_ids=torch.tensor([tokenizer.encode(t).ids])) for t in TEXTS]
    for one, want in zip(alone, wanted, strict=True):
        assert lowest(getattr(one, "pooler_output", one).numpy(), want[None]) > 1 - 1e-6
    for values in (ids, filled):
        assert lowest(run(graphs.folder / "text.onnx", values)[0], wanted) > 1 - 1e-6
        assert lowest(run(graphs.folder / "text.int8.onnx", values)[0], wanted) > 0.995
    assert lowest(wanted[:1], wanted[1:2]) < 0.9999, "the texts differ"


def large_channels(folder: Path) -> None:
    """Make a few channels of what the maps take many times larger than the others, as they are in trained CLIPs."""
    path = folder / "model.safetensors"
    weights = load_file(path)
    for name, values in weights.items():
        if re.search(r"layer_norm[12]\.weight", name):
            values[:3] *= 40.0
        elif re.search(r"layer_norm[12]\.bias", name):
            values[:2] += 20.0
        elif "mlp.fc1.weight" in name:
            values[:2] *= 20.0
    save_file(weights, path, {"format": "pt"})


def test_easing_leaves_the_function_and_helps_int8(tmp_path: Path, photographs: list[Path]) -> None:
    folder = write_checkpoint(tmp_path / "tiny")
    large_channels(folder)
    found = read_checkpoint(str(folder))
    side = found.image_size
    pixels = np.stack(
        [clip_transform(load_photo(p, side).pixels, side, found.mean, found.std) for p in photographs[::9]]
    )
    wanted = features_in_torch(load_clip(found), pixels).embedding
    clip, low = load_clip(found), {}
    for name in ("as it is", "eased"):
        if name == "eased":
            ease_image(clip, found)
            assert lowest(features_in_torch(clip, pixels).embedding, wanted) > 1 - 1e-6
        export_image(clip, side, tmp_path / "single.onnx")
        quantise(tmp_path / "single.onnx", tmp_path / "int8.onnx")
        low[name] = 1 - np.mean(cosines(run(tmp_path / "int8.onnx", pixels)[0], wanted))
    assert low["eased"] < low["as it is"] / 4, low


def with_less_in_common(folder: Path, pixels: NDArray[np.float32]) -> None:
    """Take most of what photographs have in common out of the image embeddings; of random weights it is nearly all."""
    common = torch.from_numpy(features_in_torch(load_clip(read_checkpoint(str(folder))), pixels).embedding.mean(axis=0))
    path = folder / "model.safetensors"
    weights, common = load_file(path), common / common.norm()
    projection = weights["visual_projection.weight"]
    weights["visual_projection.weight"] = projection - 0.9 * torch.outer(common, common @ projection)
    save_file(weights, path, {"format": "pt"})


def test_a_pack_sees_the_countries_that_transformers_sees(tmp_path: Path, photographs: list[Path]) -> None:
    checkpoint = write_checkpoint(tmp_path / "tiny")
    found = read_checkpoint(str(checkpoint))
    side = found.image_size
    pictures = [load_photo(path, side).pixels for path in photographs]
    pixels = np.stack([clip_transform(picture, side, found.mean, found.std) for picture in pictures])
    with_less_in_common(checkpoint, pixels[::20])
    cells = tmp_path / "cells.xz"
    some_countries(streetclip._cells(None), COUNTRIES).write(cells)
    order = Order(str(checkpoint), tmp_path / "pack", "tiny", cells=cells)
    build_streetclip(order, lambda what, done, total: None, lambda text: None, CancelToken())
    same = parity(open_pack(str(tmp_path / "pack")), checkpoint, pixels, features_in_torch(load_clip(found), pixels))
    assert min(same.embedding.min(), same.mean_token.min()) >= 0.995
    assert same.countries > 1, "which country it is depends on the picture"
    # The country of random weights is often a toss-up: where the pack says another, the two are as good as equal.
    assert same.same_country >= 0.9, same.text()
    assert same.lead < 0.005, same.text()
