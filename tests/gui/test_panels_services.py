"""The panel of services: who answers, keys that are kept and never shown, a check that does not block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyrings.alt.file import PlaintextKeyring
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from emulator.core.events import AnswerGiven
from tests.gui.desk_probe import Probe
from tests.unit.live.vendor import Given, Vendor, serving
from tests.unit.services.qwen_server import KEY, QwenServer, refusal

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A keyring in a file of this test, and no key in the environment."""
    for name in ("QWEN_KEY", "QWEN_URL", "QWEN_MODEL", "DATA"):
        monkeypatch.delenv(f"GLASSES_{name}", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    before, backend = keyring.get_keyring(), PlaintextKeyring()
    backend.file_path = str(tmp_path / "keys.cfg")
    keyring.set_keyring(backend)
    yield
    keyring.set_keyring(before)


@pytest.fixture
def server() -> QwenServer:
    return QwenServer()


@pytest.fixture
def vendor(server: QwenServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    with serving(server) as vendor:
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{vendor.url}/v1")
        yield vendor


def shown_anywhere(window: QWidget, text: str) -> bool:
    """Say whether a box or a label of the window has ``text``."""
    boxes = [f"{box.text()}{box.placeholderText()}{box.toolTip()}" for box in window.findChildren(QLineEdit)]
    labels = [str(widget.property("text") or "") for widget in window.findChildren(QWidget)]
    return any(text in found for found in boxes + labels)


def test_every_service_says_who_answers(open_probe: Open):
    probe = open_probe(live=True)
    panel = probe.panel("services")
    services = probe.desk.glasses.calls.services
    assert set(panel.parts) == {name for name, service in services.items() if service.live is not None}
    assert {"qwen", "navigation"} <= set(panel.parts)
    for name, part in panel.parts.items():
        assert part.half.text() == probe.desk.texts.known("engine", services[name].engine)
        assert part.health.text() == "no key yet"
        assert not part.body.isVisible()
    assert services["looking"].title in panel.rest.text()


@pytest.mark.usefixtures("vendor")
def test_a_key_is_kept_used_and_never_shown(open_probe: Open):
    probe = open_probe(live=True)
    part = probe.panel("services").parts["qwen"]
    probe.click(part.keys)
    field = part.fields["qwen-key"]
    assert field.input.echoMode() == QLineEdit.EchoMode.Password
    assert not part.save.isEnabled()
    probe.write(field.input, KEY)
    probe.click(part.save)
    assert field.input.text() == ""
    assert "kept in the keyring" in field.input.placeholderText()
    assert (part.line.text(), part.half.text(), part.health.text()) == ("saved", "live", "ready")
    assert not shown_anywhere(probe.window, KEY)
    assert probe.panel("services").parts["naming"].half.text() == "live"  # it shares the key
    probe.desk.say("why is the sky blue")
    probe.run_for(3_000)
    assert probe.last(AnswerGiven).engine == "live"
    assert KEY not in probe.desk.glasses.log.to_jsonl()
    probe.click(part.forget)
    assert (part.line.text(), part.half.text(), part.health.text()) == ("forgotten", "offline", "no key yet")
    assert field.input.placeholderText() == "GLASSES_QWEN_KEY"


@pytest.mark.usefixtures("vendor")
def test_a_key_from_the_environment_is_only_named(open_probe: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
    probe = open_probe(live=True)
    part = probe.panel("services").parts["qwen"]
    field = part.fields["qwen-key"]
    assert field.input.placeholderText() == "from GLASSES_QWEN_KEY"
    assert not field.input.isEnabled()
    assert not part.forget.isEnabled()
    assert not shown_anywhere(probe.window, KEY)
    assert part.half.text() == "live"


def test_the_check_tells_what_the_vendor_says(open_probe: Open, vendor: Vendor):
    probe = open_probe()
    part = probe.panel("services").parts["qwen"]
    probe.click(part.keys)
    probe.click(part.check)
    assert part.line.text() == "Fill in first: API key"
    probe.write(part.fields["qwen-key"].input, "sk-wrong-0123456789")
    probe.click(part.check)
    probe.until(lambda: "checking" not in part.line.text(), "an answer")
    assert part.line.text().startswith("the key is not accepted · ")
    assert "sk-wrong" not in part.line.text()
    part.fields["qwen-key"].input.clear()
    probe.write(part.fields["qwen-key"].input, KEY)
    part.check.setFocus()
    QTest.keyClick(part.check, Qt.Key.Key_Space)
    probe.until(lambda: "works" in part.line.text(), "a good answer")
    assert "qwen-plus ✓" in part.line.text()
    assert vendor.asked


def test_a_vendor_that_failed_often_is_left_alone_until_a_check_works(
    open_probe: Open, server: QwenServer, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
    probe = open_probe(live=True)
    server.failures = [(401, refusal("invalid_api_key", "no"))] * 3
    for _ in range(3):
        probe.desk.say("why is the sky blue")
        probe.run_for(5_000)
    part = probe.panel("services").parts["qwen"]
    assert part.half.text() == "offline"
    assert part.health.isVisible()
    assert part.health.text().startswith("failed several times")
    assert "qwen-key" in part.health.text()
    probe.click(part.keys)
    probe.click(part.check)
    probe.until(lambda: "works" in part.line.text(), "a good answer")
    assert (part.half.text(), part.health.text()) == ("live", "ready")
    assert len(vendor.asked) == 4


def test_a_check_blocks_nothing_and_can_be_cancelled(open_probe: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
    with serving(lambda _asked, silent: Given((b"",) if silent.gone.wait(30) else ())) as silent:
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{silent.url}/v1")
        probe = open_probe()
        part = probe.panel("services").parts["qwen"]
        probe.click(part.keys)
        began_s = perf_counter()
        probe.click(part.check)
        assert perf_counter() - began_s < 1
        probe.until(lambda: bool(silent.asked), "a question")
        assert (part.line.text(), part.check.text()) == ("checking…", "Cancel")
        probe.click(part.check)
        assert (part.line.text(), part.check.text()) == ("cancelled", "Check")
        probe.click(part.check)  # and the window closes meanwhile
        began_s = perf_counter()
        probe.close()
        assert perf_counter() - began_s < 3


def test_one_switch_turns_all_live_halves_off_for_the_next_pair_too(
    open_probe: Open, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
    probe = open_probe(live=True)
    panel = probe.panel("services")
    panel.live.setFocus()
    QTest.keyClick(panel.live, Qt.Key.Key_Space)
    part = panel.parts["qwen"]
    assert (part.half.text(), part.health.text()) == ("offline", "live services are off")
    probe.desk.switch_profile("even_g2")
    probe.settle()
    assert not probe.desk.glasses.calls.live
    QTest.keyClick(panel.live, Qt.Key.Key_Space)
    assert probe.desk.glasses.calls.live
    assert part.half.text() == "live"
    assert vendor.asked == []


def test_what_was_switched_off_stays_off_at_the_next_start(open_probe: Open):
    first = open_probe(live=None)
    first.click(first.panel("services").live, QPoint(8, 10))
    assert not first.desk.glasses.calls.live
    first.close()
    assert not open_probe(live=None).desk.glasses.calls.live


def test_the_keyring_is_asked_when_the_panel_is_seen_and_not_before(open_probe: Open, tmp_path: Path):
    """A locked one would ask for its password as the window opens."""

    class Counting(PlaintextKeyring):  # type: ignore[misc]  # it has no types
        asked = 0

        def get_password(self, service: str, username: str) -> str | None:
            Counting.asked += 1
            found: str | None = super().get_password(service, username)
            return found

    backend = Counting()
    backend.file_path = str(tmp_path / "counted.cfg")
    keyring.set_keyring(backend)
    probe = open_probe(live=True)
    probe.run_for(1_000)
    assert Counting.asked == 0
    probe.panel("services")
    assert Counting.asked > 0


def test_without_a_keyring_it_says_which_variable_to_set(open_probe: Open):
    keyring.set_keyring(NoKeyring())
    probe = open_probe()
    panel = probe.panel("services")
    assert panel.nowhere.isVisible()
    part = panel.parts["qwen"]
    probe.click(part.keys)
    probe.write(part.fields["qwen-key"].input, KEY)
    assert not part.save.isEnabled()
    QTest.keyClick(part.fields["qwen-key"].input, Qt.Key.Key_Return)
    assert "GLASSES_QWEN_KEY" in part.line.text()
    assert KEY not in part.line.text()


@pytest.mark.parametrize(
    ("language", "says"), [("en", "does this network want a login"), ("zh", "可能要先登录这个网络")]
)
def test_a_captive_portal_is_told_in_the_windows_language(
    open_probe: Open, monkeypatch: pytest.MonkeyPatch, language: str, says: str
):
    monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
    with serving(lambda _asked, _vendor: Given((b"<html>Wi-Fi</html>",))) as portal:
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{portal.url}/v1")
        probe = open_probe(language=language)
        part = probe.panel("services").parts["qwen"]
        probe.click(part.keys)
        probe.click(part.check)
        probe.until(lambda: re.search(says, part.line.text()), "a line")


def test_it_speaks_chinese(open_probe: Open):
    probe = open_probe(live=True)
    panel = probe.panel("services")
    probe.desk.texts.speak("zh")
    probe.settle()
    part = panel.parts["navigation"]
    assert (part.title.text(), part.half.text(), part.health.text()) == ("导航", "离线", "还没有密钥")
    assert part.fields["amap-private-key"].title.text().endswith("可选")


def test_the_window_keeps_what_is_the_users_and_a_flow_does_not(open_probe: Open, tmp_path: Path):
    own = open_probe(live=None).desk.glasses
    assert tmp_path in own.surroundings.data.parents
    assert own.calls.live
    flow = tmp_path / "x.flow.yaml"
    flow.write_text("flow: x\nsteps: [{advance: 10ms}]\n", "utf-8")
    played = open_probe(live=None, flow=str(flow)).desk.glasses
    assert tmp_path not in played.surroundings.data.parents
    assert not played.calls.live
