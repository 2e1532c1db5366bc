"""What is wrong outside is one line with file, place and remedy; nothing is overwritten and nothing half-written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emulator.cli import main
from emulator.flows.flow import Flow, load_flow
from emulator.session.glasses import Glasses
from emulator.world.picture_file import write_png

ROOT = Path(__file__).parents[3]
FILM = "run --offscreen --for 100ms --screenshot kept.png"
QUICK = "run --offscreen --for 100ms --scene black"
NOISE = bytes(range(256)) * 8
FILES = {
    "noise.webm": NOISE,
    "noise.png": NOISE,
    "noise.toml": NOISE,
    "noise.jsonl": NOISE,
    "noise.flow.yaml": NOISE,
    "huds/x.hud.yaml": b"hud: x\nroot: [",
    "docs/x.hud.yaml": b"hud: x\nsamples: {a: {}}\nroot:\n  colum: {items: []}\n",
    "bytes/x.hud.yaml": NOISE,
    "empty/read.me": b"",
    "open.toml": b'name = "x\n',
    "wrong.toml": b'name = "X"\n[battery]\ncapacity_mah = "a"\n',
    "typo.flow.yaml": b"flow: x\nsteps:\n  - tapp: temple\n",
    "ok.flow.yaml": b"flow: x\nsteps:\n  - advance: 10ms\n",
    "still.flow.yaml": b"flow: x\nsteps:\n  - set: {scene: still:noise.png}\n",
    "gone.flow.yaml": b"flow: x\nsteps:\n  - say: {wav: gone.wav}\n",
    "sound.flow.yaml": b"flow: x\nsteps:\n  - say: {wav: noise.png}\n",
    "kept.webm/a": b"in the way",
    "kept.jsonl/a": b"in the way",
    "kept.xml/a": b"in the way",
}
TABLE = [
    # the world
    (f"{FILM} --scene video:gone.webm", "gone.webm: No such file or directory; check the path"),
    (f"{FILM} --scene video:empty", "empty: Is a directory; name a file in it"),
    (f"{FILM} --scene video:noise.webm", "noise.webm: not a video that OpenCV can read; give an MP4, WebM or AVI file"),
    (f"{FILM} --scene still:gone.png", "gone.png: No such file or directory; check the path"),
    (f"{FILM} --scene still:noise.png", "noise.png: not a picture that OpenCV can read; give a PNG, JPEG or WebP file"),
    (f"{FILM} --scene offic", "scene 'offic': unknown; did you mean 'office'?"),
    (f"{FILM} --scene camera:http://127.0.0.1:9/x", "camera:http://127.0.0.1:9/x: no picture came; plug the camera in"),
    # devices
    (f"{QUICK} --profile quark_s2", "no device profile 'quark_s2'; did you mean 'quark_s1'?"),
    (f"{QUICK} --profile gone.toml", "gone.toml: cannot read the profile: No such file or directory; check the path"),
    (f"{QUICK} --profile noise.toml", "noise.toml: cannot read the profile: not text in UTF-8; is it the right file?"),
    (f"{QUICK} --profile open.toml", "open.toml:1:10: Illegal character"),
    (f"{QUICK} --profile wrong.toml", "wrong.toml: Expected `float`, got `str` - at `$.battery.capacity_mah`"),
    (f"{QUICK} --policy rtos_frist", "unknown policy 'rtos_frist'; did you mean 'rtos_first'?"),
    ("profiles show quark_s2", "no device profile 'quark_s2'; did you mean 'quark_s1'?"),
    # HUD documents
    (f"{QUICK} --documents gone", "gone: no *.hud.yaml in this folder"),
    (f"{QUICK} --documents empty", "empty: no *.hud.yaml in this folder"),
    (f"{QUICK} --documents huds", "huds/x.hud.yaml:2:8: expected"),
    (f"{QUICK} --documents docs", "docs/x.hud.yaml:4:3: unknown"),
    (f"{QUICK} --documents bytes", "bytes/x.hud.yaml: cannot read the HUD document"),
    # flows
    ("flow run gone.flow.yaml", "gone.flow.yaml:3:16: wav: there is no file gone.wav"),
    ("flow run still.flow.yaml", "still.flow.yaml:3:18: scene: noise.png: not a picture that OpenCV can read"),
    ("flow run none.flow.yaml", "none.flow.yaml: cannot read the flow: No such file or directory; check the path"),
    ("flow run noise.flow.yaml", "noise.flow.yaml: cannot read the flow: not text in UTF-8; is it the right file?"),
    ("flow run typo.flow.yaml", "typo.flow.yaml:3:5: unknown step 'tapp'; did you mean 'tap'?"),
    ("flow run ok.flow.yaml typo.flow.yaml --log new.jsonl", "typo.flow.yaml:3:5: unknown step 'tapp'"),
    ("flow run empty", "empty: no *.flow.yaml in this folder"),
    ("flow run smke", "no flow 'smke'; did you mean 'smoke'?"),
    ("flow run ok.flow.yaml --profile quark_s2", "no device profile 'quark_s2'; did you mean 'quark_s1'?"),
    (f"{QUICK} --flow typo.flow.yaml", "typo.flow.yaml:3:5: unknown step 'tapp'; did you mean 'tap'?"),
    # logs
    ("replay gone.jsonl", "gone.jsonl: cannot read the log: No such file or directory; check the path"),
    ("replay noise.jsonl", "noise.jsonl: cannot read the log: not text in UTF-8; is it the right file?"),
    ("replay empty", "empty: cannot read the log: Is a directory; name a file in it"),
    ("replay cut.jsonl", "cut.jsonl:12:1: not a log record"),
    ("replay headless.jsonl", "headless.jsonl:1:1: a log begins with session.started; is the file complete?"),
    ("replay profile.jsonl", "profile.jsonl:1:1: no device profile 'quark_s2'; did you mean 'quark_s1'?"),
    ("replay app.jsonl", "app.jsonl:1:1: unknown app 'clokc'; did you mean 'clock'?"),
    ("replay level.jsonl", "level.jsonl:1:1: pack_levels: expected 2 levels from 0 to 1, got (7.0, 1.0)"),
    ("replay time.jsonl", "time.jsonl:1:1: start_time: expected ISO 8601"),
    ("replay setting.jsonl", "setting.jsonl:2:1: unknown setting 'volumme'; did you mean 'volume'?"),
    (
        "replay documents.jsonl",
        "documents.jsonl:1:1: the session had other HUD documents than these: name their folder",
    ),
    ("replay --documents huds good.jsonl", "huds/x.hud.yaml:2:8: expected"),
    # where to write
    (f"{QUICK} --record kept.webm", "kept.webm: cannot write the video: Is a directory; name a file in it"),
    (f"{QUICK} --record new.gif", "new.gif: unknown kind of video; end the name in .webm, .mp4, .avi"),
    (f"{QUICK} --record typo.flow.yaml/new.webm", "typo.flow.yaml/new.webm: cannot write the video: File exists"),
    (f"{QUICK} --screenshot new.jpg", "new.jpg: pictures are written as PNG; end the name in .png"),
    (f"{QUICK} --screenshot noise.png/new.png", "noise.png/new.png: cannot write the picture: File exists"),
    (f"{QUICK} --log kept.jsonl", "kept.jsonl: cannot write the log: Is a directory; name a file in it"),
    ("flow run ok.flow.yaml --log kept.jsonl", "kept.jsonl: cannot write the log: Is a directory; name a file in it"),
    ("flow run ok.flow.yaml --junit kept.xml", "kept.xml: cannot write the report: Is a directory; name a file in it"),
    ("replay good.jsonl --log kept.jsonl", "kept.jsonl: cannot write the log: Is a directory; name a file in it"),
    # the command line
    ("run --offscreen", "off-screen, say how long: --for 20s, or what to play: --flow tour"),
]
FULL = [
    (f"{QUICK} --log /dev/full", "/dev/full: cannot write the log: No space left on device; free some space"),
    ("flow run ok.flow.yaml --junit /dev/full", "/dev/full: cannot write the report: No space left on device"),
    ("replay good.jsonl --log /dev/full", "/dev/full: cannot write the log: No space left on device; free some space"),
]


@pytest.fixture(scope="module")
def good() -> str:
    with Glasses() as worn:
        worn.run_for(ms=50)
    return worn.log.to_jsonl()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: str) -> Path:
    """A folder with files that are wrong in many ways, and some that must stay as they are."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    first, rest = good.split("\n", 1)
    logs = {
        "good": good,
        "cut": "\n".join(good.split("\n")[:11]) + '\n{"seq":11,"t_',
        "headless": rest,
        "profile": good.replace('"quark_s1"', '"quark_s2"', 1),
        "app": good.replace('"clock"', '"clokc"', 1),
        "level": good.replace("[1.0,1.0]", "[7.0,1.0]", 1),
        "time": good.replace("2026-11-24T", "yesterday ", 1),
        "documents": re.sub(r'"documents":"\w+"', '"documents":"0"', good),
        "setting": first + '\n{"seq":1,"t_ns":0,"source":"outside","topic":"setting.set","key":"volumme","value":1}\n',
    }
    for name, text in logs.items():
        (tmp_path / f"{name}.jsonl").write_text(text, "utf-8")
    write_png(tmp_path / "kept.png", np.zeros((2, 2, 3), np.uint8))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(("command", "line"), TABLE, ids=[command for command, _ in TABLE])
def test_it_is_one_line_and_every_file_is_as_before(
    desk: Path, capfd: pytest.CaptureFixture[str], command: str, line: str
):
    before = contents(desk)
    assert main(command.split()) == 2
    told = capfd.readouterr().err
    assert told.startswith(f"glasses: {line}")
    assert told.count("\n") == 1
    assert contents(desk) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full is of Linux")
@pytest.mark.parametrize(("command", "line"), FULL, ids=[command for command, _ in FULL])
def test_a_full_disk_is_one_line(desk: Path, capfd: pytest.CaptureFixture[str], command: str, line: str):
    assert main(command.split()) == 2
    assert capfd.readouterr().err.startswith(f"glasses: {line}")
    assert Path("/dev/full").is_char_device()
    assert list(desk.glob("*.part")) == []


@pytest.mark.voice
@pytest.mark.usefixtures("desk")
def test_a_sound_that_cannot_be_read_fails_the_flow_at_its_step(capsys: pytest.CaptureFixture[str]):
    assert main(["flow", "run", "sound.flow.yaml"]) == 1
    assert "sound.flow.yaml:3:5: noise.png: cannot read the sound" in capsys.readouterr().out


def test_a_scene_that_breaks_in_the_middle_leaves_its_last_picture(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The world stands still; video, picture and log are complete, and the line comes at the end."""
    write_png(desk / "late.png", np.zeros((72, 128, 3), np.uint8))
    (desk / "x.flow.yaml").write_text(
        "flow: x\nsteps:\n  - set: {scene: still:late.png}\n  - advance: 100ms\n", "utf-8"
    )

    def read_and_overwritten(path: Path) -> Flow:
        flow = load_flow(path)
        (desk / "late.png").write_bytes(NOISE)
        return flow

    monkeypatch.setattr("emulator.flows.run.load_flow", read_and_overwritten)
    assert main(["run", "--offscreen", "--flow", "x.flow.yaml", "--screenshot", "new.png", "--log", "new.jsonl"]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("glasses: late.png: not a picture that OpenCV can read")
    assert "ok  x.flow.yaml" in told.out
    assert main(["replay", "new.jsonl"]) == 0


@pytest.mark.parametrize("font", [None, NOISE, b""], ids=["gone", "noise", "empty"])
def test_without_its_font_nothing_starts_and_the_doctor_says_why(tmp_path: Path, font: bytes | None):
    shutil.copytree(ROOT / "emulator", tmp_path / "emulator", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "assets" / "fonts").mkdir(parents=True)
    for folder in (ROOT / "assets").iterdir():
        if folder.name != "fonts":
            (tmp_path / "assets" / folder.name).symlink_to(folder)
    for file in (ROOT / "assets" / "fonts").iterdir():
        if "Regular" not in file.name:
            (tmp_path / "assets" / "fonts" / file.name).symlink_to(file)
        elif font is not None:
            (tmp_path / "assets" / "fonts" / file.name).write_bytes(font)

    def glasses(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "emulator", *words]
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    done = glasses("flow", "run", "smoke")
    assert done.returncode == 2
    assert re.fullmatch(r"glasses: \S+Regular\.subset\.ttf: .*font; reinstall glasses-emulator.*\n", done.stderr)
    doctor = glasses("doctor")
    assert doctor.returncode == 1
    assert re.search(r"MISSING +font +\S+Regular\.subset\.ttf: .*font", doctor.stdout)
