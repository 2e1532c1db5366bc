"""Lines: where words may break, and what is left of them when there is no room. Nothing is ever wider than its room.

Chinese breaks between any two characters, but no line begins with a closing mark or ends with an opening one
(GB/T 15834); Latin breaks at spaces and after hyphens and slashes; a word wider than the room breaks anywhere.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from emulator.hud.text import CHINESE, is_chinese, shape

NOT_FIRST = frozenset("，。！？、；：）》”’】」』〉〕…—·‧～％%℃°,.!?;:)]}\u200d\ufe0f")
NOT_LAST = frozenset("（《“‘【「『〈〔([{￥¥$€#@")
BREAK_AFTER = frozenset("-/")
SLACK_EM = 1e-6  # a line as wide as its room fits


class Lines(NamedTuple):
    """Lines of one text; ``cut`` says that words were left out."""

    lines: tuple[str, ...]
    cut: bool


@lru_cache(maxsize=1024)
def break_lines(text: str, width_em: float, bold: bool) -> tuple[str, ...]:
    """Break ``text`` into lines of at most ``width_em``; no lines where not even one character has room."""
    return tuple(text[start:end].rstrip() for start, end in _spans(text, width_em, bold))


@lru_cache(maxsize=1024)
def fit_lines(text: str, width_em: float, max_lines: int, bold: bool) -> Lines:
    """Break ``text`` into at most ``max_lines``; what is too much is cut, with an ellipsis."""
    if max_lines == 1:
        words = " ".join(text.split("\n"))
        line = cut(words, width_em, bold)
        return Lines((line,) if line else (), line != words)
    spans = _spans(text, width_em, bold)
    if len(spans) <= max_lines:
        kept = tuple(text[start:end].rstrip() for start, end in spans)
        return Lines(kept, bool(text) and not kept)
    whole = [text[start:end].rstrip() for start, end in spans[: max_lines - 1]]
    rest = " ".join(text[spans[max_lines - 1][0] :].split("\n"))
    return Lines((*whole, cut(rest, width_em, bold)), True)


@lru_cache(maxsize=1024)
def cut(text: str, width_em: float, bold: bool) -> str:
    """Return ``text``, or as much of it as fits with an ellipsis, or "" where even that is too wide."""
    shaped = shape(text, bold)
    if shaped.advance_em <= width_em + SLACK_EM:
        return text
    ellipsis = "…" if is_chinese(text) else "..."
    end = bisect_right(shaped.edges_em, width_em - shape(ellipsis, bold).advance_em) - 1
    while end >= 0:
        kept = text[:end].rstrip() + ellipsis
        if shape(kept, bold).advance_em <= width_em + SLACK_EM:
            return kept
        end -= 1
    return ""


def _spans(text: str, width_em: float, bold: bool) -> list[tuple[int, int]]:
    """Return start and end of each line; spaces that hang over the end of a line belong to it."""
    spans: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n"):
        edges, end = shape(paragraph, bold).edges_em, len(paragraph)
        start = 0
        while start < end or not end:
            stop = _stop(paragraph, start, edges, width_em, bold)
            if stop == start and end:
                return []
            spans.append((at + start, at + stop))
            start = stop
            if not end:
                break
        at += end + 1
    return spans


def _stop(text: str, start: int, edges: tuple[float, ...], width_em: float, bold: bool) -> int:
    """Return where the line that begins at ``start`` ends: at a break, or else anywhere; at ``start`` if nothing fits."""
    full = bisect_right(edges, edges[start] + width_em + SLACK_EM) - 1  # so many characters fit
    last = full
    while last < len(text) and text[last] == " ":
        last += 1  # spaces may hang over
    for stop in range(last, start, -1):
        if (stop == len(text) or _breaks(text, stop)) and _fits(text[start:stop], width_em, bold):
            return stop
    for stop in range(full, start, -1):
        if _fits(text[start:stop], width_em, bold):
            return stop
    return start


def _fits(text: str, width_em: float, bold: bool) -> bool:
    return shape(text.rstrip(), bold).advance_em <= width_em + SLACK_EM


def _breaks(text: str, at: int) -> bool:
    """Say whether a line may end before the character ``at``."""
    before, after = text[at - 1], text[at]
    if after == " " or after in NOT_FIRST or before in NOT_LAST or unicodedata.combining(after):
        return False
    if before == " ":
        return text[:at].rstrip()[-1:] != "·"  # "Tap · open" belongs together
    return before in BREAK_AFTER or _wide(before) or _wide(after)


def _wide(character: str) -> bool:
    return ord(character) >= CHINESE or character in "“”‘’…—"
