"""Making, opening and naming cases from the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QInputDialog

from pigeon_desktop.ui.answers.said import said
from pigeon_desktop.ui.case.casework import NotOpened
from pigeon_desktop.ui.case.running import Ended
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.workers import Outcome, Task

if TYPE_CHECKING:
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.verification import Verified
    from pigeon_desktop.ui.window import MainWindow


RECENT = 8
"""Cases in the menu of recent ones."""


@dataclass(frozen=True, eq=False)
class Check:
    """The work of a Task: verifies the open case. Returns Verified."""

    case: Case

    def __call__(self, task: Task) -> Verified:
        """Raises PigeonError when it cannot be read."""
        from pigeon_desktop.cases.verification import verify

        with self.case.beside() as case:
            return verify(case)


class CaseOffers(QObject):
    """The window's actions with cases, and what it says of them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._refused: NotOpened | None = None

    def ask_new(self) -> None:
        """Choose a folder and a purpose for a new case; what is in a case that only stood in is taken along."""
        purpose, given = QInputDialog.getMultiLineText(
            self.window,
            self.tr("New case"),
            self.tr("What is this case for, and who asked? This stands in the case and on its reports."),
        )
        if not given or not purpose.strip():
            return
        name, _ = QFileDialog.getSaveFileName(self.window, self.tr("A folder for the case"), "case")
        if name:
            self.new(Path(name), purpose)

    def new(self, folder: Path, purpose: str) -> None:
        """Make a case and change over to it."""
        self.window.casework.open(folder, purpose)

    def ask_open(self) -> None:
        """Choose a case to open."""
        name = QFileDialog.getExistingDirectory(self.window, self.tr("Open case"))
        if name:
            self.window.casework.open(Path(name))

    def opened(self) -> None:
        """Another case is open."""
        window = self.window
        case = window.casework.case
        assert case is not None
        name = self.tr("not saved as a case") if window.casework.unsaved else case.folder.name
        title = self.tr("{name} (looking only)").format(name=name) if window.casework.looking else name
        window.setWindowTitle(self.tr("{name} – Pigeon Desktop").format(name=title))
        window.setToolTip("" if window.casework.unsaved else f"{case.folder}\n{case.purpose}")
        window.deciding.fused = None
        window.list.reset()
        window.left.setCurrentWidget(window.list if window.session.rows else window.empty)
        if window.list.model.numbers:
            window.list.select(window.list.model.numbers[0])
        window.show_photo()
        window.strip.refresh()
        if not window.casework.unsaved:
            self._remember(case.folder)
            words = self.tr("Case {name}: {count} photos · {purpose}")
            window.strip.say(
                words.format(name=name, count=amount(len(window.session)), purpose=case.purpose.splitlines()[0])
            )
        self._tell_passed()

    def _tell_passed(self) -> None:
        """Say once of each case that stood in and is damaged that it is there, and is left alone."""
        settings, notice = self.window.settings, self.window.notice
        told: list[str] = settings.value("told", [], list)  # type: ignore[assignment]
        new = {folder: words for folder, words in self.window.casework.passed.items() if folder not in told}
        if not new:
            return
        settings.setValue("told", [*told, *new])
        kept = self.tr("It was left where it is, and nothing was deleted. This window begins without photos.")
        # What to do about it is meant for those who named it themselves.
        words = "\n".join((*(words.partition(". ")[0] + "." for words in new.values()), kept))
        title = self.tr("What an earlier window left behind is damaged")
        notice.show_matter(title, words, (self.tr("Close"), notice.dismiss))

    def check(self) -> None:
        """Verify the open case, in a thread."""
        case = self.window.casework.case
        if case is not None:
            self.window.tasks.start(Check(case), ended=self._checked)

    def _checked(self, outcome: Outcome) -> None:
        notice, found = self.window.notice, outcome.value
        close = (self.tr("Close"), notice.dismiss)
        if outcome.error is not None:
            notice.show_matter(self.tr("Not checked"), str(outcome.error), close)
        elif found is not None and found.faults:
            words = "\n".join(found.faults[:6])
            notice.show_matter(self.tr("The case was altered behind the program's back"), words, close)
        elif found is not None:
            words = self.tr("{entries} entries, the last one's hash is {head}")
            title = self.tr("The audit chain is sound")
            notice.show_matter(title, words.format(entries=amount(found.entries), head=found.head), close)

    def open_recent(self, action: QAction) -> None:
        """Open a case of the menu of recent ones, or forget them: which folders somebody worked in may be nobody's
        business."""
        if action.data():
            self.window.casework.open(Path(str(action.data())))
        else:
            self.window.settings.remove("recent")
            self.list_recent()

    def _remember(self, folder: Path) -> None:
        """The newest first, and none that is not there any more."""
        settings = self.window.settings
        known: list[str] = settings.value("recent", [], list)  # type: ignore[assignment]
        folders = [str(folder), *(name for name in known if name != str(folder) and Path(name).is_dir())][:RECENT]
        settings.setValue("recent", folders)
        self.list_recent()

    def list_recent(self) -> None:
        """Fill the menu of recent cases."""
        menu = self.window.menus.recent
        menu.clear()
        known: list[str] = self.window.settings.value("recent", [], list)  # type: ignore[assignment]
        for name in known:
            menu.addAction(name).setData(name)
        menu.addSeparator()
        menu.addAction(self.tr("Forget these"))
        menu.setEnabled(bool(known))

    def refused(self, refused: NotOpened) -> None:
        """A case cannot be opened, or only to be looked at."""
        notice = self.window.notice
        self._refused = refused
        close = (self.tr("Close"), notice.dismiss)
        look, again = (self.tr("Look at it only"), self.look_only), (self.tr("Try again"), self.open_again)
        if refused.held:
            title = self.tr("The case is open elsewhere")
            words = self.tr(
                "{folder}: another window or program has it open. Close it there and try again, or look at it "
                "meanwhile, without changing anything."
            )
            notice.show_matter(title, words.format(folder=refused.folder), look, again, close)
        elif refused.fixed:
            title = self.tr("The case cannot be changed where it lies")
            words = self.tr(
                "{folder}: the disk, or the folder, cannot be written. Look at the case without changing anything, or "
                "copy its folder to where you can write and open the copy."
            )
            notice.show_matter(title, words.format(folder=refused.folder), look, again, close)
        else:
            notice.show_matter(self.tr("The case cannot be opened"), refused.words, close)

    def look_only(self) -> None:
        """Open the case that was refused, to be looked at."""
        self._reopen(looking=True)

    def open_again(self) -> None:
        """Open the case that was refused, as it was wished."""
        self._reopen(looking=False)

    def _reopen(self, *, looking: bool) -> None:
        self.window.notice.dismiss()
        if self._refused is not None:
            self.window.casework.open(self._refused.folder, looking=looking)

    def reopen(self) -> None:
        """Open the case that is being looked at for writing."""
        case = self.window.casework.case
        if case is not None:
            self.window.casework.open(case.folder)

    def run_ended(self, ended: Ended) -> None:
        """Say why a run could not go on, or what waits."""
        window, notice = self.window, self.window.notice
        if ended.problem:
            again = (self.tr("Go on"), self.go_on)
            close = (self.tr("Close"), notice.dismiss)
            notice.show_matter(self.tr("The run has stopped"), said(ended.problem), again, close)
        elif ended.waiting:
            words = self.tr("{folder} is not there: {count} photos in it wait. Plug its disk in and go on.")
            words = words.format(folder=ended.away[0], count=amount(ended.waiting))
            again, close = (self.tr("Go on"), self.go_on), (self.tr("Close"), notice.dismiss)
            notice.show_matter(self.tr("Some photos wait"), words, again, close)
        window.list.view.viewport().update()
        window.show_photo()

    def go_on(self) -> None:
        """Run again."""
        for title in (self.tr("The run has stopped"), self.tr("Some photos wait")):
            self.window.notice.withdraw(title)
        self.window.locating.run()

    def added(self, numbers: list[int]) -> None:
        """Photos came in."""
        window = self.window
        window.list.added(numbers)
        if len(window.session):
            window.left.setCurrentWidget(window.list)
        if window.session.selected is None and numbers:
            window.list.select(numbers[0])

    def add_ended(self, outcome: Outcome) -> None:
        """Say what was passed over, and what could not be looked at."""
        window, notice = self.window, self.window.notice
        if outcome.error is not None:
            notice.show_matter(self.tr("Not added"), str(outcome.error), (self.tr("Close"), notice.dismiss))
            return
        added = outcome.value
        if added is None:
            return
        left_out = added.hidden + added.other
        if added.problems:
            shown = "\n".join(added.problems[:4])
            more = len(added.problems) - 4
            shown += "\n" + self.tr("and {count} more").format(count=amount(more)) if more > 0 else ""
            title = self.tr("Some things could not be added")
            notice.show_matter(title, shown, (self.tr("Close"), notice.dismiss))
        elif not added.new + added.known:
            window.strip.say(self.tr("No photographs there ({count} other files).").format(count=amount(left_out)))
        elif not added.new:
            window.strip.say(self.tr("{count} photos, all known already").format(count=amount(added.known)))
        elif left_out:
            words = self.tr("{count} photos found · {out} hidden or other files left out")
            window.strip.say(words.format(count=amount(added.new + added.known), out=amount(left_out)))
