"""What was chosen, judged when a form is posted: in the admin, in its inlines, and in forms of a project's own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms import modelform_factory
from django.test import Client

from django_twentythree.models import Photo
from django_twentythree.pickers import bind_user
from django_twentythree.pickers.forms import AlbumChoiceField, LiveStreamChoiceField, PhotoChoiceField
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory
from showcase.models import Article

pytestmark = pytest.mark.django_db

ADD = "/admin/showcase/article/add/"
ARTICLE_PERMISSIONS = (
    "view_article", "add_article", "change_article", "add_relatedvideo", "change_relatedvideo", "view_relatedvideo",
)  # fmt: skip


class VideoForm(forms.Form):
    """A form of a project's own."""

    video = PhotoChoiceField(kinds=["video"], required=False)


@pytest.fixture(autouse=True)
def _two_workspaces(settings):
    settings.TWENTYTHREE = {
        "WORKSPACES": {"default": {"DOMAIN": "video.example.com"}, "intranet": {"DOMAIN": "video.intranet.example"}}
    }


def check(data: Any, form: type[forms.Form] = VideoForm, **options: Any) -> Any:
    """Return the chosen row, or the first error."""
    filled = form({"video": data}, **options)
    return filled.cleaned_data["video"] if filled.is_valid() else filled.errors["video"][0]


def post(client: Client, url: str = ADD, **data: Any) -> list[str]:
    """Post an article and return the errors on the page, [] when it was saved."""
    given = {
        "title": "Title",
        "slug": "title",
        "body": "Text",
        "published_at_0": "2026-05-13",
        "published_at_1": "14:02",
        "related_videos-TOTAL_FORMS": "0",
        "related_videos-INITIAL_FORMS": "0",
        **data,
    }
    answer = client.post(url, given)
    if answer.status_code == 302:
        return []
    assert answer.status_code == 200
    return re.findall(r'<ul class="errorlist"[^>]*><li>(.*?)</li>', answer.content.decode())


# What may be chosen


def test_field__number_or_address__is_the_row():
    photo = PhotoFactory()
    assert check(str(photo.pk)) == photo
    assert check(f" {photo.pk} ") == photo
    assert check(photo.pk) == photo
    assert check(photo) == photo
    assert check(photo.platform_url) == photo
    assert check(f"https://video.example.com/video/{photo.remote_id}/any-slug") == photo
    assert (
        check(f'<iframe src="//video.example.com/v.ihtml/player.html?photo%5fid={photo.remote_id}"></iframe>') == photo
    )
    assert check("") is None
    assert check(None) is None


@pytest.mark.parametrize(
    "text", ["0", "-1", "9" * 30, "٤٢", "1.5", "x", "\x00", "https://video.example.com/video/404", "1" * 20_000]
)
def test_field__nothing_there__is_said(text):
    assert check(text) == "No video that you can choose matches this number or address."


def test_field__address_of_something_else__is_said():
    album = AlbumFactory()
    assert check(album.platform_url) == "No video that you can choose matches this number or address."
    assert "belongs to another kind of object" in check(f"https://video.example.com/channel/{album.remote_id}")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"unpublished": True}, "It is not published on TwentyThree."),
        ({"gone": True}, "It is gone from TwentyThree."),
        ({"audio": True}, "Objects of this kind cannot be chosen here."),
        ({"is_concealed": True}, "It is hidden on TwentyThree."),
    ],
)
def test_field__not_choosable__is_refused_without_its_title(state, reason):
    photo = PhotoFactory(title="Secret", **state)
    assert check(str(photo.pk)) == f"This cannot be chosen. {reason}"


def test_field__encoding__is_choosable():
    photo = PhotoFactory(encoding=True, is_published=True)
    assert check(str(photo.pk)) == photo


def test_field__allow_unpublished__overrules_the_workspace(settings):
    class Allowing(forms.Form):
        video = PhotoChoiceField(allow_unpublished=True)

    class Forbidding(forms.Form):
        video = PhotoChoiceField(allow_unpublished=False)

    photo = PhotoFactory(unpublished=True)
    assert check(str(photo.pk), Allowing) == photo
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com", "EMBED_UNPUBLISHED": True}}}
    assert check(str(photo.pk)) == photo
    assert "not published" in check(str(photo.pk), Forbidding)


def test_field__tied_to_a_workspace__refuses_others():
    class Intranet(forms.Form):
        video = PhotoChoiceField(workspace="intranet")

    own = PhotoFactory(workspace__alias="intranet")
    assert check(str(own.pk), Intranet) == own
    assert "another workspace" in check(str(PhotoFactory().pk), Intranet)


def test_field__albums_and_live_streams__are_chosen_alike():
    class Both(forms.Form):
        album = AlbumChoiceField()
        live = LiveStreamChoiceField()

    album, live = AlbumFactory(), LiveStreamFactory()
    form = Both({"album": album.pk, "live": f"https://video.example.com/live/{live.remote_id}"})
    assert form.is_valid()
    assert form.cleaned_data == {"album": album, "live": live}
    form = Both({"album": AlbumFactory(is_hidden=True).pk, "live": LiveStreamFactory(is_private=True).pk})
    assert form.errors == {
        "album": ["This cannot be chosen. It is hidden on TwentyThree."],
        "live": ["This cannot be chosen. It is private on TwentyThree."],
    }


def test_field__queryset_of_the_project__narrows():
    class Narrow(forms.Form):
        video = PhotoChoiceField(queryset=Photo.objects.filter(title="This"))

    assert check(str(PhotoFactory(title="That").pk), Narrow).startswith("No video that you can choose")
    assert check(str((photo := PhotoFactory(title="This")).pk), Narrow) == photo


def test_field__limit_choices_to__is_judged_by_the_model():
    article_form = modelform_factory(Article, fields=["video"])
    article_form.base_fields["video"].limit_choices_to = {"title": "This"}
    assert article_form({"video": PhotoFactory(title="This").pk}).is_valid()
    assert not article_form({"video": PhotoFactory(title="That").pk}).is_valid()


# What the form began with


ArticleForm = modelform_factory(Article, fields=["video"])


def write(**columns: Any) -> Article:
    """Return a saved article."""
    return Article.objects.create(title="A", slug="a", body="x", **columns)


@pytest.mark.parametrize("state", [{"gone": True}, {"unpublished": True}, {"audio": True}])
def test_current_value__no_longer_choosable__stays_until_it_is_changed(state):
    kept, other = PhotoFactory(**state), PhotoFactory(**state)
    article = write(video=kept)
    assert check(str(kept.pk), ArticleForm, instance=article) == kept
    assert check(f" {kept.pk} ", ArticleForm, instance=article) == kept
    assert isinstance(check(str(other.pk), ArticleForm, instance=article), str)
    assert isinstance(check(str(kept.pk), ArticleForm), str)


def test_current_value__one_form__is_not_that_of_another():
    kept = PhotoFactory(gone=True)
    assert ArticleForm({"video": kept.pk}, instance=write(video=kept)).is_valid()
    assert isinstance(check(str(kept.pk), ArticleForm), str)


def test_current_value__filtered_away__stays(settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    photo = PhotoFactory(title="Mountains")
    assert check(str(photo.pk), ArticleForm, instance=write(video=photo)) == photo
    assert check(str(photo.pk), ArticleForm).startswith("No video that you can choose")


@pytest.mark.parametrize("state", [{}, {"gone": True}, {"unpublished": True}, {"audio": True}])
@pytest.mark.parametrize("form", [VideoForm, ArticleForm])
def test_initial_value__forbidden__is_judged_like_any_other(settings, form, state):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    photo = PhotoFactory(title="Harbour" if state else "Mountains", **state)
    for initial in (photo.pk, str(photo.pk), photo):  # the second is what an address says: initial=request.GET
        assert isinstance(check(str(photo.pk), form, initial={"video": initial}), str)
    # An instance that is not saved has nothing yet, and one that is has what it has.
    if form is ArticleForm:
        assert isinstance(check(str(photo.pk), form, instance=Article(video=photo)), str)
        assert isinstance(check(str(photo.pk), form, instance=write(), initial={"video": photo.pk}), str)


def test_initial_value__choosable__is_chosen():
    photo = PhotoFactory()
    assert check(str(photo.pk), initial={"video": photo.pk}) == photo


def test_current_value__form_without_an_instance__is_said_by_the_view():
    kept, other = PhotoFactory(gone=True), PhotoFactory(gone=True)
    for current in (kept, kept.pk):
        form = VideoForm({"video": kept.pk})
        form.fields["video"].current = current
        assert form.is_valid()
        form = VideoForm({"video": other.pk})
        form.fields["video"].current = current
        assert not form.is_valid()


def test_admin__video_in_the_address_of_the_add_page__is_judged_when_it_is_posted(settings, login):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    client = login(*ARTICLE_PERMISSIONS, "view_photo", is_staff=True)
    photo = PhotoFactory(title="Mountains")
    page = client.get(f"{ADD}?video={photo.pk}").content.decode()
    assert f'value="{photo.pk}"' in page
    assert "Mountains" not in page
    assert post(client, f"{ADD}?video={photo.pk}", video=photo.pk) != []
    assert not Article.objects.exists()


# What there is, and may not be known of


def test_field__user_who_may_not_look__cannot_tell_what_there_is(make_user):
    stranger, editor = make_user(username="stranger"), make_user("view_photo", username="editor")
    draft = PhotoFactory(unpublished=True)

    def answer(text: str, user: Any) -> str:
        form = VideoForm({"video": text})
        bind_user(form, user)
        return form.errors["video"][0]  # type: ignore[return-value]

    assert answer(str(draft.pk), stranger) == answer("404", stranger)
    assert answer(draft.platform_url, stranger) == answer("https://video.example.com/video/404", stranger)
    assert answer(str(draft.pk), editor) == "This cannot be chosen. It is not published on TwentyThree."


@pytest.mark.parametrize("path", ["channel", "live"])
def test_field__address_of_another_model__is_answered_alike_whether_there_is_one(path):
    factory = {"channel": AlbumFactory, "live": LiveStreamFactory}[path]
    there = check(f"https://video.example.com/{path}/{factory().remote_id}")
    assert there == check(f"https://video.example.com/{path}/404")
    assert "belongs to another kind of object" in there
    assert check(f"https://video.elsewhere.example/{path}/404").startswith("No video that you can choose")


def test_has_changed__same_number__has_not():
    photo = PhotoFactory()
    assert not VideoForm({"video": f" {photo.pk}"}, initial={"video": photo.pk}).has_changed()
    assert VideoForm({"video": ""}, initial={"video": photo.pk}).has_changed()


def test_current_value__localized_form__is_a_key_all_the_same(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    photo = PhotoFactory(pk=1_234_567)
    localized = modelform_factory(Article, fields=["video"], localized_fields="__all__")
    form = localized(instance=Article(video=photo))
    assert 'value="1234567"' in str(form["video"])
    assert localized({"video": "1234567"}, instance=Article(title="A", slug="a", body="x")).is_valid()


# Who fills in the form


def test_picker_filter__user_not_known__is_asked_for_nobody(settings, make_user):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.own"}
    photo = PhotoFactory(title="Of editor")
    assert check(str(photo.pk)).startswith("No video that you can choose")
    form = VideoForm({"video": photo.pk})
    bind_user(form, make_user(username="editor"))
    assert form.is_valid()
    form = VideoForm({"video": photo.pk})
    form.fields["video"].user = make_user(username="somebody")
    assert not form.is_valid()


def test_admin__picker_filter__is_enforced_when_adding_changing_and_in_inlines(settings, login):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    client = login(*ARTICLE_PERMISSIONS, is_staff=True)
    mountains, harbour = PhotoFactory(title="Mountains"), PhotoFactory(title="Harbour")
    sentence = "No video that you can choose matches this number or address."
    inline = {"related_videos-TOTAL_FORMS": "1", "related_videos-0-position": "0"}
    assert post(client, video=mountains.pk) == [sentence]
    assert post(client, **inline, **{"related_videos-0-photo": mountains.pk}) == [sentence]
    assert post(client, video=harbour.pk, **inline, **{"related_videos-0-photo": harbour.pk}) == []
    article = Article.objects.get()
    assert (article.video, article.related_videos.get().photo) == (harbour, harbour)
    change = f"/admin/showcase/article/{article.pk}/change/"
    row = {
        **inline,
        "related_videos-INITIAL_FORMS": "1",
        "related_videos-0-id": article.related_videos.get().pk,
        "related_videos-0-article": article.pk,
    }
    assert post(client, change, video=mountains.pk, **row, **{"related_videos-0-photo": harbour.pk}) == [sentence]
    assert post(client, change, video=harbour.pk, **row, **{"related_videos-0-photo": mountains.pk}) == [sentence]


def test_admin__picker_filter_by_user__knows_who_posts(settings, login):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.named"}
    client = login(*ARTICLE_PERMISSIONS, is_staff=True, username="astrid")
    assert post(client, video=PhotoFactory(title="Of Bo").pk) != []
    assert post(client, video=PhotoFactory(title="Of Astrid").pk) == []


def test_admin__current_value_gone__stays_when_the_article_is_saved(login):
    client = login(*ARTICLE_PERMISSIONS, is_staff=True)
    article = Article.objects.create(title="A", slug="a", body="x", video=PhotoFactory(gone=True))
    row = article.related_videos.create(photo=PhotoFactory(gone=True))
    data = {
        "related_videos-TOTAL_FORMS": "1",
        "related_videos-INITIAL_FORMS": "1",
        "related_videos-0-id": row.pk,
        "related_videos-0-article": article.pk,
        "related_videos-0-photo": row.photo_id,
        "related_videos-0-position": "3",
    }
    assert post(client, f"/admin/showcase/article/{article.pk}/change/", video=article.video_id, **data) == []
    article.refresh_from_db()
    assert (article.title, article.video_id) == ("Title", article.video.pk)
    assert article.related_videos.get().position == 3


def test_admin__pasted_address__is_saved_without_a_script(login):
    photo = PhotoFactory()
    assert post(login(*ARTICLE_PERMISSIONS, is_staff=True), video=photo.platform_url) == []
    assert Article.objects.get().video == photo


def test_admin__pages__need_no_more_queries_for_more_videos(login, django_assert_max_num_queries):
    client = login(*ARTICLE_PERMISSIONS, is_staff=True)
    PhotoFactory.create_batch(30)
    article = Article.objects.create(title="A", slug="a", body="x", video=PhotoFactory())
    for _ in range(3):
        article.related_videos.create(photo=PhotoFactory())
    # The session, the user, the permissions (two), the article, its inline rows, and once the type for "View on site".
    with django_assert_max_num_queries(7):
        page = client.get(f"/admin/showcase/article/{article.pk}/change/").content.decode()
    assert page.count("<twentythree-picker") == 1 + 3 + 1  # and the empty row that is copied for new ones
    assert "related-widget-wrapper" not in page
