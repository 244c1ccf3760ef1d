"""The tree of accessible objects, as a screen reader walks it, and how far colours are apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtWidgets import QWidget

Role, Text = QAccessible.Role, QAccessible.Text
USED = {
    *(Role.Button, Role.ButtonMenu, Role.ButtonDropDown, Role.CheckBox, Role.RadioButton, Role.ComboBox),
    *(Role.EditableText, Role.SpinBox, Role.List, Role.ListItem, Role.Table, Role.Cell, Role.PageTab, Role.PageTabList),
    *(Role.MenuItem, Role.ProgressBar, Role.Slider, Role.Link),
}
"""Roles of what is used or read by itself, focus or not."""
PAINTED = {"MapView", "PhotoView", "ZoomView", "ScrolledWords", "Scrolled"}
"""Widgets of our own drawing, which have no role of Qt's but must have a name."""


def walk(top: QWidget) -> Iterator[QAccessibleInterface]:
    """All that can be seen in a window, the window first."""
    waiting = [QAccessible.queryAccessibleInterface(top)]
    while waiting:
        found = waiting.pop(0)
        if found is None or not found.isValid() or found.state().invisible:
            continue
        yield found
        waiting[:0] = [found.child(number) for number in range(found.childCount())]


def problems(top: QWidget) -> list[str]:
    """What can be used or reached in a window, and has no name in words or no role."""
    found = []
    for node in walk(top):
        part, name, role = node.object(), node.text(Text.Name), node.role()
        widget = part if isinstance(part, QWidget) else None
        if role == Role.ComboBox and widget is not None:  # on Linux Qt says there what is chosen
            name = widget.accessibleName()
        by_tab = widget is not None and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        reached = by_tab and widget is not None and widget.isVisible() and widget.focusProxy() is None
        if (role in USED or reached) and not any(letter.isalpha() for letter in name):
            found.append(f"no name: {role.name} {part!r} {name!r}")
        if reached and role in (Role.NoRole, Role.Client) and type(part).__name__ not in PAINTED:
            found.append(f"no role: {part!r}")
    return found


def luminance(colour: str | QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = QColor(colour).getRgbF()[:3]
    red, green, blue = (u / 12.92 if u <= 0.04045 else ((u + 0.055) / 1.055) ** 2.4 for u in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str | QColor, b: str | QColor) -> float:
    """Of two colours (WCAG 2.2): 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def painted_contrast(image: QImage, room: QRect) -> float:
    """Between the commonest colour in a part of a picture, its ground, and what is furthest from it, the text's
    strokes. Where there is no text this is near 1."""
    room = room.intersected(image.rect())
    pixels = Counter(
        image.pixel(x, y) for x in range(room.left(), room.right() + 1) for y in range(room.top(), room.bottom() + 1)
    )
    ground = QColor(pixels.most_common(1)[0][0])
    # A single pixel may be anything; strokes have many of one colour.
    strokes = [QColor(colour) for colour, count in pixels.items() if count >= 3]
    return max((contrast(ground, colour) for colour in strokes), default=1.0)
