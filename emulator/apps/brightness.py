"""Brightness of the display by voice: a value, brighter, dimmer, the ends, or automatic."""

from __future__ import annotations

import re

from emulator.core.events import IntentRecognized, SettingChanged
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Brightness",
    title_zh="亮度",
    needs=frozenset({"display"}),
    intents={
        "brightness.set": (
            r"(?:亮度|屏幕)(?:亮度)?(?:调|设|改)?(?:到|成|为|至)?\s*(?:百分之)?(?P<percent>\d{1,3}|最大|最亮|最小|最暗)",
            r"brightness (?:to |at )?(?P<percent>\d{1,3}|max(?:imum)?|min(?:imum)?)",
        ),
        "brightness.auto": (r"自动亮度|亮度自动", r"auto(?:matic)? brightness"),
        "brightness.up": (r"(?:屏幕|亮度)?(?:调)?(?:亮一点|高一点|亮一些)|亮度(?:调)?(?:大|高)", r"\bbrighter\b"),
        "brightness.down": (r"(?:屏幕|亮度)?(?:调)?(?:暗一点|低一点|暗一些)|亮度(?:调)?(?:小|低)", r"\bdimmer\b"),
    },
    works=(Work("set", "brightness", mcu_ms=12.0, ap_ms=30.0),),
)
STEP = 0.1
LEAST = 0.05
BAR_MS = 2_000


async def run(ctx: Context) -> None:
    """Change the brightness; the bar leaves after two seconds."""
    ear = ctx.hear(IntentRecognized, SettingChanged)
    showing = False
    while True:
        event = await ear.next(timeout_ms=BAR_MS if showing else None)
        match event:
            case None:
                showing = False
                ctx.hide("transient")
            case SettingChanged("brightness" | "auto_brightness"):
                showing = True
                show_bar(ctx)
            case IntentRecognized(intent="brightness.auto"):
                await ctx.work("set")
                ctx.change("auto_brightness", True)
                ctx.answer(ctx.text("自动亮度已打开", "Automatic brightness is on"), turn=event.turn, on_screen=False)
            case IntentRecognized(intent=intent, slots=slots):
                await ctx.work("set")
                level = wanted(intent, slots.get("percent", ""), float(ctx.setting("brightness")))
                ctx.change("auto_brightness", False)
                ctx.change("brightness", level)
                label = ctx.text("亮度", "Brightness")
                ctx.answer(f"{label} {round(100 * level)}", turn=event.turn, on_screen=False)


def wanted(intent: str, percent: str, level: float) -> float:
    """Return the level asked for, in [LEAST, 1]."""
    if intent == "brightness.up":
        level += STEP
    elif intent == "brightness.down":
        level -= STEP
    elif re.fullmatch(r"\d{1,3}", percent):
        level = int(percent) / 100
    else:
        level = 1.0 if percent in {"最大", "最亮"} or percent.lower().startswith("max") else LEAST
    return round(min(1.0, max(LEAST, level)), 2)


def show_bar(ctx: Context) -> None:
    """Show the bar with the value that holds now."""
    level, auto = float(ctx.setting("brightness")), bool(ctx.setting("auto_brightness"))
    label = ctx.text("自动亮度", "Auto brightness") if auto else ctx.text("亮度", "Brightness")
    ctx.light()
    text = label if auto else f"{label} {round(100 * level)}"
    ctx.show("brightness", layer="transient", level=level, auto=auto, label=text)
