"""What the programs that are compared run on: two architectures as CLIP checkpoints with random weights, the pack that
one of them becomes, and photographs of twelve megapixels. Speed does not care what weights say.

Made once, in `build/peers`, which `make clean` removes. `python -m tests.benchmarks.peer_models` makes all of it, so
that the memory that this takes is not the test's.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.packs.store import open_pack
from pigeon_desktop.training.checkpoints.streetclip import Order, build_streetclip
from tests.cells import some_countries
from tests.training.checkpoints import write_checkpoint

MADE = Path(__file__).parents[2] / "build" / "peers"
MERGES = 49_152 - 256 - 2
"""CLIP's, so that captions have as many tokens as with CLIP."""
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
LARGE_FROM = (4000, 3000)
"""A telephone's twelve megapixels."""
FEW = ["PT", "ES", "AD", "FR", "JP"]
"""Countries of the pack that is built. Their captions are encoded when it is built, so that how many there are matters
only there."""


@dataclass(frozen=True)
class Architecture:
    """`vision` and `text` as in `transformers.CLIPConfig`; `joint`: the width of the space that both project onto."""

    name: str
    vision: dict[str, Any]
    text: dict[str, Any]
    joint: int


def _tower(width: int, layers: int, heads: int) -> dict[str, int]:
    sizes = {"hidden_size": width, "intermediate_size": 4 * width}
    return {**sizes, "num_hidden_layers": layers, "num_attention_heads": heads}


BASE = Architecture("ViT-B/16", {**_tower(768, 12, 12), "image_size": 224, "patch_size": 16}, _tower(512, 12, 8), 512)
LARGE = Architecture(
    "ViT-L/14-336", {**_tower(1024, 24, 16), "image_size": 336, "patch_size": 14}, _tower(768, 12, 12), 768
)


def checkpoint(architecture: Architecture) -> Path:
    """A folder as the hub has them."""
    folder = MADE / architecture.name.replace("/", "-")
    if not (folder / "README.md").is_file():  # which is written last
        vocabulary = metadata.distribution("open_clip_torch").locate_file("open_clip/bpe_simple_vocab_16e6.txt.gz")
        merges = gzip.decompress(Path(str(vocabulary)).read_bytes()).decode("utf-8").split("\n")[1:][:MERGES]
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_checkpoint(
            folder,
            merges=merges,
            vision=architecture.vision,
            text=architecture.text,
            joint=architecture.joint,
            mean=MEAN,
            std=STD,
        )
    return folder


def pack_of(architecture: Architecture) -> Path:
    """The pack that `pigeon packs build streetclip` makes of the checkpoint, over the cells of a few countries."""
    out = MADE / f"pack of {architecture.name.replace('/', '-')}"
    if not out.is_dir():  # it appears when it is whole
        default = open_pack("default")
        cells = MADE / "cells.xz"
        some_countries(GeocellSet.read(default.path_of(default.manifest.geocells)), FEW).write(cells)
        order = Order(str(checkpoint(architecture)), out, "large", cells=cells)
        build_streetclip(order, lambda what, done, total: None, lambda text: None, CancelToken())
    return out


def countries() -> list[str]:
    """The names of all countries in which the default pack has geocells."""
    default = open_pack("default")
    codes = set(GeocellSet.read(default.path_of(default.manifest.geocells)).country_code.tolist())
    return sorted(country.name for country in load_atlas().countries if country.code in codes)


def twelve_megapixels(photographs: Sequence[Path]) -> list[Path]:
    """The photographs enlarged, with the grain that a sensor has, so that the files are as long as a telephone's."""
    folder = MADE / "twelve megapixels"
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0).normal(0, 6, (LARGE_FROM[1], LARGE_FROM[0], 1)).astype(np.float32)
    made = []
    for path in photographs:
        large = folder / path.name
        if not large.is_file():
            with Image.open(path) as image:
                pixels = image.convert("RGB").resize(LARGE_FROM, Image.Resampling.BICUBIC)
            grainy = np.clip(np.asarray(pixels, np.float32) + noise, 0, 255).astype(np.uint8)
            part = folder / f"{path.name}.part"
            Image.fromarray(grainy).save(part, "JPEG", quality=88)
            part.replace(large)
        made.append(large)
    return made


if __name__ == "__main__":
    for asked in (BASE, LARGE):
        if asked.name in (sys.argv[1:] or (BASE.name, LARGE.name)):
            checkpoint(asked)
            if asked is LARGE:
                pack_of(asked)
