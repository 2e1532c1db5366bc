"""Sound recording with a timer (device.md, F15)."""

from __future__ import annotations

from emulator.core.ear import Ear
from emulator.core.events import AppClosed, AppOpened, Event, GestureRecognized, IntentRecognized, RecordingChanged
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Recorder",
    title_zh="录音",
    icon="recorder",
    place=30,
    needs=frozenset({"microphone"}),
    intents={
        "recorder.stop": (r"(?:停止|结束|关闭)录音", r"\bstop (?:the )?recording\b"),
        "recorder.start": (
            r"(?:开始|打开)?(?:会议)?录音",
            r"\b(?:start|begin) (?:a )?(?:sound |voice )?recording\b",
        ),
    },
    works=(Work("start", "recorder", mcu_ms=25.0, ap_ms=90.0), Work("stop", "recorder", mcu_ms=25.0, ap_ms=90.0)),
)
PARTS = ("mics", "stream", "bt")


async def run(ctx: Context) -> None:
    """Start from the launcher or by voice."""
    ear = ctx.hear(GestureRecognized, IntentRecognized, AppOpened, AppClosed)
    while True:
        match await ear.next():
            case AppOpened():
                await record(ctx, ear, "launcher")
            case IntentRecognized(intent="recorder.start", turn=turn):
                ctx.answer(ctx.text("开始录音", "Recording"), turn=turn, on_screen=False)
                ctx.open(ctx.app)
                ear.forget()
                await record(ctx, ear, "voice")
            case IntentRecognized(turn=turn):
                ctx.answer(ctx.text("现在没有在录音", "Nothing is being recorded"), turn=turn)


async def record(ctx: Context, ear: Ear[Event], cause: str) -> None:
    """Record until tap, double tap or voice ends it; the display may sleep meanwhile."""
    await ctx.work("start")
    parts = [ctx.hold(part) for part in PARTS]
    ctx.emit(RecordingChanged("audio", True, cause))
    began = ctx.now()
    while True:
        show(ctx, int((ctx.now() - began).total_seconds()))
        match await ear.next(timeout_ms=1_000 - (ctx.now() - began).microseconds / 1_000):
            case GestureRecognized("temple", "tap" | "double-tap" | "triple-tap"):
                stopped = "touch"
                break
            case IntentRecognized(intent="recorder.stop", turn=turn):
                ctx.answer(ctx.text("录音已保存", "Recording saved"), turn=turn, on_screen=False)
                stopped = "voice"
                break
    for part in parts:
        part.release()
    ctx.emit(RecordingChanged("audio", False, stopped))
    await ctx.work("stop")
    ctx.close()
    if stopped == "touch":
        ctx.say(ctx.text("录音已保存", "Recording saved"))


def show(ctx: Context, seconds: int) -> None:
    """Show the timer, when somebody can see it."""
    if not ctx.lit:
        return
    ctx.show(
        "recording",
        kind=ctx.text("录音", "Recording"),
        timer=f"{seconds // 60:02}:{seconds % 60:02}",
        hint_left=ctx.text("单击·停止", "Tap · stop"),
        hint_right="",
    )
