"""A first look: put on a pair, use it, and read what it shows, says and needs.

Run it with ``python examples/hello_glasses.py``; only the picture at the end needs Qt.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from emulator import Glasses, Notify, Say
from emulator.core.events import AnswerGiven, TurnEnded
from emulator.world.picture_file import write_png


def main(picture: Path | None = None) -> None:
    """Print a short session; write its last picture to ``picture``."""
    with Glasses("quark_s1", language="zh") as glasses:
        glasses.run_for(seconds=1)
        print("home:", " | ".join(glasses.visible_text.splitlines()))

        glasses.gesture("temple", "swipe-forward")
        glasses.run_for(seconds=1)
        print("after a slide:", " | ".join(glasses.visible_text.splitlines()))

        glasses.do(Say("一百二十加八十等于多少"))
        glasses.run_until(glasses.now_ns + 10_000_000_000, stop=lambda: bool(glasses.events(TurnEnded)))
        print("answer:", glasses.events(AnswerGiven)[-1].text)

        glasses.do(Notify(app="钉钉", title="桃桃", text="十点的会改到三楼会议室"))
        glasses.run_for(seconds=1)
        for element in glasses.elements:
            print(f"  {element.id or '-':24} {element.text!r} at {tuple(round(edge) for edge in element.box)}")

        used = {part: sum(owners.values()) for part, owners in glasses.energy_mwh().items()}
        for part, mwh in sorted(used.items(), key=lambda item: -item[1])[:4]:
            print(f"  {part:10} {mwh:.4f} mWh")
        print(f"{len(glasses.log.records)} records in {glasses.now_ns / 1e9:.2f} s of virtual time")
        if picture is not None:
            save(glasses, picture)


def save(glasses: Glasses, path: Path) -> None:
    """Write the display's pixels, as they are, without the world behind them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    write_png(path, glasses.picture())
    print("picture:", path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
