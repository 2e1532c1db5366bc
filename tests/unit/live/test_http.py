"""The HTTP of live halves against servers that misbehave on 127.0.0.1."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import ssl
import threading
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from emulator.live.errors import (
    AuthError,
    NetworkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    ServiceError,
)
from emulator.live.http import PAUSES_S, Http
from tests.unit.live.vendor import Given, serving

KEY = "sk-0123456789abcdef"
PORTAL = b"<!DOCTYPE html><html><body>Welcome to Cafe Wi-Fi</body></html>"


class Even(Random):
    """A generator whose pauses take no time."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0 * a * b


def ask(call, **how):
    """Return what ``call(http)`` returns on a loop of its own."""

    async def once():
        async with Http(Even(), **how) as http:
            return await call(http)

    return asyncio.run(once())


def always(*parts, **more):
    return lambda _asked, _vendor: Given(parts, **more)


def test_json_comes_back_with_its_parameters_sent_once():
    with serving(always(b'{"status": "1", "list": []}')) as vendor:
        assert ask(lambda http: http.get_json(f"{vendor.url}/v5", {"q": "茶 & +"})) == {"status": "1", "list": []}
    assert [asked.query for asked in vendor.asked] == [{"q": "茶 & +"}]


def test_a_form_goes_out_as_one():
    with serving(always(b"{}")) as vendor:
        ask(lambda http: http.post_form_json(vendor.url, {"a": "1", "b": "二"}))
    assert vendor.asked[0].body == b"a=1&b=%E4%BA%8C"
    assert vendor.asked[0].headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "says"),
    [(PORTAL, "captive portal"), (b'{"status": "1", "ro', "only a part"), (b"\xff\xfe", "no JSON"), (b"", "no JSON")],
)
def test_what_is_no_json_is_a_failure_of_the_network(body: bytes, says: str):
    with serving(always(body)) as vendor, pytest.raises(NetworkError, match=says):
        ask(lambda http: http.get_json(vendor.url))


def test_json_too_deep_to_read_is_a_failure_of_the_network():
    with serving(always(b"[" * 200_000)) as vendor, pytest.raises(NetworkError):
        ask(lambda http: http.get_json(vendor.url))


def test_a_body_that_breaks_off_is_a_failure_of_the_network():
    with serving(always(b'{"a": 1}', length=500)) as vendor, pytest.raises(NetworkError, match="broke off") as told:
        ask(lambda http: http.post_json(vendor.url, {}))
    assert told.value.unknown


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_and_not_asked_for_again(status: int):
    elsewhere = {"Location": "http://127.0.0.1:9/login"}
    served = serving(always(PORTAL, status=status, headers=elsewhere))
    with served as vendor, pytest.raises(NetworkError, match="captive portal"):
        ask(lambda http: http.get_json(vendor.url))
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind", "gets"),
    [
        (400, RejectedError, 1),
        (401, AuthError, 1),
        (403, AuthError, 1),
        (404, NotFoundError, 1),
        (410, NotFoundError, 1),
        (429, QuotaError, 3),
        (500, NetworkError, 3),
        (503, NetworkError, 3),
        (511, NetworkError, 3),
    ],
)
def test_a_status_becomes_its_error_and_only_a_get_is_repeated(status: int, kind: type[ServiceError], gets: int):
    with serving(always(b'{"error": "no"}', status=status)) as vendor:
        with pytest.raises(ServiceError) as told:
            ask(lambda http: http.get_json(vendor.url))
        assert (type(told.value), len(vendor.asked)) == (kind, gets)
        assert told.value.body == b'{"error": "no"}'
        with pytest.raises(kind):
            ask(lambda http: http.post_json(vendor.url, {}))
    assert len(vendor.asked) == gets + 1


def test_a_get_succeeds_at_the_third_try():
    def busy(_asked, vendor):
        return Given((b"[1]",), status=200 if len(vendor.asked) == 3 else 502)

    with serving(busy) as vendor:
        assert ask(lambda http: http.get_json(vendor.url)) == [1]


def test_tries_are_spaced_apart():
    async def twice(url: str) -> None:
        async with Http() as http:
            await http.get_json(url)

    with serving(always(b"", status=500)) as vendor:
        began_s = perf_counter()
        with pytest.raises(NetworkError):
            asyncio.run(twice(vendor.url))
        assert perf_counter() - began_s >= 0.5 * sum(PAUSES_S)


def test_more_than_was_asked_for_is_refused():
    with serving(lambda _asked, _vendor: Given(b"x" * 1000 for _ in range(9))) as vendor:
        with pytest.raises(RejectedError, match="above 5,000 bytes"):
            ask(lambda http: http.get_bytes(vendor.url, most_bytes=5_000))
        assert len(ask(lambda http: http.get_bytes(vendor.url, most_bytes=9_000))) == 9_000


def test_a_packed_body_is_measured_unpacked():
    bomb = gzip.compress(bytes(20_000_000))
    packed = always(bomb, headers={"Content-Encoding": "gzip"})
    with serving(packed) as vendor, pytest.raises(RejectedError, match="above"):
        ask(lambda http: http.get_bytes(vendor.url))


def test_a_silent_server_is_given_up():
    def silent(_asked, vendor):
        vendor.gone.wait(5)
        return Given((b"{}",))

    with serving(silent) as vendor:
        began_s = perf_counter()
        with pytest.raises(NetworkError, match="did not answer in time") as told:
            ask(lambda http: http.post_json(vendor.url, {}), read_s=0.1)
        assert perf_counter() - began_s < 1.5
    assert told.value.unknown


def test_an_answer_that_drips_is_given_up():
    def dripping(_asked, vendor):
        return Given(b" " for _ in iter(lambda: vendor.gone.wait(0.03), True))

    with serving(dripping) as vendor, pytest.raises(NetworkError, match="in time"):
        ask(lambda http: http.post_json(vendor.url, {}), whole_s=0.2)


def test_nobody_there_is_a_failure_that_did_nothing():
    with serving(always()) as vendor:
        pass
    with pytest.raises(NetworkError, match="cannot be reached") as told:
        ask(lambda http: http.post_json(vendor.url, {}))
    assert not told.value.unknown


@pytest.mark.parametrize("url", ["http://restapi.amap.com/v5", "http://192.168.0.7/", "ftp://127.0.0.1/", "nonsense"])
def test_only_https_is_spoken_beyond_this_machine(url: str):
    with pytest.raises(RejectedError, match="only https"):
        ask(lambda http: http.get_json(url))


def test_a_foreign_certificate_is_not_accepted(tmp_path: Path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, end).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + built.public_bytes(Encoding.PEM)
    (tmp_path / "own.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    with serving(always(b"{}"), context) as vendor, pytest.raises(NetworkError, match="certificate"):
        ask(lambda http: http.post_json(vendor.url, {"key": KEY}))
    assert vendor.asked == []


def test_this_machine_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving(always(b"[]")) as vendor:
        assert ask(lambda http: http.get_json(vendor.url)) == []


@pytest.mark.parametrize("key", [f"{KEY}\n", f"密钥{KEY}", f"{KEY}\0"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str):
    with serving(always(b"{}")) as vendor, pytest.raises(RejectedError) as told:
        ask(lambda http: http.post_json(vendor.url, {}, {"Authorization": f"Bearer {key}"}))
    assert KEY not in f"{told.value!r}{told.value.__cause__!r}"


def test_no_message_and_no_log_tells_the_key(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)

    def echo(asked, _vendor):
        told = json.dumps({"error": f"no good: key={asked.query['key']} {asked.headers['Authorization']}"})
        return Given((told.encode(),), status=403)

    with serving(echo) as vendor, pytest.raises(AuthError) as told:
        ask(lambda http: http.get_json(vendor.url, {"key": KEY}, {"Authorization": f"Bearer {KEY}"}))
    with pytest.raises(NetworkError) as unreached:
        ask(lambda http: http.get_json(vendor.url, {"key": KEY}))
    assert "no good" in str(told.value)
    assert KEY not in f"{told.value}{unreached.value}{caplog.text}"


def test_lines_come_as_they_are_sent():
    """The second line waits until the first was read."""
    read = threading.Event()

    def two_lines(_asked, _vendor):
        def parts():
            yield b"data: \xe8\x8c"
            yield b"\xb6\r\n\r\n"
            assert read.wait(5)
            yield b"data: [DONE]"

        return Given(parts())

    async def lines(http: Http) -> list[str]:
        found: list[str] = []
        async with aclosing(http.post_lines(vendor.url, {})) as stream:
            async for line in stream:
                found.append(line)
                read.set()
        return found

    with serving(two_lines) as vendor:
        assert ask(lines) == ["data: 茶", "", "data: [DONE]"]


def test_a_client_belongs_to_one_loop():
    with serving(always(b"1")) as vendor:
        http = Http()

        async def get() -> int:
            return int(await http.get_json(vendor.url))

        with asyncio.Runner() as first:
            assert first.run(get()) == 1
            with asyncio.Runner() as second, pytest.raises(RuntimeError, match="another event loop"):
                second.run(get())
            first.run(http.close())
        with asyncio.Runner() as third:  # closed, it may open anew
            assert third.run(get()) == 1
            third.run(http.close())
