"""A device that computes wrong numbers or does not start: it is said everywhere, and the CPU goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from pigeon_desktop import diagnosis
from pigeon_desktop.engine import self_check
from pigeon_desktop.engine import session as sessions
from pigeon_desktop.engine.session import PROVIDERS, CancelToken, Session, device_name, has_device
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.verbs import DONE
from tests.commands import Capture, code_of

GPU = device_name(PROVIDERS["cuda"])


class Disturbed(Session):
    """Says that CUDA ran, wherever the CPU was not asked for, and then gives numbers that are wrong."""

    def __init__(self, model: Path, device: str = "auto", threads: int | None = None) -> None:
        super().__init__(model, "cpu", threads)
        if device != "cpu":
            self.provider, self.device = PROVIDERS["cuda"], GPU

    def run(
        self, outputs: Sequence[str], given: NDArray[Any], cancel: CancelToken | None = None
    ) -> list[NDArray[np.float32]]:
        found = super().run(outputs, given, cancel)
        return found if self.provider == PROVIDERS["cpu"] else [np.roll(one, 1, axis=-1) for one in found]


@pytest.fixture
def disturbed(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_check, "Session", Disturbed)
    monkeypatch.setattr(sessions.ort, "get_available_providers", lambda: [PROVIDERS["cuda"], PROVIDERS["cpu"]])


@pytest.fixture
def without_library(default_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build with CUDA on a machine that lacks one of its libraries: ONNX Runtime takes the CPU and says nothing."""
    started = ort.InferenceSession

    def on_the_cpu(model: object, options: object = None, providers: Sequence[str] = ()) -> ort.InferenceSession:
        return started(model, options, providers=[name for name in providers if name == PROVIDERS["cpu"]])

    monkeypatch.setattr(sessions.ort, "get_available_providers", lambda: [PROVIDERS["cuda"], PROVIDERS["cpu"]])
    monkeypatch.setattr(sessions.ort, "InferenceSession", on_the_cpu)


@pytest.fixture
def photo(photographs: list[Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(photographs[0], tmp_path))


def located(photo: Path, capsys: Capture, *options: str) -> tuple[dict[str, Any], str]:
    """The record of a photograph, and what was said beside it."""
    assert code_of("locate", photo, "--format", "jsonl", *options) == DONE
    said = capsys.readouterr()
    return json.loads(said.out), said.err


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


def test_a_build_without_cuda_is_named(default_pack: Pack, photo: Path, capsys: Capture) -> None:
    if has_device("cuda"):
        pytest.skip("this build of ONNX Runtime has CUDA")
    record, said = located(photo, capsys, "--device", "cuda")
    assert (
        "CUDA was asked for; this build of ONNX Runtime has no CUDA provider: onnxruntime-gpu is not installed" in said
    )
    assert record["device"].startswith("CPU (")
