"""Events: the log itself, filtered by words; the one history behind everything else in the window."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHBoxLayout, QHeaderView, QLineEdit, QTableView, QVBoxLayout

from emulator.core.events import Action
from emulator.core.log import Record
from emulator.core.units import S
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel

KEEP = 20_000
SHOWN = 600
WIDE_PX = 560  # from this width on the source has a column
SAMPLES = frozenset(
    {
        "slices.ran",
        "ap.clocked",
        "power.sampled",
        "battery.sampled",
        "heat.sampled",
        "message.sent",
        "message.received",
        "hud.measured",
    }
)
COLUMNS = ("events.time", "events.topic", "events.source", "events.content")
Index = QModelIndex | QPersistentModelIndex


class EventTable(QAbstractTableModel):
    """The newest records that pass the filter, oldest on top."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.rows: list[Record] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Return how many records are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Return time, topic, source, content."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the column titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._desk.texts(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell."""
        record = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(record, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{record.source}\n{wrapped(record)}"
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(record, index.column())
        return None

    def _colour(self, record: Record, column: int) -> QColor:
        failed = record.event.topic.endswith((".failed", ".crashed", ".missing", ".browned_out"))
        if column == 1:
            name = "bad" if failed else "accent" if isinstance(record.event, Action) else "text"
            return self._desk.look.color(name)
        return self._desk.look.color("dim" if column == 3 else "faint")

    def show(self, rows: list[Record]) -> None:
        """Show ``rows``."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class EventsPanel(Panel):
    """A filter line over the table."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._records: deque[Record] = deque(maxlen=KEEP)
        self.table = EventTable(desk)
        self.view = QTableView()
        self.view.setModel(self.table)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(22)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((84, 150, 84)):
            self.view.setColumnWidth(column, width)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.draw)
        self.samples = QCheckBox()
        self.samples.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.samples.toggled.connect(self.draw)
        self.words.bind(self.filter.setPlaceholderText, "events.filter")
        self.words.bind(self.filter.setAccessibleName, "events.filter")
        self.words.bind(self.samples.setText, "events.samples")
        self.words.bind(self.samples.setToolTip, "events.samples.tip")
        self.words.bind(self.view.setAccessibleName, "events")
        bar = QHBoxLayout()
        bar.addWidget(self.filter, 1)
        bar.addWidget(self.samples)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addLayout(bar)
        box.addWidget(self.view, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the content has it; the source stands in the tip."""
        super().resizeEvent(event)
        self.view.setColumnHidden(COLUMNS.index("events.source"), self.width() < WIDE_PX)

    def attach(self) -> None:
        """Start over."""
        self._records.clear()

    def read(self, record: Record) -> None:
        """Keep the record."""
        self._records.append(record)

    def draw(self) -> None:
        """Show the newest that pass; follow the end unless scrolled away from it."""
        bar = self.view.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        shown = self.passing()
        if [r.seq for r in shown[-1:]] != [r.seq for r in self.table.rows[-1:]] or len(shown) != len(self.table.rows):
            self.table.show(shown)
            if at_end:
                self.view.scrollToBottom()

    def passing(self) -> list[Record]:
        """Return the newest records that pass the filter, oldest first."""
        wanted = self.filter.text().lower().split()
        samples = self.samples.isChecked()
        found: list[Record] = []
        for record in reversed(self._records):
            if (samples or record.event.topic not in SAMPLES or wanted) and matches(record, wanted):
                found.append(record)
                if len(found) == SHOWN:
                    break
        return found[::-1]


def matches(record: Record, wanted: list[str]) -> bool:
    """Say whether every wanted word is somewhere in the record."""
    if not wanted:
        return True
    text = f"{record.event.topic} {record.source} {content(record)}".lower()
    return all(word in text for word in wanted)


def cell(record: Record, column: int) -> str:
    """Return the text of a column."""
    return (clock(record.t_ns), record.event.topic, record.source, content(record))[column]


def clock(t_ns: int) -> str:
    """Return virtual time as ``1:05.250``.

    >>> clock(65_250_000_000)
    '1:05.250'
    """
    return f"{t_ns // (60 * S)}:{t_ns % (60 * S) / S:06.3f}"


def content(record: Record) -> str:
    """Return the fields in one line, long ones cut."""
    fields = msgspec.to_builtins(record.event)
    return "  ".join(f"{key}={short(value)}" for key, value in fields.items())


def short(value: Any) -> str:
    """Return a value in at most 60 characters."""
    if isinstance(value, float):
        return f"{value:.4g}"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else text[:57] + "…"


def wrapped(record: Record) -> str:
    """Return the whole record as indented JSON, for hovering."""
    text = msgspec.json.format(msgspec.json.encode(record.event), indent=2).decode()
    return text if len(text) < 2_000 else text[:2_000] + " …"


PANEL = Card("events", "bottom", 1, EventsPanel, tab=1)
