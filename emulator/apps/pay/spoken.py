"""The words of paying: anchored at both ends, so that a sentence which only mentions paying is none of them."""

from __future__ import annotations

import re
from typing import Any

from emulator.core.numerals import NUMERAL, to_number
from emulator.services.qwen.english_numbers import in_figures

_ZH_AMOUNT = (
    rf"(?:(?P<yuan>{NUMERAL})(?:元|块钱|块|圆)(?P<jiao>[0-9零一二两三四五六七八九])?(?:角|毛)?"
    rf"|(?P<only_jiao>[0-9一二两三四五六七八九])(?:角|毛))钱?"
)
_EN_AMOUNT = r"(?P<amount>[a-z0-9][a-z0-9 .-]*?) (?:yuan|rmb|kuai)"
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
        rf"^(?:我要|我想)?(?:用支付宝|扫码)?(?:支付|付款|付){_ZH_AMOUNT}$",
        r"^(?:我要|我想)?(?:用支付宝|扫码|看一下)(?:支付|付款)$",
        rf"^(?:i want to )?pay {_EN_AMOUNT}$",
        r"^(?:scan (?:and|to) pay|pay with alipay)$",
    ),
}


def spoken_fen(slots: dict[str, Any]) -> int | None:
    """Return the amount that was said, in fen, or None.

    >>> spoken_fen({"yuan": "十二", "jiao": "五"}), spoken_fen({"only_jiao": "5"}), spoken_fen({"amount": "twenty"})
    (1250, 50, 2000)
    >>> spoken_fen({"amount": "a few"}), spoken_fen({})
    (None, None)
    """
    if "amount" in slots:
        figures = in_figures(str(slots["amount"]))
        return _fen(float(figures)) if re.fullmatch(r"\d+(\.\d+)?", figures) else None
    if "yuan" not in slots and "only_jiao" not in slots:
        return None
    jiao = slots.get("jiao") or slots.get("only_jiao") or "0"
    return _fen(to_number(str(slots.get("yuan", "0"))) + to_number(str(jiao)) / 10)


def _fen(yuan: float) -> int | None:
    fen = round(yuan * 100)
    return fen if fen > 0 and abs(yuan * 100 - fen) < 1e-6 else None  # nobody pays half a fen
