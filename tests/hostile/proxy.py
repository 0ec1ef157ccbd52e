"""A proxy before the sandbox that spoils what it passes on: a platform that lies, dawdles and attacks.

The sandbox stays honest behind it, so that what the rows must be afterwards is known. Each mode is one way of being
hostile; `MODES` lists them.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from tests.api.scripted import Received, ScriptedServer, Step, answer, hang_up, send

MARKUP: Final = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}${7*7}javascript:alert(1)"
"""Wherever it is shown as written, a browser runs it."""
MEBIBYTE: Final = 2**20
LONGEST_SECONDS: Final = 30.0
"""After which the proxy gives up a connection by itself; a client has done so long before."""

Envelope = dict[str, Any]


@dataclass
class Exchange:
    """One call, and the honest answer to it."""

    request: Received
    number: int
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def method(self) -> str:
        """The platform's method, such as "photo/list", of either version."""
        return self.request.target.partition("?")[0].removeprefix("/api/").removeprefix("2/").strip("/")

    @property
    def query(self) -> dict[str, str]:
        """The parameters of a GET."""
        return self.request.query

    @property
    def envelope(self) -> Envelope:
        """The decoded answer."""
        decoded: Envelope = json.loads(self.body)
        return decoded

    def honest(self) -> Step:
        """Pass the answer on."""
        return answer(self.body, self.status, **_get_type(self.headers))

    def replace(self, envelope: Any) -> Step:
        """Send another envelope in place of the answer."""
        body = envelope if isinstance(envelope, bytes | str) else json.dumps(envelope)
        return answer(body, self.status, **_get_type(self.headers))


def _get_type(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers if name.lower() in {"content-type", "date"}}


Mode = Callable[[Exchange], Step]


@dataclass
class HostileProxy:
    """Stands before a sandbox.

    Attributes:
        sandbox: Host and port of the sandbox.
        mode: What is done to each answer; None: nothing.
    """

    sandbox: str
    mode: Mode | None = None
    _count: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._server = ScriptedServer()
        self._server.route(self._route)
        self.domain = self._server.domain

    @property
    def request_count(self) -> int:
        """How many calls came in so far."""
        return len(self._server.received)

    @contextmanager
    def hostile(self, mode: Mode) -> Iterator[None]:
        """Spoil every answer for the length of a block."""
        self.mode = mode
        try:
            yield
        finally:
            self.mode = None

    def close(self) -> None:
        """Stop to listen, and close every connection."""
        self._server.close()

    def _route(self, request: Received) -> Step:
        exchange = self._ask(request)
        return exchange.honest() if self.mode is None else self.mode(exchange)

    def _ask(self, request: Received) -> Exchange:
        verb, target, _ = request.line.split(" ")
        connection = http.client.HTTPConnection(self.sandbox, timeout=LONGEST_SECONDS)
        try:
            # The host as the client named it: it is part of what is signed.
            kept = {name: value for name, value in request.headers.items() if name not in {"connection"}}
            connection.request(verb, target, request.body, kept)
            response = connection.getresponse()
            return Exchange(request, next(self._count), response.status, response.getheaders(), response.read())
        finally:
            connection.close()


# -- what an envelope may say


def map_values(value: Any, change: Callable[[Any, str], Any], key: str = "") -> Any:
    """Return a copy of JSON in which every value that is no container is changed."""
    if isinstance(value, dict):
        return {name: map_values(inner, change, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [map_values(inner, change, key) for inner in value]
    return change(value, key)


KEPT: Final = frozenset({"status", "permission_level", "total_count", "p", "size", "cached", "site_id"})
"""What an envelope keeps where the objects in it are what is odd."""
OBJECT_KEYS: Final = ("photos", "albums", "live", "players", "sections", "subtitles", "data")
ID: Final = re.compile(r"^(photo|album|live|player|section)_id$")


def get_objects(envelope: Envelope) -> tuple[str, list[Any]]:
    """Return the key of a listing and its objects; "" where the answer is no listing."""
    return next(
        ((key, envelope[key]) for key in OBJECT_KEYS if isinstance(envelope.get(key), list)),
        ("", []),
    )


def _per_object(change: Callable[[Any, str], Any]) -> Mode:
    def mode(exchange: Exchange) -> Step:
        envelope = exchange.envelope
        key, objects = get_objects(envelope)
        if key:
            envelope[key] = [map_values(each, change) for each in objects]
        return exchange.replace(envelope)

    return mode


OTHER_TYPES: Final[tuple[Any, ...]] = (None, True, -1, 1.5, [], {}, [[1]], {"a": {"b": 1}}, "x" * 500, "0", 2**70)


def _as_another_type(value: Any, key: str) -> Any:
    if ID.match(key):
        return value
    return OTHER_TYPES[(len(key) * 31 + len(str(value))) % len(OTHER_TYPES)]


def _as_null(value: Any, key: str) -> Any:
    return value if ID.match(key) else None


def _as_markup(value: Any, key: str) -> Any:
    return MARKUP if isinstance(value, str) and not (ID.match(key) or _is_number(value)) else value


def _as_control_letters(value: Any, key: str) -> Any:
    if not isinstance(value, str) or ID.match(key) or _is_number(value):
        return value
    return f"{value}\x00\ud800\u202e\x1b[31m\ufeff\N{PILE OF POO}\x7f"


def _as_odd_number(value: Any, key: str) -> Any:
    if ID.match(key) or not (isinstance(value, int) or _is_number(value)):
        return value
    return ("9" * 400, "-1", "1e999", "NaN", "٣", "0x10", "1_000", " 7 ", "1.0000000000000000001")[len(key) % 9]


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.replace(".", "", 1).isdigit()


def nest(exchange: Exchange) -> Step:
    """Nest a property of each object two thousand levels deep."""
    envelope = exchange.envelope
    key, objects = get_objects(envelope)
    marker = "00-the-deep-00"
    envelope[key or "data"] = [{**each, "deep": marker} for each in objects if isinstance(each, dict)]
    depth = 2_000
    return exchange.replace(json.dumps(envelope).replace(f'"{marker}"', '[{"a":' * depth + "1" + "}]" * depth))


def not_finite(exchange: Exchange) -> Step:
    """Write numbers that JSON does not have."""
    text = json.dumps(exchange.envelope)
    return exchange.replace(re.sub(r'"(video_length|view_count|start_time)": "?[0-9.]+"?', r'"\1": -Infinity', text))


def repeat_objects(exchange: Exchange) -> Step:
    """Say each object three times, on every page."""
    envelope = exchange.envelope
    key, objects = get_objects(envelope)
    if key:
        envelope[key] = objects * 3
    return exchange.replace(envelope)


def same_page_for_ever(exchange: Exchange) -> Step:
    """Answer every page with the same objects, of which there are said to be a million."""
    envelope = exchange.envelope
    if get_objects(envelope)[0]:
        envelope["total_count"] = "1000000" if isinstance(envelope.get("total_count"), str) else 1_000_000
    return exchange.replace(envelope)


def _total(count: Callable[[int], int]) -> Mode:
    def mode(exchange: Exchange) -> Step:
        envelope = exchange.envelope
        if "total_count" in envelope:
            total = count(int(envelope["total_count"]))
            envelope["total_count"] = type(envelope["total_count"])(total)
        return exchange.replace(envelope)

    return mode


def swap_ids(exchange: Exchange) -> Step:
    """Answer questions by id with another object."""
    envelope = exchange.envelope
    key, objects = get_objects(envelope)
    asked = next((name for name in exchange.query if ID.match(name)), "")
    if key and asked:
        for each in objects:
            each[asked] = str(int(each.get(asked) or 0) + 1)
    return exchange.replace(envelope)


def other_site(exchange: Exchange) -> Step:
    """Be another site, with objects of the same ids and other titles."""
    envelope = exchange.envelope
    for place in (envelope.get("site"), envelope.get("data")):
        if isinstance(place, dict) and "site_id" in place:
            place["site_id"] = type(place["site_id"])(int(place["site_id"]) + 1)
    _, objects = get_objects(envelope)
    for each in objects:
        if isinstance(each, dict):
            each |= {name: "Of another site" for name in ("title", "name", "player_name") if name in each}
    return exchange.replace(envelope)


def flap_level(exchange: Exchange) -> Step:
    """Grant another level with each answer."""
    levels = ("none", "anonymous", "super", "read", "emperor", "")
    return exchange.replace({**exchange.envelope, "permission_level": levels[exchange.number % len(levels)]})


def no_status(exchange: Exchange) -> Step:
    """Leave out whether the call went well."""
    return exchange.replace({name: value for name, value in exchange.envelope.items() if name != "status"})


def not_an_object(exchange: Exchange) -> Step:
    """Answer with JSON that is no object."""
    return exchange.replace(("[1, 2]", "null", '"ok"', "0", "[[[]]]")[exchange.number % 5])


def deny_everything(exchange: Exchange) -> Step:
    """Say that nothing there ever was is there, in many words."""
    codes = (
        "photo_not_found",
        "no_such_site",
        "no_such_method",
        "permission_denied",
        "something_new",
        "",
        "x" * 10_000,
    )
    code = codes[exchange.number % len(codes)]
    envelope = {"status": "error", "code": code, "message": MARKUP * 50, "permission_level": "emperor"}
    return exchange.replace(envelope)


# -- what a connection may do


def gzip_bomb(exchange: Exchange) -> Step:
    """Send a tenth of a megabyte that unpacks to a hundred."""
    return answer(_pack_bomb(), 200, Content_Encoding="gzip")


@cache
def _pack_bomb() -> bytes:
    return gzip.compress(b'{"status":"ok","x":"' + b"\0" * (100 * MEBIBYTE), compresslevel=1)


def crowd_of_empty_objects(exchange: Exchange) -> Step:
    """List millions of objects with nothing in them."""
    envelope = {**exchange.envelope, (get_objects(exchange.envelope)[0] or "photos"): []}
    head, _, tail = json.dumps(envelope).encode().partition(b"[]")
    return exchange.replace(head + _list_nothing() + tail)


@cache
def _list_nothing() -> bytes:
    return b"[" + b"{}," * 4_000_000 + b"{}]"


def cut(exchange: Exchange) -> Step:
    """Announce more than comes."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(exchange.body) + 100}\r\n\r\n".encode()
    return hang_up(head + exchange.body)


def _drip(head: bytes, drop: bytes) -> Mode:
    def step(connection: socket.socket) -> None:
        connection.sendall(head)
        end = time.monotonic() + LONGEST_SECONDS
        with suppress(OSError):
            while time.monotonic() < end:
                connection.sendall(drop)
                time.sleep(0.05)
        connection.close()
        raise OSError

    return lambda exchange: step


def huge_head(exchange: Exchange) -> Step:
    """Send a header of a megabyte."""
    return send(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * MEBIBYTE + b"\r\nContent-Length: 2\r\n\r\n{}")


def many_headers(exchange: Exchange) -> Step:
    """Send ten thousand headers."""
    lines = b"".join(b"X-%d: 1\r\n" % number for number in range(10_000))
    return send(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\n{}")


def no_http(exchange: Exchange) -> Step:
    """Answer in another protocol."""
    return hang_up(
        (b"220 mail.example.com ESMTP\r\n", b"\x16\x03\x01\x00\x01", b"HTTP/9.9 999\r\n\r\n")[exchange.number % 3]
    )


def redirect(exchange: Exchange) -> Step:
    """Send the client to addresses that it must not go to."""
    targets = (
        "http://127.0.0.1:1/",
        "file:///etc/passwd",
        "//evil.example/",
        "javascript:alert(1)",
        "http://[::1",
        "/",
    )
    return answer(b"", 302, Location=targets[exchange.number % len(targets)])


def rest_for_a_century(exchange: Exchange) -> Step:
    """Ask to be left alone for a hundred years."""
    return answer(b"", 429, Retry_After="3155760000")


def challenge(exchange: Exchange) -> Step:
    """Ask for a password, and set cookies."""
    return answer(b"", 401, WWW_Authenticate='Basic realm="x"', Set_Cookie="sessionid=evil; Path=/")


MODES: Final[dict[str, Mode]] = {
    "values of other types": _per_object(_as_another_type),
    "nothing but null": _per_object(_as_null),
    "markup in every text": _per_object(_as_markup),
    "control letters and half surrogates": _per_object(_as_control_letters),
    "odd numbers": _per_object(_as_odd_number),
    "numbers that are not finite": not_finite,
    "nested too deeply": nest,
    "the same objects again and again": repeat_objects,
    "the same page for ever": same_page_for_ever,
    "more announced than there is": _total(lambda total: total * 2 + 1),
    "less announced than there is": _total(lambda total: total // 2),
    "another object for an id": swap_ids,
    "another site": other_site,
    "another level with each answer": flap_level,
    "no status": no_status,
    "no JSON object": not_an_object,
    "errors without end": deny_everything,
    "a gzip bomb": gzip_bomb,
    "millions of empty objects": crowd_of_empty_objects,
    "a body that is cut off": cut,
    "a status line that drips": _drip(b"HTTP/1.1 2", b"0"),
    "headers that drip": _drip(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"x"),
    "Continue without end": _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body that drips": _drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "chunks that drip": _drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a header of a megabyte": huge_head,
    "ten thousand headers": many_headers,
    "no HTTP": no_http,
    "redirects": redirect,
    "a pause of a century": rest_for_a_century,
    "a challenge and cookies": challenge,
}


def list_threads(prefix: str = "twentythree") -> list[threading.Thread]:
    """Return the threads of clients that are still at work."""
    return [thread for thread in threading.enumerate() if thread.name.startswith(prefix)]
