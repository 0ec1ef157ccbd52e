"""Row 7: the picker in a large library."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain
from statistics import median, quantiles
from typing import Final

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from bench import seed_data
from bench.context import Bench
from bench.counting import counted
from bench.databases import POSTGRESQL
from bench.measurement import Budget, Measurement
from bench.mirroring import time
from django_twentythree.models import Album, AlbumPhoto, Photo, Tag
from django_twentythree.views.picker import picker

QUERIES: Final = Budget(3, "queries")
MILLISECONDS: Final = Budget(100, "ms")
SORTS: Final = ("newest", "oldest", "published", "title", "duration", "views")
ROUNDS: Final = 3
SAMPLE: Final = 3
FEWEST: Final = 2
LONGEST_SECONDS: Final = 120

Ask = Callable[[dict[str, str]], HttpResponse]


def measure(bench: Bench) -> Iterator[Measurement]:
    """Ask for pages as an editor does; beside them, for the same words, the field that Django's admin has."""
    seed_data.fill(bench.sizes.seeded_photos)
    words = make_searches()
    groups = {
        "open": [{}],
        "search": words,
        "filter": make_filters(),
        "sort": [{"sort": sort} for sort in SORTS],
        "search, filter and sort together": list(_combine(words[::SAMPLE], make_filters()[::2])),
    }
    queries = 0
    took: list[float] = []
    of_words: list[list[float]] = []
    for name, asked in groups.items():
        seconds = []
        for parameters in asked:  # type: ignore[attr-defined]
            own, count = _ask_for_two_pages(parameters)
            seconds.append(own)
            queries = max(queries, count)
        of_words += seconds if name == "search" else []
        took += chain(*seconds)
        yield _tell(bench, f"the picker: {name} ({len(asked)} ways, each with its next page)", [*chain(*seconds)], None)  # type: ignore[arg-type]
    total = f"{bench.sizes.seeded_photos:,} rows"
    budget = MILLISECONDS if bench.database == POSTGRESQL else None
    yield _tell(bench, f"the picker in {total}: 95th percentile", took, budget)
    yield Measurement(
        work=f"the picker in {total}: queries of a page",
        database=bench.database,
        value=f"{queries} at most",
        figure=queries,
        budget=QUERIES,
    )
    yield _compare(bench, "autocomplete_fields", make_autocomplete(), words, of_words, ROUNDS)
    if apps.is_installed("wagtail.search"):
        # Seconds for a word that many titles have, so not each of the words.
        yield _compare(bench, "Wagtail's chooser", make_chooser(), words[::SAMPLE], of_words[::SAMPLE], 1)


def make_searches() -> list[dict[str, str]]:
    """Return what editors type: one letter, two, many, two words; accented and of other scripts; common and rare."""
    words = seed_data.make_words()
    common, rare = [words[rank] for rank in (0, 5, 60)], [words[rank] for rank in (1_000, 4_000, -1)]
    one = [*"abefhlmoqsvxzæ1", "海", "д", "م", "하"]
    two = ["ba", "vi", "on", "sa", "up", "qu", "zz", "ør", "海港", "до"]
    two_words = [f"{common[0]} {common[1]}", f"{common[0]} {rare[0]}", f"{rare[0]} {rare[1]}", "video desk", "vi ba"]
    accented = ["café", "ÅRHUS", "øresund", "façade", "åse", "groß"]
    other_scripts = ["山田", "産品介紹", "добро", "безопасность", "مرحبا", "항구"]
    many = [*common, *rare, "harb", "onboarding", "introduc", "nothing-like-it", f"{seed_data.FIRST_ID + 7}"]
    return [{"q": text} for text in (*one, *two, *many, *two_words, *accented, *other_scripts)]


def make_filters() -> list[dict[str, str]]:
    """Return each filter of the dialog, on what is common and on what is rare."""
    album, tag = Album.objects.order_by("pk")[0], Tag.objects.order_by("pk")[0]
    return [
        *({"kind": kind} for kind in ("video", "image", "audio", "text")),
        {"album": str(album.pk)},
        {"tag": str(tag.pk)},
        {"published": "yes"},
        {"published": "no"},
        {"from": "2024-01-01"},
        {"to": "2008-01-01"},
        {"from": "2015-06-01", "to": "2015-06-30"},
        {"min_seconds": "3600"},
        {"max_seconds": "10"},
        {"min_seconds": "100", "max_seconds": "110"},
        {"workspace": "default"},
    ]


def make_autocomplete() -> Ask:
    """Return what answers `autocomplete_fields` in the admin of a site that searches titles."""

    class TitleAdmin(ModelAdmin):  # type: ignore[type-arg]
        search_fields = ("title",)

    site = AdminSite()
    site.register(Photo, TitleAdmin)
    view = AutocompleteJsonView.as_view(admin_site=site)
    field = AlbumPhoto._meta.get_field("photo")
    names = {"app_label": "twentythree", "model_name": field.model._meta.model_name, "field_name": field.name}
    return lambda parameters: _ask(view, {"term": parameters["q"], **names})  # type: ignore[arg-type, dict-item]


def make_chooser() -> Ask:
    """Return what answers Wagtail's generic chooser, once its index has the titles."""
    from bench.chooser.views import results

    call_command("update_index", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return lambda parameters: _ask(lambda request: results(request).render(), parameters)


def _combine(words: list[dict[str, str]], filters: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    for number, word in enumerate(words):
        for step, further in enumerate(filters):
            yield {**word, **further, "sort": SORTS[(number + step) % len(SORTS)]}


def _ask_for_two_pages(parameters: dict[str, str]) -> tuple[list[float], int]:
    """Return how long the first page and the next take, and the most queries that one of them takes."""
    seconds, queries = [], 0
    for _ in range(ROUNDS):
        cursor: dict[str, str] = {}
        for _page in range(2):
            answers: list[HttpResponse] = []
            asked = {"kinds": "video,image,audio", **parameters, **cursor}
            with counted() as seen:
                seconds.append(time(lambda asked=asked, answers=answers: answers.append(_ask(picker, asked, "photo"))))  # type: ignore[misc]
            queries = max(queries, seen.queries)
            following = json.loads(answers[0].content)["next"]
            if not following:
                break
            cursor = {"cursor": following}
    return seconds, queries


def _ask(view: Callable[..., HttpResponse], parameters: dict[str, str], *arguments: str) -> HttpResponse:
    request = RequestFactory().get("/", parameters)
    # The permissions of a superuser are not looked up: sessions, users and permissions are no matter of the picker.
    request.user = User(username="editor", is_superuser=True)
    response = view(request, *arguments)
    assert response.status_code == 200, response.content
    return response


def _tell(bench: Bench, work: str, seconds: list[float], budget: Budget | None) -> Measurement:
    return Measurement(
        work=work,
        database=bench.database,
        value=f"median {median(seconds) * 1e3:.0f} ms, 95th percentile {_p95(seconds) * 1e3:.0f} ms,"
        f" longest {max(seconds) * 1e3:.0f} ms",
        figure=_p95(seconds) * 1e3,
        budget=budget,
        unit="ms",
    )


def _compare(
    bench: Bench, name: str, ask: Ask, words: list[dict[str, str]], of_words: list[list[float]], rounds: int
) -> Measurement:
    theirs: list[float] = []
    count = 0
    # Some of them take half a minute elsewhere; what there was time for is compared, on both sides.
    while count < len(words) and (count < FEWEST or sum(theirs) < LONGEST_SECONDS):
        theirs += [time(lambda asked=words[count]: ask(asked)) for _ in range(rounds)]  # type: ignore[misc]
        count += 1
    own = [*chain(*of_words[:count])]
    return Measurement(
        work=f"the picker's searches ({count} of them), against those of {name}: 95th percentile",
        database=bench.database,
        value=f"{_p95(own) * 1e3:.0f} ms (median {median(own) * 1e3:.0f})",
        yardstick=f"{_p95(theirs) * 1e3:.0f} ms (median {median(theirs) * 1e3:.0f})",
        figure=_p95(own) / _p95(theirs),
        budget=None,
    )


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]
