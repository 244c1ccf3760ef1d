"""A GPU that fails amid the work, as after the machine has slept: nothing is lost, and nothing has failed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pigeon_desktop.cases import worker
from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import counts, rows, runs
from pigeon_desktop.cases.files import File
from pigeon_desktop.cases.runner import Runner
from pigeon_desktop.cases.worker import Worker
from pigeon_desktop.engine import self_check
from pigeon_desktop.engine.devices import PROVIDERS
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import DeviceError, PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.verbs import NOTHING
from tests.commands import Capture, code_of

from .conftest import pictures
from .test_cluster import terms

LOST = """/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:154 std::conditional_t<THRW, void, \
onnxruntime::common::Status> CUDA failure 999: unknown error ; GPU=0 ; hostname=here ; expr=cudaStreamSynchronize

and much more"""
WORDS = r"\(CUDA failure 999: unknown error\)\. What was found is kept\. Run it again"


class Losing:
    """A session of ONNX Runtime that fails after so many runs, for ever."""

    def __init__(self, session: Any, runs: int) -> None:
        self._session, self._left = session, runs

    def __getattr__(self, name: str) -> Any:
        if name in ("run", "run_with_iobinding"):
            self._left -= 1
            if self._left < 0:
                raise RuntimeError(LOST)
        return getattr(self._session, name)


@pytest.fixture(params=[1, 4], ids=["one by one", "in batches"])
def gpu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The size of the batches of a GPU, done by the processor, that fails after some ten runs."""
    lose(monkeypatch, request.param)
    return int(request.param)


def lose(patch: pytest.MonkeyPatch, batch: int) -> None:
    """Let there be such a GPU."""

    class Lost(Session):
        def __init__(self, model: Path, device: str = "auto", threads: int | None = None, graph: bytes | None = None):
            super().__init__(model, "cpu", threads, graph)
            if device != "cpu":
                self.provider, self.device = PROVIDERS["cuda"], "A GPU (CUDA)"
                self._session = Losing(self._session, 10)

    patch.setattr(self_check, "Session", Lost)
    patch.setattr(self_check, "has_device", lambda device: device in ("cuda", "cpu"))
    patch.setattr(self_check, "starts", lambda device: True)
    patch.setattr(self_check, "best_size", lambda *_: batch)


def test_a_run_ends_and_goes_on_elsewhere(gpu: int, captions_pack: Pack, case: Case, tmp_path: Path) -> None:
    case.add(pictures(tmp_path / "photos", 60))
    lost = Locator(captions_pack)
    assert lost.device == "A GPU (CUDA)"
    assert lost.encoder.batch == gpu
    with pytest.raises(DeviceError, match=WORDS):
        list(Runner(case, lost, Settings()).run(CancelToken()))
    found = counts(rows(case))
    assert found["failed"] == 0, "it is not the photographs' fault"
    assert 0 < found["located"] + found["abstained"] < 60
    assert runs(case)[-1].outcome.startswith("stopped: A GPU (CUDA) has failed")
    list(Runner(case, Locator(captions_pack, device="cpu"), Settings()).run(CancelToken()))
    after = counts(rows(case))
    assert (after["located"] + after["abstained"], after["failed"]) == (60, 0)
    assert runs(case)[-1].outcome == "finished"


def test_locating_says_so_and_ends(gpu: int, captions_pack: Pack, tmp_path: Path, capsys: Capture) -> None:
    photos = pictures(tmp_path / "photos", 60)
    assert code_of("locate", *photos, "--pack", captions_pack.folder, "--format", "jsonl") == NOTHING
    said = capsys.readouterr()
    assert "has failed (CUDA failure 999: unknown error). What was found is kept." in said.err
    assert all(json.loads(line)["status"] != "failed" for line in said.out.splitlines())


def looked_at(working: Worker, photographs: list[Path]) -> None:
    for number, path in enumerate(photographs):
        working.read(File(number, path, path.parent, None, ""), send=False)
        working.decode(number, encode=True)


def test_a_worker_of_a_cluster_ends(
    gpu: int, captions_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    class Ended(BaseException):
        pass

    def end(code: int) -> None:
        raise Ended

    monkeypatch.setattr(worker.os, "_exit", end)
    working = Worker()
    about = working.begin(terms(captions_pack, "auto"))
    assert (about.device, about.batch) == ("A GPU (CUDA)", gpu)
    with pytest.raises(Ended):
        looked_at(working, pictures(tmp_path / "photos", 20))
    assert "has failed (CUDA failure 999" in capsys.readouterr().err


def test_one_that_fails_at_once_is_not_taken(captions_pack: Pack, gpu: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Losing, "__init__", lambda self, session, runs: self.__dict__.update(_session=session, _left=0))
    locator = Locator(captions_pack)
    assert locator.device.startswith("CPU")
    (note,) = [note for note in locator.notes if "GPU" in note]
    assert note == "A GPU (CUDA) fails (CUDA failure 999: unknown error). Going on with the CPU."


def test_what_a_processor_fails_at_is_the_pack_s_own(captions_pack: Pack) -> None:
    spec = captions_pack.manifest.encoder
    session = Session(captions_pack.path_of(spec), "cpu", 1)
    session._session = Losing(session._session, 0)
    with pytest.raises(PigeonError, match="The model failed on CPU") as told:
        session.run(["embedding"], [[0.0]])  # type: ignore[arg-type]
    assert not isinstance(told.value, DeviceError)
