"""Keys from the environment and from real backends of ``keyring``, each in a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.core.errors import UsageError
from emulator.live.secrets import HIDDEN, excerpt, keep_secret, place_of, read_secret, redact, variable

FILE_BACKEND, NULL_BACKEND, FAIL_BACKEND = (
    "keyrings.alt.file.PlaintextKeyring",
    "keyring.backends.null.Keyring",
    "keyring.backends.fail.Keyring",
)
KEY = "sk-0123456789abcdef"


def run(backend: str, home: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` where ``keyring`` uses ``backend`` and keeps in ``home``."""
    around = os.environ | {"PYTHON_KEYRING_BACKEND": backend, "HOME": str(home), "XDG_DATA_HOME": str(home)}
    start = "from emulator.live.secrets import *\nfrom emulator.core.errors import EmulatorError\n"
    return subprocess.run(
        [sys.executable, "-c", start + code], env=around | environment, capture_output=True, text=True, timeout=60
    )


def test_a_key_is_kept_found_by_the_next_program_and_forgotten(tmp_path: Path):
    assert run(FILE_BACKEND, tmp_path, f"keep_secret('amap-key', ' {KEY} ')").returncode == 0
    told = run(FILE_BACKEND, tmp_path, "print(read_secret('amap-key'), place_of('amap-key'), keeps_secrets())")
    assert told.stdout.split() == [KEY, "keyring", "True"], told.stderr
    twice = "forget_secret('amap-key'); forget_secret('amap-key'); print(read_secret('amap-key'), place_of('amap-key'))"
    assert run(FILE_BACKEND, tmp_path, twice).stdout.split() == ["None", "None"]


def test_the_environment_wins(tmp_path: Path):
    code = f"keep_secret('amap-key', '{KEY}'); print(read_secret('amap-key'), place_of('amap-key'))"
    assert run(FILE_BACKEND, tmp_path, code, GLASSES_AMAP_KEY=" other ").stdout.split() == ["other", "environment"]


@pytest.mark.parametrize("backend", [NULL_BACKEND, FAIL_BACKEND])
def test_where_nothing_is_kept_it_says_which_variable_to_set(tmp_path: Path, backend: str):
    code = f"""
print(keeps_secrets(), read_secret('qwen-key'))
for act in (lambda: keep_secret('qwen-key', '{KEY}'), lambda: forget_secret('qwen-key')):
    try:
        act()
    except EmulatorError as error:
        print(type(error).__name__, error)
"""
    told = run(backend, tmp_path, code)
    assert told.stdout.count("CapabilityError no keyring here: set GLASSES_QWEN_KEY") == 2, told.stderr
    assert told.stdout.startswith("False None\n")
    assert KEY not in told.stdout + told.stderr


def test_without_the_extra_the_environment_is_enough(tmp_path: Path):
    """A program in which ``keyring`` cannot be imported."""
    (tmp_path / "keyring.py").write_text("raise ImportError('not installed')")
    code = "print(read_secret('amap-key'), keeps_secrets(), place_of('qwen-key'))"
    told = run(FILE_BACKEND, tmp_path, code, PYTHONPATH=str(tmp_path), GLASSES_AMAP_KEY=KEY)
    assert told.stdout.split() == [KEY, "False", "None"], told.stderr


def test_a_locked_keyring_reads_as_empty_and_says_so_when_it_should_keep(tmp_path: Path):
    (tmp_path / "locked.py").write_text("""
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, name):
        raise KeyringLocked("locked")
    def set_password(self, service, name, value):
        raise KeyringLocked(f"cannot keep {value}")
    delete_password = get_password
""")
    code = f"""
print(read_secret('amap-key'))
for act in (lambda: keep_secret('amap-key', '{KEY}'), lambda: forget_secret('amap-key')):
    try:
        act()
    except EmulatorError as error:
        print(error)
"""
    told = run("locked.Keyring", tmp_path, code, PYTHONPATH=str(tmp_path))
    lines = told.stdout.splitlines()
    assert lines[0] == "None", told.stderr
    assert "KeyringLocked" in lines[1]
    assert "GLASSES_AMAP_KEY" in lines[1]
    assert "cannot be opened" in lines[2]
    assert KEY not in told.stdout + told.stderr


def test_a_variable_is_read_without_its_blanks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable("amap-key"), f"  {KEY}\n")
    assert (read_secret("amap-key"), place_of("amap-key")) == (KEY, "environment")


@pytest.mark.parametrize("value", ["", "  ", "密钥", "two\nlines", "zero\0"])
def test_what_is_no_key_is_not_kept(value: str):
    with pytest.raises(UsageError, match="copied whole"):
        keep_secret("amap-key", value)


@pytest.mark.parametrize(
    "text",
    [
        f"https://restapi.amap.com/v3?key={KEY}&q=tea",
        f"https://a.cn/?q=tea&sig={KEY}",
        f'{{"api_key": "{KEY}"}}',
        f"Authorization: Bearer {KEY}",
        f"header bearer {KEY} refused",
        f"X-Access-Token={KEY}",
        f"sign={KEY}&sign_type=RSA2",
        f"app_secret : {KEY}",
        f"pin={KEY}",
    ],
)
def test_what_is_named_like_a_key_is_hidden(text: str):
    assert KEY not in redact(text)
    assert HIDDEN in redact(text)


def test_a_known_key_is_hidden_wherever_it_stands():
    assert redact(f"Incorrect API key provided: {KEY}", [KEY]) == f"Incorrect API key provided: {HIDDEN}"


def test_an_excerpt_ends_between_words_so_that_no_half_key_is_left():
    assert KEY[:6] not in excerpt(f"{'x ' * 95}{KEY} and more")
    assert excerpt("x" * 500) == ""
    assert excerpt(" short, key=1 ") == f"short, key={HIDDEN}"


@pytest.mark.parametrize("text", ["no mapping: Kaivokatu", "design: ok", "monkeys and keys", "key", "向左转", "pins"])
def test_plain_words_stay(text: str):
    assert redact(text, ["short", ""]) == text
