"""What the window offers to do: choosing files, packs and reports, searching within."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.case.export import FORMATS, Export
from pigeon_desktop.ui.settings import language
from pigeon_desktop.ui.workers import Outcome, Task

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow


class Offers(QObject):
    """The window's actions, and the states in which it says what to do next."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._waits = False
        """What stands in "search within" waits for the map."""

    # Choosing

    def ask_photos(self) -> None:
        """Choose files to add."""
        names, _ = QFileDialog.getOpenFileNames(self.window, self.tr("Add photos"))
        self.window.add([Path(name) for name in names])

    def ask_folder(self) -> None:
        """Choose a folder to add."""
        name = QFileDialog.getExistingDirectory(self.window, self.tr("Add folder"))
        if name:
            self.window.add([Path(name)])

    def next_photo(self) -> None:
        """Select the next photo."""
        self.window.list.step(1)

    def previous_photo(self) -> None:
        """Select the previous photo."""
        self.window.list.step(-1)

    def show_world(self) -> None:
        """Show the whole map."""
        if self.window.map is not None:
            self.window.map.show_world()

    def zoom(self) -> None:
        """Fly to the selected candidate, or to the place that the selected caption names."""
        if self.window.asking.active:
            self.window.asking.zoom()
        else:
            self.window.zoom_to_candidate()

    # The map and the packs

    def load_map(self, *, cells_only: bool = False) -> None:
        """Read the atlas and the pack's geocells for the map."""
        from pigeon_desktop.ui.map.layers import MapLoad

        map_view = self.window.map
        assert map_view is not None
        work = MapLoad(self.window.pack, cells_only=cells_only)
        self.window.tasks.start(work, ended=self._map_ended, parted=map_view.load)

    def _map_ended(self, outcome: Outcome) -> None:
        self.window.asking.ask()
        if self._waits and self.window.map is not None and self.window.map.loaded is not None:
            self.search_within()
        if language.current() != language.ENGLISH:  # the names of places have come with the atlas
            self.window.show_photo()
            self.window.list.view.viewport().update()
        # What is wrong with the pack's cells the model says too, with more; a broken atlas only shows here.
        if outcome.error is not None and not self.window.notice.isVisible():
            notice = self.window.notice
            words = self.tr("The map is not complete")
            notice.show_matter(words, str(outcome.error), (self.tr("Close"), notice.dismiss))

    def list_packs(self) -> None:
        """Fill the menu of packs."""
        self.window.tasks.start(_find_packs, ended=self._packs_listed)

    def _packs_listed(self, outcome: Outcome) -> None:
        menu = self.window.bar.packs
        menu.clear()
        for name, label in outcome.value or ():
            action = menu.addAction(label)
            action.setData(name)
            action.setCheckable(True)
            action.setChecked(name == self.window.pack)
        if menu.isEmpty():
            words = str(outcome.error) if outcome.error else self.tr("No packs on this machine")
            menu.addAction(words).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Install from file…")).setData("")

    def choose_pack(self, action: QAction) -> None:
        """Change over to another pack; everything is located anew."""
        name = action.data()
        if name == "":
            self.window.installing.install_from_file()
        elif name and name != self.window.pack:
            window = self.window
            window.pack = name
            window.bar.within.clear()
            window.locating.within = None
            window.notice.settle()
            window.locating.cancel()
            self.load_map(cells_only=True)
            self.list_packs()
            window.locating.start(name)

    # Searching within, and running again

    def within_edited(self, text: str) -> None:
        """An empty field is the whole world, at once."""
        self.window.bar.mark_wrong(False)
        self._waits = False
        if not text.strip() and self.window.map is not None:
            self.window.map.drawing.clear()
        if not text.strip() and self.window.locating.within is not None:
            self.window.locating.within = None
            self._search_anew(self.tr("the whole world"))

    def search_drawn(self, text: str) -> None:
        """Search within what was drawn on the map."""
        self.window.bar.within.setText(text)
        self.search_within()

    def search_within(self) -> None:
        """Take over what stands in the field."""
        text = self.window.bar.within.text().strip()
        cells = self.window.map.loaded if self.window.map is not None else None
        if not text:
            return
        self._waits = cells is None
        if cells is None:
            words = self.tr("Searching within {where} as soon as the map is there")
            self.window.strip.say(words.format(where=text))
            return
        self.window.tasks.start(_parse_within(text, cells.cells), ended=self._within_parsed)

    def _within_parsed(self, outcome: Outcome) -> None:
        window = self.window
        if outcome.error is not None:
            window.bar.mark_wrong(True)
            close = (self.tr("Close"), window.notice.dismiss)
            window.notice.show_matter(self.tr("Search within: not understood"), str(outcome.error), close)
        elif outcome.value is not None:
            window.locating.within = outcome.value
            self._search_anew(outcome.value.text)

    def _search_anew(self, where: str) -> None:
        """What was said so far is said anew: that takes no photograph, only seconds."""
        self.window.notice.dismiss()
        self.window.strip.say(self.tr("Searching within {where}").format(where=where))
        self.window.locating.run_anew()

    def locate_rest(self) -> None:
        """Locate what a cancelled run has left over."""
        self.window.cases.go_on()
        self.cancelled()

    def cancelled(self) -> None:
        """The run was cancelled, or goes on: the rows say so."""
        self.window.list.view.viewport().update()
        self.window.show_photo()

    # Reports

    def ask_picture(self) -> None:
        """Choose where to write a picture of the map."""
        kinds = self.tr("Picture (*.png);;Drawing (*.svg)")
        name, _ = QFileDialog.getSaveFileName(self.window, self.tr("Save map"), "map.png", kinds)
        if name:
            self.save_picture(Path(name))

    def save_picture(self, path: Path) -> None:
        """Write what the map shows."""
        window = self.window
        try:
            if window.session.number_at(path) is not None:
                raise PigeonError(self.tr("{path}: is one of the photographs. Choose another name.").format(path=path))
            if window.map is not None:
                window.map.save_picture(path)
        except PigeonError as error:
            close = (self.tr("Close"), window.notice.dismiss)
            window.notice.show_matter(self.tr("Not saved"), str(error), close)
        else:
            window.strip.say(self.tr("Written: {path}").format(path=path))

    def ask_export(self, action: QAction) -> None:
        """Choose where to write a report."""
        format_name = str(action.data())
        if not self.window.session.answered:
            self.window.strip.say(self.tr("Nothing is located yet: add photos first."))
            return
        name, _ = QFileDialog.getSaveFileName(
            self.window, self.tr("Export"), f"pigeon.{format_name}", f"{FORMATS[format_name]} (*.{format_name})"
        )
        if name:
            self.export(format_name, Path(name))

    def export(self, format_name: str, path: Path) -> None:
        """Write a report: of the photos that are selected, where those are several, else of all."""
        window = self.window
        if window.casework.case is None:
            return
        chosen = window.list.chosen_numbers()
        rows = [window.session.rows[number] for number in chosen] if len(chosen) > 1 else None
        fused = window.deciding.fused if format_name in ("html", "pdf") else None
        window.tasks.start(
            Export(window.casework.case, format_name, path, rows, fused, window.locating.pack), ended=self.exported
        )

    def exported(self, outcome: Outcome) -> None:
        """A report was written, or could not be."""
        notice = self.window.notice
        close = (self.tr("Close"), notice.dismiss)
        if outcome.error is not None:
            notice.show_matter(self.tr("Not exported"), str(outcome.error), close)
        elif outcome.value is not None:
            path, notes = outcome.value
            self.window.strip.say(self.tr("Written: {path}").format(path=path))
            if notes:
                notice.show_matter(self.tr("Written, with less in it"), "\n".join(notes), close)


def _find_packs(task: Task) -> list[tuple[str, str]]:
    from pigeon_desktop.packs.store import find_packs

    problems: list[PigeonError] = []
    packs = find_packs(problems.append)
    if problems and not packs:
        raise problems[0]
    return [(p.manifest.name, f"{p.manifest.name} {p.manifest.version}") for p in packs]


def _parse_within(text: str, cells: Any) -> Any:
    def work(task: Task) -> Any:
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.within import parse_within

        return parse_within(text, cells, load_atlas())

    return work
