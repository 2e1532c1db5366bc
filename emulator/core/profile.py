"""Device profiles: a pair of glasses as data, read from one TOML file per device into frozen dataclasses.

Every number has a source and a confidence in the file's ``[sources]`` table, by the longest matching key
(``"display.*"``). What nobody published stays ``unknown`` there; a value that stands in for it is ``assumed`` and
says so with ``published = "unknown"``.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import msgspec

from emulator.core.assets import asset
from emulator.core.errors import ProfileError, nearest
from emulator.core.toml import place_of, refuse_unknown
from emulator.core.why import why

POSITIVE = (
    "canvas_px", "panel_px", "photo_px", "fov_diag_deg", "eyes", "nits_max", "gamma", "refresh_hz", "transmittance", ".cores", "speed", "baud",
    "capacity_mah", "nominal_v", "j_per_k", "k_per_w",
)  # fmt: skip
SHARES = ("boost", "cap_speed", "cap_brightness", "transmittance", "bloom_share", "tint_rgb")

Confidence = Literal["measured", "published", "derived", "assumed", "unknown"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from; ``published`` is set when the value only stands in for an unknown one."""

    source: str
    confidence: Confidence
    published: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """How far a number may be off: its value in the set that draws and warms least (``low``), and most (``high``)."""

    low: float
    high: float
    source: str
    confidence: Confidence = "assumed"


@dataclass(frozen=True, slots=True)
class Display:
    """What the wearer sees.

    Attributes:
        eyes: 1 or 2.
        colour: ``green`` or ``rgb``.
        canvas_px: Width and height that screens are laid out for.
        panel_px: Width and height of the panel that ``fov_diag_deg`` spans.
        fov_diag_deg: Diagonal field of view of the panel.
        nits_max: Peak luminance at the eye.
        nits_min: Least luminance that the brightness setting reaches.
        grey_levels: Number of grey levels, 2 to 256.
        gamma: Exponent from code to light.
        tint_rgb: Linear colour of a mono display, each in [0, 1].
        transmittance: Share of the world's light that the lens lets through, in (0, 1].
        bloom_share: Share of the light that spreads into the halo, in [0, 1).
        bloom_sigma_deg: Width of the halo.
        refresh_hz: Frames per second of the panel.
        static_mw: Power of the lit display with a black picture, all eyes.
        full_mw: Further power at full white and full brightness, all eyes; scales with light.
        idle_off_s: Seconds without use until the display sleeps.
        idle_off_options_s: What the setting offers.
        head_up_wake: Whether raising the head can light the display.
        auto_brightness: Whether a light sensor can steer the brightness.
        safe_area_px: x, y, width, height inside the canvas; empty for all of it.
    """

    eyes: int
    colour: Literal["green", "rgb"]
    canvas_px: tuple[int, int]
    panel_px: tuple[int, int]
    fov_diag_deg: float
    nits_max: float
    nits_min: float
    grey_levels: int
    gamma: float
    tint_rgb: tuple[float, float, float]
    transmittance: float
    bloom_share: float
    bloom_sigma_deg: float
    refresh_hz: float
    static_mw: float
    full_mw: float
    idle_off_s: int
    idle_off_options_s: tuple[int, ...]
    head_up_wake: bool
    auto_brightness: bool
    safe_area_px: tuple[int, ...] = ()

    @property
    def px_per_deg(self) -> float:
        """Pixels per degree: panel diagonal over its field of view."""
        return math.hypot(*self.panel_px) / self.fov_diag_deg

    @property
    def fov_deg(self) -> tuple[float, float]:
        """Horizontal and vertical field of view of the canvas."""
        return self.canvas_px[0] / self.px_per_deg, self.canvas_px[1] / self.px_per_deg


@dataclass(frozen=True, slots=True)
class Opp:
    """An operating point: speed relative to the fastest one in (0, 1], and busy power of one core."""

    speed: float
    core_mw: float


@dataclass(frozen=True, slots=True)
class Processor:
    """One processor with its own operating system.

    Attributes:
        os: ``rtos`` or ``android``.
        cores: Number of cores.
        speed: Work per time of one core, relative to the mcu.
        idle_mw: Awake, nothing to run.
        core_mw: Added by each busy core.
        suspended_mw: Asleep with memory kept.
        resume_ms: From suspended to idle; ``resume_mw`` is drawn meanwhile.
        suspend_ms: From idle to suspended; ``suspend_mw`` is drawn meanwhile.
        boot_s: From off to idle; ``resume_mw`` is drawn meanwhile.
        opps: Operating points, slowest first; empty for one speed.
        boost: Share of the top speed that foreground work gets at least; 1 keeps it at the top.
        background_cores: Cores that background work may use; 0 for all.
        slice_ms: On the ap a job's slice; on the mcu that of equals in turn, 0 for none.
        watchdog_s: How long it may be silent until it is started anew.
        chip: Its name.
    """

    os: Literal["rtos", "android"]
    cores: int
    speed: float
    idle_mw: float
    core_mw: float
    suspended_mw: float = 0.0
    resume_ms: float = 0.0
    resume_mw: float = 0.0
    suspend_ms: float = 0.0
    suspend_mw: float = 0.0
    boot_s: float = 0.0
    opps: tuple[Opp, ...] = ()
    boost: float = 1.0
    background_cores: int = 0
    slice_ms: float = 0.0
    watchdog_s: float = 1.0
    chip: str = ""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The serial line between the processors: baud, interrupt latency, depth of the FIFO in messages.

    A message that is not acknowledged within ``timeout_ms`` of its last bit is sent again, at most ``retries`` times.
    """

    baud: float
    irq_us: float
    fifo: int
    timeout_ms: float = 10.0
    retries: int = 3


@dataclass(frozen=True, slots=True)
class Camera:
    """The camera; ``fov_deg`` is horizontal. ``video_len_s`` limits a recording."""

    photo_px: tuple[int, int]
    fov_deg: float
    snap_ms: float
    active_mw: float
    video_mw: float
    video_len_s: int
    sensor: str = ""


@dataclass(frozen=True, slots=True)
class Audio:
    """Microphones and speakers; powers while in use, ``listening_mw`` always.

    ``listening_mw`` is what waiting for the wake phrase and sensing take where no mcu does it; 0 where one does.
    """

    mics: int
    speakers: int
    mics_mw: float
    speaker_mw: float
    stream_mw: float
    listening_mw: float = 0.0


@dataclass(frozen=True, slots=True)
class Radio:
    """Bluetooth link to the phone and Wi-Fi; powers while in use, ``bt_idle_mw`` always.

    A lost link to the phone is back ``reconnect_s`` after both sides can hear each other again.
    """

    bt_idle_mw: float
    bt_mw: float
    wifi_mw: float
    wifi: bool
    reconnect_s: float = 3.1


@dataclass(frozen=True, slots=True)
class Battery:
    """The packs. ``slots`` names them: ``left``, ``right``, or ``main`` for a fixed one.

    Attributes:
        slots: Names of the pack slots.
        capacity_mah: Rated capacity of each pack.
        nominal_v: Nominal voltage.
        ocv_shift_v: Added to the bundled open-circuit voltage table (4.2 V cell) for this chemistry.
        series_ohm: Contacts, protection and diode of each pack.
        cutoff_v: A cell below it is empty.
        uvlo_v: A bus below it browns out.
        swappable: Whether a pack can be pulled in use.
        hold_up_uf: Bulk capacitor behind the diodes.
    """

    slots: tuple[str, ...]
    capacity_mah: float
    nominal_v: float
    ocv_shift_v: float
    series_ohm: float
    cutoff_v: float
    uvlo_v: float
    swappable: bool
    hold_up_uf: float


@dataclass(frozen=True, slots=True)
class Thermal:
    """Two thermal nodes, die and skin, and the skin limits.

    At the first limit the clock of the ap is capped at ``cap_speed`` of the top one, at the second one the display at
    ``cap_brightness``, and at the third one recording stops.
    """

    die_j_per_k: float
    skin_j_per_k: float
    die_skin_k_per_w: float
    skin_air_k_per_w: float
    limit_c: tuple[float, float, float]
    cap_speed: float = 0.6
    cap_brightness: float = 0.5


@dataclass(frozen=True, slots=True)
class Profile:
    """A whole device. ``display``, ``camera`` or ``audio.speakers`` may be missing: ask ``capabilities``.

    ``bands`` says by key how far a number may be off (``core/bands.py`` takes the low or high ones).
    """

    id: str
    name: str
    processors: dict[str, Processor]
    battery: Battery
    thermal: Thermal
    radio: Radio
    audio: Audio
    sources: dict[str, Source]
    mailbox: Mailbox | None = None
    display: Display | None = None
    camera: Camera | None = None
    wake_phrases: tuple[str, ...] = ()
    controls: tuple[str, ...] = ("temple",)
    weight_g: float | None = None
    summary: dict[str, str] = field(default_factory=dict)
    bands: dict[str, Band] = field(default_factory=dict)

    @property
    def capabilities(self) -> frozenset[str]:
        """What apps may need: display, camera, microphone, speaker, wifi, swap, media, camera-key, power-key, temple."""
        found = {
            "display": self.display is not None,
            "camera": self.camera is not None,
            "microphone": self.audio.mics > 0,
            "speaker": self.audio.speakers > 0,
            "wifi": self.radio.wifi,
            "swap": self.battery.swappable,
        }
        return frozenset(name for name, there in found.items() if there) | frozenset(self.controls)

    def source(self, key: str) -> Source:
        """Return where the value of ``key`` (``display.nits_max``) comes from: the longest pattern that fits.

        Raises:
            KeyError: If no pattern of ``[sources]`` fits.
        """
        fitting = [pattern for pattern in self.sources if fnmatchcase(key, pattern)]
        return self.sources[max(fitting, key=len)] if fitting else self.sources[key]


def profile_ids() -> list[str]:
    """Return the ids of the profiles that ship."""
    return sorted(path.stem for path in asset("profiles").glob("*.toml"))


def load_profile(id_or_path: str) -> Profile:
    """Read a shipped profile by id, or any ``*.toml`` by path.

    Raises:
        ProfileError: If there is no such profile, or the file is not one; starts with the file and names the key.
    """
    path = Path(id_or_path) if id_or_path.endswith(".toml") else asset("profiles", f"{id_or_path}.toml")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        profile = msgspec.convert({**data, "id": path.stem}, Profile, strict=True)
        _check(data, profile)
        return profile
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, FileNotFoundError) and not id_or_path.endswith(".toml"):
            raise ProfileError(f"no device profile {id_or_path!r}{nearest(id_or_path, profile_ids())}") from None
        raise ProfileError(f"{path}: cannot read the profile: {why(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{place_of(path, error)}: {error}") from error
    except ValueError as error:
        raise ProfileError(f"{path}: {error}") from error


def numbers(profile: Profile) -> dict[str, Any]:
    """Return every number of the profile by key: what ``[sources]`` must account for."""
    found: dict[str, Any] = {}
    for f in fields(profile):
        if f.name not in {"sources", "bands", "id", "name", "summary", "wake_phrases", "controls"}:
            _collect(f.name, getattr(profile, f.name), found)
    return found


def _check(data: dict[str, Any], profile: Profile) -> None:
    """Refuse what fits the types and still makes no sense; ``ValueError`` names the key."""
    refuse_unknown("", data, profile)
    if not profile.processors or profile.processors.keys() - {"mcu", "ap"}:
        raise ValueError(f"[processors]: expected mcu, ap or both, got {', '.join(profile.processors) or 'none'}")
    if len(profile.processors) == 2 and profile.mailbox is None:
        raise ValueError("[mailbox]: missing, two processors need one")
    known = numbers(profile)
    for key, value in known.items():
        for number in value if isinstance(value, tuple) else (value,):
            _check_range(key, number)
    for key, band in profile.bands.items():
        if not isinstance(known.get(key), float):
            raise ValueError(f"[bands]: {key}: not a number of this profile{nearest(key, known)}")
        _check_range(f"bands.{key}", band.low)
        _check_range(f"bands.{key}", band.high)
        if not min(band.low, band.high) <= known[key] <= max(band.low, band.high):
            raise ValueError(f"[bands]: {key}: {known[key]:g} is not between {band.low:g} and {band.high:g}")


def _check_range(key: str, number: float) -> None:
    low = -math.inf if key.endswith("battery.ocv_shift_v") else 0.0
    high = 1.0 if key.endswith(SHARES) else math.inf
    if not low <= number <= high or math.isinf(number) or (number == 0 and key.endswith(POSITIVE)):
        raise ValueError(f"{key}: out of range: {number}")


def _collect(key: str, value: Any, found: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            _collect(f"{key}.{name}", item, found)
    elif hasattr(value, "__dataclass_fields__"):
        for f in fields(value):
            _collect(f"{key}.{f.name}", getattr(value, f.name), found)
    elif _is_number(value) or (isinstance(value, tuple) and value and _is_number(value[0])):
        found[key] = value
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            _collect(f"{key}.{number}", item, found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
