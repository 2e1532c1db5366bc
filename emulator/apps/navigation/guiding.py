"""Guidance along one route: positions in; arrow, map and voice out; another route where the wearer strays."""

from __future__ import annotations

from typing import Any

from emulator.apps.navigation.choosing import Trip, hints_of, overview_aspect, streets_of
from emulator.apps.navigation.words import Way, Wish, agree, understood, wished
from emulator.core.actions import Locate, PhoneSent, Reply
from emulator.core.ear import Ear
from emulator.core.events import AppOpened, DisplayLit, Event, GestureRecognized, IntentRecognized, NavigationChanged
from emulator.core.kernel import Future
from emulator.core.units import MS, S
from emulator.maps.costs import MODES, Mode
from emulator.maps.fix import Fix
from emulator.maps.guide import Guidance, Guide
from emulator.maps.packed import unpacked
from emulator.maps.points import Wgs84Point, distance_m
from emulator.maps.reroute import Reroute
from emulator.maps.screens import arrival, guidance_data, rest_said
from emulator.maps.sentences import announcement, distance_text, duration_text, phrase
from emulator.maps.view import Streets, View, ahead, overview
from emulator.sdk import Context, Hold
from emulator.services.navigation.requests import PlanRoutes, StreetsAround

TICK_MS = 1_000  # without a position for so long, it is looked at how long there has been none
SHOW_NS = 900 * MS  # the screen changes at most so often, but for what is urgent
RETRY_NS = 10 * S  # after a search for another route that failed
DONE_MS = 15_000  # the last screen leaves by itself
MAP_SPAN_M: dict[Mode, float] = {"walk": 160.0, "bike": 260.0, "car": 420.0}  # our choice
AROUND = 5.0  # streets are asked for in a square so much larger than the map
MAP_ASPECT, NARROW_ASPECT, NARROW_DEG = 9.0 / 5.4, 6.0 / 1.7, 10.0  # the boxes of navigation-running.hud.yaml
OVERVIEW_STEPS = 60.0  # the arrow of the overview moves in so many steps across


class Guiding:
    """One trip from its first step to its end."""

    def __init__(self, ctx: Context, ear: Ear[Event], trip: Trip) -> None:
        self._ctx, self._ear, self._trip = ctx, ear, trip
        self._began_ns = ctx.t_ns
        self._route = trip.route
        self._guide = Guide.of(self._route)
        self._guide, self._now = self._guide.wait(ctx.t_ns)
        self._here: tuple[Wgs84Point, float] = (self._now.point, self._now.bearing_deg)
        self._view, self._whole = "speed", False
        self._reroute, self._retry_ns, self._trouble = Reroute(), 0, ""
        self._coming: Future[Any] | None = None  # another route
        self._drawing: Future[Any] | None = None  # other streets
        self._streets: Streets = ()
        self._middle: Wgs84Point | None = None  # of the streets
        self._keep: Hold | None = None  # while it is in front
        self._shown: dict[str, Any] = {}
        self._shown_ns = -SHOW_NS

    async def go(self) -> Wish | None:
        """Guide until the wearer arrives or leaves; return what is wanted next."""
        radio = self._ctx.hold("bt")  # the phone gives the positions
        self._come()
        self._tell("running")
        while True:
            end = await self._once()
            if end is not None:
                break
        radio.release()
        if end == "arrived":
            end = await self._arrive()
        else:
            self._tell("cancelled")
        self._leave()
        return end if isinstance(end, Wish) else None

    async def _once(self) -> Wish | str | None:
        """Take what comes next; return how the trip ends, or None."""
        match await self._ear.next(TICK_MS):
            case Locate() as at:
                fix = Fix(
                    self._ctx.t_ns, Wgs84Point(at.lat_deg, at.lon_deg), at.accuracy_m, at.speed_mps, at.heading_deg
                )
                await self._take(*self._guide.feed(fix))
            case None:
                await self._take(*self._guide.wait(self._ctx.t_ns))
            case Reply():
                await self._collect()
            case GestureRecognized("temple", gesture):
                return self._gesture(gesture)
            case IntentRecognized() as said:
                return self._hear(said)
            case PhoneSent() as sent:
                return wished(self._ctx, sent)
            case AppOpened():
                self._come()
            case DisplayLit():
                self._show(urgent=True)
        return "arrived" if self._now.phase == "arrived" else None

    # --- positions ---

    async def _take(self, guide: Guide, now: Guidance) -> None:
        """Show, say and ask what the guidance of now needs."""
        before, self._guide, self._now = self._now, guide, now
        fix = guide.progress.fix
        off = now.phase == "off_route" and fix is not None
        self._here = (fix.point if off and fix else now.point, now.bearing_deg)
        if now.phase != before.phase:
            self._change(before.phase, now.phase)
        if now.phase == "off_route":
            self._seek()
        self._show(urgent=now.phase != before.phase or now.announcement is not None)
        if now.announcement is not None:
            self._ctx.light()
            self._ctx.say(now.announcement.text(self._ctx.language))
            await self._ctx.work("step")

    def _change(self, before: str, after: str) -> None:
        if after == "no_signal":
            self._tell("no-signal")
            self._ctx.say(phrase("no_signal", self._ctx.language))
        elif before == "no_signal" and after == "running":
            self._tell("found")

    # --- another route ---

    def _seek(self) -> None:
        """Ask for another route, one at a time; the old one stays until it is there."""
        if not self._reroute.may_ask or self._ctx.t_ns < self._retry_ns:
            return
        if not self._reroute.failures:
            self._tell("rerouting")
            self._ctx.say(phrase("rerouting", self._ctx.language))
        target = self._route.target
        self._reroute = self._reroute.asked()
        self._coming = self._ctx.call(PlanRoutes(target.lat, target.lon, self._trip.mode, only=True))

    async def _collect(self) -> None:
        """Take the replies that are there."""
        if self._coming is not None and self._coming.done:
            reply, self._coming = await self._coming, None
            self._turn(reply)
        if self._drawing is not None and self._drawing.done:
            reply, self._drawing = await self._drawing, None
            self._streets = streets_of(reply)
            self._show()

    def _turn(self, reply: dict[str, Any]) -> None:
        """Follow another route, or say that there is none and try again later."""
        language = self._ctx.language
        if "error" in reply:
            if not self._reroute.failures:
                self._ctx.say(phrase("no_way", language))
            self._reroute, self._trouble = self._reroute.failed(), str(reply["reason"])
            self._retry_ns = self._ctx.t_ns + RETRY_NS
            self._show(urgent=True)
            return
        self._reroute, self._trouble = self._reroute.found(), ""
        trip = self._trip
        self._trip = Trip(trip.mode, trip.place, [unpacked(reply["routes"][0])], reply, trip.streets)
        self._route = self._trip.route
        self._guide, self._now = Guide.of(self._route, self._guide.pace).wait(self._ctx.t_ns)
        self._here = (self._now.point, self._now.bearing_deg)
        self._tell("running")
        self._ctx.say(phrase("rerouted", language))
        self._show(urgent=True)

    # --- what the wearer does ---

    def _gesture(self, gesture: str) -> str | None:
        match gesture:
            case "tap":
                self._whole = not self._whole
            case "swipe-forward" | "swipe-back" if not self._whole:
                self._view = "map" if self._view == "speed" else "speed"
            case "double-tap":
                return "cancelled"
            case "triple-tap":  # home; the voice goes on
                self._leave()
                self._ctx.close()
                return None
        self._show(urgent=True)
        return None

    def _hear(self, said: IntentRecognized) -> Wish | str | None:
        match said.intent:
            case "navigation.left":
                self._ctx.answer(rest_said(self._now, self._ctx.language), turn=said.turn)
            case "navigation.next":
                now, trip = self._now, self._trip
                text = announcement(now.step, trip.mode, self._ctx.language, now.step_m, now.following)
                self._ctx.answer(text, turn=said.turn, on_screen=False)
            case "navigation.map" | "navigation.speed":
                agree(self._ctx, said)
                self._view, self._whole = said.intent.removeprefix("navigation."), False
                self._ctx.open(self._ctx.app)
            case "navigation.again" | "navigation.mode":
                agree(self._ctx, said)
                mode = next((mode for mode in MODES if mode in said.slots), self._trip.mode)
                return Wish(mode=mode, place=self._trip.place)
            case "navigation.open" | "navigation.overview":
                agree(self._ctx, said)
                self._whole = said.intent == "navigation.overview"
                self._ctx.open(self._ctx.app)
            case _:
                meant = understood(self._ctx, said, 0)
                return "cancelled" if meant is Way.HOME else meant if isinstance(meant, Wish) else None
        return None

    # --- what is shown ---

    def _come(self) -> None:
        """Be in front."""
        if self._keep is None:
            self._keep = self._ctx.keep_lit()
        self._show(urgent=True)

    def _leave(self) -> None:
        if self._keep is not None:
            self._keep.release()
        self._keep = None

    def _show(self, *, urgent: bool = False) -> None:
        """Show the screen of now, if it is another one, and not too often."""
        if self._keep is None or not self._ctx.lit or not (urgent or self._ctx.t_ns - self._shown_ns >= SHOW_NS):
            return
        if self._view == "map" and not self._whole:
            self._look_around()
        screen, data = self._overview() if self._whole else self._running()
        data["screen"] = screen
        if data != self._shown or urgent:
            self._shown, self._shown_ns = data, self._ctx.t_ns
            self._ctx.show(**data)

    def _running(self) -> tuple[str, dict[str, Any]]:
        seeking = self._now.phase == "off_route"
        phase = "rerouting" if seeking else self._now.phase.replace("_", "-")
        note = {
            "rerouting": self._trouble or self._ctx.text("正在重新规划路线", "Looking for a new route"),
            "no-signal": self._ctx.text("没有信号，位置为估计", "No signal, position guessed"),
        }
        there, here = ("切换到地图", "show the map"), ("切换到速度信息", "show the speed")
        zh, en = there if self._view == "speed" else here
        hints = hints_of(self._ctx, (f"滑动·{zh}", f"Slide · {en}"), ("单击·查看路线全览", "Tap · overview"))
        told = {"view": self._view, "phase": phase, "mode": self._trip.mode, "note": note.get(phase, "")}
        drawn = self._map() if self._view == "map" else None
        return "navigation-running", {
            **guidance_data(self._now, self._route, self._ctx.language),
            **told,
            "map": drawn,
            "half": self._ctx.half(self._trip.reply),
            "source": self._trip.source,
            **hints,
        }

    def _map(self) -> dict[str, Any]:
        """Return the small map, heading up."""
        aspect = NARROW_ASPECT if self._ctx.canvas_deg[0] < NARROW_DEG else MAP_ASPECT
        view = ahead(*self._here, MAP_SPAN_M[self._trip.mode], aspect)
        return view.draw(self._route.geometry, self._streets, self._here, self._route.target)

    def _look_around(self) -> None:
        """Ask for other streets once the wearer has come near the edge of those that are there."""
        span_m = MAP_SPAN_M[self._trip.mode]
        far = self._middle is None or distance_m(self._middle, self._here[0]) > (AROUND - 2.0) / 2 * span_m
        if far and self._drawing is None and not self._trip.live:
            self._middle = self._here[0]
            self._drawing = self._ctx.call(StreetsAround(self._middle.lat, self._middle.lon, AROUND * span_m))

    def _overview(self) -> tuple[str, dict[str, Any]]:
        view: View = overview([*self._route.geometry, self._here[0]], overview_aspect(self._ctx))
        step_m = view.span_m / OVERVIEW_STEPS
        drawn = view.draw(self._route.geometry, self._trip.streets, self._here, self._route.target)
        drawn["here"][:2] = [round(round(number / step_m) * step_m) for number in drawn["here"][:2]]
        hints = hints_of(self._ctx, ("单击·显示导航信息", "Tap · guidance"), ("双击·退出导航", "Double tap · leave"))
        language = self._ctx.language
        return "navigation-overview", {
            "map": drawn,
            "left": distance_text(self._now.left_m, language),
            "time": duration_text(self._now.left_s, language),
            "half": self._ctx.half(self._trip.reply),
            "source": self._trip.source,
            **hints,
        }

    # --- the end ---

    async def _arrive(self) -> Wish | None:
        """Show that they are there, until they leave."""
        self._tell("arrived")
        minutes = duration_text((self._ctx.t_ns - self._began_ns) / S, self._ctx.language)
        data = arrival(self._route, str(self._trip.place["name"]), self._ctx.language)
        hints = hints_of(self._ctx, ("", ""), ("双击·退出", "Double tap · leave"))
        self._ctx.light()
        self._ctx.show("navigation-arrived", took=self._ctx.text(f"用时 {minutes}", f"in {minutes}"), **data, **hints)
        until_ns = self._ctx.t_ns + DONE_MS * MS
        while (left_ns := until_ns - self._ctx.t_ns) > 0:
            match await self._ear.next(left_ns / MS):
                case GestureRecognized("temple", "tap" | "double-tap" | "triple-tap"):
                    break
                case IntentRecognized() | PhoneSent() as told:
                    meant = understood(self._ctx, told, 0)
                    if meant is not None:
                        return meant if isinstance(meant, Wish) else None
        return None

    def _tell(self, state: str) -> None:
        event = NavigationChanged(state, str(self._trip.place["name"]), self._trip.mode, self._trip.number)
        self._ctx.emit(event)
