"""The stage: world, light and HUD brought together into one picture; what the view, screenshots and videos show."""

from __future__ import annotations

import ctypes
import math
import sys
from threading import Thread
from time import perf_counter_ns
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from emulator.core.actions import SetLight, SetScene, Show
from emulator.core.errors import EmulatorError
from emulator.core.events import BrightnessChanged
from emulator.hud.display_list import masked
from emulator.hud.light import Optics
from emulator.hud.optics import Compositor
from emulator.hud.raster import picture_of
from emulator.ui.desk import Desk, Tail
from emulator.world.framing import look_closer, seen_fov_deg
from emulator.world.held import Hand
from emulator.world.scene import AUTOMATIC, WEBCAM_FOV_DEG, Scene, open_scene, scene_names

Pixels = npt.NDArray[np.uint8]

FRAME_NS = 33_000_000  # a built-in scene or a still is drawn 30 times a second
REST_NS = 15_000_000_000  # nobody touched anything and the display sleeps: a drawn scene rests
ZOOMS = (1.0, 1.6, 2.2)
CLOSE_SHARE, TALL_SHARE = 0.66, 0.78  # of the view's width and height that the HUD may take, looked at closely
LARGEST_PX = (1920, 1080)
BARE_LENS = 0.92  # assumed transmittance of plain glasses without a display


class Stage(QObject):
    """Composes a picture whenever world, HUD or light changes.

    Signals:
        composed: ``picture`` is new; whether at once, because the HUD is another one, or with the next frame.
        changed: Another scene, its status, or the way of looking.
    """

    composed = Signal(bool)
    changed = Signal()
    ready = Signal()
    opened = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._scene: Scene | None = None
        self._named = self._wanted = ""
        self._closed = False
        self._trouble = ""
        self._status = ""
        self._files: list[str] = []
        self.adapted = False
        self.zoom = 0.0  # 0: as close as fits the HUD
        self.picture: Pixels | None = None
        self.image: QImage | None = None
        self._size = (1280, 720)
        self._frame: Pixels | None = np.zeros((720, 1280, 3), np.uint8)  # the HUD need not wait for a world
        self._clock_ns, self._wall_ns, self._virtual_ns = 0, perf_counter_ns(), 0
        self._frame_ns, self._touched_ns = 0, perf_counter_ns()
        self._nits, self._lux = 0.0, desk.glasses.start.lux
        self._drawn: Any = None
        self._fading = False
        self._hand = Hand()
        self._eye: Compositor | None = None
        self._seen = 1.0
        self._tail = Tail(desk)
        self.composes = 0
        self.ready.connect(self._on_frame, Qt.ConnectionType.QueuedConnection)
        self.opened.connect(self._on_opened, Qt.ConnectionType.QueuedConnection)
        desk.ticked.connect(self.look)
        desk.acted.connect(self.touch)
        desk.switched.connect(self._on_switch)
        desk.busy = lambda: self.moving
        self._on_session()

    # --- the world ---

    def choose(self, name: str) -> None:
        """Let the world be scene ``name``; by itself if "". It is an action, so the log has it."""
        self._desk.do(SetScene(name or AUTOMATIC))

    def _open(self, name: str) -> None:
        """Open scene ``name`` off the Qt thread: cameras and drawings take their time."""
        self._wanted = name
        self.changed.emit()
        Thread(target=self._fetch, args=(name,), name="scene", daemon=True).start()

    def _fetch(self, name: str) -> None:
        try:
            scene: Scene | EmulatorError = open_scene(name, on_ready=self.ready.emit)
            if isinstance(scene, Scene) and not scene.live:
                scene.frame_at(0)
        except EmulatorError as error:
            scene = error
        self.opened.emit(name, scene)

    def _on_opened(self, name: str, scene: Scene | EmulatorError) -> None:
        """Show a scene that is open now; where that failed, say so and keep the present one."""
        if isinstance(scene, Scene) and (name != self._wanted or self._closed):
            scene.close()
            return
        if isinstance(scene, EmulatorError):
            self._wanted, self._trouble = self._named, str(scene)
            self._desk.problem(str(scene))
            self.changed.emit()
            return
        old, self._scene = self._scene, scene
        self._desk.mended(self._trouble)
        self._named, self._trouble = name, ""
        if old is not None:
            old.close()
            del old
            give_back_memory()
        if scene.spec.kind in ("video", "still") and scene.spec.text not in self._files:
            self._files.append(scene.spec.text)
        if self._desk.options.lux is None:
            self._desk.do(SetLight(scene.spec.lux))
        self.touch()
        if self._take_frame(force=True):
            self._compose()
        self.changed.emit()

    def names(self) -> list[str]:
        """Return the scenes a menu offers."""
        fixed = [name for name in scene_names() if name != "black"]
        named = [self._wanted] if self._wanted and self._wanted not in (*fixed, *self._files) else []
        return [*fixed, *self._files, *named]

    @property
    def name(self) -> str:
        """The scene that was asked for."""
        return self._wanted

    def line(self) -> tuple[str, bool]:
        """Return a line on the scene, and whether all is well."""
        if self._trouble:
            return self._trouble, False
        if self._scene is None or self._wanted != self._named:
            return self._desk.texts("status.opening"), True
        words, spec = self._desk.texts, self._scene.spec
        place = words.known("scene", spec.place) if spec.kind == "builtin" else spec.text
        status = words.known("status", self._scene.status)
        return f"{place} · {status}", self._scene.status != "lost, retrying"

    @property
    def moving(self) -> bool:
        """Say whether the picture changes by itself."""
        if self._scene is None or self._desk.paused:
            return False
        kind = self._scene.spec.kind
        return self._fading or kind in ("camera", "video") or (kind == "builtin" and not self._resting)

    @property
    def _resting(self) -> bool:
        return self._scene_is("builtin") and not self.lit and perf_counter_ns() - self._touched_ns > REST_NS

    @property
    def lit(self) -> bool:
        """Say whether the display shows anything."""
        return bool(self._desk.glasses.drawing.ops)

    def _scene_is(self, kind: str) -> bool:
        return self._scene is not None and self._scene.spec.kind == kind

    def _on_session(self) -> None:
        """Let the camera of the glasses see this world."""
        self._desk.glasses.surroundings.look = lambda: None if self._frame is None else self._before_camera(self._frame)

    # --- the way of looking ---

    def set_size(self, width: int, height: int) -> None:
        """Compose for a view of so many device pixels."""
        shrink = min(1.0, LARGEST_PX[0] / max(1, width), LARGEST_PX[1] / max(1, height))
        size = (max(64, round(width * shrink)), max(36, round(height * shrink)))
        if size != self._size:
            self._size = size
            self._compose()

    def set_adapted(self, adapted: bool) -> None:
        """See the world as the adapted eye does, or with the lens's dimming."""
        self.adapted = adapted
        self._relight()
        self.changed.emit()

    def cycle_zoom(self) -> float:
        """Look from another distance; return it."""
        steps = (0.0, *ZOOMS)
        self.zoom = steps[(steps.index(self.zoom) + 1) % len(steps)]
        self._compose()
        self.changed.emit()
        return self.zoom

    def touch(self) -> None:
        """Somebody did something: a scene at rest moves again."""
        self._touched_ns = perf_counter_ns()

    def contrast(self, ground: float) -> float | None:
        """Return the contrast of the HUD's full white over a ground of light ``ground``; None without a display."""
        optics = self._optics()
        return None if self._desk.glasses.profile.display is None else optics.contrast(255, ground)

    def optics(self) -> Optics:
        """Return what the glasses do to light now."""
        return self._optics()

    # --- composing ---

    def look(self) -> None:
        """Take what is new: light, HUD, frame. Called at every tick."""
        relit = False
        for record in self._tail.take():
            if isinstance(record.event, BrightnessChanged):
                self._nits, relit = record.event.nits, True
            elif isinstance(record.event, SetLight):
                self._lux, relit = record.event.lux, True
            elif isinstance(record.event, SetScene) and record.event.scene != self._wanted:
                self._open(record.event.scene)
            elif isinstance(record.event, Show):
                relit |= self._hold(record.event, record.t_ns)
        relit |= self._hand.changes(self._desk.glasses.now_ns)
        self._advance()
        redrawn = self._draw_hud()
        fresh = self._take_frame()
        if relit and self._eye is not None:
            self._eye.set_optics(self._optics())
        if relit or redrawn or fresh:
            self._compose(at_once=redrawn)

    def compose_at(self, size: tuple[int, int], *, private: bool = True) -> Pixels | None:
        """Return an exact picture at ``size`` for files: shape (h, w, 4), BGRA; on request without what is private."""
        if self._frame is None:
            return None
        frame, seen = look_closer(self._before_camera(self._frame), size, self._zoom(size))
        eye = Compositor(camera_fov_deg=self._fov(seen), optics=self._optics())
        eye.set_hud(self._raster(private=private))
        return eye.compose(frame, exact=True)

    def close(self) -> list[Thread]:
        """Let go of the scene; return the thread that sees to it: a stream being opened takes its time."""
        self._closed = True
        self._hand.drop()
        scene, self._scene = self._scene, None
        if scene is None:
            return []
        thread = Thread(target=scene.close, name="end", daemon=True)
        thread.start()
        return [thread]

    def _hold(self, shown: Show, t_ns: int) -> bool:
        """Hold something before the camera; return whether that could be done."""
        try:
            self._hand.take(shown, t_ns)
        except EmulatorError as error:
            self._desk.problem(str(error))
            return False
        return True

    def _before_camera(self, frame: Pixels) -> Pixels:
        """Return ``frame`` with what is held before it."""
        try:
            return self._hand.over(frame, self._desk.glasses.now_ns)
        except EmulatorError as error:
            self._desk.problem(str(error))
            return frame

    def _advance(self) -> None:
        """The world goes with virtual time, but never faster than life."""
        wall_ns, virtual_ns = perf_counter_ns(), self._desk.glasses.now_ns
        self._clock_ns += max(0, min(virtual_ns - self._virtual_ns, wall_ns - self._wall_ns))
        self._wall_ns, self._virtual_ns = wall_ns, virtual_ns

    def _take_frame(self, *, force: bool = False) -> bool:
        scene = self._scene
        if scene is None or (scene.live and not force):
            return False
        due = self._clock_ns - self._frame_ns >= FRAME_NS or scene.spec.kind == "video"
        if not force and (not due or (self._frame is not None and (self._resting or scene.spec.kind == "still"))):
            return False
        self._frame_ns = self._clock_ns
        return self._accept(scene)

    def _accept(self, scene: Scene) -> bool:
        try:
            frame = scene.frame_at(self._clock_ns)
        except EmulatorError as error:  # a damaged frame: the last one stays
            self._trouble = str(error)
            self._desk.problem(str(error))
            scene.close()
            self._scene = None
            return False
        if frame is None or frame is self._frame:
            return False
        self._frame = frame
        return True

    def _on_frame(self) -> None:
        """A camera has something."""
        scene = self._scene
        if scene is None:
            return
        if self._accept(scene):
            self._compose()
        if scene.status != self._status:
            self._status = scene.status
            self.changed.emit()

    def _raster(self, *, private: bool = True) -> Pixels | None:
        glasses = self._desk.glasses
        if glasses.profile.display is None or not self.lit:
            return None
        return picture_of(glasses.profile, glasses.drawing if private else masked(glasses.drawing))

    def _draw_hud(self) -> bool:
        """Raster the HUD if it is another one."""
        drawn = self._desk.glasses.drawing
        self._fading = drawn is not self._desk.glasses.display_list
        if drawn is self._drawn:
            return False
        changed = self._drawn is None or drawn != self._drawn
        self._drawn = drawn
        if changed and self._eye is not None:
            self._eye.set_hud(self._raster())
        return changed

    def _relight(self) -> None:
        if self._eye is not None:
            self._eye.set_optics(self._optics())
        self._compose()

    def _compose(self, *, at_once: bool = False) -> None:
        if self._frame is None:
            return
        frame, self._seen = look_closer(self._before_camera(self._frame), self._size, self._zoom(self._size))
        if self._eye is None:
            self._eye = Compositor(camera_fov_deg=self._fov(self._seen), optics=self._optics())
            self._eye.set_hud(self._raster())
        self._eye.set_optics(self._optics(), camera_fov_deg=self._fov(self._seen))
        picture = self._eye.compose(frame)
        if self.picture is not picture or self.image is None:
            height, width = picture.shape[:2]
            self.image = QImage(picture.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self.picture = picture
        self.composes += 1
        self.composed.emit(at_once)

    def _fov(self, seen: float) -> float:
        return seen_fov_deg(self._camera_fov_deg, seen)

    def _zoom(self, size: tuple[int, int]) -> float:
        """Return for a picture of ``size`` how close to look; by itself so close that the HUD takes ``CLOSE_SHARE`` of the width."""
        display = self._desk.glasses.profile.display
        if self.zoom or display is None:
            return self.zoom or 1.0
        height, width = self._frame.shape[:2] if self._frame is not None else (720, 1280)
        aspect = size[0] / size[1]
        wide, tall = (math.tan(math.radians(fov) / 2) for fov in display.fov_deg)
        target = min(CLOSE_SHARE, TALL_SHARE * wide / (tall * aspect))
        share = wide / math.tan(math.radians(self._camera_fov_deg) / 2)  # of the whole frame's width
        seen = min(1.0, height * aspect / width)  # of the frame's width, without zoom
        return float(max(1.0, min(4.0, seen * target / share)))

    @property
    def _camera_fov_deg(self) -> float:
        return self._scene.spec.camera_fov_deg if self._scene else WEBCAM_FOV_DEG

    def _optics(self) -> Optics:
        display = self._desk.glasses.profile.display
        lux = max(self._lux, 0.1)
        if display is None:
            return Optics(transmittance=BARE_LENS, nits=0.0, lux=lux, fov_deg=(20.0, 10.0), adapted=self.adapted)
        return Optics.of(display, nits=self._nits, lux=lux, adapted=self.adapted)

    def _on_switch(self) -> None:
        self._drawn, self._eye, self._virtual_ns = None, None, 0
        self._on_session()
        self._hand.drop()
        self._nits = 0.0
        if self._wanted:
            self._desk.do(SetScene(self._wanted))
        self._desk.do(SetLight(self._lux))
        self.look()
        self._compose()
        self.changed.emit()


def give_back_memory() -> None:
    """Return freed memory to the system: drawn scenes are painted on threads, each with an arena of glibc's own."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform.startswith("linux") else None
    if trim is not None:
        trim(0)
