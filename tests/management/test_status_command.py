"""`twentythree_status`: what it says, and when `--check` fails."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_twentythree.masking import MASK
from django_twentythree.models import Notification, Photo, SyncRun, Workspace
from django_twentythree.references import Usage
from django_twentythree.testing.factories import PhotoFactory
from showcase.models import Article
from tests.conftest import SECRET

pytestmark = pytest.mark.django_db


def find_in_footer(objects):
    return {each.pk: [Usage(None, "the footer")] for each in objects}


def run(*arguments):
    out = io.StringIO()
    call_command("twentythree_status", *arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def mirrored(platform):
    platform.add_photo(1)
    call_command("twentythree_sync", stdout=io.StringIO())
    return platform


def test_status__mirrored__says_how_fresh_it_is_and_where_to_send_notices(mirrored, settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": "https://www.example.org/"}
    words = run("--check", "--show-secrets")
    assert f"default ({mirrored.domain}): working, level super" in words
    assert "photos       succeeded, data from" in words
    assert f"https://www.example.org/twentythree/notify/default/{SECRET}/" in words
    assert "Pingback URL" in words


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_status__not_asked_for_secrets__masks_them_and_says_how_to_see_them(mirrored, settings, arguments):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": "https://www.example.org/"}
    words = run(*arguments)
    assert SECRET not in words
    assert f"notify URL   https://www.example.org/twentythree/notify/default/{MASK}/\n" in words
    assert "twentythree_status --show-secrets" in words
    assert "Pingback URL" in words


def test_status__json_with_secrets__has_the_notification_url(mirrored, settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": "https://www.example.org/"}
    facts = json.loads(run("--json", "--show-secrets"))["default"]
    assert facts["notification_url"] == f"https://www.example.org/twentythree/notify/default/{SECRET}/"
    assert "notification_url" not in json.loads(run("--json"))["default"]


def test_status__first_minutes__nothing_is_stale_yet(platform):
    assert "never synced" in run("--check")
    call_command("twentythree_sync", "--resource", "albums", stdout=io.StringIO())
    assert "STALE" not in run("--check")


def test_status__never_mirrored__is_stale_after_some_minutes_however_often_it_is_asked(platform):
    for minutes in (0, 10, 14):
        Workspace.objects.update(known_since=timezone.now() - timedelta(minutes=minutes))
        assert "STALE" not in run("--check")
    Workspace.objects.update(known_since=timezone.now() - timedelta(minutes=16))
    with pytest.raises(CommandError, match="Stale: albums") as caught:
        run("--check")
    assert caught.value.returncode == 1


def test_status__credentials_refused__says_what_to_do(mirrored):
    mirrored.revoke_credentials()
    with pytest.raises(CommandError):
        call_command("twentythree_sync", stdout=io.StringIO())
    words = run()
    assert "paused until" in words
    assert "! TwentyThree refused the credentials of 'default'" in words
    with pytest.raises(CommandError, match="refused the credentials"):
        run("--check")


def test_status__runs_are_old__are_stale(mirrored):
    SyncRun.objects.filter(resource="photos").update(started_at=timezone.now() - timedelta(hours=5))
    assert "STALE" in run()
    with pytest.raises(CommandError, match="Stale: photos"):
        run("--check")


def test_status__inbox_not_emptied__is_stuck(mirrored, default_workspace_row):
    Notification.objects.create(workspace=default_workspace_row, received_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(CommandError, match="1 change notices wait"):
        run("--check")


def test_status__notices_stopped_while_changes_go_on__warns_without_failing(mirrored, default_workspace_row):
    Notification.objects.create(
        workspace=default_workspace_row, state="done", received_at=timezone.now() - timedelta(days=9)
    )
    assert "? No change notice came" in run("--check")


def test_status__json__has_everything_and_no_secret(mirrored):
    text = run("--json")
    facts = json.loads(text)["default"]
    assert facts["state"] == "working"
    assert [each["resource"] for each in facts["resources"]] == [
        "albums", "livestreams", "players", "photos", "details",
    ]  # fmt: skip
    assert facts["problems"] == []
    assert SECRET not in text


@pytest.fixture
def article(mirrored):
    return Article.objects.create(title="Welcome", slug="welcome", video=Photo.objects.get(remote_id=1))


def test_status__all_that_is_used_can_be_seen__warns_of_nothing(mirrored, article):
    PhotoFactory(gone=True)
    assert "not visible to visitors" not in run()


def test_status__used_video_is_unpublished__says_where_without_failing(mirrored, article):
    Photo.objects.update(is_published=False, title="Tour")
    Article.objects.bulk_create(Article(title=f"{n}", slug=f"{n}", video=article.video) for n in range(4))
    use = "video 1 “Tour” (unpublished) in Article: 3, Article: 2, Article: 1, 2 more."
    assert f"? Used here, but not visible to visitors: {use}" in run("--check")


@pytest.mark.parametrize(
    ("change", "reason"), [({"missing_since": timezone.now()}, "gone"), ({"is_concealed": True}, "hidden")]
)
def test_status__used_video_is_gone_or_hidden__says_so(mirrored, article, change, reason):
    Photo.objects.update(**change)
    facts = json.loads(run("--json"))["default"]
    [use] = facts["broken_uses"]["named"]
    assert (use["remote_id"], use["reason"], use["used_in"]) == (1, reason, ["Article: Welcome"])
    assert facts["broken_uses"]["count"] == 1


def test_status__site_embeds_what_is_unpublished__warns_only_of_what_is_gone(mirrored, article, configure):
    configure(EMBED_UNPUBLISHED=True)
    Photo.objects.update(is_published=False)
    assert "not visible to visitors" not in run()
    Photo.objects.update(missing_since=timezone.now())
    assert "(gone) in Article: Welcome" in run()


def test_status__a_finder_knows_of_a_use__says_where(mirrored, settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "REFERENCE_FINDERS": [f"{__name__}.find_in_footer"]}
    Photo.objects.update(is_published=False)
    assert "(unpublished) in the footer" in run()


def test_status__many_used_videos_are_gone__names_some_and_counts_the_others(mirrored, default_workspace_row):
    for photo in PhotoFactory.create_batch(23, gone=True):
        Article.objects.create(title=photo.title, slug=str(photo.pk), video=photo)
    words = run()
    assert words.count("Used here, but not visible to visitors: video") == 20
    assert "? Used here, but not visible to visitors: 3 more." in words


def test_status__more_that_is_not_to_be_seen__asks_no_more_queries(mirrored, article):
    def count():
        with CaptureQueriesContext(connection) as queries:
            run()
        return len(queries)

    Photo.objects.update(is_published=False)
    before = count()
    for photo in PhotoFactory.create_batch(30, gone=True):
        Article.objects.create(title=photo.title, slug=str(photo.pk), video=photo)
    assert count() == before


@pytest.fixture
def default_workspace_row(mirrored):
    from django_twentythree.models import Workspace

    return Workspace.objects.get(alias="default")
