"""Addresses that look like what they are not: a wallet's host in disguise (services.md, 2.6)."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

ALIPAY_HOST = "qr.alipay.com"
PAY_HOSTS = (ALIPAY_HOST, "qr.95516.com")
_BRANDS = ("alipay", "95516", "unionpay", "weixin", "wxpay")


def disguise(address: str) -> str | None:
    """Return what is suspicious about a web address, or None.

    >>> disguise("https://example.org/menu")
    >>> disguise("https://qr.alipay.com@example.org/fkx1")
    'a name before the host: the host is example.org'
    >>> disguise("https://qr.alipay.com.example.org/fkx1")
    'the host is qr.alipay.com.example.org, not that of the wallet it names'
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "no valid host"
    plain = unicodedata.normalize("NFKC", host).casefold()
    if parts.username is not None:
        return f"a name before the host: the host is {host}"
    if not host.isascii() or any(label.startswith("xn--") for label in plain.split(".")):
        return f"letters of another script in the host {_in_ascii(host)}"
    if plain in PAY_HOSTS:
        return f"{parts.scheme} with port {port}, not plain https" if port else f"{parts.scheme}, not https"
    if any(brand in plain for brand in _BRANDS) and not plain.endswith((".alipay.com", ".95516.com")):
        return f"the host is {host}, not that of the wallet it names"
    return None


def _in_ascii(host: str) -> str:
    return host.encode("ascii", "backslashreplace").decode()
