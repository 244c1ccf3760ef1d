"""Handing the selected candidate on to other programs: as text on the clipboard, or as a file. Nothing is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from pigeon_desktop.earth.notation import decimal, geo_link, sexagesimal
from pigeon_desktop.ui.case.export import Export

if TYPE_CHECKING:
    from pigeon_desktop.engine.prediction import Candidate
    from pigeon_desktop.ui.window import MainWindow


class Handing(QObject):
    """What can be taken along of the candidate that is selected in the list."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    @property
    def candidate(self) -> Candidate | None:
        """The selected candidate; None where there is none, or it is "elsewhere"."""
        prediction, rank = self.window.deciding.shown, self.window.session.candidate
        return next((c for c in prediction.candidates if c.rank == rank), None) if prediction else None

    def copy_link(self) -> None:
        """Copy a link that map programs open (RFC 5870)."""
        self._copy(geo_link)

    def copy_decimal(self) -> None:
        """Copy the coordinate in decimal degrees."""
        self._copy(decimal)

    def copy_seconds(self) -> None:
        """Copy the coordinate in degrees, minutes and seconds."""
        self._copy(sexagesimal)

    def _copy(self, written: Callable[[float, float], str]) -> None:
        candidate = self._some()
        if candidate is not None:
            text = written(candidate.latitude, candidate.longitude)
            QGuiApplication.clipboard().setText(text)
            self.window.strip.say(self.tr("Copied: {text}").format(text=text))

    def _some(self) -> Candidate | None:
        candidate = self.candidate
        if candidate is None:
            self.window.strip.say(self.tr("Select a candidate first."))
        return candidate

    def ask_kml(self) -> None:
        """Choose where to write the candidate as KML."""
        candidate, window = self._some(), self.window
        if candidate is None or window.session.selected is None:
            return
        stem = window.session.rows[window.session.selected].path.stem
        suggested = self.tr("{name}, candidate {rank}").format(name=stem, rank=candidate.rank)
        name, _ = QFileDialog.getSaveFileName(window, self.tr("Save as KML"), f"{suggested}.kml", "KML (*.kml)")
        if name:
            self.save_kml(Path(name))

    def save_kml(self, path: Path) -> None:
        """Write the candidate with its radius and area; the case keeps note of it. Never over a photograph."""
        window, candidate = self.window, self._some()
        if candidate is None or window.casework.case is None or window.session.selected is None:
            return
        work = Export(
            window.casework.case,
            "kml",
            path,
            [window.session.rows[window.session.selected]],
            window.deciding.fused,
            window.locating.pack,
            candidate.rank,
        )
        window.tasks.start(work, ended=window.offers.exported)

    def show_menu(self, at: QPoint) -> None:
        """Open the menu about the selected candidate, or about "elsewhere", there on the screen."""
        window, rank = self.window, self.window.session.candidate
        menu = QMenu(window.candidates)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.tr("Candidate"))
        decide = ("reject", "undecided") if self.candidate is None else (f"confirm {rank}", "reject", "undecided")
        hand_on = () if self.candidate is None else ("zoom", "link", "decimal", "dms", "kml")
        for names in filter(None, (decide if window.deciding.possible else (), hand_on)):
            # Candidates far down the list have no action of their own to confirm them.
            menu.addActions([window.menus.named[name] for name in names if name in window.menus.named])
            menu.addSeparator()
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(at)
