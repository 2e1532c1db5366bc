"""Barcodes of products in pictures, and pictures in colour from files."""

import numpy as np
import pytest
import zxingcpp

from emulator.core.errors import FileError
from emulator.vision._cv import cv2
from emulator.vision.barcodes import find_barcodes
from emulator.vision.colour_picture import LARGEST_PX, decode_colour, encode_colour, read_colour
from emulator.vision.passes import to_grey
from emulator.vision.photo import is_dark
from tests.unit.vision.drawn_codes import street
from tests.unit.vision.package_photos import package

GTIN = "09506000134352"


def drawn(kind, text, scale=4):
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return np.pad(np.array(zxingcpp.write_barcode_to_image(made, scale=scale)), 40, constant_values=255)


@pytest.mark.parametrize(
    ("kind", "text", "gtin"),
    [
        ("EAN13", "9506000134352", GTIN),
        ("EAN8", "69012341", "00000069012341"),
        ("UPCA", "042100005264", "00042100005264"),
        ("UPCE", "04252614", "00042100005264"),
        ("ITF14", GTIN, GTIN),
        ("DataBarOmni", GTIN, GTIN),
        ("QRCode", f"https://id.gs1.org/01/{GTIN}?17=261231", GTIN),
    ],
)
def test_each_code_of_the_shops_is_read(kind, text, gtin):
    (found,) = find_barcodes(drawn(kind, text))
    assert found.gtin == gtin


@pytest.mark.parametrize("turn", [12, 90, 180])
def test_a_turned_blurred_and_dark_code_is_read(turn):
    frame = np.full((480, 640), 230, np.uint8)
    code = drawn("EAN13", "9506000134352", 3)[:200]
    frame[140 : 140 + code.shape[0], 100 : 100 + code.shape[1]] = code
    spun = cv2.warpAffine(frame, cv2.getRotationMatrix2D((320, 240), turn, 1), (640, 480), borderValue=200)
    dim = (cv2.GaussianBlur(spun, (0, 0), 1.2) * 0.4).astype(np.uint8)
    assert [one.gtin for one in find_barcodes(dim)] == [GTIN]


def test_pictures_without_a_code_of_a_shop_have_none():
    pay = "https://qr.alipay.com/fkx0123456789abcd"
    for grey in (street(), to_grey(package("tissues")), drawn("QRCode", pay), drawn("Code128", "HELLO")):
        assert find_barcodes(grey) == ()


def test_a_large_photo_is_shrunk_while_it_is_decoded(tmp_path):
    large = tmp_path / "large.jpg"
    large.write_bytes(cv2.imencode(".jpg", np.full((3_000, 4_200, 3), (10, 120, 240), np.uint8))[1].tobytes())
    frame, size = read_colour(large)
    assert size == (4_200, 3_000)
    assert max(frame.shape[:2]) <= LARGEST_PX
    assert frame[9, 9] == pytest.approx([10, 120, 240], abs=4)


def test_clear_parts_are_white_and_deep_or_grey_pictures_are_read():
    clear = np.zeros((20, 30, 4), np.uint8)
    clear[:, 15:] = (0, 0, 255, 255)
    frame, _ = decode_colour(cv2.imencode(".png", clear)[1].tobytes(), "clear")
    assert frame[0, 0].tolist() == [255, 255, 255]
    assert frame[0, 29].tolist() == [0, 0, 255]
    deep, _ = decode_colour(cv2.imencode(".png", np.full((9, 9), 200 << 8, np.uint16))[1].tobytes(), "deep")
    assert deep[0, 0].tolist() == [200, 200, 200]


def test_what_is_no_picture_is_one_line(tmp_path):
    whole = encode_colour(package("rice"))
    (tmp_path / "cut.webp").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.png").write_bytes(b"hello")
    for name, reason in (("cut.webp", "damaged"), ("text.png", "not a picture"), ("absent.png", "No such file")):
        with pytest.raises(FileError, match=reason) as caught:
            read_colour(tmp_path / name)
        assert str(caught.value).startswith(str(tmp_path / name))
    with pytest.raises(FileError, match="not a file"):
        read_colour(tmp_path)


def test_a_covered_camera_is_dark_and_a_thing_in_the_dark_is_not():
    grain = np.random.default_rng(1).integers(0, 20, (720, 1_280, 3)).astype(np.uint8)
    assert is_dark(None)
    assert is_dark(grain)
    grain[300:460, 600:700] = package("rice")[:160, :100]
    assert not is_dark(grain)
