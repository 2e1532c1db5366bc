"""What the window remembers between starts: layout, theme, language, scene. One small file, never anything else."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_dir
from PySide6.QtCore import QByteArray, QSettings

VERSION = 1  # of the layout; another number forgets the old one


class Store:
    """A settings file. A file that cannot be read counts as empty, one that cannot be written as not there."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(user_config_dir("glasses-emulator", appauthor=False)) / "window.ini"
        self._file = QSettings(str(self.path), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """Return the text under ``key``."""
        value = self._file.value(key, default)
        return value if isinstance(value, str) else default

    def keep(self, key: str, value: str) -> None:
        """Remember ``value`` under ``key``."""
        self._file.setValue(key, value)

    def layout(self, key: str) -> QByteArray | None:
        """Return the layout blob under ``key``, or None."""
        value = self._file.value(f"layout{VERSION}/{key}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def keep_layout(self, key: str, value: QByteArray) -> None:
        """Remember a layout blob."""
        self._file.setValue(f"layout{VERSION}/{key}", value)

    def forget_layout(self) -> None:
        """Forget every layout blob."""
        self._file.remove(f"layout{VERSION}")

    def flush(self) -> None:
        """Write to disk now."""
        self._file.sync()
