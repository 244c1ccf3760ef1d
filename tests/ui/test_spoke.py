"""What spoke for a candidate, in the window: the heat on the photo, its button, and the questions behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pigeon_desktop.engine.explain import Spoke
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.within import Filter
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.look.theme import DARK, LIGHT
from pigeon_desktop.ui.photos.spoke import Heat, Spoken
from pigeon_desktop.ui.photos.view import PhotoView
from pigeon_desktop.ui.workers import Step, Tasks

GREY = QColor(120, 120, 120)


def heat(values: np.ndarray, square: tuple[float, float, float, float] = (0, 0, 1, 1), way: str = "occlusion") -> Heat:
    spoke = Spoke(values.astype("f4"), square, way, np.array([0]), 0.0)  # type: ignore[arg-type]
    return Heat(Path("photo.jpg"), 1, spoke)


def corner(row: int, column: int, value: float = 1.0) -> np.ndarray:
    """A quarter of the grid speaks for it, the one across against it."""
    values = np.zeros((14, 14))
    values[7 * row : 7 * row + 7, 7 * column : 7 * column + 7] = value
    values[7 * (1 - row) : 14 - 7 * row, 7 * (1 - column) : 14 - 7 * column] = -value
    return values


@pytest.fixture
def view(qtbot: QtBot) -> PhotoView:
    view = PhotoView(LIGHT)
    qtbot.addWidget(view)
    view.resize(424, 300)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the ring of the focus is no part of the picture
    view.show()
    return view


def picture(view: PhotoView, width: int, height: int) -> None:
    pixmap = QPixmap(width, height)
    pixmap.fill(GREY)
    view.show_picture(pixmap, "photo.jpg")


def place(image: QImage) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the picture: what is neither panel nor legend."""
    panel = QColor(LIGHT.panel)
    columns = [x for x in range(image.width()) if image.pixelColor(x, 100) != panel]
    middle = (columns[0] + columns[-1]) // 2
    rows = [y for y in range(image.height() - 32) if image.pixelColor(middle, y) != panel]
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def colour_at(image: QImage, x: float, y: float) -> QColor:
    """Of the picture at fractions of its sides."""
    left, top, right, bottom = place(image)
    return image.pixelColor(int(left + x * (right - left)), int(top + y * (bottom - top)))


def warmth(colour: QColor) -> int:
    return colour.red() - colour.blue()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_only_what_spoke_for_it_is_painted_and_the_picture_shows_through(view: PhotoView, theme: Any) -> None:
    picture(view, 400, 200)
    view.set_theme(LIGHT)
    plain = view.grab().toImage()
    assert colour_at(plain, 0.2, 0.2) == GREY
    view.theme = theme
    view.ground = LIGHT.panel
    view.show_heat(heat(corner(0, 0)))
    image = view.grab().toImage()
    hot, against = colour_at(image, 0.2, 0.2), colour_at(image, 0.8, 0.8)
    assert warmth(hot) > 40
    assert against == GREY
    full = theme.ramp(1.0)
    for painted, under, over in zip(hot.getRgb()[:3], GREY.getRgb()[:3], full.getRgb()[:3], strict=True):
        assert abs(painted - (0.4 * under + 0.6 * over)) <= 4, "six tenths at most"
    view.show_heat(None)
    assert colour_at(view.grab().toImage(), 0.2, 0.2) == GREY


@pytest.mark.parametrize("turned", [False, True])
def test_what_was_cut_off_is_dark_behind_a_line(view: PhotoView, turned: bool) -> None:
    width, height = (200, 400) if turned else (400, 200)
    square = (0.0, 0.25, 1.0, 0.75) if turned else (0.25, 0.0, 0.75, 1.0)
    picture(view, width, height)
    view.show_heat(heat(corner(0, 0), square))
    image = view.grab().toImage()

    def at(along: float, across: float) -> QColor:
        return colour_at(image, *((across, along) if turned else (along, across)))

    assert warmth(at(0.35, 0.25)) > 40
    assert at(0.65, 0.75) == GREY
    for outside in (0.1, 0.9):
        colour = at(outside, 0.5)
        assert colour.lightness() < 80
        assert abs(warmth(colour)) < 10
    left, top, right, bottom = place(image)
    length = bottom - top if turned else right - left
    near = [at(0.75 + step / length, 0.75).lightness() for step in range(-3, 4)]
    assert max(near) > 180, "a bright line"


def test_a_weak_heat_is_no_reason(view: PhotoView) -> None:
    picture(view, 400, 200)
    view.show_heat(heat(corner(0, 0, 0.05)))
    assert colour_at(view.grab().toImage(), 0.2, 0.2) == GREY
    assert "Nothing in particular spoke for 1" in view.accessibleDescription()


def test_a_line_runs_around_the_hottest(view: PhotoView) -> None:
    picture(view, 400, 200)
    view.show_heat(heat(corner(1, 1)))
    image = view.grab().toImage()
    left, top, right, bottom = place(image)
    y = int(top + 0.75 * (bottom - top))
    bright = [x for x in range(left, right) if image.pixelColor(x, y).blue() > 180]
    assert bright
    edges = [min(abs((x + 0.5 - left) / (right - left) - edge) for edge in (0.5, 1.0)) for x in bright]
    assert max(edges) < 0.02


def test_words_for_those_who_cannot_see_it(view: PhotoView) -> None:
    picture(view, 400, 200)
    view.show_heat(heat(corner(0, 1), (0.25, 0.0, 0.75, 1.0)))
    said = view.accessibleDescription()
    assert said.startswith("photo.jpg. ")
    assert "What spoke for 1 is mostly " in said
    assert "cut off" in said
    view.show_heat(None)
    assert view.accessibleDescription() == "photo.jpg"
    view.show_heat(heat(corner(0, 1)))
    view.show_words("Opening…")
    assert view.heat is None
    assert view.accessibleDescription() == "Opening…"


def test_the_button_asks_and_lets_go(view: PhotoView, qtbot: QtBot) -> None:
    asked: list[str] = []
    view.asked.connect(asked.append)
    picture(view, 400, 200)
    assert not view.toggle.isVisible()
    view.offer(2)
    assert view.toggle.text() == "What spoke for 2?"
    assert not view.closer.isVisible()
    clicked: list[bool] = []
    view.clicked.connect(lambda: clicked.append(True))
    view.toggle.setFocus()
    QTest.keyClick(view.toggle, Qt.Key.Key_Space)
    assert asked == ["patches"]
    assert view.closer.text() == "Look closer"
    view.show_heat(heat(corner(0, 0), way="patches"))
    QTest.mouseClick(view.closer, Qt.MouseButton.LeftButton)
    view.show_step(Step("", 7, 65))
    assert view.closer.text() == "Stop (7 of 65)"
    QTest.mouseClick(view.closer, Qt.MouseButton.LeftButton)
    assert asked == ["patches", "occlusion", "patches"]
    view.show_heat(heat(corner(0, 0)))
    assert not view.closer.isVisible(), "there is nothing closer"
    with qtbot.waitSignal(view.unasked):
        QTest.mouseClick(view.toggle, Qt.MouseButton.LeftButton)
    assert view.heat is None
    assert not clicked, "the buttons are not the picture"
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    assert clicked
    view.offer(None)
    assert not view.toggle.isVisible()


def test_a_heat_goes_with_its_candidate(view: PhotoView) -> None:
    picture(view, 400, 200)
    view.offer(1)
    view.toggle.click()
    view.show_heat(heat(corner(0, 0)))
    view.offer(2)
    assert view.heat is None
    assert view.wanted, "the window asks for 2"
    view.offer(None)
    assert not view.wanted
    view.offer(1)
    assert view.wanted, "of the next photo, too"
    view.put_away()
    assert not view.wanted


# The questions, with the default pack


class Model(QObject):
    """Stands in for the window's `Locating`."""

    ready = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.state: Ready | None = None
        self.within: Filter | None = None


@pytest.fixture(scope="module")
def locator(default_pack: Pack) -> Locator:
    return Locator(default_pack, device="cpu")


@pytest.fixture
def asking(locator: Locator, qapp: object) -> Iterator[SimpleNamespace]:
    model, owner = Model(), QObject()
    model.state = Ready("CPU", "default", (), locator.pack, locator.cells, cast(Any, None), locator)
    tasks = Tasks(owner)
    spoken = Spoken(cast(Any, model), tasks, owner)
    told, steps, refused = [], [], []  # type: ignore[var-annotated]
    spoken.told.connect(told.append)
    spoken.stepped.connect(steps.append)
    spoken.refused.connect(refused.append)
    yield SimpleNamespace(spoken=spoken, model=model, told=told, steps=steps, refused=refused, owner=owner)
    tasks.close()


def wait(until: Any, seconds: float = 60) -> None:
    """Let the window's thread do its work until something holds."""
    loop, timer = QEventLoop(), QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if until() else None)
    timer.start()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    assert until()


def german(locator: Locator) -> list[str]:
    return locator.cells.ids[locator.cells.country_code == "DE"].tolist()


def test_an_answer_is_told_and_kept(asking: SimpleNamespace, locator: Locator, photographs: list[Path]) -> None:
    spoken, told = asking.spoken, asking.told
    spoken.ask(photographs[0], 1, german(locator), "patches")
    wait(lambda: told)
    assert told[0].rank == 1
    assert told[0].path == photographs[0]
    assert told[0].spoke.values.shape == (14, 14)
    spoken.ask(photographs[0], 1, german(locator), "patches")
    assert told[1] is told[0], "at once"
    asking.model.ready.emit(None)
    assert told[2] is None, "another model"
    spoken.ask(photographs[0], 1, german(locator), "patches")
    wait(lambda: len(told) == 4)
    assert told[3] is not told[0]


def test_a_newer_question_takes_the_place_of_the_one_under_way(
    asking: SimpleNamespace, locator: Locator, photographs: list[Path]
) -> None:
    spoken, told = asking.spoken, asking.told
    spoken.ask(photographs[0], 1, german(locator), "occlusion")
    wait(lambda: asking.steps)
    assert asking.steps[0].total == 65
    spoken.ask(photographs[1], 2, german(locator)[:1], "patches")
    seen = len(asking.steps)
    wait(lambda: told)
    assert [(one.rank, one.spoke.way) for one in told] == [(2, "patches")]
    assert len(asking.steps) == seen, "nothing is heard of the older one"


def test_a_question_is_taken_back_soon(asking: SimpleNamespace, locator: Locator, photographs: list[Path]) -> None:
    asking.spoken.ask(photographs[0], 1, german(locator), "occlusion")
    wait(lambda: asking.steps)
    asking.spoken.take_back()
    assert asking.told == [None]
    wait(lambda: asking.spoken._task is None, seconds=0.5)
    assert asking.told == [None]
    assert asking.refused == []


def test_why_there_is_no_answer(
    asking: SimpleNamespace, locator: Locator, tmp_path: Path, photographs: list[Path]
) -> None:
    spoken = asking.spoken
    spoken.ask(tmp_path / "gone.jpg", 1, german(locator), "patches")
    wait(lambda: asking.refused)
    assert "gone.jpg" in asking.refused[0]
    assert asking.told == [None]
    spoken.ask(photographs[0], 1, ["XX-001"], "patches")
    wait(lambda: len(asking.refused) == 2)
    assert "Another pack" in asking.refused[1]
    asking.model.state = None
    spoken.ask(photographs[0], 1, german(locator), "patches")
    assert "loading" in asking.refused[2]


def test_a_filter_is_asked_with(asking: SimpleNamespace, locator: Locator, photographs: list[Path]) -> None:
    spoken, told, code = asking.spoken, asking.told, locator.cells.country_code
    spoken.ask(photographs[0], 1, german(locator), "patches")
    wait(lambda: len(told) == 1)
    asking.model.within = Filter("DE,FR", np.isin(code, ["DE", "FR"]))
    spoken.ask(photographs[0], 1, german(locator), "patches")
    wait(lambda: len(told) == 2)
    assert told[1].spoke.odds > told[0].spoke.odds
