"""Display list to SVG: goldens, reports and docs without a window. Equal lists give equal text."""

from __future__ import annotations

from base64 import b64encode
from xml.sax.saxutils import escape

from emulator.hud.display_list import Bitmap, DisplayList, Frame, Glyphs, Lines, Op, Path
from emulator.hud.picture import to_png


def to_svg(drawing: DisplayList) -> str:
    """Return an SVG document, one element a line."""
    width, height = drawing.size_px
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="none" stroke-linecap="round">'
    return "\n".join([head, *(_element(op) for op in drawing.ops), "</svg>\n"])


def _element(op: Op) -> str:
    grey = f"#{round(255 * op.level):02x}" + f"{round(255 * op.level):02x}" * 2
    match op:
        case Glyphs():
            weight = ' font-weight="bold"' if op.bold else ""
            size = f'font-family="Noto Sans SC" font-size="{op.em_px:.2f}"'
            return f'<text x="{op.x:.2f}" y="{op.y:.2f}" {size}{weight} fill="{grey}">{escape(op.text)}</text>'
        case Frame(box, radius_px, stroke_px):
            paint = f'stroke="{grey}" stroke-width="{stroke_px:.2f}"' if stroke_px else f'fill="{grey}"'
            place = f'x="{box.x:.2f}" y="{box.y:.2f}" width="{box.w:.2f}" height="{box.h:.2f}"'
            return f'<rect {place} rx="{radius_px:.2f}" {paint}/>'
        case Bitmap(box, picture, level):
            place = f'x="{box.x:.2f}" y="{box.y:.2f}" width="{box.w:.2f}" height="{box.h:.2f}" opacity="{level:.2f}"'
            return f'<image {place} href="data:image/png;base64,{b64encode(to_png(picture)).decode()}"/>'
        case Lines(lines, stroke_px):
            path = "".join(_polyline(line) for line in lines)
            return f'<path d="{path}" stroke="{grey}" stroke-width="{stroke_px:.2f}" stroke-linejoin="round"/>'
    return _outline(op, grey)


def _polyline(line: tuple[float, ...]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in zip(line[0::2], line[1::2], strict=True))


def _outline(op: Path, grey: str) -> str:
    words = []
    for letter, numbers in op.commands:
        offsets = (op.x, op.y)
        words.append(letter + " ".join(f"{offsets[i % 2] + n * op.scale:.2f}" for i, n in enumerate(numbers)))
    paint = f'stroke="{grey}" stroke-width="{op.stroke_px:.2f}"' if op.stroke_px else f'fill="{grey}"'
    return f'<path d="{" ".join(words)}" {paint}/>'
