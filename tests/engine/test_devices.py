"""A device that computes wrong numbers or does not start: it is said everywhere, and the CPU goes on."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from pigeon_desktop import diagnosis
from pigeon_desktop.engine import encoder, self_check
from pigeon_desktop.engine import session as sessions
from pigeon_desktop.engine.batches import Batches
from pigeon_desktop.engine.devices import PROVIDERS, device_name, has_device, starts
from pigeon_desktop.engine.libraries import FAILS
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import DeviceError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.verbs import DONE
from tests.commands import Capture, code_of

GPU = device_name(PROVIDERS["cuda"])


class Disturbed(Session):
    """Says that CUDA ran, wherever the CPU was not asked for, and then gives numbers that are wrong."""

    def __init__(
        self, model: Path, device: str = "auto", threads: int | None = None, graph: bytes | None = None
    ) -> None:
        super().__init__(model, "cpu", threads, graph)
        if device != "cpu":
            self.provider, self.device = PROVIDERS["cuda"], GPU

    def run(
        self, outputs: Sequence[str], given: NDArray[Any], cancel: CancelToken | None = None
    ) -> list[NDArray[np.float32]]:
        found = super().run(outputs, given, cancel)
        return found if self.provider == PROVIDERS["cpu"] else [np.roll(one, 1, axis=-1) for one in found]


@pytest.fixture
def disturbed(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    disturb(monkeypatch)


def disturb(patch: pytest.MonkeyPatch) -> None:
    """Let there be a GPU that computes wrong numbers."""
    patch.setattr(self_check, "Session", Disturbed)
    patch.setattr(self_check, "starts", lambda device: device == "cuda")
    patch.setattr(sessions.ort, "get_available_providers", lambda: [PROVIDERS["cuda"], PROVIDERS["cpu"]])


@pytest.fixture
def pretended(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a GPU does, done by the processor, in batches of two. How many pictures were brought for each."""

    class Pretended(Session):
        def __init__(self, model: Path, device: str = "auto", threads: int | None = None, graph: bytes | None = None):
            super().__init__(model, "cpu", threads, graph)
            assert device == "cpu" or graph, "integers are for processors"
            if device != "cpu":
                self.provider, self.device = PROVIDERS["cuda"], GPU

    taken: list[int] = []
    run = Batches._run
    monkeypatch.setattr(
        Batches, "_run", lambda self, tray, places: taken.append(len(places)) or run(self, tray, places)
    )
    monkeypatch.setattr(self_check, "Session", Pretended)
    monkeypatch.setattr(self_check, "has_device", lambda device: device in ("cuda", "cpu"))
    monkeypatch.setattr(self_check, "starts", lambda device: True)
    monkeypatch.setattr(self_check, "best_size", lambda *_: 2)
    return taken


@pytest.fixture
def without_library(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build with CUDA on a machine that lacks one of its libraries: ONNX Runtime takes the CPU and says nothing."""
    started = ort.InferenceSession

    def on_the_cpu(model: object, options: object, providers: Sequence[str], **rest: object) -> ort.InferenceSession:
        return started(model, options, providers=[name for name in providers if name == PROVIDERS["cpu"]], **rest)

    monkeypatch.setattr(sessions.ort, "get_available_providers", lambda: [PROVIDERS["cuda"], PROVIDERS["cpu"]])
    monkeypatch.setattr(sessions.ort, "InferenceSession", on_the_cpu)


@pytest.fixture
def out_of_order(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU whose libraries are there and whose driver refuses, which ONNX Runtime would print among the data."""
    started = ort.InferenceSession

    def failing(model: object, options: object, providers: Sequence[Any], **rest: object) -> ort.InferenceSession:
        names = [one if isinstance(one, str) else one[0] for one in providers]

        class Failing(started):
            def _create_inference_session(self, providers: Any, *options: Any) -> None:
                if providers != [PROVIDERS["cpu"]]:  # as which it would go on by itself
                    raise RuntimeError("CUDA failure 803: system has unsupported display driver\n  in the file ...")
                super()._create_inference_session(providers, *options)

        return (Failing if PROVIDERS["cuda"] in names else started)(model, options, providers, **rest)

    monkeypatch.setattr(sessions.ort, "get_available_providers", lambda: [PROVIDERS["cuda"], PROVIDERS["cpu"]])
    monkeypatch.setattr(sessions.ort, "InferenceSession", failing)
    monkeypatch.setattr(sessions, "why_no_cuda", lambda _: FAILS)


@pytest.fixture
def photo(photographs: list[Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(photographs[0], tmp_path))


def located(photo: Path, capsys: Capture, *options: str) -> tuple[dict[str, Any], str]:
    """The record of a photograph, and what was said beside it."""
    assert code_of("locate", photo, "--format", "jsonl", *options) == DONE
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_a_gpu_gives_the_same_answers_in_batches(
    pretended: list[int], default_pack: Pack, photographs: list[Path]
) -> None:
    on_gpu, on_cpu = Locator(default_pack), Locator(default_pack, device="cpu")
    assert on_gpu.device == GPU
    assert on_gpu.encoder.batch == 2
    assert on_gpu.workers == max(4, on_cpu.workers), "one batch is brought together while the other is encoded"
    assert on_gpu.encoder_sha256 == on_cpu.encoder_sha256, "features of one are features of the other"
    found, expected = (list(locator.locate_all(photographs[:4])) for locator in (on_gpu, on_cpu))
    assert sum(pretended) == 4
    assert max(pretended) == 2
    for one, other in zip(found, expected, strict=True):
        assert one.device == GPU
        assert np.abs(one.probability - other.probability).sum() < 1e-3
        assert [candidate.cells for candidate in one.candidates] == [candidate.cells for candidate in other.candidates]
    # One that is looked at alone, and while others are.
    assert next(on_gpu.locate_all(photographs[:1])).candidates == found[0].candidates


def test_without_memory_for_batches_they_are_encoded_one_by_one(
    pretended: list[int], default_pack: Pack, photographs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object) -> None:
        raise DeviceError("GPU has failed (CUDA failure 2: out of memory).")

    monkeypatch.setattr(encoder, "Batches", short)
    locator = Locator(default_pack)
    assert (locator.device, locator.encoder.batch) == (GPU, 1)
    assert locator.locate(photographs[0]).device == GPU
    assert pretended == []


def test_what_cannot_be_written_out_for_a_gpu_is_said(
    pretended: list[int], photo: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    record, said = located(photo, capsys)
    assert "The package onnx is not installed. Install pigeon-desktop[gpu] again. Going on with the CPU." in said
    assert record["device"].startswith("CPU (")


def test_wrong_numbers_are_said_and_the_cpu_goes_on(disturbed: None, photo: Path, capsys: Capture) -> None:
    record, said = located(photo, capsys)
    assert f"{GPU} computes wrong numbers (cosine of " in said
    assert "Going on with the CPU." in said
    assert record["device"].startswith("CPU (")
    assert f"1 {record['status']} · CPU (".replace("abstained", "can't tell") in said
    # And it is the CPU's answer.
    plain, said = located(photo, capsys, "--device", "cpu")
    assert "wrong numbers" not in said
    assert record["candidates"] == plain["candidates"]


def test_doctor_says_which_device_computes_wrong_numbers(disturbed: None) -> None:
    lines, runs = diagnosis.report(["cuda"])
    assert lines[-1].startswith("  cuda    does not run: ")
    assert f"{GPU} computes wrong numbers (cosine of " in lines[-1]
    assert not runs


def test_what_did_not_start_is_named(without_library: None, photo: Path, capsys: Capture) -> None:
    record, said = located(photo, capsys)
    assert "CUDA did not start: libonnxruntime_providers_cuda.so cannot be loaded" in said
    assert record["device"].startswith("CPU (")
    line, runs = diagnosis._device("cuda")
    assert line.startswith("does not run: CUDA did not start: libonnxruntime_providers_cuda.so cannot be loaded")
    assert not runs


def test_what_a_driver_says_is_said_and_not_among_the_data(out_of_order: None, photo: Path, capsys: Capture) -> None:
    record, said = located(photo, capsys)
    assert f"CUDA did not start: {FAILS} (CUDA failure 803: system has unsupported display driver)." in said
    assert record["device"].startswith("CPU (")
    assert not starts("cuda")


def test_a_build_without_cuda_is_named(default_pack: Pack, photo: Path, capsys: Capture) -> None:
    if has_device("cuda"):
        pytest.skip("this build of ONNX Runtime has CUDA")
    record, said = located(photo, capsys, "--device", "cuda")
    assert (
        "CUDA was asked for; this build of ONNX Runtime has no CUDA provider: onnxruntime-gpu is not installed" in said
    )
    assert record["device"].startswith("CPU (")
