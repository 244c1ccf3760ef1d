"""Work of the window's thread that is done piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from pigeon_desktop.ui.workers import Later


@pytest.fixture
def later(qapp: object) -> Iterator[Later]:
    owner = QObject()
    yield Later(owner)
    owner.deleteLater()


def test_pieces_are_done_one_by_one(qtbot: QtBot, later: Later) -> None:
    done: list[int] = []
    later.ask(*(lambda n=n: done.append(n) for n in range(3)))  # type: ignore[misc]
    assert later.busy
    assert done == []
    later._next()
    assert done == [0]
    qtbot.waitUntil(lambda: not later.busy)
    assert done == [0, 1, 2]


def test_others_take_the_place_of_what_is_left(qtbot: QtBot, later: Later) -> None:
    done: list[str] = []
    later.ask(lambda: done.append("a"), lambda: done.append("b"))
    later._next()
    later.ask(lambda: done.append("c"))
    qtbot.waitUntil(lambda: not later.busy)
    assert done == ["a", "c"]


def test_the_last_piece_may_ask_for_others(qtbot: QtBot, later: Later) -> None:
    done: list[str] = []

    def steps() -> Iterator[None]:
        done.append("a")
        yield
        later.ask(lambda: done.append("b"))

    later.go_through(steps())
    qtbot.waitUntil(lambda: not later.busy)
    assert done == ["a", "b"]


def test_what_is_left_is_done_at_once_or_dropped(later: Later) -> None:
    done: list[str] = []
    later.ask(lambda: done.append("a"), lambda: done.append("b"))
    later.finish()
    assert done == ["a", "b"]
    assert not later.busy
    later.ask(lambda: done.append("c"))
    later.drop()
    assert not later.busy
    later.finish()
    assert done == ["a", "b"]
