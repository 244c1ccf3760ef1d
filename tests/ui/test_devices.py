"""The window on a device that is not what it should be."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from pigeon_desktop.engine import self_check
from pigeon_desktop.packs.store import Pack
from tests.engine.test_devices import GPU, Disturbed
from tests.ui.conftest import OpenWindow


def test_a_device_that_computes_wrong_numbers_is_said_in_the_status_bar(
    qtbot: QtBot, open_window: OpenWindow, default_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "Session", Disturbed)
    window = open_window()
    qtbot.waitUntil(lambda: window.locating.state is not None, timeout=60_000)
    assert window.strip.note.isVisible()
    assert f"{GPU} computes wrong numbers" in window.strip.note.toolTip()
    assert window.strip.device.text().startswith("CPU (")
    assert f"{GPU} computes wrong numbers" in window.strip.device.toolTip()
    assert "Going on with the CPU." in window.strip.device.toolTip()
