"""The choices before a trip: how, where to, and which way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.apps.navigation.words import Way, Wish, agree, understood
from emulator.core.actions import Locate, PhoneSent
from emulator.core.ear import Ear
from emulator.core.events import Event, GestureRecognized, IntentRecognized
from emulator.maps.costs import MODES, Mode
from emulator.maps.packed import point_of, unpacked
from emulator.maps.route import Route
from emulator.maps.screens import mode_items, place_items, route_items, route_map
from emulator.maps.sentences import duration_text
from emulator.maps.spacing import apart, settled
from emulator.maps.view import Streets, overview, short_attribution
from emulator.sdk import Context
from emulator.services.navigation.requests import FindPlaces, NearbyPlaces, PlanRoutes, StreetsAround

AROUND_MAP_DEG = (0.9, 2.8)  # what navigation-overview.hud.yaml leaves to margins, words and hints


@dataclass(slots=True)
class Trip:
    """What has been chosen.

    Attributes:
        mode: How.
        place: Where to.
        routes: Which ways there are.
        reply: What the service said of them.
        streets: To draw beneath all of them.
        number: Of the route that is meant.
    """

    mode: Mode
    place: dict[str, Any]
    routes: list[Route]
    reply: dict[str, Any]
    streets: Streets = field(default_factory=tuple)
    number: int = 0

    @property
    def route(self) -> Route:
        """The route that is meant."""
        return self.routes[self.number]

    @property
    def source(self) -> str:
        """Who made the map."""
        return short_attribution(str(self.reply["attribution"]))

    @property
    def live(self) -> bool:
        """Whether another map than ours was asked; our streets are not drawn beneath its routes."""
        return bool(self.reply["engine"] == "live")


async def choose_mode(ctx: Context, ear: Ear[Event], wish: Wish) -> int | Wish | Way:
    """Let the wearer choose how to travel."""
    where = str(wish.place["name"]) if wish.place else wish.words
    title = ctx.text(settled(f"去{apart(where)}"), f"To {where}") if where else ctx.text("导航", "Navigation")

    def draw(index: int) -> None:
        hints = hints_of(ctx, ("滑动/单击·选择", "Slide/tap · choose"), ("双击·退出", "Double tap · leave"))
        ctx.show("navigation-mode", title=title, items=mode_items(ctx.language), index=index, **hints)

    return await choose(ctx, ear, draw, len(MODES), MODES)


async def choose_place(ctx: Context, ear: Ear[Event], wish: Wish, mode: Mode) -> dict[str, Any] | Wish | Way:
    """Search for what was said, or around, and let the wearer choose among what was found."""
    title = wish.words or ctx.text("附近", "Nearby")
    busy = (ctx.text("正在查找", "Searching"), wish.words)
    reply = await asked(ctx, ear, FindPlaces(wish.words) if wish.words else NearbyPlaces(), busy)
    if not isinstance(reply, dict):
        return reply
    places: list[dict[str, Any]] = reply["places"]
    told = {"title": title, "mode": mode, "half": ctx.half(reply), "source": short_attribution(reply["attribution"])}

    def draw(index: int) -> None:
        hints = hints_of(ctx, ("滑动/单击·选择", "Slide/tap · choose"), ("双击·后退", "Double tap · back"))
        items = place_items(places, ctx.language)
        ctx.show("navigation-places", items=items, index=index, count=len(items), **told, **hints)

    picked = await choose(ctx, ear, draw, len(places))
    return places[picked] if isinstance(picked, int) else picked


async def choose_route(ctx: Context, ear: Ear[Event], mode: Mode, place: dict[str, Any]) -> Trip | Wish | Way:
    """Ask for routes and let the wearer choose one."""
    busy = (ctx.text("正在规划路线", "Looking for routes"), str(place["name"]))
    reply = await asked(ctx, ear, PlanRoutes(place["lat"], place["lon"], mode), busy, work="plan")
    if not isinstance(reply, dict):
        return reply
    trip = Trip(mode, place, [unpacked(route) for route in reply["routes"]], reply)
    trip.streets = await streets_under(ctx, trip)
    told = {"title": place["name"], "mode": mode, "half": ctx.half(reply), "source": trip.source}

    def draw(index: int) -> None:
        trip.number = index
        hints = hints_of(ctx, ("单击·开始导航", "Tap · start"), ("双击·后退", "Double tap · back"))
        told["time"] = duration_text(trip.route.duration_s, ctx.language)
        told["map"] = route_map(trip.route, trip.streets)
        ctx.show("navigation-routes", items=route_items(trip.routes, ctx.language), index=index, **told, **hints)

    picked = await choose(ctx, ear, draw, len(trip.routes), [route.preference for route in trip.routes])
    if not isinstance(picked, int):
        return picked
    trip.number = picked
    return trip


async def choose(
    ctx: Context, ear: Ear[Event], draw: Callable[[int], None], count: int, names: Sequence[str] = ()
) -> int | Wish | Way:
    """Let the wearer choose one of ``count`` by slide and tap, or by saying its number or one of ``names``."""
    index = 0
    draw(index)
    while True:
        match await ear.next():
            case GestureRecognized("temple", "swipe-forward" | "swipe-back" as way):
                index = min(count - 1, max(0, index + step(ctx, way)))
                draw(index)
            case GestureRecognized("temple", "tap"):
                return index
            case GestureRecognized("temple", "double-tap"):
                return Way.BACK
            case GestureRecognized("temple", "triple-tap"):
                return Way.HOME
            case IntentRecognized(intent="navigation.begin") as said:
                agree(ctx, said)
                return index
            case IntentRecognized() | PhoneSent() as told:
                meant = understood(ctx, told, count, names)
                if meant is not None:
                    return meant


async def asked(
    ctx: Context, ear: Ear[Event], request: object, busy: tuple[str, str], work: str = ""
) -> dict[str, Any] | Wish | Way:
    """Ask a service while a screen says so; a failure is shown until it is tried again or left."""
    while True:
        hints = hints_of(ctx, ("", ""), ("双击·后退", "Double tap · back"))
        ctx.show("navigation-note", icon="dots", title=busy[0], text=busy[1], **hints)
        coming = ctx.call(request)
        if work:
            await ctx.work(work)
        while not coming.done:
            match await ear.next():
                case GestureRecognized("temple", "double-tap"):
                    return Way.BACK
                case GestureRecognized("temple", "triple-tap"):
                    return Way.HOME
                case IntentRecognized() | PhoneSent() as told:
                    meant = understood(ctx, told, 0)
                    if isinstance(meant, Wish | Way):
                        return meant
        reply: dict[str, Any] = await coming
        if "error" not in reply:
            return reply
        end = await excused(ctx, ear, reply)
        if end is not None:
            return end


async def excused(ctx: Context, ear: Ear[Event], reply: dict[str, Any]) -> Wish | Way | None:
    """Show and say why there is no answer; None to try again: after a tap, or once there is a position."""
    lost, reason = reply.get("code") == "no-fix", str(reply["reason"])
    hints = hints_of(ctx, ("单击·再试一次", "Tap · try again"), ("双击·后退", "Double tap · back"))
    ctx.show("navigation-note", icon="no-signal" if lost else "alert", title=reason, text="", **hints)
    ctx.say(reason.partition(ctx.text("。", ". "))[0] if reply.get("code") == "no-map" else reason)  # not the command
    while True:
        match await ear.next():
            case GestureRecognized("temple", "tap"):
                return None
            case Locate() if lost:
                return None
            case GestureRecognized("temple", "double-tap"):
                return Way.BACK
            case GestureRecognized("temple", "triple-tap"):
                return Way.HOME
            case IntentRecognized() | PhoneSent() as told:
                meant = understood(ctx, told, 0)
                if isinstance(meant, Wish | Way):
                    return meant


async def streets_under(ctx: Context, trip: Trip) -> Streets:
    """Return the streets beneath all of the trip's routes."""
    if trip.live:
        return ()
    view = overview([point for route in trip.routes for point in route.geometry], overview_aspect(ctx))
    request = StreetsAround(view.middle.lat, view.middle.lon, 2 * max(view.half_m))
    return streets_of(await ctx.call(request))


def streets_of(reply: dict[str, Any]) -> Streets:
    """Return the lines of a reply; none if it failed."""
    return [(tier, [point_of(pair) for pair in line]) for tier, line in reply.get("lines", ())]


def overview_aspect(ctx: Context) -> float:
    """Return width over height of the box of the overview."""
    wide, high = ctx.canvas_deg
    return max(0.2, (wide - AROUND_MAP_DEG[0]) / max(1.0, high - AROUND_MAP_DEG[1]))


def hints_of(ctx: Context, left: tuple[str, str], right: tuple[str, str]) -> dict[str, str]:
    """Return the row of hints."""
    return {"hint_left": ctx.text(*left), "hint_right": ctx.text(*right)}


def step(ctx: Context, way: str) -> int:
    """Return +1 or -1 for a slide, as the scroll direction setting has it."""
    forward = 1 if ctx.setting("scroll_direction") == "natural" else -1
    return forward if way == "swipe-forward" else -forward
