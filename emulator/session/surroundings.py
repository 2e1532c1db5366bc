"""What is around the glasses when a service is asked: the time, the place, the view of the camera, the user's stores."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from shutil import rmtree
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from emulator.core.actions import Locate, LosePosition
from emulator.core.errors import FileError
from emulator.core.log import Record
from emulator.devices.device import Device
from emulator.maps.fix import Fix
from emulator.maps.points import Wgs84Point
from emulator.services.service import Here
from emulator.session.sight import Sight

T = TypeVar("T")
Frame = npt.NDArray[np.uint8]


class Surroundings:
    """Follows the log for the place; opens stores and scene only when somebody asks.

    Attributes:
        look: Returns what the camera sees now. The window puts its own stage here.
    """

    def __init__(self, device: Device, data: Path | None) -> None:
        self._device, self._data = device, data
        self._files = ExitStack()
        self._open: dict[str, Any] = {}
        self._opening = RLock()
        self._sight = Sight(device.log, lambda: device.kernel.now_ns)
        self.look: Callable[[], Frame | None] = self._sight.frame
        self.fix: Fix | None = None
        device.log.subscribe(self._on_position, Locate)
        device.log.subscribe(self._on_position, LosePosition)

    @property
    def data(self) -> Path:
        """The folder of the user's stores; a temporary one where the session named none.

        Raises:
            FileError: If it cannot be made.
        """
        if self._data is None:
            self._data = Path(tempfile.mkdtemp(prefix="glasses-"))
            self._files.callback(weakref.finalize(self, rmtree, self._data, ignore_errors=True))
        try:
            self._data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise FileError(f"{self._data}: no folder for your data can be made here ({error.strerror})") from None
        return self._data

    def here(self) -> Here:
        """Return what a service is handed now."""
        return Here(
            now=self._device.now(),
            language=str(self._device.settings["language"]),
            data=self.data,
            fix=self.fix,
            t_ns=self._device.kernel.now_ns,
            frame=self._frame,
            opened=self.opened,
        )

    def opened(self, name: str, make: Callable[[], AbstractContextManager[T]], /) -> T:
        """Return what is open under ``name``; the first call opens it, the end of the session closes it.

        Offline halves run in one thread of the session, live ones in another: what only one thread may use is for
        offline halves alone.
        """
        with self._opening:
            if name not in self._open:
                self._open[name] = self._files.enter_context(make())
            found: T = self._open[name]
        return found

    def close(self) -> None:
        """Let go of everything."""
        self._sight.close()
        self._files.close()

    def _frame(self) -> Frame | None:
        return self.look()

    def _on_position(self, record: Record) -> None:
        match record.event:
            case Locate() as at:
                point = Wgs84Point(at.lat_deg, at.lon_deg)
                self.fix = Fix(record.t_ns, point, at.accuracy_m, at.speed_mps, at.heading_deg)
            case LosePosition():
                self.fix = None
