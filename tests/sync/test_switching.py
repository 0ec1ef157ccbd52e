"""A workspace that moves from version 1 of the API to version 2, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_twentythree import signals
from django_twentythree.models import Album, LiveStream, Photo, Player
from django_twentythree.testing.platform import REMOVE, TwentyThreePlatform

MODELS = (Photo, Album, LiveStream, Player)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Names of the signals about mirrored rows, as they are sent."""
    names = ("mirrored_created", "mirrored_changed", "mirrored_missing", "mirrored_returned")
    sent: list[str] = []
    receivers = {name: lambda name=name, **kwargs: sent.append(name) for name in names}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield sent
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


def photograph() -> dict[str, dict[int, tuple[Any, ...]]]:
    """Return what must survive, by model and key."""
    return {
        model.__name__: {
            row[0]: row[1:]
            for row in model.objects.values_list("pk", "remote_id", "changed_at", "missing_since").order_by("pk")
        }
        for model in MODELS
    }


@pytest.mark.parametrize("count", [150, pytest.param(2_000, marks=pytest.mark.long)])
def test_switch__to_version_2_and_back__keeps_every_row(
    count: int,
    configure: Callable[..., None],
    twentythree_platform: TwentyThreePlatform,
    sync_all: Callable[[], dict[str, Any]],
    heard: list[str],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    twentythree_platform.fill(photos=count)
    configure(api_version=1)
    sync_all()
    assert Photo.objects.count() == count
    before = photograph()
    titles = dict(Photo.objects.values_list("pk", "title"))
    links = {"tags": Photo.tags.through.objects.count(), "albums": Photo.albums.through.objects.count()}  # type: ignore[attr-defined]
    for version in (2, 2, 1, 1):
        configure(api_version=version)
        with django_capture_on_commit_callbacks(execute=True):
            runs = sync_all()
        assert heard == []
        assert photograph() == before
        assert {run.missing + run.created + run.skipped for run in runs.values()} == {0}
        assert dict(Photo.objects.values_list("pk", "title")) == titles
        assert links == {"tags": Photo.tags.through.objects.count(), "albums": Photo.albums.through.objects.count()}  # type: ignore[attr-defined]
    # Once a row has been written from a version, another run of that version finds nothing to do.
    assert {run.updated for name, run in runs.items() if name != "details"} == {0}


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        ({"title": "Moved"}, {"title"}),
        ({"tags": ["moved"]}, {"tags"}),
        ({"published_p": 0}, {"is_published"}),
        ({"token": "0" * 32}, {"token", "renditions"}),
        ({"one": "/moved"}, {"page_path"}),
        ({"tree_id": 4}, {"tree_id"}),
    ],
)
def test_switch__what_changed_meanwhile__is_told(
    configure: Callable[..., None],
    twentythree_platform: TwentyThreePlatform,
    sync_all: Callable[[], dict[str, Any]],
    django_capture_on_commit_callbacks: Callable[..., Any],
    edit: dict[str, Any],
    fields: set[str],
) -> None:
    for photo in (1, 2, 3):
        twentythree_platform.add_photo(photo, title="As it was", tags=["old"])
    configure(api_version=1)
    sync_all()
    changed_at = dict(Photo.objects.values_list("remote_id", "changed_at"))
    twentythree_platform.edit_photo(2, **edit)
    told: dict[int, frozenset[str]] = {}
    receiver = lambda instances, changed_fields, **kwargs: told.update(changed_fields)  # noqa: E731
    signals.mirrored_changed.connect(receiver, sender=Photo)
    try:
        configure(api_version=2)
        with django_capture_on_commit_callbacks(execute=True):
            sync_all()
    finally:
        signals.mirrored_changed.disconnect(receiver, sender=Photo)
    row = Photo.objects.get(remote_id=2)
    assert set(told) == {row.pk}
    assert fields <= told[row.pk]
    assert row.changed_at > changed_at[2]
    assert Photo.objects.get(remote_id=1).changed_at == changed_at[1]


@pytest.mark.parametrize("title", ["As it was", "Moved"])
def test_switch__while_a_video_was_away__is_no_change_of_it(
    configure: Callable[..., None],
    twentythree_platform: TwentyThreePlatform,
    sync_all: Callable[[], dict[str, Any]],
    title: str,
) -> None:
    video = {"title": "As it was", "tags": ["old"], "creation_date_epoch": 1_700_000_000}
    for photo in (1, 2, 3):
        twentythree_platform.add_photo(photo, **video)
    configure(api_version=1)
    sync_all()
    twentythree_platform.delete_photo(2)
    sync_all()
    changed_at = Photo.objects.get(remote_id=2).changed_at
    twentythree_platform.add_photo(2, **{**video, "title": title})
    configure(api_version=2)
    sync_all()
    row = Photo.objects.get(remote_id=2)
    assert row.missing_since is None
    assert (row.changed_at == changed_at) == (title == "As it was")


def test_extra_fields__named_later__are_filled_in_without_a_word(
    configure: Callable[..., None],
    twentythree_platform: TwentyThreePlatform,
    sync_all: Callable[[], dict[str, Any]],
    heard: list[str],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    twentythree_platform.add_photo(1, campaign="spring", subtitles_p=1)
    configure(api_version=2)
    sync_all()
    before = photograph()
    looked_at = Photo.objects.get().details_observed_at
    for names, extra in ((["campaign"], "spring"), ([], None)):
        configure(api_version=2, EXTRA_FIELDS=names)
        with django_capture_on_commit_callbacks(execute=True):
            sync_all()
        assert Photo.objects.get().extra.get("campaign") == extra
        assert photograph() == before
        assert heard == []
        assert Photo.objects.get().details_observed_at == looked_at
    twentythree_platform.edit_photo(1, title="Changed")
    configure(api_version=2, EXTRA_FIELDS=["campaign"])
    with django_capture_on_commit_callbacks(execute=True):
        sync_all()
    assert heard == ["mirrored_changed"]


def test_choice_of_properties__refused_for_once__makes_no_change(
    configure: Callable[..., None],
    twentythree_platform: TwentyThreePlatform,
    sync_all: Callable[[], dict[str, Any]],
    heard: list[str],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    twentythree_platform.fill(photos=20)
    configure(api_version=2)
    sync_all()
    before = photograph()
    for faults in (1, 0):
        if faults:
            twentythree_platform.fail_next("error", method="photo/list", code="invalid_input", message="fields")
        with django_capture_on_commit_callbacks(execute=True):
            runs = sync_all()
        assert runs["photos"].updated == 20
        assert photograph() == before
        assert heard == []


def test_texts_to_search_in__follow_the_title_where_the_author_is_not_told(
    configure: Callable[..., None], twentythree_platform: TwentyThreePlatform, sync_all: Callable[[], dict[str, Any]]
) -> None:
    twentythree_platform.add_album(50, title="Harbour", display_name="Ada")
    twentythree_platform.add_photo(1, title="Harbour", display_name="Ada", tags=["ships"])
    configure(api_version=2)
    sync_all()
    twentythree_platform.edit_album(50, title="Meadow", display_name=REMOVE)
    twentythree_platform.edit_photo(1, title="Meadow", display_name=REMOVE, tags=REMOVE)
    sync_all()
    assert (Album.objects.get().title, Album.objects.get().author_name) == ("Meadow", "Ada")
    assert Album.objects.get().search_text.split() == ["meadow", "ada"]
    assert Photo.objects.get().search_text.split() == ["meadow", "ships", "ada"]
