"""What all that ask a model share: an OpenAI-compatible server, its key, its models, and what it says of errors.

Alibaba Cloud's Model Studio in Beijing unless another address is given.
Sources: services.md, 5.1; help.aliyun.com/zh/model-studio, "OpenAI compatible - Chat" and "Error codes".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from emulator.live.errors import NetworkError, QuotaError, ServiceError
from emulator.live.http import Http

BEIJING_URL = "https://dashscope.aliyuncs.com/compatible-mode/v1"
REFUSALS = frozenset({"data_inspection_failed", "DataInspectionFailed"})
KEYS = frozenset({"invalid_api_key", "InvalidApiKey", "Arrearage", "access_denied", "AccessDenied", "model_not_found"})
_OFTEN = ("Throttling", "limit_requests")  # "Throttling.RateQuota" too


def endpoint(secrets: Mapping[str, str], secret: str, usual: str) -> tuple[str, str, dict[str, str]]:
    """Return base address, model and headers.

    Args:
        secrets: With ``qwen-key``, and ``qwen-url`` where it is not Beijing.
        secret: Name of the entry with the model's name.
        usual: Model where there is no such entry.
    """
    url = secrets.get("qwen-url", BEIJING_URL).rstrip("/")
    return url, secrets.get(secret, usual), {"Authorization": f"Bearer {secrets['qwen-key']}"}


async def check_model(
    http: Http, server: tuple[str, str, dict[str, str]], meant: Callable[[ServiceError], ServiceError]
) -> str:
    """Ask which models there are and return a line on it.

    Args:
        http: Asks.
        server: An ``endpoint``.
        meant: Returns the error that the server's own words mean.

    Raises:
        ServiceError: What ``meant`` makes of a failure; ``NetworkError`` if this is no model server.
    """
    url, model, headers = server
    try:
        reply = await http.get_json(f"{url}/models", headers=headers)
    except ServiceError as error:
        raise meant(error) from None
    listed = reply.get("data") if isinstance(reply, dict) else None
    if not isinstance(listed, list):
        raise NetworkError("the server lists no models; is the address right, with its /v1?", "not-openai")
    known = any(isinstance(one, dict) and one.get("id") == model for one in listed)
    return f"{model} ✓" if known else f"✓ {len(listed)} · {model} ?"


def error_said(body: bytes) -> tuple[str, str]:
    """Return code and message of an error; "" where there is none.

    It has the shape ``{"error": {"code", "message"}}`` or, natively, ``{"code", "message"}``.

    >>> error_said(b'{"error": {"code": "invalid_api_key", "message": "Incorrect API key"}}')
    ('invalid_api_key', 'Incorrect API key')
    >>> error_said(b'{"code": "Throttling", "message": "slower", "request_id": "r-1"}')
    ('Throttling', 'slower')
    >>> error_said(b'{"error": "no such path"}')
    ('', 'no such path')
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    inside = told.get("error", told) if isinstance(told, dict) else {}
    if not isinstance(inside, dict):
        return "", str(inside or "")
    return str(inside.get("code") or inside.get("type") or ""), str(inside.get("message") or "")


def is_too_often(error: ServiceError, code: str) -> bool:
    """Say whether these were too many questions."""
    return isinstance(error, QuotaError) or code.startswith(_OFTEN)
