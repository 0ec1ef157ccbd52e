"""Who asks the picker: nobody known, and people with more or less permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a user with these permissions, such as `view_photo`; not staff unless told."""

    def make(*permissions: str, **fields: Any) -> User:
        user = User.objects.create_user(fields.pop("username", "editor"), **fields)
        found = Permission.objects.filter(
            content_type__app_label__in=("twentythree", "showcase"), codename__in=permissions
        )
        assert found.count() == len(permissions)
        user.user_permissions.set(found)
        return user

    return make


@pytest.fixture
def login(make_user: Callable[..., User]) -> Callable[..., Client]:
    """Return a client of a user with these permissions."""

    def log_in(*permissions: str, **fields: Any) -> Client:
        client = Client()
        client.force_login(make_user(*permissions, **fields))
        return client

    return log_in


@pytest.fixture
def editor(login: Callable[..., Client]) -> Client:
    """A client of somebody who may see videos, categories and live streams, and is no member of staff."""
    return login("view_photo", "view_album", "view_livestream")
