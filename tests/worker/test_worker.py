"""Real Celery workers, as an operator starts them: messages go through a broker, rows appear in a database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from django_twentythree.testing.platform import TwentyThreePlatform
from tests.worker.databases import SQLiteDatabase
from tests.worker.processes import do_without, why_absent
from tests.worker.site import Site

BROKERS = {
    "embedded": "sqla+sqlite:///{directory}/broker.sqlite3",
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/13"),
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}
PORTS = {"redis": 6379, "rabbitmq": 5672}


@pytest.fixture(params=["embedded", *sorted(PORTS)])
def site(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path, twentythree_platform: TwentyThreePlatform
) -> Iterator[Site]:
    """A site without a process, once for each broker that this machine may have."""
    name: str = request.param
    if name in PORTS and (reason := why_absent(PORTS[name])):
        do_without(f"{name}: {reason}")
    database = SQLiteDatabase(Path(shutil.copy(migrated_file, tmp_path)))
    site = Site(tmp_path, database, BROKERS[name].format(directory=tmp_path), twentythree_platform.workspace())
    yield site
    site.end()
    with Connection(site.broker_url) as connection:
        connection.default_channel.queue_delete(site.queue)  # type: ignore[attr-defined]


@pytest.mark.long  # the short form is the worker of test_kill.py that is told to stop
def test_worker__mirror_queued__rows_appear(site, twentythree_platform):
    twentythree_platform.fill(photos=120)
    queued = site.manage("twentythree_sync", "--queue")
    assert queued.returncode == 0, queued.stderr
    site.start_worker("--pool", "solo")
    site.wait_for(
        "SELECT count(*) FROM twentythree_syncrun WHERE state IN ('succeeded', 'not_permitted')", lambda n: n == 5
    )
    assert site.ask("SELECT count(*) FROM twentythree_photo WHERE missing_since IS NULL") == 120
