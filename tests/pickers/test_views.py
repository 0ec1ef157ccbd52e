"""The picker's answers: whom they are given to, and what they say."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from django_twentythree.models import Photo
from django_twentythree.pickers.describe import say_duration
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    PhotoFactory,
    SectionFactory,
    WorkspaceFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = {"photo": PhotoFactory, "album": AlbumFactory, "livestream": LiveStreamFactory}
READING = ("picker", "picker_dialog", "picker_describe", "picker_details", "picker_suggest")
ASKING = ("picker_find", "picker_refresh", "picker_newest")


def get_url(name: str, model: str, pk: int = 1) -> str:
    """Return the address of an endpoint."""
    further = {"picker_details": [pk], "picker_refresh": [pk], "picker_suggest": ["albums"]}
    return reverse(f"twentythree:{name}", args=[model, *further.get(name, [])])


def ask(client: Client, name: str, model: str, pk: int = 1) -> Any:
    """Return the answer of an endpoint, asked as the dialog asks."""
    send = client.post if name in ASKING else client.get
    return send(get_url(name, model, pk), {"id": pk, "text": f"https://video.example.com/video/{pk}"})


def get_items(client: Client, model: str = "photo", **parameters: Any) -> list[dict[str, Any]]:
    """Return the first page of what there is to choose from."""
    answer = client.get(reverse("twentythree:picker", args=[model]), parameters)
    assert answer.status_code == 200
    return list(answer.json()["results"])


# Who is answered


@pytest.mark.parametrize("name", [*READING, *ASKING])
@pytest.mark.parametrize("model", FACTORIES)
def test_endpoint__who_may_not_see__gets_a_sentence_and_nothing_else(login, settings, name, model):
    row = FACTORIES[model](title="Secret") if model != "livestream" else LiveStreamFactory(name="Secret")
    others = {f"view_{each}" for each in FACTORIES} - {f"view_{model}"}
    nobody, inactive = Client(), Client()
    user = User.objects.create_user("gone")
    inactive.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    cases = [
        (nobody, 401),
        (inactive, 401),
        (login(username="without"), 403),
        (login(*others, username="other"), 403),
        (login(f"change_{model}", username="staff", is_staff=True), 403),
    ]
    for client, status in cases:
        answer = ask(client, name, model, row.pk)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/json"
        assert set(answer.json()) == {"error"}
        assert "Secret" not in answer.content.decode()
        assert row.token not in answer.content.decode()


@pytest.mark.parametrize("is_staff", [False, True])
@pytest.mark.parametrize(
    ("name", "model"),
    # Only videos are filtered by categories and tags.
    [(name, model) for name in READING for model in FACTORIES if name != "picker_suggest" or model == "photo"],
)
def test_endpoint__who_may_see__is_answered_privately(login, name, model, is_staff):
    client = login(f"view_{model}", is_staff=is_staff)
    answer = ask(client, name, model, FACTORIES[model]().pk)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("name", ASKING)
def test_asking__without_csrf_token__is_refused(make_user, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("view_photo"))
    assert ask(client, name, "photo", PhotoFactory().pk).status_code == 403


@pytest.mark.parametrize("name", [*READING, *ASKING])
def test_endpoint__wrong_method__is_refused(editor, name):
    send = editor.get if name in ASKING else editor.post
    assert send(get_url(name, "photo")).status_code == 405


@pytest.mark.parametrize("name", [*READING, *ASKING])
def test_endpoint__no_such_model__is_said(editor, name):
    answer = ask(editor, name, "player")
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_endpoints__site_that_asks_everybody_to_log_in__answer_as_ever(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    assert ask(Client(), "picker", "photo").status_code == 401


def test_reading__platform_is_down__works(settings, editor):
    # Nobody listens on port 9.
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}}}
    photo = PhotoFactory()
    assert [ask(editor, name, "photo", photo.pk).status_code for name in READING] == [200] * len(READING)


@pytest.mark.parametrize("name", ["picker", "picker_describe", "picker_details", "picker_suggest"])
def test_picker_filter__row_filtered_away__appears_nowhere(settings, editor, name):
    settings.TWENTYTHREE = {"PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    hidden = PhotoFactory(title="Mountains", albums=[AlbumFactory(title="Mountain films")])
    answer = ask(editor, name, "photo", hidden.pk)
    assert "Mountain" not in answer.content.decode()
    assert answer.status_code == (404 if name == "picker_details" else 200)
    shown = PhotoFactory(title="Harbour")
    if name != "picker_suggest":
        assert "Harbour" in ask(editor, name, "photo", shown.pk).content.decode()


def test_picker_filter__by_user__is_asked_for_who_looks(settings, login):
    settings.TWENTYTHREE = {"PICKER_FILTER": "tests.pickers.filters.named"}
    PhotoFactory(title="Of Astrid")
    assert len(get_items(login("view_photo", username="astrid"))) == 1
    assert get_items(login("view_photo", username="bo")) == []


def test_picker__cursor_of_another_model__is_answered_with_a_sentence(editor):
    AlbumFactory.create_batch(25)
    cursor = editor.get(get_url("picker", "album"), {"sort": "title"}).json()["next"]
    answer = editor.get(get_url("picker", "livestream"), {"sort": "title", "cursor": cursor})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "The list has changed. Please search again."},
    )


# What may not be known of


@pytest.fixture
def secrets(settings):
    """A library in which much is kept from everybody by `PICKER_FILTER`, which joins and makes distinct."""
    settings.TWENTYTHREE = {"PICKER_FILTER": "tests.pickers.filters.open_tags"}
    harbour, secret = AlbumFactory(title="Harbour"), AlbumFactory(title="Secret category")
    return {
        "harbour": harbour,
        "secret": secret,
        "open": PhotoFactory(title="Open", albums=[harbour, secret], tags=["open", "common"]),
        "forbidden": PhotoFactory(title="Forbidden", albums=[harbour, secret], tags=["kept back", "secret plan"]),
    }


def suggest(client: Client, what: str, text: str = "", **parameters: Any) -> list[str]:
    """Return what is proposed to filter by."""
    url = reverse("twentythree:picker_suggest", args=["photo", what])
    return [found["label"] for found in client.get(url, {"q": text, **parameters}).json()["results"]]


def test_suggest__tags_of_forbidden_videos__are_not_proposed(editor, secrets):
    assert suggest(editor, "tags") == ["common", "open"]
    assert suggest(editor, "tags", "secret") == suggest(editor, "tags", "kept") == []
    # Nor those of what is not there to choose from.
    PhotoFactory(tags=["open", "gone"], gone=True)
    PhotoFactory(tags=["open", "audible"], audio=True)
    assert suggest(editor, "tags", "gone") == []
    assert suggest(editor, "tags", "audible") == ["audible"]
    assert suggest(editor, "tags", "audible", kinds="video") == []


def test_suggest__forbidden_categories__are_not_proposed(editor, secrets):
    assert suggest(editor, "albums") == ["Harbour"]
    assert suggest(editor, "albums", "secret") == []


def test_filters__forbidden_category_or_tag__answer_like_absent_ones(editor, secrets):
    kept_back = secrets["forbidden"].tags.get(name="kept back")

    def ask(**parameters: Any) -> Any:
        return editor.get(get_url("picker", "photo"), parameters).json()

    assert [item["pk"] for item in ask(album=secrets["harbour"].pk)["results"]] == [secrets["open"].pk]
    assert ask(album=secrets["secret"].pk) == ask(album=99_999)
    assert ask(album=secrets["secret"].pk)["count"] == 0
    assert ask(tag=kept_back.pk) == ask(tag=99_999)


def test_search__filter_and_hidden_categories__costs_three_queries(login, secrets, django_assert_num_queries):
    client = login("view_photo", username="narrow")
    client.get(get_url("picker", "photo"))
    query = {"q": "open", "album": secrets["harbour"].pk, "tag": secrets["open"].tags.first().pk, "published": "yes"}
    with django_assert_num_queries(4 + 2):  # the session, the user, the permissions (two)
        assert client.get(get_url("picker", "photo"), query).json()["count"] == 1
    for what in ("albums", "tags"):
        with django_assert_num_queries(4 + 1):
            suggest(client, what, "o")


@pytest.mark.parametrize("name", ["picker_describe", "picker_details"])
def test_one_object__forbidden_and_absent__cannot_be_told_apart(editor, secrets, name):
    told, absent = (ask(editor, name, "photo", pk) for pk in (secrets["forbidden"].pk, 99_999))
    assert (told.status_code, told.json()) == (absent.status_code, absent.json())


def test_hidden_categories__who_may_not_see_categories__are_named_nowhere(login, editor):
    shown, hidden = AlbumFactory(title="Shown"), AlbumFactory(title="Kept quiet", is_hidden=True)
    photo = PhotoFactory(albums=[shown, hidden])
    live = LiveStreamFactory(album=hidden)
    other = login("view_photo", "view_livestream", username="other")

    def get_page(client: Client, model: str, pk: int) -> str:
        return client.get(get_url("picker_details", model, pk)).content.decode()

    for client, is_told in ((editor, True), (other, False)):
        assert "Shown" in get_page(client, "photo", photo.pk)
        assert ("Kept quiet" in get_page(client, "photo", photo.pk)) == is_told
        assert ("Kept quiet" in get_page(client, "livestream", live.pk)) == is_told
        assert suggest(client, "albums") == (["Kept quiet", "Shown"] if is_told else ["Shown"])
        assert bool(get_items(client, album=hidden.pk)) == is_told
        assert get_items(client, album=shown.pk) != []


def test_number_of_videos__who_may_not_see_videos__is_that_of_the_public_ones(login, editor):
    album = AlbumFactory()
    PhotoFactory(albums=[album])
    PhotoFactory(albums=[album], unpublished=True)
    page = login("view_album", username="other").get(get_url("picker_details", "album", album.pk)).content.decode()
    assert '<dt>Videos</dt><dd dir="auto">1</dd>' in page
    page = editor.get(get_url("picker_details", "album", album.pk)).content.decode()
    assert '<dt>Videos</dt><dd dir="auto">2</dd>' in page


# What an item tells


def test_item__video__tells_what_an_editor_needs(editor, settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
    photo = PhotoFactory(title="Onboarding", duration_seconds=3_800.2)
    answer = editor.get(get_url("picker", "photo")).json()
    assert (answer["count"], answer["count_label"], answer["is_count_capped"]) == (1, "1 video", False)
    assert answer["next"] is None
    assert answer["results"] == [
        {
            "pk": photo.pk,
            "remote_id": photo.remote_id,
            "title": "Onboarding",
            "kind": "video",
            "kind_label": "video",
            "thumbnail": f"https://video.example.com/{photo.tree_id}/{photo.remote_id}/{photo.token}/600x338cr/thumbnail.jpg",
            "duration": "1:03:20",
            "duration_label": "1 hour 3 minutes",
            "date": date_format(timezone.localtime(photo.uploaded_at), "DATE_FORMAT"),
            "badges": [],
            "is_choosable": True,
            "reason": "",
            "workspace": "",
            "platform_url": photo.platform_url,
            "admin_url": "",
        }
    ]


def test_item__member_of_staff__gets_the_way_to_the_admin(login):
    photo = PhotoFactory()
    (item,) = get_items(login("view_photo", is_staff=True))
    assert item["admin_url"] == f"/admin/twentythree/photo/{photo.pk}/change/"


@pytest.mark.parametrize(
    ("state", "badges", "reason"),
    [
        ({"unpublished": True}, ["unpublished"], "It is not published on TwentyThree."),
        ({"is_concealed": True}, ["hidden"], "It is hidden on TwentyThree."),
        ({"protected": True}, ["protected"], ""),
        ({"is_encoded": False}, ["encoding"], ""),
        ({"encoding": True}, ["encoding", "unpublished"], "It is not published on TwentyThree."),
        ({"image": True}, [], ""),
        ({"text": True, "is_encoded": False}, [], ""),
    ],
)
def test_item__photo_in_a_state__has_badges_and_a_reason(editor, state, badges, reason):
    PhotoFactory(**state)
    (item,) = get_items(editor)
    assert [badge["code"] for badge in item["badges"]] == badges
    assert (item["is_choosable"], item["reason"]) == (not reason, reason)


def test_item__unpublished__shows_its_thumbnail_to_who_may_see_it(editor):
    photo = PhotoFactory(unpublished=True)
    assert photo.token in get_items(editor)[0]["thumbnail"]


def test_item__album_and_live_stream__have_badges_of_their_own(editor):
    AlbumFactory(is_hidden=True)
    LiveStreamFactory(on_air=True, is_private=True)
    (album,), (live,) = get_items(editor, "album"), get_items(editor, "livestream")
    assert [badge["label"] for badge in album["badges"]] == ["Hidden"]
    assert [badge["label"] for badge in live["badges"]] == ["Live now", "Private"]
    assert (album["reason"], live["reason"]) == ("It is hidden on TwentyThree.", "It is private on TwentyThree.")
    assert (album["kind_label"], live["kind_label"]) == ("category", "live stream / webinar")


def test_item__embed_unpublished__is_choosable(editor, settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com", "EMBED_UNPUBLISHED": True}}}
    PhotoFactory(unpublished=True)
    assert get_items(editor)[0]["is_choosable"] is True
    assert get_items(editor, allow_unpublished="0")[0]["is_choosable"] is False


def test_item__untitled_without_dates__is_told(editor):
    PhotoFactory(title="", remote_id=77, uploaded_at=None, published_at=None, duration_seconds=None)
    (item,) = get_items(editor)
    assert (item["title"], item["date"], item["duration"], item["duration_label"]) == ("Untitled video 77", "", "", "")


def test_item__several_workspaces__names_its_own(editor, settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "a.example"}, "intranet": {"DOMAIN": "b.example"}}}
    PhotoFactory(workspace=WorkspaceFactory(alias="intranet", name="Intranet TV"))
    assert get_items(editor)[0]["workspace"] == "Intranet TV"


def test_answers__language_of_the_request__is_used(editor):
    PhotoFactory(
        duration_seconds=60, uploaded_at=timezone.datetime(2026, 5, 13, tzinfo=timezone.get_current_timezone())
    )
    with translation.override("de"):
        assert get_items(editor)[0]["date"] == "13. Mai 2026"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 seconds"), (1, "1 second"), (61.5, "1 minute 1 second"), (600, "10 minutes"), (3600, "1 hour"),
     (7265, "2 hours 1 minute"), (None, ""), (float("nan"), ""), (-5, "")],
)  # fmt: skip
def test_say_duration__seconds__are_words(seconds, words):
    assert say_duration(seconds) == words


def test_describe__ids__come_in_the_order_asked_for_gone_ones_too(editor):
    first, gone = PhotoFactory(), PhotoFactory(gone=True)
    url = get_url("picker_describe", "photo")
    found = editor.get(url, {"id": [gone.pk, first.pk, 99_999, "x", "9" * 30, first.pk]}).json()["results"]
    assert [item["pk"] for item in found] == [gone.pk, first.pk]
    assert [badge["code"] for badge in found[0]["badges"]] == ["gone"]
    assert (found[0]["is_choosable"], found[0]["platform_url"]) == (False, "")
    assert editor.get(url).json() == {"results": []}


def test_describe__more_than_a_hundred__are_cut(editor, django_assert_num_queries):
    PhotoFactory.create_batch(105)
    keys = list(Photo.objects.values_list("pk", flat=True))
    with django_assert_num_queries(5):  # the session, the user, the permissions (two), the rows
        found = editor.get(get_url("picker_describe", "photo"), {"id": keys}).json()["results"]
    assert [item["pk"] for item in found] == keys[:100]


# Covers of categories


def test_cover__newest_video_with_a_picture__is_shown(editor):
    album, other, empty = AlbumFactory(), AlbumFactory(), AlbumFactory()
    now = timezone.now()
    cover = PhotoFactory(albums=[album, other], uploaded_at=now)
    PhotoFactory(albums=[album], uploaded_at=now - timedelta(days=1))
    Photo.objects.filter(pk=PhotoFactory(albums=[album]).pk).update(uploaded_at=None)
    PhotoFactory(albums=[album], uploaded_at=now + timedelta(days=1), gone=True)
    PhotoFactory(albums=[album], uploaded_at=now + timedelta(days=1), encoding=True)
    PhotoFactory(albums=[album], uploaded_at=now + timedelta(days=1), audio=True)
    last = PhotoFactory(albums=[other], uploaded_at=now + timedelta(hours=1), unpublished=True)
    found = {item["pk"]: item["thumbnail"] for item in get_items(editor, "album")}
    assert found[album.pk] == cover.thumbnail_url("600x338cr")
    assert found[other.pk] == last.thumbnail_url("600x338cr", allow_unpublished=True)
    assert found[empty.pk].endswith("placeholder.svg")
    described = editor.get(get_url("picker_describe", "album"), {"id": album.pk}).json()["results"]
    assert described[0]["thumbnail"] == found[album.pk]


def test_cover__video_that_the_user_may_not_see__is_not_shown(login, editor, settings):
    album = AlbumFactory(title="Harbour")
    now = timezone.now()
    PhotoFactory(title="Mountains", albums=[album], uploaded_at=now)
    harbour = PhotoFactory(title="Harbour", albums=[album], uploaded_at=now - timedelta(days=1), tags=["one", "two"])
    assert get_items(login("view_album", username="other"), "album")[0]["thumbnail"].endswith("placeholder.svg")
    for name in ("only_harbour", "photos_tagged"):
        settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": f"tests.pickers.filters.{name}"}
        assert get_items(editor, "album")[0]["thumbnail"] == harbour.thumbnail_url("600x338cr")


def test_cover__page_of_categories__costs_one_query(editor, django_assert_num_queries):
    PhotoFactory.create_batch(3, albums=AlbumFactory.create_batch(30))
    with django_assert_num_queries(7):  # the session, the user, the permissions (two), the keys, the rows, the covers
        items = get_items(editor, "album")
    assert len(items) == 24
    assert not any(item["thumbnail"].endswith("placeholder.svg") for item in items)


# The pieces of HTML


def test_details__photo__says_what_is_known(editor):
    photo = PhotoFactory(title="Onboarding", albums=[AlbumFactory(title="Films")], tags=["intro"], author_name="Astrid")
    SectionFactory(photo=photo, title="Chapter one", start_seconds=63)
    answer = editor.get(get_url("picker_details", "photo", photo.pk))
    assert answer["Content-Type"].startswith("text/html")
    page = answer.content.decode()
    assert all(text in page for text in ("Films", "intro", "Chapter one", "1:03", "Astrid", photo.description_text))


def test_details__category_that_is_gone_or_filtered_away__is_not_named(editor, settings):
    albums = [
        AlbumFactory(title="Harbour"),
        AlbumFactory(title="Mountains"),
        AlbumFactory(title="Harbour X", gone=True),
    ]
    photo = PhotoFactory(title="The harbour", albums=albums)
    PhotoFactory(title="The mountains", albums=albums)
    stream = LiveStreamFactory(name="Harbour live", album=albums[1])

    def get_page(model: str, pk: int) -> str:
        return editor.get(get_url("picker_details", model, pk)).content.decode()

    assert '<dd dir="auto">Harbour, Mountains</dd>' in get_page("photo", photo.pk)
    assert '<dd dir="auto">Mountains</dd>' in get_page("livestream", stream.pk)
    assert '<dt>Videos</dt><dd dir="auto">2</dd>' in get_page("album", albums[0].pk)
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    assert '<dd dir="auto">Harbour</dd>' in get_page("photo", photo.pk)
    assert "Mountains" not in get_page("livestream", stream.pk)
    assert '<dt>Videos</dt><dd dir="auto">1</dd>' in get_page("album", albums[0].pk)


def test_details__hostile_texts__are_harmless(editor):
    photo = PhotoFactory(title="<script>", description_html="<img src=x onerror=alert(1)><p>Fine</p>", tags=["<b>"])
    page = editor.get(get_url("picker_details", "photo", photo.pk)).content.decode()
    assert "<script>" not in page
    assert "onerror" not in page
    assert "<p>Fine</p>" in page


@pytest.mark.parametrize("model", ["album", "livestream"])
def test_details__album_and_live_stream__say_what_is_known(editor, model):
    row = FACTORIES[model]()
    page = editor.get(get_url("picker_details", model, row.pk)).content.decode()
    assert row.description_text in page


def test_details__not_there__is_said(editor):
    answer = editor.get(get_url("picker_details", "photo", 404))
    assert answer.status_code == 404
    assert "no longer exists" in answer.json()["error"]


def test_dialog__anonymous_mirror__says_that_something_is_missing(editor, settings):
    keys = {"CONSUMER_KEY": "k", "CONSUMER_SECRET": "s", "ACCESS_TOKEN": "t", "ACCESS_TOKEN_SECRET": "s"}
    signed = {"DOMAIN": "signed.example", **keys}

    def get_dialog(**workspaces: Any) -> Any:
        settings.TWENTYTHREE = {"WORKSPACES": workspaces}
        return editor.get(get_url("picker_dialog", "photo")).context

    assert get_dialog(default=signed)["note"] == ""
    assert get_dialog(default=signed)["has_published"] is True
    assert get_dialog(default={"DOMAIN": "open.example"})["note"].startswith("Only public objects are listed")
    assert get_dialog(default={"DOMAIN": "open.example"})["has_published"] is False
    both = get_dialog(default=signed, open={"DOMAIN": "open.example"})
    assert both["note"].startswith("Only public objects of open are listed")
    assert both["workspaces"] == [("default", "default"), ("open", "open")]
    assert "No TwentyThree workspace" in get_dialog()["note"]


def test_dialog__options_of_the_field__decide_what_it_offers(editor, settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "a.example"}, "intranet": {"DOMAIN": "b.example"}}}
    url = get_url("picker_dialog", "photo")
    context = editor.get(f"{url}?kinds=image&field_workspace=intranet").context
    assert (context["kinds"], context["workspaces"], context["has_duration"]) == ([], [], False)
    assert context["options"] == "kinds=image&field_workspace=intranet"
    assert [kind for kind, _ in editor.get(url).context["kinds"]] == ["video", "audio", "image", "text"]
    assert [name for name, _ in editor.get(url).context["sorts"]][:2] == ["newest", "oldest"]
    assert editor.get(url).context["prefix"] != editor.get(url).context["prefix"]


def test_suggest__words__find_albums_and_tags(editor):
    films, other = AlbumFactory(title="Havnens film Ærø"), AlbumFactory(title="Other")
    hidden, gone = AlbumFactory(title="Hidden film", is_hidden=True), AlbumFactory(title="Gone film", gone=True)
    PhotoFactory(tags=["Ærø", "intro", "Übung"])

    def suggest(what: str, text: str) -> list[str]:
        url = reverse("twentythree:picker_suggest", args=["photo", what])
        return [found["label"] for found in json.loads(editor.get(url, {"q": text}).content)["results"]]

    assert suggest("albums", "film ærø") == [films.title]
    assert suggest("albums", "") == [films.title, hidden.title, other.title]
    assert gone.title not in suggest("albums", "film")
    assert suggest("tags", "int") == ["intro"]
    assert suggest("tags", "Übung") == ["Übung"]
    assert suggest("tags", "x" * 5_000) == []
    assert suggest("tags", "int\x00") == []
    for model, what in (("photo", "users"), ("album", "albums"), ("livestream", "albums")):
        assert editor.get(reverse("twentythree:picker_suggest", args=[model, what])).status_code == 404


@pytest.mark.parametrize("what", ["albums", "tags"])
def test_suggest__field_tied_to_a_workspace__proposes_what_is_there(editor, what):
    here = WorkspaceFactory(alias="intranet")
    PhotoFactory(tags=["there"], albums=[AlbumFactory(title="there")])
    PhotoFactory(workspace=here, tags=["here"], albums=[AlbumFactory(title="here", workspace=here)])
    url = reverse("twentythree:picker_suggest", args=["photo", what])

    def suggest(alias: str) -> list[str]:
        return [found["label"] for found in editor.get(url, {"field_workspace": alias}).json()["results"]]

    assert suggest("intranet") == ["here"]
    assert suggest("nowhere") == suggest("intranet\x00") == []


def test_suggest__many__are_cut(editor):
    AlbumFactory.create_batch(25)
    assert len(editor.get(get_url("picker_suggest", "photo")).json()["results"]) == 20
