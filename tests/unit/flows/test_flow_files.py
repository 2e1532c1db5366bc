"""Flow files are checked as a whole when they are read; every error says where and what would be right."""

from __future__ import annotations

import pytest

from emulator.core.errors import FlowFileError
from emulator.flows.flow import load_flow, parse_flow, step_table

STEPS = {
    "tap", "double-tap", "triple-tap", "long-press", "swipe", "squeeze", "slide", "camera-key", "power-key", "press",
    "release", "wear", "head", "say", "show", "set", "notify", "call", "pack", "advance", "until", "expect", "absent",
    "check", "snapshot", "fault", "charge", "walk", "locate", "follow", "phone", "trips", "clock",
}  # fmt: skip


def flow(*steps: str, head: str = "") -> str:
    return f"flow: x\n{head}steps:\n" + "".join(f"  - {step}\n" for step in steps)


def test_the_whole_step_table_is_there():
    assert set(step_table()) == STEPS


def test_header_and_steps_are_read():
    read = parse_flow(
        flow(
            "tap: temple",
            "expect: {event: turn.ended, outcome: ok, within: 1.5s}",
            head="id: a\nprofile: quark_g1\ntags: [smoke]\nseed: 7\n"
            "given: {worn: false, battery: {left: 62%, right: 0.5}, lux: 20000lux, ambient: 31 °C, language: en,"
            ' time: "2026-10-04T09:41:00+09:00", scene: street}\n',
        ),
        "a.flow.yaml",
    )
    assert (read.id, read.profile, read.tags, read.seed) == ("a", "quark_g1", ("smoke",), 7)
    (variant,) = read.variants
    assert variant.given.options == {
        "worn": False,
        "lux": 20000.0,
        "ambient_c": 31.0,
        "language": "en",
        "start_time": "2026-10-04T09:41:00+09:00",
    }
    assert variant.given.levels == {"left": 0.62, "right": 0.5}
    assert [(step.verb, step.node.line, step.acting) for step in variant.steps] == [
        ("tap", 8, True),
        ("expect", 9, False),
    ]


def test_the_id_defaults_to_the_name_of_the_file():
    assert parse_flow(flow("tap: temple"), "tests/flows/call.flow.yaml").id == "call"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("tapp: temple", "4:5: unknown step 'tapp'; did you mean 'tap'?"),
        ("tap: media", "4:10: where: unknown value 'media'; known: temple"),
        ("fault: {mcu-crush: {}}", "4:13: unknown key 'mcu-crush' in fault; did you mean 'mcu-crash'?"),
        ("fault: message-loss", "4:12: fault: message-loss takes more; expected {message-loss: ...}"),
        ("fault: {message-loss: {share: 30%}}", "4:27: message-loss: expected {count: 2}, or {share: 30%, for: 5s}"),
        ("fault: {gauge-offset: 300%}", "4:27: gauge-offset: expected -100% to 100%, got '300%'"),
        ("show: {product: oat-silk}", "4:21: product: unknown value 'oat-silk'; did you mean 'oat-milk'?"),
        (
            'clock: "9999-12-31T23:59:59+00:00"',
            "4:12: clock: expected a year from 1970 to 2150, got '9999-12-31T23:59:59+00:00'",
        ),
        ("trips: []", "4:12: trips: expected a file beside the flow, or a list of them"),
        (
            "phone: {kind: '', data: {}}",
            "4:19: unknown kind of phone ''; known: destination, notes, pay-account, pay-pin, ride, trips",
        ),
        ("show: {qr: a, text: b}", "4:11: show: expected exactly one of qr, image, text, video, product"),
        ("show: {image: nowhere.png}", "4:19: image: there is no file nowhere.png"),
        ("advance: 30", "4:14: advance: expected a duration such as 1.5s or 200ms, got 30"),
        ("advance: 30 parsecs", "4:14: advance: expected a duration such as 1.5s or 200ms, got '30 parsecs'"),
        ("advance: -1s", "4:14: advance: expected a duration from 0, got '-1s'"),
        ("wear: true", "4:11: wear: expected one of on, off, got True; quote it"),
        ("wear: of", "4:11: wear: unknown value 'of'; did you mean 'off'?"),
        ("swipe: {where: temple, direction: back}", "4:28: unknown key 'direction' in swipe; known: dir, where"),
        ("swipe: {where: temple}", "4:12: swipe: 'dir' is missing; expected {where: temple, dir: forward}"),
        ("squeeze: 1", "4:14: squeeze: unknown value 1; known: hold, once, thrice, twice"),
        ("say: 5", "4:10: say: expected text, got 5; quote it"),
        ("say: {wav: none.wav, snr: 5dB}", "4:16: wav: there is no file none.wav"),
        ("say: {snr: 5dB}", "4:10: say: 'wav' is missing; expected a text or {wav: FILE, snr: 5dB}"),
        ("pack: {remove: left, insert: right}", "4:11: pack: expected exactly one of remove, insert"),
        ("pack: {insert: left, level: 120%}", "4:33: level: expected 0% to 100%, got '120%'"),
        ("set: {lux: dark}", "4:16: lux: expected a number with a unit, got 'dark'"),
        ("set: {ambient: 31}", "4:20: ambient: expected a temperature such as 31 °C, got 31"),
        (
            "charge: cable",
            "4:13: charge: unknown value 'cable'; did you mean 'case'?",
        ),
        (
            "pack: {insert: left, resistance: 0.5}",
            "4:38: resistance: expected a factor of at least 1, got 0.5",
        ),
        (
            "set: {colour: red}",
            "4:11: unknown key 'colour' in set; known: ambient, battery, lux, packs, policy, scene, settings, track",
        ),
        ("call: 妈妈", "4:11: call: expected a mapping, got '妈妈'"),
        ("expect: {within: 1s}", "4:13: expect: expected one of hud, event, spoken, state"),
        ("expect: {huds: x}", "4:14: unknown key of expect 'huds'; did you mean 'hud'?"),
        ("expect: {hud: {ids: x}}", "4:20: unknown key 'ids' in hud; did you mean 'id'?"),
        ("expect: {hud: {visible: true}}", "4:19: hud: expected a text, or one of id, text, contains, regex"),
        ("expect: {hud: {regex: '('}}", "4:27: regex: missing ), unterminated subpattern at position 0"),
        ("expect: {event: turn.endet}", "4:21: unknown event 'turn.endet'; did you mean 'turn.ended'?"),
        (
            "expect: {event: turn.ended, outcom: ok}",
            "4:33: unknown field of turn.ended 'outcom'; did you mean 'outcome'?",
        ),
        ("expect: {hud: x, within: 2}", "4:30: within: expected a duration such as 1.5s or 200ms, got 2"),
        ("expect: {state: {disply: lit}}", "4:22: unknown key 'disply' in state; did you mean 'display'?"),
        ("until: turn.endet", "4:12: unknown event 'turn.endet'; did you mean 'turn.ended'?"),
        ("check: {lint: {max: 0}}", "4:20: unknown key 'max' in lint; known: cut, missing, outside, overlap"),
        ("check: {lint: tidy}", "4:19: lint: unknown value 'tidy'; known: clean"),
        ("check: {energy: {below: 5}}", "4:29: below: expected an energy such as 0.2mWh or 120mJ, got 5"),
        ("check: {energy: {owner: camera}}", "4:21: energy: expected below or above, with a unit"),
        ("check: {deadline: {missed: -1}}", "4:32: missed: expected a whole number from 0, got -1"),
        ("snapshot: a/../b", "4:15: snapshot: expected a name of letters, digits and dashes, got 'a/../b'"),
        ("walk: {speed: fast}", "4:19: speed: expected a number with a unit, got 'fast'"),
        ("walk: {speed: 1.4}", "4:19: speed: expected a speed such as 1.4mps or 5kmh, got 1.4"),
        ("walk: {noise: 3s}", "4:19: noise: expected a distance such as 200m, got '3s'"),
        ("walk: {stop: {at: 5m}}", "4:18: stop: expected {at: 50m, for: 20s}"),
        ("locate: {lat: 95, lon: 0}", "4:13: locate: no place on earth: latitude 95, longitude 0"),
        ("locate: somewhere", "4:13: 'somewhere': a position is LAT,LON in degrees, such as 60.1699,24.9384"),
        ("follow: none.gpx", "4:13: follow: there is no file none.gpx"),
        ("tap: temple\n    say: x", "4:5: a step is one word and its value, such as 'tap: temple'"),
        ("tap", "4:5: a step is one word and its value, such as 'tap: temple'"),
    ],
)
def test_a_wrong_step_says_where_and_what_would_be_right(step, message):
    with pytest.raises(FlowFileError) as raised:
        parse_flow(flow("advance: 1s", step), "x.flow.yaml")
    assert str(raised.value) == f"x.flow.yaml:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flow: x\ntag: [a]\nsteps: [{tap: temple}]", "2:1: unknown key 'tag' in the flow; did you mean 'tags'?"),
        ("flow: x\nflow: y\nsteps: []", "2:1: duplicate key 'flow'; it stands in line 1 already"),
        ("flow: x", "1:1: 'steps' is missing"),
        ("flow: x\nsteps: []", "2:8: steps: expected at least one step"),
        ("- tap: temple", "1:1: the flow: expected a mapping, got a list"),
        ("", "1:1: the flow: expected a mapping, got nothing"),
        (flow("tap: temple", head="given: {wrn: true}\n"), "2:9: unknown key 'wrn' in given; did you mean 'worn'?"),
        (flow("tap: temple", head="given: {time: noon}\n"), "2:15: time: expected ISO 8601"),
        (flow("tap: temple", head='given: {time: "0001-01-01T00:00:00+14:00"}\n'), "2:15: time: expected a year from"),
        (flow("tap: temple", head="seed: x\n"), "2:7: seed: expected a whole number from 0, got 'x'"),
        (flow("advance: ${d}"), "3:14: unknown name 'd' of a sweep; known: "),
        (flow("tap: temple", head="sweep: {d: {from: 0s, to: 1s}}\n"), "2:12: sweep: 'step' is missing"),
        (
            flow("tap: temple", head="sweep: {d: {from: 0s, to: 1h, step: 1ns}}\n"),
            "2:8: sweep: expected 1 to 10000 runs",
        ),
    ],
)
def test_a_wrong_file_says_where_and_what_would_be_right(text, message):
    with pytest.raises(FlowFileError) as raised:
        parse_flow(text, "x.flow.yaml")
    assert str(raised.value).startswith(f"x.flow.yaml:{message}")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(FlowFileError, match=r"nowhere\.flow\.yaml: cannot read the flow: "):
        load_flow(tmp_path / "nowhere.flow.yaml")


def test_a_sweep_makes_one_run_for_each_value():
    read = parse_flow(flow("advance: ${d}", head="sweep: {d: {from: 0ms, to: 1.5s, step: 0.5s}}\n"), "x.flow.yaml")
    assert [variant.label for variant in read.variants] == ["d=0ns", "d=500ms", "d=1s", "d=1.5s"]


def test_a_sweep_over_two_names_is_their_product():
    head = "sweep: {text: [a, b], n: {from: 1, to: 2, step: 1}}\n"
    read = parse_flow(
        flow("say: ${text} and ${n}", "expect: {hud: {count: '${n}', text: x}}", head=head), "x.flow.yaml"
    )
    assert [variant.chosen for variant in read.variants] == [
        {"text": "a", "n": 1},
        {"text": "a", "n": 2},
        {"text": "b", "n": 1},
        {"text": "b", "n": 2},
    ]
