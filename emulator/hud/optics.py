"""Light: the HUD added to the world as the eye gets it through the glasses, in linear light.

Per channel, with light 1 for what the camera calls white (docs/physics.md, "Additive see-through")::

    out = OETF(min(1, T * EOTF(camera) + D(hud) * tint))
    D(h) = grey(h)^gamma * nits / L_white        L_white = 0.9 * lux / pi   [cd/m2]

Use: one ``Compositor`` per composing thread. ``set_optics`` when profile, brightness, lux or view changes (0.2 ms),
``set_hud`` when the HUD's picture changes (3 ms), ``compose`` once per camera frame (2 ms at 1280x720)::

    eye = Compositor(camera_fov_deg=70.0, optics=Optics.of(profile.display, nits=900.0, lux=400.0))
    eye.set_hud(raster_bgra)             # (h, w, 4) premultiplied BGRA at canvas resolution; None: dark display
    bgra = eye.compose(frame_bgr)        # QImage(bgra.data, w, h, 4 * w, QImage.Format.Format_RGB32)

``reference`` is the same in float64 and slow; the tests hold the fast path to it within one code value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from emulator.hud._cv import cv2
from emulator.hud.light import (
    Codes,
    Optics,
    Rect,
    check_picture,
    code_plane,
    eotf,
    hud_light,
    hud_rect,
    oetf,
    resampling,
)

Light16 = npt.NDArray[np.uint16]
Light = npt.NDArray[np.float32]

TILE_PX = 32
FLOOR = 4e-4  # a halo below it is 1.3 codes on black; without it every tile would be lit
COARSE_SIGMA_PX, COARSE_PEAK = 4.0, 20.0  # bloom at half resolution stays within 3 codes from here, up to here


class Tile(NamedTuple):
    """A lit rectangle of the frame: HUD light in 1/65535, and scratch of the same shape."""

    ys: slice
    xs: slice
    light: Light16
    scratch: Light16


@dataclass(frozen=True, slots=True)
class Tables:
    """Lookups of one ``Optics``: camera code to dimmed light and code, HUD code to light; the line when it is safe."""

    dim16: Light16
    dim: Codes
    line: tuple[float, float] | None
    hud: Light


ENCODE: Codes = np.rint(255 * oetf(np.arange(65536) / 65535)).astype(np.uint8).reshape(1, -1)
ENCODE.setflags(write=False)


def tables(optics: Optics) -> Tables:
    """Return the lookups of ``optics``."""
    codes = np.arange(256)
    world = optics.lens * eotf(codes / 255)
    dim16 = np.rint(world * 65535).astype(np.uint16)
    scale = optics.lens ** (1 / 2.4)
    offset = 14.025 * (scale - 1)  # 255 * 0.055: sRGB above its toe turns a factor of light into this line of codes
    line = cv2.convertScaleAbs(codes.astype(np.uint8), alpha=scale, beta=offset).ravel().astype(int)
    safe = bool(np.abs(line - np.rint(255 * oetf(world))).max() <= 1)
    hud = hud_light(optics).astype(np.float32)
    return Tables(dim16[None], ENCODE[0][dim16][None], (scale, offset) if safe else None, hud[None])


def halo_reach(share: float, peak: float) -> float:
    """Return after how many sigmas the halo falls below ``FLOOR``, at least 3."""
    tail = FLOOR / max(share * peak, FLOOR)
    return max(3.0, NormalDist().inv_cdf(1 - min(tail, 0.5)))


def bloom(light: Light, share: float, sigma_px: float) -> tuple[Light, int]:
    """Spread ``share`` of the light with a Gaussian of ``sigma_px``.

    Args:
        light: Shape (h, w) or (h, w, 3), float32, >= 0.
        share: In [0, 1).
        sigma_px: Width of the halo, > 0.

    Returns:
        The light on a grid enlarged by ``pad`` on each side, and ``pad``. Total light is kept to 0.2 %.
    """
    peak = float(light.max(initial=0.0))
    reach = halo_reach(share, peak)
    factor = 2 if sigma_px >= COARSE_SIGMA_PX and peak <= COARSE_PEAK else 1
    pad = math.ceil(reach * sigma_px)
    pad += -pad % factor
    height, width = light.shape[:2]
    padded = cv2.copyMakeBorder(
        light, pad, pad + -height % factor, pad, pad + -width % factor, cv2.BORDER_CONSTANT, value=(0, 0, 0)
    )
    halo = _blur(padded, sigma_px, reach, factor)
    spread = cv2.addWeighted(padded, 1 - share, halo, share, 0.0)
    return spread[: height + 2 * pad, : width + 2 * pad], pad


def _blur(light: Light, sigma_px: float, reach: float, factor: int) -> Light:
    """Blur at 1/``factor`` of the resolution; the box adds 1/12 and the enlargement 1/6 to the variance."""
    sigma = math.sqrt((sigma_px / factor) ** 2 - 0.25) if factor > 1 else sigma_px
    size = 2 * math.ceil(reach * sigma) + 1
    height, width = light.shape[:2]
    if factor > 1:
        light = cv2.resize(light, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(light, (size, size), sigma, borderType=cv2.BORDER_CONSTANT)
    return cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR) if factor > 1 else light


def lit_runs(light: Light) -> list[tuple[int, int, int, int]]:
    """Return rectangles (top, bottom, left, right) of 32-pixel tiles that cover all light above zero."""
    height, width = light.shape[:2]
    rows, cols = -(-height // TILE_PX), -(-width // TILE_PX)
    grid = np.zeros((rows * TILE_PX, cols * TILE_PX), bool)
    grid[:height, :width] = light > 0 if light.ndim == 2 else (light > 0).any(2)
    lit = np.logical_or.reduce(grid.reshape(rows, TILE_PX, cols, TILE_PX), axis=(1, 3))
    done: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(rows + 1):
        steps = np.diff(np.concatenate([[0], lit[row].astype(np.int8), [0]])) if row < rows else np.zeros(1, np.int8)
        runs = list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))
        ended = [run for run in open_runs if run not in runs]
        done += [(open_runs.pop(run), row, *run) for run in ended]
        open_runs |= {run: row for run in runs if run not in open_runs}
    px = [tuple(TILE_PX * edge for edge in run) for run in done]
    return sorted((top, min(bottom, height), left, min(right, width)) for top, bottom, left, right in px)


def hud_tiles(codes: Codes, rect: Rect, frame_wh: tuple[int, int], lookups: Tables, optics: Optics) -> tuple[Tile, ...]:
    """Turn a HUD picture into the light it adds to a frame, in lit rectangles only.

    Args:
        codes: From ``code_plane``: shape (h, w) or (h, w, 3), uint8.
        rect: Where it stands in the frame.
        frame_wh: Size of the frame in pixels.
        lookups: From ``tables(optics)``.
        optics: The optics.
    """
    light = cv2.LUT(codes, lookups.hud)
    x, y, w, h = rect
    if light.shape[:2] != (h, w):  # light is resized, never codes
        light = cv2.resize(light, (w, h), interpolation=resampling(light.shape[1], w))
    sigma_px = optics.bloom_sigma_deg * w / optics.fov_deg[0]
    if optics.bloom_share and sigma_px > 0.1:
        light, pad = bloom(light, optics.bloom_share, sigma_px)
        x, y = x - pad, y - pad
        light = cv2.threshold(light, FLOOR, 0.0, cv2.THRESH_TOZERO)[1]
    left, top = max(0, x), max(0, y)
    light = np.ascontiguousarray(light[top - y : max(0, frame_wh[1] - y), left - x : max(0, frame_wh[0] - x)])
    if not light.size:
        return ()
    bgr = _in_colour(light, optics)
    return tuple(
        Tile(
            slice(top + a, top + b),
            slice(left + c, left + d),
            np.ascontiguousarray(bgr[a:b, c:d]),
            np.empty((b - a, d - c, 3), np.uint16),
        )
        for a, b, c, d in lit_runs(light)
    )


def _in_colour(light: Light, optics: Optics) -> Light16:
    """Tint, then round and saturate: only here may light be clipped, after the tint."""
    planes = cv2.split(light) if optics.tint_bgr is None else [light] * 3
    tint = optics.tint_bgr or (1.0, 1.0, 1.0)
    parts = [cv2.multiply(plane, part * 65535.0, dtype=cv2.CV_16U) for plane, part in zip(planes, tint, strict=True)]
    bgr: Light16 = cv2.merge(parts)
    return bgr


def see_through(
    frame: Codes, tiles: tuple[Tile, ...], lookups: Tables, bgr: Codes, bgra: Codes, *, exact: bool = False
) -> Codes:
    """Dim the frame, add the HUD's light, and return it as BGRA, alpha 255.

    Args:
        frame: Camera frame, shape (h, w, 3), uint8, BGR.
        tiles: From ``hud_tiles``; their scratch is written.
        lookups: From ``tables``.
        bgr: Scratch, shape (h, w, 3), uint8.
        bgra: Result, shape (h, w, 4), uint8.
        exact: Dim by the table also where the faster line is within one code.
    """
    if exact or lookups.line is None:
        cv2.LUT(frame, lookups.dim, dst=bgr)
    else:
        cv2.convertScaleAbs(frame, dst=bgr, alpha=lookups.line[0], beta=lookups.line[1])
    for ys, xs, light, scratch in tiles:
        cv2.LUT(frame[ys, xs], lookups.dim16, dst=scratch)
        cv2.add(scratch, light, dst=scratch)  # saturates: the min(1, ...)
        cv2.LUT(scratch, ENCODE, dst=bgr[ys, xs])
    cv2.cvtColor(bgr, cv2.COLOR_BGR2BGRA, dst=bgra)
    return bgra


class Compositor:
    """Holds the lookups, the lit tiles and the buffers of one composing thread.

    Args:
        camera_fov_deg: Horizontal field of view of the camera frames, in (0, 180).
        optics: What the glasses do to light.
    """

    def __init__(self, *, camera_fov_deg: float, optics: Optics) -> None:
        self._camera_fov_deg = camera_fov_deg
        self._optics = optics
        self._lookups = tables(optics)
        self._hud: Codes | None = None
        self._tiles: tuple[Tile, ...] | None = None
        self._bgr: Codes = np.empty((0, 0, 3), np.uint8)
        self._bgra: Codes = np.empty((0, 0, 4), np.uint8)

    @property
    def optics(self) -> Optics:
        """The optics in force."""
        return self._optics

    def rect(self, frame_wh: tuple[int, int]) -> Rect:
        """Return where the HUD stands in a frame of this size."""
        return hud_rect(frame_wh, self._optics.fov_deg, self._camera_fov_deg)

    def set_optics(self, optics: Optics, *, camera_fov_deg: float | None = None) -> None:
        """Take another profile, brightness, light or camera; the HUD's picture stays."""
        fov_deg = self._camera_fov_deg if camera_fov_deg is None else camera_fov_deg
        if optics == self._optics and fov_deg == self._camera_fov_deg:
            return
        self._optics, self._camera_fov_deg, self._tiles = optics, fov_deg, None
        self._lookups = tables(optics)

    def set_hud(self, bgra: Codes | None) -> None:
        """Take the HUD's picture, (h, w, 4) premultiplied BGRA or (h, w) codes; None for a dark display.

        Raises:
            ValueError: If the picture has another shape or type.
        """
        if bgra is not None:
            check_picture(bgra)
        self._hud = None if bgra is None else bgra.copy()
        self._tiles = None

    def compose(self, frame: Codes, *, exact: bool = False) -> Codes:
        """Return what the eye sees: shape (h, w, 4), uint8, BGRA, alpha 255.

        The result is one buffer of this object: valid until the next call, and the same array as long as the
        frame's size stays, so that a ``QImage`` over it may be kept.

        Args:
            frame: Camera frame, shape (h, w, 3), uint8, BGR.
            exact: At most one code off everywhere, for pictures that are kept; 30 % slower.

        Raises:
            ValueError: If the frame has another shape or type.
        """
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or not frame.size:
            raise ValueError(f"a camera frame is uint8 (h, w, 3), got {frame.dtype} {frame.shape}")
        height, width = frame.shape[:2]
        if self._bgr.shape != frame.shape:
            self._bgr, self._bgra = np.empty_like(frame, order="C"), np.empty((height, width, 4), np.uint8)
            self._tiles = None
        if self._tiles is None:
            self._tiles = self._light((width, height))
        return see_through(frame, self._tiles, self._lookups, self._bgr, self._bgra, exact=exact)

    def _light(self, frame_wh: tuple[int, int]) -> tuple[Tile, ...]:
        if self._hud is None or not self._optics.nits:
            return ()
        codes = code_plane(self._hud, colour=self._optics.tint_bgr is None)
        return hud_tiles(codes, self.rect(frame_wh), frame_wh, self._lookups, self._optics)
