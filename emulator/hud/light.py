"""What the glasses do to light, as one value, and the same sum in float64: the model behind ``hud/optics.py``.

Light is linear and relative: 1 is what the camera calls white, a 90 % matt white in the scene's light
(docs/physics.md, "Additive see-through").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from emulator.core.profile import Display
from emulator.hud._cv import cv2

Codes = npt.NDArray[np.uint8]
Exact = npt.NDArray[np.float64]

WHITE_REFLECTANCE = 0.9


class Rect(NamedTuple):
    """A rectangle of pixels; ``x`` and ``y`` may lie outside the frame."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Optics:
    """Everything that decides what the eye gets.

    Attributes:
        transmittance: Share of the world's light the lens lets through, in (0, 1].
        nits: Luminance of the display's full white at the present brightness, >= 0.
        lux: Light on the scene, > 0.
        fov_deg: Horizontal and vertical field of view of the HUD's canvas, each in (0, 180).
        tint_bgr: Linear colour of a mono display; None for a colour display.
        gamma: Exponent from code to light, > 0.
        grey_levels: 2 to 256.
        bloom_share: Share of the light that spreads into the halo, in [0, 1).
        bloom_sigma_deg: Width of the halo, >= 0.
        adapted: Show the world as the adapted eye takes it: all light divided by the transmittance.

    Raises:
        ValueError: If a value is out of range; the message names it.
    """

    transmittance: float
    nits: float
    lux: float
    fov_deg: tuple[float, float]
    tint_bgr: tuple[float, float, float] | None = None
    gamma: float = 2.2
    grey_levels: int = 256
    bloom_share: float = 0.0
    bloom_sigma_deg: float = 0.0
    adapted: bool = False

    def __post_init__(self) -> None:
        """Refuse values that have no meaning."""
        claims = {
            "transmittance in (0, 1]": 0 < self.transmittance <= 1,
            "nits >= 0": 0 <= self.nits < math.inf,
            "lux > 0": 0 < self.lux < math.inf,
            "fov_deg in (0, 180)": all(0 < fov < 180 for fov in self.fov_deg),
            "tint_bgr in [0, 1]": self.tint_bgr is None or all(0 <= part <= 1 for part in self.tint_bgr),
            "gamma > 0": 0 < self.gamma < math.inf,
            "grey_levels in 2..256": 2 <= self.grey_levels <= 256,
            "bloom_share in [0, 1)": 0 <= self.bloom_share < 1,
            "bloom_sigma_deg >= 0": 0 <= self.bloom_sigma_deg < math.inf,
        }
        for claim, holds in claims.items():
            if not holds:
                raise ValueError(f"optics need {claim}, got {getattr(self, claim.split()[0])!r}")

    @classmethod
    def of(cls, display: Display, *, nits: float, lux: float, adapted: bool = False) -> Optics:
        """Return the optics of a profile's display at a brightness of ``nits`` in a scene of ``lux``."""
        red, green, blue = display.tint_rgb
        return cls(
            transmittance=display.transmittance,
            nits=nits,
            lux=lux,
            fov_deg=display.fov_deg,
            tint_bgr=None if display.colour == "rgb" else (blue, green, red),
            gamma=display.gamma,
            grey_levels=display.grey_levels,
            bloom_share=display.bloom_share,
            bloom_sigma_deg=display.bloom_sigma_deg,
            adapted=adapted,
        )

    @property
    def white_nits(self) -> float:
        """Luminance of a 90 % matt white in the scene: light 1."""
        return WHITE_REFLECTANCE * self.lux / math.pi

    @property
    def lens(self) -> float:
        """What the world is multiplied by: the transmittance, or 1 for the adapted eye."""
        return 1.0 if self.adapted else self.transmittance

    @property
    def peak(self) -> float:
        """Light of the display's full white relative to the scene's white; may exceed 1."""
        return self.nits / self.white_nits / (self.transmittance if self.adapted else 1.0)

    def contrast(self, code: int = 255, world: float = 1.0) -> float:
        """Return (world + HUD) / world for one HUD code over scene light ``world`` in (0, 1] (device.md, 4.1)."""
        return 1.0 + float(hud_light(self)[code]) / (self.lens * world)


def eotf(code: Exact) -> Exact:
    """Return linear light of sRGB values in [0, 1] (IEC 61966-2-1)."""
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def oetf(light: Exact) -> Exact:
    """Return sRGB values of linear light in [0, 1] (IEC 61966-2-1)."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0.0) ** (1 / 2.4) - 0.055)


def hud_light(optics: Optics) -> Exact:
    """Return D for the 256 HUD codes: shape (256,), light relative to the scene's white."""
    steps = optics.grey_levels - 1
    grey: Exact = np.rint(np.arange(256) / 255 * steps) / steps
    return np.asarray(grey**optics.gamma * optics.peak, np.float64)


def check_picture(bgra: Codes) -> None:
    """Refuse what is not a HUD picture: uint8 (h, w, 4), or (h, w) grey codes.

    Raises:
        ValueError: With the type and shape that came.
    """
    planes = bgra.ndim == 2 or (bgra.ndim == 3 and bgra.shape[2] == 4)
    if bgra.dtype != np.uint8 or not planes or not bgra.size:
        raise ValueError(f"a HUD picture is uint8 (h, w, 4) or (h, w), got {bgra.dtype} {bgra.shape}")


def code_plane(bgra: Codes, *, colour: bool) -> Codes:
    """Return the codes a display is driven with.

    Args:
        bgra: The HUD's picture, shape (h, w, 4), uint8, premultiplied; or (h, w) grey codes already.
        colour: Three planes, or one: the brightest channel.

    Returns:
        Shape (h, w, 3) for a colour display, else (h, w); uint8.

    Raises:
        ValueError: If the shape or type is another.
    """
    check_picture(bgra)
    if bgra.ndim == 2:
        return np.repeat(bgra[..., None], 3, axis=2) if colour else bgra
    blue, green, red, _ = cv2.split(bgra)
    codes: Codes = cv2.merge([blue, green, red]) if colour else cv2.max(cv2.max(blue, green), red)
    return codes


def hud_rect(frame_wh: tuple[int, int], fov_deg: tuple[float, float], camera_fov_deg: float) -> Rect:
    """Return where the HUD stands in a camera frame, centred; it may reach over the frame.

    Args:
        frame_wh: Width and height of the frame in pixels.
        fov_deg: Horizontal and vertical field of view of the HUD.
        camera_fov_deg: Horizontal field of view of the camera, in (0, 180).

    Raises:
        ValueError: If the camera's field of view or the frame makes no sense.
    """
    width, height = frame_wh
    if not 0 < camera_fov_deg < 180 or width < 1 or height < 1:
        raise ValueError(f"need a frame and a camera fov in (0, 180) deg, got {frame_wh} and {camera_fov_deg}")
    focal_px = width / 2 / math.tan(math.radians(camera_fov_deg) / 2)
    w, h = (max(1, round(2 * focal_px * math.tan(math.radians(fov) / 2))) for fov in fov_deg)
    return Rect((width - w) // 2, (height - h) // 2, w, h)


def resampling(width: int, to: int) -> int:
    """Return how light is resized from one width to another."""
    return int(cv2.INTER_AREA if to < width else cv2.INTER_LINEAR)


def reference(frame: Codes, codes: Codes, rect: Rect, optics: Optics) -> Exact:
    """Compute in float64 what ``see_through`` computes in fixed point, bloom at full resolution.

    Args:
        frame: Camera frame, shape (h, w, 3), uint8, BGR.
        codes: From ``code_plane``.
        rect: Where the HUD stands in the frame.
        optics: The optics.

    Returns:
        Shape (h, w, 3), code values in [0, 255], not rounded.
    """
    light = hud_light(optics)[codes]
    x, y, w, h = rect
    if light.shape[:2] != (h, w):
        light = cv2.resize(light, (w, h), interpolation=resampling(light.shape[1], w))
    sigma_px = optics.bloom_sigma_deg * w / optics.fov_deg[0]
    pad = math.ceil(8 * sigma_px) if optics.bloom_share and sigma_px > 0.1 else 0
    if pad:
        light = cv2.copyMakeBorder(light, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(0, 0, 0))
        halo = cv2.GaussianBlur(light, (2 * pad + 1, 2 * pad + 1), sigma_px, borderType=cv2.BORDER_CONSTANT)
        light = (1 - optics.bloom_share) * light + optics.bloom_share * halo
        x, y = x - pad, y - pad
    if optics.tint_bgr is not None:
        light = light[..., None] * np.asarray(optics.tint_bgr)
    out = optics.lens * eotf(frame / 255)
    height, width = frame.shape[:2]
    top, bottom, left, right = max(0, y), min(height, y + light.shape[0]), max(0, x), min(width, x + light.shape[1])
    if top < bottom and left < right:
        out[top:bottom, left:right] += light[top - y : bottom - y, left - x : right - x]
    return np.asarray(255 * oetf(np.minimum(out, 1.0)), np.float64)
