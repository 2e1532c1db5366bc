"""The phone: map, payment account, prices, trips, and everything the glasses hand over to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QStackedWidget, QTabBar, QVBoxLayout

from emulator.core.events import HandedOver
from emulator.core.log import Record
from emulator.core.units import S
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel
from emulator.ui.phone.inbox_tab import InboxTab
from emulator.ui.phone.map_tab import MapTab
from emulator.ui.phone.pay_tab import PIN_KIND, PayTab
from emulator.ui.phone.prices_tab import PricesTab
from emulator.ui.phone.tab import Tab
from emulator.ui.phone.trips_tab import TripsTab

FRESH_NS = 2 * S  # what was handed over so long ago is waited for no more
NEW = " •"  # behind the name of a tab to which something came that nobody has seen


class PhonePanel(Panel):
    """A row of tabs and the one in front."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tabs: dict[str, Tab] = {
            "map": MapTab(desk),
            "pay": PayTab(desk),
            "prices": PricesTab(desk),
            "trips": TripsTab(desk),
            "inbox": InboxTab(desk),
        }
        self.bar, self.pages = QTabBar(), QStackedWidget()
        self.bar.setExpanding(True)
        self.bar.setUsesScrollButtons(False)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for tab in self.tabs.values():
            self.bar.addTab("")
            self.pages.addWidget(tab)
        self._unseen: set[str] = set()
        self.bar.currentChanged.connect(self._on_tab)
        self.words.bind(self.bar.setAccessibleName, "phone.tabs")
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 0, 12, 10)
        box.setSpacing(8)
        box.addWidget(self.bar)
        box.addWidget(self.pages, 1)
        self.draw()

    @property
    def front(self) -> str:
        """The name of the tab in front."""
        return list(self.tabs)[self.bar.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        self.bar.setCurrentIndex(list(self.tabs).index(name))

    def come_forward(self, name: str) -> None:
        """Bring a tab to the front, and the phone before the docks it lies behind: the glasses wait for it."""
        self.show_tab(name)
        above = self.parentWidget()
        while above is not None and not isinstance(above, QDockWidget):
            above = above.parentWidget()
        if above is not None and above.isVisible():
            above.raise_()

    def attach(self) -> None:
        """Another pair."""
        self._unseen.clear()
        for tab in self.tabs.values():
            tab.attach()

    def read(self, record: Record) -> None:
        """Let every tab read, and remember where something came."""
        for tab in self.tabs.values():
            tab.read(record)
        if isinstance(record.event, HandedOver):
            self._unseen |= {"inbox", TAB_OF.get(record.event.kind, "inbox")} - {self.front}
            if record.event.kind == PIN_KIND and self.desk.glasses.now_ns - record.t_ns < FRESH_NS:
                self.come_forward("pay")

    def draw(self) -> None:
        """Show the tab in front."""
        for number, name in enumerate(self.tabs):
            self.bar.setTabText(number, self.words(f"phone.tab.{name}") + (NEW if name in self._unseen else ""))
        self.tabs[self.front].draw()

    def _on_tab(self, number: int) -> None:
        self.pages.setCurrentIndex(number)
        self._unseen.discard(self.front)
        self.draw()


TAB_OF = {"price-list": "prices", PIN_KIND: "pay"}  # where what is handed over goes besides the inbox

PANEL = Card("phone", "right", 2, PhonePanel, tab=1)
