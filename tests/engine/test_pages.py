"""Memory that a driver locks: what it is asked for, through C's own calling convention, and what is there without."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterator
from ctypes import CFUNCTYPE, POINTER, c_int, c_size_t, c_uint, c_void_p
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pigeon_desktop.engine import pages
from pigeon_desktop.engine.pages import page_locked

CONTEXT = 0x7F12_3456_789A_BCD0
"""As high as addresses are: half of it would be lost in an int."""
REFUSED = 1

# As NVIDIA's cuda.h declares them.
DECLARED = {
    "cuInit": CFUNCTYPE(c_int, c_uint),
    "cuDeviceGet": CFUNCTYPE(c_int, POINTER(c_int), c_int),
    "cuDevicePrimaryCtxRetain": CFUNCTYPE(c_int, POINTER(c_void_p), c_int),
    "cuCtxPushCurrent_v2": CFUNCTYPE(c_int, c_void_p),
    "cuCtxPopCurrent_v2": CFUNCTYPE(c_int, POINTER(c_void_p)),
    "cuMemHostRegister_v2": CFUNCTYPE(c_int, c_void_p, c_size_t, c_uint),
    "cuMemHostUnregister": CFUNCTYPE(c_int, c_void_p),
}


class Driver(SimpleNamespace):
    """Functions as in a library of C; `calls` are their names with what they were given, `answers` what they give."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.answers: dict[str, int] = {}
        super().__init__(**{name: declared(self._called(name)) for name, declared in DECLARED.items()})

    def _called(self, name: str) -> Callable[..., int]:
        def function(*given: Any) -> int:
            self.calls.append((name, given))
            if name == "cuDevicePrimaryCtxRetain":
                given[0][0] = CONTEXT
            return self.answers.get(name, 0)

        return function

    def given(self, name: str) -> list[tuple[Any, ...]]:
        return [given for called, given in self.calls if called == name]


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    found = Driver()
    monkeypatch.setattr(pages.ctypes, "CDLL", lambda name: found)
    pages._driver.cache_clear()
    yield found
    gc.collect()
    pages._driver.cache_clear()


def test_a_driver_locks_the_memory_as_long_as_it_is_used(driver: Driver) -> None:
    values = page_locked((4, 3, 5, 5), np.dtype(np.float32))
    at = values.ctypes.data
    assert not values.any()
    assert driver.given("cuMemHostRegister_v2") == [(at, 4 * 3 * 5 * 5 * 4, pages.PORTABLE)]
    part = values[1]
    del values
    gc.collect()
    assert not driver.given("cuMemHostUnregister"), "a part of it is used"
    del part
    gc.collect()
    assert driver.given("cuMemHostUnregister") == [(at,)]
    assert driver.given("cuCtxPushCurrent_v2") == [(CONTEXT,)] * 2
    assert len(driver.given("cuCtxPopCurrent_v2")) == 2, "the thread's own context is there again"


@pytest.mark.parametrize("name", ["cuInit", "cuDeviceGet", "cuDevicePrimaryCtxRetain", "cuCtxPushCurrent_v2"])
def test_a_driver_that_is_out_of_order_is_not_asked(driver: Driver, name: str) -> None:
    driver.answers[name] = REFUSED
    values = page_locked((2, 2), np.dtype(np.float32))
    assert values.shape == (2, 2)
    assert not driver.given("cuMemHostRegister_v2")
    assert not driver.given("cuCtxPopCurrent_v2")


def test_memory_that_is_not_locked_is_not_unlocked(driver: Driver) -> None:
    driver.answers["cuMemHostRegister_v2"] = REFUSED
    values = page_locked((2, 2), np.dtype(np.float32))
    del values
    gc.collect()
    assert len(driver.given("cuCtxPopCurrent_v2")) == 1
    assert not driver.given("cuMemHostUnregister")


def test_without_a_driver_there_is_memory_all_the_same() -> None:
    try:
        ctypes.CDLL(pages.DRIVER)
    except OSError:
        values = page_locked((3, 2), np.dtype(np.float16))
        assert values.dtype == np.float16
        assert not values.any()
        assert values.flags.c_contiguous
    else:
        pytest.skip("NVIDIA's driver is here")
