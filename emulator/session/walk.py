"""Where the positions come from: a simulated walker, a recorded track, a receiver. All of it is outside the glasses.

Whatever the source, a position reaches the glasses as a ``Locate`` action, so a replay needs neither walker nor file.
A receiver is read by a thread that leaves its positions in the session's inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from emulator.core.actions import Locate, LosePosition, Reply
from emulator.core.assets import asset
from emulator.core.errors import MapError, RouteError, UsageError
from emulator.core.events import NavigationChanged
from emulator.core.kernel import Timer
from emulator.core.log import Record
from emulator.core.units import S
from emulator.maps.feed import Feed, live_feed, recorded
from emulator.maps.fix import Fix
from emulator.maps.line import Line
from emulator.maps.map_file import read_summary
from emulator.maps.packed import unpacked
from emulator.maps.points import Wgs84Point, parse_point
from emulator.maps.route import Route
from emulator.maps.router import Router
from emulator.maps.store import load_map
from emulator.maps.walker import Gait, astray, stand, walk, wrong_turn
from emulator.session.glasses import Glasses

USUAL_MPS = {"walk": 1.4, "bike": 4.5, "car": 9.0}  # of the simulated traveller, assumed
STRAY_M = 150.0  # how far a wrong turn leads
NEAR_M = 60.0  # so near the route, the walker goes on from where it is
LINGER_S = 5  # at the end of the way, until the walker stops
RECENT_NS = 5 * S  # a source that gave a position since then is at work
WALKER, PHONE = "walker", "phone"
SHIPPED, STAND_ACCURACY_M = "helsinki.glassmap", 5.0  # where a window begins that is told no place


@dataclass(frozen=True, slots=True)
class Stroll:
    """How the walker walks.

    Attributes:
        speed_mps: Over the ground; None for what is usual for the mode.
        sigma_m: Standard deviation of each coordinate of a position.
        wrong_turn_m: After so many metres it leaves the route, once; None for never.
        stop_at_m: Where it stands still for ``stop_s``, or None.
        stop_s: How long.
    """

    speed_mps: float | None = None
    sigma_m: float = 3.0
    wrong_turn_m: float | None = None
    stop_at_m: float | None = None
    stop_s: float = 0.0


class Walk:
    """The one source of positions of a session.

    >>> from emulator import Glasses
    >>> with Glasses("quark_s1") as worn:
    ...     walk = Walk(worn)
    ...     walk.place(Wgs84Point(60.17, 24.94))
    ...     walk.source
    'phone'

    Attributes:
        source: What gives positions now: ``walker``, ``phone`` (one that was chosen on its map), or as ``follow`` was
            told (``gpx:FILE``); ``""`` for nothing.
        by_itself: Whether the walker sets out when navigation starts and nothing else gives positions.
    """

    def __init__(self, glasses: Glasses, *, by_itself: bool = False) -> None:
        self.glasses, self.by_itself = glasses, by_itself
        self.source = ""
        self._random = Random(f"{glasses.start.seed}/walk")
        self._stroll = Stroll()
        self._fixes: Iterator[Fix] = iter(())
        self._origin_ns = 0
        self._timer: Timer | None = None
        self._feed: Feed | None = None
        self._own_ns = -RECENT_NS
        self._stops = [
            glasses.log.subscribe(self._on_navigation, NavigationChanged),
            glasses.log.subscribe(self._on_position, Locate),
        ]

    # --- what positions are made of ---

    def start(self, stroll: Stroll | None = None) -> None:
        """Walk along the route that navigation follows, or was given last.

        Raises:
            UsageError: If no route was given in this session.
        """
        route = self._route()
        if route is None:
            raise UsageError("there is no route to walk along: choose a destination first")
        self.stop()
        self._stroll = stroll or Stroll()
        self.source = WALKER
        self._walk(route, self._line(route))

    def place(self, point: Wgs84Point, accuracy_m: float = 5.0, source: str = PHONE) -> None:
        """Stand at ``point``; one position only."""
        self.stop()
        self.source = source
        self._now(Locate(point.lat, point.lon, accuracy_m, sensor=source))

    def follow(self, source: str, on_state: Callable[[str], None] = lambda _: None) -> float | None:
        """Take positions from ``gpx:FILE``, ``nmea:FILE``, ``tcp:HOST:PORT``, ``serial:DEVICE@BAUD`` or ``gpsd:``.

        Returns:
            How many seconds a recorded track takes; None for a live source, which goes on until ``stop``.

        Raises:
            EmulatorError: If there is no such source, or its file cannot be read.
        """
        kind = source.partition(":")[0]
        fixes = recorded(source)
        if fixes is not None and not fixes:
            raise UsageError(f"{source}: there is no position in it")
        feed = None if fixes is not None else live_feed(source, lambda fix: self._post(fix, kind), on_state)
        self.stop()
        self.source = source
        if fixes is None:
            self._feed = feed
            assert feed is not None
            feed.start()
            return None
        self._give(iter(fixes))
        return (fixes[-1].t_ns - fixes[0].t_ns) / S

    def lose(self) -> None:
        """Let nothing measure the position any more."""
        source = self.source.partition(":")[0]
        self.stop()
        self._now(LosePosition(source))

    def stop(self) -> None:
        """Give no more positions; the last one stays."""
        if self._timer is not None:
            self._timer.cancel()
        if self._feed is not None:
            self._feed.stop()
        self._timer, self._feed, self._fixes, self.source = None, None, iter(()), ""

    def close(self) -> None:
        """Stop, and look at the log no more."""
        self.stop()
        for stop in self._stops:
            stop()

    # --- the walker ---

    def _walk(self, route: Route, line: list[Wgs84Point]) -> None:
        stroll = self._stroll
        gait = Gait(
            speed_mps=stroll.speed_mps or USUAL_MPS[route.mode],
            sigma_m=max(stroll.sigma_m, 0.1),
            stop_at_m=stroll.stop_at_m,
            stop_s=stroll.stop_s,
        )
        self._give(self._ways(line, gait))

    def _ways(self, line: list[Wgs84Point], gait: Gait) -> Iterator[Fix]:
        """Yield the way and some seconds at its end; after a wrong turn stand there until there is another route."""
        last = Fix(0, line[0], gait.sigma_m)
        for last in walk(line, gait, self._random):
            yield last
        lost = self._stroll.wrong_turn_m is not None
        yield from stand(last, None if lost else LINGER_S, self._random)

    def _line(self, route: Route) -> list[Wgs84Point]:
        """Return what is walked from where the glasses are: the rest of the route, or some of it and a wrong turn."""
        along_m = self._along(route)
        wrong_m = self._stroll.wrong_turn_m
        whole = list(route.geometry) if wrong_m is None else self._strayed(route, along_m + wrong_m)
        line = Line.of(whole)
        return [line.point(along_m), *(point for point, at in zip(whole, line.along, strict=True) if at > along_m)]

    def _along(self, route: Route) -> float:
        """Return how far along the route the glasses are; 0 where they are not on it."""
        fix = self.glasses.surroundings.fix
        foot = Line.of(route.geometry).foot(fix.point) if fix else None
        return foot.along_m if foot and foot.off_m <= NEAR_M else 0.0

    def _strayed(self, route: Route, after_m: float) -> list[Wgs84Point]:
        try:
            router = Router(load_map(route.map_title))
            known = router.route(route.origin, route.target, route.mode, route.preference)
            line = wrong_turn(router.network(route.mode, route.preference), known, after_m, STRAY_M, self._random)
            return line if line != list(known.geometry) else astray(route, after_m, STRAY_M)
        except (MapError, RouteError):  # a route of the live half
            return astray(route, after_m, STRAY_M)

    def _route(self) -> Route | None:
        """Return the route that navigation follows: the one it said of the latest reply that has any."""
        chosen: int | None = None
        for record in reversed(self.glasses.log.records):
            match record.event:
                case NavigationChanged(route=route, state="running") if chosen is None:
                    chosen = route
                case Reply(reply={"routes": [*routes]}) if routes:
                    return unpacked(routes[min(chosen or 0, len(routes) - 1)])
        return None

    def _on_navigation(self, record: Record) -> None:
        """Set out where nothing else gives positions; take the new route after a wrong turn; stop where it ended."""
        event = record.event
        if not isinstance(event, NavigationChanged):
            return
        idle = self.source in ("", PHONE) and record.t_ns - self._own_ns >= RECENT_NS
        if event.state == "running" and self.source == WALKER:
            self.glasses.kernel.after(0, self._turn, late=True)
        elif event.state == "running" and self.by_itself and idle:
            self.glasses.kernel.after(0, self._set_out, late=True)
        elif event.state == "cancelled" and self.source == WALKER:
            self.stop()

    def _set_out(self) -> None:
        if self.source in ("", PHONE) and self._route() is not None:
            self.start()

    def _turn(self) -> None:
        """Walk along the route there is now, without another wrong turn."""
        if self.source == WALKER and self._stroll.wrong_turn_m is not None and (route := self._route()):
            self._stroll = replace(self._stroll, wrong_turn_m=None, stop_at_m=None)
            self._walk(route, self._line(route))

    def _on_position(self, record: Record) -> None:
        """Notice positions from elsewhere: a flow, a remote client."""
        if isinstance(record.event, Locate) and record.event.sensor not in (WALKER, PHONE):
            self._own_ns = record.t_ns

    # --- giving ---

    def _give(self, fixes: Iterator[Fix]) -> None:
        """Let each position come at its time, the first one now."""
        if self._timer is not None:
            self._timer.cancel()
        self._fixes, self._origin_ns = fixes, -1
        self._timer = self.glasses.kernel.after(0, lambda: self._next(None), late=True)

    def _next(self, fix: Fix | None) -> None:
        """Tell ``fix``, then wait for the one after it."""
        if fix is not None:
            self.glasses.do(located(fix, self.source.partition(":")[0]))
        following = next(self._fixes, None)
        if following is None:
            self._timer, self.source = None, ""
            return
        now_ns = self.glasses.now_ns
        if self._origin_ns < 0:
            self._origin_ns = now_ns - following.t_ns
        due_ns = max(now_ns, self._origin_ns + following.t_ns)
        self._timer = self.glasses.kernel.at(due_ns, lambda: self._next(following), late=True)

    def _now(self, action: Locate | LosePosition) -> None:
        self.glasses.kernel.after(0, lambda: self.glasses.do(action), late=True)

    def _post(self, fix: Fix, kind: str) -> None:
        """Called by the thread of a live source."""
        self.glasses.post(located(fix, kind))


def located(fix: Fix, source: str) -> Locate:
    """Return the action that tells ``fix``; positions have seven decimals, which is a centimetre."""
    speed = None if fix.speed_mps is None else round(fix.speed_mps, 2)
    heading = None if fix.heading_deg is None else round(fix.heading_deg, 1)
    point = fix.point
    return Locate(round(point.lat, 7), round(point.lon, 7), max(0.1, round(fix.accuracy_m, 1)), speed, heading, source)


def stand_at(position: str) -> Locate:
    """Return the action for ``"LAT,LON"``; for ``""`` the middle of the map that ships.

    Raises:
        UsageError: If it is no position.
    """
    if position:
        point = parse_point(position)
    else:
        south, west, north, east = read_summary(asset("maps", SHIPPED))["box"]
        point = Wgs84Point(round((south + north) / 2, 6), round((west + east) / 2, 6))
    return Locate(point.lat, point.lon, STAND_ACCURACY_M, sensor=PHONE)
