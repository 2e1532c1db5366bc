"""Barcodes on products: the codes of shops, found by the passes of ``passes.py``."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.vision.code import Corners
from emulator.vision.gtin import gtin_of
from emulator.vision.passes import QR, Grey
from emulator.vision.still_search import search_still

RETAIL = ("EAN13", "EAN8", "UPCA", "UPCE")  # names of zxing-cpp
GS1 = ("ITF14", "DataBarOmni", "DataBarExp", "Code128", "DataMatrix")


@dataclass(frozen=True, slots=True)
class Barcode:
    """The number of a product, as a code on it says.

    Attributes:
        gtin: 14 digits, the check digit right.
        text: As the code says it.
        format: Its kind, by its name in zxing-cpp.
        corners: Where it is in the picture.
        found_by: Name of the pass that read it.
    """

    gtin: str
    text: str
    format: str
    corners: Corners
    found_by: str


def find_barcodes(grey: Grey) -> tuple[Barcode, ...]:
    """Return the product numbers in a picture, each once; other codes in it are passed over.

    One valid read counts: what it says is only looked up, and a wrong number is in no catalogue.

    Args:
        grey: Shape (h, w), uint8.
    """
    found: dict[str, Barcode] = {}
    for code in search_still(grey, (*RETAIL, *GS1, *QR))[0]:
        gtin = gtin_of(code.text)
        if gtin:
            found.setdefault(gtin, Barcode(gtin, code.text, code.format, code.corners, code.found_by))
    return tuple(found.values())
