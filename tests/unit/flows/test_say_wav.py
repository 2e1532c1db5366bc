"""``say: {wav: ...}``: recorded speech goes through voice activity, wake phrase and recognition to the assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.flows.flow import parse_flow
from emulator.flows.run import run_flow, runs

DATA = Path(__file__).parents[2] / "data" / "voice"
FLOW = """flow: spoken
steps:
  - say: {wav: qianwen-weather-zf_xiaoxiao.wav, snr: 20dB}
  - expect: {event: wake.heard, phrase: 你好千问, within: 1s}
  - expect: {event: turn.started, cause: wake-word}
  - expect: {event: transcript.settled, text: {contains: 今天天气}, engine: {not: text}}
  - until: turn.ended
"""


@pytest.mark.voice
def test_a_recorded_wake_phrase_and_question_become_a_turn():
    (verdict,) = run_flow(parse_flow(FLOW, DATA / "x.flow.yaml"))
    assert verdict.passed, verdict.error


@pytest.mark.voice
def test_a_recording_gives_the_same_log_twice():
    logs = []
    for _ in range(2):
        for play in runs(parse_flow(FLOW, DATA / "x.flow.yaml")):
            play.finish()
            logs.append(play.glasses.log.to_jsonl())
    assert logs[0] == logs[1]


@pytest.mark.voice
def test_what_only_sounds_like_a_wake_phrase_starts_no_turn():
    text = "flow: x\nsteps:\n  - say: {wav: reunion-zm_yunxi.wav}\n  - absent: {event: turn.started, within: 5s}\n"
    (verdict,) = run_flow(parse_flow(text, DATA / "x.flow.yaml"))
    assert verdict.passed, verdict.error
