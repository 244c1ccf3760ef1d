"""Batches as a GPU gets them, made here on the processor: what each is told, that they form, and how large they are."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from pigeon_desktop.engine import batches as module
from pigeon_desktop.engine.batches import Batches, Tray, best_size
from pigeon_desktop.engine.encoder import Encoder
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import Pack

SIDE, OUTPUTS = 4, ("sum", "doubled")


def session_of(folder: Path, *, alone: int | None = None, together: bool = False, most: float = 1e6) -> Session:
    """A graph that gives each picture's sum, shape (n, 1), and its pixels doubled; of `alone` pictures and no others,
    or which subtracts the mean of all that come `together`. It fails where a pixel is above `most`."""
    shape = ["n" if alone is None else alone, 3, SIDE, SIDE]
    given = "less" if together else "pixels"
    nodes = [
        helper.make_node("ReduceMean", ["pixels"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["pixels", "mean"], ["less"]),
        helper.make_node("Flatten", [given], ["flat"]),
        helper.make_node("ReduceSum", ["flat", "one"], ["sum"], keepdims=1),
        helper.make_node("Add", ["pixels", "pixels"], ["doubled"]),
        # An index outside of the two there are fails as a GPU fails that has no memory left.
        helper.make_node("ReduceMax", ["pixels"], ["brightest"], keepdims=0),
        helper.make_node("Greater", ["brightest", "most"], ["above"]),
        helper.make_node("Cast", ["above"], ["row"], to=TensorProto.INT64),
        helper.make_node("Gather", ["one", "row"], ["chosen"]),
    ]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in OUTPUTS]
    made.append(helper.make_tensor_value_info("chosen", TensorProto.INT64, None))
    graph = helper.make_graph(
        nodes,
        "sums",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)],
        made,
        [
            helper.make_tensor("one", TensorProto.INT64, [1], [1]),
            helper.make_tensor("most", TensorProto.FLOAT, [], [most]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.save(model, str(folder / "sums.onnx"))
    return Session(folder / "sums.onnx", "cpu", 1)


def picture(value: float) -> NDArray[np.float32]:
    return np.full((1, 3, SIDE, SIDE), value, np.float32)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many of each run's places were taken; every run takes a moment, as on a GPU."""
    counted: list[int] = []
    run = Batches._run

    def slow(self: Batches, tray: Tray, places: list[module._Place]) -> None:
        counted.append(len(places))
        time.sleep(0.01)
        run(self, tray, places)

    monkeypatch.setattr(Batches, "_run", slow)
    return counted


def told(batches: Batches, value: float, cancel: CancelToken | None = None) -> bool:
    """Whether a picture's own outputs come out."""
    total, doubled = batches.run(picture(value), cancel)
    assert total.shape == (1, 1)
    assert doubled.shape == (1, 3, SIDE, SIDE)
    return float(total[0, 0]) == value * 3 * SIDE**2 and bool((doubled == 2 * value).all())


def test_everybody_is_told_of_his_own_picture(tmp_path: Path, runs: list[int]) -> None:
    batches = Batches(session_of(tmp_path), OUTPUTS, 8, SIDE)
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(lambda value: told(batches, value), range(400)))
    assert sum(runs) == 400
    assert max(runs) == 8
    assert len(runs) < 400 / 4, "while one batch runs the next fills up"


def test_one_alone_does_not_wait_for_others(tmp_path: Path, runs: list[int]) -> None:
    batches = Batches(session_of(tmp_path), OUTPUTS, 32, SIDE)
    start = time.monotonic()
    assert told(batches, 3)
    assert time.monotonic() - start < 1
    assert runs == [1]


def test_several_at_once_are_told_in_their_order(tmp_path: Path, runs: list[int]) -> None:
    batches = Batches(session_of(tmp_path), OUTPUTS, 4, SIDE)
    total, doubled = batches.run(np.concatenate([picture(value) for value in range(11)]))
    assert total[:, 0].tolist() == [value * 3.0 * SIDE**2 for value in range(11)]
    assert doubled.shape == (11, 3, SIDE, SIDE)
    assert sum(runs) == 11


def test_who_is_cancelled_goes_and_the_others_are_told(tmp_path: Path, runs: list[int]) -> None:
    batches = Batches(session_of(tmp_path), OUTPUTS, 4, SIDE)
    ended: Counter[str] = Counter()
    chance = random.Random(7)
    tokens = [CancelToken() for _ in range(300)]
    doomed = set(chance.sample(range(300), 100))

    def ask(number: int) -> None:
        if number in doomed:
            threading.Timer(chance.random() * 0.02, tokens[number].cancel).start()
        try:
            assert told(batches, number, tokens[number])
            ended["told"] += 1
        except Cancelled:
            assert number in doomed
            ended["cancelled"] += 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(300)))
    assert ended["told"] >= 200
    assert ended["cancelled"] > 0
    assert told(batches, 1), "nobody left it stuck"


def test_a_picture_that_is_still_being_laid_in_is_waited_for(tmp_path: Path, runs: list[int]) -> None:
    batches = Batches(session_of(tmp_path), OUTPUTS, 4, SIDE)

    class Slow:
        """A picture that takes a moment to copy, as large ones do."""

        def __init__(self, value: float) -> None:
            self.value = value

        def __array__(self, *_: object, **__: object) -> NDArray[np.float32]:
            time.sleep(0.02)
            return picture(self.value)[0]

    def right(value: float) -> bool:
        total, _ = batches.run([Slow(value)])  # type: ignore[arg-type]
        return float(total[0, 0]) == value * 3 * SIDE**2

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(right, range(1, 60)))


def test_every_run_binds_its_input_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Binding is what copies to a GPU; a processor reads the buffer itself, and would not show that it was left out."""
    bound: list[str] = []

    class Told:
        def __init__(self, binding: Any) -> None:
            self._iobinding, self._binding = binding._iobinding, binding

        def __getattr__(self, name: str) -> Any:
            bound.append(name)
            return getattr(self._binding, name)

    session = session_of(tmp_path)
    binding = session.binding
    monkeypatch.setattr(session, "binding", lambda: Told(binding()))
    tray = Tray(session, OUTPUTS, 1, SIDE)
    bound.clear()
    for value in (1, 2):
        tray.pictures[:] = value
        assert float(tray.run()[0][0, 0]) == value * 3 * SIDE**2
    assert [name for name in bound if name in ("bind_input", "synchronize_inputs", "synchronize_outputs")] == [
        "bind_input",
        "synchronize_inputs",
        "synchronize_outputs",
    ] * 2


def test_the_end_of_the_work_ends_the_run_of_all_its_pictures(default_pack: Pack) -> None:
    spec = default_pack.manifest.encoder
    session = Session(default_pack.path_of(spec), "cpu", 1)
    encoder = Encoder(session, spec, batch=2)
    given = np.zeros((1, 3, spec.input_size, spec.input_size), np.float32)
    token = CancelToken()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(encoder.encode, given, token) for _ in range(4)]
        time.sleep(0.1)
        start = time.monotonic()
        token.cancel()
        for one in asked:
            with pytest.raises(Cancelled):
                one.result(30)
    assert time.monotonic() - start < 0.5, "two batches take over a second where cores are slow"


def test_a_batch_that_fails_is_told_to_all_of_it_and_to_nobody_else(tmp_path: Path, runs: list[int]) -> None:
    batches = Batches(session_of(tmp_path, most=100), OUTPUTS, 8, SIDE)

    def ask(value: float) -> str:
        try:
            return "told" if told(batches, value) else "wrong"
        except PigeonError as error:
            return str(error).split(" (")[0]

    with ThreadPoolExecutor(16) as pool:
        found = Counter(pool.map(ask, [200.0 if n == 20 else n % 7 for n in range(96)]))
    assert found["wrong"] == 0
    assert 1 <= found["The model failed on CPU"] <= 16, (
        "its batch; and, as the place is empty next time, the one that has it as a rest"
    )
    assert told(batches, 5)


def test_the_best_size_is_the_last_that_gained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sized(seconds: Callable[[int], float], session: Session) -> int:
        monkeypatch.setattr(module, "_seconds", lambda tray: seconds(len(tray.pictures)))
        return best_size(session, OUTPUTS, picture(1)[0])

    session = session_of(tmp_path)
    assert sized(lambda n: 1.0, session) == 32, "any number in the same time, and no more than there are threads for"
    assert sized(lambda n: float(n), session) == 1, "a processor"
    assert sized(lambda n: max(n, 8) / 8, session) == 8
    assert sized(lambda n: 1.0, session_of(tmp_path, together=True)) == 1, "what depends on the others of a batch"
    assert sized(lambda n: 1.0, session_of(tmp_path, alone=1)) == 1, "what takes one and no more"


def test_what_memory_is_too_short_for_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short(Tray):
        def __init__(self, session: Session, outputs: tuple[str, ...], size: int, side: int) -> None:
            if size > 4:
                raise PigeonError("The model failed: CUDA failure 2: out of memory")
            super().__init__(session, outputs, size, side)

    monkeypatch.setattr(module, "Tray", Short)
    monkeypatch.setattr(module, "_seconds", lambda tray: 1.0)
    assert best_size(session_of(tmp_path), OUTPUTS, picture(1)[0]) == 4


def test_sizes_are_measured_by_the_clock(tmp_path: Path) -> None:
    size = best_size(session_of(tmp_path), OUTPUTS, picture(1)[0])
    assert size in (1, 2, 4, 8, 16, 32)
