"""What the text on a package says of which product it is, and what it overrules."""

import shutil
import sqlite3

import numpy as np
import pytest

from emulator.core.assets import asset
from emulator.services.shopping.catalogue import Catalogue, sample
from emulator.services.shopping.goods import Item
from emulator.services.shopping.labels import contradicts, gist, is_first, is_sure, rank
from emulator.services.shopping.views import Shelf
from emulator.vision.label_text import TextLine, find_reader
from emulator.world.held import Held
from tests.unit.vision.package_photos import photo

MILK = Item("milk", "牛奶巧克力", "Milk chocolate", "可可码头", "Cocoa Pier")
DARK = Item("dark", "黑巧克力", "Dark chocolate", "可可码头", "Cocoa Pier")
RICE = Item("rice", "东北大米", "Northeast rice")
SHELF = ((1, MILK), (2, DARK), (3, RICE))
needs_reader = pytest.mark.skipif(find_reader() is None, reason="needs the extra text")


def line(text, x=0.5, y=0.5, height=0.05, confidence=1.0):
    return TextLine(text, confidence, (x, y), height)


def test_name_and_brand_in_the_middle_are_an_answer():
    ranked = rank([line("可可码头", y=0.4), line("牛奶巧克力")], SHELF)
    assert [one.number for one in ranked] == [1, 2]
    assert is_sure(ranked)


def test_english_names_do_as_well_and_one_misread_letter_is_not_the_end():
    assert is_sure(rank([line("NORTHEAST RIGE")], SHELF))


def test_a_name_without_its_brand_is_a_candidate_only():
    ranked = rank([line("牛奶巧克力")], SHELF)
    assert ranked[0].whole
    assert not is_sure(ranked)


def test_of_two_products_of_one_name_the_brand_decides():
    both = [(number, Item(brand, "东北大米", brand_zh=brand)) for number, brand in enumerate(("黑土人家", "北方粮仓"))]
    ranked = rank([line("东北大米"), line("北方粮仓", y=0.4)], both)
    assert [one.number for one in ranked] == [1, 0]
    assert is_sure(ranked)
    assert not is_sure(rank([line("东北大米")], both))


def test_a_product_without_a_brand_needs_none():
    assert is_sure(rank([line("东北大米")], SHELF))


def test_another_variety_is_no_answer():
    ranked = rank([line("可可码头", y=0.4), line("榛子巧克力")], SHELF)
    assert not is_sure(ranked)


def test_a_name_in_a_corner_is_no_answer():
    assert not is_sure(rank([line("东北大米", x=0.1, y=0.1)], SHELF))


def test_a_page_of_text_names_nothing():
    """Scattered pairs of letters make up any name; only what one reads first may name a product."""
    scattered = [line(word, y=0.9, height=0.01) for word in ("东北虎", "湖北大学", "大米饭")]
    assert rank(scattered, SHELF)[0].name == 1.0
    page = [line(f"晚报今日要闻{number}", height=0.2) for number in range(8)]
    assert rank([*page, *scattered], SHELF) == []


def test_what_is_read_first_must_be_the_product():
    lines = [line("抽纸", height=0.1), line("东北大米", x=0.7)]
    assert not is_first(lines, ("东北大米",))
    assert is_first(lines, ("三层抽纸",))


CORNERS = ((0.3, 0.2), (0.7, 0.2), (0.7, 0.8), (0.3, 0.8))
ON_IT = ("黑巧克力", "可可码头", "净含量100g")


@pytest.mark.parametrize(
    ("lines", "another"),
    [
        ([line("黑巧克力"), line("可可码头", y=0.3)], False),
        ([line("牛奶巧克力糖", height=0.1), line("可可码头", y=0.3)], True),
        ([line("牛奶糖", height=0.1, confidence=0.8), line("黑巧克力")], False),  # not read clearly
        ([line("黑巧克力", height=0.1), line("配料可可脂", y=0.7, height=0.02)], False),  # small print
        ([line("黑巧克力", height=0.1), line("东北大米", x=0.9, height=0.1)], False),  # beside the package
        ([line("东北大米", x=0.25, y=0.45, height=0.2), line("黑巧克力", x=0.6, y=0.3)], True),  # looked at instead
        ([line("黑")], False),
        ([], False),
    ],
)
def test_a_large_clear_line_that_is_not_on_the_product_overrules_its_looks(lines, another):
    assert contradicts(lines, CORNERS, ON_IT) is another


def test_the_gist_is_what_one_reads_first_as_it_stands():
    lines = [line("可可码头", y=0.3, height=0.04), line("黑巧克力", height=0.1), line("净含量100g", y=0.9, height=0.02)]
    assert gist(lines) == "可可码头 黑巧克力"
    assert gist([]) == ""
    assert len(gist([line("长" * 60)])) == 24


@pytest.mark.parametrize(
    "scrap", [line("H 0"), line("2026"), line("茶"), line("CAFE", x=0.98, y=0.1), line("可可码头", confidence=0.7)]
)
def test_a_scrap_is_no_name(scrap):
    assert gist([scrap]) == ""


# --- with the reader ---


def without(tmp_path, statement, *values):
    """Return the sample after a change."""
    path = tmp_path / "catalogue.sqlite"
    shutil.copyfile(asset("catalogue", "sample.sqlite"), path)
    with sqlite3.connect(path) as db:
        db.execute(statement, values)
    db.close()
    return Catalogue(path)


@needs_reader
def test_another_variety_that_looks_alike_is_not_answered_for_one_the_catalogue_lacks(tmp_path):
    frame = photo("milk-chocolate", "oat-flakes", seed=18)
    lacking = without(tmp_path, "DELETE FROM picture WHERE item = (SELECT id FROM item WHERE key = 'milk-chocolate')")
    with lacking.change() as db:
        db.execute("UPDATE item SET name_zh = '', name_en = 'Gone' WHERE key = 'milk-chocolate'")
    fooled, reading = Shelf(lacking, read=None).look(frame), Shelf(lacking).look(frame)
    assert fooled.sure
    assert lacking.item(fooled.numbers[0]).key == "dark-chocolate"
    assert not reading.sure
    assert "牛奶巧克力" in reading.label


@needs_reader
def test_a_product_without_a_picture_is_known_by_what_is_written_on_it(tmp_path):
    frame = Held("product", "milk-chocolate", "centre", 0).over(np.full((720, 1280, 3), 90, np.uint8), 0)
    sight = Shelf(without(tmp_path, "DELETE FROM picture")).look(frame)
    assert (sight.method, sight.sure) == ("text", True)
    assert sample().item(sight.numbers[0]).key == "milk-chocolate"
    assert sight.confidence >= 0.6


@needs_reader
def test_what_nobody_knows_is_told_as_it_reads(tmp_path):
    empty = without(tmp_path, "DELETE FROM picture")
    with empty.change() as db:
        db.execute("DELETE FROM words")
    sight = Shelf(empty).look(photo("ground-coffee", "rice", seed=4))
    assert not sight.numbers
    assert "中烘咖啡粉" in sight.label
