"""One turn of the assistant: wake, listen, transcript, intent, act, answer. One coroutine, top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.assistant.intents import Grammar
from emulator.core.actions import EndSpeech, FailSpeech, StartSpeech, Transcribe
from emulator.core.ear import Ear
from emulator.core.events import (
    AnswerGiven,
    CapabilityMissing,
    Event,
    GestureRecognized,
    HudHidden,
    HudShown,
    IntentRecognized,
    SttFailed,
    TranscriptSettled,
    TurnEnded,
    TurnListening,
)
from emulator.core.kernel import Future
from emulator.devices.device import Device
from emulator.devices.work import Work
from emulator.hud.focus import Focus
from emulator.hud.layout import scroll_room

NAME = "assistant"
LISTEN = Work("listen", NAME, mcu_ms=25.0)  # costs: simulation.md, 2.2, row "voice"
RECOGNISE = Work("recognise", NAME, ap_ms=260.0, ap_threads=3)
UNDERSTAND = Work("understand", NAME, ap_ms=180.0, ap_threads=2, deadline_ms=600.0)
SILENCE_MS = 6_000  # nobody speaks: the turn ends
TRANSCRIPT_MS = 15_000  # the engine does not answer: the turn ends
ANSWER_MS = 15_000  # no app answers: the turn ends
READ_MS = 4_000  # an answer stays at least so long, and after each scroll
LINES_PER_SCROLL = 2
LINES_SHOWN = 5  # of an answer, as turn.hud.yaml has it; a slide past the end would have to be slid back

Ask = Callable[[str, str], Future[Any]]
SAY_AGAIN = {"zh": "没听清，请再说一遍", "en": "I did not catch that, please say it again"}
NOT_UNDERSTOOD = {"zh": "没听懂。可以说：现在几点、拍照、音量调到50", "en": "I did not get that. Try: what time is it"}
MISSING = {"zh": "这副眼镜没有{need}", "en": "These glasses have no {need}"}
NEED_ZH = {"camera": "摄像头", "display": "显示屏", "speaker": "扬声器", "microphone": "麦克风", "wifi": "Wi-Fi"}


@dataclass(frozen=True, slots=True)
class Mind:
    """What the assistant knows: patterns, who answers questions, and which intents lack hardware."""

    grammar: Grammar
    ask: Ask
    lacking: dict[str, str]


class Turn:
    """One exchange. ``text`` is None where the words are still to be heard."""

    def __init__(self, number: int, text: str | None, device: Device, focus: Focus, mind: Mind) -> None:
        self.number, self._text = number, text
        self._device, self._focus, self._mind = device, focus, mind
        self._log = device.log
        self._transcript, self._answer, self._reason, self._scroll = "", "", "", 0
        kinds = (StartSpeech, EndSpeech, Transcribe, FailSpeech)
        self._speech = self._ear(*kinds)
        self._answers = self._ear(AnswerGiven)
        self._gestures = self._ear(GestureRecognized)
        self._keep = device.display.keep(NAME)

    @property
    def answering(self) -> bool:
        """Say whether the answer is on the display."""
        return bool(self._answer)

    async def run(self) -> None:
        """Take the turn through all its stages; ``close()`` must follow, however it ends."""
        language = str(self._device.settings["language"])
        self._device.display.light("assistant", NAME)
        self._focus.take(NAME)
        self._show("listening")
        if self._text is None or not self._mind.grammar.strip_wake(self._text):  # nothing after the wake phrase yet
            self._text = await self._hear()
        if self._text is None:
            await self._excuse(language)
            return
        self._transcript = self._mind.grammar.strip_wake(self._text)
        self._show("thinking")
        await self._device.system.run(UNDERSTAND)
        answer = await self._act(self._text, language)
        if answer is not None:
            await self._give(answer, language)
        self._emit(TurnEnded(self.number, "ok" if answer is not None else "not-understood"))

    def close(self) -> None:
        """Leave the screen and the ears."""
        for ear in (self._speech, self._answers, self._gestures):
            ear.close()
        self._keep.release()
        self._focus.leave(NAME)
        self._emit(HudHidden(NAME, "transient"))

    async def _hear(self) -> str | None:
        mics = self._device.parts.hold("mics", NAME) if "microphone" in self._device.profile.capabilities else None
        try:
            self._device.system.run(LISTEN)
            return await self._await_words()
        finally:
            if mics is not None:
                mics.release()

    async def _await_words(self) -> str | None:
        timeout_ms = SILENCE_MS
        while True:
            match await self._speech.next(timeout_ms):
                case StartSpeech():
                    timeout_ms = TRANSCRIPT_MS
                    self._emit(TurnListening(self.number))
                case EndSpeech():
                    self._device.system.run(RECOGNISE)
                case Transcribe(text=text, engine=engine) if text.strip():
                    self._emit(TranscriptSettled(self.number, text, engine))
                    return text
                case Transcribe():
                    return self._not_heard()
                case FailSpeech(reason=reason):
                    self._emit(SttFailed(reason))
                    return self._not_heard(reason)
                case None:
                    return self._not_heard()

    def _not_heard(self, reason: str = "") -> str | None:
        self._reason = reason
        return None

    async def _excuse(self, language: str) -> None:
        """Say that nothing was understood, and why if that is known."""
        self._answer = self._reason or SAY_AGAIN[language]
        self._show("error")
        await self._gestures.next(READ_MS)
        self._emit(TurnEnded(self.number, "not-heard"))

    async def _act(self, text: str, language: str) -> AnswerGiven | None:
        understood = self._mind.grammar.understand(text)
        if understood is None:
            reply = await self._mind.ask(self._transcript, NAME)
            if "error" in reply or not reply.get("text"):
                return self._own_answer(NOT_UNDERSTOOD[language], "offline")
            return self._own_answer(str(reply["text"]), str(reply["engine"]))
        self._emit(IntentRecognized(understood.intent, understood.slots, self.number))
        need = self._mind.lacking.get(understood.intent)
        if need is None:
            return await self._answers.next(ANSWER_MS)
        self._emit(CapabilityMissing(NAME, need))
        named = NEED_ZH.get(need, need) if language == "zh" else need
        return self._own_answer(MISSING[language].format(need=named), "offline")

    def _own_answer(self, text: str, engine: str) -> AnswerGiven:
        answer = AnswerGiven(text, engine, self.number)
        self._emit(answer)
        return answer

    async def _give(self, answer: AnswerGiven, language: str) -> None:
        spoken = self._device.voice.say(answer.text, NAME, language)
        if not (answer.on_screen and answer.text):
            self._emit(HudHidden(NAME, "transient"))
            await spoken
            return
        self._answer = answer.text
        self._show("answer")
        await self._read(spoken)

    async def _read(self, spoken: Future[None]) -> None:
        """Keep the answer until it was spoken and read; slide scrolls, double tap ends it."""
        while True:
            match await self._gestures.next(READ_MS):
                case None if spoken.done:
                    return
                case GestureRecognized("temple", "swipe-forward"):
                    self._scroll_by(LINES_PER_SCROLL)
                case GestureRecognized("temple", "swipe-back"):
                    self._scroll_by(-LINES_PER_SCROLL)
                case GestureRecognized("temple", "double-tap" | "triple-tap" | "tap"):
                    self._device.voice.cut("gesture")
                    return
            self._show("answer")

    def _scroll_by(self, lines: int) -> None:
        display = self._device.profile.display
        last = scroll_room(self._answer, "body", LINES_SHOWN, display) if display else 0
        self._scroll = max(0, min(last, self._scroll + lines))

    def _show(self, phase: str) -> None:
        hints = self._hints(phase)
        data = {"phase": phase, "transcript": self._transcript, "answer": self._answer, "scroll": self._scroll}
        self._emit(HudShown(NAME, "turn", "transient", data | hints))

    def _hints(self, phase: str) -> dict[str, str]:
        zh = self._device.settings["language"] == "zh"
        if phase == "answer":
            left, right = ("滑动·翻页", "双击·退出") if zh else ("Slide · scroll", "Double tap · leave")
        else:
            left, right = ("请说话", "双击·退出") if zh else ("Speak now", "Double tap · leave")
        return {"hint_left": left, "hint_right": right}

    def _emit(self, event: Event) -> None:
        self._log.emit(event, NAME)

    def _ear(self, *kinds: type[Event]) -> Ear[Any]:
        return Ear(
            self._device.kernel, self._log, lambda record: isinstance(record.event, kinds) and self._mine(record.event)
        )

    def _mine(self, event: Event) -> bool:
        if isinstance(event, GestureRecognized):
            return self._focus.holder() == NAME
        return not isinstance(event, AnswerGiven) or event.turn in (0, self.number)
