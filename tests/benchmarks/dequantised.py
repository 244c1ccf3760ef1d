"""A CLIP checkpoint with real image weights: the default pack's int8 image tower (CLIP ViT-B/16) with its weights as
numbers again, beside a small text tower that has learnt nothing."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import load_file, save_file

from pigeon_desktop.packs.store import Pack
from tests.training.checkpoints import KNOWN, write_checkpoint

SIZES = {
    **{"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12},
    **{"image_size": 224, "patch_size": 16},
}
JOINT = 512


def write_real(folder: Path, pack: Pack, texts: Sequence[str] = KNOWN) -> Path:
    """A checkpoint whose text tower knows the words of `texts`, as letters and syllables, and nothing else."""
    width = {"hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 2, "num_attention_heads": 4}
    spec = pack.manifest.encoder
    write_checkpoint(folder, texts, vision=SIZES, text=width, joint=JOINT, mean=spec.mean, std=spec.std)
    path = folder / "model.safetensors"
    random, real = load_file(path), image_weights(pack.path_of(spec))
    assert {key for key in random if key.startswith("vision") or key.startswith("visual")} == set(real)
    save_file({**random, **{key: torch.from_numpy(value) for key, value in real.items()}}, path, {"format": "pt"})
    return folder


def image_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The image tower's weights by their names in `transformers`."""
    graph = onnx.load(str(path)).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = {name: values for name, values in arrays.items() if name.startswith("vision_model.")}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            scaled = node.input[1].removesuffix("_quantized")
            steps = arrays[f"{scaled}_quantized"].astype(np.float32) - arrays[f"{scaled}_zero_point"]
            name = re.sub(r"^/|/MatMul(_\d+)?_quant$", "", node.name).replace("/", ".")
            found[f"{name}.weight"] = np.ascontiguousarray((steps * arrays[f"{scaled}_scale"]).T)
    return {name: values.astype(np.float32) for name, values in found.items()}
