"""Recorded human speech goes through a real sound server and the real PyAudio into the assistant's actions.

A private PulseAudio with two null sinks stands in for the sound card: ``micfeed``'s monitor is the microphone, ``spk``
the loudspeaker (docs/voice.md, "A microphone without hardware"). The clips are people, from Debian packages.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import threading
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emulator.assistant.engine import choose
from emulator.assistant.listener import Listener
from emulator.assistant.weights import cache_dir
from emulator.core.actions import EndSpeech, StartSpeech, Transcribe, WakeHeard
from emulator.core.events import AnswerGiven, HudShown, SpeechSpoken, TranscriptSettled
from emulator.core.log import read_log
from emulator.world.audio import PORT_AUDIO
from emulator.world.audio_file import read_sound
from emulator.world.microphone import LISTENING, RATE_HZ, Microphone
from emulator.world.speaker import Speaker
from tests.gui.program import Program
from tests.gui.screen import Screen, installed

pytestmark = [pytest.mark.pulse, pytest.mark.voice]

ASTERISK = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
SPHINX = Path("/usr/share/pocketsphinx/test/data")
ALSA = Path("/usr/share/sounds/alsa")
CHINESE = Path(__file__).parents[1] / "data" / "voice" / "kuake-metro-zm_yunjian.wav"
CLIPS = {  # human recording -> words that must come out
    ASTERISK / "agent-pass.g722": {"enter", "password", "pound", "key"},
    SPHINX / "goforward.raw": {"go", "forward", "meters"},
    SPHINX / "librivox" / "sense_and_sensibility_01_austen_64kb-0930.wav": {
        "might",
        "even",
        "have",
        "amiable",
        "himself",
    },
    ALSA / "Front_Center.wav": {"front", "center"},
}
PULSE_ARGUMENTS = [
    "-n",
    "--daemonize=no",
    "--exit-idle-time=-1",
    "--use-pid-file=no",
    "--realtime=no",
    "--high-priority=no",
]


@dataclass
class SoundCard:
    """A private PulseAudio; ``feed`` is what its microphone hears, ``out`` what its loudspeaker plays."""

    folder: Path
    server: subprocess.Popen[bytes]
    helpers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def say(self, wav: Path) -> None:
        """Play a 16 kHz WAV into the microphone; returns when it has been played."""
        subprocess.run(["paplay", "--device=micfeed", "--latency-msec=400", wav], check=True, timeout=60)

    def stop(self) -> None:
        for process in (*self.helpers, self.server):
            process.terminate()
        for process in (*self.helpers, self.server):
            process.wait(5)


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundCard]:
    """Start the private sound server and point this process at it."""
    if shutil.which("pulseaudio") is None or shutil.which("pactl") is None:
        pytest.skip("PulseAudio is not installed: apt-get install -y pulseaudio pulseaudio-utils libasound2-plugins")
    monkeypatch.setenv("GLASSES_CACHE", str(cache_dir()))  # before HOME moves
    started = start_sound_card(tmp_path / "pa", monkeypatch)
    yield started
    PORT_AUDIO.rescan()
    started.stop()


def start_sound_card(folder: Path, monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    folder.mkdir(mode=0o700)
    (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    socket = folder / "native"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{socket}")
    monkeypatch.setenv("HOME", str(folder))
    modules = (
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        "module-null-sink sink_name=spk rate=48000 channels=1",
        "module-null-sink sink_name=micfeed rate=16000 channels=1",
        "module-remap-source source_name=mic master=micfeed.monitor",
    )
    loads = [argument for module in modules for argument in ("-L", module)]
    server = subprocess.Popen(["pulseaudio", *PULSE_ARGUMENTS, f"--log-target=file:{folder}/pulse.log", *loads])
    wait_for(lambda: subprocess.run(["pactl", "info"], capture_output=True).returncode == 0, 10, "PulseAudio")
    for kind, name in (("sink", "spk"), ("source", "mic")):
        subprocess.run(["pactl", f"set-default-{kind}", name], check=True)
    card = SoundCard(folder, server)
    for device in ("micfeed.monitor", "spk.monitor"):  # readers keep the null sinks awake, or the first 2 s are lost
        command = ["parec", f"--device={device}", "--latency-msec=10", "--raw"]
        card.helpers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    return card


def wait_for(true: Callable[[], bool], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"{what} did not come within {seconds} s"
        time.sleep(0.05)


def as_wav(clip: Path, folder: Path) -> Path:
    """Return ``clip`` as a 16 kHz mono WAV."""
    wav = folder / f"{clip.stem}.wav"
    source = clip
    if clip.suffix == ".g722":
        source = folder / f"{clip.stem}-decoded.wav"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "g722", "-i", str(clip), "-ar", "16000", "-ac", "1"]
        subprocess.run([*command, str(source)], check=True)
    with wave.open(str(wav), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(read_sound(source).tobytes())
    return wav


def words(text: str) -> set[str]:
    return {"".join(c for c in word if c.isalnum()) for word in text.lower().replace("-", " ").split()}


def test_human_speech_through_the_sound_card_becomes_words(card, tmp_path):
    """The clips' own words come out, in order, each between its StartSpeech and EndSpeech."""
    actions: list[Any] = []
    listener = Listener(actions.append, language="en")
    listener.start()
    try:
        listener.expect_speech(True)
        wait_for(lambda: listener.status.microphone == LISTENING, 10, "the microphone")
        wait_for(lambda: listener.status.stt == "whisper_base", 20, "the speech model")
        time.sleep(1.0)  # a stream just opened loses its first moments
        for clip, expected in CLIPS.items():
            assert clip.is_file(), f"{clip}: install the package it comes from (docs/voice.md)"
            actions.clear()
            listener.expect_speech(True)
            card.say(as_wav(clip, tmp_path))
            wait_for(lambda: any(isinstance(a, Transcribe) for a in actions), 20, f"the words of {clip.name}")
            heard = [a for a in actions if isinstance(a, Transcribe)]
            assert [type(a) for a in actions[:2]] == [StartSpeech, EndSpeech]
            missing = expected - words(" ".join(a.text for a in heard))
            assert not missing, f"{clip.name}: {missing} not in {heard}"
            time.sleep(1.2)  # longer than the join window
    finally:
        began = time.monotonic()
        listener.stop()
        assert time.monotonic() - began < 1.5


def test_a_wake_phrase_and_its_command_in_one_breath_pass_the_sound_card(card):
    """Synthetic Chinese (tests/data/voice), because no package holds a person who says it."""
    actions: list[Any] = []
    listener = Listener(actions.append)
    listener.start()
    try:
        wait_for(lambda: listener.status.microphone == LISTENING, 10, "the microphone")
        wait_for(lambda: listener.status.stt == "whisper_base", 20, "the speech model")
        time.sleep(1.0)
        card.say(CHINESE)
        wait_for(lambda: any(isinstance(a, Transcribe) for a in actions), 20, "the command")
    finally:
        listener.stop()
    assert [type(a) for a in actions] == [WakeHeard, StartSpeech, EndSpeech, Transcribe]
    assert actions[0].phrase == "夸克同学"
    assert actions[-1].text.strip("。") == "去附近的地铁口"


def test_speech_without_a_wake_phrase_is_forgotten(card, tmp_path):
    actions: list[Any] = []
    listener = Listener(actions.append)
    listener.start()
    try:
        wait_for(lambda: listener.status.microphone == LISTENING, 10, "the microphone")
        wait_for(lambda: listener.status.stt == "whisper_base", 20, "the speech model")
        time.sleep(1.0)
        speaking = threading.Thread(target=lambda: card.say(as_wav(next(iter(CLIPS)), tmp_path)))
        speaking.start()
        wait_for(lambda: listener.hearing_speech, 10, "voice activity")
        speaking.join()
        time.sleep(2.0)
        assert actions == []
    finally:
        listener.stop()


def test_a_lost_microphone_is_taken_up_again_within_two_seconds(card, tmp_path, monkeypatch):
    frames: list[bytes] = []
    said: list[str] = []
    microphone = Microphone(frames.append, said.append)
    microphone.start()
    try:
        wait_for(lambda: len(frames) > 20, 10, "sound")
        card.stop()
        wait_for(lambda: microphone.status != LISTENING, 5, "the loss")
        again = start_sound_card(tmp_path / "pb", monkeypatch)
        back = time.monotonic()
        wait_for(lambda: microphone.status == LISTENING, 5, "the new microphone")
        assert time.monotonic() - back < 2.5
        count = len(frames)
        wait_for(lambda: len(frames) > count + 20, 5, "new sound")
        again.stop()
    finally:
        microphone.stop()


@pytest.mark.usefixtures("card")
def test_the_spoken_answer_reaches_the_loudspeaker_and_is_cut_at_once(tmp_path):
    out = tmp_path / "out.wav"
    recorder = subprocess.Popen(["parec", "--device=spk.monitor", "--latency-msec=10", "--file-format=wav", out])
    speaker, tts = Speaker(), choose("tts").make()
    ended: list[bool] = []
    time.sleep(0.7)
    speaker.play(tts.speak("turn right in one hundred meters", "en"), tts.rate_hz, ended.append)
    wait_for(lambda: ended == [True], 10, "the end of the sentence")
    time.sleep(0.8)  # so that the recording shows where the sentence ends
    speaker.play(
        tts.speak("this sentence is so long that nobody will ever hear the end of it", "en"), tts.rate_hz, ended.append
    )
    time.sleep(1.0)
    speaker.stop()
    wait_for(lambda: ended == [True, False], 1, "the cut")
    time.sleep(1.0)
    speaker.close()
    recorder.terminate()
    recorder.wait(5)
    tts.close()
    sound = read_sound(out).astype(float)
    loud = np.abs(sound) > 300
    assert loud.any()
    assert not loud[-8_000:].any(), "still speaking half a second after the cut"
    at = np.flatnonzero(loud)
    end = at[np.argmax(np.diff(at, append=len(sound)) > RATE_HZ // 2)]  # the last sound before half a second of silence
    sentence = np.pad(sound[at[0] : end] / 32_768, RATE_HZ // 2).astype(np.float32)
    assert "100 meters" in choose("stt").make().transcribe(sentence, "en").text


def test_no_sound_server_is_one_calm_line(tmp_path, monkeypatch, capfd):
    """Nothing is raised and nothing is written to stderr where there is no sound card."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if os.path.exists("/dev/snd"):
        pytest.skip("this machine has a sound card")
    microphone = Microphone(lambda _frame: None)
    microphone.start()
    wait_for(lambda: microphone.status == "no microphone", 5, "the calm line")
    microphone.stop()
    assert capfd.readouterr().err == ""


HOLD = """flow: somebody speaks while the temple is held
given: {language: en}
steps:
  - press: temple
  - expect: {event: turn.started, cause: push-to-talk}
  - until: {event: transcript.settled, engine: whisper_base, within: 90s}
  - release: temple
  - until: {event: turn.ended, within: 30s}
"""


@pytest.mark.gui
@pytest.mark.slow
@pytest.mark.skipif(not installed(), reason="Xvfb or xdotool is not installed")
def test_a_persons_words_go_through_the_window_to_the_display_and_are_answered_aloud(card, tmp_path):
    """The real window: microphone, recognition, intent, answer on the display, espeak, loudspeaker; all in one log."""
    (tmp_path / "x.flow.yaml").write_text(HOLD, "utf-8")
    log = tmp_path / "log.jsonl"
    heard = tmp_path / "spk.raw"
    clip = as_wav(SPHINX / "goforward.raw", tmp_path)
    recorder = subprocess.Popen(
        ["parec", "--device=spk.monitor", "--rate=16000", "--channels=1", "--format=s16le", "--raw", heard]
    )
    screen = Screen(tmp_path)
    options = ("--flow", tmp_path / "x.flow.yaml", "--scene", "black", "--log", log)
    with Program(screen, card.folder, *options, voice=True) as program:
        program.wait_for_hud()
        for _ in range(12):  # the ears open when the model is loaded
            card.say(clip)
            time.sleep(3.0)
            if program.speaks():
                break
        wait_for(program.speaks, 10, "the answer's caption")
        time.sleep(3.0)
        ended = program.close()
    screen.stop()
    recorder.terminate()
    recorder.wait(5)
    assert (ended.code, ended.errors) == (0, "")
    events = [record.event for record in read_log(log)]
    kinds = [type(event) for event in events]
    for earlier, later in itertools.pairwise(
        [StartSpeech, EndSpeech, Transcribe, TranscriptSettled, AnswerGiven, SpeechSpoken]
    ):
        assert kinds.index(earlier) < kinds.index(later)
    settled = next(event for event in events if isinstance(event, TranscriptSettled))
    assert settled.engine == "whisper_base"
    assert {"forward", "meters"} <= words(settled.text)
    shown = [event.data.get("transcript") for event in events if isinstance(event, HudShown) and event.screen == "turn"]
    assert settled.text.rstrip(".") in shown
    assert np.abs(np.frombuffer(heard.read_bytes(), "<i2").astype(int)).max() > 1_000, (
        "nothing came out of the loudspeaker"
    )
