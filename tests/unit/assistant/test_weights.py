"""Weights from every source: the user's folder, the cache, a local HTTP server, the data packages, and none of them."""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from emulator.assistant import weights as module
from emulator.assistant.weights import (
    WHISPER_BASE,
    WeightFile,
    Weights,
    bundle_installed,
    download,
    install_bundle,
    locate,
    main,
    missing_line,
    obtain,
)
from emulator.core.errors import EngineError

MODEL = bytes(range(256)) * 10_000
WORDS = b'{"model": "tiny"}'
INSTALLED = locate(WHISPER_BASE)  # of this machine, before the tests have a cache of their own


def entry(name: str, content: bytes) -> WeightFile:
    return WeightFile(name, len(content), hashlib.sha256(content).hexdigest())


TINY = Weights("tiny", "/who/tiny/{name}", "CC0", (entry("words.json", WORDS), entry("model.bin", MODEL)))


@dataclass
class Hub:
    """A model hub on this machine: serves ``files``, obeys Range, and keeps what was asked."""

    url: str = ""
    files: dict[str, bytes] = field(
        default_factory=lambda: {"/who/tiny/words.json": WORDS, "/who/tiny/model.bin": MODEL}
    )
    asked: list[tuple[str, str]] = field(default_factory=list)
    break_after: int = 0  # bytes of model.bin before the line goes dead, once


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            hub.asked.append((self.path, wanted))
            if self.path not in hub.files:
                self.send_error(404)
                return
            content = hub.files[self.path]
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            stop = len(content)
            if hub.break_after and self.path.endswith("model.bin"):
                stop, hub.break_after = hub.break_after, 0
            self.wfile.write(content[start:stop])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield hub
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GLASSES_CACHE", str(tmp_path / "cache"))
    for name in ("GLASSES_MODELS", "GLASSES_NO_NETWORK", "HF_ENDPOINT", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return Path(tmp_path) / "cache" / "models" / "tiny"


def test_a_download_fills_the_cache_and_is_asked_for_once(hub, cache):
    seen: list[tuple[int, int]] = []
    assert download(TINY, lambda done, size: seen.append((done, size)), hub.url) == cache
    assert (cache / "model.bin").read_bytes() == MODEL
    assert seen[-1] == (TINY.size_bytes, TINY.size_bytes)
    assert locate(TINY) == cache == obtain(TINY)
    download(TINY, host=hub.url)
    assert len(hub.asked) == 2


def test_a_mirror_is_used_instead_of_the_usual_host(hub, cache, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.url + "/")
    assert download(TINY) == cache


def test_a_broken_download_goes_on_where_it_stopped(hub, cache):
    hub.break_after = 1_000_000
    with pytest.raises(EngineError, match="it goes on where it stopped"):
        download(TINY, host=hub.url)
    assert not (cache / "model.bin").exists()
    download(TINY, host=hub.url)
    assert hub.asked[-1] == ("/who/tiny/model.bin", "bytes=1000000-")
    assert (cache / "model.bin").read_bytes() == MODEL


def test_a_file_with_another_hash_is_thrown_away(hub, cache):
    hub.files["/who/tiny/model.bin"] = MODEL[:-1] + b"?"
    with pytest.raises(EngineError, match=r"model\.bin: not the file in the manifest"):
        download(TINY, host=hub.url)
    assert not list(cache.glob("model*"))
    assert locate(TINY) is None


def test_a_file_that_never_ends_does_not_fill_the_disk(hub, cache):
    hub.files["/who/tiny/words.json"] = b"x" * 50_000_000
    with pytest.raises(EngineError, match="not the file in the manifest"):
        download(TINY, host=hub.url)
    assert not list(cache.glob("words*"))


def test_a_refused_connection_says_so():
    with pytest.raises(EngineError, match=r"cannot fetch words\.json"):
        download(TINY, host="http://127.0.0.1:9")


def test_a_missing_file_on_the_host_says_so(hub):
    hub.files.clear()
    with pytest.raises(EngineError, match="Not Found"):
        download(TINY, host=hub.url)


def test_a_host_that_goes_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(module, "STALL_S", 0.3)
    silent = threading.Event()
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Mute", (BaseHTTPRequestHandler,), {"do_GET": lambda _s: silent.wait(5)})
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    with pytest.raises(EngineError, match="timed out"):
        download(TINY, host=f"http://127.0.0.1:{server.server_port}")
    silent.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_full_disk_is_one_clear_line(hub, cache):
    cache.mkdir(parents=True)
    (cache / "model.bin.part").symlink_to("/dev/full")
    with pytest.raises(EngineError, match=r"No space left.*free some space") as caught:
        download(TINY, host=hub.url)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


def test_the_network_can_be_forbidden(hub, monkeypatch):
    monkeypatch.setenv("GLASSES_NO_NETWORK", "1")
    with pytest.raises(EngineError, match="GLASSES_NO_NETWORK forbids"):
        download(TINY, host=hub.url)
    assert hub.asked == []


def test_none_of_the_sources_gives_the_line_that_mends_it():
    with pytest.raises(EngineError) as caught:
        obtain(TINY)
    assert str(caught.value) == missing_line(TINY)
    assert "python -m emulator.assistant.weights --download" in str(caught.value)


def test_the_users_own_folder_comes_first(hub, tmp_path, monkeypatch):
    download(TINY, host=hub.url)
    own = tmp_path / "mine" / "tiny"
    own.mkdir(parents=True)
    for name, content in (("words.json", WORDS), ("model.bin", MODEL)):
        (own / name).write_bytes(content)
    monkeypatch.setenv("GLASSES_MODELS", str(own.parent))
    assert locate(TINY) == own


def test_a_wrong_file_in_the_users_folder_is_passed_over(hub, cache, tmp_path, monkeypatch):
    download(TINY, host=hub.url)
    own = tmp_path / "mine" / "tiny"
    own.mkdir(parents=True)
    (own / "words.json").write_bytes(WORDS)
    (own / "model.bin").write_bytes(MODEL[::-1])  # the right size
    monkeypatch.setenv("GLASSES_MODELS", str(own.parent))
    assert locate(TINY) == cache


def test_the_bundles_parts_are_joined_and_checked(cache, tmp_path):
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    (first / "words.json").write_bytes(WORDS)
    (first / "model.bin.part1").write_bytes(MODEL[:999_999])
    (second / "model.bin.part2").write_bytes(MODEL[999_999:])
    assert install_bundle(TINY, [first, second]) == cache
    assert (cache / "model.bin").read_bytes() == MODEL
    (cache / "model.bin").unlink()
    (second / "model.bin.part2").write_bytes(MODEL[999_998:])
    with pytest.raises(EngineError, match="not the file in the manifest"):
        install_bundle(TINY, [first, second])


def test_a_missing_data_package_says_what_to_install():
    lacking = Weights("tiny", "", "", TINY.files, ("no_such_package_of_weights",))
    with pytest.raises(EngineError, match=r"--require-hashes -r requirements-voice-weights\.txt"):
        install_bundle(lacking)


def test_an_unknown_option_is_a_usage_error(capsys):
    assert main(["--instal-bundle"]) == 2
    assert "--install-bundle" in capsys.readouterr().err


@pytest.mark.voice
@pytest.mark.skipif(not bundle_installed(WHISPER_BASE), reason="the model was in the cache when this venv was set up")
def test_the_pinned_packages_hold_exactly_the_manifest(capsys):
    """The real 145 MB, joined and hashed."""
    assert main(["--install-bundle"]) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert locate(WHISPER_BASE) == folder
    assert sorted(p.name for p in folder.iterdir()) == sorted(f.name for f in WHISPER_BASE.files)


@pytest.mark.voice
@pytest.mark.skipif(INSTALLED is None, reason="no speech model here: python -m emulator.assistant.weights --download")
def test_the_model_that_recognises_here_is_the_one_in_the_manifest(monkeypatch):
    """The real 145 MB in this machine's cache, hashed as a folder of the user's is."""
    assert INSTALLED is not None
    monkeypatch.setenv("GLASSES_MODELS", str(INSTALLED.parent))
    assert locate(WHISPER_BASE) == INSTALLED
