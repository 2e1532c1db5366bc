"""What moves in the office: the plant's leaves and a colleague."""

from __future__ import annotations

import math
from random import Random

import numpy as np

from emulator.world._cv import cv2
from emulator.world.builtin.paint import FINE, Colour, Frame, Point, Sprite, polygon, resize_sprite, shrink, sprite_of


def leaves(sway: float) -> Sprite:
    """The plant's leaves, bent by the draught: ``sway`` in [-1, 1]."""
    w, h = 250, 262
    fine, cover = np.zeros((h * FINE, w * FINE, 3), np.uint8), np.zeros((h * FINE, w * FINE), np.uint8)
    random = Random(9)
    for number in range(17):
        angle = -1.25 + 2.5 * number / 16 + random.uniform(-0.1, 0.1)
        length, bend = random.uniform(140, 232), sway * random.uniform(4, 11)
        tip = (118 + math.sin(angle) * length * 0.62 + bend, 252 - math.cos(angle) * length)
        tone = random.uniform(0.72, 1.12)
        _leaf(fine, cover, (118 + 14 * math.sin(angle), 254), tip, (62 * tone, 138 * tone, 84 * tone))
    return sprite_of(shrink(fine), np.asarray(cv2.resize(cover, (w, h), interpolation=cv2.INTER_AREA), np.uint8))


def _leaf(fine: Frame, cover: Frame, root: Point, tip: Point, colour: Colour) -> None:
    share = np.linspace(0, 1, 14)
    spine_x = root[0] + (tip[0] - root[0]) * share**1.5
    spine_y = root[1] + (tip[1] - root[1]) * (1.25 * share - 0.25 * share**3)
    half = 12.5 * np.sin(math.pi * np.clip(share * 0.92 + 0.06, 0, 1)) ** 0.8 * share**0.35
    left, right = list(zip(spine_x - half, spine_y, strict=True)), list(zip(spine_x + half, spine_y, strict=True))
    outline = left + right[::-1]
    polygon(fine, outline, colour)
    polygon(fine, list(zip(spine_x, spine_y, strict=True)) + right[::-1], tuple(part * 0.8 for part in colour))
    polygon(cover, outline, (255, 255, 255))


def person(phase: float) -> Sprite:
    """A colleague who walks by behind the desk, one of twelve phases of the step."""
    w, h = 170, 430
    fine, cover = np.zeros((h * FINE, w * FINE, 3), np.uint8), np.zeros((h * FINE, w * FINE), np.uint8)
    swing, bob = math.sin(math.tau * phase), 4 * abs(math.cos(math.tau * phase))

    def limb(points: list[Point], width: float, colour: Colour) -> None:
        line = [np.rint(np.array(points) * FINE * 16).astype(np.int32)]
        cv2.polylines(fine, line, False, colour, round(width * FINE), cv2.LINE_AA, shift=4)
        cv2.polylines(cover, line, False, 255, round(width * FINE), cv2.LINE_AA, shift=4)

    for leg, tone in ((-swing, 0.84), (swing, 1.0)):
        limb(
            [(84, 232 - bob), (88 + 26 * leg, 316), (84 + 50 * leg, 404 - 10 * max(0, -leg))],
            32,
            (92 * tone, 66 * tone, 52 * tone),
        )
    limb([(82, 118 - bob), (64 - 24 * swing, 178), (78 - 38 * swing, 230)], 22, (150, 118, 74))
    torso = [(54, 104 - bob), (114, 104 - bob), (112, 244 - bob), (58, 244 - bob)]
    for picture, colour in ((fine, (176, 142, 92)), (cover, (255, 255, 255))):
        polygon(picture, torso, colour)
    limb([(84, 92 - bob), (84, 108 - bob)], 20, (142, 170, 214))
    for picture, colour, hair in ((fine, (154, 184, 226), (44, 48, 62)), (cover, (255,) * 3, (255,) * 3)):
        cv2.ellipse(
            picture, (86 * FINE, round((62 - bob) * FINE)), (25 * FINE, 31 * FINE), 0, 0, 360, colour, -1, cv2.LINE_AA
        )
        cv2.ellipse(
            picture, (82 * FINE, round((50 - bob) * FINE)), (28 * FINE, 25 * FINE), 0, 160, 372, hair, -1, cv2.LINE_AA
        )
    limb([(90, 118 - bob), (92 + 26 * swing, 178), (108 + 38 * swing, 226)], 23, (190, 156, 104))
    polygon(fine, [(102, 196), (142, 196), (142, 244), (102, 244)], (226, 232, 236))
    polygon(cover, [(102, 196), (142, 196), (142, 244), (102, 244)], (255, 255, 255))
    sprite = sprite_of(shrink(fine), np.asarray(cv2.resize(cover, (w, h), interpolation=cv2.INTER_AREA), np.uint8))
    return resize_sprite(sprite, (w, h))
