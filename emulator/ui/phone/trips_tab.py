"""The trips on the phone: import by file, folder or address; take away, and bring back."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from emulator.core.actions import PhoneSent, Reply
from emulator.core.events import ServiceAsked
from emulator.core.log import Record
from emulator.services.travel.reading import SUFFIXES
from emulator.ui.desk import Desk
from emulator.ui.icons import icon, icon_size
from emulator.ui.panel import tone
from emulator.ui.phone.dialogs import AddressQuestion
from emulator.ui.phone.rows import Row, Rows
from emulator.ui.phone.tab import Empty, Tab, button
from emulator.ui.phone.trip_book import Imported, TripBook
from emulator.ui.roll import Roll
from emulator.ui.widgets import Line

CHANGING = frozenset({"ChangeTrip", "SeePass", "Refresh"})  # requests after which the store may be another


class TripsTab(Tab):
    """Three ways in, what came of it, and all trips by day."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.book: TripBook | None = None
        self.trips: list[dict[str, Any]] = []
        self.question: AddressQuestion | None = None
        self._drawn: tuple[str, list[dict[str, Any]]] = ("", [])
        self._asked: set[int] = set()  # calls that may change the store
        self.files = button(desk, "phone.trips.files", self._ask_files, tip="phone.trips.files.tip")
        self.folder = button(desk, "phone.trips.folder", self._ask_folder, tip="phone.trips.folder.tip")
        self.address = button(desk, "phone.trips.address", self.ask_address, tip="phone.trips.address.tip")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.told, self.act = Line(), button(desk, "phone.cancel", self._on_act)
        self.troubles = QLabel()
        self.troubles.setWordWrap(True)
        self.troubles.setTextFormat(Qt.TextFormat.PlainText)
        self.troubles.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tone(self.troubles, "bad")
        self.list: QWidget = QWidget()
        self.inside = QVBoxLayout()
        self.none = Empty(desk, "phone.trips.none.title", "phone.trips.none")
        desk.ended.connect(self._end)
        self._place()
        self._say("")

    # --- the store ---

    def attach(self) -> None:
        """Another pair may have another store."""
        self._end()
        self.trips = []
        self._asked.clear()
        self._say("")

    def read(self, record: Record) -> None:
        """Look again when the glasses may have changed something."""
        match record.event:
            case ServiceAsked(call=call, request=request) if request in CHANGING:
                self._asked.add(call)
            case Reply(call=call) if call in self._asked:
                self._asked.discard(call)
                if self.book is not None:
                    self.book.look(self.words.language)

    def draw(self) -> None:
        """Show the trips by day, in the language of the window."""
        book = self._book()
        drawn = (self.words.language, self.trips)
        if self._drawn[0] != self.words.language:
            book.look(self.words.language)
        if self._drawn != drawn:
            self._drawn = (self.words.language, list(self.trips))
            self._fill()
        self.pages.setCurrentWidget(self.roll if self.trips or self.troubles.text() else self.none)
        for close in self.list.findChildren(QToolButton):
            close.setIcon(icon("close", self.desk.look.color("dim")))

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the store."""
        super().showEvent(event)
        self._book().look(self.words.language)

    def _book(self) -> TripBook:
        if self.book is None:
            glasses = self.desk.glasses
            self.book = TripBook(glasses.surroundings.data, glasses.device.now)
            self.book.read.connect(self._on_read)
            self.book.failed.connect(self._on_failed)
            self.book.progressed.connect(self._on_progress)
            self.book.imported.connect(self._on_imported)
            self.book.removed.connect(self._on_removed)
            self.book.restored.connect(self._on_restored)
        return self.book

    def _end(self) -> None:
        if self.book is not None:
            self.book.blockSignals(True)
            self.book.stop()
            self.book = None

    def _on_read(self, trips: list[dict[str, Any]]) -> None:
        self.trips = trips
        self.draw()

    def _on_failed(self, why: str) -> None:
        self._say("")
        self._tell_troubles((why,))

    # --- import ---

    def take(self, paths: list[Path]) -> None:
        """Import files and folders."""
        if paths:
            self._tell_troubles(())
            self._book().take(paths)

    def fetch(self, url: str) -> None:
        """Import a calendar from the network."""
        self._tell_troubles(())
        self._book().fetch(url)

    def ask_address(self) -> None:
        """Ask for the address of a calendar."""
        self.question = AddressQuestion(
            self, self.words, self.words("phone.trips.address.tip"), self.words("phone.trips.address.text"), self.fetch
        )
        self.question.open()

    def _ask_files(self) -> None:
        patterns = " ".join(sorted(f"*{suffix}" for suffix in SUFFIXES))
        dialog = QFileDialog(
            self, self.words("phone.trips.files.tip"), "", self.words("phone.trips.patterns", patterns=patterns)
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.take([Path(name) for name in names]))
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.words("phone.trips.folder.tip"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take([Path(name)]))
        dialog.open()

    def _on_progress(self, done: int, of: int, name: str) -> None:
        self.progress.setRange(0, of if of > 1 else 0)
        self.progress.setValue(done)
        self._say(self.words("phone.trips.reading", name=name), "phone.cancel", busy=True)

    def _on_imported(self, got: Imported) -> None:
        key = "phone.trips.stopped" if got.stopped else "phone.trips.imported"
        self._say(self.words(key, added=got.added, changed=got.changed, known=got.known))
        self._tell_troubles(got.troubles)
        if got.added or got.changed:
            self._changed()

    def _on_removed(self, name: str) -> None:
        self._tell_troubles(())
        self._say(self.words("phone.trips.removed", name=name), "phone.trips.undo")
        self._changed()

    def _on_restored(self) -> None:
        self._say(self.words("phone.trips.restored"))
        self._changed()

    def _changed(self) -> None:
        self.desk.do(PhoneSent("trips", {}))

    def _on_act(self) -> None:
        """Cancel the import, or bring back what was removed."""
        if self._act_key == "phone.trips.undo":
            self._book().undo()
        else:
            self._book().cancel()
            self._say(self.words("phone.trips.stopping"))

    # --- what is shown ---

    def _say(self, text: str, act: str = "", *, busy: bool = False) -> None:
        """Tell in one line what happens, with a button for ``act``."""
        self._act_key = act
        self.told.setText(text)
        tone(self.told, "dim")
        self.told.setVisible(bool(text))
        self.act.setVisible(bool(act))
        self.act.setText(self.words(act) if act else "")
        self.progress.setVisible(busy)

    def _tell_troubles(self, lines: tuple[str, ...]) -> None:
        self.troubles.setText("\n".join(lines))
        self.troubles.setVisible(bool(lines))
        self.pages.setCurrentWidget(self.roll if self.trips or lines else self.none)

    def _fill(self) -> None:
        """Make the rows anew."""
        old, self.list = self.list, QWidget()
        self.inside.replaceWidget(old, self.list)
        old.deleteLater()
        box = QVBoxLayout(self.list)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        today = self.desk.glasses.device.now().date().isoformat()
        coming = [trip for trip in self.trips if not trip["day"] or trip["day"] >= today]
        past = [trip for trip in self.trips if trip not in coming]
        day = None
        for trip in (*coming, *reversed(past)):
            if trip["day"] != day:
                day = trip["day"]
                label = QLabel(self._day(day, past=trip in past))
                label.setProperty("role", "heading")
                box.addWidget(label)
            box.addWidget(self._card(trip))
        box.addStretch(1)

    def _card(self, trip: dict[str, Any]) -> QFrame:
        card, rows, close = QFrame(), Rows(self.desk.look), QToolButton()
        card.setProperty("role", "card")
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        rows.show_rows([self._row(trip)])
        close.setProperty("flat", "true")
        close.setIconSize(icon_size())
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        remove = self.words("phone.trips.remove", name=trip["number"])
        close.setToolTip(remove)
        close.setAccessibleName(remove)
        close.clicked.connect(partial(self._remove, int(trip["trip"])))
        line = QHBoxLayout(card)
        line.setContentsMargins(12, 4, 4, 4)
        line.setSpacing(6)
        line.addWidget(rows, 1)
        line.addWidget(close)
        return card

    def _remove(self, number: int, _: bool = False) -> None:
        self._book().remove(number)

    def _row(self, trip: dict[str, Any]) -> Row:
        words = self.words
        ends = " → ".join(part for part in dict.fromkeys((trip["origin"], trip["target"])) if part != trip["number"])
        title = " ".join(part for part in (str(trip["number"]), ends) if part)
        times = "–".join(part for part in (trip["departs"], trip["arrives"]) if part)
        notes = [words(f"phone.trips.kind.{trip['kind']}"), times if trip["kind"] != "hotel" else ""]
        notes += [words("phone.trips.gate", gate=trip["gate"]) if trip["gate"] else ""]
        notes += [words("phone.trips.coach", coach=trip["coach"]) if trip["coach"] else ""]
        notes += [words("phone.trips.seat", seat=trip["seat"]) if trip["seat"] else ""]
        notes += [words(f"engine.{trip['half']}")]
        late = words("phone.trips.late", n=trip["delay_min"]) if trip["delay_min"] else ""
        tag = words("phone.trips.cancelled") if trip["cancelled"] else late
        return Row(title, "", " · ".join(note for note in notes if note), tag)

    def _day(self, day: str, *, past: bool) -> str:
        if not day:
            return self.words("phone.trips.no-day")
        text = f"{day}  {self.words(f'phone.day.{date.fromisoformat(day).isoweekday()}')}"
        return f"{text} · {self.words('phone.trips.past')}" if past else text

    def _place(self) -> None:
        buttons, foot = QHBoxLayout(), QHBoxLayout()
        buttons.setSpacing(5)
        foot.setSpacing(6)
        for act in (self.files, self.folder, self.address):
            act.setProperty("role", "stop")
            buttons.addWidget(act, 1)
        foot.addWidget(self.told, 1)
        foot.addWidget(self.act)
        page = QWidget()
        page.setLayout(self.inside)
        self.inside.setContentsMargins(0, 0, 6, 0)
        self.inside.setSpacing(6)
        self.inside.addWidget(self.troubles)
        self.inside.addWidget(self.list, 1)
        self.roll = Roll(page)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.none)
        self.pages.addWidget(self.roll)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(buttons)
        box.addWidget(self.progress)
        box.addLayout(foot)
        box.addWidget(self.pages, 1)
