"""The circuit breaker in its own time."""

from __future__ import annotations

from emulator.live.breaker import FAILURES, MOST_REST_NS, REST_NS, Breaker


class Clock:
    """A clock that is set by hand."""

    now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row_only():
    breaker = Breaker(Clock())
    for _ in range(4):
        breaker.failed()
        breaker.failed()
        breaker.worked()
    assert breaker.allows()


def test_one_call_tries_after_the_rest_and_closes_it():
    clock = Clock()
    breaker = opened(clock)
    clock.now_ns = REST_NS - 1
    assert not breaker.allows()
    clock.now_ns = REST_NS
    assert (breaker.allows(), breaker.allows()) == (True, False)
    breaker.worked()
    assert breaker.allows()
    assert breaker.state == "closed"


def test_the_rest_doubles_up_to_its_most_and_starts_small_again():
    clock = Clock()
    breaker = opened(clock)
    rests = []
    for _ in range(8):
        began_ns = clock.now_ns
        while not breaker.allows():
            clock.now_ns += REST_NS
        rests.append((clock.now_ns - began_ns) // REST_NS)
        breaker.failed()
    assert rests == [1, 2, 4, 8, 16, 30, 30, 30]
    assert MOST_REST_NS == 30 * REST_NS
    clock.now_ns += MOST_REST_NS
    assert breaker.allows()
    breaker.worked()
    for _ in range(FAILURES):
        breaker.failed()
    clock.now_ns += REST_NS
    assert breaker.allows()


def test_a_try_that_was_not_made_leaves_it_to_the_next():
    clock = Clock()
    breaker = opened(clock)
    clock.now_ns = REST_NS
    assert breaker.allows()
    breaker.left()
    assert breaker.state == "open"
    assert breaker.allows()
