"""Brightness of the display by voice: a value, brighter, dimmer, the ends, or automatic."""

from __future__ import annotations

from emulator.assistant.levels import LEVEL_EN, LEVEL_ZH, read_level
from emulator.core.events import IntentRecognized, SettingChanged
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Brightness",
    title_zh="亮度",
    needs=frozenset({"display"}),
    intents={
        "brightness.set": (
            rf"(?:亮度|屏幕)(?:亮度)?(?:调|设|改)?(?:到|成|为|至)?\s*{LEVEL_ZH}",
            rf"brightness (?:to |at )?{LEVEL_EN}",
        ),
        "brightness.manual": (
            r"(?:关闭?|关掉|取消|不要)自动亮度|手动亮度|亮度(?:改成|改为)?手动",
            r"\b(?:turn off|disable) auto(?:matic)? brightness\b|\bmanual brightness\b",
        ),
        "brightness.auto": (r"自动亮度|亮度(?:改成|改为)?自动", r"auto(?:matic)? brightness"),
        "brightness.up": (
            r"(?:屏幕|亮度)(?:再|调)*(?:大|高|亮)|(?:调|开)(?:大|高|亮)(?:一?点)?(?:屏幕|亮度)|^(?:再|调)*亮一?[点些]",
            r"\bbrighter\b|\b(?:turn up|increase|raise) the brightness\b|\bbrightness up\b",
        ),
        "brightness.down": (
            r"(?:屏幕|亮度)(?:再|调)*(?:小|低|暗)|(?:调|开)(?:小|低|暗)(?:一?点)?(?:屏幕|亮度)|^(?:再|调)*暗一?[点些]",
            r"\bdimmer\b|\b(?:turn down|decrease|lower) the brightness\b|\bbrightness down\b",
        ),
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
            case IntentRecognized(intent="brightness.auto" | "brightness.manual" as intent):
                on = intent == "brightness.auto"
                await ctx.work("set")
                ctx.change("auto_brightness", on)
                told = (f"自动亮度已{'打开' if on else '关闭'}", f"Automatic brightness is {'on' if on else 'off'}")
                ctx.answer(ctx.text(*told), turn=event.turn, on_screen=False)
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
    else:
        level = read_level(percent)
    return round(min(1.0, max(LEAST, level)), 2)


def show_bar(ctx: Context) -> None:
    """Show the bar with the value that holds now."""
    level, auto = float(ctx.setting("brightness")), bool(ctx.setting("auto_brightness"))
    label = ctx.text("自动亮度", "Auto brightness") if auto else ctx.text("亮度", "Brightness")
    ctx.light()
    text = label if auto else f"{label} {round(100 * level)}"
    ctx.show("brightness", layer="transient", level=level, auto=auto, label=text)
