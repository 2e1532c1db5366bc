"""What the camera of a session without a window sees: the scene that the log names, and what is held before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from emulator.core.actions import SetScene, Show
from emulator.core.errors import SceneError
from emulator.core.log import EventLog, Record

if TYPE_CHECKING:
    from emulator.world.held import Hand
    from emulator.world.scene import Scene

Frame = npt.NDArray[np.uint8]
USUAL_SCENE = "office"  # as bright as a session starts


class Sight:
    """Opens a scene when somebody looks, not before: most sessions never do, and need no OpenCV then."""

    def __init__(self, log: EventLog, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._name = USUAL_SCENE
        self._scene: Scene | None = None
        self._hand: Hand | None = None
        self._shown: tuple[Show, int] | None = None  # not yet in the hand
        log.subscribe(self._on_record, SetScene)
        log.subscribe(self._on_record, Show)

    def frame(self) -> Frame | None:
        """Return what is seen now, shape (h, w, 3), uint8, BGR; None if a scene or a video cannot be opened."""
        from emulator.world.held import Hand
        from emulator.world.scene import open_scene

        try:
            if self._scene is None:
                self._scene = open_scene(self._name)
            if self._hand is None:
                self._hand = Hand()
            if self._shown is not None:
                shown, self._shown = self._shown, None
                self._hand.take(*shown)
            frame = self._scene.frame_at(self._now_ns())
            return None if frame is None else self._hand.over(frame, self._now_ns())
        except SceneError:
            return None

    def close(self) -> None:
        """Let go of scene and hand."""
        if self._hand is not None:
            self._hand.drop()
        self._change(self._name)

    def _change(self, name: str) -> None:
        scene, self._scene, self._name = self._scene, None, name
        if scene is not None:
            scene.close()

    def _on_record(self, record: Record) -> None:
        match record.event:
            case SetScene(scene=name):
                self._change(name)
            case Show() as shown:
                self._shown = (shown, record.t_ns)
