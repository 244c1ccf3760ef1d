"""Colours can be told apart and read."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from pigeon_desktop.resources import resource
from pigeon_desktop.ui.theme import DARK, HIGH, LIGHT, LOW, Theme, icon


def luminance(colour: str | QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = QColor(colour).getRgbF()[:3]
    red, green, blue = (u / 12.92 if u <= 0.04045 else ((u + 0.055) / 1.055) ** 2.4 for u in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str | QColor, b: str | QColor) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_can_be_read(theme: Theme) -> None:
    for ground in (theme.window, theme.panel, theme.raised, theme.selection):
        for ink in (theme.text, theme.muted, theme.warning, theme.danger):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_ink, theme.ink) >= 4.5
    assert contrast(theme.label, theme.land) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_heat_grows_evenly_from_what_the_land_is(theme: Theme) -> None:
    lightness = [luminance(theme.ramp(step / 10)) ** (1 / 3) for step in range(11)]
    steps = [b - a for a, b in itertools.pairwise(lightness)]
    assert all(step * steps[0] > 0 for step in steps)
    assert max(map(abs, steps)) < 2.2 * min(map(abs, steps))
    faint, full = theme.heat_colour(LOW), theme.heat_colour(HIGH)
    assert faint is not None
    assert full is not None
    assert contrast(full, theme.land) > 2 * contrast(faint, theme.land) > 2
    assert theme.heat_colour(LOW * 0.99) is None
    assert theme.heat_colour(1.0) == full


def test_every_icon_draws_something(qapp: QApplication) -> None:
    for path in resource("icons").glob("*.svg"):
        picture = icon(path.stem, "#123456").pixmap(20).toImage()
        assert any(picture.pixelColor(x, y).alpha() for x in range(20) for y in range(20)), path
