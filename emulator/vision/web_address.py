"""Addresses that look like what they are not: a wallet's host in disguise (services.md, 2.6)."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

ALIPAY_HOST = "qr.alipay.com"
PAY_HOSTS = (ALIPAY_HOST, "qr.95516.com")
_LIKE_LATIN = {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}  # whole words of theirs can look Latin
_BRANDS = ("alipay", "95516", "unionpay", "weixin", "wxpay")


def disguise(address: str) -> str | None:
    """Return what is suspicious about a web address, or None.

    >>> disguise("https://example.org/menu")
    >>> disguise("https://饭馆.中国/menu")
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
    shown = ".".join(_shown(label) for label in host.split("."))
    plain = unicodedata.normalize("NFKC", shown).casefold()
    if parts.username is not None:
        return f"a name before the host: the host is {host}"
    if plain != shown or any(_mixed(label) for label in plain.split(".")):
        return f"letters that look like others in the host {_in_ascii(shown)}"
    if plain in PAY_HOSTS:
        return f"{parts.scheme} with port {port}, not plain https" if port else f"{parts.scheme}, not https"
    if any(brand in _bare(plain) for brand in _BRANDS) and not plain.endswith((".alipay.com", ".95516.com")):
        return f"the host is {_in_ascii(shown)}, not that of the wallet it names"
    return None


def _shown(label: str) -> str:
    """Return a label as a browser shows it: ``xn--fiq228c`` is 中文."""
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _mixed(label: str) -> bool:
    """Say whether a label has letters of more than one script, of which one is Latin, or a lone script like it."""
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    return ("LATIN" in scripts and len(scripts) > 1) or bool(scripts & _LIKE_LATIN) or "?" in scripts


def _bare(host: str) -> str:
    """Return the host without accents and with a dot on each i."""
    letters = unicodedata.normalize("NFKD", host).replace("ı", "i")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _in_ascii(host: str) -> str:
    return host.encode("ascii", "backslashreplace").decode()
