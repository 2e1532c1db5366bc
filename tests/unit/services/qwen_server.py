"""A model server on 127.0.0.1, written from services.md 5.1: streams, tells errors in either shape, checks the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.unit.live.vendor import Asked, Given, Vendor

KEY = "sk-loopback-0123456789"
MODEL = "qwen-plus"


def event(value: Any) -> bytes:
    """Return one event of a stream."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    """Return a piece of an answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}


def refusal(code: str, message: str, *, native: bool = False) -> bytes:
    """Return the body of an error."""
    inside: dict[str, Any] = {"code": code, "message": message}
    told = inside | {"request_id": "r-1"} if native else {"error": inside | {"type": code, "param": None}}
    return json.dumps(told).encode()


@dataclass
class QwenServer:
    """Answers ``said`` word by word; ``failures`` come first, each a status and a body."""

    said: tuple[str, ...] = ("你好", "，世界")
    thought: tuple[str, ...] = ()
    failures: list[tuple[int, bytes]] = field(default_factory=list)
    finish: str | None = "stop"
    streams: bool = True
    ending: bytes = b"data: [DONE]\n\n"

    def __call__(self, asked: Asked, _vendor: Vendor) -> Given:
        """Answer one request."""
        if self.failures:
            status, body = self.failures.pop(0)
            return Given((body,), status, {"Content-Type": "application/json"})
        if asked.headers.get("Authorization") != f"Bearer {KEY}":
            return Given((refusal("invalid_api_key", "Incorrect API key provided."),), 401)
        if asked.path == "/v1/models":
            listed = [{"id": name, "object": "model"} for name in (MODEL, "qwen-max")]
            return Given((json.dumps({"object": "list", "data": listed}).encode(),))
        if asked.path != "/v1/chat/completions":
            return Given((b'{"error": {"code": "not_found", "message": "no such path"}}',), 404)
        wanted = json.loads(asked.body)
        if wanted["model"] not in (MODEL, "qwen-max"):
            return Given((refusal("model_not_found", f"The model {wanted['model']} does not exist"),), 404)
        if not wanted.get("stream"):
            return Given((refusal("invalid_parameter_error", "This model only support stream mode"),), 400)
        if not self.streams:
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": "".join(self.said)},
                "finish_reason": "stop",
            }
            return Given((json.dumps({"choices": [choice]}).encode(),), headers={"Content-Type": "application/json"})
        counts = bool(wanted.get("stream_options", {}).get("include_usage"))
        return Given(self._stream(counts), headers={"Content-Type": "text/event-stream"})

    def _stream(self, counts: bool) -> Iterator[bytes]:
        yield b": a comment\n\n"
        yield event(chunk({"role": "assistant", "content": ""}))
        for word in self.thought:
            yield event(chunk({"content": None, "reasoning_content": word}))
        for word in self.said:
            yield event(chunk({"content": word}))
        if self.finish is not None:
            yield event(chunk({}, self.finish))
        if counts:
            usage = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}
            yield event({**chunk({}), "choices": [], "usage": usage})
        yield self.ending
