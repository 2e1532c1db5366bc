"""Settings on the glasses: slide chooses, tap changes (device.md, 1.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.core.english_numbers import NUMERAL_EN, in_figures
from emulator.core.events import AppClosed, AppOpened, GestureRecognized, IntentRecognized, SettingChanged
from emulator.core.numerals import NUMERAL, to_number
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Settings",
    title_zh="设置",
    icon="settings",
    place=90,
    needs=frozenset({"display"}),
    intents={
        "settings.open": (r"打开设置|^设置$", r"\bopen (?:the )?settings\b"),
        "settings.language": (
            r"^(?:切换|改|换|设)(?:成|到|为)?(?:(?P<zh>中文|汉语|普通话)|(?P<en>英文|英语))$|^(?:说|讲)(?:(?P<say_zh>中文|普通话)|(?P<say_en>英文|英语))$",
            r"^(?:switch|change)(?: the language)? to (?:(?P<en>english)|(?P<zh>chinese|mandarin))$|^speak (?:(?P<say_en>english)|(?P<say_zh>chinese))$",
        ),
        "settings.idle": (
            rf"(?:自动)?(?:熄屏|息屏)(?:时间)?(?:改|调|设)?(?:成|到|为)?(?P<n>{NUMERAL})(?P<unit>秒|分)钟?",
            rf"\bscreen off after (?P<n>{NUMERAL_EN}) (?P<unit>second|minute)s?\b",
        ),
        "settings.head-up": (
            r"(?P<off>关闭?|关掉|取消)抬头(?:亮屏|唤醒)|(?:打开|开启)?抬头(?:亮屏|唤醒)(?P<off_too>关闭|关掉)?",
            r"\b(?:turn (?:on|(?P<off>off)) |enable |(?P<no>disable) )head.?up wake\b",
        ),
    },
    works=(Work("open", "settings", mcu_ms=20.0, ap_ms=60.0),),
)
BRIGHTNESS = (0.2, 0.4, 0.6, 0.8, 1.0)
VOLUMES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: its names, the values a tap goes through, how a value reads."""

    key: str
    zh: str
    en: str
    values: tuple[Any, ...]
    read: Callable[[Any, bool], str]


def percent(value: Any, _zh: bool) -> str:
    """Return a level as percent."""
    return f"{round(100 * float(value))}%"


def switch(value: Any, zh: bool) -> str:
    """Return on or off in words."""
    return ("开" if value else "关") if zh else ("On" if value else "Off")


def seconds(value: Any, zh: bool) -> str:
    """Return a duration in words."""
    return f"{value} 秒" if zh else f"{value} s"


ROWS = (
    Row("brightness", "亮度", "Brightness", BRIGHTNESS, percent),
    Row("auto_brightness", "自动亮度", "Auto brightness", (False, True), switch),
    Row("idle_off_s", "自动熄屏", "Screen off after", (5, 10, 30, 60), seconds),
    Row("head_up_wake", "抬头亮屏", "Head-up wake", (False, True), switch),
    Row("volume", "音量", "Volume", VOLUMES, percent),
    Row("notifications_with_screen_off", "熄屏通知", "Notify when off", (False, True), switch),
    Row("language", "语言", "Language", ("zh", "en"), lambda value, _: {"zh": "中文", "en": "English"}[value]),
)


async def run(ctx: Context) -> None:
    """Open from launcher or voice; double tap leaves."""
    ear = ctx.hear(GestureRecognized, IntentRecognized, AppOpened, AppClosed, SettingChanged)
    index, opened = 0, False
    while True:
        match await ear.next():
            case AppOpened():
                await ctx.work("open")
                index, opened = 0, True
            case IntentRecognized(intent="settings.open", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                ctx.light()
                ctx.open(ctx.app)
            case IntentRecognized() as asked:
                change(ctx, asked)
            case GestureRecognized("temple", "swipe-forward") if opened:
                index = (index + 1) % len(ROWS)
            case GestureRecognized("temple", "swipe-back") if opened:
                index = (index - 1) % len(ROWS)
            case GestureRecognized("temple", "tap") if opened:
                advance(ctx, ROWS[index])
            case GestureRecognized("temple", "double-tap" | "triple-tap") if opened:
                opened = False
                ctx.close()
        if opened:
            show(ctx, index)


def change(ctx: Context, asked: IntentRecognized) -> None:
    """Change the setting that was said, and say so; one that has no such value says which it has."""
    key, value = wanted(asked)
    row = next(row for row in ROWS if row.key == key)
    if value not in row.values:
        known = " / ".join(row.read(one, ctx.language == "zh") for one in row.values)
        ctx.answer(ctx.text(f"{row.zh}可以是 {known}", f"{row.en} can be {known}"), turn=asked.turn)
        return
    ctx.change(key, value)  # from here on in the language that was asked for
    read = row.read(value, ctx.language == "zh")
    ctx.answer(ctx.text(f"{row.zh}：{read}", f"{row.en}: {read}"), turn=asked.turn, on_screen=False)


def wanted(asked: IntentRecognized) -> tuple[str, Any]:
    """Return the setting that was said and the value it is to have."""
    slots = asked.slots
    match asked.intent:
        case "settings.language":
            return "language", "zh" if {"zh", "say_zh"} & slots.keys() else "en"
        case "settings.head-up":
            return "head_up_wake", not {"off", "off_too", "no"} & slots.keys()
    number = to_number(in_figures(str(slots["n"])))
    return "idle_off_s", round(number * (60 if str(slots["unit"]).lower() in ("分", "minute") else 1))


def advance(ctx: Context, row: Row) -> None:
    """Set ``row`` to the value after the present one."""
    now = ctx.setting(row.key)
    later = [value for value in row.values if value > now] if row.key != "language" else []
    others = [value for value in row.values if value != now]
    ctx.change(row.key, later[0] if later else others[0])


def show(ctx: Context, index: int) -> None:
    """Show the list with the row at ``index`` in the box."""
    zh = ctx.language == "zh"
    items = [{"label": row.zh if zh else row.en, "value": row.read(ctx.setting(row.key), zh)} for row in ROWS]
    ctx.show(
        "settings",
        title=ctx.text("设置", "Settings"),
        items=items,
        index=index,
        count=len(items),
        hint_left=ctx.text("滑动·选择 单击·更改", "Slide · choose  Tap · change"),
        hint_right=ctx.text("双击·返回", "Double tap · back"),
    )
