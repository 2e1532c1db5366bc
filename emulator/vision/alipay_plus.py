"""Alipay+ merchant codes: ``https://<domain>/MPM/3/<base64>``, objects of a four-letter id and a three-digit length."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote

from emulator.vision.emvco import TlvError, parse_objects

ROOT = "GPLD"  # the object that holds all others in the vendor's sample


def parse_alipay_plus(address: str) -> dict[str, str]:
    """Return the objects of a code, those inside ``GPLD`` in its place.

    >>> parse_alipay_plus("HTTPS://A.EXAMPLE/MPM/3/" + base64.b64encode(b"GPLD009PLVS00201").decode())
    {'PLVS': '01'}

    Raises:
        TlvError: If the base64 or the objects in it do not add up.
    """
    coded = unquote(address.split("/", 5)[5].partition("?")[0])
    padded = coded.rstrip("=") + "=" * (-len(coded.rstrip("=")) % 4)
    try:
        plain = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise TlvError("the last part of the address is no base64 of text") from None
    outer = parse_objects(plain, 4, 3)
    inner = parse_objects(outer.pop(ROOT), 4, 3) if ROOT in outer else {}
    return {**inner, **outer}
