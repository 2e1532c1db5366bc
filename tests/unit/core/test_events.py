"""Events: one class a topic, JSON values, quantised floats."""

from __future__ import annotations

import pickle
import re
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass
from importlib import import_module

import pytest

from emulator.core.actions import ChangeSetting, Move, Press, Reply
from emulator.core.events import Action, Event, SessionStarted

TYPES = {**Event.types}
TOPIC = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(_[a-z]+)*\Z")


@dataclass(frozen=True, slots=True)
class Weighed(Event, topic="test.weighed"):
    weight_g: float
    parts_g: tuple[float, ...] = ()
    name: str = ""


@pytest.fixture(autouse=True, scope="module")
def _forget_test_event():
    yield
    Event.types.pop("test.weighed", None)


def test_a_float_keeps_nine_significant_digits():
    assert Weighed(1.23456789012).quantised() == Weighed(1.23456789)
    assert Weighed(123456789.987).quantised().weight_g == 123456790.0
    assert Weighed(0.0, (1 / 3, 2.0)).quantised().parts_g == (0.333333333, 2.0)


def test_quantising_twice_changes_nothing():
    once = Weighed(2 / 3, (1e-7 / 3,)).quantised()
    assert once.quantised() == once


def test_nested_values_from_outside_are_quantised():
    reply = Reply(1, "live", 20, {"price": 1 / 3, "near": [{"distance_m": 2 / 3}], "name": "x", "open": True})
    assert reply.quantised().reply == {
        "price": 0.333333333, "near": [{"distance_m": 0.666666667}], "name": "x", "open": True,
    }  # fmt: skip
    assert ChangeSetting("brightness", 1 / 3).quantised().value == 0.333333333
    assert ChangeSetting("idle_off_s", 30).quantised().value == 30


def test_the_table_of_topics_holds_the_classes_with_slots():
    for topic, kind in TYPES.items():
        assert kind.topic == topic
        assert "__slots__" in vars(kind), topic
        assert getattr(import_module(kind.__module__), kind.__name__) is kind


def test_events_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Press("temple").control = "media"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("topic", sorted(TYPES))
def test_a_topic_is_two_words(topic):
    assert TOPIC.match(topic), topic


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.__name__)
def test_an_event_carries_no_time_and_says_what_it_is(kind):
    assert is_dataclass(kind)
    assert kind.__doc__
    assert not {"t_ns", "seq", "source", "topic"} & {f.name for f in fields(kind)}


def test_an_event_survives_pickling():
    assert pickle.loads(pickle.dumps(Move("temple", 3.5))) == Move("temple", 3.5)


def test_a_session_is_not_caused_from_outside():
    assert not issubclass(SessionStarted, Action)
