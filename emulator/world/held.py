"""What is held before the camera: a code, a picture, a package, words or a video, laid into the frames of any scene."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from emulator.core.actions import Show
from emulator.core.assets import asset
from emulator.core.errors import SceneError, nearest
from emulator.core.units import MS
from emulator.world._cv import cv2
from emulator.world.still import fit, read_picture
from emulator.world.video import Video

Frame = npt.NDArray[np.uint8]

PLACES = {"centre": (0.5, 0.5), "left": (0.38, 0.5), "right": (0.62, 0.5), "top": (0.5, 0.39), "bottom": (0.5, 0.61)}
SHARE = 0.22  # of the frame's height, so that it is in the middle that is looked at
NEAR_SHARE = 0.5  # of a package: held so that its name can be read
PAPER, INK = 225, 20  # code values
CARD_PX = (640, 400)
MARGIN_PX = 40
QUIET = 2  # light modules around a code besides the two of the encoder; ISO/IEC 18004 wants four
MODULE_PX = 8
SIZES_PT = range(150, 18, -6)
LINE_EM = 1.3


class Held:
    """One thing, from ``since_ns`` on.

    Raises:
        SceneError: If its file cannot be read, or it is too much for a code.
    """

    def __init__(self, kind: str, content: str, at: str, since_ns: int, for_ms: int = 0) -> None:
        """Make ready what is held.

        Args:
            kind: ``qr``, ``image``, ``text``, ``video`` or ``product``.
            content: Payload, words, the file, or which of ``packages``.
            at: Name of a place in the frame (``PLACES``).
            since_ns: When it came.
            for_ms: How long it stays; 0 until something else is held.
        """
        self._place, self._since_ns = PLACES[at], since_ns
        self._until_ns = since_ns + for_ms * MS if for_ms else None
        self._video = Video(content) if kind == "video" else None
        self._card = None if self._video else _card(kind, content)
        self._share = NEAR_SHARE if kind == "product" else SHARE

    def over(self, frame: Frame, t_ns: int) -> Frame:
        """Return ``frame`` with the thing before it at ``t_ns``; ``frame`` itself is left as it is.

        Args:
            frame: Shape (h, w, 3), uint8, BGR.
            t_ns: Virtual time.
        """
        if self.ended(t_ns):
            return frame
        card = self._card if self._video is None else self._video.frame_at(t_ns - self._since_ns)
        if card is None:
            return frame
        height, width = frame.shape[:2]
        scale = self._share * height / card.shape[0]
        size = (min(width, max(1, round(card.shape[1] * scale))), max(1, round(card.shape[0] * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
        small = cv2.resize(card, size, interpolation=how)
        x = min(max(0, round(self._place[0] * width - size[0] / 2)), width - size[0])
        y = min(max(0, round(self._place[1] * height - size[1] / 2)), height - size[1])
        held = frame.copy()
        held[y : y + size[1], x : x + size[0]] = small
        return held

    @property
    def moving(self) -> bool:
        """Say whether it is a video."""
        return self._video is not None

    def ended(self, t_ns: int) -> bool:
        """Say whether its time is over at ``t_ns``."""
        return self._until_ns is not None and t_ns >= self._until_ns

    def close(self) -> None:
        """Let go of a video."""
        if self._video is not None:
            self._video.close()


class Hand:
    """What is held now, if anything: what films and the window share."""

    def __init__(self) -> None:
        self._held: Held | None = None
        self._looked_ns = 0

    def take(self, shown: Show, t_ns: int) -> None:
        """Hold ``shown`` from ``t_ns`` on; what was held goes.

        Raises:
            SceneError: If it cannot be held; what was held stays then.
        """
        held = Held(shown.kind, shown.content, shown.at, t_ns, shown.for_ms)
        self.drop()
        self._held = held

    def over(self, frame: Frame, t_ns: int) -> Frame:
        """Return ``frame`` with what is held before it at ``t_ns``; ``frame`` itself is left as it is.

        Raises:
            SceneError: If a video broke; nothing is held any more.
        """
        if self._held is None:
            return frame
        try:
            return self._held.over(frame, t_ns)
        except SceneError:
            self.drop()
            raise

    def changes(self, t_ns: int) -> bool:
        """Say whether what is held looks other than a moment ago: a video plays, or its time is over (once)."""
        if self._held is None:
            return False
        looked_ns, self._looked_ns = self._looked_ns, t_ns
        if self._held.ended(t_ns):
            self.drop()
            return True
        return self._held.moving and t_ns != looked_ns

    def drop(self) -> None:
        """Hold nothing."""
        held, self._held = self._held, None
        if held is not None:
            held.close()


def _card(kind: str, content: str) -> Frame:
    if kind == "qr":
        return _code(content)
    if kind == "product":
        return _package(content)
    return fit(read_picture(content)) if kind == "image" else _words(content)


def packages() -> list[str]:
    """Return the keys of the sample packages that can be held."""
    return sorted(path.stem for path in asset("catalogue", "pictures").glob("*.webp"))


def _package(key: str) -> Frame:
    known = packages()
    if key not in known:
        raise SceneError(f"product: no package {key!r}{nearest(key, known)}")
    return read_picture(str(asset("catalogue", "pictures", f"{key}.webp")))


def _code(payload: str) -> Frame:
    """Return a QR code of ``payload``, quiet zone included."""
    try:
        modules = cv2.QRCodeEncoder.create().encode(payload)
    except cv2.error:
        modules = None
    if modules is None or not modules.size:
        raise SceneError(
            f"qr: {len(payload)} characters do not fit a code; hold at most 2,900 letters or 900 characters"
        )
    ring = cv2.copyMakeBorder(modules, *4 * (QUIET,), cv2.BORDER_CONSTANT, value=255)
    grey = np.where(ring > 127, PAPER, INK).astype(np.uint8).repeat(MODULE_PX, 0).repeat(MODULE_PX, 1)
    return np.repeat(grey[..., None], 3, axis=2)


def _words(text: str) -> Frame:
    """Return a card with ``text`` in the bundled font, as large as fits."""
    font = cv2.FontFace(str(asset("fonts", "NotoSansSC-Bold.subset.ttf")))
    card = np.full((CARD_PX[1], CARD_PX[0], 3), PAPER, np.uint8)
    room = (CARD_PX[0] - 2 * MARGIN_PX, CARD_PX[1] - 2 * MARGIN_PX)
    for points in SIZES_PT:
        lines = _broken(text, font, points, room[0])
        if len(lines) * LINE_EM * points <= room[1]:
            break
    y = (CARD_PX[1] - LINE_EM * points * len(lines)) / 2 + points
    for line in lines:
        x = (CARD_PX[0] - _width(line, font, points)) // 2
        cv2.putText(card, line, (max(0, x), round(y)), (INK, INK, INK), font, points)
        y += LINE_EM * points
    return card


def _broken(text: str, font: Any, points: int, room_px: int) -> list[str]:
    """Return ``text`` in lines that fit the room."""
    lines: list[str] = []
    for part in text.splitlines() or [""]:
        lines.append("")
        for letter in part:
            if lines[-1] and _width(lines[-1] + letter, font, points) > room_px:
                lines.append("")
            lines[-1] += letter
    return lines


def _width(line: str, font: Any, points: int) -> int:
    return int(cv2.getTextSize((0, 0), line, (0, 0), font, points)[2])
