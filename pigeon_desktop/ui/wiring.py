"""What in the window is connected with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow


def connect(window: MainWindow) -> None:
    """Connect the parts of a window that stands; the map comes later, see `connect_map`."""
    bar, offers, cases = window.bar, window.offers, window.cases
    bar.photos.clicked.connect(offers.ask_photos)
    bar.folder.clicked.connect(offers.ask_folder)
    bar.paste.clicked.connect(window.paste)
    bar.within.returnPressed.connect(offers.search_within)
    bar.within.textChanged.connect(offers.within_edited)
    bar.formats.triggered.connect(offers.ask_export)
    bar.packs.triggered.connect(offers.choose_pack)
    bar.case_new.triggered.connect(cases.ask_new)
    bar.case_open.triggered.connect(cases.ask_open)
    bar.one_place.triggered.connect(window.deciding.one_place)
    bar.one_trip.triggered.connect(window.deciding.one_trip)
    bar.theme.clicked.connect(window.toggle_theme)
    window.notice.left.connect(window.go_to_photos)
    window.notice.turned.connect(window.empty.give_way)
    window.empty.photos.clicked.connect(offers.ask_photos)
    window.empty.folder.clicked.connect(offers.ask_folder)
    window.list.chosen.connect(window.choose_photo)
    window.answers.currentChanged.connect(window.asking.turned)
    window.candidates.chosen.connect(window.choose_candidate)
    window.candidates.opened.connect(window.zoom_to_candidate)
    window.candidates.menu_asked.connect(window.handing.show_menu)
    window.candidates.verdict.confirm.clicked.connect(window.deciding.confirm_selected)
    window.candidates.verdict.reject.clicked.connect(window.deciding.reject_shown)
    window.candidates.verdict.undecided.clicked.connect(window.deciding.leave_shown_open)
    window.list.view.selectionModel().selectionChanged.connect(window.deciding.offer)
    window.photo.clicked.connect(window.toggle_large)
    window.large.clicked.connect(window.toggle_large)
    window.pictures.post.delivered.connect(window.pictures_came)
    window.locating.located.connect(window.located)
    window.locating.ended.connect(cases.run_ended)
    window.casework.opened.connect(cases.opened)
    window.casework.added.connect(cases.added)
    window.casework.add_ended.connect(cases.add_ended)
    window.casework.refused.connect(cases.refused)
    window.locating.ready.connect(window.installing.model_ready)
    window.locating.refused.connect(window.installing.model_refused)
    window.strip.resumed.connect(offers.locate_rest)
    window.strip.noted.connect(window.installing.show_device)
    window.strip.reopened.connect(cases.reopen)
    window.remedies.bar.again.clicked.connect(window.remedies.try_again)
    window.remedies.bar.again_all.clicked.connect(window.remedies.try_all_again)
    window.remedies.bar.folder.clicked.connect(offers.ask_folder)
    window.locating.ended.connect(window.remedies.ended)
    window.strip.cancel.clicked.connect(offers.cancelled)
    QGuiApplication.styleHints().colorSchemeChanged.connect(window.follow_system)
    window.menus.recent.triggered.connect(cases.open_recent)
    cases.list_recent()
    escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window.large)
    escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    escape.activated.connect(window.toggle_large)


def connect_map(window: MainWindow) -> None:
    """Connect the map, once it is there."""
    view = window.map
    assert view is not None
    view.candidate_chosen.connect(window.choose_candidate)
    view.drawing.drawn.connect(window.offers.search_drawn)
    view.pin_chosen.connect(window.list.select)
    view.mark_chosen.connect(window.list.select)
    view.place_confirmed.connect(window.deciding.confirm_place)
    view.picture_asked.connect(window.offers.ask_picture)
    window.casework.opened.connect(window.marking.pin)
    window.casework.decided.connect(window.marking.pin)
    window.list.view.selectionModel().selectionChanged.connect(window.marking.mark)
    window.menus.reach()
    window.marking.pin()
