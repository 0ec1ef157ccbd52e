"""The lists: words, filters, orders, and the way from page to page, in three queries at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from django_twentythree.models import Album, LiveStream, Photo
from django_twentythree.pickers import search
from django_twentythree.pickers.access import get_listed
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.query import COUNT_LIMIT, PAGE_SIZE, Page, find_page
from django_twentythree.pickers.sorts import SORTS, WALK, CursorError
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    PhotoFactory,
    TagFactory,
    WorkspaceFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 13, 12, tzinfo=UTC)
Find = Callable[..., Page]


@pytest.fixture
def find() -> Find:
    """Return a page of what there is to choose from; never in more than three queries."""

    def ask(query: str = "", model: str = "photo", **options: Any) -> Page:
        with CaptureQueriesContext(connection) as queries:
            rows = get_listed(PickerOptions(model=model, **options), AnonymousUser())
            page = find_page(rows, QueryDict(query))
        assert len(queries) <= 3
        return page

    return ask


@pytest.fixture
def shelf() -> Callable[[int], None]:
    """Write many rows at once, all alike but for their number, title, views and dates."""

    def fill(count: int, **columns: Any) -> None:
        model = PhotoFactory(renditions=[], description_html="", description_text="")
        known = {field.attname: getattr(model, field.attname) for field in Photo._meta.concrete_fields}
        known |= columns
        rows = []
        for n in range(count):
            moment = NOON - timedelta(minutes=n)
            own = {"remote_id": n + 1, "uploaded_at": moment, "published_at": moment, "view_count": n}
            own |= {"sort_title": f"title {n:05}", "search_text": f" title {n:05} word{n % 10}", "duration_seconds": n}
            rows.append(Photo(**{**known, **own, "id": None, **columns}))
        model.delete()
        Photo.objects.bulk_create(rows, batch_size=500)

    return fill


def walk_through(find: Find, query: str, **options: Any) -> list[int]:
    """Return the numbers of all rows, page after page."""
    found: list[int] = []
    page = find(query, **options)
    while True:
        found += [row.remote_id for row in page.rows]
        if not page.next:
            return found
        assert len(page.rows) == PAGE_SIZE
        page = find(f"{query}&cursor={page.next}", **options)
        assert page.count is None


# Words


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("", {"Onboarding Ærø", "Boarding pass", "夜の港", "Board-game: Ære"}),
        ("board", {"Onboarding Ærø", "Boarding pass", "Board-game: Ære"}),
        ("BOARDING", {"Onboarding Ærø", "Boarding pass"}),
        ("ær", {"Onboarding Ærø", "Board-game: Ære"}),
        ("o", {"Onboarding Ærø"}),  # a letter or two begin a word
        ("p", {"Boarding pass"}),
        ("ng", set()),
        ("game board", {"Board-game: Ære"}),
        ("board-game", {"Board-game: Ære"}),
        ("の", {"夜の港"}),
        ("の港", {"夜の港"}),
        ("港の", set()),
        ("!", set()),
        ("x" * 5_000, set()),
    ],
)
def test_search__words__are_found(text, titles):
    for title in ("Onboarding Ærø", "Boarding pass", "夜の港", "Board-game: Ære"):
        PhotoFactory(title=title, author_name="")
    assert {row.title for row in search(Photo.objects.all(), text)} == titles


def test_search__tags_and_author__are_found():
    photo = PhotoFactory(title="A", tags=["Café"], author_name="Søren Ibsen")
    PhotoFactory(title="A")
    for text in ("cafe", "søren", "a cafe ibsen"):
        assert list(search(Photo.objects.all(), text)) == [photo]


def test_search__id_or_address__is_found_within_the_queryset(settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
    photo, album = PhotoFactory(remote_id=77, title="x"), AlbumFactory(remote_id=77)
    PhotoFactory(title="Take 77")
    assert search(Photo.objects.all(), "77").count() == 2
    assert list(search(Photo.objects.all(), "https://video.example.com/video/77")) == [photo]
    assert list(search(Album.objects.all(), "https://video.example.com/channel/77")) == [album]
    assert not search(Photo.objects.filter(title="y"), "https://video.example.com/video/77")
    assert not search(LiveStream.objects.all(), "9" * 40)


# Filters


@pytest.fixture
def library() -> dict[str, Any]:
    """A few photos that differ in all that can be filtered by."""
    films, hidden = AlbumFactory(title="Films"), AlbumFactory(title="Hidden", is_hidden=True)
    photos = {
        "film": PhotoFactory(albums=[films], tags=["intro"], uploaded_at=NOON, duration_seconds=90),
        "sound": PhotoFactory(audio=True, uploaded_at=NOON - timedelta(days=1), duration_seconds=3_600),
        "still": PhotoFactory(image=True, albums=[films, hidden], uploaded_at=NOON - timedelta(days=365)),
        "draft": PhotoFactory(unpublished=True, uploaded_at=NOON - timedelta(days=2), duration_seconds=10),
        "there": PhotoFactory(
            workspace=WorkspaceFactory(alias="intranet"), uploaded_at=NOON - timedelta(days=3), duration_seconds=20
        ),
    }
    PhotoFactory(gone=True)
    return {"albums": [films, hidden], "photos": photos}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "film sound draft there still"),
        ("kind=audio", "sound"),
        ("kind=audio&kind=image", "sound still"),
        ("kind=nonsense", "film sound draft there still"),
        ("album={films}", "film still"),
        ("album={hidden}", "still"),
        ("album=x", ""),
        ("tag={intro}", "film"),
        ("tag=99999999999999999999", ""),
        ("published=yes", "film sound there still"),
        ("published=no", "draft"),
        ("published=no&kind=audio", ""),
        ("published=yes&album={hidden}", "still"),
        ("published=maybe", "film sound draft there still"),
        ("from=2026-05-12", "film sound"),
        ("to=2026-05-11", "draft there still"),
        ("from=2026-05-11&to=2026-05-12", "sound draft"),
        ("from=yesterday&to=2026-02-30", "film sound draft there still"),
        ("to=9999-12-31", "film sound draft there still"),
        ("min_seconds=60", "film sound"),
        ("max_seconds=20", "draft there"),
        ("max_seconds=19.8", "draft"),
        ("min_seconds=1e3&max_seconds=inf", "film sound draft there still"),
        ("min_seconds=15&max_seconds=100", "film there"),
        ("min_seconds=-5&max_seconds=many", "film sound draft there still"),
        ("workspace=intranet", "there"),
        ("workspace=nowhere", ""),
        ("workspace=%00", ""),
        ("q=%00", ""),
        ("q=&kind=video&album={films}&tag={intro}&published=yes&from=2026-05-13&min_seconds=1", "film"),
    ],
)
def test_filters__each_and_together__narrow(library, find, query, names):
    films, hidden = library["albums"]
    intro = library["photos"]["film"].tags.get()
    page = find(query.format(films=films.pk, hidden=hidden.pk, intro=intro.pk))
    known = {photo.pk: name for name, photo in library["photos"].items()}
    assert " ".join(known[row.pk] for row in page.rows) == names
    assert (page.count, page.is_count_capped, page.next) == (len(names.split()), False, "")


def test_filters__published__are_those_that_the_site_shows_as_published(library, find):
    hidden = library["albums"][1]
    concealed, draft = PhotoFactory(albums=[hidden]), PhotoFactory(albums=[hidden], unpublished=True)
    shown = {row.pk for row in find("published=yes").rows}
    assert shown == set(Photo.objects.published().values_list("pk", flat=True))
    assert concealed.pk not in shown
    assert {concealed.pk, draft.pk} < {row.pk for row in find("published=no").rows}


def test_filters__first_day_of_the_calendar__is_passed_over_where_it_began_before(library, find, settings):
    settings.TIME_ZONE = "Europe/Copenhagen"
    assert find("from=0001-01-01").count == 5


def test_options__kinds_and_workspace__hide_the_rest(library, find):
    assert find(kinds=("audio", "image")).count == 2
    assert find("kind=video", kinds=("audio", "image")).count == 0
    assert find(workspace="intranet").count == 1
    assert find("workspace=default", workspace="intranet").count == 0
    assert find(workspace="nowhere").count == 0


def test_filters__albums_and_live_streams__have_their_own(find):
    AlbumFactory(title="Open", created_at=NOON)
    AlbumFactory(title="Hidden", is_hidden=True, created_at=NOON - timedelta(days=9))
    LiveStreamFactory(name="Open", is_private=None)
    LiveStreamFactory(name="Private", is_private=True, next_start_at=None)
    assert [row.title for row in find("published=yes", "album").rows] == ["Open"]
    assert [row.title for row in find("published=no", "album").rows] == ["Hidden"]
    assert [row.title for row in find("from=2026-05-10", "album").rows] == ["Open"]
    assert [row.title for row in find("published=yes", "livestream").rows] == ["Open"]
    assert [row.title for row in find("published=no", "livestream").rows] == ["Private"]
    assert find("q=priv", "livestream").count == 1
    assert find("kind=video&album=1&min_seconds=3", "livestream").count == 2


# Orders


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", "bac-"),
        ("newest", "bac-"),
        ("oldest", "cab-"),
        ("published", "acb-"),
        ("title", "-cba"),
        ("duration", "cba-"),
        ("views", "abc-"),
        ("nonsense", "bac-"),
    ],
)
def test_sort__photos__are_in_order_and_those_without_a_value_last(find, sort, expected):
    def make(name: str, title: str, uploaded: int, published: int, seconds: int, views: int) -> None:
        moments = {"uploaded_at": NOON + timedelta(days=uploaded), "published_at": NOON + timedelta(days=published)}
        PhotoFactory(author_name=name, title=title, duration_seconds=seconds, view_count=views, **moments)

    make("a", "“Zebra”", 2, 9, 300, 30)
    make("b", "Élan", 3, 1, 200, 20)
    make("c", "apple", 1, 5, 100, 10)
    PhotoFactory(author_name="-", title="", duration_seconds=None, view_count=0, uploaded_at=None, published_at=None)
    assert "".join(row.author_name for row in find(f"sort={sort}").rows) == expected


def test_sort__live_streams__begin_with_what_is_on_air(find):
    now = datetime.now(UTC)
    LiveStreamFactory(name="next week", next_start_at=now + timedelta(days=7))
    LiveStreamFactory(name="over", next_start_at=now - timedelta(days=1))
    LiveStreamFactory(name="late", next_start_at=now - timedelta(minutes=5))
    LiveStreamFactory(name="on air", on_air=True)
    assert [row.name for row in find("", "livestream").rows] == ["on air", "late", "next week", "over"]
    assert [row.name for row in find("sort=title", "livestream").rows] == ["late", "next week", "on air", "over"]
    assert find("sort=newest", "livestream").rows[0].name == "on air"


def test_pages__live_streams_that_are_over__go_through_all_of_them_once(find):
    for n in range(PAGE_SIZE * 2 + 3):
        LiveStreamFactory(remote_id=n + 1, next_start_at=None)
    assert sorted(walk_through(find, "", model="livestream")) == list(range(1, PAGE_SIZE * 2 + 4))


# Pages


@pytest.mark.parametrize("query", ["", "q=word3", "q=title+word3"])
def test_pages__every_order__go_through_all_rows_once(find, shelf, query):
    shelf(PAGE_SIZE * 13)
    expected = [n + 1 for n in range(PAGE_SIZE * 13) if not query or n % 10 == 3]
    for sort in SORTS[Photo]:
        numbers = walk_through(find, f"sort={sort}&{query}")
        assert sorted(numbers) == expected, sort
        assert numbers in (expected, expected[::-1]), sort


def test_pages__more_rows_than_are_counted__go_through_all_of_them_once(find, shelf):
    shelf(WALK + COUNT_LIMIT)
    for sort in ("newest", "title", "duration", "views"):
        page = find(f"sort={sort}")
        assert (page.count, page.is_count_capped) == (COUNT_LIMIT, True), sort
        numbers = walk_through(find, f"sort={sort}")
        assert len(numbers) == len(set(numbers)) == WALK + COUNT_LIMIT, sort


def test_pages__many_rows_far_from_the_beginning__are_found(find, shelf):
    shelf(WALK + 200)
    # All that is searched for is old, so that no short walk from the newest meets it.
    old = Photo.objects.order_by("uploaded_at")[: COUNT_LIMIT + 100].values_list("pk", flat=True)
    Photo.objects.filter(pk__in=list(old)).update(search_text=" old")
    numbers = walk_through(find, "q=old")
    assert numbers == list(range(WALK + 200 - COUNT_LIMIT - 100 + 1, WALK + 200 + 1))


def test_pages__rows_without_a_value__come_last(find, shelf):
    shelf(COUNT_LIMIT + 100)
    Photo.objects.filter(remote_id__gt=50).update(duration_seconds=None)
    numbers = walk_through(find, "sort=duration")
    assert numbers == list(range(1, COUNT_LIMIT + 101))


@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, COUNT_LIMIT, COUNT_LIMIT + 1])
def test_count__rows__are_told_up_to_the_limit(find, shelf, count):
    shelf(count)
    page = find()
    assert (page.count, page.is_count_capped) == (min(count, COUNT_LIMIT), count > COUNT_LIMIT)
    assert len(page.rows) == min(count, PAGE_SIZE)
    assert bool(page.next) == (count > PAGE_SIZE)


def test_pages__rows_arrive_meanwhile__repeat_and_leave_out_nothing(find, shelf):
    shelf(PAGE_SIZE * 2)
    first = find()
    PhotoFactory(remote_id=9_000, uploaded_at=NOON + timedelta(days=1))
    second = find(f"cursor={first.next}")
    assert [row.remote_id for row in (*first.rows, *second.rows)] == list(range(1, PAGE_SIZE * 2 + 1))


def test_pages__equal_values__are_told_apart_by_their_key(find, shelf):
    shelf(PAGE_SIZE * 3, view_count=7, sort_title="same")
    for sort in ("views", "title"):
        assert len(set(walk_through(find, f"sort={sort}"))) == PAGE_SIZE * 3


def test_cursor__of_another_order_or_forged__is_refused(find, shelf):
    shelf(PAGE_SIZE + 1)
    cursor = find("sort=title").next
    assert find(f"sort=title&cursor={cursor}").rows
    for query in (f"sort=newest&cursor={cursor}", "cursor=nonsense", f"cursor={signing.dumps((False, 1, 1, True))}"):
        with pytest.raises(CursorError):
            find(query)


ORDERS = [(model, sort) for model, sorts in SORTS.items() for sort in sorts]


def fill_all_models() -> None:
    """Write more rows of each model than fit on a page."""
    for n in range(PAGE_SIZE + 1):
        moment = NOON - timedelta(minutes=n)
        PhotoFactory(remote_id=n + 1, uploaded_at=moment, published_at=moment, duration_seconds=float(n), view_count=n)
        AlbumFactory(remote_id=n + 1, created_at=moment)
        LiveStreamFactory(remote_id=n + 1, next_start_at=datetime.now(UTC) + timedelta(days=n + 1))


def test_cursor__of_every_model_and_order__is_good_for_its_own_and_for_no_other(find):
    fill_all_models()
    cursors = {(model, sort): find(f"sort={sort}", model._meta.model_name).next for model, sort in ORDERS}
    assert all(cursors.values())
    for made_for, cursor in cursors.items():
        for model, sort in ORDERS:
            query = f"sort={sort}&cursor={cursor}"
            if made_for == (model, sort):
                assert len(find(query, model._meta.model_name).rows) == 1
                continue
            with pytest.raises(CursorError):
                find(query, model._meta.model_name)


WRONG_VALUES = ["soon", "2026-05-13", "2026-05-13T12:00:00", 7, 1.5, 2**63, True, [], {}, [1], {"a": 1}]
FITTING = {datetime: [], str: [str], float: [int, float], int: [int]}


@pytest.mark.parametrize(("model", "sort"), ORDERS)
def test_cursor__signed_but_of_the_wrong_types__is_refused(find, model, sort):
    fill_all_models()
    name, holds = model._meta.model_name, SORTS[model][sort].holds
    good = find(f"sort={sort}", name).next
    salt = f"django_twentythree.pickers.sorts.{name}.{sort}"
    value, pk, is_among_many = signing.loads(good, salt=salt)
    wrong = [(each, pk, is_among_many) for each in WRONG_VALUES if type(each) not in FITTING[holds] or each == 2**63]
    wrong += [(value, each, is_among_many) for each in (None, "1", 1.5, True, [], 2**63)]
    wrong += [(value, pk, each) for each in (None, 1, "yes", [])]
    wrong += [(), (value, pk), (value, pk, is_among_many, 1), "text", 7, None, {"a": 1}]
    if holds is float:
        wrong.remove((2**63, pk, is_among_many))  # a number like any other
    for content in wrong:
        with pytest.raises(CursorError):
            find(f"sort={sort}&cursor={signing.dumps(content, salt=salt)}", name)
    assert find(f"sort={sort}&cursor={signing.dumps((value, pk, is_among_many), salt=salt)}", name).rows
    assert isinstance(
        find(f"sort={sort}&cursor={signing.dumps((None, pk, is_among_many), salt=salt)}", name).rows, list
    )


@pytest.mark.parametrize("sort", ["newest", "title", "duration"])
def test_picker_filter__over_tags__shows_each_row_once(find, shelf, settings, sort):
    settings.TWENTYTHREE = {"PICKER_FILTER": "tests.pickers.filters.tagged"}
    shelf(COUNT_LIMIT + 100)
    tags = [TagFactory(name=name) for name in ("one", "two")]
    through = Photo.tags.through
    keys = list(Photo.objects.order_by("remote_id").values_list("pk", flat=True))
    few, many = keys[:30], keys[30 : COUNT_LIMIT + 50]
    through.objects.bulk_create(through(photo_id=key, tag=tag) for key in few for tag in tags)
    assert walk_through(find, f"sort={sort}") == list(range(1, 31))
    through.objects.bulk_create(through(photo_id=key, tag=tag) for key in many for tag in tags)
    page = find(f"sort={sort}")
    assert page.is_count_capped
    assert [row.remote_id for row in page.rows] == list(range(1, PAGE_SIZE + 1))
    assert len(walk_through(find, f"sort={sort}")) == COUNT_LIMIT + 50


def test_columns_that_are_not_needed__are_left_in_the_database(library):
    page = find_page(get_listed(PickerOptions(model="photo"), None), QueryDict(""), ("extra",))
    assert page.rows[0].get_deferred_fields() == {"extra"}
