"""Films of a session: what is private stays out of the video, and in the picture the wearer asks for."""

from __future__ import annotations

import numpy as np

from emulator import Glasses, SetScene, Show
from emulator.cli._film import Film
from emulator.core.actions import Say
from emulator.wallet.samples import sample_code


def test_a_video_hides_payee_and_amount_and_a_picture_does_not():
    with Glasses("quark_s1", lux=20.0) as worn:
        worn.do(SetScene("black"))
        film = Film(worn, "black", 30, None)
        worn.do(Say("帮我支付32元"))
        worn.run_for(seconds=2)
        worn.do(Show("qr", sample_code("sample-1"), for_ms=1_000))
        worn.run_for(seconds=4)
        assert "¥32.00" in worn.visible_text
        seen = film.picture().copy()
        filmed = film.picture(private=False).copy()
        again = film.picture()
        film.close()
    assert np.array_equal(seen, again)
    rows = np.flatnonzero((seen != filmed).any(axis=(1, 2)))
    assert len(rows) > 20
