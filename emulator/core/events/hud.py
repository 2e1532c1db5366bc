"""Events of display and HUD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.events.base import Event


@dataclass(frozen=True, slots=True)
class DisplayLit(Event, topic="display.lit"):
    """The display is on; ``cause`` says why (``touch``, ``wear``, ``head-up``, ``power-key``, an app's id)."""

    cause: str


@dataclass(frozen=True, slots=True)
class DisplaySlept(Event, topic="display.slept"):
    """The display is off; ``cause`` is ``idle``, ``power-key``, ``not-worn``, ``standby``, ``recording`` or ``power-off``."""

    cause: str


@dataclass(frozen=True, slots=True)
class BrightnessChanged(Event, topic="brightness.changed"):
    """The display now runs at ``level`` of its peak, in [0, 1]; ``nits`` at the eye."""

    level: float
    nits: float


@dataclass(frozen=True, slots=True)
class HudShown(Event, topic="hud.shown"):
    """``app`` shows document ``screen`` in ``layer``; a later one of the same app and layer replaces it.

    Attributes:
        app: Who shows it.
        screen: Id of a HUD document.
        layer: ``launcher``, ``app``, ``transient`` (pill, card, bar, toast) or ``status``.
        data: Values for the document's bindings.
    """

    app: str
    screen: str
    layer: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HudHidden(Event, topic="hud.hidden"):
    """``app`` has nothing in ``layer`` any more."""

    app: str
    layer: str


@dataclass(frozen=True, slots=True)
class HudMeasured(Event, topic="hud.measured"):
    """The picture on the display changed: share of pixels lit, mean linear light of the panel, both in [0, 1]."""

    lit: float
    picture_level: float
