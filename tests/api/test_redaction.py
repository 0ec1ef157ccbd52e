"""No report of an error shows a secret: neither Django's page, nor the variables of a frame, nor a log."""

from __future__ import annotations

import io
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import date
from types import FrameType
from typing import Any

import pytest
from django.views.debug import ExceptionReporter

from django_twentythree.api import (
    AuthenticationError,
    BearerToken,
    Client,
    InvalidInputError,
    NotFoundError,
    OAuth1Credentials,
    PermissionDeniedError,
    RateLimitedError,
    ResponseError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
    UploadMetadata,
)
from django_twentythree.api.redaction import Secrets, forgets_variables
from django_twentythree.conf import WorkspaceSettings, get_workspace_settings
from django_twentythree.coordination.connections import connect
from django_twentythree.exceptions import ConfigurationError
from django_twentythree.models import Workspace
from django_twentythree.operations.webhooks import WebhookEndpoint
from django_twentythree.sync.details import Target, fetch_details
from django_twentythree.sync.session import Session
from tests.api.scripted import ScriptedServer, Step, answer, hang_up, ok, reset, silence

SECRETS = {
    "CONSUMER_KEY": "planted-1-consumer-key",
    "CONSUMER_SECRET": "planted-2-consumer-secret",
    "ACCESS_TOKEN": "planted-3-access-token",
    "ACCESS_TOKEN_SECRET": "planted-4-access-token-secret",
}
KEYS = OAuth1Credentials(*SECRETS.values())
BEARER = "planted-5-bearer-token"
NOTIFICATION = "planted-6-notification-secret"
TOKEN = "planted-7-token-of-an-object"
UPLOAD = "planted-8-upload-token"
PLANTED = (*SECRETS.values(), BEARER, NOTIFICATION, TOKEN, UPLOAD)
CREDENTIALS = {"OAuth": KEYS, "bearer token": BearerToken(BEARER)}


def walk(error: BaseException) -> Iterator[tuple[FrameType, str, Any]]:
    """Yield each variable of each frame of an error and of those it arose from, but for frames of this test."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        waiting += [current.__cause__, current.__context__]
        trace = current.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename != __file__:
                for name, value in trace.tb_frame.f_locals.items():
                    yield trace.tb_frame, name, value
            trace = trace.tb_next


def expect_no_secret(error: BaseException, log: str = "") -> None:
    for frame, name, value in walk(error):
        shown = f"{value!r} {[value]!r} {vars(value) if isinstance(value, BaseException) else ''}"
        found = [secret for secret in PLANTED if secret in shown]
        assert not found, f"{name} in {frame.f_code.co_qualname} ({frame.f_code.co_filename})"
    # What the test itself holds is not what is looked for.
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    reporter = ExceptionReporter(None, type(error), error.with_traceback(trace), trace)
    for text in (reporter.get_traceback_html(), reporter.get_traceback_text(), str(error), repr(error), log):
        assert not [secret for secret in PLANTED if secret in text]


def refuse(code: str, credentials: Any) -> Step:
    """Refuse a call in words that repeat all that it was sent with."""
    words = f"No: {TOKEN} {UPLOAD} {' '.join(astuple(credentials))}"
    return answer({"status": "error", "code": code, "message": words, "permission_level": "read"})


CUT = hang_up(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"status"')
LATE = silence(5)
ERRORS: dict[str, tuple[type[Exception], Step | str]] = {
    "broken off": (TransportError, CUT),
    "reset": (TransportError, reset),
    "no HTTP": (TransportError, hang_up(b"SSH-2.0-OpenSSH_9.2\r\n")),
    "too late": (TransportError, LATE),
    "bad gzip": (TransportError, answer(b"not gzip", Content_Encoding="gzip")),
    "rate limited": (RateLimitedError, answer("", 429, Retry_After="3600")),
    "server": (ServerError, answer("", 503)),
    "authentication": (AuthenticationError, "invalid_signature"),
    "permission": (PermissionDeniedError, "permission_denied"),
    "not found": (NotFoundError, "no_such_photo"),
    "input": (InvalidInputError, "invalid_photo_token"),
    "any refusal": (ResponseError, "brand_new"),
    "web page": (UnexpectedResponseError, answer(f"<html>{TOKEN}")),
    "no JSON": (UnexpectedResponseError, answer(f'{{"a": "{TOKEN}" "b"')),
    "no list": (UnexpectedResponseError, ok(photos={"token": TOKEN})),
    "others": (UnexpectedResponseError, ok(photos=[{"photo_id": "9", "token": TOKEN}], data=[{"photo_id": 9}])),
    "redirect": (UnexpectedResponseError, answer("", 302, Location=f"https://x.example.com/?token={TOKEN}")),
    "too large": (UnexpectedResponseError, answer(TOKEN * 100_000)),
}
ASK: dict[str, Callable[[Client], object]] = {
    "object": lambda client: client.fetch_photo_entry(5, token=TOKEN, upload_token=UPLOAD),
    "listing": lambda client: list(client.list_photos(token=TOKEN, upload_token=UPLOAD)),
    "listing in threads": lambda client: list(client.list_photos(in_flight=3, token=TOKEN, upload_token=UPLOAD)),
    "objects": lambda client: list(client.iter_photos(token=TOKEN, upload_token=UPLOAD)),
}


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS)
@pytest.mark.parametrize("ask", ASK.values(), ids=ASK)
@pytest.mark.parametrize(("kind", "step"), ERRORS.values(), ids=ERRORS)
def test_error__of_each_kind__carries_no_secret(scripted, make_client, caplog, kind, step, ask, credentials):
    if step is ERRORS["others"][1] and ask is not ASK["object"]:
        pytest.skip("a listing names others")
    caplog.set_level(logging.DEBUG, "django_twentythree")
    scripted.script(refuse(step, credentials) if isinstance(step, str) else step)
    timeout_seconds = 0.3 if step is LATE else 20
    client = make_client(credentials, timeout_seconds=timeout_seconds, max_attempts=2, max_answer_bytes=100_000)
    with pytest.raises(kind) as caught:
        ask(client)
    expect_no_secret(caught.value, caplog.text)


OTHER_CALLS: dict[str, Callable[[Client], object]] = {
    "any method": lambda client: client.call("photo/list", token=TOKEN, upload_token=UPLOAD),
    "change": lambda client: client.call("photo/update", token=TOKEN, object_token=UPLOAD),
    "file": lambda client: client.call("photo/redeem-upload-token", upload_token=UPLOAD, file=io.BytesIO(b"film")),
    "photo": lambda client: client.fetch_photo(5),
    "album": lambda client: client.fetch_album_entry(5, token=TOKEN),
    "live stream": lambda client: client.fetch_livestream_entry(5, token=TOKEN),
    "albums": lambda client: list(client.list_albums(token=TOKEN)),
    "live streams": lambda client: list(client.list_livestreams(token=TOKEN)),
    "players": lambda client: list(client.list_players(token=TOKEN)),
    "chapters": lambda client: client.fetch_sections(5, TOKEN),
    "subtitles": lambda client: client.fetch_subtitles(5, TOKEN, upload_token=UPLOAD),
    "details": lambda client: fetch_details(
        Session(client, Workspace(), WorkspaceSettings(DOMAIN=client.domain), "read"),
        Target(1, 5, TOKEN, has_sections=True, has_subtitles=True),
    ),
    "site": lambda client: client.fetch_site(),
    "ticket": lambda client: client.fetch_upload_ticket(UploadMetadata(title="T"), return_url=f"https://x/{TOKEN}"),
    "subscription": lambda client: client.subscribe_webhook("photo_add", f"https://x/notify/{NOTIFICATION}/"),
}


@pytest.mark.parametrize("on_wait", [None, lambda: None], ids=["same thread", "other thread"])
@pytest.mark.parametrize("ask", OTHER_CALLS.values(), ids=OTHER_CALLS)
def test_error__of_each_call__carries_no_secret(scripted, make_client, caplog, ask, on_wait):
    caplog.set_level(logging.DEBUG, "django_twentythree")
    scripted.script(answer("", 503))
    client = make_client(KEYS, max_attempts=2, on_wait=on_wait)
    with pytest.raises(ServerError) as caught:
        ask(client)
    expect_no_secret(caught.value, caplog.text)


IMPOSSIBLE = {
    "date": lambda client: client.call("photo/list", token=TOKEN, upload_token=UPLOAD, after=date(2030, 1, 1)),
    "not finite": lambda client: client.call("photo/list", token=TOKEN, upload_token=UPLOAD, x=float("nan")),
    "format": lambda client: client.call("photo/list", token=TOKEN, format="xml"),
    "text file": lambda client: client.call("photo/upload", token=TOKEN, file=io.StringIO(UPLOAD)),
    "method": lambda client: client.call("photo list", token=TOKEN),
    "value in a listing": lambda client: list(client.list_photos(token=TOKEN, after=date(2030, 1, 1))),
    "none in flight": lambda client: client.list_photos(in_flight=0, token=TOKEN),
    "value in details": lambda client: client.fetch_sections(5, TOKEN, after=date(2030, 1, 1)),
}


@pytest.mark.parametrize("ask", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_error__call_that_cannot_be_built__carries_no_secret(make_client, ask):
    with pytest.raises((ValueError, TypeError)) as caught:
        ask(make_client(KEYS))
    expect_no_secret(caught.value)


def test_error__no_connection__carries_no_secret(make_client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    impossible = f"{'é' * 63}.invalid"
    for domain, scheme in ((f"127.0.0.1:{port}", "http"), ("no-such-host.invalid", "https"), (impossible, "http")):
        client = make_client(KEYS, domain=domain, scheme=scheme, max_attempts=1)
        with pytest.raises(TransportError) as caught:
            client.call("photo/list", token=TOKEN, upload_token=UPLOAD)
        expect_no_secret(caught.value)


def test_error__closed_client__carries_no_secret(scripted: ScriptedServer) -> None:
    with Client(scripted.domain, KEYS, scheme="http") as client:
        pass
    with pytest.raises(RuntimeError) as caught:
        client.call("photo/list", token=TOKEN)
    expect_no_secret(caught.value)


SETTINGS = {
    "both kinds": {**SECRETS, "BEARER_TOKEN": BEARER},
    "bearer token over version 1": {"BEARER_TOKEN": BEARER},
    "some of the four": {**SECRETS, "ACCESS_TOKEN_SECRET": ""},
    "no text": {**SECRETS, "ACCESS_TOKEN_SECRET": 5},
    "pasted with its name": {"BEARER_TOKEN": f"Bearer {BEARER}", "API_VERSION": 2},
    "address": {**SECRETS, "DOMAIN": "https://video.example.com/"},
    "no domain": {**SECRETS, "DOMAIN": ""},
}


@pytest.mark.parametrize("keys", SETTINGS.values(), ids=SETTINGS)
def test_configuration_error__of_a_connection__carries_no_secret(settings, keys):
    entry = {"DOMAIN": "video.example.com", "NOTIFICATION_SECRETS": [NOTIFICATION], **keys}
    settings.TWENTYTHREE = {"WORKSPACES": {"default": entry, "other": {"DOMAIN": "x.example.com", **SECRETS}}}
    with pytest.raises(ConfigurationError) as caught, connect("default"):
        pass
    expect_no_secret(caught.value)
    with pytest.raises(ConfigurationError) as caught:
        get_workspace_settings("unknown")
    expect_no_secret(caught.value)


def test_configuration_error__of_the_webhook_address__carries_no_secret(settings):
    entry = {"DOMAIN": "video.example.com", "NOTIFICATION_SECRETS": [NOTIFICATION]}
    settings.TWENTYTHREE = {"WORKSPACES": {"default": entry}, "BASE_URL": "https://www.example.com"}
    door = WebhookEndpoint.of("default")
    with pytest.raises(ConfigurationError) as caught:
        door.get_address("no/event")
    expect_no_secret(caught.value)


def test_answers_and_records__shown__have_no_token(scripted, make_client):
    scripted.script(ok(photos=[{"photo_id": "5", "token": TOKEN, "protected_token": UPLOAD}], total_count="1"))
    client = make_client(KEYS)
    entry, found = client.fetch_photo_entry(5)
    assert entry is not None
    assert not [secret for secret in PLANTED if secret in f"{entry!r} {found!r} {entry.read()!r} {client!r}"]


def test_secrets__shown__tell_their_number_only():
    secrets = Secrets([TOKEN, "abc"])
    assert repr(secrets) == "<2 secrets>"
    assert secrets.strike_from(f"abc {TOKEN}") == "abc …"


def test_forgets_variables__what_the_caller_handles_meanwhile__is_left_alone():
    @forgets_variables
    def fail() -> None:
        secret = TOKEN
        raise LookupError(len(secret))

    def handle() -> None:
        own = "kept"
        raise KeyError(own)

    try:
        handle()
    except KeyError:
        with pytest.raises(LookupError) as caught:
            fail()
        trace = sys.exc_info()[2]
    assert trace is not None
    assert trace.tb_next is not None
    assert trace.tb_next.tb_frame.f_locals == {"own": "kept"}
    innermost = caught.value.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    assert innermost is not None
    assert innermost.tb_frame.f_code.co_name == "fail"  # where it came from is still told
    assert innermost.tb_frame.f_locals == {}
