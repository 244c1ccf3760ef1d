"""What can be done about the selected photo where it failed, or is not there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from pigeon_desktop.ui.look import theme as themes
from pigeon_desktop.ui.look.numbers import amount

if TYPE_CHECKING:
    from pigeon_desktop.ui.case.running import Ended
    from pigeon_desktop.ui.window import MainWindow


class RemedyBar(QWidget):
    """Stands between the words on a photo and its candidates, while there is something to be done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = QLabel(self)
        self.words.setProperty("role", "warning")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.again = QPushButton(self.tr("Try again"), self)
        self.again_all = QPushButton(self)
        self.folder = QPushButton(self.tr("Add the folder where it is now…"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(themes.PANEL, themes.SMALL, themes.PANEL, themes.MEDIUM)
        layout.setSpacing(themes.SMALL)
        for part in (self.words, self.again, self.again_all, self.folder):
            layout.addWidget(part)
        self.show_for(failed=False, others=0, gone=False, answered=False)

    def show_for(self, *, failed: bool, others: int, gone: bool, answered: bool) -> None:
        """What applies to the selected photo; `others` failed besides it."""
        kept = self.tr("The photo is not where it was. What was said of it is kept.")
        self.words.setText(kept if answered else self.tr("The photo is not where it was."))
        self.words.setVisible(gone and not failed)  # of one that failed the reason says so
        self.again.setVisible(failed)
        self.again.setProperty("primary", failed and not gone)
        self.again_all.setVisible(failed and others > 0)
        self.again_all.setText(self.tr("Try all {count} failed photos again").format(count=amount(others + 1)))
        self.folder.setVisible(gone)
        self.folder.setProperty("primary", gone)
        for button in (self.again, self.folder):
            button.style().polish(button)
        self.setVisible(failed or gone)


class Remedies(QObject):
    """Tries again what failed, and says what came of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.bar = RemedyBar(window)
        self.gone: int | None = None
        """The selected photo, once it was looked for and not found."""
        self._tried: list[int] = []

    def look(self) -> None:
        """Another photo is selected, or something else is said of it."""
        session = self.window.session
        number = session.selected
        if number is None or self.window.deciding.fused is not None or not self._can_run:
            self.bar.hide()
            return
        failed = session.state(number) == "failed"
        answered = session.rows[number].state != "waiting"
        self.bar.show_for(failed=failed, others=session.count("failed") - 1, gone=self.missing, answered=answered)

    def missed(self, number: int) -> None:
        """The selected photo was looked for, and is not there."""
        self.gone = number
        self.look()
        self.window.marking.offer()

    @property
    def missing(self) -> bool:
        """Whether the selected photo is not where it was."""
        number = self.window.session.selected
        return number is not None and (self.window.session.rows[number].gone or number == self.gone)

    def try_again(self) -> None:
        """Try the selected photo again."""
        number = self.window.session.selected
        if number is not None:
            photo = self.window.session.rows[number].photo
            # One that could not be read has no photograph yet: every run tries it again.
            self._run([number], frozenset(() if photo is None else (photo,)))

    def try_all_again(self) -> None:
        """Try all photos that failed again."""
        self._run(self.window.session.numbers("failed"), True)

    def ended(self, ended: Ended) -> None:
        """A run is over: say what came of what was tried again."""
        tried, self._tried = self._tried, []
        if not tried or ended.cancelled or ended.problem:
            return
        session = self.window.session
        # What is another picture now is another photo: the one that failed stays in the case, as gone.
        new = {row.place_on_disk: number for number, row in enumerate(session.rows) if row.state != "failed"}
        failed = 0
        for number in tried:
            path = session.rows[number].path
            self.window.pictures.thumbnail(path)
            failed += session.state(number) == "failed" and str(path) not in new
            if number == session.selected:
                self.window.list.select(new.get(str(path), number))
                self.window.pictures.large(path)
        if not failed:
            words = self.tr("{count} tried again: all of them can be read now").format(count=amount(len(tried)))
        elif failed == len(tried):
            words = self.tr("{count} tried again: none of them can be read").format(count=amount(len(tried)))
        else:
            words = self.tr("{count} tried again: {failed} of them still cannot be read")
            words = words.format(count=amount(len(tried)), failed=amount(failed))
        self.window.strip.say(words)

    @property
    def _can_run(self) -> bool:
        case = self.window.casework.case
        return case is not None and case.writable and self.window.locating.pack is not None

    def _run(self, numbers: list[int], which: bool | frozenset[int]) -> None:
        window = self.window
        if not numbers:
            window.strip.say(self.tr("No photo has failed."))
        elif self._can_run:
            self._tried = sorted({*self._tried, *numbers})
            window.strip.say(self.tr("Trying {count} again…").format(count=amount(len(numbers))))
            window.locating.run(retry=which)
