"""The window with the real model on real photographs."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case.export import FORMATS
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.windows import Pulse, drop

CANCEL_S = 0.2
LONGEST_GAP_MS = 50


@pytest.fixture
def photos(photos_folder: Path, tmp_path: Path) -> Path:
    """Eight real photographs and one broken file, in a folder of their own."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in sorted(photos_folder.glob("*.jpg"))[:8]:
        shutil.copy2(path, folder)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    return folder


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, default_pack: Pack) -> MainWindow:
    """A window with its map drawn and its model loaded."""
    opened = open_window(map_done=True)
    qtbot.waitUntil(lambda: opened.locating.state is not None, timeout=60_000)
    assert isinstance(opened.locating.state, Ready), opened.locating.state
    return opened


def answered(window: MainWindow) -> int:
    return window.session.answered


def test_a_dropped_folder_is_located_and_exported(
    qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path
) -> None:
    assert "default" in window.strip.device.text()
    assert window.strip.offline.text() == "offline"
    drop(window, [photos])
    qtbot.waitUntil(lambda: answered(window) == 9, timeout=120_000)
    counts = {shown: window.session.count(shown) for shown in ("located", "abstained", "failed")}
    assert counts["failed"] == 1
    assert counts["located"] + counts["abstained"] == 8
    first = window.session.prediction()
    assert first is not None
    assert first.path == window.session.rows[0].path
    assert first.probability is not None
    assert window.session.selected == 0
    assert len(window.candidates.model.rows) == len(first.candidates) + 1
    total = sum(row.probability for row in window.candidates.model.rows)
    assert total == pytest.approx(1.0, abs=0.01)
    for suffix in FORMATS:
        out = tmp_path / f"report.{suffix}"
        window.offers.export(suffix, out)
        qtbot.waitUntil(lambda path=out: path.exists(), timeout=60_000)  # type: ignore[misc]
        qtbot.waitUntil(lambda path=out: str(path) in window.strip._said)  # type: ignore[misc]
        assert b"lead, not proof" in out.read_bytes() or suffix == "pdf"
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        assert {Path(row["path"]).name for row in csv.DictReader(file)} == {p.name for p in photos.iterdir()}
    assert not list(tmp_path.glob(".*part"))
    window.answers.setCurrentWidget(window.prompts)
    qtbot.waitUntil(lambda: bool(window.prompts.model.rows) or "text tower" in window.prompts.state.text())


@pytest.mark.alone
def test_the_window_stays_live_while_a_batch_runs(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    best = 1000.0
    for attempt in range(5):  # another program may have taken the processor
        pulse = Pulse()
        if attempt == 0:
            drop(window, [photos])
        else:
            again = photos.parent / f"again-{attempt}"
            shutil.copytree(photos, again)
            for path in again.glob("*.jpg"):
                with path.open("ab") as file:  # the same picture, and another file
                    file.write(b"again" + bytes([attempt]))
            drop(window, [again])
        qtbot.waitUntil(lambda wanted=9 * attempt + 3: answered(window) >= wanted, timeout=60_000)  # type: ignore[misc]
        for row in (2, 1, 0):  # look at what is there already
            window.list.select(row)
            qtbot.wait(60)
        qtbot.waitUntil(lambda wanted=9 * attempt + 9: answered(window) == wanted, timeout=120_000)  # type: ignore[misc]
        best = min(best, pulse.stop())
        if best < LONGEST_GAP_MS:
            return
    pytest.fail(f"longest gap of the event loop {best:.0f} ms")


@pytest.mark.alone
def test_cancel_ends_the_run_at_once_and_it_can_be_taken_up(
    qtbot: QtBot, window: MainWindow, photos_folder: Path
) -> None:
    paths = sorted(photos_folder.glob("*.jpg"))[:44]
    drop(window, paths)
    taken = []
    for attempt in range(4):  # another program may have taken the processor
        qtbot.waitUntil(lambda wanted=8 * attempt + 2: answered(window) >= wanted, timeout=60_000)  # type: ignore[misc]
        job = window.locating._job
        assert job is not None
        start = perf_counter()
        qtbot.mouseClick(window.strip.cancel, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(job._over.is_set, timeout=5000)
        taken.append(perf_counter() - start)
        qtbot.waitUntil(lambda: not window.locating.running)
        done = answered(window)
        assert done < 44
        assert not window.strip.cancel.isVisible()
        assert window.session.state(43) == "stopped"
        qtbot.wait(300)
        assert answered(window) == done
        qtbot.mouseClick(window.strip.resume, Qt.MouseButton.LeftButton)
    assert min(taken) < CANCEL_S
    qtbot.waitUntil(lambda: answered(window) == 44, timeout=120_000)


def test_pause_rests_and_goes_on(qtbot: QtBot, window: MainWindow, photos_folder: Path) -> None:
    drop(window, sorted(photos_folder.glob("*.jpg"))[:24])
    qtbot.waitUntil(lambda: answered(window) >= 2, timeout=60_000)
    qtbot.mouseClick(window.strip.pause, Qt.MouseButton.LeftButton)
    assert "pausing…" in window.strip.words.text()
    # Those in hand are finished first, which takes as long as the machine is busy.
    qtbot.waitUntil(lambda: "paused" in window.strip.words.text(), timeout=60_000)
    done = answered(window)
    assert done < 24
    qtbot.wait(1500)
    assert answered(window) == done
    qtbot.mouseClick(window.strip.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: answered(window) == 24, timeout=120_000)


def test_pause_at_the_very_end_does_not_outlast_the_run(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    first, second = sorted(photos.iterdir())[:2]
    asked: list[bool] = []

    def pause(*_: object) -> None:  # all is answered, and that the run has ended was not heard yet
        if not asked and answered(window) == 1:
            window.locating.pause(True)
            asked.append(window.locating.paused)

    window.locating.located.connect(pause)
    drop(window, [first])
    qtbot.waitUntil(lambda: bool(asked) and not window.locating.running, timeout=60_000)
    assert asked == [True]
    drop(window, [second])
    qtbot.waitUntil(lambda: answered(window) == 2 and not window.locating.running, timeout=60_000)


def test_search_within_moves_the_belief(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    window.bar.within.setText("NZ")
    qtbot.keyClick(window.bar.within, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.locating.within is not None, timeout=20_000)
    drop(window, [photos / sorted(p.name for p in photos.iterdir())[0]])
    qtbot.waitUntil(lambda: answered(window) == 1, timeout=60_000)
    prediction = window.session.prediction()
    assert prediction is not None
    assert prediction.removed_by_filter > 0
    assert {c.place.country_code for c in prediction.candidates} <= {"NZ"}
    assert "removed" in window.candidates.state.text()


@pytest.mark.alone
def test_the_window_closes_in_the_middle_of_a_run(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    drop(window, [photos])
    qtbot.waitUntil(lambda: answered(window) >= 1, timeout=60_000)
    start = perf_counter()
    window.close()
    assert perf_counter() - start < 1.0


def test_a_region_over_a_border_names_its_countries(qtbot: QtBot, window: MainWindow, photo_table) -> None:
    lund = next(Path(row["path"]) for row in photo_table if row["place"] == "f06e88c047b8")
    drop(window, [lund])
    qtbot.waitUntil(lambda: answered(window) == 1, timeout=60_000)
    details = [row.detail for row in window.candidates.model.rows]
    assert any("Denmark" in detail and "Sweden" in detail and "%" in detail for detail in details), details
    qtbot.waitUntil(lambda: "geocell" in window.candidates.grounds.toPlainText())
