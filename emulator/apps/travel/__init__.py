"""Trips: cards at key moments, answers by voice, delays told by the wearer or the phone (device.md, F12).

The service says what is due; this app sleeps until the next moment and asks again when the place, the clock or a trip
changes. What was told is noted in the store before it is shown, so a jump of the clock or a restart tells nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.apps.travel.cards import show_note, show_ride, show_trip
from emulator.apps.travel.intents import INTENTS, kind_said, minutes_said
from emulator.apps.travel.scan import scan
from emulator.apps.travel.told import RideTold, TripTold
from emulator.apps.travel.words import half, moment_text, said_of, spoken
from emulator.core.actions import Locate, PhoneSent, SetClock
from emulator.core.ear import Ear
from emulator.core.events import AppClosed, AppOpened, Event, GestureRecognized, IntentRecognized
from emulator.sdk import Context, Manifest
from emulator.services.travel import Agenda, ChangeTrip, ListTrips, NextTrip, Refresh, Tell

MANIFEST = Manifest(title="Trips", title_zh="行程", intents=INTENTS, phone={"ride": RideTold, "trips": TripTold})
MOVED_DEG = 0.005  # half a kilometre: nearer, the way has not changed
LONGEST_MS = 3_600_000.0  # asked again at least so often, what is subscribed too: plans count each question
NOTHING = ("没有行程", "No trips")
HOW = ("在手机的“行程”里导入，或说“扫描登机牌”", "Import one on the phone, or say “scan my boarding pass”")


@dataclass(slots=True)
class Watch:
    """What the app remembers between two moments.

    Attributes:
        next_at: When the next moment is due, or None.
        trips: How many are ahead; without any, a new position is of no interest.
        place: Where the way was last computed from.
        skew_s: Wall clock less time since power-on; changes when the clock jumps.
        refreshed_ms: When what is subscribed was last asked.
    """

    next_at: datetime | None = None
    trips: int = 0
    place: tuple[float, float] | None = None
    skew_s: float = 0.0
    refreshed_ms: float = 0.0

    def refresh_due(self, ctx: Context) -> bool:
        """Say whether it is time to ask what is subscribed, and take note of it."""
        due = ctx.uptime_ms - self.refreshed_ms >= LONGEST_MS
        self.refreshed_ms = ctx.uptime_ms if due else self.refreshed_ms
        return due


async def run(ctx: Context) -> None:
    """Watch the trips and answer for them."""
    ear: Ear[Event] = ctx.hear(IntentRecognized, GestureRecognized, AppOpened, AppClosed, SetClock, PhoneSent, Locate)
    watch = Watch(skew_s=_skew_s(ctx))
    event = await tell(ctx, ear, watch)
    while True:
        event = event or await ear.next(_wait_ms(ctx, watch))
        handled, event = event, None
        match handled:
            case IntentRecognized() as asked:
                event = await answer(ctx, ear, asked)
            case AppOpened():
                event = await browse(ctx, ear)
            case None if watch.refresh_due(ctx):
                await ctx.call(Refresh())
            case PhoneSent(kind="ride", data=data):
                event = await show_ride(ctx, ear, data)
                continue
            case PhoneSent(kind="trips", data=data):
                await take_status(ctx, data)
            case PhoneSent() | GestureRecognized() | AppClosed():
                continue
            case Locate(lat, lon) if not _moved(watch, (lat, lon)):
                continue
            case Locate(lat, lon):
                watch.place = (lat, lon)
        event = event or await tell(ctx, ear, watch)


async def tell(ctx: Context, ear: Ear[Event], watch: Watch) -> Event | None:
    """Show what is due and was not told; return what happened while a card was there."""
    skew_s, before_s = _skew_s(ctx), watch.skew_s
    watch.skew_s = skew_s
    agenda = await ctx.call(Agenda(set_back=skew_s < before_s - 1))
    watch.next_at = datetime.fromisoformat(agenda["next_at"]) if agenda.get("next_at") else None
    watch.trips = int(agenda.get("trips", 0))
    due = agenda.get("due", [])
    for told in due:
        await ctx.call(Tell(tuple(told["events"])))
        event = await show_trip(ctx, ear, told)
        if event is not None:
            watch.next_at = ctx.now()  # the others come after it
            return event
    return None


async def answer(ctx: Context, ear: Ear[Event], asked: IntentRecognized) -> Event | None:
    """Answer one question or do what was said."""
    match asked.intent:
        case "trip.next" | "trip.gate" | "trip.seat" | "trip.boards" | "trip.leave":
            return await _answer_trip(ctx, ear, asked, await ctx.call(NextTrip(kind_said(asked.slots))))
        case "trip.delay":
            number, kind = str(asked.slots.get("number") or ""), kind_said(asked.slots)
            changed = await ctx.call(ChangeTrip(number=number, kind=kind, delay_min=minutes_said(asked.slots)))
            if "error" in changed:
                ctx.answer(str(changed["reason"]), turn=asked.turn)
            else:
                ctx.answer(spoken(ctx, changed), turn=asked.turn, on_screen=False)
        case "trip.scan":
            ctx.answer("", turn=asked.turn, on_screen=False)
            return await scan(ctx, ear)
        case "trip.refresh":
            await _refresh(ctx, asked)
        case "trip.list":
            ctx.answer("", turn=asked.turn, on_screen=False)
            ctx.light()
            ctx.open(ctx.app)
    return None


async def take_status(ctx: Context, data: dict[str, Any]) -> None:
    """Take what the phone tells of a trip: delay, gate, cancellation; without any, the store was changed."""
    if not {"delay_min", "gate", "cancelled"} & set(data):
        return
    delay, cancelled = data.get("delay_min"), data.get("cancelled")
    await ctx.call(
        ChangeTrip(
            trip=int(data.get("trip", 0)),
            number=str(data.get("number", "")),
            delay_min=int(delay) if isinstance(delay, int | float) else None,
            gate=str(data.get("gate", ""))[:12],
            cancelled=bool(cancelled) if cancelled is not None else None,
        )
    )


async def browse(ctx: Context, ear: Ear[Event]) -> Event | None:
    """Show the list; slide moves, tap shows a card, double tap leaves."""
    trips = (await ctx.call(ListTrips())).get("trips", [])
    if not trips:
        ctx.close()
        return await show_note(ctx, ear, ctx.text(*NOTHING), ctx.text(*HOW))
    index = 0
    while True:
        _show_list(ctx, trips, index)
        match await ear.next():
            case GestureRecognized("temple", "swipe-forward"):
                index = min(index + 1, len(trips) - 1)
            case GestureRecognized("temple", "swipe-back"):
                index = max(0, index - 1)
            case GestureRecognized("temple", "tap"):
                event = await show_trip(ctx, ear, trips[index])
                ctx.take_focus("temple")  # the card gave it back
                if event is not None:
                    ctx.close()
                    return event
            case GestureRecognized("temple", "double-tap" | "triple-tap") | AppClosed():
                ctx.close()
                return None
            case (IntentRecognized() | PhoneSent() | SetClock()) as event:
                ctx.close()
                return event


def _show_list(ctx: Context, trips: list[dict[str, Any]], index: int) -> None:
    gone = ctx.text("已取消 ", "Cancelled: ")
    items = [
        {
            "label": f"{gone if trip['cancelled'] else ''}{trip['number']} {_ends(trip)}".strip(),
            "value": moment_text(ctx, trip["starts_at"]) or trip["day"],
            "half": half(ctx, trip),
        }
        for trip in trips
    ]
    ctx.show(
        "trip-list",
        title=ctx.text("行程", "Trips"),
        items=items,
        index=index,
        count=len(items),
        hint_left=ctx.text("滑动·选择  单击·查看", "Slide · choose  Tap · show"),
        hint_right=ctx.text("双击·返回", "Double tap · back"),
    )


def _ends(trip: dict[str, Any]) -> str:
    ends = [str(trip[name]) for name in ("origin", "target") if trip[name] and trip[name] != trip["number"]]
    return " → ".join(dict.fromkeys(ends))


async def _answer_trip(ctx: Context, ear: Ear[Event], asked: IntentRecognized, told: dict[str, Any]) -> Event | None:
    if "error" in told:
        ctx.answer(str(told["reason"]), turn=asked.turn)
        return None
    ctx.answer(
        said_of(ctx, told, asked.intent.removeprefix("trip.")), turn=asked.turn, on_screen=not ctx.has("display")
    )
    return await show_trip(ctx, ear, told) if ctx.has("display") else None


async def _refresh(ctx: Context, asked: IntentRecognized) -> None:
    reply = await ctx.call(Refresh())
    if "error" in reply:
        ctx.answer(f"{reply['reason']}", turn=asked.turn)
        return
    who = ctx.half(reply)
    changed = int(reply.get("added", 0)) + int(reply.get("updated", 0))
    said = (
        ctx.text(f"更新了 {changed} 个行程", f"{changed} trips changed")
        if changed
        else ctx.text("没有变化", "Nothing is new")
    )
    ctx.answer(
        f"{said}（{who}）" if ctx.language == "zh" else f"{said} ({who})",
        turn=asked.turn,
        engine=str(reply["engine"]),
    )


def _wait_ms(ctx: Context, watch: Watch) -> float | None:
    if watch.next_at is None:
        return LONGEST_MS if watch.trips else None
    return min(LONGEST_MS, max(0.0, (watch.next_at - ctx.now()).total_seconds() * 1_000))


def _moved(watch: Watch, place: tuple[float, float]) -> bool:
    """Say whether the way has to be computed anew."""
    if not watch.trips:
        return False
    return watch.place is None or max(abs(a - b) for a, b in zip(place, watch.place, strict=True)) > MOVED_DEG


def _skew_s(ctx: Context) -> float:
    return ctx.now().timestamp() - ctx.uptime_ms / 1_000
