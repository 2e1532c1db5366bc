"""The packs of many devices at once: the equations of ``bus`` and ``pack`` over numpy arrays, for fleets.

Every step does for each device what the scalar one does for one (tested to 1e-9).
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from emulator.core.profile import Battery
from emulator.devices.battery.cell import CLOSE_A, PASSES
from emulator.devices.battery.many import (
    Array,
    Flags,
    Lines,
    ManyCells,
    Rows,
    advance_many,
    line_many,
    look_many,
    models_at,
)
from emulator.devices.battery.model import CHARGE_AH


def share_many(volts: Array, ohms: Array, live: Flags, power_w: Array) -> tuple[Array, Array, Flags]:
    """Share ``power_w``, (n,), over sources (n, slots) behind ideal diodes: ``bus.share``.

    Returns:
        Bus volts (n,), currents (n, slots), and whether the power can be given (n,); where not, the others are 0.
    """
    if volts.shape[-1] == 1:
        return _share_alone(volts, ohms, live, power_w)
    active, holds, drawn = live, np.any(live, axis=-1), power_w > 0.0
    bus_v = np.max(np.where(live, volts, 0.0), axis=-1, initial=0.0)
    for _ in range(volts.shape[-1]):
        siemens = np.where(active, 1.0 / ohms, 0.0)
        conductance, short_a = siemens.sum(axis=-1), (siemens * volts).sum(axis=-1)
        room = short_a**2 - 4.0 * conductance * power_w
        holds = holds & (~drawn | (room >= 0.0))
        found_v = (short_a + np.sqrt(np.maximum(room, 0.0))) / np.where(conductance > 0.0, 2.0 * conductance, 1.0)
        bus_v = np.where(drawn & holds, found_v, bus_v)
        left = active & (volts > bus_v[..., None])
        active = np.where(np.any(left, axis=-1, keepdims=True), left, active)
    gives = active & (drawn & holds)[..., None]
    return np.where(holds, bus_v, 0.0), np.where(gives, (volts - bus_v[..., None]) / ohms, 0.0), holds


def _share_alone(volts: Array, ohms: Array, live: Flags, power_w: Array) -> tuple[Array, Array, Flags]:
    """Return the same for one source each: there is nothing to share."""
    source_v, source_ohm = volts[..., 0], ohms[..., 0]
    room = source_v * source_v - 4.0 * source_ohm * power_w
    holds = live[..., 0] & ((room >= 0.0) | (power_w <= 0.0))
    bus_v = np.where(holds, np.where(power_w > 0.0, (source_v + np.sqrt(np.maximum(room, 0.0))) / 2.0, source_v), 0.0)
    return bus_v, np.where(holds, (source_v - bus_v) / source_ohm, 0.0)[..., None], holds


@dataclass(frozen=True, slots=True)
class ManyPoints:
    """What a step gave at its start: bus volts (n,), currents of the packs (n, slots), whether it could (n,)."""

    bus_v: Array
    currents_a: Array
    holds: Flags


class ManyPacks:
    """The packs of ``n`` devices of one kind, in parallel behind ideal diodes.

    Packs that are alike in every device stay alike, so they are computed once.

    >>> from emulator.core.profile import load_profile
    >>> packs = ManyPacks(load_profile("quark_s1").battery, levels=[[1.0, 1.0], [0.5, 0.6]], temp_c=25.0)
    >>> point = packs.step(np.array([0.3, 0.9]), 60.0)
    >>> point.holds.tolist(), packs.level.round(3).tolist()
    ([True, True], [0.998, 0.543])

    Attributes:
        cells: Their state, arrays (n, slots), or (n, 1) if they are alike.
        live: Whether each pack is there and not empty, shaped as ``cells``.
        currents_a: What each pack carried in the last step, shaped as ``cells``.
    """

    def __init__(self, battery: Battery, levels: ArrayLike, temp_c: ArrayLike) -> None:
        """Put rested packs at ``levels`` (n, slots) into the slots; ``temp_c`` is one number or (n,)."""
        self._battery, self._scale = battery, battery.capacity_mah / 1000.0 / CHARGE_AH
        found = np.asarray(levels, dtype=np.float64)
        alike = bool(np.all(found == found[:, :1]))
        self._slots, self._count = found.shape[-1], found.shape[-1] if alike else 1
        self.cells = ManyCells.rested(found[:, :1] if alike else found)
        self.live = np.ones(self.cells.level.shape, dtype=np.bool_)
        self.currents_a = np.zeros_like(self.cells.level)
        self.warm(temp_c)

    @property
    def level(self) -> Array:
        """True charge of each device's packs over their capacity, (n,), in [0, 1]."""
        return np.asarray(np.maximum(self.cells.level, 0.0).mean(axis=-1))

    def warm(self, temp_c: ArrayLike) -> None:
        """Bring the cells to ``temp_c``, one number or (n,)."""
        self._temp_c = found = np.asarray(temp_c, dtype=np.float64)
        self._models = models_at(found[:, None] if found.ndim else found, self._battery.ocv_shift_v)
        self._offers = look_many(self._models, self.cells)
        self._line: Lines | None = None

    def pick(self, rows: Rows, temp_c: ArrayLike) -> ManyPacks:
        """Return the packs of some devices at ``temp_c``, one number or (rows,); they go on apart from these."""
        part = copy(self)
        part.cells, part.live, part.currents_a = self.cells.pick(rows), self.live[rows], self.currents_a[rows]
        part.warm(temp_c)
        return part

    def step(self, power_w: Array, span_s: ArrayLike, passes: int = PASSES) -> ManyPoints:
        """Give ``power_w`` (n,) for ``span_s``, one number or (n,), at the currents at its start.

        A pack that ends below its cut-off is not ``live`` any more. Steps of a minute are well within 0.1 % at the
        power of glasses (docs/battery.md, "Steps"); two ``passes`` do where the power changes little from step to
        step, since each begins where the last one ended.
        """
        point, cell_a = self._solve(power_w, passes)
        span_s = np.asarray(span_s, dtype=np.float64)
        advance_many(self._models, self.cells, self._offers, cell_a, span_s[..., None] if span_s.ndim else span_s)
        self._offers = look_many(self._models, self.cells)
        self._line = line = line_many(self._models, self._offers, cell_a, self.cells.back_a)
        empty = (line.volts - line.ohm * cell_a < self._battery.cutoff_v) | (self.cells.level <= 0.0)
        self.live = self.live & ~empty
        return point

    def solve(self, power_w: Array, passes: int = PASSES) -> ManyPoints:
        """Share ``power_w`` (n,) as the packs are now, without a step."""
        return self._solve(power_w, passes)[0]

    def hold(self, power_w: Array, least_v: float, passes: int = PASSES) -> Flags:
        """Say whether each device's packs would hold the bus at ``least_v`` under ``power_w`` (n,), as they are now.

        What a cell loses grows ever slower with its current, so the tangent at the last current never promises too
        much: only devices that it does not clear are solved.
        """
        if self._line is None:
            self._line = line_many(self._models, self._offers, self.currents_a / self._scale, self.cells.back_a)
        bus_v, _, can = share_many(self._line.volts, self._ohms(self._line), self.live, power_w)
        sure = can & (bus_v >= least_v)
        doubt = np.flatnonzero(~sure)
        if doubt.size:
            part = self.pick(doubt, self._temp_c[doubt] if self._temp_c.ndim else self._temp_c)
            point = part.solve(power_w[doubt], passes)
            sure[doubt] = point.holds & (point.bus_v >= least_v)
        return sure

    def _ohms(self, line: Lines) -> Array:
        """Return the resistance of each pack, or of all together if they are alike."""
        return (line.ohm / self._scale + self._battery.series_ohm) / self._count

    def _solve(self, power_w: Array, passes: int) -> tuple[ManyPoints, Array]:
        """Return the point and the cells' currents; the packs' ``currents_a`` are then those."""
        scale, count = self._scale, self._count
        for _ in range(passes):
            cell_a = self.currents_a / scale
            line = line_many(self._models, self._offers, cell_a, self.cells.back_a)
            bus_v, given_a, holds = share_many(line.volts, self._ohms(line), self.live, power_w)
            before_a, self.currents_a = self.currents_a, given_a / count
            cell_a = self.currents_a / scale
            back_a = line.back_a(cell_a)
            moved_a = np.abs(self.currents_a - before_a) + np.abs(back_a - self.cells.back_a)
            self.cells.back_a = back_a
            if np.max(moved_a, initial=0.0) < CLOSE_A:
                break
        slots = (power_w.shape[0], self._slots)
        return ManyPoints(bus_v, np.broadcast_to(self.currents_a, slots), holds), cell_a
