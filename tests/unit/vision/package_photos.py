"""Photos of packages, synthesised from a seed: turned and tilted, partly covered, before clutter and another package,
blurred, in odd light, with noise, as JPEG."""

from __future__ import annotations

import json

import numpy as np

from emulator.core.assets import asset
from emulator.services.shopping.catalogue import sample
from emulator.vision._cv import cv2
from emulator.vision.features import describe, sized
from emulator.vision.products import CATALOGUE_PX, Known, Products

KEYS = tuple(item["key"] for item in json.loads(asset("catalogue", "sample.json").read_text("utf-8"))["items"])


def package(key):
    """Return the catalogue picture of a package."""
    return sized(cv2.imread(str(asset("catalogue", "pictures", f"{key}.webp"))), CATALOGUE_PX)


def products(keys=KEYS, embed=None):
    """Return the search over some packages of the shipped catalogue, numbered as in ``KEYS``."""
    shipped = sample()
    features = {shipped.item(number).key: picture.features for number, picture in shipped.pictures()}
    return Products([known(KEYS.index(key), package(key), features[key]) for key in keys], embed)


def known(number, picture, features=None):
    """Return a picture of the catalogue."""
    return Known(number, features or describe(picture), picture.shape[1::-1], lambda: picture)


def clutter(random, size=(640, 480)):
    """Return a frame of soft blots and sharp pieces without a package."""
    w, h = size
    blots = random.integers(30, 220, (h // 40, w // 40, 3)).astype(np.uint8)
    frame = cv2.resize(blots, (w, h), interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        piece = random.integers(0, [w // 3, h // 3], (random.integers(3, 6), 2))
        at = random.integers(0, [w * 2 // 3, h * 2 // 3])
        cv2.fillPoly(frame, [(piece + at).astype(np.int32)], [int(c) for c in random.integers(0, 255, 3)])
    return frame


def photo(key, beside, seed, hard=1.0, size=(640, 480)):
    """Return a photo of package ``key`` near the middle, ``beside`` small at an edge."""
    random = np.random.default_rng(seed)
    w, h = size
    frame = clutter(random, size)
    x = 0 if random.random() < 0.5 else 1
    frame = _put(
        frame, package(beside), 0.35 * h, lambda box: (x * (w - box[0]), random.uniform(0, 0.4) * h), random, hard
    )
    aside = random.uniform(-0.12, 0.12, 2) * size
    tall = random.uniform(0.4, 0.85) * h
    frame = _put(frame, package(key), tall, lambda box: (np.array(size) - box) / 2 + aside, random, hard)
    if random.random() < 0.4:  # a thumb
        at = (int(w * random.uniform(0.3, 0.7)), int(0.8 * h))
        cv2.ellipse(
            frame, at, (int(0.09 * w), int(0.25 * h)), float(random.uniform(-30, 30)), 0, 360, (120, 150, 200), -1
        )
    return _shot(frame, random, hard)


def _put(frame, picture, tall_px, place, random, hard):
    """Lay a picture into a frame, turned and tilted; ``place`` gives its top left from the size of its box."""
    height, width = picture.shape[:2]
    scale = tall_px / max(height, 0.8 * width)
    w, h = width * scale, height * scale
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]]) + random.uniform(-0.14, 0.14, (4, 2)) * hard * min(w, h)
    turn = np.radians(random.normal(0, 12 * hard))
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = (corners - corners.mean(0)) @ spin
    low, high = corners.min(0), corners.max(0)
    corners = (corners - low + place(high - low)).astype(np.float32)
    warp = cv2.getPerspectiveTransform(
        np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32), corners
    )
    size = (frame.shape[1], frame.shape[0])
    laid = cv2.warpPerspective(picture, warp, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, size)
    return np.where(mask[..., None] > 127, laid, frame)


def _shot(frame, random, hard):
    """Return the frame as a small camera in bad light has it."""
    soft = cv2.GaussianBlur(frame, (0, 0), random.uniform(0.4, 1.8) * hard)
    sheen = np.linspace(random.uniform(0.75, 1.2), random.uniform(0.75, 1.2), frame.shape[1])[None, :, None]
    lit = soft * random.uniform(0.45, 1.15) * random.normal(1, 0.06 * hard, 3) * sheen
    grainy = np.clip(lit + random.normal(0, 7 * hard, frame.shape), 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(55, 90))]
    return cv2.imdecode(cv2.imencode(".jpg", grainy, quality)[1], cv2.IMREAD_COLOR)
