"""ONNX Runtime sessions: which device really runs, and how a run is cancelled."""

from __future__ import annotations

import base64
import ctypes
import io
import os
import platform
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from pigeon_desktop.engine.libraries import DRIVER, FAILS, why_no_cuda
from pigeon_desktop.errors import Cancelled, DeviceError, PigeonError
from pigeon_desktop.packs.graph import check_graph

PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
"""Devices by the names of the command line, in the order in which "auto" tries them."""

_SUM_OF_EIGHT = base64.b64decode(
    "CAg6XAoYCgFhCgFiEgF5Ig1NYXRNdWxJbnRlZ2VyEgFnKhMICAgBEANCAWJKCH9/f39/f39/WhMKAWESDgoMCAISCAoCCAEKAggIYhMKAXkSDgoM"
    "CAYSCAoCCAEKAggBQgQKABAN"
)
"""A graph of one MatMulInteger: eight of uint8 by eight times 127 of int8. test_session.py makes it anew."""

NAMES = {PROVIDERS["cuda"]: "CUDA", PROVIDERS["coreml"]: "CoreML", PROVIDERS["cpu"]: "CPU"}
"""Providers as people call them."""

WHERE_FROM = {
    PROVIDERS["cuda"]: "onnxruntime-gpu is not installed",
    PROVIDERS["coreml"]: "only that for macOS has it",
}
"""Why a build of ONNX Runtime lacks a provider."""

Found = TypeVar("Found")

ort.disable_telemetry_events()  # on Windows, which does not look at the environment, see pigeon_desktop/__init__.py
ort.set_default_logger_severity(4)  # what a person should know of a failed device is said by Session.notes


class CancelToken:
    """Cancels work from another thread: between photographs, and inside a run of the encoder."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._running: set[ort.RunOptions] = set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Stop as soon as possible; a run under way ends within milliseconds."""
        self._event.set()
        with self._lock:
            for options in self._running:
                options.terminate = True

    def check(self) -> None:
        """Raise Cancelled once `cancel` was called."""
        if self.cancelled:
            raise Cancelled

    @contextmanager
    def run_options(self) -> Iterator[ort.RunOptions]:
        """Options for one run, which `cancel` ends."""
        options = ort.RunOptions()
        with self._lock:
            self._running.add(options)
        try:
            self.check()
            yield options
        finally:
            with self._lock:
                self._running.discard(options)


class Session:
    """One ONNX graph on one device. `outputs` are its outputs' names and their number of axes, `device` is
    the device that runs, readable: "CPU (AMD EPYC)".

    `provider` is what ONNX Runtime says it took after loading, not what was asked for; `notes` says why it
    is not what was asked for. Where a processor's fast int8 kernels overflow, the exact ones are taken. `graph` is what
    runs instead of the file's own bytes, made of them.

    Raises:
        PigeonError: the file cannot be loaded on any device or asks for more than its own bytes, or `device` is none.
    """

    def __init__(
        self, model: Path, device: str = "auto", threads: int | None = None, graph: bytes | None = None
    ) -> None:
        check_graph(model)
        self.model = model
        self.notes: tuple[str, ...] = ()
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or physical_cores()
        # Spinning threads take the processor from the window and the decoders, and gain nothing here.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Its other format, which is taken by a file's name or first bytes, was not looked at.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        if int8_overflows():
            options.add_session_config_entry("session.x64quantprecision", "1")
        wanted = providers_for(device)
        available = set(ort.get_available_providers())
        if lacking := lack_of(device):
            self.notes += (lacking,)
        chosen = [p for p in wanted if p in available]
        failed = ""
        try:
            try:
                self._session = _started(graph or str(model), options, chosen)
            except Exception as error:
                if chosen == [PROVIDERS["cpu"]]:
                    raise
                failed = reason_of(error)
                self._session = _started(graph or str(model), options, [PROVIDERS["cpu"]])
        except Exception as error:  # ONNX Runtime raises bare classes of its own
            raise PigeonError(f"{model}: ONNX Runtime cannot load it ({error}). Install the pack again.") from error
        if len(self._session.get_inputs()) != 1:
            raise PigeonError(f"{model}: the graph must have one input. Install the pack again.")
        self.provider: str = self._session.get_providers()[0]
        self.device: str = device_name(self.provider)
        if chosen[0] != self.provider:
            why = f"ONNX Runtime says: {failed}" if failed else "ONNX Runtime does not say why"
            if chosen[0] == PROVIDERS["cuda"]:
                why = why_no_cuda(Path(ort.__file__).parent / "capi")
                why += f" ({failed})" if failed and why == FAILS else ""
            self.notes += (f"{NAMES[chosen[0]]} did not start: {why}.",)
        self.input: str = self._session.get_inputs()[0].name
        self.input_shape: tuple[object, ...] = tuple(self._session.get_inputs()[0].shape)
        self.outputs: dict[str, int] = {o.name: len(o.shape) for o in self._session.get_outputs()}

    def run(
        self, outputs: Sequence[str], given: NDArray[Any], cancel: CancelToken | None = None
    ) -> list[NDArray[np.float32]]:
        """Run the graph on its one input.

        Raises:
            Cancelled: by `cancel`.
            DeviceError: what is no processor failed, which then stays so.
            PigeonError: the graph failed.
        """
        return self._guarded(lambda how: list(self._session.run(list(outputs), {self.input: given}, how)), cancel)

    def binding(self) -> ort.IOBinding:
        """What binds buffers to this graph's input and outputs, for `run_bound`."""
        return self._session.io_binding()

    def run_bound(self, binding: ort.IOBinding, cancel: CancelToken | None = None) -> None:
        """Run the graph from and into bound buffers, which are filled when this returns. Raises as `run`."""

        def run(how: ort.RunOptions | None) -> None:
            binding.synchronize_inputs()
            self._session.run_with_iobinding(binding, how)
            binding.synchronize_outputs()

        self._guarded(run, cancel)

    def _guarded(self, run: Callable[[ort.RunOptions | None], Found], cancel: CancelToken | None) -> Found:
        try:
            if cancel is None:
                return run(None)
            with cancel.run_options() as options:
                return run(options)
        except Cancelled:
            raise
        except Exception as error:
            if cancel is not None and cancel.cancelled:
                raise Cancelled from error
            if self.provider == PROVIDERS["cpu"]:
                raise PigeonError(f"The model failed on {self.device}: {error}") from error
            # As after the machine has slept, or when others took the memory: nothing is wrong with the photograph.
            raise DeviceError(
                f"{self.device} has failed ({reason_of(error)}). What was found is kept. Run it again; if it fails "
                "again, choose the CPU."
            ) from error


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
    return _started(graph, options, [provider])


def _started(graph: bytes | str, options: ort.SessionOptions, providers: Sequence[str]) -> ort.InferenceSession:
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
