"""Words to glyphs: HarfBuzz with the bundled font, the same on every machine. Lines: ``lines.py``."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import uharfbuzz as hb

from emulator.core.assets import asset
from emulator.core.errors import FontError

UNITS_PER_EM = 1000.0
ASCENT_EM, DESCENT_EM = 0.88, 0.12  # the box of a Chinese character
FILES = {False: "NotoSansSC-Regular.subset.ttf", True: "NotoSansSC-Bold.subset.ttf"}
CHINESE = 0x2E80  # from here on characters are as wide as high


class Shaped(NamedTuple):
    """One line of glyphs.

    Attributes:
        glyphs: Glyph ids; 0 is a box, for a character that the font has not got.
        xs_em: Where each glyph stands.
        advance_em: The whole width.
        missing: Characters drawn as boxes.
        edges_em: Where each character of the text begins, and where the last one ends.
    """

    glyphs: tuple[int, ...]
    xs_em: tuple[float, ...]
    advance_em: float
    missing: str
    edges_em: tuple[float, ...]


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
    """Shape one line. Without a Chinese character, quotes and the middle dot are as narrow as Latin wants them.

    Raises:
        FontError: If the bundled font cannot be read.
    """
    if not text:
        return Shaped((), (), 0.0, "", (0.0,))
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction, buffer.language = "ltr", "zh-Hans"
    hb.shape(_font(bold), buffer, {"kern": True, "palt": not is_chinese(text)})
    x, xs = 0, []
    edges = [0.0] * (len(text) + 1)
    infos = buffer.glyph_infos
    for info, position in zip(infos, buffer.glyph_positions, strict=True):
        xs.append((x + position.x_offset) / UNITS_PER_EM)
        x += position.x_advance
        edges[info.cluster + 1] = x / UNITS_PER_EM
    missing = "".join(text[info.cluster] for info in infos if info.codepoint == 0)
    return Shaped(
        tuple(info.codepoint for info in infos), tuple(xs), x / UNITS_PER_EM, missing, tuple(accumulate(edges, max))
    )


def is_chinese(text: str) -> bool:
    """Say whether ``text`` has a character of Chinese script or punctuation."""
    return any(ord(character) >= CHINESE for character in text)


class Ink(NamedTuple):
    """How much of a glyph is inked, in square em, and how long its outline is, in em."""

    area_em2: float
    edge_em: float


@cache
def glyph_ink(glyph: int, bold: bool) -> Ink:
    """Return area and length of a glyph's outline, by Green's theorem over short chords."""
    pen = _InkPen()
    _font(bold).draw_glyph_with_pen(glyph, pen)
    return Ink(abs(pen.area) / UNITS_PER_EM**2, pen.edge / UNITS_PER_EM)


class _InkPen:
    """Sums signed area and length under lines and curves."""

    def __init__(self) -> None:
        self.area = self.edge = 0.0
        self._start = self._at = (0.0, 0.0)

    def moveTo(self, p: tuple[float, float]) -> None:  # noqa: N802
        self._start = self._at = p

    def lineTo(self, p: tuple[float, float]) -> None:  # noqa: N802
        self.area += (self._at[0] * p[1] - p[0] * self._at[1]) / 2
        self.edge += math.dist(self._at, p)
        self._at = p

    def qCurveTo(self, c: tuple[float, float], p: tuple[float, float]) -> None:  # noqa: N802
        a = self._at
        for t in (0.25, 0.5, 0.75, 1.0):
            u = 1 - t
            x, y = (u * u * a[k] + 2 * u * t * c[k] + t * t * p[k] for k in (0, 1))
            self.lineTo((x, y))

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802  # a TrueType font has none
        self.lineTo(points[-1])

    def closePath(self) -> None:  # noqa: N802
        self.lineTo(self._start)
