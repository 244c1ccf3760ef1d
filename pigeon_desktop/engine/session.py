"""An ONNX graph on a device, and how its run is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from pigeon_desktop.engine.devices import (
    NAMES,
    PROVIDERS,
    device_name,
    int8_overflows,
    lack_of,
    physical_cores,
    providers_for,
    reason_of,
    started,
)
from pigeon_desktop.engine.libraries import FAILS, why_no_cuda
from pigeon_desktop.errors import Cancelled, DeviceError, PigeonError
from pigeon_desktop.packs.graph import check_graph

Found = TypeVar("Found")


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
                self._session = started(graph or str(model), options, chosen)
            except Exception as error:
                if chosen == [PROVIDERS["cpu"]]:
                    raise
                failed = reason_of(error)
                self._session = started(graph or str(model), options, [PROVIDERS["cpu"]])
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
