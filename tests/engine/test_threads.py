"""Work ahead in threads: order, errors, cancellation."""

import threading
import time

import pytest

from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.errors import Cancelled


def test_answers_come_in_order_or_as_they_are_done() -> None:
    first_may_end = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert first_may_end.wait(10)
        return item

    as_done = in_threads(work, range(20), 2, CancelToken(), in_order=False)
    early = [next(as_done) for _ in range(19)]
    assert sorted(early) == list(range(1, 20)), "a slow one holds up nobody"
    first_may_end.set()
    assert list(as_done) == [0]
    assert list(in_threads(work, range(20), 4, CancelToken(), in_order=True)) == list(range(20))


def test_not_all_items_are_taken_at_once() -> None:
    taken: list[int] = []
    items = (taken.append(i) or i for i in range(1000))  # type: ignore[func-returns-value]
    run = in_threads(lambda item: item, items, 2, CancelToken(), in_order=True)
    next(run)
    assert len(taken) <= 2 * 2 + 2
    run.close()


@pytest.mark.parametrize("in_order", [True, False])
def test_an_error_comes_out(in_order: bool) -> None:
    def work(item: int) -> int:
        raise LookupError(item)

    with pytest.raises(LookupError):
        list(in_threads(work, range(9), 2, CancelToken(), in_order=in_order))


def test_what_was_done_comes_before_an_error() -> None:
    all_done = threading.Barrier(8)

    def work(item: int) -> int:
        all_done.wait(10)
        if item == 3:
            time.sleep(0.02)
            raise LookupError(item)
        return item

    run = in_threads(work, range(8), 8, CancelToken(), in_order=False)
    done = [next(run)]
    time.sleep(0.05)  # all have ended when the second one is asked for
    done += [next(run) for _ in range(6)]
    with pytest.raises(LookupError):
        next(run)
    assert sorted(done) == [0, 1, 2, 4, 5, 6, 7]


@pytest.mark.parametrize("in_order", [True, False])
def test_a_cancellation_does_not_wait_for_the_work(in_order: bool) -> None:
    token, release = CancelToken(), threading.Event()
    threading.Timer(0.1, token.cancel).start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        list(in_threads(lambda item: release.wait(10), range(9), 2, token, in_order=in_order))
    assert time.monotonic() - start < 2
    release.set()
