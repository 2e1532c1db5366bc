"""Endpointing on synthetic probabilities: begin, pause, resume, end, cap and join, in samples."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.assistant.endpointing import (
    DEFAULTS,
    SAMPLES_PER_MS,
    Endpoint,
    Endpointing,
    SpeechBegan,
    SpeechOver,
    SpeechPaused,
    SpeechResumed,
)

FRAME = 512
SPEECH, MURMUR, SILENCE = 0.9, 0.42, 0.05


def run(*parts: tuple[float, int], ends: Endpointing | None = None) -> list[tuple[int, Any]]:
    """Feed ``(probability, frames)`` parts; return what came with the sample position it came at."""
    ends = ends or Endpointing()
    found = []
    for probability, frames in parts:
        for _ in range(frames):
            found += [(ends.position, e) for e in ends.feed(probability)]
    return found


def kinds(found: list[tuple[int, Any]]) -> list[type[Endpoint]]:
    return [type(e) for _, e in found]


def test_a_sentence_begins_pauses_and_ends():
    found = run((SILENCE, 31), (SPEECH, 40), (SILENCE, 30))
    assert kinds(found) == [SpeechBegan, SpeechPaused, SpeechOver]
    began, paused, over = found
    assert began[0] == (31 + 3) * FRAME
    assert began[1] == SpeechBegan((31 - 16) * FRAME, 31 * FRAME, joined=False)
    assert paused[0] == (31 + 40 + 6) * FRAME  # 192 ms
    assert over[0] - (31 + 40) * FRAME == 16 * FRAME  # the first frame end at or after 500 ms
    assert over[1] == SpeechOver((31 - 16) * FRAME, (31 + 40) * FRAME, over[0], "silence")


@pytest.mark.parametrize("frames", [3, 4, 7, 12])
def test_a_word_shorter_than_400_ms_ends_like_a_sentence(frames):
    """``stop`` and 停 never ended where warm-up was read as silence (Home Assistant core#181747)."""
    assert kinds(run((SPEECH, frames), (SILENCE, 16))) == [SpeechBegan, SpeechPaused, SpeechOver]


def test_two_frames_are_a_click():
    assert run((SPEECH, 2), (SILENCE, 40), (SPEECH, 2), (SILENCE, 40)) == []


def test_speech_that_goes_on_after_a_pause_voids_the_speculation():
    found = run((SPEECH, 10), (SILENCE, 8), (SPEECH, 10), (SILENCE, 16))
    assert kinds(found) == [SpeechBegan, SpeechPaused, SpeechResumed, SpeechPaused, SpeechOver]
    assert found[-1][1].begin == found[0][1].begin


def test_a_pause_below_192_ms_is_not_told():
    assert kinds(run((SPEECH, 10), (SILENCE, 5), (SPEECH, 10), (SILENCE, 16))) == [
        SpeechBegan,
        SpeechPaused,
        SpeechOver,
    ]


def test_noise_between_the_thresholds_cannot_hold_a_turn_open():
    found = run((SPEECH, 10), (MURMUR, 200))
    assert kinds(found) == [SpeechBegan, SpeechOver]
    late_ms = (found[-1][0] - 10 * FRAME) / SAMPLES_PER_MS
    assert DEFAULTS.stale_ms <= late_ms < DEFAULTS.stale_ms + 32


def test_an_endless_speaker_is_cut_at_the_cap_and_heard_on():
    found = run((SPEECH, 700))
    overs = [(at, e) for at, e in found if isinstance(e, SpeechOver)]
    assert overs[0][1].reason == "cap"
    assert overs[0][1].position - overs[0][1].begin == pytest.approx(10_000 * SAMPLES_PER_MS, abs=FRAME)
    begun = [e for _, e in found if isinstance(e, SpeechBegan)]
    at = overs[0][1].position
    assert begun[1] == SpeechBegan(at, at, joined=False)  # nothing is lost in between


def test_speech_that_comes_back_within_a_second_joins():
    found = run((SPEECH, 10), (SILENCE, 20), (SPEECH, 10), (SILENCE, 16))
    assert kinds(found) == [SpeechBegan, SpeechPaused, SpeechOver, SpeechBegan, SpeechPaused, SpeechOver]
    assert found[3][1] == SpeechBegan(0, 30 * FRAME, joined=True)
    assert found[-1][1].begin == 0


def test_speech_that_comes_back_later_is_a_new_utterance():
    found = run((SPEECH, 10), (SILENCE, 40), (SPEECH, 10), (SILENCE, 16))
    again = found[3][1]
    assert isinstance(again, SpeechBegan)
    assert not again.joined
    assert again.begin >= found[2][1].position


def test_a_released_key_ends_at_once():
    ends = Endpointing()
    run((SPEECH, 8), ends=ends)
    assert ends.finish() == [SpeechOver(0, 8 * FRAME, 8 * FRAME, "released")]
    assert ends.finish() == []


def test_forgetting_drops_the_utterance_and_the_join():
    ends = Endpointing()
    run((SPEECH, 8), ends=ends)
    ends.forget()
    assert run((SILENCE, 10), ends=ends) == []
    assert run((SPEECH, 8), ends=ends)[0][1].joined is False


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 60)), max_size=25))
def test_whatever_is_heard_every_beginning_has_one_end(parts):
    """0 wedged turns: after 1.3 s of silence nothing is open, and utterances never overlap or run over the cap."""
    found = run(*parts, (0.0, 41))
    opened = [e for _, e in found if isinstance(e, SpeechBegan)]
    closed = [e for _, e in found if isinstance(e, SpeechOver)]
    assert len(opened) == len(closed)
    for before, after in zip(closed, opened[1:], strict=False):
        assert after.joined or after.begin >= before.position
    for over in closed:
        assert over.begin < over.voiced <= over.position
        assert over.position - over.begin <= (DEFAULTS.cap_ms + DEFAULTS.cap_ms // 2) * SAMPLES_PER_MS + FRAME
