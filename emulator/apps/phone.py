"""Calls: squeeze answers, hold rejects or hangs up, the voice dials (device.md, F11)."""

from __future__ import annotations

from emulator.core.actions import AnswerCall, EndCall, Ring
from emulator.core.ear import Ear
from emulator.core.events import CallChanged, Event, GestureRecognized, IntentRecognized
from emulator.sdk import Context, Hold, Manifest, Work

MANIFEST = Manifest(
    title="Phone",
    title_zh="电话",
    intents={
        "call.make": (
            r"(?:打电话给|打给|呼叫|致电)(?P<name>.+)|给(?P<whom>.+?)打(?:个)?电话",
            r"^(?:call|phone|ring|dial) (?P<name>.+)",
        ),
        "call.answer": (r"^接(?:听|一下)?(?:电话)?$", r"^(?:answer|accept)(?: the call)?$"),
        "call.end": (
            r"^挂(?:断|掉|了)?(?:电话)?$|^拒[接绝](?:电话)?$|^不接$",
            r"^hang up$|^(?:reject|decline)(?: the call)?$",
        ),
    },
    works=(Work("call", "phone", mcu_ms=60.0, ap_ms=200.0, ap_threads=2, deadline_ms=800.0),),  # simulation.md, 2.2
)
RING_MS = 30_000
PARTS = ("bt", "speaker", "mics", "stream")


async def run(ctx: Context) -> None:
    """Take one call at a time."""
    ear = ctx.hear(Ring, EndCall, AnswerCall, GestureRecognized, IntentRecognized)
    while True:
        match await ear.next():
            case Ring(caller=caller):
                await take(ctx, ear, caller, "ringing")
            case IntentRecognized(intent="call.make", slots=slots, turn=turn):
                name = str(slots.get("name") or slots.get("whom"))
                ctx.answer(ctx.text(f"呼叫{name}", f"Calling {name}"), turn=turn, on_screen=False)
                await take(ctx, ear, name, "dialing")
            case IntentRecognized(turn=turn):
                ctx.answer(ctx.text("现在没有电话", "There is no call"), turn=turn)


async def take(ctx: Context, ear: Ear[Event], caller: str, state: str) -> None:
    """Follow a call from its first ring to its end."""
    await ctx.work("call")
    ctx.light()
    keep = ctx.keep_lit()
    ctx.take_focus("temple", "media")
    show(ctx, caller, state, "")
    ctx.emit(CallChanged(state, caller))
    outcome = await wait_for_answer(ctx, ear, state)
    if outcome == "active":
        ctx.emit(CallChanged("active", caller))
        outcome = await talk(ctx, ear, caller)
    ctx.emit(CallChanged(outcome, caller))
    keep.release()
    ctx.leave_focus()
    ctx.hide("transient")


async def wait_for_answer(ctx: Context, ear: Ear[Event], state: str) -> str:
    """Return ``active``, ``rejected``, ``missed`` or ``ended``."""
    while True:
        match await ear.next(timeout_ms=RING_MS):
            case GestureRecognized("media", "squeeze") if state == "ringing":
                return "active"
            case GestureRecognized("temple", "tap") if state == "ringing":
                return "active"
            case IntentRecognized(intent="call.answer", turn=turn) if state == "ringing":
                ctx.answer("", turn=turn, on_screen=False)
                return "active"
            case AnswerCall() if state == "dialing":
                return "active"
            case GestureRecognized("media", "squeeze-hold") | GestureRecognized("temple", "double-tap"):
                return "rejected" if state == "ringing" else "ended"
            case IntentRecognized(intent="call.end", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                return "rejected" if state == "ringing" else "ended"
            case EndCall() | None:
                return "missed" if state == "ringing" else "ended"


async def talk(ctx: Context, ear: Ear[Event], caller: str) -> str:
    """Hold the line and count the seconds until one side hangs up."""
    parts: list[Hold] = [ctx.hold(part) for part in PARTS if part != "speaker" or ctx.has(part)]
    began = ctx.now()
    while True:
        seconds = round((ctx.now() - began).total_seconds())
        show(ctx, caller, "active", f"{seconds // 60:02}:{seconds % 60:02}")
        match await ear.next(timeout_ms=1_000 - (ctx.now() - began).microseconds / 1_000):
            case GestureRecognized("media", "squeeze-hold") | EndCall():
                break
            case IntentRecognized(intent="call.end", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                break
    for part in parts:
        part.release()
    return "ended"


def show(ctx: Context, caller: str, state: str, timer: str) -> None:
    """Show the pill of the call: outlined while it rings, filled while it is active."""
    if not ctx.lit:
        return
    hints = {
        "ringing": (ctx.text("捏按一下·接听", "Squeeze · answer"), ctx.text("持续按住·拒接", "Hold · reject")),
        "dialing": ("", ctx.text("持续按住·取消", "Hold · cancel")),
        "active": ("", ctx.text("持续按住·挂断", "Hold · hang up")),
    }[state]
    label = {"ringing": ctx.text("来电", "incoming"), "dialing": ctx.text("正在呼叫", "calling")}.get(state, "")
    shown = {"caller": caller, "state": state, "label": label, "timer": timer}
    ctx.show("call", "transient", **shown, hint_left=hints[0], hint_right=hints[1])
