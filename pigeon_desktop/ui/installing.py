"""The model as the window speaks of it: missing, being installed, loaded, on which device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from pigeon_desktop.resources import resource
from pigeon_desktop.ui.answers.said import said
from pigeon_desktop.ui.case.running import Ready, Refused
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.workers import Outcome, Step, Task

if TYPE_CHECKING:
    from pigeon_desktop.errors import PigeonError
    from pigeon_desktop.ui.window import MainWindow


class Installing(QObject):
    """Says how it stands with the model, and gets it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._install: Task | None = None
        self._source: Path | None = None
        """What was installed from last; None is the network."""

    def model_ready(self, ready: Ready) -> None:
        """The model is loaded."""
        self.window.show_photo()
        self._show_licence(ready)
        if not ready.as_wished:
            self.show_device()

    def show_device(self) -> None:
        """Say what is to be known of the device, and what can be done about it."""
        ready, notice = self.window.locating.state, self.window.notice
        if not isinstance(ready, Ready):
            return
        words = "\n".join(map(said, ready.notes))
        settings, close = (self.tr("Settings…"), self._ask_settings), (self.tr("Close"), notice.dismiss)
        if ready.as_wished:
            title = self.tr("Photos are located on: {device}").format(device=ready.device)
            notice.show_matter(title, words, close, settings)
        else:
            title = self.tr("Photos are located on the CPU, not on the GPU")
            words += "\n" + self.tr("Photos are located all the same, only slower.")
            notice.show_matter(title, words, (self.tr("Keep to the CPU"), self.keep_to_cpu), settings, close)

    def keep_to_cpu(self) -> None:
        """The device that does not run is not asked for any more."""
        self.window.notice.dismiss()
        self.window.preferences.change({"device": "cpu"})

    def _ask_settings(self) -> None:
        self.window.notice.dismiss()
        self.window.preferences.ask()

    def _show_licence(self, ready: Ready) -> None:
        """Say once of a pack that came from elsewhere on what terms its weights may be used."""
        pack, notice = ready.asker.pack, self.window.notice
        known: list[str] = self.window.settings.value("licences", [], list)  # type: ignore[assignment]
        if pack.folder.parent == resource("packs") or pack.sha256 in known:
            return
        self.window.settings.setValue("licences", [*known, pack.sha256])
        words = self.tr("Licence of the weights: {licence}").format(licence=pack.manifest.licence_weights)
        notice.show_matter(self.tr("Pack {pack}").format(pack=ready.name), words, (self.tr("Close"), notice.dismiss))

    def model_refused(self, refused: Refused) -> None:
        """The model is not there, or not fit to be used."""
        notice = self.window.notice
        if refused.missing:
            if refused.bytes:
                words = self.tr(
                    "To locate photos it is downloaded once ({size} MB) and checked; afterwards no network is "
                    "needed. On a machine without one, take it from a file that was fetched elsewhere."
                ).format(size=amount(refused.bytes / 1e6))
            else:
                words = self.tr("To locate photos, take it from the file that it came in.")
            licence = self.tr("Licence of the weights: {licence}").format(licence=refused.licence)
            network, file = (self.tr("Install"), self.install), (self.tr("From file…"), self.install_from_file)
            title = self.tr("The model is not installed yet")
            notice.show_matter(title, f"{words}\n{licence}", *([network] if refused.bytes else []), file, standing=True)
        else:
            notice.show_matter(
                self.tr("The model cannot be loaded"),
                refused.message,
                (self.tr("Try again"), self.restart),
                (self.tr("Install again"), self.install),
                (self.tr("From file…"), self.install_from_file),
                standing=True,
            )
        self.window.show_photo()

    def restart(self) -> None:
        """Load the model again."""
        self.window.notice.settle()
        self.window.locating.start(self.window.pack)

    def install(self) -> None:
        """Install the pack from the network."""
        self._start_install(None)

    def install_from_file(self) -> None:
        """Install the pack from a file."""
        title = self.tr("Install from file")
        name, _ = QFileDialog.getOpenFileName(
            self.window, title, "", self.tr("Encoders and packs (*.onnx *.whl *.zip);;All files (*)")
        )
        if name:
            self._start_install(Path(name))

    def _start_install(self, source: Path | None) -> None:
        name, notice = self.window.pack, self.window.notice
        self._source = source

        def work(task: Task) -> Any:
            from pigeon_desktop.packs.install import install

            problems: list[PigeonError] = []
            return install(name, source, task.step, task.cancelled, problems.append), problems

        self._install = self.window.tasks.start(work, ended=self._installed)
        self._install.stepped.connect(self._install_step)
        cancel = (self.tr("Cancel"), self._install.cancel)
        notice.show_matter(self.tr("Installing the model"), self.tr("Starting…"), cancel, standing=True, progress=True)

    def _install_step(self, step: Step) -> None:
        stages = {
            "Downloading": self.tr("Downloading"),
            "Copying": self.tr("Copying"),
            "Reading": self.tr("Unpacking"),
            "Checking": self.tr("Checking"),
        }
        words = stages.get(step.stage.partition(" ")[0], step.stage)
        if step.total:
            size = self.tr("{done} of {total} MB").format(done=amount(step.done / 1e6), total=amount(step.total / 1e6))
            words = f"{words} · {size}"
        self.window.notice.show_step(words, step.done, step.total)

    def _installed(self, outcome: Outcome) -> None:
        self._install = None
        if outcome.error is None and outcome.value is not None:
            self.window.offers.list_packs()
            self.restart()
            _, problems = outcome.value
            if problems:
                self._not_installed(str(problems[0]))
            return
        words = str(outcome.error) if outcome.error else self.tr("Nothing was changed. Install whenever you like.")
        if outcome.error is None:
            self._not_installed(words, self.tr("The installation was cancelled"), standing=True)
            return
        self._not_installed(words, self.tr("Not installed"), standing=True)

    def _not_installed(self, words: str, title: str = "", *, standing: bool = False) -> None:
        """The pack is not installed, or, where that is all that is missing, prompts are not."""
        notice = self.window.notice
        notice.show_matter(
            title or self.tr("Prompts are not installed"),
            words,
            (self.tr("Try again"), self._install_again),
            (self.tr("From file…"), self.install_from_file),
            *([] if self._source is None else [(self.tr("From the network"), self.install)]),
            *([] if standing else [(self.tr("Close"), notice.dismiss)]),
            standing=standing,
        )

    def _install_again(self) -> None:
        self._start_install(self._source)
