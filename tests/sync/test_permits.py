"""Requests in flight, shared by all processes of a site."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.coordination.leases import WorkspaceBusyError, acquire_permits
from django_twentythree.models import Lease, Notification, SyncRun, WorkspaceCondition
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.tasks import run_due

pytestmark = pytest.mark.django_db

AT_ONCE = timedelta(0)


def test_lease_slots__long_work__takes_all_but_the_one_for_refreshes(default_workspace):
    with acquire_permits(default_workspace, is_long=True, acquire_timeout=AT_ONCE) as long:
        assert long.count == 3
        with acquire_permits(default_workspace, is_long=False, acquire_timeout=AT_ONCE) as short:
            assert short.count == 1
            with (
                pytest.raises(WorkspaceBusyError, match="REQUESTS_IN_FLIGHT"),
                acquire_permits(default_workspace, is_long=False, acquire_timeout=AT_ONCE),
            ):
                pass
    with acquire_permits(default_workspace, is_long=True, acquire_timeout=AT_ONCE) as again:
        assert again.count == 3


def test_lease_slots__a_second_long_work__leaves_the_one_for_refreshes_and_waits(default_workspace):
    with acquire_permits(default_workspace, is_long=True, acquire_timeout=AT_ONCE):
        with (
            pytest.raises(WorkspaceBusyError),
            acquire_permits(default_workspace, is_long=True, acquire_timeout=AT_ONCE),
        ):
            pass
        with acquire_permits(default_workspace, is_long=False, acquire_timeout=AT_ONCE) as short:
            assert short.count == 1


def test_lease_slots__only_one_request_allowed__all_take_turns(default_workspace, settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "REQUESTS_IN_FLIGHT": 1}
    with acquire_permits(default_workspace, is_long=True, acquire_timeout=AT_ONCE) as only:
        assert only.count == 1
        with (
            pytest.raises(WorkspaceBusyError),
            acquire_permits(default_workspace, is_long=True, acquire_timeout=AT_ONCE),
        ):
            pass


def test_lease_slots__holder_was_killed__lapses(default_workspace):
    with acquire_permits(default_workspace, is_long=False, acquire_timeout=AT_ONCE):
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        with acquire_permits(default_workspace, is_long=False, acquire_timeout=AT_ONCE) as taken_over:
            assert taken_over.count == 1


def test_process_inbox__no_request_to_spare__leaves_the_notices_as_they_are(platform, default_workspace):
    platform.add_photo(1)
    notice = Notification.objects.create(
        workspace=default_workspace, payload={"query": {"photo_id": "1"}}, received_at=timezone.now()
    )
    with acquire_permits(default_workspace, is_long=False, acquire_timeout=AT_ONCE):
        assert process_inbox("default", acquire_timeout=AT_ONCE).done == 0
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("pending", 0)
    assert process_inbox("default", acquire_timeout=AT_ONCE).done == 1


def test_run_due__platform_asks_for_a_pause__everybody_leaves_it_alone(platform, default_workspace):
    platform.add_photo(1)
    platform.fail_next(429, retry_after=300, times=1)
    run_due.delay()
    condition = WorkspaceCondition.objects.get()
    assert timedelta(minutes=4) < condition.throttled_until - timezone.now() <= timedelta(minutes=5)
    assert SyncRun.objects.count() == 1  # the first run met it, the others were not begun
    platform.clear_requests()
    run_due.delay()
    assert platform.requests == []
