"""Reads products from CSV and JSON files; whatever is wrong is told with line and column before anything is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from emulator.core.errors import FileError, nearest, quoted
from emulator.core.why import why
from emulator.services.shopping.catalogue import Entry, Picture
from emulator.services.shopping.goods import Item, Offer
from emulator.services.shopping.places import Cell, csv_rows, json_place
from emulator.services.shopping.quantities import Quantity, parse_quantity
from emulator.services.shopping.views import to_picture
from emulator.vision.colour_picture import read_colour
from emulator.vision.gtin import to_gtin
from emulator.wallet.money import parse_fen

MOST_BYTES = 64 << 20
MOST_LETTERS = 200
NAMES = ("key", "name_zh", "name_en", "brand_zh", "brand")
OF_ITEM = (*NAMES, "quantity")
OF_OFFER = ("shop", "price", "shipping", "coupon", "currency", "time")
COLUMNS = (*OF_ITEM, "barcode", "picture", *OF_OFFER)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
Fail = Callable[[str], NoReturn]


@dataclass(frozen=True, slots=True)
class Text:
    """A value and how to complain of it."""

    value: str
    fail: Fail


@dataclass(slots=True)
class Draft:
    """A product while its file is read."""

    texts: dict[str, Text] = field(default_factory=dict)
    offers: list[dict[str, Text]] = field(default_factory=list)
    barcodes: list[Text] = field(default_factory=list)
    pictures: list[Text] = field(default_factory=list)


def read_goods(path: Path, *, sample: bool = False) -> list[Entry]:
    """Return the products of a ``.csv`` or ``.json`` file, pictures read and described.

    Args:
        path: UTF-8, or a CSV in GB 18030 as a Chinese Excel writes it. Pictures are named relative to it.
        sample: Whether they are invented.

    Raises:
        FileError: ``file:line:column: what``, at the first thing that is wrong.
    """
    if path.suffix.lower() not in (".csv", ".json"):
        raise FileError(f"{path}: give a .csv or a .json file")
    text = _read(path)
    drafts = list(_drafts_of_csv(path, text) if path.suffix.lower() == ".csv" else _drafts_of_json(path, text))
    if not drafts:
        raise FileError(f"{path}: no products in it")
    return [_entry(draft, path.parent, sample=sample) for draft in drafts]


# --- the file as drafts ---


def _read(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FileError(f"{path}: {size / 1e6:.0f} MB; {MOST_BYTES >> 20} MB are the most")
        coded = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: {why(error)}") from None
    for charset in ("utf-8-sig", "gb18030") if path.suffix.lower() == ".csv" else ("utf-8-sig",):
        try:
            return coded.decode(charset)
        except UnicodeDecodeError as error:
            at = error.start
    line, column = coded.count(b"\n", 0, at) + 1, at - coded.rfind(b"\n", 0, at)
    raise FileError(f"{path}:{line}:{column}: neither UTF-8 nor GB 18030")


def _drafts_of_csv(path: Path, text: str) -> Iterator[Draft]:
    """Yield one draft a key: rows of the same key are offers of one product. A wrong header is told before any row."""
    rows = _rows_of_csv(path, text)
    head = _head(path, next(rows, []))
    drafts: dict[str, Draft] = {}
    for row in rows:
        if len(row) > len(head):
            extra = row[len(head)]
            raise FileError(f"{path}:{extra.line}:{extra.column}: more fields than the {len(head)} columns")
        texts = {name: _of_cell(path, cell) for name, cell in zip(head, row, strict=False) if cell.text}
        key = next((texts[name].value for name in ("key", "barcode", "name_zh", "name_en") if name in texts), "")
        if not key:
            raise FileError(f"{path}:{row[0].line}:{row[0].column}: a product needs a key, a barcode or a name")
        _add_row(drafts.setdefault(key, Draft()), texts)
    yield from drafts.values()


def _rows_of_csv(path: Path, text: str) -> Iterator[list[Cell]]:
    try:
        yield from csv_rows(text)
    except ValueError as error:
        message, line, column = error.args
        raise FileError(f"{path}:{line}:{column}: {message}") from None


def _head(path: Path, row: list[Cell]) -> list[str]:
    head = [cell.text.lower() for cell in row]
    for place, (cell, name) in enumerate(zip(row, head, strict=True)):
        if name not in COLUMNS or name in head[:place]:
            why_not = "twice" if name in COLUMNS else f"unknown column{nearest(name, COLUMNS)}"
            raise FileError(f"{path}:{cell.line}:{cell.column}: {quoted(cell.text)}: {why_not}")
    return head


def _of_cell(path: Path, cell: Cell) -> Text:
    def fail(message: str) -> NoReturn:
        raise FileError(f"{path}:{cell.line}:{cell.column}: {message}")

    return Text(cell.text, fail)


def _add_row(draft: Draft, texts: dict[str, Text]) -> None:
    for name in OF_ITEM:
        if name in texts:
            known = draft.texts.setdefault(name, texts[name])
            if known.value != texts[name].value:
                here, before = quoted(texts[name].value), quoted(known.value)
                texts[name].fail(f"{name} is {here} here and was {before} for the same product")
    offer = {name: texts[name] for name in OF_OFFER if name in texts}
    if offer:
        draft.offers.append(offer)
    for name, kept in (("barcode", draft.barcodes), ("picture", draft.pictures)):
        if name in texts and texts[name].value not in (one.value for one in kept):
            kept.append(texts[name])


def _drafts_of_json(path: Path, text: str) -> Iterator[Draft]:
    try:
        whole = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise FileError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    except RecursionError:
        raise FileError(f"{path}:1:1: nested too deeply") from None
    reader = _Json(path, text)
    at: tuple[str | int, ...] = ()
    if isinstance(whole, dict):
        reader.known(whole, ("note", "items"), at)
        at, whole = ("items",), whole.get("items", [])
    for number, item in enumerate(reader.rows(whole, at)):
        here = (*at, number)
        reader.known(item, (*OF_ITEM, "barcodes", "pictures", "offers"), here)
        draft = Draft(reader.texts(item, OF_ITEM, here))
        draft.barcodes = reader.list_of_texts(item, "barcodes", here)
        draft.pictures = reader.list_of_texts(item, "pictures", here)
        for place, offer in enumerate(reader.rows(item.get("offers", []), (*here, "offers"))):
            reader.known(offer, OF_OFFER, (*here, "offers", place))
            draft.offers.append(reader.texts(offer, OF_OFFER, (*here, "offers", place)))
        if not draft.texts and not draft.barcodes:
            reader.fail_at(here)("a product needs a key, a barcode or a name")
        yield draft


@dataclass(frozen=True, slots=True)
class _Json:
    """Takes a JSON text apart and knows where everything stands."""

    path: Path
    text: str

    def fail_at(self, at: tuple[str | int, ...]) -> Fail:
        def fail(message: str) -> NoReturn:
            line, column = json_place(self.text, at)
            raise FileError(f"{self.path}:{line}:{column}: {message}")

        return fail

    def rows(self, value: Any, at: tuple[str | int, ...]) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            self.fail_at(at)("expected a list")
        for number, row in enumerate(value):
            if not isinstance(row, dict):
                self.fail_at((*at, number))("expected an object")
        return list(value)

    def known(self, row: dict[str, Any], names: tuple[str, ...], at: tuple[str | int, ...]) -> None:
        for name in row:
            if name not in names:
                self.fail_at((*at, name))(f"unknown key {quoted(name)}{nearest(name, names)}")

    def texts(self, row: dict[str, Any], names: tuple[str, ...], at: tuple[str | int, ...]) -> dict[str, Text]:
        return {name: self._text(row[name], (*at, name)) for name in names if row.get(name) not in (None, "")}

    def list_of_texts(self, row: dict[str, Any], name: str, at: tuple[str | int, ...]) -> list[Text]:
        value = row.get(name, [])
        if not isinstance(value, list):
            self.fail_at((*at, name))("expected a list")
        return [self._text(one, (*at, name, number)) for number, one in enumerate(value)]

    def _text(self, value: Any, at: tuple[str | int, ...]) -> Text:
        if not isinstance(value, str):
            self.fail_at(at)("expected a text or a number")
        return Text(value.strip(), self.fail_at(at))


# --- drafts as entries ---


def _entry(draft: Draft, folder: Path, *, sample: bool) -> Entry:
    gtins = tuple(_gtin(text) for text in draft.barcodes)
    names = {name: _short(draft.texts[name]) if name in draft.texts else "" for name in NAMES}
    names["key"] = names["key"] or (gtins[0] if gtins else names["name_en"] or names["name_zh"])
    if not names["name_zh"] and not names["name_en"]:
        first = next(iter((*draft.texts.values(), *draft.barcodes)))
        first.fail("the product has no name_zh and no name_en")
    item = Item(**names, quantity=_quantity(draft.texts.get("quantity")), sample=sample)
    offers = tuple(_offer(texts) for texts in draft.offers)
    return Entry(item, offers, gtins, tuple(_picture(text, folder) for text in draft.pictures))


def _offer(texts: dict[str, Text]) -> Offer:
    first = next(iter(texts.values()))
    for name in ("shop", "price"):
        if name not in texts:
            first.fail(f"an offer needs a {name}")
    currency = texts.get("currency")
    if currency and not _CURRENCY.fullmatch(currency.value):
        currency.fail(f"{quoted(currency.value)} is no currency; write three letters, such as CNY")
    return Offer(
        _short(texts["shop"]),
        _fen(texts["price"]),
        _time(texts.get("time")),
        _fen_or_none(texts.get("shipping")),
        _fen_or_none(texts.get("coupon")),
        currency.value if currency else "CNY",
    )


def _fen_or_none(text: Text | None) -> int:
    return 0 if text is None or re.fullmatch(r"0(\.0{1,2})?", text.value) else _fen(text)


def _fen(text: Text) -> int:
    try:
        return parse_fen(text.value)
    except ValueError:
        text.fail(f"{quoted(text.value)} is no amount; write 12.90: 0.01 to 100000000.00, two decimals at most")


def _time(text: Text | None) -> datetime:
    if text is None:
        return datetime.fromtimestamp(0, UTC)  # an offer of unknown age is stale
    try:
        at = datetime.fromisoformat(text.value)
    except ValueError:
        text.fail(f"{quoted(text.value)} is no time; write 2026-10-01 or 2026-10-01T09:00:00+08:00")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _quantity(text: Text | None) -> Quantity | None:
    if text is None:
        return None
    try:
        return parse_quantity(text.value)
    except ValueError as error:
        text.fail(str(error))


def _gtin(text: Text) -> str:
    gtin = to_gtin(text.value)
    return gtin or text.fail(f"{quoted(text.value)} is no barcode: its length or its check digit is wrong")


def _short(text: Text) -> str:
    if len(text.value) > MOST_LETTERS or not text.value.isprintable():
        text.fail(f"expected at most {MOST_LETTERS} printable letters")
    return text.value


def _picture(text: Text, folder: Path) -> Picture:
    try:
        return to_picture(read_colour(folder / text.value)[0])
    except FileError as error:
        text.fail(str(error))
