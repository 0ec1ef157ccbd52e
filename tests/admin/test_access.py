"""Who may see which page of the admin, and who may ask TwentyThree for news."""

from __future__ import annotations

import pytest
from django.contrib import admin as django_admin
from django.test import Client
from django.urls import reverse

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
    SectionFactory,
    SyncRunFactory,
    TagFactory,
    WorkspaceFactory,
)

FACTORIES = {
    Album: AlbumFactory,
    LiveStream: LiveStreamFactory,
    Notification: NotificationFactory,
    Photo: PhotoFactory,
    Player: PlayerFactory,
    SyncRun: SyncRunFactory,
    Tag: TagFactory,
    Workspace: WorkspaceFactory,
}
MODELS = [pytest.param(model, id=model._meta.model_name) for model in FACTORIES]
LISTS = ["photo", "album", "livestream", "player"]
ONE_ROW = ["photo_refresh", "workspace_sync", "workspace_accept", "syncrun_accept"]


def get_url(model, page, *args):
    return reverse(f"admin:twentythree_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def braked(db):
    """A run that waits for a person, and so does its workspace."""
    return SyncRunFactory(held_back=True)


def get_asking_urls(braked):
    urls = {name: reverse(f"admin:twentythree_{name}_sync") for name in LISTS}
    urls["photo_refresh"] = reverse("admin:twentythree_photo_refresh", args=(PhotoFactory().pk,))
    urls["workspace_sync"] = reverse("admin:twentythree_workspace_sync", args=(braked.workspace.pk,))
    urls["workspace_accept"] = reverse("admin:twentythree_workspace_accept", args=(braked.workspace.pk,))
    urls["syncrun_accept"] = reverse("admin:twentythree_syncrun_accept", args=(braked.pk,))
    return urls


def test_models__mirrored__are_all_registered():
    assert set(FACTORIES) <= set(django_admin.site._registry)


@pytest.mark.parametrize("model", MODELS)
def test_pages__anonymous__are_sent_to_the_login(db, client, model):
    row = FACTORIES[model]()
    for url in (get_url(model, "changelist"), get_url(model, "change", row.pk)):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


@pytest.mark.parametrize("model", MODELS)
def test_pages__staff_without_permission__are_forbidden(login, model):
    row, client = FACTORIES[model](), login()
    assert client.get(get_url(model, "changelist")).status_code == 403
    assert client.get(get_url(model, "change", row.pk)).status_code == 403


@pytest.mark.parametrize("permission", ["view", "change"])
@pytest.mark.parametrize("model", MODELS)
def test_pages__staff_with_permission__are_shown(login, model, permission):
    row, client = FACTORIES[model](), login(f"{permission}_{model._meta.model_name}")
    assert client.get(get_url(model, "changelist")).status_code == 200
    assert client.get(get_url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_rows__superuser__can_be_neither_added_nor_changed_nor_deleted(admin, model):
    row = FACTORIES[model]()
    assert admin.get(get_url(model, "add")).status_code == 403
    assert admin.post(get_url(model, "change", row.pk), {"title": "Mine"}).status_code == 403
    assert admin.get(get_url(model, "delete", row.pk)).status_code == 403
    assert admin.post(get_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    admin.post(get_url(model, "changelist"), chosen)
    assert model.objects.filter(pk=row.pk).exists()
    page = admin.get(get_url(model, "change", row.pk)).content.decode()
    assert 'name="_save"' not in page


@pytest.mark.parametrize("name", LISTS + ONE_ROW)
def test_asking__anonymous__is_sent_to_the_login(client, braked, name):
    answer = client.post(get_asking_urls(braked)[name])
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


@pytest.mark.parametrize("name", LISTS + ONE_ROW)
def test_asking__view_permission_only__is_forbidden(login, braked, name):
    client = login(*(f"view_{model._meta.model_name}" for model in FACTORIES))
    assert client.post(get_asking_urls(braked)[name]).status_code == 403
    assert SyncRun.objects.count() == 1


@pytest.mark.parametrize("name", LISTS + ONE_ROW)
def test_asking__change_permission__goes_back_to_the_page(platform, login, braked, name):
    client = login(f"change_{name.split('_')[0]}")
    answer = client.post(get_asking_urls(braked)[name], follow=True)
    assert answer.status_code == 200
    assert len(list(answer.context["messages"])) == 1


@pytest.mark.parametrize("name", LISTS + ONE_ROW)
def test_asking__without_csrf_token__is_refused(login, braked, name):
    client = login(*(f"change_{model._meta.model_name}" for model in FACTORIES))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(get_asking_urls(braked)[name]).status_code == 403
    assert SyncRun.objects.count() == 1


@pytest.mark.parametrize("name", [*LISTS, "photo_refresh", "workspace_sync"])
def test_asking__by_get__changes_nothing(admin, braked, name):
    assert admin.get(get_asking_urls(braked)[name]).status_code == 405


@pytest.mark.parametrize(("permission", "is_offered"), [("view", False), ("change", True)])
def test_buttons__permission__decides_who_sees_them(platform, login, braked, permission, is_offered):
    client = login(*(f"{permission}_{model._meta.model_name}" for model in FACTORIES))
    photo = PhotoFactory()
    pages = {
        get_url(Photo, "changelist"): ["Sync now", 'value="refresh_selected"'],
        get_url(Photo, "change", photo.pk): ["Sync with TwentyThree"],
        get_url(Workspace, "change", braked.workspace.pk): ["Sync now", "Accept what is missing"],
        get_url(SyncRun, "change", braked.pk): ["Accept what is missing"],
    }
    for url, words in pages.items():
        page = client.get(url).content.decode()
        assert [word in page for word in words] == [is_offered] * len(words), url


def test_photo__chapters__are_shown_to_those_who_see_the_video(login):
    section = SectionFactory(title="Leaving the basin")
    page = login("view_photo").get(get_url(Photo, "change", section.photo.pk)).content.decode()
    assert "Leaving the basin" in page


def test_hidden_categories__staff_who_may_not_see_categories__are_named_nowhere(login, admin):
    shown, hidden = AlbumFactory(title="Shown"), AlbumFactory(title="Kept quiet", is_hidden=True)
    photo, live = PhotoFactory(title="Tide", albums=[shown, hidden]), LiveStreamFactory(name="Council", album=hidden)
    other = login("view_photo", "view_livestream")
    pages = [
        get_url(Photo, "changelist"),
        get_url(Photo, "changelist") + "?category_like=quiet",
        get_url(Photo, "change", photo.pk),
        get_url(LiveStream, "changelist"),
        get_url(LiveStream, "change", live.pk),
    ]
    for url in pages:
        assert "Kept quiet" in admin.get(url).content.decode(), url
        assert "Kept quiet" not in other.get(url).content.decode(), url
    assert "Shown" in other.get(pages[0]).content.decode()
    assert "Shown" in other.get(pages[2]).content.decode()
    # Which videos and live streams are in it is not told either.
    for model, title, own in ((Photo, "Tide", shown), (LiveStream, "Council", None)):
        url = get_url(model, "changelist")
        assert f">{title}</a>" in admin.get(f"{url}?category={hidden.pk}").content.decode()
        assert f">{title}</a>" not in other.get(f"{url}?category={hidden.pk}").content.decode()
        if own:
            assert f">{title}</a>" in other.get(f"{url}?category={own.pk}").content.decode()


@pytest.mark.parametrize(
    ("permission", "model", "title"),
    [
        ("view_album", Album, "A draft"),
        ("view_livestream", LiveStream, "A draft"),
        ("view_photo", Photo, "Board meeting"),
    ],
)
def test_drafts_and_private_streams__staff_who_may_not_see_them__are_not_named_beside_others(
    login, admin, permission, model, title
):
    album, live = AlbumFactory(), LiveStreamFactory(name="Board meeting", is_private=True)
    PhotoFactory(title="A draft", albums=[album], live_stream=live, unpublished=True)
    recording = PhotoFactory(title="Recording", albums=[album], live_stream=live)
    row = {Album: album, LiveStream: live, Photo: recording}[model]
    url = get_url(model, "change", row.pk)
    assert title in admin.get(url).content.decode()
    page = login(permission).get(url).content.decode()
    assert title not in page
    assert "Recording" in page
