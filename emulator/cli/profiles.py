"""``glasses profiles``: the devices there are, and where each number of one comes from."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.core.profile import Profile


def add_arguments(parser: ArgumentParser) -> None:
    """Add ``list`` (the default) and ``show``."""
    words = parser.add_subparsers(metavar="list|show")
    words.add_parser("list", help="list the devices").set_defaults(profile=None)
    show_parser = words.add_parser("show", help="every number of a device with source and confidence")
    show_parser.add_argument("profile", help="id of a device, or a *.toml")
    parser.set_defaults(profile=None)


def run(arguments: Namespace) -> int:
    """List the devices, or show one."""
    from emulator.core.profile import load_profile, profile_ids

    if arguments.profile:
        show(load_profile(arguments.profile))
        return 0
    for name in profile_ids():
        print(summary(load_profile(name)))
    return 0


def summary(profile: Profile) -> str:
    """Return id, name, display, processors and packs in one line."""
    display = profile.display
    sees = f"{display.canvas_px[0]}x{display.canvas_px[1]} {display.colour}" if display else "no display"
    packs = f"{len(profile.battery.slots)} x {profile.battery.capacity_mah:g} mAh"
    return f"{profile.id:24} {profile.name:34} {sees:16} {'+'.join(profile.processors):8} {packs}"


def show(profile: Profile) -> None:
    """Print every number with its unit in the name, its confidence and its source."""
    from emulator.core.profile import numbers

    print(f"{profile.id}: {profile.name}")
    print(f"can: {', '.join(sorted(profile.capabilities))}")
    for key, value in numbers(profile).items():
        source = profile.source(key)
        unknown = f"; stands in: published {source.published}" if source.published else ""
        print(f"{key:44} {_text(value):20} {source.confidence:10} {source.source}{unknown}")


def _text(value: Any) -> str:
    return ", ".join(f"{number:g}" for number in value) if isinstance(value, tuple) else f"{value:g}"


COMMAND = Command("profiles", "list devices, show their numbers and sources", add_arguments, run)
