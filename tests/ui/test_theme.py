"""The heat grows evenly, and icons draw something; whether colours can be read is in test_accessibility."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtWidgets import QApplication

from pigeon_desktop.resources import resource
from pigeon_desktop.ui.look.theme import DARK, HIGH, LIGHT, LOW, Theme, icon
from tests.ui.accessible import contrast, luminance


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
