"""``glasses see`` on files: what it says, its exit codes, and files that are no pictures."""

import json
import struct
import zlib

import numpy as np
import pytest

from emulator.cli import main
from emulator.vision._cv import cv2
from emulator.vision.picture import picture_size, read_grey
from tests.unit.vision.drawn_codes import ALIPAY, draw_code, street, worsen


def save(path, frame, *options):
    path.write_bytes(cv2.imencode(path.suffix, frame, list(options))[1].tobytes())
    return str(path)


@pytest.fixture
def alipay(tmp_path):
    return save(tmp_path / "shop.png", draw_code(street(), ALIPAY, (500, 250), 200))


def png_head(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_it_prints_the_kind_and_the_pass(alipay, capsys):
    assert main(["see", alipay]) == 0
    out = capsys.readouterr().out
    assert f"Alipay payee code: {ALIPAY}  (as is)" in out


def test_it_speaks_chinese(alipay, capsys):
    main(["see", alipay, "--language", "zh"])
    assert "支付宝收款码" in capsys.readouterr().out


def test_json_tells_text_pass_kind_and_names(alipay, capsys):
    assert main(["see", alipay, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "read"
    (code,) = told["codes"]
    assert (code["text"], code["pass"], code["kind"]) == (ALIPAY, "as is", "alipay-static")
    assert code["name"] == {"zh": "支付宝收款码", "en": "Alipay payee code"}
    assert bytes.fromhex(code["bytes"]) == ALIPAY.encode()


def test_a_picture_without_a_code_is_a_one(tmp_path, capsys):
    assert main(["see", save(tmp_path / "street.png", street())]) == 1
    assert capsys.readouterr().out.endswith("no code\n")


def test_a_code_too_small_says_move_closer(tmp_path, capsys):
    frame = worsen(draw_code(street(), ALIPAY, (500, 250), 30), blur=0.5)
    assert main(["see", save(tmp_path / "far.png", frame)]) == 1
    assert "Move closer" in capsys.readouterr().out


def test_a_file_that_is_no_picture_is_one_line_and_the_others_are_seen(alipay, tmp_path, capsys):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"hello")
    assert main(["see", str(broken), str(tmp_path / "absent.png"), str(tmp_path), alipay]) == 2
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert len(lines) == 3
    assert "not a picture" in lines[0]
    assert "No such file" in lines[1]
    assert "not a file" in lines[2]
    assert ALIPAY in told.out


def test_json_has_a_line_for_each_file(alipay, tmp_path, capsys):
    main(["see", str(tmp_path / "absent.png"), alipay, "--json"])
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert "No such file" in first["error"]
    assert second["codes"]


def test_a_damaged_picture_is_one_line(tmp_path, capfd):
    broken = tmp_path / "cut.png"
    broken.write_bytes(png_head(640, 480)[:60])
    assert main(["see", str(broken)]) == 2
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_a_bomb_is_refused_by_its_head(tmp_path, capsys):
    """A few bytes that would unfold to 10 GB."""
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_head(100_000, 100_000))
    assert main(["see", str(bomb)]) == 2
    assert "100000x100000 is 10000 megapixels; 100 are the most" in capsys.readouterr().err


def test_forty_megapixels_are_shrunk_and_said(tmp_path, capsys):
    frame = np.full((5_400, 7_500), 200, np.uint8)
    frame[2_000:3_600, 3_000:4_600] = draw_code(np.full((1_600, 1_600), 200, np.uint8), ALIPAY, (100, 100), 1_000)
    path = save(tmp_path / "large.jpg", frame)
    assert main(["see", path, "--json"]) == 0
    told = capsys.readouterr()
    assert told.err == f"glasses: {path}: 7500x5400 pixels, shrunk to 4082x2939\n"
    (code,) = json.loads(told.out)["codes"]
    assert code["corners_px"][0] == pytest.approx([3_100 + 4 * 1_000 / 29, 2_100 + 4 * 1_000 / 29], rel=0.02)


def test_own_pay_code_is_masked_and_warned_of(tmp_path, capsys):
    frame = draw_code(street(), "281234567890123456", (500, 250), 200)
    main(["see", save(tmp_path / "mine.png", frame)])
    out = capsys.readouterr().out
    assert "281234567890123456" not in out
    assert "show it to nobody" in out


def test_a_code_cannot_steer_the_terminal(tmp_path, capsys):
    frame = draw_code(street(), "a\x1b[31mred\nnext", (500, 250), 200)
    main(["see", save(tmp_path / "steer.png", frame)])
    out = capsys.readouterr().out
    assert "a\\x1b[31mred\\nnext" in out
    assert "\x1b" not in out


def test_a_wrong_crc_is_told(tmp_path, capsys):
    frame = draw_code(street(), "0002015802CN63040000", (500, 250), 200)
    assert main(["see", save(tmp_path / "crc.png", frame)]) == 0
    assert "! the CRC is wrong: the code says 0000" in capsys.readouterr().out


def test_a_transparent_drawing_is_seen_on_white(tmp_path):
    black = draw_code(np.full((300, 300), 230, np.uint8), ALIPAY, (20, 20), 200)
    clear = np.zeros((300, 300, 4), np.uint8)
    clear[..., 3] = np.where(black < 128, 255, 0)
    assert main(["see", save(tmp_path / "clear.png", clear)]) == 0


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".bmp", ".gif"])
def test_the_size_is_read_from_the_head(tmp_path, ending):
    path = save(tmp_path / f"picture{ending}", np.full((37, 61, 3), 90, np.uint8))
    assert read_grey(path).size_px == (61, 37)
    assert read_grey(path).grey.shape == (37, 61)


def test_a_lossless_and_a_deep_picture_are_read(tmp_path):
    lossless = save(tmp_path / "a.webp", np.full((37, 61, 3), 90, np.uint8), cv2.IMWRITE_WEBP_QUALITY, 101)
    deep = save(tmp_path / "b.png", np.full((37, 61), 90 * 256, np.uint16))
    for path in (lossless, deep):
        assert read_grey(path).size_px == (61, 37)
        assert read_grey(path).grey[0, 0] == pytest.approx(90, abs=1)


@pytest.mark.parametrize("head", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00", b"RIFF1234WEBPVP8X", b"BM", b"GIF89a"])
def test_a_head_that_is_cut_off_has_no_size(head):
    assert picture_size(head) is None
