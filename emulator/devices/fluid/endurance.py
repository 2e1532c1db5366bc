"""One activity from full to empty: how long it lasts, at both ends of what is not known, and what ends it.

A window of the activity is played on the fluid for each number of skin limits that hold; its mean power then drains
the packs and warms the skin until the bus breaks down or the cells are empty. Case charges do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from emulator.core.bands import with_band
from emulator.core.profile import Profile
from emulator.core.units import MS
from emulator.devices.fluid.activity import REFERENCE, Activity
from emulator.devices.fluid.device import Conditions, FluidDevice
from emulator.devices.fluid.requests import Script, Served, play, scripts_of
from emulator.devices.fluid.supply import Supply
from emulator.devices.policy import Policy
from emulator.devices.processors.governor import choose, operating_points
from emulator.devices.thermal import limit_step, nodes_of
from emulator.devices.usage import Stage, Usage, arrivals, load_usage

OWNER = "activity"
MIX_H, HOURLY_H, LOOP_H, STEADY_H = 16.0, 5.0, 1.0, 0.25  # length of a window
SEEDS = (1, 2)  # windows of what comes at random
FAST_W, SHORT_S, LONG_S = 0.3, 10.0, 60.0  # steps of the drain: short above this power
LONGEST_S = 1_000 * 3_600.0
RECORDING = "video"  # the part that the third skin limit stops
LEVELS = {"hours_low": "high", "hours": "calibrated", "hours_high": "low"}  # which end of the bands gives which hours


@dataclass(frozen=True, slots=True)
class Window:
    """What an activity draws: mean mW by component, and the highest power."""

    mean_mw: dict[str, float]
    peak_mw: float

    @property
    def total_mw(self) -> float:
        """Return the mean power."""
        return sum(self.mean_mw.values())


@dataclass(frozen=True, slots=True)
class Endured:
    """One run from full to empty.

    Attributes:
        hours: How long the activity was done; pauses for heat do not count.
        paused_h: Time in which heat kept it from going on.
        mean_mw: Mean power by component before any skin limit, most first.
        peak_mw: Highest power of a window.
        end: ``cut-off`` if the cells were empty, ``brown-out`` if they could not hold the bus at the highest power.
        level: Charge left in the packs, in [0, 1].
        hottest_c: Highest temperature of the skin.
        limits: When each skin limit was first reached, (hours, limit from 1).
    """

    hours: float
    paused_h: float
    mean_mw: dict[str, float]
    peak_mw: float
    end: str
    level: float
    hottest_c: float
    limits: tuple[tuple[float, int], ...]

    @property
    def limited_by(self) -> str:
        """Return ``heat`` if it had to pause, else what ended it."""
        return "heat" if self.paused_h else self.end


def endure(
    profile: Profile, activity: Activity, policy: Policy, level: str = "calibrated", ambient_c: float = 25.0
) -> Endured:
    """Do ``activity`` until the packs are empty, with unknown numbers at ``low``, ``calibrated`` or ``high``.

    How the frame sheds heat may help or harm: a recording pauses when it is warm, and what else is done draws less then.
    So at ``high`` the frame is the one that leaves fewer hours, at ``low`` the one that leaves more.

    Raises:
        UsageError: If ``level`` is none of the three.
    """
    frames = [with_band(profile, end).thermal for end in (("low", "high") if level != "calibrated" else (level,))]
    profile = with_band(profile, level)
    recording = RECORDING in activity.parts

    @cache
    def window(heat: int) -> Window:
        return play_window(profile, activity, policy, level, heat)

    runs = [_drain(replace(profile, thermal=frame), window, recording, ambient_c) for frame in frames]
    return (max if level == "low" else min)(runs, key=lambda run: run.hours)


def play_window(profile: Profile, activity: Activity, policy: Policy, level: str, heat: int) -> Window:
    """Play ``activity`` on a cable while ``heat`` skin limits hold; ``profile`` stands at ``level`` already."""
    usage, seeds = _usage(activity, level)
    energy_mwh: dict[str, float] = {}
    peak_nw = 0
    for seed in seeds:
        device = FluidDevice(profile, policy, Conditions(brightness=usage.brightness, bench_heat=heat))
        _switch_on(device, profile, activity, level, heat)
        scripts = scripts_of(usage, profile)
        served: list[Served] = []
        for request in arrivals(usage, profile, seed):
            script = scripts[request.feature]
            device.kernel.post(request.t_ns, partial(_start, device, script, served))
        if activity.loop in scripts:
            device.kernel.spawn(_repeat(scripts[activity.loop], device, served), activity.loop)
        device.kernel.run_until(usage.day_ns)
        for component, owners in device.ledger.energy_mwh().items():
            energy_mwh[component] = energy_mwh.get(component, 0.0) + sum(owners.values())
        peak_nw = max(peak_nw, device.peak_nw)
    hours = usage.hours * len(seeds)
    return Window({name: mwh / hours for name, mwh in energy_mwh.items()}, peak_nw / 1e6)


def _usage(activity: Activity, level: str) -> tuple[Usage, tuple[int, ...]]:
    """Return what is asked for in a window, and the days to draw."""
    usage = load_usage(activity.mix or REFERENCE)
    rate = activity.rate.at(level) if activity.mix else 0.0
    asks = bool(activity.mix or activity.hourly)
    hours = HOURLY_H if activity.hourly else LOOP_H if activity.loop else STEADY_H
    if activity.mix:
        hours = MIX_H / max(1.0, rate)
    per_day = {name: feature.per_day * hours / usage.hours * rate for name, feature in usage.features.items()}
    per_day |= {name: times * hours for name, times in activity.hourly.items()}
    features = {name: replace(f, per_day=per_day[name], windows_h=()) for name, f in usage.features.items()}
    repeats = usage.repeats if activity.mix else ()
    brightness = activity.brightness.at(level)
    usage = replace(usage, hours=hours, features=features, brightness=brightness, repeats=repeats)
    return usage, SEEDS if asks else SEEDS[:1]


def _switch_on(device: FluidDevice, profile: Profile, activity: Activity, level: str, heat: int) -> None:
    """Keep Android awake for its share of the window; once it is, switch on what is on all the time."""
    share = activity.awake_share(profile, level)
    if share > 0.0:
        hold = device.stay_awake(OWNER)
        device.kernel.run_until(round(profile.processors["ap"].resume_ms * MS))
        if share < 1.0:
            usage, _ = _usage(activity, level)
            device.kernel.post(round(share * usage.day_ns), hold.release)
    device.switch_on(OWNER, tuple(steady_mw(profile, activity, level, heat).items()))
    device.peak_nw = device.ledger.total_nw


def steady_mw(profile: Profile, activity: Activity, level: str, heat: int = 0) -> Mapping[str, float]:
    """Return what is on all the time, by component; an app at a capped clock takes less for the same work."""
    display = activity.display.at(level) if activity.display else None
    found = Stage(parts=activity.parts, display=display).hold_mw(profile, activity.brightness.at(level))
    found |= {name: spread.at(level) for name, spread in activity.extra_mw.items()}
    if "ap" in profile.processors:
        found["app"] = activity.app_mw.at(level) * (capped_share(profile) if heat else 1.0)
    return {name: mw for name, mw in sorted(found.items()) if mw}


def capped_share(profile: Profile) -> float:
    """Return what a piece of work takes at the clock that heat allows, over what it takes at the top."""
    opps = operating_points(profile.processors["ap"])
    slow, top = opps[choose(opps, 1.0, 0.0, profile.thermal.cap_speed)], opps[-1]
    return (slow.core_mw / slow.speed) / (top.core_mw / top.speed)


async def _repeat(script: Script, device: FluidDevice, served: list[Served]) -> None:
    while True:
        await play(script, device, served)


def _start(device: FluidDevice, script: Script, served: list[Served]) -> None:
    device.kernel.spawn(play(script, device, served), script.name)


def _drain(profile: Profile, window: Callable[[int], Window], recording: bool, ambient_c: float) -> Endured:
    supply = Supply(profile, [1.0] * len(profile.battery.slots), ambient_c)
    nodes, limits_c = nodes_of(profile.thermal), profile.thermal.limit_c
    die_c = skin_c = hottest_c = ambient_c
    heat, done_s, paused_s = 0, 0.0, 0.0
    limits: list[tuple[float, int]] = []
    while supply.lasts and done_s + paused_s < LONGEST_S:
        now = window(heat)
        power_w = now.total_mw / 1_000.0
        step_s = SHORT_S if power_w > FAST_W or heat else LONG_S
        lasted_s = supply.step(power_w, step_s, skin_c)
        if recording and heat >= len(limits_c):
            paused_s += lasted_s
        else:
            done_s += lasted_s
        die_k, skin_k = nodes.step(die_c - ambient_c, skin_c - ambient_c, power_w, step_s)
        die_c, skin_c = ambient_c + die_k, ambient_c + skin_k
        hottest_c = max(hottest_c, skin_c)
        before, heat = heat, limit_step(heat, skin_c, limits_c)
        known = len(limits)
        limits += [((done_s + paused_s) / 3_600.0, number) for number in range(max(before, known) + 1, heat + 1)]
        if supply.lasts and not supply.holds(now.peak_mw / 1_000.0):
            supply.stop("brown-out")
    cool = window(0)
    mean_mw = dict(sorted(cool.mean_mw.items(), key=lambda item: (-item[1], item[0])))
    level = sum(supply.levels) / len(supply.levels)
    return Endured(
        done_s / 3_600.0, paused_s / 3_600.0, mean_mw, cool.peak_mw, supply.end, level, hottest_c, tuple(limits)
    )
