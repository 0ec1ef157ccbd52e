"""What the demo adds to the mirror."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from django_twentythree.testing.factories import LiveStreamFactory, PhotoFactory
from showcase.models import Article


@pytest.fixture(autouse=True)
def _workspace(settings: pytest.FixtureRequest) -> None:
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}  # type: ignore[attr-defined]


def test_showcase_demo__run_twice__makes_everything_once(db: None) -> None:
    PhotoFactory.create_batch(12)
    LiveStreamFactory()
    call_command("showcase_demo")
    call_command("showcase_demo")
    assert Article.objects.count() == 3
    for article in Article.objects.all():
        related = [each.photo for each in article.related_videos.all()]
        assert len(related) >= 3
        assert len({article.video, *related}) == len(related) + 1
    assert get_user_model().objects.get().check_password("admin")


def test_showcase_demo__no_videos__makes_no_articles(db: None) -> None:
    call_command("showcase_demo")
    assert not Article.objects.exists()
