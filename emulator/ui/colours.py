"""One colour for each owner of work and power, the same in every panel of a session."""

from __future__ import annotations

from PySide6.QtGui import QColor

# Ten hues that keep apart on dark and on light ground; shape and words say the same, colour is never alone.
HUES = (
    "#5b8def",
    "#e0a030",
    "#3fb27f",
    "#d8608f",
    "#9b7ede",
    "#35b3b8",
    "#e0705a",
    "#8fb53f",
    "#c78a5a",
    "#c9b44a",
)
SYSTEM = "#8492a6"
QUIET_OWNERS = frozenset({"system", "policy", "mailbox", "os", "base"})


# The owners met most wear the same hue in every session; others take the next one in the order in which they are met.
KNOWN = ("assistant", "music", "notifications", "phone", "notes", "camera", "video", "launcher", "recorder", "clock")


class Colours:
    """Gives each owner its hue."""

    def __init__(self) -> None:
        self._given = dict(zip(KNOWN, HUES, strict=True))

    def __call__(self, owner: str) -> QColor:
        """Return the colour of ``owner``; what the systems do for themselves is grey."""
        if owner in QUIET_OWNERS:
            return QColor(SYSTEM)
        if owner not in self._given:
            self._given[owner] = HUES[len(self._given) % len(HUES)]
        return QColor(self._given[owner])
