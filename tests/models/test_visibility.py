"""Each question about what may be seen has one answer: in the database, on a row, and in whatever asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from django_twentythree.listings import get_lives, get_photos
from django_twentythree.models import Album, AlbumPhoto, LiveStream, Photo, Player, Workspace
from django_twentythree.models.visibility import ENCODING, LATE, ON_AIR, PICTURED, Fact, get_upcoming
from django_twentythree.operations.broken_uses import find_unavailable
from django_twentythree.pickers.query import narrow
from django_twentythree.rendering import UnavailableReason
from django_twentythree.sync.missing import find_visible
from django_twentythree.sync.related import reconcile_concealed
from django_twentythree.testing.factories import AlbumFactory, PhotoFactory, PlayerFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ASKED = ("public", "blocked", "published", "ready")
BOTH = (True, False)
LIES_IN = ((), ("open",), ("hidden",), ("open", "hidden"))


@pytest.fixture(params=BOTH, ids=["embeds unpublished", "embeds what is public"])
def workspaces(request, settings) -> list[Workspace]:
    """Return two workspaces, the first of which embeds what is not public, or does not."""
    settings.TWENTYTHREE = {
        "WORKSPACES": {
            "default": {"DOMAIN": "a.example", "EMBED_UNPUBLISHED": request.param},
            "other": {"DOMAIN": "b.example"},
        }
    }
    return [
        WorkspaceFactory(alias="default"),
        WorkspaceFactory(alias="other"),
        WorkspaceFactory(alias="not configured"),
    ]


def make_photos(workspaces: list[Workspace]) -> None:
    """Write a photo for each combination of what its visibility may depend on, and of the albums it may lie in."""
    albums = {
        (workspace.pk, name): AlbumFactory(workspace=workspace, is_hidden=name == "hidden")
        for workspace in workspaces
        for name in ("open", "hidden")
    }
    made = [
        (
            Photo(
                workspace=workspace,
                remote_id=number,
                is_published=is_published,
                is_encoded=is_encoded,
                missing_since=NOW if is_missing else None,
                kind=kind,
            ),
            lies_in,
        )
        for number, (workspace, is_published, is_encoded, is_missing, kind, lies_in) in enumerate(
            product(workspaces, BOTH, BOTH, BOTH, Photo.Kind.values, LIES_IN)
        )
    ]
    Photo.objects.bulk_create(photo for photo, _ in made)
    keys = dict(Photo.objects.values_list("remote_id", "pk"))
    AlbumPhoto.objects.bulk_create(
        AlbumPhoto(photo_id=keys[photo.remote_id], album=albums[photo.workspace_id, name])
        for photo, lies_in in made
        for name in lies_in
    )
    for workspace in workspaces:
        reconcile_concealed(workspace)


def make_albums(workspaces: list[Workspace]) -> None:
    combinations = product(workspaces, BOTH, BOTH)
    Album.objects.bulk_create(
        Album(workspace=workspace, remote_id=number, is_hidden=is_hidden, missing_since=NOW if is_missing else None)
        for number, (workspace, is_hidden, is_missing) in enumerate(combinations)
    )


def make_live_streams(workspaces: list[Workspace]) -> None:
    unknown = (True, False, None)
    starts = (None, NOW + timedelta(days=1), NOW - LATE, NOW - LATE - timedelta(seconds=1))
    combinations = product(workspaces, unknown, unknown, BOTH, BOTH, starts)
    LiveStream.objects.bulk_create(
        LiveStream(
            workspace=workspace,
            remote_id=number,
            is_private=is_private,
            is_broadcasting=is_broadcasting,
            is_streaming=is_streaming,
            missing_since=NOW if is_missing else None,
            next_start_at=next_start_at,
        )
        for number, (workspace, is_private, is_broadcasting, is_streaming, is_missing, next_start_at) in enumerate(
            combinations
        )
    )


MAKERS: dict[type[Any], Callable[[list[Workspace]], None]] = {
    Photo: make_photos,
    Album: make_albums,
    LiveStream: make_live_streams,
}
MODELS = [pytest.param(model, id=model._meta.model_name) for model in MAKERS]


def iter_facts(model: type[Any]) -> Iterator[tuple[str, Fact]]:
    """Yield each question about the rows of a model."""
    visibility = model.visibility
    yield from ((name, getattr(visibility, name)) for name in ASKED)
    yield from visibility.barriers.items()
    yield from ((f"sees everything: {each}", visibility.visible(sees_everything=each)) for each in BOTH)
    if model is Photo:
        yield from (("encoding", ENCODING), ("pictured", PICTURED))
    if model is LiveStream:
        yield from (("on air", ON_AIR), ("upcoming", get_upcoming(NOW)))


@pytest.mark.parametrize("model", MODELS)
def test_facts__every_combination_of_columns__are_told_alike_by_database_and_row(workspaces, model):
    MAKERS[model](workspaces)
    rows = list(model.objects.all())
    for name, fact in iter_facts(model):
        by_database = set(model.objects.filter(fact.condition).values_list("pk", flat=True))
        by_row = {row.pk for row in rows if fact.holds(row)}
        assert by_database == by_row, name
        assert by_row, f"{name} is true of no row, so nothing was compared"
        by_negation = set(model.objects.exclude(fact.condition).values_list("pk", flat=True))
        assert by_negation == {row.pk for row in rows} - by_row, name
    available = set(model.objects.filter(model.visibility.get_available()).values_list("pk", flat=True))
    assert available == {row.pk for row in rows if row.is_available}
    assert 0 < len(available) < len(rows)


@pytest.mark.parametrize("model", MODELS)
def test_facts__every_combination_of_columns__fit_each_other(workspaces, model):
    MAKERS[model](workspaces)
    visibility = model.visibility
    for row in model.objects.all():
        barriers = visibility.find_barriers(row)
        assert visibility.public.holds(row) == (not barriers)
        assert visibility.blocked.holds(row) == bool(barriers)
        subject = row.get_subject()
        assert subject.blocked_by == (barriers[0] if barriers else None)
        accepts = row.get_workspace().get_settings().EMBED_UNPUBLISHED
        assert row.is_available == (subject.get_obstacle(allow_unpublished=accepts) is None)


@pytest.mark.parametrize("model", MODELS)
def test_whoever_asks__every_combination_of_columns__is_told_the_same(workspaces, model):
    MAKERS[model](workspaces)
    present = model.objects.present()
    published = set(model.objects.published().values_list("pk", flat=True))
    blocked = set(present.values_list("pk", flat=True)) - published
    assert published
    assert blocked
    assert set(narrow(present, QueryDict("published=yes")).values_list("pk", flat=True)) == published
    assert set(narrow(present, QueryDict("published=no")).values_list("pk", flat=True)) == blocked
    shown = [find_visible(workspace, model, "anonymous") for workspace in workspaces]
    assert {row.pk for rows in shown for row in rows} == published
    everything = [find_visible(workspace, model, "read") for workspace in workspaces]
    assert {row.pk for rows in everything for row in rows} == published | blocked
    unavailable = find_unavailable(workspaces[1], model).present()  # type: ignore[attr-defined]
    assert set(unavailable.values_list("pk", flat=True)) == blocked & set(
        model.objects.filter(workspace=workspaces[1]).values_list("pk", flat=True)
    )


def test_published_photos__every_combination_of_albums__are_those_not_in_hidden_ones_only(workspaces):
    make_photos(workspaces)
    lies_in: dict[int, list[bool]] = {pk: [] for pk in Photo.objects.values_list("pk", flat=True)}
    for pk, is_hidden in AlbumPhoto.objects.values_list("photo", "album__is_hidden"):
        lies_in[pk].append(is_hidden)
    expected = {
        photo.pk
        for photo in Photo.objects.all()
        if photo.is_published and photo.missing_since is None and (not lies_in[photo.pk] or not all(lies_in[photo.pk]))
    }
    assert set(Photo.objects.published().values_list("pk", flat=True)) == expected
    ready = {photo.pk for photo in Photo.objects.all() if photo.is_encoded or photo.kind == "image"}
    assert set(get_photos().values_list("pk", flat=True)) == expected & ready


def test_live_streams__list_of_those_to_come__is_what_each_says_of_itself(workspaces):
    make_live_streams(workspaces)
    upcoming = get_upcoming(timezone.now())
    published = LiveStream.objects.published()
    assert set(get_lives(upcoming=True)) == {live for live in published if upcoming.holds(live)}
    assert set(get_lives(upcoming=False)) == {live for live in published if not upcoming.holds(live)}


def test_players__level_below_read__are_visible_as_long_as_they_are_there():
    player, gone = PlayerFactory(), PlayerFactory(gone=True)
    assert list(find_visible(player.workspace, Player, "anonymous")) == [player]
    assert Player.visibility.find_barrier(gone) is None


def test_fact__through_a_relation__is_asked_of_what_it_leads_to():
    album = AlbumFactory()
    shown, sound = PhotoFactory(albums=[album]), PhotoFactory(albums=[album], audio=True)
    found = AlbumPhoto.objects.filter(PICTURED.through("photo"))
    assert [membership.photo for membership in found] == [shown]
    assert not PICTURED.holds(sound)
    private = LiveStream.visibility.public.through("live_stream")
    assert set(Photo.objects.filter(private)) == {shown, sound}  # in no live stream at all


# What keeps `is_concealed`


def test_concealed__written_through_the_models__is_kept():
    hidden, opened = AlbumFactory(is_hidden=True), AlbumFactory()
    photo = PhotoFactory()

    def is_published() -> bool:
        row = Photo.objects.get(pk=photo.pk)
        by_database = Photo.objects.published().filter(pk=photo.pk).exists()
        assert by_database == row.is_available
        assert (row.visibility.find_barrier(row) is UnavailableReason.HIDDEN) == (not by_database)
        return by_database

    AlbumPhoto.objects.create(photo=photo, album=hidden)
    assert not is_published()
    photo.albums.add(opened)
    assert is_published()
    opened.is_hidden = True
    opened.save()
    assert not is_published()
    opened.is_hidden = False
    opened.save()
    assert is_published()
    photo.albums.remove(opened)
    assert not is_published()
    assert photo.is_concealed
    hidden.photos.clear()
    assert is_published()
    hidden.photos.set([photo])
    assert not is_published()
