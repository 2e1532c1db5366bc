"""The street map of the phone: drag, wheel, pinch and keys move it, a click asks what to do there.

A frame only copies pictures that are there (``layer.py``). What is missing is drawn between frames, some milliseconds at
a time, and nothing is drawn while nobody sees it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from emulator.maps.points import Wgs84Point
from emulator.maps.street_map import StreetMap
from emulator.ui.desk import Desk
from emulator.ui.panel import in_sight
from emulator.ui.phone.ground import Area, Ground
from emulator.ui.phone.layer import Layer, map_colours
from emulator.ui.phone.marks import Here, draw_cross, draw_here, draw_pin, draw_scale, draw_way

MOST_PX_PER_M = 8.0
LEAST_SHARE = 0.6  # the whole map is at least so large, in parts of what fits
STEP = 2**0.5  # of zooming by key or button
WHEEL_STEP = 2**0.25  # of one notch
SLIP_PX = 4  # a press that moves less is a click
WORK_MS = 3.5  # on pictures between two frames, out of 16
REST_MS = 90  # after the last change of scale new pictures are drawn
PAN_SHARE = 0.2  # of the view, by an arrow key
MARGIN_PX = 26.0  # kept round what is brought into sight
START_PX_PER_M = 1.0


class MapView(QWidget):
    """A map north up.

    Signals:
        picked: A place and where the click was, on the screen.
        moved: The wearer's place is not followed any more, as the map was moved by hand.
        wanted: Somebody sees it, and there is no map yet.
    """

    picked = Signal(object, QPoint)
    moved = Signal()
    wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.ground: Ground | None = None
        self.here: Here | None = None
        self.pin: Wgs84Point | None = None
        self._ways: list[list[tuple[float, float]]] = []
        self._x, self._y, self.px_per_m = 0.0, 0.0, START_PX_PER_M
        self._layer: Layer | None = None
        self._before: Layer | None = None
        self._grabbed: tuple[QPointF, float, float] | None = None
        self._dragged = False
        self._fresh = True  # nobody has moved it yet: it fills the view
        self.paint_ms = 0.0  # what the last frame took
        self._work_timer = QTimer(self)
        self._work_timer.setSingleShot(True)
        self._work_timer.timeout.connect(self._work)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.grabGesture(Qt.GestureType.PinchGesture)
        desk.look.changed.connect(self._redraw)
        desk.texts.changed.connect(self._redraw)
        desk.texts.bind(self.setAccessibleName, "phone.map")

    # --- what is shown ---

    def show_map(self, street_map: StreetMap | None) -> None:
        """Show another map, whole."""
        self.ground = None if street_map is None else Ground(street_map)
        self._layer = self._before = None
        self._ways, self._fresh = [], True
        self._centre(cover=True)

    def show_ways(self, ways: Sequence[Sequence[Wgs84Point]]) -> None:
        """Show the ways the glasses offer, the one they follow last."""
        lines = [] if self.ground is None else [[self.ground.xy(point) for point in way] for way in ways]
        if lines != self._ways:
            self._ways = lines
            self.update()

    def show_here(self, here: Here | None) -> None:
        """Show where the glasses are."""
        if here != self.here:
            self.here = here
            self.update()

    def show_pin(self, pin: Wgs84Point | None) -> None:
        """Show where they want to go."""
        if pin != self.pin:
            self.pin = pin
            self.update()

    # --- moving ---

    def fit(self) -> None:
        """Show the whole map."""
        self._centre(cover=False)
        self._fresh = False

    def go_to(self, point: Wgs84Point, *, px_per_m: float | None = None) -> None:
        """Put ``point`` into the middle."""
        if self.ground is not None:
            self._x, self._y = self.ground.xy(point)
            self._fresh = False
            self._rescale(px_per_m or self.px_per_m)

    def keep_in_sight(self, point: Wgs84Point) -> None:
        """Put ``point`` into the middle once it comes near the edge."""
        at = self.place(point)
        room = QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -2 * MARGIN_PX)
        if at is not None and not room.contains(at):
            self.go_to(point)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Make everything ``factor`` times as large; what is at ``at`` stays there."""
        if self.ground is None:
            return
        at = at or QPointF(self.width() / 2, self.height() / 2)
        least = LEAST_SHARE * self._fitting()
        scale = min(max(MOST_PX_PER_M, least), max(least, self.px_per_m * factor))
        dx, dy = at.x() - self.width() / 2, at.y() - self.height() / 2
        self._x += dx / self.px_per_m - dx / scale
        self._y += dy / self.px_per_m - dy / scale
        self._fresh = False
        self._rescale(scale)

    def pan(self, dx_px: float, dy_px: float) -> None:
        """Move the view by so many pixels to the right and down."""
        self._x += dx_px / self.px_per_m
        self._y += dy_px / self.px_per_m
        self._hold_on()
        self.moved.emit()
        self.update()

    def place(self, point: Wgs84Point) -> QPointF | None:
        """Return where ``point`` is on the widget; None without a map."""
        if self.ground is None:
            return None
        return self._pixel(*self.ground.xy(point))

    def point_at(self, at: QPointF) -> Wgs84Point | None:
        """Return the position under a pixel; None without a map."""
        if self.ground is None:
            return None
        seen = self._seen()
        return self.ground.point(seen.left + at.x() / self.px_per_m, seen.top + at.y() / self.px_per_m)

    # --- inside ---

    def _centre(self, *, cover: bool) -> None:
        """Put the middle of the map into the middle, all of it in sight or nothing else."""
        if self.ground is not None:
            whole = self.ground.whole
            self._x, self._y = (whole.left + whole.right) / 2, (whole.top + whole.bottom) / 2
            self._rescale(min(MOST_PX_PER_M, self._fitting(max if cover else min)))

    def _fitting(self, which: Callable[[float, float], float] = min) -> float:
        """Return the scale at which the map is as wide or as high as the view."""
        assert self.ground is not None  # whoever asks has looked
        whole = self.ground.whole
        wide, high = max(1.0, whole.right - whole.left), max(1.0, whole.bottom - whole.top)
        return max(1e-4, which(self.width() / wide, self.height() / high))

    def _seen(self) -> Area:
        """Return what is in sight, in metres, its corner on a whole device pixel."""
        grid = self.px_per_m * self.devicePixelRatioF()
        left = round((self._x - self.width() / 2 / self.px_per_m) * grid) / grid
        top = round((self._y - self.height() / 2 / self.px_per_m) * grid) / grid
        return Area(left, top, left + self.width() / self.px_per_m, top + self.height() / self.px_per_m)

    def _pixel(self, x: float, y: float) -> QPointF:
        seen = self._seen()
        return QPointF((x - seen.left) * self.px_per_m, (y - seen.top) * self.px_per_m)

    def _hold_on(self) -> None:
        """Keep some of the map in sight."""
        if self.ground is not None:
            whole = self.ground.whole
            self._x = min(whole.right, max(whole.left, self._x))
            self._y = min(whole.bottom, max(whole.top, self._y))

    def _rescale(self, px_per_m: float) -> None:
        self._hold_on()
        if px_per_m != self.px_per_m:
            self.px_per_m = px_per_m
            if self._layer is not None:
                if self._before is None or self._layer.whole(self._seen()):
                    self._before = self._layer
                self._layer = None
            self._work_timer.start(REST_MS)
        self.update()

    def _redraw(self) -> None:
        """Draw everything anew: other colours, other words."""
        self._layer = self._before = None
        self.update()

    def _current(self) -> Layer | None:
        """Return the pictures at this scale; a change of scale that goes on gets none yet."""
        if self.ground is None:
            return None
        ratio = self.devicePixelRatioF()
        if self._layer is not None and (self._layer.scale, self._layer.ratio) != (self.px_per_m, ratio):
            self._layer = None
        if self._layer is None and not (self._work_timer.isActive() and self._before is not None):
            colours = map_colours(self._desk.look.theme)
            self._layer = Layer(self.ground, self.px_per_m, ratio, colours, self._desk.texts.language)
        return self._layer

    def _work(self) -> None:
        """Draw on what is missing in sight, for as long as a frame can spare."""
        if not in_sight(self):
            return  # the next frame that is painted starts it again
        layer = self._current()
        if layer is None:
            return
        if layer.work(self._seen(), perf_counter() + WORK_MS / 1000):
            self._before = None
        else:
            self._work_timer.start(0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Copy pictures and draw the marks."""
        began_s = perf_counter()
        look = self._desk.look
        with QPainter(self) as p:
            p.fillRect(self.rect(), map_colours(look.theme).ground)
            layer = self._current()
            if self.ground is None:
                self.wanted.emit()
            if layer is None and self._before is None:
                return
            seen = self._seen()
            whole = layer is not None and layer.whole(seen)
            if self._before is not None and not whole:
                p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                self._before.draw(p, seen, self.px_per_m / self._before.scale, names=False)
            if layer is not None:
                layer.draw(p, seen, 1.0, names=True)
                if not self._work_timer.isActive() and not layer.work(seen, 0.0):
                    self._work_timer.start(0)
            self._draw_marks(p)
        self.paint_ms = (perf_counter() - began_s) * 1e3

    def _draw_marks(self, p: QPainter) -> None:
        look = self._desk.look
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for left, way in enumerate(self._ways, 1 - len(self._ways)):
            draw_way(p, [self._pixel(x, y) for x, y in way], look, followed=left == 0)
        if self.here is not None and (at := self.place(self.here.point)) is not None:
            draw_here(p, at, self.here, self.px_per_m, look)
        if self.pin is not None and (at := self.place(self.pin)) is not None:
            draw_pin(p, at, look)
        if self.hasFocus() and self._grabbed is None:
            draw_cross(p, QPointF(self.width() / 2, self.height() / 2), look)
        draw_scale(p, QPointF(10.0, self.height() - 26.0), self.px_per_m, look)

    # --- hands ---

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        self.zoom(WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the map."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed, self._dragged = (event.position(), self._x, self._y), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it along."""
        if self._grabbed is None:
            return
        start, x, y = self._grabbed
        gone = event.position() - start
        if not self._dragged and gone.manhattanLength() > SLIP_PX:
            self._dragged, self._fresh = True, False
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.moved.emit()
        if self._dragged:
            self._x, self._y = x - gone.x() / self.px_per_m, y - gone.y() / self.px_per_m
            self._hold_on()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; without having moved it was a click."""
        if self._grabbed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._grabbed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if not self._dragged:
            self._pick(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, zoom with + and -, Home for the whole map, Enter for what is in the middle."""
        across, down = PAN_SHARE * self.width(), PAN_SHARE * self.height()
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / STEP)
            case Qt.Key.Key_Home:
                self.fit()
            case Qt.Key.Key_Left:
                self.pan(-across, 0)
            case Qt.Key.Key_Right:
                self.pan(across, 0)
            case Qt.Key.Key_Up:
                self.pan(0, -down)
            case Qt.Key.Key_Down:
                self.pan(0, down)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._pick(QPointF(self.width() / 2, self.height() / 2))
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Pinch: on a touch pad, or with two fingers on the screen."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(math.exp(event.value()), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the view as long as nobody moved the map."""
        super().resizeEvent(event)
        if self._fresh:
            self._centre(cover=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on drawing."""
        super().showEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a good size."""
        return QSize(316, 300)

    def minimumSizeHint(self) -> QSize:
        """Return the least that is a map."""
        return QSize(200, 120)

    def _pick(self, at: QPointF) -> None:
        point = self.point_at(at)
        if point is not None:
            self.picked.emit(point, self.mapToGlobal(at.toPoint()))
