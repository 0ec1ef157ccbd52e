from __future__ import annotations

import pytest

from django_twentythree.models import LiveStream, Photo, Workspace
from django_twentythree.rendering import Embed, OptionError
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    PhotoFactory,
    WorkspaceFactory,
)

pytestmark = pytest.mark.django_db

PLACEHOLDER = "/static/django_twentythree/placeholder.svg"


@pytest.fixture(autouse=True)
def configured(settings):
    def configure(*, embed=None, **workspace):
        settings.TWENTYTHREE = {
            "WORKSPACES": {"default": {"DOMAIN": "video.example.com", **workspace}},
            "EMBED": embed or {},
        }

    configure()
    return configure


def test_properties__any_row__ask_the_database_nothing(django_assert_num_queries):
    album = AlbumFactory()
    PhotoFactory(albums=[album])
    LiveStreamFactory(album=album)
    for row in (Photo.objects.get(), LiveStream.objects.get(), type(album).objects.get()):
        row.is_available  # noqa: B018 - the workspace is looked up once in this process
        with django_assert_num_queries(0):
            assert row.is_available
            assert row.embed().is_available
            assert row.embed_url(loop=True).endswith("&loop=1")
            assert row.thumbnail_url("600x338cr")
            assert row.platform_url.startswith("https://video.example.com/")


def test_available__another_workspace_without_domain__still_answers(settings):
    photo = PhotoFactory()
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}, "unfinished": {}}}
    assert list(Photo.objects.available()) == [photo]


@pytest.mark.parametrize("embeds_unpublished", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        PhotoFactory,
        lambda **kw: PhotoFactory(unpublished=True, **kw),
        lambda **kw: PhotoFactory(gone=True, **kw),
        lambda **kw: PhotoFactory(encoding=True, **kw),
        lambda **kw: PhotoFactory(is_encoded=False, **kw),
        lambda **kw: PhotoFactory(image=True, **kw),
        lambda **kw: PhotoFactory(audio=True, **kw),
        lambda **kw: PhotoFactory(text=True, **kw),
        lambda **kw: PhotoFactory(text=True, is_encoded=False, **kw),
        lambda **kw: PhotoFactory(is_concealed=True, **kw),
        AlbumFactory,
        lambda **kw: AlbumFactory(is_hidden=True, **kw),
        lambda **kw: AlbumFactory(gone=True, **kw),
        LiveStreamFactory,
        lambda **kw: LiveStreamFactory(is_private=None, **kw),
        lambda **kw: LiveStreamFactory(is_private=True, **kw),
        lambda **kw: LiveStreamFactory(gone=True, **kw),
    ],
)
def test_embed__any_row__is_available_as_the_row_says(make, embeds_unpublished, configured):
    configured(EMBED_UNPUBLISHED=embeds_unpublished)
    row = make()
    found = row.embed()
    assert found.is_available is row.is_available
    assert bool(found.html) is bool(found.url) is row.is_available
    assert row.embed_url() == found.url
    if not row.is_available:
        assert found == Embed()


def test_embed__unpublished__shows_its_token_only_where_allowed():
    photo = PhotoFactory(unpublished=True)
    for leaky in (photo.embed(), photo.embed_url(), photo.thumbnail_url("large"), photo.platform_url):
        assert photo.token not in str(leaky)
    assert photo.thumbnail_url("large") == PLACEHOLDER
    assert photo.token in photo.embed(allow_unpublished=True).html
    assert photo.token in photo.embed_url(allow_unpublished=True)
    assert photo.token in photo.thumbnail_url("large", allow_unpublished=True)
    assert photo.token not in photo.platform_url


def test_embed__unpublished_in_a_workspace_that_embeds_such__is_shown(configured):
    configured(EMBED_UNPUBLISHED=True)
    photo = PhotoFactory(unpublished=True)
    assert photo.token in photo.embed().html
    assert photo.token in photo.thumbnail_url("large")
    assert not photo.embed(allow_unpublished=False).is_available


def test_embed__closed_site__keeps_tokens_to_itself():
    photo = PhotoFactory(workspace=WorkspaceFactory(is_closed=True))
    assert photo.embed().is_available
    assert photo.token not in str(photo.embed().as_dict())
    assert photo.thumbnail_url("large") == PLACEHOLDER


def test_embed__site_wide_defaults__lie_under_the_options(configured):
    configured(embed={"loading": "click", "loop": True, "player_id": 3}, PLAYER_ID=7)
    photo = PhotoFactory()
    assert "/7.ihtml/" in photo.embed_url()
    assert "loop=1" in photo.embed_url()
    assert "<template>" in photo.embed().html
    assert "/9.ihtml/" in photo.embed_url(player_id=9)
    assert "/7.ihtml/" in photo.embed_url(player_id=None)
    assert "<template>" not in photo.embed(loading="lazy").html


def test_embed__wrong_option__raises_under_debug_only(settings):
    photo = PhotoFactory()
    assert photo.embed(speed=2).html == photo.embed().html
    settings.DEBUG = True
    with pytest.raises(OptionError):
        photo.embed(speed=2)
    with pytest.raises(OptionError):
        photo.embed_url(loading="never")


def test_thumbnail_url__wrong_size__raises_under_debug_else_gives_the_placeholder(settings):
    photo = PhotoFactory()
    assert photo.thumbnail_url("enormous") == PLACEHOLDER
    settings.DEBUG = True
    with pytest.raises(OptionError, match="600x338cr"):
        photo.thumbnail_url("enormous")


def test_thumbnail_url__no_pictures_yet__is_the_placeholder():
    photo = PhotoFactory(encoding=True, is_published=True)
    assert photo.thumbnail_url("large") == photo.thumbnail_url("600x338cr") == PLACEHOLDER
    assert AlbumFactory().thumbnail_url("large") == PLACEHOLDER


def test_thumbnail_url__live_stream__is_the_preview_else_the_thumbnail():
    live = LiveStreamFactory(preview_tree_id=1, preview_photo_id=2, preview_token="pp", thumbnail_token="tt")
    assert live.thumbnail_url("large") == "https://video.example.com/1/2/pp/large/thumbnail.jpg"
    live.preview_token = ""
    assert "/tt/large/" in live.thumbnail_url("large")
    live.thumbnail_photo_id = None
    assert live.thumbnail_url("large") == PLACEHOLDER


@pytest.mark.parametrize(
    ("make", "path"),
    [(PhotoFactory, "/video/5"), (AlbumFactory, "/channel/5"), (LiveStreamFactory, "/live/5")],
)
def test_platform_url__page__is_the_platforms_own_or_by_id(make, path):
    assert make(remote_id=5, page_path="//evil.example").platform_url == f"https://video.example.com{path}"
    assert make(remote_id=6, page_path="/sunrise").platform_url == "https://video.example.com/sunrise"


def test_embed__untitled__is_named_in_the_frame():
    assert 'title="Untitled video 5"' in PhotoFactory(remote_id=5, title="").embed().html


def test_embed__workspace_no_longer_configured__plays_from_its_last_known_domain(settings):
    photo = PhotoFactory(workspace=WorkspaceFactory(alias="old", domain="old.example.com"))
    settings.TWENTYTHREE = {}
    assert photo.embed_url().startswith("https://old.example.com/")


def test_embed__row_fetched_without_its_workspace__asks_for_it_once(django_assert_num_queries):
    PhotoFactory.create_batch(3)
    from django_twentythree.models import workspace

    workspace._cache.clear()
    photos = list(Photo.objects.all())
    with django_assert_num_queries(1):
        assert all(photo.embed().is_available for photo in photos)
    assert Workspace.objects.count() == 1
