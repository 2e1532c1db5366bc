"""What may come in: an action whose values the device understands and the log can hold."""

from __future__ import annotations

from dataclasses import fields, replace
from math import isfinite
from typing import Any, TypeVar, get_args

import msgspec

from emulator.core.actions import Control, InsertPack, Locate, Press, Release, SetAmbient, SetLevel, SetLight
from emulator.core.errors import UsageError, nearest
from emulator.core.events import Action

A = TypeVar("A", bound=Action)
CONTROLS = get_args(Control)
AIR_C = (-60.0, 90.0)  # colder or hotter, nobody wears them


def admit(action: A) -> A:
    """Return ``action`` with text that UTF-8 can hold.

    Raises:
        UsageError: If a field has another type than it says, is not a finite number or out of its range.
    """
    told = f"{type(action).__name__}: "
    clean = replace(action, **{f.name: _clean(getattr(action, f.name), told) for f in fields(action)})
    try:
        msgspec.convert(msgspec.to_builtins(clean), type(clean))
    except (msgspec.ValidationError, TypeError) as error:
        raise UsageError(f"{told}{error}") from None
    match clean:
        case InsertPack(level=level) | SetLevel(level=level) if not 0 <= level <= 1:
            raise UsageError(f"{told}level: expected 0 to 1, got {level:g}")
        case InsertPack(health=health) if not 0 < health <= 1:
            raise UsageError(f"{told}health: expected more than 0, at most 1, got {health:g}")
        case InsertPack(resistance=resistance) if resistance < 1:
            raise UsageError(f"{told}resistance: expected a factor from 1, got {resistance:g}")
        case Locate(lat_deg=lat, lon_deg=lon) if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise UsageError(f"{told}no place on earth: latitude {lat:g}, longitude {lon:g}")
        case Locate(accuracy_m=accuracy) if accuracy <= 0:
            raise UsageError(f"{told}accuracy_m: expected metres above 0, got {accuracy:g}")
        case SetLight(lux=lux) if lux < 0:
            raise UsageError(f"{told}lux: expected a light from 0, got {lux:g}")
        case SetAmbient(temp_c=temp_c) if not AIR_C[0] <= temp_c <= AIR_C[1]:
            raise UsageError(f"{told}temp_c: expected {AIR_C[0]:g} to {AIR_C[1]:g}, got {temp_c:g}")
        case Press(control=control) | Release(control=control) if control not in CONTROLS:
            raise UsageError(f"{told}no control {control!r}{nearest(control, CONTROLS)}")
    return clean


def _clean(value: Any, told: str) -> Any:
    """Return ``value`` with lone surrogates replaced; refuse what JSON cannot hold."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case float() if not isfinite(value):
            raise UsageError(f"{told}expected a finite number, got {value}")
        case dict():
            return {_clean(key, told): _clean(item, told) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_clean(item, told) for item in value)
    return value
