"""A full-size ViT-L/14-336, StreetCLIP's architecture, with random weights becomes a pack: seconds, memory, sizes.

It needs 7 GB of memory, 8 GB of disk and some ten minutes; set STREETCLIP_BENCHMARK=1 to run it.

Measured on two busy cores: 251 s with the captions of five countries, 5.6 GiB at most. Embeddings of 24 photographs in
int8 have a cosine of 0.9999 to those of `transformers`, and all keep their first country; random weights have one for
all photographs, so that says little. Trained weights are harder on int8: `test_parity.py` has some.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.encoder import Encoder
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.session import Session
from pigeon_desktop.packs.store import open_pack
from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.resources import resource
from tests.cells import some_countries
from tests.training.checkpoints import CARD, KNOWN, learnt_merges, write_tokenizer
from tests.training.parity import features_in_torch, parity, pixels_of

PHOTOGRAPHS, COMPARED = 8, 24
"""To take times with, and to compare with transformers."""
COUNTRIES = ["PT", "ES", "AD", "FR", "JP"]
"""Captions are all alike, so those of some countries tell how long those of all take."""
MOST_GIB = 7.0
SCRIPT = """
import json, sys, time
from pathlib import Path
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.training.checkpoints.streetclip import Order, build_streetclip
from tests.benchmarks.peers import peak_mib
start, stages = time.perf_counter(), {}
def stage(what, done, total):
    if what not in stages:
        stages[what] = time.perf_counter() - start
order = Order(sys.argv[1], Path(sys.argv[2]), "large", cells=Path(sys.argv[3]))
build_streetclip(order, stage, print, CancelToken())
stages["end"] = time.perf_counter() - start
print(json.dumps({"stages": stages, "peak_gib": peak_mib() / 2**10}))
"""


def write_large(folder: Path) -> None:
    """StreetCLIP's sizes. The random weights are of the size that trained ones have, so that attention is not flat."""
    folder.mkdir()
    tokens = len(write_tokenizer(folder, learnt_merges(KNOWN)))
    config = transformers.CLIPConfig(
        vision_config={
            **{"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16},
            **{"image_size": 336, "patch_size": 14, "projection_dim": 768},
        },
        text_config={
            **{"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12},
            **{"projection_dim": 768, "vocab_size": 49408, "eos_token_id": tokens - 1, "pad_token_id": tokens - 1},
            "bos_token_id": tokens - 2,
        },
        projection_dim=768,
    )
    torch.manual_seed(0)
    transformers.CLIPModel(config).save_pretrained(folder)
    (folder / "README.md").write_text(CARD, encoding="utf-8")


def test_building_a_large_pack(tmp_path: Path, photographs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    if not os.environ.get("STREETCLIP_BENCHMARK"):
        pytest.skip("STREETCLIP_BENCHMARK is not set")
    transformers.utils.logging.disable_progress_bar()
    checkpoint, out = tmp_path / "checkpoint", tmp_path / "large"
    write_large(checkpoint)
    # In a process of its own: the peak memory is that of building alone.
    some = tmp_path / "cells.xz"
    some_countries(GeocellSet.read(resource("packs", "default", "geocells.xz")), COUNTRIES).write(some)
    command = [sys.executable, "-c", SCRIPT, str(checkpoint), str(out), str(some)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    *said, last = done.stdout.splitlines()
    built = json.loads(last)
    pack = open_pack(str(out))
    locator = Locator(pack, device="cpu", threads=1)
    spec = pack.manifest.encoder
    pictures = [load_photo(path, spec.input_size).pixels for path in photographs[:PHOTOGRAPHS]]
    pixels = [locator.encoder.transform(picture)[None] for picture in pictures]
    start = time.perf_counter()
    int8 = [locator.encoder.encode(one) for one in pixels]
    one_thread = (time.perf_counter() - start) / len(pixels)
    wide = Encoder(Session(out / spec.file, "cpu"), spec)
    wide.encode(pixels[0])
    start = time.perf_counter()
    for one in pixels:
        wide.encode(one)
    all_threads = (time.perf_counter() - start) / len(pixels)
    clip = transformers.CLIPModel.from_pretrained(checkpoint).eval()
    pixels_all = pixels_of(pack, photographs[:: len(photographs) // COMPARED][:COMPARED])
    start = time.perf_counter()
    wanted_all = features_in_torch(clip, pixels_all)
    in_torch = (time.perf_counter() - start) / COMPARED
    same = parity(pack, checkpoint, pixels_all, wanted_all)
    lowest: dict[str, float] = {}
    half = Encoder(Session(out / spec.gpu.file, "cpu"), spec) if spec.gpu else None
    for one, quantised in zip(pixels, int8, strict=True):
        with torch.inference_mode():
            seen = clip.vision_model(pixel_values=torch.tensor(one))
            wanted = {
                "embedding": tuple(clip.visual_projection(seen.pooler_output)[0].tolist()),
                "mean_token": tuple(seen.last_hidden_state.mean(dim=1)[0].tolist()),
            }
        for name, features in (("int8", quantised), ("fp16", half.encode(one) if half else quantised)):
            for feature, cosine in features.cosines(wanted).items():  # type: ignore[arg-type]
                lowest[f"{name} {feature}"] = min(lowest.get(f"{name} {feature}", 1.0), cosine)
    other = int8[0].cosines({"embedding": tuple(int8[1].embedding[0].tolist())})["embedding"]
    with capsys.disabled():
        print("\nbegun after, s:", {what: round(seconds) for what, seconds in built["stages"].items()}, *said)
        print(f"peak memory {built['peak_gib']:.1f} GiB; {pack.manifest.training['captions']} captions")
        print("files, MB:", {path.name: round(path.stat().st_size / 1e6, 1) for path in sorted(out.iterdir())})
        print(f"int8: {1000 * one_thread:.0f} ms a picture on one thread, {1000 * all_threads:.0f} on all")
        print(f"{COMPARED} photographs, {1000 * in_torch:.0f} ms each in transformers: {same.text()}")
        print("lowest cosine to transformers:", {name: round(value, 5) for name, value in lowest.items()})
        print(f"two photographs' embeddings have a cosine of {other:.4f}; self-check {locator.self_check:.5f}")
    assert built["peak_gib"] < MOST_GIB
    assert min(lowest.values()) > 0.99
    assert min(same.embedding.min(), same.mean_token.min()) >= 0.995
    assert not [path for path in tmp_path.iterdir() if path not in (checkpoint, out, some)]
    assert np.isfinite(all_threads)
