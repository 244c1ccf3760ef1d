"""The session and the meter: plain data, no window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.engine.prediction import PackMark, Prediction
from pigeon_desktop.ui.session import Meter, Session
from pigeon_desktop.ui.strip import duration

MARK = PackMark("default", "1.0", "0" * 64)


def said(path: Path, status: str = "located") -> Prediction:
    return Prediction(path, "", status, "", (), (), (), 0.0, MARK, "CPU", 0.1)  # type: ignore[arg-type]


def test_a_photo_comes_once() -> None:
    session = Session()
    assert session.add([Path("a"), Path("b"), Path("a")]) == [0, 1]
    assert session.add([Path("b"), Path("c")]) == [2]
    assert session.paths == [Path("a"), Path("b"), Path("c")]


statuses = st.lists(st.sampled_from(["located", "abstained", "failed"]), max_size=30)


@given(statuses, statuses)
def test_counts_are_those_of_the_photos(first: list[str], second: list[str]) -> None:
    session = Session()
    session.add([Path(str(i)) for i in range(30)])
    for statuses_said in (first, second):
        for number, status in enumerate(statuses_said):
            session.put(number, said(session.paths[number], status))
    for shown in ("located", "abstained", "failed"):
        numbers = session.numbers(shown)  # type: ignore[arg-type]
        assert session.count(shown) == len(numbers)  # type: ignore[arg-type]
        assert all(session.state(n) == shown for n in numbers)
    assert len(session.unlocated()) == 30 - len(session.answered())


def test_a_cancelled_run_leaves_photos_that_can_be_taken_up_again() -> None:
    session = Session()
    session.add([Path("a"), Path("b")])
    session.put(0, said(Path("a")))
    session.stop()
    assert [session.state(n) for n in (0, 1)] == ["located", "stopped"]
    session.wait([0, 1])
    assert [session.state(n) for n in (0, 1)] == ["waiting", "waiting"]
    assert session.count("located") == 0


def test_the_first_candidate_comes_with_the_photo(portugal: Prediction) -> None:
    session = Session()
    session.add([Path("a"), Path("b")])
    session.put(0, replace(portugal, path=Path("a")))
    session.select(0)
    assert session.candidate == 1
    session.select(1)
    assert session.candidate is None


def test_the_meter_knows_rate_and_rest() -> None:
    meter = Meter()
    meter.start(100, 10.0)
    assert meter.seconds_left is None
    for second in range(1, 6):
        meter.advance(10, 10.0 + second)
    assert meter.rate == pytest.approx(10.0)
    assert meter.seconds_left == pytest.approx(5.0)
    meter.restart(1000.0)  # a pause does not count
    meter.advance(10, 1001.0)
    assert meter.rate == pytest.approx(10.0)
    meter.advance(40, 1002.0)
    assert not meter.running
    meter.start(5, 2000.0)
    assert (meter.total, meter.done) == (5, 0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (50, "50 s"), (89.4, "89 s"), (180, "3 min"), (7500, "2 h 05 min")]
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text
