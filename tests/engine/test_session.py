import threading
import time
from pathlib import Path

import numpy as np
import onnx
import pytest

from pigeon_desktop.engine import devices
from pigeon_desktop.engine.devices import device_name, int8_overflows, physical_cores, providers_for
from pigeon_desktop.engine.session import CancelToken, Session
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


def integer_product(width: int) -> onnx.ModelProto:
    """Rows of uint8 times one column of int8, all 127."""
    make, column = onnx.helper, np.full((width, 1), 127, np.int8)
    row = make.make_tensor_value_info("a", onnx.TensorProto.UINT8, [1, width])
    total = make.make_tensor_value_info("y", onnx.TensorProto.INT32, [1, 1])
    fixed = make.make_tensor("b", onnx.TensorProto.INT8, column.shape, column.tobytes(), raw=True)
    graph = make.make_graph([make.make_node("MatMulInteger", ["a", "b"], ["y"])], "g", [row], [total], [fixed])
    return make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8)


def test_int8_sums_are_exact_on_every_processor(tmp_path: Path) -> None:
    path = tmp_path / "product.onnx"
    for width in (8, 64, 1000):
        path.write_bytes(integer_product(width).SerializeToString())
        for row in (np.full((1, width), 255, np.uint8), np.arange(width).astype(np.uint8)[None]):
            (total,) = Session(path, "cpu").run(["y"], row)
            assert total.item() == 127 * int(row.sum()), width


def test_a_processor_is_known_by_its_sums() -> None:
    assert integer_product(8).SerializeToString() == devices._SUM_OF_EIGHT
    cpu = Path("/proc/cpuinfo")
    if cpu.exists() and "flags" in (text := cpu.read_text("utf-8")):
        assert int8_overflows() == ("vnni" not in text)


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


def test_what_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    fake = tmp_path / "encoder.onnx"
    fake.write_bytes(b"no graph")
    with pytest.raises(PigeonError, match=r"encoder\.onnx: is no ONNX graph"):
        Session(fake, "cpu")
