"""What the tests of the window share: a screen with the real program on it, and the window's parts in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from emulator.ui.app import make_application
from tests.gui.desk_probe import Probe
from tests.gui.program import Program
from tests.gui.screen import Screen, installed

DESK = Path(__file__).with_name("offscreen.json")  # a screen of 1680x1050 instead of 800x800
ARTIFACTS = Path(__file__).parents[1] / "artifacts"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make the application of widgets before any other test makes one of pictures only: a process has one."""
    if any(Path(item.path).parent == Path(__file__).parent for item in session.items):
        with pytest.MonkeyPatch.context() as patch:  # for this process, not for those that tests start
            patch.setenv("QT_QPA_PLATFORM", f"offscreen:configfile={DESK}")
            make_application(["pytest"])


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The one Qt application, off-screen."""
    return make_application(["pytest"])


@pytest.fixture
def open_probe(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Probe]]:
    """Return a function that opens the window in this process, at rest."""
    monkeypatch.setenv("HOME", str(tmp_path))
    errors: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: errors.append(error))  # of slots and painting
    with ExitStack() as stack:

        def open_window(**options: Any) -> Probe:
            opened = Probe(qapp, tmp_path, **options)
            stack.callback(opened.close)
            return opened

        yield open_window
    if errors:
        raise errors[0]


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """An X server of our own."""
    if not installed():
        pytest.skip("Xvfb and xdotool are not installed: sudo apt-get install xvfb xdotool")
    screen = Screen(tmp_path_factory.mktemp("framebuffer"))
    yield screen
    screen.stop()


@pytest.fixture
def program(screen: Screen, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Return a function that starts ``glasses run`` with options."""
    with ExitStack() as stack:

        def start(*options: str | Path, voice: bool = False) -> Program:
            return stack.enter_context(Program(screen, tmp_path / "home", *options, voice=voice))

        yield start


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """The folder of pictures that tests leave to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS
