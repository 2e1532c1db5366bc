"""EMVCo merchant-presented codes: objects of a two-digit id, a two-digit length and a value, closed by a CRC.

Lengths count characters, the CRC runs over UTF-8 bytes (EMV QRCPS Merchant-Presented Mode 1.1, sections 3 and 4.7.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

START = "000201"  # payload format indicator, always first
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{0,2})?")
_FIELDS = {"52": "category", "53": "currency", "54": "amount", "58": "country", "59": "name", "60": "city"}
_TEMPLATES = {"62", "64", *(str(number) for number in range(26, 52)), *(str(number) for number in range(80, 100))}
_ACCOUNTS = range(2, 52)
_INITIATION = {"11": "static", "12": "dynamic"}


class TlvError(ValueError):
    """The objects do not add up: truncated, no number where one belongs, or an id twice."""


@dataclass(frozen=True, slots=True)
class EmvCode:
    """A merchant's code, read.

    Attributes:
        initiation: ``static``, ``dynamic`` or None where the code does not say.
        accounts: Ids of the payment networks' accounts, 02 to 51; two or more make it an aggregate code.
        fields: Name, city, country, currency (ISO 4217 number), amount and category, as far as given.
        objects: All objects of the first level, in their order.
        problem: What is wrong with it, or None: a slug of ``PROBLEMS`` in ``kinds``.
        detail: The problem in numbers, or "".
    """

    initiation: str | None
    accounts: tuple[str, ...]
    fields: dict[str, str]
    objects: dict[str, str]
    problem: str | None = None
    detail: str = ""


def crc16(data: bytes) -> int:
    """Return CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF.

    >>> f"{crc16(b'123456789'):04X}"
    '29B1'
    """
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def parse_objects(text: str, id_size: int = 2, length_size: int = 2) -> dict[str, str]:
    """Return the objects of ``text`` by id.

    >>> parse_objects("5802CN6007BEIJING")
    {'58': 'CN', '60': 'BEIJING'}
    >>> parse_objects("5802CN6009BEIJING")
    Traceback (most recent call last):
    ...
    emulator.vision.emvco.TlvError: object 60 at character 6 says 9 characters, 7 are left

    Raises:
        TlvError: If they do not add up.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + id_size + length_size]
        name, digits = head[:id_size], head[id_size:]
        if len(head) < id_size + length_size:
            raise TlvError(f"cut off at character {len(text)}, in the head of an object")
        if not (digits.isascii() and digits.isdigit()):
            raise TlvError(f"object {name} at character {at} has the length {digits!r}")
        start, length = at + len(head), int(digits)
        if start + length > len(text):
            raise TlvError(f"object {name} at character {at} says {length} characters, {len(text) - start} are left")
        if name in found:
            raise TlvError(f"object {name} stands twice, again at character {at}")
        found[name] = text[start : start + length]
        at = start + length
    return found


def parse_emvco(text: str) -> EmvCode:
    """Read a code that starts with ``START``; what is wrong with it is in its ``problem``."""
    try:
        objects = parse_objects(text)
        for name, value in objects.items():
            if name in _TEMPLATES:
                parse_objects(value)
    except TlvError as error:
        return EmvCode(None, (), {}, {}, "repeated" if "twice" in str(error) else "truncated", str(error))
    problem, detail = _problem(text, objects)
    return EmvCode(
        _INITIATION.get(objects.get("01", "")),
        tuple(name for name in objects if name.isdigit() and int(name) in _ACCOUNTS),
        {field: objects[name] for name, field in _FIELDS.items() if name in objects},
        objects,
        problem,
        detail,
    )


def _problem(text: str, objects: dict[str, str]) -> tuple[str | None, str]:
    if list(objects)[-1] != "63" or len(objects["63"]) != 4:
        return "no-crc", "the last object is not a CRC of four characters"
    computed = f"{crc16(text[:-4].encode()):04X}"
    if objects["63"].upper() != computed:
        return "bad-crc", f"the code says {objects['63']}, its text gives {computed}"
    if "54" in objects and not _AMOUNT.fullmatch(objects["54"]):
        return "bad-amount", f"the amount is {objects['54']!r}"
    return None, ""
