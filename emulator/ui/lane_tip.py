"""What hovering over the swim-lanes tells: owner, work, why there, how long, and what it cost."""

from __future__ import annotations

from html import escape

from emulator.core.units import MS
from emulator.ui.confidence import origin
from emulator.ui.texts import Texts
from emulator.ui.work_history import Crossing, Loss, Placed, WorkHistory

STATE_NUMBERS = {
    "resuming": ("resume_ms", "resume_mw"),
    "booting": ("boot_s",),
    "suspended": ("suspended_mw",),
    "suspending": ("suspend_ms", "suspend_mw"),
    "idle": ("idle_mw",),
    "active": ("core_mw",),
    "crashed": ("watchdog_s",),
    "hung": ("watchdog_s",),
}


def tip(
    words: Texts, history: WorkHistory, key: tuple[str, int] | None, crossing: Crossing | None, t_ns: int, slack_ns: int
) -> str:
    """Return HTML about the slice, the message or the state at ``t_ns``; "" where there is nothing.

    Args:
        words: The window's texts.
        history: What the processors did.
        key: The lane under the cursor, if any.
        crossing: The message under the cursor, if any.
        t_ns: Virtual time under the cursor.
        slack_ns: A slice so far away still counts.
    """
    if crossing is not None:
        return _of_message(words, crossing)
    if key is None:
        return ""
    processor, core = key
    span = history.lanes[key].near(t_ns, slack_ns)
    rows: list[tuple[str, str]] = []
    if span is not None:
        owner, _, work = span.task.partition("/")
        title = f"{words.known('owner', owner)} · {words.known('work', work)}"
        where = words(f"processor.{processor}") + (f" · {words('processor.core', n=core)}" if core else "")
        rows = [
            (words("tip.where"), where),
            (words("tip.ran"), f"{(span.end_ns - span.start_ns) / MS:.2f} ms"),
        ]
        rows += _of_work(words, history.placed(span, processor))
        return _table(title, rows) + _origin(words, history, processor, ("speed", "core_mw"))
    state = history.state_at(processor, t_ns)
    if state is None:
        return ""
    why = [(words("tip.cause"), f"{words.known('owner', state.owner)} · {words.why(state.cause)}")]
    table = _table(f"{words('processor.' + processor)} · {words.known('state', state.state)}", why)
    return table + _origin(words, history, processor, STATE_NUMBERS.get(state.state, ()))


def tip_of_loss(words: Texts, loss: Loss) -> str:
    """Return HTML about a message that was lost."""
    event = loss.event
    ends = f"{words('processor.' + event.sender)} → {words('processor.' + event.receiver)}"
    rows = [
        (words("tip.message"), event.what),
        (words("tip.owner"), words.known("owner", event.owner)),
        (words("tip.attempt"), str(event.attempt)),
        (words("tip.next"), words("tip.given-up" if event.gave_up else "tip.sent-again")),
    ]
    return _table(f"{words('tip.lost')} · {ends}", rows)


def _origin(words: Texts, history: WorkHistory, processor: str, names: tuple[str, ...]) -> str:
    """Return where these numbers of ``processor`` come from, as HTML."""
    keys = (f"processors.{processor}.{name}" for name in names)
    return escape(origin(words, history.profile, *keys)).replace("\n", "<br>")


def _of_work(words: Texts, placed: Placed | None) -> list[tuple[str, str]]:
    if placed is None:
        return [(words("tip.why"), words("reason.background"))]
    rows = [(words("tip.why"), words.known("reason", placed.event.reason))]
    if placed.event.deadline_ms:
        rows.append((words("tip.deadline"), f"{placed.event.deadline_ms:g} ms"))
    if placed.done is not None:
        late = "" if placed.done.in_time or not placed.event.deadline_ms else f" ({words('tip.late')})"
        rows.append((words("tip.latency"), f"{placed.done.latency_ms:.1f} ms{late}"))
        if placed.done.wake_ms:
            rows.append((words("tip.wake"), f"{placed.done.wake_ms:.0f} ms"))
        rows.append((words("tip.energy"), f"{1000 * placed.done.energy_mwh:.2f} µWh"))
    return rows


def _of_message(words: Texts, crossing: Crossing) -> str:
    ends = f"{words('processor.' + crossing.sender)} → {words('processor.' + crossing.receiver)}"
    rows = [
        (words("tip.message"), crossing.what),
        (words("tip.owner"), words.known("owner", crossing.owner)),
        (words("tip.size"), f"{crossing.size_bytes} B"),
        (words("tip.latency"), f"{(crossing.received_ns - crossing.sent_ns) / MS:.2f} ms"),
    ]
    return _table(ends, rows)


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{escape(a)}&nbsp;&nbsp;</td><td>{escape(b)}</td></tr>" for a, b in rows)
    return f"<b>{escape(title)}</b><table>{cells}</table>"
