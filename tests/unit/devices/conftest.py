"""A small profile in code, so that the parts of the device are tested without a file."""

from typing import Any

import pytest

from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.profile import Audio, Battery, Camera, Display, Mailbox, Processor, Profile, Radio, Source, Thermal
from emulator.devices.ledger import Ledger

MCU = Processor(os="rtos", cores=1, speed=1.0, idle_mw=6.0, core_mw=25.0, boot_s=1.0, chip="BES2800")
AP = Processor(
    os="android", cores=4, speed=14.0, idle_mw=137.0, core_mw=170.0, suspended_mw=24.0, resume_ms=350.0,
    resume_mw=550.0, suspend_ms=200.0, suspend_mw=385.0, boot_s=30.0, chip="AR1",
)  # fmt: skip
DISPLAY = Display(
    eyes=2, colour="green", canvas_px=(480, 318), panel_px=(640, 480), fov_diag_deg=30.0, nits_max=2000.0,
    nits_min=20.0, grey_levels=16, gamma=2.2, tint_rgb=(0.1, 1.0, 0.2), transmittance=0.85, bloom_share=0.05,
    bloom_sigma_deg=0.3, refresh_hz=60.0, static_mw=46.0, full_mw=260.0, idle_off_s=10,
    idle_off_options_s=(5, 10, 30, 60), head_up_wake=True, auto_brightness=True,
)  # fmt: skip


def make_profile(**changes):
    """Return a dual-chip profile like the Quark S1, with ``changes``."""
    parts: dict[str, Any] = {
        "id": "sample",
        "name": "Sample",
        "processors": {"mcu": MCU, "ap": AP},
        "battery": Battery(("left", "right"), 136.0, 3.85, 0.1, 0.06, 3.0, 3.2, True, 150.0),
        "thermal": Thermal(4.0, 22.0, 9.0, 14.0, (40.0, 42.0, 43.0)),
        "radio": Radio(bt_idle_mw=2.0, bt_mw=14.0, wifi_mw=288.0, wifi=True),
        "audio": Audio(mics=5, speakers=2, mics_mw=9.0, speaker_mw=44.0, stream_mw=34.0),
        "sources": {"*": Source("test", "assumed")},
        "mailbox": Mailbox(baud=460_800.0, irq_us=25.0, fifo=4),
        "display": DISPLAY,
        "camera": Camera((4032, 3024), 84.0, 600.0, 340.0, 390.0, 180, "IMX681"),
        "wake_phrases": ("夸克同学",),
        "controls": ("temple", "media", "camera-key", "power-key"),
    }
    return Profile(**(parts | changes))


@pytest.fixture(scope="session")
def profile():
    return make_profile()


@pytest.fixture(scope="session")
def profile_with():
    """Return the function that makes the profile with changes."""
    return make_profile


@pytest.fixture
def kernel():
    return Kernel()


@pytest.fixture
def log(kernel):
    return EventLog(kernel)


@pytest.fixture
def ledger(kernel):
    return Ledger(kernel)
