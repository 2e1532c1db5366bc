"""The rules of docs/design.md that a machine can check; the layers are import-linter's (scripts/check)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from emulator.core.discovery import discover
from emulator.core.events import Event

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "emulator"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LIMIT = 400
AIM = 150  # lines of the median module
NOT_NOUNS = {
    "manager",
    "controller",
    "registry",
    "handler",
    "bus",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "misc",
}
ELECTRICAL = {PACKAGE / "devices" / "battery" / "bus.py"}  # a bus of copper
ONE_FILE_EACH = {  # package: what each of its modules exports
    "emulator.apps": ("MANIFEST", "run"),
    "emulator.devices.policies": ("POLICY",),
    "emulator.assistant.engines": ("ENGINE",),
    "emulator.ui.panels": ("PANEL",),
    "emulator.cli": ("COMMAND",),
    "emulator.services": ("SERVICE",),
}
SHARED = {
    "emulator.cli.command",
    "emulator.cli.offscreen",
    "emulator.services.service",
}  # what the members of a package stand on
BOUNDARIES = {"core/kernel.py", "live/bridge.py"}  # task step, live call; the Qt slot's is under ui/
WALL_TIME = {"time", "asyncio"}
WALL_TIME_PLACES = ("ui/", "world/", "cli/", "live/", "session/pump.py", "assistant/engines/")
HEAVY = ("PySide6", "cv2", "numpy", "asyncio", "pyaudio", "onnxruntime", "ctranslate2", "msgspec", "ruamel")


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Yield every module that is imported anywhere in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(tree(path)), f"{path} has no docstring"


@pytest.mark.parametrize("path", MODULES + TESTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= LIMIT


def test_the_median_module_is_short():
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in MODULES if path.name != "__init__.py")
    assert lengths[len(lengths) // 2] <= AIM


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_file_name_is_a_noun_of_ours(path):
    if path in ELECTRICAL:
        return
    assert not NOT_NOUNS & set(re.split(r"[_/.]", name(path)))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_class_name_is_a_noun_of_ours(path):
    if path in ELECTRICAL:
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            words = {word.lower() for word in re.findall(r"[A-Z][a-z]+", node.name)}
            assert not NOT_NOUNS & words, node.name


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_except_exception_stands_at_the_boundaries_only(path):
    if name(path) in BOUNDARIES or name(path).startswith("ui/"):
        return
    broad = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert broad == [], f"{name(path)}: except Exception in line {broad}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_wall_time_stays_at_the_edges(path):
    if name(path).startswith(WALL_TIME_PLACES):
        return
    assert not WALL_TIME & set(imports(path))


@pytest.mark.parametrize("package", ONE_FILE_EACH)
def test_a_member_exports_all_that_its_kind_does(package):
    folder = PACKAGE.joinpath(*package.split(".")[1:])
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    modules -= {module.rpartition(".")[2] for module in SHARED if module.startswith(package + ".")}
    assert modules, package
    for export in ONE_FILE_EACH[package]:
        found = discover(package, export)
        assert modules - set(found) == set(), f"{package}: without {export} (or to be named with a leading _)"


def test_members_of_a_kind_do_not_know_each_other():
    """Apps, services, policies, engines and panels never import a sibling; what two need lies below them."""
    for package in ONE_FILE_EACH:
        if package == "emulator.cli":
            continue
        folder = PACKAGE.joinpath(*package.split(".")[1:])
        for path in folder.glob("*.py"):
            siblings = [
                other
                for other in imports(path)
                if other.startswith(package + ".") and not other.rpartition(".")[2].startswith("_")
                if other not in SHARED
            ]
            assert path.stem.startswith("_") or siblings == [], f"{name(path)} imports {siblings}"


def test_every_action_and_event_has_a_topic_of_its_own():
    import_module("emulator.core.actions")
    kinds = [kind for kind in Event.types.values() if kind.__module__.startswith("emulator.")]
    assert len(kinds) > 60
    for kind in kinds:  # the class with slots, not the one it replaced
        assert getattr(import_module(kind.__module__), kind.__name__) is kind
    names = [kind.__name__ for kind in kinds]
    assert len(names) == len(set(names))


def test_every_asset_has_an_origin_and_a_licence():
    assets = ROOT / "assets"
    sources = tomllib.loads((assets / "SOURCES.toml").read_text("utf-8"))
    assert all(source["origin"] and source["licence"] for source in sources.values())
    files = {path.relative_to(assets).as_posix() for path in assets.rglob("*") if path.is_file()} - {"SOURCES.toml"}
    assert {file for file in files if not any(fnmatch(file, pattern) for pattern in sources)} == set()
    assert {pattern for pattern in sources if not any(fnmatch(file, pattern) for file in files)} == set()


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after ``statement``."""
    code = f"import sys; {statement}; print(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import emulator") & set(HEAVY) == set()


def test_asking_for_the_version_loads_nothing_heavy():
    assert loaded_by("import emulator.cli; emulator.cli.main(['--version'])") & set(HEAVY) == set()


def test_listing_the_commands_loads_neither_qt_nor_opencv():
    loaded = loaded_by("from emulator.core.discovery import discover; discover('emulator.cli', 'COMMAND')")
    assert loaded & {"PySide6", "cv2", "asyncio", "pyaudio", "onnxruntime", "ctranslate2"} == set()


def test_a_session_without_picture_needs_no_qt():
    code = "from emulator import Glasses, Say; g = Glasses('quark_s1'); g.do(Say('几点了')); g.run_for(seconds=3)"
    assert loaded_by(code) & {"PySide6", "qasync", "pyaudio"} == set()
