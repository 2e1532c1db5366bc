"""Time and battery in the status line of every screen, kept fresh while the display is lit."""

from __future__ import annotations

from emulator.core.events import BatterySampled, DisplayLit, SettingChanged
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Clock",
    title_zh="时钟",
    place=0,
    needs=frozenset({"display"}),
    works=(Work("glance", "clock", mcu_ms=12.0, ap_ms=30.0),),  # simulation.md, 2.2
)


async def run(ctx: Context) -> None:
    """Tell time and battery when the display lights, each minute, and when the gauge moves by a percent."""
    ear = ctx.hear(DisplayLit, BatterySampled, SettingChanged)
    shown: tuple[str, str] | None = None
    while True:
        now = ctx.now()
        status = (f"{now:%H:%M}", f"{round(100 * ctx.battery_level)}%")
        if status != shown:
            shown = status
            ctx.show("", layer="status", time=status[0], battery=status[1], level=round(ctx.battery_level, 2))
        if not ctx.lit:
            await ctx.next(DisplayLit)
            await ctx.work("glance")
            ear.forget()
            continue
        await ear.next(timeout_ms=(60 - now.second) * 1000 - now.microsecond / 1000)
