"""Moving scenes that are drawn, not filmed: always there, the same on every machine, no licence needed.

Each is a function of time alone. Still layers are painted once (0.2 to 0.6 s); a frame then costs some milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emulator.world.builtin.black import black
from emulator.world.builtin.night_street import night_street
from emulator.world.builtin.office import office
from emulator.world.builtin.sunlit_road import sunlit_road

Frame = npt.NDArray[np.uint8]
Painter = Callable[[float], Frame]  # seconds to a frame of its own


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn scene: ``prepare`` paints its still layers and returns what paints a frame."""

    prepare: Callable[[], Painter]
    lux: float
    camera_fov_deg: float = 70.0


BUILTINS = {
    "night-street": Drawn(night_street, 20.0),
    "office": Drawn(office, 400.0),
    "sunlit-road": Drawn(sunlit_road, 60_000.0),
    "black": Drawn(black, 3_500.0),  # the HUD alone: white of the scene is 1,000 nits
}
FRAME_NS = 1_000_000_000 // 60  # no need to draw finer than this


class Builtin:
    """One of ``BUILTINS`` by name, 1280x720."""

    def __init__(self, name: str) -> None:
        self._paint = BUILTINS[name].prepare()
        self._index = -1
        self._frame: Frame | None = None

    @property
    def live(self) -> bool:
        """Frames do not come by themselves."""
        return False

    @property
    def status(self) -> str:
        """Always ``drawn``."""
        return "drawn"

    def frame_at(self, t_ns: int) -> Frame | None:
        """Return the frame of ``t_ns``, 60 different ones a second, shape (720, 1280, 3), uint8, BGR."""
        index = t_ns // FRAME_NS
        if index != self._index:
            self._index, self._frame = index, self._paint(index / 60)
        return self._frame

    def close(self) -> bool:
        """Nothing is open."""
        return True
