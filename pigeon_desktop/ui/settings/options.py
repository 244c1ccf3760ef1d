"""The settings of the window, in one table: what they are called, what they may be, and what they are at first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QSettings

from pigeon_desktop.ui.look.text_size import PERCENT
from pigeon_desktop.ui.settings.language import LANGUAGES

Value = str | int


@dataclass(frozen=True)
class Option:
    """One setting. With `choices`, values by their words, it is one of those; a number is `least` to `most`; else it
    is a line of text."""

    key: str
    label: str
    hint: str
    default: Value
    choices: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    most: int = 0

    def read(self, settings: QSettings) -> Value:
        """What is set; the default where that is not set, or cannot be."""
        value = settings.value(self.key, self.default)
        if isinstance(self.default, int):
            try:
                number = int(str(value))
            except ValueError:
                return self.default
            return number if self.least <= number <= self.most else self.default
        return str(value) if not self.choices or value in self.choices.values() else self.default


def options(tr: Callable[[str], str]) -> tuple[Option, ...]:
    """The table; `tr` translates."""
    devices = {tr("The fastest that works"): "auto", "CPU": "cpu", "NVIDIA (CUDA)": "cuda", "Apple (CoreML)": "coreml"}
    modes = {tr("As the system has it"): "system", tr("Light"): "light", tr("Dark"): "dark"}
    languages = {tr("As the system has it"): "system", **{name: code for code, name in LANGUAGES.items()}}
    sizes = {f"{percent} %": str(percent) for percent in PERCENT}
    on_what = tr("What photographs are located on. A GPU needs its own installation.")
    at_once = tr("0: one for each processor core. Fewer leave more for other programs.")
    most = tr("At most so many for a photo.")
    later = tr("Takes effect when the program is opened again.")
    name = tr("Stands beside your verdicts in the case and on its reports. May be empty.")
    return (
        Option("device", tr("Device"), on_what, "auto", devices),
        Option("threads", tr("Photos at once"), at_once, 0, most=64),
        Option("candidates", tr("Candidates"), most, 5, least=1, most=20),
        Option("theme", tr("Colours"), "", "system", modes),
        Option("text_size", tr("Text size"), "", "100", sizes),
        Option("language", tr("Language"), later, "system", languages),
        Option("analyst", tr("Your name"), name, ""),
    )
