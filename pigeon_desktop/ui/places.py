"""Places as the window writes them, in its language. What is stored, and every report, has them in English."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.look.numbers import amount
from pigeon_desktop.ui.settings.language import ENGLISH, current

if TYPE_CHECKING:  # the window shows before these are there
    from pigeon_desktop.earth.atlas import Atlas, Place

MOST_TEXTS = 50_000
"""Texts of places that are kept translated."""


def written(place: Place) -> str:
    """A place as `str` writes it."""
    atlas = _atlas()
    return str(place) if atlas is None else _written(place, atlas, current())


def rewritten(text: str) -> str:
    """A place that is stored as a text."""
    return rewriter()(text)


def short(text: str) -> str:
    """A place that is stored as a text, without its distance to a town: "Setúbal, Portugal"."""
    return rewritten(text).partition(" · ")[0]


def rewriter() -> Callable[[str], str]:
    """What writes stored places in the language of this moment: for many at once."""
    atlas = _atlas()
    return str if atlas is None else functools.partial(_rewritten, atlas, current())


def named(code: str, name: str) -> str:
    """A country or region by its code, which may be no code at all; `name` is what it is called in English."""
    atlas = _atlas()
    if atlas is None:
        return name
    try:
        of = atlas.region(code) if "-" in code else atlas.country(code)
    except PigeonError:
        return name
    return of.names.get(current(), name)


def _atlas() -> Atlas | None:
    """The atlas where it is needed and there already: reading it takes too long for the window's thread."""
    if current() == ENGLISH:
        return None
    from pigeon_desktop.earth.atlas import load_atlas

    return load_atlas() if load_atlas.cache_info().currsize else None


def _written(place: Place, atlas: Atlas, language: str) -> str:
    from pigeon_desktop.earth.names import localised

    place = localised(place, atlas, language)
    here, _, near = str(place).partition(" · ")
    here = _tr("at sea") if place.at_sea else here
    return f"{here} · {_tr('{km} km from {city}').format(km=amount(place.city_km), city=place.city)}" if near else here


@functools.lru_cache(MOST_TEXTS)
def _rewritten(atlas: Atlas, language: str, text: str) -> str:
    from pigeon_desktop.earth.names import read_place

    place = read_place(text, atlas)
    return text if place is None else _written(place, atlas, language)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Places", text)
