"""Secrets planted wherever the platform may send one, and every page read by everybody: who gets to see which."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config import settings as example_settings
from django_twentythree.models import Album, LiveStream, Notification, Photo
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, sync_resource
from django_twentythree.testing.platform import TwentyThreePlatform
from showcase.models import Article, RelatedVideo
from tests.conftest import SECRET

pytestmark = pytest.mark.django_db

LONGEST_CRAWL: Final = 400
LINK: Final = re.compile(r"""(?:href|src|data-url|action)\s*=\s*["']([^"'#]+)""")
MODELS: Final = ("album", "livestream", "notification", "photo", "player", "syncrun", "tag", "workspace")

# Tokens of the platform's own form; every other secret says what it is.
UNPUBLISHED_TOKEN: Final = "a1" * 16
HIDDEN_TOKEN: Final = "b2" * 16
PRIVATE_TOKEN: Final = "c3" * 10
PUBLISHED_TOKEN: Final = "d4" * 16
NEVER: Final = {
    "protected token": "planted-protected-token",
    "place for the signal": "planted-publish-stream",
    "server for the signal": "planted-publish-server",
    "e-mail address": "planted.person@customer.example",
    "custom secret": "planted-custom-secret",
    "key in an address": "planted-key-in-an-address",
    "secret of a notice": "planted-secret-of-a-notice",
    "notification secret": SECRET,
}
"""What no page shows to anybody."""
NOT_PUBLIC: Final = {"unpublished": UNPUBLISHED_TOKEN, "hidden": HIDDEN_TOKEN, "private": PRIVATE_TOKEN}
"""What opens an object that is not public: only for those who may see it in the admin or a picker."""


@pytest.fixture
def planted(settings: Any, platform: TwentyThreePlatform) -> TwentyThreePlatform:
    """A mirrored library with secrets in it, on pages of the example site."""
    for name in ("ABSOLUTE_URL_OVERRIDES", "MIDDLEWARE", "ROOT_URLCONF", "SITE_NAME", "TEMPLATES"):
        setattr(settings, name, getattr(example_settings, name))
    settings.CONTENT_SECURITY_POLICY = example_settings.CONTENT_SECURITY_POLICY
    further = {
        "protected_p": 1,
        "protected_token": NEVER["protected token"],
        "user_email": NEVER["e-mail address"],
        "customer_secret": NEVER["custom secret"],
        "callback": f"https://elsewhere.example/?token={NEVER['key in an address']}&x=1",
    }
    platform.add_album(1, title="Open")
    platform.add_album(2, title="Closed", hide_p=1)
    platform.add_photo(1, title="Published", token=PUBLISHED_TOKEN, all_albums="1", tags=["harbour"], **further)
    platform.add_photo(2, title="Unpublished", token=UNPUBLISHED_TOKEN, published_p=0, all_albums="1", **further)
    platform.add_photo(3, title="Hidden", token=HIDDEN_TOKEN, all_albums="2", **further)
    signal = {"publish_server": NEVER["server for the signal"], "publish_stream": NEVER["place for the signal"]}
    platform.add_livestream(1, name="Public", streaming_p=1, broadcasting_p=1, **signal)
    platform.add_livestream(2, name="Private", token=PRIVATE_TOKEN, private_p=1, **signal)
    for resource in FULL_MIRROR:
        assert sync_resource(SyncRequest("default", resource)).run
    article = Article.objects.create(
        title="A day at sea", slug="sea", body="One.\n\nTwo.", video=Photo.objects.get(remote_id=2)
    )
    for position, photo in enumerate(Photo.objects.order_by("remote_id")):
        RelatedVideo.objects.create(article=article, photo=photo, position=position)
    Client().post(
        f"/twentythree/notify/default/{SECRET}/an.event?photo_id=1",
        {"secret": NEVER["secret of a notice"], "url": f"https://x.example/?api_token={NEVER['key in an address']}"},
    )
    process_inbox("default")
    return platform


def log_in(*permissions: str, **fields: Any) -> Client:
    user = User.objects.create_user("somebody", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def list_entrances() -> list[str]:
    """Return where a crawl begins: pages that links lead on from, and answers that no link leads to."""
    found = ["/", "/videos/", "/categories/", "/live/", "/search/?q=e", "/articles/", "/articles/sea/", "/admin/"]
    found += [reverse(f"admin:twentythree_{model}_changelist") for model in MODELS]
    for model, rows in (("photo", Photo), ("album", Album), ("livestream", LiveStream)):
        keys = list(rows.objects.values_list("pk", flat=True))
        found += [reverse(f"twentythree:{name}", args=[model]) for name in ("picker", "picker_dialog")]
        found.append(reverse("twentythree:picker_describe", args=[model]) + "?" + "&".join(f"id={pk}" for pk in keys))
        found += [reverse("twentythree:picker_details", args=[model, pk]) for pk in keys]
    found += [reverse("twentythree:picker_suggest", args=["photo", what]) for what in ("albums", "tags")]
    found += [reverse("admin:showcase_article_add")]
    return found


def crawl(client: Client) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of every answer that can be come to from the entrances."""
    waiting, seen = list_entrances(), set()
    while waiting and len(seen) < LONGEST_CRAWL:
        address = waiting.pop(0)
        if address in seen or "logout" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code < 500, address
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        page = text.decode(errors="replace") + repr(dict(answer.headers)) + answer.cookies.output()
        yield address, page
        for link in LINK.findall(page):
            target = urlsplit(unescape(link))
            if not target.netloc and target.path.startswith("/") and not target.path.startswith("/static/"):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))


def find_leaks(pages: dict[str, str], secrets: dict[str, str]) -> list[str]:
    """Return which secret stands on which page, as it is or encoded in an address."""
    return [
        f"{address}: {what}"
        for address, page in pages.items()
        for what, secret in secrets.items()
        if secret in page or secret in unquote(unescape(page))
    ]


ROLES: Final[dict[str, tuple[tuple[str, ...], dict[str, Any]] | None]] = {
    "anonymous": None,
    "active without permission": ((), {}),
    "staff without permission": ((), {"is_staff": True}),
    "staff who edits articles": (("view_article", "change_article", "add_article"), {"is_staff": True}),
    "viewer": (tuple(f"view_{model}" for model in MODELS), {}),
    "staff who sees": (tuple(f"view_{model}" for model in MODELS), {"is_staff": True}),
    "superuser": ((), {"is_staff": True, "is_superuser": True}),
}
SEES_TOKENS: Final = {"viewer", "staff who sees", "superuser"}


@pytest.mark.parametrize("role", ROLES)
def test_pages__secrets_planted__show_them_to_nobody_who_may_not_see(
    planted: TwentyThreePlatform, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    who = ROLES[role]
    client = Client() if who is None else log_in(*who[0], **who[1])
    caplog.set_level(logging.DEBUG)
    pages = dict(crawl(client))
    assert len(pages) >= (100 if role == "superuser" else 30), sorted(pages)
    credentials = {f"credential {name}": value for name, value in planted.credentials.items()}
    credentials |= {"bearer token": planted.bearer_token_for("super")}
    assert find_leaks(pages, NEVER | credentials) == []
    if role not in SEES_TOKENS:
        assert find_leaks(pages, NOT_PUBLIC) == []
    assert find_leaks({"the log": caplog.text}, NEVER | NOT_PUBLIC | credentials) == []


def test_pages__secrets_planted__stand_where_they_are_looked_for(planted: TwentyThreePlatform) -> None:
    # Else the crawl would find nothing because there is nothing.
    photo, live = Photo.objects.get(remote_id=2), LiveStream.objects.get(remote_id=1)
    kept = f"{photo.extra}{live.extra}{Notification.objects.get().payload}{photo.token}"
    for what in ("protected token", "place for the signal", "e-mail address", "custom secret", "secret of a notice"):
        assert NEVER[what] in kept, what
    assert UNPUBLISHED_TOKEN in kept
    pages = dict(crawl(log_in(is_staff=True, is_superuser=True)))
    assert find_leaks(pages, NOT_PUBLIC)
    assert find_leaks(dict(crawl(Client())), {"published": PUBLISHED_TOKEN})


@pytest.mark.parametrize(
    "command",
    [
        ("twentythree_status",),
        ("twentythree_status", "--json"),
        ("twentythree_sync", "--json"),
        ("twentythree_prune",),
        ("twentythree_doctor",),
        ("twentythree_webhooks", "events"),
        ("twentythree_webhooks", "list"),
        ("check",),
    ],
    ids=" ".join,
)
def test_commands__secrets_planted__print_none(
    planted: TwentyThreePlatform, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    call_command(*command)
    printed = "".join(capsys.readouterr())
    credentials = {f"credential {name}": value for name, value in planted.credentials.items()}
    assert find_leaks({" ".join(command): printed}, NEVER | NOT_PUBLIC | credentials) == []
