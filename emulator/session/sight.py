"""What the camera of a session without a window sees: the scene that the log names, and what is held before it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from emulator.core.actions import SetScene, Show
from emulator.core.errors import SceneError
from emulator.core.log import EventLog, Record
from emulator.world.held import Hand
from emulator.world.scene import Scene, open_scene

Frame = npt.NDArray[np.uint8]
USUAL_SCENE = "office"  # as bright as a session starts


class Sight:
    """Opens a scene when somebody looks, not before: most sessions never do.

    Attributes:
        pinned: Whether a scene was chosen for the whole session.
    """

    def __init__(self, log: EventLog, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._name, self._hand = USUAL_SCENE, Hand()
        self._scene: Scene | None = None
        self._shown: tuple[Show, int] | None = None  # not yet in the hand
        self.pinned = False
        log.subscribe(self._on_record, SetScene)
        log.subscribe(self._on_record, Show)

    def pin(self, scene: str) -> None:
        """Look at ``scene`` whatever the log says."""
        self._change(scene)
        self.pinned = True

    def frame(self) -> Frame | None:
        """Return what is seen now, shape (h, w, 3), uint8, BGR; None if a scene or a video cannot be opened."""
        try:
            if self._scene is None:
                self._scene = open_scene(self._name)
            if self._shown is not None:
                shown, self._shown = self._shown, None
                self._hand.take(*shown)
            frame = self._scene.frame_at(self._now_ns())
            return None if frame is None else self._hand.over(frame, self._now_ns())
        except SceneError:
            return None

    def close(self) -> None:
        """Let go of scene and hand."""
        self._hand.drop()
        self._change(self._name)

    def _change(self, name: str) -> None:
        scene, self._scene, self._name = self._scene, None, name
        if scene is not None:
            scene.close()

    def _on_record(self, record: Record) -> None:
        match record.event:
            case SetScene(scene=name) if not self.pinned:
                self._change(name)
            case Show() as shown:
                self._shown = (shown, record.t_ns)
