"""``glasses run``: the window; or the same off-screen, in virtual time, into files."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.cli.command import Command
from emulator.core.errors import UsageError
from emulator.core.units import MS, duration_ns
from emulator.core.user_data import user_folder

if TYPE_CHECKING:
    from emulator.ui.options import RunOptions

TOUR = "tour"
TOUR_VIDEO, TOUR_PICTURE = "glasses-tour.webm", "glasses-tour.png"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options."""
    add = parser.add_argument
    add("--offscreen", action="store_true", help="no window: virtual time, as fast as it goes, into files")
    add("--profile", help="device: an id of 'glasses profiles', or a *.toml")
    add("--policy", help="which processor does what: rtos_first, always_android ...")
    add(
        "--scene",
        default="",
        metavar="SPEC",
        help="camera:0, video:FILE, still:FILE, night-street, office, sunlit-road",
    )
    add("--lux", type=_lux, help="light on the scene instead of its own")
    add("--language", choices=("zh", "en"), default="", help="language of the glasses")
    add("--seed", type=int, help="seed of all randomness, instead of the flow's")
    add("--flow", default="", metavar="F", help="play a flow: a *.flow.yaml or the name of one that ships")
    add("--for", dest="for_ns", type=_duration, metavar="20s", help="end after this time")
    add("--speed", type=_speed, default=1.0, metavar="N", help="virtual seconds per second; 0 starts paused")
    add("--fps", type=_fps, default=30, help="frames per second of a recording")
    add("--record", default="", metavar="OUT.webm", help="write the view as a video")
    add("--screenshot", default="", metavar="OUT.png", help="write the last picture")
    add("--log", default="", metavar="OUT.jsonl", help="write the log")
    add(
        "--position",
        type=_position,
        metavar="LAT,LON",
        help="where the glasses are; in the window else the middle of the map that ships",
    )
    add(
        "--follow",
        default="",
        metavar="SOURCE",
        help="positions from gpx:FILE, nmea:FILE, tcp:HOST:PORT, serial:DEVICE@BAUD or gpsd:",
    )
    add("--documents", default="", metavar="DIR", help="HUD documents to use and watch instead of the shipped ones")
    add("--data", default="", metavar="DIR", help="folder of your trips, wallet and prices; off-screen else a new one")
    add(
        "--live",
        action=BooleanOptionalAction,
        help="whether services may ask their vendors where you gave the keys; usual in the window alone",
    )
    add("--no-voice", dest="voice", action="store_false", help="do not listen and speak")


def run(arguments: Namespace) -> int:
    """Open the window, or run off-screen where that is asked for or all there is."""
    from emulator.cli.offscreen import run_offscreen

    options = read_options(arguments)
    if arguments.offscreen:
        return run_offscreen(options)
    if not has_display(sys.platform, os.environ):
        asked = _asked(options)
        what = "runs off-screen" if asked else f"films the tour into {TOUR_VIDEO}, which takes about a minute"
        print(f"glasses: no display here, so this {what}", file=sys.stderr)
        return run_offscreen(options if asked else tour(options))
    from emulator.ui.app import run_window

    return int(run_window(options))


def read_options(arguments: Namespace) -> RunOptions:
    """Return the options of the window and the off-screen run; a shipped flow becomes a path."""
    from emulator.flows.find import find_flows
    from emulator.flows.flow import load_flow
    from emulator.ui.options import RunOptions

    usual = RunOptions()
    if arguments.documents and not list(Path(arguments.documents).glob("*.hud.yaml")):
        raise UsageError(f"{arguments.documents}: no *.hud.yaml in this folder; copy assets/huds there to begin with")
    flow = load_flow(find_flows([arguments.flow])[0]) if arguments.flow else None
    given = flow.variants[0].given.options if flow else {}
    return RunOptions(
        profile=arguments.profile or (flow.profile if flow else usual.profile),
        policy=arguments.policy or given.get("policy", usual.policy),
        seed=arguments.seed,
        language=arguments.language,
        scene=arguments.scene,
        lux=arguments.lux,
        flow=flow.path if flow else "",
        for_ms=None if arguments.for_ns is None else arguments.for_ns / MS,
        record=arguments.record,
        screenshot=arguments.screenshot,
        log=arguments.log,
        speed=arguments.speed,
        voice=arguments.voice,
        fps=arguments.fps,
        position=arguments.position or "",
        follow=arguments.follow,
        documents=arguments.documents,
        data=str(user_folder(arguments.data) or ""),
        live=arguments.live,
    )


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Say whether a window can be opened: always on Windows and macOS, on Linux with X or Wayland.

    >>> has_display("linux", {}), has_display("linux", {"DISPLAY": ":0"}), has_display("darwin", {})
    (False, True, True)
    """
    if not platform.startswith("linux"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def tour(options: RunOptions) -> RunOptions:
    """Return options that play the tour into a video and a picture in the current folder."""
    from dataclasses import replace

    from emulator.flows.find import find_flows

    flow = str(find_flows([TOUR])[0])
    return replace(options, flow=flow, record=TOUR_VIDEO, screenshot=TOUR_PICTURE)


def _asked(options: RunOptions) -> bool:
    return bool(options.flow or options.for_ms or options.record or options.screenshot or options.log)


def _duration(text: str) -> int:
    try:
        return duration_ns(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _speed(text: str) -> float:
    speed = float("inf") if text == "max" else _number(text)
    if not speed >= 0:
        raise ArgumentTypeError(f"expected a number from 0, or max, got {text!r}")
    return speed


def _lux(text: str) -> float:
    lux = _number(text)
    if not 0 <= lux < float("inf"):
        raise ArgumentTypeError(f"expected a light from 0 lux, got {text!r}")
    return lux


def _position(text: str) -> str:
    from emulator.maps.points import parse_point

    try:
        parse_point(text)
    except UsageError as error:
        raise ArgumentTypeError(str(error)) from None
    return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a number, got {text!r}") from None


def _fps(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 240):
        raise ArgumentTypeError(f"expected 1 to 240 frames per second, got {text!r}")
    return int(text)


COMMAND = Command("run", "open the window, or run off-screen into video, picture and log", add_arguments, run)
