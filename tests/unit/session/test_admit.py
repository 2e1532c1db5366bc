"""What may come in: values a device understands and a log can hold; the rest is one line, and nothing happens."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import Glasses, replay
from emulator.core.actions import InsertPack, MoveHead, Notify, Press, Reply, Say, SetAmbient, SetLevel, SetLight
from emulator.core.errors import UsageError
from emulator.core.events import Action

WRONG: list[tuple[Action, str]] = [
    (SetLight(float("nan")), "SetLight: expected a finite number, got nan"),
    (SetLight(-1.0), "SetLight: lux: expected a light from 0, got -1"),
    (SetLevel("left", 62), "SetLevel: level: expected 0 to 1, got 62"),
    (InsertPack("left", -0.1), "InsertPack: level: expected 0 to 1, got -0.1"),
    (SetAmbient(300.0), "SetAmbient: temp_c: expected -60 to 90, got 300"),
    (Press("tempel"), "Press: no control 'tempel'; did you mean 'temple'?"),
    (Press("temple", fingers="two"), "Press: Expected `int`, got `str` - at `$.fingers`"),  # type: ignore[arg-type]  # the point
    (MoveHead("sideways"), "MoveHead: Invalid enum value 'sideways' - at `$.motion`"),  # type: ignore[arg-type]  # the point
    (Say(None), "Say: Expected `str`, got `null` - at `$.text`"),  # type: ignore[arg-type]  # the point
    (Reply(1, "offline", 2, {"text": float("inf")}), "Reply: expected a finite number, got inf"),
]


@pytest.mark.parametrize(("action", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_value_that_makes_no_sense_is_refused_before_it_is_in_the_log(glasses: Any, action: Action, message: str):
    worn = glasses()
    before = len(worn.log.records)
    with pytest.raises(UsageError) as refused:
        worn.do(action)
    assert str(refused.value) == message
    assert len(worn.log.records) == before


def test_text_that_utf8_cannot_hold_is_mended_and_replays(tmp_path):
    with Glasses() as worn:
        worn.do(Say("几点\ud800"))
        worn.run_for(seconds=2)
        worn.do(Notify("钉钉", "a\0b", "\udfff"))
        worn.run_for(seconds=2)
    worn.save_log(tmp_path / "log.jsonl")
    assert worn.events(Say)[0].text == "几点?"
    assert replay(tmp_path / "log.jsonl").log.to_jsonl() == (tmp_path / "log.jsonl").read_text("utf-8")
