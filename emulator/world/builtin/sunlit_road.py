"""A country road in full sun, seen while driving: clouds, hills, trees passing by, a car that comes towards us."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import NamedTuple

import numpy as np

from emulator.world._cv import cv2
from emulator.world.builtin.paint import (
    FINE,
    HEIGHT,
    WIDTH,
    Colour,
    Frame,
    Point,
    Sprite,
    add_light,
    box,
    glow,
    gradient,
    polygon,
    put,
    resize_sprite,
    shrink,
    sprite_of,
)

HORIZON, VANISH_X = 330, 640.0
FOCAL_PX = WIDTH / 2 / math.tan(math.radians(35))
EYE_M, ROAD_M, SPEED_M_S = 1.45, 4.2, 16.0
DASH_M = 12.0  # a dash and its gap; the verge changes its green at the same pace
SHADES = 9
TREES_M, TREE_GAP_M = 270.0, 18.0
CAR_S, CAR_SPEED_M_S = 9.0, 34.0


class _Thing(NamedTuple):
    """Something that stands ``z_m`` ahead and ``x_m`` to the right."""

    z_m: float
    sprite: str
    x_m: float
    height_m: float


class _Sizes:
    """Sprites in the sizes that were needed, 5 % apart: resizing would cost more than all else."""

    def __init__(self, sprites: dict[str, Sprite]) -> None:
        self._sprites = sprites
        self._made: dict[tuple[str, int], Sprite] = {}

    def at(self, name: str, height_px: float) -> Sprite:
        """Return a sprite about ``height_px`` high."""
        step = round(math.log(height_px) / math.log(1.05))
        if (name, step) not in self._made:
            high, wide = self._sprites[name].colour.shape[:2]
            height = 1.05**step
            self._made[name, step] = resize_sprite(self._sprites[name], (round(wide * height / high), round(height)))
        return self._made[name, step]


def on_ground(x_m: float, z_m: float) -> Point:
    """Project a point of the ground, ``x_m`` to the right and ``z_m`` ahead."""
    return VANISH_X + FOCAL_PX * x_m / z_m, HORIZON + FOCAL_PX * EYE_M / z_m


def sunlit_road() -> Callable[[float], Frame]:
    """Paint the still layers, and return what paints a frame."""
    sky, mountains, hills = _sky(), _ridge(5, 74, (196, 158, 118), 0.5), _ridge(8, 46, (92, 150, 104), 1.0)
    ground = _grounds()
    near_m, far_m = _row_depths()
    trees = [_tree(Random(number)) for number in range(4)]
    sprites = {"post": _post(), "car": _car(), **{f"tree{number}": tree for number, tree in enumerate(trees)}}
    sun, sizes = _sun(), _Sizes(sprites)

    def paint(seconds: float) -> Frame:
        frame = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        _wrap(frame[:HORIZON], sky, seconds * 7)
        cv2.add(frame[: sun.shape[0], -sun.shape[1] :], sun, dst=frame[: sun.shape[0], -sun.shape[1] :])
        for ridge, speed in ((mountains, 0.8), (hills, 2.2)):
            put(frame, _window(ridge, seconds * speed), 0, HORIZON - ridge.colour.shape[0] + 2)
        travelled_m = seconds * SPEED_M_S
        shade = _cover(near_m + travelled_m, far_m + travelled_m)
        frame[HORIZON:] = ground[np.rint(shade * (SHADES - 1)).astype(int), np.arange(HEIGHT - HORIZON)]
        for thing in sorted(_things(travelled_m, seconds), key=lambda thing: -thing.z_m):
            _draw(frame, thing, sizes)
        return frame

    return paint


def _row_depths() -> tuple[np.ndarray, np.ndarray]:
    """Return how far ahead the lower and the upper edge of each row of ground lie, in metres."""
    rows = np.arange(HEIGHT - HORIZON)
    return FOCAL_PX * EYE_M / (rows + 1.0), FOCAL_PX * EYE_M / np.maximum(rows, 0.2)


def _cover(near_m: np.ndarray, far_m: np.ndarray) -> np.ndarray:
    """Return which share of each row is dash: the exact mean over the row, so that far dashes do not flicker."""
    on_m = 0.4 * DASH_M

    def dashes_until(z_m: np.ndarray) -> np.ndarray:
        whole = np.floor(z_m / DASH_M)
        return np.asarray(whole * on_m + np.minimum(z_m - whole * DASH_M, on_m))

    return np.asarray((dashes_until(far_m) - dashes_until(near_m)) / (far_m - near_m))


def _grounds() -> Frame:
    """Return the ground without and with dashes and the steps between: shape (9, rows, 1280, 3)."""
    still = [_ground(dash=False).astype(np.float32), _ground(dash=True).astype(np.float32)]
    shares = np.linspace(0, 1, SHADES)
    return np.stack([np.rint(still[0] * (1 - s) + still[1] * s).astype(np.uint8) for s in shares])


def _ground(*, dash: bool) -> Frame:
    rows = HEIGHT - HORIZON
    green: list[tuple[float, Colour]] = [(0, (128, 190, 160)), (0.1, (84, 176, 132)), (1, (58, 150, 104))]
    if dash:
        green = [(place, (c[0] * 0.93, c[1] * 0.94, c[2] * 0.93)) for place, c in green]
    fine = gradient((WIDTH * FINE, rows * FINE), green)

    def strip(left_m: float, right_m: float, colour: Colour) -> None:
        points = [on_ground(x, z) for x, z in ((left_m, 400), (right_m, 400), (right_m, 2.0), (left_m, 2.0))]
        polygon(fine, [(x, y - HORIZON) for x, y in points], colour)

    strip(-ROAD_M - 1.5, ROAD_M + 1.5, (146, 190, 206) if not dash else (138, 182, 198))
    strip(-ROAD_M, ROAD_M, (126, 122, 120) if not dash else (123, 119, 117))
    for track in (-2.9, -1.4, 1.2, 2.7):
        strip(track - 0.22, track + 0.22, (119, 115, 113))
    for edge in (-1, 1):
        strip(edge * (ROAD_M - 0.35) - 0.08, edge * (ROAD_M - 0.35) + 0.08, (236, 240, 240))
    if dash:
        strip(-0.09, 0.09, (238, 242, 242))
    ground = shrink(fine).astype(np.float32)
    grain = np.random.default_rng(4).standard_normal((rows, WIDTH, 1)).astype(np.float32)
    haze = np.exp(-np.arange(rows) / 16.0)[:, None, None] * 0.62
    lit = (ground + grain * np.linspace(0.5, 5, rows)[:, None, None]) * (1 - haze) + np.array([226, 214, 200]) * haze
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def _sky() -> Frame:
    """A strip of sky twice as wide as the frame, its ends meeting; clouds are flatter towards the horizon."""
    w, noise = WIDTH * 2, np.random.default_rng(12)
    base = gradient((w, HORIZON), [(0, (214, 142, 62)), (0.6, (236, 188, 128)), (1, (244, 226, 206))]).astype(
        np.float32
    )
    cloud = np.zeros((HORIZON, w), np.float32)
    for size, weight in ((64, 1.0), (30, 0.6), (14, 0.34), (6, 0.18), (3, 0.1)):
        layer = cv2.resize(noise.standard_normal((HORIZON // 3, w // 3)).astype(np.float32), (w, HORIZON))
        layer = cv2.GaussianBlur(np.tile(layer, (1, 3)), (0, 0), size, sigmaY=size * 0.36)[:, w : 2 * w]
        cloud += weight * layer / layer.std()
    cover = np.clip(cloud * 0.62 - 0.12, 0, 1)[..., None] ** 0.8
    under = np.clip(cloud - np.roll(cloud, -9, axis=0), -0.9, 0.3)[..., None] * 34
    body = np.clip(np.array([252.0, 250.0, 248.0]) + under, 0, 255)
    return np.asarray(np.clip(base * (1 - cover) + body * cover, 0, 255), np.uint8)


def _sun() -> Frame:
    """The sun's glare in the upper right corner."""
    light = np.zeros((HORIZON, 620, 3), np.uint8)
    add_light(light, glow(330, (90, 130, 150), 2.6), 420, 84)
    add_light(light, glow(96, (190, 230, 250), 1.5), 420, 84)
    return light


def _ridge(seed: int, height: int, colour: Colour, rough: float) -> Sprite:
    """A strip of hills twice as wide as the frame, its ends meeting, hazy at its foot."""
    w, random = WIDTH * 2, Random(seed)
    x = np.arange(w) / w * math.tau
    line = sum(math.pow(k, -1.1) * np.sin(k * x + random.uniform(0, math.tau)) for k in (2, 3, 5, 8, 13, 21))
    fuzz = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal((1, w)), (0, 0), 2)[0] * 3 * rough
    top = height * (0.62 - 0.3 * line / np.abs(line).max()) - height * 0.3 + fuzz
    rows = np.arange(height)[:, None]
    cover = np.rint(np.clip(rows - top[None], 0, 1) * 255).astype(np.uint8)
    tone = gradient((w, height), [(0, colour), (1, tuple(0.6 * part + 0.4 * 228 for part in colour))])
    slope = np.clip(np.gradient(cv2.GaussianBlur(top[None], (0, 0), 14)[0]) * 60, -22, 22)
    return sprite_of(np.clip(tone + slope[None, :, None], 0, 255).astype(np.uint8), cover)


def _wrap(target: Frame, strip: Frame, shift: float) -> None:
    left = int(shift) % strip.shape[1]
    first = min(WIDTH, strip.shape[1] - left)
    target[:, :first] = strip[:, left : left + first]
    target[:, first:] = strip[:, : WIDTH - first]


def _window(ridge: Sprite, shift: float) -> Sprite:
    """Return the part of a strip that the frame shows."""
    parts = [np.empty((part.shape[0], WIDTH, 3), np.uint8) for part in ridge]
    for target, strip in zip(parts, ridge, strict=True):
        _wrap(target, strip, shift)
    return Sprite(*parts)


def _things(travelled_m: float, seconds: float) -> list[_Thing]:
    """Return what stands or drives ahead."""
    things = []
    for side in (-1, 1):
        for number in range(int(TREES_M / TREE_GAP_M)):
            kind = (number * 7 + side) % 4
            z_m = (number * TREE_GAP_M + (7.0 if side > 0 else 0.0) - travelled_m) % TREES_M + 4.0
            things.append(_Thing(z_m, f"tree{kind}", side * (11.0 + 1.6 * kind), 6.2))
        for number in range(6):
            z_m = (number * 25.0 - travelled_m) % 150.0 + 3.0
            things.append(_Thing(z_m, "post", side * (ROAD_M + 0.8), 1.0))
    car_m = 300.0 - (seconds % CAR_S) * CAR_SPEED_M_S
    return [*things, _Thing(car_m, "car", -2.05, 1.5)] if car_m > 2.6 else things


def _draw(frame: Frame, thing: _Thing, sizes: _Sizes) -> None:
    """Lay a thing into the frame where it stands; what is outside or under two pixels is left out."""
    x, y = on_ground(thing.x_m, thing.z_m)
    height_px = FOCAL_PX * thing.height_m / thing.z_m
    half_px = 0.7 * height_px
    if height_px >= 2 and x + half_px > 0 and x - half_px < WIDTH:
        sprite = sizes.at(thing.sprite, height_px)
        put(frame, sprite, x - sprite.colour.shape[1] / 2, y - height_px * 0.97)


def _tree(random: Random) -> Sprite:
    """A broad-leaved tree, lit from the right, with its shadow on the grass."""
    w, h = 300, 320
    fine, cover = np.zeros((h * FINE, w * FINE, 3), np.uint8), np.zeros((h * FINE, w * FINE), np.uint8)
    shade = np.zeros_like(cover)
    cv2.ellipse(shade, (116 * FINE, 308 * FINE), (108 * FINE, 9 * FINE), 0, 0, 360, 110, -1, cv2.LINE_AA)
    trunk: list[Point] = [(138, 310), (144, 190), (158, 190), (166, 310)]
    polygon(fine, trunk, (52, 74, 96))
    polygon(cover, trunk, (255, 255, 255))
    for layer, (tone, dx, dy) in enumerate(((0.62, -8, 12), (0.86, 2, 0), (1.14, 14, -14))):
        for _ in range(150 - 30 * layer):
            angle, reach = random.uniform(0, math.tau), math.sqrt(random.random())
            x = 150 + dx + math.cos(angle) * reach * (108 - 16 * layer)
            y = 128 + dy + math.sin(angle) * reach * (104 - 18 * layer)
            size = random.uniform(6, 16 - 2 * layer)
            mix = tone * random.uniform(0.88, 1.1)
            cv2.circle(
                fine,
                (round(x * FINE), round(y * FINE)),
                round(size * FINE),
                (50 * mix, 136 * mix, 88 * mix),
                -1,
                cv2.LINE_AA,
            )
            cv2.circle(cover, (round(x * FINE), round(y * FINE)), round(size * FINE), 255, -1, cv2.LINE_AA)
    size_px = (w, h)
    return sprite_of(
        shrink(fine), np.asarray(cv2.resize(cv2.max(cover, shade), size_px, interpolation=cv2.INTER_AREA), np.uint8)
    )


def _post() -> Sprite:
    """A white marker post with its black band and reflector."""
    fine, cover = np.full((120 * FINE, 16 * FINE, 3), 240, np.uint8), np.zeros((120 * FINE, 16 * FINE), np.uint8)
    polygon(cover, [(2, 6), (14, 0), (14, 120), (2, 120)], (255, 255, 255))
    polygon(fine, [(0, 34), (16, 26), (16, 52), (0, 60)], (40, 40, 44))
    box(fine, (6, 34, 4, 16), (60, 140, 250))
    box(fine, (2, 0, 3, 120), (206, 210, 214))
    return sprite_of(shrink(fine), np.asarray(cv2.resize(cover, (16, 120), interpolation=cv2.INTER_AREA), np.uint8))


def _car() -> Sprite:
    """The front of a red car with its shadow."""
    w, h = 260, 210
    fine, cover = np.zeros((h * FINE, w * FINE, 3), np.uint8), np.zeros((h * FINE, w * FINE), np.uint8)
    shade = np.zeros_like(cover)
    cv2.ellipse(shade, (126 * FINE, 199 * FINE), (124 * FINE, 10 * FINE), 0, 0, 360, 170, -1, cv2.LINE_AA)
    body: list[Point] = [
        (26, 188),
        (22, 112),
        (40, 94),
        (66, 30),
        (84, 18),
        (176, 18),
        (194, 30),
        (220, 94),
        (238, 112),
        (234, 188),
    ]
    shapes: list[tuple[list[Point], Colour]] = [
        ([(34, 204), (34, 170), (70, 170), (70, 204)], (34, 32, 32)),
        ([(190, 204), (190, 170), (226, 170), (226, 204)], (34, 32, 32)),
        (body, (46, 40, 196)),
        ([(54, 92), (76, 36), (88, 28), (172, 28), (184, 36), (206, 92)], (104, 78, 60)),
        ([(120, 92), (150, 28), (172, 28), (184, 36), (194, 60), (160, 92)], (196, 172, 148)),
        ([(30, 112), (46, 98), (214, 98), (230, 112), (216, 122), (44, 122)], (78, 70, 232)),
        ([(84, 146), (176, 146), (170, 172), (90, 172)], (40, 34, 40)),
        ([(104, 160), (156, 160), (156, 174), (104, 174)], (238, 240, 240)),
        ([(32, 126), (74, 132), (70, 148), (36, 146)], (236, 250, 255)),
        ([(228, 126), (186, 132), (190, 148), (224, 146)], (236, 250, 255)),
        ([(22, 178), (238, 178), (234, 190), (26, 190)], (34, 30, 120)),
        ([(8, 84), (30, 80), (34, 98), (10, 98)], (40, 34, 170)),
        ([(252, 84), (230, 80), (226, 98), (250, 98)], (40, 34, 170)),
    ]
    for points, colour in shapes:
        polygon(fine, points, colour)
        polygon(cover, points, (255, 255, 255))
    return sprite_of(
        shrink(fine), np.asarray(cv2.resize(cv2.max(cover, shade), (w, h), interpolation=cv2.INTER_AREA), np.uint8)
    )
