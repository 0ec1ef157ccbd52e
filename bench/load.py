"""A storm of pingbacks: posted over sockets to the site's own door, while the videos they are about are edited."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from django_twentythree.testing import TwentyThreePlatform

SECRET = "only-for-measuring"
SENDERS = 4
EDIT_EVERY = 10
"""Of so many pingbacks one has a cause; the others repeat it, as the platform does for each part of a change."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the view took for one pingback."""

    queries: int
    seconds: float


@contextmanager
def serve() -> Iterator[int]:
    """Serve the site in a process of its own for the length of a block, and give its port."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.serving"],
        env={**os.environ, "TWENTYTHREE_NOTIFICATION_SECRETS": SECRET},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None  # it is a pipe
        yield int(server.stdout.readline())


def send_pingbacks(platform: TwentyThreePlatform, port: int, remote_ids: Sequence[int], count: int) -> list[Cost]:
    """Send so many pingbacks, some after an edit, from several senders at once; return when all are answered."""

    def send(first: int) -> list[Cost]:
        with closing(HTTPConnection("127.0.0.1", port)) as connection:
            return [_send(connection, number) for number in range(first, count, SENDERS)]

    def _send(connection: HTTPConnection, number: int) -> Cost:
        round_, place = divmod(number, len(remote_ids))
        if (round_ + place) % EDIT_EVERY == 0:
            platform.edit_photo(remote_ids[place], title=f"Edited {number}", tags=f"storm round{round_}")
        return _post(connection, remote_ids[place])

    with ThreadPoolExecutor(SENDERS) as senders:
        return [cost for costs in senders.map(send, range(SENDERS)) for cost in costs]


def _post(connection: HTTPConnection, remote_id: int) -> Cost:
    connection.request("POST", f"/twentythree/notify/default/{SECRET}/?type=photo&photo_id={remote_id}")
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"The door answered {response.status} to a pingback.")
    return Cost(int(response.headers["X-Queries"]), float(response.headers["X-Seconds"]))
