"""The trips as the phone sees them: their store is read and changed beside the session, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from typing import Any

from PySide6.QtCore import QObject, Signal

from emulator.core.errors import FileError
from emulator.live.bridge import Bridge, Outcome
from emulator.live.http import Http
from emulator.services.travel.offline import home_zone
from emulator.services.travel.reading import files_in, read_bytes, read_file
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.store import FILE, Store
from emulator.services.travel.told import trip_told
from emulator.services.travel.trip import Trip

MOST_TROUBLES = 50  # lines told of one import


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to.

    Attributes:
        added: Trips that are new.
        changed: Trips that were known and are different or called off now.
        known: Trips that were known already.
        troubles: Why files were left out, ``path:line: reason`` each.
        stopped: Whether it was cancelled; what came before is kept.
    """

    added: int
    changed: int
    known: int
    troubles: tuple[str, ...]
    stopped: bool


class TripBook(QObject):
    """Reads and changes one store, one thing after the other.

    Signals:
        read: All trips, a mapping each as ``told.trip_told`` has it, in order.
        failed: Why the store cannot be used.
        progressed: How many files are done, of how many, and the name of the next one.
        imported: An ``Imported``.
        removed: The name of what was removed.
        restored: What was removed is back.
    """

    read = Signal(list)
    failed = Signal(str)
    progressed = Signal(int, int, str)
    imported = Signal(object)
    removed = Signal(str)
    restored = Signal()

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """Take the folder of the store, and the time on the glasses."""
        super().__init__()
        self._folder, self._now = folder, now
        self._language = "zh"
        self._worker = ThreadPoolExecutor(1, "phone-trips")
        self._bridge = Bridge()
        self._stop = Flag()
        self._gone: tuple[Trip, ...] = ()

    def look(self, language: str) -> None:
        """Read the store; ``read`` or ``failed`` tells."""
        self._language = language
        self._worker.submit(self._guarded, self._tell)

    def take(self, paths: Sequence[Path]) -> None:
        """Keep the trips in files and folders; ``progressed`` and ``imported`` tell."""
        self._stop.clear()
        self._worker.submit(self._guarded, lambda: self._take(paths))

    def fetch(self, url: str) -> None:
        """Keep the trips in a calendar on the network: the user has typed its address."""
        self._stop.clear()
        self.progressed.emit(0, 1, shown(url))

        async def ask(http: Http) -> dict[str, Any]:
            return {"body": (await http.get_bytes(url)).decode("latin-1")}  # as it comes, in JSON

        def arrived(outcome: Outcome, _: int) -> None:
            if not self._stop.is_set():
                self._worker.submit(self._guarded, lambda: self._keep_fetched(url, outcome))

        self._bridge.ask(ask, arrived)

    def cancel(self) -> None:
        """Read no more files; what was read is kept."""
        self._stop.set()

    def remove(self, number: int) -> None:
        """Forget a trip; ``undo`` brings it back."""
        self._worker.submit(self._guarded, lambda: self._remove(number))

    def undo(self) -> None:
        """Bring back what was removed last."""
        self._worker.submit(self._guarded, self._undo)

    def stop(self) -> None:
        """End the threads once what they do is done."""
        self._stop.set()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._bridge.close()

    # --- in the thread ---

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except FileError as error:
            self.failed.emit(str(error))

    def _tell(self) -> None:
        if not (self._folder / FILE).exists():
            self.read.emit([])
            return
        with Store(self._folder) as store:
            trips, live = store.trips(), store.live()
        self.read.emit([trip_told(n, trip, self._language, live=n in live) for n, trip in trips.items()])

    def _take(self, paths: Sequence[Path]) -> None:
        troubles: list[str] = []
        files: list[Path] = []
        for path in paths:
            try:
                files += files_in(path) if path.is_dir() else [path]
            except FileError as error:
                troubles.append(str(error))
        counts = [0, 0, 0]
        now = self._now()
        with Store(self._folder) as store:
            for done, path in enumerate(files):
                if self._stop.is_set():
                    break
                self.progressed.emit(done, len(files), path.name)
                try:
                    self._put(store, read_file(path, now, home_zone(now)), now, counts)
                except FileError as error:
                    troubles.append(str(error))
        self._end(counts, troubles, stopped=self._stop.is_set())

    def _keep_fetched(self, url: str, outcome: Outcome) -> None:
        now, counts, troubles = self._now(), [0, 0, 0], []
        if isinstance(outcome, dict):
            try:
                trips = read_bytes(str(outcome["body"]).encode("latin-1"), now, home_zone(now))
                with Store(self._folder) as store:
                    self._put(store, trips, now, counts)
                if not trips:
                    troubles = [f"{shown(url)}:1: no trip in it"]
            except RefusedError as error:
                troubles = [f"{shown(url)}:{error.line}: {error}"]
        else:
            troubles = [f"{shown(url)}: {outcome}"]
        self._end(counts, troubles, stopped=False)

    def _put(self, store: Store, trips: Sequence[Trip], now: datetime, counts: list[int]) -> None:
        outcome = store.put(trips, now)
        counts[0] += len(outcome.added)
        counts[1] += len(outcome.updated) + len(outcome.cancelled)
        counts[2] += len(outcome.unchanged)

    def _end(self, counts: list[int], troubles: list[str], *, stopped: bool) -> None:
        added, changed, known = counts
        self.imported.emit(Imported(added, changed, known, tuple(troubles[:MOST_TROUBLES]), stopped))
        self._tell()

    def _remove(self, number: int) -> None:
        with Store(self._folder) as store:
            trip = store.trips().get(number)
            if trip is not None and store.remove(number):
                self._gone = (trip,)
                self.removed.emit(trip.number or trip.kind)
        self._tell()

    def _undo(self) -> None:
        with Store(self._folder) as store:
            store.put(self._gone, self._now())
        self._gone = ()
        self.restored.emit()
        self._tell()


def shown(url: str) -> str:
    """Return an address as it may be shown: what follows the question mark may be a key.

    >>> shown("https://example.org/me.ics?token=1")
    'https://example.org/me.ics'
    """
    return url.split("?")[0]
