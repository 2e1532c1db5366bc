"""Playing a flow: anchors, waiting, crashes, and the same log whoever lets the time pass."""

from __future__ import annotations

import pytest

from emulator.core.errors import ExpectationError
from emulator.core.events import AppCrashed
from emulator.core.units import MS
from emulator.flows.flow import parse_flow
from emulator.flows.play import Play
from emulator.flows.run import run_flow


def start(*steps: str, head: str = "") -> Play:
    text = f"flow: x\n{head}steps:\n" + "".join(f"  - {step}\n" for step in steps)
    flow = parse_flow(text, "x.flow.yaml")
    return Play(flow.glasses(flow.variants[0]), flow, flow.variants[0])


def outcome(*steps: str, head: str = "") -> str:
    """Return why the flow failed, or "" if it passed."""
    play = start(*steps, head=head)
    with play.glasses:
        verdict = play.finish()
    return "" if verdict.error is None else str(verdict.error)


def test_within_counts_from_the_end_of_the_step_before():
    assert outcome("say: 现在几点", "advance: 10s", "expect: {event: answer.given, within: 1ms}") == ""


def test_an_event_of_an_earlier_step_does_not_count():
    told = outcome("say: 现在几点", "advance: 10s", "advance: 1s", "expect: {event: turn.started}")
    assert "x.flow.yaml:6:13: expect did not come true within 2 s, at 13.000 s of virtual time" in told
    assert "instead:  no turn.started since the step before" in told


def test_an_expectation_goes_on_at_the_instant_at_which_it_comes_true():
    play = start("advance: 100ms", "say: 现在几点", "expect: {event: answer.given, within: 5s}")
    verdict = play.finish()
    (answered,) = [record.t_ns for record in play.glasses.log.records if record.event.topic == "answer.given"]
    assert verdict.t_ns == answered < 5_000 * MS


def test_several_expectations_count_from_the_same_step():
    told = outcome("advance: 1s", "expect: {hud: 不会出现, within: 0s}")
    assert "at 1.000 s of virtual time" in told
    assert (
        outcome("say: 现在几点", "expect: {event: turn.started}", "expect: {event: transcript.settled, within: 0s}")
        == ""
    )


def test_absent_fails_at_the_moment_at_which_it_comes_true():
    told = outcome("say: 现在几点", "absent: {event: answer.given, within: 5s}")
    assert "absent came true, but must not within 5 s, at " in told
    assert outcome("say: 现在几点", "absent: {event: photo.taken, within: 5s}") == ""


def test_until_stops_at_the_event_and_gives_up_in_time():
    assert outcome("say: 现在几点", "until: turn.ended", "expect: {event: answer.given}") == ""
    told = outcome("until: {event: photo.taken, within: 3s}")
    assert "until did not come true within 3 s, at 3.000 s of virtual time" in told


def test_a_condition_that_is_half_true_says_which_half_is_not():
    told = outcome("say: 现在几点", "expect: {event: turn.started, hud: 不会出现, within: 1s}")
    assert "    expected: event turn.started\n    since" in told
    assert "    expected: hud '不会出现'\n    instead:  the display shows " in told


@pytest.mark.parametrize(
    ("more", "message"),
    [((), "app 'camera' crashed at 0.500 s: OSError: x"), (("expect: {event: app.crashed, app: camera}",), "")],
)
def test_a_crash_fails_the_flow_unless_it_was_asked_for(more, message):
    play = start("advance: 1s", *more)

    def crash() -> None:
        play.glasses.log.emit(AppCrashed("camera", "OSError: x"), "camera")

    play.glasses.kernel.after(500 * MS, crash)
    verdict = play.finish()
    assert verdict.passed == bool(more)
    assert message in str(verdict.error or "")


def test_the_log_is_the_same_whether_time_jumps_or_goes_frame_by_frame():
    steps = (
        "swipe: {where: temple, dir: forward}",
        "say: 音量调到50",
        "expect: {hud: 音量, within: 3s}",
        "squeeze: twice",
        "advance: 3s",
    )
    jumping, framed = start(*steps), start(*steps)
    jumping.finish()
    while not framed.over:
        framed.glasses.run_for(ms=1000 / 30)
    end_ns = max(jumping.now_ns, framed.now_ns) + 100 * MS
    for play in (jumping, framed):
        play.glasses.run_until(end_ns)
        play.glasses.close()
    assert jumping.glasses.log.to_jsonl() == framed.glasses.log.to_jsonl()


def test_a_flow_that_is_abandoned_gets_no_verdict():
    play = start("advance: 1s", "say: 现在几点")
    play.glasses.run_for(ms=500)
    play.abandon()
    play.glasses.run_for(ms=2_000)
    assert (play.verdict, play.over) == (None, False)
    assert [r for r in play.glasses.log.records if r.event.topic == "turn.started"] == []


def test_a_flow_longer_than_its_limit_is_an_error():
    with pytest.raises(ExpectationError, match="the flow was not over"):
        start("advance: 10s").finish(limit_ns=1_000 * MS)


def test_a_control_or_pack_that_the_device_has_not_got_is_told_with_the_place():
    assert "x.flow.yaml:4:5: " in outcome("pack: {remove: middle}", head="profile: quark_s1\n")
    told = outcome("squeeze: once", head="profile: even_g2\n")
    assert told.startswith("x.flow.yaml:4:5: ")
    assert "has no media" in told


def test_energy_and_deadlines_are_checked():
    assert outcome("advance: 10s", "check: {energy: {above: 1uWh, below: 10mWh}, deadline: {missed: 0}}") == ""
    told = outcome("advance: 10s", "check: {energy: {component: display, below: 0.001mJ, since: step}}")
    assert "x.flow.yaml:4:21: energy of component 'display' is " in told
    assert "since step, expected below 0.001mJ, at 10.000 s of virtual time" in told


def test_given_is_so_before_the_first_step():
    head = "given: {battery: {left: 62%, right: 20%}, language: en, settings: {volume: 20%}, worn: false}\n"
    state = "{battery: {above: 40%, below: 42%}, worn: false, settings: {volume: 20%, language: en}}"
    assert outcome(f"expect: {{state: {state}}}", head=head) == ""


def test_every_run_of_a_sweep_has_its_own_verdict():
    text = "flow: x\nsweep: {wait: [1s, 20s]}\nsteps:\n  - say: 现在几点\n  - advance: ${wait}\n  - expect: {event: turn.ended, within: 0s}\n"
    verdicts = run_flow(parse_flow(text, "x.flow.yaml"))
    assert [(verdict.chosen, verdict.passed) for verdict in verdicts] == [("wait=1s", False), ("wait=20s", True)]


def test_a_snapshot_is_written_compared_and_told(tmp_path):
    path = tmp_path / "s.flow.yaml"
    text = "flow: s\nsteps:\n  - advance: 200ms\n  - snapshot: home\n"
    (missing,) = run_flow(parse_flow(text, path))
    assert "there is no golden" in str(missing.error)
    assert run_flow(parse_flow(text, path), update_golden=True)[0].passed
    assert run_flow(parse_flow(text, path))[0].passed
    golden = tmp_path / "s.home.quark_s1.svg"
    golden.write_text(golden.read_text("utf-8").replace("09:41", "09:42"), "utf-8")
    (differs,) = run_flow(parse_flow(text, path))
    assert "the display differs from" in str(differs.error)
    assert "09:42" in str(differs.error)
