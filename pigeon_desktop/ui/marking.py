"""What is marked on the map and on the photo besides candidates: confirmed places, the selection, what spoke for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pigeon_desktop.ui import places
from pigeon_desktop.ui.photos.spoke import Spoken

if TYPE_CHECKING:
    from pigeon_desktop.engine.explain import Way
    from pigeon_desktop.ui.window import MainWindow


class Marking(QObject):
    """Keeps marks in step with the case and the selection."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.spoken = Spoken(window.locating, window.tasks, self)
        self.spoken.told.connect(window.photo.show_heat)
        self.spoken.stepped.connect(window.photo.show_step)
        self.spoken.refused.connect(self._refused)
        window.photo.asked.connect(self.ask)
        window.photo.unasked.connect(self.spoken.take_back)

    def pin(self) -> None:
        """Pins at the places of confirmed photos."""
        window, case = self.window, self.window.casework.case
        if window.map is None or case is None:
            return
        from pigeon_desktop.cases.contents import confirmed_places
        from pigeon_desktop.ui.map.pins import Pin

        rows = window.session.rows
        numbers = {rows[number].photo: number for number in window.session.confirmed}
        window.map.show_pins(
            [
                Pin(numbers[photo], latitude, longitude, f"{rows[numbers[photo]].name}: {places.rewritten(place)}")
                for photo, latitude, longitude, place in confirmed_places(case)
                if photo in numbers
            ]
        )

    def mark(self) -> None:
        """Marks at the first candidates of all selected photos, where these are several."""
        window = self.window
        if window.map is None:
            return
        from pigeon_desktop.ui.map.pins import Mark

        chosen = window.list.chosen_numbers()
        rows = [(number, window.session.rows[number]) for number in chosen] if len(chosen) > 1 else []
        window.map.show_marks(
            [
                Mark(number, row.latitude, row.longitude, f"{row.name}: {places.rewritten(row.place)}")
                for number, row in rows
                if row.latitude is not None and row.longitude is not None
            ]
        )

    def offer(self) -> None:
        """Offer to show what spoke for the selected candidate; ask again where that was on show."""
        window = self.window
        there = window.deciding.fused is None and not window.remedies.missing
        rank = window.session.candidate if there and window.session.prediction() else None
        window.photo.offer(rank or None)
        if window.map is not None:
            window.map.confirmable = window.session.selected is not None and window.deciding.fused is None
        if window.photo.wanted:
            self.ask("patches")
        else:
            self.spoken.take_back()

    def ask(self, way: Way) -> None:
        """Ask what spoke for the selected candidate."""
        session = self.window.session
        prediction = session.prediction()
        if session.selected is None or prediction is None or not session.candidate:
            return
        candidate = prediction.candidates[session.candidate - 1]
        self.spoken.ask(session.rows[session.selected].path, candidate.rank, candidate.cells, way)

    def _refused(self, words: str) -> None:
        self.window.photo.put_away()
        self.window.strip.say(words)
