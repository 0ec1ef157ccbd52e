"""Workers and brokers killed in the middle of a mirror: the run is recognised, begun anew, and ends right.

All but one are long: what a lapsed lease leads to stands in sync/test_runs.py, sync/test_leases.py and
sync/test_inbox_floods.py as well, without a process that is killed.
In the suite it is a library of 2,000 videos, a schedule that looks each second, and leases that are made to lapse.
With `KILL_PHOTOS=20000` (or `make kill`) the library is that large, the schedule looks each minute, and leases
take their time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from django_twentythree.testing.platform import TwentyThreePlatform
from tests.worker.brokers import Broker, EmbeddedBroker, RabbitBroker, RedisBroker
from tests.worker.databases import Database, PostgreSQLServer, SQLiteDatabase, read_moment
from tests.worker.library import read_platform, read_rows
from tests.worker.processes import Program
from tests.worker.site import Site

LONG = "KILL_PHOTOS" in os.environ
PHOTOS = int(os.environ.get("KILL_PHOTOS", "2000"))
SCHEDULE_SECONDS = 60.0 if LONG else 1.0
PATIENCE_SECONDS = 300.0 if LONG else 120.0
NEXT_RUN_SECONDS = 65.0
"""A minute until the schedule looks, and what it takes for a message to reach a worker."""
UNENCODED = 200
"""So many of the latest videos may not be encoded yet; a notice of such a video is looked at twice, a minute apart."""
IS_HELD = "holder <> '' AND (key LIKE 'slot:%' OR key LIKE 'inbox:%')"
BROKERS: dict[str, Callable[[Path], Broker]] = {
    "embedded": EmbeddedBroker,
    "redis": lambda directory: RedisBroker(directory, is_lasting=True),
    "redis-forgetful": lambda directory: RedisBroker(directory, is_lasting=False),
    "rabbitmq": RabbitBroker,
}
LIVE = "livestreams,livestreams_on_air"
"""What is looked at each minute while something is on air: it must not happen to run when a worker is killed."""

pytestmark = pytest.mark.timeout(1_800 if LONG else 900)


@pytest.fixture(
    params=["embedded", "redis-forgetful", "rabbitmq", *(["redis"] if LONG else [])],
)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """A broker of the test's own, which runs."""
    broker = BROKERS[request.param](tmp_path)
    try:
        broker.start()
        yield broker
    finally:
        broker.end()


@pytest.fixture
def site(
    request: pytest.FixtureRequest, broker: Broker, tmp_path: Path, twentythree_platform: TwentyThreePlatform
) -> Iterator[Site]:
    """A site without a process; PostgreSQL underneath, or SQLite beside the embedded broker."""
    with ExitStack() as stack:
        database: Database
        if isinstance(broker, EmbeddedBroker):
            database = SQLiteDatabase(Path(shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)))
        else:
            server: PostgreSQLServer = request.getfixturevalue("postgresql")
            database = stack.enter_context(server.lend_copy())
        site = Site(
            tmp_path,
            database,
            broker.url,
            twentythree_platform.workspace(),
            DJANGO_SETTINGS_MODULE="tests.worker.settings",
            SCHEDULE_SECONDS=str(SCHEDULE_SECONDS),
            SWITCHED_OFF=getattr(request, "param", f"details,{LIVE}"),
        )
        stack.callback(site.end)
        twentythree_platform.set_pingback_url(site.notification_url)
        yield site


class Editor:
    """Somebody who edits videos on the platform, which tells the site of each."""

    def __init__(self, platform: TwentyThreePlatform, site: Site) -> None:
        self._platform = platform
        self._site = site
        self._ids = list(read_platform(platform))[:-UNENCODED]
        self._titles: dict[int, str] = {}

    def edit(self, when: str) -> None:
        """Edit a video that a listing names early, and one that it names late; the site must take both notices."""
        number = len(self._titles)
        for remote_id in (self._ids[number], self._ids[-1 - number]):
            self._titles[remote_id] = f"Edited {when}"
            self._platform.edit_photo(remote_id, title=self._titles[remote_id])
        taken = [pingback["status"] for pingback in self._platform.wait_for_pingbacks()]
        assert taken == [200] * len(self._titles), self._site.last_words

    def wait_until_settled(self) -> None:
        """Return when no notice waits any more; each must have left its mark on the row."""
        self._site.wait_for(count("notification", "state = 'pending'"), lambda n: n == 0, seconds=PATIENCE_SECONDS)
        assert self._site.ask(count("notification", "state = 'done'")) == len(self._titles)
        ids = ", ".join(map(str, self._titles))
        rows = self._site.database.ask(f"SELECT remote_id, title FROM twentythree_photo WHERE remote_id IN ({ids})")
        assert dict(rows) == self._titles


@dataclass(frozen=True, slots=True)
class Held:
    """What a process held when it was killed; nobody else held anything at that moment."""

    runs: str
    leases: str
    until: datetime

    @classmethod
    def read(cls, site: Site) -> Held:
        runs = site.database.ask("SELECT id, lease_until FROM twentythree_syncrun WHERE state = 'running'")
        leases = site.database.ask(f"SELECT id, until FROM twentythree_lease WHERE {IS_HELD}")
        return cls(
            runs=", ".join(str(pk) for pk, _ in runs) or "NULL",
            leases=", ".join(str(pk) for pk, _ in leases) or "NULL",
            until=min(read_moment(until) for _, until in (*runs, *leases)),
        )

    def let_lapse(self, site: Site) -> datetime:
        """Return when it lapses."""
        if LONG:
            return self.until
        # What time does in which nobody pushes these leases forward.
        past = "'2020-01-01 00:00:00'"
        now = datetime.now(UTC)
        site.database.tell(f"UPDATE twentythree_lease SET until = {past} WHERE id IN ({self.leases})")
        site.database.tell(f"UPDATE twentythree_syncrun SET lease_until = {past} WHERE id IN ({self.runs})")
        return now


def count(table: str, condition: str = "1 = 1") -> str:
    """Return the query that counts rows."""
    return f"SELECT count(*) FROM twentythree_{table} WHERE {condition}"


def slow_down(platform: TwentyThreePlatform, seconds: float) -> None:
    """Let every answer about videos take a while from now on, so that a listing has a middle."""
    platform.clear_faults()
    if seconds:
        platform.fail_next("slow", seconds=seconds, times=100_000, method="photo/list")


def get_port(platform: TwentyThreePlatform) -> int:
    """Return where the platform listens."""
    return int(platform.domain.rpartition(":")[2])


def kill_in_the_middle(site: Site, platform: TwentyThreePlatform, workers: list[Program]) -> Held:
    """Kill the worker that lists the videos right after it has written some; nothing else is being done."""
    site.wait_for(count("photo"), lambda n: n > PHOTOS / 5, seconds=PATIENCE_SECONDS)
    site.wait_for(count("syncrun", "state = 'running' AND resource <> 'photos'"), lambda n: n == 0)
    site.wait_for(count("notification", "state = 'pending'"), lambda n: n == 0)
    before = site.ask(count("photo"))
    site.wait_for(count("photo"), lambda n: n > before)
    [busy] = [worker for worker in workers if worker.find_connected(get_port(platform))]
    busy.kill()
    workers.remove(busy)
    assert site.ask(count("photo")) < PHOTOS * 0.9
    return Held.read(site)


@pytest.mark.long
def test_mirror__worker_and_broker_killed_in_the_middle__begins_anew_and_ends_right(
    site: Site,
    broker: Broker,
    twentythree_platform: TwentyThreePlatform,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    platform = twentythree_platform
    platform.fill(photos=PHOTOS)
    editor = Editor(platform, site)
    slow_down(platform, 1.5)
    workers = [site.start_worker() for _ in range(1 if isinstance(broker, EmbeddedBroker) else 2)]
    site.start_beat()
    site.start_web()

    editor.edit("before the kill")
    held = kill_in_the_middle(site, platform, workers)
    slow_down(platform, 0)
    written = site.ask(count("photo"))
    broker.kill()
    editor.edit("without a broker")
    broker.start()
    if not workers:  # somebody starts it again
        workers.append(site.start_worker())
    editor.edit("after the kill")
    if not LONG:  # here the lease lapses only when it is made to
        editor.wait_until_settled()
        assert site.database.ask("SELECT state FROM twentythree_syncrun WHERE resource = 'photos'") == [("running",)]

    slow_down(platform, 0.2)
    lapsed_at = held.let_lapse(site)
    second_run = "SELECT started_at FROM twentythree_syncrun WHERE resource = 'photos' ORDER BY id LIMIT 1 OFFSET 1"
    begun_at = read_moment(site.wait_for(second_run, bool, seconds=PATIENCE_SECONDS))
    assert 0 <= (begun_at - lapsed_at).total_seconds() < NEXT_RUN_SECONDS
    editor.edit("during the second run")
    site.wait_for(count("syncrun", "state = 'running'"), lambda n: n == 0, seconds=PATIENCE_SECONDS)
    editor.wait_until_settled()
    slow_down(platform, 0)

    columns = "state, error, seen, started_at, finished_at"
    first, second, *later = site.database.ask(
        f"SELECT {columns} FROM twentythree_syncrun WHERE resource = 'photos' ORDER BY id"
    )
    if LONG:
        took = read_moment(second[4]) - read_moment(second[3])
        with capsys.disabled():
            print(  # noqa: T201
                f"\n{request.node.callspec.id}: killed after {written:,} of {PHOTOS:,} videos; the next run began"
                f" {(begun_at - lapsed_at).total_seconds():.1f} s after the lease had lapsed, and took"
                f" {took.total_seconds():.1f} s."
            )
    assert (first[0], second[0], second[2]) == ("interrupted", "succeeded", PHOTOS)
    assert "was stopped before it could finish" in first[1]
    assert {state for state, *_ in later} <= {"succeeded"}
    assert site.ask(count("syncrun", "state IN ('interrupted', 'failed')")) == 1
    site.wait_for(count("lease", IS_HELD), lambda n: n == 0)  # the last thing that a run does
    assert read_rows(site.database) == read_platform(platform)
    assert not [program.log.name for program in site.programs if "raised unexpected" in program.printed]


@pytest.mark.parametrize("broker", ["embedded"], indirect=True)
def test_worker__told_to_stop_in_the_middle__ends_its_run_first(
    site: Site, twentythree_platform: TwentyThreePlatform
) -> None:
    twentythree_platform.fill(photos=1_000)
    slow_down(twentythree_platform, 1.0)
    worker = site.start_worker()
    worker.wait_until(
        lambda: "ready." in worker.printed
    )  # two that make the queues of a new file at once disturb each other
    queued = site.manage("twentythree_sync", "--queue", "--resource", "photos")
    assert queued.returncode == 0, queued.stderr
    site.wait_for(count("photo"), lambda n: n > 0)
    assert worker.tell_to_stop() == 0
    assert site.database.ask("SELECT state, seen FROM twentythree_syncrun") == [("succeeded", 1_000)]
    assert site.ask(count("lease", IS_HELD)) == 0


@pytest.mark.long
@pytest.mark.parametrize("broker", ["embedded"], indirect=True)
@pytest.mark.parametrize("site", [f"albums,players,newest,details,{LIVE}"], indirect=True, ids=["videos only"])
def test_worker__its_child_killed_while_it_asks_about_a_notice__holds_up_others_for_a_lease_at_most(
    site: Site, twentythree_platform: TwentyThreePlatform
) -> None:
    platform = twentythree_platform
    platform.fill(photos=UNENCODED + 100)
    editor = Editor(platform, site)
    slow_down(platform, 15.0)
    worker = site.start_worker()
    site.start_web()
    editor.edit("before the kill")
    site.wait_for(count("lease", IS_HELD), lambda n: n == 2)
    worker.wait_until(lambda: bool(worker.find_connected(get_port(platform))))
    [child] = worker.find_connected(get_port(platform))
    child.kill()
    held = Held.read(site)
    slow_down(platform, 0)

    site.start_beat()
    site.wait_for(count("syncrun", "state = 'succeeded'"), lambda n: n == 1, seconds=PATIENCE_SECONDS)
    if not LONG:  # here the lease lapses only when it is made to
        assert site.ask(count("notification", "state = 'pending'")) == 2
    editor.edit("after the kill")
    lapsed_at = held.let_lapse(site)
    editor.wait_until_settled()
    settled_at = read_moment(site.ask("SELECT max(processed_at) FROM twentythree_notification"))
    assert (settled_at - lapsed_at).total_seconds() < NEXT_RUN_SECONDS
