"""The catalogue's file: products in and out, words, prices; what ships equals what it is made of."""

import sqlite3
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from emulator.core.assets import asset
from emulator.core.errors import FileError
from emulator.live.errors import RejectedError
from emulator.services.shopping.adding import entry_of
from emulator.services.shopping.catalogue import Catalogue, Entry, begin_user, make, open_user, sample
from emulator.services.shopping.goods import Item, Offer, sum_up
from emulator.services.shopping.importing import read_goods
from emulator.services.shopping.quantities import parse_quantity, show_quantity
from emulator.services.shopping.views import Shelf
from emulator.vision._cv import cv2
from tests.unit.vision.package_photos import package, photo

NOW = datetime(2026, 10, 4, 9, tzinfo=UTC)


def offer(shop, price_fen, days=0, **more):
    return Offer(shop, price_fen, NOW - timedelta(days=days), **more)


def summed(offers, now=NOW):
    prices = sum_up(offers, now)
    assert prices is not None
    return prices


def test_what_is_put_in_comes_out(tmp_path):
    catalogue = make(tmp_path / "a.sqlite")
    item = Item("milk", "牛奶", "Milk", "牧场", "Farm", parse_quantity("6 x 250 ml"))
    catalogue.put([Entry(item, (offer("A", 1_990), offer("B", 2_050, 1)), ("06901234567892",))])
    again = Catalogue(tmp_path / "a.sqlite")
    number = again.by_gtin("06901234567892")
    assert number is not None
    assert again.item(number) == item
    assert again.offers(number) == [offer("B", 2_050, 1), offer("A", 1_990)]
    assert again.by_gtin("00000000000000") is None


def test_a_second_import_adds_offers_and_keeps_the_product(tmp_path):
    catalogue = make(tmp_path / "a.sqlite")
    for day in (3, 0):
        catalogue.put([Entry(Item("milk", name_en="Milk"), (offer("A", 1_000 + day, day),))])
    assert catalogue.counts() == {"item": 1, "offer": 2, "barcode": 0, "picture": 0}


def test_all_or_nothing_is_stored(tmp_path):
    catalogue = make(tmp_path / "a.sqlite")
    catalogue.put([Entry(Item("a", name_en="A"), gtins=("06901234567892",))])
    with pytest.raises(FileError, match="nothing was changed: the barcode 06901234567892 of 'c' is another product's"):
        catalogue.put([Entry(Item("b", name_en="B")), Entry(Item("c", name_en="C"), gtins=("06901234567892",))])
    assert [item.key for _, item in catalogue.items()] == ["a"]


def test_a_price_is_never_stored_as_a_fraction(tmp_path):
    catalogue = make(tmp_path / "a.sqlite")
    catalogue.put([Entry(Item("a", name_en="A"))])
    with catalogue.change() as db, pytest.raises(sqlite3.IntegrityError, match="REAL"):
        db.execute("INSERT INTO offer VALUES (1, 'A', 9.95, 0, 0, 'CNY', '2026-10-04')")


@pytest.mark.parametrize("content", [b"", b"hello" * 1_000])
def test_another_file_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "a.sqlite").write_bytes(content)
    with pytest.raises(FileError) as caught:
        Catalogue(tmp_path / "a.sqlite")
    assert str(caught.value).startswith(str(tmp_path / "a.sqlite"))


# --- prices ---


def test_mean_lowest_and_lowest_ever():
    offers = [
        offer("A", 1_000, shipping_fen=300),
        offer("B", 1_250, coupon_fen=100),
        offer("B", 900, 3),
        offer("C", 700, 90),
    ]
    prices = summed(offers)
    assert [(one.shop, one.total_fen) for one in prices.current] == [("B", 1_150), ("A", 1_300)]
    assert prices.mean_fen == 1_225
    assert prices.lowest_ever == offers[3]
    assert not prices.stale


def test_prices_that_are_all_old_are_shown_as_stale():
    prices = summed([offer("A", 1_000, 8), offer("B", 1_001, 30)])
    assert prices.stale
    assert prices.mean_fen == 1_001  # 1000.5 is rounded half up
    assert prices.as_of == NOW - timedelta(days=8)


def test_currencies_are_never_mixed_into_a_mean():
    offers = [offer("A", 1_000), offer("B", 500, currency="EUR"), offer("C", 700, currency="EUR")]
    prices = summed(offers)
    assert (prices.currency, prices.mean_fen) == ("EUR", 600)


def test_no_offers_have_no_price():
    assert sum_up([], NOW) is None


@pytest.mark.parametrize(
    ("text", "shown", "unit_fen"),
    [
        ("500 g", "500 g", 200),
        ("1.5L", "1.5 L", 67),
        ("2斤", "1 kg", 100),
        ("6*330ml", "1.98 L", 51),
        ("8粒", "8 pcs", 125),
    ],
)
def test_quantities_and_unit_prices(text, shown, unit_fen):
    quantity = parse_quantity(text)
    assert (show_quantity(quantity), quantity.unit_fen(1_000)) == (shown, unit_fen)


@pytest.mark.parametrize("text", ["", "a lot", "0 g", "12 stone", "1e9 kg", "-1 g", "99999 x 999999 kg"])
def test_what_is_no_quantity(text):
    with pytest.raises(ValueError, match="no quantity"):
        parse_quantity(text)


# --- words ---


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("番茄薯片", "chips-tomato"),
        ("番茄味的薯片", "chips-tomato"),
        ("oat milk", "oat-milk"),
        ("Dark Chocolate", "dark-chocolate"),
        ("茶", None),
        ("手机", None),
        ('") OR 1', None),
        ("", None),
    ],
)
def test_words_find_the_product_or_admit_that_they_do_not(words, key):
    found = Shelf(sample()).find(words)
    keys = [sample().item(number).key for number in found.numbers]
    assert (keys[0] if keys and key else None) == key
    assert key or not found.sure


# --- the user's own ---


def test_the_sample_is_there_until_one_imports(tmp_path):
    assert open_user(tmp_path).shipped
    begin_user(tmp_path, with_sample=True).put([Entry(Item("mine", name_en="Mine"))])
    assert open_user(tmp_path).counts()["item"] == 21
    begin_user(tmp_path, with_sample=False).put([Entry(Item("other", name_en="Other"))], drop_sample=True)
    assert [item.key for _, item in open_user(tmp_path).items()] == ["mine", "other"]
    assert not Shelf(open_user(tmp_path)).find("番茄薯片").numbers


def test_a_product_added_by_one_look_is_found_on_a_photo(tmp_path):
    catalogue = make(tmp_path / "a.sqlite")
    catalogue.put([entry_of(package("rice"), "老家的大米", 3_900, NOW)])
    sight = Shelf(catalogue).look(photo("rice", "tissues", seed=2))
    assert sight.sure
    assert catalogue.item(sight.numbers[0]).name_zh == "老家的大米"
    assert summed(catalogue.offers(sight.numbers[0])).mean_fen == 3_900


def test_a_shelf_follows_its_catalogue(tmp_path):
    catalogue = make(tmp_path / "a.sqlite")
    shelf = Shelf(catalogue)
    assert not shelf.look(package("rice")).sure
    catalogue.put([entry_of(package("rice"), "Rice", 0, NOW)])
    assert shelf.look(package("rice")).sure


@pytest.mark.parametrize(
    ("frame", "name", "why"),
    [
        (np.full((400, 400, 3), 200, np.uint8), "Wall", "too little to find it again by: 0 key points"),
        (None, " ", "1 to 60 letters"),
        (None, "x" * 61, "1 to 60 letters"),
    ],
)
def test_what_would_not_be_found_again_is_not_added(frame, name, why):
    with pytest.raises(RejectedError, match=why):
        entry_of(package("rice") if frame is None else frame, name, 0, NOW)


# --- what ships ---


def test_the_shipped_catalogue_is_what_its_files_say():
    """After a change: glasses catalogue import assets/catalogue/sample.json --sample --catalogue assets/...sqlite."""
    shipped = sample()
    numbers = {item.key: number for number, item in shipped.items()}
    pictures = dict(shipped.pictures())
    entries = read_goods(asset("catalogue", "sample.json"), sample=True)
    assert len(entries) == len(numbers)
    for entry in entries:
        number = numbers[entry.item.key]
        assert shipped.item(number) == entry.item
        assert entry.item.sample
        assert shipped.offers(number) == sorted(entry.offers, key=lambda one: (one.at, one.shop))
        assert shipped.by_gtin(entry.gtins[0]) == number
        there = cv2.imdecode(np.frombuffer(pictures[number].webp, np.uint8), cv2.IMREAD_COLOR)
        assert np.abs(there.astype(int) - package(entry.item.key)).mean() < 6


def test_every_sample_offer_says_so():
    """Names of shops with 示例 and Sample in them, barcodes of the range that is nobody's."""
    for number, item in sample().items():
        assert all("示例" in one.shop and "Sample" in one.shop for one in sample().offers(number)), item.key
