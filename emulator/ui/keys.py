"""From keys to acts: an event filter over the whole window that leaves text boxes and focused widgets alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QTabBar,
    QWidget,
)

from emulator.core.actions import MoveHead
from emulator.ui.desk import Desk
from emulator.ui.keymap import Binding, binding_of
from emulator.ui.lane_view import LaneView
from emulator.ui.overlay import KeyHelp
from emulator.ui.pack_view import PackView
from emulator.ui.phone.map_view import MapView

TEXT_TAKERS = (QLineEdit, QAbstractItemView, QComboBox)
ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home})
ARROW_TAKERS = (QAbstractSlider, QTabBar, LaneView, MapView)
SPACE_TAKERS = (QAbstractButton, PackView)


class Keys(QObject):
    """Installed on the application; ``commands`` do what is not a control of the glasses."""

    def __init__(self, window: QMainWindow, desk: Desk, commands: dict[str, Callable[[str], None]]) -> None:
        super().__init__(window)
        self._window, self._desk, self._commands = window, desk, commands
        self._held: dict[int, str] = {}  # key -> control
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take keys that mean something here; everything else goes on."""
        kind = event.type()
        if kind == QEvent.Type.WindowDeactivate and watched is self._window:
            self.let_go()
        elif isinstance(event, QKeyEvent) and self._ours(watched):
            if kind == QEvent.Type.KeyPress:
                return self._pressed(event)
            if kind == QEvent.Type.KeyRelease:
                return self._released(event)
        return False

    def let_go(self) -> None:
        """Take every finger off: the window cannot see the keys any more."""
        for key in list(self._held):
            self._desk.release(self._held.pop(key))

    def _ours(self, watched: QObject) -> bool:
        return (
            isinstance(watched, QWidget)
            and watched.window() is self._window
            and QApplication.activePopupWidget() is None
        )

    def _pressed(self, event: QKeyEvent) -> bool:
        focus = QApplication.focusWidget()
        if isinstance(focus, KeyHelp):
            return False
        if event.key() == Qt.Key.Key_Escape and focus is not None and self._leave(focus):
            return True
        binding = binding_of(event.key())
        chord = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if binding is None or chord or takes(focus, event.key()):
            return False
        if not event.isAutoRepeat():
            self._act(binding, event.key())
        return True

    def _released(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat() or event.key() not in self._held:
            return False
        self._desk.release(self._held.pop(event.key()))
        return True

    def _act(self, binding: Binding, key: int) -> None:
        word, _, rest = binding.act.partition(" ")
        match word, rest.split():
            case "press", [control, *force]:
                if self._desk.has(control) and control not in self._held.values():
                    self._held[key] = control
                    self._desk.press(control, *force)
            case "gesture", [control, name]:
                if self._desk.has(control):
                    self._desk.gesture(control, name)
            case "head", [("up" | "nod" | "shake") as motion]:
                self._desk.do(MoveHead(motion))
            case _:
                self._commands[word](rest)

    def _leave(self, focus: QWidget) -> bool:
        """Give the focus back to the picture; say whether it was elsewhere."""
        home = self._window.centralWidget()
        if home is None or focus is home or home.isAncestorOf(focus) or focus is self._window:
            return False
        home.setFocus()
        return True


def takes(focus: QWidget | None, key: int) -> bool:
    """Say whether the focused widget itself needs ``key``."""
    if isinstance(focus, TEXT_TAKERS):
        return key not in (Qt.Key.Key_F1, Qt.Key.Key_F11)
    if key in ARROWS or key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        return isinstance(focus, ARROW_TAKERS)
    return key == Qt.Key.Key_Space and isinstance(focus, SPACE_TAKERS)
