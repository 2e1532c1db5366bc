"""What a code is, told from its text alone: before any network, and nothing is ever opened.

The table is in order: the first kind whose pattern holds is the code's. Sources are in ``docs/scan.md``; D stands in
the vendor's documents or sample code, U was not checked against one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from emulator.vision.alipay_plus import parse_alipay_plus
from emulator.vision.emvco import START, TlvError, parse_emvco
from emulator.vision.web_address import ALIPAY_HOST, disguise

Use = Literal["payee", "other payee", "secret", "none"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of code.

    Attributes:
        id: Its slug.
        zh: Its name in Chinese.
        en: Its name in English.
        pattern: Holds for the whole text, whatever its letter case.
        use: ``payee``: Alipay pays it; ``other payee``: another wallet's; ``secret``: pays out of the wallet of
            whoever shows it, so never a shop's; ``none``: no payment.
        source: Where the pattern is from.
    """

    id: str
    zh: str
    en: str
    pattern: re.Pattern[str]
    use: Use
    source: str


@dataclass(frozen=True, slots=True)
class Classified:
    """A code's kind, what its text says, and what is wrong with it.

    Attributes:
        kind: One of ``KINDS``.
        fields: What the text says, by name.
        problem: A slug of ``PROBLEMS``, or None. A code with a problem is never paid.
        detail: The problem in numbers, in English, or "".
    """

    kind: Kind
    fields: dict[str, str] = field(default_factory=dict)
    problem: str | None = None
    detail: str = ""


_FLAGS = re.IGNORECASE | re.DOTALL | re.ASCII  # without ASCII the long s of "httpſ" would pass for an s


def _kind(id: str, zh: str, en: str, pattern: str, use: Use, source: str) -> Kind:
    return Kind(id, zh, en, re.compile(pattern, _FLAGS), use, source)


_ALIPAY = rf"https://{re.escape(ALIPAY_HOST)}/"
_EMVCO = "EMV QRCPS MPM 1.1 [D]"
_ALIPAY_CODE = "Alipay precreate and its samples [D]"
KINDS = (
    _kind("alipay-static", "支付宝收款码", "Alipay payee code", _ALIPAY + r"fkx[a-z0-9]+/?(\?.*)?", "payee", _ALIPAY_CODE),
    _kind("alipay-dynamic", "支付宝订单码", "Alipay order code", _ALIPAY + r"bax[a-z0-9]+/?(\?.*)?", "payee", _ALIPAY_CODE),
    _kind("alipay-other", "支付宝其他码", "Alipay code, no payee's", _ALIPAY + r".*", "none", _ALIPAY_CODE),
    _kind("alipay-plus", "Alipay+ 商家码", "Alipay+ merchant code", r"https://[^/?#]+/MPM/3/.+", "other payee", "Alipay+ sample [D]"),
    _kind("emvco", "EMVCo 商家码", "EMVCo merchant code", START + r".*", "other payee", _EMVCO),
    _kind("wechat", "微信收款码", "WeChat Pay code", r"(wxp://|weixin://wxpay/).+", "other payee", "WeChat Native code_url; wxp [U]"),
    _kind("unionpay", "银联收款码", "UnionPay code", r"https://qr\.95516\.com/.+", "other payee", "[U]"),
    _kind("pay-code", "个人付款码", "personal pay code", r"(2[5-9]|30)[0-9]{14,22}|1[0-5][0-9]{16}|62[0-9]{17}", "secret", "auth_code [U]"),
    _kind("url", "网址", "web address", r"https?://[^\s]+", "none", "RFC 3986"),
    _kind("text", "文本", "text", r".*", "none", ""),
)  # fmt: skip

PROBLEMS = {
    "truncated": {"zh": "码不完整", "en": "the code is cut off"},
    "repeated": {"zh": "码的字段重复", "en": "an object stands twice"},
    "no-crc": {"zh": "码没有校验值", "en": "the code has no CRC"},
    "bad-crc": {"zh": "码的校验值不对", "en": "the CRC is wrong"},
    "bad-amount": {"zh": "码里的金额无效", "en": "the amount is no amount"},
    "aggregate": {"zh": "聚合码，不支持", "en": "an aggregate code: several wallets'"},
    "disguised": {"zh": "网址可疑", "en": "the address is not what it looks like"},
}


def classify(text: str) -> Classified:
    """Return what the text of a code is.

    >>> classify("HTTPS://QR.ALIPAY.COM/FKX00123").kind.id
    'alipay-static'
    >>> classify("hello").kind.zh
    '文本'
    """
    kind = next(kind for kind in KINDS if kind.pattern.fullmatch(text))
    if kind.id == "emvco":
        return _emvco(kind, text)
    if kind.id == "alipay-plus":
        return _alipay_plus(kind, text)
    if kind.id.startswith("alipay-"):
        return Classified(kind, {"id": text.split("/", 3)[3].split("?")[0].rstrip("/")})
    if kind.id == "url":
        found = disguise(text)
        return Classified(kind, {}, "disguised" if found else None, found or "")
    return Classified(kind)


def _emvco(kind: Kind, text: str) -> Classified:
    code = parse_emvco(text)
    fields = dict(code.fields)
    if code.initiation:
        fields["initiation"] = code.initiation
    if code.accounts:
        fields["accounts"] = ",".join(code.accounts)
    if code.problem is None and len(code.accounts) > 1:
        return Classified(kind, fields, "aggregate", f"accounts {fields['accounts']}")
    return Classified(kind, fields, code.problem, code.detail)


def _alipay_plus(kind: Kind, text: str) -> Classified:
    found = disguise(text)
    if found:
        return Classified(kind, {}, "disguised", found)
    try:
        return Classified(kind, parse_alipay_plus(text))
    except TlvError as error:
        return Classified(kind, {}, "truncated", str(error))
