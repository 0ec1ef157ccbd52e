"""Tests that each kind of object is known in every room that asks for it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from django.urls import reverse

from django_twentythree import fields, rendering
from django_twentythree.addresses import parse
from django_twentythree.api import version1, version2
from django_twentythree.fields import MirroredField
from django_twentythree.kinds import KINDS_BY_WORD, ObjectKind
from django_twentythree.models import MODELS_BY_KIND, SyncRun
from django_twentythree.notifications import Hint, read_hints
from django_twentythree.pickers.labels import WORDS_BY_KIND, get_words
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.sorts import SORTS
from django_twentythree.sync.resources import RESOURCES

each_kind = pytest.mark.parametrize("kind", ObjectKind)


@each_kind
def test_kind__its_model__goes_by_its_value(kind: ObjectKind) -> None:
    assert MODELS_BY_KIND[kind]._meta.model_name == kind


@each_kind
def test_kind__its_resource__mirrors_its_model_and_can_be_asked_for_one_object(kind: ObjectKind) -> None:
    resource = RESOURCES[kind.resource]
    assert (resource.name, resource.model) == (SyncRun.Resource(kind.resource), MODELS_BY_KIND[kind])
    assert resource.fetch_one is not None


@each_kind
def test_kind__people__read_one_word_for_its_rows_and_its_runs(kind: ObjectKind) -> None:
    assert str(MODELS_BY_KIND[kind]._meta.verbose_name_plural) == str(SyncRun.Resource(kind.resource).label)


@each_kind
@pytest.mark.parametrize("version", [version1, version2])
def test_kind__key_of_its_id_and_word__are_those_of_the_api(kind: ObjectKind, version: object) -> None:
    dialect = version.get_dialect(UTC)  # type: ignore[attr-defined]
    resource = getattr(dialect, kind.resource)
    assert resource.id_key == kind.id_key
    assert resource.method == f"{dialect.prefix}{kind.wire}/list"


@each_kind
def test_kind__each_word_for_it__is_read_in_notices(kind: ObjectKind) -> None:
    assert kind.words[0] == kind.wire
    for word in kind.words:
        assert KINDS_BY_WORD[word] is kind
        assert read_hints({"json": {"object_type": word, "object_id": 7}}) == [Hint(kind, 7)]
        assert read_hints({"json": {word: {kind.id_key: 7}}}) == [Hint(kind, 7)]


def test_kinds__words__belong_to_one_kind_each() -> None:
    assert len(KINDS_BY_WORD) == sum(len(kind.words) for kind in ObjectKind)


@each_kind
def test_kind__its_player_and_page__are_read_as_addresses(settings: Any, kind: ObjectKind) -> None:
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
    for path in (f"v.ihtml?{kind.id_key}=7", f"{kind.page}/7/title"):
        parsed = parse(f"https://video.example.com/{path}")
        assert parsed is not None
        assert (parsed.kind, parsed.remote_id) == (kind, 7)


def test_kinds__of_rendering__are_those_or_photos() -> None:
    assert {kind.object_kind for kind in rendering.Kind} == set(ObjectKind)


@each_kind
def test_kind__its_picker__has_an_address_words_and_orders(kind: ObjectKind) -> None:
    options = PickerOptions(model=kind)
    assert reverse("twentythree:picker", args=[kind]).endswith(f"/{kind}/")
    assert get_words(options) is WORDS_BY_KIND[kind]
    assert SORTS[options.rows]


@each_kind
def test_kind__its_field__points_at_its_model(kind: ObjectKind) -> None:
    found = [each for each in vars(fields).values() if isinstance(each, type) and issubclass(each, MirroredField)]
    targets = {each.target for each in found if each is not MirroredField}
    assert MODELS_BY_KIND[kind]._meta.label in targets


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ((), "1 video"),
        (("video",), "1 video"),
        (("video", "image"), "1 video"),
        (("audio",), "1 result"),
        (("audio", "image"), "1 result"),
    ],
)
def test_words__count_of_photos__names_videos_where_there_are_some(kinds: tuple[str, ...], words: str) -> None:
    words_of_picker = get_words(PickerOptions(model=ObjectKind.PHOTO, kinds=kinds))
    assert str(words_of_picker.count % {"count": 1, "n": "1"}) == words
