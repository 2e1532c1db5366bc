"""The home of the glasses: a row of apps; after head-up, wear or the power key the clock at a glance."""

from __future__ import annotations

from emulator.core.events import DisplayLit, GestureRecognized, HudShown, SettingChanged
from emulator.sdk import Context, Manifest

MANIFEST = Manifest(title="Home", title_zh="桌面", place=1, needs=frozenset({"display"}))
GLANCE_CAUSES = frozenset({"head-up", "wear", "power-key"})
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


async def run(ctx: Context) -> None:
    """Show row or clock; slide moves, tap opens."""
    ear = ctx.hear(DisplayLit, GestureRecognized, HudShown, SettingChanged)
    ctx.take_focus()
    index, glance = 0, False
    ctx.light()
    show_row(ctx, index)
    while True:
        match await ear.next():
            case DisplayLit(cause=cause):
                glance = cause in GLANCE_CAUSES
            case GestureRecognized("temple", "tap") if glance:
                glance = False
            case GestureRecognized("temple", "tap"):
                ctx.open(ctx.launcher[index][0])
                continue
            case GestureRecognized("temple", "swipe-forward" | "swipe-back" as way):
                glance = False
                index = (index + step(ctx, way)) % len(ctx.launcher)
            case HudShown(layer="status") if glance:
                pass
            case SettingChanged("language"):
                pass
            case _:
                continue
        if glance:
            show_clock(ctx)
        else:
            show_row(ctx, index)


def step(ctx: Context, way: str) -> int:
    """Return +1 or -1 for a slide, as the scroll direction setting has it."""
    forward = 1 if ctx.setting("scroll_direction") == "natural" else -1
    return forward if way == "swipe-forward" else -forward


def show_row(ctx: Context, index: int) -> None:
    """Show the apps with the one at ``index`` in the middle."""
    items = [{"icon": m.icon, "label": ctx.text(m.title_zh, m.title)} for _, m in ctx.launcher]
    ctx.show(
        "launcher",
        layer="launcher",
        items=items,
        index=index,
        hint_left=ctx.text("滑动·切换", "Slide · switch"),
        hint_right=ctx.text("单击·打开", "Tap · open"),
    )


def show_clock(ctx: Context) -> None:
    """Show time, date and battery."""
    now = ctx.now()
    weekday = WEEKDAYS[ctx.language][now.weekday()]
    date = ctx.text(f"{now.month}月{now.day}日 星期{weekday}", f"{weekday} {now.day} {now:%b}")
    ctx.show(
        "clock",
        layer="launcher",
        time=f"{now:%H:%M}",
        date=date,
        battery=f"{round(100 * ctx.battery_level)}%",
        hint_left=ctx.text("单击·桌面", "Tap · home"),
        hint_right=ctx.text("长按·语音", "Hold · voice"),
    )
