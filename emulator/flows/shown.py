"""What the step ``show`` holds before the camera, and what a scene shows: files are opened when the flow is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from emulator.core.actions import Show
from emulator.core.errors import SceneError
from emulator.core.yaml import Node
from emulator.flows import values

SHOWN = ("qr", "image", "text", "video", "product")
PLACES = ("centre", "left", "right", "top", "bottom")
FILES = {"image": "image", "still": "image", "video": "video"}  # what names a file, and of what


def read_shown(node: Node) -> Show:
    """Read ``{qr|image|text|video|product: CONTENT, at: centre, for: 2s}``; without ``for`` it stays.

    Raises:
        FlowFileError: If a key or a value is wrong, nothing is to be shown, or the file cannot be.
    """
    value = node.mapping("show", (*SHOWN, "at", "for"))
    kind = values.only_key(node, "show", SHOWN)
    content = values.written(value[kind], kind)
    if kind == "product":
        from emulator.world.held import packages

        values.word(value[kind], kind, packages())
    if kind in FILES:
        content = str(picture_beside(value[kind], content, kind, kind))
    at = values.word(value["at"], "at", PLACES) if "at" in value else "centre"
    return Show(kind, content, at, values.span_ms(value["for"], "for") if "for" in value else 0)


def picture_beside(node: Node, name: str, kind: str, what: str) -> Path:
    """Return an image, a still or a video beside the flow, which can be opened.

    Raises:
        FlowFileError: If there is none of that name, or it is another kind of file.
    """
    path = values.beside(node, name, what)
    wrong = _wrong(FILES[kind], path, path.stat().st_mtime_ns)
    if wrong:
        node.fail(f"{what}: {wrong}")
    return path


@cache
def _wrong(kind: str, path: Path, _changed_ns: int) -> str:
    """Return why a file cannot be shown, or ""; looked at once for all runs of a sweep."""
    from emulator.world.still import read_picture
    from emulator.world.video import Video

    try:
        if kind == "image":
            read_picture(path)
        else:
            Video(path).close()
    except SceneError as error:
        return str(error)
    return ""
