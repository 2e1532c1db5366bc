"""Pictures: PNG files of every kind that is allowed, read as OpenCV writes them; light and luminance."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from emulator.core.errors import HudError
from emulator.core.profile import load_profile
from emulator.hud._cv import cv2
from emulator.hud.display_list import Bitmap
from emulator.hud.document import parse_document
from emulator.hud.layout import preview
from emulator.hud.picture import grey, light, read_png, to_png

NOISE = np.random.default_rng(3).integers(0, 256, (23, 17, 4), np.uint8)
SMOOTH = np.add.outer(np.arange(40), np.arange(30)).astype(np.uint8)[..., None] * np.array([1, 2, 3, 1], np.uint8)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(kind: int, rows: bytes, *, size: tuple[int, int] = (2, 1), depth: int = 8, extra: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("pixels", [NOISE, SMOOTH], ids=["noise", "smooth"])
@pytest.mark.parametrize("strategy", range(4))
def test_a_png_with_alpha_is_read_as_it_was_written(tmp_path, pixels, strategy):
    """OpenCV's strategies make it use all filters."""
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), pixels[..., [2, 1, 0, 3]], [cv2.IMWRITE_PNG_STRATEGY, strategy])
    assert np.array_equal(read_png(path).pixels, pixels)


def test_a_png_without_alpha_is_opaque(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), NOISE[..., [2, 1, 0]])
    found = read_png(path).pixels
    assert np.array_equal(found[..., :3], NOISE[..., :3])
    assert found[..., 3].min() == 255


def test_a_grey_png_has_three_equal_channels(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), NOISE[..., 0])
    assert np.array_equal(read_png(path).pixels[..., :3], np.repeat(NOISE[..., :1], 3, axis=2))


@pytest.mark.parametrize(("filter_type", "second"), [(0, 50), (1, 43), (2, 50), (3, 47), (4, 43)])
def test_every_filter_is_undone(tmp_path, filter_type, second):
    path = tmp_path / "a.png"
    path.write_bytes(png(0, bytes([filter_type, 7, second])))
    assert read_png(path).pixels[0, :, 0].tolist() == [7, 50]


def test_a_palette_has_colours_and_alpha(tmp_path):
    path = tmp_path / "a.png"
    palette = chunk(b"PLTE", bytes([1, 2, 3, 40, 50, 60])) + chunk(b"tRNS", bytes([9]))
    path.write_bytes(png(3, bytes([0, 1, 0]), extra=palette))
    assert read_png(path).pixels[0].tolist() == [[40, 50, 60, 255], [1, 2, 3, 9]]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GIF89a", "save it as PNG"),
        (SIGNATURE, "it is not complete"),
        (png(0, bytes([0, 1])), "it is not complete"),
        (png(0, bytes([9, 1, 2])), "it has a row with the unknown filter 9"),
        (png(0, bytes(9), depth=16), "save it with 8 bits a channel and without interlacing"),
        (png(0, bytes(9), size=(900, 1)), "it has 900 x 1 pixels; at most 512 a side are shown"),
        (png(3, bytes([0, 1, 0])), "not a picture that can be shown"),
    ],
)
def test_other_files_are_refused(tmp_path, data, told):
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(HudError) as error:
        read_png(path)
    assert str(path) in str(error.value)
    assert told in str(error.value)


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), NOISE)
    picture = read_png(path)
    path.write_bytes(to_png(picture))
    assert read_png(path) == picture
    assert np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]], picture.pixels)


def colours(tmp_path):
    path = tmp_path / "logo.png"
    cv2.imwrite(
        str(path), np.array([[[0, 0, 255], [0, 255, 0], [255, 0, 0], [0, 0, 0]]], np.uint8)
    )  # red green blue black
    return path


def test_a_mono_display_shows_the_luminance(tmp_path):
    codes = grey(read_png(colours(tmp_path))).pixels[0, :, 0]
    assert [(code / 255) ** 2.2 for code in codes] == pytest.approx([0.2126, 0.7152, 0.0722, 0.0], abs=0.01)


def test_light_is_the_mean_of_what_is_not_black(tmp_path):
    assert light(read_png(colours(tmp_path))) == pytest.approx((0.75, 0.25))


def test_a_screen_shows_a_picture_beside_its_document(tmp_path):
    colours(tmp_path)
    text = "hud: x\nsamples: {a: {w: x}}\nroot: {column: {items: [{image: {src: logo.png, w: 4deg, id: logo}}]}}\n"
    document = parse_document(text, tmp_path / "x.hud.yaml")
    green, colour = (load_profile(name).display for name in ("quark_s1", "rayneo_x3_pro"))
    assert green is not None
    assert colour is not None
    (mono,), (full,) = preview(document, "a", green).ops, preview(document, "a", colour).ops
    assert isinstance(mono, Bitmap)
    assert isinstance(full, Bitmap)
    assert (mono.box.w, mono.box.h) == pytest.approx((4 * green.px_per_deg, green.px_per_deg))
    assert full.picture.pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert mono.picture == grey(full.picture)
