"""Says when the glasses get too warm, and what they do about it (the steps: ``devices/thermal.py``)."""

from __future__ import annotations

from emulator.core.events import HeatLimited
from emulator.sdk import Context, Manifest

MANIFEST = Manifest(title="Heat", title_zh="温度")
TOAST_MS = 3_000
WARNINGS = (
    ("眼镜发热，已放慢", "Warm: running slower"),
    ("眼镜发烫，已调暗屏幕", "Hot: display dimmed"),
    ("眼镜过热，已停止录像", "Too hot: recording stopped"),
)


async def run(ctx: Context) -> None:
    """Warn at each limit that is passed upwards; cooling down needs no words."""
    ear, before = ctx.hear(HeatLimited), 0
    while True:
        limited = await ear.next()
        if limited is None:
            continue
        if limited.step > before:
            await warn(ctx, *WARNINGS[min(limited.step, len(WARNINGS)) - 1])
        before = limited.step


async def warn(ctx: Context, zh: str, en: str) -> None:
    """Show a toast, or say it where there is no display."""
    text = ctx.text(zh, en)
    if not ctx.has("display"):
        await ctx.say(text)
        return
    ctx.light()
    ctx.show("toast", "transient", text=text)
    await ctx.sleep(ms=TOAST_MS)
    ctx.hide("transient")
