"""OpenCV, imported here first in this package: its Qt variables cleared, one thread, no noise on stderr.

The wheel points two variables at its own Qt 5, which would break PySide6. Two threads lose under contention.
"""

from __future__ import annotations

import os
from typing import Any

import cv2 as _opencv

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)

cv2: Any = _opencv  # its stubs know neither element types nor all functions
cv2.setNumThreads(1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
