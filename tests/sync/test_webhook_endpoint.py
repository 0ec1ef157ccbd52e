"""The notification door's addresses: told apart from those of others, and never shown with a secret."""

from __future__ import annotations

import pytest

from django_twentythree.api import WebhookRecord
from django_twentythree.exceptions import ConfigurationError
from django_twentythree.operations.webhooks import WebhookEndpoint, mask_foreign, strike_secrets

SECRET = "correct-horse-battery-staple-0123456789"
FORMER = "pferd-batterie-häftklammer-0815"


@pytest.fixture
def door(settings):
    settings.TWENTYTHREE = {
        "WORKSPACES": {"default": {"DOMAIN": "video.example.com", "NOTIFICATION_SECRETS": [SECRET, FORMER]}},
        "BASE_URL": "https://WWW.example.org/sub/",
    }
    return WebhookEndpoint.of("default")


def webhook(target_url, event="photo_update"):
    return WebhookRecord(1, event, target_url)


def test_address__event__has_the_current_secret(door):
    assert door.get_address("video.uploaded") == (
        f"https://www.example.org/sub/twentythree/notify/default/{SECRET}/video.uploaded/"
    )
    assert SECRET not in repr(door)
    assert SECRET not in repr(webhook(door.get_address("photo_update")))


def test_address__event_that_is_no_part_of_a_path__is_refused(door):
    with pytest.raises(ConfigurationError, match="'a/b'"):
        door.get_address("a/b")


@pytest.mark.parametrize(
    ("rest", "is_current"),
    [
        (f"{SECRET}/photo_update/", True),
        (f"{SECRET}/photo_update", True),
        (f"{SECRET}/photo%5Fupdate/", True),
        (f"{SECRET}/photo_update/?by=hand", True),
        (f"{SECRET}/photo_add/", False),
        (f"{SECRET}/", False),
        ("", False),
        ("another/photo_update/", False),
        ("pferd-batterie-h%C3%A4ftklammer-0815/photo_update/", False),
    ],
)
def test_webhook__under_the_prefix__leads_here_and_is_shown_without_a_secret(door, rest, is_current):
    found = webhook(door.prefix + rest)
    assert door.leads_here(found)
    assert door.is_current(found) is is_current
    shown = door.mask(found.target_url)
    assert shown.startswith(f"{door.prefix}•••/")
    assert SECRET not in shown
    assert "pferd" not in shown
    assert "by=hand" not in shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://hooks.example.net/catch/12/abc/?token=x", "https://hooks.example.net/•••"),
        ("https://user:pass@hooks.example.net:8443/", "https://hooks.example.net:8443/•••"),
        (f"http://www.example.org/sub/twentythree/notify/default/{SECRET}/a/", "http://www.example.org/•••"),
        ("nothing like an address", "•••"),
        ("https://[broken/secret", "•••"),
        ("", "•••"),
    ],
)
def test_webhook__of_somebody_else__is_shown_by_its_host(door, address, shown):
    assert not door.leads_here(webhook(address))
    assert door.mask(address) == mask_foreign(address) == shown


def test_strike__either_spelling_of_a_secret__is_masked(door):
    text = f"a {SECRET} b {FORMER} c pferd-batterie-h%C3%A4ftklammer-0815 d"
    assert strike_secrets(text, "default") == "a ••• b ••• c ••• d"
