import numpy as np
import pytest
import zxingcpp

from emulator.vision.passes import BOARDING_PASS
from emulator.vision.scanner import Scanner
from emulator.vision.still_search import search_still
from tests.unit.vision.drawn_codes import street

PASS = "M1JOHN/DOE            EXXX007 YULFRALH 0489 141M001A0001 300"


def printed(format_name):
    code = zxingcpp.create_barcode(PASS, getattr(zxingcpp.BarcodeFormat, format_name))
    print_ = np.pad(np.asarray(code.to_image(scale=3)), 16, constant_values=255)
    frame = street()
    frame[100 : 100 + print_.shape[0], 200 : 200 + print_.shape[1]] = print_
    return frame


@pytest.mark.parametrize("format_name", ["Aztec", "PDF417", "QRCode"])
def test_the_three_codes_of_boarding_passes_are_read_when_asked_for(format_name):
    codes, state = search_still(printed(format_name), BOARDING_PASS)
    assert ([(code.text, code.format) for code in codes], state) == ([(PASS, format_name)], "read")


def test_who_pays_never_meets_a_boarding_pass():
    assert search_still(printed("Aztec")) == ((), "searching")


def test_a_scanner_for_boarding_passes_wants_two_agreeing_reads_too():
    scanner, frame = Scanner(BOARDING_PASS), printed("PDF417")
    assert [scanner.look(frame, t_ns).state for t_ns in (0, 100_000_000)] == ["reading", "read"]
