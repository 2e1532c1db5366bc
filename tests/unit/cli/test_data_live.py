"""``--live`` lets services ask their vendors and ``--data`` names the user's stores; without them nothing leaves."""

from __future__ import annotations

import pytest

from emulator.cli import main
from emulator.core.events import AnswerGiven
from emulator.core.log import read_log
from tests.unit.live.vendor import serving
from tests.unit.services.qwen_server import KEY, QwenServer

FLOW = "flow: x\ngiven: {scene: black}\nsteps: [{say: 为什么天空是蓝色的}, {advance: 2s}]\n"
COMMANDS = (["run", "--offscreen", "--flow"], ["flow", "run"])


@pytest.mark.parametrize("command", COMMANDS, ids=["run", "flow run"])
@pytest.mark.parametrize(("words", "engine"), [([], "offline"), (["--no-live"], "offline"), (["--live"], "live")])
def test_services_ask_their_vendors_only_with_leave(tmp_path, monkeypatch, command, words, engine):
    flow, log = tmp_path / "x.flow.yaml", tmp_path / "out.jsonl"
    flow.write_text(FLOW, "utf-8")
    with serving(QwenServer()) as vendor:
        monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{vendor.url}/v1")
        assert main([*command, str(flow), *words, "--log", str(log)]) == 0
    given = [record.event.engine for record in read_log(log) if isinstance(record.event, AnswerGiven)]
    assert given == [engine]
    assert len(vendor.asked) == (engine == "live")


@pytest.mark.parametrize("command", COMMANDS, ids=["run", "flow run"])
def test_the_named_folder_holds_the_stores(tmp_path, command):
    flow = tmp_path / "x.flow.yaml"
    flow.write_text(FLOW, "utf-8")
    assert main([*command, str(flow), "--data", str(tmp_path / "mine")]) == 0
    assert (tmp_path / "mine").is_dir()


@pytest.mark.parametrize("command", COMMANDS, ids=["run", "flow run"])
def test_a_file_is_no_folder(tmp_path, capsys, command):
    flow = tmp_path / "x.flow.yaml"
    flow.write_text(FLOW, "utf-8")
    assert main([*command, str(flow), "--data", str(flow)]) == 2
    assert "--data names a folder" in capsys.readouterr().err
