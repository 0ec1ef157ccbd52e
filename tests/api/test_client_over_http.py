"""Bytes on a socket: what the client sends, and what it makes of what comes back."""

import io
import logging
import pickle
import socket
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from django_twentythree.api import (
    AuthenticationError,
    Client,
    OAuth1Credentials,
    RateLimitedError,
    ResponseError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
)
from tests.api.scripted import answer, hang_up, ok, reset, silence, trickle
from tests.timing import Stopwatch

KEYS = OAuth1Credentials("key-kkkk", "consumer-ssss", "token-tttt", "token-ssss")
TOKEN = "very-secret-token"


def test_call__read__is_a_get_with_everything_in_the_query(scripted, make_client):
    scripted.script(ok(photos=[]))
    envelope = make_client().call("photo/list", photo_id=5, search="a b&c", method="x", self="y", gone=None)
    assert envelope["photos"] == []
    [request] = scripted.received
    assert request.line.startswith("GET /api/photo/list?")
    assert "%20" in request.target
    assert "+" not in request.target
    assert parse_qs(urlsplit(request.target).query) == {
        "photo_id": ["5"],
        "search": ["a b&c"],
        "method": ["x"],
        "self": ["y"],
        "format": ["json"],
        "raw": ["1"],
    }
    assert "authorization" not in request.headers
    assert request.headers["user-agent"].startswith("django-twentythree/")


def test_call__write__is_a_post_with_everything_in_the_body(scripted, make_client):
    scripted.script(ok(photo={}))
    make_client(KEYS).call("photo/update", photo_id=5, title="æ ø", published_p=True)
    [request] = scripted.received
    assert request.line.startswith("POST /api/photo/update HTTP")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {
        "photo_id": ["5"],
        "title": ["æ ø"],
        "published_p": ["1"],
        "format": ["json"],
        "raw": ["1"],
    }
    assert request.headers["authorization"].startswith("OAuth ")
    assert 'oauth_signature_method="HMAC-SHA1"' in request.headers["authorization"]


def test_call__files__are_multipart(scripted, make_client):
    scripted.script(ok(upload={}))
    make_client(KEYS).call("photo/upload", file=io.BytesIO(b"\x00film"), title="T")
    [request] = scripted.received
    assert request.headers["content-type"].startswith("multipart/form-data")
    assert b"\x00film" in request.body
    assert b'name="raw"\r\n\r\n1' in request.body
    assert request.target == "/api/photo/upload"


def test_call__several__use_one_connection(scripted, make_client):
    scripted.script(ok())
    client = make_client()
    for _ in range(3):
        client.call("site/get")
    assert {request.connection for request in scripted.received} == {1}
    assert client.request_count == 3


def test_call__cookies_of_an_answer__are_not_sent_back(scripted, make_client):
    scripted.script(answer({"status": "ok"}, Set_Cookie="session=1; Path=/"))
    client = make_client()
    client.call("site/get")
    client.call("site/get")
    assert "cookie" not in scripted.received[1].headers


def test_call__password_of_the_host_in_netrc__is_not_sent(scripted, make_client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    scripted.script(ok())
    make_client().call("site/get")
    assert "authorization" not in scripted.received[0].headers


def test_call__every_attempt__is_signed_anew(scripted, make_client, pauses):
    scripted.script(answer("", 503), answer("", 503), ok())
    make_client(KEYS).call("site/get")
    nonces = {request.headers["authorization"].split('oauth_nonce="')[1][:20] for request in scripted.received}
    assert len(nonces) == 3
    assert len(pauses) == 2
    assert pauses[0] >= 0.5
    assert pauses[1] >= 1.0


PASSING = {
    "cut": (hang_up(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"status"'), TransportError, "broke off"),
    "cut chunk": (
        hang_up(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"),
        TransportError,
        "broke off",
    ),
    "no answer": (hang_up(), TransportError, "broke off"),
    "reset": (reset, TransportError, "broke off"),
    "garbage": (hang_up(b"SSH-2.0-OpenSSH_9.2\r\n"), TransportError, "broke off"),
    "bad gzip": (answer(b"not gzip", Content_Encoding="gzip"), TransportError, "broke off"),
    "500": (answer("<html>", 500), ServerError, "HTTP 500"),
    "503": (answer("", 503, Retry_After="1"), ServerError, "HTTP 503"),
    "408": (answer("", 408), ServerError, "HTTP 408"),
    "429": (answer("", 429), RateLimitedError, "429"),
    "empty": (answer(""), UnexpectedResponseError, "empty"),
    "page": (answer("<!DOCTYPE html><title>Back soon</title>"), UnexpectedResponseError, "web page"),
    "cut json": (answer('{"status": "ok", "photos": [{'), UnexpectedResponseError, "cut off"),
    "bad utf-8": (answer(b'{"status": "ok", "message": "\xff"}'), UnexpectedResponseError, "UTF-8"),
    "list": (answer("[]"), UnexpectedResponseError, "no object"),
    "no status": (answer("{}"), UnexpectedResponseError, "no status"),
}


@pytest.mark.parametrize(("step", "kind", "words"), PASSING.values(), ids=PASSING)
def test_call__passing_trouble__is_got_over_or_reported(scripted, make_client, step, kind, words):
    scripted.script(step, step, ok(fine="1"))
    assert make_client().call("photo/list")["fine"] == "1"
    scripted.script(step)
    with pytest.raises(kind, match=words) as caught:
        make_client().call("photo/list", token=TOKEN)
    assert str(caught.value).startswith("photo/list")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("step", "sent"),
    [(answer("", 500), 1), (hang_up(), 1), (answer(""), 1), (answer("", 429), 4)],
    ids=["500", "no answer", "empty", "429"],
)
def test_call__write_that_may_have_been_carried_out__is_not_repeated(scripted, make_client, step, sent):
    scripted.script(step)
    client = make_client()
    with pytest.raises((ServerError, TransportError, UnexpectedResponseError, RateLimitedError)):
        client.call("photo/update", photo_id=1)
    assert len(scripted.received) == client.request_count == sent


def test_call__write_after_429__sends_the_whole_file_again(scripted, make_client):
    scripted.script(answer("", 429, Retry_After="2"), ok())
    make_client().call("photo/upload", file=io.BytesIO(b"film"))
    assert [b"film" in request.body for request in scripted.received] == [True, True]


def test_call__retry_after__is_obeyed(scripted, make_client, pauses):
    moment = format_datetime(datetime(2030, 1, 1, 0, 0, 20, tzinfo=UTC), usegmt=True)
    scripted.script(
        answer("", 429, Retry_After="7"),
        answer("", 503, Retry_After=moment, Date="Tue, 01 Jan 2030 00:00:00 GMT"),
        answer("", 429, Retry_After="soon"),
        ok(),
    )
    make_client().call("site/get")
    assert 7 <= pauses[0] < 8
    assert 20 <= pauses[1] < 21
    assert pauses[2] < 5


def test_call__retry_after_too_long_to_wait__is_reported_at_once(scripted, make_client, pauses):
    scripted.script(answer("", 429, Retry_After="3600"))
    with pytest.raises(RateLimitedError) as caught:
        make_client().call("site/get")
    assert (caught.value.retry_after_seconds, pauses, len(scripted.received)) == (3600.0, [], 1)


def test_call__silence__ends_in_time(scripted, make_client):
    scripted.script(silence(5))
    watch = Stopwatch()
    with pytest.raises(TransportError, match=r"did not answer completely within 0\.3 s"):
        make_client(timeout_seconds=0.3, max_attempts=1).call("site/get")
    assert watch.seconds < 2


def test_call__several_with_a_deadline__share_the_time(scripted, make_client):
    scripted.script(ok(), silence(5))
    watch = Stopwatch()
    client = make_client(timeout_seconds=20, max_attempts=1, deadline_seconds=0.5)
    client.call("site/get")
    with pytest.raises(TransportError, match="did not answer completely within 0"):
        client.call("site/get")
    assert watch.seconds < 2
    with pytest.raises(TransportError, match="no time left"):
        client.call("site/get")
    assert len(scripted.received) == 2


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"])
def test_call__trickle_or_silence_in_the_body__cannot_outlast_the_time(scripted, make_client, ending):
    scripted.script(trickle(0.05, 200, ending))
    watch = Stopwatch()
    with pytest.raises(TransportError, match="did not answer completely"):
        make_client(timeout_seconds=0.4, max_attempts=1).call("site/get")
    assert watch.seconds < 1.5


def test_call__slow_body_in_time__is_read(scripted, make_client):
    body = b'{"status": "ok"}'
    scripted.script(
        lambda c: (
            c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + body[:5]),
            time.sleep(0.3),
            c.sendall(body[5:]),
        ),
        ok(second="1"),
    )
    client = make_client(timeout_seconds=1.0, max_attempts=1)
    client.call("site/get")
    assert client.call("site/get")["second"] == "1"


def test_call__answer_larger_than_allowed__is_refused(scripted, make_client):
    scripted.script(answer("x" * 3000))
    with pytest.raises(UnexpectedResponseError, match="larger than"):
        make_client(max_answer_bytes=2000).call("site/get")
    assert len(scripted.received) == 1


def test_call__redirect__is_reported_with_the_new_host(scripted, make_client):
    scripted.script(answer("", 301, Location="https://new.example.com/api/site/get?oauth_token=secret"))
    with pytest.raises(UnexpectedResponseError) as caught:
        make_client(KEYS).call("site/get")
    assert "https://new.example.com" in str(caught.value)
    assert "secret" not in str(caught.value)
    scripted.script(answer("", 302, Location="/login"))
    with pytest.raises(UnexpectedResponseError, match="log in"):
        make_client().call("site/get")
    assert len(scripted.received) == 2


@pytest.mark.parametrize("location", ["", "http://[bad", "//:0", "https://u:pass@x.example/"])
def test_call__redirect_to_an_odd_place__is_reported(scripted, make_client, location):
    scripted.script(answer("", 302, Location=location))
    with pytest.raises(UnexpectedResponseError, match="HTTP 302") as caught:
        make_client().call("site/get")
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_call__http_error_without_an_error_of_the_api__names_the_status(scripted, make_client, status):
    scripted.script(answer("<html>no</html>", status))
    with pytest.raises(UnexpectedResponseError, match=f"HTTP {status}") as caught:
        make_client().call("photo/list", photo_id=5)
    assert caught.value.status == status
    assert len(scripted.received) == 1


def test_call__http_error_with_an_error_of_the_api__goes_by_its_code(scripted, make_client):
    refusal = {"status": "error", "code": "brand_new", "message": "No.", "permission_level": "read"}
    scripted.script(answer(refusal, 401))
    with pytest.raises(ResponseError, match=r"HTTP 401 \(brand_new\): No\.") as caught:
        make_client().call("photo/list")
    assert (caught.value.code, caught.value.status, caught.value.actual_level) == ("brand_new", 401, "read")


def test_call__message_that_repeats_secrets__is_shown_without_them(scripted, make_client):
    words = f"bad consumer-ssss and {TOKEN}"
    scripted.script(answer({"status": "error", "code": "invalid_input", "message": words}))
    with pytest.raises(ResponseError) as caught:
        make_client(KEYS).call("photo/list", token=TOKEN)
    assert str(caught.value).endswith("bad … and …")


def test_call__signature_refused_while_clocks_differ__says_so(scripted, make_client):
    refusal = {"status": "error", "code": "invalid_signature", "message": "The API signature is invalid."}
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    scripted.script(answer(refusal, Date=date))
    with pytest.raises(AuthenticationError, match="clock differs from the platform's by 60 minutes"):
        make_client(KEYS).call("photo/list")


def test_call__name_that_does_not_exist__says_so(make_client):
    with pytest.raises(TransportError, match="could not be resolved") as caught:
        make_client(domain="no-such-host.invalid", max_attempts=1).call("site/get", token=TOKEN)
    assert not caught.value.may_have_arrived
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_call__name_that_cannot_exist__says_so(make_client):
    with pytest.raises(TransportError, match="is not the address of a host") as caught:
        make_client(domain=f"{'é' * 63}.invalid", max_attempts=1).call("site/get")
    assert not caught.value.may_have_arrived


def test_call__nobody_listens__says_so_and_repeats_even_writes(make_client, pauses):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TransportError, match="refused the connection"):
        make_client(domain=f"127.0.0.1:{port}").call("photo/update", photo_id=1)
    assert len(pauses) == 3


def test_call__https_asked_of_a_server_without__says_so(make_client):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(4096)

        thread = threading.Thread(target=greet)
        thread.start()
        domain = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TransportError, match="check that it speaks https"):
            make_client(domain=domain, scheme="https", max_attempts=1).call("site/get")
        thread.join()


@pytest.mark.parametrize(
    "domain",
    [
        "https://video.example.com",
        "video.example.com/",
        "",
        "a b",
        "user@host",
        "host:99999",
        "a..b",
        "*.example.com",
        "a" * 64,
        "host:x",
        "a?b",
        "[::1",
    ],
)
def test_client__domain_that_is_none__is_refused(domain):
    with pytest.raises(ValueError, match="is no host name"):
        Client(domain)


@pytest.mark.parametrize("domain", ["video.example.com", "127.0.0.1:8023", "[::1]:8023", "vidéo.example", "localhost"])
def test_client__domain__is_accepted(domain):
    assert domain in repr(Client(domain))


@pytest.mark.parametrize("options", [{"scheme": "ftp"}, {"timeout_seconds": 0}, {"max_attempts": 0}])
def test_client__impossible_options__are_refused(options):
    with pytest.raises(ValueError, match="must be"):
        Client("video.example.com", **options)


def test_client__repr_and_logs__hold_no_secret(scripted, make_client, caplog):
    with pytest.raises(ValueError, match="four non-empty texts"):
        OAuth1Credentials("a", "b", "", "d")
    scripted.script(answer("", 500))
    client = make_client(KEYS)
    caplog.set_level(logging.INFO)
    with pytest.raises(ServerError):
        client.call("photo/list", token=TOKEN)
    for text in (repr(KEYS), repr(client), caplog.text):
        assert not any(secret in text for secret in ("kkkk", "ssss", "tttt", "very-secret"))


def test_client__closed__gives_up_and_refuses_more(scripted):
    scripted.script(answer("", 503, Retry_After="50"))
    with Client(scripted.domain, scheme="http", max_attempts=2) as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        client.call("site/get")


def test_fetch__cached_answer__was_observed_when_it_was_cached(scripted, make_client):
    now = datetime.now(UTC).replace(microsecond=0)
    ahead = now + timedelta(hours=2)  # the platform's clock
    cached_at = ahead - timedelta(minutes=10)
    body = {
        "status": "ok",
        "cached": "1",
        "cache_time": str(int(cached_at.timestamp())),
        "permission_level": "anonymous",
        "site": {"site_id": "8"},
    }
    scripted.script(answer(body, Date=format_datetime(ahead, usegmt=True)))
    result = make_client().fetch("photo/list")
    assert (result.is_cached, result.permission_level, result.site_id) == (True, "anonymous", 8)
    assert (result.cache_time, result.server_date) == (cached_at, ahead)
    assert abs(result.observed_at - (now - timedelta(minutes=10))) < timedelta(seconds=5)


def test_fetch__answer_not_cached__was_observed_when_asked(scripted, make_client):
    scripted.script(answer({"status": "ok", "cached": "0", "cache_time": "5"}, Date="bad"))
    before = datetime.now(UTC)
    result = make_client().fetch("photo/list")
    assert before <= result.sent_at == result.observed_at <= datetime.now(UTC)
    assert (result.server_date, result.site_id, result.permission_level) == (None, None, "")


def test_fetch__cached_at_an_unknown_time__may_be_half_an_hour_old(scripted, make_client):
    scripted.script(answer({"status": "ok", "cached": "1"}))
    result = make_client().fetch("photo/list")
    assert result.sent_at - result.observed_at == timedelta(minutes=30)


def test_call__concatenated_answers__are_handed_on(scripted, make_client):
    scripted.script(answer({"a": {"status": "ok"}, "b": {"status": "error", "code": "x"}}))
    assert make_client().call("concatenate", a="/api/x")["b"]["code"] == "x"
