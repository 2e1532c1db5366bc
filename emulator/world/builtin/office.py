"""A bright office: clouds behind the window, a plant in the draught, a screen at work, a colleague passing by."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np

from emulator.world._cv import cv2
from emulator.world.builtin.office_life import leaves, person
from emulator.world.builtin.paint import (
    FINE,
    HEIGHT,
    WIDTH,
    Frame,
    Point,
    Sprite,
    add_light,
    box,
    glow,
    gradient,
    polygon,
    put,
    shrink,
    sprite_of,
)

WINDOW = (430, 70, 560, 330)  # x, y, width, height of the glass
CLOCK, CLOCK_PX = (1120.0, 138.0), 46.0
SCREEN = (150, 296, 262, 152)
DESK_Y = 520
DAY_S = 10 * 3_600 + 9 * 60  # the clock on the wall at power-on
PASSING_S = 24.0


def office() -> Callable[[float], Frame]:
    """Paint the still room, and return what paints a frame."""
    room, glass = _room()
    sky = _sky()
    plants = [leaves(math.sin(step * math.tau / 16)) for step in range(16)]
    people = [person(step / 12) for step in range(12)]
    code = _code()
    dust = [glow(radius, (46, 60, 66), 1.4) for radius in (2.2, 3.0, 4.0)]
    motes = [(random.random(), random.random(), random.random()) for random in [Random(3)] for _ in range(60)]
    skyline, front = _skyline(), _front()

    def paint(seconds: float) -> Frame:
        frame: Frame = room.copy()
        _outside(frame, seconds, sky, skyline, glass)
        _pass_by(frame, seconds, people, front)
        _work(frame, seconds, code)
        _hands(frame, seconds)
        put(frame, plants[int(seconds * 5) % 16], 1002, 262)
        for number, mote in enumerate(motes):
            _float(frame, mote, seconds, dust[number % 3])
        return frame

    return paint


def _room() -> tuple[Frame, Frame]:
    """Return the room, black where the glass is, and the mask of the glass as it covers the sky."""
    fine = gradient(
        (WIDTH * FINE, HEIGHT * FINE), [(0, (206, 214, 218)), (0.62, (176, 188, 196)), (1, (150, 160, 168))]
    )
    fine = np.asarray(cv2.multiply(fine, _daylight(), scale=1 / 255), np.uint8)
    polygon(fine, [(0, 560), (WIDTH, 560), (WIDTH, HEIGHT), (0, HEIGHT)], (92, 112, 134))
    for plank in range(9):
        polygon(
            fine,
            [
                (plank * 190 - 160, HEIGHT),
                (plank * 190 - 154, HEIGHT),
                (640 + (plank * 190 - 797) * 0.55, 560),
                (636 + (plank * 190 - 797) * 0.55, 560),
            ],
            (80, 98, 120),
        )
    box(fine, (0, 548, WIDTH, 13), (214, 220, 222))
    _shelf(fine, Random(11))
    x, y, w, h = WINDOW
    box(fine, (x - 16, y - 16, w + 32, h + 34), (240, 243, 244))
    box(fine, (x - 30, y + h + 16, w + 60, 16), (228, 232, 234))
    box(fine, (x - 30, y + h + 32, w + 60, 6), (150, 160, 166))
    box(fine, (x - 4, y - 4, w + 8, h + 8), (178, 186, 190))
    box(fine, (x, y, w, h), (0, 0, 0))
    for bar in (1 / 3, 2 / 3):
        box(fine, (x + w * bar - 5, y, 10, h), (238, 241, 242))
        box(fine, (x + w * bar + 5, y, 3, h), (150, 158, 162))
    _clock(fine)
    _poster(fine)
    _desk(fine)
    room = shrink(fine)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.rectangle(mask, (x, y), (x + w - 1, y + h - 1), 255, -1)
    mask[(room.max(2) > 12) & (mask > 0)] = 0
    beams = _beams()
    room = np.asarray(cv2.add(room, beams), np.uint8)
    return room, mask[y : y + h, x : x + w]


def _daylight() -> Frame:
    """Light on the wall, brightest around the window."""
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    near = np.exp(-(((x - 710) / 620) ** 2) - ((y - 260) / 420) ** 2)
    share = np.rint(255 * (0.66 + 0.34 * near)).astype(np.uint8)
    return np.asarray(cv2.resize(cv2.merge([share] * 3), (WIDTH * FINE, HEIGHT * FINE)), np.uint8)


def _beams() -> Frame:
    """Sun that falls in through the three panes, on air and floor."""
    light = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    x, y, w, h = WINDOW
    for pane in range(3):
        a, b = x + w * pane / 3 + 8, x + w * (pane + 1) / 3 - 8
        polygon(light, [(a, y + 20), (b, y + 20), (b - 250, HEIGHT), (a - 250, HEIGHT)], (14, 22, 26), 1)
        polygon(light, [(a - 110, 590), (b - 110, 590), (b - 190, 690), (a - 190, 690)], (28, 48, 60), 1)
    light[: y + h] = 0
    fade = np.clip((np.arange(HEIGHT) - y - h) / 60, 0, 1)[:, None, None]
    return np.asarray(cv2.GaussianBlur((light * fade).astype(np.uint8), (0, 0), 5), np.uint8)


def _shelf(fine: Frame, random: Random) -> None:
    """A book shelf at the left."""
    box(fine, (36, 60, 316, 204), (116, 146, 172))
    box(fine, (44, 68, 300, 188), (84, 108, 132))
    for row in (0, 1):
        x, floor = 52.0, 158 + row * 98
        box(fine, (44, floor, 300, 8), (126, 158, 184))
        while x < 318:
            width, height = random.uniform(11, 24), random.uniform(54, 82)
            base = random.choice(
                [
                    (88, 74, 190),
                    (150, 118, 62),
                    (108, 148, 92),
                    (70, 140, 214),
                    (196, 200, 206),
                    (96, 84, 84),
                    (64, 96, 160),
                ]
            )
            if random.random() < 0.06:
                x += 16
                continue
            box(fine, (x, floor - height, width, height), base)
            box(fine, (x, floor - height, 2.4, height), tuple(min(255.0, part * 1.25) for part in base))
            box(fine, (x + 3, floor - height + 12, width - 6, 4), (214, 224, 228))
            x += width + 1.6


def _clock(fine: Frame) -> None:
    centre = (round(CLOCK[0] * FINE), round(CLOCK[1] * FINE))
    cv2.circle(fine, (centre[0] + 6, centre[1] + 10), round((CLOCK_PX + 7) * FINE), (150, 160, 166), -1, cv2.LINE_AA)
    cv2.circle(fine, centre, round((CLOCK_PX + 7) * FINE), (62, 58, 56), -1, cv2.LINE_AA)
    cv2.circle(fine, centre, round(CLOCK_PX * FINE), (246, 248, 248), -1, cv2.LINE_AA)
    for hour in range(12):
        angle = math.tau * hour / 12
        inner, outer = (_on_dial(angle, share) for share in (0.8, 0.92))
        cv2.line(
            fine, *(tuple(round(v * FINE) for v in point) for point in (inner, outer)), (60, 60, 60), 5, cv2.LINE_AA
        )


def _on_dial(angle: float, share: float) -> Point:
    return CLOCK[0] + math.sin(angle) * CLOCK_PX * share, CLOCK[1] - math.cos(angle) * CLOCK_PX * share


def _poster(fine: Frame) -> None:
    """A framed landscape."""
    box(fine, (1046, 226, 156, 108), (150, 160, 166))
    box(fine, (1042, 220, 156, 108), (72, 66, 62))
    box(fine, (1048, 226, 144, 96), (228, 212, 188))
    cv2.circle(fine, (1160 * FINE, 252 * FINE), 11 * FINE, (150, 214, 246), -1, cv2.LINE_AA)
    polygon(
        fine,
        [(1048, 322), (1048, 282), (1082, 250), (1112, 288), (1140, 264), (1192, 306), (1192, 322)],
        (158, 136, 96),
    )
    polygon(fine, [(1048, 322), (1048, 304), (1104, 288), (1192, 314), (1192, 322)], (104, 134, 84))


def _desk(fine: Frame) -> None:
    """Desk, screen on its stand, keyboard, mug, notebook, lamp and the plant's pot."""
    polygon(fine, [(0, DESK_Y + 8), (0, DESK_Y + 70), (780, DESK_Y + 70), (700, DESK_Y + 8)], (72, 92, 118))
    polygon(
        fine,
        [(0, DESK_Y - 22), (660, DESK_Y - 22), (780, DESK_Y + 50), (780, DESK_Y + 66), (0, DESK_Y + 66)],
        (112, 152, 190),
    )
    polygon(fine, [(0, DESK_Y + 50), (780, DESK_Y + 50), (780, DESK_Y + 66), (0, DESK_Y + 66)], (84, 118, 152))
    box(fine, (730, DESK_Y + 66, 18, 140), (76, 84, 92))
    box(fine, (24, DESK_Y + 66, 18, 140), (76, 84, 92))
    polygon(fine, [(196, DESK_Y + 6), (366, DESK_Y + 6), (352, DESK_Y - 8), (210, DESK_Y - 8)], (92, 92, 96))
    box(fine, (266, 452, 30, 62), (104, 104, 108))
    x, y, w, h = SCREEN
    box(fine, (x - 9, y - 9, w + 18, h + 22), (48, 46, 46))
    box(fine, (x, y, w, h), (44, 36, 30))
    polygon(fine, [(206, DESK_Y + 40), (392, DESK_Y + 40), (380, DESK_Y + 18), (216, DESK_Y + 18)], (206, 208, 210))
    for row in range(4):
        for key in range(13):
            box(fine, (220 + key * 12.4 - row * 1.6, DESK_Y + 20 + row * 4.9, 10.4, 3.6), (120, 122, 126))
    cv2.ellipse(
        fine, (430 * FINE, (DESK_Y + 32) * FINE), (17 * FINE, 9 * FINE), 0, 0, 360, (216, 218, 220), -1, cv2.LINE_AA
    )
    box(fine, (502, DESK_Y - 40, 36, 50), (72, 92, 206))
    cv2.ellipse(
        fine, (520 * FINE, (DESK_Y + 10) * FINE), (18 * FINE, 5 * FINE), 0, 0, 360, (72, 92, 206), -1, cv2.LINE_AA
    )
    cv2.ellipse(
        fine, (520 * FINE, (DESK_Y - 40) * FINE), (18 * FINE, 5 * FINE), 0, 0, 360, (40, 52, 84), -1, cv2.LINE_AA
    )
    cv2.ellipse(
        fine, (542 * FINE, (DESK_Y - 18) * FINE), (10 * FINE, 13 * FINE), 0, -90, 90, (62, 80, 186), 9, cv2.LINE_AA
    )
    polygon(fine, [(570, DESK_Y + 34), (664, DESK_Y + 34), (640, DESK_Y + 4), (560, DESK_Y + 4)], (236, 240, 242))
    polygon(fine, [(570, DESK_Y + 34), (664, DESK_Y + 34), (664, DESK_Y + 38), (570, DESK_Y + 38)], (176, 182, 186))
    polygon(fine, [(1066, 520), (1174, 520), (1158, 640), (1082, 640)], (196, 202, 208))
    polygon(fine, [(1066, 520), (1100, 520), (1104, 640), (1082, 640)], (222, 227, 231))
    box(fine, (1060, 506, 120, 18), (212, 217, 222))


def _sky() -> Frame:
    """A strip of sky with clouds, twice as wide as the window, its ends meeting."""
    w, h = WINDOW[2] * 2, WINDOW[3]
    base = gradient((w, h), [(0, (222, 168, 108)), (1, (246, 226, 200))]).astype(np.float32)
    noise = np.random.default_rng(5)
    cloud = np.zeros((h, w), np.float32)
    for size, weight in ((90, 1.0), (40, 0.55), (18, 0.26), (8, 0.12)):
        layer = np.tile(noise.standard_normal((h, w)).astype(np.float32), (1, 3))
        layer = cv2.GaussianBlur(layer, (0, 0), size, sigmaY=size * 0.42)[:, w : 2 * w]
        cloud += weight * layer / layer.std()
    cover = np.clip(cloud * 0.5 + 0.1, 0, 1)[..., None]
    shade = np.clip(cloud - np.roll(cloud, -10, axis=0), -0.5, 0.5)[..., None] * 26
    return np.asarray(np.clip(base * (1 - cover) + (250 + shade) * cover, 0, 255), np.uint8)


def _skyline() -> Sprite:
    """The town below the window."""
    w, h = WINDOW[2], 170
    fine = np.zeros((h * FINE, w * FINE, 3), np.uint8)
    cover = np.zeros((h * FINE, w * FINE), np.uint8)
    random = Random(21)
    for row, tone in ((0, (216, 198, 178)), (1, (196, 172, 148)), (2, (168, 146, 122))):
        x = -20.0
        while x < w:
            width, height = random.uniform(26, 62), random.uniform(44, 130) - row * 22
            box(fine, (x, h - height, width, height), tone)
            box(fine, (x + width * 0.7, h - height, width * 0.3, height), tuple(part * 0.92 for part in tone))
            box(cover, (x, h - height, width, height), (255, 255, 255))
            for top in np.arange(h - height + 8, h - 4, 11):
                for left in np.arange(x + 4, x + width - 6, 8):
                    box(fine, (left, top, 4, 6), tuple(part * (0.82 if row else 0.93) for part in tone))
            x += width + random.uniform(-6, 10)
    return sprite_of(shrink(fine), np.asarray(cv2.resize(cover, (w, h), interpolation=cv2.INTER_AREA), np.uint8))


def _outside(frame: Frame, seconds: float, sky: Frame, skyline: Sprite, glass: Frame) -> None:
    """Lay sky and town into the window; clouds drift by 9 px a second."""
    x, y, w, h = WINDOW
    shift = int(seconds * 9) % sky.shape[1]
    view = np.ascontiguousarray(np.take(sky, range(shift, shift + w), axis=1, mode="wrap"))
    put(view, skyline, 0, h - skyline.colour.shape[0])
    cv2.copyTo(view, glass, frame[y : y + h, x : x + w])


def _code() -> Frame:
    """A long page of coloured lines, as on a developer's screen."""
    random = Random(2)
    page = np.full((SCREEN[3] * 4 * FINE, SCREEN[2] * FINE, 3), (44, 36, 30), np.uint8)
    indent = 0
    for line in range(SCREEN[3] * 4 // 9):
        indent = max(0, min(5, indent + random.choice([-1, 0, 0, 1])))
        x = 24 + indent * 12.0
        box(page, (8, line * 9 + 3, 8, 3), (96, 86, 78))
        for _ in range(random.randint(1, 5)):
            width = random.uniform(10, 42)
            tone = random.choice([(214, 170, 110), (120, 200, 152), (226, 224, 220), (110, 150, 240), (216, 150, 210)])
            if x + width < SCREEN[2] - 12:
                box(page, (x, line * 9 + 3, width, 3.6), tone)
            x += width + 6
    return shrink(page)


def _work(frame: Frame, seconds: float, code: Frame) -> None:
    """Scroll the page by a line now and then, and blink the caret."""
    x, y, w, h = SCREEN
    top = int(seconds / 1.7) * 9 % (code.shape[0] - h)
    frame[y : y + h, x : x + w] = code[top : top + h]
    if seconds % 1.0 < 0.5:
        frame[y + h - 14 : y + h - 4, x + 70 : x + 75] = (240, 240, 240)


def _hands(frame: Frame, seconds: float) -> None:
    now = DAY_S + seconds
    for angle, reach, width, colour in (
        (now / 43_200, 0.5, 5, (50, 48, 48)),
        (now / 3_600, 0.76, 3, (50, 48, 48)),
        (math.floor(now) / 60, 0.82, 1, (40, 50, 214)),
    ):
        ends = np.array([_on_dial(math.tau * angle, -0.12), _on_dial(math.tau * angle, reach)])
        cv2.polylines(frame, [np.rint(ends * 16).astype(np.int32)], False, colour, width, cv2.LINE_AA, shift=4)


def _front() -> Frame:
    """Return what stands before a passer-by, desk and screen, as a mask of the rows from the screen to the desk."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    x, y, w, h = SCREEN
    for points in (
        [(0, DESK_Y - 22), (660, DESK_Y - 22), (780, DESK_Y + 50), (780, DESK_Y + 66), (0, DESK_Y + 66)],
        [(x - 9, y - 9), (x + w + 9, y - 9), (x + w + 9, y + h + 13), (x - 9, y + h + 13)],
        [(266, 452), (296, 452), (296, 514), (266, 514)],
        [(502, DESK_Y - 45), (538, DESK_Y - 45), (554, DESK_Y - 30), (554, DESK_Y), (502, DESK_Y)],
    ):
        polygon(mask, list(points), (255, 255, 255), 1)
    return np.ascontiguousarray(mask[SCREEN[1] - 9 : DESK_Y + 66, :781])


def _pass_by(frame: Frame, seconds: float, steps: list[Sprite], front: Frame) -> None:
    """Let the colleague pass once every 24 s, to the right and back."""
    lap, share = divmod(seconds / PASSING_S, 1.0)
    sprite = steps[int(seconds * 13) % 12]
    x = -200 + share * 2.2 * (WIDTH + 200)
    if int(lap) % 2:
        sprite = Sprite(sprite.colour[:, ::-1], sprite.keep[:, ::-1])
        x = WIDTH - 170 - x
    if -180 < x < WIDTH:
        part = frame[SCREEN[1] - 9 : DESK_Y + 66, :781]
        before = part.copy()
        put(frame, sprite, x, 176)
        cv2.copyTo(before, front, part)


def _float(frame: Frame, mote: tuple[float, float, float], seconds: float, light: Frame) -> None:
    """A mote of dust, drifting in the sun."""
    a, b, c = mote
    height = (b + seconds * (0.006 + 0.012 * c)) % 1.0
    x = 250 + 640 * a - 150 * height + 12 * math.sin(seconds * (0.3 + c) + 9 * a)
    add_light(frame, light, x, 420 + 280 * height)
