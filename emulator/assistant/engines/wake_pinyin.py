"""Wake phrases 夸克同学 and 你好千问, found in the transcript by how they sound.

Whisper hears 夸克 as 跨课, 快课, 划课 and 千问 as 千万, 见问: homophones and near ones. So the first syllables of the
transcript are compared in toneless pinyin, initial and final apart, at a price for each near miss. The transcript must
be made *without* the phrase in the prompt, or every sentence starts with it. The price list keeps the everyday
你好请问 ("hello, may I ask") out. Evidence: synthetic voices only (docs/voice.md).
"""

from __future__ import annotations

import re
from functools import cache

from emulator.assistant.engine import Engine, WakeMatch, WakeWord, importable

PHRASES = {"夸克同学": ("kua", "ke", "tong", "xue"), "你好千问": ("ni", "hao", "qian", "wen")}
LIMIT = 1.25  # of a whole phrase
SYLLABLE_LIMIT = 0.75
NEAR, FAR = 0.5, 1.0
EXTRA = 0.25  # one character before it: the breath before 夸 is often written 五 or 不
FILLERS = "嗯啊呃哎嘿喂哦诶那"
INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
NEAR_INITIALS = ("kgh", "jqx", "td", "nl", "sz", "xs")  # what the recogniser mixes up
NEAR_FINALS = (
    {"ua", "uai", "uo", "uang", "a"},
    {"e", "ei", "o"},
    {"ong", "eng", "ou", "uo", "on"},
    {"ue", "ie", "üe", "uan"},
    {"ian", "in", "an", "ia"},
    {"en", "an", "eng", "un"},
    {"ao", "ou", "a"},
    {"i", "in", "ing"},
)
NEVER = re.compile(r"千万[不别要]")  # 你好，千万不要…: "by no means"
HAN = re.compile(r"[\u4e00-\u9fff]")


class PinyinWake:
    """Compares the head of a transcript with each phrase."""

    phrases = tuple(PHRASES)

    def find(self, text: str) -> WakeMatch | None:
        """Return the wake phrase ``text`` starts with (fillers aside) and what follows it, if there is one."""
        places = [found.start() for found in HAN.finditer(text)]
        while places and text[places[0]] in FILLERS:
            del places[0]
        if not places or re.search(r"\w", "".join(c for c in text[: places[0]] if c not in FILLERS)):
            return None  # something else was said first
        return self._best(text, places, 0.0) or self._best(text, places[1:], EXTRA)

    def _best(self, text: str, places: list[int], extra: float) -> WakeMatch | None:
        heard = _syllables("".join(text[place] for place in places[:4]))
        if len(heard) < 4 or places[3] - places[0] > 10:
            return None
        prices = {phrase: extra + _price(heard, wanted) for phrase, wanted in PHRASES.items()}
        phrase = min(prices, key=lambda p: prices[p])
        if prices[phrase] > LIMIT or NEVER.match(text, places[2]):
            return None
        rest = text[places[3] + 1 :].strip(" ，。,.！!？?、：:")
        return WakeMatch(phrase, 1.0 - prices[phrase] / 4.0, rest + _end_mark(text, rest))


def _end_mark(text: str, rest: str) -> str:
    last = text.rstrip()[-1:]
    return last if rest and last in "？?" else ""


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [str(s).replace("v", "ü") for s in lazy_pinyin(text)]


def _price(heard: list[str], wanted: tuple[str, ...]) -> float:
    prices = [_syllable_price(h, w) for h, w in zip(heard, wanted, strict=True)]
    return sum(prices) if max(prices) <= SYLLABLE_LIMIT else float("inf")


@cache
def _syllable_price(heard: str, wanted: str) -> float:
    """0 the same, 0.5 one near miss, 0.75 two near misses, 1 something else."""
    (initial, final), (initial_wanted, final_wanted) = _parts(heard), _parts(wanted)
    misses = 0
    for one, other, near in (
        (initial, initial_wanted, any(initial in group and initial_wanted in group for group in NEAR_INITIALS)),
        (final, final_wanted, any({final, final_wanted} <= group for group in NEAR_FINALS)),
    ):
        if one != other:
            if not near:
                return FAR
            misses += 1
    return (0.0, NEAR, SYLLABLE_LIMIT)[misses]


def _parts(syllable: str) -> tuple[str, str]:
    initial = next((i for i in INITIALS if syllable.startswith(i)), "")
    return initial, syllable[len(initial) :]


def _available() -> str | None:
    return importable("pypinyin")


ENGINE: Engine[WakeWord] = Engine(
    id="wake_pinyin",
    kind="wake",
    title="夸克同学, 你好千问 in the transcript, by sound",
    rank=0,
    licence="MIT (pypinyin)",
    available=_available,
    make=PinyinWake,
    languages=("zh",),
)
