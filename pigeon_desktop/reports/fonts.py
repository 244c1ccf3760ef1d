"""Fonts of this machine for characters that the program's own font lacks."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from pigeon_desktop.resources import resource

REGULAR, BOLD = resource("fonts", "DejaVuSans.ttf"), resource("fonts", "DejaVuSans-Bold.ttf")
UNREADABLE = (TTLibError, OSError, ValueError, KeyError, IndexError, AttributeError, AssertionError, struct.error)
"""What the reader of fonts raises on files that are none, or broken."""
PREFERRED = (
    "notosans",
    "sourcehansans",
    "droidsansfallback",
    "wqy",
    "msyh",
    "yugoth",
    "malgun",
    "pingfang",
    "arialuni",
)
"""Families that hold many scripts, in names without spaces and hyphens: looked into first."""
MOST_FILES = 2000
RESTRICTED = 0x0002 | 0x0100 | 0x0200
"""OS/2 fsType: may not be embedded, not be subset, or only as bitmaps."""


def folders() -> list[Path]:
    """Where this system keeps its fonts, and the user theirs."""
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    ]


@cache
def files() -> tuple[Path, ...]:
    """The font files there, the likeliest to help first."""
    found = [
        path
        for folder in folders()
        for path in sorted(folder.rglob("*"))[:MOST_FILES]
        if path.suffix.lower() in (".ttf", ".otf", ".ttc")
    ]
    return tuple(sorted(found, key=lambda path: (_preference(path), path.name)))


def _preference(path: Path) -> int:
    name = path.stem.lower().replace(" ", "").replace("-", "")
    styled = any(style in name for style in ("bold", "italic", "oblique", "mono", "serif"))
    known = [i for i, family in enumerate(PREFERRED) if family in name]
    return 2 * (known[0] if known else len(PREFERRED)) + styled


@cache
def characters(path: Path) -> frozenset[int]:
    """The characters that can be drawn with a font and put into a document; none of a broken or restricted one."""
    try:
        # Opened here, for the reader leaves a broken file open.
        with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
            restricted = "OS/2" in font and font["OS/2"].fsType & RESTRICTED
            # Fonts of pictures alone, as for emoji, have no outlines.
            outlined = "glyf" in font or "CFF " in font
            return frozenset() if restricted or not outlined else frozenset(font.getBestCmap() or ())
    except UNREADABLE:
        return frozenset()


def with_character(character: str) -> Iterator[Path]:
    """Fonts of this machine that have a character."""
    return (path for path in files() if ord(character) in characters(path))
