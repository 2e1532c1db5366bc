"""The tree of errors is the one that is drawn; near words are named."""

from __future__ import annotations

import inspect
import re

from emulator.core import errors
from emulator.core.errors import EmulatorError, nearest, quoted


def test_the_drawn_tree_is_the_real_one():
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = [(-1, "Exception")]
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"( *)\* (\w+)", line):
            while above[-1][0] >= len(found[1]):
                above.pop()
            drawn[found[2]] = above[-1][1]
            above.append((len(found[1]), found[2]))
    real = {
        name: kind.__bases__[0].__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, EmulatorError)
    }
    assert drawn == real


def test_a_near_word_is_proposed_and_a_far_one_gets_the_list():
    assert nearest("squeze", ["squeeze", "slide"]) == "; did you mean 'squeeze'?"
    assert nearest("x", ["b", "a"]) == "; known: a, b"


def test_what_is_echoed_in_a_message_is_short():
    assert quoted("a" * 40) == repr("a" * 40)
    assert quoted("a" * 100_000) == repr("a" * 40 + "…")
