"""A product added by camera: one look at its package, and a name."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt

from emulator.live.errors import RejectedError
from emulator.services.shopping.catalogue import Entry
from emulator.services.shopping.goods import Item, Offer
from emulator.services.shopping.quantities import Quantity
from emulator.services.shopping.views import to_picture
from emulator.vision.barcodes import find_barcodes
from emulator.vision.passes import to_grey

LEAST_POINTS = 60  # four times what an answer needs: fewer are not found again at an angle
MOST_LETTERS = 60
OWN_SHOP = "·"  # of a price that somebody said without a shop


def entry_of(
    frame: npt.NDArray[np.uint8],
    name: str,
    price_fen: int,
    now: datetime,
    *,
    shop: str = "",
    quantity: Quantity | None = None,
) -> Entry:
    """Return the product that ``frame`` shows.

    Args:
        frame: Shape (h, w, 3), uint8, BGR: the package fills it.
        name: In Chinese or English.
        price_fen: What it costs, or 0 if nobody said.
        now: When it costs that, aware.
        shop: Where.
        quantity: What is in it.

    Raises:
        RejectedError: If the name is empty or too long, or there is too little in the picture to find it again by.
    """
    name = " ".join(name.split())
    if not name or len(name) > MOST_LETTERS or not name.isprintable():
        raise RejectedError(f"a name has 1 to {MOST_LETTERS} letters", "name")
    picture = to_picture(frame)
    found = len(picture.features.points)
    if found < LEAST_POINTS:
        raise RejectedError(
            f"too little to find it again by: {found} key points, {LEAST_POINTS} are needed; hold it closer", "plain"
        )
    chinese = any("一" <= letter <= "鿿" for letter in name)
    item = Item(name, name if chinese else "", "" if chinese else name, quantity=quantity)
    offers = (Offer(shop or OWN_SHOP, price_fen, now),) if price_fen else ()
    gtins = tuple(code.gtin for code in find_barcodes(to_grey(frame))[:1])
    return Entry(item, offers, gtins, (picture,))
