"""The map of the phone: where the glasses are and go, and the two things one tells them with it: here, and there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout

from emulator.core.actions import Locate, LosePosition, PhoneSent, Reply
from emulator.core.errors import MapError
from emulator.core.events import HudShown, NavigationChanged
from emulator.core.log import Record
from emulator.maps.map_file import read_summary
from emulator.maps.packed import point_of
from emulator.maps.places import Place
from emulator.maps.points import Wgs84Point
from emulator.maps.store import Shelf, shelves
from emulator.maps.street_map import Box, StreetMap
from emulator.ui.desk import Desk
from emulator.ui.icons import icon, icon_size
from emulator.ui.panel import tone
from emulator.ui.phone.finder import Finder
from emulator.ui.phone.map_face import MapFace
from emulator.ui.phone.marks import Here
from emulator.ui.phone.search_box import SearchBox
from emulator.ui.phone.tab import Empty, Tab
from emulator.ui.phone.walk_bar import WalkBar
from emulator.ui.widgets import Choice, Line

CLOSE_PX_PER_M = 1.6  # at least so close is what was searched, or the wearer
ACCURACY_M = 5.0  # of a place chosen with a finger, assumed
OVER = ("cancelled", "arrived")


class MapTab(Tab):
    """Search, map, a line on the position, and the walker."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.finder = Finder()
        self.finder.opened.connect(self._on_opened)
        desk.ended.connect(self.finder.stop)
        self.face = MapFace(desk)
        self.view = self.face.view
        self.view.picked.connect(self._ask)
        self.face.follow.clicked.connect(lambda: self._on_follow())
        self.view.moved.connect(lambda: self._follow(False))
        self.search = SearchBox(desk, self.finder, self.face)
        self.search.chosen.connect(self._on_found)
        self.which = Choice(desk.look)
        self.which.activated.connect(lambda: self._open(Path(self.which.currentData()), by_hand=True))
        self.words.bind(self.which.setAccessibleName, "phone.map.which")
        self.words.bind(self.which.setToolTip, "phone.map.which")
        self.line = Line()
        self.walk = WalkBar(desk)
        self.walk.changed.connect(self.draw)
        self.walk.hide()
        self.more = QToolButton()
        self.more.setProperty("flat", "true")
        self.more.setCheckable(True)
        self.more.setIconSize(icon_size())
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.toggled.connect(self.walk.setVisible)
        self.words.bind(self.more.setToolTip, "phone.map.walker")
        self.words.bind(self.more.setAccessibleName, "phone.map.walker")
        self.none = Empty(desk, "phone.map.none.title", "phone.map.none")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.face)
        self.pages.addWidget(self.none)
        self.menu: QMenu | None = None
        self.here: Here | None = None
        self.target: Wgs84Point | None = None
        self.routes: list[dict[str, Any]] = []
        self._boxes: dict[Path, Box | None] = {}
        self._path: Path | None = None
        self._by_hand = False
        self._trouble = ""
        desk.look.changed.connect(self._draw_icon)
        self._draw_icon()
        self._forget()
        self._place()
        self.view.wanted.connect(self._look_for_maps, Qt.ConnectionType.QueuedConnection)

    # --- the log ---

    def attach(self) -> None:
        """Another pair knows neither place nor way."""
        self._forget()
        self.walk.attach()

    def read(self, record: Record) -> None:
        """Follow position, destination and route."""
        match record.event:
            case Locate() as at:
                point = Wgs84Point(at.lat_deg, at.lon_deg)
                self.here = Here(point, at.accuracy_m, at.heading_deg)
                self.sensor = at.sensor
            case LosePosition() if self.here is not None:
                self.here = Here(self.here.point, self.here.accuracy_m, None, lost=True)
            case PhoneSent("destination", data):
                self.target = Wgs84Point(data["lat_deg"], data["lon_deg"])
            case Reply(reply={"routes": [*routes]}) if routes:
                self.routes, self.chosen, self._choosing = routes, 0, True
                self.target = point_of(routes[0]["target"])
            case NavigationChanged(state=state) if state in OVER:
                self.routes, self.target = [], None
            case NavigationChanged(route=chosen):
                self.chosen, self._choosing = chosen, False
            case HudShown(screen="navigation-routes", data={"index": int() as index}) if self._choosing:
                self.chosen = index

    def draw(self) -> None:
        """Show what was read."""
        self.view.show_here(self.here)
        self.view.show_pin(self.target)
        self.view.show_ways(self._ways())
        self.walk.draw(ready=bool(self.routes))
        if self.here is not None:
            self._bring_map(self.here.point)
            self.search.near = self.here.point
            if self.following and self.view.ground is not None:
                self.view.keep_in_sight(self.here.point)
        self.face.follow.setEnabled(self.here is not None)
        self._draw_line()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for maps that were imported meanwhile."""
        super().showEvent(event)
        self._draw_maps()

    def _forget(self) -> None:
        self.here, self.target, self.routes = None, None, []
        self.sensor = ""
        self.chosen, self._choosing = 0, False
        self._follow(True)

    def _ways(self) -> list[list[Wgs84Point]]:
        """Return the way that is followed, last; before it, while the wearer chooses, the others."""
        chosen = min(self.chosen, len(self.routes) - 1)
        others = [route for number, route in enumerate(self.routes) if number != chosen] if self._choosing else []
        return [[point_of(pair) for pair in route["geometry"]] for route in (*others, *self.routes[chosen:][:1])]

    def _draw_icon(self) -> None:
        self.more.setIcon(icon("walk", self.desk.look.color("dim"), self.desk.look.color("accent")))

    def _draw_line(self) -> None:
        words, here = self.words, self.here
        trouble = self.walk.trouble or self._trouble
        source = words.known("phone.source", self.sensor or "unknown")
        if trouble:
            text, look = trouble, "warn"
        elif here is None:
            text, look = words("phone.map.no-fix"), "faint"
        elif here.lost:
            text, look = words("phone.map.lost"), "warn"
        elif self._covers(self._path, here.point):
            text, look = words("phone.map.at", accuracy=f"{here.accuracy_m:.0f}", source=source), "dim"
        else:
            text, look = words("phone.map.off", source=source), "warn"
        self.line.setText(text)
        tone(self.line, look)

    # --- maps ---

    def _look_for_maps(self) -> None:
        """Open the map around the glasses, or else the first one; nothing is opened before somebody looks."""
        if self._path is not None:
            return
        found = self._shelves()
        if found:
            around = self._around(self.here.point) if self.here else None
            self._open(around or found[0].path)
        self._draw_maps()

    def _shelves(self) -> list[Shelf]:
        """Return the maps there are, and look into those that are new."""
        found = shelves()
        for shelf in found:
            if shelf.path not in self._boxes:
                try:
                    self._boxes[shelf.path] = Box(*read_summary(shelf.path)["box"])
                except MapError:
                    self._boxes[shelf.path] = None
        return found

    def _draw_maps(self) -> None:
        found = {shelf.path: shelf.title for shelf in self._shelves()}
        if [self.which.itemData(i) for i in range(self.which.count())] != [str(path) for path in found]:
            self.which.clear()
            for path, title in found.items():
                self.which.addItem(title, str(path))
        if self._path is not None:
            self.which.setCurrentIndex(max(0, self.which.findData(str(self._path))))
        self.which.setVisible(len(found) > 1)
        self.pages.setCurrentWidget(self.face if found else self.none)

    def _bring_map(self, point: Wgs84Point) -> None:
        """Open the smallest map with ``point`` on it, if this one has it not; as navigation does."""
        if self._path is None or self._by_hand or self._covers(self._path, point):
            return
        around = self._around(point)
        if around is not None:
            self._open(around)

    def _around(self, point: Wgs84Point) -> Path | None:
        """Return the smallest map that covers ``point``."""
        covering = [(_area(box), path) for path, box in self._boxes.items() if box and self._covers(path, point)]
        return min(covering)[1] if covering else None

    def _covers(self, path: Path | None, point: Wgs84Point) -> bool:
        box = self._boxes.get(path) if path else None
        return box is not None and box.south <= point.lat <= box.north and box.west <= point.lon <= box.east

    def _open(self, path: Path, *, by_hand: bool = False) -> None:
        self._path, self._by_hand = path, by_hand
        self.finder.open(path)

    def _on_opened(self, path: str, found: StreetMap | MapError) -> None:
        if path != str(self._path):
            return
        if isinstance(found, MapError):
            self._trouble = self.words("phone.map.broken", error=found)
            self.view.show_map(None)
        else:
            self._trouble = ""
            self.finder.use(found)
            self.search.near = middle_of(found.box)
            self.view.show_map(found)
            if self.here is not None and self._covers(self._path, self.here.point):
                self.view.go_to(self.here.point, px_per_m=CLOSE_PX_PER_M)
        self._draw_maps()
        self.draw()

    # --- hands ---

    def _follow(self, following: bool) -> None:
        self.following = following
        self.face.follow.setChecked(following)

    def _on_follow(self) -> None:
        self._follow(True)
        if self.here is not None:
            self.view.go_to(self.here.point, px_per_m=max(CLOSE_PX_PER_M, self.view.px_per_m))

    def _on_found(self, place: Place) -> None:
        self._follow(False)
        self.view.go_to(place.point, px_per_m=max(CLOSE_PX_PER_M, self.view.px_per_m))
        self.view.setFocus()
        at = self.view.place(place.point)
        if at is not None:
            self._ask(place.point, self.view.mapToGlobal(at.toPoint()), place.title(self.words.language))

    def _ask(self, point: Wgs84Point, at: QPoint, name: str = "") -> None:
        """Offer what can be told of a place."""
        name = name or self.finder.name_at(point, self.words.language) or self.words("phone.map.spot")
        self.menu = QMenu(self)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu.addAction(name).setEnabled(False)
        self.menu.addSeparator()
        go, here = QAction(self.words("phone.map.go"), self.menu), QAction(self.words("phone.map.i-am"), self.menu)
        go.triggered.connect(lambda: self.go_there(point, name))
        here.triggered.connect(lambda: self.be_here(point))
        self.menu.addActions([go, here])
        self.menu.popup(at)
        self.menu.setActiveAction(go)

    def be_here(self, point: Wgs84Point) -> None:
        """Let the glasses be at ``point``."""
        self.walk.stop()
        lat_deg, lon_deg = round(point.lat, 7), round(point.lon, 7)
        self.desk.do(Locate(lat_deg, lon_deg, ACCURACY_M, sensor="phone"))

    def go_there(self, point: Wgs84Point, name: str) -> None:
        """Send the glasses to ``point``."""
        data = {"name": name, "lat_deg": round(point.lat, 6), "lon_deg": round(point.lon, 6)}
        self.desk.do(PhoneSent("destination", data))
        self.desk.info(self.words("phone.sent.destination", name=name))

    def _place(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.which)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self.line, 1)
        foot.addWidget(self.more)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(bar)
        box.addWidget(self.pages, 1)
        box.addLayout(foot)
        box.addWidget(self.walk)


def _area(box: Box) -> float:
    return (box.north - box.south) * (box.east - box.west)


def middle_of(box: Box) -> Wgs84Point:
    """Return the middle of a map."""
    return Wgs84Point((box.south + box.north) / 2, (box.west + box.east) / 2)
