"""What stands above and beside the candidates, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pigeon_desktop.ui import places
from pigeon_desktop.ui.answers.grounds import Paragraph
from pigeon_desktop.ui.answers.said import said
from pigeon_desktop.ui.case.running import Ready, Refused
from pigeon_desktop.ui.look.numbers import amount, percent

if TYPE_CHECKING:
    from pigeon_desktop.engine.grounds import Learnt
    from pigeon_desktop.engine.prediction import Candidate, Prediction
    from pigeon_desktop.ui.window import MainWindow

LEAST_SHARE = 0.05
"""Countries with less of a region's probability are not named beside it."""

MOST_CELLS = 3
"""Geocells of a region that are named."""

TO_THE_MINUTE = len("2026-05-01T12:30")
"""Letters of a time; a case keeps it to the millisecond."""


class Words(QObject):
    """Says how the selected photo stands."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def above(self, number: int | None) -> tuple[str, str]:
        """Title and state above the candidates of a photo."""
        if number is None:
            return self.tr("No photo is chosen"), self.tr("Where it may have been taken is listed here.")
        session, model = self.window.session, self.window.locating.state
        prediction, state = session.prediction(), session.state(number)
        name = session.rows[number].path.name
        if prediction is None:
            if isinstance(model, Refused):
                return name, self.tr("Not located: the model is not there. See above the map what to do.")
            if self.window.remedies.missing:
                return name, self.tr("Not located yet.")
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
        spans = {candidate.rank: self._countries(prediction, candidate, model) for candidate in prediction.candidates}
        return {rank: named for rank, (several, named) in spans.items() if several}

    def _countries(self, prediction: Prediction, candidate: Candidate, model: Ready) -> tuple[bool, str]:
        """Whether a candidate's region spans several countries, and which, with their shares where it does."""
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.candidates import shares

        assert prediction.probability is not None
        parts = [
            (places.named(code, load_atlas().country_name(code)), p)
            for code, p in shares(prediction.probability, model.cells, candidate.cells)
            if p >= LEAST_SHARE
        ]
        several = len(parts) > 1
        return several, ", ".join(f"{name} {percent(p)}" if several else name for name, p in parts[:3])

    def grounds(self, prediction: Prediction | None, rank: int | None) -> list[Paragraph]:
        """What a candidate rests on: why it is one region, and where near it photographs are known to lie."""
        if prediction is None or rank is None:
            return []
        candidate = next((c for c in prediction.candidates if c.rank == rank), None)
        if candidate is None:
            return [
                Paragraph(self.tr("Elsewhere"), "head"),
                Paragraph(self.tr("The probability outside all candidates together; it is no place of its own.")),
            ]
        model = self.window.locating.state
        if prediction.probability is None or not isinstance(model, Ready):
            ids = ", ".join(candidate.cells[:MOST_CELLS]) + (", …" if len(candidate.cells) > MOST_CELLS else "")
            return [
                Paragraph(self.tr("Why this is one region"), "head"),
                Paragraph(self.tr("Geocells: {cells}").format(cells=ids)),
                Paragraph(self.tr("More is said here when the pack that located it is loaded."), "note"),
            ]
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.grounds import learnt_near

        at = (candidate.latitude, candidate.longitude)
        learnt = learnt_near(*at, model.cells, load_atlas(), model.locator.prototypes)
        return [*self._region(prediction, candidate, model), *self._learnt(learnt)]

    def _region(self, prediction: Prediction, candidate: Candidate, model: Ready) -> list[Paragraph]:
        from pigeon_desktop.engine.grounds import makeup

        assert prediction.probability is not None
        made = makeup(prediction.probability, model.cells, candidate.cells)
        count, likeliest = len(made.cells), zip(made.cells, made.probability, strict=True)
        named = [f"{_cell(model, i)} {percent(p)}" for i, p in list(likeliest)[:MOST_CELLS]]
        if count == 1:
            return [
                Paragraph(self.tr("Why this is one region"), "head"),
                Paragraph(self.tr("It is a single geocell: {cell}.").format(cell=named[0])),
            ]
        if made.groups == 1:
            words = self.tr(
                "{count} geocells around one peak of the probability. Each touches another or faces it over narrow "
                "water."
            )
        else:
            words = self.tr(
                "{count} geocells that do not all touch: {groups} groups too near each other to be two answers."
            )
        _, countries = self._countries(prediction, candidate, model)
        return [
            Paragraph(self.tr("Why this is one region"), "head"),
            Paragraph(words.format(count=amount(count), groups=amount(made.groups))),
            Paragraph(self.tr("In: {countries}").format(countries=countries)),
            Paragraph(self.tr("Likeliest: {cells}").format(cells=" · ".join(named))),
        ]

    def _learnt(self, learnt: Learnt) -> list[Paragraph]:
        from pigeon_desktop.engine.grounds import NEAR_KM

        if learnt.by_prototypes:
            head = self.tr("Learnt from photographs near")
            note = self.tr("Where training photographs lie: no evidence that this one was taken there.")
        else:
            head = self.tr("Photographs are known near")
            note = self.tr(
                "The geocells were made of photographs there: no evidence that this one was taken there, nor that the "
                "model learnt from them."
            )
        within = amount(NEAR_KM)
        spots = [
            f"{places.written(spot.place).partition(' · ')[0]} {'<1' if spot.km < 1 else amount(spot.km)} km"
            for spot in learnt.spots
        ]
        found = [Paragraph(head, "head"), *([Paragraph(" · ".join(spots))] if spots else [])]
        if not learnt.count:
            found.append(Paragraph(self.tr("None within {km} km: this candidate rests on little.").format(km=within)))
        elif learnt.little:
            words = self.tr("No others within {km} km: this candidate rests on little.")
            found.append(Paragraph(words.format(km=within)))
        return [*found, Paragraph(note, "note")]

    def _decided(self, number: int) -> list[str]:
        """The verdict on a photo, as a line."""
        if self.window.session.rows[number].decision == "undecided":
            return []
        from pigeon_desktop.reports.verdicts import headline, signed

        verdict = self.window.casework.verdict(number)
        if verdict is None:
            return []
        by = signed(replace(verdict, time=verdict.time and f"{verdict.time[:TO_THE_MINUTE]}Z"))
        return [" · ".join(filter(None, (said(headline(verdict)), verdict.note, by)))]


def _cell(model: Ready, index: int) -> str:
    """A geocell by its name, its country and its id."""
    from pigeon_desktop.earth.atlas import load_atlas

    cells = model.cells
    name = str(cells.names[index])
    country = load_atlas().country_name(str(cells.country_code[index]))
    return f"{places.rewritten(name if name == country else f'{name}, {country}')} ({cells.ids[index]})"
