"""The window on a device that is not what it should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from pigeon_desktop.engine import self_check
from pigeon_desktop.packs.store import Pack
from tests.cases.conftest import pictures
from tests.cases.test_device_lost import lose
from tests.engine.test_devices import GPU, disturb
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop


def test_a_device_that_computes_wrong_numbers_is_said_in_the_status_bar(
    qtbot: QtBot, open_window: OpenWindow, default_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    disturb(monkeypatch)
    window = open_window()
    qtbot.waitUntil(lambda: window.locating.state is not None, timeout=60_000)
    assert window.strip.note.isVisible()
    assert f"{GPU} computes wrong numbers" in window.strip.note.toolTip()
    assert window.strip.device.text().startswith("CPU (")
    assert f"{GPU} computes wrong numbers" in window.strip.device.toolTip()
    assert "Going on with the CPU." in window.strip.device.toolTip()


def test_a_device_that_fails_in_a_run_is_said_and_the_run_goes_on_with_what_is_left(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, batch=4)
    window = open_window(str(captions_pack.folder))
    qtbot.waitUntil(lambda: window.locating.state is not None, timeout=60_000)
    assert window.strip.device.text().startswith("A GPU (CUDA)")
    # Once it has failed it does not start again either.
    monkeypatch.setattr(self_check, "starts", lambda device: False)
    monkeypatch.setattr(self_check, "has_device", lambda device: device == "cpu")
    drop(window, pictures(tmp_path / "photos", 60))
    qtbot.waitUntil(lambda: window.notice.title.text() == "The run has stopped", timeout=60_000)
    assert window.notice.isVisible()
    assert (
        "A GPU (CUDA) has failed (CUDA failure 999: unknown error). What was found is kept."
        in window.notice.words.text()
    )
    qtbot.waitUntil(lambda: window.strip.device.text().startswith("CPU ("), timeout=60_000)
    assert 0 < window.session.answered < 60
    go_on = next(button for button in window.notice.findChildren(QPushButton) if button.text() == "Go on")
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.answered == 60, timeout=60_000)
    qtbot.waitUntil(lambda: not window.locating.running, timeout=10_000)
    assert window.session.count("failed") == 0
