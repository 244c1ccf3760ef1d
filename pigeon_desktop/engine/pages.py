"""Memory that a GPU reads and writes by itself: locked in its place by NVIDIA's driver ("pinned")."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_int, c_size_t, c_uint, c_void_p
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.engine.libraries import DRIVER

PORTABLE = 1
"""CU_MEMHOSTREGISTER_PORTABLE: locked for all contexts, that of ONNX Runtime included."""
_DEVICE = 0

# CUDA's driver API: the arguments of each function; all give 0 where they succeeded.
_ARGUMENTS = {
    "cuInit": (c_uint,),
    "cuDeviceGet": (POINTER(c_int), c_int),
    "cuDevicePrimaryCtxRetain": (POINTER(c_void_p), c_int),
    "cuCtxPushCurrent_v2": (c_void_p,),
    "cuCtxPopCurrent_v2": (POINTER(c_void_p),),
    "cuMemHostRegister_v2": (c_void_p, c_size_t, c_uint),
    "cuMemHostUnregister": (c_void_p,),
}


def page_locked(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros, in memory that is locked where a driver does it: elsewhere copying is slower, and nothing else differs."""
    values = np.zeros(shape, dtype)
    at = values.ctypes.data
    with _current() as driver:
        if driver is not None and driver.cuMemHostRegister_v2(at, values.nbytes, PORTABLE) == 0:
            # Before the memory is given back, and not at exit, when the driver may have ended.
            weakref.finalize(values, _unlock, at).atexit = False
    return values


def _unlock(at: int) -> None:
    with _current() as driver:
        if driver is not None:
            driver.cuMemHostUnregister(at)


@contextmanager
def _current() -> Iterator[Any]:
    """The driver, with the first device's own context current in this thread; None where there is none."""
    driver, context = _driver()
    if driver is None or driver.cuCtxPushCurrent_v2(context) != 0:
        yield None
        return
    try:
        yield driver
    finally:
        driver.cuCtxPopCurrent_v2(byref(c_void_p()))


@cache
def _driver() -> tuple[Any, c_void_p]:
    """NVIDIA's driver, and the context that all libraries of this process share on its first device."""
    device, context = c_int(), c_void_p()
    try:
        driver = ctypes.CDLL(DRIVER)
        for name, arguments in _ARGUMENTS.items():
            getattr(driver, name).argtypes = arguments
    except (OSError, AttributeError):  # none, or an older one than those that ONNX Runtime takes
        return None, context
    ready = (
        driver.cuInit(0) == 0
        and driver.cuDeviceGet(byref(device), _DEVICE) == 0
        and driver.cuDevicePrimaryCtxRetain(byref(context), device) == 0
    )
    return (driver if ready else None), context
