import contextlib
import http.client
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from asgiref.sync import async_to_sync
from celery import Celery, current_app
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
)
from django.db.models.signals import pre_save
from django.test import AsyncClient, Client
from django.urls import resolve, reverse
from django.utils.log import AdminEmailHandler

from django_twentythree.models import Notification, Workspace
from django_twentythree.notifications import BODY_LIMIT_BYTES
from django_twentythree.views.notify import notify
from tests.timing import Stopwatch

CURRENT = "correct-horse-battery-staple-0123456789"
FORMER = "pferd-batterie-häftklammer-blå-æøå-0815"
ROOT = "/twentythree/notify"
DOOR = f"{ROOT}/default/{CURRENT}/"


@pytest.fixture(autouse=True)
def _workspaces(settings: Any) -> None:
    settings.TWENTYTHREE = {
        "WORKSPACES": {
            "default": {"DOMAIN": "video.example.com", "NOTIFICATION_SECRETS": [CURRENT, FORMER]},
            "silent": {"DOMAIN": "silent.example.com"},
            "mistaken": {"DOMAIN": "mistaken.example.com", "NOTIFICATION_SECRETS": CURRENT},
        }
    }


@pytest.fixture(autouse=True)
def _tasks_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens to a notice later on is not looked at here."""
    monkeypatch.setitem(current_app.conf, "task_always_eager", False)


@pytest.fixture
def use_broker() -> Iterator[Callable[[str], Celery]]:
    """Makes Celery's current app one with the broker of a URL, until the test is over."""
    before = current_app._get_current_object()

    def use(url: str) -> Celery:
        app = Celery("tests", broker=url)
        app.conf.task_default_queue = f"twentythree-{url}"
        app.set_current()
        return app

    yield use
    before.set_current()


@pytest.fixture
def known_workspace(db: None) -> Workspace:
    return Workspace.objects.create(alias="default", domain="video.example.com")


def ping(url: str, body: bytes = b"", content_type: str = "application/json", **extra: Any) -> Any:
    return Client(raise_request_exception=True).generic("POST", url, body, content_type, **extra)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.django_db
def test_notify__pingback__stores_one_row(slash: str) -> None:
    response = ping(f"{ROOT}/default/{CURRENT}{slash}?type=photo&photo_id=123")
    assert (response.status_code, response.content) == (200, b"")
    notice = Notification.objects.get()
    assert notice.workspace.alias == "default"
    assert notice.workspace.domain == "video.example.com"
    assert (notice.source, notice.event, notice.state) == ("pingback", "", "pending")
    assert (notice.object_type, notice.object_id) == ("photo", 123)
    assert notice.payload == {"query": {"type": "photo", "photo_id": "123"}}
    assert notice.received_at is not None
    assert CURRENT not in str(notice.payload)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.django_db
def test_notify__webhook__stores_one_row(slash: str) -> None:
    body = json.dumps({"data": {"album_id": 5, "photo_id": "7"}}).encode()
    response = ping(f"{ROOT}/default/{CURRENT}/album_add_photo{slash}", body)
    assert (response.status_code, response.content) == (200, b"")
    notice = Notification.objects.get()
    assert (notice.source, notice.event) == ("webhook", "album_add_photo")
    assert (notice.object_type, notice.object_id) == ("photo", 7)
    assert notice.payload == {"json": {"data": {"album_id": 5, "photo_id": "7"}}}


def test_notify__reverse__ends_in_a_slash() -> None:
    assert reverse("twentythree:notify", args=["default", "s3cret"]) == f"{ROOT}/default/s3cret/"
    assert reverse("twentythree:notify", args=["default", "s3cret", "e"]) == f"{ROOT}/default/s3cret/e/"
    assert reverse("twentythree:notify", kwargs={"alias": "a", "secret": "æ"}) == f"{ROOT}/a/%C3%A6/"
    assert resolve(f"{ROOT}/default/s3cret").func is notify


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("secret", [CURRENT, "wrong"])
@pytest.mark.django_db
def test_notify__other_method__is_405(method: str, secret: str) -> None:
    response = Client().generic(method, f"{ROOT}/default/{secret}/?photo_id=1")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "default/wrong/",
        f"default/{CURRENT[:-1]}/",
        f"default/{CURRENT}x/",
        f"default/{CURRENT.upper()}/",
        f"default/{CURRENT[0]}/",
        "default/%FF/",
        "default/%00/",
        "default/%20/",
        f"silent/{CURRENT}/",
        "silent/%20/",
        f"unknown/{CURRENT}/",
        f"{CURRENT}/default/",
        f"mistaken/{CURRENT[0]}/",
        f"default/{CURRENT}/event/more/",
        f"default/{CURRENT}//",
        f"{CURRENT}/",
        f"{CURRENT}",
    ],
)
def test_notify__wrong_alias_or_secret__is_404_without_a_query(path: str) -> None:
    response = ping(f"{ROOT}/{path}?photo_id=1")  # without the `db` fixture a query fails
    assert (response.status_code, response.content) == (404, b"")
    assert response.headers == ping(f"{ROOT}/default/wrong/").headers


@pytest.mark.django_db
def test_notify__former_secret_of_any_script__is_accepted() -> None:
    assert ping(f"{ROOT}/default/{quote(FORMER)}/").status_code == 200
    assert ping(reverse("twentythree:notify", args=["default", FORMER, "ævent"])).status_code == 200
    assert Notification.objects.filter(event="ævent").exists()


@pytest.mark.django_db
def test_notify__secrets_given_as_one_text__only_the_whole_opens() -> None:
    assert ping(f"{ROOT}/mistaken/{CURRENT}/").status_code == 200


@pytest.mark.django_db
def test_notify__csrf_and_login_middleware__let_it_through(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    assert Client(enforce_csrf_checks=True).post(DOOR, {"photo_id": "1"}).status_code == 200
    assert Client(enforce_csrf_checks=True).post(f"{ROOT}/default/wrong/").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"{ROOT}/oddity").status_code == 404


@pytest.mark.usefixtures("known_workspace")
def test_notify__known_workspace__takes_two_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        ping(f"{DOOR}?photo_id=1")


@pytest.mark.django_db
def test_notify__first_of_a_workspace__takes_three_queries_and_a_savepoint(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(5):
        ping(f"{DOOR}?photo_id=1")
    assert Workspace.objects.get().alias == "default"


@pytest.mark.django_db
def test_notify__on_commit__sends_one_task(
    use_broker: Callable[[str], Celery], django_capture_on_commit_callbacks: Any
) -> None:
    app = use_broker("memory://")
    with django_capture_on_commit_callbacks() as callbacks:
        ping(f"{DOOR}?photo_id=1")
    assert len(callbacks) == 1
    with app.connection_for_read() as broker, broker.SimpleQueue(app.conf.task_default_queue) as queue:
        queue.clear()
        callbacks[0]()
        message = queue.get(timeout=60)
        message.ack()
        assert message.headers["task"] == "django_twentythree.process_notifications"
        assert message.payload[0] == ["default"]
        assert queue.qsize() == 0


@pytest.mark.django_db(transaction=True)
def test_notify__silent_broker__answers_within_a_second(use_broker: Callable[[str], Celery]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        use_broker(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        watch = Stopwatch()
        assert ping(f"{DOOR}?photo_id=1").status_code == 200
        assert watch.seconds < 1
        watch = Stopwatch()
        assert ping(f"{DOOR}?photo_id=2").status_code == 200
        assert watch.seconds < 0.4
    assert Notification.objects.count() == 2


@pytest.mark.parametrize("size", [BODY_LIMIT_BYTES + 1, 3_000_000])
@pytest.mark.django_db
def test_notify__huge_body__is_not_read_but_noted(size: int) -> None:
    body = b'{"photo_id": 9, "x": "' + b"x" * size + b'"}'
    assert ping(f"{DOOR}?photo_id=1", body).status_code == 200
    notice = Notification.objects.get()
    assert notice.object_id == 1
    assert notice.payload.keys() == {"query", "note"}


@pytest.mark.django_db
def test_notify__body_at_the_limit__is_read() -> None:
    body = b'{"photo_id": 9}'.ljust(BODY_LIMIT_BYTES)
    assert ping(DOOR, body).status_code == 200
    assert Notification.objects.get().object_id == 9


@pytest.mark.parametrize(
    ("body", "content_type", "object_id"),
    [
        (b'{"photo_id": "x"}', "application/json", None),
        (b'{"photo_id": ' + b"7" * 400 + b"}", "application/json", None),
        (b'{"photo_id": ' + b"7" * 9_999 + b"}", "application/json", None),
        (b'{"photo_id": 9223372036854775807}', "application/json", 2**63 - 1),
        (b'{"photo_id": 7, "t": "\\u0000\\ud800", "n": [NaN, 1e999, 18446744073709551616]}', "", 7),
        (b"photo_id=7&t=%00%ff&" + b"x=&" * 2_000, "application/x-www-form-urlencoded", 7),
        (b"\x00\xff\xfe", "application/octet-stream", None),
        (b"[" * 100_000, "application/json", None),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", None),
        (b"anything", "multipart/form-data", None),
        (b"", "", None),
    ],
)
@pytest.mark.django_db
def test_notify__odd_body__is_stored(settings: Any, body: bytes, content_type: str, object_id: int | None) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    assert ping(f"{DOOR}some%0Aevent%00/?{'a=1&' * 2_000}", body, content_type).status_code == 200
    notice = Notification.objects.get()
    assert notice.object_id == object_id
    assert notice.event == "some\ufffdevent\ufffd"


@pytest.mark.django_db
def test_notify__asgi__stores_one_row() -> None:
    knock_asynchronously = async_to_sync(AsyncClient().post)
    response = knock_asynchronously(f"{DOOR}?photo_id=1", b'{"album_id": 2}', content_type="application/json")
    assert (response.status_code, response.content) == (200, b"")
    assert Notification.objects.get().payload == {"query": {"photo_id": "1"}, "json": {"album_id": 2}}


class BrokenStream(io.RawIOBase):
    """The socket of a client that went away while sending its body."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError(104, "Connection reset by peer")


@pytest.mark.django_db
def test_notify__client_goes_away__is_stored_with_a_note() -> None:
    stream = {"wsgi.input": BrokenStream(), "CONTENT_LENGTH": "100"}
    assert ping(f"{DOOR}?photo_id=1", **stream).status_code == 200
    notice = Notification.objects.get()
    assert notice.object_id == 1
    assert "broke off" in notice.payload["note"]


@pytest.mark.parametrize("length", ["100000", "-1", "many", ""])
@pytest.mark.django_db
def test_notify__content_length_lies__takes_what_is_there(length: str) -> None:
    stream = {"wsgi.input": io.BytesIO(b'{"photo_id": 7}'), "CONTENT_LENGTH": length}
    assert ping(DOOR, **stream).status_code == 200
    assert Notification.objects.get().object_id == (7 if length == "100000" else None)


@pytest.mark.django_db(transaction=True)
def test_notify__over_a_socket__large_and_cut_off_bodies_get_their_answer(live_server: Any) -> None:
    address = urlsplit(live_server.url).netloc
    with closing(http.client.HTTPConnection(address, timeout=60)) as sender:
        sender.request("POST", f"{DOOR}?photo_id=1", b"x" * 2_000_000)
        assert sender.getresponse().status == 200

    host, port = address.split(":")
    with closing(socket.create_connection((host, int(port)), timeout=60)) as sender:
        head = f"POST {DOOR}?photo_id=2 HTTP/1.1\r\nHost: {address}\r\nContent-Length: 1000\r\n\r\n"
        sender.sendall(head.encode() + b'{"photo_id"')
        sender.shutdown(socket.SHUT_WR)
        assert sender.recv(100).startswith(b"HTTP/1.1 200 ")
    assert sorted(Notification.objects.values_list("object_id", flat=True)) == [1, 2]  # type: ignore[type-var]


def is_down(execute: Any, sql: str, *rest: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly\nDETAIL: something private")


@pytest.mark.django_db
def test_notify__database_is_down__is_503_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with connection.execute_wrapper(is_down):
        response = ping(f"{DOOR}?photo_id=1")
    assert (response.status_code, response.content) == (503, b"")
    assert response["Retry-After"] == "60"
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage() == (
        "A change notice for the workspace 'default' could not be stored: server closed the connection unexpectedly"
    )


def _raise(error: Exception) -> Any:
    raise error


def _receive(sender: Any, **kwargs: Any) -> None:
    raise RuntimeError(f"no place for {CURRENT}")


class TwoLinesError(Exception):
    def __str__(self) -> str:
        return f"{self.args[0]} in the second line".replace(" in ", "\n")


class BrokenRouter:
    def db_for_write(self, model: Any, **hints: Any) -> str:
        raise LookupError(f"which database is for {quote(FORMER)}?")


def is_broken_by(error: Exception) -> Callable[[Any], contextlib.AbstractContextManager[Any]]:
    return lambda settings: connection.execute_wrapper(lambda *_: _raise(error))


@contextlib.contextmanager
def has_broken_receiver(settings: Any) -> Iterator[None]:
    pre_save.connect(_receive, sender=Notification)
    try:
        yield
    finally:
        pre_save.disconnect(_receive, sender=Notification)


@contextlib.contextmanager
def has_broken_router(settings: Any) -> Iterator[None]:
    settings.DATABASE_ROUTERS = [f"{__name__}.BrokenRouter"]
    yield


def has_settings(given: Any) -> Callable[[Any], contextlib.AbstractContextManager[Any]]:
    @contextlib.contextmanager
    def use(settings: Any) -> Iterator[None]:
        settings.TWENTYTHREE = given
        yield

    return use


BROKEN = {
    "unique": is_broken_by(IntegrityError(f"a row with {CURRENT}\nDETAIL: something private")),
    "data": is_broken_by(DataError("value too long")),
    "no table": is_broken_by(ProgrammingError('relation "twentythree_notification" does not exist')),
    "hung up": is_broken_by(InterfaceError("connection already closed")),
    "driver": is_broken_by(TypeError(f"cannot adapt {FORMER!r}")),
    "encoding": is_broken_by(UnicodeEncodeError("utf-8", f"{CURRENT}\ud800", 39, 40, "surrogates not allowed")),
    "memory": is_broken_by(MemoryError()),
    "depth": is_broken_by(RecursionError("maximum recursion depth exceeded")),
    "two lines": is_broken_by(TwoLinesError(CURRENT)),
    "receiver": has_broken_receiver,
    "router": has_broken_router,
    "workspaces are a list": has_settings({"WORKSPACES": ["default"]}),
}


@pytest.fixture
def error_mails(settings: Any, mailoutbox: list[Any]) -> Iterator[list[Any]]:
    """The mails of Django's own handler, with HTML; it is told of everything that is logged."""
    settings.ADMINS = [("Operator", "operator@example.com")]
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    root = logging.getLogger()
    root.addHandler(handler)
    yield mailoutbox
    root.removeHandler(handler)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("reason", BROKEN)
@pytest.mark.django_db
def test_notify__anything_fails__is_503_and_nobody_sees_the_secret(
    settings: Any, caplog: pytest.LogCaptureFixture, error_mails: list[Any], reason: str, debug: bool
) -> None:
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    for secret in (CURRENT, quote(FORMER)):
        with BROKEN[reason](settings), caplog.at_level(logging.DEBUG):
            response = client.post(f"{ROOT}/default/{secret}/?photo_id=1")
        settings.DATABASE_ROUTERS = []
        assert (response.status_code, response.content) == (503, b"")
        assert response["Retry-After"] == "60"
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == len(error_mails) == 2
    assert all("A change notice for" in record.getMessage() for record in errors)
    shown = [logging.Formatter().format(record) for record in caplog.records]
    shown += [f"{mail.subject} {mail.body} {mail.alternatives}" for mail in error_mails]
    for text in shown:
        assert not [spelling for spelling in (CURRENT, FORMER, quote(FORMER), ascii(FORMER)[1:-1]) if spelling in text]
        assert "something private" not in text


@pytest.mark.django_db
def test_notify__unexpected_error__is_logged_with_its_class_and_place(caplog: pytest.LogCaptureFixture) -> None:
    with connection.execute_wrapper(lambda *_: _raise(ZeroDivisionError("by nothing"))):
        assert ping(DOOR).status_code == 503
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    message = record.getMessage()
    assert message.startswith(
        "A change notice for the workspace 'default' could not be stored: ZeroDivisionError in _raise"
    )
    assert f"({__file__}:" in message
    assert message.endswith("): by nothing")
    assert record.exc_info is None


LOCKS = {
    "postgresql": ("BEGIN", "LOCK TABLE twentythree_notification IN ACCESS EXCLUSIVE MODE", "ROLLBACK"),
    "mysql": ("SELECT 1", "LOCK TABLES twentythree_notification WRITE", "UNLOCK TABLES"),
    "sqlite": ("SELECT 1", "BEGIN IMMEDIATE", "ROLLBACK"),
}


@pytest.mark.django_db(transaction=True)
def test_notify__database_is_busy__waits_and_stores() -> None:
    Workspace.objects.create(alias="default", domain="video.example.com")
    begin, lock, unlock = LOCKS[connection.vendor]
    is_locked, is_over = threading.Event(), threading.Event()

    def be_busy() -> None:
        with closing(connections.create_connection("default")) as other, other.cursor() as cursor:
            cursor.execute(begin)
            cursor.execute(lock)
            is_locked.set()
            time.sleep(1.5)
            is_over.set()
            cursor.execute(unlock)

    busy = threading.Thread(target=be_busy)
    busy.start()
    assert is_locked.wait(60)
    assert ping(f"{DOOR}?photo_id=1").status_code == 200
    assert is_over.is_set()
    busy.join()
    assert Notification.objects.get().object_id == 1


ENDINGS = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend(%s)"),
    "mysql": ("SELECT CONNECTION_ID()", "KILL %s"),
}


@pytest.mark.skipif(connection.vendor not in ENDINGS, reason="a file does not hang up")
@pytest.mark.django_db(transaction=True)
def test_notify__database_has_hung_up_since_the_last_request__is_stored_over_a_new_connection() -> None:
    Workspace.objects.create(alias="default", domain="video.example.com")
    ask, end = ENDINGS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(ask)
        (number,) = cursor.fetchone()
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(end, [number])
    assert ping(f"{DOOR}?photo_id=1").status_code == 200
    assert Notification.objects.get().object_id == 1


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.django_db
def test_notify__any_outcome__leaves_no_secret_in_the_log(
    settings: Any, caplog: pytest.LogCaptureFixture, debug: bool
) -> None:
    settings.DEBUG = debug
    with caplog.at_level(logging.DEBUG):
        for path in ("", "e/", "e/more", "/", "?x=1"):
            ping(f"{DOOR}{path}")
            ping(f"{ROOT}/default/near{CURRENT}/{path}")
            Client().get(f"{DOOR}{path}")
        ping(f"{ROOT}/{CURRENT}")
        with connection.execute_wrapper(is_down):
            ping(DOOR)
    messages = [record.getMessage() for record in caplog.records]
    assert not [message for message in messages if CURRENT in message]
    assert "Not Found: /twentythree/notify/…" in messages
    assert "Method Not Allowed: /twentythree/notify/…" in messages
