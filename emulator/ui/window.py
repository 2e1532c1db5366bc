"""The window: places header, view, strips and docks. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMainWindow, QVBoxLayout, QWidget

from emulator.core.discovery import discover
from emulator.ui.bars import Captions, Notice
from emulator.ui.commands import Commands
from emulator.ui.desk import Desk
from emulator.ui.header import Header
from emulator.ui.hud_view import HudView
from emulator.ui.keys import Keys
from emulator.ui.overlay import KeyHelp
from emulator.ui.panel import Card
from emulator.ui.recording import Recording
from emulator.ui.roll import Roll
from emulator.ui.stage import Stage

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
FIRST_PX = QSize(1600, 1000)
SIDE_PX, BOTTOM_PX = 340, 246
TIGHT_PX = 900  # a screen lower than this has one panel on the left, the others behind it


class Window(QMainWindow):
    """Everything at its place; ``closed`` tells that it is gone."""

    closed = Signal()

    def __init__(self, desk: Desk, stage: Stage, recording: Recording, commands: Commands) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle("Glasses Emulator")
        self._room = QGuiApplication.primaryScreen().availableGeometry().size()
        self.resize(FIRST_PX.boundedTo(self._room))
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, self.tabPosition(Qt.DockWidgetArea.LeftDockWidgetArea)
        )
        self.view = HudView(stage, desk.texts)
        self.captions, self.notice = Captions(desk), Notice(desk)
        self.header = Header(desk)
        self.setMenuWidget(self.header)
        self.setCentralWidget(self._centre())
        self.docks: dict[str, QDockWidget] = {}
        self._shares: dict[str, list[tuple[QDockWidget, int]]] = {area: [] for area in AREAS}
        self.help = KeyHelp(self, desk)
        self._clean: bytes | None = None
        self._corners()
        layout = self.layout()
        assert layout is not None  # a main window has one
        layout.setEnabled(False)  # or Qt 6.11 leaves a dead tab bar behind for every side but the first
        self._fill_docks(discover("emulator.ui.panels", "PANEL"))
        layout.setEnabled(True)
        self._default = self.saveState()
        self._fill_menu(commands)
        commands.window = self
        self.keys = Keys(self, desk, commands.table())
        for name, button in self.header.buttons.items():
            if name != "panels":
                button.clicked.connect(lambda _=False, name=name: commands.table()[name](""))
        self.header.language.clicked.connect(lambda: commands.table()["language"](""))
        recording.changed.connect(lambda: self.header.show_recording(recording.running))
        self._restore()
        self.view.setFocus()

    def panel(self, name: str) -> QWidget:
        """Return panel ``name`` (the stem of its file)."""
        return panel_of(self.docks[name])

    def focus_input(self) -> None:
        """Put the cursor into the text box that speaks to the glasses."""
        dock = self.docks.get("transcript")
        field = dock.findChild(QLineEdit, "say") if dock else None
        if dock is not None and isinstance(field, QLineEdit):
            self._leave_clean()
            dock.show()
            dock.raise_()
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_clean(self) -> None:
        """Show the view alone, over the whole screen, or everything again."""
        if self._clean is not None:
            self._leave_clean()
            return
        self._clean = bytes(self.saveState().data())
        for dock in self.docks.values():
            dock.hide()
        self.header.hide()
        self.captions.hide()
        self.showFullScreen()
        self.view.setFocus()

    def reset_layout(self) -> None:
        """Put every panel back to its first place."""
        self._desk.store.forget_layout()
        self.restoreState(self._default)
        self._size_docks()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout."""
        self._leave_clean()
        self._desk.store.keep_layout("geometry", self.saveGeometry())
        self._desk.store.keep_layout("state", self.saveState())
        super().closeEvent(event)
        self.closed.emit()

    def _leave_clean(self) -> None:
        if self._clean is None:
            return
        state, self._clean = self._clean, None
        self.showNormal()
        self.header.show()
        self.captions.show()
        self.restoreState(state)

    def _centre(self) -> QWidget:
        centre = QWidget()
        box = QVBoxLayout(centre)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.notice)
        box.addWidget(self.view, 1)
        box.addWidget(self.captions)
        centre.setFocusProxy(self.view)
        return centre

    def _corners(self) -> None:
        for corner, side in (
            (Qt.Corner.TopLeftCorner, "left"),
            (Qt.Corner.BottomLeftCorner, "bottom"),
            (Qt.Corner.TopRightCorner, "right"),
            (Qt.Corner.BottomRightCorner, "right"),
        ):
            self.setCorner(corner, AREAS[side])

    def _fill_docks(self, cards: dict[str, Card]) -> None:
        front: dict[tuple[str, int], QDockWidget] = {}
        tight = self._room.height() < TIGHT_PX
        for name, card in sorted(cards.items(), key=lambda item: (item[1].area, item[1].place)):
            dock = QDockWidget()
            dock.setObjectName(name)
            panel = card.make(self._desk)
            dock.setWidget(panel if card.area == "bottom" else Roll(panel))
            self._desk.texts.bind(dock.setWindowTitle, card.title)
            self.addDockWidget(AREAS[card.area], dock)
            tab = 1 if tight and card.area == "left" else card.tab
            behind = front.get((card.area, tab)) if tab else None
            if behind is not None:
                self.tabifyDockWidget(behind, dock)
                behind.raise_()
            else:
                front[card.area, tab] = dock
                self._shares[card.area].append((dock, card.share))
            dock.visibilityChanged.connect(lambda _, look=panel.look: QTimer.singleShot(0, look))  # once it is in front
            self.docks[name] = dock

    def _size_docks(self) -> None:
        """Give every dock its first size: sides and bottom, then each its share."""
        layout = self.layout()
        if layout is not None:
            layout.activate()  # or they would not know how much room there is
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        for area, size, orientation in (
            ("left", SIDE_PX, across),
            ("right", SIDE_PX, across),
            ("bottom", BOTTOM_PX, down),
        ):
            for dock, _ in self._shares[area][:1]:
                self.resizeDocks([dock], [size], orientation)
        for area, orientation in (("left", down), ("right", down), ("bottom", across)):
            docks = [dock for dock, _ in self._shares[area]]
            self.resizeDocks(docks, [5 * share for _, share in self._shares[area]], orientation)

    def _fill_menu(self, commands: Commands) -> None:
        menu = self.header.menu
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())
        menu.addSeparator()
        for key, act in (("menu.reset", self.reset_layout), ("menu.documents", commands.open_documents)):
            action = QAction(self)
            action.triggered.connect(act)
            self._desk.texts.bind(action.setText, key)
            menu.addAction(action)

    def _restore(self) -> None:
        geometry, state = self._desk.store.layout("geometry"), self._desk.store.layout("state")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is None or not self.restoreState(state):
            self._size_docks()

    def sizeHint(self) -> QSize:
        """Return the size of the first start."""
        return FIRST_PX


def panel_of(dock: QDockWidget) -> QWidget:
    """Return the panel in ``dock``, which may scroll there."""
    inside = dock.widget()
    return inside.panel if isinstance(inside, Roll) else inside
