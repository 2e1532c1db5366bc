"""Cards of trips: they light the screen by themselves and leave at a double squeeze (device.md, F12)."""

from __future__ import annotations

from typing import Any

from emulator.apps.travel.words import Told, flight_values, note_values, spoken, status, train_values
from emulator.core.actions import PhoneSent, SetClock
from emulator.core.ear import Ear
from emulator.core.events import AppOpened, Event, GestureRecognized, IntentRecognized
from emulator.sdk import Context

CARD_MS = 20_000  # a card nobody closes; assumed
SCREENS = {"flight": "trip-flight", "train": "trip-train"}


async def show_trip(ctx: Context, ear: Ear[Event], told: Told) -> Event | None:
    """Show the card of a trip or a moment until it is closed; return what else happened meanwhile."""
    if not ctx.has("display"):
        await ctx.say(f"{status(ctx, told)}{ctx.text('。', '. ')}{spoken(ctx, told)}")
        return None
    values = {"flight": flight_values, "train": train_values}.get(str(told["kind"]), note_values)(ctx, told)
    return await show_card(ctx, ear, SCREENS.get(str(told["kind"]), "trip-note"), values)


async def show_note(ctx: Context, ear: Ear[Event], title: str, note: str, **more: str) -> Event | None:
    """Show a card with a few words; ``more`` are other bindings of ``trip-note``."""
    values = {"icon": "alert", "status": "", "title": title, "place": "", "note": note, "label": "", **more}
    return await show_card(ctx, ear, "trip-note", values)


async def show_ride(ctx: Context, ear: Ear[Event], data: dict[str, Any]) -> Event | None:
    """Show how far the driver of a ride is; the phone sends it anew as it changes."""
    if not ctx.has("display"):
        return None
    return await show_card(ctx, ear, "trip-ride", ride_values(ctx, data))


def ride_values(ctx: Context, data: dict[str, Any]) -> Told:
    """Return the bindings of ``trip-ride`` from what the phone's ride app tells; what it leaves out is not shown."""
    distance_m, minutes = _number(data.get("distance_m")), _number(data.get("minutes"))
    arrived = data.get("state") == "arrived"
    far = distance_m >= 1_000
    zh = f"距您{distance_m / 1_000:.1f}公里" if far else f"距您{distance_m:.0f}米"
    en = f"{distance_m / 1_000:.1f} km away" if far else f"{distance_m:.0f} m away"
    plate = "·".join(str(data[name])[:24] for name in ("plate", "colour") if data.get(name))
    whole = max(_number(data.get("from_m")), distance_m, 1.0)
    return {
        "title": ctx.text("司机已到达", "Your driver is here")
        if arrived
        else ctx.text("司机即将到达", "Your driver is near")
        if minutes <= 3
        else ctx.text("司机正在赶来", "Your driver is on the way"),
        "plate": plate,
        "away": "" if arrived or not distance_m else ctx.text(zh, en),
        "eta": ctx.text("请上车", "Please get in")
        if arrived
        else ctx.text(f"{minutes:.0f}分钟到达", f"there in {minutes:.0f} min"),
        "share": 1.0 if arrived else round(1 - distance_m / whole, 2),
    }


async def show_card(ctx: Context, ear: Ear[Event], screen: str, values: Told) -> Event | None:
    """Show ``screen`` over what is there until a double squeeze, a double tap or its time; return what else happened."""
    ctx.light()
    ctx.take_focus("temple", "media")
    hints = {"hint_left": ctx.text("捏按两下·关闭", "Squeeze twice · close"), "hint_right": ""}
    ctx.show(screen, "transient", **values, **hints)
    event = await _closed(ear)
    ctx.leave_focus()
    ctx.hide("transient")
    return event


async def _closed(ear: Ear[Event]) -> Event | None:
    while True:
        match await ear.next(CARD_MS):
            case (
                None
                | GestureRecognized("media", "squeeze-twice")
                | GestureRecognized("temple", "double-tap" | "triple-tap")
            ):
                return None
            case (IntentRecognized() | PhoneSent() | SetClock() | AppOpened()) as event:
                return event


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else 0.0
