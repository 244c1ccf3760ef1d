"""XML written piece by piece: texts from outside stay texts, and hold only what XML 1.0 allows."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from pigeon_desktop.reports.text import lines, printable

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def text(value: object) -> str:
    """One line of text from outside, as content of an element or of a quoted attribute."""
    return escape(printable(str(value)))


def texts(value: str) -> str:
    """Text from outside with its line breaks."""
    return escape("\n".join(lines(value)))


def element(name: str, content: str, /, **attributes: object) -> str:
    """An element; `content` is XML already, attributes are texts."""
    within = "".join(f' {key}="{text(value)}"' for key, value in attributes.items())
    return f"<{name}{within}>{content}</{name}>" if content else f"<{name}{within}/>"


def leaf(name: str, value: object, /, **attributes: object) -> str:
    """An element that holds one line of text."""
    return element(name, text(value), **attributes)


def page(paragraphs: Iterable[str]) -> str:
    """HTML as the content of an element, from paragraphs of plain text with line breaks."""
    # Google Earth reads a description as HTML, and replaces $[name] in it: both must stay text.
    kept = (texts(paragraph).replace("\n", "<br>").replace("$[", "$&#91;") for paragraph in paragraphs if paragraph)
    return escape("".join(f"<p>{paragraph}</p>" for paragraph in kept))
