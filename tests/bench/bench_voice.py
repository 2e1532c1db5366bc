"""What the ears cost: ``pytest -s tests/bench/bench_voice.py`` prints memory added and share of a core in silence.

Targets of the plan: at most 400 MB and 5 % of a core. The real listener hears one spoken command, so that everything
is loaded and used, and then silence; the microphone is a file at life's speed, as capture itself costs next to nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.voice

CLIP = Path(__file__).parents[1] / "data" / "voice" / "kuake-metro-zm_yunjian.wav"
MOST_MB = 400.0  # target, while loading too
IDLE_SHARE = 0.05  # target; measured 0.01 to 0.03
MARGIN = 3  # for who else is running
RUN = """
import json, sys, threading, time
from pathlib import Path
from emulator.assistant.listener import Listener
from emulator.core.actions import Transcribe
from emulator.session.glasses import Glasses
from emulator.world.audio_file import FileMicrophone

def memory_mb(key):
    line = next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith(key))
    return int(line.split()[1]) / 1024

worn, heard = Glasses("quark_s1"), threading.Event()
before_mb = memory_mb("VmRSS")
listener = Listener(
    lambda action: isinstance(action, Transcribe) and heard.set(),
    source=lambda take, changed: FileMicrophone(Path(sys.argv[1]), take, changed),
)
listener.start()
assert heard.wait(60), "the command was not heard"
cpu_s, wall_s = time.process_time(), time.monotonic()
threading.Event().wait(8.0)
share = (time.process_time() - cpu_s) / (time.monotonic() - wall_s)
print(json.dumps({"added": memory_mb("VmRSS") - before_mb, "peak": memory_mb("VmHWM") - before_mb, "share": share}))
listener.stop()
"""


@pytest.mark.slow
def test_what_the_ears_add():
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(CLIP)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"\n  voice adds {found['added']:.0f} MB, {found['peak']:.0f} MB at its peak; silence {found['share']:.1%} of a core"
    )
    assert found["peak"] <= MOST_MB
    assert found["share"] <= IDLE_SHARE * MARGIN
