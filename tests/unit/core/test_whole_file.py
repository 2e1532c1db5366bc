"""A file is written whole or not at all."""

import os

import pytest

from emulator.core.errors import FileError
from emulator.core.whole_file import whole_file


def test_the_file_is_there_when_all_went_well(tmp_path):
    with whole_file(tmp_path / "a", "it") as file:
        file.write(b"new")
        assert not (tmp_path / "a").exists()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"new")]


def test_an_older_file_stays_when_writing_fails(tmp_path):
    (tmp_path / "a").write_bytes(b"old")

    def interrupted():
        with whole_file(tmp_path / "a", "it") as file:
            file.write(b"ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_missing_folders_are_made(tmp_path):
    with whole_file(tmp_path / "new" / "folder" / "a", "it") as file:
        file.write(b"new")
    assert (tmp_path / "new" / "folder" / "a").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["file/a", ".", "folder"])
def test_what_cannot_be_written_is_named(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="cannot write the report"), whole_file(type(tmp_path)(name), "the report"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe, "it") as file:
        file.write(b"new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)
    assert pipe.is_fifo()
