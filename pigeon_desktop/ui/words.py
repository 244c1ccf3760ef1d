"""What stands above and beside the candidates, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pigeon_desktop.ui import places
from pigeon_desktop.ui.map.furniture import percent
from pigeon_desktop.ui.running import Ready, Refused
from pigeon_desktop.ui.said import said

if TYPE_CHECKING:
    from pigeon_desktop.engine.prediction import Prediction
    from pigeon_desktop.ui.window import MainWindow

LEAST_SHARE = 0.05
"""Countries with less of a region's probability are not named beside it."""


class Words(QObject):
    """Says how the selected photo stands."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def above(self, number: int | None) -> tuple[str, str]:
        """Title and state above the candidates of a photo."""
        if number is None:
            return self.tr("Candidates"), self.tr("Add photographs and choose one: where it may be stands here.")
        session, model = self.window.session, self.window.locating.state
        prediction, state = session.prediction(), session.state(number)
        name = session.rows[number].path.name
        if prediction is None:
            if isinstance(model, Refused):
                return name, self.tr("Not located: the model is not there. See above the map what to do.")
            if state == "stopped":
                return name, self.tr("Not located: the run was stopped. “Locate the rest” takes it up again.")
            if model is None:
                return name, self.tr("The model is loading; this photo is located as soon as it is there.")
            return name, self.tr("Waiting for its turn.")
        notes = [*self._decided(number), *map(said, prediction.warnings)]
        removed = prediction.removed_by_filter
        if removed > 0 and not any("Search within" in note for note in prediction.warnings):
            notes.append(self.tr("“Search within” removed {p} of the probability.").format(p=percent(removed)))
        if state == "failed":
            reason = said(prediction.reason).removeprefix(f"{prediction.path}: ")
            return self.tr("Failed"), "\n".join([reason[:1].upper() + reason[1:], *notes])
        if state == "abstained":
            weak = self.tr("What follows is weak.")
            return self.tr("Can't tell"), "\n".join([f"{said(prediction.reason)} {weak}", *notes])
        return self.tr("Where it may be"), "\n".join(notes) or self.tr("A lead, not proof.")

    def spans(self, prediction: Prediction | None) -> dict[int, str]:
        """By rank, the countries that a candidate's region spans, where it is more than one."""
        model = self.window.locating.state
        if prediction is None or prediction.probability is None or not isinstance(model, Ready):
            return {}
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.candidates import shares
        from pigeon_desktop.reports.html import country_name

        found = {}
        for candidate in prediction.candidates:
            parts = [
                (code, p)
                for code, p in shares(prediction.probability, model.cells, candidate.cells)
                if p >= LEAST_SHARE
            ]
            if len(parts) > 1:
                named = [
                    f"{places.named(code, country_name(code, load_atlas()))} {percent(p)}" for code, p in parts[:3]
                ]
                found[candidate.rank] = ", ".join(named)
        return found

    def _decided(self, number: int) -> list[str]:
        """The verdict on a photo, as a line."""
        if self.window.session.rows[number].decision == "undecided":
            return []
        from pigeon_desktop.reports.verdicts import headline, signed

        verdict = self.window.casework.verdict(number)
        if verdict is None:
            return []
        return [" · ".join(filter(None, (said(headline(verdict)), verdict.note, signed(verdict))))]
