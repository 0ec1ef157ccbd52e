"""The lists: what they show, how they are searched and filtered, and how little they ask of the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from django_twentythree.models import Photo
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    NotificationFactory,
    PhotoFactory,
    PlayerFactory,
    SyncRunFactory,
    TagFactory,
    WorkspaceFactory,
)

# Session and user, and for the filters on related rows one each; then workspaces, count, rows.
QUERIES = {
    "photo": 8,  # categories and tags to filter by; the categories of the rows
    "album": 5,
    "livestream": 6,  # categories to filter by
    "player": 5,
    "tag": 5,
    "workspace": 4,
    "syncrun": 5,
    "notification": 5,
}


def get_url(name, query=""):
    return reverse(f"admin:twentythree_{name}_changelist") + query


def get_titles(answer):
    return [str(row) for row in answer.context["cl"].result_list]


def add_photos(count):
    """Rows in bulk: of hundreds, `create` would take most of the time of these tests."""
    workspace = WorkspaceFactory()
    return Photo.objects.bulk_create(PhotoFactory.build_batch(count, workspace=workspace))


@pytest.fixture
def library(db):
    """A hundred rows of everything, with what hangs on them."""
    albums = AlbumFactory.create_batch(100)
    tags = TagFactory.create_batch(100)
    for number, photo in enumerate(add_photos(100)):
        photo.albums.set([albums[number], albums[number - 1]])
        photo.tags.set([tags[number % 7], tags[number]])
        LiveStreamFactory(album=albums[number])
    PlayerFactory.create_batch(100)
    SyncRunFactory.create_batch(100)
    NotificationFactory.create_batch(100)


def test_list__hundred_rows__asks_the_same_few_queries(admin, library):
    queries, rows = {}, {}
    for name in QUERIES:  # not a test each: to make the rows takes longer than all the lists
        with CaptureQueriesContext(connection) as captured:
            answer = admin.get(get_url(name))
        assert answer.status_code == 200
        queries[name], rows[name] = len(captured), len(answer.context["cl"].result_list)
    assert queries == QUERIES
    assert rows == dict.fromkeys(QUERIES, 100) | {"workspace": 1}


def test_list__filtered_and_searched__asks_no_more(admin, library, django_assert_num_queries):
    album = AlbumFactory(title="Zebra crossing")
    album.photos.set(Photo.objects.all())
    with django_assert_num_queries(QUERIES["photo"] + 1):  # the chosen category, which is not among those offered
        admin.get(get_url("photo", f"?category={album.pk}&kind__exact=video&gone=no&q=desk"))


# Columns


def test_photo_list__row__says_what_editors_ask(admin):
    PhotoFactory(title="Tide table", duration_seconds=3800, albums=[AlbumFactory(title="Harbour films")], view_count=41)
    page = admin.get(get_url("photo")).content.decode()
    for words in ("Tide table", "1:03:20", "Harbour films", "41", "Published"):
        assert words in page
    assert 'width="96" height="54" loading="lazy" alt=""' in page


def test_photo_list__many_categories__names_the_first(admin):
    albums = [AlbumFactory(title=f"Category {n}") for n in range(5)]
    PhotoFactory(albums=albums)
    assert "Category 2 +2</td>" in admin.get(get_url("photo")).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"encoding": True}, ["Encoding", "Unpublished"]),
        ({"protected": True}, ["Protected"]),
        ({"is_concealed": True}, ["Hidden"]),
    ],
)
def test_photo_list__state__is_said_in_words(admin, given, words):
    PhotoFactory(**given)
    page = admin.get(get_url("photo")).content.decode()
    badges = [part.split("<")[0] for part in page.split('class="twentythree-badge twentythree-badge-notice">')[1:]]
    assert badges == words


@travel(datetime(2026, 7, 9, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("language", "year", "words"),
    [
        ("en-gb", 2026, "Gone from TwentyThree since 3 May"),
        ("en", 2026, "Gone from TwentyThree since May 3"),
        ("en-gb", 2025, "Gone from TwentyThree since 3 May 2025"),
    ],
)
def test_photo_list__gone__says_since_when_as_people_there_write_it(admin, language, year, words):
    # Late in the evening in Greenwich it is the next day in the port.
    PhotoFactory(missing_since=datetime(year, 5, 2, 23, 30, tzinfo=UTC))
    with override_settings(LANGUAGE_CODE=language, TIME_ZONE="Europe/Copenhagen"):
        assert f">{words}</span>" in admin.get(get_url("photo")).content.decode()


def test_live_stream_list__on_air__is_said(admin):
    LiveStreamFactory(on_air=True)
    assert ">On air</span>" in admin.get(get_url("livestream")).content.decode()


def test_tag_and_album_lists__videos__are_counted_and_linked(admin):
    album, tag = AlbumFactory(), TagFactory()
    for _ in range(3):
        PhotoFactory(albums=[album], tags=[tag])
    assert f'?category={album.pk}">3</a>' in admin.get(get_url("album")).content.decode()
    assert f'?tag={tag.pk}">3</a>' in admin.get(get_url("tag")).content.decode()


def test_list__one_workspace__does_not_name_it(admin):
    PhotoFactory()
    assert "column-workspace" not in admin.get(get_url("photo")).content.decode()


def test_list__several_workspaces__names_and_filters_them(admin):
    PhotoFactory(title="Here")
    PhotoFactory(title="There", workspace=WorkspaceFactory(alias="intranet"))
    assert "column-workspace" in admin.get(get_url("photo")).content.decode()
    assert get_titles(admin.get(get_url("photo", "?workspace=intranet"))) == ["There"]
    assert get_titles(admin.get(get_url("photo", "?workspace=nowhere"))) == []


# Search


@pytest.mark.parametrize("words", ["ærø", "ÆRØ", "cafe", "Café FÆRGE", "desk ærø"])
def test_search__words_in_any_case_and_accent__find_the_row(admin, words):
    PhotoFactory(title="Færgen til Ærø", tags=["Café"])
    PhotoFactory(title="Ferry to Aero")
    assert get_titles(admin.get(get_url("photo", f"?q={words}"))) == ["Færgen til Ærø"]


def test_search__one_word_missing__finds_nothing(admin):
    PhotoFactory(title="Færgen til Ærø")
    assert get_titles(admin.get(get_url("photo", "?q=færgen+samsø"))) == []


def test_search__id__finds_that_row_and_those_that_contain_it(admin):
    PhotoFactory(remote_id=2024)
    PhotoFactory(title="Review of 2024")
    PhotoFactory(remote_id=20245)
    assert len(get_titles(admin.get(get_url("photo", "?q=2024")))) == 2


@pytest.mark.parametrize("digits", ["9" * 19, "9" * 5_000, "٤٢"])
def test_search__no_possible_id__finds_nothing(admin, digits):
    PhotoFactory()
    answer = admin.get(get_url("photo", f"?q={digits}"))
    assert answer.status_code == 200
    assert get_titles(answer) == []


def test_search__address_of_the_platform__finds_that_row(admin, settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
    PhotoFactory(title="Tide table", remote_id=2024)
    PhotoFactory(title="Another", remote_id=2025)
    LiveStreamFactory(name="Council", remote_id=2024)
    pasted = "https://video.example.com/video/2024/tide-table"
    assert get_titles(admin.get(get_url("photo", f"?q={pasted}"))) == ["Tide table"]
    assert get_titles(admin.get(get_url("livestream", f"?q={pasted}"))) == []
    assert get_titles(admin.get(get_url("livestream", "?q=https://video.example.com/live/2024"))) == ["Council"]


def test_search__wildcards_of_the_database__are_punctuation_like_any_other(admin):
    PhotoFactory(title="100% ebb_and_flow")
    PhotoFactory(title="Another")
    assert get_titles(admin.get(get_url("photo", "?q=%25"))) == []
    assert get_titles(admin.get(get_url("photo", "?q=_"))) == []
    assert len(get_titles(admin.get(get_url("photo", "?q=100%25+ebb_and")))) == 1


# Filters


def test_filters__state__divide_the_rows(admin):
    PhotoFactory(title="Here")
    PhotoFactory(title="Gone", gone=True)
    PhotoFactory(title="Draft", unpublished=True)
    PhotoFactory(title="Sound", audio=True)
    PhotoFactory(title="Secret", protected=True)

    def find(query):
        return set(get_titles(admin.get(get_url("photo", query))))

    assert find("?gone=yes") == {"Gone"}
    assert find("?gone=no") == {"Here", "Draft", "Sound", "Secret"}
    assert find("?is_published__exact=0") == {"Draft"}
    assert find("?kind__exact=audio") == {"Sound"}
    assert find("?is_protected__exact=1") == {"Secret"}


def test_filters__category_and_tag__divide_the_rows(admin):
    album = AlbumFactory()
    photo = PhotoFactory(title="In both", albums=[album, AlbumFactory()], tags=["tide", "harbour"])
    PhotoFactory(title="In neither")
    tag = photo.tags.get(name="tide")
    assert get_titles(admin.get(get_url("photo", f"?category={album.pk}"))) == ["In both"]
    assert get_titles(admin.get(get_url("photo", f"?tag={tag.pk}&category={album.pk}"))) == ["In both"]


@pytest.mark.parametrize("value", ["x", "1;2", "9" * 30, "9" * 5_000, "-1", "٤٢"])
def test_filters__category_that_is_none__is_refused_like_any_wrong_filter(admin, value):
    answer = admin.get(get_url("photo", f"?category={value}"))
    assert answer.status_code == 302
    assert answer["Location"].endswith("?e=1")


def test_filters__thousands_of_categories__offers_a_few_and_finds_the_rest(admin):
    AlbumFactory.create_batch(30)
    wanted = AlbumFactory(title="Zebra crossing Ærø")
    page = admin.get(get_url("photo")).content.decode()
    assert page.count("?category=") == 10
    assert "Zebra" not in page
    assert "There are more" in page
    found = admin.get(get_url("photo", "?category_like=ærø+ZEBRA&kind__exact=video")).content.decode()
    assert f"?category={wanted.pk}&" in found
    assert '<input type="hidden" name="kind__exact" value="video">' in found


def test_filters__chosen_category__stays_visible_though_it_is_not_offered(admin):
    AlbumFactory.create_batch(30)
    wanted = AlbumFactory(title="Zebra crossing")
    page = admin.get(get_url("photo", f"?category={wanted.pk}")).content.decode()
    assert 'aria-current="true" dir="auto">Zebra crossing</a>' in page


def test_filters__name_without_match__says_so(admin):
    AlbumFactory()
    for words in ("samsø", "a%00b"):
        page = admin.get(get_url("photo", f"?category_like={words}&tag_like={words}")).content.decode()
        assert "No name matches." in page


def test_filters__no_category_at_all__are_not_shown(admin):
    assert "By category" not in admin.get(get_url("photo")).content.decode()


# Counting


def test_count__beyond_the_limit__is_capped(admin):
    add_photos(1250)
    answer = admin.get(get_url("photo"))
    assert "1,000+ videos" in " ".join(answer.content.decode().split())
    # Pages further on come into reach as one gets there, to the last.
    assert answer.context["cl"].paginator.num_pages == 10
    assert admin.get(get_url("photo", "?p=2")).context["cl"].paginator.num_pages == 11
    last = admin.get(get_url("photo", "?p=13"))
    assert "1,250 videos" in " ".join(last.content.decode().split())
    assert len(get_titles(last)) == 50


def test_count__search__is_capped_too(admin):
    add_photos(1250)
    assert "1,000+ results" in admin.get(get_url("photo", "?q=desk")).content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "9999999999999999999999", "7"])
def test_count__page_that_is_none__is_refused_like_any_wrong_page(admin, page):
    PhotoFactory()
    assert admin.get(get_url("photo", f"?p={page}"), follow=True).status_code == 200


def test_autocomplete__videos__are_found_by_folded_words(admin):
    photo = PhotoFactory(title="Færgen til Ærø")
    PhotoFactory(title="Another")
    query = {"app_label": "showcase", "model_name": "article", "field_name": "video", "term": "ÆRØ"}
    answer = admin.get(reverse("admin:autocomplete"), query)
    assert answer.json()["results"] == [{"id": str(photo.pk), "text": "Færgen til Ærø"}]
