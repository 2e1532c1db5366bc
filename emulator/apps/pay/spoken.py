"""The words of paying: anchored at both ends, so that a sentence which only mentions paying is none of them."""

from __future__ import annotations

import re
from typing import Any

from emulator.core.english_numbers import in_figures
from emulator.wallet.money import SPOKEN, parse_fen
from emulator.wallet.money import spoken_fen as chinese_fen

_EN_AMOUNT = r"(?P<amount>[a-z0-9][a-z0-9 .,-]*?) (?:yuan|rmb|kuai)"
INTENTS: dict[str, str | tuple[str, ...]] = {
    "pay.confirm": (r"^确认支付$", r"^confirm (?:the )?payment$"),
    "pay.cancel": (
        r"^(?:取消|取消支付|取消付款|不支付了?|不付了|(?:先)?(?:别|不要|不)(?:确认)?(?:支付|付款|付))$",
        r"^(?:cancel|cancel (?:the )?payment|(?:do not|don't) (?:pay|confirm)(?: (?:the )?payment)?)$",
    ),
    "pay.bind": (r"^绑定支付宝(?:账号)?$", r"^bind (?:my )?alipay(?: account)?$"),
    "pay.unbind": (r"^(?:解绑|解除绑定)支付宝(?:账号)?$", r"^unbind (?:my )?alipay(?: account)?$"),
    "pay.voice": (r"^(?:录入|开启|设置)(?:支付)?声纹(?:支付)?$", r"^(?:enroll|set up) my voice$"),
    "pay.start": (
        rf"^(?:我要|我想)?(?:用支付宝|扫码)?(?:支付|付款|付)个?(?P<said>{SPOKEN})吧?$",
        r"^(?:我要|我想)?(?:用支付宝|扫码|看一下)(?:支付|付款)$|^扫一扫$|^扫码$|^打开支付宝?$",
        rf"^(?:i want to |scan (?:and|to) )?pay {_EN_AMOUNT}$",
        r"^(?:i want to |scan (?:and|to) )?pay (?P<amount>\d[\d.,]*)$",
        r"^(?:scan (?:and|to) pay|pay with alipay|open (?:alipay|pay))$",
    ),
}


def spoken_fen(slots: dict[str, Any]) -> int | None:
    """Return the amount that was said, in fen, or None.

    >>> spoken_fen({"said": "十二块五"}), spoken_fen({"said": "5毛"}), spoken_fen({"amount": "twenty"})
    (1250, 50, 2000)
    >>> spoken_fen({"amount": "a few"}), spoken_fen({"amount": "12.345"}), spoken_fen({})
    (None, None, None)
    """
    if "said" in slots:
        return chinese_fen(str(slots["said"]))
    figures = in_figures(re.sub(r"(?<=\d),(?=\d{3})", "", str(slots.get("amount", ""))))
    try:
        return parse_fen(figures)
    except ValueError:
        return None
