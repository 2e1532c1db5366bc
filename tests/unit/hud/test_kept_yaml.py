"""Kept YAML: the same tree, words and places as without it, whatever happened to the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emulator.core.assets import asset
from emulator.core.errors import HudError
from emulator.core.yaml import Node, read_yaml
from emulator.hud.document import load_documents
from emulator.hud.kept_yaml import KeptYaml, kept_file

TEXTS = {path: path.read_text("utf-8") for path in sorted(asset("huds").glob("*.hud.yaml"))}
SHORT = 'a: [1, 2.5, -0.0, true, null, "ü\\n", 123456789012345678]\nb: {c: [], d: {}, e: ""}\n'
X = Path("x.hud.yaml")


def started(file: Path, texts: dict[Path, str]) -> list[Node]:
    """Return the trees as one start of the program reads them."""
    kept = KeptYaml(file)
    found = [kept.read(text, path) for path, text in texts.items()]
    kept.keep()
    return found


def test_a_second_start_reads_the_same_trees_with_the_same_places(tmp_path):
    plain = [read_yaml(text, path, HudError) for path, text in TEXTS.items()]
    assert started(tmp_path / "x.json", TEXTS) == plain
    assert started(tmp_path / "x.json", TEXTS) == plain


def test_every_kind_of_value_comes_back_as_it_was(tmp_path):
    plain = read_yaml(SHORT, X, HudError)
    for _ in range(2):
        (found,) = started(tmp_path / "x.json", {X: SHORT})
        assert repr(found) == repr(plain)  # tells 1 from 1.0 and true, and -0.0 from 0


def test_what_is_told_of_a_mistake_is_the_same(tmp_path):
    for _ in range(2):
        (found,) = started(tmp_path / "x.json", {X: SHORT})
        with pytest.raises(HudError, match=r"x\.hud\.yaml:2:1: unknown key 'b' in it"):
            found.mapping("it", ("a",))


def test_a_text_that_is_not_yaml_is_refused_and_not_kept(tmp_path):
    kept = KeptYaml(tmp_path / "x.json")
    for _ in range(2):
        with pytest.raises(HudError, match=r"x\.hud\.yaml:2:1: "):
            kept.read("a: [\n", X)
    kept.keep()
    assert not (tmp_path / "x.json").exists()


def test_a_changed_text_is_parsed_anew_and_the_old_one_forgotten(tmp_path):
    file = tmp_path / "x.json"
    started(file, {X: SHORT})
    (found,) = started(file, {X: "a: 7\n"})
    assert found.plain == {"a": 7}
    assert len(file.read_bytes()) < 200


@pytest.mark.parametrize("spoil", [lambda data: data[:-3], lambda data: data.replace(b"1", b"2", 1), lambda _: b""])
def test_a_spoilt_file_is_not_believed_and_mended(tmp_path, spoil):
    file = tmp_path / "x.json"
    started(file, {X: SHORT})
    good = file.read_bytes()
    file.write_bytes(spoil(good))
    assert started(file, {X: SHORT}) == [read_yaml(SHORT, X, HudError)]
    assert file.read_bytes() == good


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    assert started(tmp_path / "taken" / "x.json", {X: SHORT}) == [read_yaml(SHORT, X, HudError)]


def test_nothing_is_left_beside_the_file(tmp_path):
    started(tmp_path / "x.json", {X: SHORT})
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_only_the_shipped_documents_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSES_DATA", str(tmp_path / "data"))
    shutil.copytree(asset("huds"), tmp_path / "huds")
    copies = load_documents(tmp_path / "huds")
    assert not kept_file().exists()
    first, second = load_documents(asset("huds")), load_documents(asset("huds"))
    assert kept_file() == tmp_path / "data" / "cache" / "huds.json"
    assert kept_file().exists()
    for name, document in copies.items():
        assert first[name].root == second[name].root == document.root
        assert first[name].samples == second[name].samples == document.samples
