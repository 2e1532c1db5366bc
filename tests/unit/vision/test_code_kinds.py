import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.vision.emvco import crc16
from emulator.vision.kinds import KINDS, PROBLEMS, classify
from tests.unit.vision.drawn_codes import SPECIFICATION


def emvco(*objects, crc=None):
    """Return a code of (id, value) pairs, with the right CRC unless one is given."""
    text = "000201" + "".join(f"{name}{len(value):02}{value}" for name, value in objects) + "6304"
    return text + (crc or f"{crc16(text.encode()):04X}")


MERCHANT = (("26", "0012D15600000000"), ("52", "4111"), ("53", "156"), ("58", "CN"), ("59", "面馆"), ("60", "BEIJING"))
PLUS = "GPLD049PLVS00201CDSD0330114SAMPLEPLATFORM02110123456789A"  # the shape of the vendor's sample
EXAMPLES = {
    "https://qr.alipay.com/fkx0123456789abcd": "alipay-static",
    "HTTPS://QR.ALIPAY.COM/FKX01234": "alipay-static",
    "https://qr.alipay.com/bax04455bpabc123?t=1": "alipay-dynamic",
    "https://qr.alipay.com/tsx0123": "alipay-other",
    "https://qr.alipay.com/fkx1/../../x": "alipay-other",
    "HTTPS://QR.EXAMPLE.COM/MPM/3/" + base64.b64encode(PLUS.encode()).decode(): "alipay-plus",
    "wxp://f2f0abcdef": "wechat",
    "weixin://wxpay/bizpayurl?pr=9xFPmlUzz": "wechat",
    "https://qr.95516.com/00010000/01234": "unionpay",
    "2" + "8" * 17: "pay-code",
    "30" + "1" * 22: "pay-code",
    "134567890123456789": "pay-code",
    "2" * 15: "text",
    "31" + "1" * 16: "text",
    "https://example.org/menu": "url",
    "000201": "emvco",
    "WIFI:S:home;;": "text",
    "": "text",
    "two\nlines": "text",
}


@pytest.mark.parametrize(("text", "kind"), EXAMPLES.items())
def test_a_code_is_of_its_kind(text, kind):
    assert classify(text).kind.id == kind


@given(st.text(max_size=80))
def test_any_text_is_of_some_kind(text):
    assert classify(text).kind in KINDS


@given(st.text("0123456789.A最", max_size=40))
def test_any_object_after_the_start_is_read_or_told(text):
    told = classify("000201" + text)
    assert told.problem is None or told.problem in PROBLEMS


def test_the_example_of_the_specification_holds_its_crc():
    """Lengths in characters, CRC over UTF-8. Two accounts make it an aggregate code."""
    told = classify(SPECIFICATION)
    assert told.problem == "aggregate"
    assert told.fields["name"] == "BEST TRANSPORT"
    assert told.fields["amount"] == "23.72"
    assert told.fields["initiation"] == "dynamic"


def test_one_account_and_the_right_crc_is_in_order():
    told = classify(emvco(("01", "11"), *MERCHANT))
    assert told.problem is None
    assert told.fields == {
        "category": "4111", "currency": "156", "country": "CN", "name": "面馆", "city": "BEIJING",
        "initiation": "static", "accounts": "26",
    }  # fmt: skip


@pytest.mark.parametrize("at", range(6, len(SPECIFICATION) - 4, 7))
def test_any_changed_character_is_found(at):
    changed = SPECIFICATION[:at] + ("8" if SPECIFICATION[at] != "8" else "9") + SPECIFICATION[at + 1 :]
    assert classify(changed).problem in {"bad-crc", "truncated", "repeated", "no-crc"}


@pytest.mark.parametrize("length", range(7, len(SPECIFICATION)))
def test_any_truncation_is_found(length):
    assert classify(SPECIFICATION[:length]).problem in {"truncated", "no-crc"}


def test_a_truncation_says_where():
    assert classify(SPECIFICATION[:40]).detail == "object 29 at character 12 says 30 characters, 24 are left"


@pytest.mark.parametrize(
    ("objects", "problem"),
    [
        ((*MERCHANT, ("54", "1.234")), "bad-amount"),
        ((*MERCHANT, ("54", "-1")), "bad-amount"),
        ((*MERCHANT, ("54", "１")), "bad-amount"),
        ((*MERCHANT, ("54", "12.5")), None),
        ((*MERCHANT, ("60", "BEIJING")), "repeated"),
        ((*MERCHANT, ("62", "0299")), "truncated"),
        ((*MERCHANT, ("31", "0012D15600000001")), "aggregate"),
    ],
)
def test_objects_that_make_no_payment_are_told(objects, problem):
    assert classify(emvco(*objects)).problem == problem


def test_a_wrong_crc_says_both():
    told = classify(emvco(*MERCHANT, crc="0000"))
    assert told.problem == "bad-crc"
    assert told.detail.startswith("the code says 0000, its text gives ")


def test_alipay_plus_says_its_objects():
    address = "https://qr.example.com/MPM/3/" + base64.urlsafe_b64encode(PLUS.encode()).decode().rstrip("=")
    assert classify(address).fields == {"PLVS": "01", "CDSD": "0114SAMPLEPLATFORM02110123456789A"}


@pytest.mark.parametrize("rest", ["%%%", "AAAA", base64.b64encode(PLUS[:-3].encode()).decode()])
def test_a_broken_alipay_plus_code_is_told(rest):
    assert classify("https://qr.example.com/MPM/3/" + rest).problem == "truncated"


@pytest.mark.parametrize(
    "address",
    [
        "https://qr.alipay.com@example.org/fkx1",
        "https://qr.alipay.com.example.org/fkx1",
        "https://qr-alipay.com/fkx1",
        "https://qr.аlipay.com/fkx1",  # the a is Cyrillic
        "https://qr.xn--lipay-3ve.com/fkx1",  # the same, as the network writes it
        "https://qr.ａlipay.com/fkx1",  # a full-width a
        "https://qr.alıpay.com/fkx1",  # an i without its dot
        "https://qr.alípay.com/fkx1",
        "http://qr.alipay.com/fkx1",
        "https://qr.alipay.com:8443/fkx1",
        "https://[::1/fkx1",
    ],
)
def test_an_address_in_disguise_is_told_and_is_no_payee(address):
    told = classify(address)
    assert (told.kind.use, told.problem) == ("none", "disguised")


@pytest.mark.parametrize("address", ["httpſ://qr.alipay.com/fkx1", "https://qr.alipay.com/f\u212ax1"])
def test_letters_that_fold_into_others_make_no_payee(address):
    """The long s and the Kelvin sign are an s and a k to a match that ignores case, unless it is told not to."""
    assert classify(address).kind.use == "none"


@pytest.mark.parametrize(
    "address", ["https://example.org/alipay", "https://饭馆.中国/menu", "https://render.alipay.com/p"]
)
def test_an_address_that_pretends_nothing_is_just_an_address(address):
    assert classify(address).problem is None


def test_every_kind_and_problem_has_a_name_in_both_languages():
    for kind in KINDS:
        assert kind.zh
        assert kind.en
    assert all(told["zh"] and told["en"] for told in PROBLEMS.values())
