"""QR codes as light: the modules that are white in print are lit, the dark ones stay clear."""

from __future__ import annotations

from functools import lru_cache

import segno

QUIET = 2  # modules of quiet zone; ISO/IEC 18004 asks for 4, but around a lens everything is dark anyway
MOST_BYTES = 1_000  # more makes modules smaller than a pixel on every display

Run = tuple[int, int, int]  # column, row and length of modules side by side


@lru_cache(maxsize=32)
def light_runs(text: str) -> tuple[int, tuple[Run, ...]]:
    """Return the side of ``text``'s code in modules, quiet zone included, and its light modules in runs.

    There is no code, ``(0, ())``, for no text and for more than ``MOST_BYTES``.

    >>> side, runs = light_runs("HELLO")
    >>> side, runs[0]
    (25, (0, 0, 25))
    """
    if not text or len(text.encode()) > MOST_BYTES:
        return 0, ()
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=QUIET))
    runs: list[Run] = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate((*row, 1)):
            if not dark and start is None:
                start = x
            elif dark and start is not None:
                runs.append((start, y, x - start))
                start = None
    return len(rows), tuple(runs)
