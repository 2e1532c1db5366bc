"""Each engine on real sound; the cards; and what may not be imported or shared."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emulator.assistant.engine import FRAME_SAMPLES, choose, engines, importable
from emulator.assistant.engines.whisper_base import without_repeats
from emulator.assistant.mel import log_mel
from emulator.assistant.vocabulary import COMMANDS
from emulator.core.errors import EngineError
from emulator.world.audio_file import read_sound, resampled, to_pcm, with_noise

SPHINX = Path("/usr/share/pocketsphinx/test/data")
ALSA = Path("/usr/share/sounds/alsa")
ENGINES = Path("emulator/assistant/engines")
CHINESE = Path(__file__).parents[2] / "data" / "voice"
CARDS = engines()


def floats(pcm):
    return pcm.astype(np.float32) / 32_768.0


def probabilities(vad, pcm):
    vad.reset()
    frames = floats(pcm)[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.array([vad.probability(frame) for frame in frames])


@pytest.fixture(scope="module")
def human():
    """A reader of LibriVox, 3 s."""
    return read_sound(SPHINX / "librivox" / "sense_and_sensibility_01_austen_64kb-0930.wav")


def test_every_kind_has_an_engine_that_works_here():
    assert {e.kind for e in CARDS} == {"vad", "spot", "wake", "stt", "tts"}
    assert {k: choose(k).id for k in ("vad", "spot", "wake", "stt", "tts")} == {
        "vad": "silero",
        "spot": "spot_head",
        "wake": "wake_pinyin",
        "stt": "whisper_base",
        "tts": "espeak",
    }


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_card_tells_its_licence_and_its_limits(card):
    assert card.licence
    assert card.title
    assert card.available() is None


def test_an_unknown_engine_names_the_nearest():
    with pytest.raises(EngineError, match="did you mean 'silero'"):
        choose("vad", "sillero")


def test_what_is_missing_is_named_with_the_line_that_installs_it():
    assert importable("json") is None
    assert "glasses-emulator[voice]" in str(importable("no_such.module_at_all"))


def test_importing_the_engines_loads_no_library():
    heavy = (
        "ctranslate2",
        "onnxruntime",
        "tokenizers",
        "faster_whisper",
        "pypinyin",
        "opencc",
        "pyaudio",
        "espeakng_loader",
        "av",
    )
    program = (
        "import sys; from emulator.assistant.engine import engines; import emulator.assistant.listener, "
        f"emulator.assistant.speech, emulator.assistant.recognise; engines(); print([m for m in {heavy!r} if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_gpl_library_is_named_in_the_worker_only():
    """Nothing but the worker process may load libespeak-ng."""
    users = [p for p in Path("emulator").rglob("*.py") if re.search(r"import espeakng_loader", p.read_text("utf-8"))]
    assert users == [ENGINES / "_espeak_worker.py"]
    worker = users[0].read_text("utf-8")
    assert worker.startswith("# SPDX-License-Identifier: GPL-3.0-or-later")
    assert "import emulator" not in worker
    assert "from emulator" not in worker


@pytest.mark.voice
def test_silero_hears_speech_and_not_noise(human):
    silero = choose("vad", "silero").make()
    speech, noise = probabilities(silero, human), probabilities(silero, read_sound(ALSA / "Noise.wav"))
    assert (speech > 0.5).mean() > 0.6
    assert (noise > 0.5).mean() < 0.05
    assert (probabilities(silero, with_noise(human, 10.0, 1)) > 0.5).mean() > 0.4


@pytest.mark.voice
def test_silero_streams_as_the_whole_file_is_judged(human):
    """The streaming wrapper against faster-whisper's own batch: the same network, the same states."""
    import onnxruntime

    from emulator.assistant.engines.silero import _model_path

    silero = choose("vad", "silero").make()
    mine = probabilities(silero, human)
    session = onnxruntime.InferenceSession(str(_model_path()), providers=["CPUExecutionProvider"])
    frames = floats(human)[: len(mine) * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    before = np.vstack([np.zeros((1, 64), np.float32), frames[:-1, -64:]])
    zeros = np.zeros((1, 1, 128), np.float32)
    whole = session.run(None, {"input": np.hstack([before, frames]), "h": zeros, "c": zeros})[0].reshape(-1)
    assert np.allclose(mine, whole, atol=1e-3)


def test_loudness_finds_speech_in_a_quiet_room(human):
    energy = choose("vad", "energy").make()
    assert (probabilities(energy, human) > 0.5).mean() > 0.4
    assert (probabilities(energy, np.zeros(16_000, np.int16)) < 0.1).all()


@pytest.fixture(scope="module")
def whisper():
    return choose("stt", "whisper_base").make()


@pytest.mark.voice
@pytest.mark.parametrize(
    ("clip", "text"),
    [
        (SPHINX / "goforward.raw", "go forward 10 meters"),
        (SPHINX / "cards" / "001.wav", "10 of clubs"),
        (ALSA / "Front_Center.wav", "front center"),
        (
            SPHINX / "librivox" / "sense_and_sensibility_01_austen_64kb-0930.wav",
            "he might even have been made amiable himself",
        ),
    ],
)
def test_whisper_understands_people(whisper, clip, text):
    heard = whisper.transcribe(floats(read_sound(clip)))
    assert re.sub(r"[^\w ]", "", heard.text).lower().strip() == text
    assert heard.language == "en"
    assert heard.engine == "whisper_base"
    assert 0.2 < heard.confidence <= 1.0


@pytest.mark.voice
@pytest.mark.parametrize("command", [False, True])
def test_whisper_finds_no_words_where_there_are_none(whisper, command):
    """Silence, noise, a hum: no thanks for watching, and not the prompt."""
    random = np.random.default_rng(2)
    hum = 0.1 * np.sin(np.arange(32_000) * 2 * np.pi * 50 / 16_000)
    for sound in (np.zeros(24_000), random.normal(0, 0.003, 32_000), random.normal(0, 0.1, 32_000), hum):
        for language in ("zh", "en"):
            text = whisper.transcribe(sound.astype(np.float32), language, command=command).text
            assert text == "", (language, text)


@pytest.mark.voice
def test_a_prompt_never_comes_back_as_speech(whisper, human):
    """English speech taken for Chinese is the worst case of "understood nothing"."""
    text = whisper.transcribe(floats(human), "zh", command=True).text
    assert not set(text) & set(COMMANDS["zh"]) - set("，。")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("打开翻译。打开翻译。打开翻译。", "打开翻译。"),
        ("打开翻译。打开翻译。打开", "打开翻译。"),
        ("the way the way the way the", "the way"),
        ("打开翻译", "打开翻译"),
        ("好的好的", "好的好的"),
        ("再见，再见", "再见，再见"),
    ],
)
def test_what_a_looping_decoder_repeats_is_said_once(said, kept):
    assert without_repeats(said) == kept


def test_the_spectrogram_of_a_tone_peaks_in_its_band():
    """1 kHz is band 24 or 25 of 80 on Slaney's scale to 8 kHz; 100 frames a second."""
    tone = np.sin(np.arange(16_000) * 2 * np.pi * 1_000 / 16_000).astype(np.float32)
    mel = log_mel(tone)
    assert mel.shape == (80, 100)
    assert set(mel[:, 5:-5].argmax(axis=0)) <= {24, 25, 26}


@pytest.mark.parametrize(
    ("text", "phrase", "rest"),
    [
        ("夸克同学", "夸克同学", ""),
        ("跨課同學，打开翻译。", "夸克同学", "打开翻译"),
        ("快课同学去附近的地铁口", "夸克同学", "去附近的地铁口"),
        ("嗯，划课同学，几点了？", "夸克同学", "几点了？"),
        ("五花克同学去地铁口", "夸克同学", "去地铁口"),
        ("你好千问,今天天气怎么样?", "你好千问", "今天天气怎么样?"),
        ("你好 千万 帮我拍张照。", "你好千问", "帮我拍张照"),
    ],
)
def test_a_wake_phrase_is_found_by_its_sound(text, phrase, rest):
    found = choose("wake").make().find(text)
    assert found is not None
    assert (found.phrase, found.rest) == (phrase, rest)


@pytest.mark.parametrize(
    "text",
    [
        "你好夸克",
        "你好，请问一下",
        "你好请问洗手间在哪里",
        "你好，千万不要动",
        "跨国同学会",
        "小爱同学",
        "快递同学来了",
        "可可同学",
        "我昨天和夸克同学吃饭",
        "你好",
        "同学你好",
        "hello there my friend",
        "",
    ],
)
def test_what_is_no_wake_phrase_is_not_found(text):
    assert choose("wake").make().find(text) is None


@pytest.mark.voice
def test_the_spotter_fires_when_the_phrase_ends_and_not_in_other_talk(human):
    """Asked every 64 ms, as the listener asks it, with two seconds of silence before."""
    spotter = choose("spot").make()

    def best(pcm):
        whole = np.concatenate([np.zeros(32_000, np.float32), floats(pcm), np.zeros(4_800, np.float32)])
        ends = range(spotter.window_samples, len(whole), 1_024)
        return max(spotter.score(whole[end - spotter.window_samples : end]) for end in ends)

    assert best(read_sound(CHINESE / "kuake-zf_xiaobei.wav")) > 0.8
    assert best(read_sound(CHINESE / "kuake-metro-zm_yunjian.wav")) > 0.8
    assert best(read_sound(CHINESE / "translate-zm_yunxi.wav")) < 0.5
    assert best(human) < 0.5


@pytest.mark.voice
@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("turn right in one hundred meters", "en", {"turn", "right", "meters"}),
        ("the time is ten past nine", "en", {"time"}),
    ],
)
def test_espeak_says_what_a_recogniser_understands(whisper, text, language, words):
    tts = choose("tts", "espeak").make()
    sound = np.frombuffer(b"".join(tts.speak(text, language)), np.int16)
    tts.close()
    assert 1.0 < len(sound) / tts.rate_hz < 6.0
    heard = whisper.transcribe(floats(to_pcm(resampled(sound.astype(float), tts.rate_hz, 16_000))), language)
    assert words <= set(re.findall(r"[a-z]+", heard.text.lower())), heard.text


@pytest.mark.voice
def test_espeak_speaks_chinese_and_can_be_cut():
    tts = choose("tts", "espeak").make()
    whole = len(b"".join(tts.speak("前方一百二十米右转", "zh")))
    assert 1.0 < whole / 2 / tts.rate_hz < 5.0
    started = tts.speak("前方一百二十米右转", "zh")
    assert len(next(started)) <= 2 * tts.rate_hz * 100 // 1_000  # small chunks
    started.close()
    assert len(b"".join(tts.speak("前方一百二十米右转", "zh"))) == pytest.approx(
        whole, rel=0.02
    )  # no rest of the cut one
    tts.close()
    assert b"".join(tts.speak("again", "en"))  # it starts again by itself
    tts.close()


def test_the_espeak_worker_leaves_when_its_pipe_closes():
    worker = subprocess.Popen(
        [sys.executable, ENGINES / "_espeak_worker.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.communicate(b"", timeout=10)[0][:4] == b"PCM "
    assert worker.returncode == 0
