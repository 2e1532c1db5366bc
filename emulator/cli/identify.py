"""``glasses identify``: which products pictures show, and what they cost."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.services.shopping.views import Shelf, Sight

UNKNOWN, UNREADABLE = 1, 2
WORDS = {
    "zh": {"none": "没有认出商品", "maybe": "不确定，可能是", "sample": "示例", "stale": "价格较旧", "mean": "均价"},
    "en": {
        "none": "no product recognised",
        "maybe": "not sure, perhaps",
        "sample": "sample",
        "stale": "old",
        "mean": "mean",
    },
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the pictures, the catalogue and the form of the answer."""
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a PNG, JPEG, WebP, BMP or GIF file")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="another catalogue than your own")
    parser.add_argument("--language", choices=("zh", "en"), default="en", help="of names")
    parser.add_argument("--json", action="store_true", help="one object a picture, each on its line")


def run(arguments: Namespace) -> int:
    """Print what each picture shows; 1 if one shows no product for sure, 2 if one is no picture."""
    from emulator.cli.catalogue import open_catalogue
    from emulator.services.shopping.views import Shelf

    shelf = Shelf(open_catalogue(arguments.catalogue))
    return max([_identify(path, shelf, arguments.language, as_json=arguments.json) for path in arguments.images])


def now() -> datetime:
    """Return the time of day, aware: prices grow old by it."""
    return datetime.now(UTC)


def price_line(told: dict[str, Any], language: str = "en") -> str:
    """Return name, quantity, mean, lowest and unit price in one line."""
    words, parts = WORDS[language], [f"{told['name']}  {told['quantity']}".strip()]
    if told["mean_fen"] is not None:
        sign = {"CNY": "¥"}.get(told["currency"], f"{told['currency']} ")
        parts.append(f"{words['mean']} {_money(sign, told['mean_fen'])}")
        parts.append(f"{_money(sign, told['lowest_fen'])} {told['lowest_shop']}")
        if told["unit_fen"] is not None:
            parts.append(f"{_money(sign, told['unit_fen'])} / {told['unit']}")
        parts.append(told["as_of"] + (f" ({words['stale']})" if told["stale"] else ""))
    return ", ".join(_plain(part) for part in parts) + (f"  [{words['sample']}]" if told["sample"] else "")


def _identify(path: str, shelf: Shelf, language: str, *, as_json: bool) -> int:
    from emulator.cli.see import _decoders_quiet
    from emulator.core.errors import FileError
    from emulator.services.shopping.offline import to_products
    from emulator.vision.colour_picture import read_colour

    try:
        with _decoders_quiet():
            frame, size = read_colour(path)
    except FileError as error:
        print(f"glasses: {error}", file=sys.stderr)
        if as_json:
            print(json.dumps({"file": path, "error": str(error)}, ensure_ascii=False))
        return UNREADABLE
    height, width = frame.shape[:2]
    if width < size[0]:
        print(f"glasses: {path}: {size[0]}x{size[1]} pixels, shrunk to {width}x{height}", file=sys.stderr)
    sight = shelf.look(frame)
    products = to_products(shelf.catalogue, sight.numbers, now(), language)
    if as_json:
        print(json.dumps(_to_json(path, size, width, sight, products), ensure_ascii=False))
    else:
        _print(path, sight, products, language)
    return 0 if sight.sure else UNKNOWN


def _to_json(
    path: str, size: tuple[int, int], width: int, sight: Sight, products: list[dict[str, Any]]
) -> dict[str, Any]:
    scale = size[0] / width
    return {
        "file": path,
        "size_px": size,
        "method": sight.method,
        "sure": sight.sure,
        "product": products[0] if sight.sure else None,
        "confidence": round(sight.confidence, 3),
        "inliers": sight.inliers,
        "barcode": sight.barcode,
        "label": sight.label,
        "corners_px": [[round(x * scale, 1), round(y * scale, 1)] for x, y in sight.corners],
        "candidates": products,
    }


def _print(path: str, sight: Sight, products: list[dict[str, Any]], language: str) -> None:
    words = WORDS[language]
    if sight.sure:
        by = sight.barcode if sight.method == "barcode" else f"{sight.inliers} inliers, {sight.confidence:.2f}"
        print(f"{path}: {price_line(products[0], language)}  ({sight.method}: {by})")
        return
    print(f"{path}: {words['maybe'] if products else words['none']}")
    for product in products:
        print(f"  {price_line(product, language)}")
    for read in filter(None, (sight.barcode, _plain(sight.label))):
        print(f"  {read}")


def _money(sign: str, fen: int) -> str:
    from emulator.wallet.money import show_yuan

    return f"{sign}{show_yuan(fen)}"


def _plain(text: str) -> str:
    """Return the text with whatever would move a terminal's cursor or colour spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


COMMAND = Command("identify", "which products pictures show, and what they cost", add_arguments, run)
