"""The sandbox (沙箱) in one piece: keys, ledger, gateway, notifications and the wearer's wallet of one folder."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from emulator.wallet.cashier import Cashier, static_code
from emulator.wallet.client import Account, MerchantClient
from emulator.wallet.clock import Clock
from emulator.wallet.desk import Desk
from emulator.wallet.gateway import Gateway
from emulator.wallet.keys import load_keys
from emulator.wallet.ledger import Ledger
from emulator.wallet.limits import Limits
from emulator.wallet.notices import DELAYS_S, Notifier
from emulator.wallet.owner import Owner
from emulator.wallet.pins import Pins
from emulator.wallet.rsa2 import signer
from emulator.wallet.server import GatewayServer
from emulator.wallet.store import Store
from emulator.wallet.trades import App
from emulator.wallet.wallet import Wallet

APP_ID = "9021000000000001"
SELLER_ID = "2088000000000002"
TITLE = "沙箱小店"
START_FEN = 1_000_000  # what a new wallet holds


class Sandbox:
    """Open from ``with`` to its end; nothing of it leaves this machine."""

    def __init__(
        self,
        folder: Path,
        now: Clock,
        limits: Limits | None = None,
        delays_s: tuple[float, ...] = DELAYS_S,
        *,
        recover: bool = True,
    ) -> None:
        """Open the wallet of ``folder`` and void what a crash left open.

        Args:
            folder: Of keys and ledger; ``wallet/`` of the user's data folder (``core/user_data.py``) in the window.
            now: The time of day.
            limits: Other limits than the regulator's.
            delays_s: After which failures a notification is sent again.
            recover: False for a shop that looks at a wallet another one pays from.

        Raises:
            WalletError: If keys or ledger cannot be used.
        """
        self._keys = load_keys(folder)
        store = Store(folder / "wallet.db")
        self.ledger = Ledger(store, now, limits)
        self.ledger.grant("start", START_FEN)
        self._now = now
        sign = signer(self._keys.platform)
        self.notifier = Notifier(store, sign, now, delays_s)
        self.app = App(APP_ID, SELLER_ID, TITLE, self._keys.app_public)
        desk, apps = Desk(store, self.ledger, now), {APP_ID: self.app}
        self.cashier = Cashier(desk, apps, self.notifier.wake)
        self.wallet = Wallet(desk, self.cashier, self.client)
        self.owner, self.pins, self.store = Owner(store, now), Pins(store, now), store
        self._recover = recover
        if recover:
            self.ledger.recover()
            self.wallet.recover()
        self.gateway = Gateway(desk, apps, sign, self.notifier.wake)
        self._server = GatewayServer(self.gateway.answer)

    @property
    def account(self) -> Account:
        """What a merchant's client needs."""
        keys = self._keys
        return Account(self._server.url, APP_ID, SELLER_ID, keys.app, keys.platform_public)

    @property
    def shop_code(self) -> str:
        """The text of the code that hangs in the sandbox's shop."""
        return static_code(self.app)

    def client(self) -> MerchantClient:
        """Return a merchant's client of this sandbox."""
        return MerchantClient(self.account, self._now)

    def __enter__(self) -> Self:
        self._server.start()
        self.notifier.start()
        if self._recover:
            self.wallet.ask_unknown()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.notifier.close()
