"""Voice activity by Silero v6: a small recurrent network, good in noise (docs/voice.md has the figures).

The ONNX file ships inside the package ``faster-whisper`` (MIT). Only the file is used: importing that package would
load PyAV.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from emulator.assistant.engine import FRAME_SAMPLES, Engine, Samples, Vad, importable
from emulator.core.errors import EngineError

CONTEXT_SAMPLES = 64  # the network sees the end of the frame before, too
MODEL = "assets/silero_vad_v6.onnx"


class Silero:
    """Streaming wrapper: keeps the two recurrent states and the context between frames."""

    def __init__(self) -> None:
        import onnxruntime

        path = _model_path()
        if path is None:
            raise EngineError("the Silero model is not there: pip install --force-reinstall --no-deps faster-whisper")
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.reset()

    def reset(self) -> None:
        """Forget what was heard before."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._input = np.zeros((1, CONTEXT_SAMPLES + FRAME_SAMPLES), np.float32)

    def probability(self, frame: Samples) -> float:
        """Return the probability of speech in the next 512 samples, in [0, 1]."""
        self._input[0, :CONTEXT_SAMPLES] = self._input[0, -CONTEXT_SAMPLES:]
        self._input[0, CONTEXT_SAMPLES:] = frame
        found, self._h, self._c = self._session.run(None, {"input": self._input, "h": self._h, "c": self._c})
        return float(np.asarray(found).reshape(-1)[0])


def _model_path() -> Path | None:
    spec = find_spec("faster_whisper")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / MODEL
    return path if path.is_file() else None


def _available() -> str | None:
    return importable("onnxruntime", "faster_whisper")


ENGINE: Engine[Vad] = Engine(
    id="silero",
    kind="vad",
    title="Silero v6, voice activity in noise",
    rank=0,
    licence="MIT",
    available=_available,
    make=Silero,
)
