"""The devices that ONNX Runtime may run on: which there are, whether they start, and what they are called."""

from __future__ import annotations

import base64
import ctypes
import io
import os
import platform
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime as ort

from pigeon_desktop.engine.libraries import DRIVER
from pigeon_desktop.errors import PigeonError

PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
"""Devices by the names of the command line, in the order in which "auto" tries them."""

NAMES = {PROVIDERS["cuda"]: "CUDA", PROVIDERS["coreml"]: "CoreML", PROVIDERS["cpu"]: "CPU"}
"""Providers as people call them."""

WHERE_FROM = {
    PROVIDERS["cuda"]: "onnxruntime-gpu is not installed",
    PROVIDERS["coreml"]: "only that for macOS has it",
}
"""Why a build of ONNX Runtime lacks a provider."""

_SUM_OF_EIGHT = base64.b64decode(
    "CAg6XAoYCgFhCgFiEgF5Ig1NYXRNdWxJbnRlZ2VyEgFnKhMICAgBEANCAWJKCH9/f39/f39/WhMKAWESDgoMCAISCAoCCAEKAggIYhMKAXkSDgoM"
    "CAYSCAoCCAEKAggBQgQKABAN"
)
"""A graph of one MatMulInteger: eight of uint8 by eight times 127 of int8. test_session.py makes it anew."""

ort.disable_telemetry_events()  # on Windows, which does not look at the environment, see pigeon_desktop/__init__.py
ort.set_default_logger_severity(4)  # what a person should know of a failed device is said by Session.notes


def reason_of(error: BaseException) -> str:
    """What an error of ONNX Runtime says in short: CUDA's own words, which lie deep in it, or its first line."""
    if found := re.search(r"CUDA failure \d+: [^;\n]*[^;\s]", str(error)):
        return found[0]
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]


def _with_options(provider: str) -> str | tuple[str, dict[str, str]]:
    """A provider, and how it is to compute: CUDA as exactly as processors do, and with the same kernels every time."""
    if provider != PROVIDERS["cuda"]:
        return provider
    return provider, {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}


@cache
def int8_overflows() -> bool:
    """Whether the fast int8 kernels give wrong sums on this processor, as on x86 ones without VNNI, most before 2020.

    They add products of 16 bits there, and saturate: CLIP's features then have a cosine of 0.4 to the true ones. The
    exact kernels take 1.1 to 2 times as long, so they are not for every processor.
    """
    (found,) = _on_one_thread(_SUM_OF_EIGHT, PROVIDERS["cpu"]).run(None, {"a": np.full((1, 8), 255, np.uint8)})
    return int(found[0, 0]) != 8 * 255 * 127


@cache
def _load_cuda() -> None:
    """Load CUDA's libraries from where pip puts them, where no system looks for them. Once they are loaded they are
    found; what is missing is told by `Session.notes`, and not by what this prints."""
    with redirect_stdout(io.StringIO()):
        ort.preload_dlls()


def _on_one_thread(graph: bytes, provider: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return started(graph, options, [provider])


def started(graph: bytes | str, options: ort.SessionOptions, providers: Sequence[str]) -> ort.InferenceSession:
    """A session of ONNX Runtime on the first of these providers that takes the graph. Raises whatever it raises."""
    # Its own way of going on with the CPU is to print a line among our data, and to tell nobody else.
    return ort.InferenceSession(graph, options, providers=[_with_options(p) for p in providers], enable_fallback=0)


def has_device(device: str) -> bool:
    """Whether this build of ONNX Runtime knows the device."""
    return PROVIDERS[device] in ort.get_available_providers()


def starts(device: str) -> bool:
    """Whether the device is there and takes a graph, a very small one."""
    if not has_device(device):
        return False
    if device == "cuda":
        _load_cuda()
    try:
        return PROVIDERS[device] in _on_one_thread(_SUM_OF_EIGHT, PROVIDERS[device]).get_providers()
    except Exception:  # noqa: BLE001 - ONNX Runtime raises bare classes of its own; a session says what they say
        return False


def lack_of(device: str) -> str:
    """What to say of a device that was asked for and that this build does not know, "" of others and of "auto".

    Raises:
        PigeonError: `device` is none.
    """
    provider = providers_for(device)[0]
    if device == "auto" or has_device(device):
        return ""
    name = NAMES[provider]
    return f"{name} was asked for; this build of ONNX Runtime has no {name} provider: {WHERE_FROM[provider]}."


def providers_for(device: str) -> list[str]:
    """The providers to try for a device's name, best first; the CPU is always the last."""
    if device == "auto":
        return list(PROVIDERS.values())
    if device not in PROVIDERS:
        raise PigeonError(f"{device!r} is no device. Take one of: auto, {', '.join(PROVIDERS)}.")
    return list(dict.fromkeys([PROVIDERS[device], PROVIDERS["cpu"]]))


def physical_cores() -> int:
    """Processor cores, not counting the second thread of each; at least 1."""
    logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        siblings = Path("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list").read_text("ascii")
    except OSError:
        return logical if sys.platform == "darwin" else max(1, logical // 2)
    return max(1, logical // len(siblings.replace("-", ",").split(",")))


def device_name(provider: str) -> str:
    """The device behind a provider, by the name that its maker gave it."""
    if provider == PROVIDERS["cuda"]:
        return f"{_cuda_name()} (CUDA)"
    if provider == PROVIDERS["coreml"]:
        return f"{platform.machine()} (CoreML)"
    return f"CPU ({_cpu_name()})"


def _cpu_name() -> str:
    # platform.processor() starts a subprocess on some systems, and this program starts none but decoders of pictures.
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return os.environ.get("PROCESSOR_IDENTIFIER") or platform.machine()


def _cuda_name() -> str:
    """Name of the first device from the driver itself."""
    try:
        cuda = ctypes.CDLL(DRIVER)
        name = ctypes.create_string_buffer(128)
        if cuda.cuInit(0) == 0 and cuda.cuDeviceGetName(name, len(name), 0) == 0:
            return name.value.decode("utf-8", errors="replace")
    except (OSError, AttributeError):
        pass  # the provider runs, so only the name is unknown
    return "NVIDIA GPU"
