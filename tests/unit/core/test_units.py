"""Quantities as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.units import duration_ns, quantise, split_quantity


@pytest.mark.parametrize(
    ("text", "ns"),
    [("0s", 0), ("1.5s", 1_500_000_000), ("200ms", 200_000_000), (" 30 s ", 30_000_000_000), ("1.5 min", 90_000_000_000),
     ("2h", 7_200_000_000_000), ("7us", 7_000), ("3ns", 3)],
)  # fmt: skip
def test_a_duration_is_read(text, ns):
    assert duration_ns(text) == ns


@pytest.mark.parametrize("text", ["", "s", "30", "30 sec", "1.5.2s", "1e3s", "one s", "1,5s"])
def test_a_duration_without_number_or_known_unit_is_refused(text):
    with pytest.raises(ValueError, match="expected a"):
        duration_ns(text)


def test_a_quantity_is_number_and_unit():
    assert split_quantity("-0.25deg") == (-0.25, "deg")
    assert split_quantity("62%") == (62.0, "%")
    assert split_quantity("12") == (12.0, "")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_quantising_is_close_and_settles_at_once(number):
    once = quantise(number)
    assert quantise(once) == once
    assert once == pytest.approx(number, rel=1e-8)


def test_a_quantity_that_no_clock_holds_is_refused():
    with pytest.raises(ValueError, match="expected a number with a unit"):
        duration_ns("9" * 400 + "s")
