"""Dark and light: one table of colours each, and what Qt needs to wear them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from emulator.ui.style_sheet import STYLE_SHEET

MODES = ("system", "dark", "light")
TEXT_PX = 13  # of the window's text at 100 %


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``, by what they are for."""

    name: str
    window: str
    panel: str
    raised: str
    pressed: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    on_accent: str
    warn: str
    bad: str
    track: str
    plot: str


DARK = Theme(
    name="dark",
    window="#0f1114",
    panel="#16191d",
    raised="#20242a",
    pressed="#2b3139",
    line="#2a2f36",
    text="#e8eaed",
    dim="#a3abb5",
    faint="#6f7883",
    accent="#3ddc84",
    on_accent="#06210f",
    warn="#f0b429",
    bad="#ff6b6b",
    track="#2a2f36",
    plot="#101317",
)
LIGHT = Theme(
    name="light",
    window="#e9ebee",
    panel="#fbfbfc",
    raised="#eef0f3",
    pressed="#dfe3e8",
    line="#d3d8de",
    text="#16191d",
    dim="#515a65",
    faint="#7d8691",
    accent="#0a7d3f",
    on_accent="#ffffff",
    warn="#9a6200",
    bad="#c62828",
    track="#d9dde2",
    plot="#ffffff",
)


class Look(QObject):
    """The theme the window wears now; ``mode`` may be ``system``, which follows the desktop."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self.mode = mode if mode in MODES else "system"
        self.theme = DARK
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._wear)
        self._wear()

    def choose(self, mode: str) -> None:
        """Wear ``mode``, one of ``MODES``."""
        self.mode = mode
        self._wear()

    def cycle(self) -> str:
        """Go to the next mode and return it."""
        self.choose(MODES[(MODES.index(self.mode) + 1) % len(MODES)])
        return self.mode

    def color(self, name: str) -> QColor:
        """Return colour ``name`` of the theme."""
        return QColor(getattr(self.theme, name))

    def _wear(self) -> None:
        scheme = QGuiApplication.styleHints().colorScheme()
        light = self.mode == "light" or (self.mode == "system" and scheme == Qt.ColorScheme.Light)
        self.theme = LIGHT if light else DARK
        self._app.setPalette(_palette(self.theme))
        self._app.setStyleSheet(style_sheet(self.theme))
        self.changed.emit()


def style_sheet(theme: Theme) -> str:
    """Return the style sheet in the colours of ``theme``."""
    text = STYLE_SHEET
    for field in sorted(fields(theme), key=lambda f: -len(f.name)):
        text = text.replace(f"@{field.name}", getattr(theme, field.name))
    return text


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, color in (
        (roles.Window, theme.panel),
        (roles.Base, theme.raised),
        (roles.AlternateBase, theme.panel),
        (roles.Button, theme.raised),
        (roles.ToolTipBase, theme.raised),
        (roles.WindowText, theme.text),
        (roles.Text, theme.text),
        (roles.ButtonText, theme.text),
        (roles.ToolTipText, theme.text),
        (roles.PlaceholderText, theme.faint),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
    ):
        palette.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette
