"""Brushes of the drawn scenes: gradients, glows, sprites cut at the frame's border, perspective."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from emulator.world._cv import cv2

Frame = npt.NDArray[np.uint8]
Colour = tuple[float, ...]  # blue, green, red, each 0 to 255
Point = tuple[float, float]

WIDTH, HEIGHT = 1280, 720
FINE = 2  # still layers are painted at twice the size, then shrunk: smooth edges


class Sprite(NamedTuple):
    """A small picture: ``colour`` premultiplied, ``keep`` = 255 minus its cover; both (h, w, 3) uint8."""

    colour: Frame
    keep: Frame


def gradient(size: tuple[int, int], stops: list[tuple[float, Colour]]) -> Frame:
    """Return a vertical gradient of width and height ``size`` through colours at shares of the height."""
    rows = np.linspace(0, 1, size[1])
    places = [place for place, _ in stops]
    column = np.stack([np.interp(rows, places, [colour[k] for _, colour in stops]) for k in range(3)], axis=1)
    return np.repeat(np.rint(column).astype(np.uint8)[:, None], size[0], axis=1)


def shrink(fine: Frame) -> Frame:
    """Return a picture painted at ``FINE`` times its size at its size."""
    size = (fine.shape[1] // FINE, fine.shape[0] // FINE)
    return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.uint8)


def polygon(picture: Frame, points: Sequence[Point], colour: Colour, scale: float = FINE) -> None:
    """Fill a polygon given in frame pixels; ``scale`` turns them into the picture's."""
    corners = np.rint(np.array(points) * scale * 16).astype(np.int32)
    cv2.fillPoly(picture, [corners], colour, cv2.LINE_AA, shift=4)


def box(picture: Frame, rect: tuple[float, float, float, float], colour: Colour, scale: float = FINE) -> None:
    """Fill a rectangle x, y, width, height given in frame pixels."""
    x, y, w, h = rect
    polygon(picture, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour, scale)


def disc(radius_px: float, colour: Colour, softness: float = 0.25) -> Frame:
    """Return a disc of light for ``add_light``, its rim soft over a share of the radius."""
    size = int(np.ceil(radius_px)) * 2 + 3
    axis = np.arange(size) - size // 2
    distance = np.hypot(axis[:, None], axis[None]) / radius_px
    cover = np.clip((1 - distance) / softness, 0, 1)
    return np.asarray(np.rint(cover[..., None] * np.array(colour)), np.uint8)


def glow(radius_px: float, colour: Colour, sharpness: float = 2.5) -> Frame:
    """Return a halo of light for ``add_light`` that fades to nothing at ``radius_px``."""
    size = int(np.ceil(radius_px)) * 2 + 1
    axis = np.arange(size) - size // 2
    distance = np.hypot(axis[:, None], axis[None]) / radius_px
    cover = np.clip(1 - distance, 0, 1) ** sharpness
    return np.asarray(np.rint(cover[..., None] * np.array(colour)), np.uint8)


def _overlap(frame: Frame, size: tuple[int, ...], x: float, y: float) -> tuple[slice, slice, slice, slice] | None:
    """Return rows and columns of frame and sprite where a sprite with its top left at x, y meets the frame."""
    left, top = round(x), round(y)
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + size[1], frame.shape[1]), min(top + size[0], frame.shape[0])
    if x0 >= x1 or y0 >= y1:
        return None
    return slice(y0, y1), slice(x0, x1), slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)


def add_light(frame: Frame, light: Frame, x: float, y: float) -> None:
    """Add a sprite of light to the frame, centred at x, y."""
    found = _overlap(frame, light.shape, x - light.shape[1] / 2, y - light.shape[0] / 2)
    if found:
        ys, xs, rows, columns = found
        cv2.add(frame[ys, xs], light[rows, columns], dst=frame[ys, xs])


def put(frame: Frame, sprite: Sprite, x: float, y: float) -> None:
    """Lay a sprite over the frame, its top left at x, y."""
    found = _overlap(frame, sprite.colour.shape, x, y)
    if found:
        ys, xs, rows, columns = found
        part = frame[ys, xs]
        cv2.multiply(part, sprite.keep[rows, columns], dst=part, scale=1 / 255)
        cv2.add(part, sprite.colour[rows, columns], dst=part)


def sprite_of(picture: Frame, cover: Frame) -> Sprite:
    """Return a sprite of a picture (h, w, 3) and its cover (h, w), 0 to 255."""
    wide = cv2.merge([cover] * 3)
    colour = cv2.multiply(picture, wide, scale=1 / 255)
    return Sprite(np.asarray(colour, np.uint8), np.asarray(255 - wide, np.uint8))


def resize_sprite(sprite: Sprite, size: tuple[int, int]) -> Sprite:
    """Return a sprite in another size; width and height are at least 1."""
    size = (max(1, size[0]), max(1, size[1]))
    smaller = size[0] < sprite.colour.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    colour, keep = (np.asarray(cv2.resize(part, size, interpolation=how), np.uint8) for part in sprite)
    return Sprite(colour, keep)
