"""One click: the session so far as a Perfetto trace in the bundled viewer."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolButton

from emulator.core.errors import EmulatorError
from emulator.core.log import Record
from emulator.devices.trace.write import SUFFIX, save_trace
from emulator.remote.perfetto_ui import PerfettoUi, viewer_folder
from emulator.ui.desk import Desk


class TraceButton(QToolButton):
    """Saves and serves the trace in a thread, then opens the browser; each click shows the session up to then."""

    _ready = Signal(str, int)
    _failed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.viewer: PerfettoUi | None = None
        self.opened: list[str] = []
        self._folder: TemporaryDirectory[str] | None = None
        self._work: Thread | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        there = viewer_folder() is not None
        self.setEnabled(there)
        desk.texts.bind(self.setText, "trace.open")
        desk.texts.bind(self.setToolTip, "trace.open.tip" if there else "trace.missing")
        self.clicked.connect(self.open_trace)
        self._ready.connect(self._on_ready)
        self._failed.connect(self._on_failed)
        desk.ended.connect(self.close_viewer)

    def open_trace(self) -> None:
        """Begin to save and serve what is in the log now."""
        records, name = list(self._desk.glasses.log.records), f"session{len(self.opened) + 1}{SUFFIX}"
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="glasses-trace-")
        self.setEnabled(False)
        self._work = Thread(
            target=self._save, args=(records, Path(self._folder.name) / name), name="trace", daemon=True
        )
        self._work.start()

    def close_viewer(self) -> None:
        """Stop serving and forget the traces."""
        if self._work is not None:
            self._work.join()
        if self.viewer is not None:
            self.viewer.close()
            self.viewer = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _save(self, records: list[Record], path: Path) -> None:
        try:
            written = save_trace(records, path)
            fresh = PerfettoUi(path)
        except EmulatorError as error:
            self._failed.emit(str(error))
            return
        old, self.viewer = self.viewer, fresh
        if old is not None:
            old.close()
        self._ready.emit(fresh.url, written.slices)

    def _on_ready(self, url: str, slices: int) -> None:
        self.setEnabled(True)
        self.opened.append(url)
        self._desk.info(self._desk.texts("trace.opened", slices=slices))
        QDesktopServices.openUrl(QUrl(url))

    def _on_failed(self, why: str) -> None:
        self.setEnabled(True)
        self._desk.problem(why)
