"""Forty real photos of QR codes, and the same ones in worse light: issue 4, "Figures".

The figure is 92 % of the readable codes and no false read. All forty are counted as readable here, though 78, 81 and
85 (bent labels on dark cloth) are seen and not read.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from emulator.cli import main
from emulator.vision._cv import cv2
from emulator.vision.passes import PASSES, search
from emulator.vision.picture import read_grey
from emulator.vision.still_search import search_still

PHOTOS = Path(__file__).parents[2].parent / "shared" / "data" / "qr"
LEAST = 0.92

pytestmark = pytest.mark.skipif(
    not PHOTOS.is_dir(), reason=f"the photos are not in {PHOTOS}; they are not ours to ship"
)


def expected():
    with (PHOTOS / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["text"] for row in csv.DictReader(file)}


def darker(grey, draw):
    return grey * 0.12 + draw.normal(0, 3, grey.shape)


def noisier(grey, draw):
    return grey * 0.5 + draw.normal(40, 20, grey.shape)


def smaller(grey, draw):
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return half * 0.3 + draw.normal(0, 3, half.shape)


def blurred(grey, draw):
    return cv2.GaussianBlur(grey, (0, 0), 1.5) + draw.normal(0, 2, grey.shape)


def tilted(grey, draw):
    high, wide = grey.shape
    near = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    far = np.array([[0, 0], [0.7 * wide, 0.12 * high], [0.7 * wide, 0.88 * high], [0, high]], np.float32)
    warped = cv2.warpPerspective(grey, cv2.getPerspectiveTransform(near, far), (wide, high), borderValue=90)
    return warped + draw.normal(0, 2, grey.shape)


def test_the_command_reads_the_readable_photos_and_nothing_false(capsys):
    texts = expected()
    main(["see", "--json", *(str(PHOTOS / name) for name in texts)])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    seen = {Path(one["file"]).name: [code["text"] for code in one["codes"]] for one in told}
    assert seen.keys() == texts.keys()
    false = {name: found for name, found in seen.items() if found and found != [texts[name]]}
    right = sum(found == [texts[name]] for name, found in seen.items())
    assert false == {}
    assert right >= LEAST * len(texts)


@pytest.mark.parametrize("worse", [darker, noisier, smaller, blurred, tilted])
def test_no_pass_reads_anything_false_in_worse_photos(worse):
    """A read is the text or none; and the three passes together read more than the first alone, or as much."""
    draw = np.random.default_rng(4)
    alone = together = 0
    for name, text in expected().items():
        grey = worse(read_grey(PHOTOS / name).grey, draw).clip(0, 255).astype(np.uint8)
        found = [{code.text for code in search(grey, by).codes} for by in PASSES]
        assert set().union(*found) <= {text}, name
        alone, together = alone + bool(found[0]), together + any(found)
    assert together > alone


def test_a_photo_without_a_readable_code_is_told_as_seen():
    hints = {name: search_still(read_grey(PHOTOS / name).grey)[1] for name in ("78.png", "81.png", "85.png")}
    assert set(hints.values()) == {"steady"}
