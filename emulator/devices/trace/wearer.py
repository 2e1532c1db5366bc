"""What the wearer sees, hears and does as slices: screens, the lit display, turns and speech; the rest as instants."""

from __future__ import annotations

from typing import Any

import msgspec

from emulator.core.events import (
    Action,
    AnswerGiven,
    DisplayLit,
    DisplaySlept,
    Event,
    HudHidden,
    HudShown,
    IntentRecognized,
    SpeechCut,
    SpeechSpoken,
    TranscriptSettled,
    TurnEnded,
    TurnListening,
    TurnStarted,
)
from emulator.core.units import MS
from emulator.devices.trace.packets import Packets
from emulator.devices.trace.spans import Place, Spans
from emulator.devices.trace.tracks import Tracks


class Wearer:
    """Turns what is shown, said and done into slices and instants."""

    def __init__(self, packets: Packets, tracks: Tracks, spans: Spans) -> None:
        self._packets, self._tracks, self._spans = packets, tracks, spans
        self._silent_ns: int | None = None

    def read(self, t_ns: int, event: Event) -> bool:
        """Write ``event``; return whether it became a slice or a stage of one."""
        match event:
            case HudShown():
                args = {"app": event.app, "data": event.data}
                place = Place("hud", f"hud.{event.layer}")
                self._spans.open(("hud", event.app, event.layer), t_ns, place, event.screen or event.app, args)
            case HudHidden(app, layer):
                self._spans.close(("hud", app, layer), t_ns)
            case DisplayLit(cause):
                self._spans.open(("display",), t_ns, Place("display", "display.lit"), "lit", {"cause": cause})
            case DisplaySlept(cause):
                self._spans.close(("display",), t_ns, {"slept": cause})
            case _:
                return self._talk(t_ns, event)
        return True

    def mark(self, t_ns: int, source: str, event: Event) -> None:
        """Write ``event`` as an instant: what came from outside, or what the device told."""
        track = self._tracks.slices("log", "from outside" if isinstance(event, Action) else "events")
        self._packets.instant(track, t_ns, event.topic, {"source": source} | _fields(event))

    def finish(self, t_ns: int) -> None:
        """Let what is being said end by itself, if it does before ``t_ns``."""
        self._fall_silent(t_ns)

    def _talk(self, t_ns: int, event: Event) -> bool:
        match event:
            case TurnStarted(turn, cause):
                place = Place("assistant", "assistant.turn")
                self._spans.open(("turn", turn), t_ns, place, "turn", {"turn": turn, "cause": cause})
            case TurnEnded(turn, outcome):
                self._spans.close(("turn", turn), t_ns, {"outcome": outcome})
            case TurnListening() | TranscriptSettled() | IntentRecognized() | AnswerGiven():
                track = self._spans.track(("turn", event.turn))
                if track is None:
                    return False
                self._packets.instant(track, t_ns, event.topic, _fields(event))
            case SpeechSpoken(text, language, duration_ms):
                self._fall_silent(t_ns)
                place = Place("assistant", "assistant.speech")
                self._spans.open(("speech",), t_ns, place, "speech", {"text": text, "language": language})
                self._silent_ns = t_ns + duration_ms * MS
            case SpeechCut(cause):
                self._fall_silent(t_ns, {"cut": cause})
            case _:
                return False
        return True

    def _fall_silent(self, t_ns: int, args: dict[str, Any] | None = None) -> None:
        """End the speech: now, or when it came to its end by itself before."""
        if self._silent_ns is not None:
            cut = t_ns < self._silent_ns
            self._spans.close(("speech",), min(t_ns, self._silent_ns), args if cut else None)
        self._silent_ns = None


def _fields(event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(event)
    return fields
