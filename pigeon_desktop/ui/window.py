"""The window: photos on the left, the map in the middle, the photo and its candidates on the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from pigeon_desktop.ui.actions import Menus
from pigeon_desktop.ui.answers.asking import Asking
from pigeon_desktop.ui.answers.candidates import CandidatesView
from pigeon_desktop.ui.answers.deciding import Deciding
from pigeon_desktop.ui.answers.handing import Handing
from pigeon_desktop.ui.answers.prompts import PromptView
from pigeon_desktop.ui.answers.words import Words
from pigeon_desktop.ui.bars import Bar
from pigeon_desktop.ui.case.casework import Casework
from pigeon_desktop.ui.case.locating import Locating
from pigeon_desktop.ui.case.offers import CaseOffers
from pigeon_desktop.ui.case.session import Session
from pigeon_desktop.ui.installing import Installing
from pigeon_desktop.ui.keys_card import KeysCard
from pigeon_desktop.ui.layout import lay_out
from pigeon_desktop.ui.look import focus, text_size
from pigeon_desktop.ui.look import theme as themes
from pigeon_desktop.ui.look.text_size import grown
from pigeon_desktop.ui.marking import Marking
from pigeon_desktop.ui.notice import Empty, Notice
from pigeon_desktop.ui.offers import Offers
from pigeon_desktop.ui.photos.adding import Paste, local_paths, pasted_image
from pigeon_desktop.ui.photos.list import PhotoList
from pigeon_desktop.ui.photos.pictures import Picture, PictureThread
from pigeon_desktop.ui.photos.reference import Reference
from pigeon_desktop.ui.photos.remedy import Remedies
from pigeon_desktop.ui.photos.view import PhotoView
from pigeon_desktop.ui.responsible import Responsible, how_often
from pigeon_desktop.ui.settings.options import options
from pigeon_desktop.ui.settings.preferences import Preferences
from pigeon_desktop.ui.strip import Strip
from pigeon_desktop.ui.wiring import connect, connect_map
from pigeon_desktop.ui.workers import Later, Outcome, Tasks

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView


class MainWindow(QMainWindow):
    """Everything that the analyst sees. `settings` keep geometry, theme and what was shown once, nothing else."""

    _scale = 0.0
    """Of the text, as everything was laid out for."""

    def __init__(self, pack: str, settings: QSettings, case: Path | None = None) -> None:
        text_size.take(next(int(o.read(settings)) for o in options(str) if o.key == "text_size"))
        super().__init__()
        self.settings = settings
        self.pack = pack
        self.session = Session()
        self.locating = Locating(self.session, self)
        self.pictures = PictureThread(self)
        self.map: MapView | None = None
        self.mode: themes.Mode = str(settings.value("theme", "system"))  # type: ignore[assignment]
        self.theme = themes.current(self.mode)
        self.tasks = Tasks(self)
        self.then = Later(self)
        self.casework = Casework(self.session, self.locating, self.tasks, self)
        self._case = case
        self._closed = False

        self.bar = Bar(self.theme, self)
        self.addToolBar(self.bar)
        self.list = PhotoList(self.session, self.pictures, self.theme, self)
        self.empty = Empty(self.theme, self)
        self.left = QStackedWidget(self)
        self.left.addWidget(self.empty)
        self.left.addWidget(self.list)
        self.notice = Notice(self)
        self.responsible = Responsible(settings, self)
        self.map_room = QStackedWidget(self)
        self.map_room.addWidget(self._quiet_label(self.tr("Drawing the map…")))
        self.photo = PhotoView(self.theme, self)
        self.candidates = CandidatesView(self.theme, self)
        self.prompts = PromptView(self.theme, self)
        self.large = PhotoView(self.theme, self, margin=24)
        self.large.ground = themes.PHOTO_GROUND
        self._before: QWidget = self.list.view
        self.large.hide()
        self.target = QLabel(self.tr("Drop to add"), self)
        self.target.setProperty("role", "drop")
        self.target.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.target.hide()
        self.strip = Strip(self.locating, self.theme, self)
        self.setStatusBar(self.strip)
        self.offers = Offers(self)
        self.installing = Installing(self)
        self.words = Words(self)
        self.remedies = Remedies(self)
        self.cases = CaseOffers(self)
        self.deciding = Deciding(self)
        self.handing = Handing(self)
        self.preferences = Preferences(self)
        self.marking = Marking(self)
        self.reference = Reference(self)
        self.asking = Asking(self, self.prompts)
        self.right = QSplitter(Qt.Orientation.Vertical, self)
        self.columns = QSplitter(Qt.Orientation.Horizontal, self)
        self.answers = QTabWidget(self, documentMode=True)
        self.setWindowTitle(self.tr("Pigeon Desktop"))
        lay_out(self, self.tr("Candidates"), self.tr("Prompts"))
        self.menus = Menus(self)
        connect(self)
        self.apply_theme()
        self.photo.show_words(self.tr("The chosen photo is shown here."))
        self.show_photo()
        self.setFocus()

    # Photos come in

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders; they are searched in a thread, and located as they come."""
        if len(paths) == 1 and (number := self.session.number_at(paths[0])) is not None:
            self.list.select(number)
        self.casework.add(paths)

    def paste(self) -> None:
        """Add what is on the clipboard: files, or a picture."""
        mime = QGuiApplication.clipboard().mimeData()
        paths, image = local_paths(mime), pasted_image(mime)
        if self.reference.isVisible():
            self.reference.paste()
        elif paths:
            self.add(paths)
        elif image is not None:
            self.tasks.start(Paste(image), ended=self._pasted)
        else:
            self.strip.say(self.tr("The clipboard holds neither a picture nor files. Copy one and paste again."))

    def _pasted(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.notice.show_matter(self.tr("Not pasted"), str(outcome.error), (self.tr("Close"), self.notice.dismiss))
        elif outcome.value is not None:
            self.add([outcome.value])

    # Selection, and what goes with it

    def choose_photo(self, number: int) -> None:
        """Select a photo."""
        self.session.select(number)
        self.remedies.gone = None
        self.deciding.fused = None
        self.photo.show_words(self.tr("Opening…"))
        self.large.show_words(self.tr("Opening…"))
        self.pictures.large(self.session.rows[number].path)
        self.show_photo()

    def choose_candidate(self, rank: int) -> None:
        """Select a candidate, in the list and on the map alike."""
        if self.session.candidate != rank:
            self.then.finish()
            self.session.candidate = rank
            self._offer_candidate()
            self._outline()
            self._show_grounds()

    def zoom_to_candidate(self, rank: int | None = None) -> None:
        """Fly to a candidate on the map, the selected one if none is named."""
        self.then.finish()
        if self.map is not None:
            self.map.zoom_to_candidate(self.session.candidate if rank is None else rank)

    def show_photo(self) -> None:
        """Show what was said of the selected photo."""
        prediction, fused = self.deciding.shown, self.deciding.fused is not None
        words = self.deciding.words() if fused else self.words.above(self.session.selected)
        confirmed = self.deciding.confirmed_rank()
        self.candidates.show_prediction(prediction, *words, self.words.spans(prediction), confirmed)
        self.remedies.look()
        if self.asking.active:
            self.then.drop()
            self.marking.offer()
            self.asking.ask()
            return
        self._offer_candidate()
        # Each takes as long as all the rest, and whoever holds an arrow key down does not wait for them.
        self.then.ask(self._show_heat, self._outline, self._show_grounds)

    def _offer_candidate(self) -> None:
        self.candidates.select(self.session.candidate)
        self.deciding.offer()
        self.marking.offer()

    def _show_heat(self) -> None:
        if self.map is not None:
            self.map.show_prediction(self.deciding.shown)

    def _outline(self) -> None:
        if self.map is not None:
            self.map.select_candidate(self.session.candidate)

    def _show_grounds(self) -> None:
        self.candidates.grounds.show_grounds(self.words.grounds(self.deciding.shown, self.session.candidate))

    def located(self, new: list[int], changed: list[int]) -> None:
        """Photos are new, or something new was said of them."""
        self.list.added(new)
        self.list.changed(changed)
        if self.session.selected in changed:
            self.show_photo()
            if self.photo.picture.isNull() and self.session.state(self.session.selected) == "failed":
                self.photo.show_words(self.tr("It cannot be shown."))

    def pictures_came(self, pictures: list[Picture]) -> None:
        """Thumbnails, and the large picture of a photo."""
        self.list.thumbnails.take([p for p in pictures if not p.large])
        for picture in (p for p in pictures if p.large):
            if self.session.selected is None or picture.path != self.session.rows[self.session.selected].path:
                continue
            if picture.image is None or picture.corner is None:
                words = self._no_picture(picture)
                self.photo.show_words(words)
                self.large.show_words(words)
            else:
                title = f"{picture.path.name}, {picture.width} × {picture.height}"
                self.photo.show_picture(QPixmap.fromImage(picture.corner), title)
                self.large.show_picture(QPixmap.fromImage(picture.image), title)
                self.reference.show_photo()

    def _no_picture(self, picture: Picture) -> str:
        """What stands in place of a picture; why it cannot be read is said once, above the candidates."""
        assert self.session.selected is not None
        if picture.gone:
            self.remedies.missed(self.session.selected)
            return self.tr("It is not there any more.")
        if self.session.state(self.session.selected) == "failed":
            return self.tr("It cannot be shown.")
        return picture.problem.removeprefix(f"{picture.path}: ")

    def toggle_large(self) -> None:
        """Show the photo over the whole window, or not any more."""
        if self.large.isVisible():
            self.large.hide()
            self._before.setFocus()
        elif self.session.selected is not None:
            before = self.focusWidget()
            known = (self.photo, self.candidates.view, self.prompts.view)
            self._before = before if before in known else self.list.view
            self.large.setGeometry(self.rect())
            self.large.show()
            self.large.raise_()
            self.large.setFocus()

    def go_to_photos(self) -> None:
        """Put the focus on the photos, or on what adds some."""
        (self.list.view if self.left.currentWidget() is self.list else self.empty.photos).setFocus()

    def show_keys(self) -> None:
        """List all keys."""
        KeysCard(self.menus.listed(), self).open()

    # The window itself

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt: what takes long begins once the window is there to be seen."""
        super().paintEvent(event)
        if self.map is None:
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self.map is not None or self._closed:
            return
        self.pictures.start()
        from pigeon_desktop.ui.map.view import MapView  # numpy and pyqtgraph: half of the start-up time

        self.map = MapView(self.theme, self)
        self.map_room.addWidget(self.map)
        self.map_room.setCurrentWidget(self.map)
        connect_map(self)
        self.offers.load_map()
        self.offers.list_packs()
        if self.responsible.wanted:
            self.tasks.start(how_often, ended=self.responsible.show_figures)
        self.casework.open(self._case)
        self.locating.start(self.pack)

    def closeEvent(self, event: QCloseEvent) -> None:
        """See Qt: no thread outlives the window."""
        self._closed = True
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("columns", self.columns.saveState())
        self.hide()
        self.then.drop()
        self.pictures.close()
        self.locating.close()
        self.pictures.wait()
        self.tasks.close()
        self.casework.leave()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self.large.setGeometry(self.rect())
        self.reference.setGeometry(self.rect())
        self.target.setGeometry(self.rect().adjusted(24, 24, -24, -24))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See Qt."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.target.setGeometry(self.rect().adjusted(24, 24, -24, -24))
            self.target.show()
            self.target.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """See Qt."""
        self.target.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        self.target.hide()
        paths = local_paths(event.mimeData())
        if paths:
            # Copied, whatever was proposed: a move would have the other program delete its files.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.add(paths)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange and self.mode == "system":
            self.apply_theme()
        elif event.type() == QEvent.Type.FontChange and self._scale not in (0, text_size.larger()):
            self.setStyleSheet("")  # what has a style sheet does not take another font
            self.apply_theme()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """See Qt."""
        part = focus.step(self, 1 if next else -1)
        if part is not None:
            part.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return part is not None

    def set_mode(self, mode: themes.Mode) -> None:
        """Follow the system, or stay light or dark."""
        self.mode = mode
        self.settings.setValue("theme", mode)
        self.apply_theme()

    def toggle_theme(self) -> None:
        """Light if it is dark, dark if it is light; back to the system's choice where that is the same."""
        wanted: themes.Mode = "light" if self.theme.dark else "dark"
        self.set_mode("system" if themes.current("system") is themes.current(wanted) else wanted)

    def apply_theme(self) -> None:
        """Colour everything, and give it the room that its text takes."""
        self._scale = text_size.larger()
        self.left.setMinimumWidth(min(grown(230), 350))
        self.right.setMinimumWidth(min(grown(260), 420))
        self.theme = themes.current(self.mode)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(themes.palette(self.theme))
        self.setStyleSheet(themes.style_sheet(self.theme))
        parts = (self.bar, self.list, self.empty, self.photo, self.large, self.candidates, self.prompts, self.map)
        for part in (*parts, self.strip):
            if part is not None:
                part.set_theme(self.theme)

    def follow_system(self) -> None:
        """The desktop has changed its colours."""
        if self.mode == "system":
            self.apply_theme()

    def _quiet_label(self, words: str) -> QLabel:
        label = QLabel(words, self)
        label.setProperty("role", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label
