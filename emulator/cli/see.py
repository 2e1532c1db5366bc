"""``glasses see``: the QR codes in pictures, and what they are; nothing they say is opened."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.vision.code import Code
    from emulator.vision.kinds import Classified
    from emulator.vision.picture import Picture
    from emulator.vision.scanner import State

NO_CODE, UNREADABLE = 1, 2
NOTHING = {"zh": "没有看到二维码", "en": "no code"}
SECRET = {"zh": "付款码等于钱，不要给人看", "en": "it pays out of your wallet: show it to nobody"}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the pictures and the form of the answer."""
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a PNG, JPEG, WebP, BMP or GIF file")
    parser.add_argument("--language", choices=("zh", "en"), default="en", help="of names and hints")
    parser.add_argument("--json", action="store_true", help="one object a picture, each on its line")


def run(arguments: Namespace) -> int:
    """Print what each picture shows; 1 if one has no code that is read, 2 if one is no picture."""
    return max([_see(path, arguments.language, as_json=arguments.json) for path in arguments.images])


def _see(path: str, language: str, *, as_json: bool) -> int:
    from emulator.core.errors import FileError
    from emulator.vision.kinds import classify
    from emulator.vision.picture import read_grey
    from emulator.vision.still_search import search_still

    try:
        with _decoders_quiet():
            picture = read_grey(path)
    except FileError as error:
        print(f"glasses: {error}", file=sys.stderr)
        if as_json:
            print(json.dumps({"file": path, "error": str(error)}, ensure_ascii=False))
        return UNREADABLE
    if picture.scale < 1:
        height, width = picture.grey.shape
        print(f"glasses: {path}: {_size(picture.size_px)} pixels, shrunk to {width}x{height}", file=sys.stderr)
    codes, state = search_still(picture.grey)
    seen = [(code, classify(code.text)) for code in codes]
    if as_json:
        print(json.dumps(_to_json(path, picture, state, seen), ensure_ascii=False))
    else:
        _print(path, state, seen, language)
    return 0 if codes else NO_CODE


def _to_json(path: str, picture: Picture, state: State, seen: list[tuple[Code, Classified]]) -> dict[str, object]:
    from emulator.vision.scanner import TEXTS

    return {
        "file": path,
        "size_px": picture.size_px,
        "state": state,
        "hint": TEXTS[state],
        "codes": [_code_to_json(code, told, picture.scale) for code, told in seen],
    }


def _code_to_json(code: Code, told: Classified, scale: float) -> dict[str, object]:
    from emulator.vision.kinds import PROBLEMS

    return {
        "text": code.text,
        "bytes": code.data.hex(),
        "pass": code.found_by,
        "corners_px": [[round(corner.x / scale, 1), round(corner.y / scale, 1)] for corner in code.corners],
        "kind": told.kind.id,
        "name": {"zh": told.kind.zh, "en": told.kind.en},
        "use": told.kind.use,
        "fields": told.fields,
        "problem": told.problem and {"id": told.problem, **PROBLEMS[told.problem], "detail": told.detail},
    }


def _print(path: str, state: State, seen: list[tuple[Code, Classified]], language: str) -> None:
    from emulator.vision.kinds import PROBLEMS
    from emulator.vision.scanner import TEXTS

    if state != "read":
        print(f"{path}: {TEXTS[state][language]}" if seen or state != "searching" else f"{path}: {NOTHING[language]}")
    for code, told in seen:
        name = told.kind.zh if language == "zh" else told.kind.en
        print(f"{path}: {name}: {_masked(code.text, told)}  ({code.found_by})")
        for field, value in told.fields.items():
            print(f"  {_plain(field)}: {_plain(value)}")
        if told.problem:
            print(f"  ! {PROBLEMS[told.problem][language]}: {_plain(told.detail)}")
        if told.kind.use == "secret":
            print(f"  ! {SECRET[language]}")


@contextmanager
def _decoders_quiet() -> Iterator[None]:
    """Keep libpng and libjpeg from writing to stderr by themselves: what is wrong is told in one line of ours."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _masked(text: str, told: Classified) -> str:
    return f"{text[:2]}…{text[-2:]}" if told.kind.use == "secret" else _plain(text)


def _plain(text: str) -> str:
    """Return the text with whatever would move a terminal's cursor or colour spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _size(size_px: tuple[int, int]) -> str:
    return f"{size_px[0]}x{size_px[1]}"


COMMAND = Command("see", "the QR codes in pictures, and what they are", add_arguments, run)
