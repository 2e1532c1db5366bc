"""Reads the nodes of a HUD document from YAML; whatever is wrong is told with line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from emulator.core.assets import asset
from emulator.core.errors import HudError, nearest
from emulator.core.yaml import Node as Yaml
from emulator.hud.icons import icons
from emulator.hud.map_data import check_map
from emulator.hud.nodes import (
    ARM,
    ICON,
    QR,
    RADIUS,
    Bar,
    Condition,
    Group,
    Icon,
    Image,
    Map,
    Node,
    Qr,
    Repeat,
    Reticle,
    Spacer,
    Text,
)  # fmt: skip
from emulator.hud.picture import Picture, read_png
from emulator.hud.sizes import BOXES, LEVELS, NO_PAD, NONE, STYLES, Size, parse_size

SHARED = (
    "id", "when", "unless", "from-width", "to-width", "w", "h", "min-w", "min-h", "grow", "align-self", "box",
    "radius", "pad", "brightness", "cover",
)  # fmt: skip
ALIGNS = ("start", "center", "end", "stretch")


class Reader:
    """Turns YAML into nodes for one document."""

    def __init__(
        self,
        samples: Mapping[str, Sequence[Yaml]],
        fragments: Mapping[str, Yaml],
        tokens: Mapping[str, Yaml],
        folder: Path,
    ) -> None:
        """Prepare to read.

        Args:
            samples: What the sample data give for every name that may be bound.
            fragments: What the document may ``use``, by name.
            tokens: Sizes by name.
            folder: Where its pictures are, besides the bundled ones.
        """
        self._samples, self._fragments, self._tokens, self._folder = samples, fragments, tokens, folder
        self._using: tuple[str, ...] = ()
        self._kinds: dict[str, Callable[[Yaml], Node]] = {
            "column": self._group,
            "row": self._group,
            "stack": self._group,
            "text": self._text,
            "icon": self._icon,
            "image": self._image,
            "qr": self._qr,
            "bar": self._bar,
            "map": self._map,
            "reticle": self._reticle,
            "spacer": self._spacer,
            "list": self._list,
            "use": self._use,
        }

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds of nodes."""
        return tuple(self._kinds)

    def node(self, yaml: Yaml) -> Node:
        """Read a mapping with one key, the kind of node.

        Raises:
            HudError: If it is malformed.
        """
        value = yaml.mapping("node")
        if len(value) != 1:
            yaml.fail(f"a node is one key, its kind, got {len(value)}{nearest('', self._kinds)}")
        kind = next(iter(value))
        if kind not in self._kinds:
            yaml.keys[kind].fail(f"unknown kind of node {kind!r}{nearest(kind, self._kinds)}")
        return self._kinds[kind](yaml)

    # --- kinds ---

    def _group(self, yaml: Yaml) -> Node:
        kind, body, keys = self._open(yaml, ("items", "gap", "align", "justify"))
        return Group(
            **self._shared(keys),
            kind=kind,
            items=tuple(self.node(item) for item in self._required(body, keys, "items").sequence("items")),
            gap=self._length(keys, "gap") or NONE,
            items_align=word(keys, "align", ALIGNS),
            justify=word(keys, "justify", ("start", "center", "end", "between")),
        )

    def _text(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("bind", "format", "style", "max-lines", "scroll", "align", "private"))
        if ("bind" in keys) == ("format" in keys):
            body.fail("text: give one of bind and format")
        return Text(
            **self._shared(keys),
            format=f"{{{self._bind(keys, 'bind')}}}" if "bind" in keys else self._format(keys["format"]),
            style=keys["style"].one_of("style", STYLES) if "style" in keys else "body",
            max_lines=self._count(keys, "max-lines", 1),
            scroll=self._bind(keys, "scroll"),
            text_align=word(keys, "align", ALIGNS[:3]),
            private=self._flag(keys, "private"),
        )

    def _flag(self, keys: dict[str, Yaml], key: str) -> bool:
        if key not in keys:
            return False
        if not isinstance(keys[key].value, bool):
            keys[key].fail(f"{key}: expected true or false, got {keys[key].plain!r}")
        return bool(keys[key].value)

    def _icon(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("name", "bind", "size", "level"))
        if ("bind" in keys) == ("name" in keys):
            body.fail("icon: give one of bind and name")
        return Icon(
            **self._shared(keys),
            name=keys["name"].one_of("icon", icons()) if "name" in keys else "",
            bind=self._bind(keys, "bind"),
            size=self._length(keys, "size") or ICON,
            level=self._bind(keys, "level"),
        )

    def _image(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("src",))
        return Image(**self._shared(keys), picture=self._picture(self._required(body, keys, "src")))

    def _qr(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("bind", "size"))
        self._required(body, keys, "bind")
        return Qr(**self._shared(keys), bind=self._bind(keys, "bind"), size=self._length(keys, "size") or QR)

    def _bar(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("bind",))
        self._required(body, keys, "bind")
        return Bar(**self._shared(keys), bind=self._bind(keys, "bind"))

    def _map(self, yaml: Yaml) -> Node:
        _, body, keys = self._open(yaml, ("bind",))
        self._required(body, keys, "bind")
        name = self._bind(keys, "bind")
        for sample in self._samples[name]:
            check_map(sample)
        return Map(**self._shared(keys), bind=name)

    def _reticle(self, yaml: Yaml) -> Node:
        _, _, keys = self._open(yaml, ("arm",))
        return Reticle(**self._shared(keys), arm=self._length(keys, "arm") or ARM)

    def _spacer(self, yaml: Yaml) -> Node:
        _, _, keys = self._open(yaml, ())
        return Spacer(**self._shared(keys))

    def _list(self, yaml: Yaml) -> Node:
        own = ("bind", "index", "window", "ring", "direction", "item", "selected", "gap", "align")
        _, body, keys = self._open(yaml, own)
        direction = word(keys, "direction", ("column", "row"))
        item = self.node(self._required(body, keys, "item"))
        self._required(body, keys, "bind")
        return Repeat(
            **self._shared(keys),
            bind=self._bind(keys, "bind"),
            index=self._bind(keys, "index"),
            window=self._count(keys, "window", 5),
            ring=self._yes(keys, "ring"),
            direction=direction,
            items_align=word(keys, "align", ALIGNS)
            if "align" in keys
            else "center"
            if direction == "row"
            else "stretch",
            item=item,
            selected=self.node(keys["selected"]) if "selected" in keys else item,
            gap=self._length(keys, "gap") or NONE,
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

    # --- keys ---

    def _open(self, yaml: Yaml, own: tuple[str, ...]) -> tuple[str, Yaml, dict[str, Yaml]]:
        kind, body = next(iter(yaml.mapping("node").items()))
        return kind, body, body.mapping(kind, (*SHARED, *own))

    def _required(self, body: Yaml, keys: Mapping[str, Yaml], key: str) -> Yaml:
        if key not in keys:
            body.fail(f"the key {key!r} is missing")
        return keys[key]

    def _shared(self, keys: Mapping[str, Yaml]) -> dict[str, Any]:
        return {
            "id": keys["id"].text("id") if "id" in keys else "",
            "conditions": self._conditions(keys),
            "from_width": self._length(keys, "from-width") or NONE,
            "to_width": self._length(keys, "to-width"),
            "width": self._size(keys, "w"),
            "height": self._size(keys, "h"),
            "min_width": self._size(keys, "min-w") or NONE,
            "min_height": self._size(keys, "min-h") or NONE,
            "grow": self._number(keys, "grow", 0.0),
            "align": keys["align-self"].one_of("align-self", ALIGNS) if "align-self" in keys else "",
            "box": word(keys, "box", BOXES),
            "radius": self._length(keys, "radius") or RADIUS,
            "pad": self._pads(keys["pad"]) if "pad" in keys else NO_PAD,
            "brightness": keys["brightness"].one_of("brightness", LEVELS) if "brightness" in keys else "mid",
            "cover": self._yes(keys, "cover"),
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
                if not values or not all(isinstance(value, str | int | float | bool) for value in values):
                    wanted.fail(f"{key}: expected a value or a list of values")
                found.append(Condition(name, tuple(values), key == "unless"))
        return tuple(found)

    def _bind(self, keys: Mapping[str, Yaml], key: str) -> str:
        return self._check(keys[key].text(key), keys[key]) if key in keys else ""

    def _check(self, name: str, where: Yaml) -> str:
        if name not in self._samples:
            where.fail(f"unknown binding {name!r}{nearest(name, self._samples)}")
        return name

    def _format(self, yaml: Yaml) -> str:
        text = yaml.text("format")
        for part in text.split("{")[1:]:
            if "}" not in part:
                yaml.fail("format: a { without its }")
            self._check(part.partition("}")[0], yaml)
        return text

    def _yes(self, keys: Mapping[str, Yaml], key: str) -> bool:
        value = keys[key].value if key in keys else False
        if not isinstance(value, bool):
            keys[key].fail(f"{key}: expected true or false, got {keys[key].plain!r}")
        return value

    def _number(self, keys: Mapping[str, Yaml], key: str, default: float) -> float:
        value = keys[key].value if key in keys else default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1000:
            keys[key].fail(f"{key}: expected a number from 0 to 1000, got {keys[key].plain!r}")
        return value

    def _count(self, keys: Mapping[str, Yaml], key: str, default: int) -> int:
        value = keys[key].value if key in keys else default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
            keys[key].fail(f"{key}: expected a whole number from 1 to 1000, got {keys[key].plain!r}")
        return value

    def _picture(self, yaml: Yaml) -> Picture:
        name = yaml.text("src")
        if ".." in Path(name).parts or Path(name).is_absolute():
            yaml.fail(f"src: expected a file beside the document, got {name!r}")
        beside, bundled = self._folder / name, asset("images", name)
        try:
            return read_png(bundled if bundled.exists() and not beside.exists() else beside)
        except HudError as error:
            yaml.fail(str(error))

    # --- sizes ---

    def _pads(self, yaml: Yaml) -> tuple[Size, Size]:
        if isinstance(yaml.value, tuple):
            if len(yaml.value) != 2:
                yaml.fail("pad: expected one size, or [vertical, horizontal]")
            return self._absolute(yaml.value[0]), self._absolute(yaml.value[1])
        return self._absolute(yaml), self._absolute(yaml)

    def _size(self, keys: Mapping[str, Yaml], key: str) -> Size | None:
        return self._parse(keys[key]) if key in keys else None

    def _length(self, keys: Mapping[str, Yaml], key: str) -> Size | None:
        return self._absolute(keys[key]) if key in keys else None

    def _absolute(self, yaml: Yaml) -> Size:
        size = self._parse(yaml)
        if size.unit == "%":
            yaml.fail("expected a size in deg, px or sp; % is for w, h, min-w and min-h")
        return size

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


def word(keys: Mapping[str, Yaml], key: str, known: tuple[str, ...]) -> str:
    """Return the word under ``key``, or the first of ``known`` where it is not given."""
    return keys[key].one_of(key, known) if key in keys else known[0]
