"""The world behind the HUD: which one, how bright it is, and where its frames come from.

A scene is named by a text, the same in ``--scene``, in flows (``set: {scene: ...}``) and in the window:

    automatic                       the webcam if one answers, else night-street
    camera   camera:1   camera:URL  a camera by number, or a stream (http, rtsp, /dev/videoN)
    video:FILE   still:FILE         a file
    night-street   office   sunlit-road   black     drawn by us (``world/builtin``); ``builtin:NAME`` is the same

Use::

    source = open_scene("video:walk.mp4", on_ready=signal.emit)    # SceneError: one line with file and remedy
    source.spec.lux, source.spec.camera_fov_deg                    # for hud.light.Optics and hud.optics.Compositor
    frame = source.frame_at(t_ns)                                  # (h, w, 3) uint8 BGR, or None: nothing came yet
    source.close()

``source.live`` is True for a camera: frames come by themselves, ``on_ready`` says so from the camera's thread, and
``frame_at`` returns the newest whatever ``t_ns`` is. Otherwise ``frame_at`` is a function of ``t_ns`` alone, so an
off-screen run does not depend on speed; ask it as often as you paint. A frame may be shared: never write into it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from emulator.core.errors import SceneError, nearest
from emulator.world.builtin import BUILTINS, Builtin
from emulator.world.camera import Camera, answers
from emulator.world.still import Still
from emulator.world.video import Video

Frame = npt.NDArray[np.uint8]
Kind = Literal["camera", "video", "still", "builtin"]

AUTOMATIC = "automatic"
FALLBACK = "night-street"
ALIASES = {"street": "night-street", "road": "sunlit-road"}
ROOM_LUX = 400.0  # assumed of cameras and files: nothing in a picture tells its light
WEBCAM_FOV_DEG = 70.0  # horizontal; assumed, usual for webcams


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """A scene by name.

    Attributes:
        kind: Where frames come from.
        place: Camera number or URL, file, or built-in name.
        lux: Light on the scene.
        camera_fov_deg: Horizontal field of view of its frames.
    """

    kind: Kind
    place: str
    lux: float = ROOM_LUX
    camera_fov_deg: float = WEBCAM_FOV_DEG

    @property
    def text(self) -> str:
        """The name that ``parse_scene`` reads back."""
        return self.place if self.kind == "builtin" else f"{self.kind}:{self.place}"


class Source(Protocol):
    """Where the frames of an open scene come from."""

    @property
    def live(self) -> bool:
        """Whether frames come by themselves."""

    @property
    def status(self) -> str:
        """A calm word on it: ``connected``, ``lost, retrying``, ``playing``."""

    def frame_at(self, t_ns: int) -> Frame | None:
        """Return the frame to show at ``t_ns``, shape (h, w, 3), uint8, BGR; None before a camera's first."""

    def close(self) -> bool:
        """Let go of it; False if its thread has not ended within a second."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An open scene: its spec and its source, in one."""

    spec: SceneSpec
    source: Source

    @property
    def live(self) -> bool:
        """Whether frames come by themselves."""
        return self.source.live

    @property
    def status(self) -> str:
        """A calm word on the source."""
        return self.source.status

    def frame_at(self, t_ns: int) -> Frame | None:
        """Return the frame to show at ``t_ns``; see ``Source``."""
        return self.source.frame_at(t_ns)

    def close(self) -> bool:
        """Let go of the source; see ``Source``."""
        return self.source.close()


def scene_names() -> tuple[str, ...]:
    """Return the names a menu can offer, built-in ones last."""
    return (AUTOMATIC, "camera", *BUILTINS)


def parse_scene(text: str) -> SceneSpec:
    """Read a scene's name; ``automatic`` looks for a webcam now.

    Raises:
        SceneError: If there is no such scene; the message names the nearest one.
    """
    text = text.strip()
    kind, colon, place = text.partition(":")
    if text == AUTOMATIC:
        return automatic()
    if kind == "camera":
        return SceneSpec("camera", _camera_place(place if colon else "0"))
    if colon and kind in ("video", "still"):
        if not place:
            raise SceneError(f"{text}: no file named; say {kind}:FILE")
        return SceneSpec("video" if kind == "video" else "still", place)
    return _builtin(place if colon and kind == "builtin" else text)


def automatic() -> SceneSpec:
    """Return the webcam if one answers with a frame, else a built-in street at night."""
    return SceneSpec("camera", "0") if answers(0) else _builtin(FALLBACK)


def open_scene(scene: str | SceneSpec, *, on_ready: Callable[[], None] | None = None) -> Scene:
    """Open a scene.

    Args:
        scene: Its name or spec.
        on_ready: Called from the camera's thread when a frame or another status is there; at most once until the
            next ``frame_at``. Never called by scenes that are not live.

    Raises:
        SceneError: If the name is unknown or a file cannot be read. A camera that is missing is no error: it is
            looked for until it is there (``status``).
    """
    spec = parse_scene(scene) if isinstance(scene, str) else scene
    return Scene(spec, _open(spec, on_ready))


def _open(spec: SceneSpec, on_ready: Callable[[], None] | None) -> Source:
    if spec.kind == "camera":
        return Camera(int(spec.place) if spec.place.isdecimal() else spec.place, on_ready)
    if spec.kind == "video":
        return Video(spec.place)
    return Still(spec.place) if spec.kind == "still" else Builtin(spec.place)


def _camera_place(place: str) -> str:
    if place.isdecimal() or "://" in place or place.startswith("/dev/"):
        return place
    raise SceneError(f"camera:{place}: not a camera; say camera:0, camera:http://..., or video:FILE for a file")


def _builtin(name: str) -> SceneSpec:
    wanted = ALIASES.get(name, name).replace("_", "-")
    if wanted not in BUILTINS:
        known = (*BUILTINS, *ALIASES, "camera", "camera:URL", "video:FILE", "still:FILE", AUTOMATIC)
        raise SceneError(f"scene {name!r}: unknown{nearest(name, known)}")
    return SceneSpec("builtin", wanted, BUILTINS[wanted].lux, BUILTINS[wanted].camera_fov_deg)
