"""A CLIP tower made ready for int8: the same function, of inputs that one scale fits.

In int8 all that enters a linear map at once is rounded on one scale. CLIP has a few channels and a few tokens many
times larger than all others, and beside them the others round to next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn.functional import linear

from pigeon_desktop.engine.encoder import test_pattern
from pigeon_desktop.photos.preprocess import clip_transform
from pigeon_desktop.training.checkpoints.checkpoint import Checkpoint

GRAINS = (2, 5, 14, 56, 224)
"""Coloured squares along a side of the pictures of noise: from large shapes to fine grain."""
LEAST = 1e-5
SHARE = 0.65
"""How much of a channel's size goes into the weights, which have a scale for each output and bear more."""
SMALL = 0.5
"""Rows whose largest value is below this are left as they are: CLIP's gate reaches down to -0.17, and divided by less
the negative side would take up the scale."""


class EvenRows(nn.Module):
    """A linear map of what a gate lets through (…, w): each row is divided by its largest, and multiplied after."""

    def __init__(self, inner: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = inner.weight, inner.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        size = x.amax(dim=-1, keepdim=True).clamp(min=SMALL)
        return linear(x / size, self.weight) * size + self.bias


def ease(tower: Any, look: Callable[[], object]) -> None:
    """Change `tower`, one of a CLIPModel's two transformers, in place; `look` runs it on some examples.

    What enters queries, keys, values and the first map of an MLP comes from a norm. There each channel is moved to the
    middle of what it was seen to be, and gives `SHARE` of its size to the maps' weights (SmoothQuant, Xiao et al. 2023;
    Outlier Suppression+, Wei et al. 2023). What enters the second map comes from a gate, through which no scale
    passes: there it is rows, the tokens, that are brought to one size.
    """
    pairs: list[tuple[Any, tuple[Any, ...]]] = []
    for layer in tower.encoder.layers:
        attention = layer.self_attn
        pairs.append((layer.layer_norm1, (attention.q_proj, attention.k_proj, attention.v_proj)))
        pairs.append((layer.layer_norm2, (layer.mlp.fc1,)))
    seen: dict[nn.Module, tuple[torch.Tensor, torch.Tensor]] = {}
    hooks = [norm.register_forward_hook(partial(_note, seen)) for norm, _ in pairs]
    with torch.no_grad():
        try:
            look()
        finally:
            for hook in hooks:
                hook.remove()
        for norm, maps in pairs:
            least, most = seen[norm]
            middle, size = (most + least) / 2, ((most - least) / 2).clamp(min=LEAST)
            weights = torch.cat([inner.weight for inner in maps]).abs().amax(dim=0).clamp(min=LEAST)
            share = size**SHARE / weights ** (1 - SHARE)
            norm.bias.sub_(middle).div_(share)
            norm.weight.div_(share)
            for inner in maps:
                inner.bias.add_(inner.weight @ middle)
                inner.weight.mul_(share)
    for layer in tower.encoder.layers:
        layer.mlp.fc2 = EvenRows(layer.mlp.fc2)


def _note(
    seen: dict[nn.Module, tuple[torch.Tensor, torch.Tensor]], norm: nn.Module, _: object, output: torch.Tensor
) -> None:
    """Keep the least and the most that each channel of a norm's output (n, t, w) has been."""
    least, most = output.amin(dim=(0, 1)), output.amax(dim=(0, 1))
    if norm in seen:
        least, most = torch.minimum(seen[norm][0], least), torch.maximum(seen[norm][1], most)
    seen[norm] = least, most


def ease_image(clip: Any, checkpoint: Checkpoint) -> None:
    """`ease` the image tower by the built-in test pattern and noise of several grains.

    What is large in CLIP is so whatever the picture shows: with photographs in their place it comes out no better.
    """
    side, random = checkpoint.image_size, np.random.default_rng(0)
    pictures = [test_pattern(side)]
    for grain in GRAINS:
        noise = Image.fromarray(random.integers(0, 256, (grain, grain, 3), np.uint8), "RGB")
        pictures.append(noise.resize((side, side), Image.Resampling.BICUBIC))
    pixels = np.stack([clip_transform(picture, side, checkpoint.mean, checkpoint.std) for picture in pictures])
    ease(clip.vision_model, partial(clip.vision_model, pixel_values=torch.from_numpy(pixels)))
