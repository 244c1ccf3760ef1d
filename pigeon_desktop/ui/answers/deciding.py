"""What the analyst decides: verdicts by the number keys, with undo, and photographs taken together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QInputDialog

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui import places
from pigeon_desktop.ui.answers.said import said
from pigeon_desktop.ui.answers.verdict_bar import Choice
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.workers import Outcome, Task

if TYPE_CHECKING:
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.contents import Row
    from pigeon_desktop.cases.fusing import Fused
    from pigeon_desktop.cases.verdict import Verdict
    from pigeon_desktop.engine.prediction import Prediction
    from pigeon_desktop.packs.store import Pack
    from pigeon_desktop.ui.window import MainWindow

SAME_DEGREES = 1e-3
"""Coordinates that differ by less, some hundred metres, are one."""
MOST_NAMED = 3
"""Photographs taken together that are named beside what is said of them."""


@dataclass(frozen=True, eq=False)
class Fuse:
    """The work of a Task: photographs of the open case taken together. Returns Fused."""

    case: Case
    rows: list[Row]
    within_km: float
    known: Pack | None

    def __call__(self, task: Task) -> Fused:
        """Raises PigeonError when they cannot be."""
        from pigeon_desktop.cases.fusing import fuse_rows
        from pigeon_desktop.earth.atlas import load_atlas

        with self.case.beside() as case:
            fused = fuse_rows(case, self.rows, load_atlas(), self.within_km, known=self.known)
            if case.writable:
                case.note(
                    "taken together",
                    {
                        "within_km": self.within_km,
                        "photographs": [str(member.row.path) for member in fused.members],
                        "first": str(fused.prediction.candidates[0].place),
                    },
                )
        return fused


class Deciding(QObject):
    """Sets and takes back verdicts on the selected photos."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.fused: Fused | None = None
        """What is shown instead of the selected photo's own answer."""

    @property
    def shown(self) -> Prediction | None:
        """What the candidates that are shown belong to."""
        return self.window.session.prediction() if self.fused is None else self.fused.prediction

    @property
    def possible(self) -> bool:
        """Whether a verdict can be set on what is shown: on a photo that was read."""
        session = self.window.session
        return self.fused is None and session.selected is not None and session.rows[session.selected].photo is not None

    def _standing(self) -> Verdict | None:
        number = self.window.session.selected
        return self.window.casework.verdict(number) if self.possible and number is not None else None

    def confirmed_rank(self) -> int | None:
        """Which of the candidates that are shown is confirmed."""
        return self._rank_of(self._standing())

    def _rank_of(self, verdict: Verdict | None) -> int | None:
        prediction = self.shown
        if verdict is None or prediction is None or verdict.latitude is None or verdict.longitude is None:
            return None
        for candidate in prediction.candidates:
            away = math.dist((candidate.latitude, candidate.longitude), (verdict.latitude, verdict.longitude))
            # Another answer since may have other candidates by the same rank.
            if candidate.rank == verdict.rank and away < SAME_DEGREES:
                return candidate.rank
        return None

    def offer(self) -> None:
        """Say below the candidates what is decided, and offer what can be."""
        session, bar = self.window.session, self.window.candidates.verdict
        bar.setVisible(session.selected is not None)
        verdict, rank = self._standing(), session.candidate
        confirmed = self._rank_of(verdict)
        decision, named = verdict.decision if verdict else "undecided", self.window.menus.named
        undecided = decision == "undecided"
        can = self.possible and not self.window.casework.looking
        some = can and self.shown is not None and bool(self.shown.candidates)
        words = self.tr("Confirm {rank}").format(rank=rank) if rank else self.tr("Confirm")
        tip = self._tip(f"confirm {rank}", self.tr("Confirm the selected candidate"))
        bar.show_verdict(
            self._in_words(verdict, confirmed),
            Choice(words, tip, some and bool(rank), bool(rank) and rank == confirmed),
            Choice(named["reject"].text(), self._tip("reject"), some, decision == "rejected"),
            Choice(named["undecided"].text(), self._tip("undecided"), can, self.possible and undecided),
        )

    def _tip(self, name: str, otherwise: str = "") -> str:
        """What the action of a key does, and the key."""
        action = self.window.menus.named.get(name)
        if action is None:
            return otherwise
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return self.tr("{action} (key {key})").format(action=action.text(), key=key)

    def _in_words(self, verdict: Verdict | None, confirmed: int | None) -> str:
        window, decision = self.window, verdict.decision if verdict else "undecided"
        if self.fused is not None:
            return self.tr("Verdicts are on single photos: choose one.")
        if not self.possible:
            return self.tr("Verdict: none yet, the photo was not read")
        if decision == "rejected":
            words = self.tr("Verdict: none of these")
        elif confirmed is not None:
            words = self.tr("Verdict: candidate {rank} confirmed").format(rank=confirmed)
        elif verdict is not None and decision == "confirmed":
            words = self.tr("Verdict: confirmed, {place}").format(place=places.short(verdict.place))
        else:
            words = self.tr("Verdict: undecided")
        chosen = window.list.chosen_numbers()
        if len(chosen) > 1 and window.session.selected is not None:
            name = window.session.rows[window.session.selected].name
            only = self.tr("of {count} selected photos on {name} alone").format(count=amount(len(chosen)), name=name)
            words = f"{words} · {only}"
        return words

    def confirm_selected(self) -> None:
        """The button: as the number key of the selected candidate."""
        rank = self.window.session.candidate
        if rank:
            self._press(f"confirm {rank}", self.confirm(rank))

    def reject_shown(self) -> None:
        """The button: as its key."""
        self._press("reject", self.reject)

    def leave_shown_open(self) -> None:
        """The button: as its key."""
        self._press("undecided", self.leave_open)

    def _press(self, name: str, act: Callable[[], None]) -> None:
        """Do what a key does; candidates far down the list have none."""
        action = self.window.menus.named.get(name)
        if action is None:
            act()
        else:
            action.trigger()
        self.offer()  # a button that was pressed in vain comes up again

    def confirm(self, rank: int) -> Callable[[], None]:
        """The action of a number key: the selected photo was taken at its candidate of this rank."""

        def act() -> None:
            from pigeon_desktop.cases.verdict import confirmed

            prediction = self.window.session.prediction()
            if not self._one_is_shown() or prediction is None:
                return
            if rank > len(prediction.candidates):
                self.window.strip.say(self.tr("There is no candidate {rank}.").format(rank=rank))
                return
            candidate = prediction.candidates[rank - 1]
            self.window.choose_candidate(rank)
            self._decide(
                confirmed(candidate), self.tr("Confirmed: {place}").format(place=places.written(candidate.place))
            )

        return act

    def reject(self) -> None:
        """It was taken at none of the candidates."""
        from pigeon_desktop.cases.verdict import Verdict

        self._decide(Verdict("rejected"), self.tr("None of these"))

    def leave_open(self) -> None:
        """It is not decided."""
        from pigeon_desktop.cases.verdict import Verdict

        self._decide(Verdict("undecided"), self.tr("Undecided"))

    def ask_coordinate(self) -> None:
        """It was taken at a coordinate of the analyst's own."""
        if not self._one_is_shown():
            return
        text, given = QInputDialog.getText(
            self.window, self.tr("Another coordinate"), self.tr("Latitude, longitude in degrees: 38.7167, -9.1333")
        )
        if given:
            self.confirm_at(text)

    def confirm_at(self, text: str) -> None:
        """Confirm the coordinate that was typed."""
        try:
            latitude, longitude = (float(part) for part in text.replace("°", "").split(","))
        except ValueError:
            latitude = longitude = math.nan
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            self.window.strip.say(
                self.tr("“{text}” is no coordinate: latitude, longitude in degrees.").format(text=text)
            )
            return
        self.confirm_place(latitude, longitude)

    def confirm_place(self, latitude: float, longitude: float) -> None:
        """It was taken there, in degrees."""
        from pigeon_desktop.cases.verdict import Verdict
        from pigeon_desktop.earth.atlas import load_atlas

        place = str(load_atlas().place(latitude, longitude))
        verdict = Verdict("confirmed", latitude, longitude, None, place)
        self._decide(verdict, self.tr("Confirmed: {place}").format(place=places.rewritten(place)))

    def ask_note(self) -> None:
        """A note beside the decision that there is."""
        number = self.window.session.selected
        if not self._one_is_shown() or number is None:
            return
        before = self.window.casework.verdict(number)
        text, given = QInputDialog.getMultiLineText(
            self.window,
            self.tr("Note"),
            self.tr("Why? This stands in the case and on its reports."),
            before.note if before else "",
        )
        if given:
            self.note(text)

    def note(self, text: str) -> None:
        """Keep a note; the decision stays."""
        from pigeon_desktop.cases.verdict import Verdict

        number = self.window.session.selected
        if number is not None:
            before = self.window.casework.verdict(number) or Verdict("undecided")
            self._decide(replace(before, note=text.strip(), time=""), self.tr("Noted"))

    def _decide(self, verdict: Verdict, words: str) -> None:
        window = self.window
        number = window.session.selected
        if not self._one_is_shown() or number is None:
            return
        row = window.session.rows[number]
        if row.photo is None:
            window.strip.say(self.tr("This photo was not read yet: nothing can be decided on it."))
            return
        verdict = replace(verdict, by=str(window.preferences.values["analyst"]))
        try:
            window.casework.decide(number, verdict)
        except PigeonError as error:
            self._refused(error)
            return
        window.strip.say(self.tr("{name}: {words} · Ctrl+Z takes it back").format(name=row.path.name, words=words))

    def _one_is_shown(self) -> bool:
        """Whether there is one photo to decide on; where not, why."""
        if self.fused is not None:
            words = self.tr("{count} photos are taken together: choose one of them to decide on it.")
            self.window.strip.say(words.format(count=amount(len(self.fused.members))))
        elif self.window.session.selected is None:
            self.window.strip.say(self.tr("Choose a photo first."))
        else:
            return True
        return False

    def undo(self) -> None:
        """Take back the last verdict, and show its photo."""
        try:
            number = self.window.casework.undo()
        except PigeonError as error:
            self._refused(error)
            return
        if number is None:
            self.window.strip.say(self.tr("There is no verdict to take back."))
            return
        self.window.list.select(number)
        name = self.window.session.rows[number].path.name
        self.window.strip.say(self.tr("{name}: the last verdict was taken back").format(name=name))

    def _refused(self, error: PigeonError) -> None:
        notice = self.window.notice
        notice.show_matter(self.tr("Not decided"), str(error), (self.tr("Close"), notice.dismiss))

    def one_place(self) -> None:
        """The selected photos are of one place, the analyst assumes."""
        from pigeon_desktop.engine.fusion import ONE_PLACE_KM

        self._take_together(ONE_PLACE_KM)

    def one_trip(self) -> None:
        """The selected photos are of one trip, the analyst assumes."""
        from pigeon_desktop.engine.fusion import ONE_TRIP_KM

        self._take_together(ONE_TRIP_KM)

    def _take_together(self, within_km: float) -> None:
        window = self.window
        rows = [window.session.rows[number] for number in window.list.chosen_numbers()]
        if len(rows) < 2 or window.casework.case is None:
            window.strip.say(self.tr("Select two photos or more, with Ctrl or Shift, to take them together."))
            return
        window.tasks.start(Fuse(window.casework.case, rows, within_km, window.locating.pack), ended=self._taken)

    def _taken(self, outcome: Outcome) -> None:
        notice = self.window.notice
        if outcome.error is not None:
            notice.show_matter(self.tr("Not taken together"), str(outcome.error), (self.tr("Close"), notice.dismiss))
        elif outcome.value is not None:
            self.fused = outcome.value
            self.window.show_photo()

    def words(self) -> tuple[str, str]:
        """Title and state above the candidates of photos taken together."""
        assert self.fused is not None
        prediction = self.fused.prediction
        lines = [*map(said, filter(None, [prediction.reason])), *map(said, prediction.warnings)]
        stances = {member.agreement.stance for member in self.fused.members}
        quiet = [m.row.path.name for m in self.fused.members if m.agreement.stance == "says nothing"]
        if quiet:
            names = ", ".join(quiet[:MOST_NAMED]) + (", …" if len(quiet) > MOST_NAMED else "")
            words = self.tr("{count} of them say nothing about the place: {names}")
            lines.append(words.format(count=amount(len(quiet)), names=names))
        elif stances == {"agrees"}:  # of those that disagree the warnings tell
            lines.append(self.tr("All of them agree."))
        title = self.tr("{count} photos taken together").format(count=amount(len(self.fused.members)))
        return title, "\n".join(lines)
