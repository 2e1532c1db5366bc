"""The ap need by need: what one timeout for all comes to is what all days at once come to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.profile import load_profile
from emulator.devices.policy import Hint, View
from emulator.devices.work import NEVER_NS, Work
from emulator.fleet.draw import Ints
from emulator.fleet.look import NOBODY, look
from emulator.fleet.merge import Needs, merge
from emulator.fleet.template import Looking, Templates

LINE_S = 0.0014
S1 = load_profile("quark_s1")
need = st.tuples(
    st.integers(0, 2),
    st.floats(0.0, 100.0).map(lambda t: round(t, 4)),
    st.one_of(st.floats(0.01, 9.0).map(lambda t: round(t, 4)), st.just(float("nan"))),
)


@dataclass
class Steady:
    """Always the same tail; notes what it was shown."""

    after_need_ms: int
    after_sign_ms: int

    def __post_init__(self) -> None:
        self.seen: list[View] = []

    def place(self, work: Work, view: View) -> str:
        return view.able(work)[-1]

    def timeout(self, view: View) -> int | None:
        self.seen.append(view)
        return self.after_sign_ms if view.hinted else self.after_need_ms

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  always
        return True


def arrays(needs: list[tuple[int, float, float]]) -> tuple[Needs, Ints]:
    """Return needs (day, t, span), and whose each is: the first feature's, or nobody's for a first sign."""
    day, t_s, span_s = (np.array(column) for column in zip(*needs, strict=True)) if needs else (np.zeros(0),) * 3
    owner = np.where(np.isnan(span_s.astype(float)), NOBODY, 0)
    return Needs(day.astype(np.intp), t_s.astype(float), span_s.astype(float)), owner


@settings(max_examples=60, deadline=None)
@given(st.lists(need, max_size=25), st.sampled_from([0, 500, 5_000]), st.sampled_from([0, 1_000]))
def test_a_policy_with_one_timeout_comes_to_what_the_merge_comes_to(needs, timeout_ms, hinted_ms):
    needs.sort(key=lambda item: item[:2])
    merged = Templates((), 45.0, timeout_ms / 1_000, hinted_ms / 1_000, frozenset(), LINE_S)
    expected = merge(arrays(needs)[0], 3, S1.processors["ap"], merged)
    looking = Looking(S1, Steady(timeout_ms, hinted_ms), foresees=False)
    found = look(*arrays(needs), ("photo",), 3, looking, LINE_S)
    assert found.late_s == pytest.approx(expected.late_s, abs=1e-9)
    order = np.lexsort((expected.resumed_s, expected.day))
    assert found.day.tolist() == expected.day[order].tolist()
    for name in ("resumed_s", "awake_s", "tired_s"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)[order], abs=1e-9)


def test_a_policy_is_shown_the_gaps_after_the_same_feature():
    policy = Steady(0, 0)
    needs = Needs(np.zeros(4, np.intp), np.array([10.0, 20.0, 40.0, 41.0]), np.array([1.0, 1.0, 5.0, 1.0]))
    look(needs, np.array([0, 1, 0, 1]), ("photo", "voice"), 1, Looking(S1, policy, foresees=False), LINE_S)
    shown = [(view.last_owner, [round(gap, -2) for gap in view.gaps_ms]) for view in policy.seen]
    late_ms = 1_000.0 * (0.35 - LINE_S)
    assert shown == [("photo", []), ("voice", []), ("photo", [round(9_000.0 - late_ms, -2)])]
    assert all(view.next_ap_ns is None for view in policy.seen)


def test_a_policy_that_foresees_is_told_of_the_next_need_and_never_of_one_that_is_past():
    policy = Steady(0, 0)
    needs = Needs(np.zeros(2, np.intp), np.array([10.0, 20.0]), np.array([1.0, 1.0]))
    look(needs, np.array([0, 0]), ("photo",), 1, Looking(S1, policy, foresees=True), LINE_S)
    assert [view.next_ap_ns for view in policy.seen] == [20_000_000_000, NEVER_NS]
