from datetime import UTC, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.services.travel.recurrence import AHEAD, BEFORE, MOST_INSTANCES, Recurrence, starts_of
from emulator.services.travel.refused import RefusedError

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SINCE, UNTIL = NOW.replace(tzinfo=None) - BEFORE, NOW.replace(tzinfo=None) + AHEAD


def wall(year, month, day, hour=0):
    return datetime(year, month, day, hour, tzinfo=UTC).replace(tzinfo=None)


def expand(rule, first):
    return starts_of(Recurrence(rule, first, set(), 1), NOW)


def by_dateutil(rule, first):
    return list(rrulestr(rule, dtstart=first).between(SINCE, UNTIL, inc=True))[:MOST_INSTANCES]


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


RULES = st.builds(
    lambda frequency, interval, months, days, weekdays, count: ";".join(
        [f"FREQ={frequency}", f"INTERVAL={interval}"]
        + ([f"BYMONTH={','.join(map(str, months))}"] if months else [])
        + ([f"BYMONTHDAY={','.join(map(str, days))}"] if days and frequency != "WEEKLY" else [])
        + ([f"BYDAY={','.join(weekdays)}"] if weekdays else [])
        + ([f"COUNT={count}"] if count else [])
    ),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 4),
    some(range(1, 13), 3),
    some([1, 7, 28, -1, -2]),
    some(["MO", "WE", "SU"]),
    st.sampled_from([0, 0, 5, 300]),
)


@settings(max_examples=40, deadline=None)
@given(RULES, st.datetimes(wall(2024, 1, 1), wall(2027, 6, 1)).map(lambda at: at.replace(microsecond=0)))
def test_rules_expand_as_dateutil_expands_them(rule, first):
    assert expand(rule, first) == by_dateutil(rule, first)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "FREQ=YEARLY;BYYEARDAY=1,-1",
        "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU",
        "FREQ=DAILY;UNTIL=20261201T120000Z",
    ],
)
def test_rules_from_the_standard_expand_as_dateutil_expands_them(rule):
    first = wall(2020, 1, 31, 9)
    assert expand(rule, first) == by_dateutil(rule.replace("Z", ""), first)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("WKST=XX", "'XX' is no weekday"),
        ("UNTIL=soon", "UNTIL='SOON' is no date"),
        ("UNTIL=20261399", "UNTIL='20261399' is no date"),
        ("COUNT=x", "'X' is no number"),
        ("INTERVAL=" + "9" * 5_000, "'99999999999999999999' is no number"),
    ],
)
def test_a_rule_without_sense_is_told_in_our_own_words_with_its_line(part, why):
    with pytest.raises(RefusedError) as raised:
        starts_of(Recurrence(f"FREQ=DAILY;{part}", wall(2026, 11, 28), set(), 7), NOW)
    assert (str(raised.value), raised.value.line) == (f"a rule that makes no sense: {why}", 7)


def test_a_rule_that_comes_next_in_a_year_nobody_counts_is_over():
    first = wall(2026, 11, 28, 9)
    assert starts_of(Recurrence("FREQ=YEARLY;INTERVAL=9999", first, set(), 1), NOW) == [first]
