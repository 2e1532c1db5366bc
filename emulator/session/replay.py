"""Replay: a new pair gets the logged actions at their times, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emulator.core.actions import EndSession
from emulator.core.assets import asset
from emulator.core.errors import EmulatorError, LogError
from emulator.core.events import Action, SessionStarted
from emulator.core.log import Record, read_log
from emulator.core.profile import load_profile
from emulator.hud.document import HudDocument, load_documents
from emulator.session.glasses import Glasses
from emulator.session.start import DEFAULTS, session_start


def replay(
    source: Path | str | list[Record],
    documents: Mapping[str, HudDocument] | None = None,
    *,
    any_documents: bool = False,
) -> Glasses:
    """Repeat a session from its log: a new pair gets the logged actions at their times, and nothing is called.

    Args:
        source: A log file, or its records.
        documents: HUD documents by id that the session began with; the shipped ones if None.
        any_documents: Whether documents may be others than those of the session; the log may differ then.

    Returns:
        The closed pair; its log equals the given one byte for byte, if nothing else has changed.

    Raises:
        LogError: If the log does not begin with ``session.started``, cannot be used here, or was made with other HUD
            documents.
    """
    records = source if isinstance(source, list) else read_log(Path(source))
    place = "log" if isinstance(source, list) else str(source)
    if not records or not isinstance(records[0].event, SessionStarted):
        raise LogError(f"{place}:1:1: a log begins with session.started; is the file complete?")
    known = load_documents(asset("huds")) if documents is None else dict(documents)
    _check(records[0].event, known, place, any_documents=any_documents)
    worn = Glasses(start=records[0].event, documents=known, replies=False)
    for record in records:
        if isinstance(record.event, Action):
            worn.run_until(record.t_ns)
            _repeat(worn, record.event, f"{place}:{record.seq + 1}:1")
    worn.run_until(records[-1].t_ns)
    return worn


def _check(start: SessionStarted, documents: Mapping[str, HudDocument], place: str, *, any_documents: bool) -> None:
    """See whether a session can start like that here."""
    options = {name: getattr(start, name) for name in DEFAULTS}
    try:
        here = session_start(start.profile, load_profile(start.profile), documents, options)
    except EmulatorError as error:
        raise LogError(f"{place}:1:1: {error}") from error
    if here.documents != start.documents and not any_documents:
        raise LogError(
            f"{place}:1:1: the session had other HUD documents than these: name their folder with --documents DIR,"
            " or say --any-documents"
        )


def _repeat(worn: Glasses, action: Action, place: str) -> None:
    try:
        worn.close() if isinstance(action, EndSession) else worn.do(action)
    except EmulatorError as error:
        raise LogError(f"{place}: {error}") from error
