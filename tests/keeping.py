"""What tests of one process load once: the encoder and the head of a pack, which nothing changes after they are made.

Everything is loaded and checked by the program, the first time and wherever a file, a device or ONNX Runtime is
another one. It spares the suite some two seconds for each of a hundred packs that it opens.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

import onnxruntime as ort
import pytest

from pigeon_desktop.engine import locator, self_check
from pigeon_desktop.engine.session import Session
from pigeon_desktop.packs.manifest import HeadSpec
from pigeon_desktop.packs.store import Pack

T = TypeVar("T")
MOST = 4
"""Packs at once: each takes a few hundred MB."""


def keep(patch: pytest.MonkeyPatch) -> None:
    """From here on, until `patch` is undone, what `Locator` loads from a file that has not changed is kept."""
    encoder, head = _kept(locator.checked_encoder), _kept(locator.read_head)

    def checked_encoder(pack: Pack, device: str) -> self_check.CheckedEncoder:
        if self_check.Session is not Session:  # a test looks at what is loaded
            return self_check.checked_encoder(pack, device)
        loads = (self_check.int8_overflows, ort.InferenceSession, ort.get_available_providers)
        return encoder((_file(pack.path_of(pack.manifest.encoder)), pack.sha256, device, loads), pack, device)

    def read_head(path: Path, spec: HeadSpec, cells: int) -> locator.Head:
        return head((_file(path), spec, cells), path, spec, cells)

    patch.setattr(locator, "checked_encoder", checked_encoder)
    patch.setattr(locator, "read_head", read_head)


def _file(path: Path) -> tuple[Path, int, int]:
    about = path.stat()
    return path, about.st_mtime_ns, about.st_size


def _kept(load: Callable[..., T]) -> Callable[..., T]:
    kept: dict[Hashable, T] = {}

    def found(key: Hashable, *args: Any) -> T:
        if key not in kept:
            if len(kept) >= MOST:
                kept.pop(next(iter(kept)))
            kept[key] = load(*args)
        return kept[key]

    return found
