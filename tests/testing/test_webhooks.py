"""The sandbox's webhook calls, in the dialect of version 2, and what it delivers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from django_twentythree.testing import TwentyThreePlatform
from tests.testing.conftest import TIMEOUT, sign


class Receiver:
    """A site that takes webhooks on a port of its own."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.headers["Content-Type"] == "application/json"
                outer.received.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def ask(
    platform: TwentyThreePlatform, verb: str, call: str, level: str | None = "write", **params: Any
) -> tuple[int, dict[str, Any]]:
    response = requests.request(
        verb,
        f"{platform.base_url}/api/2/webhook/{call}",
        auth=sign(platform, level) if level else None,
        timeout=TIMEOUT,
        **{"params" if verb == "GET" else "data": params},
    )
    return response.status_code, response.json()


def subscribe(platform: TwentyThreePlatform, event: str, url: str, level: str = "write") -> dict[str, Any]:
    status, envelope = ask(platform, "POST", "subscribe", level, event=event, target_url=url)
    assert status == 200
    return dict(envelope["data"])


def test_subscribe__event_and_address__is_listed_for_that_application_alone(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    made = subscribe(twentythree_platform, "album_add_photo", "https://www.example.org/hook/")
    assert ask(twentythree_platform, "GET", "list") == (
        200,
        {
            "status": "ok",
            "permission_level": "write",
            "cached": False,
            "data": [{**made, "event": "album_add_photo", "target_url": "https://www.example.org/hook/"}],
            "size": 1,
            "total_count": 1,
        },
    )
    assert ask(twentythree_platform, "GET", "list", "super")[1]["data"] == []
    assert ask(twentythree_platform, "GET", "list", fields="event")[1]["data"] == [{"event": "album_add_photo"}]
    assert all("example.org" not in str(call["params"]) for call in twentythree_platform.requests)


def test_unsubscribe__address__ends_all_that_lead_there(twentythree_platform: TwentyThreePlatform) -> None:
    here, there = "https://www.example.org/a/", "https://www.example.org/b/"
    subscribe(twentythree_platform, "photo_add", here)
    subscribe(twentythree_platform, "photo_update", here)
    other = subscribe(twentythree_platform, "photo_add", there)
    status, envelope = ask(twentythree_platform, "POST", "unsubscribe", target_url=here)
    assert (status, envelope["data"]) == (200, {})
    assert twentythree_platform.webhooks == [other]
    assert ask(twentythree_platform, "POST", "unsubscribe", webhook_id=other["webhook_id"])[0] == 200
    assert ask(twentythree_platform, "POST", "unsubscribe", webhook_id=other["webhook_id"]) == (
        404,
        {
            "status": "error",
            "message": "The object could not be found",
            "code": "no_such_object",
            "permission_level": "write",
        },
    )


@pytest.mark.parametrize(
    ("verb", "call", "level", "params", "status", "code"),
    [
        ("GET", "events", None, {"test_authentication_p": "1"}, 403, "permission_denied"),
        ("GET", "sample", "read", {"event": "photo_add"}, 403, "permission_denied"),
        ("GET", "list", "read", {}, 403, "permission_denied"),
        ("POST", "subscribe", "read", {}, 403, "permission_denied"),
        ("GET", "subscribe", "write", {"event": "photo_add", "target_url": "https://a.example/"}, 400, "invalid_input"),
        ("POST", "list", "write", {}, 400, "invalid_input"),
        ("POST", "subscribe", "write", {"event": "photo_add"}, 400, "invalid_input"),
        ("POST", "subscribe", "write", {"event": "photo_add", "target_url": "a.example"}, 400, "invalid_input"),
        ("POST", "subscribe", "write", {"event": "video.up", "target_url": "https://a.example/"}, 400, "invalid_input"),
        ("POST", "unsubscribe", "write", {}, 400, "invalid_input"),
    ],
)  # fmt: skip
def test_call__not_as_documented__is_refused_by_status_and_code(
    twentythree_platform: TwentyThreePlatform,
    verb: str,
    call: str,
    level: str | None,
    params: dict[str, str],
    status: int,
    code: str,
) -> None:
    found, envelope = ask(twentythree_platform, verb, call, level, **params)
    assert (found, envelope["code"]) == (status, code)
    assert "data" not in envelope


def test_call__unsigned_on_a_closed_site__has_no_authentication(twentythree_platform: TwentyThreePlatform) -> None:
    assert ask(twentythree_platform, "GET", "events", None)[0] == 200
    twentythree_platform.close_site()
    status, envelope = ask(twentythree_platform, "GET", "events", None)
    assert (status, envelope["code"], envelope["permission_level"]) == (401, "missing_authentication", "none")
    twentythree_platform.revoke_credentials()
    assert ask(twentythree_platform, "GET", "events")[1]["code"] == "invalid_signature"


def test_sample__event__has_objects_of_its_kind(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.add_photo(7, title="Onboarding", all_albums="50")
    twentythree_platform.add_album(50)
    twentythree_platform.add_livestream(60)
    for event, key, number in (
        ("photo_add", "photo_id", 7),
        ("album_add_photo", "album_id", 50),
        ("album_update", "album_id", 50),
        ("live_start", "live_id", 60),
    ):
        status, envelope = ask(twentythree_platform, "GET", "sample", event=event)
        assert (status, envelope["total_count"], envelope["data"][0][key]) == (200, 1, number)
    assert "email" in ask(twentythree_platform, "GET", "sample", event="any_conversion")[1]["data"][0]


def test_delivery__changes__are_posted_to_those_who_asked(
    twentythree_platform: TwentyThreePlatform, receiver: Receiver
) -> None:
    platform = twentythree_platform
    events = [item["event"] for item in ask(platform, "GET", "events")[1]["data"]]
    for event in events:
        subscribe(platform, event, f"{receiver.url}/{event}/")
    platform.add_album(50)
    platform.add_photo(7, video_encoded_p=0, published_p=0)
    platform.edit_photo(7, title="New", all_albums="50")
    platform.edit_photo(7, view_count="9")
    platform.finish_encoding(7)
    platform.publish(7)
    platform.unpublish(7)
    platform.edit_album(50, title="Films")
    platform.add_livestream(60)
    platform.edit_livestream(60, broadcasting_p=1)
    platform.edit_livestream(60, broadcasting_p=0)
    platform.delete_photo(7)

    sent = platform.wait_for_webhooks()
    assert [delivery["event"] for delivery in sent] == [
        "album_add", "photo_add", "photo_update", "album_add_photo", "photo_encode", "photo_publish",
        "photo_unpublish", "album_update", "live_add", "live_update", "live_start", "live_update", "live_end",
    ]  # fmt: skip
    assert {delivery["status"] for delivery in sent} == {200}
    assert set(events) - {delivery["event"] for delivery in sent} == {"any_conversion"}
    bodies = dict(receiver.received)
    assert bodies["/photo_update/"]["title"] == "New"
    assert bodies["/album_add_photo/"]["data"] == {"album_id": 50, "photo_id": 7}
    assert bodies["/live_start/"]["broadcasting_p"] is True
    page = requests.get(f"{platform.base_url}/sandbox/traffic", timeout=TIMEOUT).text
    assert "13 subscriptions" in page
    assert "live_start" in page


def test_delivery__nobody_asked_or_nobody_there__disturbs_nothing(twentythree_platform: TwentyThreePlatform) -> None:
    subscribe(twentythree_platform, "photo_add", "http://127.0.0.1:9/")
    twentythree_platform.add_album()
    twentythree_platform.add_photo(7)
    (sent,) = twentythree_platform.wait_for_webhooks()
    assert (sent["event"], sent["status"]) == ("photo_add", None)
    twentythree_platform.reset()
    assert twentythree_platform.webhooks == twentythree_platform.webhook_deliveries == []
