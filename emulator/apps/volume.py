"""Volume: slide on the media area or say it; a bar shows the new value."""

from __future__ import annotations

import re

from emulator.core.events import GestureRecognized, IntentRecognized
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Volume",
    title_zh="音量",
    needs=frozenset({"speaker"}),
    intents={
        "volume.set": (
            r"音量(?:调|设|改|开)?(?:到|成|为|至)?\s*(?:百分之)?(?P<percent>\d{1,3}|最大|最小)",
            r"volume (?:to |at )?(?P<percent>\d{1,3}|max(?:imum)?|min(?:imum)?)",
        ),
        "volume.up": (r"(?:音量|声音)(?:调)?(?:大|高)", r"\b(?:louder|volume up|turn it up)\b"),
        "volume.down": (r"(?:音量|声音)(?:调)?(?:小|低)", r"\b(?:quieter|volume down|turn it down)\b"),
    },
    works=(Work("set", "volume", mcu_ms=12.0, ap_ms=30.0),),
)
STEP = 0.1
BAR_MS = 2_000


async def run(ctx: Context) -> None:
    """Change the volume by gesture or voice; the bar leaves after two seconds."""
    ear = ctx.hear(GestureRecognized, IntentRecognized)
    showing = False
    while True:
        event = await ear.next(timeout_ms=BAR_MS if showing else None)
        level = wanted(event, float(ctx.setting("volume")))
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


def wanted(event: object, level: float) -> float | None:
    """Return the level that ``event`` asks for, in [0, 1], or None."""
    match event:
        case GestureRecognized("media", "slide-forward") | IntentRecognized(intent="volume.up"):
            return round(min(1.0, level + STEP), 2)
        case GestureRecognized("media", "slide-back") | IntentRecognized(intent="volume.down"):
            return round(max(0.0, level - STEP), 2)
        case IntentRecognized(intent="volume.set", slots={"percent": percent}):
            return parse_percent(percent)
    return None


def parse_percent(words: str) -> float:
    """Return ``"50"`` as 0.5, and 1 or 0 for the words that mean the ends."""
    if re.fullmatch(r"\d{1,3}", words):
        return min(1.0, int(words) / 100)
    return 1.0 if words in {"最大"} or words.lower().startswith("max") else 0.0
