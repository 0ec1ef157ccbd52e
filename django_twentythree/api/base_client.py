"""Any method of a platform, called until it answers or there is no point in going on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Self

from django_twentythree.api.auth import Credentials, choose_version, secrets_of, signer_for
from django_twentythree.api.exceptions import RateLimitedError, ServerError
from django_twentythree.api.parameters import Call, in_version
from django_twentythree.api.redaction import Secrets, forgets_variables
from django_twentythree.api.responses import Response, read_response
from django_twentythree.api.retrying import LONGEST_PAUSE_SECONDS, Counter, Pause, RetryPolicy
from django_twentythree.api.transport import Transport
from django_twentythree.api.waiting import Waiter
from django_twentythree.hosts import DEFAULT_PORTS, read_host

# A page of 100 photos takes less than one, and forty where descriptions are as long as books.
MAX_ANSWER_BYTES = 48 * 2**20


class BaseClient:
    """Calls methods of one platform by name. Safe to use from several threads; also a context manager.

    Args:
        domain: Host, or host:port, of the site; never a URL.
        credentials: OAuth credentials or a bearer token; None calls anonymously.
        api_version: Version of the API, 1 or 2; None: 2 with a bearer token, else 1.
        scheme: "https", or "http" for platforms on this machine.
        timeout_seconds: How long one attempt may take, from connecting to the last byte.
        max_attempts: How often a call is attempted when the trouble is temporary.
        max_answer_bytes: How large an answer may be, unpacked.
        deadline_seconds: How long all calls together may take, from now on; None: as long as they need.
        sleep: What waits between attempts; by default something that `close` wakes up.
        on_wait: Called now and then while an answer is awaited, only in the thread that makes this client.

    Raises:
        ValueError: The domain is no host, or another argument is impossible.
    """

    def __init__(
        self,
        domain: str,
        credentials: Credentials = None,
        *,
        api_version: int | None = None,
        scheme: str = "https",
        timeout_seconds: float = 20.0,
        max_attempts: int = 4,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        deadline_seconds: float | None = None,
        sleep: Callable[[float], None] | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        self.domain, self.scheme, self._credentials = domain, scheme, credentials
        _check_address(domain, scheme)
        if timeout_seconds <= 0 or max_attempts < 1 or max_answer_bytes < 1:
            raise ValueError("timeout_seconds, max_attempts and max_answer_bytes must be greater than 0.")
        self.api_version = choose_version(api_version, credentials)
        self.waiter = Waiter(on_wait)
        self.pause = Pause()
        self._max_attempts = max_attempts
        self._closing = threading.Event()
        self._sleep = sleep or self._wait
        self._counter = Counter()
        self._transport = Transport(
            f"{scheme}://{domain}",
            timeout_seconds=timeout_seconds,
            max_answer_bytes=max_answer_bytes,
            deadline_seconds=deadline_seconds,
        )

    def __repr__(self) -> str:
        kind = "anonymous" if self._credentials is None else "with credentials"
        return f"<{type(self).__name__} of {self.scheme}://{self.domain}, {kind}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and give up what other threads are waiting to try again."""
        self._closing.set()
        self._transport.close()

    @property
    def is_signed(self) -> bool:
        """Whether calls go out with credentials; those of others may be answered from a cache."""
        return self._credentials is not None

    @property
    def request_count(self) -> int:
        """HTTP requests sent so far, attempts that failed included."""
        return self._counter.value

    @forgets_variables
    def call(self, method: str, /, **parameters: Any) -> dict[str, Any]:
        """Call any method and return the whole answer, decoded.

        Methods that read (their path ends in `list`, `get`, `data`, …) are sent by GET and tried again after
        temporary trouble. All others are sent by POST with everything in the body, and tried again only when
        the platform surely did not carry them out.

        Args:
            method: The path without `/api/`, such as "photo/list", of the client's version of the API;
                "2/webhook/list" is of version 2 in any case.
            **parameters: As the platform names them. Booleans become 1 and 0, lists are joined (by commas;
                `tags` and `countries` by blanks), None is left out, open binary files and (name, bytes) pairs
                are uploaded.

        Raises:
            APIError: There was no answer, or the answer was no; the subclass says which.
            ValueError, TypeError: The method or a parameter cannot be sent.
        """
        return self.fetch(method, **parameters).envelope

    @forgets_variables
    def fetch(self, method: str, /, **parameters: Any) -> Response:
        """Call any method as `call` does, and return the facts around the answer too."""
        return self._ask(Call.build(in_version(self.api_version, method), parameters))

    def _wait(self, seconds: float) -> None:
        self._closing.wait(seconds)

    def _keep_pause(self, method: str) -> None:
        """Wait while the platform is to be left alone.

        Raises:
            RateLimitedError: That is longer than anybody can wait here.
        """
        seconds = self.pause.remaining_seconds
        if seconds > (LONGEST_PAUSE_SECONDS if self._max_attempts > 1 else 0):
            raise RateLimitedError(method, seconds)
        if seconds:
            self._sleep(seconds)

    def _ask(
        self,
        call: Call,
        *,
        counter: Counter | None = None,
        is_given_up: Callable[[], bool] = bool,
        keep_damaged_text: bool = False,
    ) -> Response:
        """Send a call until it is answered.

        Args:
            call: What to send.
            counter: Counts the requests, beside the client's own count.
            is_given_up: Whether nobody waits for the answer any more.
            keep_damaged_text: When the answer is still not UTF-8 at the last attempt, read it nevertheless,
                so that one broken title cannot hide the rest of a library.
        """
        policy = RetryPolicy(self._max_attempts, self._sleep, lambda: is_given_up() or self._closing.is_set())
        secrets = Secrets((*secrets_of(self._credentials), *call.secrets))
        waited_out = 0.0

        def attempt(number: int) -> Response:
            nonlocal waited_out
            if self.pause.until > waited_out:  # longer than the one that this call was asked for and has kept
                self._keep_pause(call.method)
            self._counter.add_one()
            if counter is not None:
                counter.add_one()
            reply = self._transport.send(call, signer_for(self._credentials))
            keep = keep_damaged_text and policy.is_last_reading(number)
            try:
                return read_response(
                    call.method,
                    reply,
                    secrets=secrets,
                    is_strangers_question=not self.is_signed and call.is_about_an_object,
                    keep_damaged_text=keep,
                )
            except (RateLimitedError, ServerError) as error:
                if error.retry_after_seconds:
                    waited_out = self.pause.extend(error.retry_after_seconds)
                raise

        return self.waiter.call(lambda: policy.run(attempt, is_read=call.is_read))


def _check_address(domain: str, scheme: str) -> None:
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"The scheme must be 'https' or 'http', not {scheme!r}.")
    if read_host(domain) is None:
        raise ValueError(
            f"{domain!r} is no host name; write one like 'video.example.com', without 'https://' and path."
        )
