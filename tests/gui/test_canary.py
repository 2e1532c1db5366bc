"""PySide6 6.12.0 drops references to None on Python below 3.12 and aborts after some thousand calls: is it back?

Every void call loses one reference, so the count falls by 100 in 100 calls; a fit PySide6 loses none. From Python
3.12 on None is immortal and its count stands still.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.gui

CALLS = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Source(QObject):
    told = Signal()

app, source = QCoreApplication([]), Source()
none, true = sys.getrefcount(None), sys.getrefcount(True)
for _ in range(100):
    app.processEvents()
    source.told.emit()
print(sys.getrefcount(None) - none, sys.getrefcount(True) - true)
for _ in range(20_000):
    app.processEvents()
"""


def test_qt_keeps_the_references_to_none_and_true():
    done = subprocess.run(
        [sys.executable, "-c", CALLS],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    none, true = map(int, done.stdout.split())
    assert none > -50, f"100 calls lost {-none} references to None: this PySide6 will abort"
    assert true > -50, f"100 signals lost {-true} references to True: this PySide6 will abort"
