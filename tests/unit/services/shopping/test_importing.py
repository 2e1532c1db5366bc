"""CSV and JSON files of products: what is read, and where each mistake is told."""

import json

import pytest

from emulator.core.errors import FileError
from emulator.services.shopping.importing import read_goods
from emulator.vision.colour_picture import encode_colour
from tests.unit.vision.package_photos import package

CSV = """key,name_zh,name_en,quantity,barcode,picture,shop,price,shipping,coupon,time
milk,"牛奶, 全脂",Milk,6 x 250 ml,6901234567892,milk.webp,甲店,19.90,3,0,2026-10-01T09:00:00+08:00
milk,,,,,,乙店,20.5,,1.00,2026-10-02
bread,,"Bread ""rye"" dark",,,,,,,,
"""


def write(folder, text, name="goods.csv"):
    (folder / "milk.webp").write_bytes(encode_colour(package("oat-milk")))
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


def test_rows_of_one_key_are_offers_of_one_product(tmp_path):
    milk, bread = read_goods(write(tmp_path, CSV))
    assert milk.item.quantity is not None
    assert (milk.item.name_zh, milk.item.quantity.milli, milk.gtins) == ("牛奶, 全脂", 1_500_000, ("06901234567892",))
    assert [(one.shop, one.total_fen) for one in milk.offers] == [("甲店", 2_290), ("乙店", 1_950)]
    assert len(milk.pictures) == 1
    assert (bread.item.name_en, bread.offers) == ('Bread "rye" dark', ())


def test_a_chinese_excel_and_one_with_a_mark_are_read(tmp_path):
    for coded in (CSV.encode("gb18030"), CSV.encode("utf-8-sig"), CSV.replace("\n", "\r\n").encode()):
        assert read_goods(write(tmp_path, coded))[0].item.name_zh == "牛奶, 全脂"


def test_json_is_read_with_numbers_to_the_fen(tmp_path):
    goods = [{"name_en": "Milk", "barcodes": [6901234567892], "offers": [{"shop": "A", "price": 0.29}]}]
    (milk,) = read_goods(write(tmp_path, json.dumps(goods), "goods.json"))
    assert milk.item.key == "06901234567892"
    assert milk.offers[0].price_fen == 29


@pytest.mark.parametrize(
    ("old", "new", "at", "why"),
    [
        ("2026-10-01T09:00:00+08:00", "2026-10-01,oops", "oops", "more fields"),
        ("19.90", "free", "free", "'free' is no amount"),
        ("19.90", "19.905", "19.905", "no amount"),
        ("6901234567892", "6901234567893", "6901234567893", "check digit is wrong"),
        ("6 x 250 ml", "some", "some", "'some' is no quantity"),
        ("quantity", "quantitty", "quantitty", "did you mean 'quantity'"),
        ("coupon", "name_en", "name_en,time", "twice"),
        ("milk,,,,", "milk,,Mylk,,", "Mylk", "was 'Milk' for the same product"),
        ("2026-10-02", "yesterday", "yesterday", "no time"),
        ("乙店,", ",", "20.5", "an offer needs a shop"),
        ('dark"', "dark", '"Bread', "the quote is not closed"),
        ("milk.webp", "absent.webp", "absent.webp", "No such file"),
        ('bread,,"Bread ""rye"" dark"', "bread,,", "bread", "no name_zh and no name_en"),
        ('bread,,"Bread ""rye"" dark"', ",,", ",,,,,,,,,,,", None),
    ],
)
def test_each_mistake_has_its_line_and_column(tmp_path, old, new, at, why):
    text = CSV.replace(old, new, 1)
    path = write(tmp_path, text)
    if why is None:  # an empty row is none
        assert len(read_goods(path)) == 1
        return
    with pytest.raises(FileError) as caught:
        read_goods(path)
    place = text.rindex(at)
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    assert why in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}:{column}: ")


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ('{"items": [\n {"name_en": "A",\n  "offers": [{"shop": "S", "price": "x"}]}]}', "3:37", "'x' is no amount"),
        ('[{"name_en": "A", "colour": 3}]', "1:29", "unknown key 'colour'"),
        ('[{"name_en": ["A"]}]', "1:14", "expected a text"),
        ('[\n "milk"]', "2:2", "expected an object"),
        ('[{"name_en": "A"},\n]', "2:1", "Expecting value"),
        ('{"items": 3}', "1:11", "expected a list"),
        ('[{"quantity": "1 g"}]', "1:15", "no name_zh"),
        ("[" * 100_000, "1:1", "nested too deeply"),
        ("[]", "", "no products"),
    ],
)
def test_mistakes_in_json_have_their_place_too(tmp_path, text, place, why):
    path = write(tmp_path, text, "goods.json")
    with pytest.raises(FileError) as caught:
        read_goods(path)
    assert why in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{place}" if place else str(path))


def test_a_wrong_header_is_told_before_the_rows_and_in_short(tmp_path):
    path = write(tmp_path, "key," + "c" * 5_000 + '\nmilk,"never closed\n')
    with pytest.raises(FileError) as caught:
        read_goods(path)
    assert str(caught.value).startswith(f"{path}:1:5: '{'c' * 40}…': unknown column; known: ")


def test_a_damaged_picture_is_told_with_its_place(tmp_path):
    path = write(tmp_path, CSV)
    (tmp_path / "milk.webp").write_bytes(b"RIFF")
    with pytest.raises(FileError, match=r":2:45: .*milk\.webp: not a picture"):
        read_goods(path)


def test_other_files_are_refused(tmp_path):
    for name, text, why in (
        ("a.xlsx", b"PK", "give a .csv"),
        ("a.json", b'["\xff"]', "neither UTF-8"),
        ("a.csv", b"", "no products"),
    ):
        with pytest.raises(FileError, match=why):
            read_goods(write(tmp_path, text, name))
