"""Chapters and subtitles follow their photo, in a run of their own."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from django_twentythree.models import Photo, Section, Subtitle
from django_twentythree.testing.factories import SubtitleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecture(platform, sync):
    platform.add_photo(1, title="Lecture")
    platform.add_section(1, title="Opening", start_time=0)
    platform.add_section(1, title="Questions", start_time="37.5", description="Two\nlines")
    platform.add_subtitle(1, "en_US", is_default=True)
    platform.add_subtitle(1, "da_DK")
    sync()
    return platform


def test_sync_details__new_photo__has_its_chapters_and_subtitles(lecture, sync):
    run = sync("details")
    photo = Photo.objects.get()
    assert (run.seen, run.updated) == (1, 1)
    assert [(s.title, s.start_seconds) for s in photo.sections.all()] == [("Opening", 0.0), ("Questions", 37.5)]
    assert [(s.locale, s.is_default) for s in photo.subtitles.all()] == [("en_US", True), ("da_DK", False)]
    assert photo.subtitles.first().file_path.endswith("subtitles.en_US.websrt")
    assert photo.details_observed_at is not None


def test_sync_details__nothing_due__asks_for_nothing(lecture, sync):
    sync("details")
    lecture.clear_requests()
    assert sync("details").seen == 0
    assert [r["method"] for r in lecture.requests] == ["site/get"]


def test_sync_details__asked_for_everything__finds_what_no_change_of_the_photo_told(lecture, sync):
    sync("details")
    section = Section.objects.get(title="Opening")
    lecture.delete_sections(1)
    lecture.add_section(1, title="Closing", start_time=90)
    run = sync("details", is_everything=True)
    assert run.updated == 1
    assert list(Section.objects.values_list("title", flat=True)) == ["Closing"]
    assert not Section.objects.filter(pk=section.pk).exists()
    assert sync("details", is_everything=True).unchanged == 1


def test_sync_details__photo_has_none_any_more__rows_go_without_a_request(lecture, sync):
    sync("details")
    lecture.delete_sections(1)
    lecture.delete_subtitles(1)
    sync()
    lecture.clear_requests()
    sync("details")
    assert (Section.objects.count(), Subtitle.objects.count()) == (0, 0)
    assert [r["method"] for r in lecture.requests] == ["site/get"]


def test_sync_details__photo_refused__is_left_for_later_and_named(lecture, sync):
    lecture.fail_next("error", code="invalid_photo_token", message="no", method="photo/section/list")
    run = sync("details")
    assert run.skipped == 1
    assert "Left for later: 1 (" in run.error
    assert Photo.objects.get().details_observed_at is None


def test_sync_details__photo_changed__is_due_again(lecture, sync):
    sync("details")
    lecture.edit_photo(1, title="Lecture, second edition")
    sync()
    assert sync("details").seen == 1


def test_sync_details__not_visible_any_more__is_left_alone(lecture, configure, sync):
    lecture.unpublish(1)
    sync()
    configure(level=None)
    lecture.delete_photo(1)
    run = sync("details")
    assert (run.seen, run.error) == (0, "")


def test_sync_details__locales_that_collations_take_for_equal__are_all_there(lecture, sync):
    spellings = {("da_dk", "general"), ("da_DK ", "general"), ("dä_DK", "general"), ("da_DK", "Captions")}
    for locale, kind in spellings:
        lecture.add_subtitle(1, locale, kind=kind)
    run = sync("details")
    assert run.error == ""
    found = set(Subtitle.objects.values_list("locale", "kind"))
    assert found == {("en_US", "general"), ("da_DK", "general"), *spellings}
    assert sync("details", is_everything=True).unchanged == 1


def test_sync_details__locale_of_any_length__is_stored_as_received(lecture, sync):
    lecture.add_subtitle(1, "x" * 4_000, kind="y" * 4_000)
    assert sync("details").error == ""
    assert Subtitle.objects.filter(locale="x" * 4_000, kind="y" * 4_000).exists()


def test_subtitle__saved_twice_for_one_locale_and_kind__is_refused():
    subtitle = SubtitleFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SubtitleFactory(photo=subtitle.photo)
    assert SubtitleFactory(photo=subtitle.photo, kind="captions").digest != subtitle.digest


@pytest.mark.parametrize("kind", ["section", "subtitle"])
@pytest.mark.parametrize("api_version", [1, 2])
def test_sync_details__empty_list_that_announces_some__keeps_what_is_there(lecture, configure, sync, kind, api_version):
    configure(api_version=api_version)
    sync("details")
    getattr(lecture, f"delete_{kind}s")(1)
    lecture.fail_next("miscount", total_count=2, method=f"photo/{kind}/list")
    run = sync("details", is_everything=True)
    assert run.skipped == 1
    assert "empty list that announces 2" in run.error
    assert (Section.objects.count(), Subtitle.objects.count()) == (2, 2)
    assert sync("details", is_everything=True).skipped == 0  # empty, and announces nothing
    assert Section.objects.count() + Subtitle.objects.count() == 2
