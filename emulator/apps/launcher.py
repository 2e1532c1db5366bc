"""The home of the glasses: a row of apps; after head-up, wear or the power key the clock at a glance."""

from __future__ import annotations

from emulator.core.ear import Ear
from emulator.core.events import (
    DisplayLit,
    Event,
    GestureRecognized,
    HudShown,
    IntentRecognized,
    SettingChanged,
    TurnEnded,
)
from emulator.sdk import Context, Manifest

MANIFEST = Manifest(
    title="Home",
    title_zh="桌面",
    place=1,
    needs=frozenset({"display"}),
    intents={
        "launcher.home": (
            r"^(?:夸克)?(?:退出|返回|关闭应用)$|^(?:退出到|返回|回到?)(?:桌面|主页|首页|主屏幕?)$",
            r"^(?:exit|go home|(?:go )?back(?: to)? home|home screen|close (?:the |this )?app)$",
        ),
        "launcher.sleep": (r"^(?:息屏|熄屏|关(?:闭|掉)?屏幕?)$", r"^(?:turn off the (?:screen|display)|screen off)$"),
    },
)
AFTER_MS = 20.0
GLANCE_CAUSES = frozenset({"head-up", "wear", "power-key"})
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


async def run(ctx: Context) -> None:
    """Show row or clock; slide moves, tap opens."""
    ear: Ear[Event] = ctx.hear(DisplayLit, GestureRecognized, HudShown, SettingChanged, IntentRecognized)
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
            case IntentRecognized() as asked:
                await obey(ctx, asked)
                continue
            case _:
                continue
        if glance:
            show_clock(ctx)
        else:
            show_row(ctx, index)


async def obey(ctx: Context, asked: IntentRecognized) -> None:
    """Go home, or switch the display off; by voice home is what three taps are, so each app leaves as it does by hand."""
    ctx.answer("", turn=asked.turn, on_screen=False)
    await ctx.next(TurnEnded, lambda ended: ended.turn == asked.turn)
    await ctx.sleep(AFTER_MS)  # until the assistant has left the front
    if asked.intent == "launcher.home":
        ctx.emit(GestureRecognized("temple", "triple-tap"))
    else:
        ctx.sleep_display("voice")


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
