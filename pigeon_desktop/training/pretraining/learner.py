"""One step of contrastive learning: exact gradients of a large batch in parts, on one device or several."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

import torch
from accelerate import Accelerator

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.checkpoints.clip import Clip, embed_images, embed_texts
from pigeon_desktop.training.pretraining.captions import PARTS
from pigeon_desktop.training.pretraining.losses import LOSSES, LossName
from pigeon_desktop.training.pretraining.retrieval import hits

MOST_SCALE = math.log(100.0)
"""CLIP's own bound on logit_scale."""
MOST_NORM = 1.0
"""Gradients longer than this are shortened to it."""
AT_ONCE = 64
"""Photographs embedded at once when nothing is learnt, where no part is given."""

Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True)
class ContrastiveOptions:
    """How captions are learnt.

    `batch`: photographs that a loss is taken over, on all devices together; `part`: so many of them are in memory at
    once, a device (0: all). `warm_up`: steps until the learning rate is reached, from where it falls to 0 as a cosine.
    `caption_parts`, `dropped`: what captions say, see `captions.caption`. `held_out`: share of the places that are
    only measured on. `every`: steps between checkpoints, each with its figure. `recompute`: gradient checkpointing.
    """

    loss: LossName = "infonce"
    margin: float = 1.0
    freeze: Literal["none", "vision", "text"] = "none"
    steps: int = 2000
    batch: int = 512
    part: int = 32
    learning_rate: float = 1e-6
    warm_up: int = 100
    weight_decay: float = 0.001
    caption_parts: tuple[str, ...] = PARTS
    dropped: float = 0.2
    held_out: float = 0.1
    every: int = 200
    precision: Precision = "auto"
    recompute: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"margin": 1e-6, "steps": 1, "batch": 2, "learning_rate": 1e-12, "every": 1}
        shares = {"dropped": 1.0 + 1e-9, "held_out": 1.0, "margin": 2.0 + 1e-9}
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, int | float)
            if number and not least.get(field.name, 0) <= value < shares.get(field.name, 1e9):
                raise ValueError(f"{field.name.replace('_', ' ')} cannot be {value}")


def learning_rate(step: int, options: ContrastiveOptions) -> float:
    """The rate of step 0, 1, …: linear until `warm_up` steps are done, then a cosine that ends at 0 after the last."""
    if step < options.warm_up:
        return options.learning_rate * (step + 1) / options.warm_up
    done = (step - options.warm_up) / max(1, options.steps - options.warm_up)
    return options.learning_rate * (1.0 + math.cos(math.pi * min(1.0, done))) / 2.0


@dataclass(frozen=True, eq=False)
class Batch:
    """This device's n photographs, shape (n, 3, s, s), their captions' tokens, shape (n, l), and for the photographs
    and captions of all devices, in the order of the devices, which are no negatives of each other, shape (N, N).

    Where the image tower is frozen, the photographs may be its vectors instead, shape (n, d), see `Learner.seen`.
    """

    pixels: torch.Tensor
    tokens: torch.Tensor
    same: torch.Tensor

    def __len__(self) -> int:
        return len(self.pixels)


class Learner:
    """A checkpoint's model while it learns, on this process's device."""

    def __init__(self, clip: Clip, options: ContrastiveOptions, accelerator: Accelerator) -> None:
        self.clip, self.options, self._accelerator = clip, options, accelerator
        self.device: torch.device = accelerator.device
        bf16 = self.device.type == "cuda" if options.precision == "auto" else options.precision == "bf16"
        self.precision: Precision = "bf16" if bf16 else "fp32"
        self.model: Any = clip.model.to(self.device).train()
        frozen = {"vision": ("vision_model", "visual_projection"), "text": ("text_model", "text_projection")}
        for name in frozen.get(options.freeze, ()):
            getattr(self.model, name).requires_grad_(False)
        if options.recompute:
            name = (
                "activation" if hasattr(self.model, "activation_checkpointing_enable") else "gradient"
            )  # transformers renamed it
            enable = getattr(self.model, f"{name}_checkpointing_enable")
            enable(**{f"{name}_checkpointing_kwargs": {"use_reentrant": False}})
        learnt = [p for p in self.model.parameters() if p.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": [p for p in learnt if p.ndim > 1], "weight_decay": options.weight_decay},
            # Biases, norms and the scale have no reason to be small.
            {"params": [p for p in learnt if p.ndim < 2], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=options.learning_rate)

    def learn(self, batch: Batch, step: int) -> float:
        """Take one step; its loss."""
        loss = self.gradients(batch, step)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(step, self.options)
        torch.nn.utils.clip_grad_norm_([p for p in self.model.parameters() if p.grad is not None], MOST_NORM)
        self.optimiser.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(max=MOST_SCALE)
        return loss

    def gradients(self, batch: Batch, step: int) -> float:
        """Put the gradients of the loss over all photographs of all devices into the parameters; the loss.

        These losses are not sums over parts of a batch. So all vectors are made first, the loss's gradients by them
        are taken, and then each part is run again and takes its own backward (GradCache, Gao et al. 2021): the same
        as the batch at once, for one more forward run.
        """
        self.optimiser.zero_grad()
        size = self.options.part or len(batch)
        parts = [slice(start, min(start + size, len(batch))) for start in range(0, len(batch), size)]
        at_once = len(parts) == 1
        with torch.set_grad_enabled(at_once):
            made = [self._embed(batch, part, step) for part in parts]
        images, texts = (
            self._gathered(torch.cat([vectors[k] for vectors in made]).detach()).requires_grad_() for k in (0, 1)
        )
        scale = self.model.logit_scale.detach().clone().requires_grad_()
        same = batch.same.to(self.device)
        loss = LOSSES[self.options.loss](images, texts, scale.exp(), same, self.options.margin)
        loss.backward()  # type: ignore[no-untyped-call]
        first = self._accelerator.process_index * len(batch)
        for part, kept in zip(parts, made, strict=True):
            vectors = kept if at_once else self._embed(batch, part, step)
            ours = slice(first + part.start, first + part.stop)
            for vector, full in zip(vectors, (images, texts), strict=True):
                if vector.requires_grad and full.grad is not None:
                    vector.backward(full.grad[ours])  # type: ignore[no-untyped-call]
        self._add_up(scale.grad)
        return float(loss.detach())

    def _embed(self, batch: Batch, part: slice, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The vectors of a part; dropout, in models that have it, is the same whenever the part is run."""
        tokens = batch.tokens[part].to(self.device)
        gpu = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=gpu), self._autocast():
            # The hash of numbers is the same in every process, unlike that of texts.
            torch.manual_seed(hash((self.options.seed, step, part.start, self._accelerator.process_index)))
            return self._images(batch.pixels[part].to(self.device)), embed_texts(self.model, tokens)

    def _images(self, pixels: torch.Tensor) -> torch.Tensor:
        """Unit vectors of photographs, shape (n, d); those that are vectors already stay."""
        return pixels if pixels.ndim == 2 else embed_images(self.model, pixels)

    def seen(self, pixels: Iterable[torch.Tensor], count: int) -> torch.Tensor:
        """The vectors of `count` photographs by the tower as it is, shape (count, d), on the CPU."""
        self.model.eval()
        stream, made, size = iter(pixels), [], self.options.part or AT_ONCE
        try:
            with torch.inference_mode(), self._autocast():
                for start in range(0, count, size):
                    stack = torch.stack([next(stream) for _ in range(min(size, count - start))])
                    made.append(self._images(stack.to(self.device)).cpu())
        finally:
            self.model.train()
        return torch.cat(made) if made else torch.zeros(0, int(self.model.config.projection_dim))

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16")

    def _gathered(self, vectors: torch.Tensor) -> torch.Tensor:
        return self._accelerator.gather(vectors).clone()  # type: ignore[no-any-return]

    def _add_up(self, scale_gradient: torch.Tensor | None) -> None:
        """Add the devices' gradients up: each has those of the whole loss by its own photographs."""
        devices = self._accelerator.num_processes
        if scale_gradient is not None and self.model.logit_scale.requires_grad:
            self.model.logit_scale.grad = scale_gradient / devices  # it is whole on each of them
        if devices > 1:
            for parameter in self.model.parameters():
                if parameter.grad is not None:
                    parameter.grad = self._accelerator.reduce(parameter.grad, "sum")

    def found(self, pixels: Iterable[torch.Tensor], truth: torch.Tensor, captions: list[str]) -> torch.Tensor:
        """`hits` of this device's photographs among the captions, added up over the devices, shape (2,)."""
        self.model.eval()
        size, count = self.options.part or AT_ONCE, torch.zeros(2, dtype=torch.int64, device=self.device)
        try:
            with torch.inference_mode(), self._autocast():
                texts = torch.cat([self._texts(captions[i : i + size]) for i in range(0, len(captions), size)])
                stream = iter(pixels)
                for some in torch.split(truth, size) if len(truth) else ():
                    stack = torch.stack([next(stream) for _ in some]).to(self.device)
                    count += hits(self._images(stack), texts, some.to(self.device))
        finally:
            self.model.train()
        return self._accelerator.reduce(count, "sum")  # type: ignore[no-any-return]

    def _texts(self, captions: list[str]) -> torch.Tensor:
        return embed_texts(self.model, self.clip.tokens(captions).to(self.device))

    def anybody(self, here: bool) -> bool:
        """Whether `here` holds on any device."""
        return bool(self._accelerator.reduce(torch.tensor(int(here), device=self.device), "sum"))

    def share(self, count: int) -> int:
        """A batch of at most `count` that is the same on all devices. Raises PigeonError: too few photographs."""
        devices = int(self._accelerator.num_processes)
        size = min(self.options.batch, count) // devices * devices
        if size < 2:
            raise PigeonError(f"The table: {count} photographs are too few for {devices} devices. Add photographs.")
        return size
