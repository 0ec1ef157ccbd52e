"""The page of one row: its player, its facts, and nothing that opens doors."""

from __future__ import annotations

import html
import re
import time
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from django_twentythree.models import SyncRun, WorkspaceCondition
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    NotificationFactory,
    PhotoFactory,
    PlayerFactory,
    SectionFactory,
    SubtitleFactory,
    SyncRunFactory,
    TagFactory,
    WorkspaceFactory,
)
from showcase.models import Article

FACTORIES = {
    "photo": PhotoFactory,
    "album": AlbumFactory,
    "livestream": LiveStreamFactory,
    "player": PlayerFactory,
    "tag": TagFactory,
    "workspace": WorkspaceFactory,
    "syncrun": SyncRunFactory,
    "notification": NotificationFactory,
}
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def fetch(admin):
    """Return the HTML of the page of a row."""

    def get(row):
        answer = admin.get(reverse(f"admin:twentythree_{row._meta.model_name}_change", args=(row.pk,)))
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def read(fetch):
    """Return the same with its entities resolved."""
    return lambda row: html.unescape(fetch(row))


# Videos


def test_photo__page__plays_it_and_links_to_it(read):
    photo = PhotoFactory(title="Tide table")
    page = read(photo)
    [frame] = re.findall(r"<iframe[^>]*>", page)
    assert f"photo_id={photo.remote_id}" in frame or f"photo%5fid={photo.remote_id}" in frame
    assert 'title="Tide table"' in frame
    assert f'href="{photo.platform_url}"' in page
    assert "This page shows data from TwentyThree" in page


@pytest.mark.parametrize(
    ("given", "has_player", "sentence"),
    [
        ({}, True, ""),
        ({"unpublished": True}, True, "it is not published on TwentyThree"),
        ({"encoding": True}, False, "TwentyThree is still encoding it"),
        ({"gone": True}, False, "it has been gone from TwentyThree since"),
    ],
)
def test_photo__page__says_why_visitors_do_not_see_it(read, given, has_player, sentence):
    page = read(PhotoFactory(**given))
    assert ("<iframe" in page) is has_player
    assert ("Visitors do not see" in page) is bool(sentence)
    assert sentence in page


def test_photo__gone__is_not_linked_to(read):
    assert "Open on TwentyThree" not in read(PhotoFactory(gone=True))


def test_photo__page__shows_facts_files_chapters_and_subtitles(read):
    photo = PhotoFactory(
        duration_seconds=3800.2,
        albums=[AlbumFactory(title="Harbour films")],
        tags=["pilot boat"],
        live_stream=LiveStreamFactory(name="Council meeting"),
    )
    SectionFactory(photo=photo, title="Fog bank", start_seconds=37.5)
    SubtitleFactory(photo=photo, locale="da_DK", extra={"language": "Danish"})
    page = read(photo)
    for words in (
        "1:03:20",
        "1920 × 1080",  # noqa: RUF001
        ">Harbour films</a>",
        ">pilot boat</a>",
        ">Council meeting</a>",
        "video_hd",
        "1280 × 720",  # noqa: RUF001
        "Fog bank",
        "0:37",
        "Danish (da_DK)",
    ):
        assert words in page


def test_photo__outside_text__cannot_run(fetch):
    hostile = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    album = AlbumFactory(title=hostile)
    photo = PhotoFactory(
        title=hostile,
        description_html=f"<p>A <b>slow</b> morning{hostile}</p>",
        author_name=hostile,
        albums=[album],
        tags=[hostile],
        extra={"custom": hostile, hostile: 1},
        renditions=[{"format": hostile, "width": 1, "height": 1, "size_bytes": 1, "path": "/"}],
        live_stream=LiveStreamFactory(name=hostile, description_html=hostile),
    )
    SectionFactory(photo=photo, title=hostile, description_html=hostile)
    SubtitleFactory(photo=photo, locale=hostile[:60], kind=hostile[:60], extra={"language": hostile})
    for row in (photo, album, photo.live_stream):
        page = fetch(row)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "<b>slow</b>" in fetch(photo)


@pytest.mark.parametrize("extra", [None, [], "text", 7, {"a": {"b": ["c"]}}])
def test_photo__extra_of_any_shape__is_shown(read, extra):
    assert read(PhotoFactory(extra=extra if extra is not None else {}))


@pytest.mark.parametrize(
    "renditions",
    [
        [],
        [{"format": "video_hd"}],
        [{"format": None, "width": None, "height": None, "size_bytes": None, "path": None}],
    ],
)
def test_photo__odd_renditions__are_shown(read, renditions):
    assert read(PhotoFactory(renditions=renditions))


# Secrets


def test_photo__secrets_in_extra__are_masked(read):
    extra = {"protected_token": SECRET, "download": f"/1/2/{SECRET}/x", "owner": "anna@example.com", "custom": "Kept"}
    page = read(PhotoFactory(extra=extra))
    assert "Kept" in page
    assert SECRET not in page
    assert "anna@example.com" not in page


def test_live_stream__encoder__is_masked(read):
    extra = {"publish_server": "rtmp://publish.example.net/publish", "publish_stream": "harbour-8dd6a788179f"}
    page = read(LiveStreamFactory(extra=extra))
    assert "publish_stream" in page
    assert "rtmp://" not in page
    assert "8dd6a788179f" not in page


HOSTILE = {
    "base64": "QUJDREVGR0g" * 24_000,
    "nearly addresses": "a@" * 131_072,
    "addresses": "a@b.cd!" * 37_000,
    "one secret parameter": "?token=" * 37_000,
    "secret parameters": "?token=a " * 29_000,
    "parameters": "&a=" * 87_000,
    "one letter": "a" * 262_144,
    "blanks": " " * 262_144,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
@pytest.mark.parametrize(
    ("name", "field"), [("notification", "payload"), ("photo", "extra"), ("livestream", "extra"), ("player", "extra")]
)
def test_page__hostile_json__is_made_in_no_time_and_cut(read, name, field, text):
    row = FACTORIES[name](**{field: {"a": text, "protected_token": SECRET, "z": f"/{SECRET}/"}})
    read(row)  # what is made once, templates and the like
    started = time.process_time()
    page = read(row)
    assert time.process_time() - started < 3
    # The value of the first parameter is all that follows, and one mask.
    assert ("The first 8000 of " in page) is (text != HOSTILE["one secret parameter"])
    assert SECRET not in page
    assert len(page) < 60_000


def test_page__many_secrets__is_made_in_no_time(read):
    secrets = [f"{n:06}" for n in range(20_000)]
    row = NotificationFactory(payload={"tokens": secrets, "copies": secrets})
    started = time.process_time()
    page = read(row)
    assert time.process_time() - started < 3
    assert "000123" not in page


def test_notification__payload__is_masked(read):
    page = read(NotificationFactory(payload={"data": {"token": SECRET, "email": "bo@example.com", "live_id": 12}}))
    assert '"live_id": 12' in page
    assert SECRET not in page
    assert "bo@example.com" not in page


def test_workspace__credentials__are_nowhere(read, settings):
    entry = {
        "DOMAIN": "video.example.com",
        "CONSUMER_KEY": "k" * 20,
        "CONSUMER_SECRET": SECRET,
        "ACCESS_TOKEN": SECRET,
        "ACCESS_TOKEN_SECRET": SECRET,
        "NOTIFICATION_SECRETS": [SECRET],
    }
    settings.TWENTYTHREE = {"WORKSPACES": {"default": entry}}
    page = read(WorkspaceFactory())
    assert "video.example.com" in page
    assert SECRET not in page
    assert "k" * 20 not in page


# The others


def test_album__page__shows_its_newest_videos_and_leads_to_all(read):
    album = AlbumFactory()
    photos = [PhotoFactory(albums=[album]) for _ in range(25)]
    page = read(album)
    assert photos[0].title in page
    assert page.count("/admin/twentythree/photo/") >= 20
    assert photos[24].title not in page
    assert f"/admin/twentythree/photo/?category={album.pk}" in page


def test_album__without_videos__leads_to_the_list_all_the_same(fetch):
    album = AlbumFactory()
    assert f'<a href="/admin/twentythree/photo/?category={album.pk}">All videos' in fetch(album)


def test_description__relative_link__leads_to_the_platform(fetch):
    photo = PhotoFactory(description_html='<a href="/channel/7">more</a>')
    assert f'<a href="{photo.get_workspace().get_settings().base_url}/channel/7"' in fetch(photo)


def test_live_stream__page__shows_when_it_starts_and_what_was_recorded(read):
    live = LiveStreamFactory(next_start_at=datetime(2030, 5, 3, 17, 30, tzinfo=UTC))
    recording = PhotoFactory(live_stream=live)
    page = read(live)
    assert "May 3, 2030, 5:30 p.m." in page
    assert recording.title in page
    assert "<iframe" in page


def test_workspace__page__shows_trouble_and_the_latest_runs(read):
    workspace = WorkspaceFactory(state="refused")
    WorkspaceCondition.objects.create(workspace_id=workspace.pk, reason="TwentyThree refused the credentials.")
    SyncRunFactory(error="An old message")
    SyncRunFactory(error="The latest message")
    page = read(workspace)
    for words in ("Credentials refused", "TwentyThree refused the credentials.", "The latest message"):
        assert words in page
    assert "An old message" not in page


def test_run__page__says_how_it_went(read):
    run = SyncRunFactory(failed=True, resource=SyncRun.Resource.ALBUMS, created=3)
    page = read(run)
    for words in ("Failed", "No answer from video.example.com", "0:41", ">3<"):
        assert words in page


def test_notification__page__leads_to_the_video(read):
    notice = NotificationFactory(object_id=2024)
    assert '/admin/twentythree/photo/?q=2024">video 2024</a>' in read(notice)


@pytest.mark.parametrize("name", FACTORIES)
def test_page__any_row__has_neither_script_nor_style_in_its_html(fetch, name):
    row = FACTORIES[name]()
    page = fetch(row)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert "<style" not in page
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son\w+=", page)


# Where it is used


@pytest.mark.parametrize("name", ["photo", "album", "livestream"])
def test_page__used_nowhere__says_so(read, name):
    page = read(FACTORIES[name]())
    assert "Used in" in page
    assert "Nowhere on this site." in page


def test_photo__used__leads_there(fetch):
    hostile = "<script>alert(1)</script>"
    article = Article.objects.create(title=hostile, slug="one", video=PhotoFactory())
    page = fetch(article.video)
    url = reverse("admin:showcase_article_change", args=(article.pk,))
    assert f'<a href="{url}">Article: &lt;script&gt;alert(1)&lt;/script&gt;</a>' in page
    assert hostile not in page


def test_photo__used_in_many_places__counts_those_it_does_not_name(read):
    photo = PhotoFactory()
    Article.objects.bulk_create(Article(title=f"{n}", slug=f"{n}", video=photo) for n in range(32))
    page = read(photo)
    assert page.count(">Article: ") == 20
    assert "and 12 more" in page


def test_photo__used_where_this_person_may_not_look__is_counted(login):
    photo = PhotoFactory()
    Article.objects.bulk_create(Article(title=f"Secret {n}", slug=f"{n}", video=photo) for n in range(2))
    page = login("view_photo").get(reverse("admin:twentythree_photo_change", args=(photo.pk,))).content.decode()
    assert "Used in 2 places that you may not see." in page
    assert "Secret" not in page


def fail(objects):
    raise RuntimeError("a finder of the project's own")


def test_photo__not_all_could_be_searched__says_so(read, settings):
    settings.TWENTYTHREE = {"REFERENCE_FINDERS": [f"{__name__}.fail"]}
    assert "not all of this site could be searched" in read(PhotoFactory())


# Of a photo, two are about where it is used.
@pytest.mark.parametrize(("name", "queries"), [("photo", 10), ("album", 5), ("livestream", 5)])
def test_page__many_related_rows__asks_no_more_queries(admin, django_assert_max_num_queries, name, queries):
    row = FACTORIES[name]()
    if name == "photo":
        row.albums.set(AlbumFactory.create_batch(30))
        row.tags.set(TagFactory.create_batch(30))
        SectionFactory.create_batch(30, photo=row)
    else:
        photos = PhotoFactory.create_batch(30)
        (row.photos if name == "album" else row.recordings).set(photos)
    url = reverse(f"admin:twentythree_{name}_change", args=(row.pk,))
    admin.get(url)  # content types are looked up once in the life of a process
    with django_assert_max_num_queries(queries):
        admin.get(url)
