import threading
import time

import numpy as np
import pytest

from pigeon_desktop.engine.session import CancelToken, Session, device_name, physical_cores, providers_for
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import Pack


def test_the_provider_order_ends_with_the_cpu() -> None:
    assert providers_for("auto") == ["CUDAExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider"]
    assert providers_for("cuda") == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert providers_for("cpu") == ["CPUExecutionProvider"]
    with pytest.raises(PigeonError, match="is no device"):
        providers_for("gpu")


def test_cores_and_names() -> None:
    assert physical_cores() >= 1
    assert device_name("CPUExecutionProvider").startswith("CPU (")


def test_a_cancelled_token_starts_no_run() -> None:
    token = CancelToken()
    token.check()
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled), token.run_options():
        pytest.fail("entered")


def test_cancel_ends_a_run_inside_the_encoder(default_pack: Pack) -> None:
    session = Session(default_pack.path_of(default_pack.manifest.encoder), "cpu", threads=1)
    batch = np.zeros((24, 3, 224, 224), np.float32)  # about two seconds on one core
    token, cancelled_at = CancelToken(), 0.0

    def cancel() -> None:
        nonlocal cancelled_at
        time.sleep(0.3)
        cancelled_at = time.perf_counter()
        token.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(Cancelled):
        session.run(tuple(session.outputs), batch, token)
    assert 0 < time.perf_counter() - cancelled_at < 0.2
    thread.join()
    assert session.run(tuple(session.outputs), batch[:1])[0].shape == (1, 512)


def test_what_is_no_model_is_refused_by_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    fake = tmp_path / "encoder.onnx"
    fake.write_bytes(b"no graph")
    with pytest.raises(PigeonError, match=r"encoder\.onnx: ONNX Runtime cannot load it"):
        Session(fake, "cpu")
