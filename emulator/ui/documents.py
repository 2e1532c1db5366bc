"""Hot reload: a HUD document saved in any editor is on the display at once; a broken one changes nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from emulator.core.actions import ReloadHud
from emulator.core.assets import asset
from emulator.core.errors import EmulatorError
from emulator.hud.document import replace_document
from emulator.ui.desk import Desk

DEBOUNCE_MS = 30
ENDING = ".hud.yaml"


class Documents(QObject):
    """Watches the folder: an atomic save replaces the file, so watching files would see one save in twelve."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.folder = Path(desk.options.documents) if desk.options.documents else asset("huds")
        self._known: dict[str, str] = {}
        self._broken: dict[str, str] = {}  # what is wrong with it
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(self._wait)
        self._watcher.fileChanged.connect(self._wait)
        self._known = {hud: document.text for hud, document in desk.glasses.documents.items()}
        desk.switched.connect(self._on_switch)
        self._watch()

    def look(self) -> None:
        """Read what changed and put it on the display."""
        self._watch()
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            hud = path.name.removesuffix(ENDING)
            try:
                text = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                continue  # being replaced right now; the folder changes once more when it is there
            if text.strip() and text != self._known.get(hud):
                self._known[hud] = text
                self._reload(hud, text, path)

    def _reload(self, hud: str, text: str, path: Path) -> None:
        try:
            replace_document(self._desk.glasses.documents, hud, text)
        except EmulatorError as error:
            self._broken[hud] = self._desk.texts("documents.broken", error=str(error))
            self._desk.problem(self._broken[hud])
            return
        self._desk.do(ReloadHud(hud, text))
        if hud in self._broken:
            self._desk.mended(self._broken.pop(hud))
        self._desk.info(self._desk.texts("documents.reloaded", name=path.name))

    def _wait(self, _: str) -> None:
        self._timer.start(DEBOUNCE_MS)

    def _watch(self) -> None:
        """Watch the folder, and the files for in-place saves; paths that were replaced drop out, so add them again."""
        paths = [str(self.folder), *(str(path) for path in self.folder.glob(f"*{ENDING}"))]
        missing = sorted(set(paths) - {*self._watcher.files(), *self._watcher.directories()})
        if missing:
            self._watcher.addPaths(missing)

    def _on_switch(self) -> None:
        """Another pair starts from the files as they were at the start: bring what was saved since."""
        fresh = {hud: document.text for hud, document in self._desk.glasses.documents.items()}
        for hud, text in self._known.items():
            if fresh.get(hud) != text and hud not in self._broken:
                self._desk.do(ReloadHud(hud, text))
