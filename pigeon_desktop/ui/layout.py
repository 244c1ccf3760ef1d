"""Where the parts of the window stand: photos on the left, the map in the middle, photo and candidates on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from pigeon_desktop.ui.window import MainWindow


def lay_out(window: MainWindow, candidates: str, prompts: str) -> None:
    """Put the parts in their places; `candidates` and `prompts` are the titles of their tabs."""
    window.setAcceptDrops(True)
    window.resize(1280, 800)
    window.setMinimumSize(880, 560)
    middle = QWidget(window)
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(window.notice)
    column.addWidget(window.map_room, 1)
    column_of_words = window.candidates.layout()
    assert isinstance(column_of_words, QVBoxLayout)
    column_of_words.insertWidget(1, window.remedies.bar)  # below title and words, above the list
    right, columns, answers = window.right, window.columns, window.answers
    right.addWidget(window.photo)
    answers.tabBar().setExpanding(True)
    answers.addTab(window.candidates, candidates)
    answers.addTab(window.prompts, prompts)
    answers.setUsesScrollButtons(False)
    answers.setElideMode(Qt.TextElideMode.ElideRight)
    answers.setTabToolTip(0, answers.tabText(0))
    answers.setTabToolTip(1, answers.tabText(1))
    right.addWidget(answers)
    right.setSizes([215, 515])
    for part, stretch in ((window.left, 0), (middle, 1), (right, 0)):
        columns.addWidget(part)
        columns.setStretchFactor(columns.count() - 1, stretch)
    for splitter in (right, columns):
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
    columns.setSizes([280, 668, 332])
    whole = QWidget(window)
    rows = QVBoxLayout(whole)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(window.responsible)
    rows.addWidget(columns, 1)
    window.setCentralWidget(whole)
    if window.settings.contains("geometry"):
        window.restoreGeometry(window.settings.value("geometry"))
        columns.restoreState(window.settings.value("columns"))
