"""Looking for a code, headless: what a flow holds before the camera is in the frame, and is read."""

import pytest

from emulator import Glasses, Show
from emulator.core.actions import Reply, SetScene
from emulator.services.looking import Look

SHOP = "https://qr.alipay.com/fkx00000sandbox"


def looks(worn, count=4, every_ms=100):
    """Return the replies to so many looks."""
    replies = []
    for _ in range(count):
        future = worn.calls.call(Look(), "pay")
        worn.run_for(ms=every_ms)
        assert future.done
        replies.append(worn.events(Reply)[-1].reply)
    return replies


@pytest.fixture
def worn():
    with Glasses("quark_s1", apps=[]) as worn:
        worn.do(SetScene("black"))
        yield worn


def test_two_agreeing_reads_of_what_is_held_make_a_sighting(worn):
    worn.do(Show("qr", SHOP))
    states = [reply["state"] for reply in looks(worn)]
    assert states[0] == "reading"
    assert states[-1] == "read"
    last = worn.events(Reply)[-1].reply
    assert (last["text"], last["kind"], last["use"]) == (SHOP, "alipay-static", "payee")


def test_nothing_held_is_nothing_seen(worn):
    assert {reply["state"] for reply in looks(worn)} == {"searching"}


def test_what_pays_out_of_a_wallet_is_not_in_the_log(worn):
    secret = "283456789012345678"
    worn.do(Show("text", "x"))
    worn.do(Show("qr", secret))
    last = looks(worn)[-1]
    assert last["use"] == "secret"
    replies = "".join(str(reply) for reply in worn.events(Reply))
    assert secret not in replies


def test_a_scene_that_cannot_be_opened_is_dark(worn, tmp_path):
    worn.do(SetScene(f"video:{tmp_path / 'missing.mp4'}"))
    assert looks(worn, 1)[0]["state"] == "dark"
