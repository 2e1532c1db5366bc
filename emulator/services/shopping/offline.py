"""The offline half: the camera's frame, or words, looked up in the user's catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from emulator.core.errors import FileError
from emulator.live.errors import RejectedError
from emulator.services.service import Here
from emulator.services.shopping.adding import entry_of
from emulator.services.shopping.catalogue import Catalogue, begin_user, open_user
from emulator.services.shopping.goods import sum_up, to_reply
from emulator.services.shopping.requests import AddProduct, FindProduct, Identify
from emulator.services.shopping.views import Shelf, Sight
from emulator.vision.photo import Photo, is_dark

MIDDLE = 0.25  # of a camera frame, how far the part that is added is in from each side: what is looked at


def offline(request: Any, here: Here) -> dict[str, Any]:
    """Answer out of the catalogue.

    Returns:
        For ``Identify`` and ``FindProduct`` as ``to_answer``; for ``AddProduct`` the ``product`` and its ``points``.

    Raises:
        ServiceError: If the camera gives no picture (``dark``), or a file cannot be used.
    """
    try:
        match request:
            case Identify():
                return identify(request, here)
            case FindProduct():
                return find(request, here)
            case AddProduct():
                return _add(request, here)
    except FileError as error:
        raise RejectedError(str(error), "catalogue") from None
    raise AssertionError(request)


def identify(request: Identify, here: Here, name: str = "shopping") -> dict[str, Any]:
    """Say what the camera sees or the photo shows; ``name`` tells apart what threads keep open."""
    kept = here.opened("photo", lambda: nullcontext(Photo()))
    frame = kept.frame if request.photo else here.frame()
    if frame is None or is_dark(frame):
        raise RejectedError("the camera gives no picture", "dark")
    shelf = _shelf(here, name)
    return to_answer(shelf.catalogue, shelf.look(frame), here)


def find(request: FindProduct, here: Here, name: str = "shopping") -> dict[str, Any]:
    """Say which product words or a key name."""
    shelf = _shelf(here, name)
    number = shelf.catalogue.number(request.key) if request.key else None
    sight = shelf.find(request.words) if number is None else Sight("text", True, (number,), 1.0)
    return to_answer(shelf.catalogue, sight, here)


def to_answer(catalogue: Catalogue, sight: Sight, here: Here) -> dict[str, Any]:
    """Return ``method``, ``sure``, ``likely``, ``confidence``, ``inliers``, ``barcode``, ``label``, ``product`` if sure, ``candidates``."""
    products = to_products(catalogue, sight.numbers, here.now, here.language)
    return {
        "method": sight.method,
        "sure": sight.sure,
        "likely": sight.likely,
        "confidence": round(sight.confidence, 3),
        "inliers": sight.inliers,
        "barcode": sight.barcode,
        "label": sight.label,
        "product": products[0] if sight.sure else None,
        "candidates": [] if sight.sure else products,
    }


def to_products(catalogue: Catalogue, numbers: Sequence[int], now: datetime, language: str) -> list[dict[str, Any]]:
    """Return products with their prices as JSON can hold them."""
    return [to_reply(catalogue.item(number), sum_up(catalogue.offers(number), now), language) for number in numbers]


def _add(request: AddProduct, here: Here) -> dict[str, Any]:
    frame = here.frame()
    if frame is None or is_dark(frame):
        raise RejectedError("the camera gives no picture", "dark")
    height, width = frame.shape[:2]
    y, x = round(height * MIDDLE), round(width * MIDDLE)
    entry = entry_of(frame[y : height - y, x : width - x], request.name, request.price_fen, here.now)
    catalogue = begin_user(here.data, with_sample=True)
    catalogue.put([entry])
    told = to_reply(entry.item, sum_up(entry.offers, here.now), here.language)
    return {"product": told, "points": len(entry.pictures[0].features.points)}


def _shelf(here: Here, name: str) -> Shelf:
    """Return the user's catalogue made ready; once the user has one of their own, that one."""
    catalogue = open_user(here.data)
    kind = "sample" if catalogue.shipped else "own"
    return here.opened(f"{name}-{kind}", lambda: nullcontext(Shelf(catalogue)))
