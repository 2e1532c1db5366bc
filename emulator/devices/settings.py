"""Device settings: one table of keys with kind, range and default, and the values that hold now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.actions import ChangeSetting
from emulator.core.errors import UsageError, nearest
from emulator.core.events import CapabilityMissing, SettingChanged
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes:
        default: Value at power-on; its type is the type of the setting.
        low: Least value of a number.
        high: Greatest value of a number.
        options: All values there are; empty for a range.
        need: What the device must have for it, or "".
    """

    default: Any
    low: float = 0.0
    high: float = 1.0
    options: tuple[Any, ...] = ()
    need: str = ""


SWITCH = (False, True)
# Keys and options: device.md, 1.4 and 1.6 (official tutorial p8, p44). Defaults that it does not name are assumed.
TABLE: dict[str, Setting] = {
    "brightness": Setting(0.6, need="display"),
    "auto_brightness": Setting(True, options=SWITCH, need="display"),
    "idle_off_s": Setting(10, options=(5, 10, 30, 60), need="display"),
    "head_up_wake": Setting(True, options=SWITCH, need="display"),
    "screen_distance": Setting(0.5, need="display"),
    "screen_height": Setting(0.5, need="display"),
    "scroll_direction": Setting("natural", options=("natural", "reversed")),
    "volume": Setting(0.5, need="speaker"),
    "sound_mode": Setting("standard", options=("standard", "loud", "quiet"), need="speaker"),
    "captions": Setting(True, options=SWITCH),
    "language": Setting("zh", options=("zh", "en")),
    "notifications_with_screen_off": Setting(True, options=SWITCH),
    "video_len_s": Setting(60, options=(15, 30, 60, 180, 600), need="camera"),
}


class Settings:
    """The values that hold now; ``settings["brightness"]`` reads one."""

    def __init__(self, log: EventLog, profile: Profile, language: str = "zh") -> None:
        self._log, self._capabilities = log, profile.capabilities
        self.table = _table(profile)
        self._values = {key: setting.default for key, setting in self.table.items()} | {"language": language}
        log.subscribe(self._on_change, ChangeSetting)

    def __getitem__(self, key: str) -> Any:
        """Return the value of ``key``.

        Raises:
            UsageError: If there is no such setting.
        """
        if key not in self._values:
            raise UsageError(f"unknown setting {key!r}{nearest(key, self._values)}")
        return self._values[key]

    def change(self, key: str, value: Any, source: str = "settings") -> None:
        """Let ``key`` have ``value`` from now on; what the device has no part for is refused by an event.

        Raises:
            UsageError: If there is no such setting, or the value is of the wrong kind or out of range.
        """
        value = self.check(key, value)
        need = self.table[key].need
        if need and need not in self._capabilities:
            self._log.emit(CapabilityMissing(source, need), "settings")
        elif len(self.table[key].options) == 1 and value not in self.table[key].options:
            self._log.emit(CapabilityMissing(source, key), "settings")
        elif value != self._values[key]:
            self._values[key] = value
            self._log.emit(SettingChanged(key, value), "settings")

    def check(self, key: str, value: Any) -> Any:
        """Return ``value`` in the type of setting ``key``.

        Raises:
            UsageError: If there is no such setting, or the value is of the wrong kind or out of range.
        """
        now, setting = self[key], self.table[key]
        if len(setting.options) == 1 and isinstance(value, type(now)):
            return value
        if setting.options:
            found = [option for option in setting.options if option == value and isinstance(value, type(option))]
            if not found or isinstance(value, bool) != isinstance(now, bool):
                raise UsageError(f"{key}: expected one of {', '.join(map(str, setting.options))}, got {value!r}")
            return value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not setting.low <= value <= setting.high:
            raise UsageError(f"{key}: expected a number from {setting.low:g} to {setting.high:g}, got {value!r}")
        return float(value)

    def _on_change(self, record: Record) -> None:
        if isinstance(record.event, ChangeSetting):
            self.change(record.event.key, record.event.value, record.source)


def _table(profile: Profile) -> dict[str, Setting]:
    """Return the table with this device's own options; a switch without its part has the one option off."""
    table = dict(TABLE)
    display, camera = profile.display, profile.camera
    if display is not None:
        table["idle_off_s"] = Setting(display.idle_off_s, options=display.idle_off_options_s, need="display")
        for key, there in (("auto_brightness", display.auto_brightness), ("head_up_wake", display.head_up_wake)):
            table[key] = Setting(there, options=SWITCH if there else (False,), need="display")
    if camera is not None:
        lengths = tuple(sorted({*TABLE["video_len_s"].options, camera.video_len_s}))
        table["video_len_s"] = Setting(camera.video_len_s, options=lengths, need="camera")
    return table
