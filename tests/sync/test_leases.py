"""What a process holds is kept for as long as it works or waits, and lapses soon after it falls silent."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from django_twentythree.api import waiting
from django_twentythree.coordination import leases, runs
from django_twentythree.coordination.leases import (
    LEASE,
    HeldLeases,
    WorkspaceBusyError,
    acquire,
    acquire_permits,
    hold,
)
from django_twentythree.models import Lease, Notification, SyncRun
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.runner import SyncRequest, sync_resource

PAUSE_SECONDS = 2
RENEW_AFTER_SECONDS = 0.3


@pytest.mark.django_db
def test_grip__several_keys__are_pushed_and_given_up_together():
    held = HeldLeases()
    assert held.acquire("one")
    assert held.acquire("two")
    Lease.objects.update(until=timezone.now() + timedelta(seconds=5))
    held.renew()
    assert all(lease.until > timezone.now() + LEASE / 2 for lease in Lease.objects.all())
    assert not acquire("one", LEASE)
    held.release()
    assert acquire("one", LEASE)
    assert acquire("two", LEASE)


@pytest.mark.django_db
def test_keep__pushed_just_now__costs_no_query(django_assert_num_queries):
    held = HeldLeases()
    held.acquire("key")
    with django_assert_num_queries(0):
        held.renew_if_due()


@pytest.mark.django_db
def test_hold__lapsed_meanwhile_and_taken_by_another__leaves_it_to_that_one():
    with hold("key") as held:
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        assert acquire("key", LEASE)
        held.renew()
    assert not acquire("key", LEASE)


@pytest.mark.django_db
def test_lease_slots__while_it_waits__keeps_what_else_is_held(default_workspace):
    kept = []
    with acquire_permits(default_workspace, is_long=False, acquire_timeout=timedelta(0)):
        with (
            pytest.raises(WorkspaceBusyError),
            acquire_permits(
                default_workspace,
                is_long=False,
                acquire_timeout=timedelta(seconds=0.5),
                heartbeat=lambda: kept.append("waiting"),
            ),
        ):
            pass
        assert kept
    with acquire_permits(
        default_workspace, is_long=False, acquire_timeout=timedelta(0), heartbeat=lambda: kept.append("working")
    ) as slots:
        slots.renew_if_due()
    assert kept[-1] == "working"


@pytest.mark.django_db(transaction=True)
def test_leases__platform_asks_for_a_long_pause__are_kept_during_it(platform, default_workspace, monkeypatch):
    """A listing and the inbox wait for longer than a renewal takes; their leases end later and later meanwhile."""
    for module in (leases, runs):
        monkeypatch.setattr(module, "RENEW_AFTER_SECONDS", RENEW_AFTER_SECONDS)
    monkeypatch.setattr(waiting, "WAKE_SECONDS", RENEW_AFTER_SECONDS / 3)
    platform.add_photo(1)
    Notification.objects.create(
        workspace=default_workspace, payload={"query": {"photo_id": "1"}}, received_at=timezone.now()
    )
    platform.fail_next(429, retry_after=PAUSE_SECONDS, times=2, method="photo/list")
    results = []

    def work(job):
        try:
            results.append(job())
        finally:
            connections.close_all()

    jobs = (lambda: sync_resource(SyncRequest("default", "photos")), lambda: process_inbox("default"))
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    ends: dict[str, set[object]] = {"run": set()}
    while any(thread.is_alive() for thread in threads):
        ends["run"].update(SyncRun.objects.filter(active_key__isnull=False).values_list("lease_until", flat=True))
        for key, until in Lease.objects.exclude(holder="").values_list("key", "until"):
            ends.setdefault(key.split(":")[0], set()).add(until)
        time.sleep(0.05)
    assert {name for name, moments in ends.items() if len(moments) > 1} == {"run", "slot", "inbox"}
    assert len(results) == 2
    assert SyncRun.objects.get().state == SyncRun.State.SUCCEEDED
    assert Notification.objects.get().state == Notification.State.DONE
