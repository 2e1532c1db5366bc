"""From words to an intent: the utterance's wake phrase goes, then the apps' patterns are tried in order.

Patterns are regular expressions over normalised text (full-width forms folded, case ignored).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_EDGES = " \t,.!?;:，。！？；：、~…\"'“”‘’"
_POLITE = re.compile(r"^(请问|请你|请|麻烦你?|帮我|帮忙|给我|please|could you|can you|would you)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """An intent with its slots; slots that the pattern left empty are missing."""

    intent: str
    slots: dict[str, Any]


class Grammar:
    r"""The installed apps' patterns, compiled once.

    >>> grammar = Grammar({"volume.set": (r"音量(?:调到|设为)?(?P<percent>\d+)", r"volume (?:to )?(?P<percent>\d+)")}, ["夸克同学"])
    >>> grammar.understand("夸克同学，音量调到50。")
    Understood(intent='volume.set', slots={'percent': '50'})
    """

    def __init__(self, intents: Mapping[str, str | tuple[str, ...]], wake_phrases: tuple[str, ...] | list[str]) -> None:
        self._wake = tuple(normalise(phrase) for phrase in wake_phrases)
        self._rules = [
            (intent, re.compile(pattern, re.IGNORECASE))
            for intent, patterns in intents.items()
            for pattern in ((patterns,) if isinstance(patterns, str) else patterns)
        ]

    def strip_wake(self, text: str) -> str:
        """Return ``text`` normalised and without a wake phrase at its start."""
        text = normalise(text)
        for phrase in self._wake:
            if text.lower().startswith(phrase.lower()):
                return text[len(phrase) :].strip(_EDGES)
        return text

    def understand(self, text: str) -> Understood | None:
        """Return the first intent whose pattern fits somewhere in ``text``, or None."""
        words = self.strip_wake(text)
        for candidate in dict.fromkeys((words, _POLITE.sub("", words))):
            for intent, pattern in self._rules:
                if found := pattern.search(candidate):
                    slots = {k: v.strip(_EDGES) for k, v in found.groupdict().items() if v}
                    return Understood(intent, slots)
        return None


def normalise(text: str) -> str:
    """Fold full-width forms, leave out what has no width, and trim punctuation at both ends.

    >>> normalise("　音量 ５０％！")
    '音量 50%'
    """
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return seen.strip().strip(_EDGES)
