"""Everything that can be done in the window, once: the menus, the shortcuts and the card that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow

CANDIDATES = 5
"""So many have a number key."""


@dataclass(frozen=True)
class Entry:
    """One thing that can be done: its menu, its words, its keys as Qt writes them ("" = none), and what does it.
    Without words it is a line between others.

    By its `name` others find it, to offer it elsewhere too. A key that buttons and fields need themselves works
    `in_lists` alone.
    """

    menu: str
    text: str = ""
    keys: str = ""
    act: Callable[[], object] = object
    in_lists: bool = False
    name: str = ""


class Menus(QObject):
    """The menu bar, made of the table of entries; `recent` is filled by whoever knows the cases."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.entries = tuple(self._table())
        self.recent = QMenu(self.tr("Recent cases"), window)
        self.recent.setEnabled(False)
        self.named: dict[str, QAction] = {}
        menus: dict[str, QMenu] = {}
        self._in_lists: list[QAction] = []
        for entry in self.entries:
            menu = menus.get(entry.menu)
            if menu is None:
                menu = menus[entry.menu] = window.menuBar().addMenu(entry.menu)
            if not entry.text:
                menu.addSeparator()
                continue
            action = menu.addAction(entry.text)
            action.setShortcut(QKeySequence(entry.keys))
            action.triggered.connect(entry.act)
            if entry.name:
                self.named[entry.name] = action
            if entry.in_lists:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                self._in_lists.append(action)
            if entry.act == window.cases.ask_open:
                menu.addMenu(self.recent)
        for place in (window.list.view, window.candidates.view, window.prompts.view, window.photo, window.large):
            place.addActions(self._in_lists)

    def reach(self) -> None:
        """The map is there now: what works in lists works in it too."""
        if self.window.map is not None:
            self.window.map.addActions(self._in_lists)

    def listed(self) -> Iterator[tuple[str, str, str]]:
        """(menu, words, keys as this system writes them) of all that has keys; what a row of keys does is one line."""
        native = QKeySequence.SequenceFormat.NativeText
        for entry in self.entries:
            if entry.name == "confirm 1":
                keys = f"1 – {CANDIDATES}"
                yield entry.menu, self.tr("Confirm candidate {rank}").format(rank=keys), keys
            elif entry.keys and not entry.name.startswith("confirm "):
                yield entry.menu, entry.text.rstrip("…"), QKeySequence(entry.keys).toString(native)
        on_map = self.tr("On the map, once Tab has led there")
        yield on_map, self.tr("Move it"), "← → ↑ ↓"
        yield on_map, self.tr("Nearer, further"), "+ −"
        yield on_map, self.tr("Whole world"), QKeySequence("Home").toString(native)

    def _table(self) -> Iterator[Entry]:
        w = self.window
        photos, case, verdict = self.tr("Photos"), self.tr("Case"), self.tr("Verdict")
        candidate = self.tr("Candidate")
        view, help_ = self.tr("View"), self.tr("Help")
        yield Entry(photos, self.tr("Add photos…"), "Ctrl+O", w.offers.ask_photos)
        yield Entry(photos, self.tr("Add folder…"), "Ctrl+Shift+O", w.offers.ask_folder)
        yield Entry(photos, self.tr("Paste"), "Ctrl+V", w.paste)
        yield Entry(photos)
        yield Entry(photos, self.tr("Next photo"), "J", w.offers.next_photo)
        yield Entry(photos, self.tr("Previous photo"), "K", w.offers.previous_photo)
        yield Entry(photos, self.tr("Find"), "Ctrl+F", w.list.seek)
        yield Entry(photos, self.tr("Try failed photos again"), "", w.remedies.try_all_again)
        yield Entry(photos)
        yield Entry(photos, self.tr("Quit"), "Ctrl+Q", w.close)
        yield Entry(case, self.tr("New case…"), "Ctrl+N", w.cases.ask_new)
        yield Entry(case, self.tr("Open case…"), "Ctrl+Shift+N", w.cases.ask_open)
        yield Entry(case, self.tr("Check the audit chain"), "", w.cases.check)
        yield Entry(case)
        yield Entry(case, self.tr("Export…"), "Ctrl+E", w.bar.export.showMenu)
        yield Entry(case, self.tr("Settings…"), "Ctrl+,", w.preferences.ask)
        for rank in range(1, CANDIDATES + 1):
            words = self.tr("Confirm candidate {rank}").format(rank=rank)
            yield Entry(verdict, words, str(rank), w.deciding.confirm(rank), name=f"confirm {rank}")
        yield Entry(verdict, self.tr("None of these"), "0", w.deciding.reject, name="reject")
        yield Entry(verdict, self.tr("Undecided"), "U", w.deciding.leave_open, name="undecided")
        yield Entry(verdict, self.tr("Another coordinate…"), "C", w.deciding.ask_coordinate)
        yield Entry(verdict, self.tr("Note…"), "N", w.deciding.ask_note)
        yield Entry(verdict, self.tr("Take the last one back"), "Ctrl+Z", w.deciding.undo)
        yield Entry(verdict)
        yield Entry(verdict, self.tr("Selected photos: one place"), "P", w.deciding.one_place)
        yield Entry(verdict, self.tr("Selected photos: one trip"), "Shift+P", w.deciding.one_trip)
        yield Entry(candidate, self.tr("Zoom to the candidate"), "F", w.offers.zoom, name="zoom")
        yield Entry(candidate)
        yield Entry(candidate, self.tr("Copy geo: link"), "Ctrl+L", w.handing.copy_link, name="link")
        yield Entry(candidate, self.tr("Copy as decimal degrees"), "Ctrl+D", w.handing.copy_decimal, name="decimal")
        yield Entry(
            candidate, self.tr("Copy as degrees, minutes, seconds"), "Ctrl+Shift+D", w.handing.copy_seconds, name="dms"
        )
        yield Entry(candidate)
        yield Entry(candidate, self.tr("Save as KML…"), "Ctrl+K", w.handing.ask_kml, name="kml")
        yield Entry(view, self.tr("Whole world"), "W", w.offers.show_world)
        yield Entry(view, self.tr("Large photo"), "Space", w.toggle_large, in_lists=True)
        yield Entry(view, self.tr("Compare with another picture"), "R", w.reference.toggle)
        yield Entry(view, self.tr("Light or dark"), "Ctrl+T", w.toggle_theme)
        yield Entry(help_, self.tr("Keys"), "?", w.show_keys)
