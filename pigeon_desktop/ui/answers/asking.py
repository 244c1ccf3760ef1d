"""Asking by captions: which question stands, and what the model answers for the selected photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.answers.prompts import PromptView
from pigeon_desktop.ui.answers.said import said, set_title
from pigeon_desktop.ui.case.running import Ready
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.workers import Outcome, Step, Task

if TYPE_CHECKING:  # these pull in the model's runtime: the window shows before that
    import numpy as np
    from numpy.typing import NDArray

    from pigeon_desktop.earth.geocells import GeocellSet
    from pigeon_desktop.engine.prompts import Prompt
    from pigeon_desktop.engine.text import Asked, Asker
    from pigeon_desktop.ui.window import MainWindow


@dataclass(frozen=True, eq=False)
class Reply:
    """An answer, and on the map: the probability of the likeliest caption that takes in each cell, shape (cells,);
    `cells` are those of each caption that is a place, by its "search within". `trail` are the titles of the sets that
    lead to the one asked, `measured` what it is known to be worth."""

    asked: Asked
    trail: tuple[str, ...]
    heat: NDArray[np.float32] | None
    cells: dict[str, list[int]]
    measured: tuple[str, ...]


OWN = ""


class Asking(QObject):
    """The questions of the window. One is under way at a time; a newer one takes its place."""

    def __init__(self, window: MainWindow, view: PromptView) -> None:
        super().__init__(window)
        self.window, self.view = window, view
        self.active = False
        """The prompts are on show, not the candidates."""
        self.keys: tuple[str, ...] = ("world-regions",)
        """The sets on the way to the one asked; `OWN` stands for own captions."""
        self.own: list[str] = []
        self.reply: Reply | None = None
        self._asked: _Ask | None = None
        self._task: Task | None = None
        self._again = False
        self._moved = False
        """Another set is asked: the map shows where it lies."""
        view.set_chosen.connect(self.choose_set)
        view.typed.connect(self.add)
        view.opened.connect(self.open)
        view.removed.connect(self.remove)
        view.within_asked.connect(self.search_within)
        view.selected.connect(self._selected)
        view.back_asked.connect(self.back)

    def turned(self) -> None:
        """The window has turned to the prompts, or away from them."""
        self.active = self.window.answers.currentWidget() is self.view
        self.window.show_photo()

    def choose_set(self, key: str) -> None:
        """Ask a set from its top, or the own captions."""
        self._turn_to((key,))

    def _turn_to(self, keys: tuple[str, ...]) -> None:
        self.keys, self._moved = keys, True
        self.ask()

    def open(self, prompt: Prompt) -> None:
        """Ask for what lies inside a place."""
        self._turn_to((*self.keys, prompt.opens))

    def back(self) -> None:
        """Ask the set before again."""
        if len(self.keys) > 1:
            self._turn_to(self.keys[:-1])

    def add(self, text: str) -> None:
        """Add an own caption, and ask those."""
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.prompts import typed_prompt

        if self.window.map is None or self.window.map.loaded is None:
            self.window.strip.say(self.tr("The map is still loading. Press Enter again in a moment."))
            self.view.line.setText(text)
            return
        try:
            typed_prompt(text, load_atlas(), len(self.own) + 1)
        except PigeonError as error:
            self._matter(self.tr("Not asked"), str(error))
            return
        if text not in self.own:
            self.own.append(text)
        self._turn_to((OWN,))

    def remove(self, prompt: Prompt) -> None:
        """Take an own caption away."""
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.prompts import typed_prompt

        if self.keys == (OWN,):
            self.own = [text for text in self.own if typed_prompt(text, load_atlas()).caption != prompt.caption]
            self.ask()

    def search_within(self, prompt: Prompt) -> None:
        """Restrict the map to a place."""
        self.window.bar.within.setText(prompt.within)
        self.window.offers.search_within()

    def ask(self) -> None:
        """Ask about the selected photo, unless the prompts are not on show."""
        if not self.active:
            return
        window, model = self.window, self.window.locating.state
        self.view.show_set(self.keys[0])
        cells = window.map.loaded if window.map is not None else None
        if window.session.selected is None:
            self._quiet(self.tr("Add photographs and choose one: how captions fit it stands here."))
        elif not isinstance(model, Ready):
            missing = self.tr("The model is not there. See above the map what to do.")
            self._quiet(self.tr("The model is loading…") if model is None else missing)
        elif cells is None or len(cells.cells) != model.asker.pack.manifest.geocells.count:
            self._quiet(self.tr("The map is loading…"))
        elif self.keys == (OWN,) and len(self.own) < 2:
            have = self.tr("“{caption}”, and what else? ").format(caption=self.own[0]) if self.own else ""
            self._quiet(have + self.tr("Type two captions or more: only compared with others does one say anything."))
        else:
            path = window.session.rows[window.session.selected].path
            self._start(_Ask(model.asker, cells.cells, path, self.keys, tuple(self.own)))

    def _start(self, question: _Ask) -> None:
        if self._task is not None:
            if question != self._asked:
                self._again = True
                self._task.cancel()
        elif self.reply is not None and question == self._asked:
            self._show(self.reply)
        else:
            self._asked = question
            self._task = self.window.tasks.start(question, ended=self._ended)
            self._task.stepped.connect(self._stepped)

    def _stepped(self, step: Step) -> None:
        """A large text tower takes seconds for all countries, once."""
        words = self.tr("Reading captions: {done} of {total}")
        if self._asked is not None and not self._again:
            self.view.say(words.format(done=amount(step.done), total=amount(step.total)))

    def _ended(self, outcome: Outcome) -> None:
        self._task = None
        if self._again:
            self._again = False
            self.reply = None
            self.ask()
        elif self._asked is None:
            pass  # it was taken back
        elif outcome.error is not None:
            self._refused(outcome.error)
        elif outcome.value is not None and self.active:
            self._show(outcome.value)

    def _refused(self, error: PigeonError) -> None:
        """Say why there is no answer. Where only the text tower is missing it can be had like the encoder."""
        from pigeon_desktop.packs.store import PackNotInstalled

        if not isinstance(error, PackNotInstalled):
            self._quiet(str(error))
        else:
            self._quiet(self.tr("The text tower is not on this machine. See above the map what to do."))
            notice, installing = self.window.notice, self.window.installing
            notice.show_matter(
                self.tr("Prompts need one thing more: the text tower"),
                self.tr("It is downloaded once and checked. Photographs are located without it."),
                (self.tr("Install"), installing.install),
                (self.tr("From file…"), installing.install_from_file),
                (self.tr("Close"), notice.dismiss),
            )

    def _show(self, reply: Reply) -> None:
        self.reply = reply
        window, asked = self.window, reply.asked
        self.view.show_trail(tuple(map(set_title, reply.trail)))
        words = self.tr("Compared with each other; not whether any is true.")
        self.view.show_answers(asked.answers, "\n".join([words, *map(said, (*reply.measured, *asked.warnings))]))
        if window.map is not None:
            window.map.show_heat(reply.heat, self.tr("Probability of the caption"))
            self._selected(self.view.current)
            if self._moved:
                self._moved = False
                self._fly_to(reply.cells.values() if len(self.keys) > 1 else ())

    def zoom(self) -> None:
        """Fly to the place that the selected caption names."""
        prompt = self.view.current
        if self.reply is not None and prompt is not None and prompt.within in self.reply.cells:
            self._fly_to([self.reply.cells[prompt.within]])

    def _fly_to(self, places: Iterable[list[int]]) -> None:
        """Fly to where the cells of these places are, to the whole world for none."""
        from pigeon_desktop.ui.map.box import View  # pyqtgraph, as with the map itself

        map_view = self.window.map
        if map_view is not None:
            area = reduce(QRectF.united, map(map_view.base.bounds, places), QRectF())
            map_view.fly_to(map_view.world() if area.isEmpty() else View.around(area, map_view.size()))

    def _selected(self, prompt: Prompt | None) -> None:
        """Outline the place that a caption names."""
        if self.active and self.window.map is not None and self.reply is not None:
            self.window.map.base.outline(self.reply.cells.get(prompt.within, []) if prompt is not None else [])

    def _quiet(self, words: str) -> None:
        """Nothing to show but words, and nothing asked any more."""
        self.reply = self._asked = None
        self._again = False
        if self._task is not None:
            self._task.cancel()
        self.view.show_trail(())
        self.view.show_answers((), words)
        if self.window.map is not None:
            self.window.map.show_heat(None, self.tr("Probability of the caption"))

    def _matter(self, title: str, words: str) -> None:
        notice = self.window.notice
        notice.show_matter(title, words, (self.tr("Close"), notice.dismiss))


@dataclass(frozen=True)
class _Ask:
    """A question as a task."""

    asker: Asker
    cells: GeocellSet
    path: Path
    keys: tuple[str, ...]
    own: tuple[str, ...]

    def __call__(self, task: Task) -> Reply:
        from pigeon_desktop.earth.atlas import load_atlas
        from pigeon_desktop.engine.prompts import measured, prompt_set, typed
        from pigeon_desktop.engine.session import CancelToken

        atlas, codes = load_atlas(), set(self.cells.country_code.tolist())
        sets = [prompt_set(key, atlas, codes) for key in self.keys if key != OWN]
        prompts = typed(self.own, atlas) if self.keys[-1] == OWN else sets[-1].prompts
        trail = (*([", ".join(self.own)] if self.keys[0] == OWN else []), *(of.title for of in sets))
        token = CancelToken()
        task.on_cancel(token.cancel)
        asked = self.asker.ask(self.path, prompts, token, lambda done, total: task.step("", done, total))
        worth = measured(self.keys[-1], self.asker.pack.manifest.evaluation)
        return Reply(asked, trail, *_on_map(asked, self.cells), measured=(worth,) if worth else ())


def _on_map(asked: Asked, cells: GeocellSet) -> tuple[NDArray[np.float32] | None, dict[str, list[int]]]:
    import numpy as np

    from pigeon_desktop.earth.atlas import load_atlas
    from pigeon_desktop.engine.within import parse_within

    heat, places = np.zeros(len(cells), np.float32), {}
    for answer in asked.answers:
        if not answer.prompt.within:
            continue
        try:
            mask = parse_within(answer.prompt.within, cells, load_atlas()).mask
        except PigeonError:  # an islet without a geocell: it is in the list, and nowhere on the map
            continue
        heat[mask] = np.maximum(heat[mask], answer.probability)
        places[answer.prompt.within] = np.flatnonzero(mask).tolist()
    return heat if places else None, places
