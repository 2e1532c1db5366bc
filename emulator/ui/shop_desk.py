"""The shop behind the panel: its sandbox (沙箱) in a thread of its own, and the vendor's one over the bridge."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from emulator.live.bridge import Bridge, Outcome
from emulator.live.errors import ServiceError
from emulator.live.http import Http
from emulator.services.pay import ShopOrder as MakeOrder
from emulator.services.pay import ShopQuery, ShopRefund
from emulator.wallet.orders import ShopOrder, newest_orders

if TYPE_CHECKING:
    from emulator.wallet.sandbox import Sandbox

Request = MakeOrder | ShopQuery | ShopRefund


class ShopDesk(QObject):
    """One shop of one wallet's folder; opened by the first wish, closed by ``stop``.

    Signals:
        listed: The text of the static code and the list of ``ShopOrder``.
        failed: Why the shop cannot be used, or refused.
        made: The number of an order that has its code now.
        vendor: A request and its outcome at the vendor's sandbox.
    """

    listed = Signal(str, object)
    failed = Signal(str)
    made = Signal(str)
    vendor = Signal(object, object)

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """Take the folder of the wallet and the time on the glasses."""
        super().__init__()
        self._folder, self._now = folder, now
        self._worker = ThreadPoolExecutor(1, "shop")
        self._box: Sandbox | None = None
        self._bridge = Bridge()
        self._waits = False

    def look(self) -> None:
        """Read the orders; ``listed`` or ``failed`` tells."""
        if not self._waits:
            self._waits = True
            self._worker.submit(self._try, self._list)

    def make(self, number: str, amount_fen: int, subject: str) -> None:
        """Make an order and its code, through the OpenAPI."""

        def act() -> None:
            self._open().client().precreate(number, amount_fen, subject)
            self.made.emit(number)
            self._list()

        self._worker.submit(self._try, act)

    def refund(self, number: str, amount_fen: int) -> None:
        """Give back all of an order, through the OpenAPI."""

        def act() -> None:
            self._open().client().refund(number, "shop", amount_fen)
            self._list()

        self._worker.submit(self._try, act)

    def ask_vendor(self, request: Request, secrets: Mapping[str, str]) -> None:
        """Ask the vendor's sandbox; ``vendor`` tells."""

        async def half(http: Http) -> dict[str, Any]:
            from emulator.services.pay.live import answer_shop

            return await answer_shop(request, http, secrets)

        def arrived(outcome: Outcome, _ms: int) -> None:
            self.vendor.emit(request, outcome)

        self._bridge.ask(half, arrived)

    def stop(self) -> None:
        """Close everything."""
        self._worker.submit(self._close)
        self._worker.shutdown(wait=True)
        self._bridge.close()

    # --- in the thread ---

    def _list(self) -> None:
        box = self._open()
        self.listed.emit(box.shop_code, newest_orders(box.store, self._now()))

    def _open(self) -> Sandbox:
        if self._box is None:
            from emulator.wallet.samples import stock
            from emulator.wallet.sandbox import Sandbox

            box = Sandbox(self._folder, self._now, recover=False)
            self._box = box.__enter__()
            stock(box, self._now())
        return self._box

    def _close(self) -> None:
        if self._box is not None:
            self._box.__exit__(None, None, None)
            self._box = None

    def _try(self, act: Callable[[], None]) -> None:
        self._waits = False
        try:
            act()
        except ServiceError as error:
            self.failed.emit(str(error))
        except (sqlite3.Error, OSError) as error:
            self.failed.emit(str(error))


__all__ = ["ShopDesk", "ShopOrder"]
