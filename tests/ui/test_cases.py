"""The window and its case: made, opened, left behind by a kill; verdicts by keys; photographs taken together."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.case import CASE, Case
from pigeon_desktop.cases.contents import counts, rows, verdicts
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case import casework
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack) -> MainWindow:
    """A window with a small model loaded."""
    opened = open_window(str(captions_pack.folder))
    qtbot.waitUntil(lambda: isinstance(opened.locating.state, Ready), timeout=60_000)
    return opened


@pytest.fixture
def photos(photos_folder: Path, tmp_path: Path) -> Path:
    """Twelve real photographs in a folder of their own."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in sorted(photos_folder.glob("*.jpg"))[:12]:
        shutil.copy2(path, folder)
    return folder


def filled(qtbot: QtBot, window: MainWindow, photos: Path) -> MainWindow:
    drop(window, [photos])
    qtbot.waitUntil(lambda: window.session.answered == 12, timeout=60_000)
    qtbot.waitUntil(lambda: not window.locating.running)
    return window


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    qtbot.keyClick(window.list.view, key, *modifiers)


def test_verdicts_by_the_number_keys_and_back(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    filled(qtbot, window, photos)
    case = window.casework.case
    assert case is not None
    window.list.select(0)
    press(qtbot, window, Qt.Key.Key_2)
    prediction = window.session.prediction()
    assert prediction is not None
    second = prediction.candidates[1]
    (held,) = verdicts(case).values()
    assert (held.decision, held.rank, held.latitude, held.longitude) == (
        "confirmed",
        2,
        second.latitude,
        second.longitude,
    )
    assert window.session.candidate == 2
    assert "Confirmed" in window.candidates.state.text()
    assert "confirmed" in window.list.model.describe(0)
    assert window.list.filter.itemText(5) == "Confirmed · 1"
    press(qtbot, window, Qt.Key.Key_J)
    press(qtbot, window, Qt.Key.Key_0)
    assert window.session.rows[1].decision == "rejected"
    window.list.filter.setCurrentIndex(6)
    assert window.list.model.numbers == [1]
    press(qtbot, window, Qt.Key.Key_U)
    assert window.list.model.numbers == []
    window.list.filter.setCurrentIndex(0)
    for expected in ("rejected", "undecided"):
        press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert window.session.rows[1].decision == expected
        assert window.session.selected == 1
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.selected == 0
    assert verdicts(case) == {}
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "no verdict" in window.strip.words.text()
    assert verify(case).faults == ()


def test_a_case_is_made_with_a_purpose_and_takes_along_what_is_there(
    qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(qtbot, window, photos)
    assert "not saved" in window.windowTitle()
    window.list.select(4)
    press(qtbot, window, Qt.Key.Key_0)
    stood_in = window.casework.case.folder  # type: ignore[union-attr]
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *args: ("Asked by nobody", True))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "mine"), ""))
    window.bar.case_new.trigger()
    qtbot.waitUntil(lambda: "mine" in window.windowTitle(), timeout=20_000)
    qtbot.waitUntil(lambda: window.session.answered == 12, timeout=60_000)
    assert not stood_in.exists()
    window.close()
    with Case.open(tmp_path / "mine") as case:
        assert case.purpose == "Asked by nobody"
        assert [verdict.decision for verdict in verdicts(case).values()] == ["rejected"]
        assert counts(rows(case))["photographs"] == 12
        assert verify(case).faults == ()


def test_what_a_run_said_is_not_undone_by_what_was_found_before(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    filled(qtbot, window, photos)
    found = [row._replace(photo=None, state="waiting") for row in window.session.rows]
    window.casework._came((window.casework.case, found))  # type: ignore[arg-type]  # late, as another thread may be
    assert window.session.answered == 12
    assert window.session.waiting == 0


def test_a_case_is_opened_and_goes_on(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, photos: Path, tmp_path: Path
) -> None:
    with Case.create(tmp_path / "case", "To go on with") as case:
        case.add([photos])
    window = open_window(str(captions_pack.folder), case=tmp_path / "case")
    qtbot.waitUntil(lambda: window.session.answered == 12, timeout=60_000)
    assert window.windowTitle().startswith("case")
    window.list.select(3)
    qtbot.waitUntil(lambda: window.session.prediction() is not None)
    assert window.session.prediction().probability is not None  # type: ignore[union-attr]
    window.close()
    assert (tmp_path / "case" / CASE).exists()
    assert not (tmp_path / "case" / f"{CASE}-wal").exists()


def test_a_case_that_cannot_be_opened_leaves_the_one_before(
    qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(qtbot, window, photos)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path))
    window.bar.case_open.trigger()
    qtbot.waitUntil(lambda: "is no case" in window.notice.words.text())
    assert window.session.answered == 12
    with Case.create(tmp_path / "taken", "Of somebody else"):
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path / "taken"))
        window.bar.case_open.trigger()
        qtbot.waitUntil(lambda: "another window or program has it open" in window.notice.words.text())
    assert window.casework.unsaved


def test_photographs_taken_together(qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path) -> None:
    filled(qtbot, window, photos)
    window.bar.one_place.trigger()
    assert "Select two" in window.strip.words.text()
    selection = window.list.view.selectionModel()
    for row in (0, 1, 2):
        selection.select(window.list.model.index(row), QItemSelectionModel.SelectionFlag.Select)
    assert window.list.chosen_numbers() == [0, 1, 2]
    window.bar.one_place.trigger()
    qtbot.waitUntil(lambda: window.deciding.fused is not None, timeout=30_000)
    assert "3 photos taken together" in window.candidates.title.text()
    assert "Assumed, not found out" in window.candidates.state.text()
    window.offers.export("html", tmp_path / "together.html")
    qtbot.waitUntil(lambda: (tmp_path / "together.html").exists(), timeout=30_000)
    assert "Assumed, not found out" in (tmp_path / "together.html").read_text("utf-8")
    window.list.select(4)
    assert window.deciding.fused is None
    assert "taken together" not in window.candidates.title.text()


def test_the_case_that_stood_in_goes_with_the_window(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    filled(qtbot, window, photos)
    folder = window.casework.case.folder  # type: ignore[union-attr]
    assert folder.parent == casework.unsaved_folder()
    window.close()
    assert not folder.exists()


def test_what_was_decided_without_a_case_is_not_lost(
    qtbot: QtBot, window: MainWindow, open_window: OpenWindow, photos: Path, captions_pack: Pack
) -> None:
    filled(qtbot, window, photos)
    window.list.select(4)
    press(qtbot, window, Qt.Key.Key_0)
    window.close()
    again = open_window(str(captions_pack.folder))
    qtbot.waitUntil(lambda: len(again.session) == 12, timeout=20_000)
    assert [row.decision for row in again.session.rows].count("rejected") == 1


def test_a_window_that_was_killed_comes_back_as_it_was(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, photos: Path, tmp_path: Path
) -> None:
    script = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QSettings
from pigeon_desktop.ui.app import make_application
app = make_application()
from pigeon_desktop.ui.window import MainWindow
settings = QSettings({str(tmp_path / "killed.ini")!r}, QSettings.Format.IniFormat)
window = MainWindow({str(captions_pack.folder)!r}, settings)
window.show()
window.add([Path({str(photos)!r})])
window.locating.located.connect(lambda new, changed: print("located", flush=True))
app.exec()
"""
    environment = {**os.environ, "PIGEON_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "located\n"
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGKILL)
    window = open_window(str(captions_pack.folder))
    qtbot.waitUntil(lambda: window.session.answered == 12, timeout=60_000)
    assert verify(window.casework.case).faults == ()  # type: ignore[arg-type]
