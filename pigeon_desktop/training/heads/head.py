"""Training heads: from features to geocells, with haversine-smoothed labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import dropout

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.head import LinearHead, LocationHead, Standard, Trunk, packed
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.packs.manifest import Feature
from pigeon_desktop.training.heads.targets import Classes, Targets
from pigeon_desktop.training.photographs import TrainingPhotographs

FEATURES: tuple[Feature, ...] = ("embedding", "mean_token")
GAIN = 30.0
"""Inputs have length 1 when a head runs; it is trained on inputs this long, which the learning rates suit."""
WATCHED = 10
"""With early stopping one place in so many is watched instead of trained on."""

Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class HeadOptions:
    """How a head is trained.

    `kind`: "location" (classes are places, by their embeddings) or "linear" (classes are cells: PIGEON's head, with
    `hidden` 0 and `members` 1). `tau_km`: scale of the label smoothing; PIGEON takes 75 km for street views, 65 km
    for people's photographs. `hidden`: rectified units a member, beside the linear map; 0 for none. `members`: heads
    trained from different seeds and folded into one, whose logits are the mean of theirs. `country_share`: weight of
    the loss over countries beside that over classes. `dropout` and `weight_decay` are those of all but the inputs
    and the hidden layer's own weights. `patience`: stop after so many epochs without gain on watched places, and
    keep the best; 0 for no watching. `stop_after`: end there, although the learning rate's schedule runs over
    `epochs`; 0 for its end.
    """

    kind: Literal["location", "linear"] = "location"
    tau_km: float = 75.0
    hidden: int = 512
    members: int = 3
    country_share: float = 1.0
    dropout: float = 0.5
    input_dropout: float = 0.3
    weight_decay: float = 20.0
    hidden_decay: float = 0.1
    learning_rate: float = 1e-3
    epochs: int = 16
    batch: int = 256
    patience: int = 0
    stop_after: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"tau_km": 1e-3, "members": 1, "learning_rate": 1e-9, "epochs": 1, "batch": 1}
        shares = {"dropout", "input_dropout"}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "kind" and not (least.get(field.name, 0) <= value < (1 if field.name in shares else 1e9)):
                raise ValueError(f"{field.name.replace('_', ' ')} cannot be {value}")


@dataclass(frozen=True, eq=False)
class TrainedHead:
    """A head, and after how many epochs the best of each member was had."""

    head: LocationHead | LinearHead
    epochs: tuple[int, ...]


def train_head(
    photographs: TrainingPhotographs,
    rows: Ints,
    cells: GeocellSet,
    classes: Classes,
    options: HeadOptions,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> TrainedHead:
    """A head from the photographs `rows`; the same arguments give the same head on one machine.

    Raises:
        Cancelled: by `cancelled`.
    """
    standard = Standard.of(photographs.features.rows(rows), FEATURES)
    plain, mirrored = (standard.inputs(f) * GAIN for f in (photographs.features, photographs.mirrored))
    lesson = _Lesson(
        (torch.tensor(plain), torch.tensor(mirrored)),
        torch.tensor(photographs.weights()),
        Targets.of(photographs, cells, classes, options.tau_km),
        *watched(photographs, rows, options),
        cancelled,
    )
    state = torch.random.get_rng_state()  # dropout has no generator of its own
    members, epochs = list[_Member](), list[int]()
    try:
        for k in range(options.members):
            member = _Member(plain.shape[1], cells, classes, replace(options, seed=options.seed + 1000 * k))
            epochs.append(
                member.learn(lesson, lambda done, total, k=k: progress(k * total + done, options.members * total))  # type: ignore[misc]
            )
            members.append(member)
    finally:
        torch.random.set_rng_state(state)
    trunk = _folded(standard, members)
    if classes.embedding is None:
        return TrainedHead(LinearHead(trunk, 1.0), tuple(epochs))
    country, cell = classes.country.astype(np.int32), classes.cell.astype(np.int32)
    return TrainedHead(LocationHead(trunk, classes.embedding, country, cell, len(cells), 1.0), tuple(epochs))


@dataclass(frozen=True, eq=False)
class _Lesson:
    """All that members learn from: inputs of photographs and of their mirror images, how much each counts, what is
    asked, and the rows to learn from and to watch (which may be none)."""

    views: tuple[torch.Tensor, torch.Tensor]
    importance: torch.Tensor
    targets: Targets
    rows: Ints
    watched: Ints
    cancelled: Callable[[], bool]


def watched(photographs: TrainingPhotographs, rows: Ints, options: HeadOptions) -> tuple[Ints, Ints]:
    """Those of the photographs `rows` to learn from, and those to watch: a place is never in both."""
    if not options.patience:
        return rows, rows[:0]
    tenth = photographs.folds(WATCHED, seed=options.seed + 1)[rows] == 0
    return rows[~tenth], rows[tenth]


class _Member:
    """One head while it learns."""

    def __init__(self, inputs: int, cells: GeocellSet, classes: Classes, options: HeadOptions) -> None:
        self.options = options
        self.generator = torch.Generator().manual_seed(options.seed)
        torch.manual_seed(options.seed)
        countries = len(cells.countries[0])
        self.embedding = None if classes.embedding is None else torch.tensor(classes.embedding.T.copy())
        self.country = torch.tensor(np.eye(countries, dtype=np.float32)[:, classes.country].copy())
        self.width = len(classes) if self.embedding is None else len(self.embedding)
        outputs = self.width if self.embedding is None else self.width + countries
        # Sums of the hidden layer have a variance of 1, for inputs have the length GAIN.
        self.hidden_weight = torch.normal(0.0, 1 / GAIN, (inputs, options.hidden), generator=self.generator)
        self.hidden_bias, self.hidden_out = torch.zeros(options.hidden), torch.zeros(options.hidden, outputs)
        self.weight, self.bias = torch.zeros(inputs, outputs), torch.zeros(outputs)
        self.log_scale = torch.tensor(np.log(10.0), dtype=torch.float32)

    def _parameters(self) -> tuple[torch.Tensor, ...]:
        hidden = (self.hidden_weight, self.hidden_bias, self.hidden_out) if self.options.hidden else ()
        return (self.weight, self.bias, self.log_scale, *hidden)

    def _logits(self, x: torch.Tensor, *, learning: bool = False) -> torch.Tensor:
        options = self.options
        x = dropout(x, options.input_dropout, learning)
        outputs = x @ self.weight + self.bias
        if options.hidden:
            hidden = torch.relu(x @ self.hidden_weight + self.hidden_bias)
            outputs = outputs + dropout(hidden, options.dropout, learning) @ self.hidden_out
        if self.embedding is None:
            return outputs
        # The second product hands each class the output of its country: as a gather it would learn slowly.
        return (outputs[:, : self.width] @ self.embedding) * self.log_scale.exp() + outputs[
            :, self.width :
        ] @ self.country

    def learn(self, lesson: _Lesson, progress: Progress) -> int:
        """Learn; the number of epochs that were worth it. Raises Cancelled."""
        options = self.options
        for parameter in self._parameters():
            parameter.requires_grad_()
        decayed = [self.weight, *([self.hidden_out] if options.hidden else [])]
        groups: list[dict[str, Any]] = [
            {"params": decayed, "weight_decay": options.weight_decay},
            {"params": [self.bias, self.log_scale], "weight_decay": 0.0},
        ]
        if options.hidden:
            groups.append({"params": [self.hidden_weight], "weight_decay": options.hidden_decay})
            groups.append({"params": [self.hidden_bias], "weight_decay": 0.0})
        optimiser = torch.optim.AdamW(groups, lr=options.learning_rate)
        batches = max(1, len(lesson.rows) // options.batch)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, options.learning_rate, total_steps=options.epochs * batches, pct_start=0.1
        )
        last = options.stop_after or options.epochs
        best, best_epoch, kept = float("inf"), last, list[torch.Tensor]()
        for epoch in range(1, last + 1):
            order = torch.tensor(lesson.rows)[torch.randperm(len(lesson.rows), generator=self.generator)]
            for step, batch in enumerate(order.tensor_split(batches), start=1):
                if lesson.cancelled():
                    raise Cancelled
                flip = torch.rand(len(batch), 1, generator=self.generator) < 0.5
                x = torch.where(flip, lesson.views[1][batch], lesson.views[0][batch])
                loss = self._loss(lesson, batch, self._logits(x, learning=True))
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                schedule.step()
                progress((epoch - 1) * batches + step, last * batches)
            if options.patience:
                watched = torch.tensor(lesson.watched)
                with torch.inference_mode():
                    seen = float(self._loss(lesson, watched, self._logits(lesson.views[0][watched])))
                if seen < best:
                    best, best_epoch = seen, epoch
                    kept = [p.detach().clone() for p in self._parameters()]
                elif epoch - best_epoch >= options.patience:
                    break
        for parameter, value in zip(self._parameters(), kept, strict=False):
            parameter.data = value
        return best_epoch

    def _loss(self, lesson: _Lesson, rows: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        by_photograph = lesson.targets.loss(logits, rows, self.options.country_share)
        return (by_photograph * lesson.importance[rows]).mean()

    def matrices(self) -> tuple[NDArray[np.float32], ...]:
        """Weight, bias, hidden weight, bias and out, with the scale and GAIN folded in."""
        parts = (self.weight, self.bias, self.hidden_weight, self.hidden_bias, self.hidden_out)
        weight, bias, hidden_weight, hidden_bias, hidden_out = (p.detach().numpy() for p in parts)
        factor = np.ones(len(bias), np.float32)
        factor[: self.width if self.embedding is not None else 0] = float(self.log_scale.detach().exp())
        folded = (weight * factor * GAIN, bias * factor, hidden_weight * GAIN, hidden_bias, hidden_out * factor)
        return tuple(np.asarray(part, np.float32) for part in folded)


def _folded(standard: Standard, members: list[_Member]) -> Trunk:
    """One trunk whose outputs are the mean of the members': their hidden units side by side."""
    weight, bias, hidden_weight, hidden_bias, hidden_out = zip(*(m.matrices() for m in members), strict=True)
    return Trunk(
        standard,
        np.mean(weight, axis=0),
        np.mean(bias, axis=0),
        np.concatenate(hidden_weight, axis=1),
        np.concatenate(hidden_bias),
        np.asarray(np.concatenate(hidden_out) / len(members), np.float32),
    )


def write_head(head: LocationHead | LinearHead, path: Path) -> None:
    """Write the file that a pack carries."""
    trunk = head.trunk
    arrays: dict[str, NDArray[Any]] = {
        "mean": trunk.standard.mean,
        "scale": trunk.standard.scale,
        "bias": trunk.bias,
        "hidden_bias": trunk.hidden_bias,
        **packed("weight", trunk.weight),
        **packed("hidden_weight", trunk.hidden_weight),
        **packed("hidden_out", trunk.hidden_out),
    }
    if isinstance(head, LocationHead):
        arrays |= {**packed("places", head.places), "cell": head.cell, "country": head.country}
    shapes.write_arrays(path, arrays)
