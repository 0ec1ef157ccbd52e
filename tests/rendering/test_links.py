from __future__ import annotations

import pytest

from django_twentythree.rendering.links import (
    clean_path,
    clean_token,
    complete_image_path,
    get_image_path,
    get_page_url,
    get_player_url,
)
from tests.rendering.subjects import BASE_URL, TOKEN


@pytest.mark.parametrize(
    "token",
    [TOKEN, "aZ09" * 8, "ee35072108bcea59b2ce", "5ea04282ea3c4a9beca6234606006b56e0cb923d-1292438117"],
)
def test_clean_token__documented_alphabet__is_kept(token):
    assert clean_token(token) == token


@pytest.mark.parametrize(
    "token", ["", None, 7, 'a"b', "a b", "a&b=c", "a/../b", "a\x00b", "ab\n", "äb", "٣٤", "a-b", "x" * 200]
)
def test_clean_token__anything_else__is_left_out(token):
    assert clean_token(token) == ""


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [
        ("/video/20481733", "/video/20481733"),
        ("/channel/8123702/internal-briefings/", "/channel/8123702/internal-briefings/"),
        ("/s%C3%B8ren", "/s%C3%B8ren"),
        ("/夜の港", "/%E5%A4%9C%E3%81%AE%E6%B8%AF"),
        ("/a.b~c_d-e", "/a.b~c_d-e"),
    ],
)
def test_clean_path__path_on_the_site__is_kept(path, cleaned):
    assert clean_path(path) == cleaned


@pytest.mark.parametrize(
    "path",
    [
        "",
        None,
        "/",
        "video/1",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/../admin",
        "/a/..",
        "/a/%2e%2E/b",
        "/a/./b",
        "/a//b",
        '/a"><script>',
        "/a'b",
        "/a b",
        "/a\tb",
        "/a\x00b",
        "/a?b=c",
        "/a#b",
        "/" + "a" * 5000,
    ],
)
def test_clean_path__anything_else__is_left_out(path):
    assert clean_path(path) == ""


@pytest.mark.parametrize("path", ["", "//evil.example", "/secret/5/abc", f"/v/{TOKEN}", f"/v/%33{TOKEN[1:]}"])
def test_get_page_url__path_unsafe_or_with_the_token__is_the_page_by_id(path):
    assert get_page_url(BASE_URL, path, "/video/5", TOKEN) == f"{BASE_URL}/video/5"


def test_get_page_url__safe_path__is_taken():
    assert get_page_url(BASE_URL, "/sunrise", "/video/5", TOKEN) == f"{BASE_URL}/sunrise"


def test_get_player_url__photo__is_the_form_of_the_platforms_snippets():
    assert get_player_url(BASE_URL, None, "photo", 5, TOKEN, []) == (
        f"{BASE_URL}/v.ihtml/player.html?token={TOKEN}&source=embed&photo%5fid=5"
    )


def test_get_player_url__player_live_and_parameters__stand_in_it():
    url = get_player_url(BASE_URL, 77, "live", 5, "", [("loop", "1"), ("defaultLocale", "da_DK")])
    assert url == f"{BASE_URL}/77.ihtml/player.html?source=embed&live%5fid=5&loop=1&defaultLocale=da_DK"


def test_get_image_path__all_identifiers__is_the_path():
    assert get_image_path(7, 5, TOKEN, "600x338cr") == f"/7/5/{TOKEN}/600x338cr/thumbnail.jpg"


@pytest.mark.parametrize(
    ("tree_id", "photo_id", "token"),
    [(None, 5, TOKEN), (7, None, TOKEN), (7, 5, ""), (-7, 5, TOKEN), (7, 5, "a/b")],
)
def test_get_image_path__identifier_absent_or_odd__is_empty(tree_id, photo_id, token):
    assert get_image_path(tree_id, photo_id, token, "large") == ""


@pytest.mark.parametrize(
    ("path", "completed"),
    [
        ("/7/5/abc/large", "/7/5/abc/large/thumbnail.jpg"),
        ("/7/5/abc/large/", "/7/5/abc/large/thumbnail.jpg"),
        ("/7/5/abc/large/sunrise-thumbnail.jpg", "/7/5/abc/large/sunrise-thumbnail.jpg"),
        ("//evil.example/large", ""),
        (None, ""),
    ],
)
def test_complete_image_path__path_of_a_rendition__ends_in_a_file(path, completed):
    assert complete_image_path(path) == completed
