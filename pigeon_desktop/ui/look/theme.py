"""Colours, type and icons: one small palette in light and in dark, and the heat of the map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from pigeon_desktop.resources import resource
from pigeon_desktop.ui.look.text_size import USUAL_PT, grown, larger

Mode = Literal["system", "light", "dark"]

TIGHT, SMALL, MEDIUM, LARGE, WIDE = 4, 8, 12, 16, 24
"""The spacings, in pixels: within a line, between lines, between groups, to an edge, around a card."""
PANEL = 18
"""From the edge of a panel to its words, which stand above the content of rows."""
SMALL_ICON, EMPTY_ICON = 16, 48
"""Sides of icons, in pixels of ordinary text: in the status bar, and where there is nothing else to see."""
PROGRESS_WIDTH = 152
TITLE, DROP = 1.3, 1.6
"""Sizes of type, in those of the interface's own."""
PHOTO_GROUND, PHOTO_TEXT = "#0b0e11", "#e8edf1"
"""Behind a large photo and on it, in light and dark alike: a bright surround would tint the picture."""

LOW, HIGH = 0.001, 0.5
"""Ends of the heat scale, as probabilities of one cell: below LOW nothing is painted, above HIGH it is full."""


@dataclass(frozen=True)
class Theme:
    """Every colour in the window, as #rrggbb. `edge` is around what can be used, `line` between parts. `heat` are
    OKLCH (lightness, chroma) at LOW and HIGH, of one hue."""

    dark: bool
    window: str
    panel: str
    raised: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    hover: str
    warning: str
    danger: str
    ocean: str
    land: str
    border: str
    region: str
    graticule: str
    label: str
    ink: str
    on_ink: str
    heat_hue: float
    heat: tuple[tuple[float, float], tuple[float, float]]

    def heat_colour(self, probability: float) -> QColor | None:
        """Colour of a cell; None below LOW. Lightness is linear in the logarithm of the probability."""
        if probability < LOW:
            return None
        at = min(math.log(probability / LOW) / math.log(HIGH / LOW), 1.0)
        return _heat(self, round(at * HEAT_STEPS))

    def ramp(self, at: float) -> QColor:
        """Colour at 0..1 of the heat scale."""
        (l0, c0), (l1, c1) = self.heat
        return oklch(l0 + (l1 - l0) * at, c0 + (c1 - c0) * at, self.heat_hue)


HEAT_STEPS = 200


@cache
def _heat(theme: Theme, step: int) -> QColor:
    return theme.ramp(step / HEAT_STEPS)


LIGHT = Theme(
    dark=False,
    window="#f3f5f6",
    panel="#ffffff",
    raised="#ffffff",
    line="#e1e5e8",
    edge="#7f8b96",
    text="#17212b",
    muted="#5d6b78",
    accent="#0e7474",
    on_accent="#ffffff",
    selection="#dff0ee",
    hover="#f0f4f5",
    warning="#8a5a00",
    danger="#b3261e",
    ocean="#dbe6ec",
    land="#f8f6f1",
    border="#b9bdbd",
    region="#d6d6d0",
    graticule="#cfdce4",
    label="#3b4752",
    ink="#17212b",
    on_ink="#ffffff",
    heat_hue=42.0,
    heat=((0.915, 0.045), (0.50, 0.185)),
)

DARK = Theme(
    dark=True,
    window="#12171c",
    panel="#1a2027",
    raised="#222a32",
    line="#2c353e",
    edge="#6b7885",
    text="#e8edf1",
    muted="#98a5b1",
    accent="#4fc3b8",
    on_accent="#06211f",
    selection="#1d3b3c",
    hover="#232b33",
    warning="#f0b44c",
    danger="#ff8a80",
    ocean="#131c24",
    land="#29333c",
    border="#4d5964",
    region="#3a454f",
    graticule="#1d2933",
    label="#c3ced8",
    ink="#f2f5f7",
    on_ink="#12171c",
    heat_hue=55.0,
    heat=((0.375, 0.045), (0.84, 0.155)),
)


def oklch(lightness: float, chroma: float, hue: float) -> QColor:
    """sRGB of an OKLCH colour (Ottosson 2020), hue in degrees; out of gamut it is clipped."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    gamma = (12.92 * u if u <= 0.0031308 else 1.055 * u ** (1 / 2.4) - 0.055 for u in linear)
    return QColor.fromRgbF(*(min(max(v, 0.0), 1.0) for v in gamma))


def current(mode: Mode) -> Theme:
    """The theme for a mode; "system" asks the desktop."""
    if mode == "system":
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if mode == "dark" else LIGHT


def palette(theme: Theme) -> QPalette:
    """Qt's palette for what no style sheet reaches."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.Base: theme.panel,
        role.AlternateBase: theme.hover,
        role.Button: theme.panel,
        role.Text: theme.text,
        role.WindowText: theme.text,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
    }
    made = QPalette()
    for which, colour in colours.items():
        made.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return made


@cache
def icon(name: str, colour: str, side: int = 20) -> QIcon:
    """A line icon of resources/icons in one colour, `side` points wide, sharp at 1, 2 and 3 pixels a point."""
    drawing = resource("icons", f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    made = QIcon()
    for opacity, mode in ((1.0, QIcon.Mode.Normal), (0.35, QIcon.Mode.Disabled)):
        for ratio in (1, 2, 3):
            pixmap = QPixmap(side * ratio, side * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setOpacity(opacity)
            renderer.render(painter, QRectF(0, 0, side * ratio, side * ratio))
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            made.addPixmap(pixmap, mode)
    return made


def style_sheet(theme: Theme) -> str:
    """The window's style sheet, with its titles in proportion to the application's text."""
    t, points = theme, USUAL_PT * larger()
    arrow = resource("icons", "down.svg").as_posix()
    return f"""
    QMainWindow, QDialog {{ background: {t.window}; }}
    QWidget {{ color: {t.text}; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px 8px; }}
    QToolBar {{ background: {t.panel}; border: 0; border-bottom: 1px solid {t.line}; padding: 6px 10px; spacing: 4px; }}
    QToolBar::separator {{ background: {t.line}; width: 1px; margin: 6px 8px; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 7px; padding: 5px 9px; background: transparent; }}
    QToolButton:hover {{ background: {t.hover}; }}
    QToolButton:pressed {{ background: {t.selection}; }}
    QToolButton:checked {{ background: {t.selection}; border-color: {t.accent}; }}
    QToolButton[outlined="true"] {{ border-color: {t.edge}; border-radius: 6px; padding: 3px 10px; }}
    QToolButton:focus {{ border: 2px solid {t.accent}; padding: 4px 8px; }}
    QToolButton[small="true"] {{ padding: 2px {TIGHT}px; border-radius: 6px; }}
    QToolButton[outlined="true"]:focus {{ border-color: {t.accent}; padding: 2px 9px; }}
    QToolButton[small="true"]:focus {{ padding: 1px {TIGHT - 1}px; }}
    QToolButton:disabled {{ color: {t.muted}; }}
    QToolButton::menu-indicator {{ image: none; width: 0; }}
    QPushButton {{ background: {t.raised}; border: 1px solid {t.edge}; border-radius: 7px; padding: 7px 14px; }}
    QPushButton:hover {{ background: {t.hover}; border-color: {t.muted}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: 6px 13px; }}
    QPushButton:checked {{ background: {t.selection}; border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.muted}; border-color: {t.line}; }}
    QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
        font-weight: 600; }}
    QPushButton[primary="true"]:focus {{ border: 2px dashed {t.on_accent}; padding: 6px 13px; }}
    QTabWidget::pane {{ border: 0; }}
    QTabBar {{ background: {t.panel}; qproperty-drawBase: 0; font-weight: 600; }}
    QTabBar::tab {{ background: {t.panel}; color: {t.muted}; border: 0; border-bottom: 2px solid {t.line};
        padding: 8px 12px; }}
    QTabBar::tab:hover {{ color: {t.text}; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom: 4px solid {t.accent}; padding-bottom: 6px; }}
    QTabBar::tab:focus {{ border: 2px solid {t.accent}; border-bottom-width: 4px; padding: 6px 10px; }}
    QTextEdit[role="grounds"] {{ background: {t.panel}; border: 0; selection-background-color: {t.accent};
        selection-color: {t.on_accent}; }}
    QPushButton[small="true"] {{ padding: 3px 10px; border-radius: 6px; }}
    QPushButton[small="true"]:focus {{ padding: 2px 9px; }}
    QPushButton[tight="true"] {{ padding: 4px 6px; border-radius: 6px; }}
    QPushButton[tight="true"]:focus {{ padding: 3px 5px; }}
    QLineEdit, QComboBox {{ background: {t.window}; border: 1px solid {t.edge}; border-radius: 7px; padding: 6px 9px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QLineEdit {{ placeholder-text-color: {t.muted}; }}
    QLineEdit:focus {{ border: 2px solid {t.accent}; padding: 5px 8px; }}
    QLineEdit[wrong="true"] {{ border-color: {t.danger}; }}
    QComboBox {{ background: {t.panel}; padding: 5px 9px; }}
    QComboBox:focus {{ border: 2px solid {t.accent}; padding: 4px 8px; }}
    QComboBox::drop-down {{ border: 0; width: 26px; }}
    QComboBox::down-arrow {{ image: url("{arrow}"); width: {grown(14)}px; height: {grown(14)}px; }}
    QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line}; outline: 0;
        selection-background-color: {t.selection}; selection-color: {t.text}; }}
    QMenuBar {{ background: {t.panel}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 4px 10px; border-radius: 5px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.selection}; }}
    QSpinBox {{ background: {t.panel}; border: 1px solid {t.edge}; border-radius: 7px; padding: 6px 0; }}
    QSpinBox:focus {{ border: 2px solid {t.accent}; padding: 5px 0; }}
    QSpinBox QLineEdit {{ border: 0; background: transparent; }}
    QSpinBox::up-button, QSpinBox::down-button {{ width: 0px; subcontrol-origin: border; }}
    QMenu {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 8px; padding: 5px; }}
    QMenu::item {{ padding: 6px 22px 6px 12px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {t.selection}; }}
    QMenu::item:disabled {{ color: {t.muted}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 5px 8px; }}
    QListView, QTableView {{ background: {t.panel}; border: 2px solid {t.panel}; outline: 0;
        selection-background-color: transparent; }}
    QListView:focus, QTableView:focus {{ border-color: {t.accent}; }}
    QScrollBar {{ background: transparent; margin: 2px; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {t.edge}; border-radius: 3px; min-height: 36px; min-width: 36px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: {t.line}; }}
    QStatusBar {{ background: {t.panel}; border-top: 1px solid {t.line}; }}
    QStatusBar::item {{ border: 0; }}
    QProgressBar {{ background: {t.line}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QLabel {{ background: transparent; }}
    QLabel[role="muted"] {{ color: {t.muted}; }}
    QLabel[role="title"] {{ font-size: {TITLE * points:.1f}pt; font-weight: 600; }}
    QLabel[role="head"] {{ font-weight: 600; }}
    QLabel[role="warning"] {{ color: {t.warning}; }}
    QLabel[role="danger"] {{ color: {t.danger}; }}
    QWidget[role="panel"] {{ background: {t.panel}; }}
    QFrame[role="card"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 12px; }}
    QFrame[role="chip"], QLabel[role="chip"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 7px;
        padding: 4px 8px; }}
    QLabel[role="key"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 6px; padding: 2px 8px; }}
    QLabel[role="drop"] {{ border: 2px dashed {t.accent}; border-radius: 14px; background: {t.selection};
        color: {t.accent}; font-size: {DROP * points:.1f}pt; font-weight: 600; }}
    """
