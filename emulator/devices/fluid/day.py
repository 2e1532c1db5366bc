"""A day of use, played on the fluid device: what it cost, how fast it answered, how far the packs carried it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from emulator.core.profile import Profile
from emulator.core.units import S
from emulator.devices.fluid.device import Conditions, FluidDevice
from emulator.devices.fluid.requests import Script, Served, play, scripts_of
from emulator.devices.policy import Policy
from emulator.devices.usage import Arrival, Usage, arrivals, false_hints_ns

HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Day:
    """What a day came to.

    Attributes:
        span_ns: How long it was.
        energy_mwh: By component and owner: what the whole day asked for, also after the packs were empty.
        served: The requests, in the order of their ends.
        wakes: How often the ap resumed.
        ap_state_ns: Time of the ap in each state.
        pack_levels: Charge left in each pack, in [0, 1].
        pack_mwh: Nominal energy of one pack.
        given_mwh: Energy that the packs gave.
        dead_ns, end: When and why the packs were at their end (``cut-off``, ``brown-out``); -1 and "" if they lasted.
        dead_mw: What was drawn then.
        hottest_c, limits: Highest skin temperature; when each skin limit was first reached, (t_ns, limit from 1).
    """

    span_ns: int
    energy_mwh: dict[str, dict[str, float]]
    served: tuple[Served, ...]
    wakes: int
    ap_state_ns: dict[str, int]
    pack_levels: tuple[float, ...]
    pack_mwh: float
    given_mwh: float
    dead_ns: int
    end: str
    dead_mw: float
    hottest_c: float
    limits: tuple[tuple[int, int], ...]

    @property
    def total_mwh(self) -> float:
        """Return the energy that the day asked for."""
        return sum(sum(owners.values()) for owners in self.energy_mwh.values())

    @property
    def mean_mw(self) -> float:
        """Return the mean power of the day."""
        return self.total_mwh * HOUR_S * S / self.span_ns

    @property
    def packs(self) -> float:
        """Return how many full packs the day takes."""
        return self.total_mwh / self.pack_mwh

    def by_component_mwh(self) -> dict[str, float]:
        """Return the energy of each component, most first."""
        return _sorted({component: sum(owners.values()) for component, owners in self.energy_mwh.items()})

    def by_owner_mwh(self) -> dict[str, float]:
        """Return the energy of each feature, and of ``system``, most first."""
        found: dict[str, float] = {}
        for owners in self.energy_mwh.values():
            for owner, mwh in owners.items():
                found[owner] = found.get(owner, 0.0) + mwh
        return _sorted(found)


def simulate_day(
    profile: Profile,
    policy: Policy,
    usage: Usage,
    requests: Sequence[Arrival],
    conditions: Conditions | None = None,
    hints_ns: Iterable[int] = (),
) -> Day:
    """Play ``requests`` of ``usage`` on the device of ``profile``.

    Args:
        profile: The device.
        policy: Decides where requests are served and when the ap sleeps.
        usage: Features and length of the day.
        requests: In order of time.
        conditions: Packs and air; what the usage says of the rest counts.
        hints_ns: When first signs come that nothing follows.
    """  # fmt: skip
    around = replace(conditions or Conditions(), worn=usage.worn, brightness=usage.brightness)
    device = FluidDevice(profile, policy, around)
    scripts = scripts_of(usage, profile)
    served: list[Served] = []
    kernel = device.kernel
    foresee(device, scripts, requests)
    for request in requests:
        script = scripts[request.feature]
        if script.hint:
            hint_ns = max(0, request.t_ns - script.hint_ns)
            kernel.post(hint_ns, partial(device.system.hint, script.hint))
        kernel.post(request.t_ns, partial(_start, device, script, served))
    for t_ns in hints_ns:
        kernel.post(t_ns, partial(device.system.hint, "touch-down"))
    kernel.run_until(usage.day_ns)
    device.advance()
    return _day(device, profile, usage.day_ns, served)


def draw_day(
    profile: Profile, policy: Policy, usage: Usage, seed: int, conditions: Conditions | None = None, rate: float = 1.0
) -> Day:
    """Draw the requests of a day from ``seed``, everything ``rate`` times as often, and play them."""
    requests = arrivals(usage, profile, seed, rate=rate)
    return simulate_day(profile, policy, usage, requests, conditions, false_hints_ns(usage, seed))


def foresee(device: FluidDevice, scripts: dict[str, Script], requests: Iterable[Arrival]) -> None:
    """Tell a policy that wants to know when the ap will be needed: by each request that it would place there."""
    system = device.system
    if not system.wants_foresight():
        return
    leads_ns = {}
    for name, script in scripts.items():
        if system.place(script.whole) == "ap":
            leads_ns[name] = _lead_ns(script, device)
    system.foresee(request.t_ns + leads_ns[request.feature] for request in requests if request.feature in leads_ns)


def _lead_ns(script: Script, device: FluidDevice) -> int:
    """Return how long the steps on the mcu take before the ap is needed."""
    mcu, lead_ns = device.system.mcu, 0
    for step in script.steps["ap"]:
        if mcu is None or step.work is None or step.work.mcu_ms is None:
            break
        lead_ns += mcu.span_ns(step.work.mcu_ms)
    return lead_ns


def _start(device: FluidDevice, script: Script, served: list[Served]) -> None:
    device.kernel.spawn(play(script, device, served), script.name)


def _day(device: FluidDevice, profile: Profile, span_ns: int, served: list[Served]) -> Day:
    ap, supply = device.system.ap, device.supply
    return Day(
        span_ns=span_ns,
        energy_mwh=device.ledger.energy_mwh(),
        served=tuple(served),
        wakes=ap.wakes if ap else 0,
        ap_state_ns=ap.residency_ns() if ap else {},
        pack_levels=tuple(supply.levels),
        pack_mwh=profile.battery.capacity_mah * profile.battery.nominal_v,
        given_mwh=supply.given_mwh,
        dead_ns=device.dead_ns,
        end=supply.end,
        dead_mw=device.dead_mw,
        hottest_c=device.hottest_c,
        limits=tuple(device.limits),
    )


def _sorted(found: dict[str, float]) -> dict[str, float]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
