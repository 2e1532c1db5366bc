"""A street at night after rain: lamps and neon on wet asphalt, cars that come and go, people passing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from random import Random

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
    disc,
    glow,
    gradient,
    polygon,
    put,
    resize_sprite,
    shrink,
    sprite_of,
)

EYE = (640.0, 352.0)  # where the street vanishes
KERB, WALL = 330.0, 560.0  # half widths in pixels at depth 1
GROUND, ROOF = 190.0, 620.0  # below and above the eye at depth 1
NEON = (("HOTEL", -1, 1.2, (200, 60, 255)), ("BAR", 1, 1.2, (255, 210, 40)), ("CAFE", 1, 1.8, (60, 130, 255)))
LEVELS, FARTHEST, NEAREST = 34, 8.0, 0.3  # lights of cars are painted at 34 depths


@dataclass(frozen=True, slots=True)
class Car:
    """A car as two lights: side -1 comes, 1 goes; ``delay`` and ``period`` in seconds."""

    side: int
    delay_s: float
    period_s: float


CARS = (Car(-1, 0, 9), Car(-1, 3.4, 11), Car(-1, 6.1, 13), Car(1, 1.2, 10), Car(1, 5.0, 12), Car(1, 8.3, 14))
WALKERS = ((4.0, 34.0, -1), (15.0, 41.0, 1), (29.0, 47.0, -1), (2.0, 52.0, 1))  # delay, period, side of the street


def at(x: float, y: float, depth: float) -> Point:
    """Project a point given in pixels at depth 1."""
    return EYE[0] + x / depth, EYE[1] + y / depth


def night_street() -> Callable[[float], Frame]:
    """Paint the still street, and return what paints a frame."""
    random = Random(7)
    still = _wet(_street(random), random)
    for depth in (3.6, 2.3, 1.5, 1.02):
        for side in (-1, 1):
            _lamp(still, side, depth)
    vignette = _vignette()
    still = cv2.multiply(still, vignette, scale=1 / 255)
    lights = {side: [_lights(side, _level_depth(level)) for level in range(LEVELS)] for side in (-1, 1)}
    steps = [_walker(step / 12) for step in range(12)]
    flicker = cv2.multiply(_neon_light(NEON[1]), vignette, scale=1 / 255)
    bounds = _lit_rows(flicker)

    def paint(seconds: float) -> Frame:
        frame: Frame = still.copy()
        if math.sin(seconds * 31) + math.sin(seconds * 7.3) > -1.2:
            cv2.add(frame[bounds], flicker[bounds], dst=frame[bounds])
        for walker in WALKERS:
            _walk(frame, walker, seconds, steps)
        for depth, side in sorted(((_depth(_share(car, seconds)), car.side) for car in CARS), reverse=True):
            _drive(frame, side, depth, lights[side])
        return frame

    return paint


def _street(random: Random) -> Frame:
    """Sky, skyline and both rows of houses, without the ground."""
    sky = gradient(
        (WIDTH * FINE, HEIGHT * FINE), [(0, (34, 14, 8)), (0.3, (62, 28, 24)), (0.5, (96, 70, 110)), (1, (30, 20, 18))]
    )
    for _ in range(34):
        x, w, h = random.uniform(380, 880), random.uniform(14, 44), random.uniform(30, 130)
        tone = random.uniform(0.7, 1.2)
        box(sky, (x, EYE[1] - h, w, h + 20), (48 * tone, 30 * tone, 32 * tone))
        for _ in range(int(w * h / 90)):
            spot = (x + random.uniform(2, w - 3), EYE[1] - random.uniform(4, h - 4), 1.6, 2.0)
            box(sky, spot, (90, 160, 220) if random.random() < 0.7 else (200, 170, 130))
    for side in (-1, 1):
        depths = [6.0, 4.4, 3.3, 2.5, 1.9, 1.45, 1.12, 0.82]
        for far, near in pairwise(depths):
            _house(sky, side, far, near, random)
    still = shrink(sky)
    for sign in NEON:
        _board(still, sign)
        still = cv2.add(
            still, _neon_light(sign) if sign is not NEON[1] else cv2.multiply(_neon_light(sign), (0.25,) * 4)
        )
    return np.asarray(still, np.uint8)


def _house(picture: Frame, side: int, far: float, near: float, random: Random) -> None:
    """One house front along the street with its windows, and a lit shop at the ground floor."""
    roof = -ROOF * random.uniform(0.55, 1.0) * min(1.0, 0.5 + near / 4)
    tone = random.uniform(0.75, 1.15)
    wall = (44 * tone, 32 * tone, 34 * tone)
    polygon(
        picture, [at(side * WALL, y, d) for y, d in ((GROUND, far), (roof, far), (roof, near), (GROUND, near))], wall
    )
    polygon(
        picture,
        [
            at(side * WALL, roof, far),
            at(side * WALL, roof, near),
            at(side * WALL * 0.985, roof - 8, near),
            at(side * WALL * 0.985, roof - 8, far),
        ],
        (26, 18, 18),
    )
    columns = 5
    edges = [1 / (1 / far + (1 / near - 1 / far) * k / columns) for k in range(columns + 1)]
    floors = np.arange(roof + 30, 40, 74)
    for top in floors:
        for a, b in pairwise(edges):
            _window(picture, side, float(top), 1 / (0.78 / a + 0.22 / b), 1 / (0.22 / a + 0.78 / b), random)
    shop = random.choice([(70, 150, 235), (150, 190, 220), (60, 110, 210), (160, 120, 70)])
    for a, b in zip(edges[::2], edges[1::2], strict=False):
        polygon(
            picture, [at(side * WALL, y, d) for y, d in ((GROUND - 16, a), (92, a), (92, b), (GROUND - 16, b))], shop
        )
        polygon(picture, [at(side * WALL, y, d) for y, d in ((92, a), (78, a), (78, b), (92, b))], (40, 30, 90))


def _window(picture: Frame, side: int, top: float, far: float, near: float, random: Random) -> None:
    lit = random.random()
    strength = random.uniform(0.5, 1.0)
    colour: Colour = (86, 168, 232) if lit < 0.26 else (190, 180, 150) if lit < 0.34 else (52, 38, 36)
    colour = tuple(part * (strength if lit < 0.34 else 1) for part in colour)
    polygon(
        picture,
        [at(side * WALL, y, d) for y, d in ((top + 46, far), (top, far), (top, near), (top + 46, near))],
        colour,
    )
    if lit < 0.34 and strength > 0.7:
        middle = (far + near) / 2
        polygon(
            picture,
            [
                at(side * WALL, y, d)
                for y, d in (
                    (top + 46, middle * 1.01),
                    (top, middle * 1.01),
                    (top, middle * 0.99),
                    (top + 46, middle * 0.99),
                )
            ],
            (30, 24, 24),
        )


def _board(still: Frame, sign: tuple[str, int, float, Colour]) -> None:
    """The dark board behind a sign's tubes."""
    text, side, depth, _ = sign
    x, y = at(side * (WALL - 70), -250, depth)
    size = 1.5 / depth
    box(still, (x - 30 * size, y - 10 * size, 68 * size, (len(text) + 0.5) * 46 * size + 14 * size), (26, 18, 18), 1)


def _neon_light(sign: tuple[str, int, float, Colour]) -> Frame:
    """Return the light of one neon sign on its own, tubes and halo."""
    text, side, depth, colour = sign
    light = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    x, y = at(side * (WALL - 70), -250, depth)
    size = 1.5 / depth
    for row, letter in enumerate(text):
        place = (round(x - 12 * size), round(y + (row + 1) * 46 * size))
        cv2.putText(
            light, letter, place, cv2.FONT_HERSHEY_DUPLEX, 1.4 * size, colour, max(1, round(3 * size)), cv2.LINE_AA
        )
    frame = (
        (round(x - 26 * size), round(y - 6 * size)),
        (round(x + 34 * size), round(y + (len(text) + 0.5) * 46 * size)),
    )
    cv2.rectangle(light, *frame, tuple(part * 0.7 for part in colour), 2, cv2.LINE_AA)
    halo = cv2.GaussianBlur(light, (0, 0), 16 * size)
    tubes = cv2.addWeighted(light, 1.0, cv2.GaussianBlur(light, (0, 0), 4 * size), 0.9, 0)
    return np.asarray(cv2.addWeighted(tubes, 1.0, halo, 2.4, 0), np.uint8)


def _wet(street: Frame, random: Random) -> Frame:
    """Lay the ground: dark asphalt that mirrors the street, drawn out downwards, broken by puddles."""
    horizon = int(EYE[1])
    rows = np.arange(horizon, HEIGHT)
    mirror = street[np.clip(horizon - (rows - horizon) * 1.05, 0, horizon - 1).astype(int)]
    noise = np.random.default_rng(random.randrange(1 << 30))
    ripple = cv2.GaussianBlur(
        noise.standard_normal((HEIGHT - horizon, WIDTH)).astype(np.float32), (0, 0), 5, sigmaY=1.2
    )
    grid_x, grid_y = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT - horizon, dtype=np.float32))
    depth = grid_y / (HEIGHT - horizon)
    mirror = cv2.remap(
        mirror,
        grid_x + ripple * 40 * depth,
        grid_y + ripple * 60 * depth,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    mirror = cv2.GaussianBlur(cv2.blur(mirror, (1, 45)), (0, 0), 1.5, sigmaY=9)
    puddles = cv2.GaussianBlur(
        noise.standard_normal((HEIGHT - horizon, WIDTH)).astype(np.float32), (0, 0), 60, sigmaY=14
    )
    wet = np.clip(0.62 + puddles / puddles.std() * 0.16, 0.3, 1.0)[..., None]
    grain = noise.standard_normal((HEIGHT - horizon, WIDTH, 1)) * (1 + 4 * depth[..., None])
    ground = mirror * wet + np.array([16, 13, 12]) + grain
    frame = street.copy()
    frame[horizon:] = np.clip(ground, 0, 255)
    houses = street[horizon:]
    inside = np.zeros(frame.shape[:2], np.uint8)
    for side in (-1, 1):
        polygon(
            inside,
            [at(side * WALL, GROUND, 6), at(side * WALL, 0, 6), at(side * WALL, 0, 0.8), at(side * WALL, GROUND, 0.8)],
            (255, 255, 255),
            1,
        )
    frame[horizon:][inside[horizon:] > 0] = houses[inside[horizon:] > 0]
    _kerbs_and_marks(frame)
    return frame


def _kerbs_and_marks(frame: Frame) -> None:
    over = frame.copy()
    for side in (-1, 1):
        polygon(
            over,
            [
                at(side * KERB, GROUND, 7),
                at(side * (KERB + 10), GROUND, 7),
                at(side * (KERB + 10), GROUND, 0.5),
                at(side * KERB, GROUND, 0.5),
            ],
            (120, 128, 138),
            1,
        )
    for mark in range(14):
        far, near = 6.5 / (1 + mark * 0.75), 6.5 / (1 + mark * 0.75 + 0.34)
        polygon(
            over,
            [at(-5, GROUND, far), at(5, GROUND, far), at(5, GROUND, near), at(-5, GROUND, near)],
            (190, 200, 205),
            1,
        )
    for bar in range(-6, 7):
        x = bar * 48.0
        polygon(
            over,
            [at(x, GROUND, 0.74), at(x + 24, GROUND, 0.74), at(x + 24, GROUND, 0.62), at(x, GROUND, 0.62)],
            (170, 178, 182),
            1,
        )
    cv2.addWeighted(over, 0.42, frame, 0.58, 0, dst=frame)


def _lamp(frame: Frame, side: int, depth: float) -> None:
    """A lamp with its halo, the pool of light under it and its streak on the asphalt."""
    foot, top, head = (
        at(side * (KERB + 26), GROUND, depth),
        at(side * (KERB + 26), -330, depth),
        at(side * (KERB - 60), -345, depth),
    )
    width = max(1, round(5 / depth))
    points = np.array([foot, top, head], np.float32)
    cv2.polylines(frame, [np.rint(points * 16).astype(np.int32)], False, (34, 30, 30), width, cv2.LINE_AA, shift=4)
    add_light(frame, glow(210 / depth, (60, 105, 150), 3.2), *head)
    add_light(frame, glow(46 / depth, (140, 215, 255), 1.6), *head)
    add_light(frame, disc(9 / depth, (235, 250, 255)), *head)
    pool = cv2.resize(glow(150, (34, 66, 96), 1.6), (round(420 / depth), round(90 / depth)))
    add_light(frame, pool, *at(side * (KERB - 70), GROUND, depth))
    streak = cv2.resize(glow(60, (58, 100, 140), 2.2), (max(3, round(34 / depth)), round(300 / depth)))
    add_light(frame, streak, *at(side * (KERB - 70), GROUND + 130, depth))


def _vignette() -> Frame:
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    share = 1 - 0.34 * np.clip(np.hypot(x * 0.8, y * 0.8), 0, 1) ** 2.2
    return np.repeat(np.rint(255 * share).astype(np.uint8)[..., None], 3, axis=2)


def _level_depth(level: int) -> float:
    return FARTHEST * math.pow(NEAREST / FARTHEST, level / (LEVELS - 1))


def _lights(side: int, depth: float) -> Frame:
    """Return the two lights of a car at one distance, with halos and streaks on the wet road."""
    reach = 150 / depth
    colour, core = ((96, 108, 118), (255, 255, 255)) if side < 0 else ((14, 12, 105), (60, 60, 255))
    light = np.zeros((round(2.0 * reach) + 3, round(2.3 * reach) + 3, 3), np.uint8)
    middle, top = light.shape[1] / 2, 0.85 * reach
    for eye in (-1, 1):
        x = middle + eye * 44 / depth
        add_light(light, glow(0.8 * reach, colour, 2.6), x, top)
        add_light(light, disc(max(1.5, 11 / depth), core, 0.4), x, top)
        streak = cv2.resize(glow(40, colour, 2.0), (max(3, round(30 / depth)), max(3, round(170 / depth))))
        add_light(light, streak, x, top + 96 / depth)
    return light


def _share(car: Car, seconds: float) -> float:
    """How near a car is: 0 far, 1 past the eye."""
    share = ((seconds + car.delay_s) / car.period_s) % 1.0
    return share if car.side < 0 else 1 - share


def _depth(share: float) -> float:
    """Depth of a car whose nearness is ``share``: even steps in its size on the frame, at last out of it."""
    return 1 / (1 / FARTHEST + 6.6 * math.pow(share, 3.4))


def _drive(frame: Frame, side: int, depth: float, lights: list[Frame]) -> None:
    """Draw a car: its dark body, the windscreen with the sky in it, and its lights."""
    x, y = at(side * 165, GROUND - 62, depth)
    body = ((-62, 60), (-64, -22), (-44, -70), (44, -70), (64, -22), (62, 60))
    glass = ((-52, -24), (-38, -62), (38, -62), (52, -24))
    polygon(frame, [(x + a / depth, y + b / depth) for a, b in body], (22, 17, 16), 1)
    polygon(frame, [(x + a / depth, y + b / depth) for a, b in glass], (58, 42, 36), 1)
    polygon(
        frame,
        [(x + a / depth, y + b / depth) for a, b in ((-16, 18), (16, 18), (16, 28), (-16, 28))],
        (96, 100, 104),
        1,
    )
    level = math.log(depth / FARTHEST) / math.log(NEAREST / FARTHEST) * (LEVELS - 1)
    light = lights[max(0, min(LEVELS - 1, round(level)))]
    add_light(frame, light, x, y + light.shape[0] * (0.5 - 0.85 / 2.0))


def _walker(phase: float) -> Sprite:
    """Return a walking silhouette with an umbrella at one of twelve phases of its step."""
    w, h = 150, 270
    cover = np.zeros((h, w), np.uint8)
    swing = math.sin(2 * math.pi * phase)
    bob = 3 * abs(math.cos(2 * math.pi * phase))
    hip, neck = (75, 160 - bob), (75, 92 - bob)
    for leg in (swing, -swing):
        knee = (hip[0] + 20 * leg + 4, hip[1] + 46)
        foot = (hip[0] + 36 * leg - (8 if leg < 0 else 0), hip[1] + 96 - 8 * max(0, -leg))
        _limb(cover, [hip, knee, foot], 17)
        _limb(cover, [foot, (foot[0] + 12, foot[1] + 1)], 9)
    polygon(cover, [(54, 98 - bob), (96, 98 - bob), (101, 176 - bob), (49, 176 - bob)], (255, 255, 255), 1)
    _limb(cover, [neck, (92, 128 - bob), (100, 104 - bob)], 13)
    _limb(cover, [(100, 118 - bob), (100, 40 - bob)], 3)
    cv2.circle(cover, (78, round(76 - bob)), 15, 255, -1, cv2.LINE_AA)
    cv2.ellipse(cover, (92, round(46 - bob)), (58, 30), 0, 180, 360, 255, -1, cv2.LINE_AA)
    dress = gradient((w, h), [(0, (44, 30, 40)), (0.4, (20, 15, 16)), (1, (12, 9, 9))])
    edge = cv2.GaussianBlur(cv2.subtract(cover, cv2.erode(cover, np.ones((3, 3), np.uint8))), (0, 0), 1.2)
    dress = cv2.add(dress, cv2.merge([edge // 6, edge // 4, edge // 3]))
    return sprite_of(dress, cover)


def _limb(cover: Frame, points: list[Point], width: int) -> None:
    cv2.polylines(cover, [np.rint(np.array(points) * 16).astype(np.int32)], False, 255, width, cv2.LINE_AA, shift=4)


def _walk(frame: Frame, walker: tuple[float, float, int], seconds: float, steps: list[Sprite]) -> None:
    """Draw someone who walks along the pavement, away from the eye or towards it, and leaves at the frame's side."""
    delay, period, side = walker
    share = ((seconds + delay) / period) % 1.0
    depth = 1 / (0.3 + 0.95 * share)
    sprite = steps[int(seconds * 12) % 12]
    if side > 0:
        sprite = Sprite(np.ascontiguousarray(sprite.colour[:, ::-1]), np.ascontiguousarray(sprite.keep[:, ::-1]))
    x, y = at(side * (KERB + 120 + 400 * max(0.0, share - 0.7)), GROUND, depth)
    put(frame, resize_sprite(sprite, (round(150 / depth), round(270 / depth))), x - 75 / depth, y - 256 / depth)


def _lit_rows(light: Frame) -> tuple[slice, slice]:
    """Return the bounding box of a light."""
    x, y, w, h = cv2.boundingRect(light.max(2))
    return slice(y, y + h), slice(x, x + w)
