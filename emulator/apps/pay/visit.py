"""One payment while it lasts: what is heard meanwhile, whose words they are, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator.core.actions import StartSpeech, Transcribe
from emulator.core.ear import Ear
from emulator.core.events import (
    AppClosed,
    AppOpened,
    DisplaySlept,
    Event,
    GestureRecognized,
    HudShown,
    IntentRecognized,
    LinkLost,
    PowerChanged,
    SpeechCut,
    SpeechSpoken,
    TurnStarted,
    WearChanged,
)
from emulator.sdk import Context

ECHO_MS = 250  # after the glasses' own voice the room still rings (assistant/hearing.py)
NOTHING_TO_CONFIRM = ("现在没有要确认的支付", "There is no payment to confirm")
NOTHING_TO_CANCEL = ("没有要取消的", "There is nothing to cancel")


@dataclass(slots=True)
class Voice:
    """Whose words are in the air: what is heard while the glasses speak, or just after, is not the wearer's.

    Attributes:
        quiet_ms: From when on, by ``ctx.uptime_ms``, the glasses are silent and the room is too.
        own: Whether the words of this turn began before that.
        early: Whether they began before the card was on the display.
    """

    quiet_ms: float = 0.0
    own: bool = False
    early: bool = False

    def follow(self, ctx: Context, event: Event | None) -> None:
        """Take one event in the order of the log."""
        if isinstance(event, StartSpeech) or (isinstance(event, TurnStarted) and event.cause != "awaited"):
            self.early = False
        match event:
            case SpeechSpoken(duration_ms=duration_ms):
                self.quiet_ms = ctx.uptime_ms + duration_ms + ECHO_MS
            case SpeechCut():
                self.quiet_ms = min(self.quiet_ms, ctx.uptime_ms + ECHO_MS)
            case TurnStarted(cause="text") | StartSpeech():
                self.own = ctx.uptime_ms < self.quiet_ms
            case TurnStarted(cause="wake-word" | "push-to-talk"):
                self.own = False
                if ctx.uptime_ms < self.quiet_ms:
                    ctx.say("")  # who calls the glasses interrupts them
            case Transcribe():
                self.own = self.own or ctx.uptime_ms < self.quiet_ms


@dataclass(slots=True)
class Visit:
    """One payment, from the words that began it.

    Attributes:
        ear: What happens meanwhile.
        voice: Whose words they are.
        said_fen: The amount that was said, or None.
        label: 沙箱, as the service answers.
        last: Latest reply about the attempt.
        text: Text of the code.
        again: Words that ask for another payment, and so end this one.
        screen: What is shown, to be shown again where an app behind draws over it.
    """

    ear: Ear[Event]
    voice: Voice
    said_fen: int | None
    label: str = ""
    last: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    again: IntentRecognized | None = None
    screen: dict[str, Any] = field(default_factory=dict)

    def show(self, ctx: Context, **screen: Any) -> None:
        """Show a screen of the payment."""
        self.screen = screen
        ctx.show(**screen)


async def heard(ctx: Context, visit: Visit, until_ms: float) -> Event | None:
    """Return the next event that may matter, or None once ``ctx.uptime_ms`` is ``until_ms``."""
    while True:
        event = await visit.ear.next(max(0.0, until_ms - ctx.uptime_ms))
        visit.voice.follow(ctx, event)
        if isinstance(event, HudShown):
            if event.layer != "app" or event.app == ctx.app:
                continue
            if not ctx.is_below(event.app):  # a way that goes on behind
                if visit.screen:
                    visit.show(ctx, **visit.screen)
                continue
        if not isinstance(event, SpeechSpoken | SpeechCut | TurnStarted | StartSpeech | Transcribe | AppOpened):
            return event


async def wait(ctx: Context, visit: Visit, ms: float) -> str:
    """Let ``ms`` pass; return why the payment has to stop, or ""."""
    until_ms = ctx.uptime_ms + ms
    while (event := await heard(ctx, visit, until_ms)) is not None:
        if stopped := stops(ctx, visit, event):
            return stopped
    return ""


def stops(ctx: Context, visit: Visit, event: Event) -> str:
    """Return why an event ends the payment, or ""."""
    match event:
        case GestureRecognized("temple", "double-tap" | "triple-tap") | AppClosed() | PowerChanged() | DisplaySlept():
            return "cancelled"
        case HudShown():  # another screen stands where payee and amount were
            return "cancelled"
        case WearChanged(worn=False):
            return "not-worn"
        case LinkLost():
            return "network"
        case IntentRecognized(intent="pay.cancel", turn=turn):
            ctx.answer("", turn=turn, on_screen=False)
            return "cancelled"
        case IntentRecognized(intent="pay.start"):
            visit.again = event
            return "cancelled"
        case IntentRecognized(turn=turn):
            ctx.answer(ctx.text("请先完成或取消支付", "Finish or cancel the payment first"), turn=turn, on_screen=False)
    return ""


def trouble(reply: dict[str, Any]) -> str:
    """Return why a reply ends the payment, or ""."""
    if "error" in reply:
        return "network" if reply["error"] == "network" else "failed"
    return str(reply["reason"]) if reply.get("state") in ("refused", "closed") else ""
