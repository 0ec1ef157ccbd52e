"""A call is over in time, whatever the server drips: nobody else looks on, and nothing is left behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from django_twentythree.api import Client, TransportError
from tests.api.scripted import ok, silence

LIMIT_SECONDS = 0.5
DRIPPING_SECONDS = 30.0
"""So long a server goes on; who gives up when there is nothing more to come takes at least that."""
SOON_SECONDS = 15.0

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def drip(before: bytes, pieces: bytes | list[bytes], step_seconds: float = 0.1):
    """Send something at once, then piece by piece again and again, as if there were no end."""
    parts = [bytes([byte]) for byte in pieces] if isinstance(pieces, bytes) else pieces

    def step(connection: socket.socket) -> None:
        connection.sendall(before)
        ends_at = time.monotonic() + DRIPPING_SECONDS
        while time.monotonic() < ends_at:
            for part in parts:
                connection.sendall(part)
                time.sleep(step_seconds)

    return step


DRIPS = {
    "status line": drip(b"HTTP/1.1 200 ", b"x"),
    "name of a header": drip(HEAD, b"x"),
    "headers": drip(HEAD, [b"X-Some: thing\r\n"]),
    "interim answers": drip(b"", [b"HTTP/1.1 100 Continue\r\n\r\n"]),
    "interim answers without a pause": drip(b"", [b"HTTP/1.1 100 Continue\r\n\r\n" * 50], step_seconds=0),
    "headers of an interim answer": drip(b"HTTP/1.1 100 Continue\r\n", [b"X-Some: thing\r\n"]),
    "size of a chunk": drip(CHUNKED, b"0"),
    "extension of a chunk": drip(CHUNKED + b"1;", b"x"),
    "chunks": drip(CHUNKED, [b"1\r\n \r\n"]),
    "trailers": drip(CHUNKED + b"10\r\n" + b'{"status": "ok"}' + b"\r\n0\r\n", [b"X-Some: thing\r\n"]),
    "body": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "body without a length": drip(HEAD + b"\r\n", b" "),
    "silence": silence(DRIPPING_SECONDS),
}


def expect_the_end(client: Client, method: str = "site/get", **parameters: object) -> TransportError:
    threads = set(threading.enumerate())
    started = time.monotonic()
    with pytest.raises(TransportError) as caught:
        client.call(method, **parameters)
    assert time.monotonic() - started < SOON_SECONDS
    assert {thread for thread in threading.enumerate() if thread.name.startswith("twentythree")} <= threads
    return caught.value


@pytest.mark.parametrize("step", DRIPS.values(), ids=DRIPS)
def test_call__server_drips__ends_in_time(scripted, make_client, step):
    scripted.script(step)
    error = expect_the_end(make_client(timeout_seconds=LIMIT_SECONDS, max_attempts=1))
    assert f"did not answer completely within {LIMIT_SECONDS:g} s" in str(error)
    assert error.may_have_arrived


@pytest.mark.parametrize("step", [DRIPS["headers"], DRIPS["trailers"]], ids=["headers", "trailers"])
def test_call__server_drips_while_all_calls_have_a_deadline__ends_by_then(scripted, make_client, step):
    scripted.script(ok(), step)
    client = make_client(timeout_seconds=1000, max_attempts=1, deadline_seconds=1)
    client.call("site/get")
    assert "did not answer completely within" in str(expect_the_end(client))
    with pytest.raises(TransportError, match="no time left"):
        client.call("site/get")


def test_call__server_drips_after_an_upload__ends_in_time(scripted, make_client):
    scripted.script(DRIPS["headers"])
    client = make_client(timeout_seconds=LIMIT_SECONDS, max_attempts=1)
    expect_the_end(client, "photo/upload", file=("film.mp4", b"film"))


def test_call__server_does_not_read__ends_in_time(make_client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client = make_client(
            domain=f"127.0.0.1:{listener.getsockname()[1]}", timeout_seconds=LIMIT_SECONDS, max_attempts=1
        )
        expect_the_end(client, "photo/update", description="x" * 20_000_000)


@pytest.fixture
def dripping_port() -> Iterator[int]:
    """A port on which something that is neither TLS nor HTTP drips, to whoever comes first."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # the beginning of a long "server hello"
                ends_at = time.monotonic() + DRIPPING_SECONDS
                while time.monotonic() < ends_at:
                    connection.sendall(b"\x00")
                    time.sleep(0.1)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.close()


def test_call__tls_handshake_drips__ends_in_time(make_client, dripping_port):
    client = make_client(
        domain=f"127.0.0.1:{dripping_port}", scheme="https", timeout_seconds=LIMIT_SECONDS, max_attempts=1
    )
    expect_the_end(client)


def test_call__proxy_drips__ends_in_time(scripted, make_client, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{scripted.domain}")
    monkeypatch.setenv("NO_PROXY", "")
    scripted.script(drip(b"HTTP/1.1 200 OK\r\n", [b"X-Some: thing\r\n"]))
    client = make_client(domain="video.example.com", scheme="https", timeout_seconds=LIMIT_SECONDS, max_attempts=1)
    expect_the_end(client)
    assert scripted.received[0].line.startswith("CONNECT video.example.com:443")


def test_call__connection_idles_beyond_an_old_deadline__is_used_again(scripted, make_client):
    scripted.script(ok(first="1"), ok(second="1"))
    client = make_client(timeout_seconds=LIMIT_SECONDS, max_attempts=1)
    client.call("site/get")
    time.sleep(LIMIT_SECONDS * 1.5)
    assert client.call("site/get")["second"] == "1"
    assert {request.connection for request in scripted.received} == {1}


def test_call__little_time_was_left_to_the_last_answer__the_next_has_all_of_its_own(scripted, make_client):
    late = 2.2
    scripted.script(
        lambda connection: (time.sleep(late), ok(first="1")(connection)),
        lambda connection: (time.sleep(late), ok(second="1")(connection)),
    )
    client = make_client(timeout_seconds=4.0, max_attempts=1)
    client.call("site/get")
    assert client.call("site/get")["second"] == "1"
    assert {request.connection for request in scripted.received} == {1}


def test_close__after_calls_that_ran_out_of_time__leaves_no_thread(scripted, make_client):
    scripted.script(DRIPS["headers"])
    threads = threading.active_count()
    client = make_client(timeout_seconds=LIMIT_SECONDS, max_attempts=1)
    expect_the_end(client)
    client.close()
    # One serves the connection in the test itself.
    assert threading.active_count() <= threads + 1


def test_call__host_with_an_address_that_is_silent__asks_the_next_one_within_the_limit(
    scripted, make_client, monkeypatch
):
    scripted.script(ok())
    port = int(scripted.domain.partition(":")[2])
    silent = socket.create_server(("127.0.0.2", port), backlog=0)
    waiting = [socket.create_connection(("127.0.0.2", port)) for _ in range(1)]  # fills its queue
    find = socket.getaddrinfo

    def find_two(host, port, *args, **kwargs):
        if host != "site.example.com":
            return find(host, port, *args, **kwargs)
        return [*find("127.0.0.2", port, *args, **kwargs), *find("127.0.0.1", port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", find_two)  # there is no name with two addresses on every machine
    client = make_client(domain=f"site.example.com:{port}", timeout_seconds=4, max_attempts=1)
    started = time.monotonic()
    assert client.call("site/get")["status"] == "ok"
    assert time.monotonic() - started < SOON_SECONDS
    for each in (silent, *waiting):
        each.close()
