"""What the window says in each of its states, what it offers to do, and that this leads out of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.case import CASE, Case
from pigeon_desktop.cases.contents import rows, verdicts
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.ui.case import casework
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.window import MainWindow
from tests.cases.conftest import pictures
from tests.disks import enlarge, full_disk, read_only_disk
from tests.ui.conftest import OpenWindow
from tests.ui.windows import drop

ROOM = 40_000_000


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack) -> MainWindow:
    """A window with a small model loaded."""
    return loaded(qtbot, open_window(str(captions_pack.folder)))


@pytest.fixture(autouse=True)
def licence_read(settings: QSettings, captions_pack: Pack) -> None:
    """The small model's licence was shown before."""
    settings.setValue("licences", [captions_pack.sha256])


def loaded(qtbot: QtBot, window: MainWindow) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=60_000)
    qtbot.waitUntil(lambda: window.casework.case is not None, timeout=20_000)
    return window


def at_rest(qtbot: QtBot, window: MainWindow, answered: int) -> None:
    qtbot.waitUntil(lambda: window.session.answered == answered and not window.locating.running, timeout=60_000)


def offered(window: MainWindow) -> list[str]:
    return [button.text() for button in window.notice.buttons] if window.notice.isVisible() else []


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    button = next(b for b in window.notice.buttons if b.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def primary(button: QPushButton) -> bool:
    return bool(button.property("primary"))


# -- the model


def test_the_first_start_says_what_is_missing_its_size_and_its_licence(
    qtbot: QtBot, open_window: OpenWindow, default_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = default_pack.path_of(default_pack.manifest.encoder)
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    window = open_window()
    qtbot.waitUntil(lambda: window.notice.isVisible(), timeout=20_000)
    assert window.notice.title.text() == "The model is not installed yet"
    assert "78 MB" in window.notice.words.text()
    assert default_pack.manifest.licence_weights in window.notice.words.text()
    assert offered(window) == ["Install", "From file…"]
    assert window.strip.device.text() == "no model"
    assert not primary(window.empty.photos), "one thing at a time"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(encoder), ""))
    steps: list[str] = []
    press(qtbot, window, "From file…")
    assert offered(window) == ["Cancel"]
    assert not primary(window.notice.buttons[0])
    task = window.installing._install
    assert task is not None
    task.stepped.connect(lambda step: steps.append(window.notice.words.text()))
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=120_000)
    assert any(words.endswith("of 90 MB") and encoder.stem not in words for words in steps), steps
    qtbot.waitUntil(lambda: "Close" in offered(window), timeout=20_000)
    assert window.notice.title.text() == "Prompts are not installed"  # the file holds only one of the two
    press(qtbot, window, "Close")
    assert primary(window.empty.photos)


def test_an_installation_that_is_cancelled_says_so_and_is_taken_up(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    window = open_window()
    qtbot.waitUntil(lambda: window.notice.isVisible(), timeout=20_000)
    wrong = tmp_path / "clip_encoder.int8.onnx"
    with wrong.open("wb") as file:
        file.truncate(2_000_000_000)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(wrong), ""))
    press(qtbot, window, "From file…")
    press(qtbot, window, "Cancel")
    qtbot.waitUntil(lambda: window.notice.title.text() == "The installation was cancelled", timeout=20_000)
    wrong.write_bytes(b"no model")
    press(qtbot, window, "Try again")  # from the same file
    qtbot.waitUntil(lambda: window.notice.title.text() == "Not installed", timeout=20_000)
    assert wrong.name in window.notice.words.text()
    assert offered(window) == ["Try again", "From file…", "From the network"]


def test_a_gpu_that_does_not_run_is_told_with_what_it_lacks(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, settings: QSettings
) -> None:
    missing, name = ("coreml", "CoreML") if not shutil.which("sw_vers") else ("cuda", "CUDA")
    settings.setValue("device", missing)
    window = loaded(qtbot, open_window(str(captions_pack.folder)))
    assert window.notice.title.text() == "Photos are located on the CPU, not on the GPU"
    assert f"{name} was asked for; this build of ONNX Runtime has no {name} provider" in window.notice.words.text()
    assert window.strip.device.text().startswith("CPU (")
    assert name in window.strip.note.toolTip()
    press(qtbot, window, "Close")
    assert not window.notice.isVisible()
    qtbot.mouseClick(window.strip.note, Qt.MouseButton.LeftButton)  # it can be read again
    press(qtbot, window, "Keep to the CPU")
    qtbot.waitUntil(lambda: isinstance(window.locating.state, Ready), timeout=60_000)
    assert settings.value("device") == "cpu"
    assert not window.notice.isVisible()
    assert name not in window.strip.note.toolTip()


def test_a_note_on_the_device_never_hides_how_the_run_is(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    ready = window.locating.state
    assert isinstance(ready, Ready)
    slower = "This processor lacks fast exact int8 arithmetic, so the slower one is used."
    noted = Ready(ready.device, ready.name, (slower,), ready.pack, ready.cells, ready.asker, ready.locator)
    window.locating._read([noted])  # as its thread would tell on such a processor
    assert window.strip.note.isVisible()
    assert window.strip.note.toolTip() == slower
    assert slower not in window.strip.words.text()
    assert not window.notice.isVisible()
    pictures(tmp_path / "many", 300)
    drop(window, [tmp_path / "many"])
    qtbot.waitUntil(lambda: window.session.answered > 0, timeout=60_000)
    click(qtbot, window.strip.pause)
    assert "pausing…" in window.strip.words.text()
    window.strip.say("Something else")
    qtbot.waitUntil(lambda: "paused" in window.strip.words.text(), timeout=60_000)
    assert window.strip.pause.text() == "Resume"
    click(qtbot, window.strip.cancel)
    qtbot.waitUntil(lambda: not window.locating.running)
    window.strip._fresh_until = 0.0
    window.strip.refresh()
    assert "not located" in window.strip.words.text()
    click(qtbot, window.strip.resume)
    at_rest(qtbot, window, 300)
    qtbot.mouseClick(window.strip.note, Qt.MouseButton.LeftButton)
    assert window.notice.words.text() == slower


# -- photos


@pytest.fixture
def partly_broken(tmp_path: Path) -> Path:
    """Two photos that are fine and three that are not."""
    folder = tmp_path / "photos"
    pictures(folder, 2)
    for name in ("x.jpg", "y.jpg", "z.jpg"):
        (folder / name).write_bytes(b"\xff\xd8\xff\xe0 no picture " + name.encode())
    return folder


def test_failed_photos_say_why_and_are_tried_again(qtbot: QtBot, window: MainWindow, partly_broken: Path) -> None:
    bar = window.remedies.bar
    drop(window, [partly_broken])
    at_rest(qtbot, window, 5)
    assert not bar.isVisible(), "nothing is wrong with the first"
    number = window.session.number_at(partly_broken / "x.jpg")
    assert number is not None
    window.list.select(number)
    qtbot.waitUntil(lambda: bar.isVisible())
    assert window.candidates.title.text() == "Failed"
    assert window.candidates.state.text().startswith("Cannot be decoded")
    assert str(partly_broken) not in window.candidates.state.text()
    assert bar.again_all.text() == "Try all 3 failed photos again"
    click(qtbot, bar.again)
    qtbot.waitUntil(lambda: "none of them can be read" in window.strip.words.text(), timeout=20_000)
    assert window.session.count("failed") == 3
    case = window.casework.case
    assert case is not None
    (retried,) = case.database.execute("SELECT count(*) FROM runs").fetchone()
    assert retried == 2
    click(qtbot, bar.again_all)
    qtbot.waitUntil(lambda: window.strip.words.text().startswith("3 tried again: none"), timeout=20_000)


def test_a_photo_that_was_mended_is_located(qtbot: QtBot, window: MainWindow, partly_broken: Path) -> None:
    drop(window, [partly_broken])
    at_rest(qtbot, window, 5)
    mended = partly_broken / "x.jpg"
    number = window.session.number_at(mended)
    assert number is not None
    Image.radial_gradient("L").save(mended)
    window.list.select(number)
    click(qtbot, window.remedies.bar.again)
    qtbot.waitUntil(lambda: "all of them can be read now" in window.strip.words.text(), timeout=20_000)
    number = window.session.selected
    assert number is not None
    assert window.session.rows[number].path == mended
    assert window.session.state(number) != "failed"
    qtbot.waitUntil(lambda: not window.photo.picture.isNull(), timeout=20_000)


def test_what_was_not_read_yet_is_not_lost_below_something_else(qtbot: QtBot, window: MainWindow) -> None:
    notice = window.notice
    for title in ("First", "Second", "Third", "Second"):
        notice.show_matter(title, "", ("Close", notice.dismiss))
    shown = []
    while notice.isVisible():
        shown.append(notice.title.text())
        press(qtbot, window, "Close")
    assert shown == ["Second", "Third", "First"]


def test_a_run_that_goes_on_is_not_called_stopped_any_more(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    pictures(tmp_path / "disk", 4)
    case = window.casework.case
    assert case is not None
    case.add([tmp_path / "disk"])
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    window.casework._came((case, rows(case)))
    qtbot.waitUntil(lambda: window.notice.title.text() == "Some photos wait", timeout=20_000)
    assert str(tmp_path / "disk") in window.notice.words.text()
    assert offered(window) == ["Go on", "Close"]
    (tmp_path / "unplugged").rename(tmp_path / "disk")
    window.notice.show_matter("Something else", "", ("Close", window.notice.dismiss))
    click(qtbot, window.strip.resume)
    at_rest(qtbot, window, 4)
    press(qtbot, window, "Close")
    assert not window.notice.isVisible()


def test_a_photo_that_is_not_there_any_more(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures(tmp_path / "photos", 3)
    drop(window, [tmp_path / "photos"])
    at_rest(qtbot, window, 3)
    (tmp_path / "now").mkdir()
    moved = (tmp_path / "photos" / "0001.jpg").rename(tmp_path / "now" / "0001.jpg")
    window.list.select(1)
    bar = window.remedies.bar
    qtbot.waitUntil(lambda: bar.isVisible(), timeout=20_000)
    assert bar.words.text() == "The photo is not where it was. What was said of it is kept."
    assert window.candidates.model.rows, "what was said is still there"
    assert not bar.again.isVisible()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(moved.parent))
    click(qtbot, bar.folder)
    qtbot.waitUntil(lambda: window.session.rows[1].path == moved, timeout=20_000)
    at_rest(qtbot, window, 3)
    window.list.select(0)
    window.list.select(1)
    qtbot.waitUntil(lambda: not window.photo.picture.isNull(), timeout=20_000)
    assert not bar.isVisible()


# -- cases


def test_a_full_disk_stops_the_run_which_goes_on(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, tmp_path: Path
) -> None:
    pictures(tmp_path / "photos", 300)
    with full_disk(tmp_path / "disk", 500_000) as disk:
        Case.create(disk / "case", "To see what happens").close()
        window = loaded(qtbot, open_window(str(captions_pack.folder), case=disk / "case"))
        drop(window, [tmp_path / "photos"])
        qtbot.waitUntil(lambda: window.notice.title.text() == "The run has stopped", timeout=60_000)
        assert "disk is full" in window.notice.words.text()
        assert offered(window) == ["Go on", "Close"]
        qtbot.waitUntil(lambda: not window.locating.running)
        done = window.session.answered
        assert done < 300
        if enlarge(disk, ROOM):
            press(qtbot, window, "Go on")
            assert not window.notice.isVisible()
            at_rest(qtbot, window, 300)
            assert window.casework.case is not None
            assert verify(window.casework.case).faults == ()
        window.close()


def test_a_damaged_case_that_stood_in_is_told_of_once(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack
) -> None:
    folder = casework.unsaved_folder() / "1"
    folder.mkdir(parents=True)
    damaged = b"SQLite format 3\0" + bytes(range(256)) * 40
    (folder / CASE).write_bytes(damaged)
    window = loaded(qtbot, open_window(str(captions_pack.folder)))
    qtbot.waitUntil(lambda: window.notice.isVisible(), timeout=20_000)
    assert window.notice.title.text() == "What an earlier window left behind is damaged"
    assert str(folder / CASE) in window.notice.words.text()
    assert "`" not in window.notice.words.text()
    press(qtbot, window, "Close")
    window.close()
    assert (folder / CASE).read_bytes() == damaged
    again = loaded(qtbot, open_window(str(captions_pack.folder)))
    assert again.casework.passed
    assert not again.notice.isVisible()


@pytest.fixture
def answered_case(qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, tmp_path: Path) -> Path:
    """A case with three photos that are answered, and one that is not."""
    folder = tmp_path / "case"
    Case.create(folder, "To be looked at").close()
    window = loaded(qtbot, open_window(str(captions_pack.folder), case=folder))
    pictures(tmp_path / "photos", 3)
    drop(window, [tmp_path / "photos"])
    at_rest(qtbot, window, 3)
    window.close()
    with Case.open(folder) as case:
        case.add(pictures(tmp_path / "later", 1, 7))
    return folder


def looks_only(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """It is looked at, and nothing in it can be changed."""
    press(qtbot, window, "Look at it only")
    qtbot.waitUntil(lambda: window.casework.looking, timeout=20_000)
    assert window.windowTitle().startswith(f"{folder.name} (looking only)")
    assert window.strip.looking.isVisible()
    assert not window.strip.resume.isVisible()
    assert not window.locating.running
    assert window.session.answered == 3
    window.list.select(0)
    assert window.candidates.model.rows
    assert not any(button.isEnabled() for button in window.candidates.verdict.buttons)
    qtbot.keyClick(window.list.view, Qt.Key.Key_1)
    assert window.notice.title.text() == "Not decided"
    assert "for looking only" in window.notice.words.text()
    press(qtbot, window, "Close")
    drop(window, [folder.parent])
    assert window.notice.title.text() == "Not added"
    press(qtbot, window, "Close")


def test_a_case_on_a_disk_that_cannot_be_written_is_looked_at(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, answered_case: Path, tmp_path: Path
) -> None:
    with read_only_disk(tmp_path / "disk", answered_case) as disk:
        window = loaded(qtbot, open_window(str(captions_pack.folder), case=disk / "case"))
        assert window.notice.title.text() == "The case cannot be changed where it lies"
        assert str(disk / "case") in window.notice.words.text()
        assert offered(window) == ["Look at it only", "Try again", "Close"]
        assert window.casework.unsaved, "photos can be located without it"
        looks_only(qtbot, window, disk / "case")
        window.offers.export("csv", tmp_path / "report.csv")
        qtbot.waitUntil(lambda: (tmp_path / "report.csv").exists(), timeout=30_000)
        window.cases.check()
        qtbot.waitUntil(lambda: window.notice.title.text() == "The audit chain is sound", timeout=20_000)
        window.close()


def test_a_case_that_is_open_elsewhere_is_looked_at_and_then_taken_up(
    qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, answered_case: Path
) -> None:
    with Case.open(answered_case) as other:
        window = loaded(qtbot, open_window(str(captions_pack.folder), case=answered_case))
        assert window.notice.title.text() == "The case is open elsewhere"
        assert offered(window) == ["Look at it only", "Try again", "Close"]
        press(qtbot, window, "Try again")
        qtbot.waitUntil(lambda: window.notice.isVisible(), timeout=20_000)
        looks_only(qtbot, window, answered_case)
        assert verdicts(other) == {}
    qtbot.mouseClick(window.strip.looking, Qt.MouseButton.LeftButton)
    at_rest(qtbot, window, 4)
    assert not window.casework.looking
    assert not window.strip.looking.isVisible()
    window.close()
    with Case.open(answered_case) as case:
        assert len(rows(case)) == 4
