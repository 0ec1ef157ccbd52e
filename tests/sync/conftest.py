"""Runs of the mirror, as commands and workers make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from django_twentythree.models import Notification, SyncRun, Workspace
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, sync_resource

Sync = Callable[..., SyncRun]


@pytest.fixture
def notify(default_workspace: Workspace) -> Callable[[Any], Notification]:
    """Store a notice of `default`, as the door does."""

    def store(payload: Any) -> Notification:
        return Notification.objects.create(workspace=default_workspace, payload=payload, received_at=timezone.now())

    return store


@pytest.fixture
def sync(db: None) -> Sync:
    """Mirror one resource of `default`, which must succeed, and return its run."""

    def run(resource: str = "photos", *, state: str = "succeeded", **options: Any) -> SyncRun:
        outcome = sync_resource(SyncRequest("default", resource, **options))
        assert outcome.run is not None
        assert outcome.run.state == state, outcome.run.error
        return outcome.run

    return run


@pytest.fixture
def sync_all(sync: Sync) -> Callable[[], dict[str, SyncRun]]:
    """Mirror everything, in the order of a full mirror."""

    def run() -> dict[str, SyncRun]:
        return {resource: sync(resource) for resource in FULL_MIRROR}

    return run
