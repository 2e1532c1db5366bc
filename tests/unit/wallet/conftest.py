"""A sandbox (沙箱) of its own for each test, at a time the test sets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from emulator.wallet.keys import load_keys
from emulator.wallet.sandbox import Sandbox


class Clock:
    """A time of day that the test sets."""

    def __init__(self):
        self.at = datetime(2026, 3, 1, 4, tzinfo=UTC)

    def __call__(self):
        return self.at


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    load_keys(folder)
    return folder


@pytest.fixture
def folder(keys, tmp_path):
    """A wallet's folder whose keys are there already: making them takes a while."""
    for name in ("platform.pem", "app.pem"):
        (tmp_path / name).write_bytes((keys / name).read_bytes())
        (tmp_path / name).chmod(0o600)
    return tmp_path


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def box(folder, clock):
    with Sandbox(folder, clock, delays_s=(0.0, 0.0)) as opened:
        yield opened


@pytest.fixture
def client(box):
    return box.client()
