import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from django_twentythree.api import Client, OAuth1Credentials
from tests.api.scripted import ScriptedServer

DATA = Path(__file__).parent / "data"


@pytest.fixture
def _short_back_off() -> None:
    """Here pauses have their full length: they are noted and take no time."""


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def pauses() -> list[float]:
    """The pauses a client made between attempts, none of which took any time."""
    return []


@pytest.fixture
def make_client(scripted: ScriptedServer, pauses: list[float]) -> Iterator[Callable[..., Client]]:
    """Makes clients of the scripted server that do not really wait between attempts."""
    made: list[Client] = []

    def make(credentials: OAuth1Credentials | None = None, **options: Any) -> Client:
        options = {"scheme": "http", "timeout_seconds": 2.0, "sleep": pauses.append, **options}
        made.append(Client(options.pop("domain", scripted.domain), credentials, **options))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def platform_client(twentythree_platform: Any) -> Iterator[Client]:
    """A client of the sandbox with the highest level."""
    keys = twentythree_platform.credentials
    credentials = OAuth1Credentials(
        keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
    )
    with Client(twentythree_platform.domain, credentials, scheme="http", sleep=lambda seconds: None) as client:
        yield client


@pytest.fixture
def wire() -> Callable[[str], Any]:
    """Reads a file of `data/`."""
    return lambda name: json.loads((DATA / name).read_text())
