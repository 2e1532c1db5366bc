"""The model server of our tests (``tests/unit/services/qwen_server.py``) and OpenAI's own client understand each other.

The client lives in an environment of its own: ``python -m venv DIR && DIR/bin/pip install openai``, and then
``GLASSES_OPENAI_PYTHON=DIR/bin/python``. Without it the test is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.unit.live.vendor import serving
from tests.unit.services.qwen_server import KEY, QwenServer, refusal

PYTHON = os.environ.get("GLASSES_OPENAI_PYTHON", "")
SCRIPT = """
import json, sys
import openai
told = json.load(sys.stdin)
client = openai.OpenAI(base_url=told["url"], api_key=told["key"], max_retries=2)
def ask(client=client, model="qwen-plus"):
    stream = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "?"}], stream=True, stream_options={"include_usage": True})
    text = thought = ""
    for chunk in stream:
        usage = chunk.usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            thought += getattr(choice.delta, "reasoning_content", None) or ""
    return [text, thought, usage.total_tokens]
def failing(**how):
    try:
        return ask(**how)
    except openai.APIStatusError as error:
        return [type(error).__name__, error.code]
print(json.dumps({
    "models": [model.id for model in client.models.list()],
    "answer": ask(),
    "wrong key": failing(client=client.with_options(api_key="sk-wrong")),
    "wrong model": failing(model="no-such"),
    "refused": failing(),
    "busy": failing(),
}))
"""


@pytest.mark.skipif(not PYTHON, reason="GLASSES_OPENAI_PYTHON names no python that has openai")
def test_an_independent_client_and_the_model_server_understand_each_other():
    server = QwenServer(thought=("嗯", "…"))

    def answer(asked, vendor):
        earlier = len(vendor.asked)
        if earlier in (5, 6, 7, 8):
            server.failures = [
                (400, refusal("data_inspection_failed", "no"))
                if earlier == 5
                else (429, refusal("limit_requests", "no"))
            ]
        return server(asked, vendor)

    with serving(answer) as vendor:
        told = json.dumps({"url": f"{vendor.url}/v1", "key": KEY})
        done = subprocess.run([PYTHON, "-c", SCRIPT], input=told, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "models": ["qwen-plus", "qwen-max"],
        "answer": ["你好，世界", "嗯…", 35],
        "wrong key": ["AuthenticationError", "invalid_api_key"],
        "wrong model": ["NotFoundError", "model_not_found"],
        "refused": ["BadRequestError", "data_inspection_failed"],
        "busy": ["RateLimitError", "limit_requests"],
    }
    assert len(vendor.asked) == 8  # the client asks a busy server three times, as we do, and refusals once
