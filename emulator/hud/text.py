"""Words to glyphs: HarfBuzz with the bundled font, the same on every machine; lines are broken as Chinese wants it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

import uharfbuzz as hb

from emulator.core.assets import asset
from emulator.core.errors import FontError

UNITS_PER_EM = 1000.0
ASCENT_EM, DESCENT_EM = 0.88, 0.12  # the box of a Chinese character
FILES = {False: "NotoSansSC-Regular.subset.ttf", True: "NotoSansSC-Bold.subset.ttf"}
NOT_FIRST = "，。！？、；：）》”’】,.!?;:)…%"
ELLIPSIS = "…"


class Shaped(NamedTuple):
    """One line: glyph ids, their x positions and the whole advance in em; ``missing`` characters are drawn as boxes."""

    glyphs: tuple[int, ...]
    xs_em: tuple[float, ...]
    advance_em: float
    missing: str


def font_path(bold: bool) -> str:
    """Return the path of the bundled font."""
    return str(asset("fonts", FILES[bold]))


@cache
def _font(bold: bool) -> Any:
    try:
        face = hb.Face(hb.Blob.from_file_path(font_path(bold)))
    except hb.HarfBuzzError as error:
        raise FontError(f"{font_path(bold)}: cannot read the font; reinstall glasses-emulator ({error})") from error
    if not face.glyph_count:
        raise FontError(f"{font_path(bold)}: not a font; reinstall glasses-emulator")
    return hb.Font(face)


@lru_cache(maxsize=4096)
def shape(text: str, bold: bool = False) -> Shaped:
    """Shape one line.

    Raises:
        FontError: If the bundled font cannot be read.
    """
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.language = "zh-Hans"
    hb.shape(_font(bold), buffer, {"kern": True})
    x, xs = 0.0, []
    for position in buffer.glyph_positions:
        xs.append((x + position.x_offset) / UNITS_PER_EM)
        x += position.x_advance
    infos = buffer.glyph_infos
    missing = "".join(text[info.cluster] for info in infos if info.codepoint == 0)
    return Shaped(tuple(info.codepoint for info in infos), tuple(xs), x / UNITS_PER_EM, missing)


@cache
def glyph_area_em2(glyph: int, bold: bool) -> float:
    """Return the inked area of a glyph in square em, by Green's theorem over its outline."""
    pen = _AreaPen()
    _font(bold).draw_glyph_with_pen(glyph, pen)
    return abs(pen.area) / UNITS_PER_EM**2


def break_lines(text: str, width_em: float, bold: bool) -> list[str]:
    """Break ``text`` into lines of at most ``width_em``: at spaces, and between Chinese characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _words(paragraph):
            if line and shape((line + word).rstrip(), bold).advance_em > width_em:
                lines.append(line.rstrip())
                word = word.lstrip()  # noqa: PLW2901  # a line does not begin with a space
                line = ""
            line += word
        lines.append(line.rstrip())
    return lines


def cut(text: str, width_em: float, bold: bool) -> str:
    """Return ``text``, or as much of it as fits with an ellipsis."""
    if shape(text, bold).advance_em <= width_em:
        return text
    while text and shape(text + ELLIPSIS, bold).advance_em > width_em:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _words(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        joined = found and (
            character in NOT_FIRST or (_latin(character) and _latin(found[-1][-1])) or (character == " ")
        )
        if joined and not (found[-1].endswith(" ") and character != " "):
            found[-1] += character
        else:
            found.append(character)
    return found


def _latin(character: str) -> bool:
    return ord(character) < 0x2E80 and character != " "


class _AreaPen:
    """Sums the signed area under lines and curves."""

    def __init__(self) -> None:
        self.area = 0.0
        self._start = self._at = (0.0, 0.0)

    def moveTo(self, p: tuple[float, float]) -> None:  # noqa: N802, D102
        self._start = self._at = p

    def lineTo(self, p: tuple[float, float]) -> None:  # noqa: N802, D102
        self.area += (self._at[0] * p[1] - p[0] * self._at[1]) / 2
        self._at = p

    def qCurveTo(self, c: tuple[float, float], p: tuple[float, float]) -> None:  # noqa: N802, D102
        a = self._at
        for t in (0.25, 0.5, 0.75, 1.0):
            u = 1 - t
            self.lineTo((u * u * a[0] + 2 * u * t * c[0] + t * t * p[0], u * u * a[1] + 2 * u * t * c[1] + t * t * p[1]))

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802, D102  # a TrueType font has none
        self.lineTo(points[-1])

    def closePath(self) -> None:  # noqa: N802, D102
        self.lineTo(self._start)
