"""What ``glasses doctor`` looks at: each check yields findings, imports what it looks at, and assumes nothing."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import file_digest
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from emulator.cli.doctor import Finding

DISTRIBUTION = "glasses-emulator"
OPTIONAL = {"pyaudio"}  # asked for, yet all but the microphone works without
PROBE_S = 30.0
# modules whose libraries may be missing though the package is installed: module, Debian package that has them
LOADED = {
    "PySide6.QtWidgets": "libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1",
    "cv2": "libgl1 libglib2.0-0",
    "pyaudio": "libportaudio2",
}
XCB_LIBRARIES = "libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0"
OPEN_WINDOW = "from PySide6.QtGui import QGuiApplication as A; print(A([]).platformName())"
VIDEO_GROUP = "sudo usermod -aG video $USER, then log in again"


def check_python() -> Iterator[Finding]:
    """Yield the Python and the system."""
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("python", fits, detail, "install Python 3.11, 3.12 or 3.13 and run scripts/run again", needed=True)


def check_packages() -> Iterator[Finding]:
    """Yield each package that is asked for, with its version."""
    try:
        asked = requires(DISTRIBUTION) or []
        yield Finding(DISTRIBUTION, True, version(DISTRIBUTION), needed=True)
    except PackageNotFoundError:
        yield Finding(DISTRIBUTION, False, "not installed, runs from its folder", "pip install -e .")
        return
    seen: set[str] = set()
    for requirement in asked:
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if name in seen or re.search(r"extra == .dev", requirement):
            continue
        seen.add(name)
        needed = "extra ==" not in requirement and name.lower() not in OPTIONAL
        yield _package(name, requirement.partition(";")[0].strip(), needed)


def _package(name: str, asked: str, needed: bool) -> Finding:
    try:
        return Finding(name, True, version(name), needed=needed)
    except PackageNotFoundError:
        remedy = f"{sys.executable} -m pip install '{asked}'"
        if name.lower() == "pyaudio":
            remedy = f"apt-get install -y portaudio19-dev gcc python3-dev, then {remedy}"
        return Finding(name, False, "not installed", remedy, needed)


def check_pyside() -> Iterator[Finding]:
    """Yield a finding if this PySide6 aborts on this Python."""
    try:
        numbers = tuple(int(number) for number in version("PySide6-Essentials").split(".")[:2])
    except PackageNotFoundError:
        return
    aborts = numbers >= (6, 12) and sys.version_info < (3, 12)
    detail = "aborts on Python below 3.12" if aborts else "fit for this Python"
    yield Finding("PySide6 pin", not aborts, detail, "pip install 'PySide6-Essentials<6.12'", needed=True)


def check_libraries() -> Iterator[Finding]:
    """Yield whether Qt, OpenCV and PortAudio load."""
    for module, debian in LOADED.items():
        try:
            _load(module)
        except (ImportError, OSError) as error:
            remedy = f"apt-get install -y {debian}" if ".so" in str(error) else "see the package above"
            yield Finding(module, False, str(error).splitlines()[0], remedy, needed=module != "pyaudio")
        else:
            yield Finding(module, True, "loads", needed=module != "pyaudio")


def _load(module: str) -> None:
    """Import ``module``; OpenCV through the world, which silences it and undoes what it does to Qt."""
    import_module("emulator.world._cv" if module == "cv2" else module)


def check_display() -> Iterator[Finding]:
    """Yield whether Qt opens a window here, and whether it runs off-screen."""
    from emulator.cli.run import has_display

    works, said = _probe_qt({"QT_QPA_PLATFORM": "offscreen"})
    yield Finding("off-screen", works, said, "see PySide6 above", needed=True)
    if not has_display(sys.platform, os.environ):
        yield Finding("display", False, "none", "log in to a desktop, or: xvfb-run scripts/run")
        return
    works, said = _probe_qt({})
    where = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or ""
    yield Finding("display", works, f"{where} {said}".strip(), f"apt-get install -y {XCB_LIBRARIES}")


def _probe_qt(environment: dict[str, str]) -> tuple[bool, str]:
    """Open Qt in a process of its own: it aborts where it cannot."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", OPEN_WINDOW],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False, f"Qt did not start within {PROBE_S:.0f} s"
    said = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return done.returncode == 0, f"Qt platform {said[-1]}" if done.returncode == 0 else _first(said)


def check_assets() -> Iterator[Finding]:
    """Yield the shipped files: profiles that load, screens, flows, fonts with their hashes."""
    from emulator.core.assets import assets_dir
    from emulator.core.profile import load_profile, profile_ids

    folder = assets_dir()
    yield Finding("assets", True, str(folder), needed=True)
    ids = [load_profile(profile).id for profile in profile_ids()]
    yield Finding("profiles", bool(ids), f"{len(ids)}: {', '.join(ids)}", "reinstall glasses-emulator", needed=True)
    for kind, pattern in (("huds", "*.hud.yaml"), ("flows", "*.flow.yaml")):
        count = len(list((folder / kind).glob(pattern)))
        yield Finding(kind, count > 0, str(count), "reinstall glasses-emulator", needed=kind == "huds")
    yield from _fonts()


def _fonts() -> Iterator[Finding]:
    from emulator.core.errors import FontError
    from emulator.hud.text import font_path, shape

    for bold in (False, True):
        path = Path(font_path(bold))
        try:
            missing = shape("字", bold).missing
            with path.open("rb") as file:
                detail = f"{path.name} sha256 {file_digest(file, 'sha256').hexdigest()}"
            yield Finding("font", not missing, detail, "reinstall glasses-emulator", needed=True)
        except (FontError, OSError) as error:
            yield Finding("font", False, str(error), "reinstall glasses-emulator", needed=True)


def check_camera() -> Iterator[Finding]:
    """Yield whether the first camera gives a frame."""
    from emulator.world.camera import answers

    devices = sorted(str(device) for device in Path("/dev").glob("video*"))
    if sys.platform.startswith("linux") and not devices:
        yield Finding("camera", False, "no /dev/video*", "plug in a webcam; until then a built-in scene is shown")
        return
    barred = [device for device in devices if not os.access(device, os.R_OK | os.W_OK)]
    remedy = VIDEO_GROUP if barred else "close what else uses the camera, or allow it in the system's privacy settings"
    works = answers(0)
    yield Finding("camera", works, ", ".join(devices) or "camera 0", remedy)


def check_sound() -> Iterator[Finding]:
    """Yield whether microphone and loudspeaker open."""
    from emulator.world.audio import NOT_INSTALLED, PORT_AUDIO, AudioError

    opened: dict[str, Callable[[], object]] = {
        "microphone": lambda: PORT_AUDIO.open_input(16_000, 512, lambda _pcm: None),
        "loudspeaker": lambda: PORT_AUDIO.open_output(16_000, 512, lambda frames: bytes(2 * frames)),
    }
    for side, open_stream in opened.items():
        try:
            PORT_AUDIO.close(open_stream())
        except AudioError as error:
            detail, _, how = str(error).partition(": ") if str(error) == NOT_INSTALLED else (str(error), "", "")
            yield Finding(side, False, detail, how or f"plug one in and allow its use; without a {side} there is text")
        else:
            yield Finding(side, True, "opens")
    yield _sound_server()


def _sound_server() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("sound server", True, "the system's")
    if shutil.which("pactl") is None:
        return Finding("sound server", False, "no pactl", "apt-get install -y pulseaudio-utils (for tests only)")
    try:
        done = subprocess.run(["pactl", "info"], capture_output=True, text=True, timeout=PROBE_S, check=False)
    except subprocess.TimeoutExpired:
        return Finding("sound server", False, "pactl does not answer", "pulseaudio --kill; pulseaudio --start")
    name = re.search(r"Server Name: (.*)", done.stdout)
    return Finding("sound server", name is not None, name[1] if name else "not running", "pulseaudio --start")


def check_voice() -> Iterator[Finding]:
    """Yield each voice engine and its weights."""
    from emulator.assistant.engine import engines
    from emulator.assistant.weights import WHISPER_BASE, locate, missing_line

    for engine in engines():
        remedy = engine.available()
        yield Finding(f"{engine.kind} engine", remedy is None, f"{engine.id}: {engine.title}", remedy or "")
    weights = locate(WHISPER_BASE)
    yield Finding("speech model", weights is not None, str(weights or WHISPER_BASE.id), missing_line(WHISPER_BASE))


def check_services() -> Iterator[Finding]:
    """Yield what each service with a live half answers, and by which half; no vendor is asked, no key is shown."""
    from emulator.core.discovery import discover
    from emulator.live.secrets import keeps_secrets, place_of, variable

    for name, service in discover("emulator.services", "SERVICE").items():
        if service.live is None:
            continue
        known = {secret.name for secret in service.secrets if place_of(secret.name)}
        halves = service.capabilities(known)
        live = [request for request, half in halves.items() if half == "live"]
        needed, any_of = service.missing(known), (secret.name for secret in service.secrets)
        wanted = ", ".join(map(variable, needed)) or " or ".join(map(variable, any_of))
        more = f"live for {', '.join(live)}" if live else f"live with {wanted}"
        yield Finding(f"service {name}", True, f"{service.title}: {service.engine}; {more}")
    yield Finding("keyring", keeps_secrets(), "keeps the keys of services", "pip install 'glasses-emulator[keyring]'")


def check_folders() -> Iterator[Finding]:
    """Yield whether cache and settings can be written."""
    from platformdirs import user_config_dir

    from emulator.assistant.weights import cache_dir

    for topic, folder in (("cache", cache_dir()), ("settings", Path(user_config_dir(DISTRIBUTION, appauthor=False)))):
        near = next(place for place in (folder, *folder.parents) if place.exists())
        state = str(folder) if folder.exists() else f"{folder} (made when needed)"
        yield Finding(topic, os.access(near, os.W_OK), state, f"make {near} writable")


def _first(said: list[str]) -> str:
    return said[0] if said else "Qt ended without a word"


CHECKS = {
    "python": check_python,
    "packages": check_packages,
    "PySide6 pin": check_pyside,
    "libraries": check_libraries,
    "display": check_display,
    "assets": check_assets,
    "camera": check_camera,
    "sound": check_sound,
    "voice": check_voice,
    "services": check_services,
    "folders": check_folders,
}
