"""HUD documents: a designer's YAML becomes frozen nodes; whatever is wrong is told with line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from emulator.core.assets import asset
from emulator.core.errors import HudError
from emulator.core.units import MS, duration_ns
from emulator.core.yaml import Node as Yaml
from emulator.core.yaml import read_yaml
from emulator.hud.kept_yaml import KeptYaml, kept_file
from emulator.hud.nodes import HudDocument
from emulator.hud.reader import Reader, word

__all__ = ["HudDocument", "Shared", "load_documents", "parse_document", "replace_document"]

SUFFIX = ".hud.yaml"
COMMON = "common"  # the document whose fragments and tokens every other may use
STATUS = ("status.time", "status.battery", "status.level")
FADE_MS = 5_000.0  # longest fade
HEAD = (
    "hud", "tokens", "samples", "states", "anchor", "beneath", "enter", "leave", "fragments", "root",
)  # fmt: skip


class Shared(NamedTuple):
    """Fragments and tokens of ``common.hud.yaml``."""

    fragments: dict[str, Yaml]
    tokens: dict[str, Yaml]


def load_documents(folder: Path) -> dict[str, HudDocument]:
    """Read every ``*.hud.yaml`` of ``folder``, by id; those that ship are read once, until a file of them changes.

    Raises:
        HudError: If one cannot be read or is malformed; as ``path:line:column: what``.
    """
    if folder != asset("huds"):
        return _load(folder, _yaml)
    seen = ((path.name, path.stat()) for path in sorted(folder.glob(f"*{SUFFIX}")))
    stamps = tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in seen)
    return dict(_load_shipped(folder, kept_file(), stamps))


@lru_cache(maxsize=1)
def _load_shipped(folder: Path, file: Path, _stamps: tuple[tuple[str, int, int], ...]) -> dict[str, HudDocument]:
    kept = KeptYaml(file)
    documents = _load(folder, kept.read)
    kept.keep()
    return documents


def _load(folder: Path, read: Callable[[str, Path], Yaml]) -> dict[str, HudDocument]:
    common = folder / f"{COMMON}{SUFFIX}"
    shared = _shared(read(_read(common), common)) if common.exists() else None
    documents: dict[str, HudDocument] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        text = _read(path)
        document = _document(read(text, path), text, path, shared or _shipped())
        if document.id in documents:
            raise HudError(f"{path}:1:1: {documents[document.id].path} has the id {document.id!r} already")
        documents[document.id] = document
    return documents


def replace_document(documents: Mapping[str, HudDocument], hud: str, text: str) -> dict[str, HudDocument]:
    """Return ``documents`` with ``hud`` read from ``text``; after a change of ``common`` all are read anew.

    Raises:
        HudError: If it, or a document that uses it, is malformed now.
    """
    path = Path(documents[hud].path) if hud in documents else Path(f"{hud}{SUFFIX}")
    common = text if hud == COMMON else documents[COMMON].text if COMMON in documents else None
    shared = _shared(_yaml(common, path.with_name(f"{COMMON}{SUFFIX}"))) if common is not None else None
    changed = {name: document.text for name, document in documents.items() if hud == COMMON} | {hud: text}
    places = {name: Path(documents[name].path) if name in documents else path for name in changed}
    return dict(documents) | {name: parse_document(changed[name], places[name], shared) for name in changed}


def parse_document(text: str, path: Path | str, shared: Shared | None = None) -> HudDocument:
    """Parse one HUD document (docs/huds.md).

    Args:
        text: The YAML.
        path: Its file, for messages; pictures stand beside it.
        shared: Fragments and tokens besides its own; those of the shipped ``common.hud.yaml`` if None.

    Raises:
        HudError: If it is malformed; as ``path:line:column: what; did you mean``.
    """
    return _document(_yaml(text, path), text, path, shared or _shipped())


def _document(top: Yaml, text: str, path: Path | str, shared: Shared) -> HudDocument:
    head = top.mapping("HUD document", HEAD)
    for key in ("hud", "samples", "root"):
        if key not in head:
            top.fail(f"a HUD document needs the key {key!r}")
    samples = _samples(head["samples"])
    tokens = shared.tokens | (head["tokens"].mapping("tokens") if "tokens" in head else {})
    fragments = shared.fragments | (head["fragments"].mapping("fragments") if "fragments" in head else {})
    return HudDocument(
        id=head["hud"].text("hud"),
        root=Reader(_given(head["samples"]), fragments, tokens, Path(path).parent).node(head["root"]),
        anchor=word(head, "anchor", ("fill", "top", "bottom", "center")),
        beneath=word(head, "beneath", ("hide", "dim", "keep")),
        samples=samples,
        states=_states(head.get("states"), samples),
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


def _yaml(text: str, path: Path | str) -> Yaml:
    return read_yaml(text, path, HudError)


def _shared(top: Yaml) -> Shared:
    head = top.mapping("HUD document", HEAD)
    fragments, tokens = (head[key].mapping(key) if key in head else {} for key in ("fragments", "tokens"))
    return Shared(fragments, tokens)


@cache
def _shipped() -> Shared:
    path = asset("huds", f"{COMMON}{SUFFIX}")
    return _shared(_yaml(_read(path), path))


def _samples(yaml: Yaml) -> dict[str, dict[str, Any]]:
    """Return the samples by name; a list in one holds mappings."""
    found = {}
    for name, node in yaml.mapping("samples").items():
        sample = node.mapping(f"sample {name!r}")
        for key, value in sample.items():
            for entry in value.value if isinstance(value.value, tuple) else ():
                entry.mapping(f"entry of {key!r}")
        found[name] = {key: value.plain for key, value in sample.items()}
    if not found:
        yaml.fail("samples: give at least one, with a value for each binding")
    return found


def _states(node: Yaml | None, samples: Mapping[str, Any]) -> tuple[str, ...]:
    if node is None:
        return tuple(samples)
    return tuple(item.one_of("state without sample data", samples) for item in node.sequence("states"))


def _fade_ms(node: Yaml | None) -> float:
    if node is None:
        return 0.0
    fade = node.mapping("fade", ("fade",)).get("fade")
    if fade is None:
        node.fail("expected {fade: 200ms}")
    try:
        time_ms = duration_ns(fade.text("fade")) / MS
    except ValueError as error:
        fade.fail(str(error))
    if not 0 <= time_ms <= FADE_MS:
        fade.fail(f"fade: expected 0 to {FADE_MS / 1000:g} s, got {fade.plain!r}")
    return time_ms


def _given(samples: Yaml) -> dict[str, list[Yaml]]:
    """Return every name that may be bound, with what the samples give for it.

    These are the keys of the samples, those of list entries, and the status.
    """
    found: dict[str, list[Yaml]] = {name: [] for name in STATUS}
    for sample in samples.mapping("samples").values():
        for key, node in sample.mapping("sample").items():
            found.setdefault(key, []).append(node)
            if isinstance(node.value, int) and not isinstance(node.value, bool):
                found.setdefault(f"{key}.position", [])
            for entry in node.value if isinstance(node.value, tuple) else ():
                found.setdefault("item.number", [])
                for name, value in entry.mapping("entry").items():
                    found.setdefault(f"item.{name}", []).append(value)
    return found
