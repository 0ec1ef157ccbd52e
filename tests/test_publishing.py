import logging
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from celery import Celery, Task, current_app, shared_task
from celery.signals import before_task_publish, task_prerun

from django_twentythree.publishing import PAUSE_SECONDS, Publisher
from tests.timing import Stopwatch


class Clock:
    """A clock that goes forward when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def publisher(clock: Clock) -> Publisher:
    return Publisher(clock=clock)


@pytest.fixture
def refused_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def silent_listener() -> Iterator[socket.socket]:
    """Accepts connections, and then says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener


@pytest.fixture
def full_port() -> Iterator[int]:
    """Does not even accept connections: the queue of those who wait is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0), backlog=0)))
        for _ in range(3):
            waiting = stack.enter_context(closing(socket.socket()))
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])


def make_task(broker: str, **conf: Any) -> Task[..., Any]:
    app = Celery("tests", broker=broker, set_as_current=False)
    app.conf.update(task_default_queue=f"twentythree-tests-{uuid4()}", **conf)

    @app.task(name="tests.greet", shared=False)
    def greet(name: str, *, loudly: bool = False) -> str:
        if not name:
            raise LookupError("nobody to greet")
        return name.upper() if loudly else name

    return app.tasks["tests.greet"]


def receive(task: Task[..., Any]) -> tuple[Any, Any]:
    """Take one message from the broker, remove its queue, and return the arguments in it."""
    with task.app.connection_for_read() as connection:
        with connection.SimpleQueue(task.app.conf.task_default_queue) as queue:
            message = queue.get(timeout=60)
            message.ack()
        queue.queue(connection.default_channel).delete()
        args, kwargs, _ = message.payload
        return args, kwargs


def find_server(variable: str, default: str) -> str:
    """Return the URL of a server that answers; without one the test is skipped, under CI it fails."""
    url = os.environ.get(variable, default)
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname or "", place.port or 0), timeout=1).close()
    except OSError as error:
        reason = f"nobody answers at {place.hostname}:{place.port} ({variable} says where to look): {error}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return url


def publish_quickly(publisher: Publisher, task: Task[..., Any], *, within_seconds: float = 2.5) -> bool:
    # The deadline is 0.6 s; a busy machine needs a while longer. Without one it would be beyond 30 s.
    watch = Stopwatch()
    is_published = publisher.publish(task, "Ada")
    assert watch.seconds < within_seconds
    return is_published


def test_publish__memory_broker__message_arrives(publisher: Publisher) -> None:
    task = make_task("memory://")
    assert publisher.publish(task, "Ada", loudly=True)
    assert receive(task) == (["Ada"], {"loudly": True})


def test_publish__filesystem_broker__message_arrives(publisher: Publisher, tmp_path: Path) -> None:
    folders = dict.fromkeys(("data_folder_in", "data_folder_out"), str(tmp_path))
    options = {**folders, "control_folder": str(tmp_path / "control")}
    task = make_task("filesystem://", broker_transport_options=options)
    assert publisher.publish(task, "Ada")
    assert receive(task) == (["Ada"], {})


# Kombu 5.7 against SQLAlchemy 2.1.
@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated")
def test_publish__sqlalchemy_broker__message_arrives(publisher: Publisher, tmp_path: Path) -> None:
    task = make_task(f"sqla+sqlite:///{tmp_path / 'broker.sqlite3'}")
    # Importing SQLAlchemy and making the tables may take longer than a web request waits.
    task.apply_async(["warm-up"], ignore_result=True)  # type: ignore[arg-type]
    assert receive(task) == (["warm-up"], {})
    assert publisher.publish(task, "Ada")
    assert receive(task) == (["Ada"], {})


@pytest.mark.parametrize(
    ("variable", "default"),
    [
        ("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
        ("TEST_REDIS_URL", "redis://127.0.0.1:6379/15"),
    ],
)
def test_publish__server__message_arrives(publisher: Publisher, variable: str, default: str) -> None:
    task = make_task(find_server(variable, default))
    assert publisher.publish(task, "Ada")
    assert receive(task) == (["Ada"], {})


@pytest.mark.parametrize("scheme", ["amqp", "redis", "amqps"])
def test_publish__nobody_listens__is_false_at_once(
    publisher: Publisher, refused_port: int, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    task = make_task(f"{scheme}://user:geheim@127.0.0.1:{refused_port}//")
    with caplog.at_level(logging.INFO):
        assert not publish_quickly(publisher, task)
    assert "Could not hand the task tests.greet to the Celery broker" in caplog.text
    assert "refused" in caplog.text
    assert "geheim" not in caplog.text


@pytest.mark.parametrize("scheme", ["amqp", "redis", "amqps"])
def test_publish__broker_says_nothing__is_false_soon(
    publisher: Publisher, silent_listener: socket.socket, scheme: str
) -> None:
    task = make_task(f"{scheme}://127.0.0.1:{silent_listener.getsockname()[1]}//")
    assert not publish_quickly(publisher, task)


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_publish__broker_says_nothing_to_many_at_once__all_are_back_soon(
    publisher: Publisher, silent_listener: socket.socket, scheme: str
) -> None:
    task = make_task(f"{scheme}://127.0.0.1:{silent_listener.getsockname()[1]}//")
    with ThreadPoolExecutor(20) as requests:
        # Twenty threads share two cores with whatever else runs; each has to wait 0.6 s, not one after the other.
        outcomes = list(requests.map(lambda _: publish_quickly(publisher, task, within_seconds=4), range(20)))
    assert not any(outcomes)


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_publish__broker_does_not_accept__is_false_soon(publisher: Publisher, full_port: int, scheme: str) -> None:
    assert not publish_quickly(publisher, make_task(f"{scheme}://127.0.0.1:{full_port}//"))


def test_publish__transport_without_time_outs__is_false_soon(
    publisher: Publisher, silent_listener: socket.socket
) -> None:
    port = silent_listener.getsockname()[1]
    task = make_task(f"sqla+postgresql+psycopg://postgres@127.0.0.1:{port}/test?connect_timeout=2")
    assert not publish_quickly(publisher, task)


@pytest.mark.parametrize(
    "broker",
    ["nonsense://broker", "amqp://user:pa/geheim@broker//", "filesystem://"],
    ids=["unknown transport", "password that breaks the URL", "folder that cannot be"],
)
def test_publish__broken_configuration__is_false_and_logged(
    publisher: Publisher, caplog: pytest.LogCaptureFixture, broker: str
) -> None:
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), "/proc/nowhere")
    options = folders if broker == "filesystem://" else {}
    assert not publish_quickly(publisher, make_task(broker, broker_transport_options=options))
    assert "to the Celery broker" in caplog.text
    assert "'pa'" not in caplog.text
    assert "geheim" not in caplog.text


def test_publish__fail_over_address__is_used(publisher: Publisher, refused_port: int) -> None:
    task = make_task(f"redis://127.0.0.1:{refused_port}/0;memory://")
    assert publish_quickly(publisher, task)


def test_publish__after_a_failure__leaves_the_broker_alone(
    publisher: Publisher, clock: Clock, silent_listener: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    task = make_task(f"redis://127.0.0.1:{silent_listener.getsockname()[1]}/0")
    assert not publisher.publish(task, "Ada")
    silent_listener.accept()[0].close()
    silent_listener.settimeout(0.05)
    clock.now += PAUSE_SECONDS - 0.1
    assert not publisher.publish(task, "Ada")
    with pytest.raises(TimeoutError):
        silent_listener.accept()
    assert len(caplog.records) == 1
    assert publisher.publish(make_task("memory://"), "Ada")  # another broker is not to blame

    clock.now += 0.2
    assert not publisher.publish(task, "Ada")
    silent_listener.accept()[0].close()
    assert len(caplog.records) == 2


def test_publish__broker_answers_late__is_not_left_alone(publisher: Publisher) -> None:
    task = make_task("memory://")
    is_allowed = threading.Event()

    def delay(**kwargs: Any) -> None:
        is_allowed.wait(timeout=60)

    before_task_publish.connect(delay, sender=task.name)
    try:
        assert not publisher.publish(task, "Ada")
        assert not publisher.publish(task, "Ada")
    finally:
        is_allowed.set()
        before_task_publish.disconnect(delay, sender=task.name)
    assert receive(task) == (["Ada"], {})
    for thread in threading.enumerate():
        if thread.name == "twentythree-publish":
            thread.join()
    assert publisher.publish(task, "Grace")
    assert receive(task) == (["Grace"], {})


def test_reset__after_a_failure__tries_again(publisher: Publisher, silent_listener: socket.socket) -> None:
    task = make_task(f"redis://127.0.0.1:{silent_listener.getsockname()[1]}/0")
    assert not publisher.publish(task, "Ada")
    silent_listener.accept()[0].close()
    publisher.reset()
    assert not publisher.publish(task, "Ada")
    silent_listener.accept()[0].close()


def test_publish__result_backend__is_not_asked(publisher: Publisher, silent_listener: socket.socket) -> None:
    backend = f"redis://127.0.0.1:{silent_listener.getsockname()[1]}/0"
    assert publisher.publish(make_task("memory://", result_backend=backend), "Ada")
    silent_listener.settimeout(0.05)
    with pytest.raises(TimeoutError):
        silent_listener.accept()


@shared_task(name="tests.shared")
def shared() -> None:
    """Belongs to whichever app is current."""


def test_publish__shared_task__goes_to_the_current_app_of_this_thread(publisher: Publisher) -> None:
    before = current_app._get_current_object()  # type: ignore[attr-defined]
    app = Celery("tests", broker="memory://")
    app.conf.task_default_queue = f"twentythree-tests-{uuid4()}"
    try:
        assert publisher.publish(shared)
    finally:
        before.set_current()
    assert receive(app.tasks["tests.shared"]) == ([], {})


def test_publish__always_eager__runs_here(publisher: Publisher) -> None:
    seen = []
    task = make_task("redis://127.0.0.1:1/0", task_always_eager=True)
    task_prerun.connect(lambda args, kwargs, **_: seen.append((args, kwargs)), sender=task, weak=False)
    assert publisher.publish(task, "Ada", loudly=True)
    assert seen == [(("Ada",), {"loudly": True})]


@pytest.mark.parametrize("propagates", [True, False])
def test_publish__eager_task_fails__goes_no_further(
    publisher: Publisher, caplog: pytest.LogCaptureFixture, propagates: bool
) -> None:
    task = make_task("memory://", task_always_eager=True, task_eager_propagates=propagates)
    assert publisher.publish(task, "")
    assert "nobody to greet" in caplog.text
