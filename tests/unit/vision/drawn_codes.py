"""Frames with codes drawn into them: placed, tilted, blurred, darkened, with noise, from a seed."""

from __future__ import annotations

import math

import numpy as np
import segno

from emulator.vision._cv import cv2

ALIPAY = "https://qr.alipay.com/fkx0123456789abcd"
SPECIFICATION = (  # the example of EMVCo's specification
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME9132001"
    "6A0112233449988770708123456786304A13A"
)


def draw_code(frame, text, at, side, degrees=0.0, tilt_deg=0.0, invert=False):
    """Draw a code of ``side`` pixels, its quiet zone around it, into ``frame``."""
    modules = np.array([list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)], np.uint8)
    count = len(modules)
    print_ = np.kron((modules if invert else 1 - modules) * 200 + 30, np.ones((8, 8), np.uint8)).astype(np.uint8)
    whole = side * count / (count - 8)
    narrow, near = math.cos(math.radians(tilt_deg)), 0.25 * math.sin(math.radians(tilt_deg))
    corners = np.array([[0, near / 2], [narrow, 0], [narrow, 1], [0, 1 - near / 2]], np.float32) * whole + np.float32(
        at
    )
    middle = (float(at[0] + whole / 2), float(at[1] + whole / 2))
    corners = cv2.transform(corners[None], cv2.getRotationMatrix2D(middle, degrees, 1))[0].astype(np.float32)
    source = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * count * 8
    warp = cv2.getPerspectiveTransform(source, corners)
    size = frame.shape[::-1]
    placed = cv2.warpPerspective(print_, warp, size, flags=cv2.INTER_AREA)
    return np.where(cv2.warpPerspective(np.full_like(print_, 255), warp, size) > 127, placed, frame)


def worsen(frame, blur=0.0, light=1.0, noise=0.0, seed=5):
    """Blur, darken and add noise."""
    frame = cv2.GaussianBlur(frame, (0, 0), blur) if blur else frame
    grain = np.random.default_rng(seed).normal(0, noise, frame.shape) if noise else 0
    return (frame * light + grain).clip(0, 255).astype(np.uint8)


def street():
    """Return a frame without a code: soft shapes at 1280x720."""
    shapes = np.random.default_rng(2).integers(40, 220, (18, 32)).astype(np.uint8)
    return cv2.resize(shapes, (1280, 720), interpolation=cv2.INTER_CUBIC)
