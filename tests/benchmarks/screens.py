"""Pictures of the window in every state that it can be in: `make screens OUT=folder`, to be looked at by eye.

Each state is brought about as it comes about: real packs, real files, a disk that is full or cannot be written. Every
state is written in light and dark, at 1280 × 800, at 1920 × 1080, and at 200 % of the first. `--only WORD` takes the
states whose name contains it, `--language de` those in German.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from pigeon_desktop.cases.case import CASE, Case
from pigeon_desktop.packs.store import data_folder, open_pack
from pigeon_desktop.ui.app import make_application
from pigeon_desktop.ui.case import casework
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.responsible import READ
from pigeon_desktop.ui.settings import language
from pigeon_desktop.ui.window import MainWindow
from pigeon_desktop.ui.workers import Task
from tests.conftest import SHARED
from tests.disks import full_disk, read_only_disk

SIZES = {"1280x800": (1280, 800), "1920x1080": (1920, 1080)}
SCALED = "200"
WAIT_S = 120.0
DRAWN_S = 20.0


class Stage:
    """Where one state is brought about: a folder for it alone, and the window."""

    def __init__(self, folder: Path, until: ExitStack) -> None:
        self.folder, self.until = folder, until
        self.settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.settings.setValue(READ, True)  # only at the first start the card is there
        casework.unsaved_folder = lambda: folder / "data" / casework.UNSAVED
        self.window: MainWindow | None = None

    def open(self, pack: str = "default", case: Path | None = None) -> MainWindow:
        """A window with its map drawn and its model loaded or refused."""
        window = self.window = MainWindow(pack, self.settings, case)
        window.show()
        self.wait(lambda: window.map is not None and window.map.loaded is not None and window.map.settled)
        self.wait(lambda: window.locating.state is not None)
        return window

    def wait(self, holds: Callable[[], bool], seconds: float = WAIT_S) -> None:
        """Let the window live until something holds."""
        clock = QElapsedTimer()
        clock.start()
        while not holds():
            if clock.elapsed() > seconds * 1000:
                raise TimeoutError("the state did not come about")
            rest(0.05)

    def without_encoder(self) -> Path:
        """From now on the data folder is an empty one; returns the encoder's file in the one before."""
        pack = open_pack("default")
        encoder = pack.path_of(pack.manifest.encoder)
        before = str(data_folder())
        os.environ["PIGEON_DATA"] = str(self.folder / "data")
        self.until.callback(os.environ.__setitem__, "PIGEON_DATA", before)
        return encoder

    def photos(self, count: int = 12) -> Path:
        """A folder with real photographs."""
        folder = self.folder / "Harbour"
        folder.mkdir(exist_ok=True)
        for path in sorted((SHARED / "photos").glob("*.jpg"))[:count]:
            shutil.copy2(path, folder)
        return folder


def rest(seconds: float) -> None:
    """Let the window live for a while. Not by QTest.qWait, which keeps Python from the threads."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


# -- the states, each brought about as it comes about


def first_start(stage: Stage) -> None:
    stage.settings.remove(READ)
    stage.without_encoder()
    stage.open()


def installing(stage: Stage) -> None:
    encoder = stage.without_encoder()
    window = stage.open()
    quick = Task.step

    def slow(self: Task, stage: str, done: int, total: int) -> None:
        quick(self, stage, done, total)
        sleep(0.02 if done < total / 2 else 0.6)  # a slow disk: time to look at it

    Task.step = slow  # type: ignore[method-assign]
    stage.until.callback(setattr, Task, "step", quick)
    window.installing._start_install(encoder)
    stage.wait(lambda: window.notice.progress.value() > 400)


def not_installed(stage: Stage) -> None:
    stage.without_encoder()
    wrong = stage.folder / "clip_encoder.int8.onnx"
    wrong.write_bytes(b"not an encoder")
    window = stage.open()
    window.installing._start_install(wrong)
    stage.wait(lambda: "Cancel" not in [b.text() for b in window.notice.buttons] and bool(window.notice.buttons))
    stage.wait(lambda: not window.notice.progress.isVisible())


def licence_shown(stage: Stage) -> None:
    encoder = stage.without_encoder()
    shutil.copytree(open_pack("default").folder, stage.folder / "data" / "packs" / "harbours")
    manifest = stage.folder / "data" / "packs" / "harbours" / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('name = "default"', 'name = "harbours"'), "utf-8")
    (stage.folder / "data" / "encoders").mkdir()
    shutil.copy2(encoder, stage.folder / "data" / "encoders" / encoder.name)
    stage.open("harbours")


def empty(stage: Stage) -> None:
    stage.open()


def running(stage: Stage) -> None:
    window = stage.open()
    window.add([stage.photos(60)])
    stage.wait(lambda: window.session.answered > 5)


def paused(stage: Stage) -> None:
    running(stage)
    window = stage.window
    assert window is not None
    window.strip.pause.click()
    stage.wait(lambda: window.locating.rests)


def cancelled(stage: Stage) -> None:
    running(stage)
    assert stage.window is not None
    stage.window.strip.cancel.click()
    rest(1.0)


def done(stage: Stage) -> None:
    window = stage.open()
    window.add([stage.photos()])
    stage.wait(lambda: window.session.answered == 12 and not window.locating.running)


def confirmed(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    for number in (4, 2, 0):
        stage.window.list.select(number)
        stage.window.deciding.confirm(1)()


def large(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    rest(1.0)
    stage.window.toggle_large()


def spoke(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    rest(1.0)
    stage.window.photo.toggle.click()
    photo = stage.window.photo
    stage.wait(lambda: photo.heat is not None)
    stage.window.zoom_to_candidate(1)


def together(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    window = stage.window
    window.list.view.selectAll()
    window.deciding.one_place()
    stage.wait(lambda: window.deciding.fused is not None)


def prompts(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    window = stage.window
    window.answers.setCurrentIndex(1)
    stage.wait(lambda: bool(window.prompts.model.rowCount()))
    rest(3.0)


def failed(stage: Stage) -> None:
    photos = stage.photos(6)
    (photos / "00-half-copied.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (photos / "01-empty.jpg").write_bytes(b"")
    window = stage.open()
    window.add([photos])
    stage.wait(lambda: window.session.answered == 8 and not window.locating.running)
    window.list.select(next(i for i, row in enumerate(window.session.rows) if row.name.startswith("00")))


def gpu_missing(stage: Stage) -> None:
    stage.settings.setValue("device", "cuda")
    window = stage.open()
    window.add([stage.photos(3)])
    stage.wait(lambda: window.session.answered == 3 and not window.locating.running)


def slow_processor(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    state = stage.window.locating.state
    assert isinstance(state, Ready)
    if not state.notes:
        raise NotImplementedError("this processor has the fast exact kernels")


def disk_full(stage: Stage) -> None:
    photos = stage.photos(40)
    disk = stage.until.enter_context(full_disk(stage.folder / "disk", 700_000))
    Case.create(disk / "case", "Harbours in the north, asked for by the desk").close()
    window = stage.open(case=disk / "case")
    window.add([photos])
    stage.wait(lambda: window.notice.isVisible() and not window.locating.running)


def damaged_provisional(stage: Stage) -> None:
    folder = stage.folder / "data" / casework.UNSAVED / "1"
    folder.mkdir(parents=True)
    (folder / CASE).write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    stage.open()


def photo_gone(stage: Stage) -> None:
    done(stage)
    assert stage.window is not None
    window = stage.window
    window.session.rows[1].path.unlink()
    window.add([stage.folder / "Harbour"])
    window.list.select(1)
    rest(2.0)


def folder_gone(stage: Stage) -> None:
    photos = stage.photos()
    Case.create(stage.folder / "case", "Harbours in the north").close()
    with Case.open(stage.folder / "case") as case:
        case.add([photos])
    shutil.move(photos, stage.folder / "elsewhere")
    window = stage.open(case=stage.folder / "case")
    stage.wait(window.notice.isVisible)


def a_case(stage: Stage, folder: Path) -> Path:
    """A case with photographs that are answered."""
    window = stage.open()
    window.add([stage.photos()])
    stage.wait(lambda: window.session.answered == 12 and not window.locating.running)
    window.casework.open(folder, "Harbours in the north, asked for by the desk")
    stage.wait(lambda: not window.casework.unsaved)
    window.close()
    return folder


def read_only(stage: Stage) -> None:
    case = a_case(stage, stage.folder / "case")
    disk = stage.until.enter_context(read_only_disk(case.parent / "disk", case))
    window = stage.open(case=disk / "case")
    stage.wait(window.notice.isVisible)


def locked(stage: Stage) -> None:
    case = a_case(stage, stage.folder / "case")
    stage.until.enter_context(Case.open(case))
    window = stage.open(case=case)
    stage.wait(window.notice.isVisible)


def looking_only(stage: Stage) -> None:
    locked(stage)
    assert stage.window is not None
    stage.window.notice.buttons[0].click()
    stage.wait(lambda: stage.window is not None and stage.window.casework.looking)


STATES: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("first-start", first_start),
    ("installing", installing),
    ("not-installed", not_installed),
    ("licence", licence_shown),
    ("empty", empty),
    ("running", running),
    ("paused", paused),
    ("cancelled", cancelled),
    ("done", done),
    ("confirmed", confirmed),
    ("large", large),
    ("spoke", spoke),
    ("together", together),
    ("prompts", prompts),
    ("failed", failed),
    ("gpu-missing", gpu_missing),
    ("slow-processor", slow_processor),
    ("disk-full", disk_full),
    ("damaged-provisional", damaged_provisional),
    ("photo-gone", photo_gone),
    ("folder-gone", folder_gone),
    ("read-only", read_only),
    ("locked", locked),
    ("looking-only", looking_only),
)


@contextmanager
def staged(state: Callable[[Stage], None]) -> Iterator[MainWindow]:
    """The window in a state, and everything put away after it."""
    with tempfile.TemporaryDirectory(prefix="pigeon-screens-") as name, ExitStack() as until:
        stage = Stage(Path(name), until)
        try:
            state(stage)
            assert stage.window is not None
            yield stage.window
        finally:
            if stage.window is not None:
                stage.window.close()
                stage.window.deleteLater()
            QApplication.processEvents()


def photograph(window: MainWindow, out: Path, name: str, *, scaled: bool, quick: bool) -> None:
    """Write the window's pictures."""
    sizes = {SCALED: SIZES["1280x800"]} if scaled else SIZES
    for size, (width, height) in list(sizes.items())[: 1 if quick else None]:
        for mode in ("light", "dark")[: 1 if quick else None]:
            window.set_mode(mode)  # type: ignore[arg-type]
            window.resize(width, height)
            rest(0.6)
            until = monotonic() + DRAWN_S
            while window.map is not None and not window.map.settled and monotonic() < until:
                rest(0.1)
            rest(0.3)
            window.grab().save(str(out / f"{name}-{size}-{mode}.png"))


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="states whose name contains this")
    parser.add_argument("--language", default="en")
    parser.add_argument("--quick", action="store_true", help="one picture a state")
    parser.add_argument("--scaled", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    app = make_application()
    language.install(app, given.language)
    for name, state in STATES:
        if given.only not in name:
            continue
        try:
            with staged(state) as window:
                photograph(window, given.out, name, scaled=given.scaled, quick=given.quick)
        except (NotImplementedError, PermissionError) as error:
            print(f"{name}: left out, {error}", flush=True)
        else:
            print(name, flush=True)
    if not given.scaled and not given.quick:
        command = [sys.executable, "-m", "tests.benchmarks.screens", *sys.argv[1:], "--scaled"]
        subprocess.run(command, env={**os.environ, "QT_SCALE_FACTOR": "2"}, check=True)


if __name__ == "__main__":
    main()
