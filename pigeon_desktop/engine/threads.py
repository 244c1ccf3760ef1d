"""Work on many photographs: some ahead, one a thread, cancelled soon."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

from pigeon_desktop.engine.session import CancelToken

NICENESS = 10
"""Of the threads that work: 0 is that of everything else, 19 would starve beside a browser."""

Item = TypeVar("Item")
Done = TypeVar("Done")


def in_threads(
    work: Callable[[Item], Done], items: Iterable[Item], workers: int, cancel: CancelToken, *, in_order: bool
) -> Iterator[Done]:
    """What `work` makes of every item: in their order, or each as soon as it is done.

    Raises:
        Cancelled: by `cancel`, within a twentieth of a second; what `work` raises.
    """
    todo = iter(items)
    ahead: list[Future[Done]] = []
    pool = ThreadPoolExecutor(workers, thread_name_prefix="photographs", initializer=_step_back)
    try:
        while True:
            ahead += [pool.submit(work, item) for item in islice(todo, 2 * workers + 2 - len(ahead))]
            if not ahead:
                return
            # Not blindly: a large picture may be in its decoder, which cannot be interrupted, when cancelled.
            awaited = ahead[:1] if in_order else ahead
            while not (done := wait(awaited, timeout=0.05, return_when=FIRST_COMPLETED).done):
                cancel.check()
            cancel.check()
            ahead = [future for future in ahead if future not in done]
            # What is done is handed on before an error is: nobody has to do it again.
            for future in sorted(done, key=lambda one: one.exception() is not None):
                yield future.result()
    finally:
        pool.shutdown(wait=not cancel.cancelled, cancel_futures=True)


def _step_back() -> None:
    """Let this thread give way to the window's: with all cores at work, painting would wait for them otherwise."""
    if sys.platform == "linux":  # where a thread has a niceness of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
