"""What the address of a list may ask: what its filters offer, and nothing that pages mask."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.db.models import Field
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_twentythree.admin import PhotoAdmin
from django_twentythree.admin.mirrored import ReadOnlyAdmin
from django_twentythree.folding import MAX_WORDS
from django_twentythree.models import (
    Album,
    LiveStream,
    Notification,
    Photo,
    Player,
    SyncRun,
    Tag,
    Workspace,
)
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
from showcase.models import Article

SECRET = "0123456789abcdef0123456789abcdef"
ROWS = {
    Album: lambda: AlbumFactory(token=SECRET, extra={"protected_token": SECRET}),
    LiveStream: lambda: LiveStreamFactory(token=SECRET, extra={"publish_stream": SECRET}),
    Notification: lambda: NotificationFactory(payload={"json": {"token": SECRET}}),
    Photo: lambda: PhotoFactory(
        token=SECRET, extra={"protected_token": SECRET}, albums=[AlbumFactory(token=SECRET)], tags=["harbour"]
    ),
    Player: lambda: PlayerFactory(extra={"secret": SECRET}),
    SyncRun: SyncRunFactory,
    Tag: lambda: PhotoFactory(token=SECRET, tags=["harbour"]).tags.get(),
    Workspace: WorkspaceFactory,
}
OURS = [model for model, admin in django_admin.site._registry.items() if model._meta.app_label == "twentythree"]

LOOKUPS = ("", "__startswith", "__istartswith", "__contains", "__icontains", "__regex", "__iregex", "__gte", "__lt")
KEYS = ("", "__protected_token", "__publish_stream", "__json__token", "__secret", "__0")
OFFERED = {
    Album: {"is_hidden": True},
    LiveStream: {"is_broadcasting": True, "is_private": True},
    Notification: {"state": "done", "source": "webhook"},
    Photo: {"kind": "video", "is_published": True, "is_protected": True},
    SyncRun: {"resource": "photos", "state": "failed", "trigger": "schedule"},
}
"""The columns by which a list is filtered, each with a value."""


def iter_hostile(model):
    """Yield lookups of the model's own columns, and of those of its relations."""
    for field in model._meta.get_fields():
        if isinstance(field, Field) and not field.is_relation:
            keys = KEYS if field.get_internal_type() == "JSONField" else ("",)
            if field.name not in OFFERED.get(model, ()):
                yield from (f"{field.name}{key}{lookup}" for key in keys for lookup in LOOKUPS)
            yield from (f"{field.name}__{text}" for text in ("startswith", "contains", "regex"))
        elif field.related_model:
            inner = (inner for inner in field.related_model._meta.get_fields() if isinstance(inner, Field))
            yield from (f"{field.name}__{one.name}__startswith" for one in inner)


def get_url(model, **query):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=query)


@pytest.fixture
def viewer(login):
    """A client of a member of staff who may look at everything, and do nothing."""
    return login(*(f"view_{model._meta.model_name}" for model in OURS))


def test_admins__of_the_package__are_all_looked_at():
    assert set(OURS) == set(ROWS)
    assert all(isinstance(django_admin.site._registry[model], ReadOnlyAdmin) for model in OURS)


@pytest.mark.parametrize("model", OURS)
def test_lookup_allowed__column_that_no_filter_offers__is_false(rf, model):
    model_admin = django_admin.site._registry[model]
    hostile = list(iter_hostile(model))
    assert len(hostile) > 40
    assert not [lookup for lookup in hostile if model_admin.lookup_allowed(lookup, "0", rf.get("/"))]


@pytest.mark.parametrize(
    ("model", "lookup", "right"),
    [
        (Photo, "extra__protected_token__startswith", "0"),
        (Photo, "extra__icontains", SECRET),
        (Photo, "token__startswith", "0"),
        (Photo, "token", SECRET),
        (Photo, "token__gte", "0"),
        (Photo, "albums__token__startswith", "0"),
        (Photo, "workspace__domain__startswith", "v"),
        (Photo, "live_stream__extra__publish_stream__startswith", "0"),
        (Photo, "kind__regex", "^v"),
        (LiveStream, "extra__publish_stream__startswith", "0"),
        (LiveStream, "recordings__token__startswith", "0"),
        (Notification, "payload__json__token__startswith", "0"),
        (Notification, "payload__regex", "0123"),
        (Tag, "photos__token__startswith", "0"),
        (Player, "extra__secret__startswith", "0"),
        (Album, "token__regex", "^0"),
        (Album, "photos__token__startswith", "0"),
        (SyncRun, "workspace__conditions__reason__startswith", "0"),
        (Workspace, "photo__token__startswith", "0"),
        (Article, "video__token__startswith", "0"),
        (Article, "video__extra__protected_token__startswith", "0"),
    ],
)
def test_list__asked_by_what_is_masked__is_refused_the_same_for_right_and_wrong(admin, model, lookup, right):
    for build in ROWS.values():
        build()
    answers = [admin.get(get_url(model, **{lookup: value})) for value in (right, "z")]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("model", OURS)
def test_list__asked_for_another_key__is_refused(viewer, model):
    for name in ("token", "extra", "payload", "workspace__domain"):
        assert viewer.get(get_url(model, _to_field=name)).status_code == 400


@pytest.mark.parametrize("model", OURS)
def test_list__in_any_order__sorts_by_what_it_shows_only(viewer, model):
    ROWS[model]()
    for order in ("-1", "1", "2.-3", "99", "9" * 5_000, "token", "x", "-"):
        answer = viewer.get(get_url(model, o=order))
        assert answer.status_code == 200
        ordering = " ".join(str(part) for part in answer.context["cl"].queryset.query.order_by)
        assert not any(secret in ordering for secret in ("token", "extra", "payload"))


@pytest.mark.parametrize("model", OURS)
def test_list__words_of_a_secret__find_nothing(viewer, model):
    ROWS[model]()
    assert viewer.get(get_url(model)).context["cl"].result_list
    assert not viewer.get(get_url(model, q=SECRET[:12])).context["cl"].result_list or not hasattr(model, "search_text")


@pytest.mark.parametrize("model", OURS)
def test_filters__each_link_of_a_list__is_followed(viewer, model):
    WorkspaceFactory(alias="second")
    ROWS[model]()
    page = viewer.get(get_url(model)).content.decode()
    queries = {html.unescape(query) for query in re.findall(r'href="(\?[^"]*)"', page)}
    assert len(queries) > 1 or not django_admin.site._registry[model].list_filter
    for query in queries:
        answer = viewer.get(get_url(model) + query)
        assert answer.status_code == 200, query


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [(model, *pair) for model, offered in OFFERED.items() for pair in offered.items()],  # type: ignore[attr-defined]
)
def test_filters__column__narrows_the_list(viewer, model, name, value):
    row = ROWS[model]()
    model.objects.filter(pk=row.pk).update(**{name: value})
    field = model._meta.get_field(name)
    other = (not value) if isinstance(value, bool) else next(key for key in dict(field.choices) if key != value)
    for asked, expected in ((value, 1), (other, 0)):
        answer = viewer.get(get_url(model, **{f"{name}__exact": int(asked) if isinstance(asked, bool) else asked}))
        assert answer.context["cl"].result_count == expected


def test_filters__limit_of_a_foreign_key__works_in_its_pop_up(viewer, monkeypatch):
    PhotoFactory(width=640)
    PhotoFactory(width=320)
    monkeypatch.setattr(Photo._meta, "related_fkey_lookups", [{"width__gt": 500}, lambda: {"height__gt": 0}])
    assert viewer.get(get_url(Photo, width__gt=500)).context["cl"].result_count == 1
    assert viewer.get(get_url(Photo, height__gt=0)).status_code == 200
    assert viewer.get(get_url(Photo, width__gt=501)).status_code == 400


class DatedPhotoAdmin(PhotoAdmin):
    """What a project may make of ours."""

    list_filter = (("published_at", django_admin.DateFieldListFilter), "author_name")  # type: ignore[assignment]
    date_hierarchy = "uploaded_at"


def test_filters__of_a_projects_own__are_allowed(rf):
    model_admin = DatedPhotoAdmin(Photo, django_admin.site)
    allowed = (
        "published_at__gte",
        "published_at__isnull",
        "uploaded_at__year",
        "uploaded_at__gte",
        "author_name__exact",
    )
    for lookup in allowed:
        assert model_admin.lookup_allowed(lookup, "2026", rf.get("/"))
    for lookup in ("kind__exact", "token", "author_name__startswith", "uploaded_at"):
        assert not model_admin.lookup_allowed(lookup, "2026", rf.get("/"))


TEXTS = {
    "1,100 words": " ".join(f"w{n}" for n in range(1_100)),
    "a long word": "w" * 100_000,
    "50,000 words": "w " * 50_000,
    "a long number": "9" * 5_000,
    "no bigint": "9" * 19,
    "U+0000": "a\x00b",
    "mere U+0000": "\x00",
    "surrogate": "\ud800",
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Photo, "tag_like"),
        (Photo, "category_like"),
        (LiveStream, "category_like"),
        *((model, "q") for model in (Album, LiveStream, Notification, Photo, Player, Tag)),
    ],
)
def test_list__more_words_than_are_read__is_answered(viewer, model, name, text):
    ROWS[model]()
    with CaptureQueriesContext(connection) as queries:
        answer = viewer.get(get_url(model), {name: TEXTS[text].encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert max(query["sql"].upper().count(" LIKE ") for query in queries) <= 4 * MAX_WORDS


@pytest.mark.parametrize("name", ["tag_like", "q"])
def test_list__words_of_a_tag__are_found_whatever_their_case(viewer, name):
    TagFactory(name="ærø harbour")
    TagFactory(name="harbour")
    if name == "q":
        answer = viewer.get(get_url(Tag), {"q": "HARBOUR ÆRØ"})
        assert [str(tag) for tag in answer.context["cl"].result_list] == ["ærø harbour"]
    else:
        PhotoFactory()
        answer = viewer.get(get_url(Photo), {"tag_like": "HARBOUR ÆRØ"})
        [offered] = [spec for spec in answer.context["cl"].filter_specs if spec.title == "tag"]
        assert [str(tag) for tag in offered.offered] == ["ærø harbour"]


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Photo, "kind__exact=%00"),
        (Photo, "kind__exact=%00&kind__exact=video"),
        (Photo, "kind__exact=video&" * 900),
        (Photo, "is_published__exact=1&" * 900),
        (Notification, "state__exact=a%00b"),
        (SyncRun, "resource__exact=%00"),
        (LiveStream, "is_private__isnull=%00"),
    ],
)
def test_list__values_that_no_column_has__are_left_out(viewer, model, query):
    ROWS[model]()
    answer = viewer.get(f"{get_url(model)}?{query}")
    assert (answer.status_code, answer["Location"].partition("?")[2]) == (302, "e=1")
    assert viewer.get(answer["Location"]).status_code == 200


def test_filters__limit_of_a_foreign_key_and_another_value__is_refused(viewer, monkeypatch):
    monkeypatch.setattr(Photo._meta, "related_fkey_lookups", [{"token": "public"}])
    assert viewer.get(get_url(Photo, token="public")).status_code == 200
    assert viewer.get(f"{get_url(Photo)}?token=0&token=public").status_code == 400
