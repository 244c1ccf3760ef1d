"""Checkpoints of a contrastive run, written whole or not at all, from which it goes on as if it had never stopped."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.writing import PART, sync_folder
from pigeon_desktop.training.checkpoints.clip import Clip, write_clip

CHECKPOINTS, OPTIMISER, STATE, RECORD, CONFIG = "checkpoints", "optimiser.pt", "state.json", "run.json", "config.json"


@dataclass(frozen=True)
class Progressed:
    """How far a run is: steps done, what it was begun with, the rows of the table that it uses, the loss of each step
    and the figures by step."""

    step: int
    begun_with: Mapping[str, Any]
    rows: tuple[int, ...]
    losses: tuple[float, ...] = ()
    figures: tuple[Mapping[str, Any], ...] = ()
    seconds: float = 0.0


def require_folder(out: Path) -> None:
    """Refuse a folder that holds anything but a run that has not ended. Raises PigeonError."""
    if (out / CONFIG).exists():
        raise PigeonError(f"{out}: holds a checkpoint that is done. Name another folder with --out.")
    if out.exists() and not out.is_dir():
        raise PigeonError(f"{out}: is a file. Name a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / CHECKPOINTS).is_dir():
        raise PigeonError(f"{out}: is not empty. Name a new folder with --out.")


def last_checkpoint(out: Path) -> Path | None:
    """The folder of the last whole checkpoint."""
    return max((out / CHECKPOINTS).glob("step-*"), default=None)


def read_progress(folder: Path, begun_with: Mapping[str, Any]) -> Progressed:
    """How far the run is whose checkpoint is in `folder`.

    Raises:
        PigeonError: it was begun with other options, or the file is damaged.
    """
    path = folder / STATE
    try:
        values = json.loads(path.read_text("utf-8"))
        rows, losses, figures = (tuple(values.pop(name)) for name in ("rows", "losses", "figures"))
        progressed = Progressed(rows=rows, losses=losses, figures=figures, **values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PigeonError(f"{path}: cannot be read ({error}). Delete {folder}: the run goes on before it.") from error
    out = folder.parent.parent
    for name, value in json.loads(json.dumps(begun_with)).items():
        before = progressed.begun_with.get(name)
        if before != value:
            raise PigeonError(
                f"{out}: was begun with {name.replace('_', ' ')} {before}, not {value}. "
                "Give the same again, or another folder with --out."
            )
    return progressed


def read_optimiser(folder: Path) -> dict[str, Any]:
    """The optimiser's state: tensors and numbers, nothing that could run. Raises PigeonError."""
    path = folder / OPTIMISER
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises an error of pickle's, a module that is not imported in this house
        raise PigeonError(f"{path}: cannot be read ({error}). Delete {folder}: the run goes on before it.") from error
    return state


def write_checkpoint(out: Path, clip: Clip, optimiser: torch.optim.Optimizer, progressed: Progressed) -> None:
    """Write a checkpoint, itself a folder that `transformers` opens, in the place of the one before.

    Raises:
        PigeonError: it cannot be written; the one before stays.
    """
    target = out / CHECKPOINTS / f"step-{progressed.step:08}"
    if target.exists():  # stopped before it got any farther
        return
    with _new_folder(target) as part:
        write_clip(clip, part)
        torch.save(optimiser.state_dict(), part / OPTIMISER)
        (part / STATE).write_text(json.dumps(asdict(progressed)), "utf-8")
    for old in (out / CHECKPOINTS).iterdir():
        if old != target:
            shutil.rmtree(old, ignore_errors=True)


def finish(out: Path, clip: Clip, record: Mapping[str, Any]) -> None:
    """Put the checkpoint into `out` itself, with the record of the run; those on the way go.

    config.json comes last: without it nothing opens the folder. Raises PigeonError: it cannot be written.
    """
    whole = out / CHECKPOINTS / "whole"
    with _new_folder(whole) as part:
        write_clip(clip, part)
        (part / RECORD).write_text(json.dumps(record, indent=2, ensure_ascii=False), "utf-8")
    for file in sorted(whole.iterdir(), key=lambda file: file.name == CONFIG):
        file.replace(out / file.name)
    sync_folder(out)
    shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill that appears as `target` when it is full and on the disk."""
    part = target.with_name(f".{target.name}{PART}")
    try:
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        yield part
        for file in part.iterdir():
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
        sync_folder(part)
        if target.exists():
            shutil.rmtree(target)
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise PigeonError(
            f"{target}: cannot be written ({error.strerror or error}). Free some space and give the same command again."
        ) from error
