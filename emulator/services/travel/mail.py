"""Reads mails and web pages for schema.org reservations, as JSON-LD or microdata. HTML is text here: nothing is fetched."""

from __future__ import annotations

import email.policy
import json
import re
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage, Message
from typing import Any

from emulator.services.travel.json_ld import trips_in
from emulator.services.travel.page import read_page
from emulator.services.travel.refused import RefusedError, check_size
from emulator.services.travel.trip import Trip

MOST_BYTES, MOST_PARTS, MOST_RULERS = 4_000_000, 100, 2_000
MOST_CHARACTERS = 2_000_000  # of a page
PASSES = ("application/vnd.apple.pkpass", "application/vnd.apple.pkpasses")  # Apple's media types
_LONG_HEADER = re.compile(rb"^content-[a-z-]+:(?:[^\n]|\n[ \t]){4000}", re.IGNORECASE | re.MULTILINE)


def read_mail(data: bytes, now: date | None = None) -> tuple[list[Trip], list[bytes], str]:
    """Return what a mail holds: trips in its HTML, calendars and passes attached to it, and its plain text.

    Raises:
        RefusedError: If it is too large or has too many parts.
    """
    check_size(data, MOST_BYTES, "a mail")
    if data.count(b"\n--") > MOST_RULERS:  # each may begin a part, and the parser of mails is slow
        raise RefusedError(f"a mail of more than {MOST_PARTS} parts")
    if found := _LONG_HEADER.search(data):
        raise RefusedError("a header of more than 4,000 characters", data.count(b"\n", 0, found.start()) + 1)
    try:
        message = message_from_bytes(data, policy=email.policy.default)
        return _parts(message, now)
    except RecursionError:
        raise RefusedError("a mail that is nested too deep") from None


def _parts(message: Message, now: date | None) -> tuple[list[Trip], list[bytes], str]:
    trips: list[Trip] = []
    attached: list[bytes] = []
    plain: list[str] = []
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            raise RefusedError(f"a mail of more than {MOST_PARTS} parts")
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        kind, name = part.get_content_type(), (part.get_filename() or "").casefold()
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        if kind == "text/calendar" or kind in PASSES or name.endswith((".ics", ".pkpass", ".pkpasses")):
            attached.append(body)
        elif kind == "text/html":
            trips += trips_in_html(_text(body, part.get_content_charset()), now)
        elif kind == "text/plain":
            plain.append(_text(body, part.get_content_charset()))
    return trips, attached, "\n".join(plain)


def trips_in_html(text: str, now: date | None = None) -> list[Trip]:
    """Return the trips in a page's JSON-LD and microdata; ``now`` helps with days that only a boarding pass tells.

    Raises:
        RefusedError: If the page is too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(f"{len(text) / 1e6:.1f} million characters; {MOST_CHARACTERS // 1_000_000} million at most")
    scripts, items = read_page(text)
    trips: list[Trip] = []
    for script in scripts:
        try:
            trips += trips_in(_decode(_without_comments(script)), now)
        except (ValueError, RecursionError):
            continue  # other scripts of the page may be whole
    return trips + trips_in(items, now)


def _decode(text: str) -> Any:
    """Decode JSON as mails have it: with commas too many, or too few between objects."""
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError:
        return json.loads(re.sub(r"\}(\s*)\{", r"},\1{", re.sub(r",(\s*[}\]])", r"\1", text)), strict=False)


def _text(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except (LookupError, UnicodeError):  # no such charset, or one that is no charset of mails
        return body.decode("utf-8", "replace")


def _without_comments(script: str) -> str:
    return re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", script)
