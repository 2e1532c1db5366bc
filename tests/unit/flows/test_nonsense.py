"""What makes no sense in a flow is refused when it is read: it neither passes silently nor ends in a traceback."""

from __future__ import annotations

import pytest

from emulator.core.errors import FlowFileError
from emulator.flows.flow import parse_flow

STEPS = [
    ("say: ' '", "3:10: say: expected some words, got ' '"),
    ("show: {qr: ''}", "3:16: qr: expected some words, got ''"),
    ("show: {text: ' '}", "3:18: text: expected some words, got ' '"),
    ("show: {qr: x, for: 0s}", "3:24: for: expected at least 1ms, got '0s'"),
    ("show: {image: noise.txt}", "3:19: image: noise.txt: not a picture that OpenCV can read"),
    ("show: {video: noise.txt}", "3:19: video: noise.txt: not a video that OpenCV can read"),
    (f"show: {{image: {'n' * 5_000}}}", f"3:19: image: '{'n' * 40}…': File name too long"),
    ("set: {scene: 'still:noise.txt'}", "3:18: scene: noise.txt: not a picture that OpenCV can read"),
    ("set: {battery: {}}", "3:20: battery: expected a level, or one for each pack"),
    ("set: {ambient: 5000 °C}", "3:20: ambient: expected -60 to 90 °C, got '5000 °C'"),
    ("set: {policy: rtos_frist}", "3:19: unknown policy 'rtos_frist'; did you mean 'rtos_first'?"),
    ("set: {track: {}}", "3:18: track: expected title, artist, playing or line"),
    ("set: {settings: {}}", "3:21: settings: expected at least one"),
    ("set: {settings: {volume: 500%}}", "3:30: volume: expected a number from 0 to 1, got '500%'"),
    ("set: {settings: {volume: loud}}", "3:30: volume: expected a number from 0 to 1, got 'loud'"),
    ("set: {settings: {language: klingon}}", "3:32: language: expected one of zh, en, got 'klingon'"),
    ("set: {settings: {captions: 'yes'}}", "3:32: captions: expected one of false, true, got 'yes'"),
    ("set: {settings: {idle_off_s: true}}", "3:34: idle_off_s: expected one of 5, 10, 30, 60, got True"),
    ("notify: {app: ''}", "3:19: app: expected some words, got ''"),
    ("call: {from: ''}", "3:18: from: expected some words, got ''"),
    ("press: {control: temple, fingers: 0}", "3:39: fingers: expected a whole number from 1 to 5, got 0"),
    ("pack: {insert: left, resistance: 1e9}", "3:38: resistance: expected a factor of at most 100, got 1e+09"),
    ("fault: {link-loss: {for: 0s}}", "3:30: for: expected at least 1ms, got '0s'"),
    ("fault: {message-loss: {count: 0}}", "3:35: count: expected a whole number from 1, got 0"),
    ("fault: {message-loss: {share: 0%, for: 1s}}", "3:35: share: expected more than 0 %"),
    ("fault: {message-loss: {count: 2, share: 5%, for: 1s}}", "3:27: message-loss: expected {count: 2}, or {share"),
    ("fault: {seeded: {per-hour: 30%, for: 1min}}", "3:32: per-hour: expected a bare number, got '30%'"),
    ("fault: {seeded: {per-hour: -3, for: 1min}}", "3:32: per-hour: expected more than 0, at most 3600, got -3"),
    ("phone: {kind: rides}", "3:19: unknown kind of phone 'rides'; did you mean 'ride'?"),
    ("phone: {kind: ride, data: {plat: A}}", "3:32: unknown key 'plat' in data of ride; did you mean 'plate'?"),
    ("phone: {kind: ride, data: {plate: ''}}", "3:39: plate: expected some words, got ''"),
    ("phone: {kind: ride, data: {minutes: -5}}", "3:41: minutes: expected a number from 0 to 10000, got -5"),
    ("phone: {kind: ride, data: {state: arived}}", "3:39: state: unknown value 'arived'; did you mean 'arrived'?"),
    ("phone: {kind: trips, data: {cancelled: 'yes'}}", "3:44: cancelled: expected true or false, got 'yes'"),
    ("phone: {kind: destination}", "3:12: data of destination: 'lat_deg' is missing; it takes name, lat_deg"),
    ("phone: {kind: notes, data: {x: 1}}", "3:33: unknown key 'x' in data of notes; it takes none"),
    ("walk: {stop: {}}", "3:18: stop: expected {at: 50m, for: 20s}"),
    ("locate: {lat: 60%, lon: 24}", "3:19: lat: expected a bare number, got '60%'"),
]


@pytest.mark.parametrize(("step", "message"), STEPS)
def test_a_step_without_sense_is_refused(step, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noise.txt").write_text("hello")
    with pytest.raises(FlowFileError) as raised:
        parse_flow(f"flow: x\nsteps:\n  - {step}\n", "x.flow.yaml")
    assert str(raised.value).startswith(f"x.flow.yaml:{message}")


def test_what_an_app_hears_from_the_phone_is_taken():
    steps = ["{kind: trips}", "{kind: ride, data: {plate: 浙A1, minutes: 2}}", "{kind: notes}", "{kind: pay-account}"]
    place = "{name: 家, lat_deg: 60.17, lon_deg: 24.94, mode: bike}"
    told = [*steps, f"{{kind: destination, data: {place}}}"]
    read = parse_flow("flow: x\nsteps:\n" + "".join(f"  - phone: {one}\n" for one in told), "x.flow.yaml")
    assert len(read.variants[0].steps) == 5
