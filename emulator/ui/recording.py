"""Files made of the view: a picture, and a video at a steady rate. Encoding runs on a thread of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from time import perf_counter

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtGui import QImage

from emulator.core.errors import EmulatorError
from emulator.ui.desk import Desk
from emulator.ui.hud_view import badged
from emulator.ui.stage import Stage
from emulator.world.picture_file import write_png
from emulator.world.video_writer import VideoWriter

Pixels = npt.NDArray[np.uint8]

SIZE_PX = (1280, 720)
WAITING = 8  # frames between composing and encoding; more are dropped and the one before is held longer


class Recording(QObject):
    """Writes what the stage shows."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, desk: Desk, stage: Stage) -> None:
        super().__init__()
        self._desk, self._stage = desk, stage
        self.path: Path | None = None
        self._frames: Queue[tuple[Pixels, int] | None] = Queue(WAITING)
        self._thread: Thread | None = None
        self._pictures: list[Thread] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._shoot)
        self._start_s, self._shot = 0.0, 0
        self.failed.connect(desk.problem)

    @property
    def running(self) -> bool:
        """Say whether a video is being recorded."""
        return self._thread is not None

    def toggle(self) -> None:
        """Start or stop a video in the user's folder of videos."""
        if self.running:
            self.stop()
        else:
            self.start(_named(QStandardPaths.StandardLocation.MoviesLocation, "webm"))

    def start(self, path: Path) -> None:
        """Begin to record into ``path``."""
        fps = self._desk.options.fps
        try:
            writer = VideoWriter(path, SIZE_PX, float(fps))
        except EmulatorError as error:
            self._desk.problem(str(error))
            return
        self.path, self._start_s, self._shot = path, perf_counter(), 0
        self._frames = Queue(WAITING)
        self._thread = Thread(target=self._write, args=(writer, self._frames), name="video", daemon=True)
        self._thread.start()
        self._timer.start(max(1, round(1000 / fps)))
        self._desk.info(self._desk.texts("record.started", path=path))
        self.changed.emit()

    def stop(self) -> None:
        """Finish the file and say where it is."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._timer.stop()
        self._frames.put(None)
        thread.join(timeout=3.0)
        self._desk.info(self._desk.texts("record.stopped", path=self.path))
        self.changed.emit()

    def picture(self, path: Path | None = None) -> Path | None:
        """Write a picture of the view; return where it will be, None before the first frame."""
        pixels = self._snap()
        if pixels is None:
            return None
        target = path or _named(QStandardPaths.StandardLocation.PicturesLocation, "png")
        thread = Thread(target=self._write_picture, args=(target, pixels), name="picture", daemon=True)
        self._pictures = [t for t in self._pictures if t.is_alive()] + [thread]
        thread.start()
        self._desk.info(self._desk.texts("screenshot.saved", path=target))
        return target

    def close(self) -> None:
        """Finish every file."""
        self.stop()
        for thread in self._pictures:
            thread.join(timeout=1.0)

    def _snap(self, *, private: bool = True) -> Pixels | None:
        composed = self._stage.compose_at(SIZE_PX, private=private)
        if composed is None:
            return None
        height, width = composed.shape[:2]
        image = badged(QImage(composed.data, width, height, 4 * width, QImage.Format.Format_RGB32))
        return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4).copy()

    def _shoot(self) -> None:
        """Take as many frames as the clock asks for, so that the video is as long as the recording."""
        due = int((perf_counter() - self._start_s) * self._desk.options.fps) - self._shot
        if due <= 0:
            return
        pixels = self._snap(private=False)
        if pixels is None:
            return
        try:
            self._frames.put_nowait((pixels, due))
        except Full:
            return  # the encoder is behind: the next frame stands in for this one too
        self._shot += due

    def _write(self, writer: VideoWriter, frames: Queue[tuple[Pixels, int] | None]) -> None:
        try:
            with writer:
                while (item := frames.get()) is not None:
                    for _ in range(item[1]):
                        writer.write(item[0])
        except EmulatorError as error:
            self.failed.emit(str(error))

    def _write_picture(self, path: Path, pixels: Pixels) -> None:
        try:
            write_png(path, pixels)
        except EmulatorError as error:
            self.failed.emit(str(error))


def _named(place: QStandardPaths.StandardLocation, ending: str) -> Path:
    folder = QStandardPaths.writableLocation(place) or str(Path.home())
    return Path(folder) / f"glasses-{datetime.now().astimezone():%Y%m%d-%H%M%S}.{ending}"
