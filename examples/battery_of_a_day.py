"""What a morning of notifications, questions and photos costs, with Android mostly asleep and always awake.

Two hours of virtual time under each; takes ten seconds.
"""

from __future__ import annotations

import sys

from emulator import Glasses, Notify, Say
from emulator.core.events import BatterySampled

HOURS = 2.0
QUESTIONS = ("现在几点", "三千六百除以十五等于多少", "拍照", "音量调到50")


def live(policy: str, hours: float) -> tuple[float, dict[str, float]]:
    """Return the level left and the mWh by owner after ``hours`` of use under ``policy``."""
    with Glasses("quark_s1", policy=policy, seed=1) as glasses:
        for minute in range(round(60 * hours)):
            if minute % 12 == 0:
                glasses.do(Notify("钉钉", "桃桃", f"第{minute // 12}条消息"))
            if minute % 30 == 15:
                glasses.do(Say(QUESTIONS[minute // 30 % len(QUESTIONS)]))
            glasses.run_for(seconds=60)
        owners: dict[str, float] = {}
        for by_owner in glasses.energy_mwh().values():
            for owner, mwh in by_owner.items():
                owners[owner] = owners.get(owner, 0.0) + mwh
        return glasses.events(BatterySampled)[-1].level, owners


def main(hours: float = HOURS) -> None:
    """Compare two policies."""
    for policy in ("rtos_first", "always_android"):
        level, owners = live(policy, hours)
        print(f"{policy}: {100 * level:.0f} % left after {hours:g} h, {sum(owners.values()):.0f} mWh used")
        for owner, mwh in sorted(owners.items(), key=lambda item: -item[1])[:5]:
            print(f"  {owner:16} {mwh:8.2f} mWh")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else HOURS)
