"""Who looks at the admin: nobody known, staff with more or less to do, and those who may do all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def login(db: None) -> Callable[..., Client]:
    """Return a client of a member of staff with these permissions, such as `view_photo`."""

    def log_in(*permissions: str, **fields: Any) -> Client:
        user = User.objects.create_user("editor", is_staff=True, **fields)
        found = Permission.objects.filter(content_type__app_label="twentythree", codename__in=permissions)
        assert found.count() == len(permissions)
        user.user_permissions.set(found)
        client = Client(enforce_csrf_checks=False)
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def admin(db: None) -> Client:
    """A client of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client
