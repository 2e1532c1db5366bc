"""One lithium-ion cell: two nodes of graphite, one of LCO, and the salt between them (docs/battery.md).

The graphite's side next to the separator works first and empties first; the back follows through more electrolyte.
That is what an equivalent circuit with one surface level misses in the cold and under a sustained load. Constants are
those published for the cell that the truth was computed with; nine effective ones were fitted (``model``).
"""

from __future__ import annotations

from math import asinh, exp, hypot, log, sqrt

from emulator.devices.battery.model import CHARGE_AH, GRID, LOWEST, ROWS_PER_LEVEL, SALT_ROWS, SALT_STEP, CellModel

LONGEST_S, LARGEST_LEVEL, NEAR_EMPTY = 120.0, 0.003, 0.08  # longest steps; docs/battery.md has their error
LEVEL_PER_AS = 1.0 / (3600.0 * CHARGE_AH)
PASSES = 12  # at most, of Newton's iteration; two or three do
CLOSE_A = 1e-5  # an iteration that moved less has an error below a nanoampere
LAST_ROW, LAST_SALT = GRID - 2, SALT_ROWS - 1
HALF_ROW = 0.5 / SALT_STEP
LEAST_SALT = 1.0  # mol/m3; there the cell cannot give anything any more

# What a state offers, whatever the current: volts of front, back and LCO; their exchange currents; ohms of back and series
Offer = tuple[float, float, float, float, float, float, float, float]
# More of the state: how these volts rise from row to row, diffusive conductances to the back and into the LCO
More = tuple[float, float, float, float, float]
# Ohms that a step ahead adds to front, back and LCO
Ahead = tuple[float, float, float]
NOW: Ahead = (0.0, 0.0, 0.0)


class Cell:
    """State of one cell of ``CHARGE_AH``; currents are the cell's own, positive on discharge.

    Attributes:
        model: Tables at the present temperature.
        level: Charge left over ``CHARGE_AH``, in [0, 1].
        front: Level of the graphite's node next to the separator; that of the back one follows from both.
        front_short, back_short, positive_short: How far each surface lies below its node, in level.
        front_salt, back_salt: Concentration in the electrolyte of the nodes, mol/m3.
        back_a: Part of the current that the back node carried when last asked; where the next iteration starts.
    """

    __slots__ = (
        "_more",
        "_offer",
        "_volts",
        "back_a",
        "back_salt",
        "back_short",
        "front",
        "front_salt",
        "front_short",
        "level",
        "model",
        "positive_short",
    )

    def __init__(self, model: CellModel, level: float = 1.0) -> None:
        """Make a rested cell at ``level``."""
        self.model, self.level, self.front = model, level, level
        self.front_short = self.back_short = self.positive_short = self.back_a = 0.0
        self.front_salt = self.back_salt = REST_SALT
        self._offer: Offer | None = None
        self._more: More = (0.0, 0.0, 0.0, 0.0, 0.0)
        self._volts = 3.7  # at the last power: where the next iteration starts

    def copy(self) -> Cell:
        """Return another cell in the same state."""
        other = Cell(self.model)
        other.take(self)
        return other

    def take(self, other: Cell) -> None:
        """Be in the state of ``other``."""
        for name in self.__slots__:
            setattr(self, name, getattr(other, name))

    def warm(self, model: CellModel) -> None:
        """Come to the temperature of ``model``."""
        if model is not self.model:
            self.model, self._offer = model, None

    # --- terminals ---

    def source(self, current_a: float) -> tuple[float, float]:
        """Return voltage and resistance of the source that the cell is around ``current_a`` (linearised there)."""
        offer = self._offer or self._look()
        self.back_a = self._share(offer, NOW, current_a)
        return self._line(offer, NOW, current_a)[:2]

    def voltage_v(self, current_a: float) -> float:
        """Return the terminal voltage at ``current_a``."""
        source_v, ohm = self.source(current_a)
        return source_v - ohm * current_a

    def at_power(self, power_w: float) -> tuple[float, float] | None:
        """Return current and voltage at a constant ``power_w``, or None if the cell cannot give it."""
        current_a = self._at_power(self._offer or self._look(), NOW, power_w)
        return None if current_a is None else (current_a, self.voltage_v(current_a))

    def at_voltage(self, voltage_v: float) -> float:
        """Return the current that takes the terminals to ``voltage_v``; negative if that charges the cell."""
        current_a = 0.0
        for _ in range(PASSES):
            source_v, ohm = self.source(current_a)
            before_a, current_a = current_a, (source_v - voltage_v) / ohm
            if abs(current_a - before_a) < CLOSE_A:
                break
        return current_a

    # --- time ---

    def advance(self, current_a: float, span_s: float) -> None:
        """Discharge with a constant ``current_a`` for ``span_s``."""
        ahead, fades = self._ahead(span_s)
        self.back_a = self._share(self._offer or self._look(), ahead, current_a)
        self._pass_on(current_a, span_s, fades)

    def advance_power(self, power_w: float, span_s: float) -> float | None:
        """Discharge with a constant ``power_w`` for ``span_s``, at the current of the middle of the step.

        Returns:
            That current, or None, and nothing has changed, if the cell cannot give the power.
        """
        ahead, fades = self._ahead(span_s)
        current_a = self._at_power(self._offer or self._look(), ahead, power_w)
        if current_a is not None:
            self._pass_on(current_a, span_s, fades)
        return current_a

    def longest_step_s(self, current_a: float) -> float:
        """Return how long a step may take at constant power (docs/battery.md, "Steps")."""
        near = self.front - self.front_short < NEAR_EMPTY
        largest = LARGEST_LEVEL * (0.2 if near else 1.0)
        return min(LONGEST_S, largest / (LEVEL_PER_AS * current_a)) if current_a > 0.0 else LONGEST_S

    # --- equations (docs/battery.md) ---

    def _look(self) -> Offer:
        """Return what the state offers, and keep it until the state changes."""
        model = self.model
        share, salt_v = model.front_share, model.salt_v
        rest = 1.0 - share
        back_m, front_m, positive_m = model.rooms_m
        front_salt, back_salt = self.front_salt, self.back_salt
        gained = back_m * (back_salt - REST_SALT) + front_m * (front_salt - REST_SALT)
        positive_salt = max(LEAST_SALT, REST_SALT - gained / positive_m)
        front_v, front_rise, front_a = _at(model.negative, self.front - self.front_short)
        back_v, back_rise, back_a = _at(model.negative, (self.level - share * self.front) / rest - self.back_short)
        positive_v, positive_rise, positive_a = _at(model.positive, self.level - self.positive_short)
        back_ohm, back_m_s = model.back[min(int((front_salt + back_salt) * HALF_ROW + 0.5), LAST_SALT)]
        series_ohm = model.series_ohm[min(int((front_salt + positive_salt) * HALF_ROW + 0.5), LAST_SALT)]
        positive_s_m = model.positive_s_m[min(int(positive_salt / SALT_STEP + 0.5), LAST_SALT)]
        self._more = (front_rise, back_rise, positive_rise, back_m_s, 1.0 / positive_s_m)
        self._offer = offer = (
            -front_v - salt_v * log(front_salt / positive_salt),
            -back_v - salt_v * log(back_salt / positive_salt),
            positive_v,
            front_a * share * sqrt(front_salt / REST_SALT),
            back_a * rest * sqrt(back_salt / REST_SALT),
            positive_a * sqrt(positive_salt / REST_SALT),
            back_ohm,
            series_ohm,
        )
        return offer

    def _line(self, offer: Offer, ahead: Ahead, current_a: float) -> tuple[float, float, float, float, float, float]:
        """Return the cell as a source linearised at ``current_a`` and ``back_a``, and the same of nodes and back."""
        front_v, back_v, positive_v, front_i0, back_i0, positive_i0, back_ohm, series_ohm = offer
        thermal_v, back_a = self.model.thermal_v, self.back_a
        front_a = current_a - back_a
        gain = thermal_v / hypot(front_a, front_i0)
        front_v += gain * front_a - thermal_v * asinh(front_a / front_i0)
        front_siemens = 1.0 / (gain + ahead[0])
        gain = thermal_v / hypot(back_a, back_i0)
        back_v += gain * back_a - thermal_v * asinh(back_a / back_i0)
        back_siemens = 1.0 / (gain + back_ohm + ahead[1])
        nodes_ohm = 1.0 / (front_siemens + back_siemens)
        nodes_v = (front_v * front_siemens + back_v * back_siemens) * nodes_ohm
        gain = thermal_v / hypot(current_a, positive_i0)
        positive_v += gain * current_a - thermal_v * asinh(current_a / positive_i0)
        ohm = nodes_ohm + gain + series_ohm + ahead[2]
        return positive_v + nodes_v, ohm, nodes_v, nodes_ohm, back_v, back_siemens

    def _at_power(self, offer: Offer, ahead: Ahead, power_w: float) -> float | None:
        """Return the current at ``power_w``, or None; ``back_a`` is then the back node's part.

        The equations are those of ``_line``, written out: this is where a discharge spends its time.
        """
        open_front_v, open_back_v, open_positive_v, front_i0, back_i0, positive_i0, back_ohm, series_ohm = offer
        ahead_front, ahead_back, ahead_positive = ahead
        thermal_v, back_a = self.model.thermal_v, self.back_a
        back_ohm += ahead_back
        series_ohm += ahead_positive
        current_a = power_w / self._volts
        for _ in range(PASSES):
            front_a = current_a - back_a
            gain = thermal_v / hypot(front_a, front_i0)
            front_v = open_front_v + gain * front_a - thermal_v * asinh(front_a / front_i0)
            front_siemens = 1.0 / (gain + ahead_front)
            gain = thermal_v / hypot(back_a, back_i0)
            back_v = open_back_v + gain * back_a - thermal_v * asinh(back_a / back_i0)
            back_siemens = 1.0 / (gain + back_ohm)
            nodes_ohm = 1.0 / (front_siemens + back_siemens)
            nodes_v = (front_v * front_siemens + back_v * back_siemens) * nodes_ohm
            gain = thermal_v / hypot(current_a, positive_i0)
            source_v = open_positive_v + gain * current_a - thermal_v * asinh(current_a / positive_i0) + nodes_v
            room = source_v * source_v - 4.0 * power_w * (nodes_ohm + gain + series_ohm)
            if room < 0.0 or source_v <= 0.0:
                return None
            found_a = 2.0 * power_w / (source_v + sqrt(room))
            found_back_a = (back_v - nodes_v + nodes_ohm * found_a) * back_siemens
            moved_a = abs(found_a - current_a) + abs(found_back_a - back_a)
            current_a, back_a = found_a, found_back_a
            if moved_a < CLOSE_A:
                break
        self.back_a = back_a
        if current_a > 0.0:
            self._volts = power_w / current_a
        return current_a

    def _share(self, offer: Offer, ahead: Ahead, current_a: float) -> float:
        """Return what the back node carries of ``current_a``: both nodes show one voltage."""
        front_v, back_v, _, front_i0, back_i0, _, back_ohm, _ = offer
        thermal_v, back_a = self.model.thermal_v, self.back_a
        back_ohm += ahead[1]
        for _ in range(PASSES):
            front_a = current_a - back_a
            gap_v = front_v - thermal_v * asinh(front_a / front_i0) - ahead[0] * front_a
            gap_v -= back_v - thermal_v * asinh(back_a / back_i0) - back_ohm * back_a
            slope = thermal_v / hypot(front_a, front_i0) + thermal_v / hypot(back_a, back_i0)
            change_a = gap_v / (slope + back_ohm + ahead[0])
            back_a -= change_a
            if abs(change_a) < CLOSE_A:
                break
        return back_a

    def _ahead(self, span_s: float) -> tuple[Ahead, tuple[float, float]]:
        """Return the ohms by which half a step of ``span_s`` lowers each node's voltage, and how shortfalls fade."""
        model, share = self.model, self.model.front_share
        if self._offer is None:
            self._look()
        front_rise, back_rise, positive_rise, _, _ = self._more
        fades = exp(-span_s / model.negative_s), exp(-span_s / model.positive_s)
        drawn = LEVEL_PER_AS * span_s
        negative = (drawn + model.negative_per_a * (1.0 - fades[0])) * (ROWS_PER_LEVEL / 2.0)
        positive = (drawn + model.positive_per_a * (1.0 - fades[1])) * (ROWS_PER_LEVEL / 2.0)
        ahead = (
            -front_rise * negative / share if front_rise < 0.0 else 0.0,
            -back_rise * negative / (1.0 - share) if back_rise < 0.0 else 0.0,
            positive_rise * positive if positive_rise > 0.0 else 0.0,
        )
        return ahead, fades

    def _pass_on(self, current_a: float, span_s: float, fades: tuple[float, float]) -> None:
        """Move charge and salt for ``span_s`` at ``current_a`` and ``back_a``, exact for these."""
        model, back_a = self.model, self.back_a
        front_a, share = current_a - back_a, model.front_share
        negative, positive = fades
        per_a = model.negative_per_a * (1.0 - negative)
        self.front_short = self.front_short * negative + per_a * front_a / share
        self.back_short = self.back_short * negative + per_a * back_a / (1.0 - share)
        self.positive_short = self.positive_short * positive + model.positive_per_a * (1.0 - positive) * current_a
        self.back_salt, self.front_salt = self._mixed(front_a, back_a, span_s)
        self.level -= current_a * span_s * LEVEL_PER_AS
        self.front -= front_a * span_s * LEVEL_PER_AS / share
        self._offer = None

    def _mixed(self, front_a: float, back_a: float, span_s: float) -> tuple[float, float]:
        """Return the salt of back and front after ``span_s``: the exponential of a 2 by 2 matrix."""
        model = self.model
        back_m, front_m, positive_m = model.rooms_m
        _, _, _, to_back, to_positive = self._more
        back, front = self.back_salt - REST_SALT, self.front_salt - REST_SALT
        a, b = -to_back / back_m, to_back / back_m
        c = (to_back - to_positive * back_m / positive_m) / front_m
        d = -(to_back + to_positive * (1.0 + front_m / positive_m)) / front_m
        back_in, front_in = model.salt_per_a * back_a / back_m, model.salt_per_a * front_a / front_m
        area = a * d - b * c
        back_end, front_end = (b * front_in - d * back_in) / area, (c * back_in - a * front_in) / area
        mean = (a + d) / 2.0
        spread = sqrt(max(mean * mean - area, 1e-30))
        slow, quick = exp((mean + spread) * span_s), exp((mean - spread) * span_s)
        even, odd = (slow + quick) / 2.0, (slow - quick) / (2.0 * spread)
        back -= back_end
        front -= front_end
        return (
            max(LEAST_SALT, REST_SALT + back_end + even * back + odd * ((a - mean) * back + b * front)),
            max(LEAST_SALT, REST_SALT + front_end + even * front + odd * (c * back + (d - mean) * front)),
        )


REST_SALT = 1000.0  # mol/m3; ``salt_mol_m3`` of the data


def _at(rows: tuple[tuple[float, float, float], ...], level: float) -> tuple[float, float, float]:
    """Return volts at ``level``, beyond the ends along the last rows; their rise to the next row; amps at the row."""
    place = (level - LOWEST) * ROWS_PER_LEVEL
    row = int(place)
    row = 0 if row < 0 else LAST_ROW if row > LAST_ROW else row
    low, rise, amps = rows[row]
    return low + (place - row) * rise, rise, amps
