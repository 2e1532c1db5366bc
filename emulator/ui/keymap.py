"""Keys of the window, as one table. ``?`` shows it; keys of controls go down and up like fingers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

K = Qt.Key


@dataclass(frozen=True, slots=True)
class Binding:
    """One key.

    Attributes:
        key: Qt's key; ``shift`` with or without Shift.
        label: What is printed on it.
        act: ``press CONTROL [light]``, ``gesture CONTROL NAME``, ``head MOTION`` or a command of the window.
        group: Key of the heading it stands under in the help.
    """

    key: Qt.Key
    label: str
    act: str
    group: str
    shift: bool = False


BINDINGS = (
    Binding(K.Key_Space, "Space", "press temple", "temple"),
    Binding(K.Key_Right, "→", "gesture temple swipe-forward", "temple"),
    Binding(K.Key_Left, "←", "gesture temple swipe-back", "temple"),
    Binding(K.Key_Backspace, "⌫", "gesture temple double-tap", "temple"),
    Binding(K.Key_Escape, "Esc", "gesture temple double-tap", "temple"),
    Binding(K.Key_Home, "Home", "gesture temple triple-tap", "temple"),
    Binding(K.Key_H, "H", "press temple", "temple"),
    Binding(K.Key_X, "X", "press media", "media"),
    Binding(K.Key_Up, "↑", "gesture media slide-forward", "media"),
    Binding(K.Key_Down, "↓", "gesture media slide-back", "media"),
    Binding(K.Key_C, "C", "press camera-key", "keys"),
    Binding(K.Key_V, "V", "press camera-key light", "keys"),
    Binding(K.Key_I, "I", "press power-key", "keys"),
    Binding(K.Key_W, "W", "wear", "body"),
    Binding(K.Key_U, "U", "head up", "body"),
    Binding(K.Key_N, "N", "head nod", "body"),
    Binding(K.Key_M, "M", "head shake", "body"),
    Binding(K.Key_BracketLeft, "[", "darker", "world"),
    Binding(K.Key_BracketRight, "]", "brighter", "world"),
    Binding(K.Key_A, "A", "adapted", "world"),
    Binding(K.Key_Z, "Z", "zoom", "world"),
    Binding(K.Key_P, "P", "pause", "time"),
    Binding(K.Key_1, "1", "speed 1", "time"),
    Binding(K.Key_2, "2", "speed 10", "time"),
    Binding(K.Key_3, "3", "speed 100", "time"),
    Binding(K.Key_Slash, "/", "say", "window"),
    Binding(K.Key_S, "S", "screenshot", "window"),
    Binding(K.Key_R, "R", "record", "window"),
    Binding(K.Key_L, "L", "language", "window"),
    Binding(K.Key_T, "T", "theme", "window"),
    Binding(K.Key_F11, "F11", "clean", "window"),
    Binding(K.Key_F1, "F1", "help", "window"),
    Binding(K.Key_Question, "?", "help", "window", shift=True),
)
GROUPS = ("temple", "media", "keys", "body", "world", "time", "window")


def binding_of(key: int) -> Binding | None:
    """Return what Qt's ``key`` does."""
    return next((b for b in BINDINGS if b.key == key), None)
