"""Everything can be reached, has a name, can be read, and means nothing by its colour alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.verdict import Decision
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.ui.look import focus
from pigeon_desktop.ui.look.theme import DARK, LIGHT, PHOTO_GROUND, PHOTO_TEXT, Theme
from pigeon_desktop.ui.map.box import View
from pigeon_desktop.ui.map.layers import to_map
from pigeon_desktop.ui.map.pins import Pin
from pigeon_desktop.ui.map.view import MapView
from pigeon_desktop.ui.window import MainWindow
from tests.ui.accessible import PAINTED, contrast, painted_contrast, problems, walk
from tests.ui.conftest import OpenWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
Put = Callable[..., Prediction]
Role, Text = QAccessible.Role, QAccessible.Text
TEXT, GRAPHIC = 4.5, 3.0
"""The least contrasts of WCAG 2.2 AA."""


@pytest.fixture
def window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, located: Put
) -> Iterator[MainWindow]:
    """A window with its map and three photos: located and confirmed, can't tell, failed. There is no encoder."""
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, colour in (("a.jpg", "#884422"), ("b.jpg", "#228844"), ("c.jpg", "#222222")):
        Image.new("RGB", (320, 240), colour).save(folder / name)
    opened = open_window(map_done=True)
    opened.resize(1280, 800)
    opened.add([folder])
    qtbot.waitUntil(lambda: len(opened.session) == 3)
    qtbot.waitUntil(lambda: opened.notice.isVisible(), timeout=20_000)
    located(opened, folder / "a.jpg")
    located(opened, folder / "b.jpg", status="abstained", reason="The picture fits many parts of the world.")
    located(opened, folder / "c.jpg", status="failed", reason="c.jpg: is empty.", candidates=(), probability=None)
    opened.list.select(0)
    opened.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is opened)
    yield opened
    for dialog in opened.findChildren(QDialog):
        dialog.reject()


def decide(window: MainWindow, number: int, decision: Decision) -> None:
    """Have a photo decided, as its case says it."""
    row = window.session.rows[number]._replace(decision=decision)
    window.locating.located.emit(*window.session.take([row]))


# -- names and roles


def test_everything_has_a_name_and_a_role(qtbot: QtBot, window: MainWindow) -> None:
    def dialog() -> QWidget:
        (found,) = (d for d in window.findChildren(QDialog) if d.isVisible())
        return found

    assert problems(window) == []
    assert sum(1 for _ in walk(window)) > 60
    window.answers.setCurrentIndex(1)
    window.photo.toggle.setChecked(True)
    window.photo._look(False)
    window.bar.within.setText("PT")
    window.list.search.setText("a")
    assert problems(window) == []
    window.toggle_large()
    assert problems(window) == []
    window.toggle_large()
    window.reference.toggle()
    assert problems(window) == []
    window.reference.toggle()
    for ask in (window.preferences.ask, window.show_keys):
        ask()
        assert problems(dialog()) == []
        dialog().close()
        QApplication.sendPostedEvents(None, 0)
    for menu in [*(action.menu() for action in window.menuBar().actions()), window.bar.formats, window.bar.packs]:
        menu.popup(QPoint(0, 0))
        assert problems(menu) == []
        menu.close()


def test_an_empty_window_has_names_too(open_window: OpenWindow, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    assert problems(open_window()) == []


def test_what_has_no_name_is_found(window: MainWindow) -> None:
    added = [window.bar.addWidget(QToolButton(window.bar)), window.bar.addWidget(QComboBox(window.bar))]
    window.resize(window.width() + 1, window.height())  # the toolbar shares out its room anew
    window.photo.setAccessibleName("")
    plain = QWidget(window.answers)
    plain.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    plain.setAccessibleName("A plain widget")
    plain.show()
    QApplication.processEvents()
    found = problems(window)
    assert len(added) == 2
    assert len(found) == 4, found
    assert [line.split(":")[0] for line in sorted(found)] == ["no name"] * 3 + ["no role"]
    assert "PhotoView" in PAINTED


def test_rows_say_everything_in_one(window: MainWindow) -> None:
    decide(window, 0, "confirmed")
    photos = [n.text(Text.Name) for n in walk(window.list.view) if n.role() == Role.Cell]
    assert photos == [
        "a.jpg: located, Lisbon, Portugal 50 %, confirmed",
        "b.jpg: can't tell, Lisbon, Portugal 50 %, undecided",
        "c.jpg: failed, undecided",
    ]
    window.list.select(0)
    candidates = [n.text(Text.Name) for n in walk(window.candidates.view) if n.role() == Role.ListItem]
    assert len(candidates) == 4
    assert candidates[0].startswith("1 Lisbon, Portugal, 50 %\nwithin 100 km")
    assert candidates[3].startswith("Elsewhere, 20 %")


def test_the_map_says_what_it_shows(window: MainWindow) -> None:
    assert window.map is not None
    window.then.finish()  # the map comes after the candidates
    node = next(n for n in walk(window) if n.object() is window.map)
    assert node.text(Text.Name) == "Map"
    said = node.text(Text.Description)
    assert said.startswith("Candidates: 1 Lisbon, Portugal, 50 %, within 100 km (selected); 2 Santiago, Chile, 20 %,")
    assert "3 Wellington, New Zealand, 10 %, within 300 km." in said
    assert "Coloured by: Probability of one cell." in said
    window.choose_candidate(2)
    assert "2 Santiago, Chile, 20 %, within 200 km (selected)" in node.text(Text.Description)
    window.map.show_pins([Pin(0, 38.72, -9.14, "a.jpg")])
    assert node.text(Text.Description).endswith("1 photos confirmed, first candidates of 0 selected ones")


# -- the focus


def tabbed(qtbot: QtBot, window: MainWindow, start: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Where the key takes the focus, until it is back."""
    start.setFocus()
    went = [start]
    for _ in range(60):
        now = window.focusWidget()
        assert now is not None
        qtbot.keyClick(now, key)
        if window.focusWidget() is start:
            return went
        went.append(window.focusWidget())  # type: ignore[arg-type]
    raise AssertionError([type(part).__name__ for part in went])


def test_tab_goes_through_the_window_in_the_order_in_which_it_is_read(qtbot: QtBot, window: MainWindow) -> None:
    went = tabbed(qtbot, window, window.bar.photos)
    rooms = (window.bar, window.left, window.notice, window.map_room, window.photo, window.answers, window.strip)
    lies = [next(i for i, room in enumerate(rooms) if room is part or room.isAncestorOf(part)) for part in went]
    assert lies == sorted(lies)
    assert set(lies) >= {0, 1, 2, 3, 4, 5}
    parts = (window.list.filter, window.list.order, window.list.search, window.list.view, *window.notice.buttons)
    assert window.map is not None
    places = [went.index(part) for part in (*parts, window.map, window.photo, window.candidates.view)]
    assert places == sorted(places)
    reached = [
        part
        for part in window.findChildren(QWidget)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        if part.focusProxy() is None and part.window() is window
    ]
    assert set(map(id, reached)) == set(map(id, went)), "nothing is left out"
    back = tabbed(qtbot, window, window.bar.photos, Qt.Key.Key_Backtab)
    assert back[1:] == went[:0:-1]


def test_escape_leaves_what_is_in_the_way(qtbot: QtBot, window: MainWindow) -> None:
    window.notice.show_matter("Read", "this", ("Close", window.notice.dismiss))
    window.notice.buttons[0].setFocus()
    qtbot.keyClick(window.notice.buttons[0], Qt.Key.Key_Escape)
    assert window.notice.title.text() != "Read", "what was read is gone"
    assert window.notice.isVisible(), "what is to be done stays"
    assert window.list.view.hasFocus()
    window.photo.setFocus()
    qtbot.keyClick(window.photo, Qt.Key.Key_Return)
    assert window.large.isVisible()
    qtbot.keyClick(window.large, Qt.Key.Key_Tab)
    assert window.large.hasFocus(), "not on what it covers"
    qtbot.keyClick(window.large, Qt.Key.Key_Escape)
    assert not window.large.isVisible()
    assert window.photo.hasFocus()
    window.reference.toggle()
    went = tabbed(qtbot, window, window.reference.choose)
    assert went == [window.reference.choose, window.reference.leave]
    qtbot.keyClick(window.reference.choose, Qt.Key.Key_Escape)
    assert not window.reference.isVisible()


def test_the_focus_is_where_it_was_left_when_its_widget_goes(window: MainWindow) -> None:
    window.strip.resume.show()
    window.strip.resume.setFocus()
    window.strip.resume.hide()
    assert focus.step(window, -1) is not None
    assert window.focusWidget() is not None


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_can_be_seen(qtbot: QtBot, window: MainWindow, theme: Theme) -> None:
    window.set_mode("dark" if theme.dark else "light")
    assert window.map is not None
    parts = [window.bar.photos, window.bar.within, window.list.filter, window.list.search, window.list.view]
    parts += [*window.notice.buttons, window.map, window.photo, window.answers.tabBar(), window.candidates.view]
    for part in parts:
        window.list.select(0)
        window.setFocus()
        QApplication.processEvents()
        before = window.grab().toImage()
        part.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        after = window.grab().toImage()
        room = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
        changed = sum(
            contrast(before.pixelColor(x, y), after.pixelColor(x, y)) >= GRAPHIC
            for x in range(room.left(), room.right() + 1)
            for y in (*range(room.top(), room.top() + 4), *range(room.bottom() - 3, room.bottom() + 1))
            if before.pixel(x, y) != after.pixel(x, y)
        )
        assert changed >= room.width() * 0.5, part


# -- contrast


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_far_enough_apart(theme: Theme) -> None:
    t = theme
    grounds = (t.window, t.panel, t.raised, t.selection, t.hover)
    texts = [(ink, ground) for ink in (t.text, t.muted, t.warning, t.danger) for ground in grounds]
    texts += [(t.on_accent, t.accent), (t.on_ink, t.ink), (t.ink, t.on_ink), (t.text, t.line), (t.accent, t.selection)]
    texts += [
        (PHOTO_TEXT, PHOTO_GROUND),
        (t.accent, t.panel),
        (t.label, t.land),
        (t.label, t.ocean),
        (t.label, t.window),
    ]
    assert [(ink, ground) for ink, ground in texts if contrast(ink, ground) < TEXT] == []
    shapes = [(t.edge, ground) for ground in (t.window, t.panel, t.raised, t.hover)]
    shapes += [(bar, t.line) for bar in (t.accent, t.muted)]
    shapes += [(t.accent, ground) for ground in (*grounds, t.ocean, t.land)]
    shapes += [(t.ink, ground) for ground in (t.ocean, t.land)]
    assert [(shape, ground) for shape, ground in shapes if contrast(shape, ground) < GRAPHIC] == []
    for at in np.linspace(0, 1, 21):  # a marker has a ring around its disc: one of them is seen on any heat
        heat = t.ramp(float(at))
        for drawn in ((t.ink, t.on_ink), (t.accent, t.on_accent, t.ink)):
            assert max(contrast(colour, heat) for colour in drawn) >= GRAPHIC, at


def texts_of(window: MainWindow) -> Iterator[tuple[str, QRect]]:
    """What is written in the window, and where."""
    for part in window.findChildren(QWidget):
        words = part.text() if isinstance(part, QLabel | QAbstractButton) else ""
        words = part.currentText() if isinstance(part, QComboBox) else words
        if words.strip() and part.isVisible() and part.isEnabled() and part.width() > 8:
            yield words, QRect(part.mapTo(window, QPoint(0, 0)), part.size()).adjusted(2, 3, -2, -3)
    for search in (window.bar.within, window.list.search):
        yield search.placeholderText(), QRect(search.mapTo(window, QPoint(0, 0)), search.size()).adjusted(4, 4, -4, -4)
    for view, top in ((window.list.view, 74), (window.candidates.view, 36)):
        for row in range(view.model().rowCount()):
            index = view.model().index(row, 0)
            room = view.visualRect(index).translated(view.viewport().mapTo(window, QPoint(0, 0)))
            rest = room.adjusted(top, 9, -10, -9)
            for half in (QRect(rest.left(), rest.top(), rest.width(), 17), rest.adjusted(0, 20, 0, -16)):
                yield f"{index.data()}, row {row}", half
    assert window.map is not None
    for part in (window.map.furniture.legend, window.map.furniture.scale_bar):
        yield type(part).__name__, QRect(part.mapTo(window, QPoint(0, 0)), part.size()).adjusted(4, 2, -4, -10)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_painted_can_be_read(window: MainWindow, theme: Theme) -> None:
    window.set_mode("dark" if theme.dark else "light")
    window.list.view.clearFocus()
    window.resize(1280, 1100)  # every row is in sight
    QApplication.processEvents()
    image = window.grab().toImage()
    measured = [(words, round(painted_contrast(image, room), 2)) for words, room in texts_of(window)]
    assert len(measured) > 35
    assert [found for found in measured if found[1] < TEXT] == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_names_on_the_map_can_be_read_over_the_fullest_heat(qtbot: QtBot, view: MapView, theme: Theme) -> None:
    view.set_theme(theme)
    assert view.loaded is not None
    view.show_heat(np.full(len(view.loaded.cells), 0.9, np.float32), "Probability")
    x, y = to_map(48.0, 7.0)
    view.look(View(float(x), float(y), 1500.0))
    qtbot.waitUntil(lambda: view.settled, timeout=30_000)
    image = view.grab().toImage()
    shown = view.towns.shown()
    assert len(shown) > 10
    hot = view.theme.heat_colour(0.9)
    found = []
    for name, room in shown:
        inside = room.toAlignedRect()
        around = image.pixelColor(inside.right() + 6, inside.center().y())
        if hot is not None and around.rgb() == hot.rgb():
            found.append((name, painted_contrast(image, inside)))
    assert len(found) > 5
    assert [(name, ratio) for name, ratio in found if ratio < TEXT] == []
    for tag in (view.furniture.source, view.furniture.scale_bar):
        assert painted_contrast(image, tag.geometry().adjusted(3, 2, -3, -8)) >= TEXT


def test_states_and_verdicts_have_words_or_signs(window: MainWindow) -> None:
    """In grey, rows of different states and verdicts still differ: each status is written, each verdict a sign."""
    model = window.list.model
    assert [model.describe(n) for n in range(3)] == ["Lisbon, Portugal 50 %", "can't tell", "failed"]
    view = window.list.view

    def seen(row: int) -> QRect:
        return view.visualRect(model.index(row)).adjusted(70, 0, 0, 0)

    window.list.select(1)
    before = view.viewport().grab(seen(0)).toImage()
    decide(window, 0, "confirmed")
    confirmed = view.viewport().grab(seen(0)).toImage()
    decide(window, 0, "rejected")
    rejected = view.viewport().grab(seen(0)).toImage()
    grey = [image.convertToFormat(image.Format.Format_Mono) for image in (before, confirmed, rejected)]
    assert grey[0] != grey[1]
    assert grey[1] != grey[2]
    assert grey[0] != grey[2]
