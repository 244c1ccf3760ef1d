"""Batches for a GPU: what threads bring while it is busy is encoded together, by the first of them that gets it.

Nobody waits for a batch to fill up. All runs are of one size all the same, places that nobody took included: a GPU
picks its kernels by the size, so what is said of a photograph would depend on how many others came with it.
"""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.engine.pages import page_locked
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import Cancelled, PigeonError

LARGEST = 32
"""Pictures of a batch, at most: larger ones gain little on any GPU, and each has threads that decode for it."""
GAIN = 1.1
"""A batch is doubled as long as it encodes so many times as many pictures a second."""
SAME = 0.9999
"""Cosine of a picture's features in a batch to those alone, at least. An encoder that rounds by all that is in the
batch, as int8 ones do, reaches 0.94 to 0.98; half precision has ten bits, and differs in the last of them."""
ROUNDS = 3
PATIENCE_S = 0.05
"""How soon somebody who waits for a GPU sees that the work was cancelled."""


class Tray:
    """Buffers of one batch, bound to a graph: `pictures`, shape (size, 3, side, side), are filled before `run`."""

    def __init__(self, session: Session, outputs: tuple[str, ...], size: int, side: int) -> None:
        self._session = session
        self.pictures = page_locked((size, 3, side, side), np.dtype(np.float32))
        # Of what shape they are is known once they are there.
        self._outputs = {
            name: page_locked(found.shape, found.dtype)
            for name, found in zip(outputs, session.run(outputs, self.pictures), strict=True)
        }
        self._binding = session.binding()
        for name, values in self._outputs.items():
            self._binding.bind_output(name, "cpu", 0, values.dtype, values.shape, values.ctypes.data)

    def run(self, cancel: CancelToken | None = None) -> list[NDArray[np.float32]]:
        """The outputs, which the next run overwrites. Raises what `Session.run` raises."""
        # Binding is what copies them to a GPU: bound once, it would see the first batch for ever.
        given = self.pictures
        self._binding.bind_input(self._session.input, "cpu", 0, given.dtype, given.shape, given.ctypes.data)
        self._session.run_bound(self._binding, cancel)
        return list(self._outputs.values())


@dataclass(eq=False)
class _Place:
    """A place of a tray: whether its picture lies in it, and what was found, or why nothing was."""

    cancel: CancelToken | None
    filled: bool = False
    found: list[NDArray[np.float32]] | None = None
    error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.found is not None or self.error is not None


class Batches:
    """A session whose runs are of `size` pictures of `side` pixels, for any number of threads.

    There are two trays: one is being filled while the other is at the GPU.
    """

    def __init__(self, session: Session, outputs: tuple[str, ...], size: int, side: int) -> None:
        self.size = size
        self._trays = [Tray(session, outputs, size, side) for _ in range(2)]
        self._filling = 0
        self._places: list[_Place] = []
        """Those taken of the tray that is being filled."""
        self._running = False
        self._turn = threading.Condition()

    def run(self, pictures: NDArray[np.float32], cancel: CancelToken | None = None) -> list[NDArray[np.float32]]:
        """The outputs for pictures, shape (n, 3, side, side), each as if it came alone.

        Raises:
            Cancelled: by `cancel`.
            PigeonError: the graph failed.
        """
        places = [self._brought(picture, cancel) for picture in pictures]
        found = [self._awaited(place) for place in places]
        return [np.concatenate(rows) for rows in zip(*found, strict=True)]

    def _brought(self, picture: NDArray[np.float32], cancel: CancelToken | None) -> _Place:
        """Lay a picture into a tray, as soon as there is room."""
        place = _Place(cancel)
        while True:
            with self._turn:
                if len(self._places) < self.size:
                    tray, at = self._trays[self._filling], len(self._places)
                    self._places.append(place)
                    break
            self._run_or_wait(place)
        try:
            np.copyto(tray.pictures[at], picture)
        finally:
            with self._turn:
                place.filled = True
                self._turn.notify_all()
        return place

    def _awaited(self, place: _Place) -> list[NDArray[np.float32]]:
        while not place.done:
            self._run_or_wait(place)
        if place.error is not None:
            raise place.error
        assert place.found is not None
        return place.found

    def _run_or_wait(self, place: _Place) -> None:
        """Run what was brought if nobody runs, or wait until something has changed. Raises Cancelled."""
        with self._turn:
            if place.done:
                return
            if place.cancel is not None:
                place.cancel.check()
            if self._running or not self._places or not all(one.filled for one in self._places):
                self._turn.wait(PATIENCE_S)
                return
            self._running = True
            tray, places = self._trays[self._filling], self._places
            self._filling, self._places = 1 - self._filling, []
            self._turn.notify_all()  # there is room again
        try:
            self._run(tray, places)
        finally:
            with self._turn:
                self._running = False
                self._turn.notify_all()

    def _run(self, tray: Tray, places: list[_Place]) -> None:
        tokens = {place.cancel for place in places}
        try:
            # Where all belong to one piece of work its end ends the run; else those who wait just go.
            found = tray.run(tokens.pop() if len(tokens) == 1 else None)
            for row, place in enumerate(places):
                place.found = [values[row : row + 1].copy() for values in found]
        except BaseException as error:
            for place in places:  # each of them is told, in its own thread
                place.error = error
            if not isinstance(error, (Cancelled, PigeonError)):
                raise


def best_size(session: Session, outputs: tuple[str, ...], picture: NDArray[np.float32]) -> int:
    """How many pictures like this one, shape (3, side, side), to encode at once: doubled from 1 as long as it gains.

    It is 1 where the graph takes no more, or what it says of a picture depends on what others are there; what memory
    is too short for is not taken.
    """
    best = 1
    if isinstance(session.input_shape[0], int):
        return best
    try:
        rate = 1 / _seconds(Tray(session, outputs, 1, picture.shape[-1]))
        alone = session.run(outputs, picture[None])
        while best < LARGEST:
            size = 2 * best
            tray = Tray(session, outputs, size, picture.shape[-1])
            tray.pictures[:] = picture
            tray.pictures[:-1] *= np.linspace(-3, 3, size - 1, dtype=np.float32)[:, None, None, None]
            if not all(_same(one[0], many[-1]) for one, many in zip(alone, tray.run(), strict=True)):
                return best
            if (found := size / _seconds(tray)) < GAIN * rate:
                return best
            best, rate = size, found
    except PigeonError:  # of memory, for one picture passed its self-check
        return best
    return best


def _seconds(tray: Tray) -> float:
    """Of a run; the first is made for what is set up once."""
    tray.run()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        tray.run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _same(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    a, b = (values.astype(np.float64).ravel() for values in (one, other))
    return bool(a @ b >= SAME * np.linalg.norm(a) * np.linalg.norm(b) > 0)
