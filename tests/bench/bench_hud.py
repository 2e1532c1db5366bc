"""CPU time of a changed screen, as a ratio to a memcpy of the HUD in the same run: ``pytest -s tests/bench/bench_hud.py``.

Target: shape, layout and paint together at most 2 ms and 8x. The 2 ms are met four times over; the ratio is not, where
the HUD stays in the cache and its memcpy takes 26 us: 17x on the S1 and 12x on 640x480 when this was written (33x and 24x
before anything was remembered from screen to screen), of which paint is 4 to 6x. Every round brings a time and a word that
were never seen: shaping, breaking and drawing them is half of the layout; without them it is 2.5x. A test fails at three
times the ratio that was measured, so that only a real loss fails it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import process_time

import numpy as np
import pytest

from emulator.core.assets import asset
from emulator.core.profile import Display, Profile, load_profile
from emulator.hud.display_list import DisplayList, lit
from emulator.hud.document import load_documents, parse_document
from emulator.hud.layout import lay_out
from emulator.hud.raster import picture_of
from emulator.hud.state import HudState, Slot

pytestmark = pytest.mark.gui

ROUNDS = 400
MARGIN = 3
DOCUMENTS = load_documents(asset("huds"))
STATUS = {"time": "09:41", "battery": "86%", "level": 0.86}
RATIOS = {"quark_s1": 17.0, "inmo_go3": 12.0}  # measured
UNSEEN = 3.5  # measured: two unseen texts against none
MOST_MS = 2.0
MAP = "hud: map\nsamples: {a: {map: null}}\nroot: {map: {bind: map, grow: 1, w: 20deg, h: 8deg}}\n"
MOST_MAP_MS = 5.0
CHANGING = ("title", "text", "answer", "timer")


def display_of(profile: Profile) -> Display:
    assert profile.display is not None
    return profile.display


def states() -> list[HudState]:
    """Return what a wearer goes through: icons, a list, a pill, an answer; no two in a row are alike."""
    launcher = [_slot("launcher", "launcher", "zh", index=index) for index in range(5)]
    settings = [_slot("settings", "app", "zh", index=index) for index in range(4)]
    pill, answer = _slot("notification", "transient", "zh"), _slot("turn", "transient", "offline")
    call = [_slot("call", "transient", "active", timer=f"02:{second:02}") for second in range(20, 26)]
    shown = [(slot,) for slot in launcher + settings] + [(launcher[0], slot) for slot in [pill, answer, *call]]
    return [HudState(True, slots, STATUS) for slots in shown]


def _slot(screen: str, layer: str, sample: str, **data: object) -> Slot:
    return Slot(screen, layer, screen, dict(DOCUMENTS[screen].samples[sample]) | data)


def _unlike(state: HudState, number: int) -> HudState:
    """Return ``state`` as the app's next event brings it: with a time, and a word of its own, that were not there before."""
    slot = state.slots[-1]
    words = {key: f"{value[:20]}{number % 997}" for key, value in slot.data.items() if key in CHANGING}
    fresh = replace(slot, data=dict(slot.data) | words)
    status = dict(STATUS) | {"time": f"{number // 60 % 24:02}:{number % 60:02}"}
    return replace(state, slots=(*state.slots[:-1], fresh), status=status)


def cpu_ms(*works: Callable[[int], object]) -> list[float]:
    """Return the median CPU time of each work, round-robin."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(ROUNDS):
        for work, spent in zip(works, times, strict=True):
            begin = process_time()
            work(number)
            spent.append(1000 * (process_time() - begin))
    return [median(spent[ROUNDS // 6 :]) for spent in times]


@pytest.mark.parametrize("name", sorted(RATIOS))
def test_a_changed_screen_costs_a_few_memcpys(name: str):
    profile = load_profile(name)
    display = display_of(profile)
    shown = states()
    lists = [lay_out(state, DOCUMENTS, display) for state in shown]
    hud = np.zeros((display.canvas_px[1], display.canvas_px[0], 4), np.uint8)
    copy = np.empty_like(hud)

    def changed(number: int) -> DisplayList:
        return lay_out(_unlike(shown[number % len(shown)], number), DOCUMENTS, display)

    memcpy_ms, layout_ms, paint_ms, lit_ms = cpu_ms(
        lambda _: np.copyto(copy, hud),
        changed,
        lambda number: picture_of(profile, lists[number % len(lists)]),
        lambda number: lit(lists[number % len(lists)]),
    )
    ratio = (layout_ms + paint_ms) / memcpy_ms
    print(
        f"\n{name}: layout {layout_ms:.2f} + paint {paint_ms:.2f} ms = {ratio:.1f}x memcpy ({memcpy_ms:.3f} ms; target 8x,"
        f" {MOST_MS:g} ms); light {lit_ms:.2f} ms"
    )
    assert ratio <= MARGIN * RATIOS[name]
    assert layout_ms + paint_ms <= MOST_MS


def test_new_words_cost_little_more():
    """Shaping: every round shows words that were never seen."""
    display = display_of(load_profile("quark_s1"))
    state = states()[-1]
    fresh = itertools.count(1)

    def unseen(_: int) -> DisplayList:
        slot = state.slots[-1]
        data = dict(slot.data) | {"timer": f"{next(fresh)}", "caller": f"妈妈{next(fresh)}"}
        return lay_out(replace(state, slots=(*state.slots[:-1], replace(slot, data=data))), DOCUMENTS, display)

    def seen(_: int) -> DisplayList:
        slots = (*state.slots[:-1], replace(state.slots[-1]))
        return lay_out(replace(state, slots=slots), DOCUMENTS, display)

    seen_ms, unseen_ms, still_ms = cpu_ms(seen, unseen, lambda _: lay_out(state, DOCUMENTS, display))
    print(f"\nlayout {seen_ms:.2f} ms, with two unseen texts {unseen_ms:.2f} ms, of the same state {still_ms:.2f} ms")
    assert unseen_ms <= MARGIN * UNSEEN * seen_ms
    assert still_ms < seen_ms


def test_a_city_is_drawn_in_a_few_milliseconds():
    """Sixty streets of 33 points, two thirds of them cut or beside the box; every round they have moved."""
    profile = load_profile("quark_s1")
    display, documents = display_of(profile), {"map": parse_document(MAP, "map.hud.yaml")}
    wave = [(8 * k - 128, 6.0 * (k % 5)) for k in range(33)]

    def state(number: int) -> HudState:
        streets = [
            {
                "tier": ("dim", "dim", "regular")[k % 3],
                "points": [[x + number % 7, y + 9.0 * (k - 30)] for x, y in wave],
            }
            for k in range(60)
        ]
        city = {"span_m": 150.0, "lines": streets, "here": [0, 0, number], "north_deg": 0.0, "grid_m": 50.0}
        return HudState(True, (Slot("map", "app", "map", {"map": city}),), STATUS)

    states = [state(number) for number in range(20)]  # more than is remembered

    def moved(number: int) -> DisplayList:
        return lay_out(states[number % len(states)], documents, display)

    lists = [moved(number) for number in range(7)]
    made_ms, paint_ms = cpu_ms(moved, lambda number: picture_of(profile, lists[number % 7]))
    print(f"\nmap of 2,000 points: lay out {made_ms:.2f} + paint {paint_ms:.2f} ms (target {MOST_MAP_MS:g} ms)")
    assert made_ms + paint_ms <= MOST_MAP_MS
