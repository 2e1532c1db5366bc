"""``glasses doctor`` on this machine, and where things are missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.cli._doctor_checks import check_services
from emulator.cli.doctor import Finding, able, guarded, lines, report
from emulator.core.errors import FileError

ROOT = Path(__file__).parents[3]
BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}")
sys.meta_path.insert(0, Block())
from emulator.cli import main
sys.exit(main(["doctor", "--json"]))
"""
EVERYTHING = [
    "PySide6",
    "cv2",
    "numpy",
    "pyaudio",
    "qasync",
    "uharfbuzz",
    "ruamel",
    "msgspec",
    "platformdirs",
    "ctranslate2",
    "tokenizers",
    "onnxruntime",
    "faster_whisper",
    "livekit",
    "espeakng_loader",
    "pypinyin",
    "opencc",
]


def doctor_without(*blocked: str) -> tuple[int, dict[str, Finding]]:
    """Run the command in a Python that lacks some packages; return its exit code and findings by topic."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED.format(blocked=set(blocked))],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    findings = [Finding(**f) for f in json.loads(done.stdout)["findings"]]
    return done.returncode, {f.topic: f for f in findings}


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return report()


def test_everything_is_looked_at(findings):
    topics = {finding.topic for finding in findings}
    assert topics >= {
        "python", "PySide6 pin", "cv2", "off-screen", "display", "assets", "profiles", "font", "camera", "microphone",
        "loudspeaker", "sound server", "stt engine", "speech model", "cache", "settings",
    }  # fmt: skip


def test_what_is_missing_comes_with_one_line_that_mends_it(findings):
    for finding in findings:
        assert "\n" not in finding.remedy + finding.detail
        assert finding.found or finding.remedy, finding


def test_the_name_of_the_home_directory_is_not_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "alice"))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.delenv("GLASSES_CACHE", raising=False)
    text = "\n".join(lines(report()))
    assert "alice" not in text
    assert "~/.cache/glasses-emulator (made when needed)" in text


def test_with_nothing_installed_it_reports_and_says_that_the_glasses_cannot_be_shown():
    code, found = doctor_without(*EVERYTHING)
    assert code == 1
    assert found["python"].found
    for topic in ("PySide6.QtWidgets", "cv2", "pyaudio"):
        assert not found[topic].found, topic


def test_without_pyaudio_only_sound_is_missing():
    whole, there = doctor_without()
    code, found = doctor_without("pyaudio")
    assert code == whole
    assert "portaudio19-dev" in found["microphone"].remedy
    assert {topic for topic in found if found[topic].found != there[topic].found} <= {
        "pyaudio", "microphone", "loudspeaker",
    }  # fmt: skip


def test_a_check_that_breaks_is_a_finding():
    def broken() -> Iterator[Finding]:
        yield Finding("first", True, "there")
        raise FileError("assets: gone\nand more")

    assert [(f.topic, f.found, f.detail) for f in guarded("second", broken)] == [
        ("first", True, "there"),
        ("second", False, "cannot look: assets: gone"),
    ]


def test_only_what_is_needed_stops_the_main_job():
    camera, font = Finding("camera", False, "none", "plug one in"), Finding("font", False, "none", "x", needed=True)
    assert able([camera])
    assert list(lines([camera]))[-1] == "The glasses work. Missing and of use: 1."
    assert not able([camera, font])
    assert list(lines([camera, font]))[2].startswith("MISSING")


def test_services_are_told_with_their_halves_and_no_key(monkeypatch):
    monkeypatch.setenv("GLASSES_AMAP_KEY", "amap-key-of-somebody")
    monkeypatch.delenv("GLASSES_QWEN_KEY", raising=False)
    told = {finding.topic: finding for finding in check_services()}
    assert "live for" in told["service navigation"].detail
    assert "live with GLASSES_QWEN_KEY" in told["service qwen"].detail
    assert "sandbox" in told["service pay"].detail
    assert all("somebody" not in finding.detail for finding in told.values())
