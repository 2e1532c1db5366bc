"""Look at screens without a session: each in all its states, on one sheet.

``python examples/preview_a_screen.py out`` draws the screens that ship, as the Quark S1 shows them;
``python examples/preview_a_screen.py out mine.hud.yaml --profile rokid_glasses`` one of yours on another device.
``--one`` draws the first state of each only: so ``docs/images/screens.png`` was made.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.core.assets import asset
from emulator.core.profile import Profile, load_profile
from emulator.hud.display_list import DisplayList, lit
from emulator.hud.document import HudDocument, load_documents, parse_document
from emulator.hud.layout import preview
from emulator.hud.raster import picture_of
from emulator.world.picture_file import write_png

Pixels = npt.NDArray[np.uint8]

COLUMNS, EDGE_PX = 3, 6
LABEL = 'hud: label\nsamples: {a: {w: x}}\nanchor: top\nroot: {text: {format: "%s", style: hint}}\n'


def main() -> None:
    """Write ``FOLDER/PROFILE.png`` and say of each state how much of the display it lights, and what is wrong."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    words = argparse.ArgumentParser(description="Draw screens in all their states on one sheet.")
    words.add_argument("folder", type=Path)
    words.add_argument("documents", type=Path, nargs="*", help="*.hud.yaml; the shipped ones if none is named")
    words.add_argument("--profile", default="quark_s1")
    words.add_argument("--one", action="store_true", help="only the first state of each")
    given = words.parse_args()
    profile = load_profile(given.profile)
    if profile.display is None:
        words.error(f"{profile.name} has no display; glasses profiles lists those that have one")
    shipped = [document for document in load_documents(asset("huds")).values() if document.id != "common"]
    documents = [parse_document(path.read_text("utf-8"), path) for path in given.documents] or shipped
    tiles = [
        draw(profile, document, state)
        for document in documents
        for state in document.states[: 1 if given.one else None]
    ]
    path = given.folder / f"{profile.id}.png"
    write_png(path, sheet(tiles))
    print(f"{len(tiles)} pictures: {path}")


def draw(profile: Profile, document: HudDocument, state: str) -> Pixels:
    """Return one screen in one state, with its name above."""
    assert profile.display is not None, f"{profile.name} has no display"
    drawing = preview(document, state, profile.display)
    print(f"{document.id}/{state}: {100 * lit(drawing)[0]:.1f} % lit{wrong(drawing)}")
    label = preview(parse_document(LABEL % f"{document.id} / {state}", "label"), "a", profile.display)
    name = tinted(profile, picture_of(profile, label))[: profile.display.canvas_px[1] // 7]
    tile = np.vstack([name, tinted(profile, picture_of(profile, drawing))])
    return np.pad(tile, ((0, EDGE_PX), (0, EDGE_PX), (0, 0)), constant_values=40)


def wrong(drawing: DisplayList) -> str:
    """Return what a designer should mend."""
    cut = ", ".join(element.text for element in drawing.elements if element.cut)
    return (f"; cut: {cut}" if cut else "") + (f"; not in the font: {drawing.missing}" if drawing.missing else "")


def tinted(profile: Profile, picture: Pixels) -> Pixels:
    """Return the picture in the display's colour, as codes for a screen; shape (h, w, 3), BGR."""
    assert profile.display is not None
    if profile.display.colour == "rgb":
        return np.ascontiguousarray(picture[..., :3])
    light = (picture[..., :3] / 255.0) ** 2.2 * np.array(profile.display.tint_rgb[::-1])
    codes: Pixels = np.rint(255 * light ** (1 / 2.2)).astype(np.uint8)
    return codes


def sheet(tiles: list[Pixels]) -> Pixels:
    """Return the tiles in rows."""
    blank = np.zeros_like(tiles[0])
    rows = [tiles[at : at + COLUMNS] for at in range(0, len(tiles), COLUMNS)]
    return np.vstack([np.hstack(row + [blank] * (COLUMNS - len(row))) for row in rows])


if __name__ == "__main__":
    main()
