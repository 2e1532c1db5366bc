"""Volume: slide on the media area or say it; a bar shows the new value."""

from __future__ import annotations

from emulator.assistant.levels import LEVEL_EN, LEVEL_ZH, read_level
from emulator.core.events import GestureRecognized, IntentRecognized
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Volume",
    title_zh="音量",
    needs=frozenset({"speaker"}),
    intents={
        "volume.set": (
            rf"(?:音量|声音)(?:调|设|改|开)?(?:到|成|为|至)?\s*{LEVEL_ZH}",
            rf"volume (?:to |at )?{LEVEL_EN}",
        ),
        "volume.up": (
            r"(?:音量|声音)(?:再|调|开|放)*(?:大|高|响)|(?:调|开|放)(?:大|高)(?:一?点)?(?:音量|声音)|大声一?点",
            r"\b(?:louder|volume up|(?:turn|speak) (?:it )?up|turn up the volume|(?:increase|raise) the volume)\b",
        ),
        "volume.down": (
            r"(?:音量|声音)(?:再|调|开|放)*(?:小|低)|(?:调|开|放)(?:小|低)(?:一?点)?(?:音量|声音)|小声一?点",
            r"\b(?:quieter|volume down|turn it down|turn down the volume|(?:decrease|lower) the volume)\b",
        ),
        "volume.unmute": (r"(?:取消|解除|关闭)静音|恢复声音", r"\bunmute\b"),
        "volume.mute": (r"静音|关(?:掉|闭)声音", r"\bmute\b"),
    },
    works=(Work("set", "volume", mcu_ms=12.0, ap_ms=30.0),),
)
STEP, USUAL = 0.1, 0.5
BAR_MS = 2_000


async def run(ctx: Context) -> None:
    """Change the volume by gesture or voice; the bar leaves after two seconds."""
    ear = ctx.hear(GestureRecognized, IntentRecognized)
    showing, before = False, USUAL
    while True:
        event = await ear.next(timeout_ms=BAR_MS if showing else None)
        before = float(ctx.setting("volume")) or before
        level = wanted(event, float(ctx.setting("volume")), before)
        if level is None:
            if event is None:
                showing = False
                ctx.hide("transient")
            continue
        await ctx.work("set")
        ctx.change("volume", level)
        label = ctx.text("音量", "Volume")
        if ctx.has("display"):
            ctx.light()
            ctx.show("volume", layer="transient", level=level, label=f"{label} {round(100 * level)}")
            showing = True
        if isinstance(event, IntentRecognized):
            ctx.answer(f"{label} {round(100 * level)}", turn=event.turn, on_screen=False)


def wanted(event: object, level: float, before: float) -> float | None:
    """Return the level that ``event`` asks for, in [0, 1], or None; ``before`` was it when there was sound last."""
    match event:
        case GestureRecognized("media", "slide-forward") | IntentRecognized(intent="volume.up"):
            return round(min(1.0, level + STEP), 2)
        case GestureRecognized("media", "slide-back") | IntentRecognized(intent="volume.down"):
            return round(max(0.0, level - STEP), 2)
        case IntentRecognized(intent="volume.set", slots={"percent": percent}):
            return read_level(percent)
        case IntentRecognized(intent="volume.mute"):
            return 0.0
        case IntentRecognized(intent="volume.unmute"):
            return level or before
    return None
