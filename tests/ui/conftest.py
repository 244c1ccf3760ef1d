"""Real windows, closed again, with no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QSettings, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction
from pigeon_desktop.packs.store import Pack, open_pack
from pigeon_desktop.ui.app import make_application
from pigeon_desktop.ui.case import casework
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.look.theme import LIGHT
from pigeon_desktop.ui.map import layers
from pigeon_desktop.ui.map.view import MapView
from pigeon_desktop.ui.responsible import READ
from pigeon_desktop.ui.window import MainWindow
from tests.ui.windows import drop, wait_for_map

OpenWindow = Callable[..., MainWindow]
T = TypeVar("T")


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as the program makes it."""
    return make_application()


@pytest.fixture(scope="session", autouse=True)
def _paths_made_once() -> Iterator[None]:
    """Every window draws the same world: its paths are made for the first one, by the program."""
    with pytest.MonkeyPatch.context() as patch:
        for work in (layers.simple, layers.lines, layers.edges):
            patch.setattr(layers, work.__name__, once(work))
        yield


def once(work: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same, but what was made of polygons is kept for others that are equal."""
    kept: dict[tuple[bytes, ...], T] = {}

    def made(polygons: Any) -> T:
        key = tuple(shapely.to_wkb(np.asarray(polygons, object)))
        if key not in kept:
            kept[key] = work(polygons)
        return kept[key]

    return made


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings that are thrown away, of somebody who has begun before."""
    made = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made.setValue(READ, True)
    return made


@pytest.fixture
def open_window(
    qtbot: QtBot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenWindow]:
    """Opens windows, with their map begun or done; afterwards they are closed and their threads must be gone."""
    monkeypatch.setattr(casework, "unsaved_folder", lambda: tmp_path / "data" / casework.UNSAVED)
    windows: list[MainWindow] = []

    def opened(pack: str = "default", *, map_done: bool = False, case: Path | None = None) -> MainWindow:
        window = MainWindow(pack, settings, case)
        windows.append(window)
        window.show()
        qtbot.waitUntil(lambda: window.map is not None, timeout=10_000)
        if map_done:
            wait_for_map(qtbot, window)
        return window

    yield opened
    for window in windows:
        window.close()
        running = [thread for thread in window.findChildren(QThread) if thread.isRunning()]
        assert not running, running
        window.deleteLater()
    QApplication.sendPostedEvents(None, 0)
    end = monotonic() + 2
    while any(t.name.startswith("locate") for t in threading.enumerate()) and monotonic() < end:
        sleep(0.01)
    left = [t.name for t in threading.enumerate() if t.name.startswith("locate")]
    assert not left, left


@pytest.fixture
def three_photos(qtbot: QtBot, open_window: OpenWindow, captions_pack: Pack, photos_folder: Path) -> MainWindow:
    """A window with a small model and three photos."""
    opened = open_window(str(captions_pack.folder))
    qtbot.waitUntil(lambda: isinstance(opened.locating.state, Ready), timeout=60_000)
    drop(opened, sorted(photos_folder.glob("*.jpg"))[:3])
    qtbot.waitUntil(lambda: opened.session.answered == 3, timeout=60_000)
    qtbot.waitUntil(lambda: not opened.locating.running)
    return opened


@pytest.fixture(scope="session")
def cells() -> GeocellSet:
    """The default pack's geocells."""
    pack = open_pack("default")
    return GeocellSet.read(pack.path_of(pack.manifest.geocells))


@pytest.fixture(scope="session")
def portugal(cells: GeocellSet) -> Prediction:
    """A prediction as the engine makes them, over the pack's cells: Portugal, then Chile, then New Zealand."""
    atlas = load_atlas()
    probability = np.zeros(len(cells), np.float32)
    candidates = []
    peaks = ((38.72, -9.14, 0.5), (-33.45, -70.66, 0.2), (-41.29, 174.78, 0.1))
    for rank, (latitude, longitude, share) in enumerate(peaks, start=1):
        cell = int(cells.cells_at(np.array([latitude]), np.array([longitude]))[0])
        probability[cell] = share
        place = atlas.place(latitude, longitude)
        named = (str(cells.ids[cell]),)
        candidates.append(Candidate(rank, share, latitude, longitude, 100.0 * rank, place, named))
    rest = probability == 0
    probability[rest] = 0.2 / rest.sum()
    mark = PackMark("default", "1.0", "0" * 64)
    return Prediction(
        Path("photo.jpg"), "0" * 64, "located", "", (), tuple(candidates), (), 0.0, mark, "CPU", 0.1, probability
    )


@pytest.fixture(scope="session")
def parts(cells: GeocellSet) -> list[object]:
    """The map's geometry, as its thread hands it over."""
    taken: list[object] = []
    layers.MapLoad("default")(SimpleNamespace(part=taken.append))  # type: ignore[arg-type]
    return taken


@pytest.fixture
def view(qtbot: QtBot, parts: list[object]) -> Iterator[MapView]:
    """The whole map, drawn."""
    made = MapView(LIGHT)
    made.resize(1200, 700)
    made.show()
    for part in parts:
        made.load(part)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: made.settled, timeout=30_000)
    yield made
    made.hide()
    made.deleteLater()


@pytest.fixture
def located(portugal: Prediction) -> Callable[[MainWindow, Path], Prediction]:
    """Puts that prediction into a window for a photo, as the inference thread would."""

    said: dict[int, dict[int, Prediction]] = {}

    def put(window: MainWindow, path: Path, **changes: object) -> Prediction:
        prediction = replace(portugal, path=path, **changes)  # type: ignore[arg-type]
        number = window.session.number_at(path)
        assert number is not None
        row = window.session.rows[number]
        first = prediction.candidates[0] if prediction.candidates else None
        said.setdefault(id(window), {})[row.files[0]] = prediction
        window.session.recall = lambda row: said[id(window)].get(row.files[0])
        row = row._replace(
            state=prediction.status,
            probability=first.probability if first else 0.0,
            place=str(first.place) if first else "",
            country=first.place.country_code if first else "",
            reason=prediction.reason,
        )
        window.locating.located.emit(*window.session.take([row]))
        window.locating.progressed.emit()
        return prediction

    return put
