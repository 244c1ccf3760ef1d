"""Caption pretraining: a CLIP checkpoint learns on from photographs and what is known of their places."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator

from pigeon_desktop import __version__
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.prompts import country_caption
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import file_sha256
from pigeon_desktop.training.checkpoints.checkpoint import load_clip, read_checkpoint
from pigeon_desktop.training.checkpoints.clip import open_clip
from pigeon_desktop.training.pretraining.captions import caption, known_facts, require_parts, true_of
from pigeon_desktop.training.pretraining.learner import Batch, ContrastiveOptions, Learner
from pigeon_desktop.training.pretraining.pairs import (
    Ints,
    Pairs,
    Progress,
    Say,
    batches,
    pixels,
    readable,
    split_by_place,
)
from pigeon_desktop.training.pretraining.restart import (
    Progressed,
    finish,
    last_checkpoint,
    read_optimiser,
    read_progress,
    require_folder,
    write_checkpoint,
)
from pigeon_desktop.training.pretraining.retrieval import Retrieval, figures
from pigeon_desktop.training.tables import Table, read_table


@dataclass(frozen=True)
class Watch:
    """Who hears of a run, and who can stop it."""

    say: Say
    progress: Progress
    cancel: CancelToken


def train_contrastive(
    table_file: Path, checkpoint: str, out: Path, options: ContrastiveOptions, device: str, watch: Watch
) -> tuple[Progressed, int]:
    """`pigeon train contrastive`: learn, and write a CLIP checkpoint into `out`; how it went, and how many rows of the
    table were left out.

    A run that was stopped or killed goes on at its last checkpoint. The same arguments give the same weights on one
    kind of machine with as many threads and devices, whether it was stopped or not.

    Raises:
        Cancelled: by `watch.cancel`, after a checkpoint was written.
        PigeonError: what was given cannot be used, or belongs to another run than the one in `out`.
    """
    require_parts(options.caption_parts)
    require_folder(out)
    accelerator = Accelerator(cpu=device == "cpu", mixed_precision="no")
    if not accelerator.is_main_process:  # it says what all have to say
        watch = replace(watch, say=lambda message: None, progress=lambda stage, done, total: None)
    table = read_table(table_file, load_atlas())
    for problem in table.problems:
        watch.say(problem)
    clip = open_clip(checkpoint)
    begun_with = {
        "table_sha256": file_sha256(table_file)[0],
        "checkpoint_sha256": clip.checkpoint.sha256,
        "devices": accelerator.num_processes,
        **asdict(options),
    }
    last = last_checkpoint(out)
    if last is None:
        rows = readable(table.rows, clip.checkpoint.image_size, watch.say, watch.progress, watch.cancel)
        progressed = Progressed(0, begun_with, rows)
    else:
        progressed = read_progress(last, begun_with)
        clip = replace(clip, model=load_clip(read_checkpoint(str(last))))
        watch.say(f"{out}: goes on at step {progressed.step:,}.")
    learner = Learner(clip, options, accelerator)
    if last is not None:
        learner.optimiser.load_state_dict(read_optimiser(last))
    run = _Run(out, learner, _pairs(table, progressed.rows), progressed, accelerator, watch)
    run.go()
    if accelerator.is_main_process:
        finish(
            out, clip, {"table": str(table_file), "checkpoint": checkpoint, **_record(run.progressed, table, learner)}
        )
    accelerator.wait_for_everyone()
    return run.progressed, len(table.problems) + len(table.rows) - len(progressed.rows)


def _pairs(table: Table, rows: Iterable[int]) -> Pairs:
    usable = tuple(table.rows[i] for i in rows)
    if not usable:
        raise PigeonError("The table: none of its photographs can be read. Check the paths in it.")
    return Pairs(usable, tuple(known_facts(usable, load_atlas())))


class _Run:
    """A run between two checkpoints: `progressed` is how far it is."""

    def __init__(
        self,
        out: Path,
        learner: Learner,
        pairs: Pairs,
        progressed: Progressed,
        accelerator: Accelerator,
        watch: Watch,
    ) -> None:
        self._out, self._learner, self._pairs, self._watch = out, learner, pairs, watch
        self._accelerator, self._options = accelerator, learner.options
        self.progressed = progressed
        # Devices must stop at the same step: none may stop alone while it waits for its photographs.
        self._cancel = watch.cancel if accelerator.num_processes == 1 else CancelToken()
        self._learnt, self._held = split_by_place(pairs, self._options.held_out, self._options.seed)
        self._size = learner.share(len(self._learnt))
        self._seen: torch.Tensor | None = None

    def go(self) -> None:
        """Learn until the last step; raises Cancelled after writing a checkpoint."""
        options, start, before = self._options, time.monotonic(), self.progressed.seconds
        try:
            if options.freeze == "vision" and options.steps * self._size >= len(self._pairs):
                self._look()
            if not self.progressed.figures:
                self._begin()
            if self._is_due() and self.progressed.figures[-1]["step"] != self.progressed.step:  # stopped while measured
                self._measure()
            for batch in self._batches():
                if self._learner.anybody(self._watch.cancel.cancelled):
                    raise Cancelled
                step = self.progressed.step
                loss = self._learner.learn(batch, step)
                self.progressed = replace(
                    self.progressed,
                    step=step + 1,
                    losses=(*self.progressed.losses, loss),
                    seconds=before + time.monotonic() - start,
                )
                self._watch.progress("Learning", step + 1, options.steps)
                if self._is_due():
                    self._measure()
                    self._write()
        except Cancelled:
            self._write()
            raise

    def _look(self) -> None:
        """Take what a frozen image tower says of each photograph once, in the same parts whoever asks and when."""
        rank, devices, count = self._accelerator.process_index, self._accelerator.num_processes, len(self._pairs)

        def told() -> Iterator[torch.Tensor]:
            paths = (row.path for row in self._pairs.rows[rank::devices])
            for i, picture in enumerate(pixels(paths, self._learner.clip, self._cancel)):
                self._watch.progress(f"Looking at {count:,} photographs", min(count, devices * (i + 1)), count)
                yield picture

        mine = self._learner.seen(told(), len(range(rank, count, devices)))
        seen = torch.zeros(count, mine.shape[1])
        seen[rank::devices] = mine.float()
        self._seen = self._accelerator.reduce(seen.to(self._learner.device), "sum").cpu()

    def _is_due(self) -> bool:
        return self.progressed.step in (0, self._options.steps) or self.progressed.step % self._options.every == 0

    def _begin(self) -> None:
        learnt, held = len(self._learnt), len(self._held)
        self._watch.say(f"{learnt:,} photographs to learn from, {held:,} at places that are held out.")
        if self._size < self._options.batch:
            self._watch.say(f"Batches are of {self._size:,}: there are no more photographs.")
        self._measure()

    def _batches(self) -> Iterator[Batch]:
        """The batches that are left, this device's part of each."""
        options, first = self._options, self.progressed.step
        share = self._size // self._accelerator.num_processes
        mine = slice(self._accelerator.process_index * share, (self._accelerator.process_index + 1) * share)

        def plan() -> Iterator[Ints]:
            return islice(batches(self._learnt, self._size, options.seed, first), options.steps - first)

        stream = inputs(
            self._learner, self._pairs, (i for rows in plan() for i in rows[mine]), self._cancel, self._seen
        )
        for step, rows in enumerate(plan(), start=first):
            random = np.random.default_rng((options.seed, 1, step))
            facts = [self._pairs.facts[i] for i in rows]
            captions = [caption(fact, options.caption_parts, options.dropped, random) for fact in facts]
            yield Batch(
                torch.stack(list(islice(stream, share))),
                # All of the texts, so that they are as long in every part and on every device.
                self._learner.clip.tokens([c.text for c in captions])[mine],
                torch.from_numpy(true_of(facts, captions)),
            )

    def _measure(self) -> None:
        """Take the figure on the held-out places, keep it and say it."""
        recent = self.progressed.losses[-self._options.every :]
        loss = f", loss {np.mean(recent):.3f}" if recent else ""
        said = "no places are held out"
        figure: Mapping[str, Any] = {"step": self.progressed.step}
        if len(self._held):
            retrieval = measured(
                self._learner, self._pairs, self._held, self._learnt, self._accelerator, self._cancel, self._seen
            )
            figure = {**figure, **retrieval.record()}
            said = f"held-out places: {retrieval.text()}"
        self.progressed = replace(self.progressed, figures=(*self.progressed.figures, figure))
        self._watch.say(f"Step {self.progressed.step:,} of {self._options.steps:,}{loss}; {said}.")

    def _write(self) -> None:
        if self._accelerator.is_main_process:
            write_checkpoint(self._out, self._learner.clip, self._learner.optimiser, self.progressed)
        self._accelerator.wait_for_everyone()


def inputs(
    learner: Learner, pairs: Pairs, rows: Iterable[int], cancel: CancelToken, seen: torch.Tensor | None
) -> Iterator[torch.Tensor]:
    """Pixels of photographs, each of shape (3, s, s), or its vector of `seen`, shape (d,), where there is one.

    Raises:
        Cancelled: by `cancel`; PhotoError: a photograph cannot be read any more.
    """
    if seen is not None:
        return (seen[i] for i in rows)
    return pixels((pairs.rows[i].path for i in rows), learner.clip, cancel)


def measured(
    learner: Learner,
    pairs: Pairs,
    rows: Ints,
    learnt: Ints,
    accelerator: Accelerator,
    cancel: CancelToken,
    seen: torch.Tensor | None = None,
) -> Retrieval:
    """How often the photographs `rows` find their country among those of all `pairs`; `seen`: the image tower's vectors
    of all pairs, where they are known.

    Raises:
        Cancelled: by `cancel`.
    """
    names = pairs.countries
    truth = np.array([names.index(fact.country) for fact in pairs.facts], np.int64)
    mine = rows[accelerator.process_index :: accelerator.num_processes]
    stream = inputs(learner, pairs, mine, cancel, seen)
    captions = [country_caption(name) for name in names]
    found = learner.found(stream, torch.from_numpy(truth[mine]), captions)
    return figures(found.cpu().numpy(), truth[rows], truth[learnt], len(names))


def _record(progressed: Progressed, table: Table, learner: Learner) -> Mapping[str, Any]:
    """All that is needed to do the run again, and how it went."""
    used = set(progressed.rows)
    return {
        **asdict(progressed),
        "left_out": [str(row.path.name) for i, row in enumerate(table.rows) if i not in used],
        "problems": list(table.problems),
        "precision": learner.precision,
        "device": str(learner.device),
        "threads": torch.get_num_threads(),
        "versions": {
            "pigeon-desktop": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "accelerate", "tokenizers", "numpy")},
        },
    }
