"""Where an editor logs in again while a form stays open: which page asks, and what it leads back to."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse, set_script_prefix

pytestmark = pytest.mark.django_db


def get_logged_in(client: Client, **parameters: str):
    return client.get(reverse("twentythree:logged_in"), parameters)


def test_logged_in__logged_in__says_that_the_window_can_be_closed(editor):
    answer = get_logged_in(editor)
    assert answer.status_code == 200
    assert "Close this window." in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/admin/showcase/article/add/", "/admin/", "/admin/auth/user/1/change/"])
def test_logged_in__form_in_the_admin__sends_to_the_login_of_the_admin(settings, path):
    settings.LOGIN_URL = "/login/"
    answer = get_logged_in(Client(), **{"from": path})
    assert answer.status_code == 302
    url = urlsplit(answer["Location"])
    assert url.path == reverse("admin:login")
    (following,) = parse_qs(url.query)["next"]
    assert urlsplit(following).path == reverse("twentythree:logged_in")


@pytest.mark.parametrize(
    "path", ["", "/", "/nowhere/", "https://evil.example/admin/", "//evil.example/", "/" * 5000, "\x00"]
)
def test_logged_in__form_elsewhere__sends_to_where_the_site_says(settings, path):
    settings.LOGIN_URL = "https://login.example.com/"
    answer = get_logged_in(Client(), **{"from": path})
    assert answer["Location"].startswith("https://login.example.com/?next=")
    assert "evil.example" not in urlsplit(answer["Location"]).netloc


@pytest.mark.parametrize("url", ["/accounts/login/", "no-such-name"])
def test_logged_in__login_url_leads_nowhere__sends_to_the_login_of_the_admin(settings, url):
    settings.LOGIN_URL = url
    assert urlsplit(get_logged_in(Client())["Location"]).path == reverse("admin:login")


def test_logged_in__behind_a_prefix__finds_the_admin_all_the_same(settings):
    settings.LOGIN_URL = "/login/"
    address = reverse("twentythree:logged_in")
    set_script_prefix("/videos/")  # as the handler of a server does
    try:
        answer = Client().get(address, {"from": "/videos/admin/"})
    finally:
        set_script_prefix("/")
    assert urlsplit(answer["Location"]).path == "/videos/admin/login/"


def test_logged_in__site_that_wants_a_login_everywhere__still_chooses_the_page(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    settings.LOGIN_URL = "/login/"
    answer = get_logged_in(Client(), **{"from": "/admin/"})
    assert urlsplit(answer["Location"]).path == reverse("admin:login")


def test_logged_in__post__is_no_way_in(editor):
    assert editor.post(reverse("twentythree:logged_in")).status_code == 405
