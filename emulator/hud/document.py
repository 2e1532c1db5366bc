"""HUD documents: a designer's YAML becomes frozen nodes; whatever is wrong is told with line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from emulator.core.assets import asset
from emulator.core.errors import HudError, nearest
from emulator.core.units import MS, duration_ns
from emulator.core.yaml import Node as Yaml
from emulator.core.yaml import read_yaml
from emulator.hud.icons import icons
from emulator.hud.nodes import Bar, Condition, Group, HudDocument, Icon, Node, Repeat, Reticle, Spacer, Text
from emulator.hud.sizes import LEVELS, STYLES, Size, parse_size

__all__ = ["HudDocument", "load_documents", "parse_document"]

SUFFIX = ".hud.yaml"
COMMON = "common"  # the document whose fragments every other may `use`
LATER = {"qr": "the payment screens", "map": "navigation", "image": "pictures on colour displays"}
STATUS = ("status.time", "status.battery", "status.level")
HEAD = (
    "hud", "tokens", "samples", "states", "anchor", "beneath", "enter", "leave", "fragments", "root",
)  # fmt: skip
SHARED = (
    "id", "when", "unless", "states", "from-width", "to-width", "w", "h", "grow", "align-self", "box", "radius",
    "pad", "brightness",
)  # fmt: skip
ALIGNS = ("start", "center", "end", "stretch")


def load_documents(folder: Path) -> dict[str, HudDocument]:
    """Read every ``*.hud.yaml`` of ``folder``, by id.

    Raises:
        HudError: If one cannot be read or is malformed; as ``path:line:column: what``.
    """
    common = folder / f"{COMMON}{SUFFIX}"
    fragments = _fragments(common) if common.exists() else None
    documents: dict[str, HudDocument] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        document = parse_document(_read(path), path, fragments)
        if document.id in documents:
            raise HudError(f"{path}:1:1: {documents[document.id].path} has the id {document.id!r} already")
        documents[document.id] = document
    return documents


def parse_document(text: str, path: Path | str, fragments: Mapping[str, Yaml] | None = None) -> HudDocument:
    """Parse one HUD document (docs/huds.md).

    Args:
        text: The YAML.
        path: Its file, for messages.
        fragments: What it may ``use`` besides its own fragments; those of the shipped ``common.hud.yaml`` if None.

    Raises:
        HudError: If it is malformed; as ``path:line:column: what; did you mean``.
    """
    if fragments is None:
        fragments = _shipped_fragments()
    top = read_yaml(text, path, HudError)
    head = top.mapping("HUD document", HEAD)
    for key in ("hud", "samples", "root"):
        if key not in head:
            top.fail(f"a HUD document needs the key {key!r}")
    samples = {name: node.mapping(f"sample {name!r}") for name, node in head["samples"].mapping("samples").items()}
    plain = {name: {key: node.plain for key, node in sample.items()} for name, sample in samples.items()}
    states = _states(head.get("states"), plain)
    own = head["fragments"].mapping("fragments") if "fragments" in head else {}
    tokens = head["tokens"].mapping("tokens") if "tokens" in head else {}
    reader = _Reader(_known(plain), states, {**fragments, **own}, tokens)
    return HudDocument(
        id=head["hud"].text("hud"),
        root=reader.node(head["root"]),
        anchor=_word(head, "anchor", ("fill", "top", "bottom", "center")),
        beneath=_word(head, "beneath", ("hide", "dim", "keep")),
        samples=plain,
        states=states,
        enter_ms=_fade_ms(head.get("enter")),
        leave_ms=_fade_ms(head.get("leave")),
        text=text,
        path=str(path),
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HudError(f"{path}: cannot read the HUD document: {error}") from error


def _fragments(path: Path) -> dict[str, Yaml]:
    head = read_yaml(_read(path), path, HudError).mapping("HUD document", HEAD)
    return dict(head["fragments"].mapping("fragments")) if "fragments" in head else {}


@cache
def _shipped_fragments() -> dict[str, Yaml]:
    return _fragments(asset("huds", f"{COMMON}{SUFFIX}"))


def _states(node: Yaml | None, samples: Mapping[str, Any]) -> tuple[str, ...]:
    if node is None:
        return tuple(samples)
    return tuple(item.one_of("state without sample data", samples) for item in node.sequence("states"))


def _word(head: Mapping[str, Yaml], key: str, known: tuple[str, ...]) -> str:
    return head[key].one_of(key, known) if key in head else known[0]


def _fade_ms(node: Yaml | None) -> float:
    if node is None:
        return 0.0
    fade = node.mapping("fade", ("fade",)).get("fade")
    if fade is None:
        node.fail("expected {fade: 200ms}")
    try:
        return duration_ns(fade.text("fade")) / MS
    except ValueError as error:
        fade.fail(str(error))


def _known(samples: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return every name that may be bound: keys of the samples, those of list entries, and the status."""
    names = set(STATUS)
    for sample in samples.values():
        for key, value in sample.items():
            names.add(key)
            if isinstance(value, int) and not isinstance(value, bool):
                names.add(f"{key}.position")
            for entry in value if isinstance(value, list) else ():
                names |= {f"item.{name}" for name in entry} | {"item.number"} if isinstance(entry, dict) else set()
    return frozenset(names)


class _Reader:
    """Turns YAML into nodes for one document."""

    def __init__(
        self, known: frozenset[str], states: tuple[str, ...], fragments: Mapping[str, Yaml], tokens: Mapping[str, Yaml]
    ) -> None:
        self._known, self._states, self._fragments, self._tokens = known, states, fragments, tokens
        self._using: tuple[str, ...] = ()
        self._kinds: dict[str, Callable[[Yaml], Node]] = {
            "column": self._group,
            "row": self._group,
            "stack": self._group,
            "text": self._text,
            "icon": self._icon,
            "bar": self._bar,
            "reticle": self._reticle,
            "spacer": self._spacer,
            "list": self._list,
            "use": self._use,
        }

    def node(self, yaml: Yaml) -> Node:
        """Read a mapping with one key, the kind of node."""
        value = yaml.mapping("node")
        if len(value) != 1:
            yaml.fail(f"a node is one key, its kind, got {len(value)}{nearest('', self._kinds)}")
        kind = next(iter(value))
        if kind in LATER:
            yaml.keys[kind].fail(f"{kind!r} comes later, with {LATER[kind]}")
        if kind not in self._kinds:
            yaml.keys[kind].fail(f"unknown kind of node {kind!r}{nearest(kind, self._kinds)}")
        return self._kinds[kind](yaml)

    def _group(self, yaml: Yaml) -> Node:
        kind, body, keys = self._open(yaml, ("items", "gap", "align", "justify"))
        return Group(
            **self._shared(keys),
            kind=kind,
            items=tuple(self.node(item) for item in self._required(body, keys, "items").sequence("items")),
            gap=self._size(keys, "gap") or Size(0, "px"),
            items_align=_word(keys, "align", ALIGNS),
            justify=_word(keys, "justify", ("start", "center", "end", "between")),
        )

    def _text(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("bind", "format", "style", "max-lines", "scroll", "align"))
        if ("bind" in keys) == ("format" in keys):
            body.fail("text: give one of bind and format")
        return Text(
            **self._shared(keys),
            format=f"{{{self._bind(keys, 'bind')}}}" if "bind" in keys else self._format(keys["format"]),
            style=keys["style"].one_of("style", STYLES) if "style" in keys else "body",
            max_lines=int(self._number(keys, "max-lines", 1)),
            scroll=self._bind(keys, "scroll"),
            text_align=_word(keys, "align", ALIGNS[:3]),
        )

    def _icon(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("name", "bind", "size", "level"))
        if ("bind" in keys) == ("name" in keys):
            body.fail("icon: give one of bind and name")
        return Icon(
            **self._shared(keys),
            name=keys["name"].one_of("icon", icons()) if "name" in keys else "",
            bind=self._bind(keys, "bind"),
            size=self._size(keys, "size") or Size(0.75, "deg"),
            level=self._bind(keys, "level"),
        )

    def _bar(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("bind",))
        self._required(body, keys, "bind")
        return Bar(**self._shared(keys), bind=self._bind(keys, "bind"))

    def _reticle(self, yaml: Yaml) -> Node:
        _, _, keys = self._open(yaml, ("arm",))
        return Reticle(**self._shared(keys), arm=self._size(keys, "arm") or Size(1.0, "deg"))

    def _spacer(self, yaml: Yaml) -> Node:
        _, _, keys = self._open(yaml, ())
        return Spacer(**self._shared(keys))

    def _list(self, yaml: Yaml) -> Node:
        own = ("bind", "index", "window", "ring", "direction", "item", "selected", "gap")
        _, body, keys = self._open(yaml, own)
        item = self.node(self._required(body, keys, "item"))
        self._required(body, keys, "bind")
        return Repeat(
            **self._shared(keys),
            bind=self._bind(keys, "bind"),
            index=self._bind(keys, "index"),
            window=int(self._number(keys, "window", 5)),
            ring="ring" in keys and keys["ring"].value is True,
            direction=_word(keys, "direction", ("column", "row")),
            item=item,
            selected=self.node(keys["selected"]) if "selected" in keys else item,
            gap=self._size(keys, "gap") or Size(0, "px"),
        )

    def _use(self, yaml: Yaml) -> Node:
        name = yaml.mapping("node")["use"]
        wanted = name.text("use")
        if wanted not in self._fragments:
            name.fail(f"unknown fragment {wanted!r}{nearest(wanted, self._fragments)}")
        if wanted in self._using:
            name.fail(f"fragment {wanted!r} uses itself")
        outer, self._using = self._using, (*self._using, wanted)
        found = self.node(self._fragments[wanted])
        self._using = outer
        return found

    def _open(self, yaml: Yaml, own: tuple[str, ...]) -> tuple[str, Yaml, dict[str, Yaml]]:
        kind, body = next(iter(yaml.mapping("node").items()))
        return kind, body, body.mapping(kind, (*SHARED, *own))

    def _required(self, body: Yaml, keys: Mapping[str, Yaml], key: str) -> Yaml:
        if key not in keys:
            body.fail(f"the key {key!r} is missing")
        return keys[key]

    def _shared(self, keys: Mapping[str, Yaml]) -> dict[str, Any]:
        pads = self._pads(keys["pad"]) if "pad" in keys else (Size(0, "px"), Size(0, "px"))
        return {
            "id": keys["id"].text("id") if "id" in keys else "",
            "conditions": self._conditions(keys),
            "states": tuple(s.one_of("state", self._states) for s in keys["states"].sequence("states"))
            if "states" in keys
            else (),
            "from_width": self._size(keys, "from-width") or Size(0, "px"),
            "to_width": self._size(keys, "to-width"),
            "width": self._size(keys, "w"),
            "height": self._size(keys, "h"),
            "grow": self._number(keys, "grow", 0.0),
            "align": keys["align-self"].one_of("align-self", ALIGNS) if "align-self" in keys else "",
            "box": _word(keys, "box", ("none", "outline", "thin", "filled")),
            "radius": self._size(keys, "radius") or Size(0.3, "deg"),
            "pad": pads,
            "brightness": keys["brightness"].one_of("brightness", LEVELS) if "brightness" in keys else "mid",
        }

    def _conditions(self, keys: Mapping[str, Yaml]) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for key in ("when", "unless"):
            if key not in keys:
                continue
            if not isinstance(keys[key].value, dict):
                found.append(Condition(self._bind(keys, key), negated=key == "unless"))
                continue
            for name, wanted in keys[key].mapping(key).items():
                self._check(name, keys[key].keys[name])
                values = wanted.plain if isinstance(wanted.plain, list) else [wanted.plain]
                found.append(Condition(name, tuple(values), key == "unless"))
        return tuple(found)

    def _bind(self, keys: Mapping[str, Yaml], key: str) -> str:
        return self._check(keys[key].text(key), keys[key]) if key in keys else ""

    def _check(self, name: str, where: Yaml) -> str:
        if name not in self._known:
            where.fail(f"unknown binding {name!r}{nearest(name, self._known)}")
        return name

    def _format(self, yaml: Yaml) -> str:
        text = yaml.text("format")
        for part in text.split("{")[1:]:
            self._check(part.partition("}")[0], yaml)
        return text

    def _number(self, keys: Mapping[str, Yaml], key: str, default: float) -> float:
        value = keys[key].value if key in keys else default
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            keys[key].fail(f"{key}: expected a number of at least 0, got {value!r}")
        return value

    def _pads(self, yaml: Yaml) -> tuple[Size, Size]:
        if isinstance(yaml.value, tuple):
            if len(yaml.value) != 2:
                yaml.fail("pad: expected one size, or [vertical, horizontal]")
            return self._parse(yaml.value[0]), self._parse(yaml.value[1])
        return self._parse(yaml), self._parse(yaml)

    def _size(self, keys: Mapping[str, Yaml], key: str) -> Size | None:
        return self._parse(keys[key]) if key in keys else None

    def _parse(self, yaml: Yaml) -> Size:
        text = yaml.text("size")
        if text.startswith("$"):
            if text[1:] not in self._tokens:
                yaml.fail(f"unknown token {text!r}{nearest(text[1:], self._tokens)}")
            yaml = self._tokens[text[1:]]
            text = yaml.text("token")
        try:
            return parse_size(text)
        except ValueError as error:
            yaml.fail(str(error))
