"""Photographs with what is known of them: which can be read, which are held out, and in what order they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from pigeon_desktop.engine.devices import physical_cores
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.photos.loading import PhotoError, load_photo
from pigeon_desktop.photos.preprocess import clip_transform
from pigeon_desktop.training.checkpoints.clip import Clip
from pigeon_desktop.training.pretraining.captions import Facts
from pigeon_desktop.training.tables import Truth

Ints = NDArray[np.int64]
Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Pairs:
    """n photographs and the facts that their captions are made of."""

    rows: tuple[Truth, ...]
    facts: tuple[Facts, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def countries(self) -> list[str]:
        """Names of all countries, in order."""
        return sorted({fact.country for fact in self.facts})


def readable(rows: Sequence[Truth], side: int, say: Say, progress: Progress, cancel: CancelToken) -> tuple[int, ...]:
    """The rows whose photographs can be decoded, each content once; the others are told by name.

    Raises:
        Cancelled: by `cancel`.
    """

    def decode(row: Truth) -> tuple[str, str]:
        try:
            return load_photo(row.path, side).sha256, ""
        except PhotoError as error:
            return "", str(error)

    first: dict[str, int] = {}
    for i, (sha256, problem) in enumerate(in_threads(decode, rows, physical_cores(), cancel, in_order=True)):
        progress(f"Reading {len(rows):,} photographs", i + 1, len(rows))
        if problem:
            say(problem)
        elif first.setdefault(sha256, i) != i:
            say(f"{rows[i].path}: is the same file as {rows[first[sha256]].path}. Delete one of the two rows.")
    return tuple(first.values())


def split_by_place(pairs: Pairs, share: float, seed: int) -> tuple[Ints, Ints]:
    """Rows to learn from, and rows of a share of the places that are held out; no place is in both.

    Raises:
        PigeonError: fewer than two photographs, or places, are left to learn from.
    """
    places, at = np.unique([row.place for row in pairs.rows], return_inverse=True)
    count = max(1, round(share * len(places))) if share else 0
    out = np.random.default_rng(seed).permutation(len(places))[:count]
    held = np.isin(at, out)
    if len(places) - count < 2 or (~held).sum() < 2:
        raise PigeonError(
            f"The table: {len(places)} places, {count} of them held out, leave too few to learn from. Add photographs."
        )
    return np.flatnonzero(~held), np.flatnonzero(held)


def batches(rows: Ints, size: int, seed: int, first: int = 0) -> Iterator[Ints]:
    """Batches without end from step `first`: every pass in a new order, what does not fill the last batch left out.

    A pure function of its arguments, so that a run can go on anywhere.
    """
    per_pass = max(1, len(rows) // size)
    step = first
    while True:
        order = np.random.default_rng((seed, step // per_pass)).permutation(rows)
        for k in range(step % per_pass, per_pass):
            yield order[k * size : (k + 1) * size]
            step += 1


def pixels(paths: Iterable[Path], clip: Clip, cancel: CancelToken) -> Iterator[torch.Tensor]:
    """The model's inputs, each of shape (3, s, s), decoded ahead in threads.

    Raises:
        Cancelled: by `cancel`; PhotoError: a photograph cannot be read any more.
    """

    look = clip.checkpoint

    def decode(path: Path) -> torch.Tensor:
        picture = load_photo(path, look.image_size).pixels
        return torch.from_numpy(clip_transform(picture, look.image_size, look.mean, look.std))

    return in_threads(decode, paths, physical_cores(), cancel, in_order=True)
