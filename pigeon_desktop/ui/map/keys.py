"""What the keys do on the map while it has the focus: the arrows move it, + and - zoom, Home shows the whole world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from pigeon_desktop.ui.map.box import View

if TYPE_CHECKING:
    from pigeon_desktop.ui.map.view import MapView

STEP, HELD_STEP = 0.25, 0.05
"""How far an arrow moves the map, as a share of its shorter side: pressed once, and at each repeat while it is held."""

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
NEARER, FURTHER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)
"""With and without Shift, wherever a keyboard has them."""

OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def steer(view: MapView, event: QKeyEvent) -> bool:
    """Do what a key says; False where it says nothing to the map."""
    key = Qt.Key(event.key())
    if event.modifiers() & OTHERS:
        return False
    if key in ARROWS:
        (across, down), side = ARROWS[key], min(view.width(), view.height())
        if event.isAutoRepeat():
            view.drag(QPointF(-across, -down) * HELD_STEP * side)
        else:
            aim, step = view.aim, STEP * side / view.aim.scale
            view.fly_to(View(aim.x + across * step, aim.y + down * step, aim.scale))
    elif key in NEARER:
        view.zoom_in()
    elif key in FURTHER:
        view.zoom_out()
    elif key == Qt.Key.Key_Home:
        view.show_world()
    else:
        return False
    return True
