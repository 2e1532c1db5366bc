"""Whether a pack may be pulled now, and if not, why: the indicator beside each pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.core import profile as profiles
from emulator.devices.battery.pack import Pack

SAFE, EMPTY_SLOT = "safe", ""
MARGIN = 1.1  # the others must hold a tenth more than was seen


@dataclass(frozen=True, slots=True)
class Swap:
    """Whether a pack may be pulled.

    Attributes:
        verdict: ``safe``; ``fixed`` (the device does not let one), ``only-pack`` (nothing else feeds it), ``weak`` (the
            others would brown out at ``need_mw``); "" for an empty slot.
        alone_mw: What the others give before the bus falls to the brown-out voltage.
        need_mw: The most that the device drew lately, or draws when Android resumes.
    """

    verdict: str
    alone_mw: float
    need_mw: float


def judge(pack: Pack, packs: Sequence[Pack], battery: profiles.Battery, need_w: float) -> Swap:
    """Return whether ``pack`` may be pulled out of ``packs`` while the device may need ``need_w``."""
    others = [other for other in packs if other is not pack and other.live]
    alone_w = limit_w(others, battery.uvlo_v)
    return Swap(_verdict(pack, others, battery, alone_w, need_w), 1000.0 * alone_w, 1000.0 * need_w)


def limit_w(packs: Sequence[Pack], least_v: float) -> float:
    """Return the power that pulls the bus of ``packs``, in parallel, down to ``least_v``."""
    return sum(pack.reach_w(least_v) for pack in packs)


def _verdict(pack: Pack, others: Sequence[Pack], battery: profiles.Battery, alone_w: float, need_w: float) -> str:
    if not pack.present:
        return EMPTY_SLOT
    if not battery.swappable:
        return "fixed"
    if need_w <= 0.0:
        return SAFE
    if not others:
        return "only-pack"
    return SAFE if alone_w >= MARGIN * need_w else "weak"
