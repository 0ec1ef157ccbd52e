"""`twentythree_workspace`: rows move between aliases, when a person says so."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from django_twentythree.models import Photo, Workspace
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.testing.factories import NotificationFactory, PhotoFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("twentythree_workspace", *arguments, stdout=out)
    return out.getvalue()


def test_adopt__without_yes__says_what_it_would_do_and_does_nothing(platform):
    PhotoFactory(workspace=WorkspaceFactory(alias="old"))
    assert "1 videos" in run("adopt", "old", "default")
    assert Workspace.objects.get().alias == "old"


def test_adopt__empty_row_of_a_refused_run__is_replaced_and_the_mirror_goes_on(platform):
    platform.add_photo(1, title="Mirrored before")
    call_command("twentythree_sync", "--resource", "photos", stdout=io.StringIO())
    Workspace.objects.update(alias="old")
    with pytest.raises(CommandError, match="adopt old default"):
        call_command("twentythree_sync", stdout=io.StringIO())
    run("adopt", "old", "default", "--yes")
    call_command("twentythree_sync", "--resource", "photos", stdout=io.StringIO())
    assert Photo.objects.get().workspace.alias == "default"


def test_rename__another_site_answers__old_rows_are_put_aside(platform):
    platform.add_photo(1)
    call_command("twentythree_sync", "--resource", "photos", stdout=io.StringIO())
    platform.set_site(site_id="999", site_name="Another site")
    with pytest.raises(CommandError, match="twentythree_workspace rename default"):
        call_command("twentythree_sync", "--resource", "photos", stdout=io.StringIO())
    run("rename", "default", "former", "--yes")
    call_command("twentythree_sync", "--resource", "photos", stdout=io.StringIO())
    assert sorted(Photo.objects.values_list("workspace__alias", flat=True)) == ["default", "former"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("adopt", "nobody", "default"), "Nothing was ever mirrored as 'nobody'"),
        (("adopt", "old", "unknown"), "'unknown' is not configured"),
        (("rename", "old", "no alias"), "is no alias"),
        (("adopt", "old", "default"), "of its own"),
        (("adopt", "default", "default"), "has that alias already"),
        (("rename", "old", "old"), "has that alias already"),
        (("rename", "old", "a" * 51), "is no alias"),
    ],
)
def test_move__impossible__says_why(platform, arguments, words):
    PhotoFactory(workspace=WorkspaceFactory(alias="old"))
    PhotoFactory(workspace=WorkspaceFactory(alias="default"))
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_adopt__row_without_anything_under_its_own_alias__stays(platform):
    WorkspaceFactory(alias="default")
    with pytest.raises(CommandError, match="has that alias already"):
        run("adopt", "default", "default", "--yes")
    assert Workspace.objects.get().alias == "default"


def test_adopt__notices_that_came_under_the_new_alias__are_kept(platform):
    platform.add_photo(1, title="Before")
    call_command("twentythree_sync", "--resource", "photos", stdout=io.StringIO())
    Workspace.objects.update(alias="old")
    platform.edit_photo(1, title="After")
    replaced = WorkspaceFactory(alias="default", site_id=None)
    NotificationFactory(workspace=replaced, payload={"query": {"photo_id": "1"}}, state="pending")
    run("adopt", "old", "default", "--yes")
    assert process_inbox("default").done == 1
    assert Photo.objects.get().title == "After"
