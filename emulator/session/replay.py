"""Replay: a new pair gets the logged actions at their times, and nothing else."""

from __future__ import annotations

from pathlib import Path

from emulator.core.actions import EndSession
from emulator.core.errors import LogError
from emulator.core.events import Action, SessionStarted
from emulator.core.log import Record, read_log
from emulator.session.glasses import Glasses


def replay(source: Path | str | list[Record]) -> Glasses:
    """Repeat a session from its log: a new pair gets the logged actions at their times, and nothing is called.

    Args:
        source: A log file, or its records.

    Returns:
        The closed pair; its log equals the given one byte for byte, if nothing else has changed.

    Raises:
        LogError: If the log does not begin with ``session.started`` or was made with other HUD documents.
    """
    records = source if isinstance(source, list) else read_log(Path(source))
    if not records or not isinstance(records[0].event, SessionStarted):
        raise LogError(f"{source}:1:1: a log begins with session.started; is the file complete?")
    worn = Glasses(start=records[0].event, replies=False)
    for record in records:
        if isinstance(record.event, Action):
            worn.run_until(record.t_ns)
            if isinstance(record.event, EndSession):
                worn.close()
            else:
                worn.do(record.event)
    worn.run_until(records[-1].t_ns)
    return worn
