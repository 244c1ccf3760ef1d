"""CLIP's towers as ONNX graphs: single precision, int8 for processors, half precision for GPUs."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from pigeon_desktop.errors import PigeonError

OPSET = 17
"""The first with LayerNormalization as one operator."""
MOST_BYTES = 2**31 - 2**24
"""A graph with its weights in one file stays below 2 GiB, the most that protobuf holds."""
IMAGE_OUTPUTS = ("embedding", "mean_token", "tokens")


class ImageTower(nn.Module):
    """Pixels (n, 3, s, s) to `IMAGE_OUTPUTS`: embedding (n, e), projected and not normalised; mean_token (n, w), the
    mean of all last hidden states, which PIGEON classifies; tokens (n, t, w), the last hidden states themselves."""

    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.tower, self.projection = clip.vision_model, clip.visual_projection

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        seen = self.tower(pixel_values=pixels.to(self.projection.weight.dtype))
        outputs = (self.projection(seen.pooler_output), seen.last_hidden_state.mean(dim=1), seen.last_hidden_state)
        return tuple(output.float() for output in outputs)


class TextTower(nn.Module):
    """Token ids (n, t), int64, each row ending in the end token and filled up with it, to text embeddings (n, e).

    transformers takes the state at the first end token, in old configurations that at the highest id: the same.
    What stands behind it changes nothing, for the tower looks only back.
    """

    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.tower, self.projection = clip.text_model, clip.text_projection

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        embedding: torch.Tensor = self.projection(self.tower(input_ids=input_ids).pooler_output)
        return embedding


def require_one_file(source: str, tower: nn.Module) -> None:
    """Refuse a tower that does not fit one file. Raises PigeonError."""
    size = sum(p.numel() * p.element_size() for p in tower.parameters())
    if size > MOST_BYTES:
        raise PigeonError(
            f"{source}: one of its towers takes {size / 1e9:.1f} GB, and a graph must stay below "
            f"{MOST_BYTES / 1e9:.1f} GB. Take a smaller CLIP."
        )


def export_image(clip: Any, size: int, path: Path) -> None:
    """Write the image tower for pictures of `size` pixels; the batch is dynamic. In the weights' own precision."""
    export_tower(ImageTower(clip), torch.zeros(1, 3, size, size), path, "pixels", IMAGE_OUTPUTS, {0: "n"})


def export_text(clip: Any, context_length: int, end_token: int, path: Path) -> None:
    """Write the text tower; the batch and the number of tokens, up to `context_length`, are dynamic."""
    ids = torch.full((1, context_length), end_token)
    export_tower(TextTower(clip), ids, path, "input_ids", ("embedding",), {0: "n", 1: "tokens"})


def export_tower(
    tower: nn.Module, example: torch.Tensor, path: Path, name: str, outputs: tuple[str, ...], axes: Mapping[int, str]
) -> None:
    """Write any tower of one input, called `name`, with its dynamic `axes` and these outputs."""
    # The exporter that traces: the newer one needs the package onnxscript, and gives the same graph.
    with torch.inference_mode(), _expected_warnings():
        torch.onnx.export(
            tower.eval(),
            (example,),
            str(path),
            input_names=[name],
            output_names=list(outputs),
            dynamic_axes={name: dict(axes), **{output: {0: "n"} for output in outputs}},
            opset_version=OPSET,
            dynamo=False,
        )


@contextmanager
def _expected_warnings() -> Iterator[None]:
    """Keep quiet of what the tracing exporter always says: that it is the old one, and that it traced shapes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "You are using the legacy TorchScript", DeprecationWarning)
        warnings.filterwarnings("ignore", "The feature will be removed", DeprecationWarning)
        warnings.filterwarnings("ignore", "Converting a tensor to a Python boolean", Warning)
        warnings.filterwarnings("ignore", "Exporting aten::index operator", UserWarning)
        yield


def quantise(source: Path, target: Path) -> None:
    """Write a graph with the weights of its linear maps as int8, with a scale a channel; they are nearly all of it.

    The patch convolution stays as it is: it is small, and what it rounds away is lost to all layers.
    """
    with _without_advice():
        quantize_dynamic(
            source, target, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"]
        )
    # The inferred shapes are of the graph before, and loading would only check them again.
    graph = onnx.load(str(target))
    del graph.graph.value_info[:]
    onnx.save(graph, str(target))


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep quiet the quantiser's advice to optimise first, which ONNX Runtime does when it loads the graph."""

    def wanted(record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Please consider to run pre-processing")

    root = logging.getLogger()
    root.addFilter(wanted)
    try:
        yield
    finally:
        root.removeFilter(wanted)
