"""Scripts and microdata of an HTML page, in one pass that no page makes slow.

The standard library's parser takes minutes for a page of unclosed tags and raises on broken declarations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

LONGEST_TAG, DEEPEST, MOST_PROPERTIES = 4_000, 60, 200
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_TO_END = re.compile(r"""[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")  # a quoted ">" ends no tag
_ATTRIBUTE = re.compile(r"""([a-zA-Z@:_-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")


@dataclass(slots=True)
class _Open:
    """A tag that is open: the item it begins, the property it fills, the words in it so far."""

    tag: str
    item: dict[str, Any] | None
    name: str
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    """What was found so far."""

    scripts: list[str] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)


def read_page(text: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Return a page's ``application/ld+json`` scripts and its microdata items, nested as JSON-LD nests them."""
    page, at = _Page(), 0
    while (start := text.find("<", at)) >= 0:
        _say(page, text[at:start])
        if text.startswith("<!--", start):
            end = text.find("-->", start)
            at = end + 3 if end >= 0 else len(text)
            continue
        end = text.find(">", start, start + LONGEST_TAG)
        found = _TAG.match(text, start + 1)
        if end < 0 or not found:
            at = start + 1
            continue
        whole = _TO_END.match(text, found.end(), start + LONGEST_TAG)
        end = whole.end() - 1 if whole else end
        at = end + 1
        tag = found[2].lower()
        if found[1]:
            _end(page, tag)
        else:
            values = _attributes(text[found.end() : end])
            if tag in ("script", "style"):
                last = text.find(f"</{tag}", at)
                if tag == "script" and last >= 0 and "ld+json" in values.get("type", ""):
                    page.scripts.append(text[at:last])
                at = last if last >= 0 else len(text)
            else:
                _begin(page, tag, values)
    return page.scripts, page.items


def _attributes(text: str) -> dict[str, str]:
    return {
        found[1].lower(): unescape(next((part for part in found.groups()[1:] if part is not None), ""))
        for found in _ATTRIBUTE.finditer(text)
    }


def _begin(page: _Page, tag: str, values: dict[str, str]) -> None:
    name, item = values.get("itemprop", ""), None
    if "itemscope" in values:
        item = {"@type": values.get("itemtype", "").rpartition("/")[2]}
        if name:
            _add(page, name, item)
        else:
            page.items.append(item)
        name = ""
    elif name and (value := values.get("content") or values.get("datetime") or _link(tag, values)):
        _add(page, name, value)
        name = ""
    if tag not in _VOID and len(page.open) < DEEPEST:
        page.open.append(_Open(tag, item, name))


def _end(page: _Page, tag: str) -> None:
    """End what ``tag`` began, with what was left open inside."""
    if not any(tag == one.tag for one in page.open):
        return
    while True:
        closed = page.open.pop()
        if closed.name:
            _add(page, closed.name, " ".join(unescape("".join(closed.words)).split()))
        if closed.tag == tag:
            return


def _say(page: _Page, words: str) -> None:
    """Give words to the innermost property that is open."""
    filling = next((one for one in reversed(page.open) if one.name or one.item is not None), None)
    if filling is not None and filling.name:
        filling.words.append(words)


def _add(page: _Page, name: str, value: Any) -> None:
    inside = next((one.item for one in reversed(page.open) if one.item is not None), None)
    if inside is not None and len(inside) < MOST_PROPERTIES and name.strip():
        inside.setdefault(name.split()[0], value)


def _link(tag: str, values: dict[str, str]) -> str:
    return values.get("href", "") if tag in ("link", "a") else ""
