"""Navigation: mode, destination, route, then guidance by arrow, map and voice (device.md, F6)."""

from __future__ import annotations

from emulator.apps.navigation.choosing import Trip, choose_mode, choose_place, choose_route
from emulator.apps.navigation.guiding import Guiding
from emulator.apps.navigation.words import INTENTS, DestinationTold, Way, Wish, wished
from emulator.core.actions import Locate, PhoneSent, Reply
from emulator.core.ear import Ear
from emulator.core.events import AppOpened, DisplayLit, Event, GestureRecognized, IntentRecognized
from emulator.maps.costs import MODES
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Navigation",
    title_zh="导航",
    icon="navigation",
    place=36,  # after the recorder in the ring (device.md, 1.5)
    needs=frozenset({"display"}),
    intents=INTENTS,
    phone={"destination": DestinationTold},
    works=(  # simulation.md, 2.2, row "navigation": assumed
        Work("plan", "navigation", ap_ms=900.0, ap_threads=3),
        Work("step", "navigation", ap_ms=90.0, ap_threads=2),
    ),
)


async def run(ctx: Context) -> None:
    """Wait for the launcher, the voice or the phone; then go from choice to choice, and along the way."""
    ear: Ear[Event] = ctx.hear(GestureRecognized, IntentRecognized, AppOpened, DisplayLit, Locate, PhoneSent, Reply)
    while True:
        wish = wished(ctx, await ear.next())
        if wish is None:
            continue
        ctx.open(ctx.app)
        ear.forget()
        while wish is not None:
            ctx.light()
            wish = await travel(ctx, ear, wish)
        ctx.close()


async def travel(ctx: Context, ear: Ear[Event], wish: Wish) -> Wish | None:
    """Choose mode, destination and route, back and forth, and go there; return what is wanted next."""
    keep = ctx.keep_lit()
    chosen = await prepare(ctx, ear, wish)
    if isinstance(chosen, Trip):
        guiding = Guiding(ctx, ear, chosen)
        keep.release()
        return await guiding.go()
    keep.release()
    return chosen


async def prepare(ctx: Context, ear: Ear[Event], wish: Wish) -> Trip | Wish | None:
    """Return the trip that was chosen, another wish, or None to go home."""
    mode = wish.mode
    while True:
        if mode is None:
            picked = await choose_mode(ctx, ear, wish)
            if not isinstance(picked, int):
                return picked if isinstance(picked, Wish) else None
            mode = MODES[picked]
        found = wish.place or await choose_place(ctx, ear, wish, mode)
        trip = found if isinstance(found, Wish | Way) else await choose_route(ctx, ear, mode, found)
        if not isinstance(trip, Way):
            return trip
        if trip is Way.HOME:
            return None
        if found is Way.BACK or wish.place:
            mode = None
