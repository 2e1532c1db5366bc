"""CPU of one frame of the swim-lanes over hours, as a ratio to naive ``QPainter``: ``pytest -s tests/bench/bench_panels.py``.

Five cores and 100 k or a million slices, a wake a minute and its messages; each frame scrolls and zooms, so that
nothing can be kept from the one before. Naive is one ``fillRect`` a slice in sight. A frame at 60 Hz has 16.7 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from time import process_time

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from emulator.core.events import MessageReceived, MessageSent, ProcessorChanged
from emulator.core.log import Record
from emulator.core.profile import load_profile
from emulator.ui.lane_view import GUTTER_PX, LaneView
from emulator.ui.work_history import WorkHistory
from tests.gui.conftest import open_probe, qapp
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui
__all__ = ["open_probe", "qapp"]

HOUR_NS = 3_600_000_000_000
TASKS = ("system/imu", "system/touch", "system/bt", "assistant/understand", "camera/film", "music/play", "clock/glance")
ROUNDS = 60
FRAME_MS = 1000 / 60
MARGIN = 3


@pytest.fixture(scope="session", autouse=True)
def offscreen() -> Iterator[None]:
    """No display is needed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        yield


def hours_of(count: int) -> tuple[WorkHistory, int]:
    """Return a history of ``count`` slices and when it ends; half of them on the mcu, as a real one."""
    profile, draw = load_profile("quark_s1"), Random(1)
    history = WorkHistory(profile)
    keys = list(history.lanes)
    step_ns = 4 * HOUR_NS // count
    now_ns = 0
    for start in range(0, count, 1_000):
        spans: dict[tuple[str, int], list[tuple[int, int, str]]] = {key: [] for key in keys}
        for _ in range(1_000):
            now_ns += step_ns
            key = keys[-1] if draw.random() < 0.5 else keys[draw.randrange(len(keys) - 1)]
            spans[key].append((now_ns, now_ns + step_ns // 2, TASKS[draw.randrange(len(TASKS))]))
        for key, found in spans.items():
            history.lanes[key].add(found)
        for state in ("resuming", "idle", "active", "suspended"):
            event = ProcessorChanged("ap", state, "message understand", "assistant")
            history.read(Record(0, now_ns, "system", event))
        history.read(Record(0, now_ns, "mailbox", MessageSent(start, "mcu", "ap", 64, "wake", "assistant")))
        history.read(Record(0, now_ns, "mailbox", MessageReceived(start, "ap", 500.0)))
    return history, now_ns


def frame_ms(view: LaneView, until_ns: int, spans_s: tuple[float, ...]) -> float:
    """Return the median CPU time of a frame that scrolls and zooms."""
    view.live = False
    target, spent = QImage(view.size(), QImage.Format.Format_RGB32), []
    for number in range(ROUNDS):
        view.span_s = spans_s[number % len(spans_s)] * (1 + number / 300)
        view.scroll_to(until_ns - number * 7_000_000_000)
        spent.append(cpu_ms(lambda: view.render(target)))
    return median(spent)


def naive_ms(probe: Probe, view: LaneView, history: WorkHistory, since_ns: int, until_ns: int) -> float:
    """Return the CPU time of one rectangle a slice."""
    target = QImage(view.size(), QImage.Format.Format_RGB32)
    rows, scale = view.rows(), (view.width() - GUTTER_PX) / (until_ns - since_ns)

    def paint() -> None:
        with QPainter(target) as p:
            for key, lane in history.lanes.items():
                row = rows[key]
                for task, track in lane.tracks.items():
                    color = probe.desk.colours(task.partition("/")[0])
                    for start, end in track.spans(since_ns, until_ns):
                        p.fillRect(
                            QRectF(
                                GUTTER_PX + (start - since_ns) * scale, row.y(), (end - start) * scale, row.height()
                            ),
                            color,
                        )

    return cpu_ms(paint)


def cpu_ms(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return 1000 * (process_time() - before)


@pytest.mark.parametrize("count", [100_000, 1_000_000])
def test_hours_scroll_and_zoom_at_sixty_frames(open_probe: Callable[..., Probe], count: int):
    probe = open_probe()
    panel = probe.panel("processors")
    probe.desk.glasses.gesture("power-key", "long")  # switched off, four hours go by in no time
    probe.run_for(4 * 3_600_000)
    panel.history, end_ns = hours_of(count)
    panel.view.resize(1200, 260)
    dense = frame_ms(panel.view, end_ns, (4 * 3_600.0, 2 * 3_600.0, 3_000.0))
    close = frame_ms(panel.view, end_ns, (60.0, 10.0, 1.0))
    naive = naive_ms(probe, panel.view, panel.history, 0, end_ns)
    print(
        f"\n{count:9,} slices, 1200x260: hours {dense:.2f} ms, close {close:.2f} ms, naive {naive:.0f} ms"
        f" ({naive / dense:.0f}x)"
    )
    assert dense < FRAME_MS
    assert close < FRAME_MS
    assert naive > MARGIN * dense
