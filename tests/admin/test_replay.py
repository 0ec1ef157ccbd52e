"""Change notices that were given up can be processed again, by those who may."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from django_twentythree.models import Notification, Photo
from django_twentythree.testing.factories import NotificationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_up(platform, default_workspace):
    platform.add_photo(1, title="Onboarding")
    return NotificationFactory(
        workspace=default_workspace,
        payload={"query": {"photo_id": "1"}},
        state=Notification.State.FAILED,
        attempts=8,
        error="TwentyThree was away",
    )


def replay(client: Client, notice: Notification):
    url = reverse("admin:twentythree_notification_changelist")
    return client.post(url, {"action": "replay_selected", "_selected_action": [notice.pk]}, follow=True)


def test_replay__may_change_notices__is_processed_again(given_up, login):
    response = replay(login("view_notification", "change_notification"), given_up)
    assert "1 change notice is being processed again." in response.content.decode()
    given_up.refresh_from_db()
    assert (given_up.state, given_up.error) == ("done", "")
    assert Photo.objects.get().title == "Onboarding"


def test_replay__may_only_look__changes_nothing(given_up, login):
    replay(login("view_notification"), given_up)
    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == ("failed", 8)


@pytest.mark.parametrize("permissions", [None, ()])
def test_replay__may_not_even_look__is_turned_away(given_up, login, permissions):
    client = Client() if permissions is None else login(*permissions)
    replay(client, given_up)
    given_up.refresh_from_db()
    assert given_up.state == "failed"
