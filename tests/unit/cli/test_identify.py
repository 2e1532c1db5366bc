"""``glasses identify`` and ``glasses catalogue``: what they print, their exit codes, files that are none."""

import json

import numpy as np
import pytest
import zxingcpp

from emulator.cli import main
from emulator.core.assets import asset
from emulator.vision._cv import cv2
from tests.unit.vision.package_photos import clutter, photo


@pytest.fixture(autouse=True)
def _own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSES_DATA", str(tmp_path / "data"))


def save(path, frame):
    path.write_bytes(cv2.imencode(path.suffix, frame)[1].tobytes())
    return str(path)


def test_a_photo_is_named_with_its_mean_price(tmp_path, capsys):
    assert main(["identify", save(tmp_path / "a.jpg", photo("oat-milk", "rice", seed=1))]) == 0
    out = capsys.readouterr().out
    assert "Oat milk  1 L, mean ¥16.93, ¥15.40 示例超市 Sample Mart, ¥1.54 / 100 ml" in out
    assert "[sample]  (picture: " in out


def test_json_tells_method_product_confidence_and_prices(tmp_path, capsys):
    assert (
        main(["identify", save(tmp_path / "a.jpg", photo("rice", "tissues", seed=2)), "--json", "--language", "zh"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["method"], told["sure"], told["product"]["name"]) == ("picture", True, "东北大米")
    assert told["inliers"] >= 15
    assert 0.6 <= told["confidence"] <= 1
    assert (told["product"]["mean_fen"], told["product"]["lowest_fen"]) == (3_807, 3_450)
    assert told["product"]["sample"] is True
    assert len(told["corners_px"]) == 4


def test_a_barcode_comes_first(tmp_path, capsys):
    bars = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode("2000000000046", zxingcpp.BarcodeFormat.EAN13), scale=3
    )
    page = np.full((300, 500, 3), 255, np.uint8)
    code = np.array(bars)
    page[40 : 40 + code.shape[0], 60 : 60 + code.shape[1]] = code[..., None]
    assert main(["identify", save(tmp_path / "back.png", page), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["method"], told["product"]["key"], told["barcode"]) == ("barcode", "oat-milk", "02000000000046")


def test_a_picture_without_a_product_is_a_one(tmp_path, capsys):
    path = save(tmp_path / "a.png", clutter(np.random.default_rng(1)))
    assert main(["identify", path, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["product"] is None
    assert len(told["candidates"]) <= 5


def test_no_picture_is_a_two_and_the_others_are_seen(tmp_path, capsys):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"hello")
    assert main(["identify", str(broken), save(tmp_path / "a.jpg", photo("rice", "tissues", seed=2))]) == 2
    told = capsys.readouterr()
    assert "not a picture" in told.err
    assert "Northeast rice" in told.out


def test_forty_megapixels_are_shrunk_and_said(tmp_path, capsys):
    large = cv2.resize(photo("batteries", "rice", seed=3), (7_300, 5_475))
    assert main(["identify", save(tmp_path / "large.jpg", large), "--json"]) == 0
    told = capsys.readouterr()
    assert "7300x5475 pixels, shrunk to" in told.err
    assert json.loads(told.out)["product"]["key"] == "batteries"


def test_one_s_own_catalogue_takes_the_place_of_the_sample(tmp_path, capsys):
    goods = tmp_path / "goods.csv"
    goods.write_text("name_en,shop,price\nTea,Corner,4.50\nTea,Mart,5.50\n", "utf-8")
    assert main(["catalogue", "import", str(goods)]) == 0
    assert "1 products, 2 offers, 0 pictures imported" in capsys.readouterr().out
    assert main(["catalogue", "list"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Tea: Tea, mean ¥5.00, ¥4.50 Corner")
    assert "sample" not in out


def test_a_file_that_is_wrong_changes_nothing(tmp_path, capsys):
    goods = tmp_path / "goods.csv"
    goods.write_text("name_en,price,shop\nTea,4.50,Corner\nMilk,x,Corner\n", "utf-8")
    assert main(["catalogue", "import", str(goods)]) == 2
    assert "goods.csv:3:6: 'x' is no amount" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_product_is_added_by_a_picture_and_found(tmp_path, capsys):
    target = str(tmp_path / "mine.sqlite")
    picture = str(asset("catalogue", "pictures", "soy-sauce.webp"))
    assert (
        main(
            [
                "catalogue",
                "add",
                picture,
                "--name",
                "酱油",
                "--price",
                "9.90",
                "--quantity",
                "500 ml",
                "--catalogue",
                target,
            ]
        )
        == 0
    )
    capsys.readouterr()
    assert main(["identify", save(tmp_path / "a.jpg", photo("soy-sauce", "rice", seed=4)), "--catalogue", target]) == 0
    assert "酱油  500 ml, mean ¥9.90" in capsys.readouterr().out


def test_words_list_what_is_like_them(capsys):
    assert main(["catalogue", "list", "番茄薯片", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["key"] == "chips-tomato"
    assert main(["catalogue", "list", "手机"]) == 1


@pytest.mark.parametrize("option", [["--price", "1,5"], ["--quantity", "much"]])
def test_what_makes_no_sense_is_said(option, capsys):
    picture = str(asset("catalogue", "pictures", "rice.webp"))
    assert main(["catalogue", "add", picture, "--name", "Rice", *option]) == 2
    assert "no amount" in (err := capsys.readouterr().err) or "no quantity" in err
