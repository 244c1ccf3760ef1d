"""The session and the meter: plain data, no window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.cases.contents import Row
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.ui.case.session import SHOWN, Meter, Session
from pigeon_desktop.ui.strip import duration


def row(*files: int, state: str = "waiting", decision: str = "undecided") -> Row:
    photo = None if state == "waiting" else files[0]
    return Row(files, photo, str(files[0]), (), False, state, 0.0, "", "", decision, "")  # type: ignore[arg-type]


def test_a_photo_comes_once() -> None:
    session = Session()
    assert session.take([row(1), row(2)]) == ([0, 1], [])
    assert session.take([row(2, state="located"), row(3)]) == ([2], [1])
    assert [session.state(n) for n in range(3)] == ["waiting", "located", "waiting"]


def test_files_that_turn_out_to_be_one_picture_become_one_photo() -> None:
    session = Session()
    session.take([row(1), row(2), row(3)])
    assert session.take([row(1, 3, state="located")]) == ([], [2, 0])
    assert len(session) == 2
    assert session.numbers("all") == [0, 1]
    assert (session.count("located"), session.waiting, session.answered) == (1, 1, 1)
    session.take([row(1, 3, state="abstained", decision="rejected")])
    assert [session.count(shown) for shown in SHOWN] == [2, 0, 1, 0, 1, 0, 1]


states = st.lists(st.tuples(st.sampled_from(SHOWN[1:4]), st.sampled_from(SHOWN[4:])), max_size=30)


@given(states, states)
def test_counts_are_those_of_the_photos(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> None:
    session = Session()
    session.take([row(i) for i in range(30)])
    for said in (first, second):
        session.take([row(i, state=state, decision=decision) for i, (state, decision) in enumerate(said)])
    for shown in SHOWN:
        numbers = session.numbers(shown)
        assert session.count(shown) == len(numbers)
        assert all(session.lets_through(n, shown) for n in numbers)
    assert sorted(session.confirmed) == session.numbers("confirmed")
    assert session.waiting == 30 - max(len(first), len(second)) == 30 - session.answered


def test_a_cancelled_run_leaves_photos_that_can_be_taken_up_again() -> None:
    session = Session()
    session.take([row(1, state="located"), row(2)])
    session.stopped = True
    assert [session.state(n) for n in (0, 1)] == ["located", "stopped"]
    session.stopped = False
    assert [session.state(n) for n in (0, 1)] == ["located", "waiting"]


def test_the_first_candidate_comes_with_the_photo(portugal: Prediction) -> None:
    session = Session()
    session.recall = lambda one: replace(portugal, path=one.path) if one.state == "located" else None
    session.take([row(1, state="located"), row(2)])
    session.select(0)
    assert session.candidate == 1
    session.select(1)
    assert (session.candidate, session.prediction()) == (None, None)
    session.take([row(2, state="located")])
    assert session.prediction() is not None, "what is said of the selected photo is looked up as soon as it is said"


def test_the_meter_knows_rate_and_rest() -> None:
    meter = Meter()
    meter.follow(0, 100, 10.0)
    assert meter.seconds_left is None
    for second in range(1, 6):
        meter.follow(10 * second, 100, 10.0 + second)
    assert meter.rate == pytest.approx(10.0)
    assert meter.seconds_left == pytest.approx(5.0)
    meter.restart(1000.0)  # a pause does not count
    meter.follow(60, 100, 1001.0)
    assert meter.rate == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (50, "50 s"), (89.4, "89 s"), (180, "3 min"), (7500, "2 h 05 min")]
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text
