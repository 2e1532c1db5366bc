"""Lanes before a maneuver. Source: wiki.openstreetmap.org/wiki/Key:turn."""

from __future__ import annotations

from emulator.maps.route import Lane

_TO_MODIFIER = {
    "left": "left",
    "slight_left": "slight left",
    "sharp_left": "sharp left",
    "through": "straight",
    "right": "right",
    "slight_right": "slight right",
    "sharp_right": "sharp right",
    "reverse": "uturn",
    "merge_to_left": "slight left",
    "merge_to_right": "slight right",
}
_ORDER = ("uturn", "sharp left", "left", "slight left", "straight", "slight right", "right", "sharp right")


def lanes_for(text: str, modifier: str | None) -> tuple[Lane, ...]:
    """Return the lanes of a ``turn:lanes`` value, from the left, and which of them serve ``modifier``.

    A lane without an arrow goes straight on. Where no lane names the turn itself, those with the nearest arrow serve.

    >>> [(lane.indications, lane.valid) for lane in lanes_for("left|through;right", "right")]
    [(('left',), False), (('straight', 'right'), True)]
    """
    if not text:
        return ()
    lanes = [tuple(_TO_MODIFIER[word] for word in lane.split(";") if word in _TO_MODIFIER) for lane in text.split("|")]
    lanes = [lane or ("straight",) for lane in lanes]
    wanted = _nearest(modifier or "straight", {word for lane in lanes for word in lane})
    return tuple(Lane(lane, wanted in lane) for lane in lanes)


def _nearest(modifier: str, known: set[str]) -> str | None:
    """Return the arrow that means ``modifier``: itself, or the next one on its side."""
    at = _ORDER.index(modifier)
    near = [word for word in known if word != "uturn" and abs(_ORDER.index(word) - at) <= 1]
    if modifier in known:
        return modifier
    return min(near, key=lambda word: (abs(_ORDER.index(word) - at), word == "straight", word), default=None)
