"""Where an object is used, in the details pane: names for those who may see them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from django_twentythree.testing.factories import PhotoFactory
from showcase.models import Article

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.urls")]


@pytest.fixture
def used():
    photo = PhotoFactory()
    Article.objects.create(title="Welcome", slug="welcome", video=photo)
    return photo


def read(client, photo):
    return client.get(reverse("twentythree:picker_details", args=["photo", photo.pk])).content.decode()


def test_details__used_nowhere__says_so(login):
    assert "Not used on this site." in read(login("view_photo"), PhotoFactory())


def test_details__used_where_this_person_may_look__leads_there_in_a_new_tab(login, used):
    page = read(login("view_photo", "view_article"), used)
    assert (
        f'<a href="{Article.objects.get().get_absolute_url()}" target="_blank" rel="noopener" >Article: Welcome<'
        in " ".join(page.split())
    )


def test_details__used_where_this_person_may_not_look__is_counted(login, used):
    page = read(login("view_photo"), used)
    assert "Used in 1 place that you may not see." in page
    assert "Welcome" not in page
