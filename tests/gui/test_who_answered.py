"""The transcript says which half of a service answered, and calmly what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from emulator.core.events import AnswerGiven
from tests.gui.desk_probe import Probe
from tests.unit.live.vendor import serving
from tests.unit.services.qwen_server import KEY, QwenServer, refusal

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
QUESTION = "why is the sky blue"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[QwenServer]:
    """A model server whose address and key are in the environment."""
    server = QwenServer()
    with serving(server) as vendor:
        monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{vendor.url}/v1")
        yield server


def asked(probe: Probe, words: str = QUESTION) -> tuple[str, str]:
    """Ask, and return the foot of the turn's card and its line of trouble."""
    panel = probe.panel("transcript")
    probe.desk.say(words)
    probe.run_for(4_000)
    assert probe.events(AnswerGiven)
    card = panel._cards[-1]
    return card.foot.text(), card.trouble.text() if card.trouble.isVisible() else ""


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("language", "live", "says"),
    [
        ("en", True, "Qwen assistant live"),
        ("zh", True, "千问助手 实时"),
        ("en", False, "Qwen assistant offline"),
        ("zh", False, "千问助手 离线"),
    ],
)
def test_it_says_who_answered(open_probe: Open, language: str, live: bool, says: str):
    foot, trouble = asked(open_probe(language=language, live=live))
    assert says in foot
    assert trouble == ""


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Qwen assistant: the key is not accepted"), ("zh", "千问助手：密钥不被接受")]
)
def test_it_says_what_failed_and_who_answered_instead(open_probe: Open, server: QwenServer, language: str, says: str):
    server.failures = [(401, refusal("invalid_api_key", "no"))]
    foot, trouble = asked(open_probe(language=language, live=True))
    assert trouble.startswith(says)
    assert ("offline" in foot) or ("离线" in foot)
    assert KEY not in trouble


@pytest.mark.usefixtures("server")
def test_a_sum_is_computed_here_although_qwen_is_there(open_probe: Open):
    assert "Qwen assistant offline" in asked(open_probe(live=True), "what is 12 times 7")[0]
