"""The state machine: one mirror, one platform, and everything that may come between them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any, ClassVar, Final

from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from django_twentythree.api.levels import is_privileged
from django_twentythree.coordination.clocks import DatabaseNow
from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.models import Lease, Notification, Recheck, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.refresh import Refresher
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, SyncResult, sync_resource
from django_twentythree.sync.session import Session
from django_twentythree.tasks import run_due
from django_twentythree.testing.platform import TwentyThreePlatform
from tests.chaos.faults import Fault, faults
from tests.chaos.oracle import check_rows
from tests.chaos.time_travel import (
    KilledError,
    Meddler,
    check_step,
    clock_off_by,
    forget_everything,
    freeze,
    is_in_doubt,
    let_pass,
    photograph,
)
from tests.chaos.world import POOL, Edit, World, edits

LISTED: Final = ("albums", "livestreams", "players", "photos")
SINGLE: Final = {"photo": "photos", "album": "albums", "live": "livestreams"}
MINUTE: Final = timedelta(minutes=1)
STEPS_BETWEEN: Final = 4
TIMES: Final = [timedelta(0)] * 3 + [MINUTE, 2 * MINUTE, 6 * MINUTE, 61 * MINUTE, timedelta(days=2)]
# Within what clocks may differ, and far beyond.
SKEWS: Final = [timedelta(0)] * 8 + [n * MINUTE for n in (-4, 2, 4, -8, 8, 8, -300, 120, 120, 1_600)]
FURTHEST_SIGNED: Final = 8 * MINUTE
"""Ten minutes off, and signatures are refused."""
A_DAY: Final = timedelta(hours=25) + max(SKEWS)
"""After which every counter is due, also of what was seen by the clock that was furthest ahead."""

levels = st.sampled_from(["super", "read", None, None])
skews = st.sampled_from(SKEWS)
ids = st.sampled_from([*POOL, 1_003, 1_103, 4_711, 2**62])
rarely_faults = st.one_of(st.none(), st.none(), faults)


@dataclass(frozen=True)
class Deed:
    """What somebody else does while this process is at work."""

    kind: str
    before_query: int
    edit: Edit
    number: int


deeds = st.builds(
    Deed,
    kind=st.sampled_from(["edit", "edit", "edit", "refresh", "edit and refresh", "rival", "lapse"]),
    before_query=st.integers(1, 40),
    edit=edits,
    number=ids,
)
unharmed = st.just((0, False))
deaths = st.one_of(unharmed, unharmed, unharmed, st.tuples(st.integers(1, 60), st.sampled_from([False, False, True])))


class MirrorMachine(RuleBasedStateMachine):
    """A mirror under fire. Each rule is a step; after each, the promises that hold at any moment are checked."""

    platform: ClassVar[TwentyThreePlatform]
    configure: Callable[[str | None], None]
    secret: ClassVar[str]
    steps: ClassVar[int] = 0
    quiet_syncs: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        forget_everything()
        self.platform.reset()
        self.world = World(self.platform)
        self.level: str | None = "super"
        self.configure(self.level)
        self.browser = Client()
        self.is_cached = False
        self._has_failed = False
        self._steps_since_peace = 0
        self._ends_after_a_day = False
        self._refusal = ""
        """How the platform refuses to show strangers one object that is not public; "": by an empty list."""

    @initialize(
        level=levels,
        crowd=st.sampled_from([False, False, False, True]),
        first=st.lists(edits, max_size=8),
        skew=st.sampled_from([timedelta(0), 8 * MINUTE, 120 * MINUTE, 1_600 * MINUTE]),
        refusal=st.sampled_from(["", "permission_denied", "missing_authentication"]),
        is_cached=st.booleans(),
        ends_after_a_day=st.booleans(),
    )
    def begin(
        self,
        level: str | None,
        first: list[Edit],
        skew: timedelta,
        refusal: str,
        *,
        crowd: bool,
        is_cached: bool,
        ends_after_a_day: bool,
    ) -> None:
        self._ends_after_a_day = ends_after_a_day
        self.level = level
        self.configure(level)
        self._refusal = refusal
        self.world.refuses_concealed = bool(refusal)
        self.platform.refuse_concealed(refusal)
        self.world.furnish()
        if crowd:
            self.world.add_crowd()
        self._edit(first)
        self.is_cached = is_cached
        if is_cached:
            self.platform.set_cache_seconds(1_800)
            self._fill_cache()
        self._step(lambda: [_run(SyncRequest("default", resource)) for resource in FULL_MIRROR], skew=skew)

    # -- the platform

    @rule(some=st.lists(edits, min_size=2, max_size=8), time=st.sampled_from(TIMES))
    def edit(self, some: list[Edit], time: timedelta) -> None:
        self._count()
        self._edit(some)
        if self.is_cached:
            self._fill_cache()
        let_pass(time)

    @precondition(lambda self: self._steps_since_peace > STEPS_BETWEEN)
    @rule(level=levels)
    def switch_level(self, level: str | None) -> None:
        self.level = level
        self.configure(level)

    @rule(
        trouble=st.sampled_from([("close_site", "open_site"), ("revoke_credentials", "restore_credentials")]),
        resource=st.sampled_from(FULL_MIRROR),
        meanwhile=st.lists(deeds, max_size=2),
    )
    def sync_without_rights(self, trouble: tuple[str, str], resource: str, meanwhile: list[Deed]) -> None:
        begin, end = trouble
        getattr(self.platform, begin)()
        self._step(lambda: _run(SyncRequest("default", resource)), meanwhile=meanwhile)
        getattr(self.platform, end)()

    # -- notices: some changes get none, some several, some come late, some are lies

    @rule(kind=st.sampled_from(list(SINGLE)), some=st.lists(ids, min_size=1, max_size=6), by_door=st.booleans())
    def notify(self, kind: str, some: list[int], *, by_door: bool) -> None:
        def store() -> None:
            for number in some:
                fields = {"type": kind, f"{kind}_id": str(number)}
                if by_door:
                    address = f"/twentythree/notify/default/{self.secret}/"
                    assert self.browser.post(address, query_params=fields).status_code == 200
                else:
                    Notification.objects.create(
                        workspace=get_or_create_workspace("default"),
                        payload={"query": fields},
                        received_at=timezone.now(),
                    )

        self._step(store)

    @rule(body=st.sampled_from(["", "hello", "[]", '{"event": "x"}', '{"photo_id": -1}', '{"data": {"live_id": 3}}']))
    def notify_of_nothing(self, body: str) -> None:
        address = f"/twentythree/notify/default/{self.secret}/odd.event"
        self._step(lambda: self.browser.post(address, body, content_type="application/json"))

    # -- the mirror

    @rule(fault=rarely_faults, skew=skews, death=deaths, meanwhile=st.lists(deeds, max_size=2))
    def process_notices(
        self, fault: Fault | None, skew: timedelta, death: tuple[int, bool], meanwhile: list[Deed]
    ) -> None:
        self._step(lambda: process_inbox("default"), fault, None, skew, death, meanwhile)

    @rule(
        resource=st.sampled_from([*FULL_MIRROR, "photos", "photos", "albums", "newest", "on_air"]),
        fault=rarely_faults,
        aims=st.booleans(),
        some=st.lists(edits, max_size=4),
        skew=skews,
        death=deaths,
        meanwhile=st.lists(deeds, max_size=3),
        is_everything=st.booleans(),
        accept=st.sampled_from([False, False, True]),
    )
    def sync(
        self,
        resource: str,
        fault: Fault | None,
        some: list[Edit],
        skew: timedelta,
        death: tuple[int, bool],
        meanwhile: list[Deed],
        *,
        aims: bool,
        is_everything: bool,
        accept: bool,
    ) -> None:
        self._edit(some)
        order = SyncRequest("default", resource, accept_missing=accept, is_everything=is_everything)
        self._step(lambda: _run(order), fault, resource if aims else None, skew, death, meanwhile)

    @rule(resource=st.sampled_from(LISTED), some=st.sets(ids, min_size=1, max_size=4), accept=st.booleans())
    def sync_of_a_listing_that_leaves_out(self, resource: str, some: set[int], *, accept: bool) -> None:
        fault = Fault("omit", {"ids": sorted(some)})
        self._step(lambda: _run(SyncRequest("default", resource, accept_missing=accept)), fault, resource)

    @rule(kind=st.sampled_from(list(SINGLE)), number=ids, fault=rarely_faults, skew=skews, death=deaths)
    def refresh(self, kind: str, number: int, fault: Fault | None, skew: timedelta, death: tuple[int, bool]) -> None:
        self._step(lambda: _refresh(SINGLE[kind], number), fault, None, skew, death)

    @rule(fault=rarely_faults, skew=skews, by_cron=st.booleans())
    def do_what_is_due(self, fault: Fault | None, skew: timedelta, *, by_cron: bool) -> None:
        self._step(_do_by_cron if by_cron else run_due, fault, None, skew)

    @precondition(lambda self: Workspace.objects.exclude(site_id=None).exists())
    @rule(
        some=st.lists(edits, min_size=1, max_size=4),
        resource=st.sampled_from([*FULL_MIRROR, "newest", "on_air"]),
        kind=st.sampled_from(list(SINGLE)),
        number=ids,
        by_cron=st.booleans(),
    )
    def answer_as_another_site(self, some: list[Edit], resource: str, kind: str, number: int, *, by_cron: bool) -> None:
        """Whatever is done while another site answers, nothing is taken from it."""
        self._edit(some)
        before, rows = photograph(), freeze()
        site_id = Workspace.objects.get().site_id
        self.platform.set_site(site_id="999")
        self.platform.set_cache_seconds(0)  # what visitors of ours were told is not what that one tells its own
        try:
            self._step(lambda: _run(SyncRequest("default", resource, accept_missing=True, is_everything=True)))
            self._step(lambda: _refresh(SINGLE[kind], number))
            self.notify(kind, [number], by_door=False)
            self.notify_of_nothing("{}")
            for work in (lambda: process_inbox("default"), _do_by_cron if by_cron else run_due):
                WorkspaceCondition.objects.update(retry_at=None, throttled_until=None)
                self._step(work)
        finally:
            self.platform.set_site(site_id=str(site_id))
            self.platform.set_cache_seconds(1_800 if self.is_cached else 0)
        assert (photograph(), freeze()) == (before, rows), "something was taken from another site"
        assert Workspace.objects.get().state == Workspace.State.MISMATCHED
        WorkspaceCondition.objects.update(retry_at=None, throttled_until=None)

    @precondition(lambda self: self._steps_since_peace > STEPS_BETWEEN)
    @rule(some=st.lists(edits, max_size=6), after_a_day=st.booleans())
    def sync_in_peace(self, some: list[Edit], *, after_a_day: bool) -> None:
        """One undisturbed full sync, after which rows and platform are equal; another changes nothing."""
        self._edit(some)
        type(self).quiet_syncs += 1
        if after_a_day:  # counters are due, too
            let_pass(A_DAY)
        # Until no clock that was wrong by less than is told from a right one matters any more.
        while is_in_doubt():
            let_pass(7 * MINUTE)
        WorkspaceCondition.objects.all().delete()
        self._step(self._mirror_everything)
        self.platform.refuse_concealed("")  # whoever checks has no other way to ask
        check_rows(privileged=is_privileged(self.level or "anonymous"), with_counters=after_a_day)
        self.platform.refuse_concealed(self._refusal)
        before = freeze()
        for resource in FULL_MIRROR:
            run = _run(SyncRequest("default", resource)).run
            assert run is not None
            assert (run.created, run.updated, run.missing) == (0, 0, 0), f"a second sync of {resource} found changes"
        assert freeze() == before, "a second sync changed rows"
        self._steps_since_peace = 0

    def teardown(self) -> None:
        # Hypothesis calls it after a failure, too; a second error would hide the first.
        if not self._has_failed:
            self.sync_in_peace([], after_a_day=self._ends_after_a_day)

    def _edit(self, some: list[Edit]) -> None:
        for edit in some:
            self.world.edit(edit)

    def _fill_cache(self) -> None:
        """Have visitors served from the platform's cache what is true by now."""
        with connect("default", is_signed=False, max_attempts=1) as visitor:
            for method in ("site/get", "photo/list", "album/list", "live/list"):
                visitor.call(method)

    def _mirror_everything(self) -> None:
        for resource in FULL_MIRROR:
            run = _run(SyncRequest("default", resource, is_everything=True)).run
            assert run is not None, f"{resource} is busy"
            if run.is_held_back:
                run = _run(SyncRequest("default", resource, accept_missing=True)).run
                assert run is not None
            can_list = resource != "players" or is_privileged(self.level or "anonymous")
            assert run.state == ("succeeded" if can_list else "not_permitted"), run.error
            assert not run.error, run.error
        assert not Recheck.objects.exists()

    # -- how a step goes

    def _step(
        self,
        work: Callable[[], Any],
        fault: Fault | None = None,
        aim: str | None = None,
        skew: timedelta = timedelta(0),
        death: tuple[int, bool] = (0, False),
        meanwhile: list[Deed] | None = None,
    ) -> None:
        self._count()
        if self.level is not None:  # far off, and signatures are refused: not worth more than a step or two
            skew = max(-FURTHEST_SIGNED, min(FURTHEST_SIGNED, skew))
        before = photograph()
        self.world.begin_step()
        dies_at, is_hard = death
        is_held = False
        meddler = Meddler({d.before_query: lambda d=d: self._do(d) for d in meanwhile or []}, dies_at, is_hard)
        try:
            with ExitStack() as stack:
                stack.enter_context(clock_off_by(skew))
                began = timezone.now()
                if fault is not None:
                    fault.order(self.platform, aim)
                stack.enter_context(meddler.at_work())
                work()
        except KilledError:
            is_held = is_hard
        except BaseException:
            self._has_failed = True
            raise
        finally:
            self.platform.clear_faults()
        try:
            check_step(before, photograph(), self.world, level=self.level, began=began)
        except BaseException:
            self._has_failed = True
            raise
        if is_held:
            # Others wait minutes for what a killed process held; here they pass.
            let_pass(11 * MINUTE)

    def _do(self, deed: Deed) -> None:
        match deed.kind:
            case "edit":
                self.world.edit(deed.edit)
            case "refresh":
                _refresh("photos", deed.number)
            case "edit and refresh":
                self.world.edit(deed.edit)
                _refresh("photos", deed.number)
            case "rival":
                # What is in its way cannot go on before it is over.
                _run(SyncRequest("default", "photos"), acquire_timeout=timedelta(0))
            case "lapse":
                SyncRun.objects.exclude(active_key=None).update(lease_until=DatabaseNow() - MINUTE)
                Lease.objects.update(until=DatabaseNow() - MINUTE)
                _run(SyncRequest("default", "photos"))

    def _count(self) -> None:
        type(self).steps += 1
        self._steps_since_peace += 1


def _run(order: SyncRequest, **options: Any) -> SyncResult:
    outcome = sync_resource(order, progress=lambda seen, announced: None, **options)
    run = outcome.run
    if run is not None and run.state == SyncRun.State.FAILED:
        assert run.error, "a failed run that does not say why"
    return outcome


def _do_by_cron() -> None:
    with suppress(CommandError):  # trouble with the platform is what it may end in
        call_command("twentythree_sync", "--due", "--no-progress", stdout=StringIO(), stderr=StringIO())


def _refresh(resource: str, number: int) -> None:
    try:
        with connect("default", max_attempts=2) as client:
            session = Session.resume(client, get_or_create_workspace("default"))
            Refresher(session).refresh(resource, number, with_details=True)
    except TwentyThreeError:
        pass  # trouble with the platform is what a refresh may end in
