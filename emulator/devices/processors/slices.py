"""Slices of running time as compact text: what ``SlicesRan`` carries.

The load of a small processor repeats, so slices are coded by a table of the distinct ``(gap, duration, task)``
triples of the window, in order of appearance, and one index into it per slice. All numbers are little-endian
varints: the number of triples, the triples, the indexes. No general compressor: its output differs over versions.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from emulator.core.events import SlicesRan


class Slice(NamedTuple):
    """``task`` (``owner/work``) was on the core from ``start_ns`` to ``end_ns``."""

    start_ns: int
    end_ns: int
    task: str


def pack(slices: Sequence[tuple[int, int, str]]) -> tuple[tuple[str, ...], str]:
    """Return the task names and the text of ``slices`` (start, end, task), which must be in order.

    >>> pack([(0, 5, "system/imu"), (10, 15, "photo/capture"), (20, 25, "photo/capture")])
    (('system/imu', 'photo/capture'), 'AgAFAAUFAQABAQ==')
    """
    tasks: dict[str, int] = {}
    table: dict[tuple[int, int, str], int] = {}
    codes: list[int] = []
    previous_ns = slices[0][0]
    for start_ns, end_ns, task in slices:
        codes.append(table.setdefault((start_ns - previous_ns, end_ns - start_ns, task), len(table)))
        previous_ns = end_ns
    numbers = [len(table)]
    for gap_ns, duration_ns, task in table:
        numbers += (gap_ns, duration_ns, tasks.setdefault(task, len(tasks)))
    body = bytes(codes) if len(table) <= 128 else _varints(codes)
    return tuple(tasks), b64encode(_varints(numbers) + body).decode()


def unpack(event: SlicesRan) -> list[Slice]:
    """Return the slices of one event, in order.

    Raises:
        ValueError: If the text is damaged.
    """
    numbers = _numbers(b64decode(event.data, validate=True))
    found: list[Slice] = []
    end_ns = event.since_ns
    try:
        table = [(next(numbers), next(numbers), event.tasks[next(numbers)]) for _ in range(next(numbers))]
        for code in numbers:
            gap_ns, duration_ns, task = table[code]
            start_ns = end_ns + gap_ns
            end_ns = start_ns + duration_ns
            found.append(Slice(start_ns, end_ns, task))
    except (IndexError, StopIteration) as error:
        raise ValueError(f"damaged slices of {event.processor} core {event.core}") from error
    if len(found) != event.count:
        raise ValueError(f"expected {event.count} slices, got {len(found)}")
    return found


def _varints(numbers: Iterable[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        while number > 0x7F:
            out.append(number & 0x7F | 0x80)
            number >>= 7
        out.append(number)
    return bytes(out)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            yield number
            number = shift = 0
