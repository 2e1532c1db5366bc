"""pytest plugin: fixtures ``glasses`` and ``golden``, and every ``*.flow.yaml`` is a test for each of its runs.

A test fails on an ``app.crashed`` that it did not ask for. Nothing here needs Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.flows.flow import Flow
    from emulator.flows.play import Play
    from emulator.session.glasses import Glasses

FAILING = "failing"  # flows in a folder of this name must fail: they test the harness, by name only


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``."""
    group = parser.getgroup("glasses")
    group.addoption("--update-golden", action="store_true", help="rewrite goldens; look at the difference first")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect ``*.flow.yaml``, but for the ones in a folder ``failing``."""
    if file_path.name.endswith(".flow.yaml") and file_path.parent.name != FAILING:
        return FlowFile.from_parent(parent, path=file_path)
    return None


class FlowFile(pytest.File):
    """A flow file: one test for each run of its sweep."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield the runs.

        Raises:
            FlowFileError: If the file is wrong.
        """
        from emulator.flows.flow import load_flow

        flow = load_flow(self.path)
        for number, variant in enumerate(flow.variants):
            name = f"{flow.id}[{variant.label}]" if variant.label else flow.id
            yield FlowItem.from_parent(self, name=name, flow=flow, number=number)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]  # text is a repr too
        """Print the message only."""
        return str(excinfo.value)


class FlowItem(pytest.Item):
    """One run of a flow."""

    def __init__(self, *, flow: Flow, number: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.flow, self.number = flow, number

    def runtest(self) -> None:
        """Play it.

        Raises:
            EmulatorError: Why it failed.
        """
        play = self._play()
        with play.glasses:
            verdict = play.finish()
        if verdict.error is not None:
            raise verdict.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]  # text is a repr too
        """Print the message only; a bug of ours keeps its traceback."""
        from emulator.core.errors import EmulatorError

        if isinstance(excinfo.value, EmulatorError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the flow in reports."""
        return self.path, 0, self.name

    def _play(self) -> Play:
        from emulator.flows.play import Play

        variant = self.flow.variants[self.number]
        update = bool(self.config.getoption("--update-golden"))
        return Play(self.flow.glasses(variant), self.flow, variant, update_golden=update)


class Pairs:
    """The factory behind fixture ``glasses``: makes pairs, closes them, and judges their crashes."""

    def __init__(self) -> None:
        self._made: list[Glasses] = []
        self._allowed: set[str] = set()

    def __call__(self, profile: str = "quark_s1", **options: Any) -> Glasses:
        """Return a new pair; options as for ``Glasses``."""
        from emulator.session.glasses import Glasses

        self._made.append(Glasses(profile, **options))
        return self._made[-1]

    def allow_crash(self, app: str) -> None:
        """Say that ``app`` is meant to crash in this test."""
        self._allowed.add(app)

    def close(self) -> None:
        """Close all pairs and fail on a crash that was not meant."""
        from emulator.core.events import AppCrashed

        for pair in self._made:
            pair.close()
        crashes = [crash for pair in self._made for crash in pair.events(AppCrashed) if crash.app not in self._allowed]
        if crashes:
            pytest.fail("; ".join(f"app {crash.app!r} crashed: {crash.error}" for crash in crashes), pytrace=False)


@pytest.fixture
def glasses() -> Iterator[Pairs]:
    """Return a factory of pairs of glasses; see ``Pairs``."""
    pairs = Pairs()
    yield pairs
    pairs.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares text with a file of ``tests/golden``; ``--update-golden`` rewrites it."""
    folder = request.config.rootpath / "tests" / "golden"

    def check(text: str, name: str) -> None:
        path = folder / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif not path.exists():
            pytest.fail(f"there is no golden {path}; write it with --update-golden", pytrace=False)
        assert text == path.read_text("utf-8"), f"{path.name} differs; look, then --update-golden"

    return check
