"""A library of hundreds of thousands of rows: copied, by SQL, from a few that were really mirrored."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.core.management import call_command
from django.db import connection, transaction

from bench.mirroring import ALIAS, PHOTOS, prepare
from django_twentythree.folding import make_search_text, make_sort_title
from django_twentythree.models import Album, AlbumPhoto, Photo, Tag, Workspace
from django_twentythree.models.tag import digest_tag
from django_twentythree.sync.refresh import connect_refresher

FIRST_UPLOAD: Final = datetime(2006, 3, 1, 9, tzinfo=UTC)
FIRST_ID: Final = 10_000_000
TAGS: Final = 500

_SYLLABLES: Final = (
    "ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "ka", "le", "mo", "ri", "sto", "gen",
    "fal", "tir", "nor", "ska", "hav", "by", "den", "ost", "vej",
)  # fmt: skip
_COMMON: Final = (
    "film", "video", "webinar", "interview", "onboarding", "harbour", "training", "product", "update", "safety",
    "nordic", "summer", "annual", "meeting", "episode", "part", "introduction", "guide", "customer", "story", "news",
    "live", "recording", "course", "café", "Århus", "Øresund", "naïve", "façade",
)  # fmt: skip
_FOREIGN: Final = (
    "海港の一日",
    "産品介紹影片",
    "Добро пожаловать в порт",
    "Безопасность",
    "مرحبا بكم في الميناء",
    "항구의 하루",
)
_NAMES: Final = ("Video Desk", "Åse Lindqvist", "Jürgen Groß", "Marketing", "山田太郎", "Communications", "Søren Ibsen")
# What differs from photo to photo, with the type of the column while it is on its way.
_COLUMNS: Final = {
    "title": "text",
    "search_text": "text",
    "sort_title": "text",
    "uploaded_at": "timestamp with time zone",
    "published_at": "timestamp with time zone",
    "kind": "text",
    "is_published": "boolean",
    "duration_seconds": "double precision",
    "view_count": "bigint",
}


def fill(count: int) -> None:
    """Empty all tables and write a library of so many photos."""
    prepare()
    with connect_refresher(ALIAS) as refresher:
        refresher.find_newest(PHOTOS)
    _make_tags(words := make_words())
    # An index on all that is written is made sooner afterwards than row by row.
    call_command("migrate", "twentythree", "0001", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        cursor.execute(f"CREATE TEMPORARY TABLE seed (n bigint, {columns})")
        rows = _iter_rows(count, words)
        row = f"({', '.join(['%s'] * (len(_COLUMNS) + 1))})"
        while batch := list(islice(rows, 2_000)):
            places = ", ".join([row] * len(batch))
            cursor.execute(f"INSERT INTO seed VALUES {places}", [value for each in batch for value in each])
        _copy(cursor)
        _link(cursor)
        cursor.execute("DROP TABLE seed")
    call_command("migrate", "twentythree", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def make_words() -> list[str]:
    """Return words, the common ones first; always the same ones."""
    chance = random.Random(23)
    made = ("".join(chance.choices(_SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))) for _ in range(12_000))
    return list(dict.fromkeys((*_COMMON, *made)))


def _make_tags(words: list[str]) -> None:
    workspace = Workspace.objects.get(alias=ALIAS)
    names = words[len(_COMMON) : len(_COMMON) + TAGS]
    tags = [Tag(workspace=workspace, name=name, digest=digest_tag(name)) for name in names]
    Tag.objects.bulk_create(tags, ignore_conflicts=True)


def _iter_rows(count: int, words: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield what differs from photo to photo. Words are as frequent as in a language: the nth, one nth as often."""
    chance = random.Random(42)
    drawn = iter(chance.choices(words, [1 / (rank + 3) for rank in range(len(words))], k=count * 8))
    for n in range(count):
        title = " ".join(islice(drawn, chance.randint(2, 6))).capitalize()
        if n % 40 == 0:
            title = f"{chance.choice(_FOREIGN)} {title}"
        text = make_search_text(title, *islice(drawn, 2), chance.choice(_NAMES))
        kind = "audio" if n % 1_000 == 7 else "image" if n % 50 == 3 else "video"
        seconds = None if kind == "image" else round(chance.lognormvariate(5, 1), 3)
        uploaded_at = FIRST_UPLOAD + timedelta(minutes=50 * n + chance.randint(0, 49))
        published_at = uploaded_at + timedelta(hours=chance.expovariate(1 / 20))
        views = min(int(chance.paretovariate(0.7)), 10**9)
        yield (
            *(n, title, text, make_sort_title(title), uploaded_at, published_at),
            *(kind, n % 20 != 0, seconds, views),
        )


def _copy(cursor: Any) -> None:
    """Write the photos, each a copy of a mirrored one but for what is on the seed."""
    models = list(Photo.objects.order_by("pk").values_list("pk", flat=True))
    table = Photo._meta.db_table
    names = [field.column or field.attname for field in Photo._meta.concrete_fields if not field.primary_key]
    values = [f"{'seed' if name in _COLUMNS else 'model'}.{name}" for name in names]
    values[names.index("remote_id")] = f"{FIRST_ID} + seed.n"
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM seed"
        f" JOIN {table} AS model ON model.id = %s + seed.n %% %s ORDER BY seed.n",
        [models[0], len(models)],
    )
    for through in (AlbumPhoto, Photo.tags.through):
        cursor.execute(f"DELETE FROM {through._meta.db_table}")
    cursor.execute(f"DELETE FROM {table} WHERE id <= %s", [models[-1]])


def _link(cursor: Any) -> None:
    """Put four photos of five into a category, and give each three tags."""
    table = Photo._meta.db_table
    albums, tags = Album.objects.order_by("pk"), Tag.objects.order_by("pk")
    cursor.execute(
        f"INSERT INTO {AlbumPhoto._meta.db_table} (photo_id, album_id) SELECT id, %s + (id * id) %% %s FROM {table}"
        " WHERE id %% 5 > 0",
        [albums[0].pk, albums.count()],
    )
    for step in (0, 1, 101):
        cursor.execute(
            f"INSERT INTO {Photo.tags.through._meta.db_table} (photo_id, tag_id)"
            f" SELECT id, %s + (id * 7 + {step}) %% %s FROM {table}",
            [tags[0].pk, tags.count()],
        )
