"""Film a session off-screen: world, light, HUD and badge of an instant of virtual time as one picture."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage, QPainter

from emulator.core.actions import SetLight, SetScene, Show
from emulator.core.errors import SceneError
from emulator.core.events import BrightnessChanged
from emulator.core.log import Record
from emulator.hud.display_list import masked
from emulator.hud.light import Optics, hud_rect
from emulator.hud.optics import Compositor
from emulator.hud.raster import ensure_app, picture_of
from emulator.session.glasses import Glasses
from emulator.ui.hud_view import BADGE_PX, draw_badge
from emulator.ui.stage import BARE_LENS, CLOSE_SHARE
from emulator.world.audio import quiet_stderr
from emulator.world.framing import look_closer, seen_fov_deg
from emulator.world.held import Hand
from emulator.world.picture_file import write_png
from emulator.world.scene import Scene, open_scene
from emulator.world.video_writer import VideoWriter

Pixels = npt.NDArray[np.uint8]
SIZE_PX = (1280, 720)
USUAL_SCENE = "office"  # as bright as a session starts, so that filming changes nothing in the log
CLOSEST = 4.0  # least part of the camera's picture that is shown is one over this
LEAST_LUX = 0.1
CAMERA_S = 4.0  # that a camera may take for its first picture; streams take up to 3 s to open
LOOK_S = 0.02
BARE_FOV_DEG = (20.0, 10.0)  # of glasses without a display: nothing is shown in it


class Film:
    """Looks through the glasses at each frame; follows their log for light, brightness and scene.

    Attributes:
        trouble: Why the world stands still, or ""; the last good picture of it stays.
    """

    def __init__(self, glasses: Glasses, scene: str, fps: int, record: Path | None) -> None:
        """Open the scene and the video.

        Args:
            glasses: Whose view it is.
            scene: Name of the scene (``world/scene.py``), whatever a flow says; "" for the flow's, or the usual one.
            fps: Frames per second of the video.
            record: Video file, or None for pictures only.

        Raises:
            FileError: If the scene or the video cannot be opened.
        """
        self._app = ensure_app()
        self._glasses = glasses
        self._pinned = bool(scene)
        self._scene = _opened(scene or USUAL_SCENE)
        self._frame = np.zeros((SIZE_PX[1], SIZE_PX[0], 3), np.uint8)
        self.trouble = ""
        self._stuck = False
        self._hand = Hand()
        self._badge = _badge()
        self._nits, self._lux = 0.0, glasses.start.lux
        for earlier in glasses.log.records:
            self._on_record(earlier)
        self._eye = Compositor(camera_fov_deg=self._scene.spec.camera_fov_deg, optics=self._optics())
        self._drawn: object = None
        self._stop = glasses.log.subscribe(self._on_record)
        glasses.surroundings.look = self._seen
        with quiet_stderr():  # OpenCV says there that it takes VP8 for VP8
            self._writer = VideoWriter(record, SIZE_PX, fps) if record is not None else None

    def shoot(self) -> None:
        """Add the view of now to the video."""
        if self._writer is not None:
            self._writer.write(self.picture(private=False))

    def picture(self, *, exact: bool = False, private: bool = True) -> Pixels:
        """Return the view of now: shape (720, 1280, 4), uint8, BGRA; overwritten by the next call.

        Args:
            exact: At most one code off everywhere; for pictures that are kept.
            private: Whether it may show what only the wearer is to see.
        """
        self._look()
        self._relight(private=private)
        part, seen = look_closer(self._before_camera(), SIZE_PX, self._zoom(self._frame))
        fov_deg = seen_fov_deg(self._scene.spec.camera_fov_deg, seen)
        self._eye.set_optics(self._optics(), camera_fov_deg=fov_deg)
        view = self._eye.compose(part, exact=exact)
        stamp(view, self._badge)
        return view

    def save_picture(self, path: Path) -> None:
        """Write the view of now as PNG.

        Raises:
            FileError: If it cannot be written.
        """
        write_png(path, self.picture(exact=True))

    def close(self) -> None:
        """Complete the video and let go of the scene."""
        self._stop()
        self._scene.close()
        self._hand.drop()
        if self._writer is not None:
            self._writer.close()

    # --- inside ---

    def _on_record(self, record: Record) -> None:
        match record.event:
            case BrightnessChanged(nits=nits):
                self._nits = nits
            case SetLight(lux=lux):
                self._lux = lux
            case SetScene(scene=name) if not self._pinned:
                self._change(name)
            case Show() as shown:
                try:
                    self._hand.take(shown, record.t_ns)
                except SceneError as error:
                    self.trouble = str(error)

    def _change(self, name: str) -> None:
        """Show another scene; if it cannot be opened, the one before stays."""
        try:
            scene = _opened(name)
        except SceneError as error:
            self.trouble = str(error)
            return
        self._scene.close()
        self._scene, self._stuck = scene, False

    def _look(self) -> None:
        """Take the world's frame of now; if the file is damaged or gone, the last good one stays."""
        if self._stuck:
            return
        try:
            frame = self._scene.frame_at(self._glasses.now_ns)
        except SceneError as error:
            self.trouble, self._stuck = str(error), True
            return
        self._frame = self._frame if frame is None else frame

    def _before_camera(self) -> Pixels:
        """Return the world's frame with what is held before it."""
        try:
            return self._hand.over(self._frame, self._glasses.now_ns)
        except SceneError as error:
            self.trouble = str(error)
            return self._frame

    def _seen(self) -> Pixels:
        """Return what the camera of the glasses sees now: the same world."""
        self._look()
        return self._before_camera()

    def _relight(self, *, private: bool) -> None:
        """Raster the HUD if it is another one."""
        drawn = self._glasses.drawing if private else masked(self._glasses.drawing)
        if drawn != self._drawn:
            self._drawn = drawn
            shows = self._glasses.profile.display is not None and bool(drawn.ops)
            self._eye.set_hud(picture_of(self._glasses.profile, drawn) if shows else None)

    def _optics(self) -> Optics:
        display, lux = self._glasses.profile.display, max(self._lux, LEAST_LUX)
        if display is None:
            return Optics(transmittance=BARE_LENS, nits=0.0, lux=lux, fov_deg=BARE_FOV_DEG)
        return Optics.of(display, nits=self._nits, lux=lux)

    def _zoom(self, frame: Pixels) -> float:
        """Look so close that the HUD takes ``CLOSE_SHARE`` of the width."""
        if self._glasses.profile.display is None:
            return 1.0
        height, width = frame.shape[:2]
        hud = hud_rect((width, height), self._optics().fov_deg, self._scene.spec.camera_fov_deg)
        return float(min(CLOSEST, max(1.0, CLOSE_SHARE * width / hud[2])))


def _opened(name: str) -> Scene:
    """Open a scene, and wait for the first picture of a camera.

    Raises:
        SceneError: If it cannot be opened, or the camera gives no picture.
    """
    scene, end_s = open_scene(name), monotonic() + CAMERA_S
    while scene.live and scene.frame_at(0) is None:
        if monotonic() > end_s:
            scene.close()
            raise SceneError(f"{scene.spec.text}: no picture came; plug the camera in, or choose another scene")
        sleep(LOOK_S)
    return scene


def stamp(view: Pixels, badge: Pixels) -> None:
    """Lay ``badge`` (premultiplied BGRA) over the top right corner of ``view``, in place."""
    height, width = badge.shape[:2]
    corner = view[:height, -width:, :3]
    shade = 255 - badge[..., 3:].astype(np.uint16)
    corner[:] = ((corner * shade + 127) // 255 + badge[..., :3]).clip(0, 255)


def _badge() -> Pixels:
    """Return the window's badge with its distance to the edges, as premultiplied BGRA."""
    width, height = BADGE_PX[0] + 24, BADGE_PX[1] + 24
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        draw_badge(painter, image.rect())
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(height, image.bytesPerLine() // 4, 4)[:, :width].copy()
