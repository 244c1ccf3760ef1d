"""A worker on a node of a cluster: what it must have, and how it looks at files."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from threadpoolctl import ThreadpoolController

from pigeon_desktop import __version__
from pigeon_desktop.cases.files import File, FolderGoneError, Look, decoded, is_there, opened
from pigeon_desktop.engine.self_check import checked_encoder
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import DeviceError, PigeonError
from pigeon_desktop.packs.store import Pack, open_pack


@dataclass(frozen=True)
class Terms:
    """What a worker must have: this version of the program, and the pack, by its name, folder and SHA-256."""

    version: str
    name: str
    folder: Path
    sha256: str
    device: str


@dataclass(frozen=True)
class About:
    """A worker that is ready: what encodes, in batches of how many, the cosine of its self-check, and what a person
    should know of it."""

    encoder_sha256: str
    device: str
    batch: int
    self_check: float
    notes: tuple[str, ...]


class Worker:
    """What runs on a node, in a process of its own. It opens no case, and keeps what it read until it is decoded."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Look, bytes]] = {}

    def begin(self, terms: Terms) -> About:
        """Load the pack, verified and checked.

        Raises:
            PigeonError: it is not the one in `terms`, or another version of the program is here.
        """
        if __version__ != terms.version:
            raise PigeonError(
                f"It has Pigeon Desktop {__version__}, and the case is run by {terms.version}. Install that there."
            )
        pack = _pack(terms)
        pack.verify()
        ThreadpoolController().limit(limits=1, user_api="blas")
        checked = checked_encoder(pack, terms.device)
        self._encoder, self._cancel = checked.encoder, CancelToken()
        encoder = checked.encoder
        return About(encoder.sha256, encoder.session.device, encoder.batch, checked.cosine, checked.notes)

    def read(self, file: File, send: bool) -> tuple[Look, bytes, bool]:
        """The file read and held; its bytes if they are to be sent; and whether its folder is to be seen here."""
        try:
            found, data = opened(file)
        except FolderGoneError as error:
            return Look(file, problem=str(error)), b"", False
        if not found.problem:
            self._held[file.id] = found, data
        return found, data if send else b"", is_there(file.root)

    def decode(self, id_: int, encode: bool) -> Look:
        """The look at a file that is held, which is held no longer. Where its device fails the worker ends: another one
        starts afresh."""
        found, data = self._held.pop(id_)
        try:
            return decoded(found, data, self._encoder, self._cancel, encode=encode)
        except DeviceError as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)

    def forget(self, id_: int) -> None:
        """Hold a file no longer."""
        self._held.pop(id_, None)


def _pack(terms: Terms) -> Pack:
    """The pack with the hash that it must have: in the same folder, or installed by the same name."""
    said: list[str] = []
    for place in (terms.folder, terms.name):
        try:
            pack = open_pack(place)
        except PigeonError as error:
            said.append(str(error))
            continue
        if pack.sha256 == terms.sha256:
            return pack
        said.append(f"{pack.folder}: is another pack: its SHA-256 is {pack.sha256}, it must be {terms.sha256}.")
    raise PigeonError(f"{' '.join(said)} Install there the pack {terms.name} that the case is run with.")


# -- as the run sees them


@dataclass(eq=False)
class Item:
    """A file on its way: nodes that cannot see it, and how many workers ended while they had it."""

    file: File
    unseen: set[str] = field(default_factory=set)
    falls: int = 0


@dataclass(eq=False)
class Hand:
    """A worker as it is seen from here."""

    node: str
    actor: Any
    threads: int
    ready: bool = False
    busy: int = 0
    alone: bool = False
    """Whether it has a file that may have ended others, and nothing beside."""

    @property
    def free(self) -> bool:
        return self.ready and not self.alone and self.busy < 2 * self.threads + 2


@dataclass(eq=False)
class Task:
    """What a worker was asked for: to begin, to read a file whose size and time are those seen here, or to decode what
    was `found` in it."""

    hand: Hand
    item: Item | None = None
    seen: tuple[int, int] | None = None
    found: Look | None = None
