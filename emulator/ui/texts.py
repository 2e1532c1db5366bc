"""Words of the window in Chinese and English; every text has both, side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from emulator.ui.text_table import TEXTS

LANGUAGES = ("zh", "en")


class Texts(QObject):
    """Gives texts by key in the language of the window; ``bind`` keeps widgets up to date."""

    changed = Signal()

    def __init__(self, language: str = "zh") -> None:
        super().__init__()
        self.language = language if language in LANGUAGES else "zh"
        self._bound: list[tuple[Callable[[str], object], str]] = []

    def __call__(self, key: str, **values: object) -> str:
        """Return text ``key`` with ``{names}`` filled in.

        Raises:
            KeyError: If there is no such text.
        """
        text = TEXTS[key][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    def bind(self, setter: Callable[[str], object], key: str) -> None:
        """Call ``setter`` with text ``key`` now and whenever the language changes."""
        self._bound.append((setter, key))
        setter(self(key))

    def known(self, prefix: str, name: str) -> str:
        """Return text ``prefix.name``, or ``name`` itself where the table has none (names from profiles and apps)."""
        key = f"{prefix}.{name}"
        return self(key) if key in TEXTS else name

    def why(self, cause: str) -> str:
        """Return the cause of a change of power state in words: ``message understand``, ``timeout``."""
        kind, _, what = cause.removesuffix(" done").replace("hold of", "hold").partition(" ")
        key = f"why.{kind}"
        if key not in TEXTS:
            return cause
        return self(key, what=self.known("owner" if kind == "hold" else "work", what))

    def speak(self, language: str) -> None:
        """Change the language of the window."""
        if language in LANGUAGES and language != self.language:
            self.language = language
            for setter, key in self._bound:
                setter(self(key))
            self.changed.emit()
