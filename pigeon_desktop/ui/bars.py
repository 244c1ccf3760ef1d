"""The toolbar."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from pigeon_desktop.ui.case.export import FORMATS
from pigeon_desktop.ui.look.text_size import grown
from pigeon_desktop.ui.look.theme import Theme, icon

LEAST_WITHIN, MOST_WITHIN = 170, 320
"""Widths of the field "search within", in pixels of ordinary text."""


def name_parts(widget: QWidget, name: str) -> None:
    """Name the button that Qt puts into a field or a toolbar, which has no words of its own."""
    for button in widget.findChildren(QToolButton):
        if not button.accessibleName():
            button.setAccessibleName(name)


class Bar(QToolBar):
    """Add photos, Add folder, Paste | Pack | Search within | Export | theme. The window connects them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMovable(False)
        self.setAccessibleName(self.tr("Toolbar"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._words: dict[QToolButton, str] = {}
        self._icons: dict[QToolButton, str] = {}
        self.photos = self._button("photo", self.tr("Add photos"), self.tr("Add photographs from files"))
        self.folder = self._button("folder", self.tr("Add folder"), self.tr("Add all photographs in a folder"))
        self.paste = self._button("paste", self.tr("Paste"), self.tr("Paste a picture or files (Ctrl+V)"))
        self.addSeparator()
        self.case = self._button("case", self.tr("Case"), self.tr("Cases, and photos taken together"))
        cases = self._menu(self.case)
        self.case_new = cases.addAction(self.tr("New case…"))
        self.case_open = cases.addAction(self.tr("Open case…"))
        cases.addSeparator()
        self.one_place = cases.addAction(self.tr("Selected photos: one place"))
        self.one_trip = cases.addAction(self.tr("Selected photos: one trip"))
        self.pack = self._button("pack", self.tr("Pack"), self.tr("Which model locates"))
        self.packs = self._menu(self.pack)
        self.addSeparator()
        self.within_icon = QLabel(self)
        self.within_icon.setContentsMargins(6, 0, 2, 0)
        self.addWidget(self.within_icon)
        self.within = QLineEdit(self)
        self.within.setPlaceholderText(self.tr("Search within…  PT,ES  or  38.7,-9.1,200"))
        self.within.setToolTip(
            self.tr(
                "Only look in a part of the world:\n"
                "codes of countries or regions: PT,ES or US-CA\n"
                "a box: south,west,north,east\n"
                "a circle: latitude,longitude,km\n"
                "or draw on the map: a box with Shift and the mouse, a circle with Ctrl\n"
                "Press Enter; empty is the whole world."
            )
        )
        self.within.setAccessibleName(self.tr("Search within"))
        self.within.setClearButtonEnabled(True)
        name_parts(self.within, self.tr("Clear"))
        self.within.setAcceptDrops(False)  # files that are dropped on it are for the window
        self.addWidget(self.within)
        self.addSeparator()
        self.export = self._button("export", self.tr("Export"), self.tr("Write a report of what was located"))
        self.formats = self._menu(self.export)
        for format_name, name in FORMATS.items():
            self.formats.addAction(f"{name}…").setData(format_name)
        spring = QWidget(self)
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spring)
        name_parts(self, self.tr("More"))
        self.theme = self._button("moon", "", self.tr("Light or dark"))
        self.theme.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Recolour the icons, and make everything as large as the text."""
        side = grown(20)
        self.setIconSize(QSize(side, side))
        self._icons[self.theme] = "sun" if theme.dark else "moon"
        for button, name in self._icons.items():
            button.setIcon(icon(name, theme.text, side))
        self.within_icon.setPixmap(icon("search", theme.muted, side).pixmap(QSize(grown(18), grown(18))))
        self.within.setMaximumWidth(grown(MOST_WITHIN))
        self._fit()

    def mark_wrong(self, wrong: bool) -> None:
        """Show that "search within" was not understood."""
        self.within.setProperty("wrong", wrong)
        self.within.style().polish(self.within)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for all words, leave some out, the plainest first: icons and tool tips stay."""
        self.within.setMinimumWidth(grown(LEAST_WITHIN))
        plain = [(self.photos, self.folder, self.paste), (self.case, self.export), (self.pack,)]
        for bare in range(len(plain) + 1):
            for at, group in enumerate(plain):
                for button in group:
                    arrow = "▾" if button.menu() is not None else ""
                    # Qt leaves hardly any room after the icon.
                    words = [] if at < bare else [self._words[button]]
                    button.setText(" ".join(["", *filter(None, (*words, arrow))]))
                    with_text = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
                    alone = Qt.ToolButtonStyle.ToolButtonIconOnly
                    button.setToolButtonStyle(with_text if words or arrow else alone)
            if self.sizeHint().width() <= self.width():
                break
        # What is left is the field's, as far as it has use for it, before it is empty.
        left = max(0, self.width() - self.sizeHint().width())
        least = max(grown(LEAST_WITHIN), self.within.sizeHint().width())
        self.within.setMinimumWidth(min(least + left, grown(MOST_WITHIN)))

    def _button(self, name: str, text: str, hint: str) -> QToolButton:
        button = QToolButton(self)
        self._words[button] = text
        button.setToolTip(hint)
        button.setAccessibleName(text or hint)
        button.setAccessibleDescription(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = name
        self.addWidget(button)
        return button

    def _menu(self, button: QToolButton) -> QMenu:
        menu = QMenu(button)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return menu
