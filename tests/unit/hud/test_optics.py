"""The compositor against float64, and what it must never do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emulator.hud._cv import cv2
from emulator.hud.light import Optics, Rect, code_plane, hud_light, hud_rect, reference
from emulator.hud.optics import ENCODE, Compositor, bloom, hud_tiles, lit_runs, see_through, tables

GREEN = (0.06, 1.0, 0.10)
CAMERA_FOV_DEG = 70.0


def optics(**changes: Any) -> Optics:
    plain = Optics(transmittance=0.87, nits=1000.0, lux=800.0, fov_deg=(26.0, 18.0), tint_bgr=GREEN)
    return replace(plain, **changes)


def hud_picture(seed: int = 1, wh: tuple[int, int] = (480, 360)) -> np.ndarray:
    """Text, a bar and a ramp: some 5 % lit, premultiplied BGRA, white on nothing."""
    codes = np.zeros(wh[::-1], np.uint8)
    for row in range(3):
        cv2.putText(codes, f"Turn {seed + row}", (20, 60 + 90 * row), 0, 1.0, 255, 2, cv2.LINE_AA)
    codes[330:340, 100:356] = np.arange(256)
    return np.repeat(codes[..., None], 4, axis=2)


def world_picture(seed: int = 2, wh: tuple[int, int] = (640, 480)) -> np.ndarray:
    """Soft colour clouds with noise, dusk to white."""
    random = np.random.default_rng(seed)
    coarse = random.integers(24, 256, (9, 12, 3), np.uint8)
    smooth = cv2.resize(coarse, wh, interpolation=cv2.INTER_LINEAR).astype(int)
    return np.asarray(np.clip(smooth + random.integers(-8, 9, smooth.shape), 0, 255), np.uint8)


def both(frame: np.ndarray, picture: np.ndarray, o: Optics, *, exact: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return composed codes and the float64 codes of the same picture."""
    eye = Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=o)
    eye.set_hud(picture)
    rect = eye.rect((frame.shape[1], frame.shape[0]))
    true = reference(frame, code_plane(picture, colour=o.tint_bgr is None), rect, o)
    return eye.compose(frame, exact=exact)[..., :3].astype(int), true


@pytest.mark.parametrize("lux", [50.0, 800.0, 30_000.0])
@pytest.mark.parametrize("lens", [0.9, 0.85, 0.8, 0.7, 0.5, 0.2])
def test_every_pair_of_camera_and_hud_code_is_at_most_one_off(lens: float, lux: float):
    camera, hud = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    frame, o = cv2.merge([camera] * 3), optics(transmittance=lens, lux=lux)
    rect, lookups = Rect(0, 0, 256, 256), tables(o)
    tiles = hud_tiles(hud, rect, (256, 256), lookups, o)
    bgra = see_through(frame, tiles, lookups, np.empty_like(frame), np.empty((256, 256, 4), np.uint8), exact=True)
    off = np.abs(bgra[..., :3].astype(int) - np.rint(reference(frame, hud, rect, o)))
    assert off.max() <= 1
    assert (off == 0).mean() >= 0.995


@pytest.mark.parametrize("lens", [1.0, 0.87, 0.79])
def test_the_line_that_dims_fast_is_within_one_code(lens: float):
    o = optics(transmittance=lens)
    frame = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    assert tables(o).line is not None
    fast = see_through(frame, (), tables(o), np.empty_like(frame), np.empty((16, 16, 4), np.uint8))
    true = reference(frame, np.zeros((4, 4), np.uint8), Rect(0, 0, 4, 4), o)
    assert np.abs(fast[..., :3] - np.rint(true)).max() <= 1


@pytest.mark.parametrize("lens", [0.75, 0.5, 0.2, 0.02])
def test_darker_lenses_fall_back_to_the_table(lens: float):
    assert tables(optics(transmittance=lens)).line is None
    composed, true = both(world_picture(), hud_picture(), optics(transmittance=lens))
    assert np.abs(composed - np.rint(true)).max() <= 1


@pytest.mark.parametrize(("exact", "equal"), [(True, 0.9999), (False, 0.998)])
def test_pictures_agree_with_float64(exact: bool, equal: float):
    composed, true = both(world_picture(), hud_picture(), optics(), exact=exact)
    off = np.abs(composed - np.rint(true))
    assert off.max() <= 1
    assert (off == 0).mean() >= equal


@pytest.mark.parametrize("lux", [5.0, 800.0, 30_000.0])
@pytest.mark.parametrize("sigma_px", [2.0, 4.0, 6.0, 10.0])
def test_bloom_is_within_three_codes_by_day_and_by_night(lux: float, sigma_px: float):
    width = hud_rect((640, 480), (26.0, 18.0), CAMERA_FOV_DEG).w
    o = optics(lux=lux, bloom_share=0.1, bloom_sigma_deg=sigma_px * 26.0 / width)
    composed, true = both(np.zeros((480, 640, 3), np.uint8), hud_picture(), o)
    assert np.abs(composed - np.rint(true)).max() <= 3


@pytest.mark.parametrize(("sigma_px", "share"), [(2.0, 0.1), (6.0, 0.1), (6.0, 0.4), (10.0, 0.2)])
def test_bloom_keeps_the_light(sigma_px: float, share: float):
    light = cv2.LUT(code_plane(hud_picture(), colour=False), tables(optics()).hud)
    spread, pad = bloom(light, share, sigma_px)
    assert spread.shape == (360 + 2 * pad, 480 + 2 * pad)
    assert spread.sum(dtype=float) == pytest.approx(light.sum(dtype=float), rel=0.002)
    assert spread[:, : pad // 2].sum() > 0 or spread.max() < light.max()


def test_black_is_transparent():
    frame = world_picture()
    eye = Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=optics(bloom_share=0.1, bloom_sigma_deg=0.3))
    bare = eye.compose(frame).copy()
    eye.set_hud(np.zeros((360, 480, 4), np.uint8))
    assert np.array_equal(eye.compose(frame), bare)


def test_the_hud_only_ever_adds_light_and_only_inside_its_rectangle():
    frame, eye = world_picture(), Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=optics())
    bare = eye.compose(frame, exact=True).copy()
    eye.set_hud(hud_picture())
    lit = eye.compose(frame, exact=True)
    x, y, w, h = eye.rect((640, 480))
    assert (lit >= bare).all()
    assert (lit[y : y + h, x : x + w] > bare[y : y + h, x : x + w]).any()
    lit[y : y + h, x : x + w] = bare[y : y + h, x : x + w]
    assert np.array_equal(lit, bare)


def test_light_is_added_not_codes():
    """Grey 128 holds 21.6 % light; the same again makes 43.2 %, code 175, not 256."""
    o = optics(transmittance=1.0, gamma=2.2, nits=800 * 0.9 / np.pi, tint_bgr=(1.0, 1.0, 1.0))
    hud = np.full((8, 8), round(255 * 0.216 ** (1 / 2.2)), np.uint8)
    frame = np.full((8, 8, 3), 128, np.uint8)
    lookups = tables(o)
    tiles = hud_tiles(hud, Rect(0, 0, 8, 8), (8, 8), lookups, o)
    out = see_through(frame, tiles, lookups, np.empty_like(frame), np.empty((8, 8, 4), np.uint8))
    assert abs(int(out[4, 4, 1]) - 175) <= 1


def test_light_brighter_than_white_is_clipped_after_the_tint():
    """At 300 lux a green display is far above white; its blue, 6 % of it, must still be right."""
    o = optics(lux=300.0)
    composed, true = both(np.zeros((480, 640, 3), np.uint8), hud_picture(), o, exact=True)
    assert o.peak > 5
    assert np.abs(composed - np.rint(true)).max() <= 1
    assert 0 < composed[..., 0].max() < 255


@pytest.mark.parametrize("edge", [31, 32, 33, 63, 64, 65])
def test_tiles_cover_all_light_at_their_edges(edge: int):
    light = np.zeros((70, 97), np.float32)
    light[edge, edge] = light[69, 96] = light[0, 0] = 1
    covered = np.zeros(light.shape, int)
    for top, bottom, left, right in lit_runs(light):
        covered[top:bottom, left:right] += 1
    assert covered[light > 0].min() == 1
    assert covered.max() == 1
    assert (covered == 0).any()


def test_neighbouring_rows_of_tiles_become_one_rectangle():
    light = np.zeros((128, 128), np.float32)
    light[10:120, 40:60] = 1
    assert lit_runs(light) == [(0, 128, 32, 64)]
    assert lit_runs(np.zeros((40, 40), np.float32)) == []


@pytest.mark.parametrize("rect", [Rect(-40, -30, 120, 90), Rect(90, 60, 120, 90), Rect(-20, -20, 200, 160)])
def test_a_hud_larger_than_the_frame_is_cut(rect: Rect):
    o = optics(bloom_share=0.1, bloom_sigma_deg=0.4)
    frame, codes, lookups = world_picture(wh=(128, 96)), code_plane(hud_picture(), colour=False), tables(o)
    tiles = hud_tiles(codes, rect, (128, 96), lookups, o)
    out = see_through(frame, tiles, lookups, np.empty_like(frame), np.empty((96, 128, 4), np.uint8), exact=True)
    assert tiles
    assert np.abs(out[..., :3] - np.rint(reference(frame, codes, rect, o))).max() <= 3


@pytest.mark.parametrize("rect", [Rect(200, 0, 50, 50), Rect(0, -90, 50, 50)])
def test_a_hud_outside_the_frame_adds_nothing(rect: Rect):
    o = optics()
    assert hud_tiles(np.full((50, 50), 255, np.uint8), rect, (128, 96), tables(o), o) == ()


def test_a_colour_display_keeps_its_colours():
    picture = np.zeros((360, 480, 4), np.uint8)
    picture[100:200, 100:200] = (40, 120, 250, 255)
    o = optics(tint_bgr=None, nits=200.0, bloom_share=0.1, bloom_sigma_deg=0.3)
    composed, true = both(world_picture(), picture, o, exact=True)
    assert np.abs(composed - np.rint(true)).max() <= 3
    black, _ = both(np.zeros((480, 640, 3), np.uint8), picture, o)
    blue, green, red = black[235, 300 - 20]
    assert blue < green < red


def test_few_grey_levels_leave_few_lights():
    assert len(np.unique(hud_light(optics(grey_levels=4)))) == 4
    assert hud_light(optics(grey_levels=16))[[0, 255]].tolist() == pytest.approx([0, optics().peak])


def test_the_adapted_eye_loses_the_dimming_and_keeps_the_contrast():
    frame, plain, adapted = world_picture(), optics(transmittance=0.5), optics(transmittance=0.5, adapted=True)
    eye = Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=adapted)
    assert np.array_equal(eye.compose(frame)[..., :3], frame)
    assert adapted.peak == pytest.approx(2 * plain.peak)
    assert adapted.contrast() == pytest.approx(plain.contrast())


def test_contrast_is_that_of_the_text_book():
    """device.md 4.1: 1,000 nits, T 0.87, office 400 lux on a 50 % surface: 19 to 1."""
    assert optics(lux=400.0).contrast(world=0.5 / 0.9) == pytest.approx(19, abs=0.6)


def test_the_hud_rectangle_is_that_of_a_pinhole_camera():
    assert hud_rect((1280, 720), (70.0, 40.0), 70.0)[0::2] == (0, 1280)
    x, y, w, h = hud_rect((1280, 720), (26.0, 18.0), 70.0)
    assert w == round(1280 * np.tan(np.radians(13)) / np.tan(np.radians(35)))
    assert abs((2 * x + w) - 1280) <= 1
    assert abs((2 * y + h) - 720) <= 1
    assert hud_rect((640, 480), (90.0, 60.0), 60.0).x < 0


def test_the_compositor_follows_light_hud_and_frame_size():
    eye, dark = Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=optics()), np.zeros((480, 640, 3), np.uint8)
    eye.set_hud(hud_picture())
    bright = eye.compose(dark).copy()
    assert eye.compose(dark) is eye.compose(dark)
    eye.set_optics(optics(lux=30_000.0))
    assert eye.compose(dark)[..., :3].max() < bright[..., :3].max()
    assert eye.compose(np.zeros((720, 1280, 3), np.uint8)).shape == (720, 1280, 4)
    eye.set_hud(None)
    assert eye.compose(dark, exact=True)[..., :3].max() == 0
    assert (eye.compose(dark)[..., 3] == 255).all()


def test_the_picture_handed_in_may_be_reused():
    eye, picture = Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=optics()), hud_picture()
    eye.set_hud(picture)
    picture[:] = 0
    assert eye.compose(np.zeros((480, 640, 3), np.uint8))[..., 1].max() > 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"transmittance": 0.0}, "transmittance"),
        ({"transmittance": 1.1}, "transmittance"),
        ({"lux": 0.0}, "lux"),
        ({"nits": -1.0}, "nits"),
        ({"nits": float("nan")}, "nits"),
        ({"grey_levels": 1}, "grey_levels"),
        ({"bloom_share": 1.0}, "bloom_share"),
        ({"fov_deg": (0.0, 10.0)}, "fov_deg"),
        ({"tint_bgr": (0.0, 2.0, 0.0)}, "tint_bgr"),
    ],
)
def test_senseless_optics_are_refused_by_name(change: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        optics(**change)


@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 4), (0, 640, 3)])
def test_a_frame_of_another_shape_is_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="camera frame"):
        Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=optics()).compose(np.zeros(shape, np.uint8))


def test_a_hud_picture_of_another_shape_or_type_is_refused():
    eye = Compositor(camera_fov_deg=CAMERA_FOV_DEG, optics=optics())
    wrongs: list[Any] = [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 4), np.float32), np.zeros((0, 4, 4), np.uint8)]
    for wrong in wrongs:
        with pytest.raises(ValueError, match="HUD picture"):
            eye.set_hud(wrong)
    with pytest.raises(ValueError, match="camera fov"):
        hud_rect((640, 480), (20.0, 20.0), 180.0)


def test_the_encoder_is_exact():
    assert ENCODE.shape == (1, 65536)
    assert (np.diff(ENCODE[0].astype(int)) >= 0).all()
    assert not ENCODE.flags.writeable
