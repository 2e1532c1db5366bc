"""The merge of needs with the timeout, against one need after the other in plain Python."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.profile import Processor
from emulator.fleet.merge import Needs, merge
from emulator.fleet.template import Templates

SPEC = Processor(
    os="android", cores=4, speed=14.0, idle_mw=137.0, core_mw=170.0, suspended_mw=24.0, resume_ms=350.0,
    resume_mw=550.0, suspend_ms=200.0, suspend_mw=385.0,
)  # fmt: skip
RESUME_S, SUSPEND_S, LINE_S = 0.35, 0.2, 0.0014
need = st.tuples(
    st.integers(0, 2),
    st.floats(0.0, 100.0).map(lambda t: round(t, 4)),
    st.one_of(st.floats(0.01, 9.0).map(lambda t: round(t, 4)), st.just(float("nan"))),
)


@dataclass
class Session:
    resumed: float
    awake: float
    tired: float


def one_by_one(needs, timeout, hinted):
    """Walk through the needs of one day; return how late each is, and the times the ap was awake."""
    late, sessions = [], []
    until = tail = None
    for t, span in needs:
        sign = span != span
        asleep = until is None or t > until + tail
        if asleep:
            start = t if until is None else max(t, until + tail + SUSPEND_S)
            sessions.append(Session(start, start + RESUME_S, 0.0))
            until = start + RESUME_S
        late.append(0.0 if sign else max(0.0, sessions[-1].awake - t - LINE_S))
        until = max(until, t if sign else t + late[-1] + span)
        if not sign:
            tail = timeout
        elif asleep:
            tail = hinted
        sessions[-1].tired = until + tail
    return late, sessions


@settings(max_examples=60, deadline=None)
@given(st.lists(need, max_size=25), st.sampled_from([0.0, 0.5, 5.0]), st.sampled_from([0.0, 1.0]))
def test_all_days_at_once_are_each_day_alone(needs, timeout, hinted):
    needs.sort(key=lambda item: item[:2])
    day, t_s, span_s = (np.array(column) for column in zip(*needs, strict=True)) if needs else (np.zeros(0),) * 3
    templates = Templates((), 45.0, timeout, hinted, frozenset(), LINE_S)
    found = merge(Needs(day.astype(np.intp), t_s.astype(float), span_s.astype(float)), 3, SPEC, templates)
    late, sessions = [], []
    for number in range(3):
        mine, awake = one_by_one([(t, span) for d, t, span in needs if d == number], timeout, hinted)
        late += mine
        sessions += [(number, s.resumed, s.awake, s.tired) for s in awake]
    assert found.late_s.tolist() == pytest.approx(late, abs=1e-9)
    told = sorted(zip(found.day.tolist(), found.resumed_s, found.awake_s, found.tired_s, strict=True))
    assert np.array(told).reshape(-1) == pytest.approx(np.array(sorted(sessions)).reshape(-1), abs=1e-9)
