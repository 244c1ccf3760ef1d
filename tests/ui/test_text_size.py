"""Text at up to twice its size: nothing is cut off, nothing overlaps, and the window stays as large as it was."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QToolButton,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.ui.look import text_size
from pigeon_desktop.ui.look.elided import ElidedCombo, ElidedLabel
from pigeon_desktop.ui.look.flow import Flow
from pigeon_desktop.ui.look.rows import bold, smaller
from pigeon_desktop.ui.look.text_size import letters, line_height
from pigeon_desktop.ui.photos.row import row_height
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
Put = Callable[..., Prediction]


@pytest.fixture(autouse=True)
def usual(qapp: QApplication) -> Iterator[None]:
    """Afterwards text is as large as before."""
    yield
    text_size.begin(qapp)


@pytest.fixture
def window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, located: Put
) -> MainWindow:
    """A window with its map, two photos and a notice."""
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.jpg", "IMG_20240712_184501_with_a_rather_long_name.jpg"):
        Image.new("RGB", (320, 240), "#884422").save(folder / name)
    opened = open_window()
    opened.resize(1280, 800)
    opened.add([folder])
    qtbot.waitUntil(lambda: len(opened.session) == 2)
    qtbot.waitUntil(lambda: opened.notice.isVisible(), timeout=20_000)
    for path in sorted(folder.iterdir()):
        located(opened, path)
    opened.list.select(0)
    opened.photo.toggle.setChecked(True)
    opened.photo._look(False)
    return opened


def whole_in_tip(part: QWidget, words: str, at: QPoint) -> bool:
    """Whether the tool tip at a point of a widget has these words."""
    QToolTip.showText(part.mapToGlobal(at), "another")  # hiding takes a while, in which it still has its text
    QApplication.sendEvent(part, QHelpEvent(QEvent.Type.ToolTip, at, part.mapToGlobal(at)))
    said = QToolTip.text()
    QToolTip.hideText()
    return words.strip() in said


def cut(part: QWidget) -> bool:
    """Whether a widget has less room than its text takes, and does not say it in whole when it is asked."""
    middle = part.rect().center()
    if part.height() < part.minimumSizeHint().height():
        return True
    if isinstance(part, QLabel):
        if part.wordWrap():
            return part.height() < part.heightForWidth(part.width())
        wide = QFontMetrics(part.font()).horizontalAdvance(part.text())
        shortened = isinstance(part, ElidedLabel) and part.elided
        return part.width() < wide and not (shortened and whole_in_tip(part, part.text(), middle))
    if isinstance(part, QComboBox):
        shortened = isinstance(part, ElidedCombo) and part.elided
        missing = part.width() < part.sizeHint().width() and not isinstance(part, ElidedCombo)
        return missing or (shortened and not whole_in_tip(part, part.currentText(), middle))
    if isinstance(part, QLineEdit):
        words = part.text() or part.placeholderText()
        wide = part.fontMetrics().horizontalAdvance(words) + 24
        return part.width() < wide and not part.toolTip()
    if isinstance(part, QTabBar):
        return any(
            part.tabRect(i).right() > part.width()
            or (
                part.fontMetrics().horizontalAdvance(part.tabText(i)) > part.tabRect(i).width()
                and part.tabToolTip(i) != part.tabText(i)
            )
            for i in range(part.count())
        )
    if isinstance(part, QAbstractButton):
        return bool(part.text()) and (
            part.width() < part.sizeHint().width() or part.height() < part.sizeHint().height()
        )
    return False


def overlapping(top: QWidget) -> list[tuple[QWidget, QWidget]]:
    """Widgets with text or of use that lie upon each other, though they stand side by side in one parent."""
    kinds = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox)
    by_parent: dict[int, list[QWidget]] = {}
    for part in top.findChildren(QWidget):
        if isinstance(part, kinds) and part.isVisible() and part is not getattr(top, "target", None):
            by_parent.setdefault(id(part.parentWidget()), []).append(part)
    return [
        (a, b)
        for parts in by_parent.values()
        for a, b in itertools.combinations(parts, 2)
        if a.geometry().intersects(b.geometry())
    ]


def check(top: QWidget) -> None:
    """Nothing in a window is cut off, or overlaps."""
    QApplication.processEvents()
    kinds = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QTabBar)
    parts = [
        part
        for part in top.findChildren(QWidget)
        if isinstance(part, kinds) and part.isVisible() and not isinstance(part.parentWidget(), QAbstractSpinBox)
        if not part.objectName().startswith("qt_toolbar_ext") and not isinstance(part.parentWidget(), QLineEdit)
    ]
    assert len(parts) >= 5
    assert [(part, getattr(part, "text", str)()) for part in parts if cut(part)] == []
    assert overlapping(top) == []


def check_window(window: MainWindow, factor: float) -> None:
    """The window as it is at a size of the text."""
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1280, 800), "it need not grow"
    check(window)
    extension = window.bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert extension is None or not extension.isVisible()
    for label in (window.candidates.title, window.strip.words, window.notice.words):
        assert label.font().pointSizeF() == pytest.approx(text_size.USUAL_PT * factor)
    assert window.notice.title.font().pointSizeF() == pytest.approx(text_size.USUAL_PT * 1.3 * factor, abs=0.1)
    font = letters()
    for view, least in (
        (window.list.view, line_height(font) + 2 * line_height(smaller(font))),
        (window.candidates.view, line_height(bold(font)) + line_height(smaller(font)) + 6),
    ):
        room = view.visualRect(view.model().index(0, 0))
        assert room.height() >= least + 18, "a row has its lines, its bar and its margins"
    assert window.list.view.verticalHeader().sectionSize(0) == row_height(font)
    assert window.map is not None
    furniture, shown = window.map.furniture, []
    for part in (furniture.buttons, furniture.legend, furniture.scale_bar, furniture.source):
        if part.isVisible():
            assert window.map.rect().contains(part.geometry()), part
            shown.append(part.geometry())
    assert not [(a, b) for a, b in itertools.combinations(shown, 2) if a.intersects(b)]
    assert window.map.towns._font.pointSizeF() == pytest.approx(text_size.USUAL_PT * text_size.TINY * factor)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_at_any_size(qtbot: QtBot, window: MainWindow, theme: str, settings: QSettings) -> None:
    window.set_mode(theme)  # type: ignore[arg-type]
    check_window(window, 1.0)
    for percent in text_size.PERCENT[1:]:
        window.preferences.change({"text_size": str(percent)})
        check_window(window, percent / 100)
    assert settings.value("text_size") == "200"
    window.answers.setCurrentIndex(1)
    check(window.answers)
    window.notice.settle()
    window.notice.show_matter("A title", "words " * 400, ("Close", window.notice.dismiss))
    check_window(window, 2.0)
    for ask in (window.preferences.ask, window.show_keys):
        ask()
        (dialog,) = (d for d in window.findChildren(QDialog) if d.isVisible())
        assert dialog.height() <= 800
        check(dialog)
        dialog.close()
        QApplication.sendPostedEvents(None, 0)
    window.preferences.change({"text_size": "100"})
    window.notice.dismiss()
    check_window_is_as_before(window)


def check_window_is_as_before(window: MainWindow) -> None:
    """Back at the usual size, widths that the text asked for are asked for no more."""
    QApplication.processEvents()
    assert window.left.minimumWidth() == text_size.grown(230)
    assert window.candidates.title.font().pointSizeF() == pytest.approx(text_size.USUAL_PT)


def test_the_applications_own_font_may_be_twice_as_large(window: MainWindow, qapp: QApplication) -> None:
    qapp.setFont(text_size.resized(qapp.font(), 2))
    check_window(window, 2.0)
    assert text_size.taken() == 100


def test_a_window_opens_at_the_size_that_was_chosen(open_window: OpenWindow, settings: QSettings) -> None:
    settings.setValue("text_size", "150")
    window = open_window()
    assert window.empty.photos.font().pointSizeF() == pytest.approx(text_size.USUAL_PT * 1.5)
    check(window)


def test_numbers_in_the_settings_can_be_read(window: MainWindow) -> None:
    window.preferences.ask()
    (dialog,) = (d for d in window.findChildren(QDialog) if d.isVisible())
    fields = [field for field in dialog.findChildren(QLineEdit) if isinstance(field.parentWidget(), QAbstractSpinBox)]
    assert len(fields) == 2
    for field in fields:
        assert field.width() >= field.fontMetrics().horizontalAdvance("00") + 18
        assert field.text()
    dialog.close()


def test_rows_of_widgets_break_where_they_must(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(holder, gap=6, fill=True)
    buttons = [QPushButton(words, holder) for words in ("first", "second", "third")]
    for button in buttons:
        flow.addWidget(button)
    widths = [button.sizeHint().width() for button in buttons]
    holder.resize(sum(widths) + 12, 200)
    holder.show()
    assert len({button.y() for button in buttons}) == 1
    holder.resize(sum(widths) + 11, 200)
    QApplication.processEvents()
    assert [button.y() for button in buttons][:2] == [0, 0]
    assert buttons[2].y() == buttons[0].height() + 6
    assert buttons[2].width() == holder.width()
    buttons[0].hide()
    QApplication.processEvents()
    assert [button.y() for button in buttons[1:]] == [0, 0]
    assert flow.heightForWidth(10) == 2 * buttons[1].sizeHint().height() + 6
    assert flow.minimumSize().width() == max(button.minimumSizeHint().width() for button in buttons[1:])


def test_what_is_shortened_is_whole_in_its_tip(qtbot: QtBot) -> None:
    words = "a long line of words that does not fit"
    holder = QWidget()
    qtbot.addWidget(holder)
    label, combo = ElidedLabel(holder), ElidedCombo(holder)
    label.setText(words)
    label.setToolTip("its own")
    combo.addItems([words, "short"])
    holder.show()
    for part in (label, combo):
        part.setGeometry(0, 0, 120, 30)
        assert part.elided
        assert whole_in_tip(part, words, part.rect().center())
        part.setGeometry(0, 0, 600, 30)
        assert not part.elided
        assert not whole_in_tip(part, words, part.rect().center())
    label.setGeometry(0, 0, 120, 30)
    assert whole_in_tip(label, "its own", label.rect().center())
    assert label.alignment() & Qt.AlignmentFlag.AlignVCenter
