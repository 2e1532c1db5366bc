"""Where a number of the window comes from, in words: confidence, band, source."""

from __future__ import annotations

from emulator.core.profile import Profile, Source, numbers
from emulator.ui.texts import Texts


def origin(words: Texts, profile: Profile, *keys: str) -> str:
    """Return one line for each of ``keys`` that the profile has: value, confidence, band and source.

    Args:
        words: The window's texts.
        profile: The device.
        *keys: Of numbers, ``battery.capacity_mah``.
    """
    known = numbers(profile)
    return "\n".join(_line(words, profile, key, known[key]) for key in keys if key in known)


def _line(words: Texts, profile: Profile, key: str, value: float | tuple[float, ...]) -> str:
    number = " / ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"
    parts, source, band = [f"{key} = {number}"], source_of(profile, key), profile.bands.get(key)
    parts.append(words.known("confidence", source.confidence) if source else words("device.no-source"))
    if band is not None:
        parts.append(words("origin.band", low=f"{band.low:g}", high=f"{band.high:g}"))
    if source is not None:
        parts.append(source.source)
    return " · ".join(parts)


def claim(words: Texts, profile: Profile, key: str) -> str:
    """Return one line on what is no number, ``display.head_up_wake``: confidence and source."""
    source = source_of(profile, key)
    told = (words.known("confidence", source.confidence), source.source) if source else (words("device.no-source"),)
    return " · ".join((key, *told))


def source_of(profile: Profile, key: str) -> Source | None:
    """Return where the value of ``key`` comes from; None if the profile does not say."""
    try:
        return profile.source(key)
    except KeyError:
        return None


def weakest(words: Texts, profile: Profile, *keys: str) -> str:
    """Return how sure a value is that was computed from ``keys``, all powers of the profile if there are none."""
    used = keys or tuple(key for key in numbers(profile) if key.endswith("_mw"))
    found = [source.confidence for key in used if (source := source_of(profile, key))]
    worst = max(found, key=CONFIDENCES.index, default="unknown")
    return words("origin.weakest", confidence=words.known("confidence", worst))


def power_keys(profile: Profile, component: str) -> tuple[str, ...]:
    """Return the keys of the powers that ``component`` of the ledger is made of."""
    prefix = PREFIXES.get(component, f"{component}.")
    found = (key for key in numbers(profile) if key.startswith(prefix) and key.endswith("_mw"))
    return tuple(key for key in found if ".opps." not in key)


CONFIDENCES = ("measured", "published", "derived", "assumed", "unknown")
PREFIXES = {
    "mcu": "processors.mcu.",
    "ap": "processors.ap.",
    "mics": "audio.mics",
    "speaker": "audio.speaker",
    "stream": "audio.stream",
    "bt": "radio.bt",
    "bt-idle": "radio.bt_idle",
    "listening": "audio.listening",
    "wifi": "radio.wifi",
    "video": "camera.video",
}
