"""Many rows at once, written as each database takes them best."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_twentythree.models import Photo, Tag
from django_twentythree.models.tag import digest_tag
from django_twentythree.sync.database import FEWEST_COPIED, insert, insert_or_leave

pytestmark = pytest.mark.django_db

MANY = FEWEST_COPIED + 5
ODD = ["tab\tand\nline", "back\\slash", "\\N", "\\.", "'quotes\"", "ÅØ 海港 🎬", "", "a,b;c", "%s %(x)s", "{}"]


def make_tags(workspace, count=MANY):
    return [Tag(workspace=workspace, name=f"tag {n}", digest=digest_tag(f"tag {n}")) for n in range(count)]


@pytest.mark.parametrize("count", [FEWEST_COPIED - 1, MANY])
def test_insert_or_leave__values_of_every_kind__come_back_as_they_were(default_workspace, count):
    now = timezone.now()
    rows = [
        Photo(
            workspace=default_workspace,
            remote_id=number,
            title=(title := ODD[number % len(ODD)]),
            extra={"text": title, "list": [1, None, True, 1.5], title: {}},
            duration_seconds=None if number % 2 else 12.345,
            is_published=bool(number % 3),
            uploaded_at=now,
        )
        for number in range(1, count + 1)
    ]
    insert_or_leave(Photo, rows, ("workspace", "remote_id"))
    stored = {row.remote_id: row for row in Photo.objects.all()}
    assert len(stored) == count
    for row in rows:
        twin = stored[row.remote_id]
        for name in ("title", "extra", "duration_seconds", "is_published", "uploaded_at", "published_at"):
            assert getattr(twin, name) == getattr(row, name)


@pytest.mark.parametrize("count", [FEWEST_COPIED - 1, MANY])
def test_insert_or_leave__another_was_first_with_one__leaves_it_and_inserts_the_others(default_workspace, count):
    tags = make_tags(default_workspace, count)
    first = Tag.objects.create(workspace=default_workspace, name="as the other wrote it", digest=tags[7].digest)
    insert_or_leave(Tag, tags, ("workspace", "digest"))
    assert Tag.objects.count() == count
    assert Tag.objects.get(digest=tags[7].digest).name == first.name


@pytest.mark.parametrize("count", [FEWEST_COPIED - 1, MANY])
def test_insert__row_exists__is_an_error(default_workspace, count):
    tags = make_tags(default_workspace, count)
    tags[-1].save()
    rows = [(tag.workspace_id, tag.name, tag.digest) for tag in tags]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Tag, ("workspace_id", "name", "digest"), rows)
    assert Tag.objects.count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="COPY is PostgreSQL's")
def test_insert_or_leave__many_rows_on_postgresql__are_copied(default_workspace):
    with CaptureQueriesContext(connection) as captured:
        insert_or_leave(Tag, make_tags(default_workspace), ("workspace", "digest"))
    assert [query["sql"].split()[0] for query in captured] == ["SAVEPOINT", "COPY", "RELEASE"]
