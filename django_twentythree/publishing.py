"""Handing a task to Celery's broker in bounded time, whatever the broker does.

A plain `delay()` to a broker that accepts connections and then says nothing hangs for more than 30 seconds.
Here it takes less than a second in a web request, and after a failure the broker is left alone for a while.
Nothing is lost by that: tasks are wake-up calls, the work itself lies in rows that `run_due` finds.
"""

from __future__ import annotations

import logging
import threading
import time
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from kombu.exceptions import KombuError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celery import Task
    from kombu import Connection

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 30.0
"""Seconds for which a broker that failed is left alone."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The time that a caller can wait for a broker.

    Attributes:
        step_seconds: For one step: connecting, or one answer of the broker.
        deadline_seconds: For all steps together, name lookup included.
    """

    step_seconds: float
    deadline_seconds: float


OF_A_REQUEST = Patience(0.5, 0.6)
"""Well below a second: the first to meet a silent broker still has to import its transport."""
OF_A_WORKER = Patience(3.0, 10.0)
"""Commands and workers can wait for a broker that is busy, or a process that opens its first connection."""

# Beside the errors of the transport in use; the last three are what a misspelt broker URL raises.
_ERRORS = (KombuError, OSError, LookupError, ImportError, ValueError)


class Publisher:
    """Hands tasks to brokers, and remembers for this process which of them to leave alone."""

    def __init__(self, patience: Patience = OF_A_REQUEST, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._paused_until: dict[str, float] = {}

    def publish(self, task: Task[..., Any], /, *args: Any, **kwargs: Any) -> bool:
        """Hand `task` to its broker in the time there is, and return whether that went well.

        A failure is logged, once per pause. With `CELERY_TASK_ALWAYS_EAGER` the task runs here and now; what
        it raises is logged by Celery and goes no further.
        """
        # A shared task stands for that of the current app, and which app is current depends on the thread.
        task = task.app.tasks[task.name]
        if task.app.conf.task_always_eager:
            task.apply(args, kwargs, throw=False)
            return True
        broker = str(task.app.conf.broker_write_url)
        if self._clock() < self._paused_until.get(broker, 0.0):
            return False
        reason = self._send_within_deadline(broker, task, args, kwargs)
        if reason:
            self._pause(broker, task, reason)
        return not reason

    def reset(self) -> None:
        """Forget every failure, so that the next call tries again."""
        with self._lock:
            self._paused_until.clear()

    def _send_within_deadline(
        self, broker: str, task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> str:
        """Return why the task could not be handed over, `""` when it was."""
        outcome: SimpleQueue[str] = SimpleQueue()

        def send() -> None:
            reason = "an unexpected error"  # its traceback is left to threading.excepthook
            try:
                reason = _send(task, args, kwargs, self._patience)
            finally:
                if not reason:  # a broker that took the task after all, if late, is not left alone
                    self._forgive(broker)
                outcome.put(reason)

        # A thread, because time-outs bound each step and not their sum: several addresses of one name, a slow
        # handshake, a name server that is down, or a transport that knows no time-outs at all.
        # The context goes along for the sake of tracing; daemon, so that a hanging broker delays no shutdown.
        threading.Thread(target=copy_context().run, args=(send,), name="twentythree-publish", daemon=True).start()
        try:
            return outcome.get(timeout=self._patience.deadline_seconds)
        except Empty:
            return f"no answer within {self._patience.deadline_seconds} seconds"

    def _pause(self, broker: str, task: Task[..., Any], reason: str) -> None:
        now = self._clock()
        with self._lock:
            is_news = now >= self._paused_until.get(broker, 0.0)
            self._paused_until[broker] = now + PAUSE_SECONDS
        if is_news:
            logger.warning(
                "Could not hand the task %s to the Celery broker: %s. What is stored waits for the next"
                " django_twentythree.run_due; this process tries the broker again in %d seconds.",
                task.name,
                reason,
                PAUSE_SECONDS,
            )

    def _forgive(self, broker: str) -> None:
        with self._lock:
            was_paused = self._paused_until.pop(broker, None) is not None
        if was_paused:
            logger.info("The Celery broker takes tasks again.")


_in_requests = Publisher(OF_A_REQUEST)
_in_workers = Publisher(OF_A_WORKER)


def publish(task: Task[..., Any], /, *args: Any, **kwargs: Any) -> bool:
    """Hand `task` to its broker within a second, as a web request must, and return whether that went well."""
    return _in_requests.publish(task, *args, **kwargs)


def publish_patiently(task: Task[..., Any], /, *args: Any, **kwargs: Any) -> bool:
    """Hand `task` to its broker as commands and workers can, and return whether that went well."""
    return _in_workers.publish(task, *args, **kwargs)


def reset() -> None:
    """Forget every failure in this process."""
    _in_requests.reset()
    _in_workers.reset()


def _send(task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], patience: Patience) -> str:
    """Return why the task could not be handed over, `""` when it was."""
    errors: tuple[type[BaseException], ...] = _ERRORS
    try:
        with task.app.connection_for_write(connect_timeout=patience.step_seconds) as connection:
            errors += (*connection.connection_errors, *connection.channel_errors)
            _bound(connection, patience)
            producer = connection.Producer(auto_declare=False)
            # Without ignore_result Celery would also connect to the result backend, without any time-out.
            task.apply_async(args, kwargs, producer=producer, retry=False, ignore_result=True)
    except errors as error:
        return _describe(error)
    return ""


def _describe(error: BaseException) -> str:
    if isinstance(error, ValueError):  # "Port could not be read as 'pa'" may quote half of a password
        return f"{type(error).__name__}, which is what a misspelt broker URL gives"
    first_line = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first_line}".rstrip(".: ")


def _bound(connection: Connection, patience: Patience) -> None:
    """Give the connection time-outs for every step, and one try at each of its fail-over addresses."""
    step = patience.step_seconds
    timeouts: dict[str, Mapping[str, Any]] = {
        "py-amqp": {"read_timeout": step, "write_timeout": step},
        "redis": {
            "socket_connect_timeout": step,
            "socket_timeout": step,
            "retry_on_timeout": False,
            "connect_retries_timeout": patience.deadline_seconds,
        },
    }
    connection.transport_options = {
        **(connection.transport_options or {}),
        **timeouts.get(connection.transport.driver_name, {}),
        "max_retries": max(len(connection.alt) - 1, 0),
    }
