"""What is written on what a frame shows: PP-OCRv6 of the extra ``text``, run by ONNX Runtime; without it nothing is read.

RapidOCR (Apache-2.0) brings the models in its wheel; they are given by path, so that it never fetches any.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from emulator.vision.features import sized

Frame = npt.NDArray[np.uint8]

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
LOOK_PX = 960  # longer side of what is read: letters 12 pixels tall there are read
MIDDLE, MIDDLE_ABOVE_PX = 0.7, 960  # of a larger frame the middle is read: what one looks at
LEAST_SURE = 0.6  # of a line: below, most letters are made up
THREADS = 1  # the window has the other core


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text.

    Attributes:
        text: As it stands, spaces as read.
        confidence: Mean over its letters, in [0, 1].
        middle: Its middle in shares of the frame's width and height, (0, 0) at the top left.
        height: Of its letters, as a share of the frame's height, > 0.
    """

    text: str
    confidence: float
    middle: tuple[float, float]
    height: float


class Reader:
    """Reads the lines of frames, one at a time; the models are loaded, in a second, by the first one."""

    def __init__(self, models: dict[str, Path]) -> None:
        self._models = models
        self._engine: Any = None
        self._alone = Lock()

    def __call__(self, frame: Frame) -> tuple[TextLine, ...]:
        """Return the lines that are read well, top to bottom.

        Args:
            frame: Shape (h, w, 3), uint8, BGR.
        """
        share = MIDDLE if max(frame.shape[:2]) > MIDDLE_ABOVE_PX else 1.0
        aside = (1 - share) / 2
        y, x = (round(side * aside) for side in frame.shape[:2])
        part = sized(np.ascontiguousarray(frame[y : frame.shape[0] - y, x : frame.shape[1] - x]), LOOK_PX)
        with self._alone:
            self._engine = self._engine or _start(self._models)
            seen = self._engine(part)
        if not seen.txts:
            return ()
        height, width = part.shape[:2]
        corners = np.asarray(seen.boxes, float)  # (n, 4, 2), from each line's own top left on, clockwise
        middles = aside + share * corners.mean(axis=1) / (width, height)
        sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)[:, [0, 2]].mean(axis=1) * share / height
        return tuple(
            TextLine(text, float(sure), (float(x), float(y)), float(side))
            for text, sure, (x, y), side in zip(seen.txts, seen.scores, middles, sides, strict=True)
            if sure >= LEAST_SURE
        )


@cache
def find_reader() -> Reader | None:
    """Return what reads, the same one for the whole program; None without the extra."""
    spec = find_spec("rapidocr") if find_spec("onnxruntime") else None
    if spec is None or spec.origin is None:
        return None
    models = {part: Path(spec.origin).parent / "models" / name for part, name in MODELS.items()}
    if not all(path.is_file() for path in models.values()):
        return None  # another release, with other models: as good as none
    return Reader(models)


def _start(models: dict[str, Path]) -> Any:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": THREADS for kind in ("intra", "inter")}
    paths = {f"{part}.model_path": str(path) for part, path in models.items()}
    as_is = {"Det.limit_type": "max", "Det.limit_side_len": LOOK_PX}  # else a strip of paper is blown up to gigabytes
    return RapidOCR(params={"Global.log_level": "critical", **as_is, **threads, **paths})
